//! What gold does to simulated panels whose raters share a bias: what must hold of every row, and how often intervals hold.

use super::coverage::{Draws, coverage};
use super::fixtures::{AUTOMATION, EXPOSURE, close, gold, occupations, reconciled, simulated};
use super::*;
use crate::rating::Rating;

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
        let other = coverage(one, &jobs, Draws { seed: 2, ..how });
        let mut pairs = rows.iter().zip(&other);
        assert!(pairs.any(|(a, b)| (a.coverage - b.coverage).abs() > 1e-6));
    }
}
