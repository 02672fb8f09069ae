//! Training: from labelled tasks to a bundle of surrogates with honest held-out figures.
//!
//! Works for any label set: rows with an occupation group, a text and an answer for each target. What
//! is reported, and what the bundle answers for its own training rows, is out-of-fold: five folds of
//! whole groups, see [`fold_of`].

mod assemble;
mod check;
mod corpus;
mod folds;
mod gold;
mod levels;
mod manifest;

use serde::Serialize;

pub use check::{LEAST_GROUPS, LEAST_OF_LABEL, LEAST_ROWS};
pub use folds::{FOLDS, fold_of};
pub use gold::{Gold, against_gold};
pub use manifest::Manifest;

use super::bundle::Bundle;
use super::error::TrainError;
use super::figures::Figures;
use super::scale::{Answer, Scale};
use super::text::{normalise, text_hash};
use corpus::Corpus;
use folds::Folds;
use levels::Shares;

/// A labelled task.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Task id.
    pub task_id: String,
    /// What is held out together: for O*NET the six-digit SOC code, `11-1011`.
    pub group: String,
    /// Occupation title; may be empty.
    pub title: String,
    /// The task statement.
    pub statement: String,
    /// An answer for each target, in the order of the specification.
    pub answers: Vec<Answer>,
}

/// One surrogate to train.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Rater id of the surrogate.
    pub id: String,
    /// Dimension it answers.
    pub dimension: String,
    /// Scale of that dimension.
    pub scale: Scale,
    /// Whose labels these are, in a sentence.
    pub source: String,
}

/// What to train.
#[derive(Debug, Clone, PartialEq)]
pub struct Spec {
    /// Name of the bundle.
    pub name: String,
    /// Origin and licence of the labels.
    pub attribution: String,
    /// Seed of the fold assignment.
    pub seed: String,
    /// Surrogates trained together; each learns from the predicted answers of all.
    pub targets: Vec<Target>,
    /// Threads to use, at least 1. Changes the time, never the result.
    pub threads: usize,
}

/// What training found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainingReport {
    /// Labelled rows.
    pub rows: usize,
    /// Occupation groups.
    pub groups: usize,
    /// Rows that share their normalised text with a row of another group.
    pub shared_texts: usize,
    /// Features of the shipped model.
    pub features: usize,
    /// By fold.
    pub folds: Vec<FoldReport>,
    /// By surrogate.
    pub surrogates: Vec<SurrogateReport>,
}

/// One fold of a training run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoldReport {
    /// Rows held out.
    pub rows: usize,
    /// Groups held out.
    pub groups: usize,
    /// Rows of other folds left out of training because the fold holds their text.
    pub left_out: usize,
    /// BLAKE3 over `task id TAB text hash NEWLINE` of the rows, in sorted order.
    pub digest: String,
}

/// One surrogate of a training run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SurrogateReport {
    /// Rater id.
    pub id: String,
    /// Held-out figures.
    pub figures: Figures,
    /// Root mean square change of the value by rounding the weights, over the training rows.
    pub rounding: f64,
}

/// Train the surrogates of `spec` on `rows`. The order of rows does not matter.
///
/// # Errors
///
/// When targets or rows are unusable or too few; the error says what is needed.
pub fn train(rows: &[Row], spec: &Spec) -> Result<(Bundle, TrainingReport), TrainError> {
    train_watched(rows, spec, &|_, _| ())
}

/// [`train`], with a call after each first-level fit: how many are done, and of how many. The calls come from the
/// threads of the training.
///
/// # Errors
///
/// As [`train`].
pub fn train_watched(
    rows: &[Row],
    spec: &Spec,
    step: &(dyn Fn(usize, usize) + Sync),
) -> Result<(Bundle, TrainingReport), TrainError> {
    let shares = check::check(rows, spec)?;
    let material = Material::new(rows, spec, &shares);
    let corpus = Corpus::new(
        material
            .rows
            .iter()
            .map(|r| (r.title.as_str(), r.statement.as_str())),
    );
    let levels = levels::train(
        &corpus,
        &material.folds,
        &material.shares,
        spec.threads,
        step,
    );
    Ok(assemble::assemble(&material, &corpus, &levels, spec))
}

/// Checked rows in training order, which is by text hash, then by their other fields.
struct Material<'a> {
    rows: Vec<&'a Row>,
    folds: Folds,
    shares: Vec<Shares>,
}

impl<'a> Material<'a> {
    fn new(rows: &'a [Row], spec: &Spec, shares: &[Shares]) -> Self {
        let texts: Vec<u64> = rows
            .iter()
            .map(|row| text_hash(&normalise(&row.statement)))
            .collect();
        let mut order: Vec<usize> = (0..rows.len()).collect();
        order.sort_by_key(|i| {
            let row = &rows[*i];
            (
                texts[*i],
                &row.task_id,
                &row.group,
                &row.title,
                &row.statement,
            )
        });
        let fold = |i: &usize| fold_of(&spec.seed, &rows[*i].group);
        let sorted = |target: &Shares| order.iter().map(|i| target[*i].clone()).collect();
        Self {
            folds: Folds {
                of: order.iter().map(fold).collect(),
                texts: order.iter().map(|i| texts[*i]).collect(),
            },
            shares: shares.iter().map(sorted).collect(),
            rows: order.iter().map(|i| &rows[*i]).collect(),
        }
    }
}
