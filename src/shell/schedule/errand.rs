//! One question on its way: what has been said and spent so far, and what may still be tried.

use super::record::Spent;
use super::{Job, Settled};
use crate::rating::{Outcome, Repair};
use crate::reply::{Verdict, reask};
use crate::wire::{RESEND, Turn};

/// Why a question is on its way once more.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    First,
    Reask,
    Resend,
}

impl Purpose {
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Reask => "re-ask",
            Self::Resend => "resend",
        }
    }

    pub fn repair(self) -> Option<Repair> {
        match self {
            Self::First => None,
            Self::Reask => Some(Repair::Reask),
            Self::Resend => Some(Repair::Resend),
        }
    }
}

/// One question on its way.
pub(super) struct Errand<'a, S> {
    pub job: &'a Job<S>,
    pub turns: Vec<Turn>,
    pub max_tokens: u32,
    pub purpose: Purpose,
    reasked: bool,
    resent: bool,
    pub spent: Spent,
    /// Model as the provider reports it.
    pub model: String,
    /// Replies that could not be used.
    pub history: Vec<(u16, String)>,
    pub end: End,
}

/// How a question ends if nothing better comes: the last thing that is known of it.
pub(super) struct End {
    pub outcome: Outcome,
    pub why: Option<String>,
}

impl<'a, S> Errand<'a, S> {
    pub fn new(job: &'a Job<S>, question: String, max_tokens: u32) -> Self {
        Self {
            turns: vec![Turn::User(question)],
            max_tokens,
            purpose: Purpose::First,
            reasked: false,
            resent: false,
            spent: Spent::default(),
            model: String::new(),
            history: Vec::new(),
            end: End {
                outcome: Outcome::NotRun,
                why: None,
            },
            job,
        }
    }

    /// Prepares another call after a reply that does not hold what was asked for; `false` when its one chance has been used.
    pub fn once_more<R>(&mut self, verdict: Verdict<R>, said: String) -> bool {
        match verdict {
            Verdict::Rated(_) | Verdict::Refused(_) => false,
            Verdict::Truncated => {
                self.end = End {
                    outcome: Outcome::Truncated,
                    why: None,
                };
                self.max_tokens = self.max_tokens.saturating_mul(RESEND);
                self.purpose = Purpose::Resend;
                !std::mem::replace(&mut self.resent, true)
            }
            Verdict::Invalid(reason) => {
                if !said.trim().is_empty() {
                    self.turns.push(Turn::Assistant(said));
                }
                self.turns.push(Turn::User(reask(&reason)));
                self.end = End {
                    outcome: Outcome::Invalid,
                    why: Some(reason),
                };
                self.purpose = Purpose::Reask;
                !std::mem::replace(&mut self.reasked, true)
            }
        }
    }

    /// The question with what became of it.
    pub fn settled<R>(self, reading: Option<R>) -> Settled<R> {
        Settled {
            cells: self.job.cells.clone(),
            rater: self.job.rater,
            outcome: self.end.outcome,
            repair: self.purpose.repair().filter(|_| reading.is_some()),
            reading,
            why: self.end.why,
            model: self.model,
            spent: self.spent,
        }
    }
}
