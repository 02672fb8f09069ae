//! What a person sees on stdout, and the same as JSON.

use super::commands::rate::Manifest;
use super::terminal::{bold, clean, faint, yellow};
use crate::error::{Error, Kind, Result};
use crate::inventory::{Occupation, Task};
use crate::rating::Value as Answer;
use crate::reconcile::{Consensus, OccupationScore, Reconciliation};
use crate::report::{RaterKind, Report};
use crate::rubric::Dimension;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

/// Width where there is no terminal to fit, or one that does not know its own.
const PIPE_WIDTH: u16 = 120;
/// Narrower than this a table of tasks is a column of letters: it is cut off by the terminal instead.
const LEAST_WIDTH: u16 = 60;
/// With more occupations than this the terminal shows their scores and the most contested tasks only.
const DETAILED: usize = 3;
/// So many of the most contested tasks.
const CONTESTED: usize = 10;
/// Occupations listed at most; the file has them all.
const LISTED: usize = 40;

/// Writes to stdout; colours stop where there is no terminal.
pub(super) fn print(text: &str) -> Result<()> {
    let mut out = anstream::stdout().lock();
    let text = text.trim_end_matches('\n');
    writeln!(out, "{text}")
        .and_then(|()| out.flush())
        .map_err(|error| Error::io("cannot write to stdout", error))
}

/// A plain table without borders.
pub(super) fn plain(header: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut table = frame(presets::NOTHING);
    table.set_header(header.iter().map(|name| bold(name)));
    for row in rows {
        table.add_row(row.iter().map(|cell| clean(cell)));
    }
    trimmed(&table)
}

/// The result of a run.
pub(super) fn text(report: &Report<'_>, folder: &Path) -> String {
    let mut out = String::new();
    legend(&mut out, report);
    let detailed = report.occupations.len() <= DETAILED;
    for done in &report.reconciled.dimensions {
        let dimension = &report.rubric.dimensions()[done.dimension];
        if detailed {
            tasks_by_occupation(&mut out, report, done, dimension);
        } else {
            let _ = writeln!(
                out,
                "\n{}",
                bold(&format!(
                    "The tasks with the widest spread: {}",
                    dimension.id
                ))
            );
            let mut rows: Vec<usize> = (0..done.tasks.len()).collect();
            rows.sort_by(|a, b| spread(&done.tasks[*b]).total_cmp(&spread(&done.tasks[*a])));
            rows.truncate(CONTESTED);
            out.push_str(&tasks_table(report, done, dimension, &rows, true));
        }
    }
    if !report.reconciled.dimensions.is_empty() {
        let _ = writeln!(out, "\n{}", bold("Occupation scores, 0–100"));
        out.push_str(&occupations(report));
    }
    for gap in &report.reconciled.uncovered {
        let id = &report.rubric.dimensions()[gap.dimension].id;
        let _ = writeln!(out, "{id} is left out: {}", gap.reason);
    }
    let _ = writeln!(out, "\nWritten to {}:", folder.display());
    out.push_str("  report.md  consensus.csv  occupations.csv  ratings.jsonl  manifest.json");
    let asked = report
        .raters
        .iter()
        .any(|rater| rater.kind == RaterKind::Llm);
    out.push_str(if asked { "  ledger.jsonl\n" } else { "\n" });
    out
}

/// Which letter stands for which rater: full names would leave no room for the tasks.
fn legend(out: &mut String, report: &Report<'_>) {
    let _ = writeln!(
        out,
        "{} · rubric {} · prompt {}",
        report.inventory,
        report.rubric.id(),
        report.prompt
    );
    for (n, rater) in report.raters.iter().enumerate() {
        let what = match rater.kind {
            RaterKind::Llm => rater.source.clone(),
            RaterKind::Surrogate => format!("surrogate, not an LLM: {}", rater.source),
            RaterKind::Recording => format!("recorded: {}", rater.source),
        };
        let _ = writeln!(
            out,
            "  {}  {}",
            bold(&letter(n)),
            clean(&format!("{} ({what})", rater.id))
        );
    }
}

fn tasks_by_occupation(
    out: &mut String,
    report: &Report<'_>,
    done: &Reconciliation,
    dimension: &Dimension,
) {
    let mut first = 0;
    for occupation in report.occupations {
        let rows: Vec<usize> = (first..first + occupation.tasks.len()).collect();
        first += occupation.tasks.len();
        let _ = writeln!(
            out,
            "\n{}",
            bold(&clean(&format!(
                "{} ({}): {}",
                occupation.title, occupation.id, dimension.id
            )))
        );
        out.push_str(&tasks_table(report, done, dimension, &rows, false));
    }
}

fn tasks_table(
    report: &Report<'_>,
    done: &Reconciliation,
    dimension: &Dimension,
    rows: &[usize],
    titles: bool,
) -> String {
    let tasks: Vec<(&Occupation, &Task)> = report
        .occupations
        .iter()
        .flat_map(|occupation| occupation.tasks.iter().map(move |task| (*occupation, task)))
        .collect();
    let raters = covering(report, done);
    let mut table = frame(presets::UTF8_HORIZONTAL_ONLY);
    let mut header = vec![bold("task and why")];
    header.extend(raters.iter().map(|&rater| bold(&letter(rater))));
    header.extend(["consensus", "range"].map(bold));
    table.set_header(header);
    for &row in rows {
        let (occupation, task) = tasks[row];
        let consensus = &done.tasks[row];
        let place = if titles {
            format!("{}: ", occupation.title)
        } else {
            String::new()
        };
        let mut cells = vec![format!(
            "{}\n{}",
            clean(&format!("{place}{}", task.statement)),
            faint(&clean(&consensus.rationale))
        )];
        for &rater in &raters {
            let rating = &report.ratings[row * report.raters.len() + rater];
            let answer = rating.values.get(done.dimension).and_then(Option::as_ref);
            cells.push(match answer {
                Some(answer) => shown(dimension, answer),
                None => rating.outcome.name().to_owned(),
            });
        }
        cells.push(consensus_cell(dimension, consensus));
        cells.push(range_cell(dimension, consensus));
        table.add_row(cells);
    }
    align(&mut table, 1);
    trimmed(&table)
}

fn occupations(report: &Report<'_>) -> String {
    let mut table = frame(presets::NOTHING);
    let mut header = vec!["occupation".to_owned(), "dimension".to_owned()];
    let heard: Vec<usize> = (0..report.raters.len())
        .filter(|&rater| {
            let rated = |score: &OccupationScore| score.raters[rater].is_some();
            report
                .reconciled
                .dimensions
                .iter()
                .any(|done| done.occupations.iter().any(rated))
        })
        .collect();
    header.extend(heard.iter().map(|&rater| letter(rater)));
    header.extend(["score", "range", "band", "tasks"].map(str::to_owned));
    table.set_header(header.iter().map(|name| bold(name)));
    for (n, occupation) in report.occupations.iter().take(LISTED).enumerate() {
        for done in &report.reconciled.dimensions {
            let score = &done.occupations[n];
            let mut cells = vec![
                clean(&occupation.title),
                report.rubric.dimensions()[done.dimension].id.clone(),
            ];
            cells.extend(heard.iter().map(|&rater| {
                let own = score.raters[rater].as_ref();
                own.map_or_else(|| "–".to_owned(), |own| format!("{:.0}", own.score))
            }));
            cells.extend(score_cells(score));
            table.add_row(cells);
        }
    }
    align(&mut table, 2);
    let mut text = trimmed(&table);
    if report.occupations.len() > LISTED {
        let rest = report.occupations.len() - LISTED;
        let _ = writeln!(text, "… and {rest} more in occupations.csv");
    }
    text.push_str(&faint(
        "The range is from the lowest to the highest rater (a model range, not a confidence interval).",
    ));
    text.push('\n');
    text
}

fn score_cells(score: &OccupationScore) -> [String; 4] {
    [
        score
            .score
            .map_or_else(|| "–".to_owned(), |score| format!("{score:.1}")),
        score.range.map_or_else(
            || "–".to_owned(),
            |(low, high)| format!("{low:.0}–{high:.0}"),
        ),
        score
            .band
            .map_or_else(String::new, |band| band.name().to_owned()),
        format!("{}/{}", score.n_rated, score.n_tasks),
    ]
}

/// Positions of the raters that rated anything in this dimension.
fn covering(report: &Report<'_>, done: &Reconciliation) -> Vec<usize> {
    let count = report.raters.len();
    (0..count)
        .filter(|rater| {
            report
                .ratings
                .iter()
                .skip(*rater)
                .step_by(count)
                .any(|rating| {
                    rating
                        .values
                        .get(done.dimension)
                        .is_some_and(Option::is_some)
                })
        })
        .collect()
}

/// A rater's answer: its label, with the value where the label does not say all; or its score.
fn shown(dimension: &Dimension, answer: &Answer) -> String {
    match answer.label.and_then(|label| dimension.labels().get(label)) {
        Some(label) if answer.probabilities.is_some() => {
            format!("{} {:.2}", label.id, answer.value)
        }
        Some(label) => label.id.clone(),
        None => format!("{:.0}", answer.value),
    }
}

fn consensus_cell(dimension: &Dimension, consensus: &Consensus) -> String {
    let Some(value) = consensus.value else {
        return "–".to_owned();
    };
    let text = match consensus
        .label
        .and_then(|label| dimension.labels().get(label))
    {
        Some(label) => format!("{} {value:.2}", label.id),
        None => format!("{value:.0}"),
    };
    bold(&text)
}

fn range_cell(dimension: &Dimension, consensus: &Consensus) -> String {
    let Some((low, high)) = consensus.range else {
        return "–".to_owned();
    };
    let range = match dimension.labels().is_empty() {
        true => format!("{low:.0}–{high:.0}"),
        false => format!("{low:.2}–{high:.2}"),
    };
    match consensus.contested {
        Some(true) => yellow(&format!("{range}\ncontested")),
        _ => range,
    }
}

fn spread(consensus: &Consensus) -> f64 {
    consensus.spread.unwrap_or(-1.0)
}

/// A, B, … Z, then R27 and on.
fn letter(rater: usize) -> String {
    match u8::try_from(rater) {
        Ok(n) if n < 26 => char::from(b'A' + n).to_string(),
        _ => format!("R{}", rater + 1),
    }
}

fn frame(style: comfy_table::TableStyle) -> Table {
    let mut table = Table::new();
    table.load_style(style);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    let columns = || {
        std::env::var("COLUMNS")
            .ok()
            .and_then(|columns| columns.parse().ok())
    };
    let known = if std::io::stdout().is_terminal() {
        table.width()
    } else {
        columns()
    };
    let width = known.filter(|&width| width > 0).unwrap_or(PIPE_WIDTH);
    table.set_width(width.max(LEAST_WIDTH));
    table
}

fn align(table: &mut Table, from: usize) {
    for column in table.column_iter_mut().skip(from) {
        column.set_cell_alignment(CellAlignment::Right);
    }
}

fn trimmed(table: &Table) -> String {
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect();
    lines.join("\n") + "\n"
}

/// The result of a run for programs.
pub(super) fn json(report: &Report<'_>, manifest: &Manifest, folder: &Path) -> Result<String> {
    let encode = |error| Error::new(Kind::Internal, "the result cannot be encoded").because(error);
    let mut occupations = Vec::new();
    let mut tasks = Vec::new();
    for done in &report.reconciled.dimensions {
        let dimension = &report.rubric.dimensions()[done.dimension];
        let mut row = 0;
        for (occupation, score) in report.occupations.iter().zip(&done.occupations) {
            occupations.push(occupation_json(report, occupation, dimension, score));
            for task in &occupation.tasks {
                tasks.push(task_json(report, done, dimension, occupation, task, row));
                row += 1;
            }
        }
    }
    let value = json!({
        "folder": folder,
        "manifest": serde_json::to_value(manifest).map_err(encode)?,
        "occupations": occupations,
        "consensus": tasks,
    });
    Ok(format!("{value:#}"))
}

fn occupation_json(
    report: &Report<'_>,
    occupation: &Occupation,
    dimension: &Dimension,
    score: &OccupationScore,
) -> Value {
    let own: serde_json::Map<String, Value> = report
        .raters
        .iter()
        .zip(&score.raters)
        .map(|(rater, own)| (rater.id.clone(), json!(own.as_ref().map(|own| own.score))))
        .collect();
    json!({
        "occupation_id": occupation.id,
        "occupation": occupation.title,
        "dimension": dimension.id,
        "score": score.score,
        "low": score.range.map(|(low, _)| low),
        "high": score.range.map(|(_, high)| high),
        "interval": score.interval.name(),
        "band": score.band.map(crate::rubric::Band::name),
        "n_tasks": score.n_tasks,
        "n_rated": score.n_rated,
        "weighting": report.reconciled.options.weighting.name(),
        "alpha": score.shares.as_ref().map(|shares| shares.alpha),
        "beta": score.shares.as_ref().map(|shares| shares.beta),
        "gamma": score.shares.as_ref().map(|shares| shares.gamma),
        "raters": own,
    })
}

fn task_json(
    report: &Report<'_>,
    done: &Reconciliation,
    dimension: &Dimension,
    occupation: &Occupation,
    task: &Task,
    row: usize,
) -> Value {
    let consensus = &done.tasks[row];
    let count = report.raters.len();
    let own: serde_json::Map<String, Value> = report
        .raters
        .iter()
        .zip(&report.ratings[row * count..(row + 1) * count])
        .map(|(rater, rating)| {
            let answer = rating.values.get(done.dimension).and_then(Option::as_ref);
            let label = answer.and_then(|answer| dimension.labels().get(answer.label?));
            let value = json!({
                "outcome": rating.outcome.name(),
                "value": answer.map(|answer| answer.value),
                "label": label.map(|label| &label.id),
                "rationale": rating.rationale,
            });
            (rater.id.clone(), value)
        })
        .collect();
    json!({
        "occupation_id": occupation.id,
        "task_id": task.id,
        "task": task.statement,
        "dimension": dimension.id,
        "value": consensus.value,
        "label": consensus.label.and_then(|label| dimension.labels().get(label)).map(|label| &label.id),
        "low": consensus.range.map(|(low, _)| low),
        "high": consensus.range.map(|(_, high)| high),
        "interval": consensus.interval.name(),
        "n_raters": consensus.n_raters,
        "median": consensus.median,
        "spread": consensus.spread,
        "contested": consensus.contested,
        "method": done.method,
        "rationale": consensus.rationale,
        "raters": own,
    })
}
