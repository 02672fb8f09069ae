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
/// - All *words* (rationale, tools, confidence, repair, basis) are those of one rated sample, somebody's own and never a
///   mixture: of those that give the labels of the opinion in most dimensions (no reason for E1 is quoted for E2) the
///   nearest to the mean over all dimensions, each measured in its range; the lowest number on a tie.
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
    let mut speaker: Option<(&Rating, (usize, f64))> = None;
    for sample in rated {
        let (others, distance) = off(rubric, sample, &values);
        let before = |&(fewest, least): &(usize, f64)| {
            others < fewest || (others == fewest && distance < least - SAME)
        };
        if speaker.as_ref().is_none_or(|(_, best)| before(best)) {
            speaker = Some((sample, (others, distance)));
        }
    }
    let words = speaker.map(|(sample, _)| sample.clone());
    let words = words.unwrap_or_else(|| Rating::missing(Outcome::Rated, 0));
    Rating { values, ..words }
}

/// In how many dimensions a sample gives another label than the opinion, and how far it is from it over all dimensions,
/// each measured in its range.
fn off(rubric: &Rubric, sample: &Rating, opinion: &[Option<Value>]) -> (usize, f64) {
    let (mut others, mut distance) = (0, 0.0);
    for ((position, dimension), mean) in rubric.dimensions().iter().enumerate().zip(opinion) {
        if let (Some(own), Some(mean)) = (answer(sample, position), mean) {
            let (low, high) = dimension.bounds();
            others += usize::from(own.label != mean.label);
            distance += (own.value - mean.value).abs() / (high - low);
        }
    }
    (others, distance)
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
    let own: Vec<Vec<f64>> = given.iter().map(|given| masses(given, labels)).collect();
    let probabilities = (0..labels)
        .map(|label| sorted_mean(&mut own.iter().map(|masses| masses[label]).collect::<Vec<_>>()))
        .collect::<Option<Vec<f64>>>()?;
    Some(Value {
        value,
        label: label_of(dimension, &probabilities, value),
        probabilities: Some(probabilities),
    })
}

fn answer(rating: &Rating, dimension: usize) -> Option<&Value> {
    rating.values.get(dimension).and_then(Option::as_ref)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::fixtures::{label, odds, rated, rubric, score};
    use proptest::prelude::*;

    fn folded(samples: &[Rating]) -> Rating {
        fold(&rubric(), samples)
    }

    #[test]
    fn the_value_is_the_mean_and_the_words_are_those_nearest_to_it() {
        // Mean 50; the samples are 10, 2 and 8 away.
        let samples = [(40.0, "a"), (52.0, "b"), (58.0, "c")]
            .map(|(value, words)| rated(None, Some(score(value)), words));
        let folded = folded(&samples);
        assert_eq!(folded.values[1], Some(score(50.0)));
        assert_eq!(folded.rationale, "b");
        assert_eq!((folded.outcome, &folded.values[0]), (Outcome::Rated, &None));
    }

    #[test]
    fn labels_become_probabilities_and_the_most_probable_is_given() {
        let samples = [2, 2, 0].map(|position| rated(Some(label(position)), None, ""));
        let exposure = folded(&samples).values[0].clone().unwrap();
        assert!((exposure.value - 2.0 / 3.0).abs() < 1e-15);
        assert_eq!(exposure.label, Some(2));
        let probabilities = exposure.probabilities.unwrap();
        assert!((probabilities[0] - 1.0 / 3.0).abs() < 1e-15 && probabilities[1] == 0.0);
        // E0 and E1 as often: both as near to 0.5, so the lower. E0, E2, E1: the one nearest to 0.5.
        let tie = |samples: &[usize]| {
            let samples: Vec<Rating> = samples
                .iter()
                .map(|&position| rated(Some(label(position)), None, ""))
                .collect();
            folded(&samples).values[0].as_ref().unwrap().label
        };
        assert_eq!((tie(&[2, 0]), tie(&[2, 0, 1])), (Some(0), Some(1)));
        // A plain label that all give stays one.
        let same = folded(&samples[..2]).values[0].clone();
        assert_eq!(same, Some(label(2)));
        // Probabilities are averaged as they are.
        let given =
            [odds([0.5, 0.5, 0.0]), odds([0.0, 0.5, 0.5])].map(|odds| rated(Some(odds), None, ""));
        let given = folded(&given).values[0].clone().unwrap();
        assert_eq!((given.value, given.label), (0.5, Some(1)));
        assert_eq!(given.probabilities, Some(vec![0.25, 0.5, 0.25]));
    }

    #[test]
    fn the_words_quoted_are_those_of_a_sample_with_the_label_given() {
        // E1, E2, E2 is E2. Of the two that say so, both 3 from the mean of 45, the first; the one at 45 says E1.
        let samples = [(2, 45.0, "a"), (1, 48.0, "b"), (1, 42.0, "c")]
            .map(|(l, value, words)| rated(Some(label(l)), Some(score(value)), words));
        assert_eq!(folded(&samples).rationale, "b");
        // E1 and E2 once each are equally near to 0.75: the lower label, in the words of the one that gave it.
        let samples =
            [(2, "high"), (1, "low")].map(|(l, words)| rated(Some(label(l)), None, words));
        let opinion = folded(&samples);
        let given = opinion.values[0].as_ref().unwrap().label;
        assert_eq!((given, opinion.rationale.as_str()), (Some(1), "low"));
    }

    #[test]
    fn a_tie_in_distance_quotes_the_lowest_sample() {
        let samples =
            [(40.0, "a"), (60.0, "b")].map(|(value, words)| rated(None, Some(score(value)), words));
        assert_eq!(folded(&samples).rationale, "a");
        let turned: Vec<Rating> = samples.iter().rev().cloned().collect();
        assert_eq!(folded(&turned).rationale, "b");
    }

    #[test]
    fn missing_samples_count_as_nothing_and_as_the_outcome_when_there_is_no_other() {
        let refused = Rating::missing(Outcome::Refused, 3);
        let timeout = Rating::missing(Outcome::Timeout, 3);
        let one = rated(Some(label(1)), Some(score(7.0)), "It may.");
        assert_eq!(
            folded(&[refused.clone(), one.clone(), timeout.clone()]),
            one
        );
        assert_eq!(folded(&[timeout.clone(), refused]), timeout);
        assert_eq!(folded(&[]).outcome, Outcome::NotRun);
    }

    proptest! {
        #[test]
        fn the_order_of_samples_changes_no_number(
            given in prop::collection::vec((0usize..3, 0.0..=100.0), 1..6),
        ) {
            let samples: Vec<Rating> = given
                .iter()
                .map(|&(position, value)| rated(Some(label(position)), Some(score(value)), ""))
                .collect();
            let turned: Vec<Rating> = samples.iter().rev().cloned().collect();
            let one = folded(&samples);
            prop_assert_eq!(&one.values, &folded(&turned).values);
            for (position, dimension) in rubric().dimensions().iter().enumerate().take(2) {
                let value = one.values[position].as_ref().unwrap().value;
                let (low, high) = dimension.bounds();
                prop_assert!((low..=high).contains(&value));
            }
        }
    }
}
