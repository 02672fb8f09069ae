//! The figures of a judge with their intervals, all of whole occupations.

use super::field::Judged;
use crate::eval::card::Number;
use crate::eval::metric::{Metric, Scored};
use crate::eval::number::{DRAWS, LEAST_OCCUPATIONS};
use crate::stats::inference::{ClusterSums, Replicates};
use std::collections::BTreeMap;

/// The means over tasks: their intervals are those of a clustered mean.
const MEANS: [Metric; 3] = [Metric::Accuracy, Metric::Mae, Metric::Bias];
/// The others: theirs are of resampled occupations.
const RESAMPLED: [Metric; 4] = [
    Metric::Kappa,
    Metric::Pearson,
    Metric::Spread,
    Metric::Slope,
];

/// What a judge's answers give.
pub(super) fn figures(judged: &Judged) -> BTreeMap<Metric, Number> {
    let (which, n) = (judged.sums, judged.scored.len());
    let sums = ClusterSums::new(&judged.clusters, which.width(), |unit, part| {
        which.add(&judged.scored[unit], part);
    });
    let whole = sums.whole();
    let enough = judged.clusters.count() >= LEAST_OCCUPATIONS;
    let drawn =
        enough.then(|| sums.resampled(DRAWS, |sums| RESAMPLED.map(|one| one.of(which, sums))));
    let resampled = RESAMPLED.iter().enumerate().filter_map(|(at, metric)| {
        let point = metric.of(which, &whole);
        let replicates = drawn
            .as_ref()
            .map(|drawn| Replicates::of(drawn.iter().map(|all| all[at])));
        Some((*metric, Number::resampled(point, replicates.as_ref(), n)?))
    });
    let weights = judged.weights();
    let means = MEANS.iter().filter_map(|metric| {
        metric.of(which, &whole)?;
        let values: Option<Vec<f64>> = judged
            .scored
            .iter()
            .map(|one| of_task(*metric, one))
            .collect();
        let bounds = bounds(*metric);
        Some((
            *metric,
            Number::mean(&values?, &weights, &judged.clusters, bounds)?,
        ))
    });
    resampled.chain(means).collect()
}

/// What a task adds to a metric that is a mean.
pub(super) fn of_task(metric: Metric, one: &Scored) -> Option<f64> {
    match metric {
        Metric::Accuracy => {
            let (gold, label) = one.gold_label.zip(one.label)?;
            Some(f64::from(u8::from(gold == label)))
        }
        Metric::Mae => Some((one.value - one.gold).abs()),
        Metric::Bias => Some(one.value - one.gold),
        _ => None,
    }
}

/// Between which a mean lies.
fn bounds(metric: Metric) -> (f64, f64) {
    match metric {
        Metric::Accuracy => (0.0, 1.0),
        Metric::Bias => (-100.0, 100.0),
        _ => (0.0, 100.0),
    }
}
