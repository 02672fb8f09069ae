//! `eval`: a prompt and a panel measured on tasks with gold, compared with another, and guarded by a gate.

mod list;
mod log;
mod new;
mod probe;
mod sets;

use super::asking;
use crate::error::{Error, Kind, Result};
use crate::eval::set::Half;
use crate::shell::cli::{EvalArgs, EvalCommand, HalfArg};
use crate::shell::project::Project;

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &EvalArgs) -> Result<u8> {
    match &args.command {
        Some(EvalCommand::List(args)) => list::run(args),
        Some(EvalCommand::New(args)) => new::run(args),
        None if !args.probe.is_empty() => probed(args),
        None => Err(Error::new(Kind::Usage, "not there yet")),
    }
}

/// Looks for biases on the tasks of a half.
fn probed(args: &EvalArgs) -> Result<u8> {
    let project = Project::find()?;
    let set = sets::find(&project, args.set.as_deref().unwrap_or_default())?;
    let half = match args.half {
        HalfArg::Dev => Half::Dev,
        HalfArg::Test => Half::Test,
    };
    let inventory = sets::inventory_of(&set, &project, &args.inventory)?;
    let joined = set.joined(half, &inventory)?;
    let (prompt, source) = match &args.prompt {
        Some(path) => Project::prompt_file(path)?,
        None => project.prompt(args.rubric.as_deref().unwrap_or(set.rubric()))?,
    };
    let panel = project
        .config
        .panel(args.ask.panel.as_deref(), &args.ask.rater)?;
    let (panel, keys) = asking::keys(panel, &args.ask, "leave the rater out")?;
    let probing = probe::Probing {
        project: &project,
        args,
        ask: &args.ask,
        set: set.id(),
        half: half.name(),
        inventory: &joined.inventory,
        prompt: (&prompt, &source),
        panel: &panel,
        keys: &keys,
    };
    Ok(probe::run(&probing)?.code)
}
