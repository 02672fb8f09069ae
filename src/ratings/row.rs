//! The ratings of one task.

use super::apart::{Apart, apart};
use super::fold::fold;
use super::slots::Slots;
use crate::rating::Rating;
use crate::rubric::Rubric;

/// The ratings of one task: of every rater its samples, and what they come to.
#[derive(Debug, Clone)]
pub struct Row {
    slots: Slots,
    /// One a slot.
    ratings: Vec<Rating>,
    /// One a rater; `None` where it has one sample, which is its opinion.
    folded: Vec<Option<Rating>>,
}

impl Row {
    /// From the ratings of a task, one a slot.
    pub(super) fn new(rubric: &Rubric, slots: &Slots, ratings: Vec<Rating>) -> Self {
        let folded = (0..slots.raters())
            .map(|rater| match &ratings[slots.of(rater)] {
                [_] => None,
                samples => Some(fold(rubric, samples)),
            })
            .collect();
        Self {
            slots: slots.clone(),
            ratings,
            folded,
        }
    }

    /// The samples of a rater by their number; empty for a rater that is not there.
    #[must_use]
    pub fn samples(&self, rater: usize) -> &[Rating] {
        self.ratings.get(self.slots.of(rater)).unwrap_or_default()
    }

    /// The opinion of each rater, in the order of the panel: its samples as one rating ([`fold`]).
    pub fn opinions(&self) -> impl Iterator<Item = &Rating> {
        (0..self.slots.raters()).map(|rater| self.opinion(rater))
    }

    /// The opinion of a rater of the panel.
    ///
    /// # Panics
    /// There is no such rater.
    #[must_use]
    pub fn opinion(&self, rater: usize) -> &Rating {
        match &self.folded[rater] {
            Some(folded) => folded,
            None => &self.ratings[self.slots.of(rater).start],
        }
    }

    /// How far two answers lie apart in a dimension, of one rater and of two; `None` where no rater has two rated samples.
    #[must_use]
    pub fn apart(&self, dimension: usize) -> Option<Apart> {
        self.apart_without(dimension, None)
    }

    /// The same with one rater left out, who is no part of the panel.
    pub(super) fn apart_without(&self, dimension: usize, gold: Option<usize>) -> Option<Apart> {
        let raters = (0..self.slots.raters()).filter(|&rater| Some(rater) != gold);
        apart(raters.map(|rater| self.samples(rater)), dimension)
    }
}
