//! A calibrated score that also learns which raters to lean on.

use super::calibrate::{Calibration, fit, slope_weight};
use super::conformal::{Predicted, conformal_interval};
use super::design_weights::DesignWeights;
use super::ridge::{Normal, Ridge, weighed};
use crate::stats::moments::mean;

/// Below this many gold tasks the calibrated mean is all that is fitted.
const STACK_FROM: usize = 30;

/// a + s·ȳ + Σ γ_j (y_j − ȳ), ȳ the mean over a task's raters.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    /// a.
    pub intercept: f64,
    /// s.
    pub slope: f64,
    /// γ, one a rater; all 0 in the fallback.
    pub weights: Vec<f64>,
    /// The penalty λ of γ, chosen by leave-one-out. `None` for λ → ∞: the calibrated mean.
    pub lambda: Option<f64>,
    /// Number of gold tasks.
    pub n: usize,
    /// Gold minus score of each gold task, fitted without that task.
    pub residuals: Vec<f64>,
    /// Root mean square of the residuals. A little too small, because λ was chosen by it.
    pub residual_sd: f64,
    /// The calibrated mean beside it.
    pub calibrated: Calibration,
}

/// Ridge stacking of raters on gold: min Σ(g − a − s·ȳ − Σ γ_j (y_j − ȳ))² + λ Σ γ² (Breiman 1996; Hoerl & Kennard 1970). It
/// is the one estimator here that uses how the raters' errors go together. `ratings` is tasks × raters; a rater who is
/// missing on a task is taken to be at the mean of the others. λ is taken from a grid of 25 by leave-one-out error, and no
/// penalty that beats the calibrated mean ([`calibrate_mean`]), fewer than 30 gold tasks, or one rater mean that.
/// `None` where that is `None`, and for rows of different lengths.
///
/// [`calibrate_mean`]: super::calibrate_mean
pub fn stack_ridge(ratings: &[Vec<Option<f64>>], gold: &[Option<f64>]) -> Option<Stack> {
    let raters = ratings.first()?.len();
    if ratings.len() != gold.len() || ratings.iter().any(|row| row.len() != raters) {
        return None;
    }
    let known = ratings.iter().zip(gold).filter_map(|(row, gold)| {
        row_mean(row)?;
        Some((row.as_slice(), (*gold)?))
    });
    let (rows, targets): (Vec<_>, Vec<f64>) = known.unzip();
    stack(&rows, &targets, raters, &DesignWeights::equal())
}

/// The same of gold tasks that count by `weights`; each has a rating of one of the `raters` at least.
pub(super) fn stack(
    ratings: &[&[Option<f64>]],
    targets: &[f64],
    raters: usize,
    weights: &DesignWeights,
) -> Option<Stack> {
    let means: Vec<f64> = ratings
        .iter()
        .map(|row| row_mean(row))
        .collect::<Option<_>>()?;
    let calibrated = fit(&means, targets, slope_weight(means.len()), weights)?;
    let fallback = Stack {
        intercept: calibrated.intercept,
        slope: calibrated.slope,
        weights: vec![0.0; raters],
        lambda: None,
        n: calibrated.n,
        residuals: calibrated.residuals.clone(),
        residual_sd: calibrated.residual_sd,
        calibrated,
    };
    if fallback.n < STACK_FROM {
        return Some(fallback);
    }
    let columns = ratings.iter().zip(&means).map(|(row, &centre)| {
        let mut columns = vec![1.0, centre];
        columns.extend(deviations(row, centre));
        columns
    });
    let rows: Vec<Vec<f64>> = columns.collect();
    Some(best(&rows, targets, weights, fallback))
}

/// The best of the grid and of what it falls back to.
fn best(rows: &[Vec<f64>], targets: &[f64], weights: &DesignWeights, fallback: Stack) -> Stack {
    let raters = fallback.weights.len();
    let deviations = rows.iter().enumerate().flat_map(|(n, row)| {
        let weight = weights.at(n);
        row.iter().skip(2).map(move |d| weight * d * d)
    });
    let scale = deviations.sum::<f64>() / raters as f64;
    let mut found = fallback;
    if scale <= 0.0 {
        return found;
    }
    let normal = Normal::of(raters + 2, weighed(rows, targets, weights));
    // From the largest: of two equally good penalties the larger stays.
    for step in (0..25).rev() {
        let lambda = scale * 10.0_f64.powf(f64::from(step) / 4.0 - 3.0);
        let penalty: Vec<f64> = (0..raters + 2)
            .map(|i| if i < 2 { 0.0 } else { lambda })
            .collect();
        let Some(Ridge {
            coefficients,
            left_out,
            ..
        }) = normal.fit(rows, targets, &penalty, weights)
        else {
            continue;
        };
        let squares: Vec<f64> = left_out.iter().map(|r| r * r).collect();
        let error = weights.mean(&squares).map_or(f64::INFINITY, f64::sqrt);
        if let ([intercept, slope, leaning @ ..], true) =
            (coefficients.as_slice(), error < found.residual_sd)
        {
            found = Stack {
                intercept: *intercept,
                slope: *slope,
                weights: leaning.to_vec(),
                lambda: Some(lambda),
                residuals: left_out,
                residual_sd: error,
                ..found
            };
        }
    }
    found
}

impl Stack {
    /// The score of a task, not cut to the scale. `None` where no rater rated it, or for a row of another length.
    pub fn predict(&self, row: &[Option<f64>]) -> Option<f64> {
        if row.len() != self.weights.len() {
            return None;
        }
        let centre = row_mean(row)?;
        let leaning: f64 = deviations(row, centre)
            .zip(&self.weights)
            .map(|(d, w)| d * w)
            .sum();
        Some(self.intercept + self.slope * centre + leaning)
    }

    /// The score with its interval for the next gold label; see [`conformal_interval`].
    pub fn interval(&self, row: &[Option<f64>], level: f64) -> Option<Predicted> {
        conformal_interval(self.predict(row)?, &self.residuals, level)
    }
}

fn row_mean(row: &[Option<f64>]) -> Option<f64> {
    mean(&row.iter().flatten().copied().collect::<Vec<f64>>())
}

fn deviations(row: &[Option<f64>], centre: f64) -> impl Iterator<Item = f64> {
    row.iter()
        .map(move |cell| cell.map_or(0.0, |value| value - centre))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::Rng;
    use crate::stats::simulate;

    /// Three raters of a truth: one good, one noisy, one of pure noise.
    fn panel(tasks: usize, seed: u64) -> (Vec<Vec<Option<f64>>>, Vec<Option<f64>>) {
        let mut rng = Rng::new(seed);
        let mut noise = |sd: f64| simulate::noise(&mut rng, sd);
        let mut rows = Vec::new();
        let mut gold = Vec::new();
        for _ in 0..tasks {
            let truth = 50.0 + noise(20.0);
            rows.push(vec![
                Some(truth + noise(3.0)),
                Some(truth + noise(15.0)),
                Some(50.0 + noise(20.0)),
            ]);
            gold.push(Some(truth + noise(4.0)));
        }
        (rows, gold)
    }

    #[test]
    fn it_leans_on_the_rater_who_is_right() {
        let (rows, gold) = panel(200, 1);
        let found = stack_ridge(&rows, &gold).unwrap();
        assert!(found.lambda.is_some());
        assert!(found.residual_sd < 0.7 * found.calibrated.residual_sd);
        assert!(found.weights[0] > found.weights[1] && found.weights[1] > found.weights[2]);
        // New tasks: the interval covers about the promised share of new labels (1,000 tasks: sd .01).
        let (rows, gold) = panel(1_000, 2);
        let covered = rows.iter().zip(&gold).filter(|(row, gold)| {
            let interval = found.interval(row, 0.9).unwrap().interval;
            gold.is_some_and(|g| interval.low <= g && g <= interval.high)
        });
        let share = covered.count() as f64 / 1_000.0;
        assert!((0.85..0.95).contains(&share), "{share}");
    }

    #[test]
    fn it_falls_back_to_the_calibrated_mean() {
        let (rows, gold) = panel(29, 3);
        let found = stack_ridge(&rows, &gold).unwrap();
        assert_eq!(
            (found.lambda, found.residual_sd),
            (None, found.calibrated.residual_sd)
        );
        // One rater: nothing to weigh.
        let (rows, gold) = panel(60, 4);
        let alone: Vec<_> = rows.iter().map(|row| vec![row[1]]).collect();
        let found = stack_ridge(&alone, &gold).unwrap();
        assert_eq!(found.lambda, None);
        assert_eq!(
            found.predict(&[Some(40.0)]),
            Some(found.calibrated.predict(40.0))
        );
        assert_eq!(found.predict(&[None]), None);
        assert_eq!(stack_ridge(&[], &[]), None);
    }

    #[test]
    fn the_order_of_raters_does_not_matter() {
        let (rows, gold) = panel(80, 5);
        let turned: Vec<Vec<_>> = rows
            .iter()
            .map(|row| row.iter().rev().copied().collect())
            .collect();
        let (one, other) = (
            stack_ridge(&rows, &gold).unwrap(),
            stack_ridge(&turned, &gold).unwrap(),
        );
        let (a, b) = (
            one.predict(&rows[7]).unwrap(),
            other.predict(&turned[7]).unwrap(),
        );
        assert!((a - b).abs() < 1e-8);
        // Nor does a task without anything.
        let (mut rows, mut gold) = (rows, gold);
        rows.push(vec![None; 3]);
        gold.push(Some(3.0));
        assert_eq!(stack_ridge(&rows, &gold).unwrap(), one);
    }
}
