//! Asking hosted raters, whatever they are asked: keys, what the cache knows, what the rest will take, the calls, the account
//! of them. `rate` and all that ask beside it ([`Second`]) share it.

mod account;
mod actual;
mod ask;
mod cached;
mod complete;
mod confirm;
mod dry_run;
mod keys;
mod loads;
mod look;
mod past;
mod ready;
mod rater_entry;
mod recover;
mod second;
mod send;
mod store;
mod survey;
mod words;

pub(in crate::shell::commands) use account::{Account, PromptLine};
pub(in crate::shell::commands) use ask::{Asked, LISTED, Rest, check_prices, hosted, known};
pub(in crate::shell::commands) use keys::{Keys, keys};
pub(in crate::shell::commands) use past::RaterLine;
pub(in crate::shell::commands) use rater_entry::request_fingerprint;
pub(in crate::shell::commands) use ready::check_ready;
pub(in crate::shell::commands) use second::{
    Ended, Round, Second, after, one_model, the_same_later, with_what_is_left, worth,
};
pub(in crate::shell::commands) use store::{cache, sound};
pub(in crate::shell::commands) use survey::{Survey, survey};

use crate::asking::Asking;
use crate::error::{EXIT_BUDGET, EXIT_INTERRUPTED, EXIT_RATER_STOPPED, Result};
use crate::estimate::Estimate;
use crate::rating::{Outcome, Repair};
use crate::shell::cli::AskArgs;
use crate::shell::project::Project;
use crate::shell::terminal::{clean, say};

/// Where what is read goes.
pub(in crate::shell::commands) trait Sink<R> {
    /// The cell of a subject, a rater of the panel and a sample.
    fn cell(&self, subject: usize, rater: usize, sample: u32) -> usize;

    /// The position in the panel of a cell's rater.
    fn rater(&self, cell: usize) -> usize;

    /// Takes in how a question ended, what was read where there is an answer, and whether that took a second one.
    fn put(
        &mut self,
        cell: usize,
        outcome: Outcome,
        reading: Option<&R>,
        repair: Option<Repair>,
    ) -> Result<()>;
}

/// What the questions that are left will take. A dry run ends here, and so does a costly run that nobody agrees to.
/// `about` is how many of what the questions are about, for people.
pub(in crate::shell::commands) fn forecast(
    asking: &Asking<'_>,
    project: &Project,
    args: &AskArgs,
    asked: &Asked,
    about: (&str, usize),
) -> Result<Option<Estimate>> {
    if args.offline {
        return Ok(Some(Estimate::default()));
    }
    let estimate = asked.estimate(asking, &project.folder().join("runs"));
    agreed(asking, project, args, (asked, estimate), about)
}

/// The same of an estimate that is made: `asked` says what was taken over. Nothing is agreed to offline.
pub(in crate::shell::commands) fn agreed(
    asking: &Asking<'_>,
    project: &Project,
    args: &AskArgs,
    (asked, estimate): (&Asked, Estimate),
    about: (&str, usize),
) -> Result<Option<Estimate>> {
    let terms = confirm::Terms::new(args, project.config.settings());
    if args.dry_run {
        dry_run::show(asking, asked, &estimate, &terms, about, args.json)?;
        return Ok(None);
    }
    // Who set a limit for the whole command, or said yes to it, agreed to its later rounds, too.
    let follows = args.later.as_deref().filter(|_| !args.yes);
    match follows.zip(confirm::unheard(asking, &estimate, &terms)) {
        Some(_) if args.max_usd.is_some() => Ok(Some(estimate)),
        Some((later, concern)) => {
            say!(
                "{}",
                clean(&format!(
                    "{concern}, and there is no terminal to ask on: nothing more is asked; `{later} --yes` does it"
                ))
            );
            Ok(None)
        }
        None => {
            confirm::confirm(asking, &estimate, &terms, args.yes)?;
            Ok(Some(estimate))
        }
    }
}

/// Interrupted before stopped before out of budget: the code says what the user should look at first. `None` where
/// nothing of that happened.
pub(in crate::shell::commands) fn exit_code(asked: &Asked) -> Option<u8> {
    if asked.interrupted {
        Some(EXIT_INTERRUPTED)
    } else if !asked.stopped.is_empty() {
        Some(EXIT_RATER_STOPPED)
    } else {
        asked.budget_spent.as_ref().map(|_| EXIT_BUDGET)
    }
}
