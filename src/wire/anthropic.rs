//! Anthropic Messages.

use super::{Ask, Json, PrefixCache, Stop, Turn, content_text, count, system_text};
use crate::rater::{Llm, Structured, Usage};
use serde_json::{Map, Value, json};

pub(super) fn encode(llm: &Llm, ask: &Ask<'_>) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("model".into(), json!(llm.model));
    body.insert("max_tokens".into(), json!(ask.max_tokens));
    let mut system =
        json!({ "type": "text", "text": system_text(llm.structured, ask.system, ask.schema) });
    if PrefixCache::of(llm, ask.system, ask.schema) == PrefixCache::Marked {
        system["cache_control"] = json!({ "type": "ephemeral" });
    }
    body.insert("system".into(), json!([system]));
    body.insert(
        "messages".into(),
        ask.turns.iter().map(Turn::json).collect(),
    );
    if llm.structured == Structured::Schema {
        let format = json!({ "type": "json_schema", "schema": ask.schema.json() });
        body.insert("output_config".into(), json!({ "format": format }));
    }
    body
}

/// An answer has a list of content blocks; its text is that of the text blocks in order. An unknown stop reason is
/// read as the end: whether the text holds a rating is for the parser to say.
pub(super) fn decode(body: &Json<'_>) -> Option<(String, Stop)> {
    let content = body
        .get("content")
        .filter(|content| content.as_list().is_some())?;
    let text = content_text(content)?;
    let stop = match body.get("stop_reason").and_then(Json::as_str) {
        Some("max_tokens" | "model_context_window_exceeded") => Stop::Length,
        Some("refusal") => Stop::Refusal(text.clone()),
        _ => Stop::End,
    };
    Some((text, stop))
}

/// Anthropic's classes do not overlap as they are.
pub(super) fn usage(usage: &Json<'_>) -> Option<Usage> {
    Some(Usage {
        input: count(usage, "input_tokens")?,
        cache_write: count(usage, "cache_creation_input_tokens").unwrap_or(0),
        cache_read: count(usage, "cache_read_input_tokens").unwrap_or(0),
        output: count(usage, "output_tokens")?,
    })
}
