//! Recorded ratings: read before anything is asked, and said once what of them is about this run and what cannot be used.

use crate::asking::Inquiry as _;
use crate::error::{Error, Kind, Result};
use crate::inventory::Problem;
use crate::plan::Plan;
use crate::rater::{Panel, Recorded, Recordings};
use crate::reconcile::{Method, refusal};
use crate::shell::recorded_text::{coverage, places};
use crate::shell::terminal::{clean, say};

/// Problems that stderr names; the rest is counted.
const SHOWN: usize = 3;

/// Reads what the recorded raters of a plan say of its tasks.
///
/// # Errors
/// A column is not in its file; `strict` and something cannot be used.
pub(super) fn read(plan: &Plan<'_>, recordings: &Recordings, strict: bool) -> Result<Recorded> {
    let (rubric, raters) = (plan.prompt.rubric(), plan.panel.raters());
    let recorded = Recorded::read(recordings, rubric, raters, None, plan.subjects())?;
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

/// Refuses gold that would calibrate the panel by a draw whose weights are not known, before anything is asked.
///
/// # Errors
/// [`Kind::Input`], see [`refusal`].
pub(super) fn check_drawn(panel: &Panel, recorded: &Recorded, method: Method) -> Result<()> {
    for (read, (rater, _, drawn)) in recorded
        .raters
        .iter()
        .filter(|read| read.drawn.is_some())
        .zip(recorded.drawn())
    {
        let rater = panel.raters().get(rater);
        if method.calibrates() && rater.is_some_and(|rater| rater.gold().is_some()) {
            refusal(drawn, &read.tasks())?;
        }
    }
    Ok(())
}
