//! Surrogates that share one feature space, and their answers.

use serde::Serialize;

use super::explain::Explanation;
use super::figures::Figures;
use super::memory::Memory;
use super::scale::{Scale, mean, spread};
use super::scorer::Scorer;
use super::sketch::{Sketch, sketch};
use super::space::{Hit, Space};

/// One rater's model of one dimension: a multinomial logistic model whose logits are linear in the
/// terms of a task.
#[derive(Debug, Clone, PartialEq)]
pub struct Surrogate {
    pub(crate) about: About,
    /// Share of each anchor among the training answers.
    pub(crate) shares: Vec<f64>,
    /// Intercept of the logit of each anchor but the lowest.
    pub(crate) intercepts: Vec<f64>,
    /// Size of one weight step for the same logits.
    pub(crate) steps: Vec<f64>,
    /// Held-out residual spread over the spread the probabilities claim.
    pub(crate) widening: f64,
    /// Where this surrogate's maps begin among those of the bundle.
    pub(crate) first: usize,
}

/// What a surrogate is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct About {
    /// Rater id, `surrogate-human`.
    pub id: String,
    /// Dimension it answers, `exposure`.
    pub dimension: String,
    /// Scale of that dimension.
    pub scale: Scale,
    /// Whose labels it imitates, in a sentence.
    pub source: String,
    /// Figures on occupations its models had not seen.
    pub figures: Figures,
}

/// A task to rate.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Task id, as in the inventory.
    pub task_id: &'a str,
    /// Title of the occupation; may be empty.
    pub occupation: &'a str,
    /// The task statement.
    pub statement: &'a str,
}

/// Where an answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The shipped model: the task was not in its training.
    Model,
    /// The task was in training: the answer of the model that saw neither it, nor its text, nor its
    /// occupation.
    OutOfFold,
}

/// A surrogate's answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Expected value, in the dimension's unit.
    pub value: f64,
    /// Probability of each label, in the order of the scale; `None` for a score.
    pub probabilities: Option<Vec<f64>>,
    /// Where the answer comes from.
    pub basis: Basis,
    /// Standard deviation to expect of the teacher's own answer around `value`, in the dimension's
    /// unit: the spread of the probabilities, scaled to the residuals seen on held-out occupations.
    pub residual_sd: f64,
}

/// Surrogates trained together: one feature space, one memory of training rows.
#[derive(Debug, Clone)]
pub struct Bundle {
    pub(crate) name: String,
    pub(crate) attribution: String,
    pub(crate) seed: String,
    pub(crate) space: Space,
    /// Features × maps, in steps; a map is the logit of one anchor of one surrogate.
    pub(crate) weights: Vec<i8>,
    pub(crate) surrogates: Vec<Surrogate>,
    pub(crate) memory: Memory,
}

impl Surrogate {
    /// What this surrogate is.
    #[must_use]
    pub fn about(&self) -> &About {
        &self.about
    }

    /// Number of maps: anchors without the lowest.
    pub(crate) fn maps(&self) -> usize {
        self.intercepts.len()
    }

    /// Weight of each logit in the linear score, in the dimension's unit: `π (v - v̄)`, the slope of
    /// the expected value where probabilities equal the training shares π.
    pub(crate) fn slopes(&self) -> Vec<f64> {
        let values = self.about.scale.values();
        let centre = mean(&self.shares, &values);
        self.shares
            .iter()
            .zip(&values)
            .skip(1)
            .map(|(share, value)| share * (value - centre))
            .collect()
    }

    /// The linear score of a task without terms.
    pub(crate) fn score_intercept(&self) -> f64 {
        let centre = mean(&self.shares, &self.about.scale.values());
        let lowest = self.shares[0];
        // An anchor without training rows has slope 0; its log share is then never used.
        let base = |share: f64| {
            if share > 0.0 && lowest > 0.0 {
                (share / lowest).ln()
            } else {
                0.0
            }
        };
        let shifts = self
            .intercepts
            .iter()
            .zip(&self.shares[1..])
            .map(|(b, share)| b - base(*share));
        centre
            + self
                .slopes()
                .iter()
                .zip(shifts)
                .map(|(slope, shift)| slope * shift)
                .sum::<f64>()
    }

    /// The answer that these anchor probabilities make.
    pub(crate) fn answer(&self, probabilities: Vec<f64>, basis: Basis) -> Prediction {
        let values = self.about.scale.values();
        Prediction {
            value: mean(&probabilities, &values),
            residual_sd: self.widening * spread(&probabilities, &values),
            probabilities: matches!(self.about.scale, Scale::Labels(_)).then_some(probabilities),
            basis,
        }
    }
}

impl Bundle {
    /// Name of the bundle, `eloundou2024`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Origin and licence of the labels.
    #[must_use]
    pub fn attribution(&self) -> &str {
        &self.attribution
    }

    /// Seed of the fold assignment.
    #[must_use]
    pub fn seed(&self) -> &str {
        &self.seed
    }

    /// Number of features.
    #[must_use]
    pub fn features(&self) -> usize {
        self.space.len()
    }

    /// Number of training rows remembered.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.memory.len()
    }

    /// The surrogates, in the order of every list of predictions.
    #[must_use]
    pub fn surrogates(&self) -> &[Surrogate] {
        &self.surrogates
    }

    /// Working memory for rating many tasks.
    #[must_use]
    pub fn scorer(&self) -> Scorer<'_> {
        Scorer::new(self)
    }

    /// Answers of all surrogates to one task. For many tasks, keep a [`scorer`](Self::scorer).
    #[must_use]
    pub fn predict(&self, input: Input<'_>) -> Vec<Prediction> {
        self.scorer().predict(input)
    }

    /// Why surrogate number `which` answers as it does: its `top` strongest terms and `neighbours`
    /// nearest training tasks. `None` when there is no such surrogate.
    #[must_use]
    pub fn explain(
        &self,
        which: usize,
        input: Input<'_>,
        top: usize,
        neighbours: usize,
    ) -> Option<Explanation> {
        self.scorer().explain(which, input, top, neighbours)
    }

    /// Sketch of a task's contributions: its vector with each coordinate times the length of the
    /// feature's weights over all maps. Two tasks are near when the same terms move the answers.
    pub(crate) fn sketch(&self, hits: &[Hit]) -> Sketch {
        let maps = self.maps();
        let steps: Vec<f64> = self
            .surrogates
            .iter()
            .flat_map(|s| s.steps.iter().copied())
            .collect();
        let pull = |feature: usize| {
            let weights = self.weights[feature * maps..][..maps].iter().zip(&steps);
            weights
                .map(|(w, step)| (f64::from(*w) * step).powi(2))
                .sum::<f64>()
                .sqrt() as f32
        };
        sketch(hits.iter().map(|hit| {
            let feature = hit.feature as usize;
            (self.space.keys[feature], hit.value * pull(feature))
        }))
    }

    /// Number of maps of all surrogates.
    pub(crate) fn maps(&self) -> usize {
        self.surrogates.iter().map(Surrogate::maps).sum()
    }
}
