//! From the consensus of tasks to the score of an occupation.

use super::consensus::{Consensus, Interval, Shares};
use crate::inventory::{Task, TaskType};
use crate::ratings::{Sum, Table, round12};
use crate::rubric::{Band, Dimension};
use serde::{Deserialize, Serialize};

/// How the tasks of an occupation are weighted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weighting {
    /// Core tasks 2, all others 1 (Eloundou et al. 2024, whose published occupation scores it reproduces).
    #[default]
    CoreTwice,
    /// The task's importance. A task without one gets the mean importance of the occupation's tasks, or 1 when
    /// none has one. An importance that is not a positive number counts as none.
    Importance,
    /// All tasks 1.
    Equal,
}

impl Weighting {
    /// What a file says in its column `weighting`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CoreTwice => "core_twice",
            Self::Importance => "importance",
            Self::Equal => "equal",
        }
    }

    /// One positive weight a task of an occupation.
    #[must_use]
    pub fn weights(self, tasks: &[Task]) -> Vec<f64> {
        match self {
            Self::Equal => vec![1.0; tasks.len()],
            Self::CoreTwice => tasks
                .iter()
                .map(|task| {
                    if task.kind == TaskType::Core {
                        2.0
                    } else {
                        1.0
                    }
                })
                .collect(),
            Self::Importance => {
                let given = |task: &Task| {
                    task.importance
                        .filter(|weight| weight.is_finite() && *weight > 0.0)
                };
                let all = tasks.iter().map(|task| (1.0, given(task)));
                let typical = weighted_mean(all).map_or(1.0, |(mean, _)| mean);
                tasks
                    .iter()
                    .map(|task| given(task).unwrap_or(typical))
                    .collect()
            }
        }
    }
}

/// One rater's own score of an occupation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RaterScore {
    /// 0–100.
    pub score: f64,
    /// Number of tasks behind it: those that this rater rated.
    pub n_rated: usize,
}

/// The score of an occupation in one dimension.
#[derive(Debug, Clone, PartialEq)]
pub struct OccupationScore {
    /// Weighted mean of the consensus values over the rated tasks, 0–100 (label values × 100); where gold calibrates, the
    /// calibrated mean instead (GREG): that of the model over the same tasks, corrected by how far gold lies from it.
    /// `None` when no task was rated.
    pub score: Option<f64>,
    /// Low and high, 0–100: what they are says `interval`. A model range is that of the raters' own scores, each over the
    /// tasks that rater rated, so the score can lie outside when ratings are missing.
    pub range: Option<(f64, f64)>,
    /// What `range` is, or why there is none.
    pub interval: Interval,
    /// Band of the score.
    pub band: Option<Band>,
    /// Number of tasks.
    pub n_tasks: usize,
    /// Number of tasks that some rater rated.
    pub n_rated: usize,
    /// Weighted means of the tasks' shares, 0–1, for dimensions that have them.
    pub shares: Option<Shares>,
    /// One score a rater, gold too, in the order of the run; `None` where it rated none of the tasks.
    pub raters: Vec<Option<RaterScore>>,
}

impl OccupationScore {
    /// From the consensus of tasks (one weight each), which are the rows of `table` from `first`, and the raters of the panel.
    pub(super) fn of(
        dimension: &Dimension,
        weights: &[f64],
        tasks: &[Consensus],
        (table, first): (&Table, usize),
        panel: &[usize],
    ) -> Self {
        let weigh = |pick: &dyn Fn(&Consensus) -> Option<f64>| {
            weighted_mean(weights.iter().copied().zip(tasks.iter().map(pick)))
        };
        let value = weigh(&|task| task.value);
        let alpha = weigh(&|task| task.shares.map(|shares| shares.alpha));
        let gamma = weigh(&|task| task.shares.map(|shares| shares.gamma));
        let raters: Vec<Option<RaterScore>> = (0..table.raters())
            .map(|rater| {
                let own = weights
                    .iter()
                    .enumerate()
                    .map(|(n, w)| (*w, table.value(first + n, rater)));
                weighted_mean(own).map(|(mean, n_rated)| RaterScore {
                    score: dimension.to_score(mean),
                    n_rated,
                })
            })
            .collect();
        let of_panel = panel.iter().filter_map(|&rater| *raters.get(rater)?);
        let mut own: Vec<f64> = of_panel.map(|rater| rater.score).collect();
        own.sort_by(f64::total_cmp);
        let (range, interval) = Interval::of_sorted(&own);
        let interval = if tasks.is_empty() {
            Interval::NoTasks
        } else {
            interval
        };
        let shares = alpha
            .zip(gamma)
            .map(|((alpha, _), (gamma, _))| Shares::new(alpha, gamma));
        let mut found = Self {
            score: None,
            range: None,
            interval,
            band: None,
            n_tasks: tasks.len(),
            n_rated: value.map_or(0, |(_, n)| n),
            shares,
            raters,
        };
        found.set(
            value.map(|(mean, _)| dimension.to_score(mean)),
            range,
            interval,
        );
        found
    }

    /// Sets score, its ends and what they are; the band follows.
    pub(super) fn set(
        &mut self,
        score: Option<f64>,
        range: Option<(f64, f64)>,
        interval: Interval,
    ) {
        self.score = score;
        self.range = range;
        self.interval = interval;
        // The band is that of the number a reader sees: 19.9999999999999 is 20.
        self.band = score.map(|score| Band::of(round12(score)));
    }
}

/// Σwx / Σw over the values present, and their number; `None` when there is none.
fn weighted_mean(cells: impl Iterator<Item = (f64, Option<f64>)>) -> Option<(f64, usize)> {
    let (mut total, mut weights, mut n) = (Sum::default(), Sum::default(), 0);
    for (weight, value) in cells {
        if let Some(value) = value {
            total.add(weight * value);
            weights.add(weight);
            n += 1;
        }
    }
    (weights.value() > 0.0).then(|| (total.value() / weights.value(), n))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::fixtures::task;

    #[test]
    fn core_tasks_count_twice_and_all_others_once() {
        let tasks = [
            task("1", TaskType::Core, None),
            task("2", TaskType::Supplemental, None),
            task("3", TaskType::Unknown, None),
        ];
        assert_eq!(Weighting::CoreTwice.weights(&tasks), [2.0, 1.0, 1.0]);
        assert_eq!(Weighting::Equal.weights(&tasks), [1.0, 1.0, 1.0]);
    }

    #[test]
    fn a_task_without_importance_gets_the_mean_of_the_others() {
        let kind = TaskType::Core;
        // (2 + 5) / 2 = 3.5
        let tasks = [
            task("1", kind, Some(2.0)),
            task("2", kind, None),
            task("3", kind, Some(5.0)),
        ];
        assert_eq!(Weighting::Importance.weights(&tasks), [2.0, 3.5, 5.0]);
        assert_eq!(Weighting::Importance.weights(&tasks[1..2]), [1.0]);
        let odd = [task("1", kind, Some(0.0)), task("2", kind, Some(f64::NAN))];
        assert_eq!(Weighting::Importance.weights(&odd), [1.0, 1.0]);
    }

    #[test]
    fn means_leave_out_what_is_missing() {
        // (2 · 1 + 1 · 0.25) / 3 = 0.75; the weight of the missing one does not count.
        let cells = [(2.0, Some(1.0)), (4.0, None), (1.0, Some(0.25))];
        assert_eq!(weighted_mean(cells.into_iter()), Some((0.75, 2)));
        assert_eq!(weighted_mean([(1.0, None)].into_iter()), None);
    }
}
