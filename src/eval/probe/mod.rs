//! Probes: small designed runs that look for a bias of a rater.
//!
//! ```text
//! tasks of a half ─▶ Design (some 60 tasks, drawn by occupation) ─▶ arms ─▶ a run each ─▶ answers ─▶ Finding
//! ```
//!
//! An arm is an ordinary question to the same raters about the same tasks with one thing varied, so what differs between two
//! arms of a task is what the variation does, and noise. Every test but that of halo moves whole occupations; the p-values of one call are
//! adjusted together. Effects are in points of 0–100. docs/probes.md says what each probe can and cannot say.

mod arm;
mod design;
mod finding;
mod padding;
mod repeat;
mod shift;
mod title;
mod verbosity;

pub use arm::{Arm, Turn, schedule};
pub use design::Design;
pub use finding::{Finding, Test, judge};
pub use padding::{padded, words};
pub use repeat::{repeat, tolerance};
pub use shift::anchor;
pub use title::{Titles, title};
pub use verbosity::{Worded, verbosity};

use serde::{Deserialize, Serialize};

/// A bias that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Whether the title of the occupation moves the rating of the same words.
    Title,
    /// Whether the same question gets the same answer, and whether answers drift.
    Repeat,
    /// Whether an example score moves the rating.
    Anchor,
    /// Whether more words for the same task move the rating.
    Verbosity,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Title, Self::Repeat, Self::Anchor, Self::Verbosity];

    /// Its name on the command line and in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Repeat => "repeat",
            Self::Anchor => "anchor",
            Self::Verbosity => "verbosity",
        }
    }
}

/// What one rater answers to the tasks of a design in one arm and dimension, in points; `None` where it did not.
pub type Answers = [Option<f64>];

#[cfg(test)]
mod simulation;
