//! From the ratings of a panel to one consensus a task and one score an occupation, with the dissent kept.
//!
//! One sheet goes in and one complete value comes out: for every dimension that the panel covers, a [`Consensus`]
//! a task and an [`OccupationScore`] an occupation, with the method that made them. No step asks anybody anything:
//! the same ratings give the same bytes. It works on numbers alone; the reasons are merged a task at a time, from its
//! row ([`Reconciliation::rationale`]), so that no run is too large to be held. A missing rating stays missing; what cannot be known (a range from one
//! rater, a score without a rated task) is `None` with its reason in [`Interval`].
//!
//! Sums over raters are taken in the order of the values, so that the order of the panel changes no number; sums
//! over tasks are compensated.

mod centred;
mod consensus;
mod quote;
mod rationale;
mod rollup;

pub use centred::{CENTRED, Centred, MEAN, MEAN_NOTHING_COMMON, centred};
pub use consensus::{Consensus, Interval, Shares};
pub use rollup::{OccupationScore, RaterScore, Weighting};

use crate::error::{Error, Kind, Result};
use crate::inventory::Occupation;
use crate::rating::Outcome;
use crate::ratings::{Row, Sheet, Sum, Table};
use crate::rubric::Dimension;
use consensus::most_probable;
use rationale::{Voice, merge};

/// How the value of a consensus is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// The rater-centred mean ([`centred()`]); the plain mean when no cell is missing.
    #[default]
    RaterCentredMean,
    /// The median of the raters' values; with an even number, the mean of the middle two.
    Median,
}

/// Choices of a reconciliation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// How the value of a consensus is made.
    pub method: Method,
    /// How the tasks of an occupation are weighted.
    pub weighting: Weighting,
    /// Share of a dimension's range that makes a spread contested, 0–1 ([`Dimension::contested`]).
    pub contested_share: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            method: Method::default(),
            weighting: Weighting::default(),
            contested_share: 0.5,
        }
    }
}

/// What the panel says together about one dimension.
#[derive(Debug, Clone)]
pub struct Reconciliation {
    /// Position of the dimension in the rubric.
    pub position: usize,
    /// The dimension.
    pub dimension: Dimension,
    /// The method that made the values, as files name it.
    pub method: &'static str,
    /// Leniency of each rater in the dimension's unit, in the order of the panel ([`Centred::effects`]).
    pub effects: Vec<Option<f64>>,
    /// Number of tasks that all covering raters rated: the n of the effects.
    pub common: usize,
    /// Whether each rater rated anything in this dimension.
    pub covers: Vec<bool>,
    /// Whether each rater rated nothing in any dimension.
    silent: Vec<bool>,
    /// One score an occupation, in the order given.
    pub occupations: Vec<OccupationScore>,
    table: Table,
    /// The rater-centred mean of each task; NaN where nobody rated it.
    means: Vec<f64>,
    options: Options,
}

/// How far two single answers lie apart, of one rater and of two ([`Apart`](crate::ratings::Apart)): comparable, since
/// both are of single answers to the same questions. What of `between` exceeds `within` is disagreement of raters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spreads {
    /// Of two answers of two raters, the mean over tasks, in the dimension's unit; `None` where no task with repeated
    /// answers has two raters.
    pub between: Option<f64>,
    /// Of two answers of one rater, the mean over the same tasks.
    pub within: f64,
    /// Number of these tasks.
    pub tasks: usize,
}

/// A dimension without a single rating.
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
}

/// Reconciles the ratings of a panel. The tasks of the sheet are counted through `occupations` in order.
///
/// # Errors
/// [`Kind::Internal`] when the counts do not fit, [`Kind::Io`] when the sheet cannot be read.
pub fn reconcile(
    occupations: &[&Occupation],
    sheet: &Sheet,
    options: &Options,
) -> Result<Reconciled> {
    let tasks: usize = occupations
        .iter()
        .map(|occupation| occupation.tasks.len())
        .sum();
    let raters = sheet.slots().raters();
    if raters == 0 || tasks != sheet.tasks() {
        return Err(Error::new(
            Kind::Internal,
            format!(
                "a sheet of {} tasks and {raters} raters for {tasks} tasks",
                sheet.tasks()
            ),
        ));
    }
    let tables = sheet.tables()?;
    let silent: Vec<bool> = (0..raters)
        .map(|rater| !tables.iter().any(|table| table.covers(rater)))
        .collect();
    let mut reconciled = Reconciled {
        dimensions: Vec::new(),
        uncovered: Vec::new(),
        options: *options,
    };
    let dimensions = sheet.rubric().dimensions().iter();
    for (position, (dimension, table)) in dimensions.zip(tables).enumerate() {
        let covers: Vec<bool> = (0..raters).map(|rater| table.covers(rater)).collect();
        if covers.contains(&true) {
            let mut one = Reconciliation::new(position, dimension, table, options);
            one.covers = covers;
            one.silent.clone_from(&silent);
            one.roll_up(occupations);
            reconciled.dimensions.push(one);
        } else {
            let reason = why_uncovered(sheet, &silent);
            reconciled.uncovered.push(Uncovered {
                dimension: position,
                reason,
            });
        }
    }
    Ok(reconciled)
}

/// Why nobody rated a dimension. A rater that rated others does not cover it; of one that rated nothing at all
/// because its questions failed, nobody knows.
fn why_uncovered(sheet: &Sheet, silent: &[bool]) -> &'static str {
    let mut cells = sheet.outcomes().iter().enumerate();
    if sheet.tasks() == 0 {
        "there is no task to rate"
    } else if cells.any(|(cell, &outcome)| outcome.is_missing() && silent[sheet.at(cell).1]) {
        "no rater gave a rating of it (see the outcomes)"
    } else {
        "no rater of the panel covers it"
    }
}

impl Reconciliation {
    fn new(position: usize, dimension: &Dimension, table: Table, options: &Options) -> Self {
        let Centred {
            values,
            effects,
            common,
            method,
        } = centred(&table, dimension.bounds());
        Self {
            position,
            dimension: dimension.clone(),
            method: match options.method {
                Method::RaterCentredMean => method,
                Method::Median => "median",
            },
            effects,
            common,
            covers: Vec::new(),
            silent: Vec::new(),
            occupations: Vec::new(),
            table,
            means: values
                .iter()
                .map(|value| value.unwrap_or(f64::NAN))
                .collect(),
            options: *options,
        }
    }

    fn roll_up(&mut self, occupations: &[&Occupation]) {
        let mut scores = Vec::with_capacity(occupations.len());
        let mut first = 0;
        for occupation in occupations {
            let weights = self.options.weighting.weights(&occupation.tasks);
            let end = first + occupation.tasks.len();
            let tasks: Vec<Consensus> = (first..end).map(|task| self.task(task)).collect();
            scores.push(OccupationScore::of(
                &self.dimension,
                &weights,
                &tasks,
                &self.table,
                first,
            ));
            first = end;
        }
        self.occupations = scores;
    }

    /// The numbers behind it.
    #[must_use]
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The consensus of a task. It is made of the numbers each time, which costs less than to keep it.
    ///
    /// # Panics
    /// There is no such task.
    #[must_use]
    pub fn task(&self, task: usize) -> Consensus {
        let mean = Some(self.means[task]).filter(|mean| !mean.is_nan());
        Consensus::of(&self.dimension, &self.table, task, &self.options, mean)
    }

    /// Largest minus smallest rater value of a task, in the dimension's unit; `None` with fewer than two raters.
    #[must_use]
    pub fn spread(&self, task: usize) -> Option<f64> {
        let (mut low, mut high, mut n) = (f64::INFINITY, f64::NEG_INFINITY, 0);
        for value in self.table.row(task).flatten() {
            (low, high, n) = (low.min(value), high.max(value), n + 1);
        }
        (n > 1).then_some(high - low)
    }

    /// How far answers lie apart, over the tasks that have both distances; over those with that of one rater where none
    /// has both. `None` where no rater has two samples of a task.
    #[must_use]
    pub fn spreads(&self) -> Option<Spreads> {
        let (mut between, mut within, mut alone) = (Sum::default(), Sum::default(), Sum::default());
        let (mut both, mut repeated) = (0_usize, 0_usize);
        for apart in (0..self.table.tasks()).filter_map(|task| self.table.apart(task)) {
            alone.add(apart.within);
            repeated += 1;
            if let Some(raters) = apart.between {
                between.add(raters);
                within.add(apart.within);
                both += 1;
            }
        }
        let mean = |sum: Sum, n: usize| sum.value() / n as f64;
        match (both, repeated) {
            (0, 0) => None,
            (0, n) => Some(Spreads {
                between: None,
                within: mean(alone, n),
                tasks: n,
            }),
            (n, _) => Some(Spreads {
                between: Some(mean(between, n)),
                within: mean(within, n),
                tasks: n,
            }),
        }
    }

    /// What the raters say about a task, with every dissenter named: their reasons merged without asking a model to
    /// do it. `row` holds the ratings of the task, `consensus` is that of it, `raters` are the ids of the panel.
    #[must_use]
    pub fn rationale(&self, consensus: &Consensus, raters: &[&str], row: &Row) -> String {
        let mut voices = Vec::with_capacity(raters.len());
        let mut missing = Vec::new();
        let flags = self.covers.iter().zip(&self.silent);
        for ((&id, rating), (&covers, &silent)) in raters.iter().zip(row.opinions()).zip(flags) {
            let value = rating.values.get(self.position).and_then(Option::as_ref);
            if let Some(value) = value {
                let most = || most_probable(value.probabilities.as_deref()?);
                voices.push(Voice {
                    rater: id,
                    value: value.value,
                    label: value.label.or_else(most),
                    words: &rating.rationale,
                });
            } else if rating.outcome == Outcome::Rated {
                // It rated the task, but not this dimension, which it rates elsewhere.
                missing.extend(covers.then_some((id, Outcome::Abstained)));
            } else if covers || (silent && rating.outcome != Outcome::Abstained) {
                missing.push((id, rating.outcome));
            }
        }
        merge(
            &self.dimension,
            consensus.value,
            consensus.label,
            &voices,
            &missing,
        )
    }
}

#[cfg(test)]
mod tests;
