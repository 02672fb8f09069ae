//! The files of a run: ratings, consensus and occupation scores for programs, a report for people.
//!
//! Every writer takes one [`Report`] and writes the same bytes for the same ratings: no clock, no run id, no cost.
//! Column and field names are stable; more may follow at the end. Numbers are rounded to 12 decimals and printed
//! as short as possible; what is missing is an empty cell, never 0 and never NaN. The writers go task by task and hold
//! no more than one.

mod adjudicated_csv;
mod changes_csv;
mod compare_csv;
mod consensus_csv;
#[cfg(test)]
mod fixtures;
mod gold;
mod labour;
mod markdown;
mod occupations_csv;
mod page;
mod ratings_jsonl;
mod read_ratings;
mod table;
mod summaries_csv;
mod tasks_csv;

pub use crate::inventory::without_guard;
pub use adjudicated_csv::{
    Adjudication, read_adjudicated_csv, write_adjudicated_csv, write_final_scores_csv,
};
pub use changes_csv::{ChangeRow, change_rows, write_changes_csv};
pub use compare_csv::write_compare_csv;
pub use consensus_csv::write_consensus_csv;
pub use gold::{ends_note, ends_of, ends_text, gold_text, marked_gold, overall_text};
pub use labour::{LABOUR_COLUMNS, LabourCell, LabourText, labour_cells, labour_text};
pub(crate) use markdown::{escape, table};
pub use markdown::{write_adjudication_md, write_report_md};
pub use occupations_csv::write_occupations_csv;
pub use page::{AuditPage, write_audit_page};
pub use ratings_jsonl::write_ratings_jsonl;
pub use read_ratings::RatingLine;
pub use summaries_csv::{SummaryRow, write_summaries_csv};
pub(crate) use table::Table;
pub use tasks_csv::{read_tasks_csv, write_tasks_csv};

use crate::error::Result;
use crate::inventory::{Occupation, Task};
use crate::labour::Joined;
use crate::rater::{GoldKind, Provenance};
use crate::rating::{Rating, Value};
use crate::ratings::{Carried, Row, Sheet};
use crate::reconcile::Reconciled;
use crate::rubric::{Dimension, Rubric};
use serde::{Deserialize, Serialize};

/// What kind of rater it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RaterKind {
    /// A language model that was asked.
    Llm,
    /// An embedded statistical model of published labels.
    Surrogate,
    /// Ratings recorded elsewhere, by people or by models.
    Recording,
}

/// A rater as the report describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RaterLine {
    /// Its id: the column name in the tables.
    pub id: String,
    /// What kind of rater it is.
    pub kind: RaterKind,
    /// The model that answers, the labels that a surrogate was trained on, or where a recording comes from.
    pub source: String,
    /// What else a reader should know; may be empty.
    pub description: String,
    /// For ratings that are trusted: whose they are. They calibrate the panel and are no part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gold: Option<GoldKind>,
    /// For ratings of tasks that were drawn with known probabilities: by whom and how, as far as their file says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Provenance>,
}

/// Everything that the files of a run show.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// What people call the inventory.
    pub inventory: &'a str,
    /// What a reader should know of the inventory.
    pub notes: &'a [String],
    /// What was judged.
    pub rubric: &'a Rubric,
    /// Fingerprint of the prompt.
    pub prompt: &'a str,
    /// The panel, in order.
    pub raters: &'a [RaterLine],
    /// The occupations that were rated, with the tasks that were rated.
    pub occupations: &'a [&'a Occupation],
    /// The ratings, tasks counted through the occupations in order.
    pub ratings: &'a Sheet,
    /// Which of them were taken over from earlier runs; `None` where none was.
    pub carried: Option<&'a Carried>,
    /// The same ratings reconciled, with the raters in the same order.
    pub reconciled: &'a Reconciled,
    /// Jobs and wages of the same occupations, where labour files are configured.
    pub labour: Option<&'a Joined<'a>>,
}

impl<'a> Report<'a> {
    /// All tasks with their occupations, in the order of the ratings.
    pub fn tasks(&self) -> impl Iterator<Item = (&'a Occupation, &'a Task)> + use<'a> {
        self.occupations
            .iter()
            .flat_map(|occupation| occupation.tasks.iter().map(move |task| (*occupation, task)))
    }

    /// One task with its occupation, by its place in that order.
    #[must_use]
    pub fn task(&self, number: usize) -> Option<(&'a Occupation, &'a Task)> {
        let mut first = 0;
        for occupation in self.occupations {
            if let Some(task) = occupation.tasks.get(number - first) {
                return Some((occupation, task));
            }
            first += occupation.tasks.len();
        }
        None
    }

    /// The ids of the panel.
    #[must_use]
    pub fn ids(&self) -> Vec<&'a str> {
        self.raters.iter().map(|rater| rater.id.as_str()).collect()
    }

    /// The dimension at a position of the rubric.
    fn dimension(&self, position: usize) -> Option<&'a Dimension> {
        self.rubric.dimensions().get(position)
    }

    /// All tasks with their occupations and ratings, in order.
    fn rows(
        &self,
    ) -> impl Iterator<Item = (usize, (&'a Occupation, &'a Task), Result<Row>)> + use<'a> {
        let sheet = self.ratings;
        self.tasks()
            .enumerate()
            .map(|(number, names)| (number, names, sheet.row(number)))
    }
}

/// A rating's answer on the dimension at this position of the rubric.
fn answer(rating: &Rating, dimension: usize) -> Option<&Value> {
    rating.values.get(dimension).and_then(Option::as_ref)
}

#[cfg(test)]
mod tests;
