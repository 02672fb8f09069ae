//! The numbers of one dimension.

use super::apart::Apart;
use crate::rating::Value;
use crate::rubric::Dimension;

/// Two numbers closer than this are the same: ties must not be decided by rounding.
pub(crate) const SAME: f64 = 1e-12;

/// Ratings of one dimension: a task × rater matrix with missing cells. It takes 8 bytes a cell, 4 more where there
/// are labels, and the probabilities where raters give them.
#[derive(Debug, Clone)]
pub struct Table {
    tasks: usize,
    raters: usize,
    labels: usize,
    /// NaN where there is none.
    values: Vec<f64>,
    /// Which of `masses` a cell has; empty for scores. What a cell without value has means nothing.
    places: Vec<u32>,
    /// Probability of each label, `labels` numbers an entry: first those of the plain labels, which have all of it in
    /// one place, then what raters give.
    masses: Vec<f64>,
    /// How far answers lie apart, one a task; empty where no rater has two samples of any.
    apart: Vec<Option<Apart>>,
}

impl Table {
    /// An empty table; `labels` is 0 for a score.
    #[must_use]
    pub fn new(tasks: usize, raters: usize, labels: usize) -> Self {
        let cells = tasks * raters;
        let plain = |n: usize| {
            if n.is_multiple_of(labels + 1) {
                1.0
            } else {
                0.0
            }
        };
        Self {
            tasks,
            raters,
            labels,
            values: vec![f64::NAN; cells],
            places: if labels > 0 {
                vec![0; cells]
            } else {
                Vec::new()
            },
            masses: (0..labels * labels).map(plain).collect(),
            apart: Vec::new(),
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
    ///
    /// # Panics
    /// There is no such cell, or the number of probabilities is not that of the labels.
    pub fn set(&mut self, task: usize, rater: usize, value: f64, masses: &[f64]) {
        let cell = task * self.raters + rater;
        assert_eq!(masses.len(), self.labels, "one probability a label");
        self.values[cell] = value;
        if self.labels == 0 {
            return;
        }
        let plain = self.masses[..self.labels * self.labels]
            .chunks_exact(self.labels)
            .position(|plain| plain == masses);
        let place = plain.unwrap_or_else(|| {
            self.masses.extend_from_slice(masses);
            self.masses.len() / self.labels - 1
        });
        self.places[cell] = u32::try_from(place).unwrap_or(u32::MAX);
    }

    /// Fills a cell with a rater's answer, which [`fits`] the dimension.
    pub(super) fn set_value(&mut self, task: usize, rater: usize, value: &Value) {
        match (&value.probabilities, value.label) {
            (Some(probabilities), _) if self.labels > 0 => {
                self.set(task, rater, value.value, probabilities);
            }
            (_, label) => {
                let cell = task * self.raters + rater;
                self.values[cell] = value.value;
                if let (Some(place), Some(Ok(label))) =
                    (self.places.get_mut(cell), label.map(u32::try_from))
                {
                    *place = label;
                }
            }
        }
    }

    pub(super) fn set_apart(&mut self, task: usize, apart: Apart) {
        self.apart.resize(self.tasks, None);
        self.apart[task] = Some(apart);
    }

    /// Takes a rater's values out. How far answers lie apart is not known of the rest.
    ///
    /// # Panics
    /// There is no such rater.
    pub(crate) fn leave_out(&mut self, rater: usize) {
        assert!(rater < self.raters, "a rater of the table");
        let own = self.values.iter_mut().skip(rater).step_by(self.raters);
        own.for_each(|value| *value = f64::NAN);
        self.apart.clear();
    }

    /// The value of a cell in the dimension's unit, or `None` when it is missing.
    #[must_use]
    pub fn value(&self, task: usize, rater: usize) -> Option<f64> {
        present(self.values[task * self.raters + rater])
    }

    /// The values of a task, one a rater.
    pub fn row(&self, task: usize) -> impl Iterator<Item = Option<f64>> {
        let row = &self.values[task * self.raters..(task + 1) * self.raters];
        row.iter().copied().map(present)
    }

    /// Label probabilities of a cell (a plain label has all its mass in one place); `None` when it is missing or
    /// the dimension is a score.
    #[must_use]
    pub fn masses(&self, task: usize, rater: usize) -> Option<&[f64]> {
        let cell = task * self.raters + rater;
        present(self.values[cell])?;
        let first = *self.places.get(cell)? as usize * self.labels;
        self.masses.get(first..first + self.labels)
    }

    /// How far two answers lie apart on a task, of one rater and of two; `None` where no rater has two rated samples.
    #[must_use]
    pub fn apart(&self, task: usize) -> Option<Apart> {
        self.apart.get(task).copied().flatten()
    }

    /// Whether this rater rated anything in this dimension.
    #[must_use]
    pub fn covers(&self, rater: usize) -> bool {
        (0..self.tasks).any(|task| self.value(task, rater).is_some())
    }
}

fn present(value: f64) -> Option<f64> {
    (!value.is_nan()).then_some(value)
}

/// Whether an answer fits a dimension of so many labels: it gives one of them, or a probability of each.
pub(super) fn fits(value: &Value, labels: usize) -> bool {
    match (&value.probabilities, value.label) {
        _ if labels == 0 => true,
        (Some(probabilities), _) => {
            let sum: f64 = probabilities.iter().sum();
            probabilities.len() == labels
                && (sum - 1.0).abs() < 1e-6
                && probabilities.iter().all(|p| *p >= 0.0)
        }
        (None, label) => label.is_some_and(|label| label < labels),
    }
}

/// Label probabilities of an answer that fits: its own, or all on its label.
pub(super) fn masses(value: &Value, labels: usize) -> Vec<f64> {
    let plain = |label| if value.label == Some(label) { 1.0 } else { 0.0 };
    match &value.probabilities {
        Some(probabilities) => probabilities.clone(),
        None => (0..labels).map(plain).collect(),
    }
}

/// The most probable label; ties go to the one nearest to `value`, then to the lower one.
pub(crate) fn label_of(dimension: &Dimension, masses: &[f64], value: f64) -> Option<usize> {
    let largest = masses.iter().copied().max_by(f64::total_cmp)?;
    let mut best: Option<(usize, f64)> = None;
    for (position, (mass, label)) in masses.iter().zip(dimension.labels()).enumerate() {
        let distance = (label.value - value).abs();
        let nearer = best.is_none_or(|(_, least)| distance < least - SAME);
        if *mass >= largest - SAME && nearer {
            best = Some((position, distance));
        }
    }
    best.map(|(position, _)| position)
}
