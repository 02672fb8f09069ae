//! From the ratings of a panel to one consensus a task and one score an occupation, with the dissent kept.
//!
//! One sheet goes in and one complete value comes out: for every dimension that the panel covers, a [`Consensus`]
//! a task and an [`OccupationScore`] an occupation, with the method that made them. No step asks anybody anything:
//! the same ratings give the same bytes. It works on numbers alone; the reasons are merged a task at a time, from its
//! row ([`Reconciliation::rationale`]), so that no run is too large to be held. A missing rating stays missing; what cannot be known (a range from one
//! rater, a score without a rated task) is `None` with its reason in [`Interval`].
//!
//! With gold, a rater whose ratings are trusted, values are moved to where gold says they belong; gold calibrates the panel and
//! is no part of it. Everything that gold gives is fitted here, so another method or another gold asks no model anything.
//!
//! Sums over raters are taken in the order of the values, so that the order of the panel changes no number; sums
//! over tasks are compensated.

mod calibrated;
mod centred;
mod consensus;
pub mod coverage;
mod design;
mod diagnostic;
mod held_out;
mod method;
mod origin;
mod quote;
mod rationale;
mod reasons;
mod reconciliation;
mod rollup;
mod sets;
mod view;
mod without;

pub use calibrated::{CALIBRATED_MEAN, Calibrated, HeldOut, PATTERN_TABLE, RIDGE_STACK};
pub use centred::{
    CENTRED, Centred, FEW_COMMON, MEAN, MEAN_FEW_COMMON, MEAN_NOTHING_COMMON, centred,
};
pub use consensus::{Consensus, Interval, Shares, Trust};
pub use design::refusal;
pub use diagnostic::{DAWID_SKENE, EM, ONE_COIN};
pub use held_out::{OutOfFold, out_of_fold};
pub use method::{Gold, Method};
pub use reasons::Reasons;
pub use reconciliation::{Reconciliation, Spreads};
pub use rollup::{OccupationScore, RaterScore, Weighting};
pub use without::{LeftOut, OneTask, one_left_out};

use crate::error::{Error, Kind, Result};
use crate::inventory::Occupation;
use crate::rating::Basis;
use crate::ratings::{Sheet, Table};

/// Choices of a reconciliation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// How the value of a consensus is made.
    pub method: Method,
    /// How the tasks of an occupation are weighted.
    pub weighting: Weighting,
    /// Share of a dimension's range that makes a spread contested, 0–1 ([`Dimension::contested`](crate::rubric::Dimension::contested)).
    pub contested_share: f64,
    /// The rater whose ratings are trusted, where there is one: it calibrates the panel and is no part of it.
    pub gold: Option<Gold>,
    /// Level of the intervals that gold gives, between 0 and 1.
    pub level: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            method: Method::default(),
            weighting: Weighting::default(),
            contested_share: 0.5,
            gold: None,
            level: 0.9,
        }
    }
}

/// A dimension without a single rating of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncovered {
    /// Position of the dimension in the rubric.
    pub dimension: usize,
    /// Why there is none, as a clause: "no rater of the panel covers it".
    pub reason: &'static str,
}

/// The reconciled ratings of a run.
#[derive(Debug, Clone)]
pub struct Reconciled {
    /// The dimensions that have ratings, in the order of the rubric.
    pub dimensions: Vec<Reconciliation>,
    /// The dimensions that have none.
    pub uncovered: Vec<Uncovered>,
    /// The choices it was made with.
    pub options: Options,
    /// For each rater the number of gold tasks that it was trained on: there it answered out of fold. Empty without gold.
    pub trained_on_gold: Vec<usize>,
}

impl Reconciled {
    /// Whether gold tasks count differently in anything that gold calibrated.
    #[must_use]
    pub fn weighted(&self) -> bool {
        let mut models = self
            .dimensions
            .iter()
            .filter_map(|one| one.calibrated.as_ref());
        models.any(|model| model.trust.effective.is_some())
    }

    /// The dimensions to which the method that was asked for does not apply, each with the reason: "exposure: em is for scores;
    /// there is no gold".
    #[must_use]
    pub fn not_as_asked(&self) -> Vec<String> {
        let not = self.dimensions.iter().filter(|one| !one.as_asked);
        not.map(|one| format!("{}: {}", one.dimension.id, one.why))
            .collect()
    }
}

/// Reconciles the ratings of a panel. The tasks of the sheet are counted through `occupations` in order.
///
/// # Errors
/// [`Kind::Internal`] when the counts do not fit, [`Kind::Io`] when the sheet cannot be read, [`Kind::Usage`] when the method
/// that was asked for applies to no dimension or the level is none, [`Kind::Input`] when nobody but gold rated, or gold would
/// calibrate whose draw is not known ([`refusal`]).
pub fn reconcile(
    occupations: &[&Occupation],
    sheet: &Sheet,
    options: &Options,
) -> Result<Reconciled> {
    let reconciled = reconcile_as_far(occupations, sheet, options)?;
    let not = reconciled.not_as_asked();
    if not.is_empty() || not.len() < reconciled.dimensions.len() {
        return Ok(reconciled);
    }
    let message = format!(
        "{} applies to no dimension of this run ({})",
        options.method.name(),
        not.join("; ")
    );
    Err(Error::new(Kind::Usage, message)
        .hint("leave the method out for what follows from what is known"))
}

/// The same, but a method that applies to no dimension is no error: what follows from what is known stands in for it, as it
/// does in each dimension alone ([`Reconciled::not_as_asked`]). Ratings that were paid for always come to a result.
///
/// # Errors
/// As [`reconcile`], but for the method.
pub fn reconcile_as_far(
    occupations: &[&Occupation],
    sheet: &Sheet,
    options: &Options,
) -> Result<Reconciled> {
    let tasks: usize = occupations
        .iter()
        .map(|occupation| occupation.tasks.len())
        .sum();
    check(tasks, sheet, options)?;
    let raters = sheet.slots().raters();
    let gold = options.gold.map(|gold| gold.rater);
    let tables = sheet.tables_with_gold(gold)?;
    let design = gold.and_then(|gold| sheet.drawn(gold)).cloned();
    design::check(&design, &tables, options)?;
    let silent: Vec<bool> = (0..raters)
        .map(|rater| !tables.iter().any(|table| table.covers(rater)))
        .collect();
    let mut reconciled = Reconciled {
        dimensions: Vec::new(),
        uncovered: Vec::new(),
        options: *options,
        trained_on_gold: Vec::new(),
    };
    let dimensions = sheet.rubric().dimensions().iter();
    for (position, (dimension, table)) in dimensions.zip(tables).enumerate() {
        if panel(&table, gold).is_empty() {
            let reason = why_uncovered(sheet, &silent, gold);
            reconciled.uncovered.push(Uncovered {
                dimension: position,
                reason,
            });
            continue;
        }
        let made = (table, design.clone());
        let mut one = Reconciliation::new(position, dimension, made, options, &silent);
        one.roll_up(occupations);
        reconciled.dimensions.push(one);
    }
    reconciled.trained_on_gold = trained_on_gold(&reconciled, sheet)?;
    Ok(reconciled)
}

/// Whether counts, gold and level fit.
fn check(tasks: usize, sheet: &Sheet, options: &Options) -> Result<()> {
    let raters = sheet.slots().raters();
    let gold = options.gold.map(|gold| gold.rater);
    if raters == 0 || tasks != sheet.tasks() || gold.is_some_and(|gold| gold >= raters) {
        return Err(Error::new(
            Kind::Internal,
            format!(
                "a sheet of {} tasks and {raters} raters for {tasks} tasks",
                sheet.tasks()
            ),
        ));
    }
    if !(options.level > 0.0 && options.level < 1.0) {
        let message = format!("{} is no level of an interval", options.level);
        return Err(Error::new(Kind::Usage, message).hint("a level lies between 0 and 1: .9"));
    }
    if gold.is_some() && raters == 1 {
        let error = Error::input("gold is the only rater: there is no panel to calibrate");
        return Err(error.hint("name a rater beside it, or do without gold"));
    }
    Ok(())
}

/// The raters of the panel that cover a dimension.
fn panel(table: &Table, gold: Option<usize>) -> Vec<usize> {
    (0..table.raters())
        .filter(|&rater| Some(rater) != gold && table.covers(rater))
        .collect()
}

/// Counts, for each rater, the gold tasks that its training data held.
fn trained_on_gold(reconciled: &Reconciled, sheet: &Sheet) -> Result<Vec<usize>> {
    let mut gold: Vec<usize> = reconciled
        .dimensions
        .iter()
        .filter_map(|one| one.calibrated.as_ref())
        .flat_map(|calibrated| calibrated.tasks.iter().copied())
        .collect();
    gold.sort_unstable();
    gold.dedup();
    if gold.is_empty() {
        return Ok(Vec::new());
    }
    let mut counts = vec![0; sheet.slots().raters()];
    for task in gold {
        let row = sheet.row(task)?;
        for (count, rating) in counts.iter_mut().zip(row.opinions()) {
            *count += usize::from(rating.basis == Some(Basis::OutOfFold));
        }
    }
    Ok(counts)
}

/// Why nobody rated a dimension. A rater that rated others does not cover it; of one that rated nothing at all
/// because its questions failed, nobody knows.
fn why_uncovered(sheet: &Sheet, silent: &[bool], gold: Option<usize>) -> &'static str {
    let mut cells = sheet.outcomes().iter().enumerate();
    let failed = |(cell, &outcome): (usize, &crate::rating::Outcome)| {
        let (_, rater, _) = sheet.at(cell);
        outcome.is_missing() && silent[rater] && Some(rater) != gold
    };
    if sheet.tasks() == 0 {
        "there is no task to rate"
    } else if cells.any(failed) {
        "no rater gave a rating of it (see the outcomes)"
    } else {
        "no rater of the panel covers it"
    }
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod gold_tests;
#[cfg(test)]
mod simulated_tests;
#[cfg(test)]
mod tests;
