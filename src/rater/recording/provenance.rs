//! Whose labels these are and how their tasks were chosen, as far as their file says it.

use crate::inventory::{LabelTable, Row};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What `design` says where a part of the tasks could not be drawn.
const PART: &str = "contested only";

/// Where the labels of a file of gold come from: columns `design`, `draw`, `run`, `reviewers` (joined by `; `), `labelled`,
/// `n_labels` and `agreed`, each where the file has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// How the tasks were drawn: `random`, `stratified`, `contested only`.
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

    /// Whether a part of the tasks could not be drawn: then the labels stand for no others.
    #[must_use]
    pub fn is_of_a_part(&self) -> bool {
        let mut designs = self.designs.iter();
        designs.any(|design| design.trim().eq_ignore_ascii_case(PART))
    }

    /// What it comes to, as a clause: "labelled by ann and bob, 2026-11-21 to 2026-11-23; draw 1a2b3c4d (stratified) of run …;
    /// 60 rows, 12 by two people or more, who agree on 10". Empty where the file says nothing.
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
                "{} rows, {} by two people or more, who agree on {}",
                self.rows, self.doubled, self.agreed
            ));
        }
        parts.join("; ")
    }
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
