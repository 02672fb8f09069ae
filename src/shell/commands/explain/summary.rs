//! What a model wrote of a task's reasons, where there is a summary of the run.

use crate::error::Error;
use crate::report::without_guard;
use crate::shell::commands::asking::worth;
use crate::shell::commands::summarise::SUMMARIES;
use crate::shell::files::digest;
use crate::shell::project::Project;
use crate::shell::run_folder::{SUMMARY, manifest_in, runs_in};
use crate::shell::run_ratings::RATINGS;
use crate::shell::terminal::{bold, clean};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// What a model wrote of a task: the row of `summaries.csv` with the id of its round as `run` and its `round_status`, and as
/// `other_rounds` how many others there are of the same ratings. The task's row is from a complete round before one that is not,
/// from the round with most summaries then, from the newest then; one that was neither accepted nor rejected stands only where no
/// round has such a row. `None` where there is none. A round of other ratings than those in `folder`, and one whose files cannot
/// be read, is passed over: it is no part of the run.
pub(super) fn best(project: &Project, folder: &Path, run: &Value, task: &str) -> Option<Value> {
    let ratings = digest(&folder.join(RATINGS)).ok()?;
    let runs = runs_in(&project.folder().join("runs")).ok()?;
    let rounds = runs.iter().filter_map(|folder| {
        let manifest: Value = manifest_in(folder)?;
        let fits = manifest["kind"] == SUMMARY
            && manifest["of"] == *run
            && manifest["ratings_blake3"] == *ratings;
        let row = fits.then(|| row(&folder.join(SUMMARIES), task).ok()?)??;
        Some((manifest, row))
    });
    let rounds: Vec<(Value, Map<String, Value>)> = rounds.collect();
    let others = rounds.len().saturating_sub(1);
    let written = |manifest: &Value| {
        let count = |key: &str| manifest[key].as_u64().unwrap_or(0);
        count("accepted") + count("rejected")
    };
    let (manifest, mut row) = rounds.into_iter().max_by_key(|(manifest, row)| {
        let said = row.get("status").and_then(Value::as_str);
        let said = matches!(said, Some("accepted" | "rejected"));
        (said, worth(manifest, written(manifest)))
    })?;
    row.insert("run".to_owned(), manifest["run"].clone());
    row.insert("round_status".to_owned(), manifest["status"].clone());
    row.insert("other_rounds".to_owned(), json!(others));
    // These stand with the consensus.
    row.retain(|column, _| !["task", "rationale"].contains(&column.as_str()));
    Some(Value::Object(row))
}

/// The row of a task that was asked about.
fn row(path: &Path, task: &str) -> Result<Option<Map<String, Value>>, Error> {
    let bad = |error: csv::Error| Error::input(format!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_path(path).map_err(bad)?;
    let header = reader.headers().map_err(bad)?.clone();
    for record in reader.records() {
        let record = record.map_err(bad)?;
        let cells = header.iter().zip(&record);
        let row: Map<String, Value> = cells
            .map(|(name, cell)| (name.to_owned(), json!(without_guard(cell))))
            .collect();
        let is = |column: &str, text: &str| row.get(column).is_some_and(|cell| cell == text);
        if is("task_id", task) && !is("status", "not asked") {
            return Ok(Some(row));
        }
    }
    Ok(None)
}

/// The same for people: who wrote it, and whether it was rejected.
pub(super) fn show(out: &mut String, summary: &Value) {
    let cell = |name: &str| clean(summary[name].as_str().unwrap_or_default());
    let (head, run) = (
        bold(&format!("summary by {}", cell("summariser"))),
        cell("run"),
    );
    let head = match cell("status").as_str() {
        "accepted" => format!("{head}, written by a model from the reasons alone (run {run})"),
        "rejected" => format!("{head}, rejected: {} (run {run})", cell("reason")),
        other => format!("{head}: {} (run {run})", other.replace('_', " ")),
    };
    let _ = writeln!(out, "\n{head}");
    let (status, others) = (cell("round_status"), &summary["other_rounds"]);
    if status != "complete" {
        let _ = writeln!(out, "  that round is {status}");
    }
    if let Some(others @ 1..) = others.as_u64() {
        let _ = writeln!(out, "  other rounds of these ratings: {others}");
    }
    let text = cell("summary");
    if !text.is_empty() {
        let _ = writeln!(out, "  {text}");
    }
}
