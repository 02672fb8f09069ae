//! From a run with gold to its score card.
//!
//! First what each judge said of each task is laid beside the gold of it, as the card keeps it. Then every figure is made of
//! that, so that whoever has the card can make it again. What a card has no room for (probabilities of labels, confidences) is
//! taken from the ratings.

mod answers;
mod beaten;
mod bench;
mod field;
mod figures;
mod judges;
mod repeat;
mod shape;
mod taught;
#[cfg(test)]
mod tests;

use super::baseline::Baseline;
use super::card::{Card, Cost, PanelLine, PromptLine, SetLine};
use super::coverage;
use crate::error::Result;
use crate::inventory::Occupation;
use crate::ratings::Sheet;
use crate::reconcile::{Gold, Options};
use crate::report::RaterLine;
use answers::Laid;
use bench::Bench;
use field::Field;
use std::collections::BTreeMap;

/// A task of a half, as the set names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetTask<'a> {
    /// Id of its occupation.
    pub occupation_id: &'a str,
    /// Its id.
    pub task_id: &'a str,
    /// Hash of its text, as the set has it.
    pub text: &'a str,
}

/// A run over a half of a set, with the gold of that half.
#[derive(Debug, Clone)]
pub struct Measured<'a> {
    /// The occupations that were rated.
    pub occupations: &'a [&'a Occupation],
    /// The ratings, tasks counted through the occupations; gold is one of its raters.
    pub sheet: &'a Sheet,
    /// The raters, in the order of the sheet.
    pub raters: &'a [RaterLine],
    /// Which of them is gold, and whose labels it is.
    pub gold: Gold,
    /// How the consensus is made. Its gold is not looked at, and a method that would calibrate by gold gives way to the mean: the
    /// consensus that is measured has not seen the gold of the set.
    pub options: Options,
    /// The set.
    pub set: SetLine,
    /// The prompt.
    pub prompt: PromptLine,
    /// Who was asked.
    pub panel: PanelLine,
    /// Answers of each hosted rater to each question.
    pub samples: u32,
    /// What the replies took, by rater.
    pub cost: BTreeMap<String, Cost>,
    /// The tasks of the half in the order of the set; those that the run does not have are left out.
    pub tasks: &'a [SetTask<'a>],
    /// Judges for free ([`Baseline::embedded`]); the majority is made here.
    pub baselines: &'a [Baseline],
}

/// Measures the judges of a run. The same ratings give the same card, whatever the order of tasks and raters in the run.
///
/// # Errors
/// [`Kind::Internal`](crate::error::Kind::Internal) when counts do not fit or the run has a task that the half has not,
/// [`Kind::Input`](crate::error::Kind::Input) when a rater is called as the consensus is, [`Kind::Io`](crate::error::Kind::Io)
/// when the sheet cannot be read.
pub fn measure(of: &Measured<'_>) -> Result<Card> {
    let mut laid = Laid::new(of)?;
    taught::mark(of, &mut laid)?;
    let inside = coverage::inside(of, &laid.consensus)?;
    let mut dimensions = Vec::new();
    for (position, dimension) in of.sheet.rubric().dimensions().iter().enumerate() {
        if let Some(field) = Field::new(dimension, &laid.answers) {
            let bench = Bench::new(position, field, &laid, &inside[position]);
            dimensions.push(bench.scores(&of.set.primary));
        }
    }
    Ok(Card {
        format: Card::FORMAT,
        taskrater: env!("CARGO_PKG_VERSION").to_owned(),
        set: of.set.clone(),
        prompt: of.prompt.clone(),
        panel: of.panel.clone(),
        samples: of.samples,
        method: laid.method,
        cost: of.cost.clone(),
        judges: laid.judges.into_iter().map(|judge| judge.line).collect(),
        dimensions,
        rubric: of.sheet.rubric().clone(),
        answers: laid.answers,
    })
}
