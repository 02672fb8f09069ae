//! From the ratings of a panel to one consensus a task and one score an occupation, with the dissent kept.
//!
//! One table goes in and one complete value comes out: for every dimension that the panel covers, a [`Consensus`]
//! a task and an [`OccupationScore`] an occupation, with the method that made them. No step asks anybody anything:
//! the same ratings give the same bytes. A missing rating stays missing; what cannot be known (a range from one
//! rater, a score without a rated task) is `None` with its reason in [`Interval`].
//!
//! Sums over raters are taken in the order of the values, so that the order of the panel changes no number; sums
//! over tasks are compensated.

mod centred;
mod consensus;
#[cfg(test)]
pub(crate) mod fixtures;
mod quote;
mod rationale;
mod rollup;
mod sum;

pub use centred::{CENTRED, Centred, MEAN, MEAN_NOTHING_COMMON, centred};
pub use consensus::{Consensus, Interval, Shares};
pub use rollup::{OccupationScore, RaterScore, Weighting};
pub(crate) use sum::round12;

use crate::error::{Error, Kind, Result};
use crate::inventory::{Occupation, Task};
use crate::rating::{Outcome, Rating};
use crate::ratings::{Ratings, Table};
use crate::rubric::{Dimension, Rubric};
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
#[derive(Debug, Clone, PartialEq)]
pub struct Reconciliation {
    /// Position of the dimension in the rubric.
    pub dimension: usize,
    /// The method that made the values, as files name it.
    pub method: &'static str,
    /// Leniency of each rater in the dimension's unit, in the order of the panel ([`Centred::effects`]).
    pub effects: Vec<Option<f64>>,
    /// Number of tasks that all covering raters rated: the n of the effects.
    pub common: usize,
    /// One consensus a task, in the order of the ratings.
    pub tasks: Vec<Consensus>,
    /// One score an occupation, in the order given.
    pub occupations: Vec<OccupationScore>,
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
#[derive(Debug, Clone, PartialEq)]
pub struct Reconciled {
    /// The dimensions that have ratings, in the order of the rubric.
    pub dimensions: Vec<Reconciliation>,
    /// The dimensions that have none.
    pub uncovered: Vec<Uncovered>,
    /// The choices it was made with.
    pub options: Options,
}

/// Reconciles the ratings of a panel.
///
/// `ratings[task * raters.len() + rater]`, where tasks are counted through `occupations` in order.
///
/// # Errors
/// [`Kind::Internal`] when the counts do not fit or a rating is off its scale ([`Ratings::new`]).
pub fn reconcile(
    rubric: &Rubric,
    raters: &[String],
    occupations: &[&Occupation],
    ratings: &[Rating],
    options: &Options,
) -> Result<Reconciled> {
    let tasks: usize = occupations
        .iter()
        .map(|occupation| occupation.tasks.len())
        .sum();
    if raters.is_empty() || tasks * raters.len() != ratings.len() {
        return Err(Error::new(
            Kind::Internal,
            format!(
                "{} ratings for {tasks} tasks and {} raters",
                ratings.len(),
                raters.len()
            ),
        ));
    }
    let tables = Ratings::new(rubric, raters.len(), ratings)?;
    let panel = Panel::new(raters, ratings, tables.tables());
    let mut reconciled = Reconciled {
        dimensions: Vec::new(),
        uncovered: Vec::new(),
        options: *options,
    };
    for (position, (dimension, table)) in
        rubric.dimensions().iter().zip(tables.tables()).enumerate()
    {
        if (0..table.raters()).any(|rater| table.covers(rater)) {
            let one = One {
                position,
                dimension,
                table,
                panel: &panel,
                options,
            };
            reconciled.dimensions.push(one.reconcile(occupations));
        } else {
            let reason = panel.why_uncovered();
            reconciled.uncovered.push(Uncovered {
                dimension: position,
                reason,
            });
        }
    }
    Ok(reconciled)
}

/// The raters, their ratings and which of them are heard at all.
struct Panel<'a> {
    raters: &'a [String],
    ratings: &'a [Rating],
    /// The reason of each rating as it is quoted: cut once for all dimensions.
    quotes: Vec<String>,
    /// Whether a rater rated nothing in any dimension.
    silent: Vec<bool>,
}

impl<'a> Panel<'a> {
    fn new(raters: &'a [String], ratings: &'a [Rating], tables: &[Table]) -> Self {
        let silent = (0..raters.len())
            .map(|rater| !tables.iter().any(|table| table.covers(rater)))
            .collect();
        let quotes = ratings
            .iter()
            .map(|rating| quote::shorten(&rating.rationale))
            .collect();
        Self {
            raters,
            ratings,
            quotes,
            silent,
        }
    }

    /// The ratings of a task, each with the id of its rater and its reason as it is quoted.
    fn row(&self, task: usize) -> impl Iterator<Item = (&str, &Rating, &str)> {
        let first = task * self.raters.len();
        let cells = self.ratings.iter().zip(&self.quotes).skip(first);
        let ids = self.raters.iter().map(String::as_str);
        ids.zip(cells)
            .map(|(id, (rating, quote))| (id, rating, quote.as_str()))
    }

    /// Why nobody rated a dimension. A rater that rated others does not cover it; of one that rated nothing at all
    /// because its questions failed, nobody knows.
    fn why_uncovered(&self) -> &'static str {
        let failed =
            |rating: &Rating| !matches!(rating.outcome, Outcome::Rated | Outcome::Abstained);
        let mut cells = self.ratings.iter().zip(self.silent.iter().cycle());
        if self.ratings.is_empty() {
            "there is no task to rate"
        } else if cells.any(|(rating, silent)| *silent && failed(rating)) {
            "no rater gave a rating of it (see the outcomes)"
        } else {
            "no rater of the panel covers it"
        }
    }
}

/// The work on one dimension.
struct One<'a> {
    position: usize,
    dimension: &'a Dimension,
    table: &'a Table,
    panel: &'a Panel<'a>,
    options: &'a Options,
}

impl One<'_> {
    fn reconcile(&self, occupations: &[&Occupation]) -> Reconciliation {
        let centred = centred(self.table, self.dimension.bounds());
        let covers: Vec<bool> = (0..self.table.raters())
            .map(|rater| self.table.covers(rater))
            .collect();
        let tasks: Vec<Consensus> = (0..self.table.tasks())
            .zip(&centred.values)
            .map(|(task, &value)| self.consensus(task, value, &covers))
            .collect();
        let mut first = 0;
        let occupations = occupations
            .iter()
            .map(|occupation| {
                let score = self.roll_up(&occupation.tasks, first, &tasks);
                first += occupation.tasks.len();
                score
            })
            .collect();
        let method = match self.options.method {
            Method::RaterCentredMean => centred.method,
            Method::Median => "median",
        };
        let Centred {
            effects, common, ..
        } = centred;
        Reconciliation {
            dimension: self.position,
            method,
            effects,
            common,
            tasks,
            occupations,
        }
    }

    fn consensus(&self, task: usize, mean: Option<f64>, covers: &[bool]) -> Consensus {
        let mut consensus = Consensus::of(self.dimension, self.table, task, self.options, mean);
        let mut voices = Vec::new();
        let mut missing = Vec::new();
        let flags = covers.iter().zip(&self.panel.silent);
        for (rater, ((id, rating, words), (&covers, &silent))) in
            self.panel.row(task).zip(flags).enumerate()
        {
            let value = rating.values.get(self.position).and_then(Option::as_ref);
            if let Some(value) = value {
                let label = value.label.or_else(|| {
                    self.table
                        .masses(task, rater)
                        .and_then(consensus::most_probable)
                });
                voices.push(Voice {
                    rater: id,
                    value: value.value,
                    label,
                    words,
                });
            } else if rating.outcome == Outcome::Rated {
                // It rated the task, but not this dimension, which it rates elsewhere.
                missing.extend(covers.then_some((id, Outcome::Abstained)));
            } else if covers || (silent && rating.outcome != Outcome::Abstained) {
                missing.push((id, rating.outcome));
            }
        }
        consensus.rationale = merge(
            self.dimension,
            consensus.value,
            consensus.label,
            &voices,
            &missing,
        );
        consensus
    }

    fn roll_up(&self, tasks: &[Task], first: usize, consensus: &[Consensus]) -> OccupationScore {
        let weights = self.options.weighting.weights(tasks);
        let own = consensus
            .get(first..first + tasks.len())
            .unwrap_or_default();
        OccupationScore::of(self.dimension, &weights, own, self.table, first)
    }
}

#[cfg(test)]
mod tests;
