//! The one dense solver: symmetric positive definite systems by Cholesky.

/// A pivot that is a smaller share of its diagonal is what rounding left of 0.
const LEAST_PIVOT: f64 = 1e-13;

/// The lower factor L of `a` = L Lᵀ (row-major, n × n; above the diagonal is rubbish).
/// `None` when `a` is not positive definite to working precision.
pub(crate) fn factor(mut a: Vec<f64>, n: usize) -> Option<Vec<f64>> {
    for j in 0..n {
        let diagonal = a[j * n + j];
        for k in 0..j {
            let factor = a[j * n + k];
            for i in j..n {
                a[i * n + j] -= a[i * n + k] * factor;
            }
        }
        let pivot = a[j * n + j];
        if pivot.is_nan() || pivot <= 0.0 || pivot <= LEAST_PIVOT * diagonal {
            return None;
        }
        let root = pivot.sqrt();
        for i in j..n {
            a[i * n + j] /= root;
        }
    }
    Some(a)
}

/// Solve `L Lᵀ x = b`.
pub(crate) fn solve_factored(l: &[f64], mut b: Vec<f64>) -> Vec<f64> {
    let n = b.len();
    for i in 0..n {
        let known: f64 = (0..i).map(|k| l[i * n + k] * b[k]).sum();
        b[i] = (b[i] - known) / l[i * n + i];
    }
    for i in (0..n).rev() {
        let known: f64 = (i + 1..n).map(|k| l[k * n + i] * b[k]).sum();
        b[i] = (b[i] - known) / l[i * n + i];
    }
    b
}

/// Solve `a x = b` for symmetric positive definite `a` (row-major, n × n).
/// `None` when `a` is not positive definite to working precision.
pub(crate) fn solve(a: Vec<f64>, b: Vec<f64>) -> Option<Vec<f64>> {
    Some(solve_factored(&factor(a, b.len())?, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_by_two_by_hand() {
        // [4 2; 2 3] x = [2; 5] has x = (-1/2, 2).
        let x = solve(vec![4.0, 2.0, 2.0, 3.0], vec![2.0, 5.0]).unwrap();
        assert!((x[0] + 0.5).abs() < 1e-12 && (x[1] - 2.0).abs() < 1e-12);
        assert!(solve(vec![0.0], vec![1.0]).is_none());
        // Equal columns but for rounding: the second pivot is 2⁻⁵⁰.
        let nearly = 1.0 + 0.5_f64.powi(50);
        assert!(solve(vec![1.0, 1.0, 1.0, nearly], vec![1.0, 2.0]).is_none());
        // Small numbers are not singular.
        assert!(solve(vec![4e-20, 2e-20, 2e-20, 3e-20], vec![2.0, 5.0]).is_some());
    }
}
