//! Several answers of one rater to one question as one opinion.

use super::sum::sorted_mean;
use super::table::{SAME, label_of, masses};
use crate::rating::{Outcome, Rating, Value};
use crate::rubric::{Dimension, Rubric};

/// A rater's samples as one opinion.
///
/// A panel is a panel of raters: a rater that is asked five times is heard once, more exactly. So everything after
/// this sees one rating a rater, and how far its samples lie apart is shown beside how far raters lie apart, not
/// mixed into it.
///
/// - The *value* of a dimension is the mean over the samples that rated it.
/// - Of labels, the *probabilities* are the mean of the samples' (a plain label has all of its sample's mass), and
///   the *label* is the most probable; ties go to the label nearest the value, then to the lower. Samples that all
///   give the same plain label give it without probabilities.
/// - All *words* (rationale, tools, confidence, repair, basis) are those of the rated sample nearest the mean over all
///   dimensions, each measured in its range; the lowest number on a tie. They are somebody's own words, never a mixture.
/// - The *outcome* is rated when any sample is; else that of the first sample, for which nothing else stands in.
///
/// One sample, or one rated sample, is its own opinion, unchanged.
#[must_use]
pub fn fold(rubric: &Rubric, samples: &[Rating]) -> Rating {
    let rated: Vec<&Rating> = samples
        .iter()
        .filter(|sample| sample.outcome == Outcome::Rated)
        .collect();
    match (rated.as_slice(), samples) {
        ([], [first, ..]) => return first.clone(),
        ([], []) => return Rating::missing(Outcome::NotRun, rubric.dimensions().len()),
        ([one], _) => return (*one).clone(),
        _ => {}
    }
    let values: Vec<Option<Value>> = rubric
        .dimensions()
        .iter()
        .enumerate()
        .map(|(position, dimension)| {
            let given = rated.iter().filter_map(|sample| answer(sample, position));
            mean(dimension, &given.collect::<Vec<_>>())
        })
        .collect();
    let distance = |sample: &Rating| -> f64 {
        let dimensions = rubric.dimensions().iter().enumerate().zip(&values);
        dimensions
            .filter_map(|((position, dimension), mean)| {
                let (low, high) = dimension.bounds();
                let off = answer(sample, position)?.value - mean.as_ref()?.value;
                Some(off.abs() / (high - low))
            })
            .sum()
    };
    let mut nearest: Option<(&Rating, f64)> = None;
    for sample in rated {
        let own = distance(sample);
        if nearest.is_none_or(|(_, least)| own < least - SAME) {
            nearest = Some((sample, own));
        }
    }
    let words = nearest.map(|(sample, _)| sample.clone());
    let words = words.unwrap_or_else(|| Rating::missing(Outcome::Rated, 0));
    Rating { values, ..words }
}

/// The mean of several answers on one dimension.
fn mean(dimension: &Dimension, given: &[&Value]) -> Option<Value> {
    if let [one] = given {
        return Some((*one).clone());
    }
    let value = sorted_mean(&mut given.iter().map(|given| given.value).collect::<Vec<_>>())?;
    let (low, high) = dimension.bounds();
    let value = value.clamp(low, high);
    let labels = dimension.labels().len();
    if labels == 0 {
        return Some(Value {
            value,
            label: None,
            probabilities: None,
        });
    }
    let first = given.first()?;
    if given.iter().all(|other| other == first) && first.probabilities.is_none() {
        return Some((*first).clone());
    }
    let own: Vec<Vec<f64>> = given
        .iter()
        .filter_map(|given| masses(given, labels))
        .collect();
    let probabilities = (0..labels)
        .map(|label| sorted_mean(&mut own.iter().map(|masses| masses[label]).collect::<Vec<_>>()))
        .collect::<Option<Vec<f64>>>()?;
    Some(Value {
        value,
        label: label_of(dimension, &probabilities, value),
        probabilities: Some(probabilities),
    })
}

/// The mean over raters with at least two rated samples of the largest minus the smallest value of each.
pub(super) fn sample_spread<'a>(
    raters: impl Iterator<Item = &'a [Rating]>,
    dimension: usize,
) -> Option<f64> {
    let mut spreads: Vec<f64> = raters
        .filter(|samples| samples.len() > 1)
        .filter_map(|samples| {
            let values = samples
                .iter()
                .filter_map(|sample| answer(sample, dimension));
            let mut values: Vec<f64> = values.map(|value| value.value).collect();
            values.sort_by(f64::total_cmp);
            match values.as_slice() {
                [low, .., high] => Some(high - low),
                _ => None,
            }
        })
        .collect();
    sorted_mean(&mut spreads)
}

fn answer(rating: &Rating, dimension: usize) -> Option<&Value> {
    rating.values.get(dimension).and_then(Option::as_ref)
}
