//! How far a rater repeats itself, where it was asked several times: no difference of two prompts can be seen below that.

use super::field::{Field, Judged};
use crate::eval::LEVEL;
use crate::eval::card::Number;
use crate::stats::Table;
use crate::stats::agreement::icc;
use crate::stats::inference::DesignWeights;
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
    let rows: Vec<&[f64]> = samples.into_iter().filter(|own| !own.is_empty()).collect();
    let equal = DesignWeights::equal();
    let mean = |values: &[f64], high: f64| Number::mean(values, &equal, &clusters, (0.0, high));
    let variances: Vec<f64> = rows.iter().map(|own| variance(own)).collect();
    let exact: Vec<f64> = rows.iter().map(|own| same(own)).collect();
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
    let numbers = [
        ("repeat_sd", mean(&variances, 1e4).map(root)),
        ("repeat_exact", mean(&exact, 1.0)),
        ("repeat_icc", single(&rows)),
    ];
    for (name, number) in numbers {
        found.extend(number.map(|number| (name.to_owned(), number)));
    }
    found
}

/// Over n − 1.
fn variance(samples: &[f64]) -> f64 {
    let n = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / n;
    samples.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / (n - 1.0)
}

/// Share of pairs that are the same.
fn same(samples: &[f64]) -> f64 {
    let (mut pairs, mut hits) = (0_usize, 0_usize);
    for (n, one) in samples.iter().enumerate() {
        for other in &samples[n + 1..] {
            pairs += 1;
            hits += usize::from((one - other).abs() < 1e-9);
        }
    }
    hits as f64 / pairs as f64
}

fn single(rows: &[&[f64]]) -> Option<Number> {
    let most = rows.iter().map(|own| own.len()).max()?;
    let row =
        |own: &&[f64]| -> Vec<Option<f64>> { (0..most).map(|n| own.get(n).copied()).collect() };
    let rows: Vec<Vec<Option<f64>>> = rows.iter().map(row).collect();
    let found = icc(&Table::of_units(&rows)?, LEVEL)?;
    let one = found.one?;
    Number::new(one.icc, one.interval, found.units)
}
