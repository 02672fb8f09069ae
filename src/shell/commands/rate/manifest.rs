//! `manifest.json`: what a run was, what came of it and what it cost.

use super::super::asking::{Account, Asked, PromptLine};
use super::carry::CarriedOver;
use super::gaps::Gaps;
use crate::asking::Inquiry as _;
use crate::error::Result;
use crate::estimate::Estimate;
use crate::labour::{Labour, Table};
use crate::plan::Plan;
use crate::rater::Recorded;
use crate::ratings::Sheet;
use crate::reconcile::{CENTRED, FEW_COMMON, Options, Reconciled, Weighting};
use crate::report::RaterLine;
use crate::rubric::Rubric;
use crate::shell::run_folder::{MANIFEST, RunFolder};
use crate::shell::schedule::Caps;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(in crate::shell) struct Manifest {
    #[serde(flatten)]
    account: Account,
    /// What another command made the run for, by the name of that command.
    #[serde(flatten)]
    entry: BTreeMap<&'static str, Value>,
    inventory: InventoryLine,
    /// Files of labour statistics, by their keys in the configuration.
    labour: BTreeMap<&'static str, LabourLine>,
    occupations: usize,
    tasks: usize,
    /// Answers of each hosted rater to each question.
    samples: u32,
    /// The run whose ratings were taken over.
    carried_over: Option<CarriedOver>,
    reconcile: ReconcileLine,
    /// No step of this run draws random numbers that reach a result.
    seed: Option<u64>,
    left_out: Vec<String>,
    /// Tasks that weigh as the mean of their occupation because they carry no importance; 0 under other weightings.
    tasks_of_assumed_weight: usize,
    /// Dimensions whose rater effects rest on few tasks that all rated, and on how many.
    few_common: BTreeMap<String, usize>,
    /// BLAKE3 of the files that later runs take ratings from.
    pub(super) files: BTreeMap<&'static str, String>,
    /// What was judged, and who judged, as reports say it: enough to reconcile and audit the ratings again.
    rubric: Rubric,
    pub(super) panel: Vec<RaterLine>,
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
struct ReconcileLine {
    /// As it was asked for.
    method: &'static str,
    methods: BTreeMap<String, &'static str>,
    weighting: &'static str,
    contested_share: f64,
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
        let asked_with = [prompt.id(), prompt.version(), source, prompt.fingerprint()];
        let asked_with = PromptLine::new(asked_with, prompt.schema());
        Self {
            account: Account::begin(
                plan.asking(),
                plan.weights,
                fingerprint,
                folder,
                asked_with,
                caps,
            ),
            entry: BTreeMap::new(),
            inventory: InventoryLine {
                name: inventory.name().to_owned(),
                digest: inventory.digest().to_owned(),
                notes: inventory.notes().to_vec(),
            },
            labour: BTreeMap::new(),
            occupations: plan.occupations().len(),
            tasks: plan.tasks(),
            samples: plan.samples(),
            carried_over: None,
            reconcile: ReconcileLine {
                method: options.method.name(),
                methods: BTreeMap::new(),
                weighting: options.weighting.name(),
                contested_share: options.contested_share,
            },
            seed: None,
            left_out: Vec::new(),
            tasks_of_assumed_weight: match options.weighting {
                Weighting::Importance => plan
                    .items()
                    .filter(|item| item.task.importance.is_none())
                    .count(),
                Weighting::CoreTwice | Weighting::Equal => 0,
            },
            few_common: BTreeMap::new(),
            files: BTreeMap::new(),
            rubric: prompt.rubric().clone(),
            panel: Vec::new(),
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

    /// The same with what another command made it for.
    pub(super) fn with_entry(mut self, entry: Option<(&'static str, Value)>) -> Self {
        self.entry.extend(entry);
        self
    }

    /// The same with its panel, as reports describe it.
    pub(super) fn with_panel(self, panel: Vec<RaterLine>) -> Self {
        Self { panel, ..self }
    }

    /// The same with what was read from recorded files.
    pub(super) fn with_recorded(mut self, plan: &Plan<'_>, recorded: &Recorded) -> Self {
        self.account.record(plan, recorded);
        self
    }

    /// Enters what is known before anything is asked: what was taken over, and what the rest is expected to take, to stand
    /// beside what it took.
    pub(super) fn expect(&mut self, carried: Option<CarriedOver>, estimate: Estimate) {
        self.carried_over = carried;
        self.account.expect(estimate);
    }

    /// A run that could not go on: what was asked and spent, and no results.
    pub(super) fn fail(&mut self, asked: &Asked) {
        self.account.fail(asked);
    }

    /// Enters what came of it.
    pub(super) fn finish(&mut self, sheet: &Sheet, asked: &Asked, reconciled: &Reconciled) {
        let outcomes = sheet.outcomes().iter().enumerate();
        let ended = outcomes.map(|(cell, outcome)| {
            let (_, rater, _) = sheet.at(cell);
            (rater, *outcome)
        });
        self.account.finish(asked, ended);
        self.reconcile.methods = reconciled
            .dimensions
            .iter()
            .map(|done| (done.dimension.id.clone(), done.method))
            .collect();
        self.few_common = reconciled
            .dimensions
            .iter()
            .filter(|done| done.method == CENTRED && done.common < FEW_COMMON)
            .map(|done| (done.dimension.id.clone(), done.common))
            .collect();
        let dimensions = self.rubric.dimensions();
        self.left_out = reconciled
            .uncovered
            .iter()
            .map(|gap| format!("{}: {}", dimensions[gap.dimension].id, gap.reason))
            .collect();
    }

    /// Writes it into the folder of the run.
    pub(super) fn write(&self, folder: &RunFolder) -> Result<()> {
        folder.write_json(MANIFEST, self)
    }

    /// What a person should know at the end, on stderr.
    pub(super) fn summary(&self, asked: &Asked, gaps: &Gaps) -> Vec<String> {
        let mut lines = self.account.summary(asked, "ratings");
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
        lines.extend(self.account.next_step(asked));
        lines
    }
}
