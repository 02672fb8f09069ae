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
    /// Why a comparison came to nothing. The measurement is written and printed all the same.
    pub failed: Option<Error>,
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
    /// Measures what the new card is compared with, where that is a prompt, and compares. What was paid for is there whatever comes
    /// of that: an error is kept to be told last.
    pub fn new(
        ready: &Ready<'_>,
        new: Measurement,
        against: Option<Against>,
        wishes: &Wishes,
    ) -> Self {
        let mut outcome = Self {
            ended: new.ended,
            new,
            compared: None,
            between: None,
            gate: None,
            failed: None,
            log: None,
            tried: None,
        };
        outcome.failed = outcome.compare(ready, against, wishes).err();
        outcome.log = logged::read(ready);
        let log = outcome.log.as_ref();
        outcome.tried = log.map(|log| log.tried(ready.set.digest()));
        outcome
    }

    fn compare(
        &mut self,
        ready: &Ready<'_>,
        against: Option<Against>,
        wishes: &Wishes,
    ) -> Result<()> {
        let new = &self.new;
        if !wishes.between.is_empty() {
            self.between = Some(between(&new.card, &wishes.between)?);
        }
        let (mut ended, old) = match against {
            None => return Ok(()),
            Some(Against::Card(card, name)) => (with_gaps_of(&card, &name, new.ended), Some(*card)),
            Some(Against::Prompt(other)) => the_other(ready, new, &other)?,
        };
        self.ended = ended;
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
        if let Some(one) = gated {
            ended = ended.then(with_what_is_gone(ready, one));
        }
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
        (self.compared, self.gate, self.ended) = (compared, gate, ended);
        Ok(())
    }

    /// What a gate is called that passes on what there is while answers, tasks or raters are missing.
    pub fn undecided(&self) -> Option<String> {
        let passed = self.gate.as_ref().is_some_and(|gate| gate.passed);
        if !passed || self.ended.code == 0 {
            return None;
        }
        let cards = [
            Some(&self.new.card),
            self.compared.as_ref().map(|one| &one.old),
        ];
        let missing: usize = cards.into_iter().flatten().map(gaps).sum();
        let tasks = self.compared.as_ref().map(|one| one.comparison.tasks);
        let tasks = tasks.map_or(0, |tasks| tasks.only_in_old + tasks.other_text);
        Some(match (missing, tasks) {
            (0, 0) => "not decided: a rater is missing".to_owned(),
            (0, tasks) => format!("not decided: {tasks} tasks of the old card missing"),
            (missing, 0) => format!("not decided: {missing} answers missing"),
            (missing, tasks) => {
                format!("not decided: {missing} answers and {tasks} tasks of the old card missing")
            }
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

/// Answers that should be on a card and are not.
fn gaps(card: &Card) -> usize {
    let missing = card.answers.iter().flat_map(|one| one.missing.values());
    missing.filter(|outcome| outcome.is_missing()).count()
}

/// A card that lacks answers is no whole measure, whoever made it when.
fn with_gaps_of(card: &Card, name: &str, ended: Ended) -> Ended {
    let missing = gaps(card);
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

/// A gate does not pass what it no longer sees: tasks of the old card that the new one lacks, raters of it that have no key now.
fn with_what_is_gone(ready: &Ready<'_>, one: &Compared) -> Ended {
    let tasks = one.comparison.tasks.only_in_old + one.comparison.tasks.other_text;
    let was_there = |id: &&String| one.old.panel.raters.contains(id);
    let raters: Vec<&str> = ready
        .left_out
        .iter()
        .filter(was_there)
        .map(String::as_str)
        .collect();
    let mut code = 0;
    if tasks > 0 {
        say!(
            "the gate does not see {tasks} tasks of the old card: the new one has them not, or with another text"
        );
        code = EXIT_INCOMPLETE;
    }
    if !raters.is_empty() {
        let line = format!(
            "the gate does not see what the old card has of {}",
            raters.join(", ")
        );
        say!("{}", clean(&line));
        code = EXIT_INCOMPLETE;
    }
    Ended {
        code,
        ..Ended::default()
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
