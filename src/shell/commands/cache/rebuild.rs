//! `cache rebuild`: the cache made again from what runs wrote down before it counted.

use super::import::Intake;
use super::line::from_hex;
use super::{Counter, EXIT_BAD, folder, print};
use crate::error::{Error, Result};
use crate::rater::{Nanodollars, Usage};
use crate::rating::{Outcome, Repair};
use crate::shell::cache::{Cache, Entry, Found, Kept};
use crate::shell::cli::CacheRebuildArgs;
use crate::shell::project::Project;
use crate::shell::run_folder::{find_any_run, ledgers, manifest_in, runs_in, wrote_no_cache};
use crate::shell::terminal::{clean, say};
use crate::wire::{Key, RequestRecord};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};

/// Bad lines that are named; the rest is counted.
const NAMED: u64 = 20;

/// What of a line of the ledger matters here.
#[derive(Deserialize)]
struct Line {
    time: String,
    rater: String,
    occupation_id: String,
    task_id: String,
    sample: u32,
    key: String,
    purpose: String,
    model: String,
    outcome: Outcome,
    status: Option<u16>,
    usage: Option<Usage>,
    cost_nanodollars: Option<Nanodollars>,
    body: Option<String>,
    /// On lines that settle a question; earlier versions did not write it.
    request: Option<RequestRecord>,
}

/// What the attempts at a question came to before the one that settled it.
struct Sofar {
    usage: Option<Usage>,
    cost: Option<Nanodollars>,
    history: Vec<(u16, String)>,
}

#[derive(Default, Serialize)]
struct Counts {
    ledgers: u64,
    /// Runs that were told not to write to the cache; by name they are read all the same.
    left_out: u64,
    new: u64,
    later: u64,
    already_there: u64,
    torn: u64,
    bad: u64,
    /// Entries of a damaged store that could still be read.
    rescued: Option<u64>,
    /// Replies that the cache had lost, and how many of them no ledger gave back.
    lost: u64,
    still_lost: u64,
}

/// Runs the command.
pub(super) fn run(args: &CacheRebuildArgs) -> Result<u8> {
    let project = Project::find()?;
    let (ledgers, left_out) = named_ledgers(&args.run, &project)?;
    let (cache, rescued) =
        Cache::open_or_rescue(&folder(&args.at, &project), &|line| say!("{line}"))?;
    let mut rebuild = Rebuild {
        cache: &cache,
        intake: Intake::new(&cache),
        replace: args.replace,
        own: HashSet::new(),
        counts: Counts {
            rescued,
            left_out,
            lost: cache.missing(),
            ..Counts::default()
        },
        counter: Counter::start("lines of ledgers read"),
    };
    for ledger in &ledgers {
        rebuild.ledger(ledger)?;
    }
    rebuild.intake.flush()?;
    rebuild.counter.finish();
    let mut counts = rebuild.counts;
    counts.still_lost = cache.missing();
    let accepted = counts.still_lost == 0 || args.accept_loss;
    if accepted {
        cache.accept_loss()?;
    }
    print(args.at.json, &counts, &counts.page())?;
    if !accepted {
        say!(
            "{} of {} lost replies are in no ledger that was read, and would be paid for again: name runs that are elsewhere, \
             or take the rest as lost with --accept-loss",
            counts.still_lost,
            counts.lost
        );
    }
    Ok(if accepted && counts.bad == 0 {
        0
    } else {
        EXIT_BAD
    })
}

/// Takes the replies of these ledgers into the cache, without a word; returns how many it did not hold.
pub(in crate::shell) fn take_in(cache: &Cache, ledgers: &[PathBuf]) -> Result<u64> {
    let mut rebuild = Rebuild {
        cache,
        intake: Intake::new(cache),
        replace: false,
        own: HashSet::new(),
        // What is wrong with a line is for `cache rebuild` to say.
        counts: Counts {
            bad: NAMED,
            ..Counts::default()
        },
        counter: Counter::hidden(),
    };
    for ledger in ledgers {
        rebuild.ledger(ledger)?;
    }
    rebuild.intake.flush()?;
    Ok(rebuild.counts.new + rebuild.counts.later)
}

/// The ledgers of the named runs, or of all; and how many runs were left out.
fn named_ledgers(runs: &[String], project: &Project) -> Result<(Vec<PathBuf>, u64)> {
    let mut folders = Vec::new();
    let mut left_out = 0;
    for run in runs {
        folders.push(find_any_run(project.folder(), run)?.0);
    }
    if runs.is_empty() {
        folders = runs_in(&project.folder().join("runs"))?;
        // The earliest first: of two replies the later one counts.
        folders.reverse();
        let all = folders.len();
        folders.retain(|folder| !manifest_in(folder).is_some_and(|it| wrote_no_cache(&it)));
        left_out = (all - folders.len()) as u64;
    }
    let mut found = Vec::new();
    for folder in &folders {
        found.extend(ledgers(folder)?);
    }
    Ok((found, left_out))
}

impl Counts {
    fn page(&self) -> String {
        let Self {
            ledgers,
            new,
            later,
            already_there,
            torn,
            bad,
            rescued,
            left_out,
            ..
        } = self;
        let rescued = rescued.map_or_else(String::new, |n| format!("{n} entries rescued; "));
        let left_out = match left_out {
            0 => String::new(),
            n => format!(
                "; {n} runs with --no-cache or --cache-read-only left out (name them to read them)"
            ),
        };
        format!(
            "{rescued}{ledgers} ledgers: {new} entries new, {later} replaced by later replies, {already_there} already \
             there; {torn} torn last lines, {bad} bad lines{left_out}"
        )
    }
}

struct Rebuild<'a> {
    cache: &'a Cache,
    intake: Intake<'a>,
    /// Whether later replies replace entries that were there before.
    replace: bool,
    /// What came in here: among these the latest counts.
    own: HashSet<Key>,
    counts: Counts,
    counter: Counter,
}

impl Rebuild<'_> {
    fn ledger(&mut self, path: &Path) -> Result<()> {
        let failed = |error| Error::io(format!("cannot read {}", path.display()), error);
        let mut reader = BufReader::with_capacity(1 << 16, File::open(path).map_err(failed)?);
        self.counts.ledgers += 1;
        // Questions of this ledger that are not settled yet: no more than were under way at a time, and those that failed.
        let mut open: HashMap<Key, Sofar> = HashMap::new();
        let mut bytes = Vec::new();
        for number in 1_u64.. {
            bytes.clear();
            if reader.read_until(b'\n', &mut bytes).map_err(failed)? == 0 {
                break;
            }
            self.counter.add(1);
            match read(&bytes) {
                Ok((key, line)) => self.line(key, line, &mut open)?,
                // What a kill cut short; its call is not known to have been answered.
                Err(_) if bytes.last() != Some(&b'\n') => self.counts.torn += 1,
                Err(why) => {
                    self.counts.bad += 1;
                    if self.counts.bad <= NAMED {
                        let place = format!("{}:{number}", path.display());
                        self.counter.0.suspend(|| say!("{place}: {}", clean(&why)));
                    }
                }
            }
        }
        Ok(())
    }

    fn line(&mut self, key: Key, line: Line, open: &mut HashMap<Key, Sofar>) -> Result<()> {
        let mut sofar = open.remove(&key).unwrap_or_default();
        sofar.add(&line);
        match (line.outcome.is_final(), line.status, &line.body) {
            (true, Some(status), Some(body)) => {
                let entry = sofar.entry(status, body.clone(), line);
                self.entry(&Kept { key, entry })
            }
            (_, status, body) => {
                // A reply that was read and could not be used; whatever else failed left nothing to keep.
                if matches!(line.outcome, Outcome::Truncated | Outcome::Invalid) {
                    sofar.history.extend(status.zip(body.clone()));
                }
                open.insert(key, sofar);
                Ok(())
            }
        }
    }

    /// The latest reply of the ledgers counts; one that was there before stays: earlier runs rest on it.
    fn entry(&mut self, kept: &Kept) -> Result<()> {
        if self.intake.holds(kept)? {
            if !self.replace && !self.own.contains(&kept.key) {
                self.counts.already_there += 1;
                return Ok(());
            }
            self.intake.flush()?;
            let Entry {
                occupation_id,
                task_id,
                ..
            } = &kept.entry;
            let there = self.cache.get(&kept.key, occupation_id, task_id)?;
            let later = |there: &Entry| {
                // The line is written a moment after the entry of the same reply.
                there.body != kept.entry.body && there.time < kept.entry.time
            };
            match there {
                Found::Whole(there) if !later(&there) => {
                    self.counts.already_there += 1;
                    return Ok(());
                }
                _ => self.counts.later += 1,
            }
        } else {
            self.counts.new += 1;
        }
        self.own.insert(kept.key);
        self.intake.add(kept)
    }
}

fn read(bytes: &[u8]) -> std::result::Result<(Key, Line), String> {
    let line: Line = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let key = from_hex(&line.key).ok_or("the key is not 64 hex digits")?;
    Ok((key, line))
}

impl Default for Sofar {
    fn default() -> Self {
        Self {
            usage: Some(Usage::default()),
            cost: Some(Nanodollars(0)),
            history: Vec::new(),
        }
    }
}

impl Sofar {
    /// As a run adds up what an attempt used: a call that cost nothing used nothing.
    fn add(&mut self, line: &Line) {
        self.cost = self
            .cost
            .zip(line.cost_nanodollars)
            .map(|(sum, cost)| sum.plus(cost));
        self.usage = match line.usage {
            Some(usage) => self.usage.map(|sum| sum.plus(usage)),
            None if line.cost_nanodollars.is_none() => None,
            None => self.usage,
        };
    }

    fn entry(self, status: u16, body: String, line: Line) -> Entry {
        let repair = match line.purpose.as_str() {
            "re-ask" => Some(Repair::Reask),
            "resend" => Some(Repair::Resend),
            _ => None,
        };
        // Of an older line these two fields of its request are known.
        let known = || {
            let sample = line.sample.to_string();
            RequestRecord(BTreeMap::from([
                ("model".to_owned(), line.model.clone()),
                ("sample".to_owned(), sample),
            ]))
        };
        let request = line.request.unwrap_or_else(known);
        Entry {
            outcome: line.outcome,
            repair,
            status,
            body,
            usage: self.usage,
            cost: self.cost,
            time: line.time,
            rater: line.rater,
            occupation_id: line.occupation_id,
            task_id: line.task_id,
            request,
            history: self.history,
        }
    }
}
