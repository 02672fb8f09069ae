//! Units that belong together: the tasks of an occupation.

use std::collections::HashMap;
use std::hash::Hash;

/// A partition of n units into clusters, numbered in order of first appearance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clusters {
    of_unit: Vec<usize>,
    sizes: Vec<usize>,
}

impl Clusters {
    /// The clusters that the keys of the units name.
    pub fn of<K: Eq + Hash>(keys: impl IntoIterator<Item = K>) -> Self {
        let mut number = HashMap::new();
        let mut sizes = Vec::new();
        let of_unit = keys
            .into_iter()
            .map(|key| {
                let next = number.len();
                let cluster = *number.entry(key).or_insert(next);
                if cluster == sizes.len() {
                    sizes.push(0);
                }
                if let Some(size) = sizes.get_mut(cluster) {
                    *size += 1;
                }
                cluster
            })
            .collect();
        Self { of_unit, sizes }
    }

    /// Every unit a cluster of its own.
    pub fn singletons(units: usize) -> Self {
        Self {
            of_unit: (0..units).collect(),
            sizes: vec![1; units],
        }
    }

    /// Number of units.
    pub fn units(&self) -> usize {
        self.of_unit.len()
    }

    /// Number of clusters.
    pub fn count(&self) -> usize {
        self.sizes.len()
    }

    /// Number of units of each cluster.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// The cluster of each unit.
    pub fn of_units(&self) -> &[usize] {
        &self.of_unit
    }

    /// Those units for which `keep` holds, in clusters that are not empty.
    pub fn only(&self, keep: impl Fn(usize) -> bool) -> Self {
        let kept = self.of_unit.iter().enumerate();
        Self::of(
            kept.filter(|(unit, _)| keep(*unit))
                .map(|(_, &cluster)| cluster),
        )
    }

    /// The sum of one value a unit, cluster by cluster.
    pub fn sums(&self, values: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.count()];
        for (&cluster, value) in self.of_unit.iter().zip(values) {
            sums[cluster] += value;
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clusters_are_numbered_as_they_appear() {
        let clusters = Clusters::of(["b", "a", "b", "c"]);
        assert_eq!(clusters.of_units(), [0, 1, 0, 2]);
        assert_eq!(clusters.sizes(), [2, 1, 1]);
        assert_eq!(clusters.sums(&[1.0, 2.0, 3.0, 4.0]), [4.0, 2.0, 4.0]);
        assert_eq!(clusters.only(|unit| unit > 0).of_units(), [0, 1, 2]);
        assert_eq!(Clusters::singletons(2).count(), 2);
    }
}
