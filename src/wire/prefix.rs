//! The provider's prompt cache: the system text is the same bytes in every request, so that it can be read from there.

use super::system_text;
use crate::prompt::ReplySchema;
use crate::rater::{Llm, Wire};

/// Bytes of English text to a token, for a first guess; and as few as there may be.
const BYTES: u32 = 4;
const FEW_BYTES: u32 = 3;

/// What becomes of the system text in a provider's prompt cache.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrefixCache {
    /// The wire knows no marks: the provider caches by itself, or not.
    Unmarked,
    /// The configuration wants none.
    Off,
    /// It is marked, and read at a lower price from the second request on.
    Marked,
    /// It is not marked: with about so many tokens it is shorter than what the model caches.
    TooShort {
        /// Tokens of the system text, guessed from its bytes.
        about: u32,
        /// Tokens that the model wants.
        least: u32,
    },
}

impl PrefixCache {
    /// What becomes of this system text. Where in doubt it is marked: a mark on a text that turns out too short costs
    /// nothing, a text without a mark saves nothing.
    #[must_use]
    pub fn of(llm: &Llm, system: &str, schema: &ReplySchema) -> Self {
        let least = llm.traffic.prompt_cache_tokens;
        if llm.wire == Wire::OpenAi {
            return Self::Unmarked;
        }
        if least == 0 {
            return Self::Off;
        }
        let bytes = system_text(llm.structured, system, schema).len();
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        if bytes / FEW_BYTES < least {
            let about = bytes / BYTES;
            Self::TooShort { about, least }
        } else {
            Self::Marked
        }
    }
}
