//! `eval`: a prompt and a panel measured on tasks with gold, compared with another, and guarded by a gate.

mod against;
mod ask;
mod list;
mod log;
mod logged;
mod measure;
mod new;
mod outcome;
mod outputs;
mod probe;
mod sets;
mod show;
mod wishes;

use crate::error::Result;
use crate::shell::cli::{AskArgs, EvalArgs, EvalCommand};
use crate::shell::project::Project;
use against::Against;
use ask::Ready;
use measure::measured;
use outcome::Outcome;
use wishes::Wishes;

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &EvalArgs) -> Result<u8> {
    match &args.command {
        Some(EvalCommand::List(args)) => list::run(args),
        Some(EvalCommand::New(args)) => new::run(args),
        None if !args.probe.is_empty() => probed(args),
        None => evaluate(args),
    }
}

/// Measures, compares, and guards. What could stop it is found out before anything is asked.
fn evaluate(args: &EvalArgs) -> Result<u8> {
    let project = Project::find()?;
    let set = sets::find(&project, args.set.as_deref().unwrap_or_default())?;
    let prompt = ask::prompt(&project, args, &set)?;
    let wishes = Wishes::read(args, &prompt.0)?;
    let against = args.against.as_deref();
    let against = against.map(|name| Against::find(&project, name));
    let against = against.transpose()?;
    let ready = Ready::new(&project, args, &set)?;
    ready.check(&prompt)?;
    wishes.check(&ready, &prompt.0)?;
    if let Some(against) = &against {
        against.check(&ready, &prompt)?;
    }
    outputs::refuse_inputs(&ready, &prompt, against.as_ref())?;
    let other = against.as_ref().and_then(Against::prompt);
    let other = other.filter(|(other, _)| other.fingerprint() != prompt.0.fingerprint());
    let prompts: Vec<&ask::Named> = std::iter::once(&prompt).chain(other).collect();
    let both = other.is_some();
    // One question and one estimate for all that is asked.
    if both && !ready.agreed(&prompts)? {
        return Ok(0);
    }
    if !args.ask.dry_run {
        outputs::check(args)?;
    }
    let ask = AskArgs {
        yes: both || args.ask.yes,
        ..args.ask.clone()
    };
    let Some(new) = measured(&ready, &prompt, &ask, both)? else {
        return Ok(0);
    };
    let outcome = Outcome::new(&ready, new, against, &wishes);
    outputs::write(args, &outcome)?;
    show::print(args, &outcome)?;
    if let Some(log) = &outcome.log {
        logged::say_of_choice(&ready, &outcome.new.card, log);
    }
    match outcome.failed {
        Some(error) => Err(error),
        None => {
            outcome.say_of_gaps(args);
            Ok(outcome.ended.code)
        }
    }
}

/// Looks for biases on the tasks of a half.
fn probed(args: &EvalArgs) -> Result<u8> {
    let project = Project::find()?;
    let set = sets::find(&project, args.set.as_deref().unwrap_or_default())?;
    let (prompt, source) = ask::prompt(&project, args, &set)?;
    let ready = Ready::new(&project, args, &set)?;
    let probing = probe::Probing {
        project: &project,
        args,
        ask: &args.ask,
        set: set.id(),
        half: ready.half.name(),
        inventory: &ready.joined.inventory,
        prompt: (&prompt, &source),
        panel: &ready.panel,
        keys: &ready.keys,
    };
    Ok(probe::run(&probing)?.code)
}
