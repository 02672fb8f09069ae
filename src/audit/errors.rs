//! What raters have wrong against gold, each for itself and all alike.

use super::data::{Column, Data};
use super::figure::Figure;
use super::pairs::{Moments, SUMS, add_counted, concordance, counted, kappa};
use super::units::Mean;
use crate::ratings::round12;
use crate::stats::agreement::{effective_raters, kish};
use crate::stats::inference::{ClusterSums, DesignWeights};
use serde::Serialize;

/// A rater against gold, on the tasks that both rated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VsGold {
    /// Tasks.
    pub n: usize,
    /// How many tasks that count the same they are worth, where they were not drawn alike: (Σw)²/Σw² (Kish). Then every figure is
    /// weighted by 1/probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_n: Option<f64>,
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
    let counts = data.counts.as_ref();
    let bias = data.units.weighted(&error, counts);
    let (pearson, kappa) = match counts {
        Some(counts) => counted(data, rater, gold, counts).into(),
        None => {
            let (own, trusted) = (&data.values[rater], &data.values[gold]);
            let [pearson, _, _] = concordance(data.units, own, trusted, data.middle());
            let (own, trusted) = (&data.answers[rater], &data.answers[gold]);
            (pearson, kappa(data.units, &data.categories(), own, trusted))
        }
    };
    let against = VsGold {
        n,
        effective_n: counts.and_then(|counts| effective(&error, counts)),
        bias: bias.map(|mean| mean.figure),
        bias_p: bias.and_then(|mean| mean.p),
        mae: data
            .units
            .weighted(&absolute, counts)
            .map(|mean| mean.figure),
        pearson,
        kappa: kappa.filter(|_| !data.is_score()),
    };
    Some((against, bias))
}

/// The effective number of the tasks that have a value; `None` where all count the same.
fn effective(values: &Column, counts: &Column) -> Option<f64> {
    let both = values.iter().zip(counts);
    let known: Vec<f64> = both
        .filter_map(|(value, counts)| value.and(*counts))
        .collect();
    let weights = DesignWeights::of(known.iter().map(|counts| 1.0 / counts))?;
    (!weights.are_equal()).then(|| round12(weights.effective(known.len())))
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
    let counts = |task: usize| {
        let own = data.counts.as_ref().and_then(|counts| counts[task]);
        own.unwrap_or(1.0)
    };
    let sums = ClusterSums::new(
        &data.units.clusters.only(two),
        SUMS * pairs.len(),
        |unit, part| {
            let task = tasks[unit];
            for (&(x, y), part) in pairs.iter().zip(part.chunks_mut(SUMS)) {
                if let (Some(x), Some(y)) = (errors[x][task], errors[y][task]) {
                    add_counted(part, x, y, counts(task));
                }
            }
        },
    );
    let together = |sums: &[f64]| {
        let found = sums.chunks(SUMS).filter_map(Moments::of);
        let r: Vec<f64> = found.filter_map(|pair| pair.pearson()).collect();
        let mean = (!r.is_empty()).then(|| r.iter().sum::<f64>() / r.len() as f64);
        [mean, mean.and_then(|r| kish(raters, r))]
    };
    let replicates = data.units.resample(&sums, together);
    let [one, other] = replicates.map_or([None, None], |both| both.map(Some));
    let [mean_r, worth] = match data.counts {
        Some(_) => together(&sums.whole()),
        None => {
            let found = effective_raters(&table);
            [found.mean_r, found.kish]
        }
    };
    Some(Errors {
        correlation: data.units.figure(mean_r, one.as_ref(), tasks.len()),
        effective_raters: data.units.figure(worth, other.as_ref(), tasks.len()),
        raters,
        n: tasks.len(),
    })
}
