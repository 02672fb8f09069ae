//! From a provider's answer to a rating, or to the reason why there is none.

mod ladder;

pub(crate) use ladder::climb;
pub use ladder::{Parsed, parse};

use crate::prompt::{Prompt, ReplySchema};
use crate::rating::{Outcome, Rating};
use crate::rubric::Rubric;
use crate::wire::{Answer, Stop};

/// What is to be done about an answer; `R` is what is read from one: a rating, unless something else is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict<R = Rating> {
    /// It holds what was asked for.
    Rated(Box<R>),
    /// The model declined.
    Refused(Box<R>),
    /// It was cut off: worth one larger resend.
    Truncated,
    /// It does not hold what was asked for, and why: worth one re-ask.
    Invalid(String),
}

impl<R> Verdict<R> {
    /// How a question with this answer ends, unless it is asked once more.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Rated(_) => Outcome::Rated,
            Self::Refused(_) => Outcome::Refused,
            Self::Truncated => Outcome::Truncated,
            Self::Invalid(_) => Outcome::Invalid,
        }
    }
}

/// Reads an answer: the stop reason first, then the text.
#[must_use]
pub fn read(prompt: &Prompt, answer: &Answer) -> Verdict {
    read_as(prompt.rubric(), prompt.schema(), answer)
}

/// The same for replies of this shape, whose fields are those of a rating under this rubric.
#[must_use]
pub(crate) fn read_as(rubric: &Rubric, schema: &ReplySchema, answer: &Answer) -> Verdict {
    match &answer.stop {
        Stop::Refusal(words) => {
            let mut rating = Rating::missing(Outcome::Refused, rubric.dimensions().len());
            rating.rationale.clone_from(words);
            Verdict::Refused(Box::new(rating))
        }
        Stop::Length => Verdict::Truncated,
        Stop::End => match ladder::parse_as(rubric, schema, &answer.text) {
            Ok(parsed) => Verdict::Rated(Box::new(parsed.into_rating())),
            Err(reason) => Verdict::Invalid(reason),
        },
    }
}

/// The one re-ask: says what was wrong and repeats nothing else.
#[must_use]
pub fn reask(reason: &str) -> String {
    format!(
        "That reply cannot be used: {reason}. Answer the same question again, with the JSON object alone and every field \
         that was asked for."
    )
}
