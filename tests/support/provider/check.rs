//! Request checks, as strict as the vendors': a client that passes here sends well-formed requests.

use axum::http::HeaderMap;
use serde_json::Value;

use super::ask::texts_of;
use super::wire::{Failure, Wire};

const OPENAI_FIELDS: &str = "\
    audio frequency_penalty logit_bias logprobs max_completion_tokens max_tokens messages \
    metadata modalities model n parallel_tool_calls prediction presence_penalty prompt_cache_key \
    prompt_cache_retention reasoning_effort response_format safety_identifier seed service_tier \
    stop store stream stream_options temperature tool_choice tools top_logprobs top_p user \
    verbosity web_search_options";

const ANTHROPIC_FIELDS: &str = "\
    cache_control container max_tokens messages metadata model output_config service_tier \
    stop_sequences stream system temperature thinking tool_choice tools top_k top_p";

/// Schema words that Anthropic's structured output does not take.
const ANTHROPIC_UNSUPPORTED: &str = "\
    minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength maxItems";

/// Checks the key: any that is not empty, or the one given.
pub fn key(wire: Wire, headers: &HeaderMap, expected: Option<&str>) -> Result<(), Failure> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let given = match wire {
        Wire::OpenAi => header("authorization").and_then(|value| value.strip_prefix("Bearer ")),
        Wire::Anthropic => header("x-api-key"),
    };
    let given = given.map(str::trim).filter(|key| !key.is_empty());
    match (wire, given) {
        (Wire::OpenAi, None) => {
            let mut failure = Failure::new(401, "You didn't provide an API key.");
            failure.code = Some("missing_api_key".to_owned());
            Err(failure)
        }
        (Wire::Anthropic, None) => Err(Failure::new(401, "x-api-key header is required")),
        (_, Some(key)) if expected.is_none_or(|expected| expected == key) => Ok(()),
        // The vendor repeats the end of the key: a client must not trust error texts to be clean.
        (Wire::OpenAi, Some(key)) => {
            let tail = if key.len() > 12 {
                &key[key.ceil_char_boundary(key.len() - 4)..]
            } else {
                ""
            };
            Err(Failure::new(
                401,
                format!("Incorrect API key provided: ********{tail}."),
            ))
        }
        (Wire::Anthropic, Some(_)) => Err(Failure::new(401, "invalid x-api-key")),
    }
}

/// Checks headers and body of a request. A compatible server skips the rules that only the
/// vendors have: unknown fields, schema dialects, parameters of reasoning models.
pub fn request(
    wire: Wire,
    headers: &HeaderMap,
    body: &Value,
    compatible: bool,
) -> Result<(), Failure> {
    if !body.is_object() {
        return Err(Failure::new(400, "the request body must be a JSON object"));
    }
    if wire == Wire::Anthropic
        && headers
            .get("anthropic-version")
            .is_none_or(|v| v.is_empty())
    {
        return Err(Failure::new(400, "anthropic-version: header is required"));
    }
    if body["model"].as_str().is_none_or(str::is_empty) {
        return Err(match wire {
            Wire::OpenAi => Failure::bad("model", "you must provide a model parameter"),
            Wire::Anthropic => Failure::new(400, "model: Field required"),
        });
    }
    messages(wire, body)?;
    if body["stream"] == true {
        return Err(Failure::bad("stream", "this simulator does not stream"));
    }
    if !compatible {
        known_fields(wire, body)?;
    }
    match wire {
        Wire::OpenAi => openai(body, compatible),
        Wire::Anthropic => anthropic(body, compatible),
    }
}

fn messages(wire: Wire, body: &Value) -> Result<(), Failure> {
    let Some(list) = body["messages"].as_array() else {
        return Err(match wire {
            Wire::OpenAi => Failure::bad("messages", "Missing required parameter: 'messages'."),
            Wire::Anthropic => Failure::new(400, "messages: Field required"),
        });
    };
    let roles: &[&str] = match wire {
        Wire::OpenAi => &["system", "developer", "user", "assistant", "tool"],
        Wire::Anthropic => &["user", "assistant"],
    };
    if list.is_empty() {
        return Err(match wire {
            Wire::OpenAi => Failure::bad("messages", "Invalid 'messages': empty array."),
            Wire::Anthropic => Failure::new(400, "messages: at least one message is required"),
        });
    }
    for (at, message) in list.iter().enumerate() {
        if !message["role"]
            .as_str()
            .is_some_and(|role| roles.contains(&role))
        {
            let place = format!("messages[{at}].role");
            return Err(Failure::bad(
                &place,
                format!("{place}: expected one of {roles:?}"),
            ));
        }
        let empty = match &message["content"] {
            Value::String(text) => text.is_empty(),
            Value::Array(parts) => parts.is_empty(),
            _ => message["role"] != "assistant",
        };
        if empty {
            let place = format!("messages[{at}].content");
            return Err(Failure::bad(
                &place,
                format!("{place}: content must not be empty"),
            ));
        }
    }
    let last = list.last().map(|message| &message["role"]);
    if wire == Wire::Anthropic && last.is_some_and(|role| role == "assistant") {
        return Err(Failure::new(
            400,
            "This model does not support assistant message prefill. The conversation must end \
             with a user message.",
        ));
    }
    Ok(())
}

fn known_fields(wire: Wire, body: &Value) -> Result<(), Failure> {
    let names = match wire {
        Wire::OpenAi => OPENAI_FIELDS,
        Wire::Anthropic => ANTHROPIC_FIELDS,
    };
    let known = |field: &str| names.split(' ').any(|name| name == field);
    let mut fields = body
        .as_object()
        .into_iter()
        .flat_map(|fields| fields.keys());
    match (wire, fields.find(|field| !known(field))) {
        (_, None) => Ok(()),
        (Wire::OpenAi, Some(field)) => {
            let message = format!("Unrecognized request argument supplied: {field}");
            Err(Failure::bad(field, message))
        }
        (Wire::Anthropic, Some(field)) => Err(Failure::new(
            400,
            format!("{field}: Extra inputs are not permitted"),
        )),
    }
}

fn openai(body: &Value, compatible: bool) -> Result<(), Failure> {
    within(body, "temperature", 2.0)?;
    if body
        .get("n")
        .is_some_and(|n| !n.as_u64().is_some_and(|n| (1..=128).contains(&n)))
    {
        return Err(Failure::bad(
            "n",
            "Invalid 'n': integer between 1 and 128 expected.",
        ));
    }
    if compatible {
        return Ok(());
    }
    let (old, new) = (body.get("max_tokens"), body.get("max_completion_tokens"));
    if old.is_some() && new.is_some() {
        let message = "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not \
                       supported.";
        return Err(Failure::bad("max_tokens", message).code("invalid_parameter_combination"));
    }
    if is_reasoning(body["model"].as_str().unwrap_or_default()) {
        reasoning_model(body)?;
    }
    let format = &body["response_format"];
    match format["type"].as_str() {
        None if format.is_null() => Ok(()),
        Some("text") => Ok(()),
        Some("json_object") => mentions_json(body),
        Some("json_schema") => openai_schema(&format["json_schema"]),
        _ => Err(Failure::bad(
            "response_format.type",
            "Invalid value: supported values are 'json_object', 'json_schema', and 'text'.",
        )),
    }
}

fn within(body: &Value, name: &str, highest: f64) -> Result<(), Failure> {
    let Some(value) = body.get(name).filter(|value| !value.is_null()) else {
        return Ok(());
    };
    match value.as_f64() {
        Some(number) if (0.0..=highest).contains(&number) => Ok(()),
        _ => Err(Failure::bad(
            name,
            format!("{name}: expected a number from 0 to {highest}"),
        )),
    }
}

/// The o series and the first gpt-5: later ones take a temperature when they do not reason.
fn is_reasoning(model: &str) -> bool {
    let series = ["o1", "o3", "o4", "gpt-5"];
    series.iter().any(|name| {
        model
            .strip_prefix(name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    })
}

fn reasoning_model(body: &Value) -> Result<(), Failure> {
    if body.get("max_tokens").is_some() {
        let message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use \
                       'max_completion_tokens' instead.";
        return Err(Failure::bad("max_tokens", message).code("unsupported_parameter"));
    }
    if body["temperature"].as_f64().is_some_and(|t| t != 1.0) {
        let message = "Unsupported value: 'temperature' does not support this value with this \
                       model. Only the default (1) value is supported.";
        return Err(Failure::bad("temperature", message).code("unsupported_value"));
    }
    Ok(())
}

fn mentions_json(body: &Value) -> Result<(), Failure> {
    let said = texts_of(body, &["system", "developer", "user", "assistant"]).to_lowercase();
    if said.contains("json") {
        return Ok(());
    }
    let message = "'messages' must contain the word 'json' in some form, to use \
                   'response_format' of type 'json_object'.";
    Err(Failure::bad("messages", message))
}

fn openai_schema(wanted: &Value) -> Result<(), Failure> {
    let name = wanted["name"].as_str().unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
        let place = "response_format.json_schema.name";
        return Err(Failure::bad(
            place,
            format!("Invalid '{place}': 1 to 64 of a-zA-Z0-9_-."),
        ));
    }
    let schema = &wanted["schema"];
    let told = |what: String| {
        let message = format!("Invalid schema for response_format '{name}': {what}");
        Failure::bad("response_format", message)
    };
    if schema["type"] != "object" {
        return Err(told(
            "schema must be a JSON Schema of 'type: \"object\"'.".to_owned(),
        ));
    }
    if wanted["strict"] == true {
        each_object(schema, "()", &strict_object).map_err(told)
    } else {
        Ok(())
    }
}

fn strict_object(schema: &Value, place: &str) -> Result<(), String> {
    if schema["additionalProperties"] != false {
        let what = "'additionalProperties' is required to be supplied and to be false.";
        return Err(format!("In context={place}, {what}"));
    }
    let required = schema["required"].as_array().map_or(&[][..], Vec::as_slice);
    let names = schema["properties"]
        .as_object()
        .into_iter()
        .flat_map(|names| names.keys());
    match { names }.find(|name| !required.iter().any(|given| given == name.as_str())) {
        None => Ok(()),
        Some(name) => Err(format!(
            "In context={place}, 'required' is required to be supplied and to be an array \
             including every key in properties. Missing '{name}'."
        )),
    }
}

fn anthropic(body: &Value, compatible: bool) -> Result<(), Failure> {
    match body["max_tokens"].as_u64() {
        Some(1..) => {}
        _ if body.get("max_tokens").is_none() => {
            return Err(Failure::new(400, "max_tokens: Field required"));
        }
        _ => {
            return Err(Failure::new(
                400,
                "max_tokens: must be greater than or equal to 1",
            ));
        }
    }
    within(body, "temperature", 1.0)?;
    let format = &body["output_config"]["format"];
    if format.is_null() || compatible {
        return Ok(());
    }
    if format["type"] != "json_schema" || !format["schema"].is_object() {
        let message = "output_config.format: expected {\"type\": \"json_schema\", \"schema\": …}";
        return Err(Failure::new(400, message));
    }
    let told = |what| Failure::new(400, format!("output_config.format.schema: {what}"));
    no_bounds(&format["schema"]).map_err(told)?;
    each_object(&format["schema"], "()", &closed_object).map_err(told)
}

fn closed_object(schema: &Value, _: &str) -> Result<(), String> {
    if schema["additionalProperties"] == false {
        return Ok(());
    }
    Err("For 'object' type, 'additionalProperties' must be explicitly set to false".to_owned())
}

fn no_bounds(schema: &Value) -> Result<(), String> {
    let kind = schema["type"].as_str().unwrap_or("any");
    let mut words = ANTHROPIC_UNSUPPORTED.split(' ');
    if let Some(word) = words.find(|word| schema.get(word).is_some_and(|bound| !bound.is_object()))
    {
        return Err(format!(
            "For '{kind}' type, property '{word}' is not supported"
        ));
    }
    parts(schema).try_for_each(|(_, part)| no_bounds(part))
}

/// Applies a check to every object schema within a schema.
fn each_object(
    schema: &Value,
    place: &str,
    check: &dyn Fn(&Value, &str) -> Result<(), String>,
) -> Result<(), String> {
    if schema["type"] == "object" || schema["properties"].is_object() {
        check(schema, place)?;
    }
    { parts(schema) }.try_for_each(|(name, part)| {
        let inner = format!("('{name}')");
        each_object(part, &inner, check)
    })
}

/// The schemas inside a schema, with a name for error messages.
fn parts(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let named = ["properties", "$defs", "definitions"]
        .into_iter()
        .flat_map(|key| {
            let fields = schema[key].as_object().into_iter().flatten();
            fields.map(|(name, part)| (name.as_str(), part))
        });
    let listed = ["anyOf", "oneOf", "allOf"].into_iter().flat_map(|key| {
        schema[key]
            .as_array()
            .into_iter()
            .flatten()
            .map(move |part| (key, part))
    });
    let items = schema.get("items").map(|part| ("items", part));
    named.chain(listed).chain(items)
}
