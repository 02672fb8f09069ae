//! `ratings.jsonl`: one JSON object a rating, task by task, the raters in the order of the panel, their samples by number.

use super::Report;
use crate::error::{Error, Result};
use crate::inventory::{Occupation, Task};
use crate::rating::{Basis, Outcome, Rating, Repair, Value};
use crate::ratings::round12;
use crate::rubric::{Dimension, Label};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::io::Write;

/// Writes `ratings.jsonl`. `values` holds the dimensions that were rated, each with its `value` in the dimension's
/// unit, and for labels the `label` given and, from raters that give them, the `probabilities` by label. Missing
/// ratings are lines too, with their `outcome` and without values. `carried_from` stands on ratings that were taken over
/// from an earlier run and names it, `probability` on those of a rater whose tasks were drawn with known ones.
///
/// # Errors
/// Writing fails, or the ratings cannot be read.
pub fn write_ratings_jsonl(report: &Report<'_>, out: &mut impl Write) -> Result<()> {
    let failed = |error: std::io::Error| Error::io("cannot write the ratings", error);
    let dimensions = report.rubric.dimensions();
    let mut buffer: Vec<u8> = Vec::with_capacity(1 << 17);
    for (number, names, row) in report.rows() {
        let row = row?;
        for (position, rater) in report.raters.iter().enumerate() {
            for (sample, rating) in row.samples(position).iter().enumerate() {
                let mut line = Line::new(names, (&rater.id, sample), dimensions, rating);
                line.carried_from = report.carried.and_then(|carried| {
                    let first = report.ratings.cell(number, position, 0);
                    carried.from(first + sample)
                });
                let drawn = report.ratings.drawn(position);
                line.probability = drawn
                    .filter(|_| rating.outcome == Outcome::Rated)
                    .and_then(|drawn| drawn.probability(number))
                    .map(Number);
                serde_json::to_writer(&mut buffer, &line)
                    .map_err(|error| Error::io("cannot write the ratings", error))?;
                buffer.push(b'\n');
            }
        }
        if buffer.len() > 1 << 16 {
            out.write_all(&buffer).map_err(failed)?;
            buffer.clear();
        }
    }
    out.write_all(&buffer).map_err(failed)?;
    out.flush().map_err(failed)
}

#[derive(Serialize)]
struct Line<'a> {
    occupation_id: &'a str,
    task_id: &'a str,
    rater: &'a str,
    /// Which of several answers to the same question, from 0.
    sample: usize,
    outcome: Outcome,
    values: Values<'a>,
    rationale: &'a str,
    tools: &'a [String],
    confidence: Option<Number>,
    repair: Option<Repair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<Basis>,
    #[serde(skip_serializing_if = "Option::is_none")]
    carried_from: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<Number>,
}

impl<'a> Line<'a> {
    fn new(
        (occupation, task): (&'a Occupation, &'a Task),
        (rater, sample): (&'a str, usize),
        dimensions: &'a [Dimension],
        rating: &'a Rating,
    ) -> Self {
        // Exhaustive: a new field of a rating has to be written or left out on purpose.
        let Rating {
            outcome,
            values,
            rationale,
            tools,
            confidence,
            repair,
            basis,
        } = rating;
        Self {
            occupation_id: &occupation.id,
            task_id: &task.id,
            rater,
            sample,
            outcome: *outcome,
            values: Values { dimensions, values },
            rationale,
            tools,
            confidence: confidence.map(Number),
            repair: *repair,
            basis: *basis,
            carried_from: None,
            probability: None,
        }
    }
}

/// The dimensions that have a value, in the order of the rubric.
struct Values<'a> {
    dimensions: &'a [Dimension],
    values: &'a [Option<Value>],
}

impl Serialize for Values<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (dimension, value) in self.dimensions.iter().zip(self.values) {
            if let Some(value) = value {
                map.serialize_entry(&dimension.id, &Answer::new(dimension, value))?;
            }
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    value: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probabilities: Option<Odds<'a>>,
}

impl<'a> Answer<'a> {
    fn new(dimension: &'a Dimension, value: &'a Value) -> Self {
        let Value {
            value,
            label,
            probabilities,
        } = value;
        let labels = dimension.labels();
        Self {
            value: Number(*value),
            label: label
                .and_then(|label| labels.get(label))
                .map(|label| label.id.as_str()),
            probabilities: probabilities.as_deref().map(|odds| Odds { labels, odds }),
        }
    }
}

/// Probabilities by label.
struct Odds<'a> {
    labels: &'a [Label],
    odds: &'a [f64],
}

impl Serialize for Odds<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let odds = self.odds.iter().copied().map(Number);
        serializer.collect_map(self.labels.iter().map(|label| &label.id).zip(odds))
    }
}

/// A number rounded to 12 decimals, without a decimal point when it is whole.
#[derive(Clone, Copy)]
struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let number = round12(self.0);
        if number.fract() == 0.0 && number.abs() < 1e15 {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^53")]
            return serializer.serialize_i64(number as i64);
        }
        // JSON has no NaN: serde_json writes null, and `Sheet::set` lets none through.
        serializer.serialize_f64(number)
    }
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
            write_ratings_jsonl(report, &mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        });
        assert!(
            text.lines()
                .all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok())
        );
        assert_snapshot!(text, @r###"
{"occupation_id":"11-1","task_id":"1","rater":"claude","sample":0,"outcome":"rated","values":{"exposure":{"value":1,"label":"E1"},"automation":{"value":80}},"rationale":"It drafts | formats `letters` <b>fast</b>.\nA person signs.","tools":["chat assistant"],"confidence":80,"repair":"direct"}
{"occupation_id":"11-1","task_id":"1","rater":"gpt_4o","sample":0,"outcome":"rated","values":{"exposure":{"value":1,"label":"E1"},"automation":{"value":62.5}},"rationale":"=SUM(A1) is drafted for them.","tools":[],"confidence":null,"repair":null}
{"occupation_id":"11-1","task_id":"1","rater":"surrogate","sample":0,"outcome":"rated","values":{"exposure":{"value":0.75,"label":"E1","probabilities":{"E0":0.125,"E2":0.25,"E1":0.625}}},"rationale":"Surrogate, not an LLM: draft +0.2.","tools":[],"confidence":null,"repair":null,"basis":"model"}
{"occupation_id":"11-1","task_id":"2","rater":"claude","sample":0,"outcome":"rated","values":{"exposure":{"value":0,"label":"E0"},"automation":{"value":5}},"rationale":"It takes hands and eyes on site.","tools":[],"confidence":null,"repair":null}
{"occupation_id":"11-1","task_id":"2","rater":"gpt_4o","sample":0,"outcome":"rated","values":{"exposure":{"value":1,"label":"E1"},"automation":{"value":70}},"rationale":"Robots will do it.","tools":[],"confidence":null,"repair":null}
{"occupation_id":"11-1","task_id":"2","rater":"surrogate","sample":0,"outcome":"rated","values":{"exposure":{"value":0.125,"label":"E0","probabilities":{"E0":0.75,"E2":0.25,"E1":0}}},"rationale":"Surrogate, not an LLM: draft +0.2.","tools":[],"confidence":null,"repair":null,"basis":"model"}
{"occupation_id":"11-2","task_id":"3","rater":"claude","sample":0,"outcome":"rated","values":{"exposure":{"value":0.5,"label":"E2"},"automation":{"value":40}},"rationale":"Only with tools around the model.","tools":[],"confidence":null,"repair":null}
{"occupation_id":"11-2","task_id":"3","rater":"gpt_4o","sample":0,"outcome":"refused","values":{},"rationale":"","tools":[],"confidence":null,"repair":null}
{"occupation_id":"11-2","task_id":"3","rater":"surrogate","sample":0,"outcome":"rated","values":{"exposure":{"value":0.5,"label":"E2","probabilities":{"E0":0.25,"E2":0.5,"E1":0.25}}},"rationale":"Surrogate, not an LLM: draft +0.2.","tools":[],"confidence":null,"repair":null,"basis":"model"}
"###);
    }
}
