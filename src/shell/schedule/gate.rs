//! Whether a rater is asked on: it is stopped when every further question would come to nothing.

use std::cell::Cell;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// So many questions in a row that came to nothing end a rater: the next thousand would end alike. What was answered and
/// paid for but unusable counts at once; failures of the way there only after a while, because an outage passes.
const HOPELESS: u32 = 10;
const OUTAGE: Duration = Duration::from_secs(30);
/// A share of errors is no share before so many questions have ended.
const FEW: u32 = 20;

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
    /// Cancelled when the rater or the run is stopped.
    pub stop: CancellationToken,
    /// Largest share of questions that may end without a rating.
    max_error_rate: Option<f64>,
    closed: Cell<bool>,
    in_a_row: Cell<u32>,
    lost: Cell<u32>,
    ended: Cell<u32>,
    last_answer: Cell<Instant>,
}

impl Gate {
    pub fn new(run: &CancellationToken, max_error_rate: Option<f64>) -> Self {
        Self {
            stop: run.child_token(),
            max_error_rate,
            closed: Cell::new(false),
            in_a_row: Cell::new(0),
            lost: Cell::new(0),
            ended: Cell::new(0),
            last_answer: Cell::new(Instant::now()),
        }
    }

    /// Whether any question of this run was answered.
    pub fn has_answered(&self) -> bool {
        self.ended.get() > self.lost.get()
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
        self.ended.set(self.ended.get() + 1);
        self.in_a_row.set(0);
        self.last_answer.set(Instant::now());
    }

    /// A question came to nothing. Where that ends the rater, the reason is returned, once.
    pub fn lost(&self, how: Lost, why: &str) -> Option<String> {
        self.ended.set(self.ended.get() + 1);
        self.lost.set(self.lost.get() + 1);
        if how != Lost::Limited {
            self.in_a_row.set(self.in_a_row.get() + 1);
        }
        let patient = how == Lost::OnTheWay && self.last_answer.get().elapsed() < OUTAGE;
        let (lost, ended) = (f64::from(self.lost.get()), f64::from(self.ended.get()));
        let too_many = |most: f64| self.ended.get() >= FEW && lost / ended > most;
        let reason = if how == Lost::ForGood {
            why.to_owned()
        } else if self.max_error_rate.is_some_and(too_many) {
            format!(
                "{lost} of {ended} questions came to nothing, more than --max-error-rate allows; the last: {why}"
            )
        } else if how != Lost::Limited && self.in_a_row.get() >= HOPELESS && !patient {
            format!(
                "{} questions in a row came to nothing; the last: {why}",
                self.in_a_row.get()
            )
        } else {
            return None;
        };
        if self.closed.replace(true) {
            return None;
        }
        // Those that wait, for their turn or for another attempt, go on at once.
        self.stop.cancel();
        Some(reason)
    }
}
