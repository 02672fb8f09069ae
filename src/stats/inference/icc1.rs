//! How alike the residuals of one occupation are.

use super::design_weights::DesignWeights;
use crate::stats::Clusters;

/// What is believed of the correlation before seeing gold: real labels gave .05–.07.
const PRIOR_MEAN: f64 = 0.1;
/// How many pairs of tasks the prior is worth.
const PRIOR_PAIRS: f64 = 40.0;

/// Intraclass correlation of residuals within occupations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Icc1 {
    /// (MSB − MSW)/(MSB + (n₀ − 1) MSW), n₀ = (n − Σn_c²/n)/(G − 1) (Donner 1986). With weights the sums of squares are weighted,
    /// and their degrees of freedom and n₀ those of which the expectations under one variance between and one within follow. May be negative. `None` with fewer than
    /// two occupations, none of two tasks, or residuals that are all equal.
    pub raw: Option<f64>,
    /// (pairs·raw + 40·.1)/(pairs + 40), cut to 0–1: the one to use. The prior alone where `raw` is `None`.
    pub shrunk: f64,
    /// Number of pairs of tasks of one occupation: what `raw` rests on. With weights the effective number, (Σp)²/Σp² over pairs
    /// with p the product of their weights.
    pub pairs: f64,
    /// Number of tasks.
    pub n: usize,
    /// Number of occupations.
    pub clusters: usize,
}

/// The intraclass correlation of one value a task, shrunk toward .1 with the weight of 40 pairs. `None` for values that are
/// not finite, none at all, or a list of another length than `clusters`.
pub fn icc1(values: &[f64], clusters: &Clusters) -> Option<Icc1> {
    weighted_icc1(values, clusters, &DesignWeights::equal())
}

/// The same of values that count by `weights`.
pub(super) fn weighted_icc1(
    values: &[f64],
    clusters: &Clusters,
    weights: &DesignWeights,
) -> Option<Icc1> {
    if values.len() != clusters.units() || !weights.fit(values.len()) {
        return None;
    }
    let centre = weights.mean(values)?;
    let sizes = clusters.sizes();
    let powers = |power: i32| -> Vec<f64> {
        let all: Vec<f64> = (0..values.len())
            .map(|n| weights.at(n).powi(power))
            .collect();
        clusters.sums(&all)
    };
    let (sums, squares) = (powers(1), powers(2));
    // Of the pairs of a cluster, Σ_{i<j} w_i w_j = ((Σw)² − Σw²)/2; the same of squares.
    let of_pairs = |sums: &[f64], squares: &[f64]| -> f64 {
        let pairs = sums.iter().zip(squares);
        pairs.map(|(sum, square)| (sum * sum - square) / 2.0).sum()
    };
    let once = of_pairs(&sums, &squares);
    let twice = of_pairs(&squares, &powers(4));
    let pairs = match once > 0.5e-9 && twice > 0.0 {
        true => once * once / twice,
        false => 0.0,
    };
    let raw = raw((values, weights), clusters, centre, (&sums, &squares));
    let seen = raw.map_or(0.0, |raw| pairs * raw);
    let weight = if raw.is_some() { pairs } else { 0.0 };
    Some(Icc1 {
        raw,
        shrunk: ((seen + PRIOR_PAIRS * PRIOR_MEAN) / (weight + PRIOR_PAIRS)).clamp(0.0, 1.0),
        pairs,
        n: values.len(),
        clusters: sizes.len(),
    })
}

/// `of_clusters` are the sums of the weights of each cluster, and of their squares. With e the deviation from the weighted
/// mean, E Σ_c (Σwe)²/Σw = σ_b²(n − Σ_c (Σw)²/n) + σ_w²(Σ_c q_c − Σw²/n) and E of the squares within = σ_w²(n − Σ_c q_c), where
/// q_c = Σw²/Σw of a cluster and n is the sum of all weights.
fn raw(
    (values, weights): (&[f64], &DesignWeights),
    clusters: &Clusters,
    centre: f64,
    (sizes, squares): (&[f64], &[f64]),
) -> Option<f64> {
    let (units, groups) = (values.len(), clusters.count());
    (units > groups && groups > 1).then_some(())?;
    let n = weights.total(units);
    let typical_weight: f64 = sizes.iter().zip(squares).map(|(w, q)| q / w).sum();
    let within_df = n - typical_weight;
    let between_df = typical_weight - squares.iter().sum::<f64>() / n;
    let errors = values.iter().enumerate();
    let errors: Vec<(f64, f64)> = errors
        .map(|(n, value)| (value - centre, weights.at(n)))
        .collect();
    let weighted: Vec<f64> = errors.iter().map(|(e, w)| w * e).collect();
    let sums = clusters.sums(&weighted);
    let between: f64 = sums.iter().zip(sizes).map(|(sum, w)| sum * sum / w).sum();
    let total: f64 = errors.iter().map(|(e, w)| w * e * e).sum();
    let of_sizes: f64 = sizes.iter().map(|size| size * size).sum();
    let typical = (n - of_sizes / n) / between_df;
    let msb = between / between_df;
    let msw = (total - between).max(0.0) / within_df;
    let spread = msb + (typical - 1.0) * msw;
    (spread > 0.0).then(|| (msb - msw) / spread)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_occupations_by_hand() {
        // 0, 2 | 4, 6: MSB = 16, MSW = 2, n₀ = 2: 14/18.
        let found = icc1(&[0.0, 2.0, 4.0, 6.0], &Clusters::of([0, 0, 1, 1])).unwrap();
        assert!((found.raw.unwrap() - 14.0 / 18.0).abs() < 1e-12);
        // Two pairs against forty of .1.
        assert!((found.shrunk - (2.0 * 14.0 / 18.0 + 4.0) / 42.0).abs() < 1e-12);
    }

    #[test]
    fn without_pairs_the_prior_stands() {
        let found = icc1(&[1.0, 5.0], &Clusters::singletons(2)).unwrap();
        assert_eq!((found.raw, found.shrunk), (None, 0.1));
        assert_eq!(
            icc1(&[1.0; 4], &Clusters::of([0, 0, 1, 1])).unwrap().raw,
            None
        );
        assert_eq!(icc1(&[], &Clusters::singletons(0)), None);
    }

    proptest! {
        #[test]
        fn affine_maps_and_order_change_nothing(
            rows in prop::collection::vec((0_usize..5, -9.0..9.0_f64), 3..30), scale in 0.1..5.0_f64,
        ) {
            let of = |rows: &[(usize, f64)]| {
                let values: Vec<f64> = rows.iter().map(|r| r.1).collect();
                icc1(&values, &Clusters::of(rows.iter().map(|r| r.0))).unwrap().shrunk
            };
            let mut moved: Vec<_> = rows.iter().map(|r| (r.0, r.1 * scale + 3.0)).collect();
            moved.reverse();
            prop_assert!((of(&rows) - of(&moved)).abs() < 1e-8);
        }
    }
}
