//! What became of the questions to each rater.

use super::figure::Figure;
use super::reading::Reading;
use super::units::{Mean, Units};
use super::{Run, data};
use crate::rating::Outcome;
use serde::Serialize;
use std::collections::BTreeMap;

/// A rater, and how its questions ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RaterAudit {
    /// Its id.
    pub id: String,
    /// `llm`, `surrogate` (a statistical model of published labels, no LLM) or `recording`.
    pub kind: String,
    /// Where its ratings come from.
    pub source: String,
    /// For the rater that is trusted and no part of the panel: whose labels they are.
    pub gold: Option<String>,
    /// Questions: tasks times samples.
    pub questions: usize,
    /// How many of them ended how, by outcome; those that did not occur are left out.
    pub outcomes: BTreeMap<&'static str, usize>,
    /// Share of questions that were rated, with the interval of Wilson.
    pub coverage: Option<Figure>,
    /// Replies by what it took to read them: direct, fence, bracket, reask, resend.
    pub repairs: BTreeMap<&'static str, usize>,
    /// Share refused of the questions that were asked, with the interval of Wilson; language models only.
    pub refusals: Option<Figure>,
    /// Share of those whose answers did not hold what was asked for; language models only.
    pub invalid: Option<Figure>,
    /// Share refused beyond the mean share of the other language models on the same tasks; language models only.
    pub refusals_beyond: Option<Figure>,
    /// p that this is 0, by t on errors that know of occupations.
    pub refusals_p: Option<f64>,
    /// Mean of the confidence that it gives, 0–100.
    pub confidence: Option<Figure>,
}

/// All raters of the run.
pub(super) fn raters(run: &Run<'_>, reading: &Reading, units: &Units) -> Vec<RaterAudit> {
    let refused: Vec<data::Column> = (0..run.raters.len())
        .map(|rater| refused(run, rater))
        .collect();
    let one = |(rater, line): (usize, &super::Rater)| {
        let outcomes = outcomes(run, rater);
        let questions: usize = outcomes.values().sum();
        let count = |outcome: Outcome| outcomes.get(outcome.name()).copied().unwrap_or(0);
        let asked = questions - count(Outcome::NotRun) - count(Outcome::Budget);
        let share = |hits, of| Figure::share(hits, of, units.level);
        let beyond = beyond(run, rater, &refused, units);
        RaterAudit {
            id: line.id.clone(),
            kind: line.kind.clone(),
            source: line.source.clone(),
            gold: (run.gold == Some(rater)).then(|| {
                line.gold
                    .clone()
                    .unwrap_or_else(|| "kind not said".to_owned())
            }),
            questions,
            coverage: share(count(Outcome::Rated), questions),
            repairs: reading.repairs[rater].clone(),
            refusals: share(count(Outcome::Refused), asked).filter(|_| line.kind == "llm"),
            invalid: share(count(Outcome::Invalid), asked).filter(|_| line.kind == "llm"),
            refusals_beyond: beyond.map(|mean| mean.figure),
            refusals_p: beyond.and_then(|mean| mean.p),
            confidence: units
                .mean(&reading.confidence[rater])
                .map(|mean| mean.figure.within(0.0, 100.0)),
            outcomes,
        }
    };
    run.raters.iter().enumerate().map(one).collect()
}

fn outcomes(run: &Run<'_>, rater: usize) -> BTreeMap<&'static str, usize> {
    let mut found = BTreeMap::new();
    for (cell, outcome) in run.sheet.outcomes().iter().enumerate() {
        if run.sheet.at(cell).1 == rater {
            *found.entry(outcome.name()).or_default() += 1;
        }
    }
    found
}

/// The share of a rater's answers to each task that are refusals; `None` where it was not asked.
fn refused(run: &Run<'_>, rater: usize) -> data::Column {
    let slots = run.sheet.slots().of(rater).len();
    let one = |task: usize| {
        let cell = run.sheet.cell(task, rater, 0);
        let outcomes = run.sheet.outcomes().get(cell..cell + slots)?;
        let asked = outcomes
            .iter()
            .filter(|outcome| !matches!(outcome, Outcome::NotRun | Outcome::Budget));
        let (n, hits) = asked.fold((0_usize, 0_usize), |(n, hits), outcome| {
            (n + 1, hits + usize::from(*outcome == Outcome::Refused))
        });
        (n > 0).then(|| hits as f64 / n as f64)
    };
    (0..run.sheet.tasks()).map(one).collect()
}

fn beyond(run: &Run<'_>, rater: usize, refused: &[data::Column], units: &Units) -> Option<Mean> {
    let asked = |rater: &usize| {
        run.raters
            .get(*rater)
            .is_some_and(|line| line.kind == "llm")
    };
    asked(&rater).then_some(())?;
    let others = (0..run.raters.len())
        .filter(|other| *other != rater)
        .filter(asked);
    let others: Vec<&data::Column> = others.filter_map(|other| refused.get(other)).collect();
    let mean = data::mean_of(&others, run.sheet.tasks());
    let own = refused.get(rater)?.iter().zip(&mean);
    let beyond: data::Column = own
        .map(|(own, others)| Some(own.as_ref()? - others.as_ref()?))
        .collect();
    units.mean(&beyond)
}
