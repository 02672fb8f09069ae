//! `runs`: the runs of this project, newest first.

use crate::error::Result;
use crate::shell::cli::RunsArgs;
use crate::shell::project::Project;
use crate::shell::run_folder::{MANIFEST, manifest_in, runs_in};
use crate::shell::table;
use crate::shell::terminal::say;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Lists the runs.
pub(in crate::shell) fn run(args: &RunsArgs) -> Result<u8> {
    let folder = Project::find()?.folder().join("runs");
    let runs = runs_in(&folder)?;
    let with_manifest = runs.iter().filter(|run| run.join(MANIFEST).is_file());
    let read = |run: &PathBuf| {
        let name = run.file_name().map(|run| run.to_string_lossy());
        // One damaged manifest must not hide the others.
        manifest_in(run).unwrap_or_else(|| json!({ "run": name, "status": "unreadable" }))
    };
    let mut manifests: Vec<Value> = with_manifest.map(read).collect();
    manifests.sort_by_key(|manifest| std::cmp::Reverse(text(manifest, "/run")));
    if args.json {
        table::print(&format!("{:#}\n", Value::Array(manifests)))?;
        return Ok(0);
    }
    if manifests.is_empty() {
        say!("no run yet; `taskrater rate \"Machine Learning Engineers\"` makes one");
        return Ok(0);
    }
    let rows = manifests.iter().map(row).collect();
    table::print(&table::plain(
        &[
            "run",
            "kind",
            "status",
            "rubric",
            "occupations",
            "tasks",
            "missing",
            "spent",
        ],
        rows,
    ))?;
    Ok(0)
}

fn row(manifest: &Value) -> Vec<String> {
    let missing: u64 = manifest["outcomes"]
        .as_object()
        .map(|outcomes| {
            let gaps = outcomes
                .iter()
                .filter(|(name, _)| !["rated", "abstained"].contains(&name.as_str()));
            gaps.filter_map(|(_, count)| count.as_u64()).sum()
        })
        .unwrap_or_default();
    // A run that was killed never came to write another status.
    let status = match text(manifest, "/status").as_str() {
        "running" => "running or killed".to_owned(),
        other => other.to_owned(),
    };
    let dollars = manifest
        .pointer("/cost/spent_now/dollars")
        .and_then(Value::as_f64)
        .unwrap_or(0.0);
    let unknown = manifest
        .pointer("/cost/attempts_of_unknown_cost")
        .and_then(Value::as_u64)
        .unwrap_or(0);
    let unknown = if unknown > 0 { "+?" } else { "" };
    vec![
        text(manifest, "/run"),
        kind(manifest),
        status,
        text(manifest, "/prompt/id"),
        text(manifest, "/occupations"),
        text(manifest, "/tasks"),
        if manifest["finished"].is_null() {
            "?".to_owned()
        } else {
            missing.to_string()
        },
        format!("${dollars:.4}{unknown}"),
    ]
}

/// What it did; a manifest that does not say so is that of a run that rated.
fn kind(manifest: &Value) -> String {
    let kind = manifest["kind"].as_str().unwrap_or("ratings");
    match manifest["of"].as_str() {
        Some(of) => format!("{kind} of {of}"),
        None => kind.to_owned(),
    }
}

fn text(manifest: &Value, pointer: &str) -> String {
    match manifest.pointer(pointer) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "?".to_owned(),
    }
}
