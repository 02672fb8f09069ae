//! What a failed call means: its outcome, whether it is worth another try, and whether its rater can go on.

use crate::rating::Outcome;
use serde_json::Value;
use std::fmt;

/// A call without a usable answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How the question ends if this failure is the last one.
    pub outcome: Outcome,
    /// Whether the same request may succeed later.
    pub retry: bool,
    /// Whether every further call of this rater would fail alike: wrong key, no such model, no credit.
    pub stops_rater: bool,
    /// Whether it may be meant for this one request: a gateway's 403 for a text it dislikes. Where the rater has answered
    /// before, it is no reason to stop it.
    pub perhaps_one: bool,
    /// Whether the request may have reached the provider, and so may have been charged.
    pub may_cost: bool,
    /// What the provider says, shortened.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Codes by which providers say that the account, not the rate, is the limit. Whole codes only: the words of an ordinary
/// rate limit speak of billing too.
const ACCOUNT_CODES: &[&str] = &[
    "insufficient_quota",
    "billing_hard_limit_reached",
    "billing_not_active",
    "account_deactivated",
];
/// Words of those that have no code for it, in lower case.
const ACCOUNT_WORDS: &[&str] = &[
    "credit balance is too low",
    "reached your specified api usage limits",
    "organization has been disabled",
    "api key not valid",
    "invalid api key",
];

/// The error object of a body: `{"error": …}`, or the first of a list of such (Google's compatible endpoint).
fn error_of(body: &[u8]) -> Option<Value> {
    let value: Value = serde_json::from_slice(body).ok()?;
    let value = value.get(0).unwrap_or(&value);
    value.get("error").cloned()
}

/// Whether an error says that the account is empty or closed, or the key wrong.
fn account_is_the_limit(error: &Value) -> bool {
    let field = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
    let message = field("message").to_lowercase();
    [field("code"), field("type")]
        .iter()
        .any(|code| ACCOUNT_CODES.contains(code))
        || ACCOUNT_WORDS.iter().any(|words| message.contains(words))
}

/// Statuses of gateways that stopped waiting: the model behind them may have answered, and been paid.
fn may_have_cost(status: u16) -> bool {
    matches!(status, 408 | 499 | 502 | 504 | 520..=524)
}

impl Failure {
    /// A status other than 2xx.
    #[must_use]
    pub fn of_status(status: u16, body: &[u8]) -> Self {
        let words = provider_words(body);
        let account = matches!(status, 400 | 402 | 403 | 429)
            && error_of(body).is_some_and(|error| account_is_the_limit(&error));
        let (outcome, retry, stops_rater) = match status {
            _ if account => (Outcome::Auth, false, true),
            401..=404 => (Outcome::Auth, false, true),
            408 => (Outcome::Timeout, true, false),
            429 => (Outcome::RateLimited, true, false),
            409 | 500..=599 => (Outcome::Server, true, false),
            _ => (Outcome::Server, false, false),
        };
        Self {
            outcome,
            retry,
            stops_rater,
            perhaps_one: !account && matches!(status, 403 | 404),
            may_cost: may_have_cost(status),
            message: format!(
                "HTTP {status}: {words}{}",
                advice(status, &words.to_lowercase())
            ),
        }
    }

    /// A 2xx answer that is not the provider's protocol: an error object, a web page, something cut off.
    #[must_use]
    pub fn not_protocol(status: u16, body: &[u8]) -> Self {
        // A gateway may wrap the provider's refusal: what would be final as a status is final here.
        let error = error_of(body);
        let code = error.as_ref().and_then(|error| error.get("code")?.as_u64());
        let wrapped = code.and_then(|code| u16::try_from(code).ok());
        let account = error.as_ref().is_some_and(account_is_the_limit);
        if account || matches!(wrapped, Some(401 | 402)) {
            return Self {
                may_cost: true,
                ..Self::of_status(if account { 402 } else { 401 }, body)
            };
        }
        let words = provider_words(body);
        let message = format!("HTTP {status} without an answer in it: {words}");
        Self::passing(Outcome::Server, true, message)
    }

    /// What the next attempt may get over.
    fn passing(outcome: Outcome, may_cost: bool, message: String) -> Self {
        Self {
            outcome,
            retry: true,
            stops_rater: false,
            perhaps_one: false,
            may_cost,
            message,
        }
    }

    /// A whole answer that was given to another question before.
    #[must_use]
    pub fn not_ours(id: &str) -> Self {
        let message = format!("the answer {id:.60} was given to another question before");
        Self::passing(Outcome::Server, true, message)
    }

    /// A whole answer that was given to another sample of the same question.
    #[must_use]
    pub fn copy() -> Self {
        let message = "a copy of an earlier answer: something on the way keeps replies, so further samples say nothing";
        Self {
            retry: false,
            stops_rater: true,
            ..Self::passing(Outcome::Server, true, message.to_owned())
        }
    }

    /// No connection (`sent` is false), or it broke.
    #[must_use]
    pub fn network(message: String, sent: bool) -> Self {
        Self::passing(Outcome::Network, sent, message)
    }

    /// No answer in time.
    #[must_use]
    pub fn timeout(message: String) -> Self {
        Self::passing(Outcome::Timeout, true, message)
    }
}

/// Words by which servers say that they cannot hold a model to a schema.
const SCHEMA: &[&str] = &[
    "response_format",
    "output_config",
    "json_schema",
    "structured output",
];

/// What to do about a refused request, where its words tell.
fn advice(status: u16, words: &str) -> &'static str {
    if matches!(status, 400 | 422) && SCHEMA.iter().any(|word| words.contains(word)) {
        " (where the server knows no JSON schema, set structured = \"json\" or structured = \"none\" for this rater in \
         taskrater.toml)"
    } else {
        ""
    }
}

/// The provider's own words: type, code and message of its error object, or the beginning of whatever it sent.
fn provider_words(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let error = error_of(body);
    let words = match error {
        Some(Value::String(message)) => message,
        Some(error @ Value::Object(_)) => ["type", "code", "message"]
            .iter()
            .filter_map(|key| error.get(*key).and_then(Value::as_str))
            .collect::<Vec<_>>()
            .join(": "),
        _ => text.into_owned(),
    };
    let plain: String = words
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.is_empty() {
        true => "(empty body)".to_owned(),
        false => crate::shortened(&line, 300).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_are_retried_or_final() {
        for status in [408, 409, 429, 500, 502, 503, 529] {
            let failure = Failure::of_status(status, b"{}");
            assert!(failure.retry && !failure.stops_rater, "{status}");
        }
        for status in [401, 402, 403, 404] {
            let failure = Failure::of_status(status, b"{}");
            assert!(!failure.retry && failure.stops_rater, "{status}");
        }
        for status in [400, 413, 422] {
            let failure = Failure::of_status(status, b"{}");
            assert!(!failure.retry && !failure.stops_rater, "{status}");
        }
    }

    #[test]
    fn an_empty_account_is_not_a_rate_limit() {
        let body =
            br#"{"error":{"message":"You exceeded it","type":"x","code":"insufficient_quota"}}"#;
        let failure = Failure::of_status(429, body);
        assert_eq!(
            (failure.outcome, failure.retry, failure.stops_rater),
            (Outcome::Auth, false, true)
        );
        let body = br#"{"error":{"message":"Limit 3 a minute. Please add a payment method at example.com/account/billing","type":"requests","code":"rate_limit_exceeded"}}"#;
        assert!(Failure::of_status(429, body).retry);
        let body = br#"{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low"}}"#;
        assert!(Failure::of_status(400, body).stops_rater);
    }

    #[test]
    fn a_server_that_knows_no_schema_is_told_apart() {
        let body =
            br#"{"error":{"message":"Invalid parameter: 'response_format' is not supported"}}"#;
        let message = Failure::of_status(400, body).message;
        assert!(message.contains("structured = \"none\""), "{message}");
        let other = Failure::of_status(400, br#"{"error":{"message":"no such field"}}"#).message;
        assert_eq!(other, "HTTP 400: no such field");
    }

    #[test]
    fn a_gateway_that_stopped_waiting_may_have_been_charged() {
        for status in [408, 502, 504, 524] {
            assert!(Failure::of_status(status, b"{}").may_cost, "{status}");
        }
        for status in [400, 401, 429, 500, 503, 529] {
            assert!(!Failure::of_status(status, b"{}").may_cost, "{status}");
        }
    }

    #[test]
    fn a_final_refusal_is_final_in_whatever_it_is_wrapped() {
        let google = br#"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key."}}]"#;
        assert!(Failure::of_status(400, google).stops_rater);
        let wrapped = br#"{"error":{"code":402,"message":"Insufficient credits"}}"#;
        let failure = Failure::not_protocol(200, wrapped);
        assert!(failure.stops_rater && failure.may_cost && !failure.retry);
        assert!(Failure::not_protocol(200, br#"{"error":{"message":"upstream"}}"#).retry);
        let flagged = Failure::of_status(403, br#"{"error":{"message":"flagged"}}"#);
        assert!(flagged.stops_rater && flagged.perhaps_one);
    }

    #[test]
    fn long_and_odd_bodies_are_cut_between_characters() {
        let message = Failure::of_status(500, "é".repeat(1000).as_bytes()).message;
        assert_eq!(message.chars().count(), "HTTP 500: ".len() + 301);
        assert_eq!(
            Failure::of_status(500, b"").message,
            "HTTP 500: (empty body)"
        );
    }
}
