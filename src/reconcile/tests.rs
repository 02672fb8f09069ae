//! The whole reconciliation: by value, and by what must not change it.

use super::*;
use crate::inventory::TaskType;
use crate::rating::{Outcome, Rating};
use crate::ratings::fixtures::{label, occupation, odds, rated, rubric, score, task};
use crate::rubric::{Rubric, Scale};
use proptest::prelude::*;

/// The ratings of a panel of this size, reconciled.
fn reconciled(
    raters: usize,
    occupations: &[&Occupation],
    ratings: &[Rating],
    options: &Options,
) -> Result<(Sheet, Reconciled)> {
    let sheet = Sheet::of(&rubric(), raters, ratings)?;
    let all = reconcile(occupations, &sheet, options)?;
    Ok((sheet, all))
}

fn rationale(sheet: &Sheet, one: &Reconciliation, task: usize) -> String {
    let ids: Vec<String> = (0..sheet.slots().raters())
        .map(|n| format!("r{n}"))
        .collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let row = sheet.row(task).unwrap();
    one.rationale(&one.task(task), &ids, &Reasons::of("", &row))
}

fn two_occupations() -> [Occupation; 3] {
    [
        occupation(
            "o1",
            "One",
            vec![
                task("1", TaskType::Core, None),
                task("2", TaskType::Unknown, None),
            ],
        ),
        occupation("o2", "Two", vec![task("3", TaskType::Core, None)]),
        occupation("o3", "None", Vec::new()),
    ]
}

#[test]
fn a_small_panel_by_hand() {
    let occupations = two_occupations();
    let occupations: Vec<&Occupation> = occupations.iter().collect();
    let ratings = [
        rated(Some(label(2)), None, ""),              // task 1: E1
        rated(Some(odds([0.2, 0.6, 0.2])), None, ""), //         .5
        rated(Some(label(0)), None, ""),              // task 2: E0
        rated(Some(odds([0.6, 0.4, 0.0])), None, ""), //         .2
        Rating::missing(Outcome::Refused, 3),         // task 3: missing
        rated(Some(odds([0.0, 0.4, 0.6])), None, ""), //         .8
    ];
    let (sheet, all) = reconciled(2, &occupations, &ratings, &Options::default()).unwrap();
    let [exposure] = all.dimensions.as_slice() else {
        panic!("{all:?}")
    };
    assert_eq!(exposure.method, CENTRED);
    // Common tasks 1 and 2: means .5 and .35, grand .425, effects +.075 and -.075.
    let close = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-12, "{a:?} {b}");
    close(exposure.effects[0], 0.075);
    close(exposure.task(0).value, 0.75);
    close(exposure.task(1).value, 0.1);
    // Task 3: .8 + .075.
    close(exposure.task(2).value, 0.875);
    assert_eq!(exposure.task(2).interval, Interval::OneRater);
    assert!(rationale(&sheet, exposure, 2).contains("r0 gave no rating (refused)."));
    // Occupation 1: (2 · .75 + .1) / 3 · 100 = 53.333; raters 2/3 and (2 · .5 + .2) / 3 = .4.
    let [one, two, none] = exposure.occupations.as_slice() else {
        panic!()
    };
    close(one.score, 160.0 / 3.0);
    close(one.range.map(|range| range.0), 40.0);
    close(one.range.map(|range| range.1), 200.0 / 3.0);
    // alpha: task 1 (1 + .2) / 2 = .6, task 2 0: 1.2 / 3 = .4.
    // gamma: task 1 (1 + .8) / 2 = .9, task 2 .4 / 2 = .2: 2 / 3.
    close(one.shares.map(|shares| shares.alpha), 0.4);
    close(one.shares.map(|shares| shares.gamma), 2.0 / 3.0);
    assert_eq!(two.interval, Interval::OneRater);
    assert_eq!(
        (none.score, none.interval, none.band),
        (None, Interval::NoTasks, None)
    );
}

#[test]
fn dimensions_that_nobody_covers_are_named_with_the_reason() {
    let occupations = two_occupations();
    let occupations: Vec<&Occupation> = occupations.iter().collect();
    let covered = vec![rated(Some(label(2)), Some(score(40.0)), ""); 3];
    let options = Options::default();
    let (_, all) = reconciled(1, &occupations, &covered, &options).unwrap();
    assert_eq!(all.dimensions.len(), 2);
    assert_eq!(all.uncovered[0].reason, "no rater of the panel covers it");
    let failed = vec![Rating::missing(Outcome::Auth, 3); 3];
    let (_, all) = reconciled(1, &occupations, &failed, &options).unwrap();
    assert!(all.dimensions.is_empty());
    assert_eq!(
        all.uncovered[0].reason,
        "no rater gave a rating of it (see the outcomes)"
    );
}

#[test]
fn an_abstaining_rater_is_not_missing_and_a_silent_one_is() {
    let one = occupation("o", "O", vec![task("1", TaskType::Core, None)]);
    let ratings = [
        rated(Some(label(2)), Some(score(10.0)), "Yes."),
        rated(Some(label(2)), None, "Terms."),
        Rating::missing(Outcome::Auth, 3),
    ];
    let (sheet, all) = reconciled(3, &[&one], &ratings, &Options::default()).unwrap();
    assert_eq!(
        rationale(&sheet, &all.dimensions[1], 0),
        "r0 gives 10: “Yes”. r2 gave no rating (auth)."
    );
}

#[test]
fn counts_that_do_not_fit_are_an_error() {
    let one = occupation("o", "O", vec![task("1", TaskType::Core, None)]);
    let options = Options::default();
    assert!(reconciled(2, &[&one], &[rated(None, None, "")], &options).is_err());
    assert!(reconciled(0, &[&one], &[], &options).is_err());
}

#[test]
fn the_median_can_be_the_value() {
    let one = occupation("o", "O", vec![task("1", TaskType::Core, None)]);
    let ratings = [10.0, 20.0, 90.0].map(|value| rated(None, Some(score(value)), ""));
    let options = Options {
        method: Method::Median,
        ..Options::default()
    };
    let (_, all) = reconciled(3, &[&one], &ratings, &options).unwrap();
    assert_eq!(all.dimensions[0].task(0).value, Some(20.0));
    assert_eq!(all.dimensions[0].method, "median");
}

#[test]
fn each_rater_is_left_out_by_hand() {
    // a, b and c say 10, 20 and 90 of the first task; of the second, a and b say 40 and 30. Of exposure a alone says E1.
    let one = |exposure: Option<usize>, value: Option<f64>| {
        rated(exposure.map(label), value.map(score), "")
    };
    let ratings = [
        one(Some(2), Some(10.0)),
        one(None, Some(20.0)),
        one(None, Some(90.0)),
        one(Some(2), Some(40.0)),
        one(None, Some(30.0)),
        Rating::missing(Outcome::Refused, 3),
    ];
    let sheet = Sheet::of(&rubric(), 3, &ratings).unwrap();
    let of = |task| one_left_out(task, &sheet, &Options::default(), 2).unwrap();
    let first = of(0);
    let [exposure, automation] = first.as_slice() else {
        panic!("{first:?}")
    };
    assert_eq!((exposure.position, automation.position), (0, 1));
    assert_eq!(exposure.without, [(0, None)]);
    let close = |a: Option<f64>, b: f64| assert!((a.unwrap() - b).abs() < 1e-12, "{a:?} {b}");
    close(automation.all.consensus.value, 40.0);
    let expected = [
        (55.0, (20.0, 90.0)),
        (50.0, (10.0, 90.0)),
        (15.0, (10.0, 20.0)),
    ];
    for (n, (value, range)) in expected.into_iter().enumerate() {
        let (rater, rest) = &automation.without[n];
        let consensus = rest.as_ref().unwrap().consensus;
        assert_eq!((*rater, consensus.range), (n, Some(range)));
        assert_eq!(consensus.interval, Interval::ModelRange);
        close(consensus.value, value);
    }
    let second = of(1);
    let without = |n: usize| second[1].without[n].1.as_ref().unwrap();
    // Without a, b alone is left: 30, and on the first task, the one that b and c have in common, b lies 35 below their mean.
    let alone = without(0);
    close(alone.consensus.value, 65.0);
    assert_eq!((alone.consensus.n_raters, alone.method), (1, CENTRED));
    assert_eq!(alone.consensus.interval.name(), "none: one rater");
    // Without c nothing is missing any more.
    close(without(2).consensus.value, 35.0);
    assert_eq!(without(2).method, MEAN);
}

#[test]
fn without_a_rater_the_values_are_those_of_a_panel_that_never_had_it() {
    // One of three raters left out, a method that needs three applies no more: what is left is their mean.
    let ratings = [2, 0, 0, 2, 2, 0, 0, 0, 2, 2, 2, 2].map(|n| rated(Some(label(n)), None, ""));
    let jobs = occupation(
        "o",
        "O",
        ["1", "2", "3", "4"]
            .map(|id| task(id, TaskType::Core, None))
            .to_vec(),
    );
    let options = Options {
        method: Method::DawidSkene,
        ..Options::default()
    };
    let sheet = Sheet::of(&rubric(), 3, &ratings).unwrap();
    for number in 0..4 {
        let found = one_left_out(number, &sheet, &options, 1).unwrap();
        let whole = reconcile(&[&jobs], &sheet, &options).unwrap();
        assert_eq!(found[0].all.consensus, whole.dimensions[0].task(number));
        assert_eq!(found[0].all.method, whole.dimensions[0].method);
        for (left, rest) in &found[0].without {
            let others: Vec<Rating> = ratings
                .iter()
                .enumerate()
                .filter(|(n, _)| n % 3 != *left)
                .map(|(_, rating)| rating.clone())
                .collect();
            let (_, alone) = reconciled(2, &[&jobs], &others, &Options::default()).unwrap();
            let rest = rest.as_ref().unwrap();
            assert_eq!(rest.consensus, alone.dimensions[0].task(number));
            assert_eq!(rest.method, MEAN);
        }
    }
}

/// Ratings of `tasks` × `raters`, some missing, some with class probabilities.
fn panels() -> impl Strategy<Value = (usize, usize, Vec<Rating>)> {
    let odds = (1u32..100, 1u32..100, 1u32..100).prop_map(|(a, b, c)| {
        let sum = f64::from(a + b + c);
        odds([f64::from(a) / sum, f64::from(b) / sum, f64::from(c) / sum])
    });
    let exposure = prop_oneof![
        3 => (0usize..3).prop_map(|position| Some(label(position))),
        1 => odds.prop_map(Some),
        1 => Just(None),
    ];
    let automation =
        prop_oneof![4 => (0.0..100.0).prop_map(|value| Some(score(value))), 1 => Just(None)];
    let rating = prop_oneof![
        5 => (exposure, automation).prop_map(|(e, a)| rated(e, a, "Because.")),
        1 => Just(Rating::missing(Outcome::Refused, 3)),
    ];
    (1usize..8, 1usize..6).prop_flat_map(move |(tasks, raters)| {
        let ratings = prop::collection::vec(rating.clone(), tasks * raters);
        (Just(tasks), Just(raters), ratings)
    })
}

/// Reconciled dimensions, each with its tasks.
fn run(
    rubric: &Rubric,
    tasks: usize,
    raters: usize,
    ratings: &[Rating],
) -> Vec<(Reconciliation, Vec<Consensus>)> {
    let sheet = Sheet::of(rubric, raters, ratings).unwrap();
    let described = (0..tasks)
        .map(|n| task(&n.to_string(), TaskType::Core, None))
        .collect();
    let one = occupation("o", "O", described);
    let all = reconcile(&[&one], &sheet, &Options::default()).unwrap();
    let dimensions = all.dimensions.into_iter();
    dimensions
        .map(|one| {
            let consensus = (0..tasks).map(|task| one.task(task)).collect();
            (one, consensus)
        })
        .collect()
}

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-12 * 100.0,
        (a, b) => a == b,
    }
}

proptest! {
    #[test]
    fn the_order_of_the_raters_changes_no_number(
        ((tasks, raters, ratings), seed) in (panels(), any::<prop::sample::Index>()),
    ) {
        let shift = seed.index(raters);
        let turned: Vec<Rating> = ratings
            .chunks_exact(raters)
            .flat_map(|row| row.iter().rev().cycle().skip(shift).take(raters).cloned())
            .collect();
        let (a, b) = (run(&rubric(), tasks, raters, &ratings), run(&rubric(), tasks, raters, &turned));
        prop_assert_eq!(a.len(), b.len());
        for ((a, a_tasks), (b, b_tasks)) in a.iter().zip(&b) {
            prop_assert_eq!(a.method, b.method);
            prop_assert_eq!(a_tasks, b_tasks);
            prop_assert_eq!(a.occupations[0].score, b.occupations[0].score);
            prop_assert_eq!(a.occupations[0].range, b.occupations[0].range);
        }
    }

    #[test]
    fn shuffled_tasks_keep_their_values((tasks, raters, ratings) in panels()) {
        let turned: Vec<Rating> = ratings.chunks_exact(raters).rev().flatten().cloned().collect();
        let (a, b) = (run(&rubric(), tasks, raters, &ratings), run(&rubric(), tasks, raters, &turned));
        for ((a, a_tasks), (b, b_tasks)) in a.iter().zip(&b) {
            for (a, b) in a_tasks.iter().zip(b_tasks.iter().rev()) {
                prop_assert!(near(a.value, b.value));
                prop_assert_eq!(a.label, b.label);
            }
            prop_assert!(near(a.occupations[0].score, b.occupations[0].score));
        }
    }

    #[test]
    fn names_of_labels_change_nothing_but_the_text((tasks, raters, ratings) in panels()) {
        let mut dimensions = rubric().dimensions().to_vec();
        if let Scale::Labels(labels) = &mut dimensions[0].scale {
            labels.iter_mut().zip(["none", "half", "full"]).for_each(|(l, id)| l.id = id.into());
        }
        let renamed = Rubric::new("renamed".into(), dimensions).unwrap();
        let a = run(&rubric(), tasks, raters, &ratings);
        let b = run(&renamed, tasks, raters, &ratings);
        for ((a, a_tasks), (b, b_tasks)) in a.iter().zip(&b) {
            prop_assert_eq!((a_tasks, &a.occupations), (b_tasks, &b.occupations));
        }
    }

    #[test]
    fn values_stay_on_their_scale_and_beta_between_alpha_and_gamma((tasks, raters, ratings) in panels()) {
        let rubric = rubric();
        for (one, tasks) in run(&rubric, tasks, raters, &ratings) {
            let (low, high) = one.dimension.bounds();
            for (n, task) in tasks.iter().enumerate() {
                prop_assert!(task.value.is_none_or(|value| (low..=high).contains(&value)));
                prop_assert_eq!(task.value.is_some(), task.n_raters > 0);
                prop_assert_eq!(one.spread(n), task.spread);
                if let Some(shares) = task.shares {
                    prop_assert!(shares.alpha <= shares.beta && shares.beta <= shares.gamma);
                }
            }
            let score = one.occupations[0].score;
            prop_assert!(score.is_none_or(|score| (-1e-9..=100.0 + 1e-9).contains(&score)));
        }
    }
}
