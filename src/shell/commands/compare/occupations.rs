//! The occupations whose scores changed, for a person.

use super::figures::{answer, interval, points, signed};
use crate::compare::{Cause, DimensionChange, OccupationChange, Verdict};
use crate::ratings::{median_of_sorted, round12};
use crate::shell::table;
use crate::shell::terminal::{bold, faint};
use std::fmt::Write as _;

/// At most `limit` occupations: first those that moved, then the largest changes.
pub(super) fn occupations(out: &mut String, dimension: &DimensionChange<'_>, limit: usize) {
    let all = &dimension.occupations;
    let otherwise =
        |one: &&OccupationChange<'_>| one.same_text.verdict == Verdict::ReconciledOtherwise;
    let otherwise = all.iter().filter(otherwise).count();
    let by_list = all.iter().filter(|one| changed_by_list(one)).count();
    let few = match all.len() - dimension.looked_at - otherwise {
        0 => String::new(),
        n => format!("; {n} more have too few tasks that read the same"),
    };
    let otherwise = match otherwise {
        0 => String::new(),
        n => format!("; {n} reconciled otherwise and not tested"),
    };
    let by_list = match by_list {
        0 => String::new(),
        1 => "; 1 score changed through weights, new, gone or moved tasks".to_owned(),
        n => format!("; {n} scores changed through weights, new, gone or moved tasks"),
    };
    let title = format!(
        "{} of {} occupations looked at moved{few}{otherwise}{by_list}",
        dimension.moved, dimension.looked_at
    );
    let _ = writeln!(out, "\n{}", bold(&title));
    let mut shown: Vec<&OccupationChange<'_>> = all.iter().filter(|one| changed(one)).collect();
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

/// Whether its score changed through the list of tasks, and not, or not only, through ratings.
fn changed_by_list(one: &OccupationChange<'_>) -> bool {
    let list = [Cause::Weights, Cause::New, Cause::Gone, Cause::Moved];
    let mut parts = one.parts.iter().flatten();
    parts.any(|(cause, part)| list.contains(cause) && round12(part.points) != 0.0)
}

/// Whether there is anything to show, if only parts that cancel. Of an occupation that is rated in neither run there is not.
fn changed(one: &OccupationChange<'_>) -> bool {
    let mut parts = one.parts.iter().flat_map(|parts| parts.values());
    let change = match (one.before, one.after) {
        (None, None) => false,
        (Some(was), Some(is)) => round12(is - was) != 0.0,
        _ => true,
    };
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
    header.extend(["same text [95 %]", "n", "raters' own", "ratings moved?"]);
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

#[cfg(test)]
mod tests {
    use super::super::figures::made_up;
    use super::*;
    use crate::compare::Part;

    /// An occupation whose score changed by so much through its tasks' weights; `None` where nobody rated it.
    fn occupation(by_weights: Option<f64>) -> OccupationChange<'static> {
        let part = |points| Part { points, tasks: 2 };
        OccupationChange {
            occupation_id: "o",
            occupation: "Bakers",
            id_before: None,
            before: by_weights.map(|_| 50.0),
            after: by_weights.map(|points| 50.0 + points),
            change: by_weights,
            parts: by_weights.map(|points| [(Cause::Weights, part(points))].into()),
            same_text: made_up(0.0, 1.0, Verdict::TooFew),
            range: None,
            n_raters: 0,
            n_rated: [0, 0],
        }
    }

    fn shown(occupations_of_it: Vec<OccupationChange<'static>>) -> String {
        let dimension = DimensionChange {
            dimension: "exposure",
            methods: ["mean", "mean"],
            reconciled_otherwise: false,
            scores_by_gold: [false, false],
            noise: [None, None],
            whole: made_up(0.0, 1.0, Verdict::TooFew),
            scores: None,
            raters: Vec::new(),
            looked_at: 0,
            moved: 0,
            occupations: occupations_of_it,
            tasks: Vec::new(),
        };
        let mut out = String::new();
        occupations(&mut out, &dimension, 10);
        out
    }

    #[test]
    fn what_nobody_rated_is_no_row() {
        let out = shown(vec![occupation(None), occupation(Some(0.0))]);
        assert!(out.ends_with("\nNo score changed.\n"), "{out}");
    }

    #[test]
    fn scores_that_changed_through_the_list_stand_beside_those_that_moved() {
        let out = shown(vec![occupation(Some(2.0)), occupation(None)]);
        let title = "0 of 0 occupations looked at moved; 2 more have too few tasks that read the same; 1 score changed through \
                     weights, new, gone or moved tasks";
        assert!(out.contains(title), "{out}");
        assert!(out.contains("ratings moved?"), "{out}");
        let again = shown(vec![occupation(Some(2.0)), occupation(Some(1.0))]);
        assert!(
            again.contains("2 scores changed through weights"),
            "{again}"
        );
    }

    #[test]
    fn what_is_reconciled_otherwise_is_said_and_not_called_too_few() {
        let mut one = occupation(Some(0.0));
        one.same_text = made_up(2.0, 1.0, Verdict::ReconciledOtherwise);
        let out = shown(vec![one]);
        let title = "0 of 0 occupations looked at moved; 1 reconciled otherwise and not tested";
        assert!(out.contains(title), "{out}");
    }
}
