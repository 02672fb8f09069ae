//! The change of a weighted mean, taken apart by what it comes from.
//!
//! Let C be the tasks rated in both runs, p and q their shares of the weight of C before and after (Σp = Σq = 1), E the tasks
//! that count only after, with the share s_E of all weight, and X those that count only before, with s_X. With m_C, m_E, m_X
//! the weighted means of the three before, and a prime for after,
//!
//! ```text
//! after − before = (m_C' − m_C) + s_E (m_E' − m_C') − s_X (m_X − m_C)
//! m_C' − m_C     = Σ_C ½ (p + q) (v' − v)  +  Σ_C (q − p) ½ (v + v')
//! ```
//!
//! The first line is the dynamic decomposition of Melitz and Polanec (RAND Journal of Economics 46, 2015): what came is
//! measured against the tasks that stayed, after; what left against them, before. So a new task that is rated as the others
//! are changes nothing, and no weight is said to have changed because a task came. The second is the midpoint
//! decomposition of Kitagawa (JASA 50, 1955). Both are exact and depend on no order; with before and after exchanged, every
//! part of C and of the weights changes its sign, and new and gone tasks exchange their parts with it.

use super::cause::Cause;
use crate::ratings::Sum;
use serde::Serialize;
use std::collections::BTreeMap;

/// What one cause contributes to a change.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Part {
    /// Points of the 0–100 score.
    pub points: f64,
    /// Number of tasks it comes from; of weights, those that weigh otherwise.
    pub tasks: usize,
}

/// A change by cause: every cause is in it.
pub type Parts = BTreeMap<Cause, Part>;

/// The mean score of several occupations before and after, and its change by cause. It is a fact about these occupations,
/// not a sample of others: it has no interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetScore {
    /// Number of occupations, those with a task rated in both runs.
    pub occupations: usize,
    /// Mean of their scores before.
    pub before: f64,
    /// Mean of their scores after.
    pub after: f64,
    /// After minus before: the sum of the parts.
    pub change: f64,
    /// The change by cause: means over the occupations, sums of their tasks.
    pub parts: Parts,
}

impl SetScore {
    /// Of scores (before, after) with their parts; `None` without one.
    pub(super) fn of<'a>(scores: impl Iterator<Item = (f64, f64, &'a Parts)>) -> Option<Self> {
        let (mut before, mut after) = (Sum::default(), Sum::default());
        let (mut sums, mut n) = (Sums::default(), 0_usize);
        for (was, is, parts) in scores {
            before.add(was);
            after.add(is);
            for (&cause, part) in parts {
                sums.add(cause, part.points, part.tasks);
            }
            n += 1;
        }
        let mean = |sum: f64| sum / n as f64;
        let mut parts = sums.parts();
        parts
            .values_mut()
            .for_each(|part| part.points = mean(part.points));
        let [before, after] = [before, after].map(|sum| mean(sum.value()));
        (n > 0).then_some(Self {
            occupations: n,
            before,
            after,
            change: after - before,
            parts,
        })
    }
}

/// A task's weight in its occupation and its value in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Weighed {
    pub weight: f64,
    pub value: f64,
}

/// A task that counts before and after.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stayed {
    pub before: Weighed,
    pub after: Weighed,
    /// [`Cause::Same`], [`Cause::Raters`], [`Cause::Method`] or [`Cause::Text`].
    pub cause: Cause,
}

/// A task that counts on one side only, and why.
pub(super) type OneSided = (Weighed, Cause);

/// The rated tasks of an occupation in two runs.
#[derive(Debug, Clone, Default)]
pub(super) struct Tasks {
    pub stayed: Vec<Stayed>,
    pub came: Vec<OneSided>,
    pub left: Vec<OneSided>,
}

impl Tasks {
    /// The score before and after; `None` where nothing is rated.
    pub fn scores(&self) -> [Option<f64>; 2] {
        let before = self.stayed.iter().map(|task| task.before);
        let after = self.stayed.iter().map(|task| task.after);
        [
            mean(before.chain(self.left.iter().map(|task| task.0))),
            mean(after.chain(self.came.iter().map(|task| task.0))),
        ]
    }

    /// The change by cause; `None` where no task is rated in both runs, so that nothing stayed to measure by.
    pub fn parts(&self) -> Option<Parts> {
        let [before, after] = [
            mean(self.stayed.iter().map(|task| task.before))?,
            mean(self.stayed.iter().map(|task| task.after))?,
        ];
        let [total_before, total_after] = [
            weight(self.stayed.iter().map(|task| task.before)),
            weight(self.stayed.iter().map(|task| task.after)),
        ];
        let mut sums = Sums::default();
        for task in &self.stayed {
            let (p, q) = (
                task.before.weight / total_before,
                task.after.weight / total_after,
            );
            let (was, is) = (task.before.value, task.after.value);
            sums.add(task.cause, f64::midpoint(p, q) * (is - was), 1);
            // The shares sum to 1 on both sides, so that any level may be taken off; it keeps what is added small.
            let level = f64::midpoint(was, is) - before;
            let otherwise = task.before.weight.total_cmp(&task.after.weight).is_ne();
            sums.add(Cause::Weights, (q - p) * level, usize::from(otherwise));
        }
        let all_after = total_after + weight(self.came.iter().map(|task| task.0));
        for (task, cause) in &self.came {
            sums.add(*cause, task.weight / all_after * (task.value - after), 1);
        }
        let all_before = total_before + weight(self.left.iter().map(|task| task.0));
        for (task, cause) in &self.left {
            let points = task.weight / all_before * (before - task.value);
            sums.add(*cause, points, 1);
        }
        Some(sums.parts())
    }
}

/// A running part each.
#[derive(Default)]
struct Sums(BTreeMap<Cause, (Sum, usize)>);

impl Sums {
    fn add(&mut self, cause: Cause, points: f64, of_tasks: usize) {
        let (sum, tasks) = self.0.entry(cause).or_default();
        sum.add(points);
        *tasks += of_tasks;
    }

    fn parts(self) -> Parts {
        let part = |cause: Cause| {
            let (sum, tasks) = self.0.get(&cause).copied().unwrap_or_default();
            let points = sum.value();
            (cause, Part { points, tasks })
        };
        Cause::ALL.into_iter().map(part).collect()
    }
}

fn weight(tasks: impl Iterator<Item = Weighed>) -> f64 {
    let mut sum = Sum::default();
    tasks.for_each(|task| sum.add(task.weight));
    sum.value()
}

fn mean(tasks: impl Iterator<Item = Weighed> + Clone) -> Option<f64> {
    let total = weight(tasks.clone());
    let mut sum = Sum::default();
    tasks.for_each(|task| sum.add(task.weight * task.value));
    (total > 0.0).then(|| sum.value() / total)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(weight: f64, value: f64) -> Weighed {
        Weighed { weight, value }
    }

    #[test]
    fn three_tasks_by_hand() {
        // Before: a 40 and b 60, a counts twice: (2·40 + 60) / 3 = 46.667.
        // After: a 50 (asked alike), b 70 (its text changed) and counts twice now, c 90 is new:
        // (2·50 + 2·70 + 1·90) / 5 = 66. Change 19.333.
        let tasks = Tasks {
            stayed: vec![
                Stayed {
                    before: of(2.0, 40.0),
                    after: of(2.0, 50.0),
                    cause: Cause::Same,
                },
                Stayed {
                    before: of(1.0, 60.0),
                    after: of(2.0, 70.0),
                    cause: Cause::Text,
                },
            ],
            came: vec![(of(1.0, 90.0), Cause::New)],
            left: Vec::new(),
        };
        let [before, after] = tasks.scores().map(Option::unwrap);
        let parts = tasks.parts().unwrap();
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12, "{a} {b}");
        near(before, 140.0 / 3.0);
        near(after, 66.0);
        // Shares of a and b: before 2/3 and 1/3, after 1/2 and 1/2; midpoints 7/12 and 5/12.
        near(parts[&Cause::Same].points, 70.0 / 12.0); // 7/12 · 10
        near(parts[&Cause::Text].points, 50.0 / 12.0); // 5/12 · 10
        // −1/6 · 45 + 1/6 · 65 = 20/6.
        near(parts[&Cause::Weights].points, 20.0 / 6.0);
        // The stayed tasks have 60 after; c has a fifth of the weight: (90 − 60) / 5 = 6.
        near(parts[&Cause::New].points, 6.0);
        // 5.833 + 4.167 + 3.333 + 6 = 19.333.
        let sum: f64 = parts.values().map(|part| part.points).sum();
        near(sum, after - before);
        assert_eq!(
            Cause::ALL.map(|cause| parts[&cause].tasks),
            [1, 0, 0, 1, 1, 1, 0, 0, 0]
        );
    }

    #[test]
    fn without_a_task_in_both_there_is_no_part() {
        let tasks = Tasks {
            came: vec![(of(1.0, 90.0), Cause::New)],
            left: vec![(of(1.0, 10.0), Cause::Gone)],
            ..Tasks::default()
        };
        assert_eq!(tasks.scores(), [Some(10.0), Some(90.0)]);
        assert_eq!(tasks.parts(), None);
        assert_eq!(Tasks::default().scores(), [None, None]);
    }

    #[test]
    fn a_task_that_comes_with_the_value_of_the_others_changes_nothing() {
        let stayed = Stayed {
            before: of(2.0, 30.0),
            after: of(2.0, 30.0),
            cause: Cause::Same,
        };
        let tasks = Tasks {
            stayed: vec![stayed],
            came: vec![(of(1.0, 30.0), Cause::New)],
            left: vec![(of(5.0, 30.0), Cause::Gone)],
        };
        let parts = tasks.parts().unwrap();
        assert!(parts.values().all(|part| part.points == 0.0), "{parts:?}");
    }

    fn weighed() -> impl Strategy<Value = Weighed> {
        (0.1..5.0_f64, 0.0..100.0_f64).prop_map(|(weight, value)| of(weight, value))
    }

    fn tasks() -> impl Strategy<Value = Tasks> {
        let of_stayed = (weighed(), weighed(), 0_usize..4);
        let stayed = of_stayed.prop_map(|(before, after, cause)| Stayed {
            before,
            after,
            cause: Cause::ALL[cause],
        });
        let came = (weighed(), 0_usize..3)
            .prop_map(|(task, cause)| (task, [Cause::New, Cause::Moved, Cause::Missing][cause]));
        let left = (weighed(), 0_usize..3)
            .prop_map(|(task, cause)| (task, [Cause::Gone, Cause::Moved, Cause::Missing][cause]));
        (
            prop::collection::vec(stayed, 1..12),
            prop::collection::vec(came, 0..6),
            prop::collection::vec(left, 0..6),
        )
            .prop_map(|(stayed, came, left)| Tasks { stayed, came, left })
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_change(tasks in tasks()) {
            let [before, after] = tasks.scores().map(Option::unwrap);
            let sum: f64 = tasks.parts().unwrap().values().map(|part| part.points).sum();
            prop_assert!((sum - (after - before)).abs() < 1e-9, "{} {}", sum, after - before);
        }

        #[test]
        fn backwards_every_part_changes_its_sign(tasks in tasks()) {
            let other = |cause| match cause {
                Cause::New => Cause::Gone,
                Cause::Gone => Cause::New,
                cause => cause,
            };
            let turn = |list: &[OneSided]| list.iter().map(|(task, cause)| (*task, other(*cause))).collect();
            let turned = Tasks {
                stayed: tasks.stayed.iter().map(|one| Stayed { before: one.after, after: one.before, cause: one.cause }).collect(),
                came: turn(&tasks.left),
                left: turn(&tasks.came),
            };
            let (forth, back) = (tasks.parts().unwrap(), turned.parts().unwrap());
            for cause in Cause::ALL {
                prop_assert!((forth[&cause].points + back[&other(cause)].points).abs() < 1e-9);
            }
        }

        #[test]
        fn weights_that_only_change_their_unit_change_nothing(tasks in tasks(), unit in 0.1..9.0_f64) {
            let mut same = tasks.clone();
            for task in &mut same.stayed {
                task.after.weight = task.before.weight * unit;
            }
            prop_assert!(same.parts().unwrap()[&Cause::Weights].points.abs() < 1e-9);
        }
    }
}
