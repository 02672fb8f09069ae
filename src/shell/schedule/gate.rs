//! Who may send now: slots today; learned limits and the budget join here.

use std::cell::Cell;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

/// A place among the calls in flight.
pub(super) type Slot<'a> = SemaphorePermit<'a>;

/// So many questions in a row that came to nothing end a rater: the next thousand would end alike. What was answered and
/// paid for but unusable counts at once; failures of the way there only after a while, because an outage passes.
const HOPELESS: u32 = 10;
const OUTAGE: Duration = Duration::from_secs(30);

/// How a question came to nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lost {
    /// Every further one would: wrong key, no such model, no credit.
    ForGood,
    /// The provider limits the rate: that passes and is no sign of anything.
    Limited,
    /// The way there failed: network, server, timeout.
    OnTheWay,
    /// The answers were no ratings.
    Unusable,
}

/// The gate of one rater.
pub(super) struct Gate {
    slots: Semaphore,
    /// Cancelled when the rater or the run is stopped.
    stop: CancellationToken,
    closed: Cell<bool>,
    lost: Cell<u32>,
    last_answer: Cell<Instant>,
}

impl Gate {
    pub fn new(concurrency: usize, run: &CancellationToken) -> Self {
        Self {
            slots: Semaphore::new(concurrency.min(Semaphore::MAX_PERMITS)),
            stop: run.child_token(),
            closed: Cell::new(false),
            lost: Cell::new(0),
            last_answer: Cell::new(Instant::now()),
        }
    }

    /// Waits for a slot; `None` once the rater or the run is stopped.
    pub async fn enter(&self) -> Option<Slot<'_>> {
        let slot = self.slots.acquire().await.ok()?;
        (!self.stop.is_cancelled()).then_some(slot)
    }

    /// Waits before another attempt; `false` once the rater or the run is stopped.
    pub async fn wait(&self, time: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            () = self.stop.cancelled() => false,
        }
    }

    /// A question was answered for good.
    pub fn answered(&self) {
        self.lost.set(0);
        self.last_answer.set(Instant::now());
    }

    /// A question came to nothing. Where that ends the rater, the reason is returned, once.
    pub fn lost(&self, how: Lost, why: &str) -> Option<String> {
        if how == Lost::Limited {
            return None;
        }
        self.lost.set(self.lost.get() + 1);
        let patient = how == Lost::OnTheWay && self.last_answer.get().elapsed() < OUTAGE;
        let ends = how == Lost::ForGood || (self.lost.get() >= HOPELESS && !patient);
        if !ends || self.closed.replace(true) {
            return None;
        }
        // Those that wait, for a slot or for another attempt, go on at once.
        self.stop.cancel();
        Some(match how {
            Lost::ForGood => why.to_owned(),
            _ => format!(
                "{} questions in a row came to nothing; the last: {why}",
                self.lost.get()
            ),
        })
    }
}
