//! Does the interval hold what it promises? Gold is drawn at random from half of the occupations, the panel is calibrated on
//! it, and the gold labels of the other half, which the model never saw, are counted: within their task's interval or not.

use super::calibrated::{Calibrated, within};
use super::centred::centred_of;
use super::method::{Calibrator, FULL_FROM};
use super::view::View;
use super::{Gold, Reconciliation};
use crate::inventory::Occupation;
use crate::parallel::parallel;
use crate::stats::Clusters;
use crate::stats::rng::Rng;
use serde::Serialize;

/// How the check is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Draws {
    /// Number of random draws for each size of panel.
    pub draws: usize,
    /// Gold tasks of a draw; fewer where half of the occupations have fewer.
    pub gold_tasks: usize,
    /// What the draws are made of.
    pub seed: u64,
    /// How many threads work on them: it changes no number.
    #[serde(skip)]
    pub threads: usize,
}

/// The largest panel that is drawn, and the smallest.
pub const SIZES: std::ops::RangeInclusive<usize> = 2..=5;

/// What came of a method with panels of one size, as means over draws.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Id of the dimension.
    pub dimension: String,
    /// Number of raters drawn.
    pub raters: usize,
    /// The method, as files name it.
    pub method: &'static str,
    /// Whether it is what follows from what is known.
    pub default: bool,
    /// Draws that could be made.
    pub draws: usize,
    /// Gold tasks of a draw.
    pub gold_tasks: f64,
    /// Held-out tasks of a draw.
    pub tasks: f64,
    /// Share of held-out gold labels within the interval of their task.
    pub coverage: f64,
    /// Standard deviation of that over draws; `None` for one draw.
    pub coverage_sd: Option<f64>,
    /// Width of the interval, cut to the scale.
    pub width: f64,
    /// Root mean square error of the value.
    pub error: f64,
    /// Share of held-out gold labels between the smallest and the largest rater.
    pub range_coverage: f64,
    /// Mean distance of these.
    pub range_width: f64,
}

/// The check of one dimension: for each size of panel and each method one row. None without gold, with gold in fewer than
/// four occupations, or a panel of one rater.
#[must_use]
pub fn coverage(one: &Reconciliation, occupations: &[&Occupation], how: Draws) -> Vec<Row> {
    let Some(gold) = one.gold() else {
        return Vec::new();
    };
    let of_task = occupations.iter().enumerate();
    let of_task: Vec<usize> = of_task
        .flat_map(|(n, occupation)| occupation.tasks.iter().map(move |_| n))
        .collect();
    let check = Check {
        one,
        gold,
        of_task,
        how,
    };
    let sizes = SIZES.filter(|&size| size <= one.panel().len());
    sizes.flat_map(|size| check.size(size)).collect()
}

struct Check<'a> {
    one: &'a Reconciliation,
    gold: Gold,
    /// The occupation of each task.
    of_task: Vec<usize>,
    how: Draws,
}

/// One draw of one method.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    calibrator: Calibrator,
    gold: usize,
    tasks: usize,
    /// Of the held-out tasks, by their design weights: how many are covered, the sum of widths, and so on.
    counted: f64,
    covered: f64,
    width: f64,
    squares: f64,
    in_range: f64,
    range_width: f64,
}

impl Check<'_> {
    fn methods(&self) -> &'static [Calibrator] {
        match self.one.dimension.labels().is_empty() {
            true => &[Calibrator::Stack, Calibrator::Mean],
            false => &[
                Calibrator::Best,
                Calibrator::Table,
                Calibrator::Stack,
                Calibrator::Mean,
            ],
        }
    }

    fn size(&self, size: usize) -> Vec<Row> {
        let jobs: Vec<usize> = (0..self.how.draws).collect();
        let found = parallel(&jobs, self.how.threads, |&draw| self.draw(size, draw));
        let found: Vec<Outcome> = found.into_iter().flatten().collect();
        let rows = self.methods().iter().filter_map(|&calibrator| {
            let own = found.iter().filter(|one| one.calibrator == calibrator);
            self.row(size, calibrator, &own.copied().collect::<Vec<_>>())
        });
        rows.collect()
    }

    fn row(&self, size: usize, calibrator: Calibrator, found: &[Outcome]) -> Option<Row> {
        let draws = found.len() as f64;
        let mean = |pick: &dyn Fn(&Outcome) -> f64| found.iter().map(pick).sum::<f64>() / draws;
        let share = |one: &Outcome| one.covered / one.counted;
        let coverage = mean(&share);
        let spread = mean(&|one| (share(one) - coverage).powi(2)) * draws / (draws - 1.0);
        let per_task = |value: f64, one: &Outcome| value / one.counted;
        let gold_tasks = mean(&|one| one.gold as f64);
        (!found.is_empty()).then(|| Row {
            dimension: self.one.dimension.id.clone(),
            raters: size,
            method: calibrator.name(),
            default: calibrator == self.methods()[0] && gold_tasks >= FULL_FROM as f64
                || calibrator == Calibrator::Mean && gold_tasks < FULL_FROM as f64,
            draws: found.len(),
            gold_tasks,
            tasks: mean(&|one| one.tasks as f64),
            coverage,
            coverage_sd: (found.len() > 1).then(|| spread.sqrt()),
            width: mean(&|one| per_task(one.width, one)),
            error: mean(&|one| per_task(one.squares, one).sqrt()),
            range_coverage: mean(&|one| per_task(one.in_range, one)),
            range_width: mean(&|one| per_task(one.range_width, one)),
        })
    }

    /// One draw: raters, half of the occupations, gold tasks among theirs.
    fn draw(&self, size: usize, draw: usize) -> Vec<Outcome> {
        // A generator of its own, so that neither threads nor other sizes change it.
        let mut rng = generator(self.how.seed, size, draw);
        let mut raters = shuffled(self.one.panel().to_vec(), &mut rng);
        raters.truncate(size);
        raters.sort_unstable();
        let (table, dimension) = (self.one.table(), &self.one.dimension);
        let centred = centred_of(table, &raters, dimension.bounds());
        let view = View {
            dimension,
            table,
            raters: &raters,
            centred: &centred,
            gold: self.gold,
            drawn: self.one.drawn(),
        };
        let known = view.gold_tasks();
        let occupations = Clusters::of(known.iter().map(|&task| self.of_task.get(task)));
        let order = shuffled((0..occupations.count()).collect(), &mut rng);
        let mut taught = vec![false; order.len()];
        for &occupation in order.iter().take(order.len() / 2) {
            taught[occupation] = true;
        }
        let half = |wanted: bool| -> Vec<usize> {
            let pairs = known.iter().zip(occupations.of_units());
            let own = pairs.filter(|(_, occupation)| taught[**occupation] == wanted);
            own.map(|(&task, _)| task).collect()
        };
        let mut gold = shuffled(half(true), &mut rng);
        gold.truncate(self.how.gold_tasks);
        gold.sort_unstable();
        let others = half(false);
        if occupations.count() < 4 || others.is_empty() {
            return Vec::new();
        }
        let methods = self.methods().iter();
        methods
            .filter_map(|&calibrator| self.count(&view, calibrator, &gold, &others))
            .collect()
    }

    fn count(
        &self,
        view: &View<'_>,
        calibrator: Calibrator,
        gold: &[usize],
        others: &[usize],
    ) -> Option<Outcome> {
        let level = self.one.options.level;
        let model = Calibrated::of(view, calibrator, gold.to_vec(), level)?;
        let (low, high) = view.dimension.bounds();
        let counts = view.counts(others)?;
        let mut found = Outcome {
            calibrator,
            gold: gold.len(),
            tasks: others.len(),
            counted: 0.0,
            covered: 0.0,
            width: 0.0,
            squares: 0.0,
            in_range: 0.0,
            range_width: 0.0,
        };
        let hit = |within: bool, counts: f64| if within { counts } else { 0.0 };
        for (place, &task) in others.iter().enumerate() {
            let counts = counts.at(place);
            let (value, label) = (model.value(view, task)?, view.gold_value(task)?);
            let ends = model.ends(view.dimension, value);
            found.counted += counts;
            found.covered += hit(within(label, (ends.low, ends.high)), counts);
            found.width += counts * (ends.high - ends.low);
            found.squares += counts * (value.clamp(low, high) - label).powi(2);
            let values = || {
                view.raters
                    .iter()
                    .filter_map(|&r| view.table.value(task, r))
            };
            let range = (
                values().fold(f64::INFINITY, f64::min),
                values().fold(f64::NEG_INFINITY, f64::max),
            );
            found.in_range += hit(within(label, range), counts);
            found.range_width += counts * (range.1 - range.0);
        }
        Some(found)
    }
}

/// The generator of a draw. Seed, size and draw go in one after the other: combined in one number, seeds would share draws.
fn generator(seed: u64, size: usize, draw: usize) -> Rng {
    let step = |state: u64, next: usize| Rng::new(state ^ next as u64).bits();
    Rng::new(step(step(Rng::new(seed).bits(), size), draw))
}

/// Fisher and Yates.
fn shuffled<T>(mut list: Vec<T>, rng: &mut Rng) -> Vec<T> {
    for n in (1..list.len()).rev() {
        list.swap(n, rng.below(n + 1));
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn seeds_sizes_and_draws_have_generators_of_their_own() {
        let mut first = BTreeSet::new();
        for seed in 0..8 {
            for size in SIZES {
                first.extend((0..100).map(|draw| generator(seed, size, draw).bits()));
            }
        }
        // 8 seeds, 4 sizes, 100 draws.
        assert_eq!(first.len(), 3200);
    }
}
