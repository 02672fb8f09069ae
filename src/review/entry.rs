//! What a person said of a task.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One line of `labels.jsonl`. Lines are only ever added: a later line of a person about a task takes the place of an earlier
/// one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When, as RFC 3339 in UTC.
    pub time: String,
    /// Id of the draw that asked.
    pub draw: String,
    /// Who said it.
    pub reviewer: String,
    /// Id of the occupation.
    pub occupation_id: String,
    /// Id of the task.
    pub task_id: String,
    /// What was said.
    #[serde(flatten)]
    pub said: Said,
}

/// What was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "said", rename_all = "lowercase")]
pub enum Said {
    /// A judgement in every dimension that the draw asks for.
    Label {
        /// By the id of the dimension.
        values: BTreeMap<String, Answer>,
        /// Why; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        note: String,
    },
    /// The person cannot judge the task.
    Skip {
        /// Why, in their words.
        reason: String,
    },
    /// The person takes back what they said: the task is open again.
    Withdraw,
    /// The person left the task empty in a sheet and answered later ones, without saying why. The task stays open; where many
    /// are left so, those that were answered are no random sample.
    Pass,
}

/// A judgement in one dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// A score, 0–100.
    Score(f64),
    /// The id of a label.
    Label(String),
}
