//! A round of questions of its own, beside the ratings of a run or before there are any: what drafting, adjudicating and
//! summarising share between "here is what is asked of whom" and "all replies are in, and the account is written".
//!
//! Its folder is one in `runs/`, with its own ledger and `manifest.json`; the files of the run that it is about are not
//! touched. The replies go through the same cache, budget and schedule as ratings: the same command again asks only what is
//! missing.

use super::{Account, Asked, Keys, PromptLine, Rest, Sink};
use super::{cache, check_prices, forecast, hosted, known, sound};
use crate::asking::Inquiry;
use crate::error::{
    EXIT_BUDGET, EXIT_INCOMPLETE, EXIT_INTERRUPTED, EXIT_RATER_STOPPED, Error, Kind, Result,
};
use crate::rater::{Nanodollars, Panel, Rater, Weights};
use crate::rating::Outcome;
use crate::ratings::Carried;
use crate::shell::cli::AskArgs;
use crate::shell::project::Project;
use crate::shell::run_folder::{MANIFEST, RunFolder};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// What is asked, and what its manifest says of that before an answer is there. `M` is what only this kind of round has.
pub(in crate::shell::commands) struct Second<'a, M> {
    /// What the manifest calls it: [`DRAFT`](crate::shell::run_folder::DRAFT) and its like.
    pub kind: &'static str,
    /// The run that it is about, where there is one.
    pub of: Option<&'a str>,
    pub project: &'a Project,
    pub ask: &'a AskArgs,
    /// One a rater of the panel.
    pub keys: &'a Keys,
    /// A short hash of what is asked of whom: part of the folder's name.
    pub fingerprint: &'a str,
    pub prompt: PromptLine,
    /// How many of what the questions are about, for people: `("tasks", 12)`.
    pub about: (&'a str, usize),
    /// Fields of the manifest beside the account.
    pub more: M,
}

/// A round whose questions are done with.
pub(in crate::shell::commands) struct Round<M> {
    pub folder: RunFolder,
    pub asked: Asked,
    pub manifest: Manifest<M>,
}

/// `manifest.json` of a round.
#[derive(Serialize)]
pub(in crate::shell::commands) struct Manifest<M> {
    pub kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    #[serde(flatten)]
    pub account: Account,
    #[serde(flatten)]
    pub more: M,
}

impl<M: Serialize> Second<'_, M> {
    /// Reads the cache, says what the rest will take, asks it, and fills `sink`. `None` where a dry run ends.
    ///
    /// # Errors
    /// The cache, a price or the folder is not to be had, nobody agrees to the cost, or what was paid for cannot be written
    /// down; then the manifest says that the round failed.
    pub fn ask<P: Inquiry>(
        self,
        inquiry: &P,
        sink: &mut impl Sink<P::Reading>,
    ) -> Result<Option<Round<M>>> {
        let (asking, ask) = (inquiry.asking(), self.ask);
        asking.check_raters()?;
        let cache = cache(asking.panel, self.project, ask, None)?;
        let (mut asked, jobs) = known(inquiry, cache.as_ref(), Carried::default(), ask, sink)?;
        let cache = sound(cache, &asked, ask)?;
        check_prices(asking.panel, &jobs, ask)?;
        let estimate = forecast(asking, self.project, ask, &asked, self.about)?;
        let Some(estimate) = estimate else {
            return Ok(None);
        };
        let runs = self.project.folder().join("runs");
        let folder = RunFolder::make(&runs, self.fingerprint)?;
        let mut account = Account::begin(
            asking,
            &Weights::embedded()?,
            self.fingerprint,
            &folder,
            self.prompt,
            &ask.caps(),
        );
        account.expect(estimate);
        let mut manifest = Manifest {
            kind: self.kind,
            of: self.of.map(str::to_owned),
            account,
            more: self.more,
        };
        folder.write_json(MANIFEST, &manifest)?;
        // Another round may follow: the cache is closed, not left.
        let rest = Rest {
            jobs,
            cache,
            last: false,
        };
        let done = hosted(inquiry, self.keys, ask, &folder, rest, sink, &mut asked);
        if let Err(error) = done {
            // What was asked and spent is accounted for, whatever went wrong; where nothing can be written, the ledger has it.
            manifest.account.fail(&asked);
            let _ = folder.write_json(MANIFEST, &manifest);
            return Err(error);
        }
        Ok(Some(Round {
            folder,
            asked,
            manifest,
        }))
    }
}

impl<M: Serialize> Round<M> {
    /// Enters how each question ended (position of the rater, outcome) and writes the manifest. What `more` says of the
    /// results is set before.
    ///
    /// # Errors
    /// Writing fails.
    pub fn finish(&mut self, ended: impl Iterator<Item = (usize, Outcome)>) -> Result<()> {
        self.manifest.account.finish(&self.asked, ended);
        self.folder.write_json(MANIFEST, &self.manifest)
    }
}

/// How a round ended: its exit code, and what counts against the budget (as [`Asked::used`]).
#[derive(Default, Clone, Copy)]
pub(in crate::shell::commands) struct Ended {
    pub code: u8,
    pub used: (Nanodollars, u64),
}

impl Ended {
    /// This round and one after it: the code that the user should look at first, and what both used.
    pub fn then(self, next: Self) -> Self {
        let order = [
            EXIT_INTERRUPTED,
            EXIT_RATER_STOPPED,
            EXIT_BUDGET,
            EXIT_INCOMPLETE,
        ];
        let place = |code: u8| order.iter().position(|known| *known == code);
        let code = match (place(self.code), place(next.code)) {
            (Some(one), Some(other)) if other < one => next.code,
            (None, Some(_)) => next.code,
            _ => self.code,
        };
        let ((spent, calls), (more, more_calls)) = (self.used, next.used);
        let spent = Nanodollars(spent.0.saturating_add(more.0));
        Self {
            code,
            used: (spent, calls.saturating_add(more_calls)),
        }
    }

    /// Whether it was stopped before all was asked.
    pub fn cut_short(self) -> bool {
        [EXIT_INTERRUPTED, EXIT_RATER_STOPPED, EXIT_BUDGET].contains(&self.code)
    }
}

/// What a round of a run is worth beside others of the same, by its manifest and the number of its answers that can be used, the
/// best last: a complete one before one that is not, so that an empty round hides none that was paid for; then the one with
/// most answers, then the newest. Names of folders tell seconds, manifests more.
pub(in crate::shell::commands) fn worth(
    manifest: &Value,
    answers: u64,
) -> (bool, u64, Option<Timestamp>) {
    let started = manifest["started"].as_str();
    let started = started.and_then(|time| time.parse().ok());
    (manifest["status"] == "complete", answers, started)
}

/// The one language model that is asked; `role` is what it is asked as, with its article: "an adjudicator".
///
/// # Errors
/// No rater or several are named, the rater does not exist, or it is no language model.
pub(in crate::shell::commands) fn one_model(
    project: &Project,
    args: &AskArgs,
    role: &str,
) -> Result<Panel> {
    if args.panel.is_some() || args.rater.len() != 1 {
        let message = format!("{role} is one rater, named with --rater");
        return Err(Error::new(Kind::Usage, message)
            .hint("`taskrater raters` lists raters and which of them can be used now"));
    }
    let panel = project.config.panel(None, &args.rater)?;
    match panel.raters() {
        [Rater { id, source, .. }] if !matches!(source, crate::rater::Source::Llm(_)) => {
            let message = format!(
                "'{id}' is no language model: surrogates and recordings cannot read what others said"
            );
            Err(Error::new(Kind::Setup, message).hint(format!(
                "{role} is a language model; `taskrater raters` lists them"
            )))
        }
        _ => Ok(panel),
    }
}

/// The command that does a later round of a run by itself.
pub(in crate::shell::commands) fn the_same_later(
    command: &str,
    folder: &Path,
    rater: &str,
) -> String {
    format!("taskrater {command} {} --rater {rater}", folder.display())
}

/// The same way of asking, for one other rater, with what earlier rounds left of the budget ([`Asked::used`]). `later` is the
/// command that does the same by itself ([`the_same_later`]).
pub(in crate::shell::commands) fn with_what_is_left(
    args: &AskArgs,
    used: (Nanodollars, u64),
    rater: &str,
    later: String,
) -> AskArgs {
    AskArgs {
        panel: None,
        rater: vec![rater.to_owned()],
        // A run goes on without a rater; this round has no other.
        allow_missing: false,
        ..after(args, used, later)
    }
}

/// The same way of asking the same raters, with what earlier rounds left of the budget; `later` as there.
pub(in crate::shell::commands) fn after(
    args: &AskArgs,
    (spent, calls): (Nanodollars, u64),
    later: String,
) -> AskArgs {
    let left = |cap: u64, used: u64| cap.saturating_sub(used);
    AskArgs {
        max_usd: args.max_usd.map(|cap| Nanodollars(left(cap.0, spent.0))),
        max_calls: args.max_calls.map(|cap| left(cap, calls)),
        later: Some(later),
        ..args.clone()
    }
}
