//! How far one rater repeats itself, where it was asked several times.

use super::data::Data;
use super::figure::Figure;
use super::reading::Answer;
use crate::stats::Table;
use crate::stats::agreement::icc;
use serde::Serialize;

/// Several samples of one rater on the same tasks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Retest {
    /// Tasks with two rated samples or more.
    pub n: usize,
    /// s_w: standard deviation within a task, in points.
    pub within_sd: Option<Figure>,
    /// 1.96 √2 s_w: how far two answers lie apart at most, 19 times of 20 (Bland & Altman 1999), in points.
    pub repeatability: Option<Figure>,
    /// ICC(1,1) over tasks with all samples; its interval takes tasks as independent.
    pub icc: Option<Figure>,
    /// Share of pairs of samples with the same answer, the mean over tasks.
    pub exact: Option<Figure>,
}

/// `samples` are the answers to each task; `None` where no task has two.
pub(super) fn retest(data: &Data<'_>, samples: &[Vec<Answer>]) -> Option<Retest> {
    let points = data.points();
    let repeated = |answers: &Vec<Answer>| answers.len() > 1;
    let n = samples.iter().filter(|answers| repeated(answers)).count();
    (n > 0).then_some(())?;
    let within: Vec<Option<f64>> = samples
        .iter()
        .map(|answers| repeated(answers).then(|| variance(answers) * points * points))
        .collect();
    let exact: Vec<Option<f64>> = samples
        .iter()
        .map(|answers| repeated(answers).then(|| same(answers)))
        .collect();
    let mean = |values: &[Option<f64>]| data.units.mean(values).map(|mean| mean.figure);
    let within_sd = mean(&within).map(|variance| variance.within(0.0, f64::MAX).map(f64::sqrt));
    Some(Retest {
        n,
        within_sd,
        repeatability: within_sd.map(|sd| sd.map(|sd| 1.96 * std::f64::consts::SQRT_2 * sd)),
        icc: single(samples, data.units.level),
        exact: mean(&exact).map(|share| share.within(0.0, 1.0)),
    })
}

/// Over n − 1.
fn variance(answers: &[Answer]) -> f64 {
    let n = answers.len() as f64;
    let mean = answers.iter().map(|answer| answer.0).sum::<f64>() / n;
    let squares = answers.iter().map(|answer| (answer.0 - mean).powi(2));
    squares.sum::<f64>() / (n - 1.0)
}

/// Share of pairs that are the same: labels where there are labels.
fn same(answers: &[Answer]) -> f64 {
    let alike = |one: &Answer, other: &Answer| match (one.1, other.1) {
        (Some(one), Some(other)) => one == other,
        _ => one.0 == other.0,
    };
    let (mut pairs, mut hits) = (0_usize, 0_usize);
    for (n, one) in answers.iter().enumerate() {
        for other in &answers[n + 1..] {
            pairs += 1;
            hits += usize::from(alike(one, other));
        }
    }
    hits as f64 / pairs as f64
}

fn single(samples: &[Vec<Answer>], level: f64) -> Option<Figure> {
    let most = samples.iter().map(Vec::len).max()?;
    let row = |answers: &Vec<Answer>| -> Vec<Option<f64>> {
        (0..most)
            .map(|n| answers.get(n).map(|answer| answer.0))
            .collect()
    };
    let rows: Vec<Vec<Option<f64>>> = samples.iter().map(row).collect();
    let found = icc(&Table::of_units(&rows)?, level)?;
    let one = found.one?;
    Figure::new(one.icc, one.interval, found.units)
}
