//! What a number says of itself: how a rater was asked, what it was compared with, why there is no interval.

use super::*;
use crate::rubric::Rubric;

#[test]
fn a_drift_says_that_another_file_answers() {
    use crate::compare::{Otherwise, Source};
    let columns = [
        some(&[50.0, 60.0, 20.0, 40.0]),
        some(&[45.0, 50.0, 20.0, 9.0]),
    ];
    let (mut now, mut then) = (
        Panel::scores(&[2, 2], &columns),
        Panel::scores(&[2, 2], &columns),
    );
    now.raters[0].asked = Some(Source::Recording("new".into()));
    then.raters[0].asked = Some(Source::Recording("old".into()));
    let audit = now.against(&[("then", &then)], &quick());
    let drift = |id: &str| of(only(&audit), id).drift.as_ref().unwrap()[0].clone();
    assert_eq!(drift("a").otherwise, [Otherwise::Recording]);
    assert_eq!(drift("a").asked(), "the same prompt, other recording");
    // Of b nothing is known.
    assert_eq!(drift("b").asked(), "the same prompt");
}

#[test]
fn a_rater_that_learned_from_gold_is_named() {
    let columns = [
        some(&[50.0, 60.0, 20.0, 40.0]),
        some(&[45.0, 50.0, 20.0, 9.0]),
    ];
    let mut panel = Panel::scores(&[2, 2], &columns).with_gold();
    let told = |panel: &Panel| {
        let notes = panel.audit(&quick()).notes;
        notes
            .into_iter()
            .find(|note| note.contains("was trained on"))
    };
    assert_eq!(told(&panel), None);
    for task in [1, 2] {
        let mut one = rated(None, Some(score(50.0)), "");
        one.basis = Some(crate::rating::Basis::OutOfFold);
        panel.sheet.set(panel.sheet.cell(task, 0, 0), &one).unwrap();
    }
    let told = told(&panel).unwrap();
    assert!(
        told.starts_with("a was trained on 2 tasks of gold: there it answered with a model that"),
        "{told}"
    );
}

#[test]
fn spreads_are_compared_of_single_answers() {
    // Labels by position: E0 0, E2 ½, E1 1. c is a statistical model: it has no ratio and is in nobody's.
    let columns = [
        vec![Some(0), Some(2), Some(0), Some(2)],
        vec![Some(0), Some(2), Some(2), Some(0)],
        vec![Some(1), Some(1), Some(1), Some(0)],
    ];
    let mut panel = Panel::labels(&[2, 2], &columns);
    panel.raters[2].kind = "surrogate".into();
    let audit = panel.audit(&quick());
    let dimension = only(&audit);
    near(of(dimension, "a").sd_ratio.unwrap().point, 1.0);
    near(of(dimension, "a").c_b.unwrap().point, 1.0);
    let model = of(dimension, "c");
    assert_eq!((model.sd_ratio, model.c_b), (None, None));
    assert!(model.leniency.is_some());
}

#[test]
fn the_mean_of_samples_is_no_compression() {
    let mut panel = Panel::scores(&[1, 1, 1], &[some(&[0.0; 3]), some(&[20.0, 50.0, 80.0])]);
    let mut sheet = Sheet::new(&rubric() as &Rubric, 3, Slots::new([2, 1]));
    // a says what b says, and something nearer to the middle when it is asked again.
    for (task, [first, again]) in [[20.0, 50.0], [50.0, 50.0], [80.0, 50.0]]
        .iter()
        .enumerate()
    {
        for (rater, sample, value) in [(0, 0, first), (0, 1, again), (1, 0, first)] {
            let cell = sheet.cell(task, rater, sample);
            sheet
                .set(cell, &rated(None, Some(score(*value)), ""))
                .unwrap();
        }
    }
    panel.sheet = sheet;
    near(
        of(only(&panel.audit(&quick())), "a")
            .sd_ratio
            .unwrap()
            .point,
        1.0,
    );
}

#[test]
fn one_task_has_no_alpha_and_alike_values_no_interval() {
    let lone = [vec![Some(40.0), None], vec![Some(60.0), None]];
    let audit = Panel::scores(&[1, 1], &lone).audit(&quick());
    let alpha = &only(&audit).agreement[0];
    assert_eq!(alpha.name, "krippendorff_alpha");
    assert_eq!(alpha.estimate, None);
    assert!(alpha.why_none.unwrap().starts_with("fewer than two tasks"));
    // One occupation of two has ratings.
    let mean = of(only(&audit), "a").mean.unwrap();
    assert_eq!(mean.no_interval, Some("all in one occupation"));
    // Both say the same: alpha is 1 in every resample.
    let same = [some(&[40.0, 60.0]), some(&[40.0, 60.0])];
    let audit = Panel::scores(&[1, 1], &same).audit(&quick());
    let leniency = of(only(&audit), "a").leniency.unwrap();
    assert_eq!(
        (leniency.low, leniency.no_interval),
        (None, Some("all alike"))
    );
    let alpha = only(&audit).agreement[0].estimate.unwrap();
    assert_eq!((alpha.point, alpha.low, alpha.high), (1.0, None, None));
    assert_eq!(alpha.no_interval, Some("all alike"));
}

#[test]
fn where_no_leniency_could_be_found_it_says_so() {
    // Two occupations, differences of 40 and −40: one degree of freedom, an error of 40.
    let audit = Panel::scores(&[1, 1], &[some(&[70.0, 30.0]), some(&[30.0, 70.0])]).audit(&quick());
    let nothing = audit.nothing_found.unwrap();
    assert!(
        nothing.ends_with(
            "matter; no leniency could have been found on automation: what has 80 % power is more than its whole scale"
        ),
        "{nothing}"
    );
}

#[test]
fn differences_that_are_all_alike_are_tested_by_their_signs() {
    let a: Vec<f64> = (0..8).map(|n| 40.0 + f64::from(n)).collect();
    let b: Vec<f64> = a.iter().map(|value| value - 10.0).collect();
    let audit = Panel::scores(&[1; 8], &[some(&a), some(&b)]).audit(&quick());
    let lenient = audit
        .findings
        .iter()
        .find(|one| one.kind == "leniency")
        .unwrap();
    assert_eq!(
        lenient.test,
        "flipped signs of all differences by occupation"
    );
}
