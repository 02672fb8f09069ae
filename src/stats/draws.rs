//! Resamples of whole clusters.

use super::rng::Rng;
use std::borrow::Cow;

/// Where the resamples of a bootstrap come from.
#[derive(Debug, Clone, Copy)]
pub enum Draws<'a> {
    /// The drawn clusters of each resample, by number.
    Given(&'a [Vec<usize>]),
    /// As many clusters as there are, drawn with replacement, `count` times.
    Seeded {
        /// Seed of the generator.
        seed: u64,
        /// Number of resamples; 1,000 or more for an interval.
        count: usize,
    },
}

impl Draws<'_> {
    /// Number of resamples.
    pub fn count(&self) -> usize {
        match self {
            Self::Given(resamples) => resamples.len(),
            Self::Seeded { count, .. } => *count,
        }
    }

    /// The clusters drawn in resample `number`, out of `clusters`. Each resample has a generator of its own, so it is the
    /// same whichever thread asks for it, and after which others.
    pub(crate) fn drawn(&self, number: usize, clusters: usize) -> Cow<'_, [usize]> {
        match *self {
            Self::Given(resamples) => {
                Cow::Borrowed(resamples.get(number).map_or(&[], Vec::as_slice))
            }
            Self::Seeded { seed, .. } => {
                let key = Rng::new(seed).bits().wrapping_add(number as u64);
                let mut rng = Rng::new(Rng::new(key).bits());
                (0..clusters).map(|_| rng.below(clusters)).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resample_depends_on_seed_and_number_alone() {
        let draws = Draws::Seeded { seed: 4, count: 9 };
        let other = Draws::Seeded { seed: 5, count: 9 };
        assert_eq!(draws.drawn(3, 50), draws.drawn(3, 50));
        assert_ne!(draws.drawn(3, 50), draws.drawn(4, 50));
        // Seeds beside each other do not give the same resamples, shifted by one.
        assert_ne!(draws.drawn(4, 50), other.drawn(3, 50));
        assert_eq!(draws.drawn(0, 50).len(), 50);
        assert!(draws.drawn(0, 0).is_empty());
        let given = [vec![1, 1]];
        assert_eq!(*Draws::Given(&given).drawn(0, 2), [1, 1]);
    }
}
