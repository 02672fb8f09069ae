//! In what two runs reconcile otherwise: then another consensus is no change of what raters say.

use super::Side;
use super::rater::RaterPair;
use crate::reconcile::{CENTRED, MEAN, MEAN_NOTHING_COMMON, Reconciliation};

/// What was chosen otherwise, in words: the method that was asked for, gold, whose labels it is, and how it was had.
pub(super) fn choices(sides: [&Side<'_>; 2], raters: &[RaterPair<'_>]) -> Vec<String> {
    let mut all = Vec::new();
    let [was, is] = sides.map(|side| side.reconciled.options.method.name());
    if was != is {
        all.push(format!("method {was} → {is}"));
    }
    let [was, is] = gold_ids(sides);
    if was != is {
        let [was, is] = [was, is].map(|id| id.unwrap_or("none"));
        all.push(format!("gold {was} → {is}"));
    } else if let Some(id) = is {
        let kinds = sides.map(|side| side.reconciled.options.gold.map(|gold| gold.kind.name()));
        if let [Some(was), Some(is)] = kinds
            && was != is
        {
            all.push(format!("labels of gold {id} {was} → {is}"));
        }
        let gold = raters.iter().filter(|rater| rater.id == id);
        for one in gold.flat_map(|gold| &gold.otherwise) {
            all.push(format!("gold {id}: {}", one.name()));
        }
    }
    all
}

/// Whether the values of a dimension are made otherwise: by another method, or by other gold where gold made them, or of a
/// panel that a rater left to become gold. `chosen` says whether [`choices`] differ.
pub(super) fn made_otherwise(
    sides: [&Side<'_>; 2],
    done: [&Reconciliation; 2],
    chosen: bool,
) -> bool {
    let [was, is] = done.map(|one| family(one.method));
    let calibrated = done.iter().any(|one| one.calibrated.is_some());
    let ids = gold_ids(sides);
    let left_the_panel = |side: usize| {
        let other = 1 - side;
        let mut panel = done[other].panel().iter();
        ids[side].is_some_and(|id| panel.any(|&place| sides[other].raters[place].id == id))
    };
    was != is || (calibrated && chosen) || left_the_panel(0) || left_the_panel(1)
}

/// The id of gold in each run.
fn gold_ids<'a>(sides: [&Side<'a>; 2]) -> [Option<&'a str>; 2] {
    sides.map(|side| {
        let gold = side.reconciled.options.gold?;
        side.raters.get(gold.rater).map(|rater| &*rater.id)
    })
}

/// One method has three names, by how many ratings are missing.
fn family(method: &'static str) -> &'static str {
    match method {
        MEAN | MEAN_NOTHING_COMMON => CENTRED,
        other => other,
    }
}
