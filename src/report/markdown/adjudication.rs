//! `report.md` of an adjudication.

use super::text::{escape, table};
use super::{Page, tasks};
use crate::adjudication::{Status, Verdicts, order_dependence};
use crate::error::{Error, Result};
use crate::rating::Value;
use crate::report::Adjudication;
use crate::rubric::Dimension;
use std::io::Write;

/// Tasks that are listed; `adjudicated.csv` has them all.
const SHOWN: usize = 100;

/// Writes `report.md` of an adjudication as Markdown (GitHub flavour), with text escaped as in
/// [`write_report_md`](super::write_report_md).
///
/// # Errors
/// Writing fails.
pub fn write_adjudication_md(this: &Adjudication<'_>, out: &mut impl Write) -> Result<()> {
    let mut page = Page(out);
    page.lines(head(this))?;
    page.lines(dimensions(this))?;
    page.lines(scores(this))?;
    page.lines(verdicts(this))?;
    page.0
        .flush()
        .map_err(|error| Error::io("cannot write the report", error))
}

fn head(this: &Adjudication<'_>) -> Vec<String> {
    let adjudicator = this.adjudicator;
    vec![
        format!("# Adjudication of run {}", escape(this.of)),
        String::new(),
        format!(
            "{} contested tasks of {} went to {} ({}), which was not among the raters. It saw what each of them said and why, \
             unnamed, in a random order (seed {}) and once more in the reverse. A verdict stands where both orders came to the \
             same; where it followed the order, the task stays unresolved.",
            this.cases.len(),
            escape(this.report.inventory),
            escape(&adjudicator.id),
            escape(&adjudicator.source),
            this.seed,
        ),
        String::new(),
        "An adjudicator is one more model. That it decides does not make it right: `taskrater audit` says whether it came closer \
         to gold, where there is gold."
            .to_owned(),
        String::new(),
    ]
}

fn dimensions(this: &Adjudication<'_>) -> Vec<String> {
    let mut rows = Vec::new();
    for (place, tally) in this.found.tallies.iter().enumerate() {
        let dependence = order_dependence(tally).map_or_else(
            || "– (no task with both answers)".to_owned(),
            |share| {
                let [point, low, high] = [share.point, share.low, share.high].map(|x| x * 100.0);
                format!("{point:.1} % [{low:.1}, {high:.1}], n {}", share.n)
            },
        );
        let mut row = vec![escape(&this.dimension(place).dimension.id)];
        let counts = [
            tally.contested,
            tally.resolved,
            tally.unresolved,
            tally.not_judged,
        ];
        row.extend(counts.map(|count| count.to_string()));
        row.push(dependence);
        rows.push(row);
    }
    let header = [
        "Dimension",
        "Contested",
        "Resolved",
        "Unresolved",
        "Not judged",
        "Followed the order (95 % interval)",
    ];
    let mut lines = vec!["## Verdicts".to_owned(), String::new()];
    lines.extend(table(&header, &rows));
    lines.push(String::new());
    lines
}

fn scores(this: &Adjudication<'_>) -> Vec<String> {
    let disputed = this
        .found
        .scores
        .iter()
        .filter(|score| score.tally.contested > 0);
    let rows: Vec<Vec<String>> = disputed
        .map(|score| {
            let first = this.first(score);
            let number = |score: Option<f64>| {
                score.map_or_else(|| "–".to_owned(), |score| format!("{score:.1}"))
            };
            let range = first.range.map_or_else(
                || format!(" ({})", first.interval.name()),
                |(low, high)| format!(" [{low:.1}, {high:.1}]"),
            );
            let tally = &score.tally;
            let open = tally.unresolved + tally.not_judged;
            vec![
                escape(&this.report.occupations[score.occupation].title),
                escape(&this.dimension(score.place).dimension.id),
                format!("{}{}", number(first.score), escape(&range)),
                number(score.score),
                first.n_rated.to_string(),
                format!("{} of {}", tally.resolved, tally.contested),
                open.to_string(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let header = [
        "Occupation",
        "Dimension",
        "First round",
        "Final",
        "Tasks",
        "Resolved",
        "Counted as in the first round",
    ];
    let mut lines = vec!["## Occupations".to_owned(), String::new()];
    lines.extend(table(&header, &rows));
    lines.extend([
        String::new(),
        "Brackets are those of the first round. Final scores with a resolved task have none: adjudicated values have no gold \
         check. Contested tasks without a verdict count with their first-round values."
            .to_owned(),
        String::new(),
    ]);
    let moved = |row: &Verdicts| row.first.value != row.uncalibrated;
    if this.found.rows.iter().any(moved) {
        lines.extend([
            "Gold calibrated the first round. A verdict has seen no gold: a final score is moved by the verdict less what the raters \
             said before that (`uncalibrated` in adjudicated.csv), and keeps its calibration."
                .to_owned(),
            String::new(),
        ]);
    }
    lines
}

fn verdicts(this: &Adjudication<'_>) -> Vec<String> {
    let row = |row: &Verdicts| {
        let (case, one) = (this.case(row), this.dimension(row.place));
        let dimension = &one.dimension;
        let last = match row.verdict.status {
            Status::Resolved => said(dimension, row.verdict.value, row.verdict.label),
            other => other.name().to_owned(),
        };
        let [first, second] = row.answers.each_ref().map(|answer| match answer {
            Some(Value { value, label, .. }) => said(dimension, Some(*value), *label),
            None => "–".to_owned(),
        });
        vec![
            escape(&case.item.occupation.title),
            escape(&case.item.task.statement),
            escape(&dimension.id),
            escape(&said(dimension, row.first.value, row.first.label)),
            escape(&format!("{first}, {second}")),
            escape(&last),
            escape(&row.dissent.join(", ")),
            escape(&row.rationale),
        ]
    };
    let rows: Vec<Vec<String>> = this.found.rows.iter().take(SHOWN).map(row).collect();
    let header = [
        "Occupation",
        "Task",
        "Dimension",
        "First round",
        "In both orders",
        "Final",
        "Dissent",
        "The adjudicator's reason",
    ];
    let mut lines = vec!["## Tasks".to_owned(), String::new()];
    lines.extend(table(&header, &rows));
    if this.found.rows.len() > SHOWN {
        lines.push(String::new());
        lines.push(format!(
            "These are the first {SHOWN} of {}; adjudicated.csv has all.",
            this.found.rows.len()
        ));
    }
    lines
}

/// A value as people read it: the label where there is one.
fn said(dimension: &Dimension, value: Option<f64>, label: Option<usize>) -> String {
    let named = label.and_then(|at| dimension.labels().get(at));
    match (named, value) {
        (Some(label), _) => label.id.clone(),
        (None, Some(value)) => format!("{value:.*}", tasks::decimals(dimension)),
        (None, None) => "–".to_owned(),
    }
}
