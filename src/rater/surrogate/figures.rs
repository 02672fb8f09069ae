//! Held-out figures of a surrogate.

use serde::{Deserialize, Serialize};

use super::scale::{mean, nearest};

/// Bins of the expected calibration error.
const BINS: usize = 10;

/// A predicted and the true mean of the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// Mean of the predictions.
    pub predicted: f64,
    /// Mean of the answers.
    pub actual: f64,
}

/// How well out-of-fold predictions meet the answers, pooled over folds of whole groups.
///
/// `None` stands where a figure is not defined (an agreement without variance, say). Anchors are the
/// labels, or 0, 25, 50, 75, 100 for a score; the predicted anchor is the most probable one, the
/// true anchor the one nearest to the answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Rows predicted.
    pub rows: usize,
    /// Groups they belong to.
    pub groups: usize,
    /// Pearson correlation of predicted and given value.
    pub pearson: Option<f64>,
    /// Root of the mean squared error, in the dimension's unit.
    pub rmse: f64,
    /// Cohen's kappa of anchors with quadratic weights by rank (Cohen 1968).
    pub kappa_quadratic: Option<f64>,
    /// Cohen's kappa of anchors, unweighted (Cohen 1960).
    pub kappa_nominal: Option<f64>,
    /// Share of rows whose predicted anchor is the true one.
    pub accuracy: f64,
    /// Mean over anchors of the class-wise expected calibration error, ten bins of equal width
    /// (Naeini et al. 2015; Kull et al. 2019).
    pub calibration_error: f64,
    /// The same for the most probable anchor alone (Guo et al. 2017).
    pub calibration_error_top: f64,
    /// Mean negative log probability of the answer, in nats.
    pub log_loss: f64,
    /// Mean probability of the highest anchor.
    pub alpha: Pair,
    /// Mean value, rescaled so that the lowest anchor is 0 and the highest is 1.
    pub beta: Pair,
    /// Mean probability of any anchor but the lowest.
    pub gamma: Pair,
}

/// Figures of `predicted` probabilities against `shares` of the answers (rows × anchors).
pub(crate) fn figures(
    predicted: &[Vec<f64>],
    shares: &[Vec<f32>],
    values: &[f64],
    groups: usize,
) -> Figures {
    let shares: Vec<Vec<f64>> = shares
        .iter()
        .map(|row| row.iter().map(|s| f64::from(*s)).collect())
        .collect();
    let value = |rows: &[Vec<f64>]| rows.iter().map(|p| mean(p, values)).collect::<Vec<f64>>();
    let (guess, truth) = (value(predicted), value(&shares));
    let chosen: Vec<usize> = predicted.iter().map(|p| most_probable(p)).collect();
    let given: Vec<usize> = truth.iter().map(|v| nearest(values, *v)).collect();
    let table = confusion(&chosen, &given, values.len());
    let n = predicted.len() as f64;
    let square = guess
        .iter()
        .zip(&truth)
        .map(|(g, t)| (g - t).powi(2))
        .sum::<f64>();
    let right = chosen.iter().zip(&given).filter(|(c, g)| c == g).count();
    let last = values.len() - 1;
    let scaled = |v: f64| (v - values[0]) / (values[last] - values[0]);
    let pair = |f: &dyn Fn(&Vec<f64>) -> f64| Pair {
        predicted: predicted.iter().map(f).sum::<f64>() / n,
        actual: shares.iter().map(f).sum::<f64>() / n,
    };
    Figures {
        rows: predicted.len(),
        groups,
        pearson: pearson(&guess, &truth),
        rmse: (square / n).sqrt(),
        kappa_quadratic: kappa(&table, |a, b| (a as f64 - b as f64).powi(2)),
        kappa_nominal: kappa(&table, |a, b| f64::from(u8::from(a != b))),
        accuracy: right as f64 / n,
        calibration_error: class_error(predicted, &shares),
        calibration_error_top: top_error(predicted, &chosen, &given),
        log_loss: log_loss(predicted, &shares),
        alpha: pair(&|p| p[last]),
        beta: pair(&|p| scaled(mean(p, values))),
        gamma: pair(&|p| 1.0 - p[0]),
    }
}

/// Pearson correlation; `None` with fewer than two rows or no variance.
pub(crate) fn pearson(a: &[f64], b: &[f64]) -> Option<f64> {
    let n = a.len() as f64;
    let (ma, mb) = (a.iter().sum::<f64>() / n, b.iter().sum::<f64>() / n);
    let sum =
        |f: &dyn Fn(f64, f64) -> f64| a.iter().zip(b).map(|(x, y)| f(x - ma, y - mb)).sum::<f64>();
    let scale = (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt();
    (scale > 1e-12).then(|| sum(&|x, y| x * y) / scale)
}

/// The most probable anchor; the lowest of equals.
pub(crate) fn most_probable(probabilities: &[f64]) -> usize {
    let mut best = 0;
    for (i, p) in probabilities.iter().enumerate() {
        if *p > probabilities[best] {
            best = i;
        }
    }
    best
}

fn confusion(a: &[usize], b: &[usize], labels: usize) -> Vec<Vec<f64>> {
    let mut table = vec![vec![0.0; labels]; labels];
    for (a, b) in a.iter().zip(b) {
        table[*a][*b] += 1.0;
    }
    table
}

/// Cohen's kappa: one minus observed over expected disagreement.
fn kappa(table: &[Vec<f64>], weight: impl Fn(usize, usize) -> f64) -> Option<f64> {
    let rows: Vec<f64> = table.iter().map(|row| row.iter().sum()).collect();
    let columns: Vec<f64> = (0..table.len())
        .map(|j| table.iter().map(|row| row[j]).sum())
        .collect();
    let n: f64 = rows.iter().sum();
    let (mut observed, mut expected) = (0.0, 0.0);
    for (i, row) in table.iter().enumerate() {
        for (j, count) in row.iter().enumerate() {
            observed += weight(i, j) * count;
            expected += weight(i, j) * rows[i] * columns[j] / n;
        }
    }
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

/// Expected calibration error of (probability, truth) pairs.
fn binned_error(pairs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let (mut gaps, mut n) = ([0.0; BINS], 0.0);
    for (probability, truth) in pairs {
        let bin = ((probability * BINS as f64) as usize).min(BINS - 1);
        gaps[bin] += probability - truth;
        n += 1.0;
    }
    gaps.iter().map(|gap: &f64| gap.abs()).sum::<f64>() / n
}

fn class_error(predicted: &[Vec<f64>], shares: &[Vec<f64>]) -> f64 {
    let labels = predicted.first().map_or(0, Vec::len);
    let one = |k: usize| binned_error(predicted.iter().zip(shares).map(|(p, s)| (p[k], s[k])));
    (0..labels).map(one).sum::<f64>() / labels as f64
}

fn top_error(predicted: &[Vec<f64>], chosen: &[usize], given: &[usize]) -> f64 {
    let right = chosen
        .iter()
        .zip(given)
        .map(|(c, g)| f64::from(u8::from(c == g)));
    binned_error(predicted.iter().zip(chosen).map(|(p, c)| p[*c]).zip(right))
}

fn log_loss(predicted: &[Vec<f64>], shares: &[Vec<f64>]) -> f64 {
    let one = |(p, s): (&Vec<f64>, &Vec<f64>)| {
        p.iter()
            .zip(s)
            .map(|(p, s)| -s * p.max(1e-12).ln())
            .sum::<f64>()
    };
    predicted.iter().zip(shares).map(one).sum::<f64>() / predicted.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kappa_by_hand() {
        // [[2, 1], [0, 1]]: agreement 3/4, expected (3*2 + 1*2)/16 = 1/2, kappa 1/2.
        let table = vec![vec![2.0, 1.0], vec![0.0, 1.0]];
        let nominal = kappa(&table, |a, b| f64::from(u8::from(a != b))).unwrap();
        assert!((nominal - 0.5).abs() < 1e-12);
        assert!(
            kappa(&[vec![3.0, 0.0], vec![0.0, 0.0]], |a, b| f64::from(
                u8::from(a != b)
            ))
            .is_none()
        );
    }

    #[test]
    fn calibration_by_hand() {
        // Bin .6: two rows predicted .6, one true: |1.2 - 1| / 3; bin .9: |.9 - 1| / 3.
        let pairs = [(0.65, 1.0), (0.65, 0.0), (0.95, 1.0)];
        assert!((binned_error(pairs.into_iter()) - (0.3 + 0.05) / 3.0).abs() < 1e-12);
    }

    #[test]
    fn perfect_predictions() {
        let answers = [[1.0, 0.0], [0.0, 1.0]].map(|row| row.map(|s: f32| s).to_vec());
        let same: Vec<Vec<f64>> = answers
            .iter()
            .map(|r| r.iter().map(|s| f64::from(*s)).collect())
            .collect();
        let f = figures(&same, &answers, &[0.0, 1.0], 2);
        assert_eq!(
            (f.pearson, f.kappa_quadratic, f.rmse),
            (Some(1.0), Some(1.0), 0.0)
        );
        assert_eq!(
            (f.calibration_error, f.alpha.predicted, f.gamma.actual),
            (0.0, 0.5, 0.5)
        );
    }
}
