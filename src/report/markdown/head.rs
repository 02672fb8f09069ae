//! Who rated, how the questions ended, what was left out and how the values were made.

use super::super::{RaterKind, Report};
use super::tasks::decimals;
use super::text::{escape, table};
use crate::rating::Outcome;
use crate::reconcile::{CENTRED, FEW_COMMON, Spreads};
use crate::rubric::Dimension;

/// A line a rater.
pub(super) fn panel(report: &Report<'_>) -> Vec<String> {
    let mut lines = vec!["## Panel".to_owned(), String::new()];
    for rater in report.raters {
        let source = escape(&rater.source);
        let what = match rater.kind {
            RaterKind::Llm => format!("LLM, {source}"),
            RaterKind::Surrogate => format!("surrogate, not an LLM, trained on {source}"),
            RaterKind::Recording => format!("recording, {source}"),
        };
        let what = match rater.gold {
            Some(kind) => format!("{what}; marked as gold: {} labels", kind.name()),
            None => what,
        };
        let more = if rater.description.trim().is_empty() {
            String::new()
        } else {
            format!(
                "; {}",
                escape(rater.description.trim().trim_end_matches('.'))
            )
        };
        lines.push(format!("- **{}**: {what}{more}.", escape(&rater.id)));
    }
    lines.push(String::new());
    lines
}

/// Number of ratings by outcome, one row a rater (each sample is a rating); outcomes that did not occur have no column.
pub(super) fn outcomes(report: &Report<'_>) -> Vec<String> {
    let mut counts = vec![[0_usize; Outcome::ALL.len()]; report.raters.len()];
    for (cell, &outcome) in report.ratings.outcomes().iter().enumerate() {
        let (_, rater, _) = report.ratings.at(cell);
        if let Some(count) = counts.get_mut(rater) {
            for (number, name) in count.iter_mut().zip(Outcome::ALL) {
                *number += usize::from(name == outcome);
            }
        }
    }
    let occurs = |position: usize| {
        counts
            .iter()
            .any(|count| count.get(position).is_some_and(|&number| number > 0))
    };
    let shown: Vec<usize> = (0..Outcome::ALL.len())
        .filter(|&position| occurs(position))
        .collect();
    let names: Vec<String> = Outcome::ALL
        .iter()
        .map(|o| o.name().replace('_', " "))
        .collect();
    let mut header = vec!["rater"];
    header.extend(
        shown
            .iter()
            .filter_map(|&position| names.get(position))
            .map(String::as_str),
    );
    let rows: Vec<Vec<String>> = report
        .raters
        .iter()
        .zip(&counts)
        .map(|(rater, count)| {
            let numbers = shown.iter().filter_map(|&position| count.get(position));
            std::iter::once(escape(&rater.id))
                .chain(numbers.map(usize::to_string))
                .collect()
        })
        .collect();
    table(&header, &rows)
}

/// A line a dimension that nobody rated.
pub(super) fn left_out(report: &Report<'_>) -> Vec<String> {
    let mut lines: Vec<String> = report
        .reconciled
        .uncovered
        .iter()
        .filter_map(|one| {
            let dimension = report.dimension(one.dimension)?;
            Some(format!(
                "- **{}** is left out: {}.",
                escape(&dimension.id),
                one.reason
            ))
        })
        .collect();
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// What follows the leniency of raters where it is taken off and rests on little.
const FEW: &str = " (from so few tasks the leniency that is taken off is uncertain: compare the median and the raters' own columns)";

/// How the values of each dimension were made, with the rater effects and their n.
pub(super) fn methods(report: &Report<'_>) -> Vec<String> {
    let dimensions = report.reconciled.dimensions.iter();
    let mut lines: Vec<String> = dimensions
        .map(|one| {
            let mut line = format!("- **{}**: {}", escape(&one.dimension.id), one.method);
            if one.gold().is_none() && !one.why.starts_with("there is no gold") {
                line.push_str(&format!(" ({})", one.why));
            }
            let effects: Vec<String> = report
                .raters
                .iter()
                .zip(&one.effects)
                .filter_map(|(rater, effect)| {
                    effect.map(|effect| format!("{} {}", escape(&rater.id), signed(effect)))
                })
                .collect();
            if effects.len() > 1 {
                let tasks = if one.common == 1 { "task" } else { "tasks" };
                line.push_str(&format!(
                    "; raters above or below their common mean, over the {} {tasks} that all of them rated: {}",
                    one.common,
                    effects.join(", ")
                ));
                if one.method == CENTRED && one.common < FEW_COMMON {
                    line.push_str(FEW);
                }
            }
            if let Some(spreads) = one.spreads() {
                line.push_str(&format!("; {}", apart(&spreads, &one.dimension)));
            }
            line.push('.');
            line
        })
        .collect();
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// How far answers of two raters and of one lie apart, as a clause.
fn apart(spreads: &Spreads, dimension: &Dimension) -> String {
    let decimals = decimals(dimension);
    let tasks = if spreads.tasks == 1 { "task" } else { "tasks" };
    let within = format!(
        "two answers of one rater to the same question lie {:.decimals$} apart on average",
        spreads.within
    );
    match spreads.between {
        Some(between) => format!(
            "over {} {tasks}, two answers of two raters lie {between:.decimals$} apart on average and {within}",
            spreads.tasks
        ),
        None => format!(
            "over {} {tasks}, {within}; no other rater answered these, so there is nothing to compare that with",
            spreads.tasks
        ),
    }
}

/// Two decimals with a sign; what rounds to nothing has none.
fn signed(effect: f64) -> String {
    let text = format!("{effect:+.2}");
    if text.ends_with("0.00") {
        "0.00".to_owned()
    } else {
        text
    }
}
