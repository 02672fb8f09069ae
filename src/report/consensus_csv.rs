//! `consensus.csv`: one row a task and dimension, then one column a rater, then the median of the raters.

use super::table::Table;
use super::{Report, answer};
use crate::error::Result;
use crate::inventory::{Occupation, Task};
use crate::rating::Rating;
use crate::reconcile::{Consensus, Reconciliation};
use std::io::Write;

pub(super) const COLUMNS: [&str; 15] = [
    "occupation_id",
    "occupation",
    "task_id",
    "task",
    "dimension",
    "value",
    "label",
    "low",
    "high",
    "interval",
    "n_raters",
    "spread",
    "contested",
    "method",
    "rationale",
];

/// Writes `consensus.csv`. `value`, `low`, `high`, `spread` and the rater columns are in the dimension's own unit:
/// label values 0–1, scores 0–100. A rater column is empty where the rater gave no value; `spread` and `contested`
/// are empty with fewer than two raters. Text that a spreadsheet would run as a formula
/// has a leading apostrophe.
///
/// # Errors
/// Writing fails.
pub fn write_consensus_csv(report: &Report<'_>, out: &mut impl Write) -> Result<()> {
    let raters = report.raters.iter().map(|rater| rater.id.as_str());
    let mut table = Table::new(
        out,
        "the consensus",
        COLUMNS.into_iter().chain(raters).chain(["median"]),
    )?;
    for (n, ((occupation, task), row)) in report.tasks().zip(report.rows()).enumerate() {
        for one in &report.reconciled.dimensions {
            if let Some(consensus) = one.tasks.get(n) {
                names(&mut table, report, (occupation, task), one)?;
                numbers(&mut table, report, consensus, one)?;
                raters_own(&mut table, row, one)?;
                table.number(consensus.median)?;
                table.end_row()?;
            }
        }
    }
    table.finish()
}

fn names<W: Write>(
    table: &mut Table<W>,
    report: &Report<'_>,
    (occupation, task): (&Occupation, &Task),
    one: &Reconciliation,
) -> Result<()> {
    table.text(&occupation.id)?;
    table.text(&occupation.title)?;
    table.text(&task.id)?;
    table.text(&task.statement)?;
    table.text(report.dimension(one.dimension).map_or("", |d| &d.id))
}

fn numbers<W: Write>(
    table: &mut Table<W>,
    report: &Report<'_>,
    consensus: &Consensus,
    one: &Reconciliation,
) -> Result<()> {
    let labels = report
        .dimension(one.dimension)
        .map_or(&[][..], |d| d.labels());
    let label = consensus.label.and_then(|label| labels.get(label));
    table.number(consensus.value)?;
    table.text(label.map_or("", |label| &label.id))?;
    table.number(consensus.range.map(|(low, _)| low))?;
    table.number(consensus.range.map(|(_, high)| high))?;
    table.text(consensus.interval.name())?;
    table.count(consensus.n_raters)?;
    table.number(consensus.spread)?;
    table.flag(consensus.contested)?;
    table.text(one.method)?;
    table.text(&consensus.rationale)
}

fn raters_own<W: Write>(table: &mut Table<W>, row: &[Rating], one: &Reconciliation) -> Result<()> {
    for rating in row {
        table.number(answer(rating, one.dimension).map(|value| value.value))?;
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
            write_consensus_csv(report, &mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        });
        assert_snapshot!(text, @r###"
occupation_id,occupation,task_id,task,dimension,value,label,low,high,interval,n_raters,spread,contested,method,rationale,claude,gpt_4o,surrogate,median
11-1,Clerks <all>,1,'=Write | sign letters.,exposure,0.916666666667,E1,0.75,1,model range,3,0.25,false,rater-centred mean,"All 3 raters say E1, in the words of claude: “It drafts | formats `letters` <b>fast</b>. A person signs.”",1,1,0.75,1
11-1,Clerks <all>,1,'=Write | sign letters.,automation,71.25,,62.5,80,model range,2,17.5,false,rater-centred mean,"Both raters are near 71.2 (62.5 to 80), in the words of claude: “It drafts | formats `letters` <b>fast</b>. A person signs.”",80,62.5,,71.25
11-1,Clerks <all>,2,Do what task 2 says.,exposure,0.375,E0,0,1,model range,3,1,true,rater-centred mean,"2 of 3 raters say E0 (claude, surrogate), in the words of surrogate: “Surrogate, not an LLM: draft +0.2.” gpt_4o says E1: “Robots will do it.”",0,1,0.125,0.125
11-1,Clerks <all>,2,Do what task 2 says.,automation,37.5,,5,70,model range,2,65,true,rater-centred mean,No rater is near the consensus of 37.5. gpt_4o is higher with 70: “Robots will do it.”; claude is lower with 5: “It takes hands and eyes on site.”,5,70,,37.5
11-2,Guides,3,Do what task 3 says.,exposure,0.677083333333,E2,0.5,0.5,model range,2,0,false,rater-centred mean,"Both raters say E2, in the words of claude: “Only with tools around the model.” gpt_4o gave no rating (refused).",0.5,,0.5,0.5
11-2,Guides,3,Do what task 3 says.,automation,51.875,,,,none: one rater,1,,,rater-centred mean,claude gives 40: “Only with tools around the model.” gpt_4o gave no rating (refused).,40,,,40
"###);
    }
}
