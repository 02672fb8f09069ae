//! Statistics that are functions of sums, over resampled clusters: a resample adds clusters and not units.

use crate::stats::moments::{percentile, variance};
use crate::stats::{Clusters, Draws, Interval};

/// What the units of each cluster add up to.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterSums {
    width: usize,
    /// `width` sums a cluster.
    sums: Vec<f64>,
}

impl ClusterSums {
    /// `width` sums over the units of each cluster; `add` adds what a unit contributes.
    pub fn new(clusters: &Clusters, width: usize, mut add: impl FnMut(usize, &mut [f64])) -> Self {
        let mut sums = vec![0.0; clusters.count() * width];
        for (unit, &cluster) in clusters.of_units().iter().enumerate() {
            if let Some(part) = sums.get_mut(cluster * width..(cluster + 1) * width) {
                add(unit, part);
            }
        }
        Self { width, sums }
    }

    /// The sums over all units.
    pub fn whole(&self) -> Vec<f64> {
        self.of(0..self.clusters())
    }

    /// Number of clusters.
    pub fn clusters(&self) -> usize {
        self.sums.len().checked_div(self.width).unwrap_or(0)
    }

    /// The sums of each cluster.
    pub(crate) fn each(&self) -> impl Iterator<Item = &[f64]> {
        self.sums.chunks_exact(self.width.max(1))
    }

    fn of(&self, clusters: impl Iterator<Item = usize>) -> Vec<f64> {
        let mut total = vec![0.0; self.width];
        for cluster in clusters {
            let first = cluster * self.width;
            let part = self.sums.get(first..first + self.width).unwrap_or(&[]);
            total
                .iter_mut()
                .zip(part)
                .for_each(|(sum, own)| *sum += own);
        }
        total
    }

    /// A statistic of the sums of each resample, in the order drawn.
    pub fn resampled<T>(&self, draws: Draws<'_>, statistic: impl Fn(&[f64]) -> T) -> Vec<T> {
        let one = |number| {
            let drawn = draws.drawn(number, self.clusters());
            statistic(&self.of(drawn.iter().copied()))
        };
        (0..draws.count()).map(one).collect()
    }
}

/// A statistic over resamples, those left out in which it is not defined.
#[derive(Debug, Clone, PartialEq)]
pub struct Replicates {
    sorted: Vec<f64>,
}

impl Replicates {
    /// The defined ones of these.
    pub fn of(values: impl IntoIterator<Item = Option<f64>>) -> Self {
        let finite = |value: &f64| value.is_finite();
        let mut sorted: Vec<f64> = values.into_iter().flatten().filter(finite).collect();
        sorted.sort_by(f64::total_cmp);
        Self { sorted }
    }

    /// The interval between two of their quantiles (type 7).
    pub fn percentile(&self, level: f64) -> Option<Interval> {
        percentile(&self.sorted, level)
    }

    /// Their standard deviation (n − 1).
    pub fn se(&self) -> Option<f64> {
        Some(variance(&self.sorted, 1)?.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::super::bootstrap_mean;
    use super::*;

    #[test]
    fn the_mean_of_sums_is_resampled_as_the_mean_is() {
        let values = [1.0, 2.0, 6.0, 4.0, 0.5];
        let clusters = Clusters::of([0, 0, 1, 2, 2]);
        let draws = Draws::Seeded { seed: 5, count: 60 };
        let sums = ClusterSums::new(&clusters, 2, |unit, part| {
            part[0] += 1.0;
            part[1] += values[unit];
        });
        assert_eq!((sums.clusters(), sums.whole()), (3, vec![5.0, 13.5]));
        let means = sums.resampled(draws, |sums| sums[1] / sums[0]);
        let known = bootstrap_mean(&values, &clusters, draws).unwrap();
        assert_eq!(means, known.replicates);
        let replicates = Replicates::of(means.into_iter().map(Some).chain([None, Some(f64::NAN)]));
        assert_eq!(replicates.percentile(0.9), known.percentile(0.9));
        assert!((replicates.se().unwrap() - known.se).abs() < 1e-12);
    }

    #[test]
    fn nothing_has_no_interval() {
        let none = ClusterSums::new(&Clusters::singletons(0), 0, |_, _| {});
        assert_eq!((none.clusters(), none.whole()), (0, Vec::new()));
        assert_eq!(Replicates::of([None]).percentile(0.9), None);
    }
}
