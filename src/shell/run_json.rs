//! The result of a run for programs, on stdout: one JSON object, written task by task.

use crate::error::{Error, Result};
use crate::inventory::{Occupation, Task};
use crate::labour::{Ranged, Totals};
use crate::ratings::{Row, round12};
use crate::reconcile::{OccupationScore, Reasons, Reconciliation};
use crate::report::{LABOUR_COLUMNS, LabourCell, Report, labour_cells};
use crate::rubric::Dimension;
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// Prints the result of a run: what `head` says of it first.
pub(super) fn print(report: &Report<'_>, head: &impl Serialize, folder: &Path) -> Result<()> {
    let failed = |error| Error::io("cannot write to stdout", error);
    let unread = RefCell::new(None);
    let whole = Whole {
        folder,
        head,
        occupations: Occupations(report),
        overall: overall(report),
        spreads: spreads(report),
        labour: labour(report),
        consensus: Tasks(report, &unread),
    };
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    let written = serde_json::to_writer_pretty(&mut out, &whole);
    match (unread.into_inner(), written) {
        (Some(error), _) => Err(error),
        // As an error of the stream: a reader that went away is known by it.
        (None, Err(error)) => Err(failed(std::io::Error::from(error))),
        (None, Ok(())) => writeln!(out).and_then(|()| out.flush()).map_err(failed),
    }
}

#[derive(Serialize)]
struct Whole<'a, H: Serialize> {
    folder: &'a Path,
    #[serde(flatten)]
    head: &'a H,
    occupations: Occupations<'a>,
    overall: Vec<Value>,
    spreads: Vec<Value>,
    /// Scores weighted by jobs, one a dimension; only with labour data.
    #[serde(skip_serializing_if = "Option::is_none")]
    labour: Option<Vec<Value>>,
    consensus: Tasks<'a>,
}

/// The scores of all tasks together, one a dimension.
fn overall(report: &Report<'_>) -> Vec<Value> {
    let dimensions = report.reconciled.dimensions.iter();
    let overall = dimensions.map(|done| {
        let mut value = score_json(report, &done.overall);
        value["dimension"] = json!(done.dimension.id);
        value
    });
    overall.collect()
}

/// How far answers of one rater and of two lie apart, one a dimension with repeated answers.
fn spreads(report: &Report<'_>) -> Vec<Value> {
    let dimensions = report.reconciled.dimensions.iter();
    let spreads = dimensions.filter_map(|done| {
        let spreads = done.spreads()?;
        Some(json!({
            "dimension": done.dimension.id,
            "between": spreads.between.map(round12),
            "within": round12(spreads.within),
            "tasks": spreads.tasks,
        }))
    });
    spreads.collect()
}

/// The shares of jobs by band, with each rater's own.
fn labour(report: &Report<'_>) -> Option<Vec<Value>> {
    let dimensions = report.reconciled.dimensions.iter();
    let totals = dimensions
        .zip(&report.labour?.totals)
        .map(|(done, totals)| {
            let id = &done.dimension.id;
            match totals {
                Some(totals) => totals_json(report, id, totals),
                None => json!({ "dimension": id, "occupations": 0 }),
            }
        });
    Some(totals.collect())
}

fn totals_json(report: &Report<'_>, dimension: &str, totals: &Totals) -> Value {
    let ranged = |figure: &Ranged| {
        json!({
            "value": round12(figure.value),
            "low": figure.range.map(|(low, _)| round12(low)),
            "high": figure.range.map(|(_, high)| round12(high)),
            "interval": figure.interval.name(),
        })
    };
    let bands = totals.bands.iter().map(|one| {
        json!({
            "band": one.band.name(),
            "occupations": one.occupations,
            "share": ranged(&one.share),
        })
    });
    let raters: serde_json::Map<String, Value> = report
        .raters
        .iter()
        .zip(&totals.raters)
        .map(|(rater, own)| {
            let own = own.map(|own| {
                json!({
                    "jobs": round12(own.jobs),
                    "occupations": own.occupations,
                    "mean": round12(own.mean),
                    "shares": own.shares.map(round12),
                })
            });
            (rater.id.clone(), json!(own))
        })
        .collect();
    json!({
        "dimension": dimension,
        "jobs": round12(totals.jobs),
        "all_jobs": totals.all_jobs,
        "coverage": totals.coverage().map(round12),
        "occupations": totals.occupations,
        "scored": totals.scored,
        "mean": ranged(&totals.mean),
        "bands": bands.collect::<Vec<Value>>(),
        "raters": raters,
    })
}

/// What the labour files say of an occupation, under the names of the columns of `occupations.csv`.
fn labour_json(report: &Report<'_>, occupation: usize, dimension: usize) -> Option<Value> {
    let cells = labour_cells(report, occupation, dimension)?;
    let values = LABOUR_COLUMNS.into_iter().zip(cells).map(|(name, cell)| {
        let value = match cell {
            LabourCell::Text(text) if text.is_empty() => Value::Null,
            LabourCell::Text(text) => json!(text),
            LabourCell::Number(number) => json!(number.map(round12)),
        };
        (name.to_owned(), value)
    });
    Some(Value::Object(values.collect()))
}

struct Occupations<'a>(&'a Report<'a>);

impl Serialize for Occupations<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let report = self.0;
        let dimensions = report.reconciled.dimensions.iter().enumerate();
        serializer.collect_seq(dimensions.flat_map(|(position, done)| {
            let scores = report.occupations.iter().zip(&done.occupations);
            scores.enumerate().map(move |(n, (occupation, score))| {
                let mut value = occupation_json(report, occupation, &done.dimension, score);
                if let Some(labour) = labour_json(report, n, position) {
                    value["labour"] = labour;
                }
                value
            })
        }))
    }
}

/// The tasks of each dimension, and where an error goes that serde has no place for.
struct Tasks<'a>(&'a Report<'a>, &'a RefCell<Option<Error>>);

impl Serialize for Tasks<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let Self(report, unread) = self;
        let ids = report.ids();
        let mut list = serializer.serialize_seq(None)?;
        for done in &report.reconciled.dimensions {
            for (number, names) in report.tasks().enumerate() {
                let row = report.ratings.row(number).map_err(|error| {
                    let message = S::Error::custom(&error);
                    unread.replace(Some(error));
                    message
                })?;
                list.serialize_element(&task_json(&ids, done, names, number, &row))?;
            }
        }
        list.end()
    }
}

fn occupation_json(
    report: &Report<'_>,
    occupation: &Occupation,
    dimension: &Dimension,
    score: &OccupationScore,
) -> Value {
    let mut value = json!({
        "occupation_id": occupation.id,
        "occupation": occupation.title,
        "dimension": dimension.id,
    });
    if let (Value::Object(value), Value::Object(more)) = (&mut value, score_json(report, score)) {
        value.extend(more);
    }
    value
}

fn score_json(report: &Report<'_>, score: &OccupationScore) -> Value {
    let own: serde_json::Map<String, Value> = report
        .raters
        .iter()
        .zip(&score.raters)
        .map(|(rater, own)| {
            (
                rater.id.clone(),
                json!(own.as_ref().map(|own| round12(own.score))),
            )
        })
        .collect();
    json!({
        "score": score.score.map(round12),
        "low": score.range.map(|(low, _)| round12(low)),
        "high": score.range.map(|(_, high)| round12(high)),
        "interval": score.interval.name(),
        "band": score.band.map(crate::rubric::Band::name),
        "n_tasks": score.n_tasks,
        "n_rated": score.n_rated,
        "weighting": report.reconciled.options.weighting.name(),
        "alpha": score.shares.as_ref().map(|shares| round12(shares.alpha)),
        "beta": score.shares.as_ref().map(|shares| round12(shares.beta)),
        "gamma": score.shares.as_ref().map(|shares| round12(shares.gamma)),
        "raters": own,
    })
}

fn task_json(
    ids: &[&str],
    done: &Reconciliation,
    (occupation, task): (&Occupation, &Task),
    number: usize,
    row: &Row,
) -> Value {
    let consensus = done.task(number);
    let labels = done.dimension.labels();
    let own: serde_json::Map<String, Value> = ids
        .iter()
        .zip(row.opinions())
        .map(|(id, rating)| {
            let answer = rating.values.get(done.position).and_then(Option::as_ref);
            let label = answer.and_then(|answer| labels.get(answer.label?));
            let value = json!({
                "outcome": rating.outcome.name(),
                "value": answer.map(|answer| round12(answer.value)),
                "label": label.map(|label| &label.id),
                "rationale": rating.rationale,
            });
            ((*id).to_owned(), value)
        })
        .collect();
    json!({
        "occupation_id": occupation.id,
        "task_id": task.id,
        "task": task.statement,
        "dimension": done.dimension.id,
        "value": consensus.value.map(round12),
        "label": consensus.label.and_then(|label| labels.get(label)).map(|label| &label.id),
        "low": consensus.range.map(|(low, _)| round12(low)),
        "high": consensus.range.map(|(_, high)| round12(high)),
        "interval": consensus.interval.name(),
        "n_raters": consensus.n_raters,
        "median": consensus.median.map(round12),
        "spread": consensus.spread.map(round12),
        "sample_spread": consensus.sample_spread.map(round12),
        "contested": consensus.contested,
        "method": done.method,
        "rationale": done.rationale(&consensus, ids, &Reasons::of(&task.statement, row)),
        "inputs": done.inputs_text(number, ids),
        "weights": done.weights(number, ids),
        "dissent": done.dissent(&consensus, ids, row),
        "gold": done.gold_value(number).map(round12),
        "raters": own,
    })
}
