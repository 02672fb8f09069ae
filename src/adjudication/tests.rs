//! A run with planted disputes, arranged and judged by hand.

use super::*;
use crate::inventory::{Occupation, TaskType};
use crate::prompt::Prompt;
use crate::rating::Outcome;
use crate::ratings::Sheet;
use crate::ratings::fixtures::{label, occupation, odds, rated, rubric, score, task};
use crate::reconcile::{Options, Reconciled, reconcile};
use proptest::prelude::*;

const SPEAKERS: [Speaker<'static>; 3] = [
    Speaker {
        id: "anna",
        source: "anna-1",
        gives_reasons: true,
    },
    Speaker {
        id: "bert",
        source: "bert-1",
        gives_reasons: true,
    },
    Speaker {
        id: "terms",
        source: "published labels",
        gives_reasons: false,
    },
];

/// Two occupations. Task 1 is disputed in exposure, task 2 in nothing, task 3 in exposure and automation.
fn run() -> (Vec<Occupation>, Sheet) {
    let occupations = vec![
        occupation(
            "o1",
            "Clerks",
            vec![
                task("1", TaskType::Core, None),
                task("2", TaskType::Supplemental, None),
            ],
        ),
        occupation("o2", "Bakers", vec![task("3", TaskType::Core, None)]),
    ];
    let terms = |probabilities| {
        rated(
            Some(odds(probabilities)),
            Some(score(41.7)),
            "Surrogate: draft +0.2.",
        )
    };
    let ratings = vec![
        rated(
            Some(label(2)),
            Some(score(40.0)),
            "Anna says a model writes it.",
        ),
        rated(
            Some(label(0)),
            Some(score(40.0)),
            "It takes hands, not anna-1.",
        ),
        terms([0.5, 0.5, 0.0]),
        rated(Some(label(1)), Some(score(50.0)), "Fine."),
        rated(Some(label(1)), Some(score(50.0)), ""),
        terms([0.0, 1.0, 0.0]),
        rated(Some(label(0)), Some(score(10.0)), "By hand."),
        rated(Some(label(2)), Some(score(90.0)), "By machine."),
        terms([1.0, 0.0, 0.0]),
    ];
    let sheet = Sheet::of(&rubric(), 3, &ratings).unwrap();
    (occupations, sheet)
}

fn reconciled(occupations: &[&Occupation], sheet: &Sheet) -> Reconciled {
    reconcile(occupations, sheet, &Options::default()).unwrap()
}

fn with_cases<T>(
    seed: u64,
    test: impl FnOnce(&[&Occupation], &Sheet, &Reconciled, &[Case<'_>]) -> T,
) -> T {
    let (occupations, sheet) = run();
    let occupations: Vec<&Occupation> = occupations.iter().collect();
    let reconciled = reconciled(&occupations, &sheet);
    let cases = cases(&occupations, &sheet, &reconciled, &SPEAKERS, seed).unwrap();
    test(&occupations, &sheet, &reconciled, &cases)
}

#[test]
fn disputed_tasks_are_those_that_are_contested_and_their_reasons_are_blinded() {
    with_cases(1, |_, _, _, cases| {
        let tasks: Vec<(usize, Vec<usize>)> = cases
            .iter()
            .map(|case| {
                (
                    case.task,
                    case.disputed.iter().map(|one| one.position).collect(),
                )
            })
            .collect();
        assert_eq!(tasks, [(0, vec![0]), (2, vec![0, 1])]);
        let voice = |rater: usize| {
            cases[0]
                .voices
                .iter()
                .find(|one| one.rater == rater)
                .unwrap()
        };
        assert_eq!(
            voice(0).reason.as_deref(),
            Some("[name] says a model writes it.")
        );
        assert_eq!(
            voice(1).reason.as_deref(),
            Some("It takes hands, not [name].")
        );
        assert_eq!(
            (voice(0).answers.clone(), voice(2).reason.clone()),
            (vec![Some("E1".into())], None)
        );
        // Decimals would show a statistical model.
        let third = cases[1].voices.iter().find(|one| one.rater == 2).unwrap();
        assert_eq!(third.answers[1].as_deref(), Some("42"));
    });
}

#[test]
fn both_orders_name_by_place_and_begin_with_opposite_opinions() {
    for seed in 0..40 {
        with_cases(seed, |_, _, _, cases| {
            for case in cases {
                let shown = |order| -> Vec<(String, usize)> {
                    case.shown(order)
                        .map(|(name, voice)| (name, voice.rater))
                        .collect()
                };
                let (first, mut second) = (shown(Order::First), shown(Order::Second));
                assert_eq!([&*first[0].0, &*first[2].0], ["Rater A", "Rater C"]);
                // Anna and Bert differ most in every disputed dimension: one stands first, the other last.
                assert_eq!(first[1].1, 2, "seed {seed}");
                assert_eq!((&*second[0].0, second[0].1), ("Rater A", first[2].1));
                second.reverse();
                let raters =
                    |all: &[(String, usize)]| all.iter().map(|one| one.1).collect::<Vec<_>>();
                assert_eq!(raters(&first), raters(&second));
            }
        });
    }
    let firsts: Vec<usize> = (0..40)
        .map(|seed| with_cases(seed, |_, _, _, cases| cases[0].voices[0].rater))
        .collect();
    // A fair coin shows one side in at least 8 of 40 draws, but for one chance in 20,000.
    let annas = firsts.iter().filter(|&&rater| rater == 0).count();
    assert!((8..=32).contains(&annas), "{annas}");
}

#[test]
fn the_two_questions_of_a_case_differ_and_hold_no_name() {
    with_cases(1, |_, _, _, cases| {
        let impact = Prompt::built_in("impact").unwrap();
        let prompt = AdjudicationPrompt::built_in(impact.rubric(), &[0, 1]).unwrap();
        let weights = crate::rater::Weights::embedded().unwrap();
        let panel = crate::rater::Config::built_in(&weights.ids()).unwrap();
        let panel = panel.panel(None, &["gpt-4o".to_owned()]).unwrap();
        let inquiry = Adjudicating::new(cases, impact.rubric(), &prompt, &panel);
        let texts: Vec<String> = inquiry
            .subjects()
            .map(|one| inquiry.text(one).unwrap())
            .collect();
        assert_eq!(texts.len(), 4);
        assert_ne!(texts[0], texts[1]);
        assert!(
            texts[2].contains("<disputed>exposure, automation</disputed>"),
            "{}",
            texts[2]
        );
        for text in &texts {
            let lower = text.to_lowercase();
            assert!(
                !lower.contains("anna") && !lower.contains("surrogate"),
                "{text}"
            );
        }
        let parts: Vec<_> = inquiry
            .subjects()
            .map(|one| (one.task_id().to_owned(), one.part().map(str::to_owned)))
            .collect();
        assert_eq!(parts[1], ("1".to_owned(), Some("order 2".to_owned())));
        assert_ne!(inquiry.fingerprint("r", 1), inquiry.fingerprint("r", 2));
    });
}

#[test]
fn final_scores_move_by_resolved_tasks_alone() {
    with_cases(1, |occupations, sheet, reconciled, cases| {
        let says = |exposure: usize, automation: f64| {
            let rating = rated(Some(label(exposure)), Some(score(automation)), "It is so.");
            (Outcome::Rated, Some(rating))
        };
        // Task 1: E1 twice. Task 3: E0, then E1, and 20 and 26 of 100.
        let said = [says(2, 1.0), says(2, 99.0), says(0, 20.0), says(2, 26.0)];
        let ids = ["anna", "bert", "terms"];
        let found = Adjudicated::of(cases, &said, occupations, (sheet, &ids), reconciled).unwrap();
        let ends: Vec<(usize, Status, Option<f64>)> = found
            .rows
            .iter()
            .map(|row| (row.place, row.verdict.status, row.verdict.value))
            .collect();
        assert_eq!(
            ends,
            [
                (0, Status::Resolved, Some(1.0)),
                (0, Status::Unresolved, None),
                (1, Status::Resolved, Some(23.0)),
            ]
        );
        assert_eq!(found.rows[0].dissent, ["bert", "terms"]);
        assert_eq!(found.rows[0].rationale, "It is so.");
        assert_eq!(
            found.tallies[0],
            Tally {
                contested: 2,
                resolved: 1,
                unresolved: 1,
                not_judged: 0
            }
        );
        let score = |occupation: usize, place: usize| {
            let mut scores = found.scores.iter();
            scores
                .find(|one| (one.occupation, one.place) == (occupation, place))
                .unwrap()
        };
        // Task 1 weighs 2 (core), task 2 weighs 1: values 1.25/3 and .5 before, 1 and .5 after: (2 · 1 + .5) / 3.
        let before = reconciled.dimensions[0].occupations[0].score.unwrap();
        assert!((before - 100.0 * (2.0 * 1.25 / 3.0 + 0.5) / 3.0).abs() < 1e-9);
        assert!((score(0, 0).score.unwrap() - 100.0 * 2.5 / 3.0).abs() < 1e-9);
        // Nothing of Bakers is resolved in exposure: the first round stands.
        assert_eq!(
            score(1, 0).score,
            reconciled.dimensions[0].occupations[1].score
        );
        assert_eq!(score(1, 0).tally.unresolved, 1);
        assert!((score(1, 1).score.unwrap() - 23.0).abs() < 1e-9);
    });
}

#[test]
fn an_answer_that_is_missing_judges_nothing() {
    with_cases(1, |occupations, sheet, reconciled, cases| {
        let refused = (Outcome::Refused, None);
        let said = [refused.clone(), refused.clone(), refused.clone(), refused];
        let found = Adjudicated::of(
            cases,
            &said,
            occupations,
            (sheet, &["anna", "bert", "terms"]),
            reconciled,
        );
        let found = found.unwrap();
        assert!(
            found
                .rows
                .iter()
                .all(|row| row.verdict.status == Status::NotJudged && row.verdict.value.is_none())
        );
        let before = reconciled
            .dimensions
            .iter()
            .flat_map(|one| &one.occupations);
        assert_eq!(found.scores.iter().filter(|one| one.place == 0).count(), 2);
        assert_eq!(before.count(), found.scores.len());
    });
}

/// Weight, value of the first round, final value.
type Weighed = (f64, f64, Option<f64>);

proptest! {
    #[test]
    fn a_weighted_mean_moves_as_its_tasks_do(
        tasks in prop::collection::vec((0.5..3.0_f64, 0.0..100.0_f64, prop::option::of(0.0..100.0_f64)), 1..12),
    ) {
        let mean = |pick: &dyn Fn(&Weighed) -> f64| {
            let total: f64 = tasks.iter().map(|task| task.0).sum();
            tasks.iter().map(|task| task.0 * pick(task)).sum::<f64>() / total
        };
        let total = tasks.iter().map(|task| task.0).sum();
        let moved: Vec<(f64, f64)> = tasks.iter().filter_map(|task| Some((task.0, task.2? - task.1))).collect();
        let after = score_after(mean(&|task| task.1), &moved, total, |by| by).unwrap();
        let whole = mean(&|task| task.2.unwrap_or(task.1));
        prop_assert!((after - whole).abs() < 1e-9, "{} {}", after, whole);
    }
}
