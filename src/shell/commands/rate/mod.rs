//! `rate`, the main job: plan, compute or ask or read the cache, reconcile, write a run, print a table.

mod carry;
mod gaps;
mod left_out;
mod manifest;
mod select;
mod wishes;

use super::super::cli::{RateArgs, is_broken_pipe};
use super::super::files::{digest, write_whole};
use super::super::project::Project;
use super::super::run_folder::RunFolder;
use super::super::run_json;
use super::super::run_tasks::TASKS;
use super::super::table;
use super::asking::{self, Asked, Rest, Sink};
use crate::asking::Inquiry as _;
use crate::error::{EXIT_INCOMPLETE, Error, Kind, Result};
use crate::inventory::Wanted;
use crate::plan::Plan;
use crate::prompt::Prompt;
use crate::rater::{Embedded, Rater, Source, Weights};
use crate::rating::{Outcome, Rating, Repair};
use crate::ratings::Sheet;
use crate::reconcile::{Options, Weighting, reconcile};
use crate::report::{
    RaterKind, RaterLine, Report, write_consensus_csv, write_occupations_csv, write_ratings_jsonl,
    write_report_md, write_tasks_csv,
};
use crate::shell::spill::Spill;
use crate::shell::terminal::{clean, say};
use carry::Carry;
use gaps::Gaps;
pub(in crate::shell) use manifest::Manifest;
use std::collections::BTreeMap;

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &RateArgs) -> Result<u8> {
    let project = Project::find()?;
    let (prompt, prompt_source) = prompt(&project, args)?;
    let panel = project
        .config
        .panel(args.ask.panel.as_deref(), &args.ask.rater)?;
    let (panel, keys) = asking::keys(panel, &args.ask, "use the free panel: --panel free")?;
    // Alternate titles are read only where a title is looked up.
    let inventory = project.inventory(&args.inventory, Wanted::titles(!args.all))?;
    left_out::say_of_rows(&inventory, &args.inventory);
    let occupations = select::occupations(&inventory, args)?;
    let options = options(&project, args)?;
    let weights = project.weights(panel.raters())?;
    let samples = args.samples.or(project.config.settings().samples);
    let plan = Plan::new(&inventory, &prompt, &panel, &weights, occupations)
        .with_samples(samples.unwrap_or(1));
    plan.asking().check_raters()?;
    let carry = Carry::find(&plan, &project, args)?;
    let carry = carry.as_ref();
    let cache = asking::cache(&panel, &project, &args.ask, args.out.as_deref())?;

    let arena = Box::new(Spill::new(project.folder()));
    let mut sheet = Sheet::kept_in(arena, prompt.rubric(), plan.tasks(), plan.slots());
    let carried = carry.map(|carry| carry.fill(&plan, &args.ask, &mut sheet));
    let carried = carried.transpose()?.unwrap_or_default();
    let (mut asked, jobs) = asking::known(&plan, cache.as_ref(), carried, &args.ask, &mut sheet)?;
    if let Some(carry) = carry {
        carry.say(&plan, &sheet, &asked, jobs.len());
    }
    let cache = asking::sound(cache, &asked, &args.ask)?;
    asking::check_prices(&panel, &jobs, &args.ask)?;
    let about = ("tasks", plan.tasks());
    let estimate = asking::forecast(plan.asking(), &project, &args.ask, &asked, about)?;
    let Some(estimate) = estimate else {
        return Ok(0);
    };
    let (folder, mut manifest) = begin(&plan, &project, args, &prompt_source, &options, carry)?;
    manifest.expect(carry.map(|carry| carry.entry(&plan, &asked)), estimate);
    manifest.write(&folder)?;

    embedded(&plan, &mut sheet)?;
    let rest = Rest { jobs, cache };
    if let Err(error) = asking::hosted(
        &plan, &keys, &args.ask, &folder, rest, &mut sheet, &mut asked,
    ) {
        // What was asked and spent is accounted for, whatever went wrong; where nothing can be written, the ledger has it.
        manifest.fail(&asked);
        let _ = manifest.write(&folder);
        return Err(error);
    }
    let raters = describe(panel.raters(), &weights)?;
    let reconciled = reconcile(plan.occupations(), &sheet, &options)?;
    let report = Report {
        inventory: inventory.name(),
        notes: inventory.notes(),
        rubric: prompt.rubric(),
        prompt: prompt.fingerprint(),
        raters: &raters,
        occupations: plan.occupations(),
        ratings: &sheet,
        carried: carry.map(|_| &asked.carried),
        reconciled: &reconciled,
    };
    if let Some(carry) = carry {
        carry.write_changes(&plan, &folder)?;
    }
    manifest.files = write_files(&folder, &report)?;
    manifest.finish(&sheet, &asked, &reconciled);
    manifest.write(&folder)?;
    show(args, &report, &folder, &manifest)?;
    for line in manifest.summary(&asked, &Gaps::find(&plan, &sheet, &asked)) {
        say!("{}", clean(&line));
    }
    Ok(exit_code(&asked, &sheet))
}

/// The folder of the run and what is known of it before it begins.
fn begin(
    plan: &Plan<'_>,
    project: &Project,
    args: &RateArgs,
    prompt_source: &str,
    options: &Options,
    carry: Option<&Carry>,
) -> Result<(RunFolder, Manifest)> {
    let carried = carry.map(Carry::identity).unwrap_or_default();
    let fingerprint = plan.fingerprint(&format!("{options:?}{carried}"));
    let folder = match &args.out {
        Some(path) => RunFolder::named(path, &fingerprint)?,
        None => RunFolder::make(&project.folder().join("runs"), &fingerprint)?,
    };
    let caps = args.ask.caps();
    let manifest = Manifest::begin(plan, &fingerprint, &folder, prompt_source, options, &caps);
    Ok((folder, manifest))
}

fn prompt(project: &Project, args: &RateArgs) -> Result<(Prompt, String)> {
    match &args.prompt {
        Some(path) => Project::prompt_file(path),
        None => {
            let set = args
                .rubric
                .as_deref()
                .or(project.config.settings().rubric.as_deref());
            project.prompt(set.unwrap_or("impact"))
        }
    }
}

fn options(project: &Project, args: &RateArgs) -> Result<Options> {
    let settings = project.config.settings();
    let name = args
        .weighting
        .as_deref()
        .or(settings.weighting.as_deref())
        .unwrap_or("core");
    let weighting = match name {
        "core" => Weighting::CoreTwice,
        "importance" => Weighting::Importance,
        "equal" => Weighting::Equal,
        other => {
            return Err(
                Error::new(Kind::Setup, format!("there is no weighting '{other}'"))
                    .hint("known: core (Core 2, others 1), importance, equal"),
            );
        }
    };
    let contested_share = settings
        .contested
        .unwrap_or(Options::default().contested_share);
    Ok(Options {
        weighting,
        contested_share,
        ..Options::default()
    })
}

/// Fills in the ratings of the embedded raters.
fn embedded(plan: &Plan<'_>, sheet: &mut Sheet) -> Result<()> {
    let mut embedded = Embedded::new(plan.weights, plan.prompt.rubric(), plan.panel.raters())?;
    for (task, item) in plan.items().enumerate() {
        for (rater, rating) in embedded.rate(item.occupation, item.task) {
            sheet.set(sheet.cell(task, rater, 0), &rating)?;
        }
    }
    Ok(())
}

/// The panel as reports describe it.
fn describe(raters: &[Rater], weights: &Weights) -> Result<Vec<RaterLine>> {
    let line = |rater: &Rater| match &rater.source {
        Source::Llm(llm) => Ok(RaterLine {
            id: rater.id.clone(),
            kind: RaterKind::Llm,
            source: llm.model.clone(),
            description: format!("{} wire, {}", llm.wire.name(), llm.base_url),
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
        }),
    };
    raters.iter().map(line).collect()
}

/// Writes the results; what comes back are the hashes of those files that a later run may take ratings from.
fn write_files(folder: &RunFolder, report: &Report<'_>) -> Result<BTreeMap<&'static str, String>> {
    write_whole(&folder.file(TASKS), |out| {
        write_tasks_csv(report.occupations, out)
    })?;
    write_whole(&folder.file("ratings.jsonl"), |out| {
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
    [TASKS, "ratings.jsonl"].into_iter().map(digest).collect()
}

fn show(
    args: &RateArgs,
    report: &Report<'_>,
    folder: &RunFolder,
    manifest: &Manifest,
) -> Result<()> {
    let shown = match args.ask.json {
        true => run_json::print(report, manifest, folder.path()),
        false => table::text(report, folder.path()).and_then(|text| table::print(&text)),
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
