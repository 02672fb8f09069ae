//! How far a rater repeats itself, where it was asked several times: no difference of two prompts can be seen below that.

use super::field::{Field, Judged};
use crate::eval::LEVEL;
use crate::eval::card::Number;
use crate::stats::agreement::{alike_share, icc_of_repeats};
use crate::stats::inference::DesignWeights;
use crate::stats::variance;
use std::collections::BTreeMap;

/// `repeat_sd` (√ of the mean variance of samples within a task, in points), `repeat_exact` (share of pairs of samples that are
/// the same, the mean over tasks), `repeat_icc` (ICC(1,1), Shrout & Fleiss 1979; its interval takes tasks as independent). Tasks
/// with two samples at least; they count the same, as it is said of answers.
pub(super) fn repeat(field: &Field<'_>, judged: &Judged, judge: &str) -> BTreeMap<String, Number> {
    let samples = judged
        .places
        .iter()
        .map(|&place| field.samples(place, judge));
    let samples: Vec<&[f64]> = samples
        .map(|own| own.filter(|own| own.len() > 1).unwrap_or(&[]))
        .collect();
    let clusters = judged.clusters.only(|task| !samples[task].is_empty());
    let rows = samples.into_iter().filter(|own| !own.is_empty());
    let rows: Vec<Vec<f64>> = rows.map(<[f64]>::to_vec).collect();
    let equal = DesignWeights::equal();
    let mean = |values: &[f64], high: f64| Number::mean(values, &equal, &clusters, (0.0, high));
    let alike = |one: &f64, other: &f64| (one - other).abs() < 1e-9;
    let variances: Vec<f64> = rows.iter().filter_map(|own| variance(own, 1)).collect();
    let exact: Vec<f64> = rows
        .iter()
        .filter_map(|own| alike_share(own, alike))
        .collect();
    let mut found = BTreeMap::new();
    if rows.is_empty() {
        return found;
    }
    let root = |number: Number| Number {
        point: crate::ratings::round12(number.point.sqrt()),
        low: number.low.map(|low| crate::ratings::round12(low.sqrt())),
        high: number.high.map(|high| crate::ratings::round12(high.sqrt())),
        ..number
    };
    let icc = || {
        let (one, units) = icc_of_repeats(&rows, LEVEL)?;
        Number::new(one.icc, one.interval, units)
    };
    let numbers = [
        ("repeat_sd", mean(&variances, 1e4).map(root)),
        ("repeat_exact", mean(&exact, 1.0)),
        ("repeat_icc", icc()),
    ];
    for (name, number) in numbers {
        found.extend(number.map(|number| (name.to_owned(), number)));
    }
    found
}
