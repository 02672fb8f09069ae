//! A finished run as the comparison takes it.

use crate::compare::{Model, Rater, Side, Source};
use crate::error::{Error, Result};
use crate::inventory::Field;
use crate::reconcile::{Reconciled, reconcile_as_far};
use crate::report::{RaterKind, RaterLine};
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::run_folder::PROMPT;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A run, reconciled as it was.
pub(super) struct Subject {
    pub run: LoadedRun,
    pub reconciled: Reconciled,
    raters: Vec<Rater>,
    told: Vec<Field>,
}

/// What its manifest says of how a rater was asked.
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

impl Subject {
    /// Reads a run and reconciles it.
    pub fn read(project: &Project, name: &str) -> Result<Self> {
        let run = LoadedRun::read(project, name)?;
        let reconciled = reconcile_as_far(&run.occupations(), &run.sheet, &run.options)?;
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
        Ok(Self {
            raters: raters.collect(),
            told: told(&run)?,
            reconciled,
            run,
        })
    }

    /// It as the comparison takes it.
    pub fn side(&self) -> Side<'_> {
        Side {
            run: &self.run.id,
            prompt: &self.run.prompt,
            rubric: &self.run.rubric,
            inventory: &self.run.inventory,
            raters: &self.raters,
            told: &self.told,
            sheet: &self.run.sheet,
            carried: &self.run.carried,
            reconciled: &self.reconciled,
        }
    }
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

/// What raters were told of a task. Embedded ones and recordings are told what no prompt says.
fn told(run: &LoadedRun) -> Result<Vec<Field>> {
    let path = run.folder.join(PROMPT);
    let hosted = run.raters.iter().any(|rater| rater.kind == RaterKind::Llm);
    let prompt = match hosted && path.is_file() {
        true => Some(Project::prompt_file(&path)?.0),
        false => None,
    };
    let counts = |field: &Field| match &prompt {
        Some(prompt) => prompt.counts(*field),
        None => field.always_counts(),
    };
    Ok(Field::ALL.into_iter().filter(counts).collect())
}

/// What a reader should know of two runs before any number.
pub(super) fn remarks(before: &Subject, after: &Subject) -> Vec<String> {
    let mut lines = Vec::new();
    let text = |subject: &Subject, key: &str| {
        let value = subject.run.manifest[key].as_str();
        value.unwrap_or_default().to_owned()
    };
    for subject in [before, after] {
        let status = text(subject, "status");
        if status != "complete" {
            let run = &subject.run.id;
            lines.push(format!("run {run} is {status}: ratings are missing in it"));
        }
    }
    if text(before, "started") > text(after, "started") {
        let (before, after) = (&before.run.id, &after.run.id);
        lines.push(format!(
            "run {before} began after run {after}: is the order right?"
        ));
    }
    lines
}
