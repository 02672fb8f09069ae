//! Prediction-powered means: many predictions, and gold for some units.

use crate::stats::Interval;
use crate::stats::dist::{normal_critical, t_critical};
use crate::stats::moments::{mean, variance};

/// One estimator of the mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PpiPoint {
    /// How much the predictions weigh: 0 leaves them out.
    pub lambda: f64,
    /// λ·mean(f_U) + mean(Y − λ f_L).
    pub point: f64,
    /// √(λ² var(f_U)/N + var(Y − λ f_L)/n).
    pub se: f64,
    /// The interval.
    pub interval: Interval,
}

/// The mean of gold over the units that predictions and gold come from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PpiMean {
    /// Number of units with gold and a prediction.
    pub labeled: usize,
    /// Number of units with a prediction alone.
    pub unlabeled: usize,
    /// Gold alone (λ = 0).
    pub classical: PpiPoint,
    /// PPI (λ = 1; Angelopoulos et al. 2023).
    pub ppi: PpiPoint,
    /// PPI++ (Angelopoulos, Duchi & Zrnic 2023): λ = cov(Y, f)/((1 + n/N) var f), cut to 0–1. Variances over n and the normal
    /// quantile, as in the authors' package.
    pub tuned: PpiPoint,
    /// The same with variances over n − 1 and t(n − 1): the one to print under 50 gold units.
    pub small_sample: PpiPoint,
}

/// The mean of a population of which the units with gold are a random sample. Not an estimator for one unit, and it
/// ignores clusters ([`super::greg_mean`] does not). Units without a prediction do not count. `None` for fewer than two
/// gold units or two others, or lists of different lengths.
pub fn ppi_mean(scores: &[Option<f64>], gold: &[Option<f64>], level: f64) -> Option<PpiMean> {
    if scores.len() != gold.len() {
        return None;
    }
    let mut rows = Rows::default();
    for (score, gold) in scores.iter().zip(gold) {
        match (*score, *gold) {
            (Some(score), Some(gold)) => {
                rows.labeled.push(score);
                rows.gold.push(gold);
            }
            (Some(score), None) => rows.unlabeled.push(score),
            (None, _) => {}
        }
    }
    let n = rows.labeled.len();
    let lambda = rows.lambda()?;
    let z = normal_critical(level)?;
    Some(PpiMean {
        labeled: n,
        unlabeled: rows.unlabeled.len(),
        classical: rows.point(0.0, 0, z)?,
        ppi: rows.point(1.0, 0, z)?,
        tuned: rows.point(lambda, 0, z)?,
        small_sample: rows.point(lambda, 1, t_critical(level, n.checked_sub(1)? as f64)?)?,
    })
}

#[derive(Default)]
struct Rows {
    labeled: Vec<f64>,
    gold: Vec<f64>,
    unlabeled: Vec<f64>,
}

impl Rows {
    /// λ̂ with the covariance over n and the variance of all predictions, pooled, over n + N − 1.
    fn lambda(&self) -> Option<f64> {
        let (f, y) = (mean(&self.labeled)?, mean(&self.gold)?);
        let pairs = self.labeled.iter().zip(&self.gold);
        let n = self.labeled.len() as f64;
        let covariance = pairs
            .map(|(score, gold)| (score - f) * (gold - y))
            .sum::<f64>()
            / n;
        let pooled = [self.labeled.as_slice(), &self.unlabeled].concat();
        let spread = variance(&pooled, 1)? * (1.0 + n / self.unlabeled.len() as f64);
        Some(if spread > 0.0 {
            (covariance / spread).clamp(0.0, 1.0)
        } else {
            0.0
        })
    }

    fn point(&self, lambda: f64, ddof: usize, quantile: f64) -> Option<PpiPoint> {
        let pairs = self.labeled.iter().zip(&self.gold);
        let rectified: Vec<f64> = pairs.map(|(score, gold)| gold - lambda * score).collect();
        if rectified.len() < 2 || self.unlabeled.len() < 2 {
            return None;
        }
        let point = lambda * mean(&self.unlabeled)? + mean(&rectified)?;
        let predicted = variance(&self.unlabeled, ddof)? / self.unlabeled.len() as f64;
        let observed = variance(&rectified, ddof)? / rectified.len() as f64;
        let se = (lambda * lambda * predicted + observed).sqrt();
        Some(PpiPoint {
            lambda,
            point,
            se,
            interval: Interval::around(point, quantile * se),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn predictions_without_worth_are_left_out() {
        let scores = [Some(5.0); 6];
        let gold = [Some(1.0), Some(2.0), Some(3.0), None, None, None];
        let found = ppi_mean(&scores, &gold, 0.9).unwrap();
        assert_eq!((found.labeled, found.unlabeled), (3, 3));
        assert_eq!((found.tuned.lambda, found.tuned.point), (0.0, 2.0));
        assert!(found.small_sample.se > found.tuned.se);
        assert_eq!(ppi_mean(&scores[..4], &gold[..4], 0.9), None);
        assert_eq!(ppi_mean(&scores, &gold[..5], 0.9), None);
    }

    proptest! {
        #[test]
        fn a_perfect_prediction_of_any_shift_gives_the_mean_of_all(
            truth in prop::collection::vec(-9.0..9.0_f64, 6..40), shift in -5.0..5.0_f64,
        ) {
            let scores: Vec<_> = truth.iter().map(|t| Some(t + shift)).collect();
            let gold: Vec<_> = truth.iter().enumerate().map(|(i, t)| (i % 3 == 0).then_some(*t)).collect();
            let found = ppi_mean(&scores, &gold, 0.9).unwrap();
            let others: Vec<f64> = truth.iter().enumerate().filter(|(i, _)| i % 3 != 0).map(|(_, t)| *t).collect();
            prop_assert!((found.ppi.point - mean(&others).unwrap()).abs() < 1e-9);
        }
    }
}
