//! What a person should know of recorded files once they are read.

use crate::error::{Error, Result};
use crate::inventory::Problem;
use crate::rater::{Rater, Recorded, RecordedRater};
use crate::rubric::Rubric;

/// Raters of one file that a line names.
const NAMED: usize = 3;

/// How much of each file is about this run, a line for the raters that share it.
pub(super) fn coverage(raters: &[Rater], recorded: &Recorded, rubric: &Rubric) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for read in &recorded.raters {
        let rater = &raters[read.rater];
        for line in remarks(rater, read, rubric) {
            match groups.iter_mut().find(|(known, _)| *known == line) {
                Some((_, ids)) => ids.push(&rater.id),
                None => groups.push((line, vec![&rater.id])),
            }
        }
    }
    let line = |(line, ids): (String, Vec<&str>)| {
        let mut names = ids
            .iter()
            .take(NAMED)
            .copied()
            .collect::<Vec<_>>()
            .join(", ");
        if let Some(more) = ids.len().checked_sub(NAMED).filter(|more| *more > 0) {
            names = format!("{names} and {more} more");
        }
        format!("{line} ({names})")
    };
    groups.into_iter().map(line).collect()
}

/// What `--strict` does with cells that cannot be used.
///
/// # Errors
/// There is one; all are named.
pub(super) fn refuse(problems: &[Problem]) -> Result<()> {
    if problems.is_empty() {
        return Ok(());
    }
    let list = Problem::list(problems);
    let message = format!("{} cannot be used:{list}", places(problems));
    Err(Error::input(message).hint("mend them, or leave --strict out to go on without them"))
}

/// What a person should know of one recorded rater.
fn remarks(rater: &Rater, read: &RecordedRater, rubric: &Rubric) -> Vec<String> {
    let Some(recording) = rater.recording() else {
        return Vec::new();
    };
    let file = &recording.file;
    let mut remarks = Vec::new();
    if !recording
        .columns
        .keys()
        .any(|id| rubric.position(id).is_some())
    {
        let rated: Vec<&str> = recording.columns.keys().map(String::as_str).collect();
        remarks.push(format!(
            "{file}: it rates {}, which the rubric '{}' does not ask for: none of it counts",
            rated.join(", "),
            rubric.id()
        ));
    }
    let (rows, used) = (read.rows, read.rows_used);
    if let Some((there, here)) = &read.strangers {
        remarks.push(format!(
            "{file}: no row is about a task of this run; the file has tasks such as {there}, the run such as {here}"
        ));
    } else if read.rows == 0 {
        remarks.push(format!("{file}: no row is about this rater"));
    } else if read.rows_used < read.rows {
        remarks.push(format!(
            "{file}: {used} of {rows} rows are about tasks of this run"
        ));
    }
    remarks.extend(read.lost.iter().map(|lost| format!("{file}: {lost}")));
    remarks
}

/// How many places of recorded files cannot be used, in words.
pub(super) fn places(problems: &[Problem]) -> String {
    match problems.len() {
        1 => "1 place of recorded ratings".to_owned(),
        several => format!("{several} places of recorded ratings"),
    }
}
