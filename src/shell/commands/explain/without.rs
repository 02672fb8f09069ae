//! What would change a task's consensus: the same without each rater of the panel.

use super::text;
use crate::error::Result;
use crate::reconcile::{OneTask, one_left_out as left_out};
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
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let found = left_out(number, &run.sheet, &run.options, threads)?;
    let dimensions = run.rubric.dimensions();
    let told = found.iter().map(|of| {
        let dimension = &dimensions[of.position];
        let without = of.without.iter().map(|(rater, rest)| {
            let mut told = match rest {
                Some(rest) => entry(dimension, rest),
                None => json!({ "value": null, "interval": "none: no other rater covers it" }),
            };
            let value = rest.as_ref().and_then(|rest| rest.consensus.value);
            let change = value.zip(of.all.consensus.value);
            told["change"] = json!(change.map(|(without, with)| rounded(without - with)));
            told["without"] = json!(run.raters[*rater].id);
            told
        });
        let mut all = entry(dimension, &of.all);
        all["one_left_out"] = without.collect();
        all
    });
    Ok(told.collect())
}

fn entry(dimension: &Dimension, of: &OneTask) -> Value {
    let consensus = &of.consensus;
    let label = || Some(dimension.labels().get(consensus.label?)?.id.clone());
    json!({
        "dimension": dimension.id, "method": of.method, "value": consensus.value.map(rounded), "label": label(),
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
                clean(&words(rest))
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
