//! A run: its plan over the tasks computed, asked or read from the cache, reconciled, and written into its folder.

use super::carry::Carry;
use super::gaps::Gaps;
use super::manifest::Manifest;
use crate::asking::Inquiry as _;
use crate::error::{EXIT_INCOMPLETE, Error, Result};
use crate::labour::Labour;
use crate::plan::Plan;
use crate::rater::{Embedded, Rater, Recorded, Source, Weights};
use crate::rating::{Outcome, Rating, Repair};
use crate::ratings::Sheet;
use crate::reconcile::{Options, reconcile_as_far};
use crate::report::{
    RaterKind, RaterLine, Report, marked_gold, write_consensus_csv, write_occupations_csv,
    write_ratings_jsonl, write_report_md, write_tasks_csv,
};
use crate::shell::cli::{AskArgs, is_broken_pipe};
use crate::shell::commands::asking::{self, Asked, Ended, Keys, Rest, Sink};
use crate::shell::files::{digest, write_whole};
use crate::shell::project::Project;
use crate::shell::run_folder::{MANIFEST, PROMPT, RunFolder};
use crate::shell::run_ratings::RATINGS;
use crate::shell::run_tasks::TASKS;
use crate::shell::spill::Spill;
use crate::shell::terminal::{clean, say};
use crate::shell::{run_json, table};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What a run is made of.
pub(super) struct Run<'a> {
    pub project: &'a Project,
    pub ask: &'a AskArgs,
    /// Its folder, where it is not to be a new one in `runs/`.
    pub out: Option<&'a Path>,
    pub plan: &'a Plan<'a>,
    pub prompt_source: &'a str,
    pub options: &'a Options,
    pub carry: Option<&'a Carry<'a>>,
    pub labour: Option<&'a Labour>,
    pub recorded: &'a Recorded,
    /// Whether more is asked once it is written: then the cache is closed, not left.
    pub followed: bool,
    /// What another command made it for, as the manifest says it; the table of such a run is not shown.
    pub entry: Option<(&'static str, Value)>,
}

/// A run that is written.
pub(in crate::shell::commands) struct Written {
    pub folder: PathBuf,
    pub ended: Ended,
}

impl Run<'_> {
    /// Computes, asks or reads what the plan wants to know, and writes what comes of it; `None` where a dry run ends.
    pub fn write(&self, keys: &Keys) -> Result<Option<Written>> {
        let (plan, ask) = (self.plan, self.ask);
        let cache = asking::cache(plan.panel, self.project, ask, self.out)?;
        let arena = Box::new(Spill::new(self.project.folder()));
        let mut sheet = Sheet::kept_in(arena, plan.prompt.rubric(), plan.tasks(), plan.slots());
        let carried = self.carry.map(|carry| carry.fill(plan, ask, &mut sheet));
        let carried = carried.transpose()?.unwrap_or_default();
        let (mut asked, jobs) = asking::known(plan, cache.as_ref(), carried, ask, &mut sheet)?;
        if let Some(carry) = self.carry {
            carry.say(plan, &sheet, &asked, jobs.len());
        }
        let cache = asking::sound(cache, &asked, ask)?;
        asking::check_prices(plan.panel, &jobs, ask)?;
        let about = ("tasks", plan.tasks());
        let estimate = asking::forecast(plan.asking(), self.project, ask, &asked, about)?;
        let Some(estimate) = estimate else {
            return Ok(None);
        };
        let (folder, mut manifest) = self.begin()?;
        manifest.expect(self.carry.map(|carry| carry.entry(plan, &asked)), estimate);
        manifest.write(&folder)?;

        self.computed(&mut sheet)?;
        let rest = Rest {
            jobs,
            cache,
            last: !self.followed,
        };
        let done = asking::hosted(plan, keys, ask, &folder, rest, &mut sheet, &mut asked);
        let done = done.and_then(|()| self.conclude(&sheet, &asked, &folder, &mut manifest));
        if let Err(error) = done {
            // What was asked and spent is accounted for, whatever went wrong; where nothing can be written, the ledger has it.
            manifest.fail(&asked);
            let _ = manifest.write(&folder);
            return Err(error);
        }
        let ended = Ended {
            code: exit_code(&asked, &sheet),
            used: asked.used,
        };
        Ok(Some(Written {
            folder: folder.path().to_owned(),
            ended,
        }))
    }

    /// The folder of the run and what is known of it before it begins.
    fn begin(&self) -> Result<(RunFolder, Manifest)> {
        let mut settings = format!("{:?}", self.options);
        settings.push_str(&self.carry.map(Carry::identity).unwrap_or_default());
        for table in self.labour.into_iter().flat_map(Labour::tables) {
            settings.push_str(&format!(" {} {}", table.kind.key(), table.digest));
        }
        let fingerprint = self.plan.fingerprint(&settings);
        let folder = match self.out {
            Some(path) => RunFolder::named(path, &fingerprint)?,
            None => RunFolder::make(&self.project.folder().join("runs"), &fingerprint)?,
        };
        let (source, caps) = (self.prompt_source, self.ask.caps());
        let manifest = Manifest::begin(
            self.plan,
            &fingerprint,
            &folder,
            source,
            self.options,
            &caps,
        );
        write_whole(&folder.file(PROMPT), |out| {
            let written = std::io::Write::write_all(out, self.plan.prompt.text().as_bytes());
            written.map_err(|error| Error::io("cannot write the prompt", error))
        })?;
        let mut panel = describe(self.plan.panel.raters(), self.plan.weights)?;
        for (rater, provenance, _) in self.recorded.drawn() {
            if let Some(line) = panel.get_mut(rater) {
                line.drawn = Some(provenance.clone());
            }
        }
        let manifest = manifest.with_labour(self.labour).with_panel(panel);
        let manifest = manifest.with_entry(self.entry.clone());
        Ok((folder, manifest.with_recorded(self.plan, self.recorded)))
    }

    /// Fills in the ratings of the raters that nobody asks: embedded and recorded ones.
    fn computed(&self, sheet: &mut Sheet) -> Result<()> {
        let plan = self.plan;
        for (rater, _, drawn) in self.recorded.drawn() {
            sheet.set_drawn(rater, drawn.clone());
        }
        let mut embedded = Embedded::new(plan.weights, plan.prompt.rubric(), plan.panel.raters())?;
        for (task, item) in plan.items().enumerate() {
            let computed = embedded.rate(item.occupation, item.task).into_iter();
            for (rater, rating) in computed.chain(self.recorded.rate(task)) {
                sheet.set(sheet.cell(task, rater, 0), &rating)?;
            }
        }
        Ok(())
    }

    /// Reconciles, writes the files of the run, and shows them.
    fn conclude(
        &self,
        sheet: &Sheet,
        asked: &Asked,
        folder: &RunFolder,
        manifest: &mut Manifest,
    ) -> Result<()> {
        let plan = self.plan;
        let raters = manifest.panel.clone();
        let options = Options {
            gold: marked_gold(&raters),
            ..*self.options
        };
        let reconciled = reconcile_as_far(plan.occupations(), sheet, &options)?;
        let not = reconciled.not_as_asked();
        if !not.is_empty() {
            let (method, not) = (options.method.name(), not.join("; "));
            say!(
                "{}",
                clean(&format!(
                    "auto stands in for {method} where it does not apply ({not})"
                ))
            );
        }
        let joined = self
            .labour
            .map(|labour| labour.join(plan.inventory, plan.occupations(), &reconciled));
        let report = Report {
            inventory: plan.inventory.name(),
            notes: plan.inventory.notes(),
            rubric: plan.prompt.rubric(),
            prompt: plan.prompt.fingerprint(),
            raters: &raters,
            occupations: plan.occupations(),
            ratings: sheet,
            carried: self.carry.map(|_| &asked.carried),
            reconciled: &reconciled,
            labour: joined.as_ref(),
        };
        if let Some(carry) = self.carry {
            carry.write_changes(folder)?;
        }
        manifest.files = write_files(folder, &report)?;
        manifest.finish(sheet, asked, &reconciled);
        manifest.write(folder)?;
        if self.entry.is_none() {
            show(self.ask, &report, folder, manifest)?;
        }
        for line in manifest.summary(asked, &Gaps::find(plan, sheet, asked)) {
            say!("{}", clean(&line));
        }
        Ok(())
    }
}

/// The panel as reports describe it.
fn describe(raters: &[Rater], weights: &Weights) -> Result<Vec<RaterLine>> {
    let line = |rater: &Rater| match &rater.source {
        Source::Llm(llm) => Ok(RaterLine {
            id: rater.id.clone(),
            kind: RaterKind::Llm,
            source: llm.model.clone(),
            description: format!("{} wire, {}", llm.wire.name(), llm.base_url),
            gold: None,
            drawn: None,
        }),
        Source::Surrogate { file } => Ok(RaterLine {
            id: rater.id.clone(),
            kind: RaterKind::Surrogate,
            source: weights
                .about(rater)?
                .map(|about| about.source.clone())
                .unwrap_or_default(),
            description: file
                .as_ref()
                .map_or_else(String::new, |file| format!("weights {file}")),
            gold: None,
            drawn: None,
        }),
        Source::Recording(recording) => Ok(RaterLine {
            id: rater.id.clone(),
            kind: RaterKind::Recording,
            source: recording.source().to_owned(),
            description: recording.details(),
            gold: recording.gold,
            drawn: None,
        }),
    };
    raters.iter().map(line).collect()
}

/// The files of a run, as the table names them; the last is only there where somebody was asked.
const FILES: [&str; 7] = [
    "report.md",
    "consensus.csv",
    "occupations.csv",
    RATINGS,
    TASKS,
    MANIFEST,
    "ledger.jsonl",
];

/// Writes the results; what comes back are the hashes of those files that a later run may take ratings from.
fn write_files(folder: &RunFolder, report: &Report<'_>) -> Result<BTreeMap<&'static str, String>> {
    write_whole(&folder.file(TASKS), |out| {
        write_tasks_csv(report.occupations, out)
    })?;
    write_whole(&folder.file(RATINGS), |out| {
        write_ratings_jsonl(report, out)
    })?;
    write_whole(&folder.file("consensus.csv"), |out| {
        write_consensus_csv(report, out)
    })?;
    write_whole(&folder.file("occupations.csv"), |out| {
        write_occupations_csv(report, out)
    })?;
    write_whole(&folder.file("report.md"), |out| {
        write_report_md(report, out)
    })?;
    let digest = |name| Ok((name, digest(&folder.file(name))?));
    [TASKS, RATINGS].into_iter().map(digest).collect()
}

fn show(ask: &AskArgs, report: &Report<'_>, folder: &RunFolder, manifest: &Manifest) -> Result<()> {
    let shown = match ask.json {
        true => run_json::print(report, &json!({ "manifest": manifest }), folder.path()),
        false => {
            let asked = report.raters.iter().any(|one| one.kind == RaterKind::Llm);
            let files = &FILES[..FILES.len() - usize::from(!asked)];
            table::text(report, folder.path(), files).and_then(|text| table::print(&text))
        }
    };
    match shown {
        // Whoever reads the first lines alone still learns of missing ratings, from stderr and the exit code.
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(()),
    }
}

impl Sink<Rating> for Sheet {
    fn cell(&self, task: usize, rater: usize, sample: u32) -> usize {
        Self::cell(self, task, rater, sample)
    }

    fn rater(&self, cell: usize) -> usize {
        self.at(cell).1
    }

    fn put(
        &mut self,
        cell: usize,
        outcome: Outcome,
        rating: Option<&Rating>,
        repair: Option<Repair>,
    ) -> Result<()> {
        let dimensions = self.rubric().dimensions().len();
        let missing = || Rating::missing(outcome, dimensions);
        let mut rating = rating.cloned().unwrap_or_else(missing);
        rating.repair = repair.or(rating.repair);
        self.set(cell, &rating)
    }
}

/// What happened to the raters first, then whether anything is missing.
fn exit_code(asked: &Asked, sheet: &Sheet) -> u8 {
    let outcomes = sheet.outcomes();
    // A panel that covers nothing of the rubric has not done what was asked either.
    let incomplete = outcomes.iter().any(|o| o.is_missing()) || !outcomes.contains(&Outcome::Rated);
    let otherwise = if incomplete { EXIT_INCOMPLETE } else { 0 };
    asking::exit_code(asked).unwrap_or(otherwise)
}
