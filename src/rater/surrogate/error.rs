//! What can go wrong when weights are read or a surrogate is trained.

use std::fmt;

/// Weights that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SurrogateError {
    /// The bytes do not begin with the mark of a surrogate file.
    NotSurrogates,
    /// Written by another version of the format.
    Version {
        /// Version in the file.
        found: u32,
        /// Version this program reads.
        known: u32,
    },
    /// The checksum does not match the content.
    Checksum,
    /// The content contradicts itself; names the part.
    Malformed(&'static str),
}

impl fmt::Display for SurrogateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSurrogates => write!(f, "not a file of surrogate weights"),
            Self::Version { found, known } => {
                write!(
                    f,
                    "surrogate weights of version {found}, but this program reads {known}"
                )
            }
            Self::Checksum => write!(f, "surrogate weights are damaged: the checksum differs"),
            Self::Malformed(part) => write!(f, "surrogate weights are malformed: {part}"),
        }
    }
}

impl std::error::Error for SurrogateError {}

impl From<SurrogateError> for crate::Error {
    fn from(error: SurrogateError) -> Self {
        Self::input(error.to_string())
    }
}

/// Rows or a specification from which no surrogate can be trained.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum TrainError {
    /// No target, or a target whose labels are not at least two with increasing values.
    Target(String),
    /// Two targets share an id.
    SameId(String),
    /// Fewer rows than needed.
    TooFewRows {
        /// Rows given.
        found: usize,
        /// Rows needed.
        needed: usize,
    },
    /// Fewer occupation groups than needed.
    TooFewGroups {
        /// Groups given.
        found: usize,
        /// Groups needed.
        needed: usize,
    },
    /// A label that too few rows carry to learn or to test it.
    RareLabel {
        /// The target.
        target: String,
        /// The label.
        label: String,
        /// Rows that carry it.
        found: usize,
        /// Rows needed.
        needed: usize,
    },
    /// All scores are equal: there is nothing to learn.
    ConstantScore(String),
    /// A row without words, or whose answers do not fit the targets.
    Row {
        /// Position in the rows given, from 0.
        index: usize,
        /// Its task id.
        task_id: String,
        /// What is wrong.
        problem: String,
    },
    /// The seed puts no row into one of the folds.
    EmptyFold {
        /// Number of the fold.
        fold: usize,
        /// The seed.
        seed: String,
    },
}

impl fmt::Display for TrainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Target(problem) => write!(f, "unusable target: {problem}"),
            Self::SameId(id) => write!(f, "two targets are called {id}"),
            Self::TooFewRows { found, needed } => {
                write!(
                    f,
                    "{found} labelled tasks are too few to train on: at least {needed} needed"
                )
            }
            Self::TooFewGroups { found, needed } => write!(
                f,
                "{found} occupation groups are too few to hold some out: at least {needed} needed"
            ),
            Self::RareLabel {
                target,
                label,
                found,
                needed,
            } => write!(
                f,
                "label {label} of {target} has {found} tasks: at least {needed} needed"
            ),
            Self::ConstantScore(target) => write!(f, "all scores of {target} are equal"),
            Self::Row {
                index,
                task_id,
                problem,
            } => {
                write!(f, "row {} (task {task_id}): {problem}", index + 1)
            }
            Self::EmptyFold { fold, seed } => write!(
                f,
                "fold {fold} is empty with seed {seed}: choose another seed or give more groups"
            ),
        }
    }
}

impl std::error::Error for TrainError {}

impl From<TrainError> for crate::Error {
    fn from(error: TrainError) -> Self {
        let hint = match &error {
            TrainError::TooFewRows { .. } => {
                "label more tasks: with fewer, neither the model nor its held-out figures could be trusted"
            }
            TrainError::TooFewGroups { .. } => {
                "label tasks of more occupations: whole occupations are held out to measure agreement"
            }
            TrainError::RareLabel { .. } => {
                "label more tasks that deserve it, or train on a dimension without that label"
            }
            TrainError::ConstantScore(_) => "give tasks that differ",
            TrainError::EmptyFold { .. } => "name another seed with --seed",
            _ => return Self::input(error.to_string()),
        };
        Self::input(error.to_string()).hint(hint)
    }
}
