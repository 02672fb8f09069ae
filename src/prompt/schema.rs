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
}

impl ReplySchema {
    /// Makes the schema. It stays within what OpenAI's and Anthropic's strict modes both accept: every property is
    /// required, none is extra, and there are no numeric bounds (bounds are checked when the reply is read).
    pub(super) fn new(rubric: &Rubric, fields: Vec<Field>) -> Self {
        let fields: Vec<(String, Field)> = fields
            .into_iter()
            .map(|field| (name(rubric, &field), field))
            .collect();
        let mut properties = Map::new();
        let mut skeleton = Map::new();
        for (name, field) in &fields {
            properties.insert(name.clone(), property(rubric, field));
            skeleton.insert(name.clone(), example(rubric, field));
        }
        let required: Vec<&String> = fields.iter().map(|(name, _)| name).collect();
        let json = json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        });
        Self {
            text: json.to_string(),
            skeleton: Value::Object(skeleton).to_string(),
            fields,
            json,
        }
    }

    /// Fields by name, in order.
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
