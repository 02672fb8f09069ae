//! McNemar's test: which of two raters is right more often on the same units?

use crate::stats::dist::{chi_squared_tail, coin_cdf};

/// Tests on the discordant units. They ignore clusters, so they are secondary to [`super::sign_flip()`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct McNemar {
    /// Units where only the first is right.
    pub b: u64,
    /// Units where only the second is right.
    pub c: u64,
    /// Exact binomial p, two-sided.
    pub exact_p: f64,
    /// Exact p less the probability of the observed count (Lancaster 1961): less conservative.
    pub mid_p: f64,
    /// (b − c)²/(b + c). `None` without discordant units, as are the three below.
    pub chi2: Option<f64>,
    /// p of `chi2` with one degree of freedom.
    pub p: Option<f64>,
    /// (|b − c| − 1)²/(b + c) (Edwards 1948).
    pub chi2_corrected: Option<f64>,
    /// p of `chi2_corrected`.
    pub p_corrected: Option<f64>,
}

/// McNemar's test (1947) of two discordant counts. Without discordant units nothing speaks for a difference: p = 1.
/// `None` where the counts are too large to add.
pub fn mcnemar(b: u64, c: u64) -> Option<McNemar> {
    let (fewer, n) = (b.min(c), b.checked_add(c)?);
    let tail = coin_cdf(fewer, n)?;
    let below = fewer.checked_sub(1).map_or(Some(0.0), |k| coin_cdf(k, n))?;
    let statistic =
        |correction: f64| (n > 0).then(|| (b.abs_diff(c) as f64 - correction).powi(2) / n as f64);
    let chi2 = statistic(0.0);
    let chi2_corrected = statistic(1.0);
    Some(McNemar {
        b,
        c,
        exact_p: (2.0 * tail).min(1.0),
        // Each side counts its own observed count by half, so with b = c the two halves meet at 1.
        mid_p: tail + below,
        chi2,
        p: chi2.and_then(|x| chi_squared_tail(x, 1.0)),
        chi2_corrected,
        p_corrected: chi2_corrected.and_then(|x| chi_squared_tail(x, 1.0)),
    })
}

/// Counts of units by who is right: `[[both, first only], [second only, neither]]`. Units without both verdicts do not count.
pub fn paired_table(first: &[Option<bool>], second: &[Option<bool>]) -> [[u64; 2]; 2] {
    let mut table = [[0; 2]; 2];
    for (a, b) in first.iter().zip(second).filter_map(|(a, b)| a.zip(*b)) {
        table[usize::from(!a)][usize::from(!b)] += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_counts_by_hand() {
        // X ~ Binomial(5, ½): P(X = 0) = 1/32.
        let found = mcnemar(0, 5).unwrap();
        assert!((found.exact_p - 2.0 / 32.0).abs() < 1e-14);
        assert!((found.mid_p - 1.0 / 32.0).abs() < 1e-14);
        assert_eq!(found.chi2, Some(5.0));
        assert_eq!(found.chi2_corrected, Some(3.2));
        // Equal counts: nothing to see.
        let even = mcnemar(4, 4).unwrap();
        assert_eq!(even.exact_p, 1.0);
        assert!((even.mid_p - 1.0).abs() < 1e-14);
        let none = mcnemar(0, 0).unwrap();
        assert_eq!((none.exact_p, none.chi2, none.p), (1.0, None, None));
    }

    #[test]
    fn the_table_counts_pairs_only() {
        let (yes, no) = (Some(true), Some(false));
        let first = [yes, yes, no, no, yes, None];
        let second = [yes, no, yes, no, None, no];
        assert_eq!(paired_table(&first, &second), [[1, 1], [1, 1]]);
    }
}
