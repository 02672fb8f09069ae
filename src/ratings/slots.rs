//! The columns of a sheet: one a sample of a rater.

use std::ops::Range;
use std::sync::Arc;

/// Which sample of which rater each slot of a task is: the raters in the order of the panel, the samples of each by
/// their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slots {
    /// First slot of each rater, then the number of all slots.
    firsts: Arc<[usize]>,
}

impl Slots {
    /// Slots for this many samples of each rater.
    #[must_use]
    pub fn new(samples: impl IntoIterator<Item = u32>) -> Self {
        let mut firsts = vec![0];
        let mut all = 0;
        for count in samples {
            all += count as usize;
            firsts.push(all);
        }
        Self {
            firsts: firsts.into(),
        }
    }

    /// One sample of each of `raters`.
    #[must_use]
    pub fn single(raters: usize) -> Self {
        Self::new(std::iter::repeat_n(1, raters))
    }

    /// Number of slots of a task.
    #[must_use]
    pub fn count(&self) -> usize {
        self.firsts.last().copied().unwrap_or(0)
    }

    /// Number of raters.
    #[must_use]
    pub fn raters(&self) -> usize {
        self.firsts.len() - 1
    }

    /// The slots of a rater, by the number of its sample; none for a rater that is not there.
    #[must_use]
    pub fn of(&self, rater: usize) -> Range<usize> {
        match self.firsts.get(rater..rater + 2) {
            Some(&[first, end]) => first..end,
            _ => 0..0,
        }
    }

    /// The rater and the number of the sample of a slot.
    #[must_use]
    pub fn at(&self, slot: usize) -> (usize, u32) {
        let rater = self.firsts.partition_point(|&first| first <= slot) - 1;
        let sample = slot - self.firsts.get(rater).copied().unwrap_or(0);
        (rater, u32::try_from(sample).unwrap_or(u32::MAX))
    }

    /// Whether some rater has more than one sample.
    #[must_use]
    pub fn repeated(&self) -> bool {
        (0..self.raters()).any(|rater| self.of(rater).len() > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_knows_its_rater_and_sample() {
        let slots = Slots::new([1, 3, 0, 2]);
        assert_eq!((slots.raters(), slots.count()), (4, 6));
        let all: Vec<_> = (0..6).map(|slot| slots.at(slot)).collect();
        assert_eq!(all, [(0, 0), (1, 0), (1, 1), (1, 2), (3, 0), (3, 1)]);
        assert_eq!((slots.of(1), slots.of(2), slots.of(3)), (1..4, 4..4, 4..6));
        assert_eq!(slots.of(9), 0..0);
        assert!(slots.repeated() && !Slots::single(3).repeated());
    }
}
