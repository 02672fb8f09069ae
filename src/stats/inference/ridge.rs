//! Least squares with a penalty a coefficient, and what it predicts for each row left out.

use crate::stats::linalg::{factor, solve_factored};

/// A fitted linear model.
pub(super) struct Ridge {
    /// One a column.
    pub(super) coefficients: Vec<f64>,
    /// Residual of each row under the model fitted without it.
    pub(super) left_out: Vec<f64>,
}

/// Minimises Σ(y − x·β)² + Σ penalty·β². Leaving a row out needs no second fit: r/(1 − h), h = x'(X'X + Λ)⁻¹x. `None` where
/// the columns do not identify β, or a row alone identifies a coefficient (h = 1).
pub(super) fn ridge(rows: &[Vec<f64>], y: &[f64], penalty: &[f64]) -> Option<Ridge> {
    let columns = penalty.len();
    let mut normal = vec![0.0; columns * columns];
    let mut right = vec![0.0; columns];
    for (row, y) in rows.iter().zip(y) {
        for (i, a) in row.iter().enumerate() {
            right[i] += a * y;
            for (j, b) in row.iter().enumerate() {
                normal[i * columns + j] += a * b;
            }
        }
    }
    for (i, penalty) in penalty.iter().enumerate() {
        normal[i * columns + i] += penalty;
    }
    let lower = factor(normal, columns)?;
    let coefficients = solve_factored(&lower, right);
    let left_out = rows.iter().zip(y).map(|(row, y)| {
        let leverage = dot(row, &solve_factored(&lower, row.clone()));
        (leverage < 1.0 - 1e-9).then(|| (y - dot(row, &coefficients)) / (1.0 - leverage))
    });
    Some(Ridge {
        left_out: left_out.collect::<Option<_>>()?,
        coefficients,
    })
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn left_out_residuals_are_those_of_a_second_fit(
            rows in prop::collection::vec((-5.0..5.0_f64, -5.0..5.0_f64, -9.0..9.0_f64), 5..12), penalty in 0.01..9.0_f64,
        ) {
            let x: Vec<Vec<f64>> = rows.iter().map(|r| vec![1.0, r.0, r.1]).collect();
            let y: Vec<f64> = rows.iter().map(|r| r.2).collect();
            let penalties = [0.0, penalty, penalty];
            let all = ridge(&x, &y, &penalties).unwrap();
            for out in 0..x.len() {
                let (mut fewer, mut of) = (x.clone(), y.clone());
                let (row, truth) = (fewer.remove(out), of.remove(out));
                let fit = ridge(&fewer, &of, &penalties).unwrap();
                prop_assert!((all.left_out[out] - (truth - dot(&row, &fit.coefficients))).abs() < 1e-6);
            }
        }
    }
}
