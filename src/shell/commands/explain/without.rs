//! What would change a task's consensus: the same without each rater of the panel.

use super::text;
use crate::error::Result;
use crate::reconcile::{Consensus, Reconciliation, reconcile_as_far, reconcile_without};
use crate::rubric::Dimension;
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::terminal::{bold, clean};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// One entry a dimension: its consensus, and that without each rater that covers it.
///
/// # Errors
/// The run cannot be read back whole, or has no such task.
pub(super) fn one_left_out(project: &Project, run: &str, task: &str) -> Result<Vec<Value>> {
    let run = LoadedRun::read(project, run)?;
    let Some(number) = run.inventory.items().position(|item| item.task.id == task) else {
        return Ok(Vec::new());
    };
    let occupations = run.occupations();
    let all = reconcile_as_far(&occupations, &run.sheet, &run.options)?;
    let mut found: Vec<(Value, Vec<Value>)> = all
        .dimensions
        .iter()
        .map(|one| (entry(one, &one.task(number)), Vec::new()))
        .collect();
    let panel = (0..run.raters.len()).filter(|rater| {
        let own = |one: &Reconciliation| one.panel().contains(rater);
        all.dimensions.iter().any(own)
    });
    for rater in panel {
        let rest = reconcile_without(rater, &occupations, &run.sheet, &run.options)?;
        for (one, (_, without)) in all.dimensions.iter().zip(&mut found) {
            if !one.panel().contains(&rater) {
                continue;
            }
            let mut rest = rest.dimensions.iter();
            let rest = rest.find(|rest| rest.position == one.position);
            let mut entry = match rest {
                Some(rest) => entry(rest, &rest.task(number)),
                None => json!({ "value": null, "interval": "none: no other rater covers it" }),
            };
            let change = entry["value"].as_f64().zip(one.task(number).value);
            entry["change"] = json!(change.map(|(without, with)| rounded(without - with)));
            entry["without"] = json!(run.raters[rater].id);
            without.push(entry);
        }
    }
    let dimensions = found.into_iter();
    Ok(dimensions
        .map(|(mut all, without)| {
            all["one_left_out"] = json!(without);
            all
        })
        .collect())
}

fn entry(one: &Reconciliation, consensus: &Consensus) -> Value {
    let label = |dimension: &Dimension| Some(dimension.labels().get(consensus.label?)?.id.clone());
    json!({
        "dimension": one.dimension.id, "method": one.method, "value": consensus.value.map(rounded), "label": label(&one.dimension),
        "low": consensus.range.map(|(low, _)| rounded(low)), "high": consensus.range.map(|(_, high)| rounded(high)),
        "interval": consensus.interval.name(),
    })
}

/// Rounded as files are.
fn rounded(value: f64) -> f64 {
    crate::ratings::round12(value)
}

/// The same for people.
pub(super) fn show(out: &mut String, dimensions: &[Value]) {
    for of in dimensions {
        let without = of["one_left_out"].as_array();
        if without.is_none_or(Vec::is_empty) {
            continue;
        }
        let _ = writeln!(
            out,
            "\n{} of {}",
            bold("one rater left out"),
            clean(text(of, "dimension"))
        );
        for rest in without.into_iter().flatten() {
            let _ = writeln!(
                out,
                "  without {}: {}",
                clean(text(rest, "without")),
                words(rest)
            );
        }
    }
}

fn words(rest: &Value) -> String {
    let short = |key: &str| super::page::short(rest.get(key));
    if rest["value"].is_null() {
        return text(rest, "interval").to_owned();
    }
    let change = rest["change"].as_f64().map_or_else(String::new, |change| {
        format!(" ({:+})", (change * 1e4).round() / 1e4 + 0.0)
    });
    let ends = match rest["low"].is_number() {
        true => format!(
            "; {} to {} ({})",
            short("low"),
            short("high"),
            text(rest, "interval")
        ),
        false => format!("; {}", text(rest, "interval")),
    };
    let label = rest["label"]
        .as_str()
        .map_or_else(String::new, |label| format!("{label} "));
    format!(
        "{label}{}{change}{ends}; {}",
        short("value"),
        text(rest, "method")
    )
}
