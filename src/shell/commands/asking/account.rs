//! What the manifest of every run says that asks raters: who was asked with which prompt, what came of it, what it cost.

use super::actual::Actual;
use super::ask::{Asked, Tally};
use super::rater_entry::{RaterEntry, RecordingLine};
use crate::asking::Asking;
use crate::estimate::Estimate;
use crate::plan::Plan;
use crate::prompt::{Frame, ReplySchema, fingerprint};
use crate::rater::{Limits, Nanodollars, Recorded, Weights};
use crate::rating::Outcome;
use crate::shell::run_folder::RunFolder;
use crate::shell::schedule::{Caps, now};
use serde::Serialize;
use std::collections::BTreeMap;

/// The part of a manifest that does not depend on what was asked.
#[derive(Serialize)]
pub(in crate::shell::commands) struct Account {
    taskrater: &'static str,
    run: String,
    plan: String,
    /// The command line as it was given; keys never stand on it.
    command: Vec<String>,
    status: &'static str,
    started: String,
    finished: Option<String>,
    prompt: PromptLine,
    raters: Vec<RaterEntry>,
    outcomes: BTreeMap<&'static str, u64>,
    /// Why questions were not answered from the cache, and how many.
    misses: BTreeMap<String, u64>,
    /// Number of answers that should be there and are not.
    missing: u64,
    cost: Cost,
    /// What was expected of the hosted raters; `None` where none is in the panel, or offline.
    estimate: Option<Estimate>,
    /// What they took.
    actual: Option<Actual>,
    budget: BudgetLine,
}

#[derive(Serialize)]
pub(in crate::shell::commands) struct PromptLine {
    id: String,
    version: String,
    source: String,
    fingerprint: String,
    schema_fingerprint: String,
}

impl PromptLine {
    /// A prompt for something else than ratings, and where its file came from.
    pub fn of(frame: &Frame, source: &str) -> Self {
        let own = [frame.id(), frame.version(), source, frame.fingerprint()];
        Self::new(own, frame.schema())
    }

    /// A prompt by id and version, where its file came from, the fingerprint of that, and the shape of its replies.
    pub fn new([id, version, source, own]: [&str; 4], schema: &ReplySchema) -> Self {
        Self {
            id: id.to_owned(),
            version: version.to_owned(),
            source: source.to_owned(),
            fingerprint: own.to_owned(),
            schema_fingerprint: fingerprint(schema.text().as_bytes()),
        }
    }
}

#[derive(Serialize, Default)]
struct Cost {
    spent_now: Money,
    all_replies: Option<Money>,
    attempts_of_unknown_cost: u64,
}

#[derive(Serialize)]
struct BudgetLine {
    max_usd: Option<Money>,
    max_calls: Option<u64>,
    /// Why no further call could go out.
    used_up: Option<String>,
}

#[derive(Serialize, Default, Clone, Copy)]
pub(super) struct Money {
    pub nanodollars: Nanodollars,
    dollars: f64,
}

impl From<Nanodollars> for Money {
    fn from(nanodollars: Nanodollars) -> Self {
        Self {
            nanodollars,
            dollars: nanodollars.dollars(),
        }
    }
}

impl Account {
    /// The account of a run that has just begun.
    pub fn begin(
        asking: &Asking<'_>,
        weights: &Weights,
        fingerprint: &str,
        folder: &RunFolder,
        prompt: PromptLine,
        caps: &Caps,
    ) -> Self {
        let raters = asking.panel.raters().iter();
        Self {
            taskrater: env!("CARGO_PKG_VERSION"),
            run: folder.id().to_owned(),
            plan: fingerprint.to_owned(),
            command: std::env::args().skip(1).collect(),
            status: "running",
            started: now(),
            finished: None,
            prompt,
            raters: raters
                .map(|rater| RaterEntry::of(rater, asking, weights))
                .collect(),
            outcomes: BTreeMap::new(),
            misses: BTreeMap::new(),
            missing: 0,
            cost: Cost::default(),
            estimate: None,
            actual: None,
            budget: BudgetLine {
                max_usd: caps.money.map(Money::from),
                max_calls: caps.calls,
                used_up: None,
            },
        }
    }

    /// Enters what recorded raters were read from.
    pub fn record(&mut self, plan: &Plan<'_>, recorded: &Recorded) {
        for read in &recorded.raters {
            let entry = self.raters.get_mut(read.rater);
            if let Some((entry, rater)) = entry.zip(plan.panel.raters().get(read.rater)) {
                entry.recording = RecordingLine::of(rater, plan.digest(rater), read);
            }
        }
    }

    /// Enters what it is expected to take, to stand beside what it took.
    pub fn expect(&mut self, estimate: Estimate) {
        for of in &estimate.raters {
            let rater = self.raters.iter_mut().find(|rater| rater.id == of.rater);
            if let Some(rater) = rater {
                rater.estimate = Some(of.clone());
            }
        }
        self.estimate = (!estimate.raters.is_empty()).then_some(estimate);
    }

    /// A run that could not go on: what was asked and spent, and no results. One that has ended stays as it ended.
    pub fn fail(&mut self, asked: &Asked) {
        if self.finished.is_some() {
            return;
        }
        self.enter(asked);
        self.status = "failed";
        self.finished = Some(now());
    }

    /// Enters what was asked and spent, and how each question ended: (position of the rater, outcome).
    pub fn finish(&mut self, asked: &Asked, ended: impl Iterator<Item = (usize, Outcome)>) {
        for (rater, outcome) in ended {
            let outcomes = &mut self.raters[rater].outcomes;
            *outcomes.entry(outcome.name()).or_default() += 1;
            *self.outcomes.entry(outcome.name()).or_default() += 1;
            self.missing += u64::from(outcome.is_missing());
        }
        self.enter(asked);
        self.status = match (asked.interrupted, self.missing == 0) {
            (true, _) => "interrupted",
            (false, true) => "complete",
            (false, false) => "incomplete",
        };
        self.finished = Some(now());
    }

    fn enter(&mut self, asked: &Asked) {
        for rater in &mut self.raters {
            if let Some(tally) = asked.raters.get(&rater.id) {
                rater.take(tally);
            }
            rater.stopped = asked.stopped.get(&rater.id).cloned();
            rater.limits = asked.limits.get(&rater.id).copied().filter(Limits::any);
        }
        self.misses.clone_from(asked.misses.counts());
        self.cost = Cost::of(asked);
        self.actual = (!asked.raters.is_empty()).then(|| Actual::of(asked.raters.values()));
        self.budget.used_up.clone_from(&asked.budget_spent);
    }

    /// What to do about missing answers: flags that ask everything again would do so again.
    fn how_to_go_on(&self) -> String {
        let has = |flag: &str| self.command.iter().any(|argument| argument == flag);
        if has("--no-cache") || has("--cache-read-only") {
            "nothing was cached: the same command without --no-cache or --cache-read-only keeps what it pays for".to_owned()
        } else if has("--refresh") {
            // Without it, cached replies would answer what was to be asked anew.
            format!(
                "the same command with --max-age {} in place of --refresh asks only what is not refreshed yet",
                self.started
            )
        } else if self.missing > 0
            && self.outcomes.get(Outcome::Refused.name()) == Some(&self.missing)
            && !has("--retry-refused")
        {
            "a refusal is kept as an answer: the same command with --retry-refused asks again what was refused".to_owned()
        } else if has("--retry-refused") {
            "the same command without --retry-refused asks only what is missing".to_owned()
        } else {
            "the same command again asks only what is missing".to_owned()
        }
    }

    /// What a person should know of the cost and of what is missing, on stderr; `what` is what one answer is called, in the
    /// plural.
    pub fn summary(&self, asked: &Asked, what: &str) -> Vec<String> {
        let mut lines = self.spending(asked);
        if let Some(spent) = asked.overrun {
            lines.push(format!(
                "more was charged than a request can cost: ${:.4} in all; look at the usage in ledger.jsonl",
                spent.dollars()
            ));
        }
        for rater in &self.raters {
            lines.extend(rater.uncached_prefix(asked));
            let missing: Vec<String> = rater
                .outcomes
                .iter()
                .filter(|(name, _)| {
                    ![Outcome::Rated.name(), Outcome::Abstained.name()].contains(name)
                })
                .map(|(name, count)| format!("{count} {name}"))
                .collect();
            if !missing.is_empty() {
                let why = asked
                    .raters
                    .get(&rater.id)
                    .filter(|_| rater.stopped.is_none())
                    .and_then(|tally| tally.why.as_deref())
                    .map_or_else(String::new, |why| format!("; the last: {why}"));
                let missing = missing.join(", ");
                lines.push(format!("{} {what} missing: {missing}{why}", rater.id));
            }
        }
        lines
    }

    /// How to go on where something is missing.
    pub fn next_step(&self, asked: &Asked) -> Option<String> {
        if self.budget.used_up.is_some() {
            let how = self.how_to_go_on();
            let how = match how.strip_prefix("the same command again") {
                Some(rest) => format!("the same command again, with more,{rest}"),
                None => format!("with more, {how}"),
            };
            Some(format!("the budget is used up: {how}"))
        } else if asked.unasked > 0 {
            Some(format!(
                "offline: {} questions are not in the cache; without --offline they are asked",
                asked.unasked
            ))
        } else {
            (self.missing > 0).then(|| self.how_to_go_on())
        }
    }

    /// What was asked and spent, beside what was expected.
    fn spending(&self, asked: &Asked) -> Vec<String> {
        let mut lines = Vec::new();
        if !asked.raters.is_empty() {
            let count = |pick: fn(&Tally) -> u64| asked.raters.values().map(pick).sum::<u64>();
            let unknown = match self.cost.attempts_of_unknown_cost {
                0 => String::new(),
                n => format!(", and {n} attempts of unknown cost"),
            };
            let carried = match count(|tally| tally.carried) {
                0 => String::new(),
                n => format!("{n} ratings carried over, "),
            };
            lines.push(format!(
                "{carried}{} replies from the cache, {} questions asked in {} attempts; spent now ${:.4}{unknown}",
                count(|tally| tally.cached),
                count(|tally| tally.asked),
                count(|tally| tally.attempts),
                self.cost.spent_now.dollars,
            ));
            let both = self.actual.as_ref().zip(self.estimate.as_ref());
            lines.extend(both.and_then(|(actual, estimate)| actual.beside(estimate)));
        }
        lines
    }
}

impl Cost {
    fn of(asked: &Asked) -> Self {
        let tallies = || asked.raters.values();
        Self {
            spent_now: tallies()
                .fold(Nanodollars(0), |sum, tally| sum.plus(tally.spent))
                .into(),
            all_replies: tallies()
                .map(|tally| tally.behind)
                .try_fold(Nanodollars(0), |total, part| Some(total.plus(part?)))
                .map(Money::from),
            attempts_of_unknown_cost: tallies().map(|tally| tally.unknown).sum(),
        }
    }
}
