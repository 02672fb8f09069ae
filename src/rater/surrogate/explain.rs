//! Why a surrogate answers as it does.

use super::bundle::Basis;

/// A term of the task and what it adds to the linear score, in the dimension's unit.
///
/// The term is a word of the statement (with its character pieces), a pair of neighbouring words,
/// the opening word with a later one (`write … letters`), or a word or pair of the occupation title
/// (`title: …`). Occurrences of the same term are added up.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// The term as it stands in the task, lower-cased.
    pub text: String,
    /// Its signed contribution.
    pub contribution: f64,
}

/// A training task near to the task explained.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// Its task id.
    pub task_id: String,
    /// Estimated cosine of the two tasks' contributions to all logits of the bundle, -1 to 1: near
    /// tasks are those where the same terms move the answers.
    pub similarity: f64,
    /// The answer it was given in the training data, in the dimension's unit.
    pub value: f64,
    /// The same as a label; `None` for a score.
    pub label: Option<String>,
}

/// The shipped model's linear score taken apart, and the training tasks nearest to the task.
///
/// The linear score is the first-order approximation of the expected value around the shares of the
/// labels in training: it is what the terms add up to before the logits are turned into
/// probabilities. `score = intercept + terms + rest`.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Score of a task without terms.
    pub intercept: f64,
    /// Strongest terms, by size of contribution, then by place in the task.
    pub terms: Vec<Term>,
    /// Sum of the terms not listed.
    pub rest: f64,
    /// The linear score.
    pub score: f64,
    /// Where the surrogate's *answer* comes from. With [`Basis::OutOfFold`] the answer is another
    /// model's; terms and score are always those of the shipped model.
    pub basis: Basis,
    /// Nearest training tasks of another text, nearest first.
    pub neighbours: Vec<Neighbour>,
}

impl Explanation {
    /// Says whose terms these are, where the answer is not the shipped model's.
    #[must_use]
    pub fn caveat(&self) -> Option<&'static str> {
        (self.basis == Basis::OutOfFold).then_some(
            "the task was in training: the answer is the out-of-fold prediction, the terms are \
             those of the shipped model",
        )
    }
}

/// The `top` strongest of `terms`, strongest first and the earlier of equals first, and the sum of
/// the others. A sorted list of `top` is kept: `top` is small.
pub(crate) fn strongest(
    terms: impl Iterator<Item = (usize, f64)>,
    top: usize,
) -> (Vec<(usize, f64)>, f64) {
    let mut strong: Vec<(usize, f64)> = Vec::with_capacity(top.min(64) + 1);
    let mut rest = 0.0;
    for (place, contribution) in terms {
        let stronger = |other: &(usize, f64)| other.1.abs() >= contribution.abs();
        if strong.len() == top && strong.last().is_none_or(stronger) {
            rest += contribution;
            continue;
        }
        strong.insert(strong.partition_point(stronger), (place, contribution));
        if strong.len() > top {
            rest += strong.pop().map_or(0.0, |(_, weakest)| weakest);
        }
    }
    (strong, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strongest_terms_and_the_rest() {
        let terms = [0.1, -0.4, 0.2, 0.4, -0.3].into_iter().enumerate();
        let (strong, rest) = strongest(terms.clone(), 2);
        assert_eq!(strong, [(1, -0.4), (3, 0.4)]);
        assert!((rest - 0.0).abs() < 1e-12, "0.1 + 0.2 - 0.3");
        assert!(strongest(terms.clone(), 0).0.is_empty());
        assert_eq!(strongest(terms, 9).0.len(), 5);
    }
}
