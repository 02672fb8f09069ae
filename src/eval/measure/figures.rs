//! The figures of a judge with their intervals, all of whole occupations.

use super::field::Judged;
use crate::eval::card::Number;
use crate::eval::metric::Metric;
use crate::eval::number::{DRAWS, LEAST_OCCUPATIONS, bootstrap_error};
use crate::stats::inference::{ClusterSums, t_test};
use std::collections::BTreeMap;

/// Figures whose intervals are of resampled occupations; those of the others, means over tasks, of a clustered mean.
const RESAMPLED: [Metric; 4] = [
    Metric::Kappa,
    Metric::Pearson,
    Metric::Spread,
    Metric::Slope,
];

/// What a judge's answers give.
pub(super) struct Figures {
    pub by_metric: BTreeMap<Metric, Number>,
    /// Where the line of gold on value meets 0, in points.
    pub intercept: Option<Number>,
    /// p that the spread is that of gold: the logarithm of the ratio over the error of its resamples, on t. Pitman and Morgan's
    /// test without their assumption of independent tasks.
    pub same_spread: Option<f64>,
}

impl Figures {
    pub fn of(judged: &Judged) -> Self {
        let (which, n) = (judged.sums, judged.scored.len());
        let sums = judged.cluster_sums();
        let whole = sums.whole();
        let statistics = |sums: &[f64]| -> [Option<f64>; 5] {
            let [kappa, pearson, spread, slope] = RESAMPLED.map(|one| one.of(which, sums));
            [kappa, pearson, spread, slope, intercept(slope, sums)]
        };
        let points = statistics(&whole);
        let groups = judged.clusters.count();
        let drawn = match groups < LEAST_OCCUPATIONS {
            true => Vec::new(),
            false => sums.resampled(DRAWS, statistics),
        };
        let of = |at: usize| -> Vec<Option<f64>> { drawn.iter().map(|all| all[at]).collect() };
        let number = |at: usize, bounds| Number::resampled(points[at], &of(at), groups, n, bounds);
        let resampled = RESAMPLED.iter().enumerate();
        let resampled =
            resampled.filter_map(|(at, metric)| Some((*metric, number(at, metric.bounds())?)));
        let means = Metric::ALL.iter();
        let means = means.filter_map(|metric| Some((*metric, mean(*metric, judged)?)));
        let test = || {
            let logs: Vec<Option<f64>> = of(2).into_iter().map(|one| one.map(f64::ln)).collect();
            let se = bootstrap_error(&logs, groups).ok()?;
            t_test(points[2]?.ln(), se, groups - 1)
        };
        Self {
            by_metric: resampled.chain(means).collect(),
            intercept: number(4, Metric::Slope.bounds()),
            same_spread: test(),
        }
    }
}

impl Judged {
    /// What the metrics are functions of, by occupation.
    pub(super) fn cluster_sums(&self) -> ClusterSums {
        ClusterSums::new(&self.clusters, self.sums.width(), |unit, part| {
            self.sums.add(&self.scored[unit], part);
        })
    }
}

/// Of the line whose slope is known, by the sums n, gold and value.
fn intercept(slope: Option<f64>, sums: &[f64]) -> Option<f64> {
    let &[n, gold, value, ..] = sums else {
        return None;
    };
    Some(gold / n - slope? * value / n)
}

fn mean(metric: Metric, judged: &Judged) -> Option<Number> {
    let values = judged.scored.iter().map(|one| metric.of_task(one));
    let values: Vec<f64> = values.collect::<Option<_>>()?;
    Number::mean(
        &values,
        &judged.weights(),
        &judged.clusters,
        metric.bounds(),
    )
}
