//! Rating with surrogates: which of them cover a rubric, and their answers as ratings.

use super::surrogate::{self, About, Input, Prediction, Scorer, Term};
use super::{Rater, Weights};
use crate::error::Result;
use crate::inventory::{Occupation, Task};
use crate::rating::{Basis, Outcome, Rating, Value};
use crate::rubric::{Dimension, Label, Rubric, Scale};

/// Terms that a rationale names at most.
const TERMS: usize = 5;

/// The surrogates of a panel, ready to rate.
pub struct Embedded<'a> {
    rubric: &'a Rubric,
    /// One a weights file that seats a surrogate.
    benches: Vec<Bench<'a>>,
}

/// Surrogates of one weights file: the terms of a task are counted once for all of them.
struct Bench<'a> {
    scorer: Scorer<'a>,
    seats: Vec<Seat>,
}

/// A surrogate in the panel.
struct Seat {
    /// Position in the panel.
    rater: usize,
    /// Position in its file.
    surrogate: usize,
    /// Position of the dimension it answers; `None` when the rubric does not ask for it on its scale.
    dimension: Option<usize>,
    /// Whose labels it learned, in a few words.
    teacher: String,
}

impl<'a> Embedded<'a> {
    /// Seats the surrogates among `raters`.
    ///
    /// # Errors
    /// A surrogate that is not in `weights`.
    pub fn new(weights: &'a Weights, rubric: &'a Rubric, raters: &[Rater]) -> Result<Self> {
        let mut places = Vec::new();
        for (rater, known) in raters.iter().enumerate() {
            if let Some((place, about)) = weights.place(known)?.zip(weights.about(known)?) {
                places.push((place.0, Seat::new(rater, place.1, about, rubric)));
            }
        }
        let mut benches = Vec::new();
        for (file, bundle) in weights.bundles().enumerate() {
            let (here, elsewhere): (Vec<_>, Vec<_>) =
                places.into_iter().partition(|(place, _)| *place == file);
            places = elsewhere;
            if !here.is_empty() {
                benches.push(Bench {
                    scorer: bundle.scorer(),
                    seats: here.into_iter().map(|(_, seat)| seat).collect(),
                });
            }
        }
        Ok(Self { rubric, benches })
    }

    /// Rates one task: the position in the panel and the rating of each surrogate.
    pub fn rate(&mut self, occupation: &Occupation, task: &Task) -> Vec<(usize, Rating)> {
        let input = Input {
            task_id: &task.id,
            occupation: &occupation.title,
            statement: &task.statement,
        };
        let rubric = self.rubric;
        let benches = self.benches.iter_mut();
        benches
            .flat_map(|bench| bench.rate(input, rubric))
            .collect()
    }
}

impl Bench<'_> {
    fn rate(&mut self, input: Input<'_>, rubric: &Rubric) -> Vec<(usize, Rating)> {
        let answers = self.scorer.predict_with_terms(input, TERMS);
        let rated = |seat: &Seat| match (seat.dimension, answers.get(seat.surrogate)) {
            (Some(dimension), Some((prediction, terms))) => {
                rating(seat, rubric, dimension, prediction, terms)
            }
            _ => Rating::missing(Outcome::Abstained, rubric.dimensions().len()),
        };
        self.seats
            .iter()
            .map(|seat| (seat.rater, rated(seat)))
            .collect()
    }
}

impl Seat {
    fn new(rater: usize, surrogate: usize, about: &About, rubric: &Rubric) -> Self {
        let dimension = rubric
            .position(&about.dimension)
            .filter(|&position| scale_of(&rubric.dimensions()[position]) == about.scale);
        Self {
            rater,
            surrogate,
            dimension,
            teacher: about.source.clone(),
        }
    }
}

/// The scale that a surrogate of a dimension learns: labels by name, order and value. It answers on no other.
#[must_use]
pub fn scale_of(dimension: &Dimension) -> surrogate::Scale {
    match &dimension.scale {
        Scale::Score(_) => surrogate::Scale::Score,
        Scale::Labels(labels) => {
            let pair = |label: &Label| (label.id.clone(), label.value);
            surrogate::Scale::Labels(labels.iter().map(pair).collect())
        }
    }
}

fn rating(
    seat: &Seat,
    rubric: &Rubric,
    dimension: usize,
    prediction: &Prediction,
    terms: &[Term],
) -> Rating {
    let mut rating = Rating::missing(Outcome::Rated, rubric.dimensions().len());
    let range = rubric.dimensions()[dimension].bounds();
    let label = prediction.probabilities.as_deref().map(most_probable);
    rating.values[dimension] = Some(Value {
        value: prediction.value,
        label,
        probabilities: prediction.probabilities.clone(),
    });
    rating.confidence = Some(confidence(range, prediction.residual_sd));
    rating.basis = Some(match prediction.basis {
        surrogate::Basis::Model => Basis::Model,
        surrogate::Basis::OutOfFold => Basis::OutOfFold,
    });
    rating.rationale = rationale(&seat.teacher, prediction, terms);
    rating
}

/// Confidence from the residual spread: 100 where the teacher's answer is expected at the value, 0 where it is expected to
/// be as far away as half the scale, the widest spread there can be. Whole points.
fn confidence((low, high): (f64, f64), residual_sd: f64) -> f64 {
    let widest = (high - low) / 2.0;
    (100.0 * (1.0 - residual_sd / widest))
        .clamp(0.0, 100.0)
        .round()
}

/// Position of the largest probability; ties go to the lower label.
fn most_probable(probabilities: &[f64]) -> usize {
    let mut best = 0;
    for (position, probability) in probabilities.iter().enumerate() {
        if *probability > probabilities[best] {
            best = position;
        }
    }
    best
}

/// The words that moved the score. It says what it is wherever it stands.
fn rationale(teacher: &str, prediction: &Prediction, terms: &[Term]) -> String {
    let side = |up: bool| {
        let words: Vec<String> = terms
            .iter()
            .filter(|term| (term.contribution > 0.0) == up && term.contribution != 0.0)
            .map(|term| format!("“{}”", term.text))
            .collect();
        words.join(", ")
    };
    let (up, down) = (side(true), side(false));
    let moved = match (up.is_empty(), down.is_empty()) {
        (true, true) => "no term of the task is known to it".to_owned(),
        (false, true) => format!("raised by {up}"),
        (true, false) => format!("lowered by {down}"),
        (false, false) => format!("raised by {up}; lowered by {down}"),
    };
    // Inside the brackets, where no shortening of the reason can lose it.
    let basis = match prediction.basis {
        surrogate::Basis::Model => "",
        surrogate::Basis::OutOfFold => {
            "; answered by a model that never saw this task, terms of the shipped one"
        }
    };
    format!("Surrogate, not an LLM ({teacher}{basis}): {moved}.")
}
