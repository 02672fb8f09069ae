//! How fast one key and model may be asked: what its buckets hold, how many calls may be in flight, and when it has to
//! rest. Raters that share a key and a model share their pace.

use super::bucket::{Bucket, Mark};
use super::headers::Reading;
use super::load::Load;
use crate::rater::{Limits, Traffic, Usage};
use std::cell::RefCell;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, Notify};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Calls in flight at first, and at most with a server that says nothing of its limits: it may be a small one.
const UNKNOWN: f64 = 8.0;
/// With a provider that says its limits, these are what holds a run back.
const MOST: f64 = 256.0;
/// "Too many requests" so often in a row is no accident, nor is it so often among the last eight answers: where a limit
/// refills all the time, one call gets through now and then.
const IN_A_ROW: u32 = 3;
const OF_EIGHT: u32 = 5;
/// So often among the last 32 answers, and there is a limit to be found: three in a row alone may be a bad moment.
const OF_32: u32 = 6;
/// The first call goes alone, for its headers tell how many more may; a slow one is not waited for longer than this.
const SCOUT: Duration = Duration::from_secs(20);
/// A rest of a server that does not say how long.
const REST: Duration = Duration::from_secs(1);
const LONGEST_REST: Duration = Duration::from_secs(60);
/// How much more is tried with each answer of a provider that does not say its limit.
const MORE: f64 = 1.002;
/// Requests a second that are tried at least.
const LEAST_RATE: f64 = 1.0 / 30.0;
/// However long a provider asks for, somebody looks again after this.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);

/// The pace of one key and model.
pub(super) struct Pace {
    state: RefCell<State>,
    changed: Notify,
    /// One call at a time is let out; questions that come back stand before fresh ones.
    turn: Mutex<()>,
    fresh: Mutex<()>,
}

struct State {
    buckets: [Bucket; 4],
    load: Load,
    serial: u64,
    in_flight: usize,
    /// Calls that may be in flight, as a number that grows by parts.
    window: f64,
    most: Option<f64>,
    /// Whether the window has ever been cut: until then it grows by one an answer, then by one a round.
    cut: bool,
    /// The last answers, the newest in the lowest bit: whether each was "too much".
    last: u8,
    longer: u32,
    /// Calls sent up to this one say nothing new about being too many.
    judged: u64,
    rest_until: Option<Instant>,
    rest: Duration,
    /// Requests a second that were found to get through, of a provider that does not say.
    found: Option<f64>,
    /// Answers since then.
    answered: u64,
    counted_from: Instant,
    scout: Scout,
}

#[derive(Clone, Copy, PartialEq)]
enum Scout {
    NotSent,
    Away(Instant),
    Back,
}

/// A call's place among those in flight; it ends when dropped.
pub(super) struct Pass<'a> {
    pace: &'a Pace,
    marks: [Mark; 4],
}

/// The right to be the next to go.
pub(super) type Turn<'a> = (Option<MutexGuard<'a, ()>>, MutexGuard<'a, ()>);

/// How an attempt ended, as far as its pace is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// The provider said that it is too much: 429 or 529.
    TooMuch,
    /// An answer that holds what was asked for, or tries to.
    Fine,
    /// Any other answer.
    Refused,
    /// There was none.
    Silence,
}

enum Next {
    Go,
    /// Not before this much time.
    In(Duration),
    /// Not before another call ends.
    Full,
}

impl Pace {
    pub fn new(traffic: &Traffic) -> Self {
        let now = Instant::now();
        let limits = traffic.limits;
        let configured = [
            limits.requests,
            limits.tokens,
            limits.input_tokens,
            limits.output_tokens,
        ];
        #[expect(clippy::cast_precision_loss, reason = "at most 1024")]
        let most = traffic.concurrency.map(|most| most as f64);
        Self {
            state: RefCell::new(State {
                buckets: configured.map(|limit| Bucket::new(limit, now)),
                load: Load::default(),
                serial: 0,
                in_flight: 0,
                window: most.unwrap_or(UNKNOWN),
                most,
                cut: false,
                last: 0,
                longer: 0,
                judged: 0,
                rest_until: None,
                rest: REST,
                found: None,
                answered: 0,
                counted_from: now,
                scout: Scout::NotSent,
            }),
            changed: Notify::new(),
            turn: Mutex::new(()),
            fresh: Mutex::new(()),
        }
    }

    /// Waits to be the next.
    pub async fn turn(&self, fresh: bool) -> Turn<'_> {
        let fresh = if fresh {
            Some(self.fresh.lock().await)
        } else {
            None
        };
        (fresh, self.turn.lock().await)
    }

    /// Waits until a request of this size may go; `None` once stopped.
    pub async fn pass(
        &self,
        _turn: &Turn<'_>,
        bytes: usize,
        max_tokens: u32,
        stop: &CancellationToken,
    ) -> Option<Pass<'_>> {
        loop {
            if stop.is_cancelled() {
                return None;
            }
            let wait = match self.state.borrow().next(bytes, max_tokens) {
                Next::Go => break,
                Next::In(time) => Some(time),
                Next::Full => None,
            };
            tokio::select! {
                () = sleep(wait) => {}
                () = self.changed.notified() => {}
                () = stop.cancelled() => {}
            }
        }
        let marks = self.state.borrow_mut().send(bytes, max_tokens);
        Some(Pass { pace: self, marks })
    }

    /// The limits that are known by now.
    pub fn limits(&self) -> Limits {
        let state = self.state.borrow();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "limits are positive and far below 2^53"
        )]
        let limit = |n: usize| {
            // What was found by running into it is a guess, and stays here.
            let known = n > 0 || state.found.is_none();
            let limit = state.buckets[n].limit().filter(|_| known)?;
            Some(limit.round() as u64)
        };
        Limits {
            requests: limit(0),
            tokens: limit(1),
            input_tokens: limit(2),
            output_tokens: limit(3),
        }
    }
}

async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}

impl Pass<'_> {
    /// Takes in what the answer says of the limits, of its own size, and of how long to rest.
    pub fn answered(
        &self,
        sign: Sign,
        readings: &[Option<Reading>; 4],
        usage: Option<(usize, Usage)>,
        retry_after: Option<Duration>,
    ) {
        let mut state = self.pace.state.borrow_mut();
        if let Some((bytes, usage)) = usage {
            state.load.learn(bytes, &usage);
        }
        state.learn(&self.marks, sign, readings, retry_after);
        self.pace.changed.notify_one();
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut state = self.pace.state.borrow_mut();
        state.in_flight -= 1;
        state.scout = Scout::Back;
        self.pace.changed.notify_one();
    }
}

impl State {
    fn next(&self, bytes: usize, max_tokens: u32) -> Next {
        let now = Instant::now();
        if let Some(until) = self.rest_until.filter(|until| *until > now) {
            return Next::In(until - now);
        }
        if let Scout::Away(since) = self.scout {
            let waited = now - since;
            if waited < SCOUT {
                return Next::In(SCOUT - waited);
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 1024")]
        if self.in_flight as f64 >= self.window.floor() {
            return Next::Full;
        }
        let charges = self.load.charges(bytes, max_tokens);
        let waits = self.buckets.iter().zip(charges);
        waits
            .filter_map(|(bucket, charge)| bucket.wait(charge, now))
            .max()
            .map_or(Next::Go, Next::In)
    }

    fn send(&mut self, bytes: usize, max_tokens: u32) -> [Mark; 4] {
        let now = Instant::now();
        self.serial += 1;
        self.in_flight += 1;
        if self.scout == Scout::NotSent {
            self.scout = Scout::Away(now);
        }
        let charges = self.load.charges(bytes, max_tokens);
        let serial = self.serial;
        std::array::from_fn(|n| self.buckets[n].send(serial, charges[n], now))
    }

    fn learn(
        &mut self,
        marks: &[Mark; 4],
        sign: Sign,
        readings: &[Option<Reading>; 4],
        retry_after: Option<Duration>,
    ) {
        let now = Instant::now();
        let mut exhausted = false;
        let mut rest: Option<Duration> = None;
        for ((bucket, mark), reading) in self.buckets.iter_mut().zip(marks).zip(readings) {
            let Some(reading) = reading else { continue };
            bucket.learn(mark, reading, now);
            if reading.remaining == Some(0.0) {
                exhausted = true;
                // A bucket whose refill is known says itself when to go on, unless it was wrong: then it refills at once,
                // at the end of a window, and the provider knows when that is.
                if bucket.limit().is_none() || sign == Sign::TooMuch {
                    rest = rest.max(Some(reading.reset.unwrap_or(self.rest)));
                }
            }
        }
        match sign {
            Sign::TooMuch => {
                self.too_much(marks[0].serial, retry_after, now);
                self.exhausted(rest, now);
            }
            Sign::Fine => {
                self.note(false);
                self.rest = REST;
                self.answered += 1;
                self.probe();
                if exhausted {
                    self.cut = true;
                    self.exhausted(rest, now);
                } else {
                    self.grow();
                }
            }
            Sign::Refused => self.note(false),
            Sign::Silence => {}
        }
    }

    fn note(&mut self, too_much: bool) {
        self.last = self.last << 1 | u8::from(too_much);
        self.longer = self.longer << 1 | u32::from(too_much);
    }

    /// One "too many requests" is an accident; three in a row, or five of the last eight, halve the window and pause
    /// everything.
    fn too_much(&mut self, serial: u64, retry_after: Option<Duration>, now: Instant) {
        if serial <= self.judged {
            return;
        }
        self.note(true);
        if self.last.trailing_ones() < IN_A_ROW && self.last.count_ones() < OF_EIGHT {
            return;
        }
        self.last = 0;
        self.judged = self.serial;
        self.cut = true;
        self.window = (self.window / 2.0).max(1.0);
        let asked = retry_after.unwrap_or_default().max(self.rest);
        self.rest_for(asked, now);
        if self.longer.count_ones() >= OF_32 {
            self.slow_down(now);
        }
        self.rest = (self.rest * 2).min(LONGEST_REST);
    }

    /// No call goes out before this time is over.
    fn rest_for(&mut self, time: Duration, now: Instant) {
        let until = now + time.min(LONGEST_PAUSE);
        self.rest_until = self.rest_until.max(Some(until));
    }

    /// A provider that says "too much" and not how much is enough: half of what got through is tried, and from there
    /// a little more with each answer.
    fn slow_down(&mut self, now: Instant) {
        if self.found.is_none() && self.buckets.iter().any(|bucket| bucket.limit().is_some()) {
            return;
        }
        let time = (now - self.counted_from).as_secs_f64().max(1.0);
        #[expect(clippy::cast_precision_loss, reason = "a count of answers")]
        let through = self.answered as f64 / time;
        let rate = self
            .found
            .map_or(through, |found| found.min(through.max(found / 2.0)));
        let rate = (rate / 2.0).max(LEAST_RATE);
        self.found = Some(rate);
        self.buckets[0].keep(rate, now);
        self.answered = 0;
        self.counted_from = now;
    }

    /// More is tried, as slowly as the limit that was found allows.
    fn probe(&mut self) {
        if let Some(found) = self.found.filter(|_| self.buckets[0].is_own()) {
            let more = found * MORE;
            self.found = Some(more);
            self.buckets[0].set_rate(more);
        }
    }

    /// Nothing remains. Where only the provider knows when there is more, no more calls may be in flight than there are now,
    /// and everything rests until then.
    fn exhausted(&mut self, rest: Option<Duration>, now: Instant) {
        if let Some(rest) = rest {
            #[expect(clippy::cast_precision_loss, reason = "at most 1024")]
            let in_flight = self.in_flight as f64;
            self.window = self.window.min(in_flight).max(1.0);
            self.rest_for(rest, now);
        }
    }

    fn grow(&mut self) {
        let told = self.buckets.iter().any(|bucket| bucket.limit().is_some());
        let known = told && self.found.is_none();
        let most = self.most.unwrap_or(if known { MOST } else { UNKNOWN });
        #[expect(clippy::cast_precision_loss, reason = "at most 1024")]
        if self.in_flight as f64 + 1.0 >= self.window {
            let step = if self.cut { 1.0 / self.window } else { 1.0 };
            self.window = (self.window + step).min(most.max(1.0));
        }
    }
}
