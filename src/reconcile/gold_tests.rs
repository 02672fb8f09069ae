//! What gold does to a panel: by value, and by what must not change.

use super::coverage::{Draws, coverage};
use super::*;
use crate::inventory::TaskType;
use crate::rater::GoldKind;
use crate::rating::Rating;
use crate::ratings::fixtures::{label, occupation, rated, rubric, score, task};
use crate::stats::rng::Rng;

const EXPOSURE: usize = 0;
const AUTOMATION: usize = 1;

fn gold(rater: usize) -> Options {
    Options {
        gold: Some(Gold {
            rater,
            kind: GoldKind::Human,
        }),
        ..Options::default()
    }
}

/// So many tasks in each of so many occupations.
fn occupations(count: usize, tasks: usize) -> Vec<Occupation> {
    let of = |n: usize| {
        let own = (0..tasks).map(|t| task(&format!("{n}-{t}"), TaskType::Supplemental, None));
        occupation(&format!("o{n}"), &format!("Job {n}"), own.collect())
    };
    (0..count).map(of).collect()
}

fn reconciled(
    occupations: &[Occupation],
    raters: usize,
    ratings: &[Rating],
    options: &Options,
) -> Result<Reconciled> {
    let occupations: Vec<&Occupation> = occupations.iter().collect();
    reconcile(
        &occupations,
        &Sheet::of(&rubric(), raters, ratings)?,
        options,
    )
}

fn scores(values: &[Option<f64>]) -> Vec<Rating> {
    let rated = |value: &Option<f64>| match value {
        Some(value) => rated(None, Some(score(*value)), "Because."),
        None => Rating::missing(crate::rating::Outcome::Abstained, 3),
    };
    values.iter().map(rated).collect()
}

fn close(a: Option<f64>, b: f64) {
    assert!(a.is_some_and(|a| (a - b).abs() < 1e-9), "{a:?} {b}");
}

/// Four tasks in two occupations; raters a, b and gold, which knows three of them.
fn few() -> Vec<Rating> {
    scores(&[
        Some(10.0),
        Some(30.0),
        Some(21.0),
        Some(20.0),
        Some(40.0),
        Some(34.0),
        Some(30.0),
        Some(50.0),
        Some(47.0),
        Some(60.0),
        Some(80.0),
        None,
    ])
}

#[test]
fn few_gold_tasks_shift_the_mean_and_judge_each_other() {
    let all = reconciled(&occupations(2, 2), 3, &few(), &gold(2)).unwrap();
    let [one] = all.dimensions.as_slice() else {
        panic!()
    };
    assert_eq!((one.method, one.panel()), (CALIBRATED_MEAN, &[0, 1][..]));
    assert_eq!(one.why, "3 gold tasks, fewer than 30");
    // Means 20, 30, 40 and 70; gold is 1, 4 and 7 above the first three: a shift of 4.
    let last = one.task(3);
    close(last.value, 74.0);
    // A gold task is shifted by the other two: (4 + 7)/2 = 5.5, (1 + 7)/2 = 4, (1 + 4)/2 = 2.5.
    close(one.task(0).value, 25.5);
    close(one.task(1).value, 34.0);
    close(one.task(2).value, 42.5);
    // Residuals -4.5, 0, 4.5: their root mean square is √13.5; t with 2 degrees at .9 is .9 √(2 / (4 · .95 · .05)).
    let half = 0.9 * (2.0_f64 / (4.0 * 0.95 * 0.05)).sqrt() * 13.5_f64.sqrt();
    close(last.range.map(|range| range.0), 74.0 - half);
    close(last.range.map(|range| range.1), 74.0 + half);
    assert_eq!(last.interval.name(), "90 % t-predictive, 3 human labels");
    assert_eq!(one.weights(3, &["a", "b", "g"]), "a=0.5;b=0.5;intercept=4");
    assert_eq!(
        one.weights(0, &["a", "b", "g"]),
        "a=0.5;b=0.5;intercept=5.5"
    );
    assert_eq!((one.gold_value(2), one.gold_value(3)), (Some(47.0), None));
    // Gold is no part of spread, number of raters and median.
    assert_eq!(
        (last.spread, last.n_raters, last.median),
        (Some(20.0), 2, Some(70.0))
    );
    // Both occupations have gold: means 25 and 55 are shifted by 4.
    close(one.occupations[0].score, 29.0);
    close(one.occupations[1].score, 59.0);
    close(one.overall.score, 44.0);
    // Without occupation 0 the shift is 7, without occupation 1 it is 2.5: jackknife √(1/2 · 2 · 2.25²) = 2.25. Of pairs of
    // tasks in one occupation there is one; residuals -4.5, 0 | 4.5.
    let greg = one.greg.unwrap();
    assert!((greg.calibration_se - 2.25).abs() < 1e-9);
    assert_eq!(
        one.overall.interval.name(),
        "90 % GREG, clustered by occupation, 3 human labels"
    );
}

#[test]
fn ends_and_values_are_cut_to_the_scale() {
    let mut ratings = few();
    ratings[9] = rated(None, Some(score(98.0)), "");
    ratings[10] = rated(None, Some(score(100.0)), "");
    let all = reconciled(&occupations(2, 2), 3, &ratings, &gold(2)).unwrap();
    let last = all.dimensions[0].task(3);
    assert_eq!(
        (last.value, last.range.map(|range| range.1)),
        (Some(100.0), Some(100.0))
    );
}

#[test]
fn gold_of_one_task_or_of_one_occupation_says_what_it_cannot() {
    let mut ratings = few();
    for task in [1, 2] {
        ratings[task * 3 + 2] = Rating::missing(crate::rating::Outcome::Abstained, 3);
    }
    let all = reconciled(&occupations(2, 2), 3, &ratings, &gold(2)).unwrap();
    let one = &all.dimensions[0];
    assert_eq!(
        (one.method, one.why.as_str()),
        (MEAN, "one gold task calibrates nothing")
    );
    assert_eq!(one.task(0).interval, Interval::ModelRange);
    close(one.task(0).value, 20.0);
    let mut ratings = few();
    ratings[8] = Rating::missing(crate::rating::Outcome::Abstained, 3);
    let all = reconciled(&occupations(2, 2), 3, &ratings, &gold(2)).unwrap();
    let one = &all.dimensions[0];
    assert_eq!(one.method, CALIBRATED_MEAN);
    assert_eq!(
        one.occupations[1].interval.name(),
        "none: gold from one occupation"
    );
    assert!(one.occupations[1].score.is_some() && one.held_out.is_none());
}

#[test]
fn gold_changes_nothing_in_the_panel_where_nothing_is_calibrated() {
    let (jobs, ratings) = (occupations(2, 2), few());
    let plain = Options {
        method: Method::Mean,
        ..gold(2)
    };
    let with = reconciled(&jobs, 3, &ratings, &plain).unwrap();
    let alone: Vec<Rating> = ratings
        .chunks(3)
        .flat_map(|row| row[..2].to_vec())
        .collect();
    let without = reconciled(&jobs, 2, &alone, &Options::default()).unwrap();
    let (a, b) = (&with.dimensions[0], &without.dimensions[0]);
    assert_eq!((a.method, a.common), (b.method, b.common));
    for task in 0..4 {
        assert_eq!(a.task(task), b.task(task));
        assert_eq!(a.spread(task), b.spread(task));
    }
    for (a, b) in a.occupations.iter().zip(&b.occupations) {
        assert_eq!(
            (a.score, a.range, &a.raters[..2]),
            (b.score, b.range, &b.raters[..])
        );
    }
    // Gold is named neither as agreeing nor as missing.
    let sheet = Sheet::of(&rubric(), 3, &ratings).unwrap();
    let row = sheet.row(3).unwrap();
    let words = a.rationale(&a.task(3), &["a", "b", "g"], &row);
    assert!(!words.contains('g') || !words.contains(" g "), "{words}");
    assert_eq!(
        a.dissent(&a.task(0), &["a", "b", "g"], &row),
        Vec::<&str>::new()
    );
}

/// Raters that see a truth, with a bias that they share, and gold that sees it better. Labels are thirds of it.
fn simulated(jobs: usize, tasks: usize, raters: usize, seed: u64) -> Vec<Rating> {
    let mut rng = Rng::new(seed);
    let mut noise = |sd: f64| {
        let sum: f64 = (0..12).map(|_| rng.below(1_000_000) as f64 / 1e6).sum();
        sd * (sum - 6.0)
    };
    let mut ratings = Vec::new();
    for _ in 0..jobs {
        let own = noise(6.0);
        for _ in 0..tasks {
            let truth = 45.0 + own + noise(18.0);
            let shared = 8.0 + noise(6.0);
            let mut push = |value: f64| {
                let value = value.clamp(0.0, 100.0);
                let position = (value / 33.4) as usize;
                ratings.push(rated(Some(label(position)), Some(score(value)), ""));
            };
            for rater in 0..raters {
                push(truth + shared + noise(6.0 + 8.0 * rater as f64));
            }
            push(truth + noise(6.0));
        }
    }
    ratings
}

#[test]
fn scores_are_stacked_and_every_value_is_the_sum_that_its_row_shows() {
    let (jobs, ratings) = (occupations(20, 5), simulated(20, 5, 3, 7));
    let all = reconciled(&jobs, 4, &ratings, &gold(3)).unwrap();
    let one = &all.dimensions[AUTOMATION];
    assert_eq!(one.method, RIDGE_STACK);
    for task in 0..100 {
        let weights = one.weights(task, &["a", "b", "c", "g"]);
        let inputs: Vec<(usize, f64)> = one.inputs(task).collect();
        let sum: f64 = weights
            .split(';')
            .map(|part| {
                let (name, weight) = part.split_once('=').unwrap();
                let weight: f64 = weight.parse().unwrap();
                let rater = ["a", "b", "c"].iter().position(|id| *id == name);
                rater.map_or(weight, |rater| weight * inputs[rater].1)
            })
            .sum();
        close(one.task(task).value, sum.clamp(0.0, 100.0));
    }
    // The best rater weighs most.
    let (_, own) = one.coefficients().unwrap();
    assert!(own[0].1 > own[2].1, "{own:?}");
    let held_out = one.held_out.unwrap();
    assert_eq!(
        (held_out.n, held_out.occupations, held_out.folds),
        (100, 20, 20)
    );
    assert!(held_out.covered >= 80, "{held_out:?}");
    assert!(one.errors.unwrap().kish.unwrap() < 3.0);
}

#[test]
fn labels_get_calibrated_chances_that_say_what_the_value_says() {
    let (jobs, ratings) = (occupations(20, 5), simulated(20, 5, 3, 9));
    for method in [Method::Auto, Method::PatternTable, Method::RidgeStack] {
        let options = Options { method, ..gold(3) };
        let all = reconciled(&jobs, 4, &ratings, &options).unwrap();
        let one = &all.dimensions[EXPOSURE];
        assert!([PATTERN_TABLE, RIDGE_STACK].contains(&one.method));
        for task in 0..100 {
            let consensus = one.task(task);
            let shares = consensus.shares.unwrap();
            let value = consensus.value.unwrap();
            assert!((shares.beta - value).abs() < 1e-6, "{shares:?} {value}");
            assert!(shares.alpha <= shares.gamma);
        }
        let weights = one.weights(0, &["a", "b", "c", "g"]);
        let says = if one.method == PATTERN_TABLE {
            weights.starts_with("pattern a=E") && weights.ends_with("other gold tasks")
        } else {
            weights.contains("intercept=")
        };
        assert!(says, "{weights}");
        let score = one.overall.score.unwrap();
        let beta = one.overall.shares.unwrap().beta;
        assert!((score / 100.0 - beta).abs() < 0.01, "{score} {beta}");
    }
}

#[test]
fn the_order_of_raters_and_tasks_changes_no_value() {
    let (jobs, ratings) = (occupations(12, 5), simulated(12, 5, 3, 11));
    let one = reconciled(&jobs, 4, &ratings, &gold(3)).unwrap();
    let turned: Vec<Rating> = ratings
        .chunks(4)
        .flat_map(|row| row.iter().rev().cloned().collect::<Vec<_>>())
        .collect();
    let other = reconciled(&jobs, 4, &turned, &gold(0)).unwrap();
    // Tasks backwards, occupations with them.
    let backwards: Vec<Rating> = ratings.chunks(4).rev().flatten().cloned().collect();
    let third = reconciled(&jobs, 4, &backwards, &gold(3)).unwrap();
    for position in [EXPOSURE, AUTOMATION] {
        let of = |all: &Reconciled| all.dimensions[position].clone();
        let (one, other, third) = (of(&one), of(&other), of(&third));
        assert_eq!((one.method, one.method), (other.method, third.method));
        for task in 0..60 {
            let consensus = one.task(task);
            close(other.task(task).value, consensus.value.unwrap());
            close(third.task(59 - task).value, consensus.value.unwrap());
            assert_eq!(other.task(task).label, consensus.label);
        }
        let (a, b) = (one.overall.range.unwrap(), third.overall.range.unwrap());
        assert!((a.0 - b.0).abs() < 1e-7 && (a.1 - b.1).abs() < 1e-7);
        close(other.overall.score, one.overall.score.unwrap());
    }
}

#[test]
fn missing_ratings_are_shifted_by_the_leniency_of_those_present() {
    // b is always 20 above a. On the last task a is missing, so b's 80 stands for a mean of 70.
    let mut ratings = few();
    ratings[9] = Rating::missing(crate::rating::Outcome::Refused, 3);
    let all = reconciled(&occupations(2, 2), 3, &ratings, &gold(2)).unwrap();
    let one = &all.dimensions[0];
    close(one.task(3).value, 74.0);
    assert_eq!(one.weights(3, &["a", "b", "g"]), "b=1;intercept=-6");
}

#[test]
fn diagnostics_say_that_they_are_and_have_no_interval() {
    let (jobs, ratings) = (occupations(12, 5), simulated(12, 5, 3, 13));
    for (method, position, name) in [
        (Method::DawidSkene, EXPOSURE, DAWID_SKENE),
        (Method::OneCoin, EXPOSURE, ONE_COIN),
        (Method::Em, AUTOMATION, EM),
    ] {
        let options = Options { method, ..gold(3) };
        let all = reconciled(&jobs, 4, &ratings, &options).unwrap();
        let one = &all.dimensions[position];
        assert!(one.method == name && name.starts_with("diagnostic: "));
        let consensus = one.task(5);
        assert!(consensus.value.is_some() && consensus.range.is_none());
        for interval in [consensus.interval, one.overall.interval] {
            assert_eq!(
                interval.name(),
                "none: assumes that raters err independently"
            );
        }
        // The other dimension has what follows from what is known, and says why.
        let other = &all.dimensions[1 - position];
        assert!(other.calibrated.is_some() && other.why.contains(method.name()));
    }
}

#[test]
fn a_method_that_applies_nowhere_and_gold_alone_are_refused() {
    let jobs = occupations(2, 2);
    let refused = |raters, ratings: &[Rating], options: &Options| {
        let error = reconciled(&jobs, raters, ratings, options).unwrap_err();
        (error.kind(), error.to_string())
    };
    let method = |method, options: Options| Options { method, ..options };
    let table = method(Method::PatternTable, gold(2));
    assert_eq!(
        refused(3, &few(), &table),
        (
            Kind::Usage,
            "pattern-table applies to no dimension of this run (automation: pattern-table is for labels; 3 gold tasks, \
             fewer than 30)"
                .into()
        )
    );
    let none = method(Method::CalibratedMean, Options::default());
    let (_, message) = refused(3, &few(), &none);
    assert!(message.contains("calibrated-mean needs gold"), "{message}");
    let alone = scores(&[Some(1.0), Some(2.0), Some(3.0), Some(4.0)]);
    assert_eq!(refused(1, &alone, &gold(0)).0, Kind::Input);
    let level = Options {
        level: 1.0,
        ..gold(2)
    };
    assert_eq!(refused(3, &few(), &level).0, Kind::Usage);
}

#[test]
fn intervals_cover_gold_of_occupations_that_the_model_never_saw() {
    let jobs = occupations(40, 6);
    let ratings = simulated(40, 6, 3, 17);
    let all = reconciled(&jobs, 4, &ratings, &gold(3)).unwrap();
    let jobs: Vec<&Occupation> = jobs.iter().collect();
    let how = Draws {
        draws: 40,
        gold_tasks: 60,
        seed: 1,
        threads: 2,
    };
    for one in &all.dimensions {
        let rows = coverage(one, &jobs, how);
        let methods = if one.position == EXPOSURE { 4 } else { 2 };
        assert_eq!(rows.len(), 2 * methods);
        for row in &rows {
            assert_eq!((row.draws, row.gold_tasks, row.tasks), (40, 60.0, 120.0));
            assert!((0.86..0.98).contains(&row.coverage), "{row:?}");
            assert!(row.range_coverage < row.coverage);
        }
        // Threads change nothing, another seed does.
        assert_eq!(rows, coverage(one, &jobs, Draws { threads: 1, ..how }));
        assert_ne!(rows, coverage(one, &jobs, Draws { seed: 2, ..how }));
    }
}
