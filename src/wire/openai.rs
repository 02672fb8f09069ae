//! OpenAI chat completions, and what compatible servers make of them.

use super::{Ask, Json, Stop, Turn, content_text, count, system_text};
use crate::rater::{Llm, Structured, Usage};
use serde_json::{Map, Value, json};

pub(super) fn encode(llm: &Llm, ask: &Ask<'_>) -> Map<String, Value> {
    let mut messages = vec![
        json!({ "role": "system", "content": system_text(llm.structured, ask.system, ask.schema) }),
    ];
    messages.extend(ask.turns.iter().map(Turn::json));
    let mut body = Map::new();
    body.insert("model".into(), json!(llm.model));
    body.insert("messages".into(), Value::Array(messages));
    body.insert(llm.max_tokens_field.clone(), json!(ask.max_tokens));
    match llm.structured {
        Structured::Schema => {
            let format = json!({
                "type": "json_schema",
                "json_schema": { "name": "rating", "strict": true, "schema": ask.schema.json() },
            });
            body.insert("response_format".into(), format);
        }
        Structured::Json => {
            body.insert("response_format".into(), json!({ "type": "json_object" }));
        }
        Structured::None => {}
    }
    body
}

/// Tolerant: only the message is needed. Compatible servers leave out ids, roles and indices, send content as parts
/// and invent finish reasons.
pub(super) fn decode(body: &Json<'_>) -> Option<(String, Stop)> {
    let choice = body.get("choices")?.as_list()?.first()?;
    let message = choice.get("message")?;
    let text = message
        .get("content")
        .and_then(content_text)
        .unwrap_or_default();
    let refusal = message
        .get("refusal")
        .and_then(Json::as_str)
        .filter(|words| !words.is_empty());
    let stop = match (choice.get("finish_reason").and_then(Json::as_str), refusal) {
        (_, Some(words)) => Stop::Refusal(words.to_owned()),
        (Some("content_filter"), None) => {
            Stop::Refusal("stopped by the provider's content filter".into())
        }
        (Some("length" | "max_tokens"), None) => Stop::Length,
        _ => Stop::End,
    };
    Some((text, stop))
}

/// OpenAI counts cached tokens inside `prompt_tokens`: they are taken out, so that no token is in two classes. Some
/// compatible providers leave hidden reasoning out of `completion_tokens` and bill it all the same: `total_tokens` has it.
pub(super) fn usage(usage: &Json<'_>) -> Option<Usage> {
    let prompt = count(usage, "prompt_tokens")?;
    let cached = usage
        .get("prompt_tokens_details")
        .and_then(|details| count(details, "cached_tokens"))
        .unwrap_or(0)
        .min(prompt);
    Some(Usage {
        input: prompt - cached,
        cache_write: 0,
        cache_read: cached,
        output: count(usage, "completion_tokens")?.max(
            count(usage, "total_tokens")
                .unwrap_or(0)
                .saturating_sub(prompt),
        ),
    })
}
