//! What people and programs read.

use super::*;
use crate::eval::gate::{GateMode, MaxDrop, gate};
use crate::eval::markdown::markdown;

fn allowed(text: &str, card: &Card) -> Vec<MaxDrop> {
    vec![MaxDrop::parse(text, &card.rubric).unwrap()]
}

#[test]
fn the_text_says_all_that_was_declared() {
    let (new, old) = cards(&forty());
    let found = compare(&new, &old).unwrap();
    let text = text(&found, 2);
    for line in [
        "40 tasks of 8 occupations in both, none unmatched",
        "exposure.kappa of rater: better",
        "exposure.mae of rater: better",
        "old  rater says",
        "… and",
        "right alone 11 and 5 times; McNemar mid-p .143",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let turned = compare(&old, &new).unwrap();
    assert!(super::text(&turned, 0).contains("exposure.mae of rater: worse"));
    let same = compare(&new, &new).unwrap();
    let said = super::text(&same, 3);
    assert!(
        said.contains(
            "exposure.kappa of rater: no detectable difference (the same answers on all 40 tasks)"
        ),
        "{said}"
    );
}

#[test]
fn a_gate_fails_on_a_drop_that_is_seen_and_unless_none_is_shown() {
    let (new, old) = cards(&forty());
    // The other way round κ falls by .389 [.12, .65].
    let worse = compare(&old, &new).unwrap();
    let passed = |most: &str, mode| gate(&worse, &allowed(most, &new), mode).passed;
    use GateMode::{Detected, Shown};
    assert!(!passed("kappa=0.02", Detected) && !passed("kappa=0.02", Shown));
    assert!(!passed("exposure.kappa=0.3", Detected) && passed("kappa=0.4", Detected));
    // .4 is inside the interval, .7 above it.
    assert!(!passed("kappa=0.4", Shown) && passed("kappa=0.7", Shown));
    // MAE rises from 15 to 32.5: a drop of 17.5 [8.8, 26.2]. |Bias| rises by 12.5, and its interval includes 0.
    assert!(!passed("mae=17", Detected) && passed("mae=18", Detected));
    assert!(passed("bias=1", Detected) && !passed("bias=1", Shown));
    let better = compare(&new, &old).unwrap();
    assert!(gate(&better, &allowed("kappa=0.02", &new), Shown).passed);
    let check = &gate(&worse, &allowed("mae=17", &new), Detected).checks[0];
    assert_eq!(
        check.why,
        "drop 17.5 [8.8, 26.2] on 40 tasks: more than 17, and the interval excludes 0"
    );
}

#[test]
fn a_gate_lets_nothing_pass_that_it_does_not_see() {
    let (new, old) = cards(&forty());
    let mut unanswered = new.clone();
    unanswered
        .answers
        .iter_mut()
        .for_each(|task| task.said.clear());
    let found = compare(&unanswered, &old).unwrap();
    for mode in [GateMode::Detected, GateMode::Shown] {
        for most in ["kappa=0.5", "exposure.kappa=0.5"] {
            assert!(!gate(&found, &allowed(most, &new), mode).passed);
        }
    }
    // Five occupations: no interval tells a drop from chance, and none from a drop.
    let few: Vec<Task> = forty().into_iter().filter(|task| task.0 < 5).collect();
    let (new, old) = cards(&few);
    let found = compare(&old, &new).unwrap();
    assert!(!gate(&found, &allowed("mae=1", &new), GateMode::Detected).passed);
    assert!(gate(&found, &allowed("mae=60", &new), GateMode::Detected).passed);
    assert!(!gate(&found, &allowed("mae=60", &new), GateMode::Shown).passed);
}

#[test]
fn a_gate_sees_that_answers_are_missing() {
    let (old, _) = cards(&forty());
    let mut new = old.clone();
    for task in new.answers.iter_mut().step_by(2) {
        task.said.clear();
    }
    let found = compare(&new, &old).unwrap();
    let gate = gate(&found, &allowed("kappa=0.02", &new), GateMode::Detected);
    assert!(gate.checks[0].passed && !gate.passed);
    let check = &gate.checks[1];
    assert_eq!(
        (&*check.figure, check.passed, check.n),
        ("exposure.answered", false, 20)
    );
    assert_eq!(
        check.why,
        "answered: 20 of 40, before 40: 20 that were there are missing"
    );
    // What the old card lacks is no loss.
    let turned = compare(&old, &new).unwrap();
    let gate = super::outputs::gate(&turned, &allowed("kappa=0.02", &new), GateMode::Detected);
    assert!(gate.passed && gate.checks[1].passed);
}

#[test]
fn a_drop_of_just_what_is_allowed_is_no_more() {
    // Accuracy falls from 25 of 25 to 24 of 25, in points of a computer by .040000000000000036.
    let tasks: Vec<Task> = (0..25)
        .map(|n| (n, 0, vec![usize::from(n == 0), 0]))
        .collect();
    let (new, old) = cards(&tasks);
    let found = compare(&new, &old).unwrap();
    let gate = gate(&found, &allowed("accuracy=0.04", &new), GateMode::Detected);
    assert!(
        gate.checks[0].why.ends_with("no more than 0.04"),
        "{:?}",
        gate.checks[0]
    );
}

#[test]
fn nonsense_is_refused() {
    let (new, _) = cards(&forty());
    for wrong in [
        "kappa",
        "kappa=",
        "kappa=-0.1",
        "kappa=NaN",
        "kapa=1",
        "other.kappa=1",
        "kappa=inf",
        "=1",
    ] {
        let error = MaxDrop::parse(wrong, &new.rubric).unwrap_err();
        assert!(error.next_step().is_some(), "{wrong}");
    }
    let scores = crate::rubric::Rubric::new(
        "r".into(),
        vec![crate::rubric::Dimension {
            id: "score".into(),
            question: String::new(),
            scale: crate::rubric::Scale::Score(Vec::new()),
        }],
    )
    .unwrap();
    assert!(
        MaxDrop::parse("kappa=0.1", &scores)
            .unwrap_err()
            .to_string()
            .contains("is of labels")
    );
    assert!(MaxDrop::parse("score.mae=1", &scores).is_ok());
}

#[test]
fn markdown_holds_what_models_write_inside_its_cells() {
    let (mut new, old) = cards(&forty());
    for task in &mut new.answers {
        task.rationale
            .insert("rater".into(), "a | b\n<script>\u{1b}[2J [x](y)".into());
    }
    let found = compare(&new, &old).unwrap();
    let gate = gate(&found, &allowed("kappa=0.02", &new), GateMode::Detected);
    let page = markdown(&found, Some(&gate));
    assert!(
        page.contains("**Gate passed** (detected)") && page.contains("| better |"),
        "{page}"
    );
    assert!(!page.contains("<script>") && !page.contains('\u{1b}') && !page.contains("[x](y)"));
    let cells = |line: &str| line.replace("\\|", "").matches('|').count();
    let flips: Vec<usize> = page
        .lines()
        .filter(|line| line.contains("script"))
        .map(cells)
        .collect();
    assert!(
        !flips.is_empty() && flips.iter().all(|&cells| cells == 8),
        "{page}"
    );
    assert!(!text(&found, 9).contains('\u{1b}'));
}

#[cfg(feature = "shell")]
#[test]
fn junit_has_a_case_a_gate_and_a_declared_figure() {
    let (new, old) = cards(&forty());
    let worse = compare(&old, &new).unwrap();
    let gate = gate(&worse, &allowed("kappa=0.02", &new), GateMode::Detected);
    let xml = crate::eval::junit::junit(&worse, &gate).unwrap();
    let read = quick_junit::Report::deserialize_from_str(&xml).unwrap();
    let suite = &read.test_suites[0];
    assert_eq!(
        (suite.tests, suite.failures, suite.test_cases.len()),
        (4, 1, 4)
    );
    assert!(xml.contains("drop .39 ["), "{xml}");
    assert!(xml.contains("exposure.mae of rater: worse"), "{xml}");
}
