//! `rate`, the main job: plan, compute or ask or read the cache, reconcile, write a run, print a table.

mod actual;
mod ask;
mod cached;
mod confirm;
mod dry_run;
mod keys;
mod loads;
mod look;
mod manifest;
mod past;
mod select;
mod send;
mod words;

use super::super::cli::{RateArgs, is_broken_pipe};
use super::super::files::write_whole;
use super::super::project::Project;
use super::super::run_folder::RunFolder;
use super::super::table;
use crate::error::{
    EXIT_BUDGET, EXIT_INCOMPLETE, EXIT_INTERRUPTED, EXIT_RATER_STOPPED, Error, Kind, Result,
};
use crate::estimate::Estimate;
use crate::plan::Plan;
use crate::prompt::Prompt;
use crate::rater::{Embedded, Rater, Source, Weights};
use crate::rating::{Outcome, Rating};
use crate::reconcile::{Options, Weighting, reconcile};
use crate::report::{
    RaterKind, RaterLine, Report, markdown, write_consensus_csv, write_occupations_csv,
    write_ratings_jsonl,
};
use crate::shell::terminal::{clean, say};
use ask::{Asked, Rest};
use confirm::Terms;
pub(in crate::shell) use manifest::Manifest;
use std::io::Write as _;

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &RateArgs) -> Result<u8> {
    let project = Project::find()?;
    let (prompt, prompt_source) = prompt(&project, args)?;
    let panel = project.config.panel(args.panel.as_deref(), &args.rater)?;
    let (panel, keys) = keys::keys(panel, args)?;
    ask::check_prices(&panel, args)?;
    // Alternate titles are read only where a title is looked up.
    let inventory = project.inventory(args.inventory.as_deref(), !args.all)?;
    let occupations = select::occupations(&inventory, args)?;
    let options = options(&project, args)?;
    let weights = project.weights(panel.raters())?;
    let plan = Plan::new(&inventory, &prompt, &panel, &weights, occupations);
    plan.check_raters()?;
    let cache = ask::open_cache(&panel, &project, args)?;

    let mut ratings = blank(&plan);
    let (mut asked, jobs) = ask::known(&plan, cache.as_ref(), args, &mut ratings)?;
    let Some(estimate) = forecast(&plan, &project, args, &asked)? else {
        return Ok(0);
    };
    let (folder, mut manifest) = begin(&plan, &project, args, &prompt_source, &options)?;
    manifest.expect(estimate);
    manifest.write(&folder)?;

    embedded(&plan, &mut ratings)?;
    let rest = Rest { jobs, cache };
    ask::hosted(&plan, &keys, args, &folder, rest, &mut ratings, &mut asked)?;
    let raters = describe(panel.raters(), &weights)?;
    let ids: Vec<String> = raters.iter().map(|rater| rater.id.clone()).collect();
    let reconciled = reconcile(
        prompt.rubric(),
        &ids,
        plan.occupations(),
        &ratings,
        &options,
    )?;
    let report = Report {
        inventory: inventory.name(),
        notes: inventory.notes(),
        rubric: prompt.rubric(),
        prompt: prompt.fingerprint(),
        raters: &raters,
        occupations: plan.occupations(),
        ratings: &ratings,
        reconciled: &reconciled,
    };
    write_files(&folder, &report)?;
    manifest.finish(&ratings, &asked, &reconciled);
    manifest.write(&folder)?;
    show(args, &report, &folder, &asked, &manifest)?;
    Ok(exit_code(&asked, &ratings))
}

/// The folder of the run and what is known of it before it begins.
fn begin(
    plan: &Plan<'_>,
    project: &Project,
    args: &RateArgs,
    prompt_source: &str,
    options: &Options,
) -> Result<(RunFolder, Manifest)> {
    let fingerprint = plan.fingerprint(&format!("{options:?}"));
    let folder = match &args.out {
        Some(path) => RunFolder::named(path, &fingerprint)?,
        None => RunFolder::make(&project.folder().join("runs"), &fingerprint)?,
    };
    let caps = args.caps();
    let manifest = Manifest::begin(plan, &fingerprint, &folder, prompt_source, options, &caps);
    Ok((folder, manifest))
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

/// Ratings that are not run yet, task by task.
fn blank(plan: &Plan<'_>) -> Vec<Rating> {
    let missing = Rating::missing(Outcome::NotRun, plan.prompt.rubric().dimensions().len());
    vec![missing; plan.items().len() * plan.panel.raters().len()]
}

/// Fills the cells of the embedded raters.
fn embedded(plan: &Plan<'_>, ratings: &mut [Rating]) -> Result<()> {
    let raters = plan.panel.raters();
    let mut embedded = Embedded::new(plan.weights, plan.prompt.rubric(), raters)?;
    for (row, item) in ratings.chunks_exact_mut(raters.len()).zip(plan.items()) {
        for (rater, rating) in embedded.rate(item.occupation, item.task) {
            row[rater] = rating;
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
        out.write_all(markdown(report).as_bytes())
            .map_err(|error| Error::io("cannot write report.md", error))
    })
}

fn show(
    args: &RateArgs,
    report: &Report<'_>,
    folder: &RunFolder,
    asked: &Asked,
    manifest: &Manifest,
) -> Result<()> {
    let text = match args.json {
        true => table::json(report, manifest, folder.path())?,
        false => table::text(report, folder.path()),
    };
    match table::print(&text) {
        // Whoever reads the first lines alone still learns of missing ratings, from stderr and the exit code.
        Err(error) if !is_broken_pipe(&error) => return Err(error),
        _ => {}
    }
    for line in manifest.summary(asked) {
        say!("{}", clean(&line));
    }
    Ok(())
}

/// Interrupted before stopped before out of budget before incomplete: the code says what the user should look at first.
fn exit_code(asked: &Asked, ratings: &[Rating]) -> u8 {
    let missing = |rating: &Rating| !matches!(rating.outcome, Outcome::Rated | Outcome::Abstained);
    if asked.interrupted {
        EXIT_INTERRUPTED
    } else if !asked.stopped.is_empty() {
        EXIT_RATER_STOPPED
    } else if asked.budget_spent.is_some() {
        EXIT_BUDGET
    } else if ratings.iter().any(missing) || !ratings.iter().any(|r| r.outcome == Outcome::Rated) {
        // A panel that covers nothing of the rubric has not done what was asked either.
        EXIT_INCOMPLETE
    } else {
        0
    }
}
