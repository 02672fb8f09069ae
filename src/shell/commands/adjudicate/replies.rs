//! What the adjudicator said: two answers a case.

use crate::error::Result;
use crate::rating::{Outcome, Rating, Repair};
use crate::shell::commands::asking::Sink;

/// One a question, in their order: a case's first order, then its second.
pub(super) struct Replies(Vec<(Outcome, Option<Rating>)>);

impl Replies {
    /// None yet.
    pub fn new(cases: usize) -> Self {
        Self(vec![(Outcome::NotRun, None); 2 * cases])
    }

    /// All of them.
    pub fn all(&self) -> &[(Outcome, Option<Rating>)] {
        &self.0
    }

    /// How each question to the one rater ended.
    pub fn outcomes(&self) -> impl Iterator<Item = (usize, Outcome)> {
        self.0.iter().map(|(outcome, _)| (0, *outcome))
    }
}

impl Sink<Rating> for Replies {
    fn cell(&self, subject: usize, _: usize, _: u32) -> usize {
        subject
    }

    fn rater(&self, _: usize) -> usize {
        0
    }

    fn put(
        &mut self,
        cell: usize,
        outcome: Outcome,
        rating: Option<&Rating>,
        _: Option<Repair>,
    ) -> Result<()> {
        if let Some(place) = self.0.get_mut(cell) {
            *place = (outcome, rating.cloned());
        }
        Ok(())
    }
}
