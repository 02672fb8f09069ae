//! `rate`, the main job: plan, compute or ask or read the cache, reconcile, write a run, print a table.

mod actual;
mod ask;
mod cached;
mod confirm;
mod dry_run;
mod gaps;
mod keys;
mod loads;
mod look;
mod manifest;
mod past;
mod rater_entry;
mod recover;
mod select;
mod send;
mod words;

use super::super::cli::{RateArgs, is_broken_pipe};
use super::super::files::write_whole;
use super::super::project::Project;
use super::super::run_folder::RunFolder;
use super::super::run_json;
use super::super::table;
use crate::error::{
    EXIT_BUDGET, EXIT_INCOMPLETE, EXIT_INTERRUPTED, EXIT_RATER_STOPPED, Error, Kind, Result,
};
use crate::estimate::Estimate;
use crate::inventory::Wanted;
use crate::labour::Labour;
use crate::plan::Plan;
use crate::prompt::Prompt;
use crate::rater::{Embedded, Panel, Rater, Source, Weights};
use crate::rating::Outcome;
use crate::ratings::Sheet;
use crate::reconcile::{Options, Weighting, reconcile};
use crate::report::{
    RaterKind, RaterLine, Report, write_consensus_csv, write_occupations_csv, write_ratings_jsonl,
    write_report_md,
};
use crate::shell::cache::Cache;
use crate::shell::spill::Spill;
use crate::shell::terminal::{clean, say};
use ask::{Asked, Rest};
use confirm::Terms;
use gaps::Gaps;
pub(in crate::shell) use manifest::Manifest;

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &RateArgs) -> Result<u8> {
    let project = Project::find()?;
    let (prompt, prompt_source) = prompt(&project, args)?;
    let panel = project.config.panel(args.panel.as_deref(), &args.rater)?;
    let (panel, keys) = keys::keys(panel, args)?;
    // Alternate titles are read only where a title is looked up.
    let inventory = project.inventory(&args.inventory, Wanted::titles(!args.all))?;
    let occupations = select::occupations(&inventory, args)?;
    let labour = project.labour(&args.inventory)?;
    let labour = labour.as_ref();
    let options = options(&project, args)?;
    let weights = project.weights(panel.raters())?;
    let samples = args.samples.or(project.config.settings().samples);
    let plan = Plan::new(&inventory, &prompt, &panel, &weights, occupations)
        .with_samples(samples.unwrap_or(1));
    plan.check_raters()?;
    let cache = open_cache(&panel, &project, args)?;

    let arena = Box::new(Spill::new(project.folder()));
    let mut sheet = Sheet::kept_in(arena, prompt.rubric(), plan.tasks(), plan.slots());
    let (mut asked, jobs) = ask::known(&plan, cache.as_ref(), args, &mut sheet)?;
    let cache = ask::sound(cache, &asked, args)?;
    ask::check_prices(&panel, &jobs, args)?;
    let Some(estimate) = forecast(&plan, &project, args, &asked)? else {
        return Ok(0);
    };
    let (folder, mut manifest) = begin(&plan, &project, args, &prompt_source, &options, labour)?;
    manifest.expect(estimate);
    manifest.write(&folder)?;

    embedded(&plan, &mut sheet)?;
    let rest = Rest { jobs, cache };
    if let Err(error) = ask::hosted(&plan, &keys, args, &folder, rest, &mut sheet, &mut asked) {
        // What was asked and spent is accounted for, whatever went wrong; where nothing can be written, the ledger has it.
        manifest.fail(&asked);
        let _ = manifest.write(&folder);
        return Err(error);
    }
    let raters = describe(panel.raters(), &weights)?;
    let reconciled = reconcile(plan.occupations(), &sheet, &options)?;
    let joined = labour.map(|labour| labour.join(&inventory, plan.occupations(), &reconciled));
    let report = Report {
        inventory: inventory.name(),
        notes: inventory.notes(),
        rubric: prompt.rubric(),
        prompt: prompt.fingerprint(),
        raters: &raters,
        occupations: plan.occupations(),
        ratings: &sheet,
        reconciled: &reconciled,
        labour: joined.as_ref(),
    };
    write_files(&folder, &report)?;
    manifest.finish(&sheet, &asked, &reconciled);
    manifest.write(&folder)?;
    show(args, &report, &folder, &manifest)?;
    for line in manifest.summary(&asked, &Gaps::find(&plan, &sheet, &asked)) {
        say!("{}", clean(&line));
    }
    Ok(exit_code(&asked, &sheet))
}

/// Opens the reply cache, where the panel needs one, and takes over what killed runs left in their ledgers alone.
fn open_cache(panel: &Panel, project: &Project, args: &RateArgs) -> Result<Option<Cache>> {
    let cache = ask::open_cache(panel, project, args)?;
    let writes = !args.dry_run && !args.cache_read_only;
    if let Some(cache) = cache.as_ref().filter(|_| writes) {
        let runs = project.folder().join("runs");
        recover::recover(cache, &runs, args.out.as_deref())?;
    }
    Ok(cache)
}

/// The folder of the run and what is known of it before it begins.
fn begin(
    plan: &Plan<'_>,
    project: &Project,
    args: &RateArgs,
    prompt_source: &str,
    options: &Options,
    labour: Option<&Labour>,
) -> Result<(RunFolder, Manifest)> {
    let mut settings = format!("{options:?}");
    for table in labour.into_iter().flat_map(Labour::tables) {
        settings.push_str(&format!(" {} {}", table.kind.key(), table.digest));
    }
    let fingerprint = plan.fingerprint(&settings);
    let folder = match &args.out {
        Some(path) => RunFolder::named(path, &fingerprint)?,
        None => RunFolder::make(&project.folder().join("runs"), &fingerprint)?,
    };
    let caps = args.caps();
    let manifest = Manifest::begin(plan, &fingerprint, &folder, prompt_source, options, &caps);
    Ok((folder, manifest.with_labour(labour)))
}

/// What the questions that are left will take. A dry run ends here, and so does a costly run that nobody agrees to.
fn forecast(
    plan: &Plan<'_>,
    project: &Project,
    args: &RateArgs,
    asked: &Asked,
) -> Result<Option<Estimate>> {
    if args.offline {
        return Ok(Some(Estimate::default()));
    }
    let estimate = asked.estimate(plan, &project.folder().join("runs"));
    let terms = Terms::new(args, project.config.settings());
    if args.dry_run {
        dry_run::show(plan, &estimate, &terms, args.json)?;
        return Ok(None);
    }
    confirm::confirm(plan, &estimate, &terms, args.yes)?;
    Ok(Some(estimate))
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

fn write_files(folder: &RunFolder, report: &Report<'_>) -> Result<()> {
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
    })
}

fn show(
    args: &RateArgs,
    report: &Report<'_>,
    folder: &RunFolder,
    manifest: &Manifest,
) -> Result<()> {
    let shown = match args.json {
        true => run_json::print(report, manifest, folder.path()),
        false => table::text(report, folder.path()).and_then(|text| table::print(&text)),
    };
    match shown {
        // Whoever reads the first lines alone still learns of missing ratings, from stderr and the exit code.
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(()),
    }
}

/// Interrupted before stopped before out of budget before incomplete: the code says what the user should look at first.
fn exit_code(asked: &Asked, sheet: &Sheet) -> u8 {
    let outcomes = sheet.outcomes();
    if asked.interrupted {
        EXIT_INTERRUPTED
    } else if !asked.stopped.is_empty() {
        EXIT_RATER_STOPPED
    } else if asked.budget_spent.is_some() {
        EXIT_BUDGET
    } else if outcomes.iter().any(|o| o.is_missing()) || !outcomes.contains(&Outcome::Rated) {
        // A panel that covers nothing of the rubric has not done what was asked either.
        EXIT_INCOMPLETE
    } else {
        0
    }
}
