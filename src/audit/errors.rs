//! What raters have wrong against gold, each for itself and all alike.

use super::data::{Column, Data};
use super::figure::Figure;
use super::pairs::{Moments, SUMS, add, concordance, kappa};
use super::units::Mean;
use crate::stats::agreement::{effective_raters, kish};
use crate::stats::inference::ClusterSums;
use serde::Serialize;

/// A rater against gold, on the tasks that both rated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VsGold {
    /// Tasks.
    pub n: usize,
    /// Mean of rater − gold, in points.
    pub bias: Option<Figure>,
    /// p that it is 0.
    pub bias_p: Option<f64>,
    /// Mean absolute difference, in points.
    pub mae: Option<Figure>,
    /// Pearson's r of the values.
    pub pearson: Option<Figure>,
    /// Kappa with quadratic weights; labels only.
    pub kappa: Option<Figure>,
}

/// What the errors of the panel have in common. One gold label that is noisy itself is part of every error: then the
/// correlation is an upper bound, and the effective number of raters a lower one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Errors {
    /// Mean of Pearson's r of the errors over pairs of raters.
    pub correlation: Option<Figure>,
    /// m / (1 + (m − 1) r) (Kish 1965).
    pub effective_raters: Option<Figure>,
    /// m, the raters of the panel.
    pub raters: usize,
    /// Tasks with gold that at least two of them rated.
    pub n: usize,
}

/// A rater against gold, with the bias and its test.
pub(super) fn vs_gold(data: &Data<'_>, rater: usize) -> Option<(VsGold, Option<Mean>)> {
    let gold = data.gold?;
    let error = data.difference(&data.values[rater], &data.values[gold]);
    let absolute: Column = error.iter().map(|error| error.map(f64::abs)).collect();
    let n = error.iter().flatten().count();
    (n > 0).then_some(())?;
    let bias = data.units.mean(&error);
    let [pearson, _, _] = concordance(
        data.units,
        &data.values[rater],
        &data.values[gold],
        data.middle(),
    );
    let against = VsGold {
        n,
        bias: bias.map(|mean| mean.figure),
        bias_p: bias.and_then(|mean| mean.p),
        mae: data.units.mean(&absolute).map(|mean| mean.figure),
        pearson,
        kappa: kappa(
            data.units,
            &data.categories(),
            &data.answers[rater],
            &data.answers[gold],
        )
        .filter(|_| !data.is_score()),
    };
    Some((against, bias))
}

/// The errors of the panel together; `None` without gold or with one rater.
pub(super) fn errors(data: &Data<'_>) -> Option<Errors> {
    let gold = data.gold.filter(|_| data.panel.len() > 1)?;
    let errors = data
        .panel
        .iter()
        .map(|&rater| data.difference(&data.values[rater], &data.values[gold]));
    let errors: Vec<Column> = errors.collect();
    let raters = errors.len();
    let all: Vec<usize> = (0..raters).collect();
    let table = Data::table(&errors, &all)?;
    let two = |task: usize| {
        errors
            .iter()
            .filter(|column| column[task].is_some())
            .count()
            > 1
    };
    let tasks: Vec<usize> = (0..data.tasks()).filter(|&task| two(task)).collect();
    let pairs: Vec<(usize, usize)> = all
        .iter()
        .flat_map(|&x| (0..x).map(move |y| (x, y)))
        .collect();
    let sums = ClusterSums::new(
        &data.units.clusters.only(two),
        SUMS * pairs.len(),
        |unit, part| {
            let task = tasks[unit];
            for (&(x, y), part) in pairs.iter().zip(part.chunks_mut(SUMS)) {
                if let (Some(x), Some(y)) = (errors[x][task], errors[y][task]) {
                    add(part, x, y);
                }
            }
        },
    );
    let replicates = data.units.resample(&sums, |sums| {
        let found = sums.chunks(SUMS).filter_map(Moments::of);
        let r: Vec<f64> = found.filter_map(|pair| pair.pearson()).collect();
        let mean = (!r.is_empty()).then(|| r.iter().sum::<f64>() / r.len() as f64);
        [mean, mean.and_then(|r| kish(raters, r))]
    });
    let [one, other] = replicates.map_or([None, None], |both| both.map(Some));
    let found = effective_raters(&table);
    Some(Errors {
        correlation: data.units.figure(found.mean_r, one.as_ref(), tasks.len()),
        effective_raters: data.units.figure(found.kish, other.as_ref(), tasks.len()),
        raters,
        n: tasks.len(),
    })
}
