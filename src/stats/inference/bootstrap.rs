//! The bootstrap of a mean over units or over clusters.

use crate::stats::dist::{normal_cdf, normal_quantile, tail};
use crate::stats::moments::{between, mean, percentile, variance};
use crate::stats::{Clusters, Draws, Interval};

/// Resampled means.
#[derive(Debug, Clone, PartialEq)]
pub struct Bootstrap {
    /// The mean over units.
    pub point: f64,
    /// The mean of each resample, in the order drawn.
    pub replicates: Vec<f64>,
    /// Standard deviation of the replicates (n − 1).
    pub se: f64,
    /// Number of units.
    pub n: usize,
    /// Number of clusters, which are what is drawn.
    pub clusters: usize,
    sorted: Vec<f64>,
    without: Vec<f64>,
}

/// A BCa interval with what it was made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bca {
    /// Bias correction: Φ⁻¹ of the share of replicates below the point.
    pub z0: f64,
    /// Acceleration, from leaving out one cluster at a time.
    pub acceleration: f64,
    /// The quantiles of the replicates that are the ends.
    pub quantile_levels: [f64; 2],
    /// The interval.
    pub interval: Interval,
}

/// Resamples whole clusters (singletons for the bootstrap of units) and takes the mean over all units drawn, so a large
/// cluster weighs by its size. `None` for no units, values that are not finite, a drawn number that names no cluster,
/// or fewer than two resamples.
pub fn bootstrap_mean(values: &[f64], clusters: &Clusters, draws: Draws<'_>) -> Option<Bootstrap> {
    if values.len() != clusters.units() {
        return None;
    }
    let point = mean(values)?;
    let sums = clusters.sums(values);
    let sizes = clusters.sizes();
    let replicates = (0..draws.count())
        .map(|number| mean_of(&draws.drawn(number, sums.len()), &sums, sizes))
        .collect::<Option<Vec<f64>>>()?;
    let (total, n) = (sums.iter().sum::<f64>(), values.len());
    let without = sums.iter().zip(sizes).filter(|&(_, &size)| size < n);
    let mut sorted = replicates.clone();
    sorted.sort_by(f64::total_cmp);
    Some(Bootstrap {
        point,
        se: variance(&replicates, 1)?.sqrt(),
        n,
        clusters: sums.len(),
        without: without
            .map(|(sum, &size)| (total - sum) / (n - size) as f64)
            .collect(),
        replicates,
        sorted,
    })
}

fn mean_of(drawn: &[usize], sums: &[f64], sizes: &[usize]) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0);
    for &cluster in drawn {
        sum += sums.get(cluster)?;
        n += sizes.get(cluster)?;
    }
    (n > 0).then(|| sum / n as f64)
}

impl Bootstrap {
    /// The interval between two quantiles of the replicates.
    pub fn percentile(&self, level: f64) -> Option<Interval> {
        percentile(&self.sorted, level)
    }

    /// The bias-corrected and accelerated interval (Efron 1987). `None` where no replicate, or each, lies below the point.
    pub fn bca(&self, level: f64) -> Option<Bca> {
        let below = self
            .sorted
            .partition_point(|&replicate| replicate < self.point);
        let z0 = normal_quantile(below as f64 / self.sorted.len() as f64)?;
        let acceleration = self.acceleration()?;
        let corrected = |p: f64| {
            let z = z0 + normal_quantile(p)?;
            let slope = 1.0 - acceleration * z;
            (slope > 0.0).then(|| normal_cdf(z0 + z / slope))
        };
        let tail = tail(level)?;
        let (low, high) = (corrected(tail)?, corrected(1.0 - tail)?);
        Some(Bca {
            z0,
            acceleration,
            quantile_levels: [low, high],
            interval: between(&self.sorted, low, high)?,
        })
    }

    /// Σ(θ̄ − θ_i)³ / (6 (Σ(θ̄ − θ_i)²)^1.5) over the means without cluster i; 0 where they are all equal.
    fn acceleration(&self) -> Option<f64> {
        let centre = mean(&self.without)?;
        let power = |k| {
            self.without
                .iter()
                .map(|value| (centre - value).powi(k))
                .sum::<f64>()
        };
        let squares = power(2);
        Some(if squares > 0.0 {
            power(3) / (6.0 * squares.powf(1.5))
        } else {
            0.0
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn clusters_weigh_by_their_size() {
        // Drawing cluster 0 (values 1, 1, 1) once and cluster 1 (5) twice: 13 over 5 units.
        let clusters = Clusters::of([0, 0, 0, 1]);
        let drawn = [vec![0, 1, 1], vec![0, 1]];
        let found = bootstrap_mean(&[1.0, 1.0, 1.0, 5.0], &clusters, Draws::Given(&drawn)).unwrap();
        assert_eq!(found.replicates, [2.6, 2.0]);
        assert_eq!(found.point, 2.0);
        assert!(bootstrap_mean(&[1.0; 4], &clusters, Draws::Given(&[vec![2], vec![0]])).is_none());
        assert!(
            bootstrap_mean(&[1.0; 4], &clusters, Draws::Seeded { seed: 1, count: 1 }).is_none()
        );
    }

    #[test]
    fn the_error_is_that_of_the_mean() {
        // s/√n up to √((n−1)/n) and Monte Carlo.
        let values: Vec<f64> = (0..200).map(|i| f64::from(i * i % 37)).collect();
        let draws = Draws::Seeded {
            seed: 5,
            count: 4_000,
        };
        let found = bootstrap_mean(&values, &Clusters::singletons(200), draws).unwrap();
        let expected = (variance(&values, 0).unwrap() / 200.0).sqrt();
        assert!((found.se / expected - 1.0).abs() < 0.05);
        let bca = found.bca(0.9).unwrap().interval;
        let percentile = found.percentile(0.9).unwrap();
        assert!((bca.low - percentile.low).abs() < 0.2 * expected);
        assert_eq!(found.percentile(1.0), None);
    }

    proptest! {
        #[test]
        fn an_affine_map_goes_through(values in prop::collection::vec(-9.0..9.0_f64, 5..20), scale in 0.5..4.0_f64) {
            let draws = Draws::Seeded { seed: 3, count: 99 };
            let clusters = Clusters::singletons(values.len());
            let moved: Vec<f64> = values.iter().map(|v| v * scale + 2.0).collect();
            let one = bootstrap_mean(&values, &clusters, draws).unwrap().percentile(0.8).unwrap();
            let other = bootstrap_mean(&moved, &clusters, draws).unwrap().percentile(0.8).unwrap();
            prop_assert!((one.low * scale + 2.0 - other.low).abs() < 1e-9);
            prop_assert!((one.high * scale + 2.0 - other.high).abs() < 1e-9);
        }
    }
}
