//! The cache key of a question: everything that shapes the answer, and nothing else.

use crate::prompt::fingerprint;
use crate::rater::Llm;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// BLAKE3 over length-prefixed fields.
pub type Key = [u8; 32];

/// Raised whenever the meaning of a field or of the layout changes: old entries are then asked again, never misread.
const KEY_VERSION: &str = "taskrater-1";

/// The field from which on one question's key differs from that of another to the same rater.
const QUESTION: &str = "question";
/// Fields of a record that are none of a key.
const KIND: &str = "kind";
const PART: &str = "part";

/// What a key is made of: the exact strings of a first request.
#[derive(Debug, Clone, Copy)]
pub struct KeyFields<'a> {
    /// The rater.
    pub llm: &'a Llm,
    /// System text as sent.
    pub system: &'a str,
    /// Question as sent.
    pub question: &'a str,
    /// Schema text as sent.
    pub schema: &'a str,
    /// Sample number, from 0.
    pub sample: u32,
}

/// The fields of a key as they are kept beside a cached reply, long texts as fingerprints: by them a miss is explained.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestRecord(pub BTreeMap<String, String>);

impl RequestRecord {
    /// The record of another question to the same rater with the same prompt.
    #[must_use]
    pub fn about(&self, question: &str, sample: u32) -> Self {
        let mut fields = self.0.clone();
        fields.insert(QUESTION.to_owned(), fingerprint(question.as_bytes()));
        fields.insert("sample".to_owned(), sample.to_string());
        Self(fields)
    }

    /// The same of a question of this kind, and of this part of several about one task: no parts of its key, but by them questions
    /// that were never the same are told apart.
    #[must_use]
    pub fn of(mut self, kind: Option<&str>, part: Option<&str>) -> Self {
        for (name, value) in [(KIND, kind), (PART, part)] {
            if let Some(value) = value {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
        self
    }

    /// Whether a question may be another version of this one: of the same kind and the same part.
    #[must_use]
    pub fn is_alike(&self, other: &Self) -> bool {
        [KIND, PART]
            .iter()
            .all(|name| self.0.get(*name) == other.0.get(*name))
    }
}

/// What the keys and records of all questions to one rater with one prompt have in common. Hashing it once and not for
/// every question halves the time that a run over a full cache takes to look it up.
#[derive(Debug, Clone)]
pub struct KeyBase {
    /// Has taken in every field before the question.
    hasher: blake3::Hasher,
    record: RequestRecord,
}

impl KeyBase {
    /// The part that these fields share with those of other questions and samples.
    #[must_use]
    pub fn new(fields: &KeyFields<'_>) -> Self {
        let mut hasher = blake3::Hasher::new();
        let shared = fields.fields().into_iter();
        for (_, value) in shared.take_while(|(name, _)| *name != QUESTION) {
            take_in(&mut hasher, &value);
        }
        Self {
            hasher,
            record: fields.record(),
        }
    }

    /// The key of a question: [`KeyFields::key`].
    #[must_use]
    pub fn key(&self, question: &str, sample: u32) -> Key {
        let mut hasher = self.hasher.clone();
        take_in(&mut hasher, question);
        take_in(&mut hasher, &sample.to_string());
        *hasher.finalize().as_bytes()
    }

    /// The record of a question: [`KeyFields::record`].
    #[must_use]
    pub fn record(&self, question: &str, sample: u32) -> RequestRecord {
        self.record.about(question, sample)
    }
}

/// Fields carry their length, so that no byte can move from one to the next.
fn take_in(hasher: &mut blake3::Hasher, value: &str) {
    hasher.update(&(value.len() as u64).to_le_bytes());
    hasher.update(value.as_bytes());
}

impl KeyFields<'_> {
    /// Name and exact value of each field, in a fixed order. The destructuring is exhaustive: a new field of a rater
    /// does not compile until somebody has decided whether it belongs to the key.
    fn fields(&self) -> Vec<(&'static str, String)> {
        let Self {
            llm,
            system,
            question,
            schema,
            sample,
        } = *self;
        let Llm {
            wire,
            model,
            base_url,
            structured,
            max_tokens,
            max_tokens_field,
            parameters,
            key_env: _, // who pays does not shape the answer
            price: _,   // nor what it costs
            price_source: _,
            retires: _, // nor until when it can be had
            traffic: _,
        } = llm;
        let parameters: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        vec![
            ("key_version", KEY_VERSION.to_owned()),
            ("wire", wire.name().to_owned()),
            ("base_url", base_url.clone()),
            ("model", model.clone()),
            ("structured", structured.name().to_owned()),
            ("max_tokens", max_tokens.to_string()),
            ("max_tokens_field", max_tokens_field.clone()),
            ("parameters", parameters.join("\n")),
            ("schema", schema.to_owned()),
            ("system", system.to_owned()),
            (QUESTION, question.to_owned()),
            ("sample", sample.to_string()),
        ]
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> Key {
        let mut hasher = blake3::Hasher::new();
        for (_, value) in self.fields() {
            take_in(&mut hasher, &value);
        }
        *hasher.finalize().as_bytes()
    }

    /// The fields to keep beside the reply.
    #[must_use]
    pub fn record(&self) -> RequestRecord {
        let short = |(name, value): (&'static str, String)| {
            let long = matches!(name, "schema" | "system" | QUESTION);
            (
                name.to_owned(),
                if long {
                    fingerprint(value.as_bytes())
                } else {
                    value
                },
            )
        };
        RequestRecord(self.fields().into_iter().map(short).collect())
    }
}
