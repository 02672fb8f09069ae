//! What `manifest.json` says of one rater.

use super::account::Money;
use super::actual::Actual;
use super::ask::{Asked, Tally};
use crate::asking::Asking;
use crate::estimate::RaterEstimate;
use crate::inventory::Problem;
use crate::prompt;
use crate::rater::{
    Limits, Llm, Price, PriceSource, Rater, RecordedRater, Recording, Source, Weights,
};
use crate::wire::PrefixCache;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
pub(in crate::shell::commands) struct RaterEntry {
    pub id: String,
    kind: &'static str,
    #[serde(flatten)]
    model: Option<ModelLine>,
    #[serde(flatten)]
    surrogate: Option<SurrogateLine>,
    #[serde(flatten)]
    pub recording: Option<RecordingLine>,
    pub outcomes: BTreeMap<&'static str, u64>,
    pub cached: u64,
    /// Ratings taken over from an earlier run.
    carried: u64,
    asked: u64,
    attempts: u64,
    attempts_of_unknown_cost: u64,
    models_reported: Vec<String>,
    pub stopped: Option<String>,
    /// What the provider lets through in a minute, as far as it was told or configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<Limits>,
    /// Whether the rubric is marked for the provider's prompt cache.
    prefix_marked: bool,
    spent_now: Money,
    /// What all replies behind the run cost, earlier runs included; `None` when a part is unknown, as that of carried
    /// ratings is.
    all_replies: Option<Money>,
    pub estimate: Option<RaterEstimate>,
    pub actual: Option<Actual>,
}

#[derive(Serialize)]
struct ModelLine {
    wire: &'static str,
    model: String,
    base_url: String,
    structured: &'static str,
    max_tokens: u32,
    parameters: BTreeMap<String, serde_json::Value>,
    price_nanodollars_per_token: Option<Price>,
    /// Who says so, and since when it holds.
    price_source: Option<PriceSource>,
    retires: Option<String>,
    request_fingerprint: String,
}

#[derive(Serialize)]
struct SurrogateLine {
    /// `None` for weights that come with the program.
    weights: Option<String>,
    weights_blake3: String,
    source: String,
}

#[derive(Serialize)]
pub(in crate::shell::commands) struct RecordingLine {
    /// The file and how its cells were read.
    recording: Recording,
    recording_blake3: String,
    /// Rows of the file about this rater, and those of them about tasks of the run.
    rows: usize,
    rows_used: usize,
    tasks_rated: usize,
    /// How much of the file could not be used, and the first of it.
    problem_count: usize,
    problems: Vec<Problem>,
}

/// Problems of a recorded file that the manifest lists; the rest is counted.
const PROBLEMS: usize = 100;

impl RecordingLine {
    pub fn of(rater: &Rater, digest: Option<&str>, read: &RecordedRater) -> Option<Self> {
        Some(Self {
            recording: rater.recording()?.clone(),
            recording_blake3: digest?.to_owned(),
            rows: read.rows,
            rows_used: read.rows_used,
            tasks_rated: read.rated(),
            problem_count: read.problems.len(),
            problems: read.problems.iter().take(PROBLEMS).cloned().collect(),
        })
    }
}

impl RaterEntry {
    pub fn of(rater: &Rater, asking: &Asking<'_>, weights: &Weights) -> Self {
        let marked = |llm| PrefixCache::of(llm, asking.system, asking.schema);
        let kind = match rater.source {
            Source::Llm(_) => "llm",
            Source::Surrogate { .. } => {
                "surrogate (a statistical model of published labels, not an LLM)"
            }
            Source::Recording(_) => "recording",
        };
        Self {
            id: rater.id.clone(),
            kind,
            model: rater.llm().map(|llm| ModelLine::of(llm, asking)),
            surrogate: SurrogateLine::of(rater, weights),
            recording: None,
            outcomes: BTreeMap::new(),
            cached: 0,
            carried: 0,
            asked: 0,
            attempts: 0,
            attempts_of_unknown_cost: 0,
            models_reported: Vec::new(),
            stopped: None,
            limits: None,
            prefix_marked: rater.llm().map(marked) == Some(PrefixCache::Marked),
            spent_now: Money::default(),
            all_replies: None,
            estimate: None,
            actual: None,
        }
    }

    /// A marked rubric of which the provider cached nothing.
    pub fn uncached_prefix(&self, asked: &Asked) -> Option<String> {
        let tally = asked.raters.get(&self.id).filter(|_| self.prefix_marked)?;
        let cached = tally.used.cache_write + tally.used.cache_read;
        (tally.asked >= ENOUGH && cached == 0).then(|| {
            format!(
                "{}: the rubric was marked for the provider's prompt cache and nothing was cached: the model may want a longer \
                 one (prompt_cache_tokens)",
                self.id
            )
        })
    }

    pub fn take(&mut self, tally: &Tally) {
        self.cached = tally.cached;
        self.carried = tally.carried;
        self.asked = tally.asked;
        self.attempts = tally.attempts;
        self.attempts_of_unknown_cost = tally.unknown;
        self.models_reported = tally.models.iter().cloned().collect();
        self.spent_now = tally.spent.into();
        self.all_replies = tally.behind.map(Money::from);
        self.actual = Some(Actual::of(std::iter::once(tally)));
    }
}

/// What identifies a hosted rater as it is asked, in as many hex digits as a prompt's fingerprint has.
pub(in crate::shell::commands) fn request_fingerprint(asking: &Asking<'_>, llm: &Llm) -> String {
    prompt::fingerprint(&asking.identity(llm))
}

impl SurrogateLine {
    fn of(rater: &Rater, weights: &Weights) -> Option<Self> {
        let Source::Surrogate { file } = &rater.source else {
            return None;
        };
        Some(Self {
            weights: file.clone(),
            weights_blake3: weights.digest(rater)?.to_owned(),
            source: weights.about(rater).ok()??.source.clone(),
        })
    }
}

impl ModelLine {
    fn of(llm: &Llm, asking: &Asking<'_>) -> Self {
        Self {
            wire: llm.wire.name(),
            model: llm.model.clone(),
            base_url: llm.base_url.clone(),
            structured: llm.structured.name(),
            max_tokens: llm.max_tokens,
            parameters: llm.parameters.clone(),
            price_nanodollars_per_token: llm.price,
            price_source: llm.price_source.clone(),
            retires: llm.retires.clone(),
            request_fingerprint: request_fingerprint(asking, llm),
        }
    }
}

/// After so many calls a cache that works has been seen at work.
const ENOUGH: u64 = 3;
