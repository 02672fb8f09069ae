//! The ratings of the panel in one dimension, as models take them.

use super::Reconciliation;
use super::calibrated::Calibrated;
use super::centred::Centred;
use super::method::Gold;
use crate::ratings::{Drawn, Table, label_of};
use crate::rubric::Dimension;
use crate::stats::inference::{Cells, DesignWeights};

/// The raters of the panel that cover a dimension, and gold beside them.
///
/// Where cells are missing, the leniency of each rater is taken off before a model sees its values, as the rater-centred mean
/// does it: so a task is not scored higher only because the strict rater did not answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct View<'a> {
    pub dimension: &'a Dimension,
    pub table: &'a Table,
    /// Positions of the raters.
    pub raters: &'a [usize],
    pub centred: &'a Centred,
    pub gold: Gold,
    /// How the tasks of gold were drawn; `None` where nothing is said of it.
    pub drawn: Option<&'a Drawn>,
}

impl View<'_> {
    /// What is taken off a rater's values.
    pub fn shift(&self, rater: usize) -> f64 {
        let effect = self.centred.effects.get(rater).copied().flatten();
        effect.filter(|_| !self.centred.complete).unwrap_or(0.0)
    }

    /// The ratings of a task, one a rater of `raters`.
    pub fn cells(&self, task: usize) -> Cells {
        let values = self.raters.iter();
        let values = values.map(|&rater| Some(self.table.value(task, rater)? - self.shift(rater)));
        Cells {
            values: values.collect(),
            labels: self.labels(task),
        }
    }

    /// The most probable label of each rater; empty for scores.
    pub fn labels(&self, task: usize) -> Vec<Option<usize>> {
        let raters = self.raters.iter().filter(|_| self.table.labels() > 0);
        raters.map(|&rater| self.label(task, rater)).collect()
    }

    fn label(&self, task: usize, rater: usize) -> Option<usize> {
        let value = self.table.value(task, rater)?;
        label_of(self.dimension, self.table.masses(task, rater)?, value)
    }

    /// What gold says of a task.
    pub fn gold_value(&self, task: usize) -> Option<f64> {
        self.table.value(task, self.gold.rater)
    }

    /// The label that gold gives a task.
    pub fn gold_label(&self, task: usize) -> Option<usize> {
        self.label(task, self.gold.rater)
    }

    /// What each of these gold tasks counts; `None` where it is not known how they were drawn.
    pub fn counts(&self, tasks: &[usize]) -> Option<DesignWeights> {
        match self.drawn {
            Some(drawn) => DesignWeights::of(drawn.of(tasks)?),
            None => Some(DesignWeights::equal()),
        }
    }

    /// Whether its gold tasks stand for others: by known probabilities, or taken at their word.
    pub fn is_drawn_well(&self) -> bool {
        self.counts(&self.gold_tasks()).is_some()
    }

    /// Whether a rater of the panel rated a task.
    pub fn rated(&self, task: usize) -> bool {
        let mut raters = self.raters.iter();
        raters.any(|&rater| self.table.value(task, rater).is_some())
    }

    /// The tasks that gold and the panel have rated.
    pub fn gold_tasks(&self) -> Vec<usize> {
        (0..self.table.tasks())
            .filter(|&task| self.gold_value(task).is_some() && self.rated(task))
            .collect()
    }
}

impl Reconciliation {
    /// The panel beside gold; `None` without gold.
    pub(super) fn view(&self) -> Option<View<'_>> {
        Some(View {
            dimension: &self.dimension,
            table: &self.table,
            raters: &self.panel,
            centred: &self.centred,
            gold: self.options.gold?,
            drawn: self.design.as_deref(),
        })
    }

    /// What gold makes of the panel, with the ratings it does so by.
    pub(super) fn model(&self) -> Option<(&Calibrated, View<'_>)> {
        Some((self.calibrated.as_ref()?, self.view()?))
    }

    /// How the tasks of gold were drawn; `None` where nothing is said of it.
    #[must_use]
    pub fn drawn(&self) -> Option<&Drawn> {
        self.design.as_deref()
    }
}
