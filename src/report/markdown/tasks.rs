//! The tables of tasks.

use super::super::{Report, answer};
use super::Page;
use super::text::{escape, head, interval, line, table};
use crate::error::Result;
use crate::rating::{Outcome, Rating};
use crate::ratings::{Row, round12};
use crate::reconcile::{Consensus, Reasons, Reconciliation};
use crate::report::ends_text;
use crate::rubric::{Dimension, Scale};
use std::io::Write;

/// Every occupation with its tasks, one table a dimension.
pub(super) fn by_occupation<W: Write>(report: &Report<'_>, page: &mut Page<'_, W>) -> Result<()> {
    page.lines(["## Tasks".to_owned(), String::new()])?;
    let mut first = 0;
    for occupation in report.occupations {
        let title = format!(
            "### {} ({})",
            escape(&occupation.title),
            escape(&occupation.id)
        );
        page.lines([title, String::new()])?;
        if occupation.tasks.is_empty() {
            page.lines(["It has no tasks.".to_owned(), String::new()])?;
            continue;
        }
        for one in &report.reconciled.dimensions {
            page.lines([format!("#### {}", escape(&one.dimension.id)), String::new()])?;
            page.lines(head(&header(report, &["task"])))?;
            for (n, task) in occupation.tasks.iter().enumerate() {
                let name = format!("{} ({})", escape(&task.statement), escape(&task.id));
                let mut row = vec![name];
                row.extend(cells(report, first + n, one)?);
                page.lines([line(&row)])?;
            }
            page.lines([String::new()])?;
        }
        first += occupation.tasks.len();
    }
    Ok(())
}

/// The tasks whose raters are furthest apart relative to the range of the dimension: the largest first, then by
/// occupation and task id. Each appears once, in the dimension where it is widest.
pub(super) fn most_contested(report: &Report<'_>, number: usize) -> Result<Vec<String>> {
    let ranked = ranked(report, number);
    let mut lines = vec!["## Most contested tasks".to_owned(), String::new()];
    if ranked.is_empty() {
        lines.push("No task has two raters that differ.".to_owned());
    } else {
        let mut rows = Vec::new();
        for place in &ranked {
            let Some((occupation, task)) = report.task(place.task) else {
                continue;
            };
            let mut row = vec![
                format!("{} ({})", escape(&occupation.title), escape(&occupation.id)),
                format!("{} ({})", escape(&task.statement), escape(&task.id)),
                escape(&place.one.dimension.id),
            ];
            row.extend(cells(report, place.task, place.one)?);
            rows.push(row);
        }
        lines.extend(table(
            &header(report, &["occupation", "task", "dimension"]),
            &rows,
        ));
    }
    lines.push(format!(
        "These are {} of {} tasks; `consensus.csv` holds all of them.",
        ranked.len(),
        report.ratings.tasks()
    ));
    lines.push(String::new());
    Ok(lines)
}

/// A task that is contested, and where.
struct Contested<'a> {
    /// Largest spread of the task relative to its dimension's range.
    spread: f64,
    /// Ids of occupation and task.
    ids: (&'a str, &'a str),
    task: usize,
    one: &'a Reconciliation,
}

/// The first `number` of them. So many more are held at a time, never all.
fn ranked<'a>(report: &Report<'a>, number: usize) -> Vec<Contested<'a>> {
    const MORE: usize = 4096;
    let mut best: Vec<Contested<'a>> = Vec::new();
    let shorten = |best: &mut Vec<Contested<'a>>| {
        best.sort_by(|a, b| {
            let spread = b.spread.total_cmp(&a.spread);
            spread.then_with(|| a.ids.cmp(&b.ids))
        });
        best.truncate(number);
    };
    for (n, (occupation, task)) in report.tasks().enumerate() {
        if let Some((spread, one)) = widest(report, n) {
            let ids = (occupation.id.as_str(), task.id.as_str());
            best.push(Contested {
                spread,
                ids,
                task: n,
                one,
            });
        }
        if best.len() >= number + MORE {
            shorten(&mut best);
        }
    }
    shorten(&mut best);
    best
}

/// The largest spread of a task relative to its dimension's range, and that dimension; the earlier dimension on a tie,
/// `None` where no two raters differ.
fn widest<'a>(report: &Report<'a>, task: usize) -> Option<(f64, &'a Reconciliation)> {
    let mut widest: Option<(f64, &Reconciliation)> = None;
    for one in &report.reconciled.dimensions {
        let (low, high) = one.dimension.bounds();
        let spread = one.spread(task);
        let spread = spread.map_or(0.0, |spread| round12(spread / (high - low)));
        if spread > widest.map_or(0.0, |(most, _)| most) {
            widest = Some((spread, one));
        }
    }
    widest
}

fn header<'a>(report: &Report<'a>, first: &[&'a str]) -> Vec<&'a str> {
    let mut header = first.to_vec();
    header.extend(["consensus", ends_text(report)]);
    if report.ratings.slots().repeated() {
        header.push("sample spread");
    }
    header.extend(report.ids());
    header.push("reasons");
    header
}

/// Consensus, range, the raters' values and the merged rationale of a task in one dimension.
fn cells(report: &Report<'_>, task: usize, one: &Reconciliation) -> Result<Vec<String>> {
    let dimension = &one.dimension;
    let consensus = one.task(task);
    let row: Row = report.ratings.row(task)?;
    let mut cells = vec![agreed(dimension, &consensus), range(dimension, &consensus)];
    if report.ratings.slots().repeated() {
        let spread = consensus.sample_spread;
        cells.push(spread.map_or_else(|| "–".to_owned(), |spread| valued(dimension, spread, None)));
    }
    let own = row.opinions();
    cells.extend(own.map(|rating| verdict(dimension, one.position, rating)));
    let statement = report.task(task).map_or("", |(_, task)| &task.statement);
    let reasons = Reasons::of(statement, &row);
    cells.push(escape(&one.rationale(&consensus, &report.ids(), &reasons)));
    Ok(cells)
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

pub(super) fn decimals(dimension: &Dimension) -> usize {
    match dimension.scale {
        Scale::Labels(_) => 2,
        Scale::Score(_) => 1,
    }
}
