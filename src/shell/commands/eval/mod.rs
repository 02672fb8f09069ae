//! `eval`: a prompt and a panel measured on tasks with gold, compared with another, and guarded by a gate.

mod against;
mod ask;
mod list;
mod log;
mod logged;
mod measure;
mod new;
mod outputs;
mod sets;
mod show;
mod wishes;

use super::asking::{self, Ended};
use crate::error::{EXIT_GATE, Error, Kind, Result};
use crate::eval::Card;
use crate::eval::gate::{Gate, gate};
use crate::eval::paired::{Comparison, between, compare};
use crate::shell::cli::{EvalArgs, EvalCommand};
use crate::shell::project::Project;
use crate::shell::terminal::{clean, say};
use against::Against;
use ask::{Named, Ready};
use measure::{Measurement, measured};
use wishes::Wishes;

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &EvalArgs) -> Result<u8> {
    match &args.command {
        Some(EvalCommand::List(args)) => list::run(args),
        Some(EvalCommand::New(args)) => new::run(args),
        None => evaluate(args),
    }
}

/// A comparison with another card.
struct Compared {
    old: Card,
    comparison: Comparison,
}

impl Compared {
    fn of(new: &Card, old: Card) -> Result<Self> {
        let comparison = compare(new, &old)?;
        Ok(Self { old, comparison })
    }
}

/// All that came of a measurement.
struct Outcome {
    new: Measurement,
    /// How all measurements of this call ended.
    ended: Ended,
    /// What it was compared with.
    compared: Option<Compared>,
    /// Judges of it with each other.
    between: Option<Comparison>,
    /// What the limits of `--max-drop` came to.
    gate: Option<Gate>,
}

fn evaluate(args: &EvalArgs) -> Result<u8> {
    let project = Project::find()?;
    let set = sets::find(&project, args.set.as_deref().unwrap_or_default())?;
    let prompt = ask::prompt(&project, args, &set)?;
    let wishes = Wishes::read(args, &prompt.0)?;
    let against = args.against.as_deref();
    let against = against.map(|name| Against::find(&project, name));
    let against = against.transpose()?;
    let mut ready = Ready::new(&project, args, &set)?;
    ready.check(&prompt)?;
    wishes.check(&ready, &prompt.0)?;
    if let Some(against) = &against {
        against.check(&ready, &prompt)?;
    }
    if args.ask.dry_run {
        return estimated(&ready, &prompt, against.as_ref());
    }
    outputs::check(args)?;
    let other = match &against {
        Some(Against::Prompt(other)) => Some(&**other),
        _ => None,
    };
    let both = other.into_iter().chain([&prompt]);
    ready.prompts = both.map(|(one, _)| one.fingerprint().to_owned()).collect();
    let asks_more = other.is_some_and(|other| other.0.fingerprint() != prompt.0.fingerprint());
    let Some(new) = measured(&ready, &prompt, &args.ask, asks_more)? else {
        return Ok(0);
    };
    let outcome = Outcome::new(&ready, new, against, &wishes)?;
    outputs::write(args, &outcome)?;
    show::print(args, &outcome)?;
    logged::say_of_choice(&ready, &outcome.new.card);
    outcome.say_of_gaps(args);
    Ok(outcome.code())
}

/// What all prompts that would be asked would take.
fn estimated(ready: &Ready<'_>, prompt: &Named, against: Option<&Against>) -> Result<u8> {
    let ask = &ready.args.ask;
    let mut prompts = vec![prompt];
    if let Some(Against::Prompt(other)) = against {
        prompts
            .extend(Some(&**other).filter(|other| other.0.fingerprint() != prompt.0.fingerprint()));
    }
    let both = prompts.len() > 1;
    for (prompt, source) in &prompts {
        if both {
            say!("{}:", clean(&ask::prompt_name(prompt, source)));
        }
    }
    for prompt in prompts {
        measured(ready, prompt, ask, false)?;
    }
    Ok(0)
}

impl Outcome {
    /// Measures what the new card is compared with, where that is a prompt, and compares.
    fn new(
        ready: &Ready<'_>,
        new: Measurement,
        against: Option<Against>,
        wishes: &Wishes,
    ) -> Result<Self> {
        let (mut ended, old) = match against {
            None => (new.ended, None),
            Some(Against::Card(card, _)) => (new.ended, Some(*card)),
            Some(Against::Prompt(other)) => the_other(ready, &new, &other)?,
        };
        // Of a run that was cut short the first tasks are there, which are no sample of all.
        let old = old.filter(|_| !ended.cut_short());
        let compared = old.map(|old| Compared::of(&new.card, old)).transpose()?;
        let pairs = Some(&wishes.between).filter(|pairs| !pairs.is_empty());
        let gated = compared.as_ref().filter(|_| !wishes.drops.is_empty());
        let gate = gated.map(|one| gate(&one.comparison, &wishes.drops, wishes.mode));
        ended.code = match gate.as_ref().is_some_and(|gate| !gate.passed) {
            true if !ended.cut_short() => EXIT_GATE,
            _ => ended.code,
        };
        Ok(Self {
            between: pairs.map(|pairs| between(&new.card, pairs)).transpose()?,
            compared,
            gate,
            ended,
            new,
        })
    }

    /// What happened to the measurement first, then the gate, then whether answers are missing: a gate that passes on what there is
    /// is no success while answers are missing.
    fn code(&self) -> u8 {
        self.ended.code
    }

    /// Says what was wanted and could not be had.
    fn say_of_gaps(&self, args: &EvalArgs) {
        if args.against.is_none() || self.compared.is_some() {
            return;
        }
        let gate = match args.max_drop.is_empty() {
            true => "",
            false => ", and the gate is not judged",
        };
        say!(
            "the measurement was cut short: nothing is compared{gate}; the same command goes on where it stopped"
        );
    }
}

/// The card of the prompt that the new one is compared with, with what is left of the budget.
fn the_other(ready: &Ready<'_>, new: &Measurement, other: &Named) -> Result<(Ended, Option<Card>)> {
    if other.0.fingerprint() == new.card.prompt.fingerprint {
        say!("both prompts are the same, byte by byte: the measurement is compared with itself");
        return Ok((new.ended, Some(new.card.clone())));
    }
    if new.ended.cut_short() {
        return Ok((new.ended, None));
    }
    let later = format!(
        "taskrater eval {} … --against {}",
        ready.set.id(),
        ready.args.against.as_deref().unwrap_or_default()
    );
    let ask = asking::after(&ready.args.ask, new.ended.used, later);
    say!(
        "{}",
        clean(&format!("now {}", ask::prompt_name(&other.0, &other.1)))
    );
    let old = measured(ready, other, &ask, false)?.ok_or_else(|| {
        Error::new(Kind::Setup, "the other prompt was not asked: nothing is compared")
            .hint("the measurement stands; --yes or --max-usd goes on, --dry-run shows what it would take")
    })?;
    Ok((new.ended.then(old.ended), Some(old.card)))
}
