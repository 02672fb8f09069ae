//! What a model wrote of a task's reasons, where there is a summary of the run.

use crate::error::Error;
use crate::report::without_guard;
use crate::shell::commands::summarise::SUMMARIES;
use crate::shell::project::Project;
use crate::shell::run_folder::{SUMMARY, manifest_in, runs_in};
use crate::shell::terminal::{bold, clean};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// The newest summary of a task of a run: the row of `summaries.csv` with the id of its round as `run`. `None` where there is
/// none. A round whose files cannot be read is passed over: it is no part of the run.
pub(super) fn newest(project: &Project, run: &Value, task: &str) -> Option<Value> {
    let runs = runs_in(&project.folder().join("runs")).ok()?;
    runs.iter().find_map(|folder| {
        let manifest: Value = manifest_in(folder)?;
        if manifest["kind"] != SUMMARY || manifest["of"] != *run {
            return None;
        }
        let mut row = row(&folder.join(SUMMARIES), task).ok()??;
        row.insert("run".to_owned(), manifest["run"].clone());
        // These stand with the consensus.
        row.retain(|column, _| !["task", "rationale"].contains(&column.as_str()));
        Some(Value::Object(row))
    })
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
    let text = cell("summary");
    if !text.is_empty() {
        let _ = writeln!(out, "  {text}");
    }
}
