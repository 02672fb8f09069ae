//! Reading `ratings.jsonl` back.

use crate::error::{Error, Result};
use crate::rating::{Basis, Outcome, Rating, Repair, Value};
use crate::ratings::check;
use crate::rubric::{Dimension, Rubric};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A line of `ratings.jsonl`.
#[derive(Debug, Clone, PartialEq)]
pub struct RatingLine {
    /// Id of the occupation.
    pub occupation_id: String,
    /// Id of the task.
    pub task_id: String,
    /// Id of the rater.
    pub rater: String,
    /// Which of its answers to the question, from 0.
    pub sample: u32,
    /// The rating, over the dimensions of the rubric it was read with.
    pub rating: Rating,
    /// The run that it was taken over from.
    pub carried_from: Option<String>,
    /// The probability with which the task was drawn for this rater.
    pub probability: Option<f64>,
}

#[derive(Deserialize)]
struct Raw {
    occupation_id: String,
    task_id: String,
    rater: String,
    #[serde(default)]
    sample: u32,
    outcome: Outcome,
    #[serde(default)]
    values: BTreeMap<String, RawValue>,
    #[serde(default)]
    rationale: String,
    #[serde(default)]
    tools: Vec<String>,
    confidence: Option<f64>,
    repair: Option<Repair>,
    basis: Option<Basis>,
    carried_from: Option<String>,
    probability: Option<f64>,
}

#[derive(Deserialize)]
struct RawValue {
    value: f64,
    label: Option<String>,
    probabilities: Option<BTreeMap<String, f64>>,
}

impl RatingLine {
    /// Reads a line as [`write_ratings_jsonl`](super::write_ratings_jsonl) writes it. Values of dimensions that the
    /// rubric does not have are left out; numbers are those of the file, which has 12 decimals.
    ///
    /// # Errors
    /// [`Kind::Input`](crate::error::Kind::Input): the line is no rating, a label is not one of the dimension's, or a
    /// value lies outside its scale. The caller knows the file and the line number.
    pub fn read(rubric: &Rubric, line: &str) -> Result<Self> {
        let mut raw: Raw = serde_json::from_str(line)
            .map_err(|error| Error::input(format!("not a rating: {error}")))?;
        let values = rubric
            .dimensions()
            .iter()
            .map(|dimension| {
                let given = raw.values.remove(&dimension.id);
                given.map(|given| value(dimension, given)).transpose()
            })
            .collect::<Result<Vec<Option<Value>>>>()?;
        let rating = Rating {
            outcome: raw.outcome,
            values,
            rationale: raw.rationale,
            tools: raw.tools,
            confidence: raw.confidence,
            repair: raw.repair,
            basis: raw.basis,
        };
        check(rubric, &rating).map_err(Error::input)?;
        Ok(Self {
            occupation_id: raw.occupation_id,
            task_id: raw.task_id,
            rater: raw.rater,
            sample: raw.sample,
            rating,
            carried_from: raw.carried_from,
            probability: raw.probability,
        })
    }
}

fn value(dimension: &Dimension, given: RawValue) -> Result<Value> {
    let labels = dimension.labels();
    let label = match &given.label {
        Some(id) => {
            let position = labels.iter().position(|label| label.id == *id);
            let unknown = || Error::input(format!("{} has no label '{id}'", dimension.id));
            Some(position.ok_or_else(unknown)?)
        }
        None => None,
    };
    let probabilities = given.probabilities.map(|odds| {
        let of = |id: &str| odds.get(id).copied().unwrap_or(0.0);
        labels.iter().map(|label| of(&label.id)).collect()
    });
    Ok(Value {
        value: given.value,
        label,
        probabilities,
    })
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::with_sheet;
    use super::super::{Report, write_ratings_jsonl};
    use super::*;
    use crate::ratings::fixtures::{label, odds, rated, rubric, score};
    use crate::ratings::{Carried, Sheet, Slots};
    use proptest::prelude::*;

    fn written(sheet: &Sheet, carried: &Carried) -> String {
        with_sheet(sheet, |report| {
            let mut bytes = Vec::new();
            let report = Report {
                carried: Some(carried),
                ..*report
            };
            write_ratings_jsonl(&report, &mut bytes).unwrap();
            String::from_utf8(bytes).unwrap()
        })
    }

    fn ratings() -> impl Strategy<Value = Vec<Rating>> {
        let exposure = prop_oneof![
            (0usize..3).prop_map(|position| Some(label(position))),
            (1u32..100, 1u32..100).prop_map(|(a, b)| {
                let sum = f64::from(a + b + 1);
                Some(odds([f64::from(a) / sum, f64::from(b) / sum, 1.0 / sum]))
            }),
            Just(None),
        ];
        let words = (".{0,60}", prop::collection::vec(".{0,9}", 0..3));
        let rated = (exposure, prop::option::of(0.0..=100.0), words, 0u32..=100).prop_map(
            |(exposure, automation, (words, tools), confidence)| Rating {
                tools,
                confidence: Some(f64::from(confidence)),
                repair: Some(Repair::Fence),
                basis: (confidence > 50).then_some(Basis::OutOfFold),
                ..rated(exposure, automation.map(score), &words)
            },
        );
        let rating = prop_oneof![
            4 => rated,
            1 => prop::sample::select(&Outcome::ALL[1..]).prop_map(|o| Rating::missing(o, 3)),
        ];
        prop::collection::vec(rating, 12)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(ratings in ratings(), cells in prop::collection::vec(0usize..12, 0..6)) {
            // Three tasks; the first rater has two samples.
            let mut sheet = Sheet::new(&rubric(), 3, Slots::new([2, 1, 1]));
            for (cell, rating) in ratings.iter().enumerate() {
                sheet.set(cell, rating).unwrap();
            }
            let mut carried = Carried::default();
            for cell in cells {
                carried.mark(cell, ["last year", "the year before"][cell % 2]);
            }
            let text = written(&sheet, &carried);
            let mut again = Sheet::new(&rubric(), 3, Slots::new([2, 1, 1]));
            for (cell, line) in text.lines().enumerate() {
                let line = RatingLine::read(&rubric(), line).unwrap();
                prop_assert_eq!(line.sample, sheet.at(cell).2);
                let Rating { outcome, values: _, rationale, tools, confidence, repair, basis } = &ratings[cell];
                prop_assert_eq!(&line.rating.rationale, rationale);
                prop_assert_eq!(&line.rating.tools, tools);
                prop_assert_eq!(line.rating.outcome, *outcome);
                prop_assert_eq!(line.rating.confidence, *confidence);
                prop_assert_eq!(line.rating.repair, *repair);
                prop_assert_eq!(line.rating.basis, *basis);
                prop_assert_eq!(line.carried_from.as_deref(), carried.from(cell));
                for (read, given) in line.rating.values.iter().zip(&ratings[cell].values) {
                    prop_assert_eq!(read.is_some(), given.is_some());
                    if let (Some(read), Some(given)) = (read, given) {
                        prop_assert_eq!(read.label, given.label);
                        let odds = |value: &Value| value.probabilities.clone().unwrap_or_default();
                        prop_assert_eq!(odds(read).len(), odds(given).len());
                        for (read, given) in odds(read).into_iter().zip(odds(given)) {
                            prop_assert!((read - given).abs() < 1e-12);
                        }
                        prop_assert!((read.value - given.value).abs() < 1e-12);
                    }
                }
                again.set(cell, &line.rating).unwrap();
            }
            prop_assert_eq!(written(&again, &carried), text);
        }
    }

    #[test]
    fn what_is_no_rating_is_refused_with_the_reason() {
        let line = |values: &str| {
            format!(
                r#"{{"occupation_id":"o","task_id":"t","rater":"r","outcome":"rated","values":{values}}}"#
            )
        };
        let wrong = |line: &str| RatingLine::read(&rubric(), line).unwrap_err().to_string();
        let e9 = wrong(&line(r#"{"exposure":{"value":1,"label":"E9"}}"#));
        assert_eq!(e9, "exposure has no label 'E9'");
        let far = wrong(&line(r#"{"automation":{"value":140}}"#));
        assert_eq!(far, "automation = 140 is off scale");
        assert!(wrong("{}").starts_with("not a rating: missing field"));
        // A dimension of another rubric is no mistake; an old line has no sample.
        let read = RatingLine::read(&rubric(), &line(r#"{"other":{"value":7}}"#)).unwrap();
        assert_eq!((read.sample, read.rating.values), (0, vec![None; 3]));
    }
}
