//! Panels small enough to work out by hand.

use super::*;
use crate::rubric::Rubric;

/// Two occupations of two tasks; a, b and c on automation.
fn three() -> Panel {
    Panel::scores(
        &[2, 2],
        &[
            some(&[50.0, 60.0, 20.0, 40.0]),
            some(&[40.0, 50.0, 10.0, 20.0]),
            some(&[40.0, 40.0, 20.0, 20.0]),
        ],
    )
}

#[test]
fn leniency_is_beyond_the_others_with_an_error_of_occupations() {
    let audit = three().audit(&quick());
    let dimension = only(&audit);
    assert_eq!(
        (dimension.id.as_str(), dimension.n_tasks),
        ("automation", 4)
    );
    let a = of(dimension, "a");
    // Others of a: 40, 45, 15, 20. Differences 10, 15, 5, 20, mean 12.5; sums of deviations by occupation -2.5 - 0 … :
    // (10 + 15) - 25 = 0 and (5 + 20) - 25 = 0, so the clustered error is 0 although the values differ.
    let leniency = a.leniency.unwrap();
    assert_eq!((leniency.point, leniency.n), (12.5, 4));
    assert_eq!((leniency.low, leniency.high), (None, None));
    // Two clusters of one sign: 2 of the 4 patterns of signs are as far from 0.
    assert_eq!(a.leniency_p, Some(0.5));
    // Others of b: 45, 50, 20, 30. Differences -5, 0, -10, -10, mean -6.25. Deviations by occupation 7.5 and -7.5; CR0 =
    // √(2 · 56.25) / 4 = 2.6517, CR1 = CR0 · √2 = 3.75; t = -1.6667 with one degree of freedom: p = 1 − 2 atan(t) / π.
    let b = of(dimension, "b");
    near(b.leniency.unwrap().point, -6.25);
    let p = 1.0 - 2.0 * (6.25_f64 / 3.75).atan() / std::f64::consts::PI;
    near(b.leniency_p.unwrap(), p);
    // tan(0.45 π) = 6.3138 standard errors to each side.
    near(
        b.leniency.unwrap().high.unwrap(),
        -6.25 + 3.75 * (0.45 * std::f64::consts::PI).tan(),
    );
    assert_eq!(a.used.unwrap().distinct, 4);
    assert_eq!(a.round_share.unwrap().point, 1.0);
}

#[test]
fn a_missing_rating_is_in_no_mean() {
    let mut columns = vec![
        some(&[50.0, 60.0, 20.0, 40.0]),
        some(&[40.0, 50.0, 10.0, 20.0]),
    ];
    columns[1][3] = None;
    let audit = Panel::scores(&[2, 2], &columns).audit(&quick());
    let a = of(only(&audit), "a");
    // Differences 10, 10, 10 on the three tasks that both rated.
    assert_eq!(
        (a.leniency.unwrap().point, a.leniency.unwrap().n, a.n),
        (10.0, 3, 4)
    );
    let b = &audit.raters[1];
    assert_eq!((b.outcomes["refused"], b.questions), (1, 4));
    assert_eq!(b.refusals.unwrap().point, 0.25);
    // b refuses ¼ of the tasks, a none: 25 points beyond.
    assert_eq!(b.refusals_beyond.unwrap().point, 0.25);
}

#[test]
fn pairs_and_agreement_of_labels_by_hand() {
    // E0 E2 E1 E1 against E0 E0 E1 E2: equal on two of four.
    let columns = [
        vec![Some(0), Some(1), Some(2), Some(2)],
        vec![Some(0), Some(0), Some(2), Some(1)],
    ];
    let audit = Panel::labels(&[2, 2], &columns).audit(&quick());
    let dimension = only(&audit);
    let pair = &dimension.pairs[0];
    assert_eq!((pair.n, pair.exact_agreement.unwrap().point), (4, 0.5));
    // Values 0 ½ 1 1 and 0 0 1 ½: mean difference ¼, in points 25.
    assert_eq!(pair.mean_difference.unwrap().point, 25.0);
    // Quadratic kappa = 1 − Σ(x − y)²/n over E(x − y)²: 0.125 / (var x + var y + ¼²) = 0.125 / (0.171875 + 0.171875 + 0.0625)
    // = 0.3077; kappa 0.6923.
    near(pair.kappa.unwrap().point, 1.0 - 0.125 / 0.40625);
    assert_eq!(dimension.labels.as_ref().unwrap(), &["E0", "E2", "E1"]);
    let named = |name: &str, metric: Option<&str>| {
        let found = dimension
            .agreement
            .iter()
            .find(|one| one.name == name && one.metric == metric);
        found.unwrap().estimate.unwrap()
    };
    // Coincidences: E0 3, E2 2, E1 3 of 8; nominal D_o = 4 unlike of 8, D_e = (64 − 9 − 4 − 9) / (8 · 7) = 42/56.
    near(
        named("krippendorff_alpha", Some("nominal")).point,
        1.0 - 0.5 / 0.75,
    );
    assert_eq!(named("all_equal", None).point, 0.5);
    assert!(
        named("gwet_ac1", Some("nominal")).low.unwrap() <= named("gwet_ac1", Some("nominal")).point
    );
}

#[test]
fn gold_is_measured_against_and_no_part_of_the_panel() {
    // Errors of a: 10 10 10 30, of b: 0 10 0 20; gold is c.
    let panel = Panel::scores(
        &[2, 2],
        &[
            some(&[50.0, 60.0, 30.0, 60.0]),
            some(&[40.0, 60.0, 20.0, 50.0]),
            some(&[40.0, 50.0, 20.0, 30.0]),
        ],
    )
    .with_gold();
    let audit = panel.audit(&quick());
    let dimension = only(&audit);
    let (a, gold) = (of(dimension, "a"), of(dimension, "c"));
    // Beyond b alone: 10 0 10 10.
    assert_eq!(a.leniency.unwrap().point, 7.5);
    assert_eq!(
        (gold.gold, gold.leniency, gold.vs_gold.is_none()),
        (true, None, true)
    );
    let against = a.vs_gold.as_ref().unwrap();
    assert_eq!(
        (
            against.n,
            against.bias.unwrap().point,
            against.mae.unwrap().point
        ),
        (4, 15.0, 15.0)
    );
    // r of (10 10 10 30) and (0 10 0 20): deviations -5 -5 -5 15 and -7.5 2.5 -7.5 12.5: Σxy = 250, Σx² = 300, Σy² = 275.
    let errors = dimension.errors.as_ref().unwrap();
    let r = 250.0 / (300.0_f64 * 275.0).sqrt();
    near(errors.correlation.unwrap().point, r);
    near(errors.effective_raters.unwrap().point, 2.0 / (1.0 + r));
    assert_eq!((errors.raters, errors.n), (2, 4));
    assert_eq!(audit.raters[2].gold.as_deref(), Some("human"));
    // The widest spread is that of the panel: 10 on tasks 0, 2, 3; gold is heard beside.
    assert_eq!(
        dimension
            .widest
            .iter()
            .map(|one| one.task)
            .collect::<Vec<_>>(),
        [0, 2, 3]
    );
    assert_eq!(dimension.widest[0].ratings.len(), 3);
    let whose: Vec<&str> = dimension.agreement.iter().map(|one| one.of).collect();
    assert!(whose.contains(&"panel") && whose.contains(&"panel and gold"));
}

#[test]
fn one_rater_has_nobody_to_agree_with() {
    let audit = Panel::scores(&[2, 2], &[some(&[1.0, 2.0, 3.0, 4.0])]).audit(&quick());
    let dimension = only(&audit);
    assert!(
        dimension
            .agreement
            .iter()
            .all(|one| one.estimate.is_none() && one.why_none.is_some())
    );
    assert!(dimension.pairs.is_empty() && audit.findings.is_empty());
    assert!(
        audit
            .nothing_found
            .as_ref()
            .unwrap()
            .starts_with("nothing could be tested")
    );
    assert_eq!(dimension.raters[0].leniency, None);
}

#[test]
fn one_occupation_has_intervals_of_its_tasks_and_says_so() {
    let columns = [
        some(&[50.0, 60.0, 20.0, 40.0]),
        some(&[40.0, 58.0, 10.0, 20.0]),
    ];
    let audit = Panel::scores(&[4], &columns).audit(&quick());
    let a = of(only(&audit), "a");
    // Differences 10 2 10 20: mean 10.5, s² = (0.25 + 72.25 + 0.25 + 90.25) / 3 = 54.33, error √(54.33 / 4) = 3.686.
    let t: f64 = 2.353_363_434_801_823; // of 3 degrees of freedom, 90 %
    near(
        a.leniency.unwrap().high.unwrap(),
        10.5 + t * (163.0_f64 / 12.0).sqrt(),
    );
    assert!(audit.notes[0].starts_with("all tasks are of one occupation"));
    assert!(
        only(&audit).agreement[0]
            .method
            .contains("by task, in one occupation")
    );
}

#[test]
fn drift_is_of_tasks_that_read_the_same() {
    let sizes = [2, 2];
    let other = some(&[10.0, 20.0, 30.0, 40.0]);
    let now = Panel::scores(&sizes, &[some(&[50.0, 60.0, 20.0, 40.0]), other.clone()]);
    let mut then = Panel::scores(&sizes, &[some(&[45.0, 50.0, 20.0, 99.0]), other]);
    then.occupations[1].tasks[1].statement = "Something else.".into();
    let audit = now.against(&[("then", &then)], &quick());
    let drift = &of(only(&audit), "a").drift.as_ref().unwrap()[0];
    // 5, 10, 0; the fourth task reads differently.
    assert_eq!(
        (drift.run.as_str(), drift.n, drift.same_prompt),
        ("then", 3, true)
    );
    near(drift.difference.unwrap().point, 5.0);
    near(drift.same_answer.unwrap().point, 1.0 / 3.0);
    assert_eq!(
        audit
            .runs
            .iter()
            .map(|one| one.run.as_str())
            .collect::<Vec<_>>(),
        ["now", "then"]
    );
}

#[test]
fn a_rater_that_is_asked_again_is_compared_with_itself() {
    let mut panel = Panel::scores(&[1, 1], &[some(&[0.0, 0.0])]);
    let mut sheet = Sheet::new(&rubric() as &Rubric, 2, Slots::new([2]));
    for (task, sample, value) in [(0, 0, 40.0), (0, 1, 44.0), (1, 0, 80.0), (1, 1, 80.0)] {
        let cell = sheet.cell(task, 0, sample);
        sheet
            .set(cell, &rated(None, Some(score(value)), ""))
            .unwrap();
    }
    panel.sheet = sheet;
    let audit = panel.audit(&quick());
    let retest = of(only(&audit), "a").test_retest.as_ref().unwrap();
    // Variances 8 and 0, mean 4: s_w = 2, repeatability 1.96 √2 · 2; one of two pairs is the same.
    assert_eq!((retest.n, retest.within_sd.unwrap().point), (2, 2.0));
    near(
        retest.repeatability.unwrap().point,
        1.96 * 2.0 * 2.0_f64.sqrt(),
    );
    assert_eq!(retest.exact.unwrap().point, 0.5);
    // MSR = 2 (42 − 61)² + … = 2 · 2 · 19² / 1 = 1444, MSW = (8 + 0) / 2 = 4: (1444 − 4) / (1444 + 4).
    near(retest.icc.unwrap().point, 1440.0 / 1448.0);
    assert_eq!(audit.raters[0].questions, 4);
}

#[test]
fn a_kind_of_work_is_compared_with_the_rest() {
    // Groups 11 and 13 take turns, 5 occupations of 2 tasks each; a is 10 beyond b in group 13, 0, 2 and 4 in 11.
    let a: Vec<f64> = [0.0, 10.0, 2.0, 10.0, 4.0]
        .iter()
        .flat_map(|d| [50.0 + d, 30.0 + d])
        .collect();
    let b: Vec<f64> = std::iter::repeat_n([50.0, 30.0], 5).flatten().collect();
    let audit = Panel::scores(&[2; 5], &[some(&a), some(&b)]).audit(&quick());
    let groups = &only(&audit).groups;
    // Group 13 has 4 tasks, too few; group 11 has 6.
    assert_eq!(groups.len(), 2);
    let own = groups.iter().find(|group| group.rater == "a").unwrap();
    assert_eq!(
        (own.key.as_str(), own.title.as_str(), own.n, own.occupations),
        ("11-0000", "Management Occupations", 6, 3)
    );
    near(own.leniency.unwrap().point, 2.0);
    near(own.beyond.unwrap().point, -8.0);
    // Influence of the occupations: 2 (0 − 2)/6, 0, 2 (4 − 2)/6 and none of the others: √(2 · (2/3)² · 3/2), as there are
    // three occupations here; one degree of freedom, since the rest has two.
    let se = (2.0 * (2.0_f64 / 3.0).powi(2) * 1.5).sqrt();
    near(
        own.beyond_p.unwrap(),
        1.0 - 2.0 * (8.0 / se).atan() / std::f64::consts::PI,
    );
    // Of the six tasks of group 11 only four are rated by both: too few.
    let mut fewer = some(&a);
    (fewer[0], fewer[8]) = (None, None);
    let audit = Panel::scores(&[2; 5], &[fewer, some(&b)]).audit(&quick());
    assert!(only(&audit).groups.is_empty());
}
