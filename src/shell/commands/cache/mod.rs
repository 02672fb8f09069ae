//! `cache`: what is in the reply cache, why a question is not, and how it comes in and out.

mod explain;
mod export;
mod filter;
mod import;
mod line;
mod ls;
mod rebuild;
mod rm;
mod stats;
mod verify;

pub(in crate::shell) use rebuild::take_in;

use crate::error::{Error, Result};
use crate::rater::Nanodollars;
use crate::shell::cache::{Cache, Kept, Place};
use crate::shell::cli::{CacheArgs, CacheCommand, CacheWhere};
use crate::shell::project::Project;
use crate::shell::table;
use crate::shell::terminal::say;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::io::IsTerminal as _;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Exit code where something was left out because it is damaged: an input that cannot be used.
const EXIT_BAD: u8 = 3;

/// Entries that are written or removed together: one wait for the disk, and no more of them in memory.
const AT_A_TIME: usize = 500;

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &CacheArgs) -> Result<u8> {
    match &args.command {
        CacheCommand::Stats(args) => stats::run(args),
        CacheCommand::Ls(args) => ls::run(args),
        CacheCommand::Explain(args) => explain::run(args),
        CacheCommand::Rm(args) => rm::run(args),
        CacheCommand::Export(args) => export::run(args),
        CacheCommand::Import(args) => import::run(args),
        CacheCommand::Verify(args) => verify::run(args),
        CacheCommand::Rebuild(args) => rebuild::run(args),
    }
}

/// The folder of the cache: the flag's, else that of the project.
fn folder(at: &CacheWhere, project: &Project) -> PathBuf {
    let own = || project.folder().join("cache");
    at.cache.clone().unwrap_or_else(own)
}

/// Opens a cache to write to, and makes it where there is none.
fn open_or_make(at: &CacheWhere) -> Result<Cache> {
    let folder = folder(at, &Project::find()?);
    let cache = Cache::open(&folder, &|line| say!("{line}"))?;
    warn_of_loss(&cache);
    Ok(cache)
}

/// Opens the cache that is there.
fn open(at: &CacheWhere) -> Result<Cache> {
    open_in(at, &Project::find()?)
}

fn open_in(at: &CacheWhere, project: &Project) -> Result<Cache> {
    let folder = folder(at, project);
    if !Cache::is_in(&folder) {
        return Err(Error::input(format!("there is no reply cache in {}", folder.display())).hint(
            "the first answer of a hosted rater makes one; `taskrater cache import` and `cache rebuild` do too; --cache \
             DIR names another folder",
        ));
    }
    let cache = Cache::open(&folder, &|line| say!("{line}"))?;
    warn_of_loss(&cache);
    Ok(cache)
}

fn warn_of_loss(cache: &Cache) {
    if let Some(lost) = cache.lost() {
        let error = lost.error(cache.folder());
        say!("{error}");
        say!("{}", error.next_step().unwrap_or_default());
    }
}

/// Walks over all entries in the order of their tasks; `None` stands for a damaged one.
fn each(
    cache: &Cache,
    counter: &Counter,
    mut with: impl FnMut(&Place, Option<Kept>) -> Result<()>,
) -> Result<()> {
    each_below(cache, counter, &Place::default(), |place, kept| {
        with(place, kept).map(ControlFlow::Continue)
    })
}

/// The same for the entries of an occupation or a task, until there are enough.
fn each_below(
    cache: &Cache,
    counter: &Counter,
    start: &Place,
    mut with: impl FnMut(&Place, Option<Kept>) -> Result<ControlFlow<()>>,
) -> Result<()> {
    cache.walk(start, |place, kept| {
        let flow = with(place, kept)?;
        counter.add(u64::from(flow.is_continue()));
        Ok(flow)
    })?;
    counter.finish();
    Ok(())
}

/// Says on a terminal how far long work has come.
struct Counter(ProgressBar);

impl Counter {
    fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    fn start(what: &str) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self::hidden();
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} {msg}, {per_sec}") {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        Self(bar)
    }

    fn add(&self, count: u64) {
        self.0.inc(count);
    }

    fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// What entries cost; a part may be unknown.
#[derive(Default, Serialize)]
struct Paid {
    nanodollars: Nanodollars,
    dollars: f64,
    entries_of_unknown_cost: u64,
}

impl Paid {
    fn add(&mut self, cost: Option<Nanodollars>) {
        match cost {
            Some(cost) => self.nanodollars = self.nanodollars.plus(cost),
            None => self.entries_of_unknown_cost += 1,
        }
        self.dollars = self.nanodollars.dollars();
    }

    fn show(&self) -> String {
        let unknown = match self.entries_of_unknown_cost {
            0 => String::new(),
            n => format!(", and {n} of unknown cost"),
        };
        format!("${:.4}{unknown}", self.dollars)
    }
}

/// Prints a result: JSON, or the lines for people.
fn print(json: bool, result: &impl Serialize, lines: &str) -> Result<()> {
    if !json {
        return table::print(lines);
    }
    let text = serde_json::to_string_pretty(result)
        .map_err(|error| Error::io("the result cannot be written as JSON", error))?;
    table::print(&text)
}
