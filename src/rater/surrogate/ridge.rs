//! Ridge regression of several targets at once, by conjugate gradient in the dual.
//!
//! Solves `(X Xᵀ + λ I) a = y - mean(y)` for each column and gives `w = Xᵀ a` (Saunders, Gammerman,
//! Vovk 1998; conjugate gradient after Hestenes and Stiefel 1952). The sums run in a fixed order, so
//! the same rows give the same bits.

use super::sparse::{LANES, Lanes, Rows, add};

/// Iterations at most; ridge with the penalties in use converges well before.
const MOST_STEPS: usize = 60;

/// Stop when every column's residual has shrunk to this share of where it began.
const TOLERANCE: f64 = 1e-4;

/// Weights of up to [`LANES`] targets.
#[derive(Debug, Clone)]
pub(crate) struct Ridge {
    /// Columns × lanes.
    pub(crate) weights: Vec<Lanes>,
    /// Mean of each target in the training rows.
    pub(crate) means: Lanes,
}

/// Fit `targets` (rows × lanes) on `x` with one penalty a lane.
pub(crate) fn fit(x: &Rows, targets: &[Lanes], penalties: &Lanes) -> Ridge {
    let means = column_means(targets);
    let mut residual: Vec<Lanes> = targets.iter().map(|row| minus(row, &means)).collect();
    let mut solution = vec![[0.0; LANES]; targets.len()];
    let mut direction = residual.clone();
    let mut square = dots(&residual, &residual);
    let goal = square.map(|s| s * TOLERANCE * TOLERANCE);
    for _ in 0..MOST_STEPS {
        if (0..LANES).all(|l| square[l] <= goal[l]) {
            break;
        }
        let mut image = x.times(&x.transposed_times(&direction));
        for (image, direction) in image.iter_mut().zip(&direction) {
            for l in 0..LANES {
                image[l] += penalties[l] * direction[l];
            }
        }
        let curvature = dots(&direction, &image);
        let pace = ratio(&square, &curvature);
        for i in 0..targets.len() {
            for l in 0..LANES {
                solution[i][l] += pace[l] * direction[i][l];
                residual[i][l] -= pace[l] * image[i][l];
            }
        }
        let next = dots(&residual, &residual);
        let turn = ratio(&next, &square);
        for (direction, residual) in direction.iter_mut().zip(&residual) {
            for l in 0..LANES {
                direction[l] = residual[l] + turn[l] * direction[l];
            }
        }
        square = next;
    }
    Ridge {
        weights: x.transposed_times(&solution),
        means,
    }
}

impl Ridge {
    /// Scores of the rows of `x`.
    pub(crate) fn predict(&self, x: &Rows) -> Vec<Lanes> {
        let mut scores = x.times(&self.weights);
        scores.iter_mut().for_each(|row| add(row, 1.0, &self.means));
        scores
    }
}

fn column_means(rows: &[Lanes]) -> Lanes {
    let mut sums = [0.0f64; LANES];
    for row in rows {
        for l in 0..LANES {
            sums[l] += f64::from(row[l]);
        }
    }
    sums.map(|sum| (sum / rows.len().max(1) as f64) as f32)
}

fn minus(row: &Lanes, means: &Lanes) -> Lanes {
    std::array::from_fn(|l| row[l] - means[l])
}

fn dots(a: &[Lanes], b: &[Lanes]) -> [f64; LANES] {
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        for l in 0..LANES {
            sums[l] += f64::from(a[l]) * f64::from(b[l]);
        }
    }
    sums
}

/// `a / b`, and 0 where `b` is 0: such a lane is solved already (or empty).
fn ratio(a: &[f64; LANES], b: &[f64; LANES]) -> Lanes {
    std::array::from_fn(|l| {
        if b[l] > 0.0 {
            (a[l] / b[l]) as f32
        } else {
            0.0
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_feature_by_hand() {
        // x = (1, 2), y = (0, 3), mean 1.5, λ = 1: w = xᵀ(y - 1.5) / (xᵀx + 1) = 1.5 / 6.
        let mut x = Rows::new(1);
        x.push([(0, 1.0)]);
        x.push([(0, 2.0)]);
        let lane = |v: f32| std::array::from_fn(|l| if l == 0 { v } else { 0.0 });
        let ridge = fit(&x, &[lane(0.0), lane(3.0)], &[1.0; LANES]);
        assert!((ridge.weights[0][0] - 0.25).abs() < 1e-5);
        assert_eq!(ridge.weights[0][1], 0.0);
        assert!((ridge.predict(&x)[1][0] - 2.0).abs() < 1e-5);
    }
}
