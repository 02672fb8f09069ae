//! Sending what the cache could not answer, and taking in what became of it.

use super::Sink;
use super::ask::{Asked, tally};
use super::complete::Complete;
use super::keys::Keys;
use crate::asking::Inquiry;
use crate::error::{Error, Kind, Result};
use crate::rater::{Panel, Rater};
use crate::shell::cli::AskArgs;
use crate::shell::http::{Endpoint, Transport};
use crate::shell::journal::Journal;
use crate::shell::progress::Progress;
use crate::shell::schedule::{Answers, Budget, Engine, Event, Job, Line, Outside, Settled, lines};
use crate::shell::signals::Signals;
use crate::shell::terminal::say;
use std::cell::RefCell;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Sends the jobs and takes in what became of them.
pub(in crate::shell::commands) fn send<P: Inquiry>(
    plan: &P,
    keys: &Keys,
    args: &AskArgs,
    jobs: Vec<Job<P::Subject>>,
    journal: &Journal,
    sink: &mut impl Sink<P::Reading>,
    asked: &mut Asked,
) -> Result<()> {
    let asking = plan.asking();
    let transport = Transport::new()?;
    let world = Outside {
        endpoints: endpoints(asking.panel, keys, &transport)?,
        journal,
    };
    leave_on_signals(false);
    let stop = CancellationToken::new();
    let lines = lines(asking, &stop, args.max_error_rate);
    let budget = Budget::new(args.caps());
    let known = asked.raters.values();
    let known: u64 = known.map(|tally| tally.cached + tally.carried).sum();
    let mut complete = Complete::new(plan, &jobs);
    let total = jobs.len() as u64 + known;
    let progress = Progress::start(total, known, &complete.words(), args.quiet);
    let taken = RefCell::new((sink, asked, &mut complete));
    let settle = |settled: Settled<P::Reading>| {
        let (sink, asked, complete) = &mut *taken.borrow_mut();
        complete.settled(&settled.cells, settled.outcome);
        progress.settled(&settled, &complete.words());
        take(asking.panel.raters(), settled, *sink, asked)
    };
    let report = |event: Event<'_>| {
        progress.on(&event);
        let (_, asked, _) = &mut *taken.borrow_mut();
        match event {
            Event::Stopped { rater, why } => {
                asked.stopped.insert(rater.to_owned(), why);
            }
            Event::Spent { why } => asked.budget_spent = Some(why),
            Event::Waiting { .. } => {}
        }
    };
    let engine = Engine {
        plan,
        lines: &lines,
        world: &world,
        budget: &budget,
        settle: &settle,
        report: &report,
        answers: Answers::default(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::new(Kind::Internal, "cannot start the runtime").because(error))?;
    let done = runtime.block_on(async {
        tokio::select! {
            done = engine.run(jobs) => done,
            never = interrupts(&stop, &progress, journal) => match never {},
        }
    });
    leave_on_signals(true);
    progress.finish();
    let (_, asked, _) = taken.into_inner();
    asked.interrupted = stop.is_cancelled();
    account(asked, &budget, &lines);
    done
}

/// What is known of the budget and of the providers once nothing is in flight.
fn account(asked: &mut Asked, budget: &Budget, lines: &[Option<Line<'_>>]) {
    asked.overrun = budget.overrun();
    asked.used = budget.used();
    for line in lines.iter().flatten() {
        asked.limits.insert(line.id().to_owned(), line.limits());
    }
}

/// Where each hosted rater is asked, with its key.
///
/// # Errors
/// An address or a key can be no part of a request.
pub(super) fn endpoints(
    panel: &Panel,
    keys: &Keys,
    transport: &Transport,
) -> Result<Vec<Option<Endpoint>>> {
    let raters = panel.raters().iter().zip(keys);
    raters
        .map(|(rater, key)| {
            let endpoint = |llm| transport.endpoint(llm, key.as_ref());
            rater.llm().map(endpoint).transpose()
        })
        .collect()
}

fn take<R>(
    raters: &[Rater],
    settled: Settled<R>,
    sink: &mut impl Sink<R>,
    asked: &mut Asked,
) -> Result<()> {
    let tally = tally(asked, &raters[settled.rater].id);
    let spent = settled.spent;
    tally.asked += u64::from(spent.attempts > 0);
    tally.attempts += spent.attempts;
    tally.spent = tally.spent.plus(spent.known);
    tally.unknown += spent.unknown;
    tally.used = tally.used.plus(spent.known_usage());
    tally.rests_on(spent.cost(), spent.usage());
    if let Some(why) = &settled.why {
        tally.why = Some(why.clone());
    }
    if !settled.model.is_empty() {
        tally.models.insert(settled.model);
    }
    for cell in settled.cells {
        let reading = settled.reading.as_ref();
        sink.put(cell, settled.outcome, reading, settled.repair)?;
        if let Some(why) = &settled.why {
            asked.because(cell, why);
        }
    }
    Ok(())
}

/// How long the disk has when somebody leaves at once.
const LEAVING: Duration = Duration::from_millis(700);

/// Whether a signal ends the process at once.
static LEAVES: AtomicBool = AtomicBool::new(false);

/// From here on a signal ends the process: what is left is reckoning and writing files, each whole or not at all. A second
/// round of calls takes that back, for as long as it lasts.
fn leave_on_signals(leaves: bool) {
    static LISTENS: Once = Once::new();
    LEAVES.store(leaves, Ordering::SeqCst);
    if leaves {
        LISTENS.call_once(listen);
    }
}

fn listen() {
    std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let Ok(runtime) = runtime else { return };
        runtime.block_on(async {
            let mut signals = Signals::new();
            signals.any().await;
            while !LEAVES.load(Ordering::SeqCst) {
                signals.any().await;
            }
            say!("left at once; the replies are saved, the same command writes the results");
            std::process::exit(i32::from(crate::error::EXIT_INTERRUPTED));
        });
    });
}

/// First Ctrl-C (or SIGTERM, or a terminal that closes): what is in flight is finished. Second: leave at once; what was answered is on disk.
async fn interrupts(
    stop: &CancellationToken,
    progress: &Progress,
    journal: &Journal,
) -> std::convert::Infallible {
    let mut signals = Signals::new();
    loop {
        signals.any().await;
        if stop.is_cancelled() {
            progress.finish();
            // What was answered is on its way to the disk; a disk that hangs is not waited for.
            let saved = tokio::time::timeout(LEAVING, journal.settled()).await;
            say!(
                "left at once; {}",
                match saved {
                    Ok(Ok(())) => "every answered call is saved",
                    _ => "the last answers could not be saved",
                }
            );
            std::process::exit(i32::from(crate::error::EXIT_INTERRUPTED));
        }
        stop.cancel();
        progress.say("finishing the calls in flight; Ctrl-C again leaves at once");
    }
}
