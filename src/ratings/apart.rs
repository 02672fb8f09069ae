//! How far two answers lie apart: of one rater, and of two. Both are distances of two *single* answers, so that the one
//! can be taken from the other: the mean of K answers would be steadier than one, and the range of K answers grows with K.

use super::sum::sorted_mean;
use crate::rating::Rating;

/// Mean distances on a task, in the dimension's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Apart {
    /// Of two answers of one rater: the mean over the pairs of its rated samples, then over the raters that have two.
    pub within: f64,
    /// Of two answers of two raters: the mean over the pairs of their rated samples, then over the pairs of raters;
    /// `None` where only one rater answered.
    pub between: Option<f64>,
}

/// The distances in one dimension; `None` where no rater has two rated samples.
pub(super) fn apart<'a>(
    raters: impl Iterator<Item = &'a [Rating]>,
    dimension: usize,
) -> Option<Apart> {
    let answers = raters.map(|samples| -> Vec<f64> {
        let given = samples
            .iter()
            .filter_map(|sample| sample.values.get(dimension)?.as_ref());
        given.map(|value| value.value).collect()
    });
    let raters: Vec<Vec<f64>> = answers.filter(|own| !own.is_empty()).collect();
    let distance = |a: &f64, b: &f64| (a - b).abs();
    let own = raters.iter().filter_map(|own| {
        let firsts = own.iter().enumerate();
        let pairs = firsts.flat_map(|(n, a)| own[n + 1..].iter().map(move |b| distance(a, b)));
        sorted_mean(&mut pairs.collect::<Vec<_>>())
    });
    let within = sorted_mean(&mut own.collect::<Vec<_>>())?;
    let firsts = raters.iter().enumerate();
    let pairs = firsts.flat_map(|(n, one)| raters[n + 1..].iter().map(move |other| (one, other)));
    let others = pairs.filter_map(|(one, other)| {
        let pairs = one
            .iter()
            .flat_map(|a| other.iter().map(move |b| distance(a, b)));
        sorted_mean(&mut pairs.collect::<Vec<_>>())
    });
    Some(Apart {
        within,
        between: sorted_mean(&mut others.collect::<Vec<_>>()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rating::Outcome;
    use crate::ratings::fixtures::{rated, score};

    fn of(values: &[f64]) -> Vec<Rating> {
        let rated = values
            .iter()
            .map(|&value| rated(None, Some(score(value)), ""));
        rated.collect()
    }

    fn distances(raters: &[Vec<Rating>]) -> Option<Apart> {
        apart(raters.iter().map(Vec::as_slice), 1)
    }

    #[test]
    fn the_distances_by_hand() {
        // Within: |10-40| 30, |10-22| 12, |40-22| 18, mean 20; |60-70| 10; mean of 20 and 10 is 15.
        // Between: 50, 60, 20, 30, 38, 48, mean 41.
        let two = [of(&[10.0, 40.0, 22.0]), of(&[60.0, 70.0])];
        let expected = |within, between| Some(Apart { within, between });
        assert_eq!(distances(&two), expected(15.0, Some(41.0)));
        // A third with one answer, 65, has no distance within, and others to the two: 55, 25, 43, mean 41; 5, 5, mean 5.
        // Over the three pairs of raters: (41 + 41 + 5) / 3 = 29.
        let three = [two[0].clone(), two[1].clone(), of(&[65.0])];
        assert_eq!(distances(&three), expected(15.0, Some(29.0)));
        assert_eq!(distances(&two[..1]), expected(20.0, None));
    }

    #[test]
    fn what_raters_differ_in_beyond_their_repeats_shows() {
        // The same answers in another order: within 15, 5, 10, mean 10; the nine pairs between sum to 60, as three are 0.
        let same = [of(&[50.0, 65.0, 60.0]), of(&[60.0, 50.0, 65.0])];
        assert_eq!(
            distances(&same),
            Some(Apart {
                within: 10.0,
                between: Some(60.0 / 9.0)
            })
        );
        // Shifted by 2 with repeats 1 apart: dissent that a range of samples would have called noise.
        // Between: |50-52| 2, |50-53| 3, |51-52| 1, |51-53| 2, mean 2.
        let shifted = [of(&[50.0, 51.0]), of(&[52.0, 53.0])];
        assert_eq!(
            distances(&shifted),
            Some(Apart {
                within: 1.0,
                between: Some(2.0)
            })
        );
    }

    #[test]
    fn one_answer_is_no_distance() {
        let mut half = of(&[50.0]);
        half.push(Rating::missing(Outcome::Refused, 3));
        assert_eq!(distances(&[of(&[99.0]), half]), None);
        let raters = [of(&[1.0, 2.0])];
        assert_eq!(apart(raters.iter().map(Vec::as_slice), 0), None);
    }
}
