//! A rating: one rater's verdict on one task, or the reason why it is missing.

use serde::{Deserialize, Serialize};

/// How a question to a rater ended. A missing rating is missing: it is never 0 and never a default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There is a rating.
    Rated,
    /// The rater does not cover any dimension that was asked for, or is a recording that says nothing of the task: its
    /// rating is not missing, it never was to be had.
    Abstained,
    /// The model declined to answer.
    Refused,
    /// The answer was cut off, and once more with a larger limit.
    Truncated,
    /// The answer does not hold what was asked for, and a re-ask did not help.
    Invalid,
    /// The provider kept saying "too many requests".
    RateLimited,
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Network,
    /// The provider failed, or answered with something that is not its protocol.
    Server,
    /// The provider does not accept the key, the model or the account.
    Auth,
    /// The budget was used up before this question.
    Budget,
    /// Not asked: interrupted, offline, or the rater had been stopped.
    NotRun,
}

impl Outcome {
    /// All outcomes, in the order in which summaries list them.
    pub const ALL: [Self; 12] = [
        Self::Rated,
        Self::Abstained,
        Self::Refused,
        Self::Truncated,
        Self::Invalid,
        Self::RateLimited,
        Self::Timeout,
        Self::Network,
        Self::Server,
        Self::Auth,
        Self::Budget,
        Self::NotRun,
    ];

    /// Its stable name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rated => "rated",
            Self::Abstained => "abstained",
            Self::Refused => "refused",
            Self::Truncated => "truncated",
            Self::Invalid => "invalid",
            Self::RateLimited => "rate_limited",
            Self::Timeout => "timeout",
            Self::Network => "network",
            Self::Server => "server",
            Self::Auth => "auth",
            Self::Budget => "budget",
            Self::NotRun => "not_run",
        }
    }

    /// Whether a rating that could be there is not: neither rated, nor about what its rater does not cover.
    #[must_use]
    pub fn is_missing(self) -> bool {
        !matches!(self, Self::Rated | Self::Abstained)
    }

    /// Whether a reply that ended so answers the question for good: only these enter the cache.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Rated | Self::Refused)
    }
}

/// What it took to read a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    /// Nothing: the text was the JSON that was asked for.
    Direct,
    /// A code fence was taken off.
    Fence,
    /// The JSON object was cut out of surrounding prose.
    Bracket,
    /// The rater was asked once more.
    Reask,
    /// The answer had been cut off and was sent again with a larger limit.
    Resend,
}

/// What an embedded rater's answer rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The shipped model; the task was not in its training data.
    Model,
    /// The task was in the training data: the answer is that of a model that never saw it.
    OutOfFold,
}

/// A rater's answer on one dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// In the dimension's own unit: label values 0–1, scores 0–100. For class probabilities their expectation.
    pub value: f64,
    /// Position of the label given (of the most probable one), where the dimension has labels.
    pub label: Option<usize>,
    /// Probability of each label in order, from raters that give them; sums to 1.
    pub probabilities: Option<Vec<f64>>,
}

/// One rater's verdict on one task, or the reason why there is none.
///
/// Its serde form is how a [`Sheet`](crate::ratings::Sheet) keeps it; files have one of their own, with names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rating {
    /// How the question ended.
    pub outcome: Outcome,
    /// One answer a dimension of the rubric, in its order; `None` where the rater abstains or nothing was rated.
    pub values: Vec<Option<Value>>,
    /// Why, in the rater's words (for an embedded rater: the terms that moved it). Empty when there is none.
    pub rationale: String,
    /// AI tools that the rater names.
    pub tools: Vec<String>,
    /// The rater's own confidence, 0–100.
    pub confidence: Option<f64>,
    /// What it took to read the reply; `None` for raters that are not asked over the wire.
    pub repair: Option<Repair>,
    /// What an embedded rater's answer rests on.
    pub basis: Option<Basis>,
}

impl Rating {
    /// A missing rating over `dimensions` dimensions.
    #[must_use]
    pub fn missing(outcome: Outcome, dimensions: usize) -> Self {
        Self {
            outcome,
            values: vec![None; dimensions],
            rationale: String::new(),
            tools: Vec::new(),
            confidence: None,
            repair: None,
            basis: None,
        }
    }
}
