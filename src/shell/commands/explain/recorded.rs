//! Where recorded ratings stand in their files.

use crate::error::Result;
use crate::inventory::Item;
use crate::rater::Rater;
use crate::shell::project::Project;
use crate::shell::terminal::clean;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The rows of a recorded rater's file about a task of a run, as JSON; `None` for a rater that is no recording. What was
/// explained is the run: a file that is gone, or has changed since, is said to be.
pub(super) fn rows(
    project: &Project,
    rater: &Rater,
    item: Item<'_>,
    manifest: &Value,
) -> Option<Value> {
    let recording = rater.recording()?;
    let file = &recording.file;
    let there = project.recordings(std::slice::from_ref(rater));
    let found = there.and_then(|recordings| {
        let raters = manifest["raters"].as_array().into_iter().flatten();
        let mut own = raters.filter(|entry| entry["id"] == *rater.id);
        let read = own
            .next()
            .and_then(|entry| entry["recording_blake3"].as_str());
        let changed = read != recordings.digest(rater);
        let rows = lines(&recordings, rater, item)?;
        Ok(json!({ "file": file, "changed_since": changed, "rows": rows }))
    });
    Some(found.unwrap_or_else(|error| json!({ "file": file, "unreadable": error.to_string() })))
}

fn lines(
    recordings: &crate::rater::Recordings,
    rater: &Rater,
    item: Item<'_>,
) -> Result<Vec<Value>> {
    let rows = recordings.rows(rater, item)?.into_iter().map(|row| {
        let cells = row
            .cells
            .into_iter()
            .map(|(column, text)| (column, json!(text)));
        json!({ "line": row.line, "cells": Value::Object(cells.collect()) })
    });
    Ok(rows.collect())
}

/// The same for people.
pub(super) fn show(out: &mut String, recorded: &Value) {
    let file = clean(recorded["file"].as_str().unwrap_or_default());
    if let Some(why) = recorded["unreadable"].as_str() {
        let _ = writeln!(
            out,
            "  recorded in {file}, which cannot be read now: {}",
            clean(why)
        );
        return;
    }
    let rows = recorded["rows"].as_array().map_or(&[][..], Vec::as_slice);
    if rows.is_empty() {
        let _ = writeln!(out, "  {file} has no row about this task");
    }
    for row in rows {
        let cells = row["cells"].as_object().into_iter().flatten();
        let cells: Vec<String> = cells
            .map(|(column, text)| format!("{column} = '{}'", text.as_str().unwrap_or_default()))
            .collect();
        let cells = clean(&cells.join(", "));
        let _ = writeln!(out, "  recorded in {file}, line {}: {cells}", row["line"]);
    }
    if recorded["changed_since"] == true {
        let _ = writeln!(out, "  the file has changed since the run");
    }
}
