//! Who may send now: slots today; learned limits and the budget join here.

use crate::wire::Failure;
use std::cell::{Cell, RefCell};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_util::sync::CancellationToken;

/// A place among the calls in flight.
pub(super) type Slot<'a> = SemaphorePermit<'a>;

/// So many questions in a row given up, with no answer between them, and the rater is asked no more: the next
/// thousand would end alike, six attempts each.
const HOPELESS: u32 = 10;

/// The gate of one rater.
pub(super) struct Gate {
    slots: Semaphore,
    closed: RefCell<Option<String>>,
    given_up: Cell<u32>,
}

impl Gate {
    pub fn new(concurrency: usize) -> Self {
        let slots = Semaphore::new(concurrency.min(Semaphore::MAX_PERMITS));
        Self {
            slots,
            closed: RefCell::new(None),
            given_up: Cell::new(0),
        }
    }

    /// Waits for a slot; `None` once the rater or the run is stopped.
    pub async fn enter(&self, stop: &CancellationToken) -> Option<Slot<'_>> {
        let slot = self.slots.acquire().await.ok()?;
        (self.closed.borrow().is_none() && !stop.is_cancelled()).then_some(slot)
    }

    /// A call was answered.
    pub fn answered(&self) {
        self.given_up.set(0);
    }

    /// A question was given up. The first failure that ends the rater is returned as the reason.
    pub fn failed(&self, failure: &Failure) -> Option<String> {
        self.given_up.set(self.given_up.get() + 1);
        let why = if failure.stops_rater {
            failure.message.clone()
        } else if self.given_up.get() >= HOPELESS {
            format!(
                "{HOPELESS} questions in a row came to nothing; the last: {}",
                failure.message
            )
        } else {
            return None;
        };
        let mut closed = self.closed.borrow_mut();
        if closed.is_some() {
            return None;
        }
        *closed = Some(why.clone());
        // Those that wait for a slot find it closed at once.
        self.slots.close();
        Some(why)
    }
}
