//! Figures with their intervals.

use super::card::Number;
use super::{LEVEL, RESAMPLES, SEED};
use crate::ratings::round12;
use crate::stats::inference::proportion::wilson_of;
use crate::stats::inference::{
    ClusterSums, DesignWeights, Replicates, t_critical_value, weighted_clustered_mean,
};
use crate::stats::{Clusters, Draws, Interval};
use std::borrow::Cow;

/// With fewer occupations no interval is given: neither resamples of so few nor a t on so few degrees of freedom hold what
/// they promise.
pub const LEAST_OCCUPATIONS: usize = 6;
/// Why there is none then.
pub(super) const FEW: &str = "fewer than 6 occupations";
/// Why there is none where no resample differs from another: figures that happen to be equal are no certainty.
const ALIKE: &str = "all alike";

/// Resamples in which a figure may be undefined, of all: with more its error would be of the others alone.
const UNDEFINED: f64 = 0.05;

/// The resamples of all intervals.
pub(super) const DRAWS: Draws<'static> = Draws::Seeded {
    seed: SEED,
    count: RESAMPLES,
};

/// The standard error of a figure by its values in resampled occupations, with √(G/(G − 1)) as CR1 has it: resamples of few
/// occupations vary by that much too little.
///
/// # Errors
/// Why there is none: few occupations, or the figure is not defined in too many resamples.
pub(super) fn bootstrap_error(
    drawn: &[Option<f64>],
    occupations: usize,
) -> Result<f64, Cow<'static, str>> {
    if occupations < LEAST_OCCUPATIONS {
        return Err(FEW.into());
    }
    let finite = |value: &&Option<f64>| value.is_some_and(f64::is_finite);
    let (all, defined) = (drawn.len(), drawn.iter().filter(finite).count());
    let undefined = || format!("not defined in {} of {all} resamples", all - defined).into();
    if (defined as f64) < (1.0 - UNDEFINED) * all as f64 {
        return Err(undefined());
    }
    let se = Replicates::of(drawn.iter().copied())
        .se()
        .ok_or_else(undefined)?;
    let groups = occupations as f64;
    Ok(se * (groups / (groups - 1.0)).sqrt())
}

/// Point ± t(G − 1) · SE, cut to what the figure can be. The quantiles of the resamples themselves are too near each other
/// where occupations are few: of six, what is so called 95 % misses the truth one time in six.
pub(super) fn t_interval(
    point: f64,
    se: f64,
    occupations: usize,
    level: f64,
    (low, high): (f64, f64),
) -> Option<Interval> {
    let half = t_critical_value(level, occupations.checked_sub(1)? as f64)? * se;
    Some(Interval {
        low: (point - half).max(low),
        high: (point + half).min(high),
    })
}

impl Number {
    /// A point with its interval; `None` for a point that is no number.
    pub(super) fn new(point: f64, interval: Option<Interval>, n: usize) -> Option<Self> {
        let known = interval.filter(|ends| ends.low.is_finite() && ends.high.is_finite());
        let known = known.filter(|ends| ends.high - ends.low > 1e-9);
        point.is_finite().then(|| Self {
            point: round12(point),
            low: known.map(|ends| round12(ends.low)),
            high: known.map(|ends| round12(ends.high)),
            n,
            no_interval: known.is_none().then_some(Cow::Borrowed(ALIKE)),
        })
    }

    /// A point of which no interval is known, and why.
    pub(super) fn bare(point: f64, n: usize, why: impl Into<Cow<'static, str>>) -> Option<Self> {
        let bare = Self::new(point, None, n)?;
        Some(Self {
            no_interval: Some(why.into()),
            ..bare
        })
    }

    /// A figure with the interval that its values in resampled occupations give it, where there is one.
    pub(super) fn resampled(
        point: Option<f64>,
        drawn: &[Option<f64>],
        occupations: usize,
        n: usize,
        bounds: (f64, f64),
    ) -> Option<Self> {
        let point = point?;
        match bootstrap_error(drawn, occupations) {
            Ok(se) => Self::new(point, t_interval(point, se, occupations, LEVEL, bounds), n),
            Err(why) => Self::bare(point, n, why),
        }
    }

    /// The same of a figure that is a function of sums by occupation.
    pub(super) fn of_sums(
        sums: &ClusterSums,
        figure: impl Fn(&[f64]) -> Option<f64>,
        n: usize,
        bounds: (f64, f64),
    ) -> Option<Self> {
        let point = figure(&sums.whole());
        let drawn = match sums.clusters() < LEAST_OCCUPATIONS {
            true => Vec::new(),
            false => sums.resampled(DRAWS, figure),
        };
        Self::resampled(point, &drawn, sums.clusters(), n, bounds)
    }

    /// The mean of a value a task that lies within bounds, with an interval that knows of occupations (CR1, t with one degree of
    /// freedom less than occupations), cut to them.
    pub(super) fn mean(
        values: &[f64],
        weights: &DesignWeights,
        clusters: &Clusters,
        (low, high): (f64, f64),
    ) -> Option<Self> {
        let n = values.len();
        if clusters.count() < LEAST_OCCUPATIONS {
            return Self::bare(weights.mean(values)?, n, FEW);
        }
        let mean = weighted_clustered_mean(values, weights, clusters, LEVEL)?;
        let cut = Interval {
            low: mean.t.low.max(low),
            high: mean.t.high.min(high),
        };
        // All values alike: what looks like no error is too little to see one.
        Self::new(
            mean.mean,
            (mean.se_cr1 > 1e-12 * mean.mean.abs()).then_some(cut),
            n,
        )
    }

    /// The share of tasks of which something holds. The interval is Wilson's, which a share near 0 or 1 needs, of as many tasks as
    /// tell as much: fewer where tasks of an occupation go together, and with t in place of z as that is estimated from G
    /// occupations (Korn & Graubard 1998). Where all or none hold, nothing tells how they go together: each occupation is one.
    pub(super) fn share(
        holds: &[bool],
        weights: &DesignWeights,
        clusters: &Clusters,
    ) -> Option<Self> {
        let n = holds.len();
        let value = |&holds: &bool| f64::from(u8::from(holds));
        let values: Vec<f64> = holds.iter().map(value).collect();
        let share = weights.mean(&values)?.clamp(0.0, 1.0);
        let groups = clusters.count();
        if groups < LEAST_OCCUPATIONS {
            return Self::bare(share, n, FEW);
        }
        let mixed = holds.contains(&true) && holds.contains(&false);
        let effective = match mixed {
            false => weights.effective_clusters(clusters),
            true => {
                let free = (groups - 1) as f64;
                let found = weighted_clustered_mean(&values, weights, clusters, LEVEL)?;
                let together = found.design_effect? * groups as f64 / free;
                let ratio =
                    t_critical_value(LEVEL, f64::INFINITY)? / t_critical_value(LEVEL, free)?;
                weights.effective(n) / together.max(1.0) * ratio.powi(2)
            }
        };
        Self::new(share, wilson_of(share, effective, LEVEL), n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_near_the_end_keeps_its_interval() {
        let clusters = Clusters::singletons(20);
        let equal = DesignWeights::equal();
        let all = Number::share(&[true; 20], &equal, &clusters).unwrap();
        // Wilson: 20 of 20 → [n / (n + z²), 1] = [20 / 23.8415, 1].
        assert_eq!((all.point, all.high), (1.0, Some(1.0)));
        assert!(
            (all.low.unwrap() - 20.0 / (20.0 + 1.959_963_984_540_054_f64.powi(2))).abs() < 1e-9
        );
        assert_eq!(Number::share(&[], &equal, &Clusters::singletons(0)), None);
    }

    #[test]
    fn tasks_that_go_together_widen_it() {
        // Ten occupations of four tasks; five of them are right throughout.
        let holds: Vec<bool> = (0..40).map(|task| task / 4 % 2 == 0).collect();
        let clusters = Clusters::of((0..40).map(|task| task / 4));
        let equal = DesignWeights::equal();
        let own = Number::share(&holds, &equal, &clusters).unwrap();
        let apart = Number::share(&holds, &equal, &Clusters::singletons(40)).unwrap();
        let width = |number: &Number| number.high.unwrap() - number.low.unwrap();
        assert!(width(&own) > 1.8 * width(&apart), "{own:?} {apart:?}");
        // Design effect 40/10 · 10/9, so 40 tasks tell as much as 9, and t(9) = 2.262157 takes the place of z: ½ ± ½ z/√(n + z²)
        // with n = 9 z²/t² is ½ ± ½/√(9/t² + 1).
        let half = 0.5 / (9.0 / 2.262_157_162_798_205_f64.powi(2) + 1.0).sqrt();
        assert!((own.high.unwrap() - (0.5 + half)).abs() < 1e-9, "{own:?}");
        // All of them right: of ten occupations no more is known than of ten tasks.
        let all = Number::share(&[true; 40], &equal, &clusters).unwrap();
        let ten = Number::share(&[true; 10], &equal, &Clusters::singletons(10)).unwrap();
        assert_eq!((all.low, all.high), (ten.low, ten.high));
    }

    #[test]
    fn resamples_without_the_figure_are_not_passed_over() {
        let of = |undefined: usize| {
            let drawn = (0..100).map(|n| (n >= undefined).then_some((n % 2) as f64));
            Number::resampled(Some(0.5), &drawn.collect::<Vec<_>>(), 10, 40, (-1.0, 1.0)).unwrap()
        };
        let (few, many) = (of(5), of(6));
        // SD .5 · √(95/94) nearly, times √(10/9), times t(9): ½ ± 1.2.
        assert_eq!((few.high, few.no_interval.as_deref()), (Some(1.0), None));
        assert!((few.low.unwrap() + 0.699).abs() < 0.01, "{few:?}");
        assert_eq!(
            (many.low, many.no_interval.as_deref()),
            (None, Some("not defined in 6 of 100 resamples"))
        );
    }

    #[test]
    fn few_occupations_have_no_interval() {
        let clusters = Clusters::of([0, 1, 2, 3, 4]);
        let values = [1.0, 2.0, 3.0, 4.0, 5.0];
        let equal = DesignWeights::equal();
        let few = Number::mean(&values, &equal, &clusters, (0.0, 100.0)).unwrap();
        assert_eq!(
            (few.point, few.low, few.no_interval.as_deref()),
            (3.0, None, Some(FEW))
        );
        let share = Number::share(&[true; 5], &equal, &clusters).unwrap();
        assert_eq!((share.low, share.no_interval.as_deref()), (None, Some(FEW)));
        let alike =
            Number::mean(&[3.0; 8], &equal, &Clusters::singletons(8), (0.0, 100.0)).unwrap();
        assert_eq!(
            (alike.low, alike.no_interval.as_deref()),
            (None, Some(ALIKE))
        );
    }
}
