//! The ratings of one dimension: a column a rater.

use super::units::Units;
use crate::ratings::{Drawn, Table, label_of};
use crate::rubric::Dimension;
use crate::stats;
use crate::stats::inference::DesignWeights;

/// One value a task; `None` where there is none.
pub(super) type Column = Vec<Option<f64>>;

/// What the audit of a dimension starts from.
#[derive(Clone)]
pub(super) struct Data<'a> {
    pub dimension: &'a Dimension,
    pub units: &'a Units,
    /// Of each rater, in the dimension's unit; a rater's samples are one opinion.
    pub values: Vec<Column>,
    /// Of each rater, what it answers: the value of its label (of the most probable one), or its score.
    pub answers: Vec<Column>,
    /// The raters that rated anything, gold apart.
    pub panel: Vec<usize>,
    /// The rater that is trusted, where it rated anything.
    pub gold: Option<usize>,
    /// Of each task 1/π, with π the probability with which it was drawn to have gold; `None` where gold tasks count the same.
    pub counts: Option<Column>,
}

impl<'a> Data<'a> {
    pub fn new(
        dimension: &'a Dimension,
        table: &Table,
        gold: Option<usize>,
        units: &'a Units,
    ) -> Self {
        let label = |task, rater, value| {
            let label = label_of(dimension, table.masses(task, rater)?, value)?;
            Some(dimension.labels().get(label)?.value)
        };
        let column = |rater: usize| -> (Column, Column) {
            let answer = |task| {
                let value = table.value(task, rater);
                let answer = value.map(|value| label(task, rater, value).unwrap_or(value));
                (value, answer)
            };
            (0..table.tasks()).map(answer).unzip()
        };
        let (values, answers) = (0..table.raters()).map(column).unzip();
        let covers = |rater: &usize| table.covers(*rater);
        Self {
            dimension,
            units,
            values,
            answers,
            panel: (0..table.raters())
                .filter(|rater| Some(*rater) != gold)
                .filter(covers)
                .collect(),
            gold: gold.filter(covers),
            counts: None,
        }
    }

    /// The same with gold whose tasks were drawn so. Where their probabilities are not known, they count the same.
    pub fn drawn(mut self, drawn: Option<&Drawn>) -> Self {
        let gold = self.gold.map(|gold| &self.values[gold]);
        if let (Some(drawn), Some(gold)) = (drawn, gold) {
            let there = |task: &usize| gold[*task].is_some();
            let tasks: Vec<usize> = (0..gold.len()).filter(there).collect();
            let known = drawn.of(&tasks);
            self.counts = known.map(|probabilities| {
                let mut counts = vec![None; gold.len()];
                for (task, probability) in tasks.iter().zip(probabilities) {
                    counts[*task] = Some(1.0 / probability);
                }
                counts
            });
        }
        self
    }

    /// Whether gold tasks count differently.
    pub fn unequal(&self) -> bool {
        let counts = self.counts.iter().flatten().flatten();
        DesignWeights::of(counts.map(|counts| 1.0 / counts)).is_some_and(|all| !all.are_equal())
    }

    /// The same with fewer raters in the panel.
    pub fn without(&self, out: impl Fn(usize) -> bool) -> Self {
        let mut rest = self.clone();
        rest.panel.retain(|&rater| !out(rater));
        rest
    }

    /// Everyone who rated anything: the panel, then gold.
    pub fn everyone(&self) -> Vec<usize> {
        self.panel.iter().copied().chain(self.gold).collect()
    }

    /// How many points of 0–100 a step of 1 in the dimension's unit is: differences are told in points.
    pub fn points(&self) -> f64 {
        self.dimension.to_score(1.0)
    }

    /// The values of all labels, in their order; empty for a score.
    pub fn categories(&self) -> Vec<f64> {
        let labels = self.dimension.labels().iter();
        labels.map(|label| label.value).collect()
    }

    pub fn is_score(&self) -> bool {
        self.dimension.labels().is_empty()
    }

    /// The middle of the scale: sums of what is counted from there lose no digits.
    pub fn middle(&self) -> f64 {
        let (low, high) = self.dimension.bounds();
        f64::midpoint(low, high)
    }

    pub fn tasks(&self) -> usize {
        self.units.clusters.units()
    }

    /// The columns of some raters as a table of tasks.
    pub fn table(columns: &[Column], raters: &[usize]) -> Option<stats::Table> {
        let chosen: Option<Vec<&Column>> = raters.iter().map(|&rater| columns.get(rater)).collect();
        stats::Table::of_raters(&chosen?)
    }

    /// The mean of the other raters of the panel on each task.
    pub fn others(&self, rater: usize) -> Column {
        let others: Vec<&Column> = self
            .panel
            .iter()
            .filter(|&&other| other != rater)
            .map(|&other| &self.values[other])
            .collect();
        mean_of(&others, self.tasks())
    }

    /// What a rater gave beyond the mean of the others on each task that both rated, in points.
    pub fn beyond_others(&self, rater: usize) -> Column {
        self.difference(&self.values[rater], &self.others(rater))
    }

    /// First minus second on each task that has both, in points.
    pub fn difference(&self, one: &Column, other: &Column) -> Column {
        let points = self.points();
        let both = one.iter().zip(other);
        both.map(|(one, other)| Some((one.as_ref()? - other.as_ref()?) * points))
            .collect()
    }
}

/// The mean over columns of each task that one of them has.
pub(super) fn mean_of(columns: &[&Column], tasks: usize) -> Column {
    let mean = |task: usize| {
        let there = columns.iter().filter_map(|column| *column.get(task)?);
        let (n, sum) = there.fold((0_usize, 0.0), |(n, sum), value| (n + 1, sum + value));
        (n > 0).then(|| sum / n as f64)
    };
    (0..tasks).map(mean).collect()
}
