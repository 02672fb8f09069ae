//! What a comparison says of a dimension, an occupation, a task and a rater. All values are points of the 0–100 score.

use super::cause::Cause;
use super::difference::Difference;
use super::parts::{Parts, SetScore};
use serde::Serialize;
use std::collections::BTreeMap;

/// What changed in one dimension.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DimensionChange<'a> {
    /// Id of the dimension.
    pub dimension: &'a str,
    /// The methods that made the values, before and after.
    pub methods: [&'static str; 2],
    /// Whether the values are made otherwise, by another method or other gold: then no change of them is tested.
    pub reconciled_otherwise: bool,
    /// Whether gold made the scores of each run: then its files hold them with what gold corrects in a mean of many tasks,
    /// which has no parts; here they are the weighted means without.
    pub scores_by_gold: [bool; 2],
    /// How far two answers of one rater lay apart in each run, where raters answered repeatedly.
    pub noise: [Option<Noise>; 2],
    /// Over the tasks of the whole run that read the same.
    pub whole: Difference,
    /// The mean score of the occupations in both runs; `None` where none has a task rated in both.
    pub scores: Option<SetScore>,
    /// As `whole`, of each rater's own values, in the order of [`Comparison::raters`](super::Comparison::raters); only of
    /// raters in both runs.
    pub raters: Vec<RaterChange<'a>>,
    /// Number of occupations that were tested for a change: those with enough tasks that read the same.
    pub looked_at: usize,
    /// How many of them moved.
    pub moved: usize,
    /// The occupations in both runs, in the order of the later one.
    pub occupations: Vec<OccupationChange<'a>>,
    /// Every task of either run, the largest change first, then by id.
    pub tasks: Vec<TaskChange<'a>>,
}

/// The distance of two answers of one rater to one question.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Noise {
    /// Mean distance in points.
    pub within: f64,
    /// Number of tasks it is the mean over.
    pub tasks: usize,
}

/// One rater's own change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RaterChange<'a> {
    /// Its id.
    pub rater: &'a str,
    /// Over the tasks that read the same and that it rated in both runs.
    #[serde(flatten)]
    pub difference: Difference,
}

/// What became of the score of an occupation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OccupationChange<'a> {
    /// Its id in the later run.
    pub occupation_id: &'a str,
    /// Its title in the later run.
    pub occupation: &'a str,
    /// Its id in the earlier run, where it is another one: then its tasks join it.
    pub id_before: Option<&'a str>,
    /// The score before, as the weighted mean of the consensus of its rated tasks
    /// ([`DimensionChange::scores_by_gold`]).
    pub before: Option<f64>,
    /// The score after, likewise.
    pub after: Option<f64>,
    /// After minus before.
    pub change: Option<f64>,
    /// The change by cause; `None` where no task is rated in both runs.
    pub parts: Option<Parts>,
    /// Over its tasks that read the same.
    pub same_text: Difference,
    /// Smallest and largest of the raters' own changes of the score, of raters in both runs; `None` with fewer than two.
    pub range: Option<[f64; 2]>,
    /// Number of raters with a change of their own.
    pub n_raters: usize,
    /// Number of rated tasks, before and after.
    pub n_rated: [usize; 2],
}

/// What became of a task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskChange<'a> {
    /// Its id.
    pub task_id: &'a str,
    /// Its statement, the later one.
    pub task: &'a str,
    /// Id of its occupation, the later one.
    pub occupation_id: &'a str,
    /// Title of it.
    pub occupation: &'a str,
    /// Consensus before.
    pub before: Option<f64>,
    /// Consensus after.
    pub after: Option<f64>,
    /// After minus before.
    pub change: Option<f64>,
    /// Why it is another one: [`Cause::Weights`] and [`Cause::Moved`] do not occur here.
    pub cause: Cause,
    /// What differs of the task, whether raters are told of it or not.
    pub fields: Vec<&'static str>,
    /// Whether it changed by more than two answers of one rater lie apart; `None` where nobody answered repeatedly,
    /// and where none of its raters changed it ([`Cause::Method`]).
    pub beyond_noise: Option<bool>,
    /// Each rater's own value before and after.
    pub raters: BTreeMap<&'a str, [Option<f64>; 2]>,
    /// Its number in each run.
    #[serde(skip)]
    pub numbers: [Option<usize>; 2],
}
