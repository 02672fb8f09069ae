//! Providers' request and reply bodies: pure both ways. A provider is two functions and a row of data.

mod anthropic;
mod failure;
#[cfg(test)]
mod fixtures;
mod json;
mod key;
mod openai;
mod prefix;
mod template;

pub use failure::Failure;
use json::Json;
pub use key::{Key, KeyBase, KeyFields, RequestRecord};
pub use prefix::PrefixCache;
pub use template::Template;

use crate::prompt::ReplySchema;
use crate::rater::{Llm, Structured, Usage, Wire};
use serde_json::Value;

/// A reply that was cut off is asked for once more with this many times the tokens: what is cut at all is seldom cut by
/// little.
pub const RESEND: u32 = 4;

/// What one call asks: the same system text for every task, and the turns of this one.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// System text of the prompt.
    pub system: &'a str,
    /// Turns, beginning with the question.
    pub turns: &'a [Turn],
    /// Shape of the reply.
    pub schema: &'a ReplySchema,
    /// Largest number of tokens of the reply.
    pub max_tokens: u32,
}

/// One message of the exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// Ours.
    User(String),
    /// The model's.
    Assistant(String),
}

impl Turn {
    fn json(&self) -> Value {
        let (role, content) = match self {
            Self::User(content) => ("user", content),
            Self::Assistant(content) => ("assistant", content),
        };
        serde_json::json!({ "role": role, "content": content })
    }
}

/// Why the model stopped: read before the text is parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// It was done.
    End,
    /// The limit on tokens cut it off.
    Length,
    /// It declined, with its words where it gave any.
    Refusal(String),
}

/// A provider's answer, decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What the model wrote.
    pub text: String,
    /// Why it stopped.
    pub stop: Stop,
    /// Model as the provider reports it; empty when it does not.
    pub model: String,
    /// The provider's id of this answer; empty when it gives none.
    pub id: String,
    /// Tokens used; `None` when the provider does not say.
    pub usage: Option<Usage>,
}

/// The body of a request.
#[must_use]
pub fn encode(llm: &Llm, ask: &Ask<'_>) -> Value {
    let mut body = match llm.wire {
        Wire::OpenAi => openai::encode(llm, ask),
        Wire::Anthropic => anthropic::encode(llm, ask),
    };
    let parameters = llm.parameters.iter();
    body.extend(parameters.map(|(name, value)| (name.clone(), value.clone())));
    Value::Object(body)
}

/// Reads an answer with its HTTP status.
///
/// # Errors
/// A [`Failure`]: a status other than 2xx, or a body that is not the provider's protocol.
pub fn decode(wire: Wire, status: u16, body: &[u8]) -> Result<Answer, Failure> {
    if !(200..300).contains(&status) {
        return Err(Failure::of_status(status, body));
    }
    // One bad byte is no reason to throw a paid answer away.
    let text = String::from_utf8_lossy(body);
    let value: Json<'_> = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|_| Failure::not_protocol(status, body))?;
    let (said, used) = match wire {
        Wire::OpenAi => (
            openai::decode(&value),
            value.get("usage").and_then(openai::usage),
        ),
        Wire::Anthropic => (
            anthropic::decode(&value),
            value.get("usage").and_then(anthropic::usage),
        ),
    };
    let (text, stop) = said.ok_or_else(|| Failure::not_protocol(status, body))?;
    let field = |name: &str| {
        let text = value.get(name).and_then(Json::as_str);
        text.unwrap_or_default().to_owned()
    };
    Ok(Answer {
        text,
        stop,
        model: field("model"),
        id: field("id"),
        usage: used,
    })
}

/// The system text of a request as it is sent: servers that enforce no schema are told the fields in words.
#[must_use]
pub fn system_text(structured: Structured, system: &str, schema: &ReplySchema) -> String {
    match structured {
        Structured::Schema => system.to_owned(),
        Structured::Json | Structured::None => format!("{system}\n\n{}", schema.instruction()),
    }
}

/// Text of a message's content: a string, or an array of parts of which those with text count.
fn content_text(content: &Json<'_>) -> Option<String> {
    if let Some(text) = content.as_str() {
        return Some(text.to_owned());
    }
    let parts = content.as_list()?.iter();
    let texts = parts.filter_map(|part| part.get("text").and_then(Json::as_str));
    Some(texts.collect())
}

/// A count that some servers send as a float.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "negative and fractional counts do not occur; what does is clamped"
)]
fn count(usage: &Json<'_>, field: &str) -> Option<u64> {
    match usage.get(field)? {
        Json::Whole(count) => Some(*count),
        Json::Number(count) => Some(count.max(0.0) as u64),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
