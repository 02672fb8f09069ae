//! `rate`, the main job: plan, compute or ask or read the cache, reconcile, write a run, print a table.

mod carry;
mod chosen;
mod gaps;
mod left_out;
mod manifest;
mod recorded;
mod run;
mod select;
mod wishes;

use super::super::choices;
use super::super::cli::RateArgs;
use super::super::project::Project;
use super::adjudicate::Later;
use super::asking::{self, Ended};
use super::summarise;
use crate::asking::Inquiry as _;
use crate::error::{Error, Kind, Result};
use crate::inventory::Wanted;
use crate::plan::Plan;
use crate::prompt::Prompt;
use crate::rater::Panel;
use crate::reconcile::Options;
use crate::shell::terminal::{clean, say};
use carry::Carry;
pub(in crate::shell::commands) use chosen::Chosen;
use run::Run;
pub(in crate::shell::commands) use run::Written;
use std::path::Path;

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &RateArgs) -> Result<u8> {
    let project = Project::find()?;
    let (prompt, prompt_source) = prompt(&project, args)?;
    let panel = project
        .config
        .panel(args.ask.panel.as_deref(), &args.ask.rater)?;
    let (panel, keys) = asking::keys(panel, &args.ask, "use the free panel: --panel free")?;
    if let Some(rater) = &args.summarise {
        summarise::check(&project, &args.ask, rater)?;
    }
    recorded::check_gold(&panel)?;
    recorded::check_one_gold(&panel)?;
    // Alternate titles are read only where a title is looked up.
    let inventory = project.inventory(&args.inventory, Wanted::titles(!args.all))?;
    left_out::say_of_rows(&inventory, &args.inventory);
    let occupations = select::occupations(&inventory, args)?;
    let labour = project.labour(&args.inventory)?;
    let options = options(&project, args)?;
    check_method(&options, args, &prompt, &panel)?;
    let weights = project.weights(panel.raters())?;
    let recordings = project.recordings(panel.raters())?;
    let samples = args.samples.or(project.config.settings().samples);
    let plan = Plan::new(&inventory, &prompt, &panel, &weights, occupations)
        .with_recordings(&recordings)
        .with_samples(samples.unwrap_or(1));
    plan.asking().check_raters()?;
    let recorded = recorded::read(&plan, &recordings, args.inventory.strict)?;
    recorded::check_drawn(&panel, &recorded, options.method)?;
    let source = args.carry_over.as_deref();
    let source = source.map(|run| carry::Source::open(&project, run, args.out.as_deref()));
    let source = source.transpose()?;
    let carry = source
        .as_ref()
        .map(|source| Carry::new(&plan, source, args));
    let carry = carry.transpose()?;
    let later = args.adjudicate.as_deref();
    let later = later.map(|id| Later::new(&project, &args.ask, id, (&panel, prompt.rubric())));
    let later = later.transpose()?;
    let run = Run {
        project: &project,
        ask: &args.ask,
        out: args.out.as_deref(),
        plan: &plan,
        prompt_source: &prompt_source,
        options: &options,
        carry: carry.as_ref(),
        labour: labour.as_ref(),
        recorded: &recorded,
        followed: later.is_some() || args.summarise.is_some(),
        entry: None,
    };
    match run.write(&keys)? {
        Some(written) => go_on(&project, args, later.as_ref(), &written),
        None => {
            if later.is_some() {
                say!(
                    "without the adjudication: what is contested is known once it is rated (`adjudicate RUN --dry-run`)"
                );
            }
            Ok(0)
        }
    }
}

/// What is asked once the run is written, each round with what the ones before it left of the budget.
fn go_on(project: &Project, args: &RateArgs, later: Option<&Later>, run: &Written) -> Result<u8> {
    let (ask, folder) = (&args.ask, run.folder.as_path());
    let mut ended = run.ended;
    let summary = args.summarise.as_deref();
    let summarises = summary.map(|rater| asking::the_same_later("summarise", folder, rater));
    if let Some(later) = later {
        let done = later.run(project, ask, ended, folder);
        let left = [Some(later.command(folder)), summarises.clone()];
        let done = done.inspect_err(|_| say_what_stands(run.ended, folder, left));
        ended = ended.then(done?);
    }
    let Some(rater) = summary else {
        return Ok(ended.code);
    };
    let done = summarise::after(project, folder, (ask, ended), rater);
    done.inspect_err(|_| say_what_stands(run.ended, folder, [summarises, None]))
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
    let weighting = args.weighting.as_deref().or(settings.weighting.as_deref());
    let contested_share = settings
        .contested
        .unwrap_or(Options::default().contested_share);
    let method = args.reconcile.as_deref().or(settings.reconcile.as_deref());
    Ok(Options {
        method: choices::method(method.unwrap_or("auto"))?,
        weighting: choices::weighting(weighting.unwrap_or("core"))?,
        contested_share,
        ..Options::default()
    })
}

/// Refuses a method that can apply to nothing, before anything is asked or paid for.
fn check_method(options: &Options, args: &RateArgs, prompt: &Prompt, panel: &Panel) -> Result<()> {
    let gold = panel.raters().iter().filter(|rater| rater.gold().is_some());
    let gold = gold.count();
    let (dimensions, raters) = (prompt.rubric().dimensions(), panel.raters().len() - gold);
    let Some(why) = options.method.ruled_out(dimensions, raters, gold > 0) else {
        return Ok(());
    };
    let kind = match args.reconcile {
        Some(_) => Kind::Usage,
        None => Kind::Setup,
    };
    let name = options.method.name();
    let message = format!("{name} can apply to no dimension of this run ({why})");
    Err(Error::new(kind, message).hint("leave the method out for what follows from what is known"))
}

/// A round after the run failed: that is no fault of the run, which stands, and these commands go on from there.
fn say_what_stands(run: Ended, folder: &Path, left: [Option<String>; 2]) {
    let stands = match run.code {
        0 => "is complete",
        _ => "is written, as far as it went",
    };
    let left: Vec<String> = left
        .iter()
        .flatten()
        .map(|one| format!("`{one}`"))
        .collect();
    let (folder, left) = (folder.display(), left.join(", then "));
    say!(
        "{}",
        clean(&format!("the run in {folder} {stands}; {left} goes on"))
    );
}
