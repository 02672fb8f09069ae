//! A task with what its raters say of it.

use super::check::{Fault, Known, check};
use super::reply::Written;
use crate::inventory::{Occupation, Task};
use crate::prompt::Reasoned;
use crate::ratings::Row;
use crate::reconcile::{Reasons, Reconciled};
use crate::rubric::Rubric;

/// With fewer reasons there is nothing to merge.
const LEAST_REASONS: usize = 2;

/// A rater that rated a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Speaker {
    /// Its id.
    pub id: String,
    /// What it answers in each dimension: `exposure E2 (0.5); automation 60`.
    pub answers: String,
    /// Its words; empty where it gave none, and for surrogates, whose lists of features are no reasons.
    pub reason: String,
}

impl Speaker {
    pub(super) fn shown(&self) -> Reasoned<'_> {
        Reasoned {
            id: &self.id,
            answers: &self.answers,
            reason: &self.reason,
        }
    }
}

/// A task that can be summarised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Id of its occupation.
    pub occupation_id: String,
    /// Its id.
    pub task_id: String,
    /// What is done.
    pub statement: String,
    /// Who rated it, in the order of the panel; gold is no part of it.
    pub speakers: Vec<Speaker>,
    /// Raters of the run that did not rate it, and gold.
    pub others: Vec<String>,
    /// The rationale merged without a call, by dimension.
    pub merged: Vec<(String, String)>,
    /// Whether it is contested in a dimension.
    pub contested: bool,
}

impl Item {
    /// The task at a position of a run, with its ratings. `raters` are the ids of the run, `gold` is the position of the one
    /// that is no part of the panel.
    #[must_use]
    pub fn of(
        (occupation, task, number): (&Occupation, &Task, usize),
        row: &Row,
        (rubric, reconciled): (&Rubric, &Reconciled),
        (raters, gold): (&[&str], Option<usize>),
    ) -> Self {
        let reasons = Reasons::of(&task.statement, row);
        let (mut speakers, mut others) = (Vec::new(), Vec::new());
        for (position, (&id, rating)) in raters.iter().zip(row.opinions()).enumerate() {
            let rated = rating.values.iter().any(Option::is_some);
            if !rated || Some(position) == gold {
                others.push(id.to_owned());
                continue;
            }
            let dimensions = rubric.dimensions().iter().zip(&rating.values);
            let answers = dimensions.filter_map(|(dimension, value)| {
                let value = value.as_ref()?;
                let label = value.label.and_then(|label| dimension.labels().get(label));
                let number = short(value.value);
                Some(match label {
                    Some(label) => format!("{} {} ({number})", dimension.id, label.id),
                    None => format!("{} {number}", dimension.id),
                })
            });
            speakers.push(Speaker {
                id: id.to_owned(),
                answers: answers.collect::<Vec<_>>().join("; "),
                reason: match rating.basis {
                    Some(_) => String::new(),
                    None => rating.rationale.clone(),
                },
            });
        }
        let consensus: Vec<_> = reconciled
            .dimensions
            .iter()
            .map(|one| (one, one.task(number)))
            .collect();
        let merged = consensus.iter().map(|(one, consensus)| {
            (
                one.dimension.id.clone(),
                one.rationale(consensus, raters, &reasons),
            )
        });
        Self {
            occupation_id: occupation.id.clone(),
            task_id: task.id.clone(),
            statement: task.statement.clone(),
            merged: merged.collect(),
            contested: consensus
                .iter()
                .any(|(_, consensus)| consensus.contested == Some(true)),
            speakers,
            others,
        }
    }

    /// Why there is nothing to merge, where there is not.
    #[must_use]
    pub fn nothing_to_merge(&self) -> Option<&'static str> {
        let reasons = self
            .speakers
            .iter()
            .filter(|one| !one.reason.trim().is_empty());
        (reasons.count() < LEAST_REASONS).then_some("fewer than two raters gave a reason")
    }

    /// What is wrong with a summary of this task, if anything is. `outside` are names of raters and models that are no part
    /// of the run.
    ///
    /// # Errors
    /// The first fault that was found.
    pub fn judge(&self, summary: &Written, outside: &[&str]) -> Result<(), Fault> {
        let mut there = vec![self.statement.as_str()];
        for speaker in &self.speakers {
            there.extend([&*speaker.id, &speaker.answers, &speaker.reason]);
        }
        let others = self.others.iter().map(String::as_str);
        let known = Known {
            there: &there,
            outside: &others.chain(outside.iter().copied()).collect::<Vec<_>>(),
            raters: self.speakers.len(),
        };
        check(&summary.text, summary.sentences, &known)
    }
}

/// At most one decimal for scores, two for values of labels: numbers as a summary may repeat them.
fn short(value: f64) -> String {
    let text = match value.abs() <= 1.0 {
        true => format!("{value:.2}"),
        false => format!("{value:.1}"),
    };
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}
