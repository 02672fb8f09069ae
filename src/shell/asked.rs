//! How the raters of a finished run were asked, as its manifest tells it.

use super::loaded_run::LoadedRun;
use crate::compare::{Model, Rater, Source};
use crate::error::{Error, Result};
use crate::report::{RaterKind, RaterLine};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a manifest says of how a rater was asked.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    id: String,
    wire: Option<String>,
    base_url: Option<String>,
    model: Option<String>,
    structured: Option<String>,
    max_tokens: Option<u32>,
    parameters: BTreeMap<String, Value>,
    request_fingerprint: Option<String>,
    models_reported: Vec<String>,
    weights_blake3: Option<String>,
    recording_blake3: Option<String>,
}

/// The raters of a run, in its order.
///
/// # Errors
/// The manifest does not say who was asked how.
pub(super) fn raters(run: &LoadedRun) -> Result<Vec<Rater>> {
    let asked = run.manifest["raters"].clone();
    let asked: Vec<Asked> = serde_json::from_value(asked).map_err(|error| {
        let message = format!(
            "the manifest of run {} does not say who was asked how",
            run.id
        );
        Error::input(message).because(error)
    })?;
    let raters = run.raters.iter().map(|line| {
        let asked = asked.iter().find(|asked| asked.id == line.id);
        rater(line, asked.unwrap_or(&Asked::default()), &run.prompt)
    });
    Ok(raters.collect())
}

fn rater(line: &RaterLine, asked: &Asked, prompt: &str) -> Rater {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let source = match line.kind {
        RaterKind::Llm => Source::Model(Model {
            name: [&asked.wire, &asked.base_url, &asked.model]
                .map(text)
                .join(" "),
            prompt: prompt.to_owned(),
            settings: json!([asked.structured, asked.max_tokens, asked.parameters]).to_string(),
            requests: asked.request_fingerprint.clone(),
            reported: asked.models_reported.clone(),
        }),
        RaterKind::Surrogate => Source::Surrogate(text(&asked.weights_blake3)),
        RaterKind::Recording => Source::Recording(text(&asked.recording_blake3)),
    };
    Rater {
        id: line.id.clone(),
        source,
        gold: line.gold.is_some(),
    }
}

/// What to say where the run that stands as the earlier one began after the other.
pub(super) fn order(before: &LoadedRun, after: &LoadedRun) -> Option<String> {
    let started = |run: &LoadedRun| {
        let started = run.manifest["started"].as_str();
        started.unwrap_or_default().to_owned()
    };
    (started(before) > started(after)).then(|| {
        format!(
            "run {} began after run {}: is the order right?",
            before.id, after.id
        )
    })
}
