//! What each gold task counts where the tasks were not drawn alike.

use crate::stats::Clusters;
use crate::stats::moments::mean;

/// Weights whose share of their mean differs by no more are equal: probabilities come with twelve decimals.
const EQUAL: f64 = 1e-9;

/// The design weights of gold tasks: 1/π, with π the probability with which a task was drawn (Horvitz & Thompson 1952),
/// normalised to a mean of 1. Equal weights are none: everything is then computed as without them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DesignWeights {
    /// One a gold task; empty where all count the same.
    of: Vec<f64>,
}

impl DesignWeights {
    /// All tasks count the same, however many they are.
    #[must_use]
    pub fn equal() -> Self {
        Self::default()
    }

    /// Of tasks drawn with these probabilities. `None` where one of them does not lie above 0 and up to 1.
    pub fn of(probabilities: impl IntoIterator<Item = f64>) -> Option<Self> {
        let inverse = |p: f64| (p > 0.0 && p <= 1.0).then(|| 1.0 / p);
        let raw: Vec<f64> = probabilities
            .into_iter()
            .map(inverse)
            .collect::<Option<_>>()?;
        Some(Self::normalised(raw))
    }

    fn normalised(raw: Vec<f64>) -> Self {
        let Some(middle) = mean(&raw) else {
            return Self::equal();
        };
        let of: Vec<f64> = raw.iter().map(|weight| weight / middle).collect();
        match of.iter().all(|weight| (weight - 1.0).abs() <= EQUAL) {
            true => Self::equal(),
            false => Self { of },
        }
    }

    /// Whether all tasks count the same.
    #[must_use]
    pub fn are_equal(&self) -> bool {
        self.of.is_empty()
    }

    /// Whether there is one for each of so many tasks.
    pub(super) fn fit(&self, tasks: usize) -> bool {
        self.are_equal() || self.of.len() == tasks
    }

    /// The weight of a task.
    #[must_use]
    pub fn at(&self, task: usize) -> f64 {
        self.of.get(task).copied().unwrap_or(1.0)
    }

    /// The largest weight; 1 where all count the same.
    pub(super) fn largest(&self) -> f64 {
        self.of.iter().copied().reduce(f64::max).unwrap_or(1.0)
    }

    /// How many clusters that count the same would tell as much: (ΣW)²/ΣW² over the sums W of their weights (Kish 1965); their
    /// number where all tasks count the same.
    pub(crate) fn effective_clusters(&self, clusters: &Clusters) -> f64 {
        if self.are_equal() {
            return clusters.count() as f64;
        }
        let sums = clusters.sums(&self.of);
        let squares: f64 = sums.iter().map(|sum| sum * sum).sum();
        sums.iter().sum::<f64>().powi(2) / squares
    }

    /// The sum of the weights of these of the tasks.
    pub(super) fn sum(&self, tasks: &[usize]) -> f64 {
        match self.are_equal() {
            true => tasks.len() as f64,
            false => tasks.iter().map(|&task| self.at(task)).sum(),
        }
    }

    /// The sum of all weights of so many tasks: their number.
    pub(super) fn total(&self, tasks: usize) -> f64 {
        match self.are_equal() {
            true => tasks as f64,
            false => self.of.iter().sum(),
        }
    }

    /// Σwx / Σw over all tasks; `None` without values, and for values that are not finite.
    #[must_use]
    pub fn mean(&self, values: &[f64]) -> Option<f64> {
        if self.are_equal() {
            return mean(values);
        }
        let weighted: Vec<f64> = values
            .iter()
            .enumerate()
            .map(|(task, value)| self.at(task) * value)
            .collect();
        Some(mean(&weighted)? * weighted.len() as f64 / self.total(values.len()))
    }

    /// How many tasks that count the same would tell as much: (Σw)² / Σw² (Kish 1965); their number where all do.
    #[must_use]
    pub fn effective(&self, tasks: usize) -> f64 {
        if self.are_equal() {
            return tasks as f64;
        }
        let squares: f64 = self.of.iter().map(|weight| weight * weight).sum();
        self.total(tasks).powi(2) / squares
    }

    /// Weights of 1 that are not taken for none, so that a test goes the way of unequal ones.
    #[cfg(test)]
    pub(crate) fn ones(tasks: usize) -> Self {
        Self {
            of: vec![1.0; tasks],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_over_the_probability_with_a_mean_of_one() {
        // 1/π = 2, 2, 10: mean 14/3. Kish: 14²/(4 + 4 + 100) = 196/108.
        let found = DesignWeights::of([0.5, 0.5, 0.1]).unwrap();
        assert!(
            (found.at(0) - 3.0 / 7.0).abs() < 1e-15 && (found.at(2) - 15.0 / 7.0).abs() < 1e-14
        );
        assert!((found.effective(3) - 196.0 / 108.0).abs() < 1e-12);
        // (2·1 + 2·2 + 10·4)/14.
        assert!((found.mean(&[1.0, 2.0, 4.0]).unwrap() - 46.0 / 14.0).abs() < 1e-12);
        assert!((found.sum(&[0, 2]) - 36.0 / 14.0).abs() < 1e-14);
        assert!((found.largest() - 15.0 / 7.0).abs() < 1e-14);
        // Clusters of weights 2 + 2 and 10: 14²/(16 + 100).
        let clusters = Clusters::of([0, 0, 1]);
        assert!((found.effective_clusters(&clusters) - 196.0 / 116.0).abs() < 1e-12);
        let equal = DesignWeights::equal();
        assert_eq!(
            (equal.largest(), equal.effective_clusters(&clusters)),
            (1.0, 2.0)
        );
    }

    #[test]
    fn equal_probabilities_are_no_weights_and_what_is_none_is_refused() {
        let found = DesignWeights::of([0.3, 0.3, 0.3]).unwrap();
        assert_eq!(found, DesignWeights::equal());
        assert_eq!((found.at(7), found.effective(3)), (1.0, 3.0));
        for wrong in [0.0, -0.1, 1.1, f64::NAN] {
            assert_eq!(DesignWeights::of([0.5, wrong]), None);
        }
        assert_eq!(DesignWeights::ones(2).mean(&[1.0, 4.0]), Some(2.5));
    }
}
