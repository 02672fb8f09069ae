//! What is predicted: ordered labels with values, or a score from 0 to 100.
//!
//! Both become probabilities over *anchors*: the labels, or the scores 0, 25, 50, 75, 100. A score
//! between two anchors is shared by them in proportion, so the mean over anchors is the score.

use serde::{Deserialize, Serialize};

use super::bytes::LARGEST;

/// Anchors of a score.
pub const SCORE_ANCHORS: [f64; 5] = [0.0, 25.0, 50.0, 75.0, 100.0];

/// Scale of one dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Labels from lowest to highest with their values, strictly increasing.
    Labels(Vec<(String, f64)>),
    /// A number from 0 to 100.
    Score,
}

/// One label or score given to a task.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// Name of a label of the dimension.
    Label(String),
    /// A score from 0 to 100.
    Score(f64),
}

impl Scale {
    /// Values of the anchors, in the dimension's unit.
    #[must_use]
    pub fn values(&self) -> Vec<f64> {
        match self {
            Self::Labels(labels) => labels.iter().map(|(_, value)| *value).collect(),
            Self::Score => SCORE_ANCHORS.to_vec(),
        }
    }

    /// Names of the labels, in order; none for a score.
    #[must_use]
    pub fn labels(&self) -> Vec<&str> {
        match self {
            Self::Labels(labels) => labels.iter().map(|(name, _)| name.as_str()).collect(),
            Self::Score => Vec::new(),
        }
    }

    /// Whether there are 2 to 32 labels with strictly increasing values of sensible size.
    pub(crate) fn is_ordered(&self) -> bool {
        let values = self.values();
        (2..=32).contains(&values.len())
            && values.iter().all(|value| value.abs() <= LARGEST)
            && values.windows(2).all(|pair| pair[0] < pair[1])
    }

    /// Share of each anchor in an answer, summing to 1; `None` when the answer is not on the scale.
    pub(crate) fn shares(&self, answer: &Answer) -> Option<Vec<f32>> {
        let mut shares = vec![0.0; self.values().len()];
        match (self, answer) {
            (Self::Labels(labels), Answer::Label(given)) => {
                shares[labels.iter().position(|(name, _)| name == given)?] = 1.0;
            }
            (Self::Score, Answer::Score(score)) if (0.0..=100.0).contains(score) => {
                let low = ((score / 25.0).floor() as usize).min(3);
                let above = (score / 25.0 - low as f64) as f32;
                (shares[low], shares[low + 1]) = (1.0 - above, above);
            }
            _ => return None,
        }
        Some(shares)
    }
}

/// Mean of `values` under `probabilities`.
pub(crate) fn mean(probabilities: &[f64], values: &[f64]) -> f64 {
    probabilities.iter().zip(values).map(|(p, v)| p * v).sum()
}

/// Standard deviation of `values` under `probabilities`.
pub(crate) fn spread(probabilities: &[f64], values: &[f64]) -> f64 {
    let centre = mean(probabilities, values);
    let square: f64 = probabilities
        .iter()
        .zip(values)
        .map(|(p, v)| p * (v - centre).powi(2))
        .sum();
    square.max(0.0).sqrt()
}

/// Number of the anchor nearest to `value`; the lower one of two equally near.
pub(crate) fn nearest(values: &[f64], value: f64) -> usize {
    let mut best = 0;
    for (i, v) in values.iter().enumerate() {
        if (v - value).abs() < (values[best] - value).abs() {
            best = i;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_shared_by_its_two_anchors() {
        let shares = Scale::Score.shares(&Answer::Score(40.0)).unwrap();
        assert_eq!(
            shares
                .iter()
                .map(|s| (s * 10.0).round())
                .collect::<Vec<_>>(),
            [0., 4., 6., 0., 0.]
        );
        assert_eq!(Scale::Score.shares(&Answer::Score(100.0)).unwrap()[4], 1.0);
        assert!(Scale::Score.shares(&Answer::Score(100.5)).is_none());
        assert!(Scale::Score.shares(&Answer::Score(f64::NAN)).is_none());
        assert!(Scale::Score.shares(&Answer::Label("E0".into())).is_none());
    }

    #[test]
    fn moments_of_a_distribution() {
        // (0, .5, 1) with (.5, .25, .25): mean .375, variance .0625 + .25 - .140625 = .171875.
        let (p, v) = ([0.5, 0.25, 0.25], [0.0, 0.5, 1.0]);
        assert_eq!(mean(&p, &v), 0.375);
        assert!((spread(&p, &v) - 0.171_875_f64.sqrt()).abs() < 1e-12);
        assert_eq!((nearest(&v, 0.25), nearest(&v, 0.76)), (0, 2));
    }
}
