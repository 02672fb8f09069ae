//! Raters and panels as data: who is asked, over which wire, with which parameters, at which price.

pub(crate) mod address;
mod bound;
mod config;
mod embedded;
mod gold;
mod labour;
mod limits;
mod price;
mod prices;
mod recording;
mod row;
pub mod surrogate;
mod weights;

pub use bound::{OVERHEAD_TOKENS, may_change_price, upper_bound};
pub use config::{Config, RECONCILIATIONS, Settings, TEMPLATE, WEIGHTINGS};
pub use embedded::{Embedded, scale_of};
pub use gold::GoldKind;
pub use labour::{LabourFile, LabourFiles};
pub use limits::Limits;
pub use price::{Nanodollars, Price, Usage};
pub use prices::{PriceSource, Prices};
pub use recording::{
    CellText, Folded, GoldFile, Provenance, Recorded, RecordedRater, RecordedRow, Recording,
    Recordings,
};
pub(crate) use recording::{Tasks, full_code};
#[cfg(test)]
pub(crate) use row::COLUMNS;
pub use row::is_rater_id;
pub use surrogate::Bundle;
pub use weights::Weights;

use crate::error::{Error, Kind, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The protocol a hosted rater speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wire {
    /// OpenAI chat completions, and every server compatible with it.
    OpenAi,
    /// Anthropic Messages.
    Anthropic,
}

impl Wire {
    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
        }
    }
}

/// How a server is held to the reply schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Structured {
    /// The server enforces the JSON schema.
    #[default]
    Schema,
    /// The server enforces JSON (`response_format: json_object`); the fields are asked for in words.
    Json,
    /// The server enforces nothing; the fields are asked for in words.
    None,
}

impl Structured {
    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Schema => "schema",
            Self::Json => "json",
            Self::None => "none",
        }
    }
}

/// A hosted language model.
#[derive(Debug, Clone, PartialEq)]
pub struct Llm {
    /// Protocol.
    pub wire: Wire,
    /// Model id as the server knows it.
    pub model: String,
    /// Address up to and with the version segment, such as `https://api.openai.com/v1`; no slash at its end.
    pub base_url: String,
    /// Name of the environment variable that holds the key; `None` for servers that want none.
    pub key_env: Option<String>,
    /// How the reply schema is enforced.
    pub structured: Structured,
    /// Largest number of tokens of a reply.
    pub max_tokens: u32,
    /// Name of the field that carries it (OpenAI wire): `max_completion_tokens` or `max_tokens`.
    pub max_tokens_field: String,
    /// Further fields of the request body, as they are sent.
    pub parameters: BTreeMap<String, Value>,
    /// Price, where it is known.
    pub price: Option<Price>,
    /// Where the price comes from; `None` when it is not known.
    pub price_source: Option<PriceSource>,
    /// Day on which the provider retires the model (`YYYY-MM-DD`), where it is known.
    pub retires: Option<String>,
    /// How its calls travel.
    pub traffic: Traffic,
}

/// How calls travel: nothing in it shapes an answer, so nothing of it is part of a cache key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traffic {
    /// Most calls in flight at a time; `None` leaves it to what the provider's limits allow.
    pub concurrency: Option<usize>,
    /// What the provider lets through; what stands here goes before what its headers say.
    pub limits: Limits,
    /// Longest time until an answer begins, in seconds.
    pub first_byte_seconds: u64,
    /// Longest time for a whole attempt, in seconds.
    pub timeout_seconds: u64,
    /// From how many tokens on the provider caches a prefix that is marked (Anthropic wire); 0 marks none.
    pub prompt_cache_tokens: u32,
}

/// What a rater is.
#[derive(Debug, Clone, PartialEq)]
pub enum Source {
    /// A hosted language model.
    Llm(Box<Llm>),
    /// A small model of published labels. Not a language model.
    Surrogate {
        /// Its weights file, as `taskrater.toml` names it; `None` for one that comes with the program.
        file: Option<String>,
    },
    /// Ratings made elsewhere.
    Recording(Box<Recording>),
}

/// One rater, by its id.
#[derive(Debug, Clone, PartialEq)]
pub struct Rater {
    /// Unique id; also the name of its column.
    pub id: String,
    /// What it is.
    pub source: Source,
}

impl Rater {
    /// The model behind a hosted rater.
    #[must_use]
    pub fn llm(&self) -> Option<&Llm> {
        match &self.source {
            Source::Llm(llm) => Some(llm),
            Source::Surrogate { .. } | Source::Recording(_) => None,
        }
    }

    /// The columns behind a recorded rater.
    #[must_use]
    pub fn recording(&self) -> Option<&Recording> {
        match &self.source {
            Source::Recording(recording) => Some(recording),
            Source::Llm(_) | Source::Surrogate { .. } => None,
        }
    }

    /// Whose ratings a rater's are, when they are trusted; `None` for a rater that is not marked gold.
    #[must_use]
    pub fn gold(&self) -> Option<GoldKind> {
        self.recording()?.gold
    }
}

/// The raters of a run: at least one, each id once.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel(Vec<Rater>);

impl Panel {
    /// Checks and builds a panel.
    ///
    /// # Errors
    /// No rater, or one twice.
    pub fn new(raters: Vec<Rater>) -> Result<Self> {
        if raters.is_empty() {
            return Err(Error::new(Kind::Setup, "the panel has no rater"));
        }
        for (n, rater) in raters.iter().enumerate() {
            if raters[..n].iter().any(|other| other.id == rater.id) {
                return Err(Error::new(
                    Kind::Usage,
                    format!("rater '{}' is named twice", rater.id),
                ));
            }
        }
        Ok(Self(raters))
    }

    /// The raters in their order.
    #[must_use]
    pub fn raters(&self) -> &[Rater] {
        &self.0
    }
}
