//! How a rater uses the scale: how wide, how round, which values.

use super::data::{Column, Data, mean_of};
use super::figure::Figure;
use super::pairs::{Moments, SUMS, add};
use super::units::Mean;
use crate::stats::inference::{ClusterSums, t_test};
use serde::Serialize;
use std::collections::BTreeMap;

/// The values that a rater used.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Used {
    /// Smallest value, in the dimension's unit.
    pub min: f64,
    /// Largest value.
    pub max: f64,
    /// Number of different values.
    pub distinct: usize,
}

/// How often a value was given.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Bar {
    /// A label's value, or a score rounded to a whole number.
    pub value: f64,
    /// Tasks.
    pub count: usize,
}

/// How wide a rater spreads its values.
pub(super) struct Spread {
    /// Its standard deviation over that of each other rater on the tasks that both rated: the geometric mean.
    pub ratio: Option<Figure>,
    /// p that the ratio is 1, by t of its logarithm over the error of the resamples.
    pub p: Option<f64>,
    /// Mean of C_b with each other rater.
    pub c_b: Option<Figure>,
}

/// The spread of what a rater gave beside that of each other rater.
pub(super) fn spread(data: &Data<'_>, own: &Column, others: &[Column]) -> Spread {
    let none = Spread {
        ratio: None,
        p: None,
        c_b: None,
    };
    let shared =
        |task: usize| own[task].is_some() && others.iter().any(|other| other[task].is_some());
    let tasks: Vec<usize> = (0..data.tasks()).filter(|&task| shared(task)).collect();
    let clusters = data.units.clusters.only(shared);
    let middle = data.middle();
    let sums = ClusterSums::new(&clusters, SUMS * others.len(), |unit, part| {
        for (other, part) in others.iter().zip(part.chunks_mut(SUMS)) {
            let task = tasks[unit];
            if let (Some(x), Some(y)) = (own[task], other[task]) {
                add(part, x - middle, y - middle);
            }
        }
    });
    let statistics = |sums: &[f64]| {
        let pairs = sums.chunks(SUMS).filter_map(Moments::of);
        let pairs: Vec<Moments> = pairs.filter(Moments::vary).collect();
        let mean = |f: &dyn Fn(&Moments) -> f64| {
            (!pairs.is_empty()).then(|| pairs.iter().map(f).sum::<f64>() / pairs.len() as f64)
        };
        let log = mean(&|pair| (pair.xx / pair.yy).ln() / 2.0);
        [log, mean(&|pair| pair.accuracy().unwrap_or(0.0))]
    };
    let [Some(log), Some(accuracy)] = statistics(&sums.whole()) else {
        return none;
    };
    let replicates = data.units.resample(&sums, statistics);
    let (logs, accuracies) = match &replicates {
        Some([logs, accuracies]) => (Some(logs), Some(accuracies)),
        None => (None, None),
    };
    let figure = data.units.figure(Some(log), logs, tasks.len());
    let se = logs.and_then(|logs| logs.se());
    Spread {
        ratio: figure.map(|log| log.map(f64::exp)),
        p: se.and_then(|se| t_test(log, se, clusters.count() - 1)),
        c_b: data.units.figure(Some(accuracy), accuracies, tasks.len()),
    }
}

/// Smallest, largest and number of different values.
pub(super) fn used(values: &Column) -> Option<Used> {
    let mut given: Vec<f64> = values.iter().copied().flatten().collect();
    given.sort_by(f64::total_cmp);
    let (min, max) = (*given.first()?, *given.last()?);
    given.dedup();
    Some(Used {
        min,
        max,
        distinct: given.len(),
    })
}

/// How often each value was given: every label, or those whole scores that occur.
pub(super) fn histogram(data: &Data<'_>, rater: usize) -> Vec<Bar> {
    let answers = || data.answers[rater].iter().copied().flatten();
    if !data.is_score() {
        let count = |value: f64| answers().filter(|&answer| answer == value).count();
        let bars = data.categories().into_iter().map(|value| Bar {
            value,
            count: count(value),
        });
        return bars.collect();
    }
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for score in answers() {
        *counts.entry(score.round() as i64).or_default() += 1;
    }
    let bar = |(value, count)| Bar {
        value: value as f64,
        count,
    };
    counts.into_iter().map(bar).collect()
}

/// 1 for each score that is a multiple of `step`, 0 for the others.
pub(super) fn round(values: &Column, step: f64) -> Column {
    let whole = |value: f64| {
        let steps = value / step;
        f64::from(u8::from((steps - steps.round()).abs() < 1e-9))
    };
    values.iter().map(|value| value.map(whole)).collect()
}

/// The share of multiples of 10 beyond the mean share of `others` on the same tasks.
pub(super) fn rounder(data: &Data<'_>, rater: usize, others: &[usize]) -> Option<Mean> {
    let others = others.iter().filter(|&&other| other != rater);
    let others: Vec<Column> = others
        .map(|&other| round(&data.values[other], 10.0))
        .collect();
    let mean = mean_of(&others.iter().collect::<Vec<_>>(), data.tasks());
    let own = round(&data.values[rater], 10.0);
    let both = own.iter().zip(&mean);
    let beyond: Column = both
        .map(|(own, others)| Some(own.as_ref()? - others.as_ref()?))
        .collect();
    data.units.mean(&beyond)
}
