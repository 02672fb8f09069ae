//! Scores moved to where gold says they belong.

use super::conformal::{Predicted, conformal_interval};
use super::design_weights::DesignWeights;
use super::ridge::{Ridge, ridge};
use crate::stats::moments::mean;

/// Below this many gold tasks the slope stays 1.
const SHIFT_ONLY_BELOW: usize = 15;
/// From here on the slope is that of least squares.
const FREE_FROM: usize = 30;

/// A calibrated score: intercept + slope · score.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// The intercept.
    pub intercept: f64,
    /// The slope.
    pub slope: f64,
    /// How far the slope went from 1 to that of least squares: 0 for a shift alone, 1 from 30 gold tasks on.
    pub slope_weight: f64,
    /// Number of gold tasks.
    pub n: usize,
    /// Gold minus calibrated score of each gold task, fitted without that task, in their order.
    pub residuals: Vec<f64>,
    /// Root mean square of the residuals.
    pub residual_sd: f64,
}

/// Calibrates scores (say means over raters) to gold by least squares, slope shrunk toward 1: with fewer than 15 gold tasks
/// only a shift, from 15 on the slope's weight grows by 1/16 a task, so nothing jumps, and from 30 on it is free. The shrunk
/// slope is a ridge on (slope − 1), so residuals of tasks left out are exact. Tasks without score or gold do not count.
/// `None` for fewer than two gold tasks, or lists of different lengths.
///
/// It removes bias and compression that all raters share, and nothing that differs from task to task.
pub fn calibrate_mean(scores: &[Option<f64>], gold: &[Option<f64>]) -> Option<Calibration> {
    if scores.len() != gold.len() {
        return None;
    }
    let pairs = scores.iter().zip(gold).filter_map(|(s, g)| s.zip(*g));
    let (scores, gold): (Vec<f64>, Vec<f64>) = pairs.unzip();
    fit(
        &scores,
        &gold,
        slope_weight(scores.len()),
        &DesignWeights::equal(),
    )
}

pub(super) fn slope_weight(n: usize) -> f64 {
    let steps = (FREE_FROM - SHIFT_ONLY_BELOW + 1) as f64;
    ((n + 1).saturating_sub(SHIFT_ONLY_BELOW) as f64 / steps).min(1.0)
}

/// The calibration with a given weight of the slope, of tasks that count by `weights`.
pub(super) fn fit(
    scores: &[f64],
    gold: &[f64],
    weight: f64,
    weights: &DesignWeights,
) -> Option<Calibration> {
    let centre = weights.mean(scores)?;
    mean(gold)?;
    let shift: Vec<f64> = gold.iter().zip(scores).map(|(g, s)| g - s).collect();
    let squares = scores.iter().enumerate();
    let squares: f64 = squares
        .map(|(n, s)| weights.at(n) * (s - centre).powi(2))
        .sum();
    let free = weight > 0.0 && squares > 1e-12 * centre * centre;
    let rows: Vec<Vec<f64>> = scores
        .iter()
        .map(|s| {
            if free {
                vec![1.0, s - centre]
            } else {
                vec![1.0]
            }
        })
        .collect();
    // Squares/(squares + penalty) is the weight.
    let penalty = [0.0, squares * (1.0 / weight - 1.0)];
    let Ridge {
        coefficients,
        left_out,
        ..
    } = ridge(&rows, &shift, &penalty[..1 + usize::from(free)], weights)?;
    let more = coefficients.get(1).copied().unwrap_or(0.0);
    let squared: Vec<f64> = left_out.iter().map(|r| r * r).collect();
    Some(Calibration {
        intercept: coefficients.first()? - more * centre,
        slope: 1.0 + more,
        slope_weight: if free { weight } else { 0.0 },
        n: scores.len(),
        residual_sd: weights.mean(&squared)?.sqrt(),
        residuals: left_out,
    })
}

impl Calibration {
    /// The calibrated score, not cut to the scale.
    pub fn predict(&self, score: f64) -> f64 {
        self.intercept + self.slope * score
    }

    /// The calibrated score with its interval for the next gold label; see [`conformal_interval`].
    pub fn interval(&self, score: f64, level: f64) -> Option<Predicted> {
        conformal_interval(self.predict(score), &self.residuals, level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(n: i32, slope: f64) -> (Vec<Option<f64>>, Vec<Option<f64>>) {
        let scores = (0..n).map(|i| Some(f64::from(i)));
        (
            scores.clone().collect(),
            scores.map(|s| s.map(|s| 10.0 + slope * s)).collect(),
        )
    }

    #[test]
    fn few_gold_tasks_only_shift() {
        // Gold is 11, 14 for scores 1, 2: the mean shift is 11; left out, each is predicted by the other's shift.
        let found = calibrate_mean(
            &[Some(1.0), Some(2.0), None],
            &[Some(11.0), Some(14.0), Some(1.0)],
        )
        .unwrap();
        assert_eq!((found.slope, found.n), (1.0, 2));
        assert!((found.predict(5.0) - 16.0).abs() < 1e-12);
        assert!(
            (found.residuals[0] + 2.0).abs() < 1e-12 && (found.residuals[1] - 2.0).abs() < 1e-12
        );
        assert_eq!(calibrate_mean(&[Some(1.0)], &[Some(2.0)]), None);
    }

    #[test]
    fn the_slope_is_let_go_step_by_step() {
        for (n, weight) in [(14, 0.0), (15, 1.0 / 16.0), (22, 0.5), (30, 1.0), (50, 1.0)] {
            let (scores, gold) = line(n, 0.6);
            let found = calibrate_mean(&scores, &gold).unwrap();
            assert!((found.slope - (1.0 - 0.4 * weight)).abs() < 1e-12, "{n}");
        }
    }

    #[test]
    fn equal_scores_have_no_slope() {
        let gold: Vec<_> = (0..40).map(|i| Some(f64::from(i))).collect();
        let found = calibrate_mean(&[Some(7.0); 40], &gold).unwrap();
        assert_eq!((found.slope, found.slope_weight), (1.0, 0.0));
    }

    proptest! {
        #[test]
        fn residuals_shift_with_nothing_and_order_does_not_matter(
            rows in prop::collection::vec((0.0..100.0_f64, 0.0..100.0_f64), 3..40), shift in -50.0..50.0_f64,
        ) {
            let of = |rows: &[(f64, f64)], by: f64| {
                let scores: Vec<_> = rows.iter().map(|r| Some(r.0 + by)).collect();
                let gold: Vec<_> = rows.iter().map(|r| Some(r.1)).collect();
                calibrate_mean(&scores, &gold).unwrap()
            };
            let one = of(&rows, 0.0);
            let moved = of(&rows, shift);
            prop_assert!((one.residual_sd - moved.residual_sd).abs() < 1e-7);
            prop_assert!((one.predict(40.0) - moved.predict(40.0 + shift)).abs() < 1e-6);
            let mut turned = rows.clone();
            turned.reverse();
            prop_assert!((one.slope - of(&turned, 0.0).slope).abs() < 1e-9);
        }
    }
}
