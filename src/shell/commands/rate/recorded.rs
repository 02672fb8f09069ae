//! Recorded ratings: read before anything is asked, and said once what of them is about this run and what cannot be used.

use crate::asking::Inquiry as _;
use crate::error::{Error, Kind, Result};
use crate::inventory::Problem;
use crate::plan::Plan;
use crate::rater::{Panel, Rater, Recorded, RecordedRater, Recordings};
use crate::rubric::Rubric;
use crate::shell::terminal::{clean, say};

/// Problems that stderr names; the rest is counted.
const SHOWN: usize = 3;
/// Raters of one file that a line names.
const NAMED: usize = 3;

/// Reads what the recorded raters of a plan say of its tasks.
///
/// # Errors
/// A column is not in its file; `strict` and something cannot be used.
pub(super) fn read(plan: &Plan<'_>, recordings: &Recordings, strict: bool) -> Result<Recorded> {
    let (rubric, raters) = (plan.prompt.rubric(), plan.panel.raters());
    let recorded = Recorded::read(recordings, rubric, raters, plan.subjects())?;
    let problems = recorded.problems();
    if strict && !problems.is_empty() {
        let message = format!(
            "{} cannot be used:{}",
            places(&problems),
            Problem::list(&problems)
        );
        return Err(Error::input(message).hint(
            "mend them, fold what they hold ([[recordings]] fold = { … }), or leave --strict out to go on without them",
        ));
    }
    for note in recordings.notes() {
        say!("{}", clean(note));
    }
    for line in coverage(raters, &recorded, rubric) {
        say!("{}", clean(&line));
    }
    if !problems.is_empty() {
        let places = places(&problems);
        say!("{places} cannot be used and are left out, the first:");
        for problem in problems.iter().take(SHOWN) {
            say!("  {}", clean(&problem.to_string()));
        }
        say!(
            "  fold = {{ … }} says what a cell stands for; manifest.json lists them by rater, --strict refuses them"
        );
    }
    Ok(recorded)
}

/// Refuses a panel in which there is nobody to calibrate.
///
/// # Errors
/// [`Kind::Setup`]: every rater is marked gold.
pub(super) fn check_gold(panel: &Panel) -> Result<()> {
    let raters = panel.raters();
    if raters.iter().any(|rater| rater.gold().is_none()) {
        return Ok(());
    }
    let ids: Vec<&str> = raters.iter().map(|rater| rater.id.as_str()).collect();
    let message = format!(
        "every rater of the panel is marked gold ({}): gold calibrates a panel and is no part of it",
        ids.join(", ")
    );
    Err(Error::new(Kind::Setup, message)
        .hint("name a rater to calibrate with --rater, or take the mark away to rate with it as with any other"))
}

/// Refuses a panel with several raters that are marked gold: one of them is used at a time.
///
/// # Errors
/// [`Kind::Setup`]: more than one is marked.
pub(super) fn check_one_gold(panel: &Panel) -> Result<()> {
    let marked = panel.raters().iter().filter(|rater| rater.gold().is_some());
    let marked: Vec<&str> = marked.map(|rater| rater.id.as_str()).collect();
    if marked.len() < 2 {
        return Ok(());
    }
    let message = format!(
        "{} are all marked gold, and one calibrates a panel",
        marked.join(", ")
    );
    Err(Error::new(Kind::Setup, message).hint(
        "mark one of them, or name the raters with --rater; `reconcile RUN --gold RATER` uses another recorded rater later",
    ))
}

/// How much of each file is about this run, a line for the raters that share it.
fn coverage(raters: &[Rater], recorded: &Recorded, rubric: &Rubric) -> Vec<String> {
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
    remarks
}

fn places(problems: &[Problem]) -> String {
    match problems.len() {
        1 => "1 place of recorded ratings".to_owned(),
        several => format!("{several} places of recorded ratings"),
    }
}
