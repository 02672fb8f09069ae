//! Weighted least squares with a penalty a coefficient, and what it predicts for each row left out.

use super::design_weights::DesignWeights;
use crate::stats::linalg::{factor, solve_factored};

/// A fitted linear model.
pub(super) struct Ridge {
    /// One a column.
    pub(super) coefficients: Vec<f64>,
    /// Residual of each row under the model fitted without it.
    pub(super) left_out: Vec<f64>,
    /// The factor of X'WX + Λ.
    pub(super) lower: Vec<f64>,
}

/// X'WX and X'Wy, W the weights of the rows: all that a fit knows of them. Rows can be taken out again.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Normal {
    columns: usize,
    matrix: Vec<f64>,
    right: Vec<f64>,
}

impl Normal {
    /// Of these rows: x, y and weight.
    pub(super) fn of<'a>(
        columns: usize,
        rows: impl Iterator<Item = (&'a [f64], f64, f64)>,
    ) -> Self {
        let mut normal = Self {
            columns,
            matrix: vec![0.0; columns * columns],
            right: vec![0.0; columns],
        };
        for (row, y, weight) in rows {
            for ((a, right), line) in row
                .iter()
                .zip(&mut normal.right)
                .zip(normal.matrix.chunks_exact_mut(columns))
            {
                let a = a * weight;
                *right += a * y;
                for (cell, b) in line.iter_mut().zip(row) {
                    *cell += a * b;
                }
            }
        }
        normal
    }

    /// The same without the rows of another.
    pub(super) fn without(&self, other: &Self) -> Self {
        let less = |all: &[f64], part: &[f64]| all.iter().zip(part).map(|(a, b)| a - b).collect();
        Self {
            columns: self.columns,
            matrix: less(&self.matrix, &other.matrix),
            right: less(&self.right, &other.right),
        }
    }

    /// Weighted sum of squared deviations of column 1 from its mean, where column 0 is 1 throughout.
    pub(super) fn squares(&self) -> f64 {
        let at = |i: usize, j: usize| self.matrix.get(i * self.columns + j).copied();
        match (at(0, 0), at(0, 1), at(1, 1)) {
            (Some(n), Some(sum), Some(squares)) if n > 0.0 => squares - sum * sum / n,
            _ => 0.0,
        }
    }

    /// The weighted mean of y, where column 0 is 1 throughout; `None` without rows.
    pub(super) fn mean(&self) -> Option<f64> {
        let (rows, sum) = (self.matrix.first()?, self.right.first()?);
        (*rows > 1e-9).then(|| sum / rows)
    }

    /// The factor of X'WX + Λ and the coefficients; `None` where the columns do not identify them.
    pub(super) fn solve(&self, penalty: &[f64]) -> Option<(Vec<f64>, Vec<f64>)> {
        let mut matrix = self.matrix.clone();
        for (i, penalty) in penalty.iter().enumerate() {
            *matrix.get_mut(i * (self.columns + 1))? += penalty;
        }
        let lower = factor(matrix, self.columns)?;
        let coefficients = solve_factored(&lower, self.right.clone());
        Some((lower, coefficients))
    }

    /// The same with the residual of each row left out, which needs no second fit: r/(1 − h), h = w·x'(X'WX + Λ)⁻¹x. `None`,
    /// too, where a row alone identifies a coefficient (h = 1). `rows`, `y` and `weights` are those it was made of.
    pub(super) fn fit(
        &self,
        rows: &[Vec<f64>],
        y: &[f64],
        penalty: &[f64],
        weights: &DesignWeights,
    ) -> Option<Ridge> {
        let (lower, coefficients) = self.solve(penalty)?;
        let left_out = rows.iter().zip(y).enumerate().map(|(n, (row, y))| {
            let leverage = weights.at(n) * dot(row, &solve_factored(&lower, row.clone()));
            (leverage < 1.0 - 1e-9).then(|| (y - dot(row, &coefficients)) / (1.0 - leverage))
        });
        Some(Ridge {
            left_out: left_out.collect::<Option<_>>()?,
            coefficients,
            lower,
        })
    }
}

/// Minimises Σw(y − x·β)² + Σ penalty·β²; see [`Normal::fit`].
pub(super) fn ridge(
    rows: &[Vec<f64>],
    y: &[f64],
    penalty: &[f64],
    weights: &DesignWeights,
) -> Option<Ridge> {
    Normal::of(penalty.len(), weighed(rows, y, weights)).fit(rows, y, penalty, weights)
}

/// Rows as [`Normal::of`] takes them.
pub(super) fn weighed<'a>(
    rows: &'a [Vec<f64>],
    y: &'a [f64],
    weights: &'a DesignWeights,
) -> impl Iterator<Item = (&'a [f64], f64, f64)> {
    let pairs = rows.iter().zip(y).enumerate();
    pairs.map(|(n, (row, y))| (row.as_slice(), *y, weights.at(n)))
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn left_out_residuals_are_those_of_a_second_fit(
            rows in prop::collection::vec((-5.0..5.0_f64, -5.0..5.0_f64, -9.0..9.0_f64, 0.05..1.0_f64), 5..12),
            penalty in 0.01..9.0_f64,
        ) {
            let x: Vec<Vec<f64>> = rows.iter().map(|r| vec![1.0, r.0, r.1]).collect();
            let y: Vec<f64> = rows.iter().map(|r| r.2).collect();
            let penalties = [0.0, penalty, penalty];
            let weights = DesignWeights::of(rows.iter().map(|r| r.3)).unwrap();
            let all = ridge(&x, &y, &penalties, &weights).unwrap();
            for out in 0..x.len() {
                let (mut fewer, mut of) = (x.clone(), y.clone());
                let (row, truth) = (fewer.remove(out), of.remove(out));
                let rest: Vec<f64> = (0..rows.len()).filter(|n| *n != out).map(|n| weights.at(n)).collect();
                let rest = fewer.iter().zip(&of).zip(rest).map(|((x, y), w)| (x.as_slice(), *y, w));
                let (_, coefficients) = Normal::of(3, rest).solve(&penalties).unwrap();
                prop_assert!((all.left_out[out] - (truth - dot(&row, &coefficients))).abs() < 1e-6);
            }
        }
    }
}
