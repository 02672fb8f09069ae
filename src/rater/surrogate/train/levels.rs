//! The two levels of a surrogate, and honest predictions from them.
//!
//! First level: ridge scores for every anchor of every target. Second level: a multinomial logistic
//! head per target on all those scores. A head is only ever trained on scores from first-level models
//! that saw neither the row nor its text, and the head that answers for fold `k` is trained on
//! scores from models that saw nothing of fold `k` either: the row of fold `j` gets its score from the
//! model without folds `j` and `k`. Five folds make ten such pairs, five single folds and one model
//! of all rows: sixteen ridge fits.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::logit::{self, Head, softmax};
use super::super::ridge;
use super::super::sparse::{LANES, Lanes};
use super::corpus::Corpus;
use super::folds::{FOLDS, Folds};
use crate::parallel::parallel;

/// Ridge penalties; the second level weighs the scores of both. A kernel diagonal is 1.1.
pub(crate) const PENALTIES: [f32; 2] = [1.0, 10.0];

/// Shares of the anchors of one target in each row's answer: rows × anchors.
pub(crate) type Shares = Vec<Vec<f32>>;

/// First-level scores by row; rows without one have an empty entry.
pub(crate) type Scores = Vec<Vec<f32>>;

/// The first-level model of all rows.
pub(crate) struct FirstLevel {
    /// `idf` by feature of the corpus, 0 when unused.
    pub(crate) idf: Vec<f32>,
    /// Weight by column, then feature.
    pub(crate) weights: Vec<Vec<f32>>,
    /// Intercept by column.
    pub(crate) intercepts: Vec<f32>,
}

/// What a training run of both levels yields.
pub(crate) struct Levels {
    /// First-level model of all rows.
    pub(crate) first: FirstLevel,
    /// Heads trained on out-of-fold scores of all rows; one a target.
    pub(crate) heads: Vec<Head>,
    /// Out-of-fold probabilities: target, row, anchor.
    pub(crate) out_of_fold: Vec<Vec<Vec<f64>>>,
}

/// First-level models and their scores, by the folds left out.
type Fits = BTreeMap<Vec<u8>, (FirstLevel, Scores)>;

/// The columns of the first level: for each penalty, each target's anchors from the second on.
struct Columns {
    targets: Vec<Vec<f32>>,
    penalties: Vec<f32>,
}

impl Columns {
    fn new(shares: &[Shares]) -> Self {
        let mut columns = Self {
            targets: Vec::new(),
            penalties: Vec::new(),
        };
        for penalty in PENALTIES {
            for target in shares {
                for anchor in 1..target.first().map_or(0, Vec::len) {
                    columns
                        .targets
                        .push(target.iter().map(|row| row[anchor]).collect());
                    columns.penalties.push(penalty);
                }
            }
        }
        columns
    }

    fn len(&self) -> usize {
        self.targets.len()
    }

    /// Columns `first ..` as lanes, for `rows`; lanes beyond the last column are 0.
    fn lanes(&self, first: usize, rows: &[usize]) -> (Vec<Lanes>, Lanes) {
        let column = |lane: usize| self.targets.get(first + lane);
        let of_row = |i: &usize| std::array::from_fn(|l| column(l).map_or(0.0, |c| c[*i]));
        let penalties = std::array::from_fn(|l| self.penalties.get(first + l).map_or(1.0, |p| *p));
        (rows.iter().map(of_row).collect(), penalties)
    }
}

/// One ridge fit of all columns: the model without the folds `out`, and its scores for them.
fn first_level(
    corpus: &Corpus,
    folds: &Folds,
    columns: &Columns,
    out: &[u8],
) -> (FirstLevel, Scores) {
    let (training, held_out) = (folds.training(out), folds.held_out(out));
    let idf = corpus.idf(&training);
    let (x, unseen) = (
        corpus.vectors(&training, &idf),
        corpus.vectors(&held_out, &idf),
    );
    let mut scores = vec![Vec::new(); folds.of.len()];
    let mut model = FirstLevel {
        idf,
        weights: Vec::new(),
        intercepts: Vec::new(),
    };
    for first in (0..columns.len()).step_by(LANES) {
        let (targets, penalties) = columns.lanes(first, &training);
        let fitted = ridge::fit(&x, &targets, &penalties);
        let used = (columns.len() - first).min(LANES);
        for (i, row) in held_out.iter().zip(fitted.predict(&unseen)) {
            scores[*i].extend_from_slice(&row[..used]);
        }
        if out.is_empty() {
            for lane in 0..used {
                model
                    .weights
                    .push(fitted.weights.iter().map(|w| w[lane]).collect());
                model.intercepts.push(fitted.means[lane]);
            }
        }
    }
    (model, scores)
}

/// Train both levels; see the module's text. `threads` changes the time, never a bit of the result. `step` hears
/// how many first-level fits are done, and of how many.
pub(crate) fn train(
    corpus: &Corpus,
    folds: &Folds,
    shares: &[Shares],
    threads: usize,
    step: &(dyn Fn(usize, usize) + Sync),
) -> Levels {
    let columns = Columns::new(shares);
    let mut jobs: Vec<Vec<u8>> = vec![Vec::new()];
    for k in 0..FOLDS {
        jobs.push(vec![k]);
        jobs.extend((k + 1..FOLDS).map(|j| vec![k, j]));
    }
    let done = AtomicUsize::new(0);
    let fits = parallel(&jobs, threads, |out| {
        let fit = first_level(corpus, folds, &columns, out);
        step(done.fetch_add(1, Ordering::Relaxed) + 1, jobs.len());
        fit
    });
    let mut fits: Fits = jobs.into_iter().zip(fits).collect();

    let answers = parallel(&(0..FOLDS).collect::<Vec<u8>>(), threads, |k| {
        answer_fold(folds, shares, *k, &fits)
    });
    let mut out_of_fold: Vec<Vec<Vec<f64>>> = vec![vec![Vec::new(); folds.of.len()]; shares.len()];
    for (target, row, probabilities) in answers.into_iter().flatten() {
        out_of_fold[target][row] = probabilities;
    }
    let own = |i: usize| fits[&[folds.of[i]][..]].1[i].as_slice();
    let all: Vec<usize> = (0..folds.of.len()).collect();
    let heads = parallel(shares, threads, |target| fit_head(&all, target, &own));
    let first = fits.remove(&[][..]).map(|(model, _)| model);
    let nothing = FirstLevel {
        idf: Vec::new(),
        weights: Vec::new(),
        intercepts: Vec::new(),
    };
    Levels {
        first: first.unwrap_or(nothing),
        heads,
        out_of_fold,
    }
}

/// Probabilities for the rows of fold `k`, from heads and scores that saw nothing of it:
/// (target, row, probabilities).
fn answer_fold(
    folds: &Folds,
    shares: &[Shares],
    k: u8,
    fits: &Fits,
) -> Vec<(usize, usize, Vec<f64>)> {
    let training = folds.training(&[k]);
    let inner = |i: usize| {
        let pair = [folds.of[i].min(k), folds.of[i].max(k)];
        fits[&pair[..]].1[i].as_slice()
    };
    let outer = &fits[&[k][..]].1;
    let mut answers = Vec::new();
    for (t, target) in shares.iter().enumerate() {
        let head = fit_head(&training, target, &inner);
        for i in folds.held_out(&[k]) {
            answers.push((t, i, softmax(&head.logits(&outer[i]))));
        }
    }
    answers
}

fn fit_head<'a>(rows: &[usize], shares: &Shares, scores: &impl Fn(usize) -> &'a [f32]) -> Head {
    let rows: Vec<(&[f32], &[f32])> = rows
        .iter()
        .map(|i| (scores(*i), shares[*i].as_slice()))
        .collect();
    logit::fit(&rows)
}
