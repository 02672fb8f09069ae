//! `consensus.csv`: one row a task and dimension, then one column a rater, then the median of the raters, the spread of the
//! samples of one, and what the value was made of.

use super::table::Table;
use super::{Report, answer};
use crate::error::Result;
use crate::inventory::{Occupation, Task};
use crate::ratings::Row;
use crate::reconcile::{Consensus, Reasons, Reconciliation};
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

/// Columns after those of the raters: newer than they.
pub(super) const LAST: [&str; 6] = [
    "median",
    "sample_spread",
    "inputs",
    "weights",
    "dissent",
    "gold",
];

/// Writes `consensus.csv`. `value`, `low`, `high`, `spread`, `median`, `sample_spread` and the rater columns are in the
/// dimension's own unit: label values 0–1, scores 0–100. A rater column is empty where the rater gave no value; `spread`
/// and `contested` are empty with fewer than two raters, `sample_spread`
/// ([`Consensus::sample_spread`](crate::reconcile::Consensus::sample_spread)) where no rater has two rated samples. `inputs`
/// are the values of the panel that went in, `weights` what they count ([`Reconciliation::weights`]), `dissent` the raters
/// that differ ([`Reconciliation::dissent`]) and `gold` what the trusted rater says; gold has its column among the raters, too,
/// and no part in the numbers of the panel. Text that a spreadsheet would run as a formula has a leading apostrophe.
///
/// # Errors
/// Writing fails, or the ratings cannot be read.
pub fn write_consensus_csv(report: &Report<'_>, out: &mut impl Write) -> Result<()> {
    let ids = report.ids();
    let header = COLUMNS.iter().chain(&ids).chain(&LAST).copied();
    let mut table = Table::new(out, "the consensus", header)?;
    for (number, names, row) in report.rows() {
        let row = row?;
        let reasons = Reasons::of(&names.1.statement, &row);
        for one in &report.reconciled.dimensions {
            let consensus = one.task(number);
            named(&mut table, names, one)?;
            numbers(&mut table, &consensus, one)?;
            table.text(&one.rationale(&consensus, &ids, &reasons))?;
            raters_own(&mut table, &row, one)?;
            table.number(consensus.median)?;
            table.number(consensus.sample_spread)?;
            made_of(&mut table, (number, &consensus), &row, one, &ids)?;
            table.end_row()?;
        }
    }
    table.finish()
}

fn named<W: Write>(
    table: &mut Table<W>,
    (occupation, task): (&Occupation, &Task),
    one: &Reconciliation,
) -> Result<()> {
    table.text(&occupation.id)?;
    table.text(&occupation.title)?;
    table.text(&task.id)?;
    table.text(&task.statement)?;
    table.text(&one.dimension.id)
}

fn numbers<W: Write>(
    table: &mut Table<W>,
    consensus: &Consensus,
    one: &Reconciliation,
) -> Result<()> {
    let labels = one.dimension.labels();
    let label = consensus.label.and_then(|label| labels.get(label));
    table.number(consensus.value)?;
    table.text(label.map_or("", |label| &label.id))?;
    table.number(consensus.range.map(|(low, _)| low))?;
    table.number(consensus.range.map(|(_, high)| high))?;
    table.text(&consensus.interval.name())?;
    table.count(consensus.n_raters)?;
    table.number(consensus.spread)?;
    table.flag(consensus.contested)?;
    table.text(one.method)
}

fn made_of<W: Write>(
    table: &mut Table<W>,
    (number, consensus): (usize, &Consensus),
    row: &Row,
    one: &Reconciliation,
    ids: &[&str],
) -> Result<()> {
    table.text(&one.inputs_text(number, ids))?;
    table.text(&one.weights(number, ids))?;
    table.text(&one.dissent(consensus, ids, row).join(";"))?;
    table.number(one.gold_value(number))
}

fn raters_own<W: Write>(table: &mut Table<W>, row: &Row, one: &Reconciliation) -> Result<()> {
    for rating in row.opinions() {
        table.number(answer(rating, one.position).map(|value| value.value))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{with_report, with_samples};
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
occupation_id,occupation,task_id,task,dimension,value,label,low,high,interval,n_raters,spread,contested,method,rationale,claude,gpt_4o,surrogate,median,sample_spread,inputs,weights,dissent,gold
11-1,Clerks <all>,1,'=Write | sign letters.,exposure,0.916666666667,E1,0.75,1,model range,3,0.25,false,rater-centred mean,"All 3 raters say E1, in the words of claude: “It drafts | formats `letters` <b>fast</b>”.",1,1,0.75,1,,claude=1;gpt_4o=1;surrogate=0.75,claude=0.333333333333;gpt_4o=0.333333333333;surrogate=0.333333333333;intercept=0,,
11-1,Clerks <all>,1,'=Write | sign letters.,automation,71.25,,62.5,80,model range,2,17.5,false,rater-centred mean,"Both raters are near 71.2 (62.5 to 80), in the words of claude: “It drafts | formats `letters` <b>fast</b>”.",80,62.5,,71.25,,claude=80;gpt_4o=62.5,claude=0.5;gpt_4o=0.5;intercept=0,,
11-1,Clerks <all>,2,Do what task 2 says.,exposure,0.375,E0,0,1,model range,3,1,true,rater-centred mean,"2 of 3 raters say E0 (claude, surrogate), in the words of claude: “It takes hands and eyes on site”. gpt_4o says E1: “Robots will do it”.",0,1,0.125,0.125,,claude=0;gpt_4o=1;surrogate=0.125,claude=0.333333333333;gpt_4o=0.333333333333;surrogate=0.333333333333;intercept=0,gpt_4o,
11-1,Clerks <all>,2,Do what task 2 says.,automation,37.5,,5,70,model range,2,65,true,rater-centred mean,No rater is near the consensus of 37.5. gpt_4o is higher with 70: “Robots will do it”; claude is lower with 5: “It takes hands and eyes on site”.,5,70,,37.5,,claude=5;gpt_4o=70,claude=0.5;gpt_4o=0.5;intercept=0,claude;gpt_4o,
11-2,Guides,3,Do what task 3 says.,exposure,0.677083333333,E2,0.5,0.5,model range,2,0,false,rater-centred mean,"Both raters say E2, in the words of claude: “Only with tools around the model”. gpt_4o gave no rating (refused).",0.5,,0.5,0.5,,claude=0.5;surrogate=0.5,claude=0.5;surrogate=0.5;intercept=0.177083333333,,
11-2,Guides,3,Do what task 3 says.,automation,51.875,,,,none: one rater,1,,,rater-centred mean,claude gives 40: “Only with tools around the model”. gpt_4o gave no rating (refused).,40,,,40,,claude=40,claude=1;intercept=11.875,,
"###);
    }

    #[test]
    fn several_samples_are_one_opinion_and_their_spread_has_a_column() {
        let text = with_samples(|report| {
            let mut bytes = Vec::new();
            write_consensus_csv(report, &mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        });
        assert_snapshot!(text, @r###"
occupation_id,occupation,task_id,task,dimension,value,label,low,high,interval,n_raters,spread,contested,method,rationale,claude,gpt_4o,surrogate,median,sample_spread,inputs,weights,dissent,gold
11-1,Clerks <all>,1,'=Write | sign letters.,exposure,0.833333333333,E1,0.75,1,model range,3,0.25,false,rater-centred mean,"2 of 3 raters say E1 (gpt_4o, surrogate), in the words of gpt_4o: “=SUM(A1) is drafted for them”. claude says E2: “It drafts with a file at hand”.",0.75,1,0.75,0.75,0.5,claude=0.75;gpt_4o=1;surrogate=0.75,claude=0.333333333333;gpt_4o=0.333333333333;surrogate=0.333333333333;intercept=0,claude,
11-1,Clerks <all>,1,'=Write | sign letters.,automation,68.75,,62.5,75,model range,2,12.5,false,rater-centred mean,"Both raters are near 68.8 (62.5 to 75), in the words of claude: “It drafts with a file at hand”.",75,62.5,,68.75,10,claude=75;gpt_4o=62.5,claude=0.5;gpt_4o=0.5;intercept=0,,
11-1,Clerks <all>,2,Do what task 2 says.,exposure,0.375,E0,0,1,model range,3,1,true,rater-centred mean,"2 of 3 raters say E0 (claude, surrogate), in the words of claude: “It takes hands and eyes on site”. gpt_4o says E1: “Robots will do it”.",0,1,0.125,0.125,0,claude=0;gpt_4o=1;surrogate=0.125,claude=0.333333333333;gpt_4o=0.333333333333;surrogate=0.333333333333;intercept=0,gpt_4o,
11-1,Clerks <all>,2,Do what task 2 says.,automation,40,,10,70,model range,2,60,true,rater-centred mean,No rater is near the consensus of 40. gpt_4o is higher with 70: “Robots will do it”; claude is lower with 10: “It takes hands and eyes on site”.,10,70,,40,10,claude=10;gpt_4o=70,claude=0.5;gpt_4o=0.5;intercept=0,claude;gpt_4o,
11-2,Guides,3,Do what task 3 says.,exposure,0.697916666667,E2,0.5,0.5,model range,2,0,false,rater-centred mean,"Both raters say E2, in the words of claude: “Only with tools around the model”. gpt_4o gave no rating (refused).",0.5,,0.5,0.5,,claude=0.5;surrogate=0.5,claude=0.5;surrogate=0.5;intercept=0.197916666667,,
11-2,Guides,3,Do what task 3 says.,automation,51.875,,,,none: one rater,1,,,rater-centred mean,claude gives 40: “Only with tools around the model”. gpt_4o gave no rating (refused).,40,,,40,,claude=40,claude=1;intercept=11.875,,
"###);
    }
}
