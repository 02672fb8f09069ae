//! The subset of JSON Schema that providers enforce, written down, so that a schema is refused here and not by a paid
//! request.
//!
//! Sources: OpenAI "Structured Outputs, supported schemas" and Anthropic "Structured outputs, JSON Schema
//! limitations". Where their lists differ each has its own; a keyword that neither lists is refused.

use serde_json::{Map, Value};

/// A provider whose strict mode has rules of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Vendor {
    /// Chat completions with `response_format.json_schema.strict`.
    OpenAi,
    /// Messages with `output_config.format`.
    Anthropic,
}

const COMMON: &[&str] = &[
    "type",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "enum",
    "const",
    "anyOf",
    "description",
    "title",
];
/// Accepted by OpenAI alone; Anthropic answers numeric and length bounds with a 400.
const OPENAI_ONLY: &[&str] = &[
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "pattern",
    "format",
];
/// Accepted by Anthropic alone.
const ANTHROPIC_ONLY: &[&str] = &["allOf", "default", "format"];
/// OpenAI: objects nest at most ten deep. We hold both to it.
const MAX_DEPTH: usize = 10;
/// OpenAI: at most 1,000 enum values in a schema.
const MAX_ENUM: usize = 1000;

/// Checks a schema for both vendors.
///
/// # Errors
/// The first violation, with its place.
pub fn check_all(schema: &Value) -> Result<(), String> {
    check(Vendor::OpenAi, schema)?;
    check(Vendor::Anthropic, schema)
}

/// Checks a schema for one vendor.
///
/// # Errors
/// The first violation, with its place as a JSON pointer.
pub fn check(vendor: Vendor, schema: &Value) -> Result<(), String> {
    if schema.get("type").and_then(Value::as_str) != Some("object") {
        return Err("the root must be an object".to_owned());
    }
    node(vendor, schema, "", 0)
}

fn node(vendor: Vendor, schema: &Value, at: &str, depth: usize) -> Result<(), String> {
    let place = if at.is_empty() { "/" } else { at };
    let Value::Object(keys) = schema else {
        return Err(format!("{place}: a schema must be an object"));
    };
    if depth > MAX_DEPTH {
        return Err(format!("{place}: nested more than {MAX_DEPTH} deep"));
    }
    let own = match vendor {
        Vendor::OpenAi => OPENAI_ONLY,
        Vendor::Anthropic => ANTHROPIC_ONLY,
    };
    for key in keys.keys() {
        if !COMMON.contains(&key.as_str()) && !own.contains(&key.as_str()) {
            return Err(format!("{place}: {vendor:?} does not accept '{key}'"));
        }
    }
    if keys
        .get("enum")
        .and_then(Value::as_array)
        .is_some_and(|values| values.len() > MAX_ENUM)
    {
        return Err(format!("{place}: more than {MAX_ENUM} enum values"));
    }
    if keys.get("type").and_then(Value::as_str) == Some("object") {
        object(keys, place)?;
    }
    children(keys)
        .into_iter()
        .try_for_each(|(path, child)| node(vendor, child, &format!("{at}/{path}"), depth + 1))
}

fn object(keys: &Map<String, Value>, place: &str) -> Result<(), String> {
    if keys.get("additionalProperties") != Some(&Value::Bool(false)) {
        return Err(format!("{place}: additionalProperties must be false"));
    }
    let empty = Map::new();
    let properties = keys
        .get("properties")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    let required: Vec<&str> = keys
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    if let Some(missing) = properties
        .keys()
        .find(|name| !required.contains(&name.as_str()))
    {
        return Err(format!("{place}: property '{missing}' is not required"));
    }
    match required
        .iter()
        .find(|name| !properties.contains_key(**name))
    {
        Some(unknown) => Err(format!("{place}: required '{unknown}' is not a property")),
        None => Ok(()),
    }
}

fn children(keys: &Map<String, Value>) -> Vec<(String, &Value)> {
    let mut children = Vec::new();
    if let Some(properties) = keys.get("properties").and_then(Value::as_object) {
        children.extend(
            properties
                .iter()
                .map(|(name, child)| (format!("properties/{name}"), child)),
        );
    }
    children.extend(keys.get("items").map(|child| ("items".to_owned(), child)));
    for key in ["anyOf", "allOf"] {
        if let Some(options) = keys.get(key).and_then(Value::as_array) {
            children.extend(
                options
                    .iter()
                    .enumerate()
                    .map(|(n, child)| (format!("{key}/{n}"), child)),
            );
        }
    }
    children
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema(score: Value) -> Value {
        json!({ "type": "object", "properties": { "why": { "type": "string" }, "score": score },
                "required": ["why", "score"], "additionalProperties": false })
    }

    #[test]
    fn bounds_are_for_openai_only() {
        let bounded = schema(json!({ "type": "integer", "minimum": 0 }));
        assert_eq!(check(Vendor::OpenAi, &bounded), Ok(()));
        let violation = check(Vendor::Anthropic, &bounded).unwrap_err();
        assert_eq!(
            violation,
            "/properties/score: Anthropic does not accept 'minimum'"
        );
    }

    #[test]
    fn every_property_is_required_and_none_is_extra() {
        let mut open = schema(json!({ "type": "integer" }));
        open["additionalProperties"] = json!(true);
        assert!(
            check_all(&open)
                .unwrap_err()
                .contains("additionalProperties")
        );
        let mut optional = schema(json!({ "type": "integer" }));
        optional["required"] = json!(["why"]);
        assert!(
            check_all(&optional)
                .unwrap_err()
                .contains("'score' is not required")
        );
        let mut phantom = schema(json!({ "type": "integer" }));
        phantom["required"] = json!(["why", "score", "ghost"]);
        assert!(
            check_all(&phantom)
                .unwrap_err()
                .contains("'ghost' is not a property")
        );
    }

    #[test]
    fn rules_hold_inside_arrays_and_alternatives() {
        let inner = json!({ "type": "object", "properties": { "a": { "type": "string" } }, "required": [],
                            "additionalProperties": false });
        let list = schema(json!({ "type": "array", "items": inner.clone() }));
        assert!(
            check_all(&list)
                .unwrap_err()
                .starts_with("/properties/score/items:")
        );
        let either = schema(json!({ "anyOf": [inner] }));
        assert!(
            check_all(&either)
                .unwrap_err()
                .starts_with("/properties/score/anyOf/0:")
        );
    }

    #[test]
    fn keywords_that_neither_vendor_lists_are_refused() {
        let negated = schema(json!({ "not": { "type": "string" } }));
        assert!(check(Vendor::OpenAi, &negated).is_err());
        assert!(check(Vendor::Anthropic, &negated).is_err());
    }
}
