//! The mean of clustered values, and the difference of two raters or prompts on the same units.

use super::design_weights::DesignWeights;
use crate::stats::dist::{normal_critical, t_critical, t_two_sided};
use crate::stats::{Clusters, Interval};

/// A mean with the standard errors that know of clusters and the one that does not.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusteredMean {
    /// The mean over units.
    pub mean: f64,
    /// Number of units.
    pub n: usize,
    /// Number of clusters.
    pub clusters: usize,
    /// s/√n, as if units were independent.
    pub se_naive: f64,
    /// √(Σ_c (Σ e)²) / n (Liang & Zeger 1986).
    pub se_cr0: f64,
    /// CR0 times √(G/(G−1)).
    pub se_cr1: f64,
    /// √(SE_CLT² + n⁻² Σ_c Σ_{i≠j} e_i e_j) (Miller 2024, eq. 4). `None` where that variance is negative.
    pub se_miller: Option<f64>,
    /// How many times larger the variance is than that of independent units: CR0² / (Σe²/n²). `None` where all are equal.
    pub design_effect: Option<f64>,
    /// Mean ± z · CR0: for many clusters.
    pub normal: Interval,
    /// Mean ± t(G−1) · CR1: the one to print.
    pub t: Interval,
    /// Two-sided p of a mean of 0: the mean over CR1, on t(G−1). `None` where CR1 is 0.
    pub p: Option<f64>,
}

/// The mean of one value a unit. `None` for fewer than two clusters, values that are not finite, or a list of another
/// length than `clusters`. `level` is the coverage of the intervals, say 0.95.
///
/// It does not help with few clusters (under about 30): then [`super::sign_flip()`] is the test of record.
pub fn clustered_mean(values: &[f64], clusters: &Clusters, level: f64) -> Option<ClusteredMean> {
    weighted_clustered_mean(values, &DesignWeights::equal(), clusters, level)
}

/// The weighted mean Σwx/Σw of values that count by `weights`, whose errors are w(x − mean): the linearised ratio (Särndal,
/// Swensson & Wretman 1992, 5.7), clustered as [`clustered_mean`].
pub fn weighted_clustered_mean(
    values: &[f64],
    weights: &DesignWeights,
    clusters: &Clusters,
    level: f64,
) -> Option<ClusteredMean> {
    let groups = clusters.count();
    if values.len() != clusters.units() || groups < 2 || !weights.fit(values.len()) {
        return None;
    }
    let n = weights.total(values.len());
    let centre = weights.mean(values)?;
    let errors = values.iter().enumerate();
    let errors: Vec<f64> = errors
        .map(|(unit, value)| weights.at(unit) * (value - centre))
        .collect();
    let squares: f64 = errors.iter().map(|e| e * e).sum();
    let between: f64 = clusters.sums(&errors).iter().map(|sum| sum * sum).sum();
    let free = (groups - 1) as f64;
    let naive = squares / (n * (n - 1.0));
    let miller = naive + (between - squares) / (n * n);
    let se_cr0 = between.sqrt() / n;
    let se_cr1 = se_cr0 * (groups as f64 / free).sqrt();
    Some(ClusteredMean {
        mean: centre,
        n: values.len(),
        clusters: groups,
        se_naive: naive.sqrt(),
        se_cr0,
        se_cr1,
        se_miller: (miller >= 0.0).then(|| miller.sqrt()),
        design_effect: (squares > 0.0).then(|| between / squares),
        normal: Interval::around(centre, normal_critical(level)? * se_cr0),
        t: Interval::around(centre, t_critical(level, free)? * se_cr1),
        p: match se_cr1 > 0.0 {
            true => t_two_sided(centre / se_cr1, free),
            false => None,
        },
    })
}

/// Two columns over the same units, and their difference.
#[derive(Debug, Clone, PartialEq)]
pub struct PairedMeans {
    /// The first column.
    pub a: ClusteredMean,
    /// The second column.
    pub b: ClusteredMean,
    /// First minus second, unit by unit: what a comparison rests on.
    pub difference: ClusteredMean,
    /// √(CR0_a² + CR0_b²): what the difference's error would be if the columns had nothing in common.
    pub unpaired_se_cr0: f64,
}

/// Compares two columns on the units that have both values; see [`clustered_mean`].
pub fn paired_means(
    a: &[Option<f64>],
    b: &[Option<f64>],
    clusters: &Clusters,
    level: f64,
) -> Option<PairedMeans> {
    if a.len() != clusters.units() || b.len() != clusters.units() {
        return None;
    }
    let both: Vec<Option<(f64, f64)>> = a.iter().zip(b).map(|(a, b)| a.zip(*b)).collect();
    let clusters = clusters.only(|unit| both.get(unit).is_some_and(Option::is_some));
    let (a, b): (Vec<f64>, Vec<f64>) = both.into_iter().flatten().unzip();
    let differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a - b).collect();
    let a = clustered_mean(&a, &clusters, level)?;
    let b = clustered_mean(&b, &clusters, level)?;
    Some(PairedMeans {
        difference: clustered_mean(&differences, &clusters, level)?,
        unpaired_se_cr0: a.se_cr0.hypot(b.se_cr0),
        a,
        b,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_clusters_by_hand() {
        // Errors −1, −1, 1, 1: cluster sums −2 and 2, so CR0 = √8/4; independent, the variance would be 4/(4·3).
        let found =
            clustered_mean(&[1.0, 1.0, 3.0, 3.0], &Clusters::of([0, 0, 1, 1]), 0.95).unwrap();
        assert!((found.se_cr0 - 8.0_f64.sqrt() / 4.0).abs() < 1e-12);
        assert!((found.se_cr1 - 1.0).abs() < 1e-12);
        assert!((found.se_naive - (1.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(found.design_effect, Some(2.0));
        // The mean 2 over an error of 1 with one degree of freedom, which is Cauchy: 1 − 2/π · atan 2.
        let cauchy = 1.0 - 2.0 / std::f64::consts::PI * 2.0_f64.atan();
        assert!((found.p.unwrap() - cauchy).abs() < 1e-12);
        let equal = clustered_mean(&[2.0, 2.0], &Clusters::singletons(2), 0.95).unwrap();
        assert_eq!(equal.p, None);
    }

    #[test]
    fn weights_by_hand() {
        // 1/π = 1, 1, 2 (mean 4/3): weights ¾, ¾, 1½ of 1, 3, 4 in three clusters: mean (¾ + 2¼ + 6)/3 = 3, errors −1½, 0, 1½,
        // CR0 = √4½/3.
        let weights = DesignWeights::of([1.0, 1.0, 0.5]).unwrap();
        let values = [1.0, 3.0, 4.0];
        let clusters = Clusters::singletons(3);
        let found = weighted_clustered_mean(&values, &weights, &clusters, 0.9).unwrap();
        assert!((found.mean - 3.0).abs() < 1e-12);
        assert!((found.se_cr0 - 4.5_f64.sqrt() / 3.0).abs() < 1e-12);
        let ones = DesignWeights::ones(3);
        let found = weighted_clustered_mean(&values, &ones, &clusters, 0.9).unwrap();
        let plain = clustered_mean(&values, &clusters, 0.9).unwrap();
        assert!((found.se_cr1 - plain.se_cr1).abs() < 1e-12);
    }

    #[test]
    fn undefined_is_none() {
        assert_eq!(
            clustered_mean(&[1.0, 2.0], &Clusters::of([0, 0]), 0.95),
            None
        );
        assert_eq!(clustered_mean(&[1.0], &Clusters::of([0, 1]), 0.95), None);
        assert_eq!(
            clustered_mean(&[1.0, f64::NAN], &Clusters::of([0, 1]), 0.95),
            None
        );
        assert_eq!(
            clustered_mean(&[1.0, 2.0], &Clusters::of([0, 1]), 1.0),
            None
        );
    }

    proptest! {
        #[test]
        fn errors_scale_with_the_unit_and_forget_the_origin(
            rows in prop::collection::vec((0_usize..6, -50.0..50.0_f64), 4..40), scale in 0.1..9.0_f64, shift in -9.0..9.0_f64,
        ) {
            let clusters = Clusters::of(rows.iter().map(|row| row.0));
            let values: Vec<f64> = rows.iter().map(|row| row.1).collect();
            let moved: Vec<f64> = values.iter().map(|v| v * scale + shift).collect();
            let one = clustered_mean(&values, &clusters, 0.9);
            let other = clustered_mean(&moved, &clusters, 0.9);
            prop_assert_eq!(one.is_some(), other.is_some());
            if let (Some(one), Some(other)) = (one, other) {
                prop_assert!((one.se_cr1 * scale - other.se_cr1).abs() < 1e-9);
                prop_assert!((one.t.low * scale + shift - other.t.low).abs() < 1e-8);
            }
        }

        #[test]
        fn order_and_units_without_a_pair_change_nothing(
            rows in prop::collection::vec((0_usize..5, -9.0..9.0_f64, -9.0..9.0_f64), 4..30),
        ) {
            let columns = |rows: &[(usize, f64, f64)]| -> (Clusters, Vec<Option<f64>>, Vec<Option<f64>>) {
                (Clusters::of(rows.iter().map(|r| r.0)), rows.iter().map(|r| Some(r.1)).collect(), rows.iter().map(|r| Some(r.2)).collect())
            };
            let (clusters, a, b) = columns(&rows);
            let one = paired_means(&a, &b, &clusters, 0.95);
            let mut turned = rows.clone();
            turned.reverse();
            let (_, mut a, mut b) = columns(&turned);
            a.push(Some(3.0));
            b.push(None);
            let clusters = Clusters::of(turned.iter().map(|r| r.0).chain([99]));
            let other = paired_means(&a, &b, &clusters, 0.95);
            prop_assert_eq!(one.is_some(), other.is_some());
            if let (Some(one), Some(other)) = (one, other) {
                prop_assert!((one.difference.se_cr1 - other.difference.se_cr1).abs() < 1e-10);
                prop_assert_eq!(one.difference.n, other.difference.n);
            }
        }
    }
}
