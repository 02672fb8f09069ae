//! How alike the residuals of one occupation are.

use crate::stats::Clusters;
use crate::stats::moments::mean;

/// What is believed of the correlation before seeing gold: real labels gave .05–.07.
const PRIOR_MEAN: f64 = 0.1;
/// How many pairs of tasks the prior is worth.
const PRIOR_PAIRS: f64 = 40.0;

/// Intraclass correlation of residuals within occupations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Icc1 {
    /// (MSB − MSW)/(MSB + (n₀ − 1) MSW), n₀ = (n − Σn_c²/n)/(G − 1) (Donner 1986). May be negative. `None` with fewer than
    /// two occupations, none of two tasks, or residuals that are all equal.
    pub raw: Option<f64>,
    /// (pairs·raw + 40·.1)/(pairs + 40), cut to 0–1: the one to use. The prior alone where `raw` is `None`.
    pub shrunk: f64,
    /// Number of pairs of tasks of one occupation: what `raw` rests on.
    pub pairs: f64,
    /// Number of tasks.
    pub n: usize,
    /// Number of occupations.
    pub clusters: usize,
}

/// The intraclass correlation of one value a task, shrunk toward .1 with the weight of 40 pairs. `None` for values that are
/// not finite, none at all, or a list of another length than `clusters`.
pub fn icc1(values: &[f64], clusters: &Clusters) -> Option<Icc1> {
    if values.len() != clusters.units() {
        return None;
    }
    let centre = mean(values)?;
    let sizes = clusters.sizes();
    let pairs: f64 = sizes
        .iter()
        .map(|&size| size as f64 * (size as f64 - 1.0) / 2.0)
        .sum();
    let raw = raw(values, clusters, centre);
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

fn raw(values: &[f64], clusters: &Clusters, centre: f64) -> Option<f64> {
    let (n, groups) = (values.len(), clusters.count());
    let within_df = n.checked_sub(groups).filter(|&df| df > 0)? as f64;
    let between_df = groups.checked_sub(1).filter(|&df| df > 0)? as f64;
    let deviations: Vec<f64> = values.iter().map(|value| value - centre).collect();
    let sums = clusters.sums(&deviations);
    let sized = || {
        sums.iter()
            .zip(clusters.sizes().iter().map(|&size| size as f64))
    };
    let between: f64 = sized().map(|(sum, size)| sum * sum / size).sum();
    let total: f64 = deviations.iter().map(|d| d * d).sum();
    let squares: f64 = sized().map(|(_, size)| size * size).sum();
    let typical = (n as f64 - squares / n as f64) / between_df;
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
