//! Ratings made elsewhere, by people or by other programs: where they stand in a file, and how its cells are read.
//!
//! A recording is a pure function of its file: nobody is asked, nothing is cached or paid.

mod cell;
mod config;
mod files;
mod gold_file;
mod joined;
mod layout;
mod provenance;
mod read;
mod stands;
mod strata;

pub(super) use config::{RawRecordings, raters};
pub use files::Recordings;
pub use gold_file::GoldFile;
pub(crate) use joined::{Tasks, full_code};
pub use provenance::Provenance;
pub use read::{Recorded, RecordedRater};
pub use stands::RecordedRow;

use super::GoldKind;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The ratings of one rater in a file, as `taskrater.toml` maps its columns.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recording {
    /// The file, relative to `taskrater.toml`.
    pub file: String,
    /// Where it is configured: file and line, as errors name it.
    #[serde(skip)]
    pub place: String,
    /// The column of task ids; `None` for one of the usual names.
    pub task_id: Option<String>,
    /// A column of occupation ids: then a row counts for a task of that occupation alone.
    pub occupation_id: Option<String>,
    /// The column of each dimension that it rates.
    pub columns: BTreeMap<String, String>,
    /// The column that says why.
    pub rationale: Option<String>,
    /// The column of the rater's confidence, 0–100.
    pub confidence: Option<String>,
    /// Only rows that hold these texts in these columns are about this rater.
    #[serde(rename = "where")]
    pub only: BTreeMap<String, CellText>,
    /// What stands for a cell of this text.
    pub fold: BTreeMap<String, Folded>,
    /// Factors of numeric cells, by dimension (or `confidence`).
    pub multiply: BTreeMap<String, f64>,
    /// The column of the probability with which the task of a row was drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<String>,
    /// Whose ratings they are; empty when the configuration does not say.
    pub description: String,
    /// For ratings that are trusted: whose they are.
    pub gold: Option<GoldKind>,
}

/// What is read in place of a cell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Folded {
    /// A number, on the scale of the dimension; factors do not apply to it.
    Number(f64),
    /// A label.
    Label(String),
}

/// The text of a cell; the configuration may write it as a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CellText(pub String);

impl<'de> Deserialize<'de> for CellText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Raw {
            Text(String),
            Whole(i64),
            Number(f64),
            Truth(bool),
        }
        Ok(Self(match Raw::deserialize(deserializer)? {
            Raw::Text(text) => text.trim().to_owned(),
            Raw::Whole(number) => number.to_string(),
            Raw::Number(number) => number.to_string(),
            Raw::Truth(truth) => truth.to_string(),
        }))
    }
}

impl Recording {
    /// Where its ratings come from, in a few words: what the configuration says of them, or the file.
    #[must_use]
    pub fn source(&self) -> &str {
        match self.description.as_str() {
            "" => &self.file,
            description => description,
        }
    }

    /// What else a reader should know of it: its columns, and its file where [`Self::source`] is another.
    #[must_use]
    pub fn details(&self) -> String {
        match self.description.as_str() {
            "" => self.columns_in_words(),
            _ => format!("{}: {}", self.file, self.columns_in_words()),
        }
    }

    /// Everything of it that shapes its ratings, as one text: two recordings of one mapping read a file alike.
    #[must_use]
    pub fn mapping(&self) -> String {
        // Maps of texts and finite numbers are JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The columns it is read from, in words.
    #[must_use]
    pub fn columns_in_words(&self) -> String {
        let columns = self.columns.iter();
        let columns: Vec<String> = columns
            .map(|(dimension, column)| format!("{dimension} = {column}"))
            .collect();
        let only = self.only.iter();
        let only: Vec<String> = only
            .map(|(column, CellText(text))| format!("{column} is {text}"))
            .collect();
        match only.is_empty() {
            true => columns.join(", "),
            false => format!("{} where {}", columns.join(", "), only.join(" and ")),
        }
    }
}
