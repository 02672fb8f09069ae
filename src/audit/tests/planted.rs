//! Simulated panels: what is planted is found, and of nothing nothing is said.

use super::*;
use crate::stats::rng::Rng;

const OCCUPATIONS: usize = 40;
const TASKS: usize = 6;

/// Nearly normal: four bytes, whose sum has mean 510 and standard deviation 147.8.
fn noise(rng: &mut Rng, sd: f64) -> f64 {
    let bytes: usize = (0..4).map(|_| rng.below(256)).sum();
    sd * (bytes as f64 - 510.0) / 147.8
}

/// Four raters that see the same truth with the same noise, some of it shared within an occupation; `twist` changes what a
/// rater gives to a task.
fn panel(seed: u64, twist: impl Fn(usize, usize, f64) -> f64) -> Panel {
    let mut rng = Rng::new(seed);
    let mut columns = vec![Vec::new(); 4];
    for occupation in 0..OCCUPATIONS {
        let centre = 50.0 + noise(&mut rng, 8.0);
        let habits: Vec<f64> = (0..4).map(|_| noise(&mut rng, 3.0)).collect();
        for _ in 0..TASKS {
            let truth = centre + noise(&mut rng, 8.0);
            for (rater, column) in columns.iter_mut().enumerate() {
                let value = truth + habits[rater] + noise(&mut rng, 5.0);
                column.push(Some(twist(rater, occupation, value).clamp(0.0, 100.0)));
            }
        }
    }
    Panel::scores(&[TASKS; OCCUPATIONS], &columns)
}

fn kinds(audit: &Audit) -> Vec<(&str, &str)> {
    let found = audit.findings.iter();
    found
        .map(|one| (one.kind, one.raters[0].as_str()))
        .collect()
}

#[test]
fn a_lenient_rater_is_named_with_its_size() {
    let audit = panel(
        3,
        |rater, _, value| if rater == 1 { value + 8.0 } else { value },
    )
    .audit(&quick());
    let b = audit
        .findings
        .iter()
        .find(|one| one.raters == ["b"] && one.kind == "leniency")
        .unwrap();
    let estimate = b.estimate.unwrap();
    assert!(
        estimate.low.unwrap() < 8.0 && 8.0 < estimate.high.unwrap(),
        "{estimate:?}"
    );
    assert!(
        b.text
            .contains("points more lenient than the panel on automation, 90 % CI"),
        "{}",
        b.text
    );
    assert!(
        b.text.contains("(n = 240 tasks in 40 occupations)"),
        "{}",
        b.text
    );
    assert!(b.p_adjusted >= b.p && b.p_adjusted < 0.001);
    // 4 leniencies and 4 spreads of scores; nobody refuses or rounds, so neither was tested.
    assert_eq!(b.adjustment, "Holm over 8 tests");
    assert_eq!(audit.nothing_found, None);
}

#[test]
fn a_rater_that_squeezes_the_scale_is_named() {
    let squeezed = |rater, _, value: f64| {
        if rater == 2 {
            50.0 + (value - 50.0) * 0.6
        } else {
            value
        }
    };
    let audit = panel(4, squeezed).audit(&quick());
    let found = kinds(&audit);
    assert!(found.contains(&("compression", "c")), "{found:?}");
    assert!(
        !found.iter().any(|(kind, _)| *kind == "leniency"),
        "{found:?}"
    );
    let ratio = of(only(&audit), "c").sd_ratio.unwrap();
    assert!(
        ratio.low.unwrap() < 0.65 && ratio.high.unwrap() < 0.8,
        "{ratio:?}"
    );
}

#[test]
fn a_rater_that_rounds_is_named() {
    let round = |rater, _, value: f64| {
        if rater == 0 {
            (value / 10.0).round() * 10.0
        } else {
            value.round()
        }
    };
    let audit = panel(5, round).audit(&quick());
    let found = kinds(&audit);
    assert!(found.contains(&("round_numbers", "a")), "{found:?}");
    assert_eq!(of(only(&audit), "a").round_share.unwrap().point, 1.0);
}

#[test]
fn one_odd_rater_accuses_no_other() {
    for seed in 20..24 {
        let lenient = |rater, _, value| if rater == 1 { value + 12.0 } else { value };
        let audit = panel(seed, lenient).audit(&quick());
        let mut found = kinds(&audit);
        found.retain(|(kind, _)| *kind == "leniency");
        assert_eq!(found, [("leniency", "b")]);
        let round = |rater, _, value: f64| match rater {
            0 => (value / 10.0).round() * 10.0,
            _ => value.round(),
        };
        let audit = panel(seed, round).audit(&quick());
        let mut found = kinds(&audit);
        found.retain(|(kind, _)| *kind == "round_numbers");
        assert_eq!(found, [("round_numbers", "a")]);
    }
}

#[test]
fn a_second_odd_rater_is_told_beside_the_rest() {
    let audit = panel(25, |rater, _, value| match rater {
        0 => value - 9.0,
        1 => value + 14.0,
        _ => value,
    })
    .audit(&quick());
    let lenient = audit.findings.iter().filter(|one| one.kind == "leniency");
    let texts: Vec<&str> = lenient.map(|one| one.text.as_str()).collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts[0].starts_with("b is 1"), "{texts:?}");
    assert!(
        texts[1].starts_with("a is ")
            && texts[1].contains("stricter than the panel without b on automation"),
        "{texts:?}"
    );
}

#[test]
fn a_kind_of_work_is_named() {
    // Occupations of odd place are of group 13.
    let audit = panel(6, |rater, occupation, value| {
        if rater == 3 && occupation % 2 == 1 {
            value + 9.0
        } else {
            value
        }
    })
    .audit(&quick());
    let group = audit
        .findings
        .iter()
        .find(|one| one.kind == "group" && one.raters == ["d"])
        .unwrap();
    assert!(
        group
            .adjustment
            .starts_with("Benjamini–Hochberg over 8 tests"),
        "{}",
        group.adjustment
    );
    let lenient = audit
        .findings
        .iter()
        .find(|one| one.kind == "leniency")
        .unwrap();
    assert!(
        lenient
            .text
            .contains("; most in 13-0000 Business and Financial Operations Occupations ("),
        "{}",
        lenient.text
    );
}

#[test]
fn of_a_panel_of_two_all_is_said_once() {
    let both = panel(
        7,
        |rater, _, value| if rater == 0 { value + 12.0 } else { value },
    );
    let columns: Vec<Vec<Option<f64>>> = (0..2)
        .map(|rater| {
            (0..240)
                .map(|task| {
                    both.sheet.row(task).unwrap().opinion(rater).values[1]
                        .as_ref()
                        .map(|v| v.value)
                })
                .collect()
        })
        .collect();
    let audit = Panel::scores(&[TASKS; OCCUPATIONS], &columns).audit(&quick());
    let of_raters: Vec<_> = kinds(&audit)
        .into_iter()
        .filter(|(kind, _)| *kind != "group")
        .collect();
    assert_eq!(of_raters, [("leniency", "a")]);
    // Two groups that are all there is differ from each other: one finding at most.
    assert!(kinds(&audit).len() <= 2, "{:?}", kinds(&audit));
    assert!(
        audit.findings[0]
            .text
            .contains("more lenient than b on automation"),
        "{}",
        audit.findings[0].text
    );
}

#[test]
fn drift_is_named_and_bias_against_gold() {
    let then = panel(8, |_, _, value| value);
    let now = panel(
        8,
        |rater, _, value| if rater == 0 { value - 5.0 } else { value },
    )
    .with_gold();
    let audit = now.against(&[("then", &then)], &quick());
    let drift = audit
        .findings
        .iter()
        .find(|one| one.kind == "drift")
        .unwrap();
    assert!(
        drift
            .text
            .starts_with("a gives 5.0 points less than in run then (the same prompt)"),
        "{}",
        drift.text
    );
    let whose = |kind: &str| -> Vec<&str> {
        let of = audit.findings.iter().filter(|one| one.kind == kind);
        of.map(|one| one.raters[0].as_str()).collect()
    };
    assert_eq!((whose("drift"), whose("gold_bias")), (vec!["a"], vec!["a"]));
}

#[test]
fn of_two_hundred_fair_panels_no_more_are_accused_than_allowed() {
    let (mut accused, mut grouped, panels) = (0, 0, 200);
    for seed in 0..panels {
        let options = Options {
            draws: 100,
            ..Options::default()
        };
        let audit = panel(1000 + seed, |_, _, value| value).audit(&options);
        let dimension = only(&audit);
        // Without the floor of what is worth telling: the tests themselves, as the findings adjust them.
        let raters = dimension
            .raters
            .iter()
            .flat_map(|one| [one.leniency_p, one.sd_ratio_p]);
        let p: Vec<Option<f64>> = raters.collect();
        let stands = |p: &[Option<f64>], how| {
            let adjusted = crate::stats::inference::adjust(p, how).unwrap();
            adjusted.iter().flatten().any(|p| *p <= 0.1)
        };
        accused += usize::from(stands(&p, crate::stats::inference::Adjustment::Holm));
        let q = dimension.groups.iter().filter_map(|group| group.beyond_q);
        grouped += usize::from(q.into_iter().any(|q| q <= 0.1));
    }
    // Binomial(200, 0.1) exceeds 29 with probability 0.02.
    assert!(accused <= 29, "{accused} of {panels}");
    assert!(grouped <= 29, "{grouped} of {panels}");
}

/// Eight activities of 2 to 6 occupations of 1 to 12 tasks, among many occupations of none; nobody is lenient anywhere.
fn small_kinds(seed: u64) -> Panel {
    let mut rng = Rng::new(seed);
    let mut kinds = Vec::new();
    for kind in 0..8_usize {
        kinds.extend(std::iter::repeat_n(Some(kind), 2 + kind % 5));
    }
    kinds.extend([None; 20]);
    let sizes: Vec<usize> = kinds.iter().map(|_| 1 + rng.below(12)).collect();
    let mut columns = vec![Vec::new(); 2];
    for &size in &sizes {
        for column in &mut columns {
            let habit = noise(&mut rng, 4.0);
            column.extend((0..size).map(|_| Some(50.0 + habit + noise(&mut rng, 3.0))));
        }
    }
    let mut panel = Panel::scores(&sizes, &columns);
    for (occupation, kind) in panel.occupations.iter_mut().zip(kinds) {
        for task in &mut occupation.tasks {
            task.activities = kind.iter().map(|kind| format!("k{kind}")).collect();
        }
    }
    panel
}

#[test]
fn small_kinds_of_unequal_occupations_are_not_accused() {
    let (mut tested, mut hits, mut told) = (0, 0, 0);
    for seed in 0..150 {
        let options = Options {
            draws: 20,
            ..Options::default()
        };
        let audit = small_kinds(seed).audit(&options);
        let groups = only(&audit).groups.iter();
        let small = groups.filter(|group| group.by == "activity" && group.rater == "a");
        for p in small.filter_map(|group| group.beyond_p) {
            tested += 1;
            hits += usize::from(p <= 0.05);
        }
        told += usize::from(audit.findings.iter().any(|one| one.kind == "group"));
        let named = audit.findings.iter().filter_map(|one| one.group.as_deref());
        // k3 and k4 have 5 and 6 occupations; the others have fewer.
        assert!(
            named
                .filter(|key| key.starts_with('k'))
                .all(|key| ["k3", "k4"].contains(&key)),
            "a kind of less than five occupations"
        );
    }
    // About 1,100 tests of a level of 0.05, of which 50 to 60 may be hits; three standard errors more are 77.
    assert!(
        tested > 900 && hits * 1000 <= tested * 70,
        "{hits} of {tested}"
    );
    // Binomial(150, 0.1) exceeds 23 with probability 0.01.
    assert!(told <= 23, "{told} of 150");
}

#[test]
fn where_nothing_is_found_it_says_what_could_have_been() {
    let quiet = (0..50).map(|seed| panel(500 + seed, |_, _, value| value).audit(&quick()));
    let nothing = quiet
        .into_iter()
        .find_map(|audit| audit.nothing_found)
        .unwrap();
    assert!(
        nothing.contains("would have been found with 80 % power from 2."),
        "{nothing}"
    );
}
