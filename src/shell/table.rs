//! What a person sees on stdout, and the same as JSON.

use super::terminal::{bold, clean, faint, yellow};
use crate::error::{Error, Result};
use crate::rating::Value as Answer;
use crate::reconcile::{Consensus, OccupationScore, Reasons, Reconciliation};
use crate::report::{
    RaterKind, Report, ends_note, ends_of, ends_text, gold_text, labour_text, overall_text,
};
use crate::rubric::Dimension;
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
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
/// Most raters that have columns of their own.
const MOST_RATERS: usize = 8;

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

/// The result of a run, and that these files of it lie in this folder.
pub(super) fn text(report: &Report<'_>, folder: &Path, files: &[&str]) -> Result<String> {
    let mut out = String::new();
    legend(&mut out, report);
    let detailed = report.occupations.len() <= DETAILED;
    for done in &report.reconciled.dimensions {
        if detailed {
            tasks_by_occupation(&mut out, report, done)?;
        } else {
            let _ = writeln!(
                out,
                "\n{}",
                bold(&format!(
                    "The tasks with the widest spread: {}",
                    done.dimension.id
                ))
            );
            out.push_str(&tasks_table(report, done, &widest(report, done), true)?);
        }
    }
    if !report.reconciled.dimensions.is_empty() {
        let _ = writeln!(out, "\n{}", bold("Occupation scores, 0–100"));
        out.push_str(&occupations(report));
    }
    for line in overall_text(report) {
        let _ = writeln!(out, "{}", clean(&line));
    }
    for line in gold_text(report) {
        let _ = writeln!(out, "{}", faint(&clean(&line)));
    }
    labour(&mut out, report);
    samples(&mut out, report);
    for gap in &report.reconciled.uncovered {
        let id = &report.rubric.dimensions()[gap.dimension].id;
        let _ = writeln!(out, "{id} is left out: {}", gap.reason);
    }
    let _ = writeln!(out, "\nWritten to {}:", folder.display());
    for file in files {
        let _ = write!(out, "  {file}");
    }
    out.push('\n');
    Ok(out)
}

/// The tasks with the widest spread.
fn widest(report: &Report<'_>, done: &Reconciliation) -> Vec<usize> {
    let spread = |task| done.spread(task).unwrap_or(-1.0);
    let mut tasks: Vec<(f64, usize)> = (0..report.ratings.tasks())
        .map(|task| (spread(task), task))
        .collect();
    tasks.sort_by(|a, b| b.0.total_cmp(&a.0));
    tasks
        .iter()
        .take(CONTESTED)
        .map(|(_, task)| *task)
        .collect()
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
    if !has_room(report) {
        let note = "There is no room for a column a rater: consensus.csv and occupations.csv have what each of them said.";
        let _ = writeln!(out, "{}", faint(note));
    }
}

/// Whether there is room for a column a rater: with many of them nothing else can be read.
fn has_room(report: &Report<'_>) -> bool {
    report.raters.len() <= MOST_RATERS
}

fn tasks_by_occupation(out: &mut String, report: &Report<'_>, done: &Reconciliation) -> Result<()> {
    let mut first = 0;
    for occupation in report.occupations {
        let rows: Vec<usize> = (first..first + occupation.tasks.len()).collect();
        first += occupation.tasks.len();
        let _ = writeln!(
            out,
            "\n{}",
            bold(&clean(&format!(
                "{} ({}): {}",
                occupation.title, occupation.id, done.dimension.id
            )))
        );
        out.push_str(&tasks_table(report, done, &rows, false)?);
    }
    Ok(())
}

fn tasks_table(
    report: &Report<'_>,
    done: &Reconciliation,
    tasks: &[usize],
    titles: bool,
) -> Result<String> {
    let dimension = &done.dimension;
    let ids = report.ids();
    let covers = done.covers.iter().enumerate();
    let raters: Vec<usize> = covers
        .filter_map(|(rater, covers)| covers.then_some(rater))
        .filter(|_| has_room(report))
        .collect();
    let mut table = frame(presets::UTF8_HORIZONTAL_ONLY);
    let mut header = vec![bold("task and why")];
    header.extend(raters.iter().map(|&rater| bold(&letter(rater))));
    header.extend(["consensus", ends_of(done)].map(bold));
    let repeated = report.ratings.slots().repeated();
    header.extend(repeated.then(|| bold("samples")));
    table.set_header(header);
    for &number in tasks {
        let Some((occupation, task)) = report.task(number) else {
            continue;
        };
        let (consensus, row) = (done.task(number), report.ratings.row(number)?);
        let reasons = Reasons::of(&task.statement, &row);
        let place = if titles {
            format!("{}: ", occupation.title)
        } else {
            String::new()
        };
        let mut cells = vec![format!(
            "{}\n{}",
            clean(&format!("{place}{}", task.statement)),
            faint(&clean(&done.rationale(&consensus, &ids, &reasons)))
        )];
        for &rater in &raters {
            let rating = row.opinion(rater);
            let answer = rating.values.get(done.position).and_then(Option::as_ref);
            cells.push(match answer {
                Some(answer) => shown(dimension, answer),
                None => rating.outcome.name().to_owned(),
            });
        }
        cells.push(consensus_cell(dimension, &consensus));
        cells.push(range_cell(dimension, &consensus));
        if repeated {
            let spread = consensus.sample_spread;
            cells.push(spread.map_or_else(|| "–".to_owned(), |spread| figure(dimension, spread)));
        }
        table.add_row(cells);
    }
    align(&mut table, 1);
    Ok(trimmed(&table))
}

/// How far two answers of one rater lie apart, beside how far those of two raters do.
fn samples(out: &mut String, report: &Report<'_>) {
    let mut said = false;
    for done in &report.reconciled.dimensions {
        let Some(spreads) = done.spreads() else {
            continue;
        };
        let within = figure(&done.dimension, spreads.within);
        let id = &done.dimension.id;
        let _ = match spreads.between {
            Some(between) => writeln!(
                out,
                "{id}: two answers of two raters lie {} apart on average, of one rater {within}",
                figure(&done.dimension, between)
            ),
            None => writeln!(
                out,
                "{id}: two answers of one rater lie {within} apart on average; no other rater to compare with"
            ),
        };
        said = true;
    }
    if said {
        let note = "“samples” is how far two answers of one rater to one question lie apart; what of the distance between raters exceeds it is disagreement, the rest is repeat noise.";
        let _ = writeln!(out, "{}", faint(note));
    }
}

/// The shares of jobs by band.
fn labour(out: &mut String, report: &Report<'_>) {
    let Some(text) = labour_text(report) else {
        return;
    };
    let _ = writeln!(
        out,
        "\n{}",
        bold("Share of US jobs by band of the score (in brackets the model range)")
    );
    if !text.rows.is_empty() {
        out.push_str(&plain(&text.header, text.rows));
    }
    for line in &text.lines {
        let _ = writeln!(out, "{}", faint(&clean(line)));
    }
}

/// A value or a distance in the dimension's unit.
fn figure(dimension: &Dimension, value: f64) -> String {
    match dimension.labels().is_empty() {
        true => format!("{value:.0}"),
        false => format!("{value:.2}"),
    }
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
        .filter(|_| has_room(report))
        .collect();
    header.extend(heard.iter().map(|&rater| letter(rater)));
    header.extend(["score", ends_text(report), "band", "tasks"].map(str::to_owned));
    table.set_header(header.iter().map(|name| bold(name)));
    for (n, occupation) in report.occupations.iter().take(LISTED).enumerate() {
        for done in &report.reconciled.dimensions {
            let score = &done.occupations[n];
            let mut cells = vec![clean(&occupation.title), done.dimension.id.clone()];
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
    text.push_str(&faint(ends_note(report)));
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
