//! Rate limits as the vendors keep them: a token bucket for each resource of each model.
//!
//! A bucket holds a sixth of its limit (ten seconds' worth), is full at the start and is refilled all the time. A
//! request takes from all buckets at once or, where one of them has too little, from none. Time is an argument.

use std::collections::HashMap;
use std::time::{Duration, Instant, SystemTime};

use serde::Serialize;

use super::wire::{Failure, Wire};

/// Limits of every model, each with buckets of its own; none where `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Requests a minute.
    pub requests_per_minute: Option<u64>,
    /// Tokens a minute, in and out together.
    pub tokens_per_minute: Option<u64>,
    /// Input tokens a minute; what is read from a prompt cache does not count.
    pub input_tokens_per_minute: Option<u64>,
    /// Output tokens a minute.
    pub output_tokens_per_minute: Option<u64>,
}

/// A request that was let in: when, and what it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Admission {
    /// Milliseconds since the start or the last reset of the provider.
    pub ms: u64,
    /// Input tokens that count.
    pub input: u64,
    /// Output tokens.
    pub output: u64,
}

/// What a request takes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cost {
    /// Input tokens that count.
    pub input: u64,
    /// Output tokens.
    pub output: u64,
}

/// What may run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resource {
    Requests,
    Tokens,
    Input,
    Output,
}

/// The buckets of all models.
#[derive(Debug, Default)]
pub struct Limiter {
    models: HashMap<String, Vec<Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    resource: Resource,
    limit: u64,
    level: f64,
    at: Instant,
}

/// Whether a request may go on, and the headers to send with whatever is answered.
#[derive(Debug)]
pub struct Admitted {
    /// The refusal, where it may not.
    pub refusal: Option<Failure>,
    /// State of the buckets, and for a refusal when to come again.
    pub headers: Vec<(String, String)>,
}

impl Limits {
    /// Whether there is any.
    pub fn any(&self) -> bool {
        *self != Self::default()
    }

    fn buckets(&self, now: Instant) -> Vec<Bucket> {
        [
            (Resource::Requests, self.requests_per_minute),
            (Resource::Tokens, self.tokens_per_minute),
            (Resource::Input, self.input_tokens_per_minute),
            (Resource::Output, self.output_tokens_per_minute),
        ]
        .into_iter()
        .filter_map(|(resource, limit)| {
            let limit = limit?;
            let level = limit as f64 / 6.0;
            Some(Bucket {
                resource,
                limit,
                level,
                at: now,
            })
        })
        .collect()
    }
}

impl Limiter {
    /// Takes what a request costs, or says when it would fit.
    pub fn admit(
        &mut self,
        limits: &Limits,
        wire: Wire,
        model: &str,
        cost: Cost,
        now: (Instant, SystemTime),
    ) -> Admitted {
        let (instant, clock) = now;
        let fresh = || limits.buckets(instant);
        let buckets = self.models.entry(model.to_owned()).or_insert_with(fresh);
        for bucket in buckets.iter_mut() {
            bucket.refill(instant);
        }
        let short = |bucket: &&Bucket| bucket.level < cost.of(bucket.resource);
        let longest = |a: &&Bucket, b: &&Bucket| a.wait(cost).total_cmp(&b.wait(cost));
        let refused = buckets.iter().filter(short).max_by(longest);
        let refusal = refused.map(|bucket| bucket.refusal(wire, model, cost));
        let mut headers = Vec::new();
        match refused {
            Some(bucket) if bucket.ever_fits(cost) => {
                headers = retry_after(wire, bucket.wait(cost));
            }
            // No wait helps a request that is larger than the bucket.
            Some(_) => {}
            None => {
                for bucket in buckets.iter_mut() {
                    bucket.level -= cost.of(bucket.resource);
                }
            }
        }
        let split = buckets.iter().any(|bucket| bucket.resource.is_a_class());
        for bucket in buckets {
            headers.extend(bucket.headers(wire, split, clock));
        }
        Admitted { refusal, headers }
    }
}

impl Cost {
    fn of(self, resource: Resource) -> f64 {
        match resource {
            Resource::Requests => 1.0,
            Resource::Tokens => (self.input + self.output) as f64,
            Resource::Input => self.input as f64,
            Resource::Output => self.output as f64,
        }
    }
}

impl Resource {
    fn is_a_class(self) -> bool {
        matches!(self, Self::Input | Self::Output)
    }

    fn words(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Tokens => "tokens",
            Self::Input => "input tokens",
            Self::Output => "output tokens",
        }
    }
}

impl Bucket {
    fn capacity(&self) -> f64 {
        self.limit as f64 / 6.0
    }

    fn a_second(&self) -> f64 {
        self.limit as f64 / 60.0
    }

    fn refill(&mut self, now: Instant) {
        let seconds = now.saturating_duration_since(self.at).as_secs_f64();
        self.level = (self.level + seconds * self.a_second()).min(self.capacity());
        self.at = now;
    }

    fn ever_fits(&self, cost: Cost) -> bool {
        cost.of(self.resource) <= self.capacity()
    }

    /// Seconds until so much is in it.
    fn wait(&self, cost: Cost) -> f64 {
        ((cost.of(self.resource) - self.level) / self.a_second()).max(0.0)
    }

    fn refusal(&self, wire: Wire, model: &str, cost: Cost) -> Failure {
        let (words, limit) = (self.resource.words(), self.limit);
        let asked = cost.of(self.resource);
        let message = match wire {
            Wire::OpenAi if self.ever_fits(cost) => format!(
                "Rate limit reached for {model} on {words} per min: Limit {limit}, Requested {asked}. Please try again in {}.",
                go_duration(self.wait(cost))
            ),
            Wire::OpenAi => format!(
                "Request too large for {model} on {words} per min: Limit {limit}, Requested {asked}."
            ),
            Wire::Anthropic => format!(
                "This request would exceed the rate limit for your organization of {limit} {words} per minute."
            ),
        };
        let failure = Failure::new(429, message);
        match self.resource {
            Resource::Requests => failure,
            _ => failure.kind("tokens"),
        }
    }

    fn headers(&self, wire: Wire, split: bool, clock: SystemTime) -> Vec<(String, String)> {
        let name = match (wire, self.resource) {
            (Wire::OpenAi, Resource::Input | Resource::Output) => return Vec::new(),
            // Anthropic's joint count is told only where the classes have no limits of their own.
            (Wire::Anthropic, Resource::Tokens) if split => return Vec::new(),
            (_, Resource::Requests) => "requests",
            (_, Resource::Tokens) => "tokens",
            (_, Resource::Input) => "input-tokens",
            (_, Resource::Output) => "output-tokens",
        };
        let full_in = (self.capacity() - self.level) / self.a_second();
        let of = |what: &str| match wire {
            Wire::OpenAi => format!("x-ratelimit-{what}-{name}"),
            Wire::Anthropic => format!("anthropic-ratelimit-{name}-{what}"),
        };
        let reset = match wire {
            Wire::OpenAi => go_duration(full_in),
            Wire::Anthropic => rfc3339(clock, full_in),
        };
        vec![
            (of("limit"), self.limit.to_string()),
            (
                of("remaining"),
                (self.level.max(0.0).floor() as u64).to_string(),
            ),
            (of("reset"), reset),
        ]
    }
}

/// When to come again: whole seconds, and for OpenAI milliseconds besides; rounded up, so that it fits then.
fn retry_after(wire: Wire, seconds: f64) -> Vec<(String, String)> {
    let whole = (seconds.ceil() as u64).max(1);
    let mut headers = vec![("retry-after".to_owned(), whole.to_string())];
    if wire == Wire::OpenAi {
        let ms = (seconds * 1000.0).ceil() as u64 + 1;
        headers.push(("retry-after-ms".to_owned(), ms.to_string()));
    }
    headers
}

/// A duration as Go prints it, which is how OpenAI sends it: `12ms`, `1s`, `1m30.5s`, `6m0s`.
pub fn go_duration(seconds: f64) -> String {
    let ms = (seconds.max(0.0) * 1000.0).ceil() as u64;
    let (minutes, ms) = (ms / 60_000, ms % 60_000);
    if minutes == 0 && ms > 0 && ms < 1000 {
        return format!("{ms}ms");
    }
    let mut text = format!("{}.{:03}", ms / 1000, ms % 1000);
    text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    match minutes {
        0 => format!("{text}s"),
        1..60 => format!("{minutes}m{text}s"),
        _ => format!("{}h{}m{text}s", minutes / 60, minutes % 60),
    }
}

/// A time to come in whole seconds, rounded up.
fn rfc3339(clock: SystemTime, seconds: f64) -> String {
    let then = clock + Duration::from_secs_f64(seconds.max(0.0));
    let since = then
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let whole = since.as_secs() + u64::from(since.subsec_nanos() > 0);
    jiff::Timestamp::from_second(whole.cast_signed())
        .map_or_else(|_| String::new(), |t| t.to_string())
}
