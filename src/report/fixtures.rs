//! A small run with everything that a report has to show: agreement, dissent, a refusal, a surrogate, a dimension
//! that nobody covers, an occupation without tasks and hostile text.

use super::{RaterKind, RaterLine, Report};
use crate::inventory::{Occupation, Task, TaskType};
use crate::rating::{Basis, Outcome, Rating, Repair};
use crate::ratings::fixtures::{label, occupation, odds, rated, rubric, score, task};
use crate::ratings::{Sheet, Slots};
use crate::reconcile::{Options, reconcile};

fn panel() -> Vec<RaterLine> {
    let line = |id: &str, kind, source: &str, description: &str| RaterLine {
        id: id.into(),
        kind,
        source: source.into(),
        description: description.into(),
        gold: None,
        drawn: None,
    };
    vec![
        line(
            "claude",
            RaterKind::Llm,
            "claude-sonnet-4-6",
            "asked at temperature 0",
        ),
        line("gpt_4o", RaterKind::Llm, "gpt-4o", ""),
        line(
            "surrogate",
            RaterKind::Surrogate,
            "published human labels",
            "ridge on words",
        ),
    ]
}

fn ratings() -> Vec<Rating> {
    let drafts = "It drafts | formats `letters` <b>fast</b>.\nA person signs.";
    let surrogate = |probabilities| Rating {
        basis: Some(Basis::Model),
        ..rated(
            Some(odds(probabilities)),
            None,
            "Surrogate, not an LLM: draft +0.2.",
        )
    };
    vec![
        Rating {
            tools: vec!["chat assistant".into()],
            confidence: Some(80.0),
            repair: Some(Repair::Direct),
            ..rated(Some(label(2)), Some(score(80.0)), drafts)
        },
        rated(
            Some(label(2)),
            Some(score(62.5)),
            "=SUM(A1) is drafted for them.",
        ),
        surrogate([0.125, 0.25, 0.625]),
        rated(
            Some(label(0)),
            Some(score(5.0)),
            "It takes hands and eyes on site.",
        ),
        rated(Some(label(2)), Some(score(70.0)), "Robots will do it."),
        surrogate([0.75, 0.25, 0.0]),
        rated(
            Some(label(1)),
            Some(score(40.0)),
            "Only with tools around the model.",
        ),
        Rating::missing(Outcome::Refused, 3),
        surrogate([0.25, 0.5, 0.25]),
    ]
}

/// The occupations of the fixture.
fn occupations() -> [Occupation; 3] {
    let formula = Task {
        statement: "=Write | sign letters.".into(),
        ..task("1", TaskType::Core, None)
    };
    [
        occupation(
            "11-1",
            "Clerks <all>",
            vec![formula, task("2", TaskType::Supplemental, None)],
        ),
        occupation("11-2", "Guides", vec![task("3", TaskType::Core, Some(4.0))]),
        occupation("11-3", "Others", Vec::new()),
    ]
}

/// Hands the report of the fixture to a test.
pub(super) fn with_report<T>(test: impl FnOnce(&Report<'_>) -> T) -> T {
    with_report_of(1, test)
}

/// The same with each occupation and its ratings repeated, the ids numbered.
pub(super) fn with_report_of<T>(times: usize, test: impl FnOnce(&Report<'_>) -> T) -> T {
    let mut all = Vec::new();
    let mut given = Vec::new();
    for n in 0..times {
        all.extend(occupations().map(|mut one| {
            if n > 0 {
                one.id = format!("{}-{n}", one.id);
            }
            one
        }));
        given.extend(ratings());
    }
    hand_over(&all, &given, test)
}

/// The same with this text for every title, statement and reason.
pub(super) fn with_text<T>(text: &str, test: impl FnOnce(&Report<'_>) -> T) -> T {
    let (mut all, mut given) = (occupations(), ratings());
    for occupation in &mut all {
        occupation.title = text.to_owned();
        occupation
            .tasks
            .iter_mut()
            .for_each(|task| task.statement = text.to_owned());
    }
    given
        .iter_mut()
        .for_each(|rating| rating.rationale = text.to_owned());
    hand_over(&all, &given, test)
}

fn hand_over<T>(all: &[Occupation], given: &[Rating], test: impl FnOnce(&Report<'_>) -> T) -> T {
    let sheet = Sheet::of(&rubric(), panel().len(), given).unwrap();
    report(all, &sheet, test)
}

/// The report of the fixture's occupations and panel with these ratings of its three tasks.
pub(super) fn with_sheet<T>(sheet: &Sheet, test: impl FnOnce(&Report<'_>) -> T) -> T {
    report(&occupations(), sheet, test)
}

/// The report of the fixture where the first rater was asked twice. Its second answers: E2, E0 and another refusal in
/// words of their own.
pub(super) fn with_samples<T>(test: impl FnOnce(&Report<'_>) -> T) -> T {
    let mut sheet = Sheet::new(&rubric(), 3, Slots::new([2, 1, 1]));
    let again = [
        rated(
            Some(label(1)),
            Some(score(70.0)),
            "It drafts with a file at hand.",
        ),
        rated(Some(label(0)), Some(score(15.0)), "Hands are needed."),
        Rating::missing(Outcome::Refused, 3),
    ];
    for (task, row) in ratings().chunks_exact(3).enumerate() {
        for (rater, rating) in row.iter().enumerate() {
            sheet.set(sheet.cell(task, rater, 0), rating).unwrap();
        }
        sheet.set(sheet.cell(task, 0, 1), &again[task]).unwrap();
    }
    report(&occupations(), &sheet, test)
}

fn report<T>(all: &[Occupation], sheet: &Sheet, test: impl FnOnce(&Report<'_>) -> T) -> T {
    let (rubric, raters) = (rubric(), panel());
    let occupations: Vec<&Occupation> = all.iter().collect();
    let reconciled = reconcile(&occupations, sheet, &Options::default()).unwrap();
    test(&Report {
        inventory: "test inventory",
        notes: &["it was made up for this test".to_owned()],
        rubric: &rubric,
        prompt: "0123abcd",
        raters: &raters,
        occupations: &occupations,
        ratings: sheet,
        carried: None,
        reconciled: &reconciled,
        labour: None,
    })
}
