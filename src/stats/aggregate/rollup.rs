//! From tasks to occupations.

use crate::stats::Clusters;

/// Weight of a core task.
pub const CORE: f64 = 1.0;
/// Weight of a supplemental task, and of one without a type (as in the published occupation file of Eloundou et al.).
pub const NOT_CORE: f64 = 0.5;

/// The weighted mean of an occupation. It describes these tasks' values; for an interval see
/// [`crate::stats::inference::greg_mean`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rolled {
    /// Σwv/Σw over tasks with a value. `None` without any, or without weight.
    pub mean: Option<f64>,
    /// Number of tasks with a value.
    pub n: usize,
    /// Number of tasks.
    pub tasks: usize,
    /// Σw over tasks with a value.
    pub weight: f64,
}

/// One [`Rolled`] an occupation, in the order of `occupations`. `None` for lists of different lengths, or a value or weight
/// that is not finite, or a negative weight.
pub fn roll_up(
    values: &[Option<f64>],
    weights: &[f64],
    occupations: &Clusters,
) -> Option<Vec<Rolled>> {
    let n = occupations.units();
    let valid = values.iter().flatten().all(|v| v.is_finite())
        && weights.iter().all(|w| w.is_finite() && *w >= 0.0);
    if values.len() != n || weights.len() != n || !valid {
        return None;
    }
    let mut sums = vec![(0.0, 0.0, 0); occupations.count()];
    let cells = values.iter().zip(weights).zip(occupations.of_units());
    for ((value, weight), &occupation) in cells {
        if let (Some(value), Some(sum)) = (value, sums.get_mut(occupation)) {
            *sum = (sum.0 + weight * value, sum.1 + weight, sum.2 + 1);
        }
    }
    let rolled = sums.into_iter().zip(occupations.sizes());
    Some(
        rolled
            .map(|((sum, weight, n), &tasks)| Rolled {
                mean: (weight > 0.0).then(|| sum / weight),
                n,
                tasks,
                weight,
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn core_tasks_count_twice() {
        let values = [Some(1.0), Some(0.0), None, None];
        let weights = [CORE, NOT_CORE, CORE, CORE];
        let found = roll_up(&values, &weights, &Clusters::of(["a", "a", "a", "b"])).unwrap();
        assert_eq!(found[0].mean, Some(1.0 / 1.5));
        assert_eq!((found[0].n, found[0].tasks, found[0].weight), (2, 3, 1.5));
        assert_eq!((found[1].mean, found[1].n), (None, 0));
        assert_eq!(
            roll_up(&values, &weights[..3], &Clusters::singletons(4)),
            None
        );
        assert_eq!(
            roll_up(&[Some(1.0)], &[-1.0], &Clusters::singletons(1)),
            None
        );
    }

    proptest! {
        #[test]
        fn a_task_without_value_changes_no_mean(
            rows in prop::collection::vec((0_usize..3, 0.0..1.0_f64, 0.1..2.0_f64), 1..20),
        ) {
            let of = |rows: &[(usize, Option<f64>, f64)]| {
                let values: Vec<_> = rows.iter().map(|r| r.1).collect();
                let weights: Vec<_> = rows.iter().map(|r| r.2).collect();
                roll_up(&values, &weights, &Clusters::of(rows.iter().map(|r| r.0))).unwrap()
            };
            let mut rows: Vec<_> = rows.into_iter().map(|r| (r.0, Some(r.1), r.2)).collect();
            let one = of(&rows);
            rows.push((rows[0].0, None, 1.0));
            let other = of(&rows);
            prop_assert!(one.iter().zip(&other).all(|(a, b)| a.mean == b.mean && a.n == b.n));
        }
    }
}
