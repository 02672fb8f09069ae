//! All that came of a measurement: its card, what it was compared with, and the code that the command ends with.

use super::against::Against;
use super::ask::{self, Named, Ready};
use super::logged;
use super::measure::{Measurement, measured};
use super::wishes::Wishes;
use crate::error::{EXIT_GATE, EXIT_INCOMPLETE, Error, Kind, Result};
use crate::eval::Card;
use crate::eval::gate::{Gate, gate};
use crate::eval::paired::{Comparison, between, compare};
use crate::eval::set::{Log, Tried};
use crate::shell::cli::{AskArgs, EvalArgs};
use crate::shell::commands::asking::{self, Ended};
use crate::shell::terminal::{clean, say};

/// What came of a measurement.
pub(super) struct Outcome {
    pub new: Measurement,
    /// How the command ends. What happened to the measurements goes first, then the gate, then whether answers are missing: a gate
    /// that passes on what there is is no success while answers are missing.
    pub ended: Ended,
    /// What it was compared with.
    pub compared: Option<Compared>,
    /// Judges of it with each other.
    pub between: Option<Comparison>,
    /// What the limits of `--max-drop` came to.
    pub gate: Option<Gate>,
    /// The log of the set with all of this, where it can be read.
    pub log: Option<Log>,
    /// What the log counts.
    pub tried: Option<Tried>,
}

/// A comparison with another card.
pub(super) struct Compared {
    pub old: Card,
    pub comparison: Comparison,
}

impl Compared {
    fn of(new: &Card, old: Card) -> Result<Self> {
        let comparison = compare(new, &old)?;
        Ok(Self { old, comparison })
    }
}

impl Outcome {
    /// Measures what the new card is compared with, where that is a prompt, and compares.
    ///
    /// # Errors
    /// The other prompt cannot be measured; the cards or judges cannot be compared.
    pub fn new(
        ready: &Ready<'_>,
        new: Measurement,
        against: Option<Against>,
        wishes: &Wishes,
    ) -> Result<Self> {
        let (mut ended, old) = match against {
            None => (new.ended, None),
            Some(Against::Card(card, name)) => (with_gaps_of(&card, &name, new.ended), Some(*card)),
            Some(Against::Prompt(other)) => the_other(ready, &new, &other)?,
        };
        // Of a run that was cut short the first tasks are there, which are no sample of all.
        let old = old.filter(|_| !ended.cut_short());
        let compared = match old.map(|old| Compared::of(&new.card, old)) {
            // Nothing that both answered: the code says that answers are missing, and the card is there.
            Some(Err(error)) if ended.code != 0 => {
                say!("{}", clean(&format!("nothing is compared: {error}")));
                None
            }
            compared => compared.transpose()?,
        };
        let gated = compared.as_ref().filter(|_| !wishes.drops.is_empty());
        let gate = gated.map(|one| gate(&one.comparison, &wishes.drops, wishes.mode));
        if let Some(gate) = gate.as_ref().filter(|gate| !gate.passed) {
            // A figure that is not there fails, too; where answers are missing, that is what the code says.
            let seen = gate
                .checks
                .iter()
                .any(|one| !one.passed && one.drop.is_some());
            if seen || ended.code == 0 {
                ended.code = EXIT_GATE;
            }
        }
        let pairs = Some(&wishes.between).filter(|pairs| !pairs.is_empty());
        let log = logged::read(ready);
        Ok(Self {
            tried: log.as_ref().map(|log| log.tried(ready.set.digest())),
            log,
            between: pairs.map(|pairs| between(&new.card, pairs)).transpose()?,
            compared,
            gate,
            ended,
            new,
        })
    }

    /// Says what was wanted and could not be had.
    pub fn say_of_gaps(&self, args: &EvalArgs) {
        if args.against.is_none() || self.compared.is_some() {
            return;
        }
        let gate = match args.max_drop.is_empty() {
            true => "",
            false => ", and the gate is not judged",
        };
        say!(
            "answers are missing: nothing is compared{gate}; the same command goes on where it stopped"
        );
    }
}

/// A card that lacks answers is no whole measure, whoever made it when.
fn with_gaps_of(card: &Card, name: &str, ended: Ended) -> Ended {
    let missing = card.answers.iter().flat_map(|one| one.missing.values());
    let missing = missing.filter(|outcome| outcome.is_missing()).count();
    if missing == 0 {
        return ended;
    }
    let line = format!("{name} lacks {missing} answers: tasks without one are not compared");
    say!("{}", clean(&line));
    ended.then(Ended {
        code: EXIT_INCOMPLETE,
        ..Ended::default()
    })
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
    let name = ask::prompt_name(&other.0, &other.1);
    if !ready.args.ask.quiet {
        say!("{}", clean(&format!("now {name}, to compare with")));
    }
    // Both were agreed to before the first.
    let ask = AskArgs {
        yes: true,
        ..asking::after(&ready.args.ask, new.ended.used, name)
    };
    let old = measured(ready, other, &ask, false)?
        .ok_or_else(|| Error::new(Kind::Internal, "the other prompt was not measured"))?;
    Ok((new.ended.then(old.ended), Some(old.card)))
}
