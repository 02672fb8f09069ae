//! How far one rater repeats itself, where it was asked several times.

use super::data::Data;
use super::figure::Figure;
use super::reading::Answer;
use crate::stats::agreement::{alike_share, icc_of_repeats};
use crate::stats::variance;
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
    let values: Vec<Vec<f64>> = samples
        .iter()
        .map(|answers| answers.iter().map(|answer| answer.0).collect())
        .collect();
    let within: Vec<Option<f64>> = values
        .iter()
        .map(|values| Some(variance(values, 1)? * points * points))
        .collect();
    let exact: Vec<Option<f64>> = samples
        .iter()
        .map(|answers| alike_share(answers, alike))
        .collect();
    let icc = icc_of_repeats(&values, data.units.level);
    let mean = |values: &[Option<f64>]| data.units.mean(values).map(|mean| mean.figure);
    let within_sd = mean(&within).map(|variance| variance.within(0.0, f64::MAX).map(f64::sqrt));
    Some(Retest {
        n,
        within_sd,
        repeatability: within_sd.map(|sd| sd.map(|sd| 1.96 * std::f64::consts::SQRT_2 * sd)),
        icc: icc.and_then(|(one, units)| Figure::new(one.icc, one.interval, units)),
        exact: mean(&exact).map(|share| share.within(0.0, 1.0)),
    })
}

/// Labels where there are labels.
fn alike(one: &Answer, other: &Answer) -> bool {
    match (one.1, other.1) {
        (Some(one), Some(other)) => one == other,
        _ => one.0 == other.0,
    }
}
