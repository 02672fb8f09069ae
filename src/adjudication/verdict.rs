//! What two answers in two orders come to.

use crate::rating::Value;
use crate::rubric::Dimension;
use serde::{Deserialize, Serialize};

/// Two scores that lie no further apart than this share of the range are one verdict.
const SAME_SHARE: f64 = 0.1;

/// How the adjudication of a task ended in one dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Both orders came to the same answer.
    Resolved,
    /// The answer followed the order in which the raters were shown: it says nothing of the task.
    Unresolved,
    /// An answer is missing.
    NotJudged,
}

impl Status {
    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Resolved => "resolved",
            Self::Unresolved => "unresolved",
            Self::NotJudged => "not judged",
        }
    }

    /// The status of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut all = [Self::Resolved, Self::Unresolved, Self::NotJudged].into_iter();
        all.find(|status| status.name() == name)
    }
}

/// A verdict on a task in one dimension. Without a status of [`Status::Resolved`] there is no value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verdict {
    /// How it ended.
    pub status: Status,
    /// In the dimension's own unit.
    pub value: Option<f64>,
    /// Position of the label, where the dimension has labels.
    pub label: Option<usize>,
}

impl Verdict {
    /// From the answers in the two orders. The same label twice is the verdict; of scores that differ by at most a tenth of
    /// the range, their mean is.
    #[must_use]
    pub fn of(dimension: &Dimension, answers: [Option<&Value>; 2]) -> Self {
        let without = |status| Self {
            status,
            value: None,
            label: None,
        };
        let [Some(one), Some(other)] = answers else {
            return without(Status::NotJudged);
        };
        let (low, high) = dimension.bounds();
        let same = match (one.label, other.label) {
            (None, None) => (one.value - other.value).abs() <= SAME_SHARE * (high - low) + 1e-9,
            (one, other) => one == other,
        };
        match same {
            true => Self {
                status: Status::Resolved,
                value: Some(f64::midpoint(one.value, other.value)),
                label: one.label,
            },
            false => without(Status::Unresolved),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::fixtures::{label, rubric, score};
    use proptest::prelude::*;

    fn of(at: usize, one: Option<Value>, other: Option<Value>) -> Verdict {
        Verdict::of(&rubric().dimensions()[at], [one.as_ref(), other.as_ref()])
    }

    #[test]
    fn the_same_label_in_both_orders_is_the_verdict() {
        let verdict = of(0, Some(label(2)), Some(label(2)));
        let Verdict {
            status,
            value,
            label: given,
        } = verdict;
        assert_eq!(
            (status, value, given),
            (Status::Resolved, Some(1.0), Some(2))
        );
        let other = of(0, Some(label(2)), Some(label(1)));
        assert_eq!(
            (other.status, other.value, other.label),
            (Status::Unresolved, None, None)
        );
    }

    #[test]
    fn scores_within_a_tenth_of_the_range_are_their_mean() {
        // 40 and 50 are 10 apart, a tenth of 0 to 100: mean 45. 40 and 51 are 11 apart.
        let verdict = of(1, Some(score(40.0)), Some(score(50.0)));
        assert_eq!(
            (verdict.status, verdict.value),
            (Status::Resolved, Some(45.0))
        );
        let verdict = of(1, Some(score(40.0)), Some(score(51.0)));
        assert_eq!((verdict.status, verdict.value), (Status::Unresolved, None));
    }

    #[test]
    fn a_missing_answer_judges_nothing() {
        for (one, other) in [
            (None, None),
            (Some(score(3.0)), None),
            (None, Some(score(3.0))),
        ] {
            let verdict = of(1, one, other);
            assert_eq!((verdict.status, verdict.value), (Status::NotJudged, None));
        }
        for status in [Status::Resolved, Status::Unresolved, Status::NotJudged] {
            assert_eq!(Status::named(status.name()), Some(status));
        }
    }

    proptest! {
        #[test]
        fn which_order_came_first_changes_nothing(one in 0.0..100.0_f64, other in 0.0..100.0_f64) {
            let there = of(1, Some(score(one)), Some(score(other)));
            prop_assert_eq!(there, of(1, Some(score(other)), Some(score(one))));
            prop_assert_eq!(there.value.is_some(), there.status == Status::Resolved);
        }
    }
}
