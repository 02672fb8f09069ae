//! The summaries on the terminal, and what a person should know of them.

use crate::error::Result;
use crate::report::SummaryRow;
use crate::shell::cli::is_broken_pipe;
use crate::shell::run_folder::RunFolder;
use crate::shell::table;
use crate::shell::terminal::clean;
use serde_json::{Value, json};
use std::path::Path;

/// Rejected summaries whose reason is told; `summaries.csv` has them all.
const LISTED: usize = 10;

/// Prints the summaries, as a table or as JSON.
pub(super) fn print(
    folder: &RunFolder,
    rater: &str,
    of: &Option<String>,
    rows: &[SummaryRow<'_>],
    as_json: bool,
) -> Result<()> {
    let text = match as_json {
        true => {
            let summaries: Vec<Value> = rows.iter().map(one).collect();
            format!(
                "{:#}",
                json!({ "run": folder.id(), "of": of, "summariser": rater, "summaries": summaries })
            )
        }
        false => {
            let row = |row: &SummaryRow<'_>| {
                // What was rejected is not shown as if it stood.
                let text = match row.status {
                    "rejected" => format!("rejected: {}", row.reason),
                    "accepted" => row.summary.to_owned(),
                    _ => row.reason.clone(),
                };
                vec![
                    clean(&row.item.task_id),
                    row.status.to_owned(),
                    clean(&text),
                ]
            };
            table::plain(
                &["task", "status", "summary"],
                rows.iter().map(row).collect(),
            )
        }
    };
    match table::print(&text) {
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(()),
    }
}

fn one(row: &SummaryRow<'_>) -> Value {
    let merged = row
        .item
        .merged
        .iter()
        .map(|(dimension, text)| (dimension.clone(), json!(text)));
    json!({
        "occupation_id": row.item.occupation_id,
        "task_id": row.item.task_id,
        "task": row.item.statement,
        "status": row.status,
        "reason": row.reason,
        "summary": row.summary,
        "rationale": merged.collect::<serde_json::Map<_, _>>(),
    })
}

/// How many stand, why others do not, and where they are.
pub(super) fn remarks(rows: &[SummaryRow<'_>], path: &Path) -> Vec<String> {
    let of = |status: &'static str| rows.iter().filter(move |row| row.status == status);
    let (accepted, rejected, left) = (
        of("accepted").count(),
        of("rejected").count(),
        of("not asked").count(),
    );
    let mut lines = vec![format!(
        "{accepted} summaries accepted, {rejected} rejected; {left} tasks have nothing to merge"
    )];
    let told = of("rejected").take(LISTED);
    lines.extend(told.map(|row| format!("  {}: {}", row.item.task_id, row.reason)));
    if rejected > LISTED {
        lines.push("  … all of them are in summaries.csv".to_owned());
    }
    lines.push(format!(
        "wrote {}; the files of the run are as they were",
        path.display()
    ));
    lines
}
