//! Scores of several raters for the same tasks.

use crate::stats::moments::{mean, variance};

/// Tasks × raters, with cells that may be missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Ratings {
    rows: Vec<Vec<Option<f64>>>,
    raters: usize,
}

impl Ratings {
    /// The table of these rows. `None` without rows or raters, for rows of different lengths, or a value that is not finite.
    pub fn new(rows: Vec<Vec<Option<f64>>>) -> Option<Self> {
        let raters = rows.first()?.len();
        let fits = |row: &Vec<Option<f64>>| {
            row.len() == raters && row.iter().flatten().all(|value| value.is_finite())
        };
        (raters > 0 && rows.iter().all(fits)).then_some(Self { rows, raters })
    }

    /// One row a task, one cell a rater.
    pub fn rows(&self) -> &[Vec<Option<f64>>] {
        &self.rows
    }

    /// Number of tasks.
    pub fn tasks(&self) -> usize {
        self.rows.len()
    }

    /// Number of raters.
    pub fn raters(&self) -> usize {
        self.raters
    }

    /// The rows as numbers, where no cell is missing.
    pub(super) fn complete(&self) -> Option<Vec<Vec<f64>>> {
        let whole = |row: &Vec<Option<f64>>| row.iter().copied().collect::<Option<Vec<f64>>>();
        self.rows.iter().map(whole).collect()
    }

    /// The values of one rater.
    pub(super) fn column(&self, rater: usize) -> Vec<f64> {
        let cells = self
            .rows
            .iter()
            .map(|row| row.get(rater).copied().flatten());
        cells.flatten().collect()
    }

    /// Mean and variance (over n) of each rater. `None` where a rater rated nothing.
    pub(super) fn moments(&self) -> Option<Vec<(f64, f64)>> {
        (0..self.raters)
            .map(|rater| {
                let values = self.column(rater);
                Some((mean(&values)?, variance(&values, 0)?))
            })
            .collect()
    }
}
