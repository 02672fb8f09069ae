//! What a value was made of: the weight of each rater, for people and programs that check it.

use super::Reconciliation;
use crate::ratings::round12;
use std::fmt::Write as _;

impl Reconciliation {
    /// The values of the panel that went into that of a task: `claude=0.5;gpt-4o=1`. `raters` are the ids of the run.
    #[must_use]
    pub fn inputs_text(&self, task: usize, raters: &[&str]) -> String {
        let one = |(rater, value): (usize, f64)| {
            let id = raters.get(rater).copied().unwrap_or("?");
            format!("{id}={}", round12(value))
        };
        self.inputs(task).map(one).collect::<Vec<_>>().join(";")
    }

    /// How much each rater's value counts in that of a task: `claude=0.5;gpt-4o=0.4;intercept=0.07`, and the value is
    /// intercept + Σ weight · value, cut to the scale. For a pattern table it is the pattern and how many other gold tasks
    /// had it, for a diagnostic that it is no sum; empty where nobody rated. `raters` are the ids of the run.
    #[must_use]
    pub fn weights(&self, task: usize, raters: &[&str]) -> String {
        let inputs: Vec<(usize, f64)> = self.inputs(task).collect();
        if inputs.is_empty() {
            return String::new();
        }
        let name = |rater: usize| raters.get(rater).copied().unwrap_or("?");
        match self.model() {
            Some((model, view)) => match model.weights(&view, task) {
                Some(weights) => {
                    let own = self.panel.iter().zip(&weights.raters);
                    let own = own.filter_map(|(&rater, weight)| Some((name(rater), (*weight)?)));
                    sum(own, weights.intercept)
                }
                None => {
                    let labels = view.labels(task);
                    let said = self.panel.iter().zip(labels).filter_map(|(&rater, label)| {
                        let label = self.dimension.labels().get(label?)?;
                        Some(format!("{}={}", name(rater), label.id))
                    });
                    let seen = model.seen(&view, task).unwrap_or(0);
                    format!(
                        "pattern {} in {seen} other gold tasks",
                        said.collect::<Vec<_>>().join(";")
                    )
                }
            },
            None if !self.is_of_raters() => "no sum: by EM".to_owned(),
            None if self.is_median() => format!("median of {}", inputs.len()),
            None => {
                let each = 1.0 / inputs.len() as f64;
                let whole = inputs.len() == self.panel.len();
                let effect = |rater: usize| self.effects.get(rater).copied().flatten();
                let taken_off: f64 = inputs.iter().filter_map(|(rater, _)| effect(*rater)).sum();
                let intercept = if whole { 0.0 } else { -taken_off * each };
                sum(
                    inputs.iter().map(|(rater, _)| (name(*rater), each)),
                    intercept,
                )
            }
        }
    }
}

/// Numbers with twelve decimals at most.
fn sum<'a>(weights: impl Iterator<Item = (&'a str, f64)>, intercept: f64) -> String {
    let mut text = String::new();
    for (rater, weight) in weights {
        let _ = write!(text, "{rater}={};", round12(weight));
    }
    let _ = write!(text, "intercept={}", round12(intercept));
    text
}
