//! The hosted part of a run: what the cache knows is read, the rest is asked.

use crate::error::{Error, Kind, Result};
use crate::plan::Plan;
use crate::rater::{Llm, Nanodollars, Panel, Rater};
use crate::rating::{Outcome, Rating, Repair};
use crate::reply::{Verdict, read};
use crate::shell::cache::{Cache, Entry};
use crate::shell::cli::RateArgs;
use crate::shell::http::Transport;
use crate::shell::journal::Journal;
use crate::shell::progress::Progress;
use crate::shell::project::Project;
use crate::shell::run_folder::RunFolder;
use crate::shell::schedule::{Engine, Event, Job, Line, Settled};
use crate::shell::terminal::say;
use crate::wire::{Key, decode};
use secrecy::SecretString;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tokio_util::sync::CancellationToken;

/// What the hosted part of a run came to.
#[derive(Default)]
pub(super) struct Asked {
    /// One a rater of the panel that was asked or read from the cache, by id.
    pub raters: BTreeMap<String, Tally>,
    /// Raters that were stopped, and why.
    pub stopped: BTreeMap<String, String>,
    /// Whether the user interrupted the run.
    pub interrupted: bool,
    /// Questions that `--offline` left unasked: rater, occupation id, task id.
    pub unasked: Vec<(String, String, String)>,
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

/// The key of each rater of the panel, from the environment.
pub(super) type Keys = Vec<Option<SecretString>>;

/// Reads the keys. A missing one stops the run before the first call, unless that rater may be left out.
pub(super) fn keys(panel: Panel, args: &RateArgs) -> Result<(Panel, Keys)> {
    let mut keys = Vec::new();
    let mut kept = Vec::new();
    let mut missing = Vec::new();
    for rater in panel.raters() {
        let variable = rater.llm().and_then(|llm| llm.key_env.as_deref());
        let key = variable
            .and_then(|name| std::env::var(name).ok())
            .filter(|key| !key.trim().is_empty());
        match (variable, key) {
            // Offline nothing is sent, so nothing needs a key.
            (Some(name), None) if !args.offline => missing.push((rater, name)),
            (_, key) => {
                kept.push(rater.clone());
                keys.push(key.map(|key| SecretString::from(key.trim().to_owned())));
            }
        }
    }
    if !missing.is_empty() && !args.allow_missing {
        let mut variables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (rater, name) in &missing {
            variables.entry(name).or_default().push(&rater.id);
        }
        let names: Vec<String> = variables
            .iter()
            .map(|(name, raters)| format!("{name} is not set (for {})", raters.join(", ")))
            .collect();
        return Err(Error::new(Kind::Setup, format!("a key is missing: {}", names.join("; "))).hint(
            "set the environment variable, leave the rater out with --allow-missing, or use the free panel: --panel free",
        ));
    }
    for (rater, name) in missing {
        say!("{} is left out: {name} is not set", rater.id);
    }
    let panel = Panel::new(kept).map_err(|error| {
        error
            .hint("every rater of the panel is left out for want of a key; --panel free needs none")
    })?;
    Ok((panel, keys))
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
    ratings: &mut [Rating],
) -> Result<Asked> {
    let raters = plan.panel.raters();
    if raters.iter().all(|rater| rater.llm().is_none()) {
        return Ok(Asked::default());
    }
    raters.iter().for_each(warn_of_retirement);
    let mut asked = Asked::default();
    let jobs = from_cache(plan, cache.as_ref(), args, ratings, &mut asked)?;
    if args.offline {
        let line = |job: &Job<'_>| {
            let (occupation, task) = (job.item.occupation.id.clone(), job.item.task.id.clone());
            (raters[job.rater].id.clone(), occupation, task)
        };
        asked.unasked = jobs.iter().map(line).collect();
        return Ok(asked);
    }
    if jobs.is_empty() {
        return Ok(asked);
    }
    let journal = Journal::start(folder.ledger()?, cache)?;
    let result = send(plan, keys, args, jobs, &journal, ratings, &mut asked);
    journal.finish();
    result.map(|()| asked)
}

/// Answers from the cache what it can; the rest is returned as jobs.
fn from_cache<'a>(
    plan: &Plan<'a>,
    cache: Option<&Cache>,
    args: &RateArgs,
    ratings: &mut [Rating],
    asked: &mut Asked,
) -> Result<Vec<Job<'a>>> {
    let raters = plan.panel.raters();
    let mut jobs: Vec<Job<'_>> = Vec::new();
    // Tasks of an occupation that share a statement are one question: asked once, answered for each of them.
    let mut waiting: HashMap<Key, usize> = HashMap::new();
    for (task, item) in plan.items().into_iter().enumerate() {
        for (rater, llm) in raters
            .iter()
            .enumerate()
            .filter_map(|(n, r)| Some((n, r.llm()?)))
        {
            let tally = tally(asked, &raters[rater].id);
            let cell = task * raters.len() + rater;
            let question = plan.question(llm, item)?;
            if let Some(&job) = waiting.get(&question.key) {
                jobs[job].cells.push(cell);
                continue;
            }
            let entry = match cache {
                Some(cache) if !args.refresh => cache.get(&question.key)?,
                _ => None,
            };
            let hit = entry
                .filter(|entry| entry.outcome == Outcome::Rated || !args.retry_refused)
                .and_then(|entry| Some((rating_of(plan, llm, &entry)?, entry)));
            match hit {
                Some(((rating, model), entry)) => {
                    tally.cached += 1;
                    tally.behind = tally
                        .behind
                        .zip(entry.cost)
                        .map(|(sum, cost)| sum.plus(cost));
                    tally.models.insert(model);
                    ratings[cell] = rating;
                }
                None => {
                    waiting.insert(question.key, jobs.len());
                    jobs.push(Job {
                        cells: vec![cell],
                        rater,
                        item,
                        question,
                    });
                }
            }
        }
    }
    Ok(jobs)
}

/// The rating that a cached reply holds, and the model that gave it; `None` if today's parser does not accept it.
fn rating_of(plan: &Plan<'_>, llm: &Llm, entry: &Entry) -> Option<(Rating, String)> {
    let answer = decode(llm.wire, entry.status, entry.body.as_bytes()).ok()?;
    match read(plan.prompt, &answer) {
        Verdict::Rated(mut rating) | Verdict::Refused(mut rating) => {
            let again = entry
                .repair
                .filter(|repair| matches!(repair, Repair::Reask | Repair::Resend));
            rating.repair = again.or(rating.repair);
            Some((*rating, answer.model))
        }
        Verdict::Truncated | Verdict::Invalid(_) => None,
    }
}

fn tally<'a>(asked: &'a mut Asked, rater: &str) -> &'a mut Tally {
    let fresh = || Tally {
        behind: Some(Nanodollars(0)),
        ..Tally::default()
    };
    asked.raters.entry(rater.to_owned()).or_insert_with(fresh)
}

/// Sends the jobs and takes in what became of them.
fn send(
    plan: &Plan<'_>,
    keys: &Keys,
    args: &RateArgs,
    jobs: Vec<Job<'_>>,
    journal: &Journal,
    ratings: &mut [Rating],
    asked: &mut Asked,
) -> Result<()> {
    let transport = Transport::new()?;
    let stop = CancellationToken::new();
    let mut lines = Vec::new();
    for (rater, key) in plan.panel.raters().iter().zip(keys) {
        lines.push(match rater.llm() {
            Some(llm) => {
                let endpoint = transport.endpoint(llm, key.as_ref())?;
                Some(Line::new(&rater.id, llm, endpoint, &stop))
            }
            None => None,
        });
    }
    let cached: u64 = asked.raters.values().map(|tally| tally.cached).sum();
    let progress = Progress::start(jobs.len() as u64 + cached, cached, args.quiet);
    let stopped = RefCell::new(BTreeMap::new());
    let report = |event: Event<'_>| {
        if let Event::Stopped { rater, why } = &event {
            stopped
                .borrow_mut()
                .insert((*rater).to_owned(), why.clone());
        }
        progress.on(&event);
    };
    let engine = Engine {
        plan,
        lines,
        journal,
        report: &report,
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::new(Kind::Internal, "cannot start the runtime").because(error))?;
    let settled = runtime.block_on(async {
        tokio::select! {
            settled = engine.run(jobs) => settled,
            never = interrupts(&stop, &progress) => match never {},
        }
    });
    progress.finish();
    drop(engine);
    asked.interrupted = stop.is_cancelled();
    asked.stopped = stopped.into_inner();
    for settled in settled? {
        take(plan.panel.raters(), settled, ratings, asked);
    }
    Ok(())
}

fn take(raters: &[Rater], settled: Settled, ratings: &mut [Rating], asked: &mut Asked) {
    let tally = tally(asked, &raters[settled.rater].id);
    let spent = settled.spent;
    tally.asked += u64::from(spent.attempts > 0);
    tally.attempts += spent.attempts;
    tally.spent = tally.spent.plus(spent.known);
    tally.unknown += spent.unknown;
    tally.behind = tally
        .behind
        .zip(spent.cost())
        .map(|(sum, cost)| sum.plus(cost));
    tally.why = settled.why.or(tally.why.take());
    if !settled.model.is_empty() {
        tally.models.insert(settled.model);
    }
    for cell in settled.cells {
        ratings[cell].clone_from(&settled.rating);
    }
}

/// First Ctrl-C (or SIGTERM, or a terminal that closes): what is in flight is finished. Second: leave at once; what was answered is on disk.
async fn interrupts(stop: &CancellationToken, progress: &Progress) -> std::convert::Infallible {
    use tokio::signal::unix::SignalKind;
    let mut terminate = signal(SignalKind::terminate());
    let mut interrupt = signal(SignalKind::interrupt());
    let mut hangup = signal(SignalKind::hangup());
    loop {
        tokio::select! {
            () = next(&mut terminate) => {}
            () = next(&mut interrupt) => {}
            () = next(&mut hangup) => {}
        }
        if stop.is_cancelled() {
            progress.finish();
            say!("left at once; every answered call is saved");
            std::process::exit(i32::from(crate::error::EXIT_INTERRUPTED));
        }
        stop.cancel();
        progress.say("finishing the calls in flight; Ctrl-C again leaves at once");
    }
}

fn signal(kind: tokio::signal::unix::SignalKind) -> Option<tokio::signal::unix::Signal> {
    tokio::signal::unix::signal(kind).ok()
}

async fn next(signal: &mut Option<tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
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
