//! Which fields an answer has: read from a JSON schema, or from a skeleton in the prompt.

use serde_json::Value;

use super::skeleton;

/// The fields of an answer, in order.
pub type Shape = Vec<(String, Field)>;

/// What stands in a field.
#[derive(Debug, Clone, PartialEq)]
pub enum Field {
    /// One of these values.
    Label(Vec<Value>),
    /// A number between two bounds.
    Score {
        /// The lowest value.
        low: f64,
        /// The highest value.
        high: f64,
        /// Whether it is a whole number.
        whole: bool,
    },
    /// Prose.
    Text,
    /// A short list of strings.
    List,
    /// A list with one object in it.
    Rows(Shape),
    /// An object.
    Object(Shape),
    /// True or false.
    Flag,
    /// Null.
    Null,
}

/// The score that is meant when no bounds are given.
pub const PERCENT: Field = Field::Score {
    low: 0.0,
    high: 100.0,
    whole: true,
};

/// Schemas may refer to themselves; no reply nests deeper than this.
const MAX_DEPTH: usize = 8;

/// The fields of an object schema; `None` when it has none.
pub fn from_schema(schema: &Value) -> Option<Shape> {
    match field(schema, schema, 0) {
        Field::Object(shape) if !shape.is_empty() => Some(shape),
        _ => None,
    }
}

/// The fields of the skeleton object in a prompt: the `{ … }` block with the most keys, the last of
/// those with equally many, outside of `<task>…</task>`. Values say what is wanted:
///
/// | value | answer |
/// |---|---|
/// | `"E0\|E2\|E1"` or `"E0" \| "E1"` | one of the alternatives |
/// | `"E2"` (a lone label of that kind) | one of E0, E2, E1 |
/// | `0-100`, `"0-100"`, `<integer 0 to 100>` | a whole number between the two |
/// | `50`, `"<integer>"` | a whole number between 0 and 100 |
/// | `["…"]` | a short list of strings |
/// | `{…}`, `[{…}]` | the same rules inside |
/// | `true`, `false` | true or false |
/// | other text | prose |
///
/// A whole JSON schema (`"type": "object"` with `properties`) is taken as a schema.
pub fn from_prompt(prompt: &str) -> Option<Shape> {
    let mut best: Option<Shape> = None;
    for found in skeleton::objects(&without_task(prompt)) {
        if best.as_ref().is_none_or(|best| found.len() >= best.len()) {
            best = Some(found);
        }
    }
    best
}

fn without_task(prompt: &str) -> String {
    let mut rest = prompt;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("<task>") {
        kept.push_str(before);
        rest = after.split_once("</task>").map_or("", |(_, tail)| tail);
    }
    kept + rest
}

fn field(schema: &Value, root: &Value, depth: usize) -> Field {
    if depth > MAX_DEPTH {
        return Field::Null;
    }
    let inner = |schema: &Value| field(schema, root, depth + 1);
    if let Some(target) = schema["$ref"].as_str() {
        return root
            .pointer(target.trim_start_matches('#'))
            .map_or(Field::Null, inner);
    }
    if let Some(value) = schema.get("const") {
        return Field::Label(vec![value.clone()]);
    }
    if let Some(values) = schema["enum"].as_array() {
        return Field::Label(
            values
                .iter()
                .filter(|value| !value.is_null())
                .cloned()
                .collect(),
        );
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(branches) = schema[key].as_array() {
            return branch(branches, inner);
        }
    }
    match type_of(schema) {
        "object" => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            Field::Object(
                properties
                    .map(|(name, part)| (name.clone(), inner(part)))
                    .collect(),
            )
        }
        "array" => match inner(&schema["items"]) {
            Field::Object(shape) => Field::Rows(shape),
            _ => Field::List,
        },
        "integer" => score(schema, true),
        "number" => score(schema, false),
        "boolean" => Field::Flag,
        "string" => Field::Text,
        _ => Field::Null,
    }
}

/// The first branch that is not null; branches that are constants are the labels of one field.
fn branch(branches: &[Value], inner: impl Fn(&Value) -> Field) -> Field {
    let constants: Vec<Value> = branches
        .iter()
        .filter_map(|b| b.get("const").cloned())
        .collect();
    if constants.len() > 1 {
        return Field::Label(constants);
    }
    branches
        .iter()
        .find(|branch| branch["type"] != "null")
        .map_or(Field::Null, inner)
}

fn type_of(schema: &Value) -> &str {
    let first_real = |types: &'_ Vec<Value>| types.iter().position(|kind| kind != "null");
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(types) => first_real(types)
            .and_then(|at| types[at].as_str())
            .unwrap_or("null"),
        _ if schema["properties"].is_object() => "object",
        _ => "null",
    }
}

fn score(schema: &Value, whole: bool) -> Field {
    let bound = |keys: [&str; 2]| keys.iter().find_map(|key| schema[*key].as_f64());
    let low = bound(["minimum", "exclusiveMinimum"]).unwrap_or(0.0);
    let high = bound(["maximum", "exclusiveMaximum"]).unwrap_or(100.0);
    Field::Score {
        low,
        high: high.max(low),
        whole,
    }
}
