//! What an attempt leaves behind: a line in the ledger, and its share of what was spent.

use super::Job;
use crate::asking::Subject;
use crate::error::{Error, Kind, Result};
use crate::rater::{Llm, Nanodollars, Usage};
use crate::reply::Verdict;
use crate::shell::http::Exchange;
use crate::wire::{Answer, Failure, RequestRecord};
use serde::Serialize;
use std::time::Duration;

/// One attempt, as it went.
pub(in crate::shell) struct Attempt<'a> {
    number: u32,
    status: Option<u16>,
    body: Option<String>,
    request_id: Option<String>,
    outcome: &'static str,
    error: Option<String>,
    model: &'a str,
    model_reported: String,
    usage: Option<Usage>,
    cost: Option<Nanodollars>,
    request_bytes: usize,
    milliseconds: u128,
}

#[derive(Serialize)]
struct Line<'a> {
    time: String,
    rater: &'a str,
    occupation_id: &'a str,
    task_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<&'a str>,
    sample: u32,
    key: String,
    purpose: &'a str,
    attempt: u32,
    model: &'a str,
    model_reported: &'a str,
    outcome: &'a str,
    status: Option<u16>,
    request_id: Option<&'a str>,
    milliseconds: u128,
    request_bytes: usize,
    usage: Option<Usage>,
    cost_nanodollars: Option<Nanodollars>,
    error: Option<&'a str>,
    body: Option<&'a str>,
    /// Where the attempt settles its question: from it `cache rebuild` makes the entry again.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<&'a RequestRecord>,
}

impl<'a> Attempt<'a> {
    pub fn new<R>(
        llm: &'a Llm,
        sent: &std::result::Result<Exchange, Failure>,
        read: &std::result::Result<(Verdict<R>, Answer), Failure>,
        number: u32,
        request_bytes: usize,
        took: Duration,
    ) -> Self {
        let answer = read.as_ref().ok().map(|(_, answer)| answer);
        let usage = answer.and_then(|answer| answer.usage);
        let status = sent.as_ref().ok().map(|got| got.status);
        let free = read.as_ref().is_err_and(|failure| !failure.may_cost);
        let cost = match (usage, llm.price) {
            _ if free => Some(Nanodollars(0)),
            (Some(usage), Some(price)) => Some(price.cost(&usage)),
            _ => None,
        };
        let (outcome, error) = match read {
            Ok((verdict @ Verdict::Invalid(reason), _)) => {
                (verdict.outcome().name(), Some(reason.clone()))
            }
            Ok((verdict, _)) => (verdict.outcome().name(), None),
            Err(failure) => (failure.outcome.name(), Some(failure.message.clone())),
        };
        let headers = sent.as_ref().ok().map(|got| &got.headers);
        let request_id = headers
            .and_then(|headers| headers.get("x-request-id").or(headers.get("request-id")))
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        Self {
            number,
            status,
            body: sent.as_ref().ok().map(|got| super::text(&got.body)),
            request_id,
            outcome,
            error,
            model: &llm.model,
            model_reported: answer
                .map(|answer| answer.model.clone())
                .unwrap_or_default(),
            usage,
            cost,
            request_bytes,
            milliseconds: took.as_millis(),
        }
    }

    /// What it cost; `None` where nobody knows.
    pub fn cost(&self) -> Option<Nanodollars> {
        self.cost
    }

    /// Its line in the ledger, with the line end.
    pub fn line(
        &self,
        rater: &str,
        job: &Job<impl Subject>,
        purpose: &str,
        request: Option<&RequestRecord>,
    ) -> Result<Vec<u8>> {
        let line = Line {
            time: now(),
            rater,
            occupation_id: job.subject.occupation_id(),
            task_id: job.subject.task_id(),
            part: job.subject.part(),
            sample: job.sample,
            key: blake3::Hash::from_bytes(job.key).to_hex().to_string(),
            purpose,
            attempt: self.number,
            model: self.model,
            model_reported: &self.model_reported,
            outcome: self.outcome,
            status: self.status,
            request_id: self.request_id.as_deref(),
            milliseconds: self.milliseconds,
            request_bytes: self.request_bytes,
            usage: self.usage,
            cost_nanodollars: self.cost,
            error: self.error.as_deref(),
            body: self.body.as_deref(),
            request,
        };
        let mut bytes = serde_json::to_vec(&line).map_err(|error| {
            Error::new(Kind::Internal, "an attempt cannot be encoded").because(error)
        })?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

/// What the attempts at one question used.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::shell) struct Spent {
    pub attempts: u64,
    /// Attempts whose cost is not known.
    pub unknown: u64,
    /// Sum of the known costs.
    pub known: Nanodollars,
    usage: Usage,
    usage_unknown: bool,
}

impl Spent {
    pub(super) fn add(&mut self, attempt: &Attempt<'_>) {
        self.attempts += 1;
        match attempt.cost {
            Some(cost) => self.known = self.known.plus(cost),
            None => self.unknown += 1,
        }
        match attempt.usage {
            Some(usage) => {
                self.usage = self.usage.plus(usage);
            }
            None => self.usage_unknown |= attempt.cost.is_none(),
        }
    }

    /// The whole cost; `None` when a part of it is unknown.
    pub fn cost(&self) -> Option<Nanodollars> {
        (self.unknown == 0).then_some(self.known)
    }

    /// The tokens that answers reported.
    pub fn known_usage(&self) -> Usage {
        self.usage
    }

    /// All tokens; `None` when a part of them is unknown.
    pub fn usage(&self) -> Option<Usage> {
        (!self.usage_unknown).then_some(self.usage)
    }
}

/// Now, as files write it (RFC 3339, UTC).
pub(in crate::shell) fn now() -> String {
    jiff::Timestamp::now().to_string()
}
