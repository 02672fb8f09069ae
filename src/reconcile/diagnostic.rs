//! Models that do without gold: what the raters look like if they err independently. They do not, so none of this is an
//! estimate to publish; it tells who stands out.

use super::consensus::{Interval, Made};
use super::method::Diagnosis;
use crate::ratings::{Table, label_of};
use crate::rubric::Dimension;
use crate::stats;
use crate::stats::aggregate::{
    DawidSkeneOptions, Iterations, Response, Responses, dawid_skene, one_coin, random_effects_em,
};

/// Method name: see [`dawid_skene`].
pub const DAWID_SKENE: &str = "diagnostic: Dawid–Skene";
/// Method name: see [`one_coin`].
pub const ONE_COIN: &str = "diagnostic: one-coin";
/// Method name: see [`random_effects_em`].
pub const EM: &str = "diagnostic: random effects by EM";

/// What a diagnostic says of each task.
#[derive(Debug, Clone)]
pub(super) struct Diagnostic {
    pub name: &'static str,
    /// NaN where nobody rated.
    values: Vec<f64>,
    /// Probability of each label, task by task; empty for scores.
    posterior: Vec<f64>,
    labels: usize,
}

impl Diagnostic {
    /// Runs the model on these raters. `None` where it has nothing to go by: no two raters that vary.
    pub fn of(
        diagnosis: Diagnosis,
        dimension: &Dimension,
        table: &Table,
        raters: &[usize],
    ) -> Option<Self> {
        match diagnosis {
            Diagnosis::DawidSkene => of_labels(DAWID_SKENE, dimension, table, raters),
            Diagnosis::OneCoin => of_labels(ONE_COIN, dimension, table, raters),
            Diagnosis::Em => of_scores(table, raters),
        }
    }

    pub fn made(&self, dimension: &Dimension, task: usize) -> Made {
        let (low, high) = dimension.bounds();
        let value = self.values.get(task).filter(|value| !value.is_nan());
        let chances = || {
            let first = task * self.labels;
            let chances = self.posterior.get(first..first + self.labels)?;
            Some(chances.to_vec())
        };
        Made {
            value: value.map(|value| value.clamp(low, high)),
            range: None,
            interval: Interval::Independent,
            chances: value.and_then(|_| chances()).filter(|_| self.labels > 0),
        }
    }
}

fn of_labels(
    name: &'static str,
    dimension: &Dimension,
    table: &Table,
    raters: &[usize],
) -> Option<Diagnostic> {
    let labels = dimension.labels().len();
    // Tasks that nobody rated have no place in it.
    let rated: Vec<usize> = (0..table.tasks())
        .filter(|&task| raters.iter().any(|&r| table.value(task, r).is_some()))
        .collect();
    let mut responses = Vec::new();
    for (place, &task) in rated.iter().enumerate() {
        for (position, &rater) in raters.iter().enumerate() {
            let label = table
                .value(task, rater)
                .and_then(|value| label_of(dimension, table.masses(task, rater)?, value));
            responses.extend(label.map(|label| Response {
                task: place,
                rater: position,
                label,
            }));
        }
    }
    let responses = Responses::new(rated.len(), raters.len(), labels, responses)?;
    let found = match name {
        ONE_COIN => one_coin(&responses, DawidSkeneOptions::SMOOTHED)?,
        _ => dawid_skene(&responses, DawidSkeneOptions::SMOOTHED)?,
    };
    let mut values = vec![f64::NAN; table.tasks()];
    let mut posterior = vec![0.0; table.tasks() * labels];
    for (&task, chances) in rated.iter().zip(&found.posterior) {
        let terms = chances.iter().zip(dimension.labels());
        values[task] = terms.map(|(p, label)| p * label.value).sum();
        posterior[task * labels..(task + 1) * labels].copy_from_slice(chances);
    }
    Some(Diagnostic {
        name,
        values,
        posterior,
        labels,
    })
}

fn of_scores(table: &Table, raters: &[usize]) -> Option<Diagnostic> {
    let rows: Vec<Vec<Option<f64>>> = (0..table.tasks())
        .map(|task| raters.iter().map(|&r| table.value(task, r)).collect())
        .collect();
    let units = stats::Table::of_units(&rows)?;
    let found = random_effects_em(&units, Iterations::default())?;
    let level = found.rater_mean.iter().sum::<f64>() / found.rater_mean.len() as f64;
    let values = found.effects.iter();
    Some(Diagnostic {
        name: EM,
        values: values
            .map(|effect| effect.map_or(f64::NAN, |effect| level + effect))
            .collect(),
        posterior: Vec::new(),
        labels: 0,
    })
}
