//! What came in and what went out: recorded requests and counts.

use std::collections::{BTreeMap, HashMap, HashSet};

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::limit::Admission;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The path, without the query.
    pub path: String,
    /// Headers by lower-case name; of a repeated one, the last.
    pub headers: BTreeMap<String, String>,
    /// The body as JSON; null when it is not JSON.
    pub body: Value,
    /// The body as sent.
    pub raw: Bytes,
    /// The model asked for; empty when there is none.
    pub model: String,
}

/// One finished exchange, for a log line. It holds no header and no text.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The path.
    pub path: String,
    /// The model asked for.
    pub model: String,
    /// The status sent; `None` when the connection was reset or the client left.
    pub status: Option<u16>,
    /// Milliseconds from the whole request to the reply.
    pub ms: u128,
    /// The faults that applied, by name.
    pub faults: Vec<String>,
}

/// Counts since the start or the last reset. Requests to `/_…` are not counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stats {
    /// Requests received.
    pub requests: u64,
    /// Requests by path.
    pub by_path: BTreeMap<String, u64>,
    /// Requests by model.
    pub by_model: BTreeMap<String, u64>,
    /// Replies by status; `none` counts requests that got no status.
    pub by_status: BTreeMap<String, u64>,
    /// Requests being answered now.
    pub in_flight: u64,
    /// The most requests being answered at one time.
    pub max_in_flight: u64,
    /// Requests refused because of a limit, by model.
    pub limited: BTreeMap<String, u64>,
    /// Requests let in where there are limits, by model.
    pub admitted: BTreeMap<String, Vec<Admission>>,
}

impl Stats {
    /// The body of `GET /_stats`.
    pub fn to_json(&self) -> Value {
        json!({
            "simulated": true,
            "requests": self.requests,
            "by_path": self.by_path,
            "by_model": self.by_model,
            "by_status": self.by_status,
            "in_flight": self.in_flight,
            "max_in_flight": self.max_in_flight,
            "limited": self.limited,
            "admitted": self.admitted.iter().map(|(model, all)| (model.clone(), all.len())).collect::<BTreeMap<_, _>>(),
        })
    }

    /// The share of a limit a minute that one model's requests used after the first bucket (a sixth of the limit) was
    /// spent, from the first admission to the last. What of a request counts is for the caller to say.
    pub fn share_used(&self, model: &str, limit: u64, counts: impl Fn(&Admission) -> u64) -> f64 {
        let all = self.admitted.get(model).map_or(&[][..], Vec::as_slice);
        let (Some(first), Some(last)) = (all.first(), all.last()) else {
            return 0.0;
        };
        let limit = limit as f64;
        let seconds = (last.ms - first.ms) as f64 / 1000.0;
        let used: u64 = all.iter().map(counts).sum();
        (used as f64 - limit / 6.0) / (seconds * limit / 60.0)
    }
}

/// The mutable memory of a provider.
#[derive(Debug, Default)]
pub struct Ledger {
    /// Counts.
    pub stats: Stats,
    /// Requests in order of arrival.
    pub requests: Vec<Recorded>,
    prefixes: HashSet<u64>,
    answered: HashMap<String, (u64, String)>,
    serial: u64,
}

impl Ledger {
    /// Counts a request that starts; the answer is its number, from 1.
    pub fn begin(&mut self, path: &str, model: &str) -> u64 {
        self.stats.requests += 1;
        *self.stats.by_path.entry(path.to_owned()).or_default() += 1;
        if !model.is_empty() {
            *self.stats.by_model.entry(model.to_owned()).or_default() += 1;
        }
        self.stats.in_flight += 1;
        self.stats.max_in_flight = self.stats.max_in_flight.max(self.stats.in_flight);
        self.serial += 1;
        self.serial
    }

    /// Counts a request that ends.
    pub fn end(&mut self, status: Option<u16>) {
        let name = status.map_or_else(|| "none".to_owned(), |status| status.to_string());
        *self.stats.by_status.entry(name).or_default() += 1;
        self.stats.in_flight = self.stats.in_flight.saturating_sub(1);
    }

    /// Remembers number and task of the request that is answered now, and returns those of the one before, by model.
    pub fn remember_answer(
        &mut self,
        model: &str,
        serial: u64,
        task: &str,
    ) -> Option<(u64, String)> {
        self.answered
            .insert(model.to_owned(), (serial, task.to_owned()))
    }

    /// Whether a prompt with this prefix has been answered.
    pub fn knows_prefix(&self, hash: u64) -> bool {
        self.prefixes.contains(&hash)
    }

    /// Remembers the prefix of a prompt that is answered.
    pub fn remember_prefix(&mut self, hash: u64) {
        self.prefixes.insert(hash);
    }

    /// Forgets everything but the requests that are being answered now.
    pub fn reset(&mut self) {
        let in_flight = self.stats.in_flight;
        *self = Self::default();
        self.stats.in_flight = in_flight;
        self.stats.max_in_flight = in_flight;
    }
}

/// Headers as a map of lower-case names; bytes that are not text are replaced.
pub fn header_map(headers: &HeaderMap) -> BTreeMap<String, String> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    headers
        .iter()
        .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
        .collect()
}
