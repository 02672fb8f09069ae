//! Whether a judge says more than what is free.

use super::field::Judged;
use crate::eval::card::Number;
use crate::eval::metric::{Better, Metric};
use crate::eval::number::{DRAWS, FEW, LEAST_OCCUPATIONS, bootstrap_error, t_interval};
use crate::eval::words::{self, Style};
use crate::stats::Interval;
use crate::stats::inference::{ClusterSums, weighted_clustered_mean};
use std::borrow::Cow;

/// What a judge says beside a baseline, on the tasks that both answered.
struct Pair {
    judge: Judged,
    baseline: Judged,
}

/// One sentence on a judge and the best of the baselines by a metric. The interval is as wide as it takes to be right of all
/// baselines at once (Bonferroni): the best of several looks better than it is.
pub(super) fn against(
    metric: Metric,
    judge: &Judged,
    baselines: &[(&str, &Judged)],
) -> Option<String> {
    let pairs = baselines.iter().filter_map(|(id, baseline)| {
        let pair = Pair::of(judge, baseline)?;
        let lead = pair.lead(metric)?;
        Some((*id, pair, lead))
    });
    let mut known: Vec<(&str, Pair, f64)> = pairs.collect();
    let among = known.len();
    known.sort_by(|one, other| one.2.total_cmp(&other.2).then(one.0.cmp(other.0)));
    let (id, pair, lead) = known.into_iter().next()?;
    let level = 1.0 - (1.0 - crate::eval::LEVEL) / among as f64;
    let (ends, because) = match pair.interval(metric, lead, level) {
        Ok(ends) => (Some(ends), String::new()),
        Err(why) => (None, format!("; no interval: {why}")),
    };
    let verdict = match ends {
        Some(Interval { high, .. }) if high < 0.0 => "loses to",
        Some(Interval { low, .. }) if low > 0.0 => return None,
        None if lead < 0.0 => "below",
        _ => "not shown to beat",
    };
    let n = pair.judge.scored.len();
    let difference = in_metric(metric, lead, ends, n)?;
    let (name, text) = (
        metric.distance(metric.name()),
        words::interval(&difference, Style::of(metric)),
    );
    Some(format!(
        "{verdict} {id} ({name} {text}{because}, {n} tasks)"
    ))
}

/// The difference in the metric's own sense: more error is above 0.
fn in_metric(metric: Metric, lead: f64, ends: Option<Interval>, n: usize) -> Option<Number> {
    match metric.better() {
        Better::Higher => Number::new(lead, ends, n),
        _ => {
            let turned = ends.map(|ends| Interval {
                low: -ends.high,
                high: -ends.low,
            });
            Number::new(-lead, turned, n)
        }
    }
}

impl Pair {
    fn of(judge: &Judged, baseline: &Judged) -> Option<Self> {
        let judge = judge.only(|place| baseline.places.binary_search(&place).is_ok());
        let baseline = baseline.only(|place| judge.places.binary_search(&place).is_ok());
        (!judge.places.is_empty()).then_some(Self { judge, baseline })
    }

    /// How much better the judge is: below 0 where it is worse.
    fn lead(&self, metric: Metric) -> Option<f64> {
        let merit = |one: &Judged| {
            let whole = one.sums.total(&one.scored);
            Some(metric.merit(metric.of(one.sums, &whole)?))
        };
        Some(merit(&self.judge)? - merit(&self.baseline)?)
    }

    /// The interval of that, or why there is none.
    fn interval(
        &self,
        metric: Metric,
        lead: f64,
        level: f64,
    ) -> Result<Interval, Cow<'static, str>> {
        let groups = self.judge.clusters.count();
        if groups < LEAST_OCCUPATIONS {
            return Err(FEW.into());
        }
        if metric.merit_is_mean() {
            let found = self.of_means(metric, level);
            return found.ok_or_else(|| "not defined".into());
        }
        let which = self.judge.sums;
        let width = which.width();
        let sums = ClusterSums::new(&self.judge.clusters, 2 * width, |unit, part| {
            let (own, theirs) = part.split_at_mut(width);
            which.add(&self.judge.scored[unit], own);
            which.add(&self.baseline.scored[unit], theirs);
        });
        let drawn = sums.resampled(DRAWS, |sums| {
            let (own, theirs) = sums.split_at(width);
            let merit = |sums: &[f64]| Some(metric.merit(metric.of(which, sums)?));
            Some(merit(own)? - merit(theirs)?)
        });
        let se = bootstrap_error(&drawn, groups)?;
        let found = t_interval(lead, se, groups, level, metric.difference_bounds());
        found.ok_or_else(|| "not defined".into())
    }

    fn of_means(&self, metric: Metric, level: f64) -> Option<Interval> {
        let both = self.judge.scored.iter().zip(&self.baseline.scored);
        let leads: Option<Vec<f64>> = both
            .map(|(one, other)| {
                let merit = |one| Some(metric.merit(metric.of_task(one)?));
                Some(merit(one)? - merit(other)?)
            })
            .collect();
        let (weights, clusters) = (self.judge.weights(), &self.judge.clusters);
        Some(weighted_clustered_mean(&leads?, &weights, clusters, level)?.t)
    }
}
