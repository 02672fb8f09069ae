//! What gold does to a panel, by hand.

use super::fixtures::{close, gold, occupations, reconciled};
use super::*;
use crate::rating::Rating;
use crate::ratings::fixtures::{rated, rubric, score};

fn scores(values: &[Option<f64>]) -> Vec<Rating> {
    let rated = |value: &Option<f64>| match value {
        Some(value) => rated(None, Some(score(*value)), "Because."),
        None => Rating::missing(crate::rating::Outcome::Abstained, 3),
    };
    values.iter().map(rated).collect()
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
    // A correlation of errors over three tasks would be chance.
    assert!(one.errors.is_none());
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
fn gold_that_agrees_makes_nothing_certain() {
    // Gold is 4 above the mean of the raters on two tasks of two occupations: both residuals are 0.
    let mut ratings = few();
    ratings[2] = rated(None, Some(score(24.0)), "");
    ratings[5] = Rating::missing(crate::rating::Outcome::Abstained, 3);
    ratings[8] = rated(None, Some(score(44.0)), "");
    let all = reconciled(&occupations(2, 2), 3, &ratings, &gold(2)).unwrap();
    let one = &all.dimensions[0];
    let last = one.task(3);
    close(last.value, 74.0);
    assert_eq!(
        (last.range, last.interval.name().as_ref()),
        (None, "none: gold residuals do not vary")
    );
    close(one.overall.score, 44.0);
    for score in one.occupations.iter().chain([&one.overall]) {
        assert_eq!(
            (score.range, score.interval),
            (None, Interval::EqualResiduals)
        );
    }
    assert_eq!(one.held_out, None);
}

#[test]
fn without_a_rater_gold_calibrates_the_others() {
    // b says 84 of the last task instead of 80.
    let mut ratings = few();
    ratings[10] = rated(None, Some(score(84.0)), "");
    let sheet = Sheet::of(&rubric(), 3, &ratings).unwrap();
    let found = one_left_out(3, &sheet, &gold(2), 1).unwrap();
    let [automation] = found.as_slice() else {
        panic!("{found:?}")
    };
    // (60 + 84) / 2 + 4. Gold lies 9, 6 and 3 below b alone: 84 - 6; and 11, 14 and 17 above a alone: 60 + 14.
    close(automation.all.consensus.value, 76.0);
    // Gold itself is not left out.
    let [(0, Some(no_a)), (1, Some(no_b))] = automation.without.as_slice() else {
        panic!("{automation:?}")
    };
    close(no_a.consensus.value, 78.0);
    close(no_b.consensus.value, 74.0);
    assert_eq!(no_a.method, CALIBRATED_MEAN);
    let interval = no_a.consensus.interval.name();
    assert_eq!(interval, "90 % t-predictive, 3 human labels");
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
    let words = a.rationale(&a.task(3), &["a", "b", "g"], &Reasons::of("", &row));
    assert_eq!(
        words,
        "Both raters are near 70 (60 to 80), in the words of a: “Because”."
    );
    assert_eq!(
        a.dissent(&a.task(3), &["a", "b", "g"], &row),
        Vec::<&str>::new()
    );
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
