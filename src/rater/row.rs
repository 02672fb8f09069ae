//! One `[[raters]]` row of the configuration, checked.

use super::price::PerMillion;
use super::{Llm, Rater, Source, Structured, Wire};
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
    timeout_seconds: Option<u64>,
}

/// Column names of the results: a rater's id is one too.
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
    "score",
    "band",
    "n_tasks",
    "n_rated",
    "weighting",
    "alpha",
    "beta",
    "gamma",
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

pub(super) fn rater(raw: RawRater) -> std::result::Result<Rater, String> {
    if !is_rater_id(&raw.id) {
        return Err(format!(
            "'{}' is no rater id: use letters, digits and . _ : -",
            raw.id
        ));
    }
    if COLUMNS.contains(&raw.id.as_str()) {
        return Err(format!(
            "'{}' is the name of a column of the results; use another id",
            raw.id
        ));
    }
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
        timeout_seconds,
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
        ("timeout_seconds", timeout_seconds.is_some()),
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

fn hosted(raw: RawRater) -> std::result::Result<Rater, String> {
    let id = raw.id;
    let (Some(wire), Some(model), Some(base_url)) = (raw.wire, raw.model, raw.base_url) else {
        return Err(format!(
            "'{id}' needs wire, model and base_url, or a surrogate = \"FILE\" instead of them"
        ));
    };
    let base_url = base_url.trim_end_matches('/').to_owned();
    let parameters = raw.parameters.unwrap_or_default();
    check_address(&id, &base_url)?;
    check_key_env(&id, raw.key_env.as_deref())?;
    check_parameters(&id, &parameters)?;
    let price = raw
        .price
        .map(|price| {
            price
                .price()
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
        retires: retires.map(|date| date.to_string()),
        concurrency: in_range(&id, "concurrency", raw.concurrency.unwrap_or(8), 1, 1024)?,
        timeout_seconds: in_range(
            &id,
            "timeout_seconds",
            raw.timeout_seconds.unwrap_or(120),
            1,
            86_400,
        )?,
        base_url,
    };
    Ok(Rater {
        id,
        source: Source::Llm(Box::new(llm)),
    })
}

/// An address carries no secret: it is written to manifests, reports and cache keys.
fn check_address(id: &str, base_url: &str) -> std::result::Result<(), String> {
    if !base_url.starts_with("http://") && !base_url.starts_with("https://") {
        return Err(format!(
            "base_url of '{id}' must begin with https:// or http://"
        ));
    }
    if base_url.contains(['@', '?', '#']) || base_url.contains(char::is_whitespace) {
        return Err(format!(
            "base_url of '{id}' must be a plain address, without user, password or query; keys go by key_env"
        ));
    }
    Ok(())
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
