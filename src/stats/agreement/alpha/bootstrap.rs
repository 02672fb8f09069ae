//! Krippendorff's alpha over resampled units.

use super::{Alpha, Metric, Parts};
use crate::parallel::parallel;
use crate::stats::agreement::Counts;
use crate::stats::moments::{percentile, variance};
use crate::stats::{Clusters, Draws, Interval};

/// Alpha over resampled units.
#[derive(Debug, Clone, PartialEq)]
pub struct AlphaBootstrap {
    /// Alpha of all units.
    pub whole: Alpha,
    /// Alpha of each resample, in the order drawn; `None` where it is not defined.
    pub replicates: Vec<Option<f64>>,
    /// Number of clusters, which are what is drawn.
    pub clusters: usize,
    sorted: Vec<f64>,
}

/// Resamples whole clusters of units (singletons for the bootstrap of units) and takes alpha of all units drawn. Units are
/// resampled, not pairs of ratings as in Krippendorff's own bootstrap. The number of threads changes nothing. `None`
/// where clusters are of another number of units, or a drawn number names no cluster.
pub fn bootstrap_alpha(
    counts: &Counts,
    metric: Metric,
    clusters: &Clusters,
    draws: Draws<'_>,
    threads: usize,
) -> Option<AlphaBootstrap> {
    (clusters.units() == counts.units()).then_some(())?;
    let parts = Parts::new(counts, metric, clusters);
    let one = |&number: &usize| -> Option<Option<f64>> {
        let mut times = vec![0_u32; clusters.count()];
        for &cluster in &*draws.drawn(number, clusters.count()) {
            *times.get_mut(cluster)? += 1;
        }
        Some(parts.alpha(&times).alpha)
    };
    let numbers: Vec<usize> = (0..draws.count()).collect();
    let replicates: Vec<Option<f64>> = parallel(&numbers, threads, one)
        .into_iter()
        .collect::<Option<_>>()?;
    let mut sorted: Vec<f64> = replicates.iter().copied().flatten().collect();
    sorted.sort_by(f64::total_cmp);
    let whole = parts.alpha(&vec![1; clusters.count()]);
    Some(AlphaBootstrap {
        whole,
        replicates,
        clusters: clusters.count(),
        sorted,
    })
}

impl AlphaBootstrap {
    /// The interval between two quantiles of the replicates (type 7), with those left out that are not defined.
    pub fn percentile(&self, level: f64) -> Option<Interval> {
        percentile(&self.sorted, level)
    }

    /// Standard deviation of the defined replicates (n − 1).
    pub fn se(&self) -> Option<f64> {
        Some(variance(&self.sorted, 1)?.sqrt())
    }

    /// Resamples in which alpha is not defined; many of them make the interval too narrow.
    pub fn undefined(&self) -> usize {
        self.replicates.len() - self.sorted.len()
    }
}
