//! The tables of tasks.

use super::super::{Report, answer};
use super::covered;
use super::text::{escape, interval, table};
use crate::rating::{Outcome, Rating};
use crate::reconcile::{Consensus, round12};
use crate::rubric::{Dimension, Scale};

/// Every occupation with its tasks, one table a dimension.
pub(super) fn by_occupation(report: &Report<'_>) -> Vec<String> {
    let mut lines = vec!["## Tasks".to_owned(), String::new()];
    let mut first = 0;
    for occupation in report.occupations {
        let title = format!(
            "### {} ({})",
            escape(&occupation.title),
            escape(&occupation.id)
        );
        lines.extend([title, String::new()]);
        let range = first..first + occupation.tasks.len();
        first = range.end;
        if occupation.tasks.is_empty() {
            lines.extend(["It has no tasks.".to_owned(), String::new()]);
            continue;
        }
        for (position, dimension) in covered(report) {
            let rows: Vec<Vec<String>> = occupation
                .tasks
                .iter()
                .zip(range.clone())
                .filter_map(|(task, n)| {
                    let name = format!("{} ({})", escape(&task.statement), escape(&task.id));
                    let mut row = vec![name];
                    row.extend(cells(report, n, position, dimension)?);
                    Some(row)
                })
                .collect();
            lines.extend([format!("#### {}", escape(&dimension.id)), String::new()]);
            lines.extend(table(&header(report, &["task"]), &rows));
        }
    }
    lines
}

/// The tasks whose raters are furthest apart relative to the range of the dimension: the largest first, then by
/// occupation and task id. Each appears once, in the dimension where it is widest.
pub(super) fn most_contested(report: &Report<'_>, number: usize) -> Vec<String> {
    let mut ranked: Vec<(f64, &str, &str, usize, usize)> = report
        .tasks()
        .enumerate()
        .filter_map(|(n, (occupation, task))| {
            let (spread, position) = widest(report, n)?;
            Some((
                spread,
                occupation.id.as_str(),
                task.id.as_str(),
                n,
                position,
            ))
        })
        .collect();
    ranked.sort_by(|a, b| {
        b.0.total_cmp(&a.0)
            .then_with(|| (a.1, a.2).cmp(&(b.1, b.2)))
    });
    ranked.truncate(number);
    let mut lines = vec!["## Most contested tasks".to_owned(), String::new()];
    if ranked.is_empty() {
        lines.push("No task has two raters that differ.".to_owned());
    } else {
        let tasks: Vec<_> = report.tasks().collect();
        let dimensions = report.rubric.dimensions();
        let rows: Vec<Vec<String>> = ranked
            .iter()
            .filter_map(|&(_, _, _, n, position)| {
                let (occupation, task) = tasks.get(n)?;
                let one = report.reconciled.dimensions.get(position)?;
                let dimension = dimensions.get(one.dimension)?;
                let mut row = vec![
                    format!("{} ({})", escape(&occupation.title), escape(&occupation.id)),
                    format!("{} ({})", escape(&task.statement), escape(&task.id)),
                    escape(&dimension.id),
                ];
                row.extend(cells(report, n, position, dimension)?);
                Some(row)
            })
            .collect();
        lines.extend(table(
            &header(report, &["occupation", "task", "dimension"]),
            &rows,
        ));
    }
    let all = report.tasks().count();
    lines.push(format!(
        "These are {} of {all} tasks; `consensus.csv` holds all of them.",
        ranked.len()
    ));
    lines.push(String::new());
    lines
}

/// The largest spread of a task relative to its dimension's range, and that dimension's position among the
/// reconciled; the earlier dimension on a tie, `None` where no two raters differ.
fn widest(report: &Report<'_>, task: usize) -> Option<(f64, usize)> {
    let mut widest: Option<(f64, usize)> = None;
    for (position, dimension) in covered(report) {
        let (low, high) = dimension.bounds();
        let consensus = report
            .reconciled
            .dimensions
            .get(position)?
            .tasks
            .get(task)?;
        let spread = consensus
            .spread
            .map_or(0.0, |spread| round12(spread / (high - low)));
        if spread > widest.map_or(0.0, |(most, _)| most) {
            widest = Some((spread, position));
        }
    }
    widest
}

fn header<'a>(report: &Report<'a>, first: &[&'a str]) -> Vec<&'a str> {
    let mut header = first.to_vec();
    header.extend(["consensus", "range"]);
    header.extend(report.raters.iter().map(|rater| rater.id.as_str()));
    header.push("reasons");
    header
}

/// Consensus, range, the raters' values and the merged rationale of a task in one dimension.
fn cells(
    report: &Report<'_>,
    task: usize,
    position: usize,
    dimension: &Dimension,
) -> Option<Vec<String>> {
    let one = report.reconciled.dimensions.get(position)?;
    let consensus = one.tasks.get(task)?;
    let mut row = vec![agreed(dimension, consensus), range(dimension, consensus)];
    let own = report.rows().nth(task)?;
    row.extend(
        own.iter()
            .map(|rating| verdict(dimension, one.dimension, rating)),
    );
    row.push(escape(&consensus.rationale));
    Some(row)
}

fn agreed(dimension: &Dimension, consensus: &Consensus) -> String {
    consensus.value.map_or_else(
        || "–".to_owned(),
        |value| valued(dimension, value, consensus.label),
    )
}

fn range(dimension: &Dimension, consensus: &Consensus) -> String {
    let text = interval(consensus.range, consensus.interval, decimals(dimension));
    if consensus.contested == Some(true) {
        format!("{text}, **contested**")
    } else {
        text
    }
}

/// What one rater says: its value, or how its question ended.
fn verdict(dimension: &Dimension, position: usize, rating: &Rating) -> String {
    match (answer(rating, position), rating.outcome) {
        (Some(value), _) => {
            let own = value
                .probabilities
                .is_none()
                .then_some(value.label)
                .flatten();
            valued(dimension, value.value, own)
        }
        (None, Outcome::Rated | Outcome::Abstained) => "–".to_owned(),
        (None, outcome) => outcome.name().replace('_', " "),
    }
}

/// "E2 (0.50)" for labels, "62.5" for scores and for probabilities.
fn valued(dimension: &Dimension, value: f64, label: Option<usize>) -> String {
    let number = format!("{value:.*}", decimals(dimension));
    match label.and_then(|label| dimension.labels().get(label)) {
        Some(label) => format!("{} ({number})", escape(&label.id)),
        None => number,
    }
}

fn decimals(dimension: &Dimension) -> usize {
    match dimension.scale {
        Scale::Labels(_) => 2,
        Scale::Score(_) => 1,
    }
}
