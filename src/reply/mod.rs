//! From a provider's answer to a rating, or to the reason why there is none.

mod ladder;

pub use ladder::{Parsed, parse};

use crate::prompt::Prompt;
use crate::rating::{Outcome, Rating};
use crate::wire::{Answer, Stop};

/// What is to be done about an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It holds a rating.
    Rated(Box<Rating>),
    /// The model declined.
    Refused(Box<Rating>),
    /// It was cut off: worth one larger resend.
    Truncated,
    /// It does not hold what was asked for, and why: worth one re-ask.
    Invalid(String),
}

/// Reads an answer: the stop reason first, then the text.
#[must_use]
pub fn read(prompt: &Prompt, answer: &Answer) -> Verdict {
    match &answer.stop {
        Stop::Refusal(words) => {
            let mut rating = Rating::missing(Outcome::Refused, prompt.rubric().dimensions().len());
            rating.rationale.clone_from(words);
            Verdict::Refused(Box::new(rating))
        }
        Stop::Length => Verdict::Truncated,
        Stop::End => match parse(prompt, &answer.text) {
            Ok(parsed) => Verdict::Rated(Box::new(parsed.into_rating())),
            Err(reason) => Verdict::Invalid(reason),
        },
    }
}

/// The one re-ask: says what was wrong and repeats nothing else.
#[must_use]
pub fn reask(reason: &str) -> String {
    format!(
        "That reply cannot be used: {reason}. Rate the same task again and answer with the JSON object alone, with every \
         field that was asked for."
    )
}
