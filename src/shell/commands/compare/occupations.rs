//! The occupations whose scores changed, for a person.

use super::figures::{answer, interval, points, signed};
use crate::compare::{Cause, DimensionChange, OccupationChange, Verdict};
use crate::ratings::{median_of_sorted, round12};
use crate::shell::table;
use crate::shell::terminal::{bold, faint};
use std::fmt::Write as _;

/// At most `limit` occupations: first those that moved, then the largest changes.
pub(super) fn occupations(out: &mut String, dimension: &DimensionChange<'_>, limit: usize) {
    let few = match dimension.occupations.len() - dimension.looked_at {
        0 => String::new(),
        n => format!("; {n} more have too few tasks that read the same"),
    };
    let title = format!(
        "{} of {} occupations looked at moved{few}",
        dimension.moved, dimension.looked_at
    );
    let _ = writeln!(out, "\n{}", bold(&title));
    let all = dimension.occupations.iter();
    let mut shown: Vec<&OccupationChange<'_>> = all.filter(|one| changed(one)).collect();
    if shown.is_empty() {
        out.push_str("No score changed.\n");
        return;
    }
    let size = |one: &OccupationChange<'_>| one.change.map_or(-1.0, |change| round12(change.abs()));
    shown.sort_by(|a, b| {
        let first = moved(b).cmp(&moved(a));
        first.then(size(b).total_cmp(&size(a)))
    });
    let all = shown.len();
    shown.truncate(limit);
    rows(out, &shown);
    if all > limit {
        let more = all - limit;
        let _ = writeln!(out, "… and {more} more; --limit shows more, --csv all");
    }
    median_mde(out, dimension);
}

fn moved(one: &OccupationChange<'_>) -> bool {
    one.same_text.verdict == Verdict::Moved
}

/// Whether there is anything to show, if only parts that cancel.
fn changed(one: &OccupationChange<'_>) -> bool {
    let mut parts = one.parts.iter().flat_map(|parts| parts.values());
    let change = one.change.is_none_or(|change| round12(change) != 0.0);
    change || parts.any(|part| round12(part.points) != 0.0) || moved(one)
}

/// A table with a column for every cause that has a part in it.
fn rows(out: &mut String, shown: &[&OccupationChange<'_>]) {
    let part = |one: &OccupationChange<'_>, cause: Cause| {
        let parts = one.parts.as_ref()?;
        parts.get(&cause).map(|part| part.points)
    };
    let there = |cause: &Cause| {
        let mut points = shown.iter().filter_map(|one| part(one, *cause));
        points.any(|points| round12(points) != 0.0)
    };
    let causes: Vec<Cause> = Cause::ALL.into_iter().filter(there).collect();
    let mut header = vec!["occupation", "before", "after", "change"];
    header.extend(causes.iter().map(|cause| cause.name()));
    header.extend(["same text [95 %]", "tasks", "raters' own", "moved?"]);
    let rows = shown.iter().map(|one| {
        let mut row = vec![one.occupation.to_owned()];
        row.extend([points(one.before), points(one.after), signed(one.change)]);
        row.extend(causes.iter().map(|&cause| signed(part(one, cause))));
        let same = &one.same_text;
        let ends = interval(same).map_or_else(String::new, |text| format!(" [{text}]"));
        row.push(format!("{}{ends}", signed(same.mean)));
        row.push(same.n.to_string());
        row.push(one.range.map_or_else(
            || "–".to_owned(),
            |[low, high]| format!("{} to {}", signed(Some(low)), signed(Some(high))),
        ));
        row.push(answer(same));
        row
    });
    out.push_str(&table::plain(&header, rows.collect()));
}

/// What could have been seen: without it "nothing moved" says nothing.
fn median_mde(out: &mut String, dimension: &DimensionChange<'_>) {
    let known = dimension.occupations.iter();
    let mut known: Vec<f64> = known.filter_map(|one| one.same_text.mde).collect();
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
