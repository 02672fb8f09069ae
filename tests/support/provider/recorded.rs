//! Recorded mode: published labels and explanations of three models, by the text of the task.
//!
//! The folder holds `exposure_labels_22_raters.csv` (columns `task_id`, `Task`) and
//! `<model>_with_explanations.csv` (columns `task_id`, `label`, `explanation`).

use std::collections::HashMap;
use std::path::Path;

/// The models with published explanations.
pub const MODELS: [&str; 3] = ["gpt-4-turbo", "gpt-5.4", "o3"];

const TASKS: &str = "exposure_labels_22_raters.csv";

/// One model's published answer on one task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The model that gave it.
    pub model: &'static str,
    /// E0, E2 or E1; the published E3 (images) counts as E2.
    pub label: String,
    /// Its explanation.
    pub explanation: String,
}

/// All recorded answers.
#[derive(Debug, Default)]
pub struct Archive {
    verdicts: HashMap<(&'static str, String), Verdict>,
}

impl Archive {
    /// Reads the folder `multi_llm_2026` of a data folder; the message names the file that is wrong.
    pub fn load(data: &Path) -> Result<Self, String> {
        let folder = data.join("multi_llm_2026");
        let mut texts = HashMap::new();
        for [id, text] in columns(&folder.join(TASKS), ["task_id", "Task"])? {
            texts.insert(id, normalise(&text));
        }
        let mut verdicts = HashMap::new();
        for model in MODELS {
            let path = folder.join(format!("{model}_with_explanations.csv"));
            for [id, label, explanation] in columns(&path, ["task_id", "label", "explanation"])? {
                let Some(text) = texts.get(&id) else { continue };
                let label = if label == "E3" {
                    "E2".to_owned()
                } else {
                    label
                };
                // A few statements occur under two ids; the first one counts.
                let verdict = Verdict {
                    model,
                    label,
                    explanation,
                };
                verdicts.entry((model, text.clone())).or_insert(verdict);
            }
        }
        Ok(Self { verdicts })
    }

    /// How many answers there are.
    pub fn len(&self) -> usize {
        self.verdicts.len()
    }

    /// What a model, named as asked, is on record with for a task.
    pub fn find(&self, model: &str, task: &str) -> Option<&Verdict> {
        let model = MODELS.into_iter().find(|known| {
            let head = model.strip_suffix(known);
            head.is_some_and(|head| !head.ends_with(|c: char| c.is_alphanumeric()))
        })?;
        self.verdicts.get(&(model, normalise(task)))
    }
}

/// Lower case, letters and digits only, one space between words.
pub fn normalise(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn columns<const N: usize>(path: &Path, names: [&str; N]) -> Result<Vec<[String; N]>, String> {
    let told = |error: csv::Error| format!("{}: {error}", path.display());
    let mut reader = csv::Reader::from_path(path).map_err(told)?;
    let headers = reader.headers().map_err(told)?.clone();
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(names) {
        let at = headers
            .iter()
            .position(|h| h.trim_start_matches('\u{feff}') == name);
        *place = at.ok_or_else(|| format!("{}: no column `{name}`", path.display()))?;
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(told)?;
        rows.push(places.map(|at| record.get(at).unwrap_or_default().to_owned()));
    }
    Ok(rows)
}
