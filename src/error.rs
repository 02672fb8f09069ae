//! What went wrong, where, and what to do next.
//!
//! A message is a lower-case fragment without a full stop, names the file and the line where it can, and leaves
//! the cause to `source()`. The hint is the next step, in one sentence.

use std::error::Error as StdError;
use std::fmt;

/// The kind of a failure; it decides the exit code of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command line does not say something that can be done.
    Usage,
    /// A file of the user (inventory, prompt, labels, configuration) cannot be used as it is, or the occupation
    /// asked for is not in it.
    Input,
    /// Something has to be set up first: a key, a rater, a panel.
    Setup,
    /// Reading or writing failed.
    Io,
    /// Another process holds the reply cache, or the review.
    Locked,
    /// A mistake of this program.
    Internal,
}

impl Kind {
    /// The exit code that a command ends with. [`EXIT_CODES`] is the documented table.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Internal => 1,
            Self::Usage => 2,
            Self::Input => 3,
            Self::Setup => 4,
            Self::Io => 7,
            Self::Locked => 8,
        }
    }
}

/// Exit code of a run that ended with ratings missing.
pub const EXIT_INCOMPLETE: u8 = 5;
/// Exit code of a run in which a rater had to be stopped (authentication, quota, credit, or nothing but failures).
pub const EXIT_RATER_STOPPED: u8 = 6;
/// Exit code of a run whose budget was used up before all was asked.
pub const EXIT_BUDGET: u8 = 9;
/// Exit code of an evaluation that is worse than its gate allows.
pub const EXIT_GATE: u8 = 10;
/// Exit code of a run that the user interrupted and that wrote what it had.
pub const EXIT_INTERRUPTED: u8 = 130;

/// Every exit code and what it means: the one table that the help text and the README print.
pub const EXIT_CODES: &[(u8, &str)] = &[
    (0, "done; every rating that the panel can give is there"),
    (1, "a mistake of taskrater itself; please report it"),
    (2, "the command line is not understood"),
    (
        3,
        "an input file cannot be used, or the occupation is unknown or ambiguous",
    ),
    (
        4,
        "something is missing in the set-up (a key, a rater, a price), or nobody agreed to a costly run",
    ),
    (
        5,
        "done, but some ratings are missing (the summary lists them by outcome)",
    ),
    (
        6,
        "done, but a rater had to be stopped: wrong key, no credit, or failure after failure",
    ),
    (7, "a file or folder cannot be read or written"),
    (8, "another process holds the reply cache, or the review"),
    (
        9,
        "the budget is used up; what was paid for is saved, the same command goes on",
    ),
    (
        10,
        "the evaluation is worse than --max-drop allows; the card is written",
    ),
    (
        130,
        "interrupted; what was paid for is saved, the same command goes on",
    ),
];

/// A failure with its kind, message, cause and next step.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: String,
    hint: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The result type of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A failure of this kind.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: None,
            source: None,
        }
    }

    /// Bad input: [`Kind::Input`].
    pub fn input(message: impl Into<String>) -> Self {
        Self::new(Kind::Input, message)
    }

    /// A failed read or write: [`Kind::Io`], with its cause.
    pub fn io(
        message: impl Into<String>,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self::new(Kind::Io, message).because(source)
    }

    /// Adds the cause.
    #[must_use]
    pub fn because(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds the next step, in one sentence.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The next step, where there is one to name.
    #[must_use]
    pub fn next_step(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_line_in_the_table_of_exit_codes() {
        let listed: Vec<u8> = EXIT_CODES.iter().map(|(code, _)| *code).collect();
        for kind in [
            Kind::Usage,
            Kind::Input,
            Kind::Setup,
            Kind::Io,
            Kind::Locked,
            Kind::Internal,
        ] {
            assert!(listed.contains(&kind.exit_code()), "{kind:?}");
        }
        for code in [
            EXIT_INCOMPLETE,
            EXIT_RATER_STOPPED,
            EXIT_BUDGET,
            EXIT_GATE,
            EXIT_INTERRUPTED,
        ] {
            assert!(listed.contains(&code), "{code}");
        }
    }
}
