//! The files of a run: ratings, consensus and occupation scores for programs, a report for people.
//!
//! Every writer takes one [`Report`] and writes the same bytes for the same ratings: no clock, no run id, no cost.
//! Column and field names are stable; more may follow at the end. Numbers are rounded to 12 decimals and printed
//! as short as possible; what is missing is an empty cell, never 0 and never NaN.

mod consensus_csv;
#[cfg(test)]
mod fixtures;
mod markdown;
mod occupations_csv;
mod ratings_jsonl;
mod table;

pub use consensus_csv::write_consensus_csv;
pub use markdown::markdown;
pub use occupations_csv::write_occupations_csv;
pub use ratings_jsonl::write_ratings_jsonl;
pub use table::without_guard;

use crate::inventory::{Occupation, Task};
use crate::rating::{Rating, Value};
use crate::reconcile::Reconciled;
use crate::rubric::{Dimension, Rubric};

/// What kind of rater it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RaterKind {
    /// A language model that was asked.
    Llm,
    /// An embedded statistical model of published labels.
    Surrogate,
    /// Ratings recorded elsewhere, by people or by models.
    Recording,
}

/// A rater as the report describes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaterLine {
    /// Its id: the column name in the tables.
    pub id: String,
    /// What kind of rater it is.
    pub kind: RaterKind,
    /// The model that answers, the labels that a surrogate was trained on, or where a recording comes from.
    pub source: String,
    /// What else a reader should know; may be empty.
    pub description: String,
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
    /// `ratings[task * raters.len() + rater]`, tasks counted through the occupations in order.
    pub ratings: &'a [Rating],
    /// The same ratings reconciled, with the raters in the same order.
    pub reconciled: &'a Reconciled,
}

impl<'a> Report<'a> {
    /// All tasks with their occupations, in the order of the ratings.
    fn tasks(&self) -> impl Iterator<Item = (&'a Occupation, &'a Task)> {
        self.occupations
            .iter()
            .flat_map(|occupation| occupation.tasks.iter().map(move |task| (*occupation, task)))
    }

    /// The dimension at a position of the rubric.
    fn dimension(&self, position: usize) -> Option<&'a Dimension> {
        self.rubric.dimensions().get(position)
    }

    /// The ratings of each task, one a rater.
    fn rows(&self) -> impl Iterator<Item = &'a [Rating]> {
        self.ratings.chunks_exact(self.raters.len().max(1))
    }
}

/// A rating's answer on the dimension at this position of the rubric.
fn answer(rating: &Rating, dimension: usize) -> Option<&Value> {
    rating.values.get(dimension).and_then(Option::as_ref)
}

#[cfg(test)]
mod tests;
