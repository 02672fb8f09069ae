//! One `[[raters]]` row of the configuration, checked.

use super::address;
use super::price::PerMillion;
use super::{Limits, Llm, PriceSource, Rater, Source, Structured, Traffic, Wire};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRater {
    id: String,
    /// Weights file of a surrogate; all that follows belongs to hosted raters.
    surrogate: Option<String>,
    wire: Option<Wire>,
    model: Option<String>,
    base_url: Option<String>,
    key_env: Option<String>,
    structured: Option<Structured>,
    max_tokens: Option<u32>,
    max_tokens_field: Option<String>,
    parameters: Option<BTreeMap<String, Value>>,
    price: Option<PerMillion>,
    retires: Option<toml::value::Datetime>,
    concurrency: Option<usize>,
    limits: Option<Limits>,
    first_byte_seconds: Option<u64>,
    timeout_seconds: Option<u64>,
    prompt_cache_tokens: Option<u32>,
    allow_http: Option<bool>,
}

/// Column names of the results: a rater's id is one too. `intercept` stands among raters' ids in the column `weights`.
pub(crate) const COLUMNS: &[&str] = &[
    "occupation_id",
    "occupation",
    "task_id",
    "task",
    "dimension",
    "value",
    "label",
    "low",
    "high",
    "interval",
    "n_raters",
    "spread",
    "contested",
    "method",
    "rationale",
    "median",
    "sample_spread",
    "inputs",
    "weights",
    "intercept",
    "dissent",
    "gold",
    "score",
    "band",
    "n_tasks",
    "n_rated",
    "weighting",
    "alpha",
    "beta",
    "gamma",
    "labour_code",
    "labour_match",
    "labour_among",
    "employment",
    "employment_share",
    "median_wage",
    "median_hourly_wage",
    "wage_note",
    "projection_code",
    "projection_match",
    "projected_change_percent",
    "annual_openings",
    "entry_education",
    "band_employment_share",
];

/// Fields of the request body that are ours to set: as a parameter they would change what is asked behind our back.
const RESERVED: &[&str] = &[
    "model",
    "messages",
    "system",
    "stream",
    "response_format",
    "output_config",
    "max_tokens",
    "max_completion_tokens",
    "tools",
    "tool_choice",
    "n",
];

/// Whether a text can be the id of a rater.
#[must_use]
pub fn is_rater_id(id: &str) -> bool {
    let fine = |c: char| c.is_ascii_alphanumeric() || "._:-".contains(c);
    !id.is_empty() && id.chars().all(fine)
}

/// Checks the id of a rater: it becomes the name of a column.
pub(super) fn check_id(id: &str) -> std::result::Result<(), String> {
    if !is_rater_id(id) {
        return Err(format!(
            "'{id}' is no rater id: use letters, digits and . _ : -"
        ));
    }
    if COLUMNS.contains(&id) {
        return Err(format!(
            "'{id}' is the name of a column of the results; use another id"
        ));
    }
    Ok(())
}

pub(super) fn rater(raw: RawRater) -> std::result::Result<Rater, String> {
    check_id(&raw.id)?;
    if raw.surrogate.is_some() {
        return surrogate(raw);
    }
    hosted(raw)
}

/// A surrogate is its id and its file: nothing else of a rater would have a meaning.
fn surrogate(raw: RawRater) -> std::result::Result<Rater, String> {
    // Exhaustive: a new key has to be refused here or given a meaning.
    let RawRater {
        id,
        surrogate,
        wire,
        model,
        base_url,
        key_env,
        structured,
        max_tokens,
        max_tokens_field,
        parameters,
        price,
        retires,
        concurrency,
        limits,
        first_byte_seconds,
        timeout_seconds,
        prompt_cache_tokens,
        allow_http,
    } = raw;
    let hosted = [
        ("wire", wire.is_some()),
        ("model", model.is_some()),
        ("base_url", base_url.is_some()),
        ("key_env", key_env.is_some()),
        ("structured", structured.is_some()),
        ("max_tokens", max_tokens.is_some()),
        ("max_tokens_field", max_tokens_field.is_some()),
        ("parameters", parameters.is_some()),
        ("price", price.is_some()),
        ("retires", retires.is_some()),
        ("concurrency", concurrency.is_some()),
        ("limits", limits.is_some()),
        ("first_byte_seconds", first_byte_seconds.is_some()),
        ("timeout_seconds", timeout_seconds.is_some()),
        ("prompt_cache_tokens", prompt_cache_tokens.is_some()),
        ("allow_http", allow_http.is_some()),
    ];
    if let Some((key, _)) = hosted.iter().find(|(_, given)| *given) {
        return Err(format!(
            "'{id}' is a surrogate, so '{key}' has no meaning for it; a hosted rater has no 'surrogate'"
        ));
    }
    match surrogate.filter(|file| !file.trim().is_empty()) {
        Some(file) => Ok(Rater {
            id,
            source: Source::Surrogate { file: Some(file) },
        }),
        None => Err(format!("surrogate of '{id}' names no file")),
    }
}

fn hosted(mut raw: RawRater) -> std::result::Result<Rater, String> {
    let id = std::mem::take(&mut raw.id);
    let traffic = traffic(&id, &raw)?;
    let (Some(wire), Some(model), Some(base_url)) = (raw.wire, raw.model, raw.base_url) else {
        return Err(format!(
            "'{id}' needs wire, model and base_url, or a surrogate = \"FILE\" instead of them"
        ));
    };
    let base_url = base_url.trim_end_matches('/').to_owned();
    let parameters = raw.parameters.unwrap_or_default();
    check_address(&id, &base_url, raw.allow_http.unwrap_or(false))?;
    check_key_env(&id, raw.key_env.as_deref())?;
    check_key_host(&id, raw.key_env.as_deref(), &base_url)?;
    check_parameters(&id, &parameters)?;
    let price = raw
        .price
        .map(|price| {
            price
                .price(wire == Wire::Anthropic)
                .ok_or_else(|| format!("price of '{id}' must be dollars a million tokens"))
        })
        .transpose()?;
    let retires = raw
        .retires
        .map(|day| {
            day.date
                .ok_or_else(|| format!("retires of '{id}' must be a date"))
        })
        .transpose()?;
    let max_tokens_field = max_tokens_field(&id, raw.max_tokens_field, &base_url)?;
    let llm = Llm {
        wire,
        model,
        key_env: raw.key_env,
        structured: raw.structured.unwrap_or_default(),
        max_tokens: in_range(
            &id,
            "max_tokens",
            raw.max_tokens.unwrap_or(1000),
            1,
            1_000_000,
        )?,
        max_tokens_field,
        parameters,
        price,
        price_source: price.map(|_| PriceSource::row()),
        retires: retires.map(|date| date.to_string()),
        traffic,
        base_url,
    };
    Ok(Rater {
        id,
        source: Source::Llm(Box::new(llm)),
    })
}

/// The least prefix that any of Anthropic's models caches (its documentation, November 2026); some want more.
const PREFIX: u32 = 1024;

fn traffic(id: &str, raw: &RawRater) -> std::result::Result<Traffic, String> {
    let timeout_seconds = raw.timeout_seconds.unwrap_or(120);
    let timeout_seconds = in_range(id, "timeout_seconds", timeout_seconds, 1, 86_400)?;
    // A reply is sent when it is written: its beginning comes late, its end soon after.
    let first_byte = raw.first_byte_seconds.unwrap_or(timeout_seconds.min(100));
    let limits = raw.limits.unwrap_or_default();
    if let Some((name, limit)) = limits.fault() {
        return Err(format!(
            "limits of '{id}': {name} = {limit} is no limit a minute"
        ));
    }
    Ok(Traffic {
        concurrency: raw
            .concurrency
            .map(|most| in_range(id, "concurrency", most, 1, 1024))
            .transpose()?,
        limits,
        first_byte_seconds: in_range(id, "first_byte_seconds", first_byte, 1, timeout_seconds)?,
        timeout_seconds,
        prompt_cache_tokens: raw.prompt_cache_tokens.unwrap_or(match raw.wire {
            Some(Wire::Anthropic) => PREFIX,
            _ => 0,
        }),
    })
}

/// An address carries no secret: it is written to manifests, reports and cache keys.
fn check_address(id: &str, base_url: &str, allow_http: bool) -> std::result::Result<(), String> {
    if !base_url.starts_with("http://") && !base_url.starts_with("https://") {
        return Err(format!(
            "base_url of '{id}' must begin with https:// or http://"
        ));
    }
    if base_url.contains(['@', '?', '#', '\\']) || base_url.contains(char::is_whitespace) {
        return Err(format!(
            "base_url of '{id}' must be a plain address, without user, password or query; keys go by key_env"
        ));
    }
    if base_url.starts_with("http://") && !allow_http && !address::is_loopback(base_url) {
        return Err(format!(
            "base_url of '{id}' is plain http to another machine: whoever is on the way can read the key and every task; \
             use https, or set allow_http = true for a network that you trust"
        ));
    }
    Ok(())
}

/// Whose key a well-known variable holds.
const OWNERS: &[(&str, &str)] = &[
    ("OPENAI_API_KEY", "api.openai.com"),
    ("ANTHROPIC_API_KEY", "api.anthropic.com"),
    ("GEMINI_API_KEY", "generativelanguage.googleapis.com"),
    ("GOOGLE_API_KEY", "generativelanguage.googleapis.com"),
    ("OPENROUTER_API_KEY", "openrouter.ai"),
    ("MISTRAL_API_KEY", "api.mistral.ai"),
    ("GROQ_API_KEY", "api.groq.com"),
    ("DEEPSEEK_API_KEY", "api.deepseek.com"),
    ("XAI_API_KEY", "api.x.ai"),
    ("COHERE_API_KEY", "api.cohere.ai"),
];
/// Beginnings of variables whose secrets are no key of a model at all.
const NO_MODEL: &[&str] = &[
    "AWS_", "GITHUB_", "GH_", "GITLAB_", "NPM_", "CARGO_", "SSH_",
];

/// A vendor's own key goes to that vendor alone: a configuration that came with somebody's files cannot send it elsewhere.
fn check_key_host(
    id: &str,
    key_env: Option<&str>,
    base_url: &str,
) -> std::result::Result<(), String> {
    let Some(name) = key_env.filter(|_| !address::is_loopback(base_url)) else {
        return Ok(());
    };
    if NO_MODEL.iter().any(|beginning| name.starts_with(beginning)) {
        return Err(format!(
            "key_env of '{id}' is a variable for something else ({name}); give the key of this server a variable of its own"
        ));
    }
    let owner = OWNERS.iter().find(|(known, _)| *known == name);
    let Some((_, owner)) = owner.filter(|(_, owner)| address::host(base_url) != *owner) else {
        return Ok(());
    };
    Err(format!(
        "key_env of '{id}' is the key for {owner}, but its base_url is another host; give this server a variable of its own"
    ))
}

/// The name of a variable, not the key itself: that mistake is common, and the value is not repeated.
fn check_key_env(id: &str, name: Option<&str>) -> std::result::Result<(), String> {
    let fine = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    match name {
        Some(name) if !fine(name) => Err(format!(
            "key_env of '{id}' is not the name of an environment variable; the key itself never stands in this file"
        )),
        _ => Ok(()),
    }
}

fn check_parameters(
    id: &str,
    parameters: &BTreeMap<String, Value>,
) -> std::result::Result<(), String> {
    if let Some(name) = RESERVED.iter().find(|name| parameters.contains_key(**name)) {
        return Err(format!(
            "'{name}' of '{id}' cannot be a parameter: taskrater sets it"
        ));
    }
    match parameters.iter().find(|(_, value)| value.is_null()) {
        Some((name, _)) => Err(format!("'{name}' of '{id}' is no number that JSON knows")),
        None => Ok(()),
    }
}

fn max_tokens_field(
    id: &str,
    given: Option<String>,
    base_url: &str,
) -> std::result::Result<String, String> {
    let [new, old] = ["max_completion_tokens", "max_tokens"];
    match given {
        Some(field) if field == new || field == old => Ok(field),
        Some(_) => Err(format!(
            "max_tokens_field of '{id}' is neither {new} nor {old}"
        )),
        // OpenAI's newer models refuse the old name, many compatible servers know no other.
        None if base_url.starts_with("https://api.openai.com/") => Ok(new.to_owned()),
        None => Ok(old.to_owned()),
    }
}

fn in_range<T: PartialOrd + std::fmt::Display>(
    id: &str,
    key: &str,
    value: T,
    low: T,
    high: T,
) -> std::result::Result<T, String> {
    if value < low || value > high {
        return Err(format!("{key} of '{id}' is {value}, outside {low}–{high}"));
    }
    Ok(value)
}
