//! Whole replies of both wires: envelope, usage, ids.

use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::draft::{Draft, REFUSAL, Stop, tokens};
use super::fault::Kind;
use super::limit::Cost;
use super::wire::Wire;

/// Prefixes shorter than this are not cached: OpenAI's rule, and Anthropic's for most models.
pub const LEAST_CACHED: u64 = 1024;

/// A fixed time, 2026-01-01, so that replies are the same in every run.
const CREATED: i64 = 1_767_225_600;

/// Everything an envelope needs.
pub struct Parts<'a> {
    /// What was asked.
    pub ask: &'a Ask,
    /// The choices.
    pub drafts: &'a [Draft],
    /// The faults that alter the reply.
    pub alterations: &'a [Kind],
    /// A number of this request.
    pub serial: u64,
    /// Whether a request with the same prefix was answered before this one came.
    pub prefix_seen: bool,
    /// The shortest marked prefix that Anthropic's wire caches, in tokens.
    pub min_cache_tokens: u64,
}

impl Parts<'_> {
    fn has(&self, kind: &Kind) -> bool {
        self.alterations.contains(kind)
    }

    /// Tokens of the prefix that its vendor would cache: OpenAI any that is long enough, Anthropic a marked one.
    fn cacheable(&self, wire: Wire) -> u64 {
        let prefix = tokens(self.ask.prefix.bytes);
        let (least, wanted) = match wire {
            Wire::OpenAi => (LEAST_CACHED, true),
            Wire::Anthropic => (self.min_cache_tokens, self.ask.prefix.marked),
        };
        if wanted && prefix >= least { prefix } else { 0 }
    }

    /// Tokens by class: input that counts, written to and read from the prompt cache.
    fn input_tokens(&self, wire: Wire) -> Input {
        let all = tokens(self.ask.prompt_bytes);
        let prefix = self.cacheable(wire).min(all);
        let (written, read) = match (wire, self.prefix_seen) {
            (Wire::OpenAi, true) => (0, prefix / 128 * 128),
            (Wire::OpenAi, false) => (0, 0),
            (Wire::Anthropic, true) => (0, prefix),
            (Wire::Anthropic, false) => (prefix, 0),
        };
        Input { all, written, read }
    }

    /// What the request takes from its limits. OpenAI counts every token; what Anthropic reads from a cache is free.
    pub fn cost(&self, wire: Wire) -> Cost {
        let input = self.input_tokens(wire);
        let free = if wire == Wire::Anthropic {
            input.read
        } else {
            0
        };
        Cost {
            input: input.all - free,
            output: self.output_tokens(),
        }
    }

    fn output_tokens(&self) -> u64 {
        self.drafts
            .iter()
            .map(|draft| tokens(draft.text.len()))
            .sum()
    }
}

/// Input tokens by class; those written and read are among all.
struct Input {
    all: u64,
    written: u64,
    read: u64,
}

/// The body of a good reply.
pub fn body(wire: Wire, parts: &Parts<'_>) -> Value {
    match (wire, parts.has(&Kind::MinimalEnvelope)) {
        (Wire::OpenAi, false) => openai(parts),
        (Wire::OpenAi, true) => openai_minimal(parts),
        (Wire::Anthropic, false) => anthropic(parts),
        (Wire::Anthropic, true) => anthropic_minimal(parts),
    }
}

fn named(ask: &Ask) -> String {
    format!("simulated/{}", ask.model)
}

fn openai(parts: &Parts<'_>) -> Value {
    let choice = |(index, draft): (usize, &Draft)| {
        json!({
            "index": index,
            "message": openai_message(parts, draft),
            "logprobs": null,
            "finish_reason": openai_finish(draft.stop),
        })
    };
    let choices: Vec<Value> = parts.drafts.iter().enumerate().map(choice).collect();
    json!({
        "id": format!("chatcmpl-sim{:010}", parts.serial),
        "object": "chat.completion",
        "created": CREATED,
        "model": named(parts.ask),
        "choices": choices,
        "usage": openai_usage(parts),
        "service_tier": "default",
        "system_fingerprint": "simulated",
        "simulated": true,
    })
}

fn openai_message(parts: &Parts<'_>, draft: &Draft) -> Value {
    let mut message = Map::new();
    message.insert("role".to_owned(), json!("assistant"));
    let called = parts
        .ask
        .tool
        .as_ref()
        .filter(|_| draft.stop != Stop::Refusal);
    let content = match (draft.stop, called) {
        (Stop::Refusal, _) | (_, Some(_)) => Value::Null,
        _ if parts.has(&Kind::ContentParts) => Value::Array(text_blocks(&draft.text)),
        _ => json!(draft.text),
    };
    message.insert("content".to_owned(), content);
    message.insert(
        "refusal".to_owned(),
        match draft.stop {
            Stop::Refusal => json!(REFUSAL),
            _ => Value::Null,
        },
    );
    if let Some(name) = called {
        let call = json!({"name": name, "arguments": draft.text});
        let id = format!("call_sim{:010}", parts.serial);
        let calls = json!([{"id": id, "type": "function", "function": call}]);
        message.insert("tool_calls".to_owned(), calls);
    }
    message.insert("annotations".to_owned(), json!([]));
    Value::Object(message)
}

fn openai_finish(stop: Stop) -> &'static str {
    match stop {
        Stop::End | Stop::Refusal => "stop",
        Stop::Length => "length",
        Stop::Filter => "content_filter",
    }
}

/// OpenAI counts cached tokens inside the prompt tokens, in steps of 128.
fn openai_usage(parts: &Parts<'_>) -> Value {
    let (input, output) = (parts.input_tokens(Wire::OpenAi), parts.output_tokens());
    let (input, cached) = (input.all, input.read);
    json!({
        "prompt_tokens": input,
        "completion_tokens": output,
        "total_tokens": input + output,
        "prompt_tokens_details": {"cached_tokens": cached, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": 0,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    })
}

fn openai_minimal(parts: &Parts<'_>) -> Value {
    let choice = |draft: &Draft| {
        let mut message = openai_message(parts, draft);
        if let Some(fields) = message.as_object_mut() {
            fields
                .retain(|name, value| name != "role" && name != "annotations" && !value.is_null());
        }
        let finish = if draft.stop == Stop::End {
            "eos"
        } else {
            openai_finish(draft.stop)
        };
        json!({"message": message, "finish_reason": finish})
    };
    let choices: Vec<Value> = parts.drafts.iter().map(choice).collect();
    json!({
        "created": CREATED as f64 + 0.5,
        "model": named(parts.ask),
        "choices": choices,
        "usage": {"prompt_tokens": tokens(parts.ask.prompt_bytes)},
        "simulated": true,
    })
}

fn anthropic(parts: &Parts<'_>) -> Value {
    let (content, stop) = anthropic_content(parts);
    json!({
        "id": format!("msg_sim{:010}", parts.serial),
        "type": "message",
        "role": "assistant",
        "model": named(parts.ask),
        "content": content,
        "stop_reason": stop,
        "stop_sequence": null,
        "usage": anthropic_usage(parts),
        "simulated": true,
    })
}

fn anthropic_minimal(parts: &Parts<'_>) -> Value {
    let (content, stop) = anthropic_content(parts);
    json!({
        "model": named(parts.ask),
        "content": content,
        "stop_reason": if stop == "end_turn" { "eos" } else { stop },
        "usage": {"output_tokens": parts.output_tokens()},
        "simulated": true,
    })
}

fn anthropic_content(parts: &Parts<'_>) -> (Vec<Value>, &'static str) {
    let Some(draft) = parts.drafts.first() else {
        return (Vec::new(), "end_turn");
    };
    let stop = match draft.stop {
        Stop::End | Stop::Filter => "end_turn",
        Stop::Length => "max_tokens",
        Stop::Refusal => "refusal",
    };
    if draft.text.is_empty() {
        return (Vec::new(), stop);
    }
    if let Some(name) = parts
        .ask
        .tool
        .as_ref()
        .filter(|_| draft.stop != Stop::Refusal)
    {
        // Tool input is parsed by the vendor: what cannot be parsed arrives as an empty object.
        let input: Value = serde_json::from_str(&draft.text).unwrap_or_else(|_| json!({}));
        let id = format!("toolu_sim{:010}", parts.serial);
        let stop = if draft.stop == Stop::End {
            "tool_use"
        } else {
            stop
        };
        return (
            vec![json!({"type": "tool_use", "id": id, "name": name, "input": input})],
            stop,
        );
    }
    if parts.has(&Kind::ContentParts) {
        return (text_blocks(&draft.text), stop);
    }
    (vec![json!({"type": "text", "text": draft.text})], stop)
}

/// Anthropic's classes of input tokens are disjoint; only marked prefixes are cached.
fn anthropic_usage(parts: &Parts<'_>) -> Value {
    let Input { all, written, read } = parts.input_tokens(Wire::Anthropic);
    let (five_minutes, hour) = if parts.ask.prefix.hour {
        (0, written)
    } else {
        (written, 0)
    };
    json!({
        "input_tokens": all - written - read,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": five_minutes,
            "ephemeral_1h_input_tokens": hour,
        },
        "output_tokens": parts.output_tokens(),
        "service_tier": "standard",
    })
}

fn text_blocks(text: &str) -> Vec<Value> {
    let (head, tail) = text.split_at(text.floor_char_boundary(text.len() / 2));
    [head, tail]
        .map(|part| json!({"type": "text", "text": part}))
        .to_vec()
}
