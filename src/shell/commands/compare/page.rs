//! The comparison for a person.

use super::figures::{points, signed};
use super::head::head;
use super::level::level;
use super::occupations::occupations;
use super::reasons::Reasons;
use crate::compare::{Cause, Comparison, DimensionChange, TaskChange};
use crate::error::Result;
use crate::ratings::round12;
use crate::shell::terminal::{bold, clean, faint};
use std::fmt::Write as _;

/// Characters of a rationale and of a task that are shown.
const SHOWN: usize = 240;

/// All that a terminal shows; `limit` is the most occupations and tasks of a dimension.
pub(super) fn page(found: &Comparison<'_>, reasons: &Reasons<'_>, limit: usize) -> Result<String> {
    let mut out = String::new();
    head(&mut out, found);
    for dimension in &found.dimensions {
        level(&mut out, dimension);
        occupations(&mut out, dimension, limit);
        tasks(&mut out, dimension, reasons, limit)?;
    }
    notes(&mut out, found);
    Ok(out)
}

fn tasks(
    out: &mut String,
    dimension: &DimensionChange<'_>,
    reasons: &Reasons<'_>,
    limit: usize,
) -> Result<()> {
    let changed = |one: &&TaskChange<'_>| one.change.is_some_and(|change| round12(change) != 0.0);
    let all = dimension.tasks.iter().filter(changed).count();
    if all == 0 {
        return Ok(());
    }
    let _ = writeln!(out, "\n{}", bold("Tasks that moved most"));
    for task in dimension.tasks.iter().filter(changed).take(limit) {
        one_task(out, dimension.dimension, task, reasons)?;
    }
    if all > limit {
        let _ = writeln!(
            out,
            "… and {} more; --limit shows more, --json all",
            all - limit
        );
    }
    Ok(())
}

fn one_task(
    out: &mut String,
    dimension: &str,
    task: &TaskChange<'_>,
    reasons: &Reasons<'_>,
) -> Result<()> {
    let short = |text: &str| clean(&crate::shortened(text, SHOWN));
    let _ = writeln!(
        out,
        "{}  {}  {}",
        bold(&format!("{:>6}", signed(task.change))),
        bold(&clean(task.task_id)),
        short(&format!("{}: {}", task.occupation, task.task)),
    );
    let own: Vec<String> = task
        .raters
        .iter()
        .filter(|(_, [was, is])| was.is_some() || is.is_some())
        .map(|(id, [was, is])| format!("{id} {} → {}", points(*was), points(*is)))
        .collect();
    let noise = match task.beyond_noise {
        Some(false) => ", within repeat noise",
        _ => "",
    };
    let _ = writeln!(
        out,
        "        {}{noise}; {} → {}: {}",
        why(task),
        points(task.before),
        points(task.after),
        clean(&own.join(", "))
    );
    for (said, when) in reasons
        .of_task(dimension, task)?
        .iter()
        .zip(["before", "after"])
    {
        if let Some(said) = said.as_ref().filter(|said| !said.is_empty()) {
            let _ = writeln!(
                out,
                "        {}",
                faint(&format!("{when}: {}", short(said)))
            );
        }
    }
    Ok(())
}

/// The cause of a task's change, in words.
fn why(task: &TaskChange<'_>) -> String {
    match task.cause {
        Cause::Same => "same text, same raters asked in the same way".to_owned(),
        Cause::Raters => "same text, raters or prompt differ".to_owned(),
        Cause::Method => "same text, no rater asked otherwise; reconciled otherwise".to_owned(),
        Cause::Text => format!("what raters are told changed ({})", task.fields.join(", ")),
        other => other.name().to_owned(),
    }
}

fn notes(out: &mut String, found: &Comparison<'_>) {
    out.push('\n');
    for one in &found.not_compared {
        let line = format!("{} is not compared: {}", one.dimension, one.reason);
        let _ = writeln!(out, "{}", clean(&line));
    }
    let by_gold = found.dimensions.iter();
    let by_gold = by_gold.filter(|one| one.scores_by_gold.contains(&true));
    let by_gold: Vec<&str> = by_gold.map(|one| one.dimension).collect();
    if !by_gold.is_empty() {
        let line = format!(
            "Scores of {} are weighted means of the consensus here. The runs' own scores (occupations.csv) are corrected by gold \
             as means of many tasks (GREG), and can differ.",
            by_gold.join(", ")
        );
        let _ = writeln!(out, "{}", clean(&line));
    }
    let text = "Moved is what can be told from chance over the tasks that read the same, with false discoveries held at 5 %; of the rest no \
                change was detectable. “change” is the sum of its parts: same (asked alike again), raters (or prompt), method (reconciled otherwise), text, weights, new, gone, moved \
                (between occupations), missing (rated in one run). “same text” counts each task once; “raters' own” is from the \
                smallest to the largest change of the raters' own scores, no confidence interval. docs/compare.md has the formulas.";
    let _ = writeln!(out, "{}", faint(text));
}
