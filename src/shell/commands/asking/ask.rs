//! The hosted part of a run: what the cache knows is read, the rest is asked.

use super::Sink;
use super::cached::from_cache;
use super::keys::Keys;
use super::loads::Loads;
use super::send::send;
use crate::asking::{Asking, Inquiry};
use crate::error::{Error, Kind, Result};
use crate::estimate::Estimate;
use crate::rater::{Limits, Llm, Nanodollars, Panel, Rater, Usage, address, may_change_price};
use crate::ratings::Carried;
use crate::shell::cache::{Cache, Entry, Misses};
use crate::shell::cli::AskArgs;
use crate::shell::journal::Journal;
use crate::shell::run_folder::RunFolder;
use crate::shell::schedule::Job;
use crate::shell::terminal::{clean, say};
use crate::wire::PrefixCache;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the hosted part of a run came to.
#[derive(Default)]
pub(in crate::shell::commands) struct Asked {
    /// One a rater of the panel that was asked or read from the cache, by id.
    pub raters: BTreeMap<String, Tally>,
    /// Raters that were stopped, and why.
    pub stopped: BTreeMap<String, String>,
    /// Whether the user interrupted the run.
    pub interrupted: bool,
    /// Why the budget let no further call out, where it did so.
    pub budget_spent: Option<String>,
    /// What was spent, where providers charged more than the budget.
    pub overrun: Option<Nanodollars>,
    /// What counts against the budget: dollars, those that unknown costs may come to included, and calls.
    pub used: (Nanodollars, u64),
    /// What providers said of their limits, by rater.
    pub limits: BTreeMap<String, Limits>,
    /// Why questions were not answered from the cache.
    pub misses: Misses,
    /// Which ratings were taken over from earlier runs.
    pub carried: Carried,
    /// Number of questions that `--offline` left unasked.
    pub unasked: u64,
    /// What the cache could not answer, to estimate it.
    pub loads: Loads,
    /// Why the first of the ratings that are missing are so, by cell: as many as are listed ([`LISTED`]).
    pub whys: BTreeMap<usize, String>,
}

/// Missing ratings listed on the terminal; `ratings.jsonl` has them all.
pub(in crate::shell::commands) const LISTED: usize = 20;

impl Asked {
    /// What the rest will take; `runs` is the folder of earlier runs to learn from.
    pub fn estimate(&self, asking: &Asking<'_>, runs: &Path) -> Estimate {
        let cached = |rater: &str| self.raters.get(rater).map_or(0, |tally| tally.cached);
        self.loads.estimate(asking, cached, runs)
    }

    /// Keeps in mind why a cell has no rating.
    pub(in crate::shell::commands) fn because(&mut self, cell: usize, why: &str) {
        self.whys.insert(cell, why.to_owned());
        if self.whys.len() > LISTED {
            self.whys.pop_last();
        }
    }
}

/// Sums over one rater.
#[derive(Debug, Clone, Default)]
pub(in crate::shell::commands) struct Tally {
    pub cached: u64,
    /// Ratings taken over from an earlier run.
    pub carried: u64,
    pub asked: u64,
    pub attempts: u64,
    pub spent: Nanodollars,
    pub unknown: u64,
    /// Tokens of the answers that say how many.
    pub used: Usage,
    /// What all replies behind the run cost, those of earlier runs included; `None` when a part is unknown.
    pub behind: Option<Nanodollars>,
    /// The tokens of all replies behind the run, likewise.
    pub behind_used: Option<Usage>,
    pub models: BTreeSet<String>,
    /// Why the last question without a rating has none.
    pub why: Option<String>,
}

/// A budget in dollars holds only for raters whose price is known. Those that have nothing left to be asked cost nothing.
pub(in crate::shell::commands) fn check_prices<S>(
    panel: &Panel,
    jobs: &[Job<S>],
    args: &AskArgs,
) -> Result<()> {
    if args.max_usd.is_none() || args.offline || args.dry_run {
        return Ok(());
    }
    let asked: BTreeSet<usize> = jobs.iter().map(|job| job.rater).collect();
    let raters = asked.iter().filter_map(|&rater| panel.raters().get(rater));
    match unsure_of_price(raters) {
        Err(error) if args.allow_unknown_price => {
            say!("{error}: the budget may not hold all that this costs");
            Ok(())
        }
        known => known,
    }
}

/// Whether the price of each of these raters is known.
///
/// # Errors
/// [`Kind::Setup`] with those of which it is not, and why.
pub(super) fn unsure_of_price<'a>(raters: impl Iterator<Item = &'a Rater>) -> Result<()> {
    // On this machine nobody sends an invoice for a tier.
    let unsure = |llm: &Llm| match may_change_price(llm) {
        _ if llm.price.is_none() => Some("its price is unknown".to_owned()),
        Some(name) if !address::is_loopback(&llm.base_url) => {
            Some(format!("its parameter '{name}' may change its price"))
        }
        _ => None,
    };
    let unpriced = raters.filter_map(|rater| Some((&rater.id, unsure(rater.llm()?)?)));
    let ids: Vec<String> = unpriced.map(|(id, why)| format!("{id} ({why})")).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let message = format!("--max-usd cannot hold for {}", ids.join(", "));
    Err(Error::new(Kind::Setup, message).hint(
        "give the price in taskrater.toml, limit the calls with --max-calls, or say --allow-unknown-price",
    ))
}

impl Tally {
    /// An answer was in the cache.
    pub(in crate::shell::commands) fn hit(&mut self, entry: &Entry, model: String) {
        self.cached += 1;
        self.rests_on(entry.cost, entry.usage);
        self.models.insert(model);
    }

    /// A rating was taken over. What its reply cost is part of a sum in the manifest of the run that asked.
    fn carry(&mut self) {
        self.carried += 1;
        self.rests_on(None, None);
    }

    /// A reply behind the run's ratings cost so much; a part that is unknown leaves the sum unknown.
    pub(in crate::shell::commands) fn rests_on(
        &mut self,
        cost: Option<Nanodollars>,
        usage: Option<Usage>,
    ) {
        self.behind = self.behind.zip(cost).map(|(sum, cost)| sum.plus(cost));
        self.behind_used = self
            .behind_used
            .zip(usage)
            .map(|(sum, used)| sum.plus(used));
    }
}

/// Fills those cells of the hosted raters that the cache can answer; the rest is returned. `carried` are the cells that an
/// earlier run has filled.
pub(in crate::shell::commands) fn known<P: Inquiry>(
    plan: &P,
    cache: Option<&Cache>,
    carried: Carried,
    args: &AskArgs,
    sink: &mut impl Sink<P::Reading>,
) -> Result<(Asked, Vec<Job<P::Subject>>)> {
    let asking = plan.asking();
    let raters = asking.panel.raters();
    if raters.iter().all(|rater| rater.llm().is_none()) {
        return Ok((Asked::default(), Vec::new()));
    }
    raters.iter().for_each(warn_of_retirement);
    if asking.samples > 1 {
        raters.iter().for_each(warn_of_copies);
    }
    let mut asked = Asked {
        loads: Loads::new(asking),
        ..Asked::default()
    };
    asked.carried = carried;
    let jobs = from_cache(plan, cache, args, sink, &mut asked)?;
    for cell in asked.carried.cells().collect::<Vec<_>>() {
        tally(&mut asked, &raters[sink.rater(cell)].id).carry();
    }
    if let Some(line) = asked.misses.line() {
        say!("{}", clean(&line));
    }
    Ok((asked, jobs))
}

/// What is left to ask, and where the replies go.
pub(in crate::shell::commands) struct Rest<S> {
    pub jobs: Vec<Job<S>>,
    pub cache: Option<Cache>,
    /// Whether no other round of this process follows.
    pub last: bool,
}

/// Asks the rest.
pub(in crate::shell::commands) fn hosted<P: Inquiry>(
    plan: &P,
    keys: &Keys,
    args: &AskArgs,
    folder: &RunFolder,
    rest: Rest<P::Subject>,
    sink: &mut impl Sink<P::Reading>,
    asked: &mut Asked,
) -> Result<()> {
    let Rest { jobs, cache, last } = rest;
    if jobs.is_empty() {
        if let Some(cache) = cache {
            cache.end(last);
        }
        return Ok(());
    }
    let asking = plan.asking();
    for (position, rater) in asking.panel.raters().iter().enumerate() {
        let calls = jobs.iter().filter(|job| job.rater == position).count();
        say_of_the_prefix(asking, rater, calls);
    }
    let journal = Journal::start(folder.ledger()?, cache, last)?;
    let result = send(plan, keys, args, jobs, &journal, sink, asked);
    journal.finish();
    result
}

pub(in crate::shell::commands) fn tally<'a>(asked: &'a mut Asked, rater: &str) -> &'a mut Tally {
    let fresh = || Tally {
        behind: Some(Nanodollars(0)),
        behind_used: Some(Usage::default()),
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

/// A prompt cache that cannot be used is worth a word: every call pays for the whole rubric.
fn say_of_the_prefix(asking: &Asking<'_>, rater: &Rater, calls: usize) {
    let Some(llm) = rater.llm().filter(|_| calls > 1) else {
        return;
    };
    if let PrefixCache::TooShort { about, least } =
        PrefixCache::of(llm, asking.system, asking.schema)
    {
        say!(
            "{}: the rubric has about {about} tokens, fewer than the {least} that its provider's prompt cache takes; each call \
             pays for all of it",
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
