//! One reporter prints what a run does, on stderr: a bar on a terminal, a line now and then elsewhere.

use super::schedule::{Event, Settled};
use crate::rater::Nanodollars;
use crate::rating::Outcome;
use crate::shell::terminal::say;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::cell::{Cell, RefCell};
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// Where nobody watches a bar, a line so often.
const LINE_EVERY: Duration = Duration::from_secs(15);

/// Progress of a run over its hosted questions.
pub(super) struct Progress {
    bar: ProgressBar,
    cached: u64,
    /// How many occupations are complete, in words.
    complete: RefCell<String>,
    failed: Cell<u64>,
    spent: Cell<Nanodollars>,
    unknown: Cell<u64>,
    spent_said: Cell<bool>,
    quiet: bool,
    last_line: Cell<Instant>,
    last_wait: RefCell<String>,
}

impl Progress {
    /// Progress over `total` questions of which `cached` are answered already; `complete` says how many occupations are.
    pub fn start(total: u64, cached: u64, complete: &str, quiet: bool) -> Self {
        let visible = !quiet && std::io::stderr().is_terminal();
        let target = if visible {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(total), target).with_position(cached);
        let style = "{bar:24} {pos}/{len} {msg} {per_sec} · {eta} left";
        if let Ok(style) = ProgressStyle::with_template(style) {
            bar.set_style(style);
        }
        bar.reset_eta();
        let progress = Self {
            bar,
            cached,
            complete: RefCell::new(complete.to_owned()),
            failed: Cell::new(0),
            spent: Cell::default(),
            unknown: Cell::new(0),
            spent_said: Cell::new(false),
            quiet,
            last_line: Cell::new(Instant::now()),
            last_wait: RefCell::default(),
        };
        progress.show();
        progress
    }

    /// A question is done with; so many occupations are complete now.
    pub fn settled<R>(&self, settled: &Settled<R>, complete: &str) {
        complete.clone_into(&mut self.complete.borrow_mut());
        if settled.outcome != Outcome::Rated {
            self.failed.set(self.failed.get() + 1);
        }
        self.spent.set(self.spent.get().plus(settled.spent.known));
        self.unknown.set(self.unknown.get() + settled.spent.unknown);
        self.last_wait.borrow_mut().clear();
        self.bar.inc(1);
        self.show();
    }

    /// Takes note of an event.
    pub fn on(&self, event: &Event<'_>) {
        match event {
            Event::Waiting {
                rater,
                failure,
                seconds,
            } => {
                *self.last_wait.borrow_mut() = format!(
                    "· {rater}: {} (again in {seconds:.0} s) ",
                    short(&failure.message)
                );
                self.show();
            }
            Event::Spent { why } => {
                if !self.spent_said.replace(true) {
                    self.say(&format!("the budget is used up: {why}"));
                }
            }
            Event::Stopped { rater, why } => {
                self.say(&format!("{rater} is asked no more: {why}"));
            }
        }
    }

    /// Prints a line above the bar.
    pub fn say(&self, line: &str) {
        if self.bar.is_hidden() {
            say!("{line}");
        } else {
            self.bar.suspend(|| say!("{line}"));
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn show(&self) {
        let unknown = if self.unknown.get() > 0 { "+?" } else { "" };
        let complete = self.complete.borrow();
        let complete = match complete.as_str() {
            "" => String::new(),
            words => format!("· {words} "),
        };
        let message = format!(
            "{complete}· {} cached · {} failed · ${:.4}{unknown} {}·",
            self.cached,
            self.failed.get(),
            self.spent.get().dollars(),
            self.last_wait.borrow(),
        );
        if self.bar.is_hidden() && !self.quiet && self.last_line.get().elapsed() >= LINE_EVERY {
            self.last_line.set(Instant::now());
            let (done, total) = (self.bar.position(), self.bar.length().unwrap_or(0));
            say!(
                "{done}/{total} {message} {} left",
                indicatif::HumanDuration(self.bar.eta())
            );
        }
        self.bar.set_message(message);
    }
}

fn short(message: &str) -> &str {
    message
        .char_indices()
        .nth(60)
        .map_or(message, |(end, _)| &message[..end])
}
