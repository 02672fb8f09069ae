//! The rater-centred mean: the mean over raters with the leniency of each taken off, so that a task is not scored
//! higher only because the strict rater did not answer.
//!
//! It removes what raters differ by, not what they share: a bias of the whole panel stays.

use crate::ratings::{Sum, Table, sorted_mean};

/// Method name: no cell of a covering rater is missing, so the rater-centred mean is the mean.
pub const MEAN: &str = "mean";
/// Method name: cells are missing and rater effects were taken off.
pub const CENTRED: &str = "rater-centred mean";
/// Method name: cells are missing and nothing tells the raters' effects apart from the tasks they rated.
pub const MEAN_NOTHING_COMMON: &str = "mean (no task that all raters rated)";
/// Method name: cells are missing, and too few tasks have all raters to tell leniency from chance: it is not taken off.
pub const MEAN_FEW_COMMON: &str = "mean (fewer than 20 tasks that all raters rated)";

/// With fewer tasks in common the leniency of a rater is a guess: it is taken off only where they are half of the rated tasks
/// at least, so that no handful of tasks moves all others.
pub const FEW_COMMON: usize = 20;

/// The means of a table and what they were made with.
#[derive(Debug, Clone, PartialEq)]
pub struct Centred {
    /// One value a task in the dimension's unit, within the scale; `None` where no rater rated it.
    pub values: Vec<Option<f64>>,
    /// b_j, one a rater: its mean minus the mean of all covering raters, over the `common` tasks. `None` for a
    /// rater that covers nothing, and for all when `common` is 0, or fewer than [`FEW_COMMON`] and than half of the rated tasks.
    pub effects: Vec<Option<f64>>,
    /// Number of tasks that all covering raters rated: the n of each effect.
    pub common: usize,
    /// [`MEAN`], [`CENTRED`], [`MEAN_NOTHING_COMMON`] or [`MEAN_FEW_COMMON`].
    pub method: &'static str,
    /// Whether every covering rater rated every task: then nothing is taken off.
    pub complete: bool,
}

/// The rater-centred mean of each task.
///
/// With b_j = ȳ_.j − ȳ_.. over the tasks that all covering raters rated, the value of task i is the mean of
/// y_ij − b_j over the raters present, clipped to `bounds` (smallest and largest value of the scale). Where all
/// covering raters are present the b_j cancel and it is the plain mean. A rater that covers nothing is not part of it.
#[must_use]
pub fn centred(table: &Table, bounds: (f64, f64)) -> Centred {
    let covering: Vec<usize> = (0..table.raters())
        .filter(|&rater| table.covers(rater))
        .collect();
    centred_of(table, &covering, bounds)
}

/// The same over these raters alone, who all cover something.
#[must_use]
pub(super) fn centred_of(table: &Table, covering: &[usize], bounds: (f64, f64)) -> Centred {
    let (effects, common) = effects(table, covering);
    let complete = common == table.tasks();
    let known = effects.iter().any(Option::is_some);
    let method = match (complete, common, known) {
        (true, ..) => MEAN,
        (false, 0, _) => MEAN_NOTHING_COMMON,
        (false, _, false) => MEAN_FEW_COMMON,
        (false, _, true) => CENTRED,
    };
    let mut present = Vec::with_capacity(covering.len());
    let values = (0..table.tasks())
        .map(|task| {
            present.clear();
            present.extend(covering.iter().filter_map(|&rater| {
                let effect = effects.get(rater).copied().flatten().unwrap_or(0.0);
                Some((table.value(task, rater)?, effect))
            }));
            let whole = present.len() == covering.len();
            let mut terms: Vec<f64> = present
                .iter()
                .map(|(value, effect)| if whole { *value } else { value - effect })
                .collect();
            sorted_mean(&mut terms).map(|mean| mean.clamp(bounds.0, bounds.1))
        })
        .collect();
    Centred {
        values,
        effects,
        common,
        method,
        complete,
    }
}

/// Rater effects and the number of tasks that all covering raters rated.
fn effects(table: &Table, covering: &[usize]) -> (Vec<Option<f64>>, usize) {
    let mut sums = vec![Sum::default(); table.raters()];
    let (mut common, mut rated) = (0, 0);
    for task in 0..table.tasks() {
        let has = |&&rater: &&usize| table.value(task, rater).is_some();
        let present = covering.iter().filter(has).count();
        rated += usize::from(present > 0);
        if present == 0 || present < covering.len() {
            continue;
        }
        common += 1;
        for (sum, value) in sums.iter_mut().zip(table.row(task)) {
            sum.add(value.unwrap_or(0.0));
        }
    }
    if common == 0 || (common < FEW_COMMON && 2 * common < rated) {
        return (vec![None; table.raters()], common);
    }
    let means: Vec<Option<f64>> = (0..table.raters())
        .zip(&sums)
        .map(|(rater, sum)| {
            covering
                .contains(&rater)
                .then(|| sum.value() / common as f64)
        })
        .collect();
    let mut covered: Vec<f64> = means.iter().copied().flatten().collect();
    let grand = sorted_mean(&mut covered).unwrap_or(0.0);
    (
        means
            .into_iter()
            .map(|mean| mean.map(|mean| mean - grand))
            .collect(),
        common,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A score table from rows; NaN stands for a missing cell.
    fn table(rows: &[&[f64]]) -> Table {
        let mut table = Table::new(rows.len(), rows[0].len(), 0);
        for (task, row) in rows.iter().enumerate() {
            for (rater, &value) in row.iter().enumerate().filter(|(_, value)| !value.is_nan()) {
                table.set(task, rater, value, &[]);
            }
        }
        table
    }

    const NO: f64 = f64::NAN;

    #[test]
    fn without_missing_cells_it_is_the_plain_mean() {
        let centred = centred(&table(&[&[10.0, 30.0], &[20.0, 60.0]]), (0.0, 100.0));
        assert_eq!(centred.values, [Some(20.0), Some(40.0)]);
        // Means 15 and 45, grand mean 30.
        assert_eq!(centred.effects, [Some(-15.0), Some(15.0)]);
        assert_eq!((centred.common, centred.method), (2, MEAN));
    }

    #[test]
    fn a_missing_strict_rater_does_not_raise_the_value() {
        // Common tasks 0 and 1: means 15 and 45, effects -15 and +15.
        // Task 2, second rater alone: 50 - 15 = 35. Task 3, first alone: 4 + 15 = 19.
        let rows: [&[f64]; 4] = [&[10.0, 30.0], &[20.0, 60.0], &[NO, 50.0], &[4.0, NO]];
        let centred = centred(&table(&rows), (0.0, 100.0));
        assert_eq!(
            centred.values,
            [Some(20.0), Some(40.0), Some(35.0), Some(19.0)]
        );
        assert_eq!((centred.common, centred.method), (2, CENTRED));
    }

    #[test]
    fn a_few_common_tasks_move_no_others() {
        // Of 39 rated tasks both raters rated n: 30 apart. The other tasks are the second rater's alone.
        let of = |n: usize| {
            let rows: Vec<[f64; 2]> = (0..39)
                .map(|task| [if task < n { 20.0 } else { NO }, 50.0])
                .chain([[NO, NO]])
                .collect();
            let rows: Vec<&[f64]> = rows.iter().map(|row| &row[..]).collect();
            centred(&table(&rows), (0.0, 100.0))
        };
        let few = of(19);
        assert_eq!((few.method, few.common), (MEAN_FEW_COMMON, 19));
        assert_eq!(few.effects, [None, None]);
        assert_eq!((few.values[0], few.values[38]), (Some(35.0), Some(50.0)));
        let enough = of(20);
        assert_eq!((enough.method, enough.common), (CENTRED, 20));
        assert_eq!(enough.values[38], Some(35.0));
        assert!(MEAN_FEW_COMMON.contains(&FEW_COMMON.to_string()));
    }

    #[test]
    fn the_result_is_clipped_to_the_scale() {
        // Effects -15 and +15: 5 - 15 = -10 is clipped to 0, 95 + 15 to 100.
        let rows: [&[f64]; 4] = [&[10.0, 30.0], &[20.0, 60.0], &[NO, 5.0], &[95.0, NO]];
        assert_eq!(
            centred(&table(&rows), (0.0, 100.0)).values[2..],
            [Some(0.0), Some(100.0)]
        );
    }

    #[test]
    fn without_a_common_task_it_is_the_plain_mean_and_says_so() {
        let rows: [&[f64]; 3] = [&[10.0, NO], &[NO, 60.0], &[NO, NO]];
        let centred = centred(&table(&rows), (0.0, 100.0));
        assert_eq!(centred.values, [Some(10.0), Some(60.0), None]);
        assert_eq!(centred.effects, [None, None]);
        assert_eq!((centred.common, centred.method), (0, MEAN_NOTHING_COMMON));
    }

    #[test]
    fn a_rater_that_covers_nothing_is_not_part_of_it() {
        let centred = centred(
            &table(&[&[10.0, NO, 30.0], &[20.0, NO, 60.0]]),
            (0.0, 100.0),
        );
        assert_eq!(centred.effects, [Some(-15.0), None, Some(15.0)]);
        assert_eq!(centred.method, MEAN);
    }

    #[test]
    fn nothing_in_nothing_out() {
        let centred = centred(&Table::new(2, 2, 0), (0.0, 100.0));
        assert_eq!(centred.values, [None, None]);
    }
}
