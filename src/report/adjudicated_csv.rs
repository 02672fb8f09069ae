//! `adjudicated.csv` and `occupations.csv` of an adjudication: first round and final values side by side.

use super::table::Table;
use super::{RaterLine, Report};
use crate::RecordLines;
use crate::adjudication::{
    Adjudicated, Case, FinalScore, Judged, NO_GOLD_CHECK, Order, Status, Verdicts,
};
use crate::error::{Error, Result};
use crate::inventory::without_guard;
use crate::rating::Value;
use crate::reconcile::{OccupationScore, Reconciliation};
use std::io::Write;

const COLUMNS: [&str; 22] = [
    "occupation_id",
    "occupation",
    "task_id",
    "task",
    "dimension",
    "first_value",
    "first_label",
    "uncalibrated",
    "low",
    "high",
    "interval",
    "spread",
    "n_raters",
    "verdict_1",
    "verdict_2",
    "status",
    "final_value",
    "final_label",
    "rationale",
    "dissent",
    "shown",
    "outcomes",
];

const SCORES: [&str; 20] = [
    "occupation_id",
    "occupation",
    "dimension",
    "first_score",
    "first_low",
    "first_high",
    "first_interval",
    "first_band",
    "final_score",
    "final_low",
    "final_high",
    "final_interval",
    "final_band",
    "n_tasks",
    "n_rated",
    "n_contested",
    "n_resolved",
    "n_unresolved",
    "n_not_judged",
    "weighting",
];

/// What the files of an adjudication show.
#[derive(Debug, Clone, Copy)]
pub struct Adjudication<'a> {
    /// Id of the run that it is about.
    pub of: &'a str,
    /// Id of the adjudicator, and what it is.
    pub adjudicator: &'a RaterLine,
    /// Seed of the orders.
    pub seed: u64,
    /// The run.
    pub report: &'a Report<'a>,
    /// Its disputed tasks.
    pub cases: &'a [Case<'a>],
    /// What came of them.
    pub found: &'a Adjudicated,
}

impl<'a> Adjudication<'a> {
    /// The dimension of a row or score.
    #[must_use]
    pub fn dimension(&self, place: usize) -> &'a Reconciliation {
        &self.report.reconciled.dimensions[place]
    }

    /// The case of a row.
    #[must_use]
    pub fn case(&self, row: &Verdicts) -> &'a Case<'a> {
        &self.cases[row.case]
    }

    /// The score of the first round beside a final one.
    #[must_use]
    pub fn first(&self, score: &FinalScore) -> &'a OccupationScore {
        &self.dimension(score.place).occupations[score.occupation]
    }

    /// What the interval of a final score is: that of the first round where no value changed.
    #[must_use]
    pub fn interval(&self, score: &FinalScore) -> String {
        match score.tally.resolved {
            0 => self.first(score).interval.name().into_owned(),
            _ => NO_GOLD_CHECK.to_owned(),
        }
    }
}

/// Writes `adjudicated.csv`: a row a disputed task and dimension. Values are in the dimension's own unit. `first_*`, `low`,
/// `high`, `interval` and `spread` are of the first round, `uncalibrated` is its value before gold calibrated it (the same where none
/// did); `verdict_1` and `verdict_2` what the adjudicator says in the two
/// orders, as a label or a score, empty where it said nothing (`outcomes` says why); `final_value` and `final_label` are empty
/// unless `status` is `resolved`; `rationale` is the adjudicator's in the first order, in which `shown` says who was who.
///
/// # Errors
/// Writing fails.
pub fn write_adjudicated_csv(this: &Adjudication<'_>, out: &mut impl Write) -> Result<()> {
    let mut table = Table::new(out, "the adjudicated tasks", COLUMNS.into_iter())?;
    let ids = this.report.ids();
    for row in &this.found.rows {
        let (case, one) = (this.case(row), this.dimension(row.place));
        let (occupation, task) = (case.item.occupation, case.item.task);
        let label = |at: Option<usize>| {
            at.and_then(|at| one.dimension.labels().get(at))
                .map_or("", |label| &label.id)
        };
        for text in [&occupation.id, &occupation.title, &task.id, &task.statement] {
            table.text(text)?;
        }
        table.text(&one.dimension.id)?;
        table.number(row.first.value)?;
        table.text(label(row.first.label))?;
        table.number(row.uncalibrated)?;
        table.number(row.first.range.map(|(low, _)| low))?;
        table.number(row.first.range.map(|(_, high)| high))?;
        table.text(&row.first.interval.name())?;
        table.number(row.first.spread)?;
        table.count(row.first.n_raters)?;
        for answer in &row.answers {
            match answer {
                Some(Value {
                    label: Some(at), ..
                }) => table.text(label(Some(*at)))?,
                other => table.number(other.as_ref().map(|value| value.value))?,
            }
        }
        table.text(row.verdict.status.name())?;
        table.number(row.verdict.value)?;
        table.text(label(row.verdict.label))?;
        table.text(&row.rationale)?;
        table.text(&row.dissent.join(";"))?;
        table.text(&shown(case, &ids))?;
        table.text(&row.outcomes.map(|outcome| outcome.name()).join(";"))?;
        table.end_row()?;
    }
    table.finish()
}

/// Who was who in the first order: `Rater A=anna;Rater B=bert`.
fn shown(case: &Case<'_>, ids: &[&str]) -> String {
    let shown = case.shown(Order::First);
    let named = shown
        .map(|(name, voice)| format!("{name}={}", ids.get(voice.rater).copied().unwrap_or("?")));
    named.collect::<Vec<_>>().join(";")
}

/// Writes `occupations.csv` of an adjudication: the scores (0–100) of the first round and the final ones. A final score has no
/// low and high where a value changed: nothing says how far adjudicated values lie from the truth. Tasks that are not resolved
/// count in it with their first-round values; `n_unresolved` and `n_not_judged` say how many.
///
/// # Errors
/// Writing fails.
pub fn write_final_scores_csv(this: &Adjudication<'_>, out: &mut impl Write) -> Result<()> {
    let mut table = Table::new(out, "the final scores", SCORES.into_iter())?;
    for score in &this.found.scores {
        let (occupation, first) = (this.report.occupations[score.occupation], this.first(score));
        table.text(&occupation.id)?;
        table.text(&occupation.title)?;
        table.text(&this.dimension(score.place).dimension.id)?;
        table.number(first.score)?;
        table.number(first.range.map(|(low, _)| low))?;
        table.number(first.range.map(|(_, high)| high))?;
        table.text(&first.interval.name())?;
        table.text(first.band.map_or("", |band| band.name()))?;
        let range = first.range.filter(|_| score.tally.resolved == 0);
        table.number(score.score)?;
        table.number(range.map(|(low, _)| low))?;
        table.number(range.map(|(_, high)| high))?;
        table.text(&this.interval(score))?;
        table.text(score.band.map_or("", |band| band.name()))?;
        let tally = &score.tally;
        for count in [
            first.n_tasks,
            first.n_rated,
            tally.contested,
            tally.resolved,
        ] {
            table.count(count)?;
        }
        table.count(tally.unresolved)?;
        table.count(tally.not_judged)?;
        table.text(this.report.reconciled.options.weighting.name())?;
        table.end_row()?;
    }
    table.finish()
}

/// Reads `adjudicated.csv` back, as far as a check by gold needs it; `place` is how errors call the file.
///
/// # Errors
/// [`Kind::Input`](crate::error::Kind::Input) with the line: a column or a cell is missing, a number or a status is none.
pub fn read_adjudicated_csv(place: &str, text: &str) -> Result<Vec<Judged>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let bad = |error: csv::Error| Error::input(format!("{place}: {error}"));
    let header = reader.headers().map_err(bad)?.clone();
    let at = |column: &str| {
        let at = header.iter().position(|name| name == column);
        at.ok_or_else(|| Error::input(format!("{place}: there is no column {column}")))
    };
    let ids = [at("occupation_id")?, at("task_id")?, at("dimension")?];
    let values = [at("first_value")?, at("uncalibrated")?, at("final_value")?];
    let status = at("status")?;
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(bad)?;
        let cell = |at: usize| without_guard(record.get(at).unwrap_or_default());
        let wrong = |what: &str, cell: &str| {
            let line = RecordLines::of(text.as_bytes()).line(record.position());
            Error::input(format!("{place}:{line}: '{cell}' is no {what}"))
        };
        let number = |at: usize| match cell(at) {
            "" => Ok(None),
            text => {
                let number = text.parse().ok().filter(|number: &f64| number.is_finite());
                number.map(Some).ok_or_else(|| wrong("number", text))
            }
        };
        let [occupation, task, dimension] = ids.map(|at| cell(at).to_owned());
        rows.push(Judged {
            occupation,
            task,
            dimension,
            first: number(values[0])?,
            uncalibrated: number(values[1])?,
            last: number(values[2])?,
            status: Status::named(cell(status)).ok_or_else(|| wrong("status", cell(status)))?,
        });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_adjudication_is_refused_with_its_line() {
        let wrong = |rows: &str| {
            let header =
                "occupation_id,task_id,dimension,first_value,uncalibrated,final_value,status\n";
            read_adjudicated_csv("a.csv", &format!("{header}{rows}"))
                .map_err(|error| error.to_string())
        };
        assert_eq!(
            wrong("o,1,exposure,0.5,0.5,,unresolved\n").unwrap()[0].last,
            None
        );
        assert_eq!(
            wrong("o,1,exposure,0.5,0.5,1,done\n").unwrap_err(),
            "a.csv:2: 'done' is no status"
        );
        assert_eq!(
            wrong("o,1,exposure,NaN,0.5,1,resolved\n").unwrap_err(),
            "a.csv:2: 'NaN' is no number"
        );
        let error = read_adjudicated_csv("a.csv", "task_id\n")
            .unwrap_err()
            .to_string();
        assert_eq!(error, "a.csv: there is no column occupation_id");
    }
}
