//! Faults as data: what goes wrong, for which requests, and how often.

use std::collections::BTreeMap;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One rule of the fault plan.
///
/// As JSON (`POST /_faults`, `--fault`): the kind and its numbers, then the filters, all optional:
///
/// ```text
/// {"kind": "status", "status": 429, "retry_after": "2", "when": {"first": 2}}
/// {"kind": "delay", "ms": 300, "when": {"share": 0.1}, "model": "o3", "path": "messages"}
/// {"kind": "bad_json", "contains": "weld"}
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// What goes wrong.
    #[serde(flatten)]
    pub kind: Kind,
    /// How often; counted over the requests that reach this rule and pass its filters.
    #[serde(default)]
    pub when: When,
    /// Only models whose name contains this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Only paths that contain this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Only requests whose task contains this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contains: Option<String>,
    /// Only requests whose body holds this: a word of the prompt, so that a prompt is answered better or worse.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
}

/// Which of the matching requests a rule hits.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// All of them.
    #[default]
    Always,
    /// The first n.
    First(u64),
    /// The nth alone, counted from 1.
    Nth(u64),
    /// Each kth: k, 2k, 3k, …
    Every(u64),
    /// This share of them, chosen by a hash of the request and of how often it was seen: the same
    /// requests are hit in every run, in whatever order they arrive, and a retry is drawn anew.
    Share(f64),
}

/// What goes wrong. [`Kind::class`] says how several rules combine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// An HTTP status with the vendor's error body.
    Status {
        /// The status to send.
        status: u16,
        /// The `retry-after` header exactly as given: seconds, decimals, a date or nonsense.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<String>,
        /// More headers, such as `retry-after-ms`.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        headers: BTreeMap<String, String>,
        /// This body in place of the vendor's, to play a proxy or a server of another kind.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    },
    /// No credit left. OpenAI: 429 with `insufficient_quota` in `error.code` alone; Anthropic: 400
    /// whose message says that the credit balance is too low.
    Quota,
    /// Never answers.
    Hang,
    /// Answers later: nothing is sent, no head either, until the time is over.
    Delay {
        /// How much later, in milliseconds.
        ms: u64,
    },
    /// Closes the connection (TCP reset) without an answer.
    Reset,
    /// Promises the whole body in `content-length`, sends half of it and closes.
    CutBody,
    /// Sends the head at once and then the body, so many bytes every so many milliseconds.
    Dribble {
        /// The pause before each piece, in milliseconds.
        ms: u64,
        /// The bytes of a piece.
        bytes: usize,
    },
    /// 307 to the same path on another host or port, which a client must not follow with its key.
    Redirect {
        /// Where to, without a path: `http://127.0.0.1:8788`.
        to: String,
    },
    /// The answer to the request before, of the same model: its id, its request id in the header, its rating of its task.
    /// Nothing in either protocol names the question that an answer belongs to, so a client can notice one thing alone:
    /// an id that it has received before. The first answer to a model has nothing to be mistaken for and is right.
    WrongId,
    /// 200 with a page of HTML.
    #[serde(alias = "html200")]
    Html,
    /// 200 with an error body.
    #[serde(rename = "error_in_200")]
    ErrorIn200,
    /// 400 for every request that asks for structured output.
    NoStructured,
    /// A reply that says nothing.
    EmptyContent,
    /// Stopped by the token limit with the JSON cut.
    Truncated,
    /// Truncated while the request allows fewer output tokens than this.
    TruncatedBelow {
        /// Enough tokens for a whole answer.
        max_tokens: u64,
    },
    /// OpenAI: `message.refusal` with null content; Anthropic: `stop_reason` refusal.
    Refusal,
    /// OpenAI: `finish_reason` content_filter; Anthropic: 400, output blocked.
    ContentFilter,
    /// The JSON in a Markdown fence.
    Fenced,
    /// Prose before and after the JSON.
    Chatty,
    /// Text that looks like JSON and is not.
    BadJson,
    /// Every score is this value.
    OutOfRange {
        /// The score to send.
        #[serde(default = "far_too_high")]
        value: i64,
    },
    /// Every label is this one.
    UnknownLabel {
        /// The label to send.
        #[serde(default = "no_such_label")]
        label: String,
    },
    /// One field is left out.
    MissingField {
        /// Its name; without it, the first label or score.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        field: Option<String>,
    },
    /// One field too many (`note`).
    ExtraField,
    /// OpenAI: content as an array of two parts; Anthropic: two text blocks. Their texts join.
    ContentParts,
    /// The least a compatible server sends: no id, object, index or role, a `created` with
    /// decimals, part of the usage, and a finish reason nobody documented (`eos`).
    MinimalEnvelope,
}

/// How a kind combines with the other rules of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Adds to the waiting time; later rules still apply.
    Delays,
    /// Changes an answer that is otherwise good; later rules still apply.
    Alters,
    /// Is the answer: later rules do not see the request and do not count it.
    Ends,
}

impl Kind {
    /// How this kind combines with others.
    pub fn class(&self) -> Class {
        match self {
            Self::Delay { .. } => Class::Delays,
            Self::Status { .. }
            | Self::Quota
            | Self::Hang
            | Self::Reset
            | Self::Redirect { .. }
            | Self::Html
            | Self::ErrorIn200
            | Self::NoStructured => Class::Ends,
            _ => Class::Alters,
        }
    }
}

impl Fault {
    /// A fault that hits every request.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            when: When::Always,
            model: None,
            path: None,
            contains: None,
            prompt: None,
        }
    }

    /// An HTTP status with the vendor's error body.
    pub fn status(status: u16) -> Self {
        let (headers, body) = (BTreeMap::new(), None);
        Self::new(Kind::Status {
            status,
            retry_after: None,
            headers,
            body,
        })
    }

    /// Adds a `retry-after` header to a status fault; other kinds stay as they are.
    #[must_use]
    pub fn retry_after(mut self, value: &str) -> Self {
        if let Kind::Status { retry_after, .. } = &mut self.kind {
            *retry_after = Some(value.to_owned());
        }
        self
    }

    /// Adds a header to a status fault; other kinds stay as they are.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let Kind::Status { headers, .. } = &mut self.kind {
            headers.insert(name.to_owned(), value.to_owned());
        }
        self
    }

    /// Sets the body of a status fault; other kinds stay as they are.
    #[must_use]
    pub fn body(mut self, text: &str) -> Self {
        if let Kind::Status { body, .. } = &mut self.kind {
            *body = Some(text.to_owned());
        }
        self
    }

    /// Says how often.
    #[must_use]
    pub fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// Only the first n matching requests.
    #[must_use]
    pub fn first(self, n: u64) -> Self {
        self.when(When::First(n))
    }

    /// Only models whose name contains this.
    #[must_use]
    pub fn model(mut self, part: &str) -> Self {
        self.model = Some(part.to_owned());
        self
    }

    /// Only paths that contain this.
    #[must_use]
    pub fn path(mut self, part: &str) -> Self {
        self.path = Some(part.to_owned());
        self
    }

    /// Only requests whose task contains this.
    #[must_use]
    pub fn contains(mut self, part: &str) -> Self {
        self.contains = Some(part.to_owned());
        self
    }

    /// Only requests whose body holds this.
    #[must_use]
    pub fn asked_with(mut self, part: &str) -> Self {
        self.prompt = Some(part.to_owned());
        self
    }

    /// Reads one fault from its JSON form; unknown keys and impossible numbers are errors.
    pub fn from_json(value: &Value) -> Result<Self, String> {
        let fault: Self = Self::deserialize(value).map_err(|error| error.to_string())?;
        fault.check_keys(value)?;
        fault.check_numbers()?;
        Ok(fault)
    }

    /// Reads one fault from JSON text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        Self::from_json(&value)
    }

    /// Reads a plan: an array of faults, `{"faults": […]}`, or one fault.
    pub fn plan_from_json(value: &Value) -> Result<Vec<Self>, String> {
        let list = value.get("faults").unwrap_or(value);
        let Some(rules) = list.as_array() else {
            return Ok(vec![Self::from_json(list)?]);
        };
        let read = |(at, rule)| Self::from_json(rule).map_err(|e| format!("fault {}: {e}", at + 1));
        rules.iter().enumerate().map(read).collect()
    }

    /// Serde ignores unknown keys under `flatten`, and a misspelt `when` would mean "always".
    fn check_keys(&self, given: &Value) -> Result<(), String> {
        let optional = |key: &str| match self.kind {
            Kind::Status { .. } => matches!(key, "retry_after" | "headers" | "body"),
            Kind::MissingField { .. } => key == "field",
            _ => false,
        };
        let own = serde_json::to_value(&self.kind).map_err(|error| error.to_string())?;
        let known = |key: &str| {
            matches!(key, "when" | "model" | "path" | "contains" | "prompt")
                || own.get(key).is_some()
                || optional(key)
        };
        let mut keys = given
            .as_object()
            .into_iter()
            .flat_map(|object| object.keys());
        match keys.find(|key| !known(key)) {
            Some(key) => Err(format!("unknown key `{key}` for this kind of fault")),
            None => Ok(()),
        }
    }

    fn check_numbers(&self) -> Result<(), String> {
        match self.when {
            When::Nth(0) | When::Every(0) => return Err("`when` counts from 1".to_owned()),
            When::Share(p) if !(0.0..=1.0).contains(&p) => {
                return Err(format!("a share lies between 0 and 1, not {p}"));
            }
            _ => {}
        }
        if let Kind::Dribble { bytes: 0, .. } = self.kind {
            return Err("a piece has at least one byte".to_owned());
        }
        if let Kind::Redirect { to } = &self.kind
            && HeaderValue::from_str(to).is_err()
        {
            return Err(format!("{to:?} is no address"));
        }
        let Kind::Status {
            status,
            retry_after,
            headers,
            ..
        } = &self.kind
        else {
            return Ok(());
        };
        if !(200..=999).contains(status) || StatusCode::from_u16(*status).is_err() {
            return Err(format!("{status} is not a final HTTP status"));
        }
        let names = headers
            .keys()
            .all(|name| HeaderName::try_from(name.as_str()).is_ok());
        let mut values = headers.values().chain(retry_after);
        if !names || !values.all(|value| HeaderValue::from_str(value).is_ok()) {
            return Err("a header name or value cannot be sent over HTTP".to_owned());
        }
        Ok(())
    }
}

fn far_too_high() -> i64 {
    140
}

fn no_such_label() -> String {
    "E9".to_owned()
}
