//! Labels that are trusted, and by whom they were given.

use serde::{Deserialize, Serialize};

/// The kind of gold, which stands wherever gold is used: what a calibrated number can claim rests on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GoldKind {
    /// People who were asked to label, such as annotators or workers.
    Human,
    /// People who know the occupation.
    Expert,
    /// Set by an editor, such as the labels that come with an eval set.
    Editorial,
}

impl GoldKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Human, Self::Expert, Self::Editorial];

    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Expert => "expert",
            Self::Editorial => "editorial",
        }
    }
}
