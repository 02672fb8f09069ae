//! What is left of one limited resource: a token bucket that is read off the provider's own headers.
//!
//! A header says what remained when the provider looked. Whether it looked when it let the call in or when it answered,
//! nobody documents; both are reckoned, and the smaller result counts. In a steady flow they are equal, and in a burst
//! the smaller one is the one that does not run into the limit.

use super::headers::Reading;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// A limit without a remainder, as the configuration gives it, is spent evenly: this share of a minute may come at once.
const BURST: f64 = 1.0 / 60.0;
/// This share of the largest remainder seen is left alone: clocks and roundings differ a little.
const RESERVE: f64 = 0.01;
/// A reset further away than this belongs to a limit of an hour or a day.
const MINUTE: Duration = Duration::from_secs(60);

/// A call that was sent less than this ago may not have arrived when the provider looked, and two that were sent within
/// this time may have arrived in either order.
const ON_THE_WAY: Duration = Duration::from_millis(200);

/// Where a limit is configured and nobody ever tells what remains, calls are remembered for so long.
const LONGEST_CALL: Duration = Duration::from_secs(600);

/// When a call went out, and what it was reckoned to take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub serial: u64,
    at: Instant,
    charge: f64,
}

/// A call that was sent, and what remained by its answer, and when that came.
#[derive(Debug, Clone, Copy)]
struct Sent {
    mark: Mark,
    told: Option<(f64, Instant)>,
}

impl Sent {
    /// Whether nothing was known of it at that time.
    fn unanswered(&self, at: Instant) -> bool {
        self.told.is_none_or(|(_, told)| told > at)
    }
}

/// The newest call whose answer told what remained.
#[derive(Debug, Clone, Copy)]
struct Newest {
    mark: Mark,
    remaining: f64,
    told: Instant,
}

/// What is left, reckoned onward from a moment at which it was known.
#[derive(Debug, Clone, Copy)]
struct Level {
    at: Instant,
    amount: f64,
    /// The largest amount that fits in.
    most: f64,
}

impl Level {
    fn refilled(self, rate: f64, now: Instant) -> f64 {
        let more = rate * now.saturating_duration_since(self.at).as_secs_f64();
        (self.amount + more).min(self.most)
    }

    fn take(&mut self, rate: f64, mark: &Mark) {
        self.amount = self.refilled(rate, mark.at) - mark.charge;
        self.at = self.at.max(mark.at);
    }

    /// How much is missing until a call of this charge fits.
    fn short(self, rate: f64, charge: f64, now: Instant) -> f64 {
        // A call that is larger than the whole bucket goes when the bucket is full.
        let needed = (charge + RESERVE * self.most).min(self.most);
        needed - self.refilled(rate, now)
    }
}

/// One resource of one key and model.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Refill a second; `None` while no limit is known.
    rate: Option<f64>,
    /// The rate that the configuration gives; no header loosens it.
    configured: Option<f64>,
    /// The largest amount that the provider was seen to let fit in.
    most: f64,
    /// What is left, by each way to understand what was told; the smallest counts.
    levels: Vec<Level>,
    newest: Option<Newest>,
    /// Calls sent after that one, or so shortly before that they may have arrived after it.
    recent: VecDeque<Sent>,
    /// How much more than reckoned the provider takes for a call.
    factor: f64,
}

impl Bucket {
    pub fn new(configured: Option<u64>, now: Instant) -> Self {
        let mut bucket = Self {
            rate: None,
            configured: None,
            most: 0.0,
            levels: Vec::new(),
            newest: None,
            recent: VecDeque::new(),
            factor: 1.0,
        };
        #[expect(clippy::cast_precision_loss, reason = "limits are far below 2^53")]
        if let Some(limit) = configured {
            bucket.keep(limit as f64 / 60.0, now);
        }
        bucket
    }

    /// The refill is known, by the configuration or by running into it, and nobody reports what remains: that is kept here.
    pub fn keep(&mut self, rate: f64, now: Instant) {
        self.set_rate(rate);
        let most = (rate * 60.0 * BURST).max(1.0);
        self.levels = vec![Level {
            at: now,
            amount: most,
            most,
        }];
    }

    /// Whether nobody but this side knows a limit.
    pub fn is_own(&self) -> bool {
        self.newest.is_none()
    }

    /// Another refill for a limit that is kept here.
    pub fn set_rate(&mut self, rate: f64) {
        self.rate = Some(rate);
        self.configured = Some(rate);
    }

    /// The limit a minute, where one is known.
    pub fn limit(&self) -> Option<f64> {
        self.rate.map(|rate| rate * 60.0)
    }

    /// How long until a call of this charge fits; `None` where nothing is known to be in its way.
    pub fn wait(&self, charge: f64, now: Instant) -> Option<Duration> {
        let rate = self.rate?;
        let levels = self.levels.iter();
        let short = levels
            .map(|level| level.short(rate, charge * self.factor, now))
            .reduce(f64::max)?;
        (short > 1e-9).then(|| Duration::from_secs_f64((short / rate).clamp(0.001, 3600.0)))
    }

    /// A call goes out.
    pub fn send(&mut self, serial: u64, charge: f64, now: Instant) -> Mark {
        let mark = Mark {
            serial,
            at: now,
            charge: charge * self.factor,
        };
        if let Some(rate) = self.rate {
            for level in &mut self.levels {
                level.take(rate, &mark);
            }
        }
        self.recent.push_back(Sent { mark, told: None });
        while self.recent.front().is_some_and(|old| match self.newest {
            _ if self.rate.is_none() => old.mark.at + ON_THE_WAY < now,
            Some(newest) => old.mark.at + ON_THE_WAY < newest.mark.at,
            None => old.mark.at + LONGEST_CALL < now,
        }) {
            self.recent.pop_front();
        }
        mark
    }

    /// An answer told what remains.
    pub fn learn(&mut self, mark: &Mark, reading: &Reading, now: Instant) {
        if let Some(limit) = reading.limit {
            let told = per_second(limit, reading);
            self.rate = Some(self.configured.map_or(told, |own| own.min(told)));
        }
        let Some(rate) = self.rate else { return };
        let Some(remaining) = reading.remaining else {
            if self.levels.is_empty() {
                self.keep(rate, now);
            }
            return;
        };
        let sent = self.recent.iter_mut();
        if let Some(sent) = sent.rev().find(|sent| sent.mark.serial == mark.serial) {
            sent.told = Some((remaining, now));
        }
        if self
            .newest
            .is_none_or(|newest| newest.mark.serial < mark.serial)
        {
            self.most = self.most.max(remaining + mark.charge);
            self.compare(rate, mark, remaining);
            self.newest = Some(Newest {
                mark: *mark,
                remaining,
                told: now,
            });
        }
        self.reckon(rate);
    }

    /// What is left by what the newest answer told, and those of the calls that may have arrived after it.
    fn reckon(&mut self, rate: f64) {
        let Some(newest) = self.newest else { return };
        let Newest { mark, told, .. } = newest;
        let around = |sent: &&Sent| sent.mark.at + ON_THE_WAY > mark.at;
        let before = |sent: &&Sent| sent.mark.serial < mark.serial;
        let earlier = self.recent.iter().filter(around).filter(before);
        let least = earlier
            .filter_map(|sent| sent.told)
            .fold(newest.remaining, |least, (told, _)| least.min(told));
        let mut when_let_in = Level {
            at: mark.at,
            amount: least,
            most: self.most,
        };
        let mut when_answered = Level {
            at: told,
            amount: newest.remaining,
            most: self.most,
        };
        let others = self.recent.iter().filter(around);
        for sent in others.filter(|sent| sent.mark.serial != mark.serial) {
            if sent.told.is_none() {
                when_let_in.take(rate, &sent.mark);
            }
            if sent.mark.at + ON_THE_WAY > told && sent.unanswered(told) {
                when_answered.take(rate, &sent.mark);
            }
        }
        let own = self
            .levels
            .first()
            .copied()
            .filter(|_| self.configured.is_some());
        self.levels = own
            .into_iter()
            .chain([when_let_in, when_answered])
            .collect();
    }

    /// Between two calls in a row, what the provider took for the second can be read off the remainders.
    fn compare(&mut self, rate: f64, mark: &Mark, remaining: f64) {
        let Some(Newest {
            mark: before,
            remaining: left,
            ..
        }) = self.newest
        else {
            return;
        };
        let refilled = left + rate * (mark.at - before.at).as_secs_f64();
        // A request is a request: only tokens can be counted otherwise than they are used.
        let told = mark.charge > 1.0 && refilled < self.most;
        if before.serial + 1 != mark.serial || !told {
            return;
        }
        let seen = (refilled - remaining) / mark.charge * self.factor;
        if seen > 0.0 {
            self.factor = (0.8 * self.factor + 0.2 * seen).clamp(1.0, 8.0);
        }
    }
}

/// Limits are a minute's, unless their reset says that they last longer.
fn per_second(limit: f64, reading: &Reading) -> f64 {
    let a_minute = limit / 60.0;
    match (reading.reset, reading.remaining) {
        (Some(reset), Some(remaining)) if reset > MINUTE && remaining < limit => {
            a_minute.min((limit - remaining) / reset.as_secs_f64())
        }
        _ => a_minute,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(limit: f64, remaining: f64) -> Reading {
        Reading {
            limit: Some(limit),
            remaining: Some(remaining),
            reset: None,
        }
    }

    #[test]
    fn nothing_is_in_the_way_until_something_is_known() {
        let now = Instant::now();
        let mut bucket = Bucket::new(None, now);
        assert_eq!(bucket.wait(1.0, now), None);
        let mark = bucket.send(1, 1.0, now);
        bucket.learn(&mark, &told(600.0, 99.0), now);
        // 99 remain, one of them is left alone: 98 calls go at once, the next ones every tenth of a second.
        for serial in 2..100 {
            assert_eq!(bucket.wait(1.0, now), None, "{serial}");
            bucket.send(serial, 1.0, now);
        }
        let wait = bucket.wait(1.0, now).unwrap();
        assert!((wait.as_secs_f64() - 0.1).abs() < 0.01, "{wait:?}");
        assert_eq!(bucket.wait(1.0, now + wait), None);
    }

    #[test]
    fn a_configured_limit_is_spent_evenly() {
        let now = Instant::now();
        let mut bucket = Bucket::new(Some(60), now);
        assert_eq!(bucket.wait(1.0, now), None);
        bucket.send(1, 1.0, now);
        let wait = bucket.wait(1.0, now).unwrap();
        assert!((wait.as_secs_f64() - 1.0).abs() < 0.01, "{wait:?}");
        bucket.send(2, 1.0, now + wait);
        let next = bucket.wait(1.0, now + wait).unwrap();
        assert!((next.as_secs_f64() - 1.0).abs() < 0.02, "{next:?}");
        // What a header says never loosens it.
        let mark = bucket.send(3, 1.0, now + wait + next);
        bucket.learn(&mark, &told(6000.0, 50.0), now + wait + next);
        assert_eq!(bucket.limit(), Some(60.0));
    }

    #[test]
    fn a_limit_of_a_day_is_told_by_its_reset() {
        let now = Instant::now();
        let mut bucket = Bucket::new(None, now);
        let mark = bucket.send(1, 1.0, now);
        let reading = Reading {
            limit: Some(200.0),
            remaining: Some(199.0),
            reset: Some(Duration::from_secs(432)),
        };
        bucket.learn(&mark, &reading, now);
        // 200 a day.
        assert!((bucket.limit().unwrap() - 200.0 / 1440.0).abs() < 1e-9);
    }

    #[test]
    fn an_overtaken_answer_tells_nothing() {
        let now = Instant::now();
        let mut bucket = Bucket::new(None, now);
        let first = bucket.send(1, 1.0, now);
        let second = bucket.send(2, 1.0, now);
        bucket.learn(&second, &told(60.0, 0.0), now);
        bucket.learn(&first, &told(60.0, 5.0), now);
        assert!(bucket.wait(1.0, now).is_some());
    }

    #[test]
    fn calls_that_arrive_in_another_order_are_counted() {
        let now = Instant::now();
        let mut bucket = Bucket::new(None, now);
        let scout = bucket.send(1, 1.0, now);
        bucket.learn(&scout, &told(600.0, 9.0), now);
        let later = now + Duration::from_secs(1);
        let marks: Vec<Mark> = (2..=10).map(|n| bucket.send(n, 1.0, later)).collect();
        // The last one came first: the other eight are still to be taken.
        bucket.learn(&marks[8], &told(600.0, 8.0), later);
        assert!(bucket.wait(1.0, later).is_some());
        // Each is known by its own answer, in whatever order that comes.
        for (mark, left) in marks.iter().zip((0..8).rev()) {
            bucket.learn(mark, &told(600.0, f64::from(left)), later);
        }
        let wait = bucket.wait(1.0, later).unwrap();
        assert!(wait > Duration::from_millis(50), "{wait:?}");
    }

    #[test]
    fn what_a_call_really_takes_is_learned() {
        let mut now = Instant::now();
        let mut bucket = Bucket::new(None, now);
        let mut remaining = 10_000.0;
        for serial in 1..40 {
            let mark = bucket.send(serial, 100.0, now);
            remaining -= 300.0;
            bucket.learn(&mark, &told(6000.0, remaining), now);
            now += Duration::from_secs(1);
            remaining += 100.0;
        }
        assert!((bucket.factor - 3.0).abs() < 0.1, "{}", bucket.factor);
    }
}
