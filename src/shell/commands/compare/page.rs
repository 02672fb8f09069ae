//! The comparison for a person.

use super::figures::{interval, points, signed, verdict};
use super::head::head;
use super::reasons::Reasons;
use crate::compare::{Cause, Comparison, DimensionChange, OccupationChange, TaskChange, Verdict};
use crate::error::Result;
use crate::ratings::{median_of_sorted, round12};
use crate::shell::table;
use crate::shell::terminal::{bold, clean, faint};
use std::fmt::Write as _;

/// Characters of a rationale and of a task that are shown.
const SHOWN: usize = 240;

/// All that a terminal shows; `limit` is the most occupations and tasks of a dimension.
pub(super) fn page(found: &Comparison<'_>, reasons: &Reasons<'_>, limit: usize) -> Result<String> {
    let mut out = String::new();
    head(&mut out, found);
    for dimension in &found.dimensions {
        whole(&mut out, dimension);
        occupations(&mut out, dimension, limit);
        tasks(&mut out, dimension, reasons, limit)?;
    }
    notes(&mut out, found);
    Ok(out)
}

fn whole(out: &mut String, dimension: &DimensionChange<'_>) {
    let _ = writeln!(
        out,
        "\n{}",
        bold(&format!(
            "{}, in points of the 0–100 score",
            dimension.dimension
        ))
    );
    let whole = &dimension.whole;
    let _ = writeln!(
        out,
        "{} tasks of {} occupations read the same and are rated in both: mean {} → {}, change {}{}, {}",
        whole.n,
        whole.occupations,
        points(whole.before),
        points(whole.after),
        signed(whole.mean),
        interval(whole).map_or_else(String::new, |text| format!(" [{text}]")),
        verdict(whole),
    );
    if let Some(scores) = &dimension.scores {
        let parts = scores.parts.iter();
        let parts = parts.filter(|(_, part)| round12(part.points) != 0.0);
        let parts: Vec<String> = parts
            .map(|(cause, part)| format!("{} {}", cause.name(), signed(Some(part.points))))
            .collect();
        let _ = writeln!(
            out,
            "Mean score of the {} occupations in both: {} → {}, change {}{}",
            scores.occupations,
            points(Some(scores.before)),
            points(Some(scores.after)),
            signed(Some(scores.change)),
            match parts.is_empty() {
                true => String::new(),
                false => format!(" ({})", parts.join(", ")),
            },
        );
    }
    if let [was, is] = dimension.methods
        && was != is
    {
        let _ = writeln!(out, "The consensus is made otherwise: {was} → {is}");
    }
    for (noise, run) in dimension.noise.iter().zip(["earlier", "later"]) {
        if let Some(noise) = noise {
            let _ = writeln!(
                out,
                "Noise: two answers of one rater to one question lie {:.1} apart in the {run} run ({} tasks)",
                noise.within, noise.tasks
            );
        }
    }
    let rows: Vec<Vec<String>> = dimension
        .raters
        .iter()
        .map(|one| {
            let mut row = vec![one.rater.to_owned()];
            let of = &one.difference;
            row.extend([points(of.before), points(of.after), signed(of.mean)]);
            row.push(interval(of).unwrap_or_else(|| "–".to_owned()));
            row.extend([of.n.to_string(), verdict(of)]);
            row
        })
        .collect();
    if !rows.is_empty() {
        let header = [
            "rater, own values",
            "before",
            "after",
            "change",
            "95 % interval",
            "tasks",
            "",
        ];
        out.push_str(&table::plain(&header, rows));
    }
}

fn occupations(out: &mut String, dimension: &DimensionChange<'_>, limit: usize) {
    let changed = |one: &&OccupationChange<'_>| {
        one.change.is_none_or(|change| round12(change) != 0.0)
            || one.same_text.verdict == Verdict::Moved
    };
    let mut shown: Vec<&OccupationChange<'_>> =
        dimension.occupations.iter().filter(changed).collect();
    let _ = writeln!(
        out,
        "\n{}",
        bold(&format!(
            "{} of {} occupations looked at moved (by their tasks that read the same; false discoveries held at 5 %)",
            dimension.moved, dimension.looked_at
        ))
    );
    if shown.is_empty() {
        out.push_str("No score changed.\n");
        return;
    }
    let size = |one: &OccupationChange<'_>| one.change.map_or(-1.0, |change| round12(change.abs()));
    let moved = |one: &OccupationChange<'_>| one.same_text.verdict == Verdict::Moved;
    shown.sort_by(|a, b| moved(b).cmp(&moved(a)).then(size(b).total_cmp(&size(a))));
    let all = shown.len();
    shown.truncate(limit);
    let part = |one: &OccupationChange<'_>, cause: Cause| {
        let parts = one.parts.as_ref()?;
        parts.get(&cause).map(|part| part.points)
    };
    let there = |cause: &Cause| {
        let points = shown.iter().filter_map(|one| part(one, *cause));
        points.into_iter().any(|points| round12(points) != 0.0)
    };
    let causes: Vec<Cause> = Cause::ALL.into_iter().filter(there).collect();
    let mut header = vec!["occupation", "before", "after", "change"];
    header.extend(causes.iter().map(|cause| cause.name()));
    header.extend(["same text [95 %]", "raters' own", ""]);
    let rows = shown.iter().map(|one| {
        let mut row = vec![one.occupation.to_owned()];
        row.extend([points(one.before), points(one.after), signed(one.change)]);
        row.extend(causes.iter().map(|&cause| signed(part(one, cause))));
        row.push(format!(
            "{} (n {})",
            signed(one.same_text.mean),
            one.same_text.n
        ));
        row.push(interval(&one.same_text).unwrap_or_else(|| "–".to_owned()));
        row.push(one.range.map_or_else(
            || "–".to_owned(),
            |[low, high]| format!("{} to {}", signed(Some(low)), signed(Some(high))),
        ));
        row.push(verdict(&one.same_text));
        row
    });
    out.push_str(&table::plain(&header, rows.collect()));
    if all > limit {
        let _ = writeln!(
            out,
            "… and {} more; --limit shows more, --csv all",
            all - limit
        );
    }
    median_mde(out, dimension);
}

/// What could have been seen: without it "nothing moved" says nothing.
fn median_mde(out: &mut String, dimension: &DimensionChange<'_>) {
    let known = dimension
        .occupations
        .iter()
        .filter_map(|one| one.same_text.mde);
    let mut known: Vec<f64> = known.collect();
    known.sort_by(f64::total_cmp);
    if let Some(median) = median_of_sorted(&known).filter(|_| known.len() > 1) {
        let text = format!(
            "Smallest change of an occupation that one test would have found in 4 of 5 cases (MDE): {median:.1} in the median of {} \
             occupations.",
            known.len()
        );
        let _ = writeln!(out, "{}", faint(&text));
    }
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
    let text = "“change” is the sum of its parts: same (asked alike again), raters (or prompt), text, weights, new, gone, moved \
                (between occupations), missing (rated in one run). “same text” counts each task once; “raters' own” is from the \
                smallest to the largest change of the raters' own scores, no confidence interval. docs/compare.md has the formulas.";
    let _ = writeln!(out, "{}", faint(text));
}
