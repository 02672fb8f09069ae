//! The mean of one difference a task, tested by flipping the signs of whole occupations.

use super::Answers;
use super::finding::{Finding, Sensitivity, Test};
use crate::eval::{LEVEL, SEED};
use crate::stats::Clusters;
use crate::stats::inference::{Flips, clustered_mean, sign_flip};

/// One difference a task, where both answers are there.
pub(super) fn differences(more: &Answers, less: &Answers) -> Vec<Option<f64>> {
    let both = more.iter().zip(less);
    both.map(|(more, less)| Some((*more)? - (*less)?)).collect()
}

/// Those that are there, and their clusters.
pub(super) fn there(values: &Answers, occupations: &[usize]) -> (Vec<f64>, Clusters) {
    let both = values.iter().zip(occupations);
    let (values, keys): (Vec<f64>, Vec<usize>) = both
        .filter_map(|(value, key)| Some(((*value)?, *key)))
        .unzip();
    (values, Clusters::of(keys))
}

/// The smallest p that flips of so many clusters can give: both patterns of one sign of all, or the observed one of those drawn.
pub(super) fn least_p(clusters: usize) -> f64 {
    let flips = Flips::seeded(SEED);
    match i32::try_from(clusters) {
        Ok(count) if clusters <= flips.exact_up_to => 2.0_f64.powi(1 - count),
        _ => 1.0 / (flips.draws + 1) as f64,
    }
}

/// The mean, its interval (CR1 on t with G − 1 degrees of freedom) and p (sign flips of whole occupations). `None` where fewer
/// than two occupations have a difference.
pub(super) fn shift(test: Test, values: &Answers, occupations: &[usize]) -> Option<Finding> {
    let (values, clusters) = there(values, occupations);
    let mean = clustered_mean(&values, &clusters, LEVEL)?;
    let flipped = sign_flip(&values, &clusters, Flips::seeded(SEED))?;
    let same = values.iter().all(|value| *value == 0.0);
    let sensitivity = Sensitivity::T {
        se: mean.se_cr1,
        df: (mean.clusters - 1) as f64,
    };
    Some(Finding {
        low: Some(mean.t.low),
        high: Some(mean.t.high),
        p: Some(flipped.p_two_sided),
        least_p: least_p(mean.clusters),
        sensitivity: (!same).then_some(sensitivity),
        note: same.then(|| "every pair of answers is the same".to_owned()),
        ..Finding::of(test, mean.mean, (mean.n, mean.clusters))
    })
}

/// Whether an example moves the rating: high − low, task by task. `plain` are the answers without an example, which say to which
/// side it moves them.
#[must_use]
pub fn anchor(
    plain: &Answers,
    low: &Answers,
    high: &Answers,
    occupations: &[usize],
) -> Vec<Finding> {
    let mut found = shift(Test::Anchor, &differences(high, low), occupations);
    let sides = [
        ("high_minus_none", high, plain),
        ("none_minus_low", plain, low),
    ];
    for (name, more, less) in sides {
        let (values, clusters) = there(&differences(more, less), occupations);
        let mean = clustered_mean(&values, &clusters, LEVEL);
        if let Some((found, mean)) = found.as_mut().zip(mean) {
            found.also.insert(name, mean.mean);
        }
    }
    found.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_counts_where_both_answers_are() {
        let low = [Some(10.0), None, Some(30.0), Some(40.0), Some(50.0)];
        let high = [Some(12.0), Some(9.0), Some(36.0), Some(44.0), None];
        let plain = [Some(11.0), Some(9.0), Some(30.0), Some(43.0), Some(50.0)];
        let found = anchor(&plain, &low, &high, &[0, 0, 1, 2, 2]);
        let [one] = &found[..] else {
            panic!("{found:?}")
        };
        // 2, 6, 4 in three occupations; of 8 patterns +++ and −−− are as far.
        assert_eq!((one.effect, one.n, one.occupations), (4.0, 3, 3));
        assert_eq!((one.p, one.least_p), (Some(0.25), 0.25));
        // (1 + 0 + 6 + 1)/4 and (1 + 0 + 3 + 0)/4.
        assert_eq!(one.also["high_minus_none"], 2.0);
        assert_eq!(one.also["none_minus_low"], 1.0);
        let same = anchor(&plain, &plain, &plain, &[0, 0, 1, 2, 2]);
        assert_eq!((same[0].p, same[0].sensitivity), (Some(1.0), None));
        assert!(anchor(&plain, &[None; 5], &high, &[0, 0, 1, 2, 2]).is_empty());
    }
}
