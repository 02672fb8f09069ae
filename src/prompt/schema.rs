//! The shape of a reply, made from the rubric: as a JSON schema for providers that enforce one, and as a skeleton in
//! words for servers that do not.

use super::Field;
use crate::rubric::{Dimension, Rubric, Scale};
use serde_json::{Map, Value, json};

/// The fields of a reply in the order in which a model writes them, and the schema that says so.
#[derive(Debug, Clone)]
pub struct ReplySchema {
    fields: Vec<(String, Field)>,
    json: Value,
    text: String,
    skeleton: String,
    reply_bytes: (f64, f64),
}

impl ReplySchema {
    /// Makes the schema. It stays within what OpenAI's and Anthropic's strict modes both accept: every property is
    /// required, none is extra, and there are no numeric bounds (bounds are checked when the reply is read).
    pub(super) fn new(rubric: &Rubric, fields: Vec<Field>) -> Self {
        let fields: Vec<(String, Field)> = fields
            .into_iter()
            .map(|field| (name(rubric, &field), field))
            .collect();
        let named = |of: fn(&Rubric, &Field) -> Value| {
            let fields = fields.iter();
            fields.map(move |(name, field)| (name.clone(), of(rubric, field)))
        };
        let json = object(named(property).collect());
        let skeleton = Value::Object(named(example).collect());
        Self {
            reply_bytes: reply_bytes(&fields),
            fields,
            ..Self::of(json, &skeleton, (0.0, 0.0))
        }
    }

    /// The shape of a reply that is no rating. `reply_bytes` is the least that holds every field, and a usual reply.
    pub(super) fn of(json: Value, skeleton: &Value, reply_bytes: (f64, f64)) -> Self {
        Self {
            fields: Vec::new(),
            text: json.to_string(),
            skeleton: skeleton.to_string(),
            json,
            reply_bytes,
        }
    }

    /// Fields of a rating by name, in order.
    #[must_use]
    pub fn fields(&self) -> &[(String, Field)] {
        &self.fields
    }

    /// The schema as JSON.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The exact text of the schema: what is sent, and what the cache key is made of.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Bytes of a reply: the least that holds every field, and a usual one.
    #[must_use]
    pub fn reply_bytes(&self) -> (f64, f64) {
        self.reply_bytes
    }

    /// What is added to the system text for servers that enforce no schema.
    #[must_use]
    pub fn instruction(&self) -> String {
        format!(
            "Answer with one JSON object and nothing else: no fence, no text around it. It has exactly these fields, \
             in this order (a range stands for a whole number in it, words between bars for a choice):\n{}",
            self.skeleton
        )
    }
}

/// A closed object with these properties, all of them required.
pub(super) fn object(properties: Map<String, Value>) -> Value {
    let required: Vec<String> = properties.keys().cloned().collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// A rationale of one to three sentences has 60 to 600 bytes, mostly some 350; a list of at most five tools some 80.
/// Numbers and labels are a few bytes beside their names.
fn reply_bytes(fields: &[(String, Field)]) -> (f64, f64) {
    let sizes = fields.iter().map(|(name, field)| {
        let (least, usual) = match field {
            Field::Rationale => (60.0, 350.0),
            Field::Tools => (2.0, 80.0),
            Field::Confidence | Field::Dimension(_) => (1.0, 4.0),
        };
        // Quotes, colon and comma stand around every field.
        let around = name.len() as f64 + 4.0;
        (least + around, usual + around)
    });
    sizes.fold((2.0, 2.0), |sum, size| (sum.0 + size.0, sum.1 + size.1))
}

fn name(rubric: &Rubric, field: &Field) -> String {
    match field {
        Field::Rationale => "rationale".to_owned(),
        Field::Tools => "tools".to_owned(),
        Field::Confidence => "confidence".to_owned(),
        Field::Dimension(position) => dimension(rubric, *position).id.clone(),
    }
}

fn property(rubric: &Rubric, field: &Field) -> Value {
    match field {
        Field::Rationale => json!({
            "type": "string",
            "description": "One to three sentences that give the reason, written before the ratings.",
        }),
        Field::Tools => json!({
            "type": "array",
            "items": { "type": "string" },
            "description": "AI tools that drive the rating, at most five.",
        }),
        Field::Confidence => {
            json!({ "type": "integer", "description": "0 (a guess) to 100 (certain)." })
        }
        Field::Dimension(position) => match &dimension(rubric, *position).scale {
            Scale::Score(_) => json!({ "type": "integer", "description": "0 to 100." }),
            Scale::Labels(labels) => {
                let ids: Vec<&str> = labels.iter().map(|label| label.id.as_str()).collect();
                json!({ "type": "string", "enum": ids })
            }
        },
    }
}

fn example(rubric: &Rubric, field: &Field) -> Value {
    match field {
        Field::Rationale => json!("one to three sentences"),
        Field::Tools => json!(["..."]),
        Field::Confidence => json!("0-100"),
        Field::Dimension(position) => match &dimension(rubric, *position).scale {
            Scale::Score(_) => json!("0-100"),
            Scale::Labels(labels) => {
                let ids: Vec<&str> = labels.iter().map(|label| label.id.as_str()).collect();
                json!(ids.join("|"))
            }
        },
    }
}

/// `Field::Dimension` holds positions that `front_matter` took from this rubric.
fn dimension(rubric: &Rubric, position: usize) -> &Dimension {
    &rubric.dimensions()[position]
}
