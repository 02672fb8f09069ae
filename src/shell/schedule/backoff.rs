//! How long a failed call waits: as long as the provider says, else a random part of a doubling time (full jitter, so
//! that calls that failed together do not come back together).

use crate::rating::Outcome;
use http::HeaderMap;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// Attempts a call gets, the first included.
const ATTEMPTS: u32 = 6;
/// The same for a call that was told to come later: it cost nothing, and under a limit that no header tells some calls are told
/// so again and again by bad luck alone.
const LIMITED_ATTEMPTS: u32 = 9;
/// Longest time from the first attempt to the last.
pub(super) const DEADLINE: Duration = Duration::from_secs(600);
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);
/// Share of what the provider asks for that is added at random, and the most it can be: enough to spread calls that were
/// told the same, and no second wait on top of the first.
const SPREAD: f64 = 0.05;
const LONGEST_SPREAD: Duration = Duration::from_millis(500);

/// Attempts of a call whose last one ended so.
pub(super) fn attempts(outcome: Outcome) -> u32 {
    match outcome {
        Outcome::RateLimited => LIMITED_ATTEMPTS,
        _ => ATTEMPTS,
    }
}

/// The waits of one call.
pub(super) struct Backoff {
    started: Instant,
    next: Duration,
}

impl Backoff {
    /// The waits of a call whose first attempt went out then.
    pub fn start(started: Instant) -> Self {
        Self {
            started,
            next: FIRST,
        }
    }

    /// The next wait; `None` when it would end after the deadline.
    pub fn next(&mut self, retry_after: Option<Duration>) -> Option<Duration> {
        let jittered = self.next.mul_f64(fastrand::f64());
        self.next = (self.next * 2).min(LONGEST);
        // "Again at once" is no answer to a failure.
        let asked = retry_after.filter(|asked| !asked.is_zero());
        let wait = asked.map_or(jittered, |asked| {
            let spread = asked.mul_f64(SPREAD).min(LONGEST_SPREAD);
            asked + spread.mul_f64(fastrand::f64())
        });
        (self.started.elapsed() + wait < DEADLINE).then_some(wait)
    }
}

/// What the provider asks for: `retry-after-ms`, or `retry-after` in seconds, decimals or as an HTTP date.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let seconds = |number: f64| Duration::try_from_secs_f64(number).ok();
    if let Some(wait) = text("retry-after-ms").and_then(|ms| ms.parse::<f64>().ok()) {
        return seconds(wait / 1000.0);
    }
    let value = text("retry-after")?;
    if let Ok(number) = value.parse::<f64>() {
        return seconds(number);
    }
    let date = httpdate::parse_http_date(value).ok()?;
    // By the provider's clock, where it tells the time: ours may be wrong.
    let now = text("date").and_then(|date| httpdate::parse_http_date(date).ok());
    let left = date.duration_since(now.unwrap_or_else(SystemTime::now));
    Some(left.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn asked(name: &'static str, value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        retry_after(&headers)
    }

    #[test]
    fn every_form_of_retry_after_is_read() {
        assert_eq!(asked("retry-after", "7"), Some(Duration::from_secs(7)));
        assert_eq!(
            asked("retry-after", " 0.25 "),
            Some(Duration::from_millis(250))
        );
        assert_eq!(
            asked("retry-after-ms", "120"),
            Some(Duration::from_millis(120))
        );
        let soon = SystemTime::now() + Duration::from_secs(90);
        let wait = asked("retry-after", &httpdate::fmt_http_date(soon)).unwrap();
        assert!((88..=90).contains(&wait.as_secs()), "{wait:?}");
        assert_eq!(
            asked("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT"),
            Some(Duration::ZERO)
        );
        for nonsense in ["-3", "soon", "NaN", ""] {
            assert_eq!(asked("retry-after", nonsense), None, "{nonsense}");
        }
    }

    #[test]
    fn waits_double_stay_bounded_and_respect_the_provider() {
        let mut backoff = Backoff::start(Instant::now());
        for n in 0..12 {
            let bound = (FIRST * 2_u32.pow(n.min(10))).min(LONGEST);
            assert!(backoff.next(None).unwrap() <= bound);
        }
        let asked = Duration::from_secs(3);
        let wait = backoff.next(Some(asked)).unwrap();
        assert!(wait >= asked && wait <= asked.mul_f64(1.0 + SPREAD));
        assert_eq!(backoff.next(Some(DEADLINE)), None);
    }
}
