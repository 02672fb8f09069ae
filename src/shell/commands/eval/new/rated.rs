//! From what a recorded rater says of a task to a task that can be drawn.

use crate::error::{Error, Kind, Result};
use crate::eval::set::{FrameTask, TaskRef};
use crate::inventory::{Inventory, Item, text_hash};
use crate::rater::{Rater, Recorded, Recordings};
use crate::rating::{Outcome, Rating};
use crate::rubric::Rubric;
use std::collections::BTreeMap;

/// A task as it would be if each had been drawn for certain.
pub(super) fn task(Item { occupation, task }: Item<'_>, labels: Vec<String>) -> FrameTask {
    FrameTask {
        at: TaskRef {
            occupation_id: occupation.id.clone(),
            task_id: task.id.clone(),
        },
        text: text_hash(&task.statement),
        labels,
        note: String::new(),
        probability: Some(1.0),
        carried: BTreeMap::from([
            ("stratum", "all".to_owned()),
            ("design", "random".to_owned()),
        ]),
    }
}

/// The rating of a task by the one rater that was read.
pub(super) fn rated(read: &Recorded, number: usize) -> Option<Rating> {
    let mut all = read.rate(number).map(|(_, rating)| rating);
    all.next().filter(|rating| rating.outcome == Outcome::Rated)
}

/// With which probability a task was drawn before, where its file says so.
pub(super) fn drawn(read: &Recorded, number: usize, task: &mut FrameTask) {
    if let Some((_, provenance, drawn)) = read.drawn().next() {
        task.probability = drawn.probability(number);
        let designs = provenance.designs.join("; ");
        task.carried
            .insert("design", design(Some(&designs), task.probability));
    }
}

/// How a task was drawn before, in a word that a gold file knows.
pub(super) fn design(designs: Option<&str>, probability: Option<f64>) -> String {
    match (designs, probability) {
        (_, None) => "picked".to_owned(),
        (Some(one), _) if !one.is_empty() && !one.contains("; ") => one.to_owned(),
        _ => "stratified".to_owned(),
    }
}

/// The dimensions of a rubric that a recorded rater has columns for.
pub(super) fn columns_of(rater: &Rater, rubric: &Rubric) -> Vec<String> {
    let own = rater.recording().map(|recording| &recording.columns);
    let all = rubric.dimensions().iter().map(|one| one.id.clone());
    all.filter(|id| own.is_some_and(|own| own.contains_key(id)))
        .collect()
}

/// The texts that a rater labelled, by number of the task.
pub(super) fn texts(
    rater: &Rater,
    recordings: &Recordings,
    column: &str,
    inventory: &Inventory,
) -> Result<BTreeMap<usize, String>> {
    let texts = recordings.column(rater, column, inventory.items())?;
    texts.ok_or_else(|| {
        let file = rater.recording().map_or("", |own| &own.file);
        Error::new(Kind::Usage, format!("{file} has no column '{column}'"))
            .hint("--text-column names the column with the text that was labelled")
    })
}
