//! The checked task × rater × dimension table that everything after a reply reads.

use crate::error::{Error, Kind, Result};
use crate::rating::Rating;
use crate::rubric::Rubric;

/// Ratings of one dimension: a task × rater matrix with missing cells.
#[derive(Debug, Clone)]
pub struct Table {
    tasks: usize,
    raters: usize,
    labels: usize,
    values: Vec<Option<f64>>,
    /// Probability of each label, `labels` numbers a cell; empty for scores.
    masses: Vec<f64>,
}

impl Table {
    /// An empty table; `labels` is 0 for a score.
    #[must_use]
    pub fn new(tasks: usize, raters: usize, labels: usize) -> Self {
        Self {
            tasks,
            raters,
            labels,
            values: vec![None; tasks * raters],
            masses: vec![0.0; tasks * raters * labels],
        }
    }

    /// Number of tasks (rows).
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.tasks
    }

    /// Number of raters (columns).
    #[must_use]
    pub fn raters(&self) -> usize {
        self.raters
    }

    /// Number of labels; 0 for a score.
    #[must_use]
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// Fills a cell. `masses` are label probabilities, empty for a score.
    pub fn set(&mut self, task: usize, rater: usize, value: f64, masses: &[f64]) {
        let cell = task * self.raters + rater;
        self.values[cell] = Some(value);
        self.masses[cell * self.labels..(cell + 1) * self.labels].copy_from_slice(masses);
    }

    /// The value of a cell in the dimension's unit, or `None` when it is missing.
    #[must_use]
    pub fn value(&self, task: usize, rater: usize) -> Option<f64> {
        self.values[task * self.raters + rater]
    }

    /// The values of a task, one a rater.
    #[must_use]
    pub fn row(&self, task: usize) -> &[Option<f64>] {
        &self.values[task * self.raters..(task + 1) * self.raters]
    }

    /// Label probabilities of a cell (a plain label has all its mass in one place); `None` when it is missing or
    /// the dimension is a score.
    #[must_use]
    pub fn masses(&self, task: usize, rater: usize) -> Option<&[f64]> {
        let cell = task * self.raters + rater;
        (self.labels > 0 && self.values[cell].is_some())
            .then(|| &self.masses[cell * self.labels..(cell + 1) * self.labels])
    }

    /// Whether this rater rated anything in this dimension.
    #[must_use]
    pub fn covers(&self, rater: usize) -> bool {
        (0..self.tasks).any(|task| self.value(task, rater).is_some())
    }
}

/// The ratings of a run: one [`Table`] a dimension of the rubric, in its order.
#[derive(Debug, Clone)]
pub struct Ratings {
    tables: Vec<Table>,
}

impl Ratings {
    /// Checks and collects ratings, `raters` to a task, task by task: `ratings[task * raters + rater]`.
    ///
    /// # Errors
    /// [`Kind::Internal`] when a value lies outside its scale, a label does not exist, probabilities do not sum to 1,
    /// or the count does not fit: parsing should have made each of them impossible.
    pub fn new(rubric: &Rubric, raters: usize, ratings: &[Rating]) -> Result<Self> {
        let tasks = ratings.len().checked_div(raters).unwrap_or(0);
        if tasks * raters != ratings.len() {
            return Err(internal(format!(
                "{} ratings for {raters} raters",
                ratings.len()
            )));
        }
        let mut tables: Vec<Table> = rubric
            .dimensions()
            .iter()
            .map(|dimension| Table::new(tasks, raters, dimension.labels().len()))
            .collect();
        for (cell, rating) in ratings.iter().enumerate() {
            for ((value, table), dimension) in rating
                .values
                .iter()
                .zip(&mut tables)
                .zip(rubric.dimensions())
            {
                let Some(value) = value else { continue };
                let (low, high) = dimension.bounds();
                if !(low..=high).contains(&value.value) {
                    return Err(internal(format!(
                        "{} = {} is off scale",
                        dimension.id, value.value
                    )));
                }
                let masses = masses(value, dimension.labels().len())
                    .ok_or_else(|| internal(format!("labels of {} do not add up", dimension.id)))?;
                table.set(cell / raters, cell % raters, value.value, &masses);
            }
        }
        Ok(Self { tables })
    }

    /// The table of each dimension, in the order of the rubric.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }
}

fn masses(value: &crate::rating::Value, labels: usize) -> Option<Vec<f64>> {
    if labels == 0 {
        return Some(Vec::new());
    }
    if let Some(probabilities) = &value.probabilities {
        let sum: f64 = probabilities.iter().sum();
        let fits = probabilities.len() == labels
            && (sum - 1.0).abs() < 1e-6
            && probabilities.iter().all(|p| *p >= 0.0);
        return fits.then(|| probabilities.clone());
    }
    let mut masses = vec![0.0; labels];
    *masses.get_mut(value.label?)? = 1.0;
    Some(masses)
}

fn internal(message: String) -> Error {
    Error::new(Kind::Internal, format!("ratings table: {message}"))
}
