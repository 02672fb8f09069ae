//! The first of the ratings that are missing, by name: a count alone sends people searching.

use super::super::asking::{Asked, LISTED};
use crate::plan::Plan;
use crate::rating::Outcome;
use crate::ratings::Sheet;

/// What is missing in a run, for its last lines on the terminal.
pub(super) struct Gaps {
    listed: Vec<String>,
    more: bool,
}

impl Gaps {
    /// Looks for the first missing ratings of a run.
    pub(super) fn find(plan: &Plan<'_>, sheet: &Sheet, asked: &Asked) -> Self {
        let outcomes = sheet.outcomes().iter().enumerate();
        // What was not asked for a reason that all share is said once: no list of tasks would add to it.
        let offline = asked.unasked > 0;
        let own = |outcome: Outcome| match outcome {
            Outcome::Budget => false,
            Outcome::NotRun => offline,
            outcome => outcome.is_missing(),
        };
        let mut missing = outcomes.filter(|(_, outcome)| own(**outcome));
        let first: Vec<_> = missing.by_ref().take(LISTED).collect();
        let mut items = plan.items().enumerate();
        let mut here = items.next();
        let mut listed = Vec::with_capacity(first.len());
        for (cell, outcome) in first {
            let (task, rater, sample) = sheet.at(cell);
            while here.is_some_and(|(number, _)| number < task) {
                here = items.next();
            }
            let (Some((_, item)), Some(rater)) = (here, plan.panel.raters().get(rater)) else {
                continue;
            };
            let sample = match plan.samples() {
                1 => String::new(),
                _ => format!(" sample {sample}"),
            };
            let why = asked.whys.get(&cell);
            listed.push(format!(
                "  {}: {} {}{sample} {}{}",
                rater.id,
                item.occupation.id,
                item.task.id,
                outcome.name(),
                why.map_or_else(String::new, |why| format!(": {why}")),
            ));
        }
        Self {
            listed,
            more: missing.next().is_some(),
        }
    }

    /// One line each, and one that says where the others are.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let more = self
            .more
            .then(|| "  … all of them are in ratings.jsonl".to_owned());
        self.listed.iter().cloned().chain(more)
    }
}
