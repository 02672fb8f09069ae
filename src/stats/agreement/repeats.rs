//! Answers of one rater to the same units, asked again.

use super::{IccForm, icc};
use crate::stats::Table;

/// Share of pairs of answers that are alike; `None` of fewer than two answers.
pub(crate) fn alike_share<T>(answers: &[T], alike: impl Fn(&T, &T) -> bool) -> Option<f64> {
    let (mut pairs, mut hits) = (0_usize, 0_usize);
    for (n, one) in answers.iter().enumerate() {
        for other in &answers[n + 1..] {
            pairs += 1;
            hits += usize::from(alike(one, other));
        }
    }
    (pairs > 0).then(|| hits as f64 / pairs as f64)
}

/// ICC(1,1) over units with as many answers as any has, and the number of those units.
pub(crate) fn icc_of_repeats(units: &[Vec<f64>], level: f64) -> Option<(IccForm, usize)> {
    let most = units.iter().map(Vec::len).max()?;
    let row = |own: &Vec<f64>| (0..most).map(|n| own.get(n).copied()).collect();
    let rows: Vec<Vec<Option<f64>>> = units.iter().map(row).collect();
    let found = icc(&Table::of_units(&rows)?, level)?;
    Some((found.one?, found.units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_of_answers_are_counted() {
        // Of the six pairs of 1, 1, 1, 2 three are alike.
        let same = |answers: &[i32]| alike_share(answers, |one, other| one == other);
        assert_eq!(same(&[1, 1, 1, 2]), Some(0.5));
        assert_eq!(same(&[1]), None);
        // Units with fewer answers than others are left out.
        let units = [vec![1.0, 2.0], vec![5.0, 5.0], vec![3.0]];
        assert_eq!(icc_of_repeats(&units, 0.95).unwrap().1, 2);
    }
}
