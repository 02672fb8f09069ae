//! Adjudication: tasks on which the raters of a run came far apart go to one model that was not among them, with their
//! reasons, unnamed, in a random order and in its reverse. One round; a verdict that follows the order is none.
//!
//! ```text
//! Sheet + Reconciled ─▶ cases (blinded, arranged by a seed) ─▶ Adjudicating ─▶ (asked like ratings, twice a task)
//!                                                                   ▼
//!                              Adjudicated: first-round value, verdict, final value, side by side ─▶ checked by gold
//! ```
//!
//! Nothing of the first round is changed: the final values stand beside it, in files of their own.

mod blind;
mod case;
mod checked;
mod found;
mod verdict;

pub use blind::MAKERS;
pub use blind::Names;
pub use case::{Case, Disputed, Order, Speaker, Voice, cases};
pub use checked::{Checked, CheckedDimension, Judged, Share, order_dependence};
pub use found::{Adjudicated, FinalScore, NO_GOLD_CHECK, Tally, Verdicts, score_after};
pub use verdict::{Status, Verdict};

use crate::asking::{Asking, Inquiry, Subject};
use crate::error::Result;
use crate::prompt::{AdjudicationPrompt, Shown};
use crate::rater::Panel;
use crate::rating::Rating;
use crate::reply::{self, Verdict as Read};
use crate::rubric::Rubric;
use crate::wire::Answer;

/// What an adjudicator is asked: two questions a case.
#[derive(Debug, Clone)]
pub struct Adjudicating<'a> {
    /// What is disputed.
    pub cases: &'a [Case<'a>],
    /// What was judged in the run.
    pub rubric: &'a Rubric,
    /// How the adjudicator is asked.
    pub prompt: &'a AdjudicationPrompt,
    asking: Asking<'a>,
}

impl<'a> Adjudicating<'a> {
    /// These cases, before a panel of one.
    #[must_use]
    pub fn new(
        cases: &'a [Case<'a>],
        rubric: &'a Rubric,
        prompt: &'a AdjudicationPrompt,
        panel: &'a Panel,
    ) -> Self {
        Self {
            cases,
            rubric,
            prompt,
            asking: Asking::new(panel, prompt.frame().system(), prompt.frame().schema()),
        }
    }

    /// A short hash of what is asked of whom about which run (8 hex digits).
    #[must_use]
    pub fn fingerprint(&self, run: &str, seed: u64) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut field = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        field(run.as_bytes());
        field(self.prompt.frame().fingerprint().as_bytes());
        field(&seed.to_le_bytes());
        let raters = self.asking.panel.raters().iter();
        for (rater, llm) in raters.filter_map(|rater| Some((rater, rater.llm()?))) {
            field(rater.id.as_bytes());
            field(&self.asking.identity(llm));
        }
        hasher.finalize().to_hex()[..8].to_owned()
    }
}

/// One question: a case in one of its two orders.
#[derive(Debug, Clone, Copy)]
pub struct Sided<'a> {
    case: &'a Case<'a>,
    order: Order,
}

impl Subject for Sided<'_> {
    fn occupation_id(&self) -> &str {
        &self.case.item.occupation.id
    }

    fn task_id(&self) -> &str {
        &self.case.item.task.id
    }

    fn part(&self) -> Option<&str> {
        Some(self.order.name())
    }

    fn kind(&self) -> Option<&str> {
        Some(AdjudicationPrompt::ID)
    }
}

impl<'a> Inquiry for Adjudicating<'a> {
    type Subject = Sided<'a>;
    type Reading = Rating;

    fn asking(&self) -> &Asking<'_> {
        &self.asking
    }

    fn subjects(&self) -> impl Iterator<Item = Sided<'a>> {
        let sides = |case| Order::BOTH.map(|order| Sided { case, order });
        self.cases.iter().flat_map(sides)
    }

    fn text(&self, Sided { case, order }: Sided<'a>) -> Result<String> {
        let dimensions = self.rubric.dimensions();
        let disputed: Vec<&str> = case
            .disputed
            .iter()
            .map(|one| &*dimensions[one.position].id)
            .collect();
        let shown: Vec<Shown<'_>> = case
            .shown(order)
            .map(|(name, voice)| Shown {
                name,
                answers: disputed
                    .iter()
                    .copied()
                    .zip(&voice.answers)
                    .filter_map(|(id, answer)| Some((id, answer.clone()?)))
                    .collect(),
                reason: voice.reason.as_deref(),
            })
            .collect();
        self.prompt.question(case.item, &disputed, &shown)
    }

    fn read(&self, answer: &Answer) -> Read<Rating> {
        reply::read_as(self.rubric, self.prompt.frame().schema(), answer)
    }
}

#[cfg(test)]
mod tests;
