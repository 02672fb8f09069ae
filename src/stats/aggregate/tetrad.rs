//! Three raters in closed form.

use crate::stats::Table;
use crate::stats::moments::mean;

/// Loadings, noise and reliability of three raters of one truth of variance 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThreeRaters {
    /// λ_j: how much of the truth's scale the rater keeps. The first is positive.
    pub loading: [f64; 3],
    /// s_jj − λ_j². Negative in a Heywood case: the model does not fit.
    pub noise_variance: [f64; 3],
    /// λ_j²/s_jj: correlation with the truth, squared.
    pub reliability: [f64; 3],
    /// Whether no noise variance is negative.
    pub proper: bool,
    /// Number of tasks that all three rated.
    pub n: usize,
}

/// y_ij = μ_j + λ_j θ_i + e_ij with independent errors: λ_1² = s_12 s_13/s_23 (Spearman's tetrads; Grubbs 1948 with slopes;
/// triple collocation, McColl et al. 2014), covariances over n from the tasks that all three rated. `None` for another number
/// of raters, fewer than three tasks, or covariances whose product is not positive. Errors that two raters share are
/// taken for truth.
pub fn three_raters(table: &Table) -> Option<ThreeRaters> {
    let whole: Vec<[f64; 3]> = table
        .units()
        .filter_map(|row| match row {
            [Some(a), Some(b), Some(c)] => Some([*a, *b, *c]),
            _ => None,
        })
        .collect();
    if table.raters() != 3 || whole.len() < 3 {
        return None;
    }
    let column = |j: usize| whole.iter().map(move |row| row[j]);
    let covariance = |i: usize, j: usize| {
        let (a, b) = (
            mean(&column(i).collect::<Vec<_>>())?,
            mean(&column(j).collect::<Vec<_>>())?,
        );
        let products = column(i).zip(column(j)).map(|(x, y)| (x - a) * (y - b));
        Some(products.sum::<f64>() / whole.len() as f64)
    };
    let (s12, s13, s23) = (covariance(0, 1)?, covariance(0, 2)?, covariance(1, 2)?);
    if s12 * s13 * s23 <= 0.0 {
        return None;
    }
    let first = (s12 * s13 / s23).sqrt();
    let loading = [first, s12 / first, s13 / first];
    let own = [covariance(0, 0)?, covariance(1, 1)?, covariance(2, 2)?];
    let noise_variance = [0, 1, 2].map(|j: usize| own[j] - loading[j] * loading[j]);
    Some(ThreeRaters {
        loading,
        noise_variance,
        reliability: [0, 1, 2].map(|j: usize| loading[j] * loading[j] / own[j]),
        proper: noise_variance.iter().all(|&noise| noise >= 0.0),
        n: whole.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_copies_of_a_truth_have_no_noise() {
        let rows = [1.0, 2.0, 4.0, 9.0].map(|t| vec![Some(t), Some(2.0 * t + 1.0), Some(3.0 - t)]);
        let found = three_raters(&Table::of_units(&rows).unwrap()).unwrap();
        assert!(found.reliability.iter().all(|r| (r - 1.0).abs() < 1e-12));
        assert!((found.loading[1] / found.loading[0] - 2.0).abs() < 1e-12);
        assert!(found.loading[0] > 0.0 && (found.loading[2] + found.loading[0]).abs() < 1e-12);
    }

    #[test]
    fn undefined_is_none_and_rows_with_gaps_are_left_out() {
        let rows = vec![vec![Some(1.0), Some(1.0), Some(1.0)]; 4];
        assert_eq!(three_raters(&Table::of_units(&rows).unwrap()), None);
        let pairs = vec![vec![Some(1.0), Some(2.0)], vec![Some(2.0), Some(3.0)]];
        assert_eq!(three_raters(&Table::of_units(&pairs).unwrap()), None);
        let mut rows: Vec<_> = [1.0, 2.0, 4.0]
            .map(|t| vec![Some(t), Some(t * t), Some(t + 1.0)])
            .to_vec();
        let one = three_raters(&Table::of_units(&rows).unwrap()).unwrap();
        rows.push(vec![Some(50.0), None, Some(1.0)]);
        assert_eq!(three_raters(&Table::of_units(&rows).unwrap()), Some(one));
    }
}
