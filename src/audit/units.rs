//! What is resampled: occupations whole, as their tasks are no independent ones; the tasks where there is one occupation.

use super::Options;
use super::data::Column;
use super::figure::Figure;
use crate::inventory::Occupation;
use crate::stats::inference::{
    ClusterSums, DesignWeights, Flips, Replicates, sign_flip, t_test, weighted_clustered_mean,
};
use crate::stats::{Clusters, Draws};

/// The tasks of a run in their clusters.
#[derive(Debug, Clone)]
pub(crate) struct Units {
    pub clusters: Clusters,
    /// Whether clusters are occupations; else each task is one.
    pub by_occupation: bool,
    pub level: f64,
    pub seed: u64,
    pub draws: usize,
}

/// A mean over tasks with its test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Mean {
    pub figure: Figure,
    /// Two-sided p that it is 0; `None` where all values are.
    pub p: Option<f64>,
    /// Standard error; `None` with one cluster.
    pub se: Option<f64>,
    pub clusters: usize,
}

impl Units {
    pub fn new(occupations: &[&Occupation], options: &Options) -> Self {
        let sized = occupations.iter().map(|occupation| occupation.tasks.len());
        let keys = sized
            .enumerate()
            .flat_map(|(occupation, tasks)| std::iter::repeat_n(occupation, tasks));
        Self::of(Clusters::of(keys), options)
    }

    /// Tasks in the clusters of their occupations.
    pub fn of(clusters: Clusters, options: &Options) -> Self {
        let by_occupation = clusters.count() > 1;
        Self {
            clusters: match by_occupation {
                true => clusters,
                false => Clusters::singletons(clusters.units()),
            },
            by_occupation,
            level: options.level,
            seed: options.seed,
            draws: options.draws,
        }
    }

    /// What is drawn, as methods name it.
    pub fn by(&self) -> &'static str {
        match self.by_occupation {
            true => "by occupation",
            false => "by task, in one occupation",
        }
    }

    /// How an interval of a resampled statistic is made, as methods name it.
    pub fn bootstrap(&self) -> String {
        format!("cluster bootstrap {}, {} draws", self.by(), self.draws)
    }

    /// Why nothing can be resampled.
    pub fn one(&self) -> &'static str {
        match self.by_occupation {
            true => "all in one occupation",
            false => "only one task",
        }
    }

    /// The same of so many clusters; `None` where they are enough.
    pub fn single(&self, clusters: usize) -> Option<&'static str> {
        (clusters < 2).then(|| self.one())
    }

    pub fn seeded(&self) -> Draws<'static> {
        Draws::Seeded {
            seed: self.seed,
            count: self.draws,
        }
    }

    /// The clusters of those tasks for which there is a value, and the values.
    pub fn only<T: Copy>(&self, values: &[Option<T>]) -> (Clusters, Vec<T>) {
        let there = |unit: usize| values.get(unit).is_some_and(Option::is_some);
        (
            self.clusters.only(there),
            values.iter().copied().flatten().collect(),
        )
    }

    /// The mean of one value a task, with the interval and the test that know of clusters (CR1, t with one degree of
    /// freedom less than clusters). Where all values are the same, the test is that of flipped signs: a few values that
    /// happen to be equal are no certainty; where all are 0, nothing was tested.
    pub fn mean(&self, values: &[Option<f64>]) -> Option<Mean> {
        let (clusters, values) = self.only(values);
        self.mean_in(&clusters, &values)
    }

    /// The same of a value that each task counts by its own weight for, where there are weights: tasks without one do not count.
    pub fn weighted(&self, values: &[Option<f64>], counts: Option<&Column>) -> Option<Mean> {
        let Some(counts) = counts else {
            return self.mean(values);
        };
        let both: Vec<Option<(f64, f64)>> = values
            .iter()
            .zip(counts)
            .map(|(value, count)| value.zip(*count))
            .collect();
        let (clusters, both) = self.only(&both);
        let weights = DesignWeights::of(both.iter().map(|(_, count)| 1.0 / count))?;
        let values: Vec<f64> = both.into_iter().map(|(value, _)| value).collect();
        self.mean_by(&clusters, &values, &weights)
    }

    /// The same of some tasks, by number, and their values.
    pub fn mean_of(&self, tasks: &[usize], values: &[f64]) -> Option<Mean> {
        let of_units = self.clusters.of_units();
        let clusters = Clusters::of(tasks.iter().filter_map(|&task| of_units.get(task)));
        self.mean_in(&clusters, values)
    }

    fn mean_in(&self, clusters: &Clusters, values: &[f64]) -> Option<Mean> {
        self.mean_by(clusters, values, &DesignWeights::equal())
    }

    fn mean_by(
        &self,
        clusters: &Clusters,
        values: &[f64],
        weights: &DesignWeights,
    ) -> Option<Mean> {
        let n = values.len();
        let Some(mean) = weighted_clustered_mean(values, weights, clusters, self.level) else {
            let point = match weights.are_equal() {
                true => values.iter().sum::<f64>() / n as f64,
                false => weights.mean(values)?,
            };
            let figure = Figure::new(point, None, n)?.or_since(self.single(clusters.count()));
            return Some(Mean {
                figure,
                p: None,
                se: None,
                clusters: clusters.count(),
            });
        };
        let same = mean.se_cr1 <= 1e-12 * mean.mean.abs();
        let flips = || sign_flip(values, clusters, Flips::seeded(self.seed));
        let p = match same {
            // Where nothing differs, nothing was tested.
            true if mean.mean == 0.0 => None,
            true => flips().map(|test| test.p_two_sided),
            false => t_test(mean.mean, mean.se_cr1, mean.clusters - 1),
        };
        Some(Mean {
            figure: Figure::new(mean.mean, Some(mean.t).filter(|_| !same), n)?,
            p,
            se: Some(mean.se_cr1),
            clusters: mean.clusters,
        })
    }

    /// Percentile intervals of `K` statistics of sums, each with its replicates. `None` with fewer than two clusters.
    pub fn resample<const K: usize>(
        &self,
        sums: &ClusterSums,
        statistics: impl Fn(&[f64]) -> [Option<f64>; K],
    ) -> Option<[Replicates; K]> {
        (sums.clusters() > 1).then_some(())?;
        let drawn = sums.resampled(self.seeded(), statistics);
        Some(std::array::from_fn(|k| {
            Replicates::of(drawn.iter().map(|values| values.get(k).copied().flatten()))
        }))
    }

    /// A figure with the interval of its replicates.
    pub fn figure(
        &self,
        point: Option<f64>,
        replicates: Option<&Replicates>,
        n: usize,
    ) -> Option<Figure> {
        let interval = replicates.and_then(|replicates| replicates.percentile(self.level));
        let why = replicates.is_none().then(|| self.one());
        Some(Figure::new(point?, interval, n)?.or_since(why))
    }
}
