//! The answer to a request: a value for every field of its shape.

use serde_json::{Map, Value, json};

use super::ask::Ask;
use super::fault::Kind;
use super::hash::{around_zero, hash};
use super::judge::{self, Judgement};
use super::proposals;
use super::recorded::{Archive, Verdict};
use super::shape::{Field, Shape};

/// The mark at the head of generated prose.
pub const MARK: &str = "[simulated] ";

/// One rater's view of one task, from which all fields are filled.
struct Opinion<'a> {
    ask: &'a Ask,
    seed: Option<i64>,
    judgement: Judgement,
    recorded: Option<&'a Verdict>,
    scored: bool,
}

/// The answer to choice `choice` of a request, with the faults that concern its fields.
/// `None` when the request shows no fields to answer.
pub fn answer(
    ask: &Ask,
    choice: u64,
    archive: Option<&Archive>,
    alterations: &[Kind],
) -> Option<Map<String, Value>> {
    let shape = ask.shape.as_ref()?;
    let drafts = shape.iter().any(|(name, _)| name == proposals::FIELD);
    let mut object = match ask.source.as_deref().filter(|_| drafts) {
        Some(source) => proposals::answer(&ask.model, source),
        None => Opinion::form(ask, choice, shape, archive).fill(shape),
    };
    for (name, value) in &ask.followed {
        if let Some(own) = object.get_mut(name) {
            own.clone_from(value);
        }
    }
    for kind in alterations {
        alter(&mut object, shape, kind);
    }
    Some(object)
}

/// Prose for a request that names no fields.
pub fn prose(ask: &Ask) -> String {
    let judgement = judge::judge(&ask.model, &ask.task, ask.seed);
    let label = judge::label_of_level(judgement.level);
    format!("{} My rating would be {label}.", rationale(&judgement))
}

impl<'a> Opinion<'a> {
    fn form(ask: &'a Ask, choice: u64, shape: &Shape, archive: Option<&'a Archive>) -> Self {
        // The first choice of a request is the answer to the request without choices.
        let other = (choice > 0).then(|| ask.seed.unwrap_or(0).wrapping_add(choice.cast_signed()));
        let seed = other.or(ask.seed);
        let mut judgement = judge::judge(&ask.model, &ask.task, seed);
        let recorded = archive.and_then(|archive| archive.find(&ask.model, &ask.task));
        if let Some(middle) = recorded.and_then(|verdict| judge::level_of_label(&verdict.label)) {
            judgement.level = middle + (judgement.level - 0.5) * 0.2;
        }
        if let Some(points) = ask.points {
            judgement.level = (points / 100.0).clamp(0.0, 1.0);
        }
        let scored = shape
            .iter()
            .any(|(_, field)| matches!(field, Field::Score { .. }));
        Self {
            ask,
            seed,
            judgement,
            recorded,
            scored,
        }
    }

    /// The first prose field is the rationale.
    fn fill(&self, shape: &Shape) -> Map<String, Value> {
        let first_text = shape.iter().position(|(_, field)| *field == Field::Text);
        let fill = |(at, (name, field)): (usize, &(String, Field))| {
            let value = match field {
                Field::Text if Some(at) == first_text => json!(self.rationale()),
                field => self.value(name, field),
            };
            (name.clone(), value)
        };
        shape.iter().enumerate().map(fill).collect()
    }

    fn value(&self, name: &str, field: &Field) -> Value {
        match field {
            Field::Label(options) => self.label(options),
            Field::Score { low, high, whole } => {
                let score = low + (high - low) * self.share(name);
                if *whole {
                    json!(score.round() as i64)
                } else {
                    json!(round_to_cents(score))
                }
            }
            Field::Text => json!(format!("{MARK}No more to say about {name}.")),
            Field::List => json!(tools(&self.judgement)),
            Field::Rows(shape) => json!([self.fill(shape)]),
            Field::Object(shape) => Value::Object(self.fill(shape)),
            Field::Flag => json!(self.judgement.level >= 0.5),
            Field::Null => Value::Null,
        }
    }

    /// Exposure labels by their meaning, other labels by their order, lowest first.
    fn label(&self, options: &[Value]) -> Value {
        let recorded = self.recorded.map(|verdict| json!(verdict.label));
        if let Some(label) = recorded.filter(|label| options.contains(label)) {
            return label;
        }
        let label = json!(judge::label_of_level(self.judgement.level));
        if options.contains(&label) {
            return label;
        }
        let at = (self.judgement.level * options.len() as f64) as usize;
        options
            .get(at.min(options.len().saturating_sub(1)))
            .cloned()
            .unwrap_or(Value::Null)
    }

    /// Where a score lies between its bounds: some names have a meaning, others follow the level.
    fn share(&self, name: &str) -> f64 {
        let level = self.judgement.level;
        if self.ask.points.is_some() {
            return level;
        }
        let base = if name.contains("automat") {
            0.9 * level - 0.05
        } else if name.contains("augment") {
            0.35 + 0.55 * level
        } else if name.contains("confiden") || name.contains("certain") {
            0.62 + 0.5 * (level - 0.5).abs()
        } else {
            level
        };
        let seed = self.seed.unwrap_or(0).to_le_bytes();
        let (model, task) = (self.ask.model.as_bytes(), self.ask.task.as_bytes());
        (base + around_zero(0.05, &[name.as_bytes(), model, task, &seed])).clamp(0.0, 1.0)
    }

    fn rationale(&self) -> String {
        let Some(verdict) = self.recorded else {
            return rationale(&self.judgement);
        };
        // Only label and explanation were published: say so where numbers stand beside them.
        let note = if self.scored {
            " [the scores beside this are simulated]"
        } else {
            ""
        };
        format!(
            "[recorded: {}] {}{note}",
            verdict.model, verdict.explanation
        )
    }
}

fn rationale(judgement: &Judgement) -> String {
    let does = match &judgement.written {
        Some(word) => format!("The word \"{word}\" points to work that language models help with"),
        None => "No word in this task points to work that language models do alone".to_owned(),
    };
    let remains = match &judgement.physical {
        Some(word) => format!("the word \"{word}\" points to work that needs a person on site"),
        None => "a person still checks the result and answers for it".to_owned(),
    };
    format!("{MARK}{does}; {remains}.")
}

fn tools(judgement: &Judgement) -> Vec<&'static str> {
    const MORE: [&str; 4] = [
        "document assistant",
        "spreadsheet assistant",
        "search assistant",
        "meeting transcriber",
    ];
    let Some(word) = &judgement.written else {
        return vec!["chat assistant"];
    };
    match word {
        w if w.starts_with("code") || w.starts_with("program") || w.starts_with("software") => {
            vec!["chat assistant", "code assistant"]
        }
        w => vec!["chat assistant", MORE[(hash(&[w.as_bytes()]) % 4) as usize]],
    }
}

fn alter(object: &mut Map<String, Value>, shape: &Shape, kind: &Kind) {
    match kind {
        Kind::OutOfRange { value } => {
            set_all(
                object,
                shape,
                |field| matches!(field, Field::Score { .. }),
                &json!(value),
            );
        }
        Kind::UnknownLabel { label } => {
            set_all(
                object,
                shape,
                |field| matches!(field, Field::Label(_)),
                &json!(label),
            );
        }
        Kind::MissingField { field } => {
            let rated = |field: &Field| matches!(field, Field::Label(_) | Field::Score { .. });
            let first = shape
                .iter()
                .find(|(_, field)| rated(field))
                .or(shape.first());
            if let Some(name) = field.as_ref().or(first.map(|(name, _)| name)) {
                object.shift_remove(name);
            }
        }
        Kind::ExtraField => {
            object.insert(
                "note".to_owned(),
                json!("[simulated] a field nobody asked for"),
            );
        }
        _ => {}
    }
}

fn set_all(
    object: &mut Map<String, Value>,
    shape: &Shape,
    wanted: impl Fn(&Field) -> bool,
    value: &Value,
) {
    for (name, _) in shape.iter().filter(|(_, field)| wanted(field)) {
        object.insert(name.clone(), value.clone());
    }
}

fn round_to_cents(score: f64) -> f64 {
    (score * 100.0).round() / 100.0
}
