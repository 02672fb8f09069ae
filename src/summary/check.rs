//! Whether a summary keeps to what it was given. The checks are of form: they find what was added by name and number, not
//! every untruth.

use super::fold::fold;
use super::name::stranger;
use super::number::unknown;
use std::fmt;

/// Sentences of a summary at most.
pub const MOST_SENTENCES: usize = 3;
/// Characters of a summary at most: three sentences that somebody reads.
pub const MOST_CHARACTERS: usize = 900;

/// What a summary was made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    /// All texts that it may take words, names and numbers from.
    pub there: &'a [&'a str],
    /// Raters and models that had no part in it.
    pub outside: &'a [&'a str],
    /// Number of the raters, who may be counted.
    pub raters: usize,
}

/// Why a summary is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It has so many sentences.
    Sentences(usize),
    /// It has so many characters.
    Long(usize),
    /// It names somebody who is not among the raters of the task.
    Name(String),
    /// It holds a number that stands in no answer and no reason.
    Number(String),
}

impl Fault {
    /// A stable name for files.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sentences(_) => "sentences",
            Self::Long(_) => "length",
            Self::Name(_) => "name",
            Self::Number(_) => "number",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sentences(n) => write!(
                f,
                "it has {n} sentences, {MOST_SENTENCES} at most are allowed"
            ),
            Self::Long(n) => write!(
                f,
                "it has {n} characters, {MOST_CHARACTERS} at most are allowed"
            ),
            Self::Name(name) => write!(
                f,
                "it names '{name}', who is not among the raters of this task"
            ),
            Self::Number(number) => {
                write!(
                    f,
                    "it holds '{number}', which stands in no answer and no reason"
                )
            }
        }
    }
}

/// Finds the first fault of a summary of so many sentences.
pub(super) fn check(summary: &str, count: usize, known: &Known<'_>) -> Result<(), Fault> {
    let length = summary.chars().count();
    if length > MOST_CHARACTERS {
        return Err(Fault::Long(length));
    }
    if count > MOST_SENTENCES {
        return Err(Fault::Sentences(count));
    }
    let there: Vec<String> = known.there.iter().map(|text| fold(text)).collect();
    let folded = Known {
        there: &there.iter().map(String::as_str).collect::<Vec<_>>(),
        ..*known
    };
    let (summary, known) = (fold(summary), &folded);
    if let Some(name) = stranger(&summary, known) {
        return Err(Fault::Name(name));
    }
    unknown(&summary, known).map_or(Ok(()), |number| Err(Fault::Number(number)))
}

#[cfg(test)]
mod tests;
