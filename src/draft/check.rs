//! Whether a proposal may stand in an inventory: what its text shows. Whether it is true, a person decides.

use super::reply::Proposal;
use super::source::Source;
use super::text::{share_a_word, stems, words};
use std::ops::Range;

/// Longest statement, in characters; models are asked for 200.
pub(super) const STATEMENT: usize = 300;
/// Longest passage; models are asked for 300. The whole source would be in the source too.
const PASSAGE: usize = 600;
/// Fewest words of a passage: "the" is in every source.
const WORDS: usize = 3;

/// Why a proposal is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No word in it.
    NoStatement,
    /// More than a sentence.
    LongStatement,
    /// Fewer than three words.
    ShortPassage,
    /// Too long to be a passage.
    LongPassage,
    /// Its words do not stand in the source, one after the other.
    NotInSource,
    /// It is about something else than its passage.
    Unrelated,
}

impl Fault {
    /// What is wrong, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::NoStatement => "it has no statement",
            Self::LongStatement => "the statement has more than 300 characters",
            Self::ShortPassage => "the passage has fewer than three words",
            Self::LongPassage => "the passage has more than 600 characters",
            Self::NotInSource => "the passage is not in the source",
            Self::Unrelated => "the statement has no word of its passage",
        }
    }
}

/// Checks a proposal, and says where in the source its passage stands (in words).
pub(super) fn check(source: &Source, proposal: &Proposal) -> Result<Range<usize>, Fault> {
    let Proposal {
        passage, statement, ..
    } = proposal;
    if words(statement).is_empty() {
        return Err(Fault::NoStatement);
    }
    if statement.chars().count() > STATEMENT {
        return Err(Fault::LongStatement);
    }
    if passage.chars().count() > PASSAGE {
        return Err(Fault::LongPassage);
    }
    let quoted = words(passage);
    if quoted.len() < WORDS {
        return Err(Fault::ShortPassage);
    }
    let place = source.find(&quoted).ok_or(Fault::NotInSource)?;
    match share_a_word(&stems(statement), &stems(passage)) {
        true => Ok(place),
        false => Err(Fault::Unrelated),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::TaskType;

    #[test]
    fn a_proposal_rests_on_words_of_the_source_and_speaks_of_them() {
        let text = format!(
            "You bake our bread at night. {}",
            "Clean all ovens well. ".repeat(40)
        );
        let source = Source::read("s", text.as_bytes(), 10_000).unwrap();
        let checked = |passage: &str, statement: &str| {
            let proposal = Proposal {
                passage: passage.into(),
                statement: statement.into(),
                kind: TaskType::Core,
            };
            check(&source, &proposal)
        };
        assert_eq!(
            checked("“Bake our BREAD", "Bake loaves of bread."),
            Ok(1..4)
        );
        let fill = |length: usize| format!("Bake {}", "b".repeat(length - 5));
        assert_eq!(checked("bake our bread", &fill(300)), Ok(1..4));
        let cases = [
            ("bake our bread", "—", Fault::NoStatement),
            ("bake our bread", &fill(301), Fault::LongStatement),
            ("our bread", "Bake bread.", Fault::ShortPassage),
            (
                &"Clean all ovens well. ".repeat(30),
                "Clean ovens.",
                Fault::LongPassage,
            ),
            ("bake bread at night", "Bake bread.", Fault::NotInSource),
            ("ake our bread", "Bake bread.", Fault::NotInSource),
            ("bake our bread", "Transfer money abroad.", Fault::Unrelated),
        ];
        for (passage, statement, fault) in cases {
            assert_eq!(
                checked(passage, statement),
                Err(fault),
                "{passage}: {statement}"
            );
        }
    }
}
