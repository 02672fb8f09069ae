//! Figures with their intervals.

use super::card::Number;
use super::{LEVEL, RESAMPLES, SEED};
use crate::ratings::round12;
use crate::stats::inference::proportion::wilson;
use crate::stats::inference::{DesignWeights, Replicates, weighted_clustered_mean};
use crate::stats::{Clusters, Draws, Interval};
use std::borrow::Cow;

/// With fewer occupations no interval is given: neither resamples of so few nor a t on so few degrees of freedom hold what
/// they promise.
pub const LEAST_OCCUPATIONS: usize = 6;
/// Why there is none then.
pub(super) const FEW: &str = "fewer than 6 occupations";
/// Why there is none where no resample differs from another: figures that happen to be equal are no certainty.
const ALIKE: &str = "all alike";

/// The resamples of all intervals.
pub(super) const DRAWS: Draws<'static> = Draws::Seeded {
    seed: SEED,
    count: RESAMPLES,
};

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
    pub(super) fn bare(point: f64, n: usize, why: &'static str) -> Option<Self> {
        let bare = Self::new(point, None, n)?;
        Some(Self {
            no_interval: Some(Cow::Borrowed(why)),
            ..bare
        })
    }

    /// A statistic with the interval of its resamples; `None` for these where there are too few occupations.
    pub(super) fn resampled(
        point: Option<f64>,
        replicates: Option<&Replicates>,
        n: usize,
    ) -> Option<Self> {
        match replicates {
            Some(replicates) => Self::new(point?, replicates.percentile(LEVEL), n),
            None => Self::bare(point?, n, FEW),
        }
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

    /// The share of tasks of which something holds. Where tasks of an occupation go together the interval is that of
    /// [`mean`](Self::mean), else that of Wilson, which a share near 0 or 1 needs.
    pub(super) fn share(
        holds: &[bool],
        weights: &DesignWeights,
        clusters: &Clusters,
    ) -> Option<Self> {
        let (n, hits) = (holds.len(), holds.iter().filter(|holds| **holds).count());
        let values: Vec<f64> = holds
            .iter()
            .map(|&holds| f64::from(u8::from(holds)))
            .collect();
        let mixed = hits > 0 && hits < n;
        let together = weighted_clustered_mean(&values, weights, clusters, LEVEL)
            .and_then(|mean| mean.design_effect)
            .is_some_and(|effect| effect > 1.0);
        if mixed && (together || !weights.are_equal()) {
            return Self::mean(&values, weights, clusters, (0.0, 1.0));
        }
        let interval = wilson(hits as u64, n as u64, LEVEL);
        Self::new(weights.mean(&values)?, interval, n)
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
        // CR1: e = ±½, sums of ±2 in ten occupations: √40/40 · √(10/9) = 1/6; t(9) = 2.262157.
        assert!((own.high.unwrap() - (0.5 + 2.262_157_162_798_205 / 6.0)).abs() < 1e-9);
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
        let alike =
            Number::mean(&[3.0; 8], &equal, &Clusters::singletons(8), (0.0, 100.0)).unwrap();
        assert_eq!(
            (alike.low, alike.no_interval.as_deref()),
            (None, Some(ALIKE))
        );
    }
}
