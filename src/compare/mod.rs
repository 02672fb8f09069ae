//! Two runs compared: what moved, by how much, how sure that is, and why.
//!
//! Tasks are joined by id, occupations by id or, where their id changed, by their tasks. All values are points of the 0–100
//! score. The change of an occupation's score is taken apart by cause, exactly ([`Parts`]); what can be told from chance
//! rests on the tasks that read the same in both runs ([`Difference`]). How raters were asked is compared too, because a
//! change of the panel is no change of the world.

mod cause;
mod change;
mod difference;
mod dimension;
mod join;
mod lists;
mod otherwise;
mod parts;
mod rater;

pub use cause::Cause;
pub use change::{DimensionChange, Noise, OccupationChange, RaterChange, TaskChange};
pub use difference::{
    ALPHA, Difference, FEWEST, LEVEL, OVER_OCCUPATIONS, OVER_TASKS, POWER, Verdict,
};
pub use join::TaskCounts;
pub use parts::{Part, Parts, SetScore};
pub use rater::{Model, Otherwise, Rater, Source};

use crate::error::{Error, Result};
use crate::inventory::{Field, Inventory};
use crate::ratings::{Carried, Sheet};
use crate::reconcile::{Reconciled, Reconciliation};
use crate::rubric::{Dimension, Rubric};
use dimension::Between;
use join::Join;
use rater::{RaterPair, pair_raters};
use serde::Serialize;

/// A run as it is compared.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// Its id.
    pub run: &'a str,
    /// Fingerprint of its prompt.
    pub prompt: &'a str,
    /// What it judged.
    pub rubric: &'a Rubric,
    /// The tasks that it rated.
    pub inventory: &'a Inventory,
    /// Its raters, in the order of the sheet.
    pub raters: &'a [Rater],
    /// What its prompt tells of a task.
    pub told: &'a [Field],
    /// Its ratings, tasks counted through the inventory.
    pub sheet: &'a Sheet,
    /// Which of them were taken over from earlier runs.
    pub carried: &'a Carried,
    /// The same reconciled.
    pub reconciled: &'a Reconciled,
}

/// Everything that can be said of two runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison<'a> {
    /// The earlier run.
    pub before: RunLine<'a>,
    /// The later run.
    pub after: RunLine<'a>,
    /// The raters of both.
    pub raters: Vec<RaterLine<'a>>,
    /// What was chosen otherwise of how ratings are reconciled, in words; empty where nothing.
    pub reconciled_otherwise: Vec<String>,
    /// Tasks in both and in one.
    pub tasks: TaskCounts,
    /// Occupations joined by their tasks, because their id changed: (before, after).
    pub occupations_under_another_id: Vec<[&'a str; 2]>,
    /// Ids of occupations of the later run alone.
    pub occupations_new: Vec<&'a str>,
    /// Ids of occupations of the earlier run alone.
    pub occupations_gone: Vec<&'a str>,
    /// The dimensions of both runs that can be compared.
    pub dimensions: Vec<DimensionChange<'a>>,
    /// Those that cannot.
    pub not_compared: Vec<NotCompared<'a>>,
}

/// What a run was.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunLine<'a> {
    /// Its id.
    pub run: &'a str,
    /// Its rubric.
    pub rubric: &'a str,
    /// Fingerprint of its prompt.
    pub prompt: &'a str,
    /// What people call the inventory.
    pub inventory: &'a str,
    /// How it weighs tasks.
    pub weighting: &'static str,
    /// Number of occupations.
    pub occupations: usize,
    /// Number of tasks.
    pub tasks: usize,
}

/// A rater of either run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RaterLine<'a> {
    /// Its id.
    pub rater: &'a str,
    /// What can be said of how it was asked: `same`, `otherwise`, `new` or `gone`.
    pub status: &'static str,
    /// In what it was asked otherwise.
    pub otherwise: Vec<Otherwise>,
    /// Answers to each question, before and after.
    pub samples: [Option<usize>; 2],
    /// The models that its replies named, before and after.
    pub reported: [&'a [String]; 2],
    /// Ratings of the later run that were taken over from an earlier one, and how many of them from the run that it is
    /// compared with: those cannot differ.
    pub carried: [usize; 2],
}

/// A dimension that is not compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NotCompared<'a> {
    /// Its id.
    pub dimension: &'a str,
    /// Why not.
    pub reason: String,
}

/// Compares two runs.
///
/// # Errors
/// [`Kind::Input`](crate::error::Kind::Input) where no task, or no dimension, is in both.
pub fn compare<'a>(before: &Side<'a>, after: &Side<'a>) -> Result<Comparison<'a>> {
    let join = Join::new(before, after);
    if join.tasks.is_empty() {
        return Err(no_task_in_both(before, after));
    }
    let raters = pair_raters(before.raters, after.raters);
    let choices = otherwise::choices([before, after], &raters);
    let (mut dimensions, mut not_compared) = (Vec::new(), Vec::new());
    for id in ids(before.rubric, after.rubric) {
        match both(id, before, after) {
            Err(reason) => not_compared.push(NotCompared {
                dimension: id,
                reason,
            }),
            Ok(done) => {
                let between = Between {
                    sides: [before, after],
                    done,
                    id,
                    join: &join,
                    raters: &raters,
                    made_otherwise: otherwise::made_otherwise(
                        [before, after],
                        done,
                        !choices.is_empty(),
                    ),
                };
                dimensions.push(between.compare());
            }
        }
    }
    if dimensions.is_empty() {
        return Err(nothing_in_both(before, after, &not_compared));
    }
    let (old, new) = (
        before.inventory.occupations(),
        after.inventory.occupations(),
    );
    let renamed = join.occupations.iter().filter(|pair| pair.by_tasks);
    let named = |list: &'a [crate::inventory::Occupation], numbers: &[usize]| {
        numbers.iter().map(|&n| &*list[n].id).collect()
    };
    Ok(Comparison {
        before: RunLine::of(before),
        after: RunLine::of(after),
        raters: raters
            .iter()
            .map(|pair| rater_line(pair, before, after))
            .collect(),
        occupations_under_another_id: renamed
            .map(|pair| [&*old[pair.numbers[0]].id, &*new[pair.numbers[1]].id])
            .collect(),
        occupations_new: named(new, &join.occupations_new),
        occupations_gone: named(old, &join.occupations_gone),
        reconciled_otherwise: choices,
        tasks: join.counts,
        dimensions,
        not_compared,
    })
}

fn no_task_in_both(before: &Side<'_>, after: &Side<'_>) -> Error {
    let message = format!("no task id is in both {} and {}", before.run, after.run);
    Error::input(message).hint(
        "tasks are joined by id: are these runs of one inventory, about the same occupations?",
    )
}

fn nothing_in_both(before: &Side<'_>, after: &Side<'_>, not_compared: &[NotCompared<'_>]) -> Error {
    let why: Vec<String> = not_compared
        .iter()
        .map(|one| format!("{}: {}", one.dimension, one.reason))
        .collect();
    let message = format!("no dimension is in both {} and {}", before.run, after.run);
    Error::input(message).hint(why.join("; "))
}

impl<'a> RunLine<'a> {
    fn of(side: &Side<'a>) -> Self {
        Self {
            run: side.run,
            rubric: side.rubric.id(),
            prompt: side.prompt,
            inventory: side.inventory.name(),
            weighting: side.reconciled.options.weighting.name(),
            occupations: side.inventory.occupations().len(),
            tasks: side.inventory.task_count(),
        }
    }
}

fn rater_line<'a>(pair: &RaterPair<'a>, before: &Side<'a>, after: &Side<'a>) -> RaterLine<'a> {
    let sides = [before, after];
    let reported = [0, 1].map(|side| {
        let rater = pair.places[side].and_then(|place| sides[side].raters.get(place));
        match rater.map(|rater| &rater.source) {
            Some(Source::Model(model)) => model.reported.as_slice(),
            _ => &[],
        }
    });
    let of_rater = |cell: &usize| Some(after.sheet.at(*cell).1) == pair.places[1];
    let carried = after.carried.cells().filter(of_rater);
    let (mut all, mut from) = (0, 0);
    for cell in carried {
        all += 1;
        from += usize::from(after.carried.from(cell) == Some(before.run));
    }
    RaterLine {
        rater: pair.id,
        status: match (pair.places, pair.otherwise.as_slice()) {
            ([Some(_), Some(_)], []) => "same",
            ([Some(_), Some(_)], _) => "otherwise",
            ([None, _], _) => "new",
            _ => "gone",
        },
        otherwise: pair.otherwise.clone(),
        samples: [0, 1]
            .map(|side| pair.places[side].map(|place| sides[side].sheet.slots().of(place).len())),
        reported,
        carried: [all, from],
    }
}

/// The dimensions of both rubrics, those of the later first.
fn ids<'a>(before: &'a Rubric, after: &'a Rubric) -> Vec<&'a str> {
    let gone = before.dimensions().iter();
    let gone = gone.filter(|one| after.position(&one.id).is_none());
    let all = after.dimensions().iter().chain(gone);
    all.map(|dimension| &*dimension.id).collect()
}

/// A dimension in both runs; else why it cannot be compared.
fn both<'c>(
    id: &str,
    before: &Side<'c>,
    after: &Side<'c>,
) -> std::result::Result<[&'c Reconciliation; 2], String> {
    let of = |side: &Side<'c>| {
        let position = side.rubric.position(id);
        let position = position.ok_or_else(|| format!("run {} did not judge it", side.run))?;
        let done = side.reconciled.dimensions.iter();
        let done = done.into_iter().find(|done| done.position == position);
        done.ok_or_else(|| {
            let gaps = side.reconciled.uncovered.iter();
            let gap = gaps.into_iter().find(|gap| gap.dimension == position);
            let why = gap.map_or("it is not reconciled", |gap| gap.reason);
            format!("run {}: {why}", side.run)
        })
    };
    let pair = [of(before)?, of(after)?];
    let [was, is] = pair.map(|done| scale(&done.dimension));
    if was != is {
        let [was, is] = [was, is].map(|labels| words(&labels));
        return Err(format!("its scale was {was} and is {is}"));
    }
    Ok(pair)
}

/// Labels with their values; none for a score.
fn scale(dimension: &Dimension) -> Vec<(&str, f64)> {
    let labels = dimension.labels().iter();
    labels.map(|label| (&*label.id, label.value)).collect()
}

fn words(labels: &[(&str, f64)]) -> String {
    let all: Vec<String> = labels
        .iter()
        .map(|(id, value)| format!("{id} = {value}"))
        .collect();
    match all.as_slice() {
        [] => "0 to 100".to_owned(),
        all => all.join(", "),
    }
}

#[cfg(test)]
mod tests;
