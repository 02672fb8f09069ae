//! The published label set of Eloundou et al. 2024, from which the surrogates that come with the program are trained.

use super::lesson::{GoldColumn, Lesson, Problems, group_rows};
use crate::error::{Error, Result};
use crate::inventory::{LabelTable, Row as Record, whole_id};
use crate::rater::surrogate::train::{Row, Target};
use crate::rater::surrogate::{Answer, Scale};

/// Name of the preset and of its bundle.
pub(super) const NAME: &str = "eloundou2024";

const ATTRIBUTION: &str = "Labels: Eloundou, Manning, Mishkin, Rock, \"GPTs are GPTs\" (Science \
    2024), full_labelset.tsv, MIT licence. Trained on O*NET task statements (USDOL/ETA, CC BY 4.0), \
    which are not contained.";

/// Code, id, statement, title.
const COLUMNS: [&str; 4] = ["O*NET-SOC Code", "Task ID", "Task", "Title"];

/// Id, column, dimension, whose labels.
const TARGETS: [(&str, &str, &str, &str); 4] = [
    (
        "surrogate-human",
        "human_exposure_agg",
        "exposure",
        "human labels",
    ),
    (
        "surrogate-gpt4",
        "gpt4_exposure",
        "exposure",
        "GPT-4 labels",
    ),
    (
        "surrogate-gpt4-alt",
        "gpt4_exposure_alt_rubric",
        "exposure",
        "GPT-4 labels under the second rubric",
    ),
    (
        "surrogate-automation",
        "gpt4_automation",
        "automation",
        "GPT-4 automation levels T0 to T4",
    ),
];

/// Whether a table has the columns of the published set.
pub(super) fn is_published(table: &LabelTable) -> bool {
    places(table).is_ok()
}

/// Rows of the published set.
pub(super) fn lesson(table: &LabelTable) -> Result<Lesson> {
    let (fields, labels) = places(table)?;
    let targets: Vec<Target> = TARGETS.iter().map(target).collect();
    let mut problems = Problems::of(table.name());
    let mut rows = Vec::new();
    for record in table.rows() {
        match row(record, fields, labels, &targets) {
            Ok(row) => rows.push(row),
            Err(problem) => problems.add(record.line, problem),
        }
    }
    problems.none_or("the published file has a label of every kind in every row")?;
    let held_out = group_rows(&mut rows, COLUMNS[0]);
    Ok(Lesson {
        name: NAME.to_owned(),
        attribution: ATTRIBUTION.to_owned(),
        gold: gold(&rows, &targets),
        targets,
        rows,
        held_out,
        notes: vec![format!("{}: the published set {NAME}", table.name())],
    })
}

/// Positions of the four fields and of the four labels.
fn places(table: &LabelTable) -> Result<([usize; 4], [usize; 4])> {
    let place = |name: &str| {
        let found = table.columns().iter().position(|column| column == name);
        found.ok_or_else(|| {
            Error::input(format!(
                "{} is not the published set {NAME}: it has no column '{name}'; its columns are: {}",
                table.name(),
                table.list()
            ))
            .hint("without --preset, any label file can be used")
        })
    };
    let mut found = ([0; 4], [0; 4]);
    for (at, name) in found.0.iter_mut().zip(COLUMNS) {
        *at = place(name)?;
    }
    for (at, (_, name, ..)) in found.1.iter_mut().zip(TARGETS) {
        *at = place(name)?;
    }
    Ok(found)
}

fn target((id, _, dimension, labels): &(&str, &str, &str, &str)) -> Target {
    let labelled = [("E0", 0.0), ("E2", 0.5), ("E1", 1.0)];
    Target {
        id: (*id).to_owned(),
        dimension: (*dimension).to_owned(),
        scale: match *dimension {
            "exposure" => Scale::Labels(labelled.map(|(l, v)| (l.to_owned(), v)).to_vec()),
            _ => Scale::Score,
        },
        source: format!("{labels} of Eloundou et al. 2024"),
    }
}

fn row(
    record: Record<'_>,
    [code, id, statement, title]: [usize; 4],
    labels: [usize; 4],
    targets: &[Target],
) -> std::result::Result<Row, String> {
    let cell = |at: usize| record.get(at).unwrap_or_default();
    let answers = labels
        .iter()
        .zip(targets)
        .map(|(at, target)| answer(cell(*at), &target.scale))
        .collect::<std::result::Result<_, _>>()?;
    Ok(Row {
        task_id: whole_id(cell(id)).to_owned(),
        group: cell(code).to_owned(),
        title: cell(title).to_owned(),
        statement: cell(statement).to_owned(),
        answers,
    })
}

/// Automation levels T0 to T4 stand for 0, 25, 50, 75, 100.
fn answer(cell: &str, scale: &Scale) -> std::result::Result<Answer, String> {
    if let Scale::Labels(_) = scale {
        let given = super::lesson::answer(cell, scale)?;
        return given.ok_or_else(|| "a label is missing".to_owned());
    }
    let level = cell.strip_prefix('T').and_then(|n| n.parse::<u8>().ok());
    match level {
        Some(level @ 0..=4) => Ok(Answer::Score(f64::from(level) * 25.0)),
        _ => Err(format!("'{cell}' is no automation level T0 to T4")),
    }
}

/// The human labels are the gold of the surrogates of GPT-4's labels.
fn gold(rows: &[Row], targets: &[Target]) -> Vec<Option<GoldColumn>> {
    let human = || GoldColumn {
        name: TARGETS[0].1.to_owned(),
        answers: rows
            .iter()
            .map(|row| row.answers.first().cloned())
            .collect(),
    };
    let of = |(n, target): (usize, &Target)| (n > 0 && target.dimension == "exposure").then(human);
    targets.iter().enumerate().map(of).collect()
}
