//! Intervals of one task from gold residuals.

use super::design_weights::DesignWeights;
use crate::stats::Interval;
use crate::stats::dist::t_critical;
use crate::stats::moments::mean;

/// The ⌈(n + 1)(1 − α)⌉-th smallest absolute residual: a new one is at most that large with probability ≥ 1 − α (Vovk,
/// Gammerman & Shafer 2005; Lei et al. 2018). `None` where n is too small for that (the quantile is infinite), for α
/// outside 0–1, or residuals that are not finite.
pub fn conformal_quantile(absolute_residuals: &[f64], alpha: f64) -> Option<f64> {
    weighted_quantile(absolute_residuals, &DesignWeights::equal(), alpha)
}

/// The same of residuals with weights: the smallest one up to which the weights reach the share 1 − α of all of them and of
/// that of the new task (Tibshirani, Barber, Candès & Ramdas 2019). How probable it was that the new task be drawn is not
/// known, so it counts as the gold task that counts most: tasks without gold are those that were rarely drawn, most of them
/// weigh more than the mean gold task, and a larger weight is never a narrower interval.
pub(super) fn weighted_quantile(
    absolute_residuals: &[f64],
    weights: &DesignWeights,
    alpha: f64,
) -> Option<f64> {
    mean(absolute_residuals)?;
    let n = absolute_residuals.len();
    if !(alpha > 0.0 && alpha < 1.0 && weights.fit(n)) {
        return None;
    }
    let mut sorted: Vec<(f64, f64)> = absolute_residuals
        .iter()
        .enumerate()
        .map(|(task, residual)| (*residual, weights.at(task)))
        .collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    // 1 − α is not exact in binary: 20 · 0.95 may come out a hair above 19.
    let wanted = (n as f64 + weights.largest()) * (1.0 - alpha) - 1e-9;
    let mut reached = 0.0;
    sorted.into_iter().find_map(|(residual, weight)| {
        reached += weight;
        (reached >= wanted).then_some(residual)
    })
}

/// How a task's interval was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConformalRule {
    /// The (n + 1) rule over leave-one-out residuals.
    Jackknife,
    /// t(n − 1) times the root mean square residual: with fewer than 1/α − 1 gold tasks (9 at 90 %), which assumes normal
    /// residuals. With weights where the weight of the new task alone is more than the share α, and n is the effective number
    /// (Kish).
    TPredictive,
}

/// An interval for the next gold label of a task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predicted {
    /// The calibrated score.
    pub point: f64,
    /// point ± half; not cut to the scale.
    pub interval: Interval,
    /// Half the width.
    pub half: f64,
    /// Number of gold residuals.
    pub n: usize,
    /// How it was made.
    pub rule: ConformalRule,
}

/// The interval of a score from the leave-one-out residuals of its calibration (jackknife conformal; Barber et al. 2021).
/// It covers the next *human label*, noise included, on average over tasks exchangeable with the gold: gold must be a
/// random sample, and no single occupation is promised its coverage. `None` for fewer than two residuals.
pub fn conformal_interval(point: f64, residuals: &[f64], level: f64) -> Option<Predicted> {
    let (half, rule) = conformal_half(residuals, &DesignWeights::equal(), level)?;
    Some(Predicted {
        point,
        interval: Interval::around(point, half),
        half,
        n: residuals.len(),
        rule,
    })
}

/// Half the width of that interval, which is the same for all tasks, from residuals that count by `weights`.
pub(super) fn conformal_half(
    residuals: &[f64],
    weights: &DesignWeights,
    level: f64,
) -> Option<(f64, ConformalRule)> {
    let absolute: Vec<f64> = residuals.iter().map(|r| r.abs()).collect();
    let squares: Vec<f64> = residuals.iter().map(|r| r * r).collect();
    let n = residuals.len();
    (n > 1).then_some(())?;
    // Two tasks at least are known to differ, whatever their weights.
    let free = (weights.effective(n) - 1.0).max(1.0);
    let t = t_critical(level, free)?;
    Some(match weighted_quantile(&absolute, weights, 1.0 - level) {
        Some(half) => (half, ConformalRule::Jackknife),
        None => (
            t * weights.mean(&squares)?.sqrt(),
            ConformalRule::TPredictive,
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nine_residuals_are_enough_for_ninety_percent() {
        let nine: Vec<f64> = (1..=9).map(f64::from).collect();
        assert_eq!(conformal_quantile(&nine, 0.1), Some(9.0));
        assert_eq!(conformal_quantile(&nine[..8], 0.1), None);
        let found = conformal_interval(50.0, &nine, 0.9).unwrap();
        assert_eq!((found.half, found.rule), (9.0, ConformalRule::Jackknife));
        // Eight: t(7) = 1.8946 times √(204/8).
        let few = conformal_interval(50.0, &nine[..8], 0.9).unwrap();
        assert_eq!(few.rule, ConformalRule::TPredictive);
        assert!((few.half - 1.894_578_6 * 25.5_f64.sqrt()).abs() < 1e-6);
        assert_eq!(conformal_interval(50.0, &[1.0], 0.9), None);
    }

    #[test]
    fn weights_move_the_quantile() {
        // 1/π = 1, 1, 4 (mean 2): weights ½, ½, 2 for residuals 1, 2, 3, and 2 for the new task. Of 3 + 2, up to 1 lie ½, up to 2
        // lie 1, up to 3 lie 3: the half of them, 2½, is reached at 3, a fifth at 2, and .7 never. Without weights the half
        // would be at 2.
        let weights = DesignWeights::of([1.0, 1.0, 0.25]).unwrap();
        let at = |alpha| weighted_quantile(&[1.0, 2.0, 3.0], &weights, alpha);
        assert_eq!((at(0.5), at(0.8), at(0.3)), (Some(3.0), Some(2.0), None));
        assert_eq!(conformal_quantile(&[1.0, 2.0, 3.0], 0.5), Some(2.0));
    }

    #[test]
    fn a_rank_that_is_whole_is_not_rounded_up() {
        let residuals: Vec<f64> = (1..=19).map(f64::from).collect();
        assert_eq!(conformal_quantile(&residuals, 0.05), Some(19.0));
        let residuals: Vec<f64> = (1..=99).map(f64::from).collect();
        assert_eq!(conformal_quantile(&residuals, 0.07), Some(93.0));
    }

    proptest! {
        /// What the rule promises, by counting: of n + 1 exchangeable values, each left out in turn, at least the share
        /// 1 − α is covered by the others.
        #[test]
        fn leaving_each_out_covers_the_promised_share(values in prop::collection::vec(0.0..9.0_f64, 11..60)) {
            let covered = (0..values.len()).filter(|&i| {
                let mut others = values.clone();
                let left_out = others.remove(i);
                conformal_quantile(&others, 0.1).is_some_and(|q| left_out <= q)
            });
            prop_assert!(covered.count() as f64 >= 0.9 * values.len() as f64 - 1e-9);
        }
    }
}
