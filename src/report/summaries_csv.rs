//! `summaries.csv`: one row a task, with what a model made of its reasons and the rationale merged without a call beside it.

use super::table::Table;
use crate::error::Result;
use crate::summary::Item;
use std::io::Write;

/// The columns of the file, in order.
const COLUMNS: [&str; 8] = [
    "occupation_id",
    "task_id",
    "task",
    "status",
    "reason",
    "summary",
    "summariser",
    "rationale",
];

/// What became of the summary of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SummaryRow<'a> {
    /// The task.
    pub item: &'a Item,
    /// `accepted`, `rejected`, `not asked`, or how the question ended without a summary ([`crate::rating::Outcome::name`]).
    pub status: &'static str,
    /// Why it is rejected or was not asked for; the model's words where it refused.
    pub reason: String,
    /// What the model wrote, rejected or not; empty where there is nothing.
    pub summary: &'a str,
}

impl SummaryRow<'_> {
    /// The rationale merged without a call: a line a dimension, `exposure: All 3 raters say E2 …`.
    #[must_use]
    pub fn merged(&self) -> String {
        let lines = self
            .item
            .merged
            .iter()
            .map(|(dimension, text)| format!("{dimension}: {text}"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

/// Writes `summaries.csv`; `summariser` is the id of the rater that wrote the summaries.
///
/// # Errors
/// Writing fails.
pub fn write_summaries_csv(
    summariser: &str,
    rows: &[SummaryRow<'_>],
    out: &mut impl Write,
) -> Result<()> {
    let mut table = Table::new(out, "the summaries", COLUMNS.into_iter())?;
    for row in rows {
        let item = row.item;
        let cells = [
            &item.occupation_id,
            &item.task_id,
            &item.statement,
            row.status,
            &row.reason,
            row.summary,
            summariser,
            &row.merged(),
        ];
        for cell in cells {
            table.text(cell)?;
        }
        table.end_row()?;
    }
    table.finish()
}
