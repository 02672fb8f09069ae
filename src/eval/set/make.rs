//! `gold.csv` of a new set: the drawn tasks with their labels, as a gold file with half and text.

use super::rows::to_hex;
use super::{Drawn, Plan, TaskRef};
use crate::error::Result;
use crate::rater::GoldKind;
use crate::report::Table;
use std::collections::BTreeMap;

/// Columns between those of the dimensions and the kind, but for note and probability: what a gold file says of a label.
pub const CARRIED: [&str; 8] = [
    "stratum",
    "design",
    "n_labels",
    "agreed",
    "reviewers",
    "labelled",
    "draw",
    "run",
];

/// A task that could be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameTask {
    /// Its ids.
    pub at: TaskRef,
    /// Hash of its text ([`text_hash`](crate::inventory::text_hash)).
    pub text: [u8; 16],
    /// A cell a dimension; empty where there is no label.
    pub labels: Vec<String>,
    /// Why it has this label, or what else was noted.
    pub note: String,
    /// With which probability it came to be labelled; `None` where nobody knows.
    pub probability: Option<f64>,
    /// What is known of its label, by column ([`CARRIED`]).
    pub carried: BTreeMap<&'static str, String>,
}

/// 8 hex digits that name a draw: another frame, seed or design has others.
#[must_use]
pub fn draw_id(plan: &Plan, frame: &[FrameTask]) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut add = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    add(&format!("{plan:?}"));
    for task in frame {
        add(&task.at.occupation_id);
        add(&task.at.task_id);
        add(&to_hex(&task.text));
        task.labels.iter().for_each(|label| add(label));
    }
    hasher.finalize().to_hex()[..8].to_owned()
}

/// The file: tasks in the order of the frame; the same draw gives the same bytes.
///
/// # Errors
/// None but for a mistake of this program: it is written into memory.
pub fn gold_csv(
    dimensions: &[String],
    kind: GoldKind,
    frame: &[FrameTask],
    drawn: &Drawn,
) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let asked = dimensions.iter().map(String::as_str);
    let header = ["occupation_id", "task_id"].into_iter().chain(asked);
    let header = header.chain(["note", "probability"]).chain(CARRIED);
    let header = header.chain(["kind", "half", "text"]);
    let mut table = Table::new(&mut bytes, "the gold of a set", header)?;
    for (place, half) in &drawn.tasks {
        let Some(task) = frame.get(*place) else {
            continue;
        };
        table.text(&task.at.occupation_id)?;
        table.text(&task.at.task_id)?;
        for label in &task.labels {
            table.text(label)?;
        }
        table.text(&task.note)?;
        table.number(task.probability.map(|known| known * drawn.probability))?;
        for column in CARRIED {
            table.text(task.carried.get(column).map_or("", String::as_str))?;
        }
        table.text(kind.name())?;
        table.text(half.name())?;
        table.text(&to_hex(&task.text))?;
        table.end_row()?;
    }
    table.finish()?;
    Ok(bytes)
}
