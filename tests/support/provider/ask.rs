//! What a request asks for, read the same way from both wires.

use serde_json::Value;

use super::dispute;
use super::hash::hash;
use super::shape::{self, Shape};
use super::wire::Wire;

/// A request, reduced to what decides its answer.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The model's name as asked; empty when there is none.
    pub model: String,
    /// The task to rate: the last `<task>…</task>` of the user messages, unescaped; without one,
    /// the last user message.
    pub task: String,
    /// All user messages, as sent.
    pub users: String,
    /// What the provider was told to think of it, in points of 0–100 ([`super::Builder::points`]).
    pub points: Option<f64>,
    /// The text to draft from: the last `<source>…</source>` of the user messages, unescaped.
    pub source: Option<String>,
    /// What the model says of a dispute, where it follows a rater.
    pub followed: serde_json::Map<String, Value>,
    /// The sample's seed.
    pub seed: Option<i64>,
    /// The fields to answer.
    pub shape: Option<Shape>,
    /// The tool that must be called.
    pub tool: Option<String>,
    /// The most output tokens allowed.
    pub max_tokens: Option<u64>,
    /// How many choices (OpenAI's `n`).
    pub choices: u64,
    /// Whether structured output is asked for.
    pub structured: bool,
    /// Bytes of all prompt text, schema included.
    pub prompt_bytes: usize,
    /// The start of the prompt that a provider could cache.
    pub prefix: Prefix,
}

/// The cacheable start of a prompt.
#[derive(Debug, Clone, Copy, Default)]
pub struct Prefix {
    /// Hash of model and prefix.
    pub hash: u64,
    /// Its bytes.
    pub bytes: usize,
    /// Whether the request marks it for caching (Anthropic's `cache_control`).
    pub marked: bool,
    /// Whether the mark asks for an hour.
    pub hour: bool,
}

impl Ask {
    /// Reads a request body; what is missing or odd is left empty, [`super::check`] complains.
    pub fn read(wire: Wire, body: &Value) -> Self {
        let model = body["model"].as_str().unwrap_or_default().to_owned();
        let system = system_text(wire, body);
        let users = texts_of(body, &["user"]);
        let (schema, tool) = schema_and_tool(wire, body);
        let wanted = match wire {
            Wire::OpenAi => &body["response_format"],
            Wire::Anthropic => &body["output_config"]["format"],
        };
        let from_prompt = || shape::from_prompt(&format!("{system}\n{users}"));
        let schema_text = schema.map_or_else(String::new, Value::to_string);
        let schema_bytes = schema_text.len();
        let all = texts_of(body, &["user", "assistant", "tool"]);
        Self {
            source: within(&users, "source"),
            followed: dispute::followed(&model, &users),
            task: within(&users, "task").unwrap_or_else(|| last_user_text(body)),
            seed: body["seed"].as_i64(),
            shape: schema.and_then(shape::from_schema).or_else(from_prompt),
            tool,
            max_tokens: body["max_completion_tokens"]
                .as_u64()
                .or(body["max_tokens"].as_u64()),
            choices: body["n"].as_u64().unwrap_or(1),
            structured: wanted.is_object() && wanted["type"] != "text",
            prompt_bytes: system.len() + all.len() + schema_bytes,
            prefix: Prefix {
                hash: hash(&[model.as_bytes(), system.as_bytes(), schema_text.as_bytes()]),
                bytes: system.len() + schema_bytes,
                ..cache_mark(&body["system"])
            },
            model,
            points: None,
            users,
        }
    }
}

/// The text of a message's content: a string, or the text parts of an array, joined.
pub fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part["text"].as_str())
            .collect(),
        _ => String::new(),
    }
}

/// The texts of all messages with one of these roles, joined by line ends.
pub fn texts_of(body: &Value, roles: &[&str]) -> String {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    let mine = |m: &&Value| m["role"].as_str().is_some_and(|role| roles.contains(&role));
    let texts: Vec<String> = messages
        .iter()
        .filter(mine)
        .map(|m| text_of(&m["content"]))
        .collect();
    texts.join("\n")
}

fn system_text(wire: Wire, body: &Value) -> String {
    match wire {
        Wire::OpenAi => texts_of(body, &["system", "developer"]),
        Wire::Anthropic => text_of(&body["system"]),
    }
}

fn last_user_text(body: &Value) -> String {
    let messages = body["messages"].as_array().map_or(&[][..], Vec::as_slice);
    let last = messages.iter().rev().find(|m| m["role"] == "user");
    last.map(|m| text_of(&m["content"])).unwrap_or_default()
}

/// The schema of a forced tool or of the asked format, and the name of the tool.
fn schema_and_tool(wire: Wire, body: &Value) -> (Option<&Value>, Option<String>) {
    let choice = &body["tool_choice"];
    let tools = body["tools"].as_array().map_or(&[][..], Vec::as_slice);
    let (format, name) = match wire {
        Wire::OpenAi => (
            &body["response_format"]["json_schema"]["schema"],
            &choice["function"]["name"],
        ),
        Wire::Anthropic => (&body["output_config"]["format"]["schema"], &choice["name"]),
    };
    let forced = name.as_str().and_then(|name| match wire {
        Wire::OpenAi => {
            let tool = tools.iter().find(|tool| tool["function"]["name"] == name)?;
            Some((&tool["function"]["parameters"], name))
        }
        Wire::Anthropic => {
            let tool = tools.iter().find(|tool| tool["name"] == name)?;
            Some((&tool["input_schema"], name))
        }
    });
    match forced {
        Some((schema, name)) => (Some(schema), Some(name.to_owned())),
        None => (format.is_object().then_some(format), None),
    }
}

/// What stands between the last tags of this name.
fn within(users: &str, tag: &str) -> Option<String> {
    let (before, _) = users.rsplit_once(&format!("</{tag}>"))?;
    let (_, text) = before.rsplit_once(&format!("<{tag}>"))?;
    Some(unescape(text.trim()))
}

/// `&amp;` last, so that `&amp;lt;` stays the text `&lt;`.
fn unescape(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">");
    text.replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn cache_mark(system: &Value) -> Prefix {
    let blocks = system.as_array().map_or(&[][..], Vec::as_slice);
    let mark = blocks
        .iter()
        .map(|block| &block["cache_control"])
        .find(|mark| mark.is_object());
    let hour = mark.is_some_and(|mark| mark["ttl"] == "1h");
    Prefix {
        marked: mark.is_some(),
        hour,
        ..Prefix::default()
    }
}
