//! The hosted part of a run: what the cache knows is read, the rest is asked.

use super::cached::from_cache;
use super::keys::Keys;
use super::send::send;
use crate::error::Result;
use crate::plan::Plan;
use crate::rater::{Nanodollars, Panel, Rater};
use crate::ratings::Sheet;
use crate::shell::cache::Cache;
use crate::shell::cli::RateArgs;
use crate::shell::journal::Journal;
use crate::shell::project::Project;
use crate::shell::run_folder::RunFolder;
use crate::shell::terminal::say;
use std::collections::{BTreeMap, BTreeSet};

/// What the hosted part of a run came to.
#[derive(Default)]
pub(super) struct Asked {
    /// One a rater of the panel that was asked or read from the cache, by id.
    pub raters: BTreeMap<String, Tally>,
    /// Raters that were stopped, and why.
    pub stopped: BTreeMap<String, String>,
    /// Whether the user interrupted the run.
    pub interrupted: bool,
    /// Number of questions that `--offline` left unasked.
    pub unasked: u64,
    /// Why the first of the ratings that are missing are so, by cell: as many as are listed ([`LISTED`]).
    pub whys: BTreeMap<usize, String>,
}

/// Missing ratings listed on the terminal; `ratings.jsonl` has them all.
pub(super) const LISTED: usize = 20;

impl Asked {
    /// Keeps in mind why a cell has no rating.
    pub(super) fn because(&mut self, cell: usize, why: &str) {
        self.whys.insert(cell, why.to_owned());
        if self.whys.len() > LISTED {
            self.whys.pop_last();
        }
    }
}

/// Sums over one rater.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub cached: u64,
    pub asked: u64,
    pub attempts: u64,
    pub spent: Nanodollars,
    pub unknown: u64,
    /// What all replies behind the run cost, those of earlier runs included; `None` when a part is unknown.
    pub behind: Option<Nanodollars>,
    pub models: BTreeSet<String>,
    /// Why the last question without a rating has none.
    pub why: Option<String>,
}

/// Opens the reply cache, if the panel needs one. It comes before the run's folder: a locked cache leaves no half a run.
pub(super) fn open_cache(
    panel: &Panel,
    project: &Project,
    args: &RateArgs,
) -> Result<Option<Cache>> {
    if args.no_cache || panel.raters().iter().all(|rater| rater.llm().is_none()) {
        return Ok(None);
    }
    let path = args
        .cache
        .clone()
        .unwrap_or_else(|| project.folder().join("cache"));
    Cache::open(&path, &|line| say!("{line}")).map(Some)
}

/// Fills the cells of the hosted raters.
pub(super) fn hosted(
    plan: &Plan<'_>,
    keys: &Keys,
    cache: Option<Cache>,
    args: &RateArgs,
    folder: &RunFolder,
    sheet: &mut Sheet,
) -> Result<Asked> {
    let raters = plan.panel.raters();
    if raters.iter().all(|rater| rater.llm().is_none()) {
        return Ok(Asked::default());
    }
    raters.iter().for_each(warn_of_retirement);
    if plan.samples() > 1 {
        raters.iter().for_each(warn_of_copies);
    }
    let mut asked = Asked::default();
    let jobs = from_cache(plan, cache.as_ref(), args, sheet, &mut asked)?;
    if jobs.is_empty() {
        return Ok(asked);
    }
    let journal = Journal::start(folder.ledger()?, cache)?;
    let result = send(plan, keys, args, jobs, &journal, sheet, &mut asked);
    journal.finish();
    result.map(|()| asked)
}

pub(super) fn tally<'a>(asked: &'a mut Asked, rater: &str) -> &'a mut Tally {
    let fresh = || Tally {
        behind: Some(Nanodollars(0)),
        ..Tally::default()
    };
    asked.raters.entry(rater.to_owned()).or_insert_with(fresh)
}

/// At temperature 0 a model repeats itself: what several samples would show is not there.
fn warn_of_copies(rater: &Rater) {
    let temperature = rater
        .llm()
        .and_then(|llm| llm.parameters.get("temperature")?.as_f64());
    if temperature == Some(0.0) {
        say!(
            "{}: its samples are asked for at temperature 0 and will be near copies of one another; their spread says little",
            rater.id
        );
    }
}

/// Days before a model's retirement from which on a run says so.
const NEAR: i32 = 60;

fn warn_of_retirement(rater: &Rater) {
    let Some(retires) = rater.llm().and_then(|llm| llm.retires.as_deref()) else {
        return;
    };
    let Ok(day) = retires.parse::<jiff::civil::Date>() else {
        return;
    };
    let today = jiff::Zoned::now().date();
    let Ok(left) = today.until(day).map(|span| span.get_days()) else {
        return;
    };
    if left < 0 {
        say!(
            "{}: its provider was to retire this model on {retires}; cached replies stay usable",
            rater.id
        );
    } else if left <= NEAR {
        say!(
            "{}: its provider is to retire this model on {retires}, in {left} days",
            rater.id
        );
    }
}
