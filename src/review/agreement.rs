//! How far people agree on the tasks that several of them labelled, and the noise of one label that follows.

use super::desk::Desk;
use super::entry::{Answer, Said};
use crate::audit::{Figure, Options, Units, alpha, concordance, kappa};
use crate::rubric::Dimension;
use crate::stats::agreement::Metric;
use crate::stats::inference::ClusterSums;
use crate::stats::{Clusters, Table};
use serde::Serialize;

/// Agreement of people in one dimension, on the tasks that at least two of them labelled. It says that people are
/// consistent, never that they are right.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Id of the dimension.
    pub dimension: String,
    /// Tasks with at least two labels.
    pub tasks: usize,
    /// Pairs of labels of one task.
    pub pairs: usize,
    /// The people behind them, by name.
    pub people: Vec<String>,
    /// How intervals are made.
    pub method: String,
    /// The statistics.
    pub measures: Vec<Measure>,
}

/// One statistic, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// `exact_agreement` (share of pairs that say the same), `mean_absolute_difference` (of pairs, in points),
    /// `krippendorff_alpha` (ordinal for labels, interval for scores), `weighted_kappa` (quadratic; labels, two people),
    /// `concordance` (Lin's; scores, two people), `noise_sd` (of one label, in points).
    pub name: &'static str,
    /// The statistic; its n is the number of tasks.
    pub estimate: Option<Figure>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_none: Option<&'static str>,
}

const NO_PAIR: &str = "no task has two labels";
const ALIKE: &str = "fewer than two tasks with two labels, or only one value given";
const TWO: &str = "it is of two people: alpha takes any number";

/// What a task with several labels adds: tasks, share of pairs that are equal, mean difference of pairs, squares about the
/// mean, and their degrees of freedom.
const SUMS: usize = 5;

/// The agreement of all people of a desk, dimension by dimension in the order of the rubric.
#[must_use]
pub fn agreement(desk: &Desk, options: &Options) -> Vec<Agreement> {
    let shared = Shared::of(desk, options);
    desk.draw()
        .asked()
        .map(|dimension| shared.dimension(desk, dimension))
        .collect()
}

/// The tasks that several people labelled.
struct Shared {
    places: Vec<usize>,
    people: Vec<String>,
    units: Units,
}

impl Shared {
    fn of(desk: &Desk, options: &Options) -> Self {
        let tasks = &desk.draw().tasks;
        let places: Vec<usize> = (0..tasks.len())
            .filter(|&place| desk.labels(place).count() > 1)
            .collect();
        let mut people: Vec<String> = places
            .iter()
            .flat_map(|&place| desk.labels(place).map(|entry| entry.reviewer.clone()))
            .collect();
        people.sort();
        people.dedup();
        let occupations = places.iter().map(|&place| &tasks[place].occupation_id);
        Self {
            units: Units::of(Clusters::of(occupations), options),
            places,
            people,
        }
    }

    fn dimension(&self, desk: &Desk, dimension: &Dimension) -> Agreement {
        let rows: Vec<Vec<Option<f64>>> = self
            .places
            .iter()
            .map(|&place| {
                let own = |name: &String| value(desk, name, place, dimension);
                self.people.iter().map(own).collect()
            })
            .collect();
        let given = |row: &Vec<Option<f64>>| row.iter().flatten().count();
        let pairs = rows.iter().map(|row| given(row) * (given(row) - 1) / 2);
        let [plain, noise] = self.of_pairs(dimension, &rows);
        let [alpha, of_two] = self.corrected(dimension, &rows);
        Agreement {
            dimension: dimension.id.clone(),
            tasks: self.places.len(),
            pairs: pairs.sum(),
            people: self.people.clone(),
            method: self.units.bootstrap(),
            measures: vec![plain, alpha, of_two, noise],
        }
    }

    /// What is a mean over the pairs of a task: agreement or difference, and the noise of one label. The latter is
    /// √(Σ (x − x̄)² / Σ (k − 1)) over tasks with k labels, x̄ the mean of a task: for two people the root of half the mean
    /// square of their differences. That one of them is always stricter is part of it, as gold is of whoever was there.
    fn of_pairs(&self, dimension: &Dimension, rows: &[Vec<Option<f64>>]) -> [Measure; 2] {
        let sums = ClusterSums::new(&self.units.clusters, SUMS, |unit, part| {
            let points = rows[unit].iter().flatten();
            let points: Vec<f64> = points.map(|&value| dimension.to_score(value)).collect();
            let own = spread(&points);
            part.iter_mut().zip(own).for_each(|(sum, own)| *sum += own);
        });
        let labels = !dimension.labels().is_empty();
        let statistics = |sums: &[f64]| {
            let &[tasks, same, apart, squares, freedom] = sums else {
                return [None; 2];
            };
            let mean = if labels { same } else { apart } / tasks;
            let noise = (squares / freedom).sqrt();
            [mean, noise].map(|found| found.is_finite().then_some(found))
        };
        let replicates = self.units.resample(&sums, statistics);
        let points = statistics(&sums.whole());
        let figure = |k: usize| {
            let own = replicates.as_ref().and_then(|all| all.get(k));
            self.units.figure(points[k], own, rows.len())
        };
        let name = match labels {
            true => "exact_agreement",
            false => "mean_absolute_difference",
        };
        [
            measure(name, figure(0), NO_PAIR),
            measure("noise_sd", figure(1), NO_PAIR),
        ]
    }

    /// What is corrected for chance.
    fn corrected(&self, dimension: &Dimension, rows: &[Vec<Option<f64>>]) -> [Measure; 2] {
        let labels = dimension.labels();
        let metric = match labels.is_empty() {
            true => Metric::Interval,
            false => Metric::Ordinal,
        };
        let table = Table::of_units(rows);
        let found = table.and_then(|table| alpha(&table, metric, &self.units, 1));
        let column = |person: usize| -> Vec<Option<f64>> {
            rows.iter()
                .map(|row| row.get(person).copied().flatten())
                .collect()
        };
        let (first, second) = (column(0), column(1));
        let two = self.people.len() == 2;
        let (name, of_two) = match labels.is_empty() {
            true => {
                let [_, ccc, _] = concordance(&self.units, &first, &second, 50.0);
                ("concordance", ccc)
            }
            false => {
                let values: Vec<f64> = labels.iter().map(|label| label.value).collect();
                let kappa = kappa(&self.units, &values, &first, &second);
                ("weighted_kappa", kappa)
            }
        };
        let why = match self.people.len() {
            0 | 1 => NO_PAIR,
            2 => ALIKE,
            _ => TWO,
        };
        let nothing = if self.places.is_empty() {
            NO_PAIR
        } else {
            ALIKE
        };
        [
            measure("krippendorff_alpha", found, nothing),
            measure(name, of_two.filter(|_| two), why),
        ]
    }
}

fn measure(name: &'static str, estimate: Option<Figure>, why: &'static str) -> Measure {
    Measure {
        name,
        why_none: estimate.is_none().then_some(why),
        estimate,
    }
}

/// What a task with these labels adds to the sums.
fn spread(points: &[f64]) -> [f64; SUMS] {
    let (mut same, mut apart, mut pairs) = (0.0, 0.0, 0.0);
    for (n, one) in points.iter().enumerate() {
        for other in &points[n + 1..] {
            same += f64::from(u8::from(one == other));
            apart += (one - other).abs();
            pairs += 1.0;
        }
    }
    if pairs == 0.0 {
        return [0.0; SUMS];
    }
    let mean = points.iter().sum::<f64>() / points.len() as f64;
    let squares = points.iter().map(|value| (value - mean).powi(2)).sum();
    [
        1.0,
        same / pairs,
        apart / pairs,
        squares,
        points.len() as f64 - 1.0,
    ]
}

/// What a person gave a task, in the dimension's unit.
fn value(desk: &Desk, person: &str, place: usize, dimension: &Dimension) -> Option<f64> {
    let Said::Label { values, .. } = &desk.said(person, place)?.said else {
        return None;
    };
    match values.get(&dimension.id)? {
        Answer::Score(score) => Some(*score),
        Answer::Label(label) => {
            let position = dimension.label_index(label)?;
            Some(dimension.labels().get(position)?.value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::fixtures::{desk, label, say, skip};

    fn of<'a>(found: &'a [Agreement], dimension: usize, name: &str) -> &'a Measure {
        let measures = &found[dimension].measures;
        measures.iter().find(|one| one.name == name).unwrap()
    }

    fn point(found: &[Agreement], dimension: usize, name: &str) -> f64 {
        of(found, dimension, name).estimate.unwrap().point
    }

    #[test]
    fn two_people_by_hand() {
        let mut desk = desk(8, 4);
        let both = [
            ("E0", 10.0, "E0", 20.0),
            ("E0", 30.0, "E0", 30.0),
            ("E2", 50.0, "E1", 40.0),
            ("E1", 90.0, "E1", 70.0),
        ];
        for (place, (one, score, other, own)) in both.into_iter().enumerate() {
            say(&mut desk, "ana", place, label(one, score));
            say(&mut desk, "ben", place, label(other, own));
        }
        // Labels of one person, and skips, are no part of it.
        say(&mut desk, "ana", 4, label("E1", 1.0));
        say(&mut desk, "ben", 5, skip("unclear"));
        let found = agreement(&desk, &Options::default());
        assert_eq!((found[0].tasks, found[0].pairs), (4, 4));
        assert_eq!(found[0].people, ["ana", "ben"]);
        // Three of four are equal; |10|, 0, 10 and 20 points apart: mean 10, half the mean square 600/4/2 = 75.
        assert_eq!(point(&found, 0, "exact_agreement"), 0.75);
        assert_eq!(point(&found, 1, "mean_absolute_difference"), 10.0);
        assert!((point(&found, 1, "noise_sd") - 75.0_f64.sqrt()).abs() < 1e-9);
        // One pair is half the scale apart: half of 50²/4 = 312.5.
        assert!((point(&found, 0, "noise_sd") - 312.5_f64.sqrt()).abs() < 1e-9);
        // Values 0, 0, .5, 1 and 0, 0, 1, 1: means .375 and .5, s² .171875 and .25, s_xy .1875 over n, so that
        // kappa = 2·.1875/(.171875 + .25 + .015625) = .857143.
        assert!((point(&found, 0, "weighted_kappa") - 0.375 / 0.4375).abs() < 1e-9);
        // 10, 30, 50, 90 and 20, 30, 40, 70: means 45 and 40, s² 875 and 350, s_xy 550: 2·550/(875 + 350 + 25).
        assert!((point(&found, 1, "concordance") - 1100.0 / 1250.0).abs() < 1e-9);
        // Ordinal alpha of ranks: E0 four times, E2 once, E1 three times: mean ranks 2, 4.5, 6.5. Observed: the one pair
        // E2–E1 counts 2·2² = 8, expected 2(4·1·2.5² + 4·3·4.5² + 1·3·2²)/7 = 560/7 = 80: 1 − 8/80.
        assert!((point(&found, 0, "krippendorff_alpha") - 0.9).abs() < 1e-9);
        let alpha = of(&found, 0, "krippendorff_alpha").estimate.unwrap();
        assert_eq!(alpha.n, 4);
        assert!(alpha.low.is_some() || alpha.no_interval.is_some());
    }

    #[test]
    fn three_people_have_no_kappa_of_two() {
        let mut desk = desk(6, 3);
        for (place, person) in [
            (0, "ana"),
            (0, "ben"),
            (1, "ben"),
            (1, "cy"),
            (2, "ana"),
            (2, "cy"),
        ] {
            let score = 10.0 * (place as f64 + 1.0);
            say(
                &mut desk,
                person,
                place,
                label(if place == 0 { "E0" } else { "E1" }, score),
            );
        }
        let found = agreement(&desk, &Options::default());
        assert_eq!((found[0].tasks, found[0].pairs), (3, 3));
        assert_eq!(of(&found, 0, "weighted_kappa").why_none, Some(TWO));
        assert_eq!(point(&found, 0, "krippendorff_alpha"), 1.0);
        assert_eq!(point(&found, 1, "noise_sd"), 0.0);
        // All resamples agree, too: that is no certainty.
        let noise = of(&found, 1, "noise_sd").estimate.unwrap();
        assert_eq!((noise.low, noise.no_interval), (None, Some("all alike")));
    }

    #[test]
    fn without_two_labels_of_a_task_there_is_a_reason() {
        let empty = desk(6, 3);
        let mut one = empty.clone();
        say(&mut one, "ana", 0, label("E0", 1.0));
        let mut skipped = empty.clone();
        say(&mut skipped, "ana", 0, skip("unclear"));
        say(&mut skipped, "ben", 0, skip("no idea"));
        for desk in [empty, one, skipped] {
            for dimension in agreement(&desk, &Options::default()) {
                assert_eq!((dimension.tasks, dimension.pairs), (0, 0));
                for measure in dimension.measures {
                    let found = (measure.estimate, measure.why_none);
                    assert_eq!(found, (None, Some(NO_PAIR)), "{}", measure.name);
                }
            }
        }
    }
}
