//! What a training came to: agreement on held-out occupations, as tables or JSON.

use super::Assignment;
use super::lesson::Lesson;
use super::out::Out;
use crate::error::Result;
use crate::rater::surrogate::Figures;
use crate::rater::surrogate::train::Target;
use crate::shell::cli::TrainArgs;
use crate::shell::table;
use serde::Serialize;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Prints it.
pub(super) fn show(
    args: &TrainArgs,
    lesson: &Lesson,
    assignments: &[Assignment],
    skipped: &[String],
    out: Option<&Out>,
) -> Result<()> {
    if args.json {
        let value = json(lesson, assignments, skipped, out);
        return table::print(&format!("{value:#}\n"));
    }
    if !args.report {
        return table::print(&lines(lesson, assignments));
    }
    table::print(&tables(lesson, assignments))?;
    for seed in skipped {
        anstream::eprintln!(
            "seed {seed} is not reported: it leaves a fold without any occupation, as happens with few of them"
        );
    }
    Ok(())
}

/// Mean and range over assignments.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
struct Summary {
    mean: f64,
    low: f64,
    high: f64,
    /// Assignments.
    n: usize,
}

impl Summary {
    /// `None` when the figure is undefined in an assignment.
    fn of(values: impl Iterator<Item = Option<f64>>) -> Option<Self> {
        let values = values.collect::<Option<Vec<f64>>>()?;
        let n = values.len();
        (n > 0).then(|| Self {
            mean: values.iter().sum::<f64>() / n as f64,
            low: values.iter().copied().fold(f64::INFINITY, f64::min),
            high: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            n,
        })
    }
}

type Figure = (&'static str, fn(&Figures) -> Option<f64>);

/// Agreement with the labels that were learned.
const TEACHER: &[Figure] = &[
    ("pearson", |f| f.pearson),
    ("rmse", |f| Some(f.rmse)),
    ("kappa, quadratic", |f| f.kappa_quadratic),
    ("kappa, nominal", |f| f.kappa_nominal),
    ("accuracy", |f| Some(f.accuracy)),
    ("calibration error", |f| Some(f.calibration_error)),
    ("calibration error, top", |f| Some(f.calibration_error_top)),
    ("log loss", |f| Some(f.log_loss)),
    ("alpha gap", |f| Some(f.alpha.predicted - f.alpha.actual)),
    ("beta gap", |f| Some(f.beta.predicted - f.beta.actual)),
    ("gamma gap", |f| Some(f.gamma.predicted - f.gamma.actual)),
];

/// Agreement with gold: of these, the teacher's own can be told too.
const GOLD: &[Figure] = &[
    ("pearson", |f| f.pearson),
    ("rmse", |f| Some(f.rmse)),
    ("kappa, quadratic", |f| f.kappa_quadratic),
    ("kappa, nominal", |f| f.kappa_nominal),
    ("accuracy", |f| Some(f.accuracy)),
];

/// Figures of one surrogate against its teacher, by assignment.
fn taught(assignments: &[Assignment], which: usize) -> Vec<&Figures> {
    let found = assignments
        .iter()
        .map(|one| &one.report.surrogates[which].figures);
    found.collect()
}

/// Figures of one surrogate against gold, by assignment, and those of its teacher.
fn trusted(assignments: &[Assignment], which: usize) -> Option<(Vec<&Figures>, &Figures)> {
    let all: Option<Vec<_>> = assignments
        .iter()
        .map(|one| one.gold.get(which)?.as_ref())
        .collect();
    let all = all?;
    let teacher = &all.first()?.teacher;
    Some((all.iter().map(|gold| &gold.surrogate).collect(), teacher))
}

fn gold_name(lesson: &Lesson, which: usize) -> &str {
    let column = lesson.gold.get(which).and_then(Option::as_ref);
    column.map_or("", |column| column.name.as_str())
}

/// One line a surrogate.
fn lines(lesson: &Lesson, assignments: &[Assignment]) -> String {
    let mut text = String::new();
    for (which, target) in lesson.targets.iter().enumerate() {
        let Some(f) = taught(assignments, which).first().copied() else {
            continue;
        };
        let _ = write!(
            text,
            "{} ({}): Pearson {}, quadratic kappa {}, calibration error {} on {} tasks of {} groups held out by {}",
            target.id,
            target.dimension,
            shown(f.pearson),
            shown(f.kappa_quadratic),
            shown(Some(f.calibration_error)),
            f.rows,
            f.groups,
            lesson.held_out,
        );
        if let Some((gold, teacher)) = trusted(assignments, which) {
            let _ = write!(
                text,
                "; on gold ({}) Pearson {}, its teacher {}",
                gold_name(lesson, which),
                shown(gold.first().and_then(|f| f.pearson)),
                shown(teacher.pearson),
            );
        }
        text.push('\n');
    }
    text
}

fn tables(lesson: &Lesson, assignments: &[Assignment]) -> String {
    let mut text = String::new();
    let seeds: Vec<&str> = assignments.iter().map(|one| one.seed.as_str()).collect();
    if let Some(first) = assignments.first() {
        let _ = writeln!(
            text,
            "{} tasks, {} groups held out whole by {}, five folds; {} tasks share their text with another group, \
             {} features\nMean and range over the assignments of seeds {}; gaps are predicted minus true means",
            first.report.rows,
            first.report.groups,
            lesson.held_out,
            first.report.shared_texts,
            first.report.features,
            seeds.join(", "),
        );
    }
    for (which, target) in lesson.targets.iter().enumerate() {
        one_surrogate(&mut text, lesson, assignments, which, target);
    }
    text
}

fn one_surrogate(
    text: &mut String,
    lesson: &Lesson,
    assignments: &[Assignment],
    which: usize,
    target: &Target,
) {
    let header = ["held out", "mean", "lowest", "highest"];
    let _ = writeln!(
        text,
        "\n{}, {}: {}",
        target.id, target.dimension, target.source
    );
    let figures = taught(assignments, which);
    let rows = TEACHER.iter().map(|figure| row(figure, &figures));
    text.push_str(&table::plain(&header, rows.collect()));
    if let Some((figures, teacher)) = trusted(assignments, which) {
        let _ = writeln!(
            text,
            "\n{} against gold ({}, {} tasks), and its teacher",
            target.id,
            gold_name(lesson, which),
            teacher.rows
        );
        let with_teacher = |figure: &Figure| {
            let mut cells = row(figure, &figures);
            cells.push(number(figure.0, figure.1(teacher)));
            cells
        };
        let header = ["held out", "mean", "lowest", "highest", "teacher"];
        text.push_str(&table::plain(
            &header,
            GOLD.iter().map(with_teacher).collect(),
        ));
    }
}

fn row((name, pick): &Figure, figures: &[&Figures]) -> Vec<String> {
    let summary = Summary::of(figures.iter().map(|f| pick(f)));
    let cell = |pick: fn(Summary) -> f64| number(name, summary.map(pick));
    vec![
        (*name).to_owned(),
        cell(|s| s.mean),
        cell(|s| s.low),
        cell(|s| s.high),
    ]
}

/// Gaps carry their sign.
fn number(name: &str, value: Option<f64>) -> String {
    match value {
        Some(value) if name.ends_with("gap") => format!("{value:+.4}"),
        Some(value) => format!("{value:.4}"),
        None => "not defined".to_owned(),
    }
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "not defined".to_owned(), |value| format!("{value:.3}"))
}

fn json(
    lesson: &Lesson,
    assignments: &[Assignment],
    skipped: &[String],
    out: Option<&Out>,
) -> Value {
    let surrogates: Vec<Value> = lesson
        .targets
        .iter()
        .enumerate()
        .map(|(which, target)| surrogate(lesson, assignments, which, target))
        .collect();
    let first = assignments.first().map(|one| &one.report);
    json!({
        "name": lesson.name,
        "rows": first.map(|report| report.rows),
        "groups": first.map(|report| report.groups),
        "shared_texts": first.map(|report| report.shared_texts),
        "features": first.map(|report| report.features),
        "held_out_by": lesson.held_out,
        "seeds": assignments.iter().map(|one| &one.seed).collect::<Vec<_>>(),
        "seeds_skipped": skipped,
        "notes": lesson.notes,
        "surrogates": surrogates,
        "weights": out.map(|out| out.weights.display().to_string()),
        "manifest": out.map(|out| out.manifest.display().to_string()),
    })
}

fn surrogate(lesson: &Lesson, assignments: &[Assignment], which: usize, target: &Target) -> Value {
    let by_seed: Vec<Value> = assignments
        .iter()
        .map(|one| {
            json!({
                "seed": one.seed,
                "figures": one.report.surrogates[which].figures,
                "gold": one.gold.get(which),
            })
        })
        .collect();
    let summary = |figures: &[Figure], of: &[&Figures]| -> Value {
        let pairs = figures.iter().map(|(name, pick)| {
            let key = name.replace(", ", "_").replace(' ', "_");
            (key, json!(Summary::of(of.iter().map(|f| pick(f)))))
        });
        Value::Object(pairs.collect())
    };
    let gold = trusted(assignments, which);
    json!({
        "id": target.id,
        "dimension": target.dimension,
        "scale": target.scale,
        "source": target.source,
        "held_out": summary(TEACHER, &taught(assignments, which)),
        "gold": gold.map(|(figures, teacher)| json!({
            "name": gold_name(lesson, which),
            "rows": teacher.rows,
            "held_out": summary(GOLD, &figures),
            "teacher": summary(GOLD, &[teacher]),
        })),
        "assignments": by_seed,
    })
}
