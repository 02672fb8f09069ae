//! What moves the ratings of a task to gold: the model that task intervals and the means of occupations share.

use super::conformal::{ConformalRule, conformal_half};
use super::design_weights::DesignWeights;
use super::linear::{Linear, Weights};
use super::pattern::{PatternTable, table};
use crate::stats::Clusters;
use std::collections::HashMap;

/// The ratings of a task as models take them, one a rater.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cells {
    /// On the scale.
    pub values: Vec<Option<f64>>,
    /// Numbers of labels; empty for scores.
    pub labels: Vec<Option<usize>>,
}

/// A pattern table as a score: Σ P(label) · value.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternScore {
    /// The table.
    pub table: PatternTable,
    values: Vec<f64>,
    gold: Vec<(Vec<Option<usize>>, usize)>,
}

/// A model of gold given ratings.
#[derive(Debug, Clone, PartialEq)]
pub enum Working {
    /// Calibrated mean or ridge stack.
    Linear(Linear),
    /// The expected value by a pattern table.
    Pattern(PatternScore),
}

/// A fitted model with its residuals.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The model.
    pub model: Working,
    /// Gold minus score of each gold task, fitted without that task, in their order.
    pub residuals: Vec<f64>,
    /// Weighted root mean square of these.
    pub residual_sd: f64,
    /// What each gold task counts.
    pub counts: DesignWeights,
}

impl Fit {
    /// Of a linear model.
    pub fn linear(model: Linear) -> Option<Self> {
        let (residuals, counts) = (model.residuals.clone(), model.counts().clone());
        Self::of(Working::Linear(model), residuals, counts)
    }

    /// Of a pattern table: `rows` are the labels of gold tasks, `gold` their numbers, `values` what the labels are worth.
    /// Each counts by its design weight. `None` where [`pattern_table`](super::pattern_table) is, or a row is empty.
    pub fn pattern(
        rows: &[Vec<Option<usize>>],
        gold: &[usize],
        values: &[f64],
        counts: &DesignWeights,
    ) -> Option<Self> {
        let slices: Vec<&[Option<usize>]> = rows.iter().map(Vec::as_slice).collect();
        let table = table(&slices, gold, values.len(), counts)?;
        let residuals = rows.iter().zip(gold).enumerate().map(|(n, (row, &gold))| {
            let chances = table.left_out(row, gold, counts.at(n))?;
            Some(values.get(gold)? - expected(&chances, values))
        });
        let residuals = residuals.collect::<Option<_>>()?;
        let score = PatternScore {
            table,
            values: values.to_vec(),
            gold: rows.iter().cloned().zip(gold.iter().copied()).collect(),
        };
        Self::of(Working::Pattern(score), residuals, counts.clone())
    }

    fn of(model: Working, residuals: Vec<f64>, counts: DesignWeights) -> Option<Self> {
        let squares: Vec<f64> = residuals.iter().map(|r| r * r).collect();
        Some(Self {
            residual_sd: counts.mean(&squares)?.sqrt(),
            model,
            residuals,
            counts,
        })
    }

    /// Number of gold tasks.
    pub fn n(&self) -> usize {
        self.residuals.len()
    }

    /// The score of a task, not cut to the scale; `None` where nobody rated it.
    pub fn predict(&self, cells: &Cells) -> Option<f64> {
        match &self.model {
            Working::Linear(model) => model.predict(&cells.values),
            Working::Pattern(score) => score.predict(&cells.labels),
        }
    }

    /// The score of a task as a sum over raters; `None` for a pattern table, which is none.
    pub fn weights(&self, cells: &Cells, left_out: Option<usize>) -> Option<Weights> {
        match &self.model {
            Working::Linear(model) => model.weights(&cells.values, left_out),
            Working::Pattern(_) => None,
        }
    }

    /// Half the width of a task's interval for the next gold label, and how it was made; see
    /// [`conformal_interval`](super::conformal_interval).
    pub fn half(&self, level: f64) -> Option<(f64, ConformalRule)> {
        conformal_half(&self.residuals, &self.counts, level)
    }

    /// Scores at points, by all gold and then without each of its clusters; see [`Points`].
    pub(super) fn at(&self, points: &Points, gold: &Clusters) -> Option<Vec<Vec<f64>>> {
        match (&self.model, points) {
            (Working::Linear(model), Points::Linear(points)) => model.at(points, gold),
            (Working::Pattern(score), Points::Pattern { rows, sets, .. }) => {
                score.at(rows, sets, gold, &self.counts)
            }
            _ => None,
        }
    }
}

/// Where sets of tasks lie: for a linear model the mean of their features is all that is needed, for a pattern table how
/// much weight each pattern has.
pub(super) enum Points {
    Linear(Vec<Vec<f64>>),
    Pattern {
        rows: Vec<Vec<Option<usize>>>,
        places: HashMap<Vec<Option<usize>>, usize>,
        sets: Vec<Vec<(usize, f64)>>,
    },
}

impl Points {
    pub(super) fn new(fit: &Fit) -> Self {
        match fit.model {
            Working::Linear(_) => Self::Linear(Vec::new()),
            Working::Pattern(_) => Self::Pattern {
                rows: Vec::new(),
                places: HashMap::new(),
                sets: Vec::new(),
            },
        }
    }

    /// Adds a set: its tasks with weights that sum to 1.
    pub(super) fn push(&mut self, fit: &Fit, tasks: &[(&Cells, f64)]) {
        match (self, &fit.model) {
            (Self::Linear(points), Working::Linear(model)) => {
                let mut sum: Vec<f64> = Vec::new();
                for (cells, weight) in tasks {
                    let Some(point) = model.point(&cells.values) else {
                        continue;
                    };
                    sum.resize(point.len(), 0.0);
                    for (sum, part) in sum.iter_mut().zip(point) {
                        *sum += weight * part;
                    }
                }
                points.push(sum);
            }
            (Self::Pattern { rows, places, sets }, _) => {
                let set = tasks.iter().map(|(cells, weight)| {
                    let place = places.entry(cells.labels.clone()).or_insert_with(|| {
                        rows.push(cells.labels.clone());
                        rows.len() - 1
                    });
                    (*place, *weight)
                });
                sets.push(set.collect());
            }
            (Self::Linear(_), Working::Pattern(_)) => {}
        }
    }
}

impl PatternScore {
    /// The expected value of a pattern.
    pub fn predict(&self, row: &[Option<usize>]) -> Option<f64> {
        row.iter().flatten().next()?;
        Some(expected(&self.table.predict(row)?, &self.values))
    }

    fn at(
        &self,
        rows: &[Vec<Option<usize>>],
        sets: &[Vec<(usize, f64)>],
        gold: &Clusters,
        counts: &DesignWeights,
    ) -> Option<Vec<Vec<f64>>> {
        let members = members(gold);
        let mut table = self.table.clone();
        let mut found = Vec::with_capacity(1 + members.len());
        for out in std::iter::once(&[][..]).chain(members.iter().map(Vec::as_slice)) {
            let count = |table: &mut PatternTable, sign: f64| {
                for &task in out {
                    if let Some((row, gold)) = self.gold.get(task) {
                        table.count(row, *gold, sign * counts.at(task));
                    }
                }
            };
            count(&mut table, -1.0);
            let score =
                |row: &Vec<Option<usize>>| table.predict(row).map(|p| expected(&p, &self.values));
            let scores: Vec<f64> = rows.iter().map(score).collect::<Option<_>>()?;
            // Smoothing leaves a mean error on gold, which the difference estimator takes off: Σw(g − ŷ)/Σw.
            let mut error = 0.0;
            for (row, gold) in table.golds() {
                error += gold
                    .iter()
                    .zip(&self.values)
                    .map(|(count, value)| count * value)
                    .sum::<f64>()
                    - gold.iter().sum::<f64>() * score(row)?;
            }
            error /= counts.total(self.gold.len()) - counts.sum(out);
            count(&mut table, 1.0);
            let mean = |set: &Vec<(usize, f64)>| {
                let terms = set.iter().map(|&(place, weight)| weight * scores[place]);
                terms.sum::<f64>() + error
            };
            found.push(sets.iter().map(mean).collect());
        }
        Some(found)
    }
}

/// The units of each cluster.
pub(super) fn members(of: &Clusters) -> Vec<Vec<usize>> {
    let mut members = vec![Vec::new(); of.count()];
    for (unit, &cluster) in of.of_units().iter().enumerate() {
        members[cluster].push(unit);
    }
    members
}

fn expected(chances: &[f64], values: &[f64]) -> f64 {
    chances.iter().zip(values).map(|(p, value)| p * value).sum()
}
