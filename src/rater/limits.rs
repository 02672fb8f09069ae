//! How much a provider lets through in a minute.

use serde::{Deserialize, Serialize};

/// Limits of one key and model, a minute each; `None` where nobody has said one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Requests.
    pub requests: Option<u64>,
    /// Tokens of input and output together.
    pub tokens: Option<u64>,
    /// Tokens of input.
    pub input_tokens: Option<u64>,
    /// Tokens of output.
    pub output_tokens: Option<u64>,
}

impl Limits {
    /// Whether any is known.
    #[must_use]
    pub fn any(&self) -> bool {
        *self != Self::default()
    }

    /// The first one that is no limit: 0, or more than anybody allows.
    pub(super) fn fault(&self) -> Option<(&'static str, u64)> {
        let named = [
            ("requests", self.requests),
            ("tokens", self.tokens),
            ("input_tokens", self.input_tokens),
            ("output_tokens", self.output_tokens),
        ];
        named
            .into_iter()
            .filter_map(|(name, limit)| Some((name, limit?)))
            .find(|(_, limit)| !(1..=1_000_000_000_000).contains(limit))
    }
}
