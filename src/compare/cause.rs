//! What a change comes from.

use serde::Serialize;

/// Why a value or a score is another one. A change of a score is the sum of its parts, one a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The task reads the same, and the same raters were asked in the same way: repeat noise, or a model that changed under
    /// its name.
    Same,
    /// The task reads the same, and its raters are others, or were asked otherwise.
    Raters,
    /// The task reads the same, its raters are alike, and their ratings are reconciled otherwise: by another method or other
    /// gold; or not one of them says anything else, and what other tasks tell of the raters (leniency, calibration) does.
    Method,
    /// What raters are told of the task changed.
    Text,
    /// Tasks of the occupation weigh otherwise: by type, importance or weighting.
    Weights,
    /// The task is in the later run alone.
    New,
    /// The task is in the earlier run alone.
    Gone,
    /// The task belongs to another occupation now.
    Moved,
    /// The task is in both runs, and not rated in both.
    Missing,
}

impl Cause {
    /// All of them, in the order in which files and tables show them.
    pub const ALL: [Self; 9] = [
        Self::Same,
        Self::Raters,
        Self::Method,
        Self::Text,
        Self::Weights,
        Self::New,
        Self::Gone,
        Self::Moved,
        Self::Missing,
    ];

    /// Its stable name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Raters => "raters",
            Self::Method => "method",
            Self::Text => "text",
            Self::Weights => "weights",
            Self::New => "new",
            Self::Gone => "gone",
            Self::Moved => "moved",
            Self::Missing => "missing",
        }
    }
}
