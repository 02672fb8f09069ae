//! What a run took, to stand beside what was estimated.

use super::account::Money;
use super::ask::Tally;
use super::words::dollars;
use crate::estimate::Estimate;
use crate::rater::{Nanodollars, Usage};
use serde::Serialize;

/// What a rater, or all of them, took.
#[derive(Serialize, Clone, Copy)]
pub(in crate::shell::commands) struct Actual {
    questions: u64,
    attempts: u64,
    /// Tokens by class, of the answers that say so.
    tokens: Usage,
    cost: Money,
    /// Attempts that may have been charged without saying how much.
    attempts_of_unknown_cost: u64,
    all_replies: AllReplies,
}

/// What the replies behind the run's ratings took, those of earlier runs included: each once, with the unusable ones before
/// it in the same exchange. What earlier executions paid for replies that came to nothing is in their ledgers alone. `None`
/// when a part is unknown.
#[derive(Serialize, Clone, Copy)]
struct AllReplies {
    tokens: Option<Usage>,
    cost: Option<Money>,
}

impl Actual {
    /// The sum over these raters.
    pub fn of<'a>(tallies: impl Iterator<Item = &'a Tally> + Clone) -> Self {
        let known = tallies.clone();
        let sum = known.fold(Tally::default(), |sum, tally| Tally {
            asked: sum.asked + tally.asked,
            attempts: sum.attempts + tally.attempts,
            unknown: sum.unknown + tally.unknown,
            spent: sum.spent.plus(tally.spent),
            used: sum.used.plus(tally.used),
            ..sum
        });
        let tokens = tallies.clone().map(|tally| tally.behind_used);
        let costs = tallies.map(|tally| tally.behind);
        Self {
            questions: sum.asked,
            attempts: sum.attempts,
            tokens: sum.used,
            cost: sum.spent.into(),
            attempts_of_unknown_cost: sum.unknown,
            all_replies: AllReplies {
                tokens: tokens
                    .into_iter()
                    .try_fold(Usage::default(), |sum, used| Some(sum.plus(used?))),
                cost: costs
                    .into_iter()
                    .try_fold(Nanodollars(0), |sum, cost| Some(sum.plus(cost?)))
                    .map(Money::from),
            },
        }
    }

    /// Estimate and actual in one line, where anything was asked.
    pub fn beside(&self, estimate: &Estimate) -> Option<String> {
        if estimate.questions == 0 {
            return None;
        }
        let range = estimate.known_cost.nanodollars;
        let [low, high] = [range.low, range.high].map(|nanos| dollars(Nanodollars(nanos)));
        let estimated = match estimate.unpriced.as_slice() {
            [] => format!("estimated {low} to {high},"),
            unpriced if range.high == 0 => {
                format!(
                    "no estimate, the price of {} is unknown;",
                    unpriced.join(", ")
                )
            }
            unpriced => format!(
                "estimated {low} to {high} without {}, whose price is unknown;",
                unpriced.join(", ")
            ),
        };
        let unknown = match self.attempts_of_unknown_cost {
            0 => String::new(),
            n => format!(" and {n} attempts of unknown cost"),
        };
        Some(format!(
            "{estimated} spent {}{unknown}",
            dollars(self.cost.nanodollars)
        ))
    }
}
