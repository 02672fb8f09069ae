//! Whose labels these are and how their tasks were chosen, as far as their file says it.

use crate::inventory::{LabelTable, Row};
use crate::ratings::Part;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What `design` may say, for people.
pub(super) const DESIGNS: &str =
    "known: random, stratified, contested only, picked, stands for N of M tasks";
/// What `design` says where a part of the tasks could not be drawn, where people picked, and where a part has no label.
const CONTESTED: &str = "contested only";
const PICKED: &str = "picked";
const COVERS: [&str; 3] = ["stands for ", " of ", " tasks"];

/// Where the labels of a file of gold come from: columns `design`, `draw`, `run`, `reviewers` (joined by `; `), `labelled`,
/// `n_labels` and `agreed`, each where the file has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// How the tasks were drawn: `random`, `stratified`, `stands for N of M tasks`, `contested only`, `picked`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub designs: Vec<String>,
    /// Ids of the draws.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub draws: Vec<String>,
    /// The runs that they were made from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<String>,
    /// Who labelled.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviewers: Vec<String>,
    /// When the first and the last task got its last label, as RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labelled: Option<(String, String)>,
    /// Rows of the file.
    pub rows: usize,
    /// Rows on which two people or more labelled.
    pub doubled: usize,
    /// Those of them on which they agree.
    pub agreed: usize,
}

impl Provenance {
    /// That of a table.
    pub(super) fn of(table: &LabelTable) -> Self {
        let texts = |name: &str, separator: Option<&str>| -> Vec<String> {
            let mut found = BTreeSet::new();
            for cell in column(table, name).into_iter().flatten() {
                match separator {
                    Some(separator) => found.extend(cell.split(separator).map(str::trim)),
                    None => {
                        found.insert(cell);
                    }
                }
            }
            found
                .into_iter()
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let times = texts("labelled", None);
        let agreed = |wanted: &str| {
            let cells = column(table, "agreed").into_iter().flatten();
            cells.filter(|cell| *cell == wanted).count()
        };
        Self {
            designs: texts("design", None),
            draws: texts("draw", None),
            runs: texts("run", None),
            reviewers: texts("reviewers", Some(";")),
            labelled: times.first().cloned().zip(times.last().cloned()),
            rows: table.rows().count(),
            doubled: agreed("yes") + agreed("no"),
            agreed: agreed("yes"),
        }
    }

    /// The part of the tasks that the labels stand for, where that is not all of them, or nearly all.
    #[must_use]
    pub fn part(&self) -> Option<Part> {
        self.designs.iter().find_map(|design| part_of(design)?)
    }

    /// What it comes to, as a clause: "labelled by ann and bob, 2026-11-21 to 2026-11-23; draw 1a2b3c4d (stratified) of run …;
    /// 60 rows, 12 by two people or more". Empty where the file says nothing.
    #[must_use]
    pub fn words(&self) -> String {
        let mut parts = Vec::new();
        let day = |time: &str| time.get(..10).unwrap_or(time).to_owned();
        let when = self
            .labelled
            .as_ref()
            .map(|(first, last)| match day(first) == day(last) {
                true => day(first),
                false => format!("{} to {}", day(first), day(last)),
            });
        match (self.reviewers.is_empty(), when) {
            (false, Some(when)) => {
                parts.push(format!("labelled by {}, {when}", and(&self.reviewers)))
            }
            (false, None) => parts.push(format!("labelled by {}", and(&self.reviewers))),
            (true, Some(when)) => parts.push(format!("labelled {when}")),
            (true, None) => {}
        }
        let design = self.designs.join(", ");
        let draws = match (self.draws.as_slice(), design.as_str()) {
            ([], "") => String::new(),
            ([], design) => format!("design: {design}"),
            ([one], "") => format!("draw {one}"),
            ([one], design) => format!("draw {one} ({design})"),
            (several, "") => format!("draws {}", and(several)),
            (several, design) => format!("draws {} ({design})", and(several)),
        };
        match (draws.is_empty(), self.runs.is_empty()) {
            (false, false) => parts.push(format!("{draws} of run {}", and(&self.runs))),
            (false, true) => parts.push(draws),
            _ => {}
        }
        if self.doubled > 0 {
            parts.push(format!(
                "{} rows, {} by two people or more",
                self.rows, self.doubled
            ));
        }
        parts.join("; ")
    }
}

/// Whether a cell says how tasks were drawn.
pub(super) fn is_design(cell: &str) -> bool {
    part_of(cell).is_some()
}

/// The part of the tasks that a design leaves its labels to stand for, none where that is (nearly) all; `None` for another word.
pub(super) fn part_of(design: &str) -> Option<Option<Part>> {
    Some(match design.trim().to_lowercase().as_str() {
        "random" | "stratified" => None,
        CONTESTED => Some(Part::Contested),
        PICKED => Some(Part::Picked),
        design => {
            let [start, between, end] = COVERS;
            let counts = design.strip_prefix(start)?.strip_suffix(end)?;
            let (tasks, of) = counts.split_once(between)?;
            Part::covered(tasks.parse().ok()?, of.parse().ok()?)
        }
    })
}

/// The cells of a column, empty ones left out; `None` where there is none of the name.
fn column<'t>(
    table: &'t LabelTable,
    name: &'t str,
) -> Option<impl Iterator<Item = &'t str> + use<'t>> {
    let at = table.columns().iter().position(|column| column == name)?;
    Some(table.rows().filter_map(move |row: Row<'t>| row.get(at)))
}

/// `ann, bob and cyd`.
fn and(list: &[String]) -> String {
    match list {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => list.join(", "),
    }
}
