//! `manifest.json`: what a run was, what came of it and what it cost.

use super::actual::Actual;
use super::ask::{Asked, Tally};
use super::gaps::Gaps;
use super::rater_entry::RaterEntry;
use crate::error::Result;
use crate::estimate::Estimate;
use crate::labour::{Labour, Table};
use crate::plan::Plan;
use crate::rater::{Limits, Nanodollars};
use crate::rating::Outcome;
use crate::ratings::Sheet;
use crate::reconcile::{CENTRED, Options, Reconciled, Weighting};
use crate::rubric::Rubric;
use crate::shell::run_folder::{MANIFEST, RunFolder};
use crate::shell::schedule::{Caps, now};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(in crate::shell) struct Manifest {
    taskrater: &'static str,
    run: String,
    plan: String,
    /// The command line as it was given; keys never stand on it.
    command: Vec<String>,
    status: &'static str,
    started: String,
    finished: Option<String>,
    inventory: InventoryLine,
    /// Files of labour statistics, by their keys in the configuration.
    labour: BTreeMap<&'static str, LabourLine>,
    prompt: PromptLine,
    occupations: usize,
    tasks: usize,
    /// Answers of each hosted rater to each question.
    samples: u32,
    raters: Vec<RaterEntry>,
    reconcile: ReconcileLine,
    /// No step of this run draws random numbers that reach a result.
    seed: Option<u64>,
    outcomes: BTreeMap<&'static str, u64>,
    /// Why questions were not answered from the cache, and how many.
    misses: BTreeMap<String, u64>,
    /// Number of ratings that should be there and are not.
    missing: usize,
    left_out: Vec<String>,
    cost: Cost,
    /// What was expected of the hosted raters; `None` where none is in the panel, or offline.
    estimate: Option<Estimate>,
    /// What they took.
    actual: Option<Actual>,
    budget: BudgetLine,
    /// Tasks that weigh as the mean of their occupation because they carry no importance; 0 under other weightings.
    tasks_of_assumed_weight: usize,
    /// Dimensions whose rater effects rest on few tasks that all rated, and on how many.
    few_common: BTreeMap<String, usize>,
    #[serde(skip)]
    rubric: Rubric,
}

#[derive(Serialize)]
struct InventoryLine {
    name: String,
    digest: String,
    notes: Vec<String>,
}

#[derive(Serialize)]
struct LabourLine {
    name: String,
    digest: String,
    /// The time of its figures, as the file says it.
    period: Option<String>,
    detailed_rows: usize,
    /// Rows that could not be used.
    problems: usize,
    notes: Vec<String>,
}

impl From<&Table> for LabourLine {
    fn from(table: &Table) -> Self {
        Self {
            name: table.name.clone(),
            digest: table.digest.clone(),
            period: table.period.clone(),
            detailed_rows: table.detailed().count(),
            problems: table.problems.len(),
            notes: table.notes.clone(),
        }
    }
}

#[derive(Serialize)]
struct PromptLine {
    id: String,
    version: String,
    source: String,
    fingerprint: String,
    schema_fingerprint: String,
}

#[derive(Serialize)]
struct ReconcileLine {
    methods: BTreeMap<String, &'static str>,
    weighting: &'static str,
    contested_share: f64,
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

impl Manifest {
    /// The manifest of a run that has just begun.
    pub(super) fn begin(
        plan: &Plan<'_>,
        fingerprint: &str,
        folder: &RunFolder,
        source: &str,
        options: &Options,
        caps: &Caps,
    ) -> Self {
        let (inventory, prompt) = (plan.inventory, plan.prompt);
        Self {
            taskrater: env!("CARGO_PKG_VERSION"),
            run: folder.id().to_owned(),
            plan: fingerprint.to_owned(),
            command: std::env::args().skip(1).collect(),
            status: "running",
            started: now(),
            finished: None,
            inventory: InventoryLine {
                name: inventory.name().to_owned(),
                digest: inventory.digest().to_owned(),
                notes: inventory.notes().to_vec(),
            },
            labour: BTreeMap::new(),
            prompt: PromptLine {
                id: prompt.id().to_owned(),
                version: prompt.version().to_owned(),
                source: source.to_owned(),
                fingerprint: prompt.fingerprint().to_owned(),
                schema_fingerprint: crate::prompt::fingerprint(prompt.schema().text().as_bytes()),
            },
            occupations: plan.occupations().len(),
            tasks: plan.tasks(),
            samples: plan.samples(),
            raters: plan
                .panel
                .raters()
                .iter()
                .map(|rater| RaterEntry::of(rater, plan))
                .collect(),
            reconcile: ReconcileLine {
                methods: BTreeMap::new(),
                weighting: options.weighting.name(),
                contested_share: options.contested_share,
            },
            seed: None,
            outcomes: BTreeMap::new(),
            misses: BTreeMap::new(),
            missing: 0,
            left_out: Vec::new(),
            cost: Cost::default(),
            estimate: None,
            actual: None,
            budget: BudgetLine {
                max_usd: caps.money.map(Money::from),
                max_calls: caps.calls,
                used_up: None,
            },
            tasks_of_assumed_weight: match options.weighting {
                Weighting::Importance => plan
                    .items()
                    .filter(|item| item.task.importance.is_none())
                    .count(),
                Weighting::CoreTwice | Weighting::Equal => 0,
            },
            few_common: BTreeMap::new(),
            rubric: prompt.rubric().clone(),
        }
    }

    /// The same with the files of labour statistics.
    pub(super) fn with_labour(mut self, labour: Option<&Labour>) -> Self {
        let tables = labour.into_iter().flat_map(Labour::tables);
        self.labour = tables
            .map(|table| (table.kind.key(), table.into()))
            .collect();
        self
    }

    /// Enters what it is expected to take, to stand beside what it took.
    pub(super) fn expect(&mut self, estimate: Estimate) {
        for of in &estimate.raters {
            let rater = self.raters.iter_mut().find(|rater| rater.id == of.rater);
            if let Some(rater) = rater {
                rater.estimate = Some(of.clone());
            }
        }
        self.estimate = (!estimate.raters.is_empty()).then_some(estimate);
    }

    /// A run that could not go on: what was asked and spent, and no results.
    pub(super) fn fail(&mut self, asked: &Asked) {
        self.account(asked);
        self.status = "failed";
        self.finished = Some(now());
    }

    /// Enters what was asked and spent.
    fn account(&mut self, asked: &Asked) {
        for rater in &mut self.raters {
            if let Some(tally) = asked.raters.get(&rater.id) {
                rater.take(tally);
            }
            rater.stopped = asked.stopped.get(&rater.id).cloned();
            rater.limits = asked.limits.get(&rater.id).copied().filter(Limits::any);
        }
        self.misses.clone_from(asked.misses.counts());
        self.cost = self.total(asked);
        self.actual = (!asked.raters.is_empty()).then(|| Actual::of(asked.raters.values()));
        self.budget.used_up.clone_from(&asked.budget_spent);
    }

    /// Enters what came of it.
    pub(super) fn finish(&mut self, sheet: &Sheet, asked: &Asked, reconciled: &Reconciled) {
        for (cell, outcome) in sheet.outcomes().iter().enumerate() {
            let (_, rater, _) = sheet.at(cell);
            let outcomes = &mut self.raters[rater].outcomes;
            *outcomes.entry(outcome.name()).or_default() += 1;
            *self.outcomes.entry(outcome.name()).or_default() += 1;
        }
        self.account(asked);
        self.reconcile.methods = reconciled
            .dimensions
            .iter()
            .map(|done| (done.dimension.id.clone(), done.method))
            .collect();
        self.few_common = reconciled
            .dimensions
            .iter()
            .filter(|done| done.method == CENTRED && done.common < FEW)
            .map(|done| (done.dimension.id.clone(), done.common))
            .collect();
        let dimensions = self.rubric.dimensions();
        self.left_out = reconciled
            .uncovered
            .iter()
            .map(|gap| format!("{}: {}", dimensions[gap.dimension].id, gap.reason))
            .collect();
        let missing = |outcome: &&Outcome| outcome.is_missing();
        self.missing = sheet.outcomes().iter().filter(missing).count();
        self.status = match (asked.interrupted, self.missing == 0) {
            (true, _) => "interrupted",
            (false, true) => "complete",
            (false, false) => "incomplete",
        };
        self.finished = Some(now());
    }

    /// Writes it into the folder of the run.
    pub(super) fn write(&self, folder: &RunFolder) -> Result<()> {
        folder.write_json(MANIFEST, self)
    }

    /// What to do about missing ratings: flags that ask everything again would do so again.
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
        } else if has("--retry-refused") {
            "the same command without --retry-refused asks only what is missing".to_owned()
        } else {
            "the same command again asks only what is missing".to_owned()
        }
    }

    fn total(&self, asked: &Asked) -> Cost {
        let tallies = || asked.raters.values();
        Cost {
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

    /// What was asked and spent, beside what was expected.
    fn spending(&self, asked: &Asked) -> Vec<String> {
        let mut lines = Vec::new();
        if !asked.raters.is_empty() {
            let count = |pick: fn(&Tally) -> u64| asked.raters.values().map(pick).sum::<u64>();
            let unknown = match self.cost.attempts_of_unknown_cost {
                0 => String::new(),
                n => format!(", and {n} attempts of unknown cost"),
            };
            lines.push(format!(
                "{} replies from the cache, {} questions asked in {} attempts; spent now ${:.4}{unknown}",
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

    /// What a person should know at the end, on stderr.
    pub(super) fn summary(&self, asked: &Asked, gaps: &Gaps) -> Vec<String> {
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
                lines.push(format!("{} ratings missing: {missing}{why}", rater.id));
            }
        }
        if self.tasks_of_assumed_weight > 0 {
            lines.push(format!(
                "{} of {} tasks carry no importance; they weigh as much as the mean of the others of their occupation",
                self.tasks_of_assumed_weight, self.tasks
            ));
        }
        for (dimension, common) in &self.few_common {
            lines.push(format!(
                "{dimension}: ratings are missing and only {common} tasks were rated by all, so the raters' leniency that is \
                 taken out is uncertain; compare the median and the raters' own columns"
            ));
        }
        lines.extend(gaps.lines());
        if self.budget.used_up.is_some() {
            let how = self.how_to_go_on();
            let how = match how.strip_prefix("the same command again") {
                Some(rest) => format!("the same command again, with more,{rest}"),
                None => format!("with more, {how}"),
            };
            lines.push(format!("the budget is used up: {how}"));
        } else if asked.unasked > 0 {
            lines.push(format!(
                "offline: {} questions are not in the cache; without --offline they are asked",
                asked.unasked
            ));
        } else if self.missing > 0 {
            lines.push(self.how_to_go_on());
        }
        lines
    }
}

/// With fewer tasks in common the leniency of a rater is a guess worth a warning.
const FEW: usize = 20;
