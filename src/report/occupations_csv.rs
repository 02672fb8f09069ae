//! `occupations.csv`: one row an occupation and dimension, then one column a rater, then those of labour data.

use super::table::Table;
use super::{LABOUR_COLUMNS, LabourCell, Report, labour_cells};
use crate::error::Result;
use crate::inventory::Occupation;
use crate::reconcile::{OccupationScore, Shares};
use std::io::Write;

pub(super) const COLUMNS: [&str; 14] = [
    "occupation_id",
    "occupation",
    "dimension",
    "score",
    "low",
    "high",
    "interval",
    "band",
    "n_tasks",
    "n_rated",
    "weighting",
    "alpha",
    "beta",
    "gamma",
];

/// Writes `occupations.csv`. `score`, `low`, `high` and the rater columns (each rater's own score, over the tasks
/// it rated) are 0–100; `alpha`, `beta` and `gamma` are 0–1 and empty for dimensions that have none. Text is
/// neutralised as in [`write_consensus_csv`](super::write_consensus_csv). Where the report has labour data, the columns of
/// [`labour_cells`] follow.
///
/// # Errors
/// Writing fails.
pub fn write_occupations_csv(report: &Report<'_>, out: &mut impl Write) -> Result<()> {
    let raters = report.raters.iter().map(|rater| rater.id.as_str());
    let jobs = report.labour.iter().flat_map(|_| LABOUR_COLUMNS);
    let mut table = Table::new(
        out,
        "the occupation scores",
        COLUMNS.into_iter().chain(raters).chain(jobs),
    )?;
    for (n, occupation) in report.occupations.iter().enumerate() {
        for (position, one) in report.reconciled.dimensions.iter().enumerate() {
            let Some(score) = one.occupations.get(n) else {
                continue;
            };
            row(&mut table, report, (occupation, &one.dimension.id), score)?;
            for cell in labour_cells(report, n, position).into_iter().flatten() {
                match cell {
                    LabourCell::Text(text) => table.text(&text)?,
                    LabourCell::Number(number) => table.number(number)?,
                }
            }
            table.end_row()?;
        }
    }
    table.finish()
}

fn row<W: Write>(
    table: &mut Table<W>,
    report: &Report<'_>,
    (occupation, dimension): (&Occupation, &str),
    score: &OccupationScore,
) -> Result<()> {
    table.text(&occupation.id)?;
    table.text(&occupation.title)?;
    table.text(dimension)?;
    table.number(score.score)?;
    table.number(score.range.map(|(low, _)| low))?;
    table.number(score.range.map(|(_, high)| high))?;
    table.text(&score.interval.name())?;
    table.text(score.band.map_or("", |band| band.name()))?;
    table.count(score.n_tasks)?;
    table.count(score.n_rated)?;
    table.text(report.reconciled.options.weighting.name())?;
    let share = |pick: fn(Shares) -> f64| score.shares.map(pick);
    table.number(share(|shares| shares.alpha))?;
    table.number(share(|shares| shares.beta))?;
    table.number(share(|shares| shares.gamma))?;
    for rater in &score.raters {
        table.number(rater.map(|own| own.score))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::with_report;
    use super::*;
    use insta::assert_snapshot;

    #[test]
    fn a_small_run() {
        let text = with_report(|report| {
            let mut bytes = Vec::new();
            write_occupations_csv(report, &mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        });
        assert_snapshot!(text, @r###"
occupation_id,occupation,dimension,score,low,high,interval,band,n_tasks,n_rated,weighting,alpha,beta,gamma,claude,gpt_4o,surrogate
11-1,Clerks <all>,exposure,73.611111111111,54.166666666667,100,model range,high,2,2,core_twice,0.694444444444,0.736111111111,0.777777777778,66.666666666667,100,54.166666666667
11-1,Clerks <all>,automation,60,55,65,model range,high,2,2,core_twice,,,,55,65,
11-2,Guides,exposure,67.708333333333,50,50,model range,high,1,1,core_twice,0.125,0.5,0.875,50,,50
11-2,Guides,automation,51.875,,,none: one rater,moderate,1,1,core_twice,,,,40,,
11-3,Others,exposure,,,,none: no tasks,,0,0,core_twice,,,,,,
11-3,Others,automation,,,,none: no tasks,,0,0,core_twice,,,,,,
"###);
    }
}
