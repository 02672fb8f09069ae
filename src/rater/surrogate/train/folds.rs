//! Which rows are held out together, and which may train a fold's model.
//!
//! A group (a six-digit SOC code, say) belongs to fold `BLAKE3("seed/group")`, first eight bytes
//! little-endian, modulo five: the fold of a group depends on nothing else. A model that answers for
//! a fold is trained on the rows of other folds **without those whose normalised text occurs in the
//! fold**, because the same sentence stands under several occupations.

use std::collections::HashSet;

use super::super::text::first_word;

/// Number of folds.
pub const FOLDS: u8 = 5;

/// Fold of `group` under `seed`.
///
/// ```
/// assert_eq!(taskrater::rater::surrogate::train::fold_of("1", "11-1011"), 2);
/// ```
#[must_use]
pub fn fold_of(seed: &str, group: &str) -> u8 {
    let hash = blake3::hash(format!("{seed}/{group}").as_bytes());
    (first_word(hash.as_bytes()) % u64::from(FOLDS)) as u8
}

/// Fold and text of every row.
#[derive(Debug, Clone)]
pub(crate) struct Folds {
    /// Fold of each row.
    pub(crate) of: Vec<u8>,
    /// Hash of each row's normalised text.
    pub(crate) texts: Vec<u64>,
}

impl Folds {
    /// Rows of the folds in `out`.
    pub(crate) fn held_out(&self, out: &[u8]) -> Vec<usize> {
        (0..self.of.len())
            .filter(|i| out.contains(&self.of[*i]))
            .collect()
    }

    /// Rows that may train a model which answers for the folds in `out`.
    pub(crate) fn training(&self, out: &[u8]) -> Vec<usize> {
        let texts: HashSet<u64> = self.held_out(out).iter().map(|i| self.texts[*i]).collect();
        let may = |i: &usize| !out.contains(&self.of[*i]) && !texts.contains(&self.texts[*i]);
        (0..self.of.len()).filter(may).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_the_held_out_fold_trains_nothing() {
        let folds = Folds {
            of: vec![0, 1, 2, 1],
            texts: vec![7, 7, 8, 9],
        };
        assert_eq!(folds.training(&[0]), [2, 3]);
        assert_eq!(folds.training(&[0, 2]), [3]);
        assert_eq!(folds.training(&[]), [0, 1, 2, 3]);
        assert_eq!(folds.held_out(&[1]), [1, 3]);
    }
}
