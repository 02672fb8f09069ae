//! The budget of a run: the most a call can cost is set aside before it goes out, and settled when it is answered. What
//! is set aside and spent together never exceeds the budget, however many calls are in flight.

use crate::rater::Nanodollars;
use std::cell::RefCell;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// What a run may spend; `None` is no limit.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::shell) struct Caps {
    pub money: Option<Nanodollars>,
    pub calls: Option<u64>,
    /// Whether this is what an earlier round of the same command left.
    pub left: bool,
}

/// The budget of a run.
pub(in crate::shell) struct Budget {
    caps: Caps,
    state: RefCell<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    spent: Nanodollars,
    aside: Nanodollars,
    calls: u64,
}

/// What was set aside for one call. Dropped without being settled, it counts as spent: the call may have gone out.
pub(super) struct Reservation<'a> {
    budget: &'a Budget,
    amount: Nanodollars,
    settled: bool,
}

/// Whether a call may go out.
pub(super) enum Granted<'a> {
    Yes(Reservation<'a>),
    /// What is left is less than it could cost, and nothing in flight will give anything back.
    Spent(String),
    Stopped,
}

impl Budget {
    pub fn new(caps: Caps) -> Self {
        Self {
            caps,
            state: RefCell::default(),
            changed: Notify::new(),
        }
    }

    /// Why a call that can cost so much could not go out even if everything in flight cost nothing.
    pub(super) fn cannot_hold(&self, most: Nanodollars) -> Option<String> {
        let state = self.state.borrow();
        if let Some(calls) = self.caps.calls.filter(|cap| state.calls >= *cap) {
            return Some(match (self.caps.left, calls) {
                (false, _) => format!("all {calls} calls of --max-calls are made"),
                (true, 0) => "the run left no call of --max-calls".to_owned(),
                (true, _) => format!("the {calls} calls that the run left of --max-calls are made"),
            });
        }
        let money = self.caps.money?;
        (state.spent.plus(most) > money).then(|| {
            format!(
                "a call can cost ${:.4}, more than what is left of --max-usd",
                most.dollars()
            )
        })
    }

    /// Sets aside the most a call can cost. Where it does not fit now, but may once calls in flight are settled, it waits.
    pub(super) async fn reserve(&self, most: Nanodollars, stop: &CancellationToken) -> Granted<'_> {
        loop {
            if stop.is_cancelled() {
                return Granted::Stopped;
            }
            let changed = self.changed.notified();
            if let Some(why) = self.cannot_hold(most) {
                return Granted::Spent(why);
            }
            if let Some(reservation) = self.set_aside(most) {
                return Granted::Yes(reservation);
            }
            tokio::select! {
                () = changed => {}
                () = stop.cancelled() => {}
            }
        }
    }

    fn set_aside(&self, most: Nanodollars) -> Option<Reservation<'_>> {
        let mut state = self.state.borrow_mut();
        let held = state.spent.plus(state.aside).plus(most);
        if self.caps.money.is_some_and(|cap| held > cap) {
            return None;
        }
        state.aside = state.aside.plus(most);
        state.calls += 1;
        Some(Reservation {
            budget: self,
            amount: most,
            settled: false,
        })
    }

    /// What was spent, and how many calls went out. A call of unknown cost counts as the most it can cost.
    pub fn used(&self) -> (Nanodollars, u64) {
        let state = self.state.borrow();
        (state.spent, state.calls)
    }

    /// Whether more was spent than the budget: only where a provider charged more than a request can be.
    pub fn overrun(&self) -> Option<Nanodollars> {
        let spent = self.state.borrow().spent;
        self.caps.money.filter(|cap| spent > *cap).map(|_| spent)
    }
}

impl Reservation<'_> {
    /// The call is over. What it cost is spent, and the rest is free again; an unknown cost is taken to be the most.
    pub fn settle(mut self, cost: Option<Nanodollars>) {
        self.release(cost.unwrap_or(self.amount));
    }

    fn release(&mut self, spent: Nanodollars) {
        self.settled = true;
        let mut state = self.budget.state.borrow_mut();
        state.aside = Nanodollars(state.aside.0.saturating_sub(self.amount.0));
        state.spent = state.spent.plus(spent);
        self.budget.changed.notify_waiters();
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.release(self.amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caps(money: Option<u64>, calls: Option<u64>) -> Caps {
        Caps {
            left: false,
            money: money.map(Nanodollars),
            calls,
        }
    }

    async fn granted(budget: &Budget, most: u64) -> Option<Reservation<'_>> {
        match budget
            .reserve(Nanodollars(most), &CancellationToken::new())
            .await
        {
            Granted::Yes(reservation) => Some(reservation),
            Granted::Spent(_) | Granted::Stopped => None,
        }
    }

    #[tokio::test]
    async fn what_is_set_aside_and_spent_never_exceeds_it() {
        let budget = Budget::new(caps(Some(100), None));
        let first = granted(&budget, 60).await.unwrap();
        let second = granted(&budget, 40).await.unwrap();
        // Full, but something may come back: the third waits until the first is settled for less.
        let third = granted(&budget, 30);
        tokio::pin!(third);
        assert!(futures_util::poll!(&mut third).is_pending());
        first.settle(Some(Nanodollars(10)));
        let third = third.await.unwrap();
        // An unknown cost is the most it can be.
        second.settle(None);
        third.settle(Some(Nanodollars(30)));
        assert!(granted(&budget, 21).await.is_none());
        drop(granted(&budget, 20).await.unwrap());
        assert!(granted(&budget, 1).await.is_none());
        assert!(budget.overrun().is_none());
    }

    #[tokio::test]
    async fn calls_are_counted_when_they_go_out() {
        let budget = Budget::new(caps(None, Some(2)));
        granted(&budget, 5).await.unwrap().settle(None);
        granted(&budget, 5).await.unwrap().settle(None);
        assert!(granted(&budget, 5).await.is_none());
    }
}
