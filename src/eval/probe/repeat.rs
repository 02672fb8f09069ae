//! Whether the same question gets the same answer, and whether answers drift.

use super::Answers;
use super::finding::{Finding, Sensitivity, Test};
use super::shift::shift;
use crate::eval::LEVEL;
use crate::rubric::Dimension;
use crate::stats::dist::{chi_squared_quantile, chi_squared_tail};
use crate::stats::inference::clustered_mean;
use crate::stats::{Clusters, Table, agreement};

/// A rater is noisy in a dimension where it is shown that the standard deviation of its answers to one question is above this, in
/// points. Of a score half the width of a band: of two answers one in twenty then lies more than 28 points from the other. Of
/// labels half the step between two of them: with p the share of pairs of answers that are a step apart, p·step² = 2s², so that
/// beyond it two answers to one question differ more often than not.
#[must_use]
pub fn tolerance(dimension: &Dimension) -> f64 {
    const HALF_A_BAND: f64 = 10.0;
    let (low, high) = dimension.bounds();
    match dimension.labels().len() {
        0 | 1 => HALF_A_BAND,
        labels => dimension.to_score(high - low) / (labels - 1) as f64 / 2.0,
    }
}

/// Answers to the same questions, round by round. `earlier` marks tasks whose first round was answered long before the others.
/// What comes back is the noise against a [`tolerance`], the drift over the rounds that were asked together, and the change since the earlier answers.
#[must_use]
pub fn repeat(
    rounds: &[&Answers],
    earlier: &[bool],
    occupations: &[usize],
    tolerance: f64,
) -> Vec<Finding> {
    let task = |at: usize| -> Vec<Option<f64>> {
        let round = |round: &&Answers| round.get(at).copied().flatten();
        rounds.iter().map(round).collect()
    };
    let tasks: Vec<Vec<Option<f64>>> = (0..occupations.len()).map(task).collect();
    let was_earlier = |at: usize| earlier.get(at).copied().unwrap_or(false);
    let slopes: Vec<Option<f64>> = (0..tasks.len())
        .map(|at| slope(&tasks[at], usize::from(was_earlier(at))))
        .collect();
    let since: Vec<Option<f64>> = (0..tasks.len())
        .map(|at| now_less_then(&tasks[at]).filter(|_| was_earlier(at)))
        .collect();
    let tests = [
        noise(&tasks, occupations, tolerance),
        shift(Test::Drift, &slopes, occupations),
        shift(Test::Since, &since, occupations),
    ];
    tests.into_iter().flatten().collect()
}

/// Least squares of the answers of a task on their round, from some round on.
fn slope(answers: &[Option<f64>], from: usize) -> Option<f64> {
    let rounds = answers.iter().enumerate().skip(from);
    let points: Vec<(f64, f64)> = rounds
        .filter_map(|(round, answer)| Some((round as f64, (*answer)?)))
        .collect();
    let n = points.len() as f64;
    let x = points.iter().map(|point| point.0).sum::<f64>() / n;
    let spread: f64 = points.iter().map(|point| (point.0 - x).powi(2)).sum();
    let both: f64 = points.iter().map(|point| (point.0 - x) * point.1).sum();
    (spread > 0.0).then(|| both / spread)
}

/// The mean of the later rounds less the first.
fn now_less_then(answers: &[Option<f64>]) -> Option<f64> {
    let (first, later) = answers.split_first()?;
    let later: Vec<f64> = later.iter().flatten().copied().collect();
    let now = later.iter().sum::<f64>() / later.len() as f64;
    Some(now - (*first)?).filter(|change| change.is_finite())
}

/// s_w² = Σ(y − ȳ_task)²/Σ(K − 1), with a χ² interval. Where noise differs between occupations, or a round moves all tasks of
/// one, s_w² is less certain than its Σ(K − 1) degrees say: they are 2s_w⁴/Var (Satterthwaite 1946), Var that of the ratio
/// clustered by occupation, and never more than Σ(K − 1).
fn noise(tasks: &[Vec<Option<f64>>], occupations: &[usize], tolerance: f64) -> Option<Finding> {
    let repeated = tasks.iter().zip(occupations).filter_map(|(answers, key)| {
        let there: Vec<f64> = answers.iter().flatten().copied().collect();
        (there.len() > 1).then_some((there, *key))
    });
    let (answers, keys): (Vec<Vec<f64>>, Vec<usize>) = repeated.unzip();
    let clusters = Clusters::of(keys);
    let groups = clusters.count();
    (groups > 1).then_some(())?;
    let squares: Vec<f64> = answers.iter().map(|one| squares(one)).collect();
    let free: Vec<f64> = answers.iter().map(|one| one.len() as f64 - 1.0).collect();
    let degrees: f64 = free.iter().sum();
    let variance = squares.iter().sum::<f64>() / degrees;
    let sd = variance.sqrt();
    let mut found = Finding::of(Test::Noise, sd, (answers.len(), groups));
    found.above = Some(tolerance);
    found.also.insert("tolerance", tolerance);
    also(&mut found, (tasks, &answers), &clusters);
    if variance <= 0.0 {
        found.note = Some("every repeat is the same".into());
        return Some(found);
    }
    let errors: Vec<f64> = squares
        .iter()
        .zip(&free)
        .map(|(ss, df)| ss - variance * df)
        .collect();
    let between: f64 = clusters.sums(&errors).iter().map(|sum| sum * sum).sum();
    let of_ratio = between * groups as f64 / (groups - 1) as f64 / (degrees * degrees);
    let df = (2.0 * variance * variance / of_ratio).clamp(1.0, degrees);
    let tail = (1.0 - LEVEL) / 2.0;
    let end = |p: f64| Some((variance * df / chi_squared_quantile(p, df)?).sqrt());
    (found.low, found.high) = (end(1.0 - tail), end(tail));
    found.p = chi_squared_tail(variance * df / (tolerance * tolerance), df);
    found.sensitivity = Some(Sensitivity::Over { tolerance, df });
    found.also.insert("degrees_of_freedom", df);
    Some(found)
}

/// Σ(y − ȳ)², exactly 0 where all are the same.
fn squares(answers: &[f64]) -> f64 {
    let first = answers.first().copied().unwrap_or_default();
    let mean = answers.iter().map(|y| y - first).sum::<f64>() / answers.len() as f64;
    answers.iter().map(|y| (y - first - mean).powi(2)).sum()
}

/// What else repeats say: repeatability (ISO 5725: two answers differ by no more in 19 of 20 cases), ICC(1,1) of tasks that have
/// every round, and the share of pairs of answers to a task that are the very same.
fn also(
    found: &mut Finding,
    (tasks, answers): (&[Vec<Option<f64>>], &[Vec<f64>]),
    clusters: &Clusters,
) {
    found
        .also
        .insert("repeatability", 1.96 * 2.0_f64.sqrt() * found.effect);
    let table = Table::of_units(tasks);
    let icc = table.and_then(|table| agreement::icc(&table, LEVEL));
    if let Some(one) = icc.and_then(|icc| icc.one) {
        found.also.insert("icc", one.icc);
        if let Some(interval) = one.interval {
            found.also.insert("icc_low", interval.low);
            found.also.insert("icc_high", interval.high);
        }
    }
    let same: Vec<f64> = answers.iter().map(|one| same_pairs(one)).collect();
    if let Some(mean) = clustered_mean(&same, clusters, LEVEL) {
        found.also.insert("same", mean.mean);
        found.also.insert("same_low", mean.t.low.max(0.0));
        found.also.insert("same_high", mean.t.high.min(1.0));
    }
}

fn same_pairs(answers: &[f64]) -> f64 {
    let (mut same, mut pairs) = (0_usize, 0_usize);
    for (at, one) in answers.iter().enumerate() {
        for other in &answers[..at] {
            pairs += 1;
            same += usize::from((one - other).abs() < 1e-9);
        }
    }
    same as f64 / pairs.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(values: [f64; 4]) -> Vec<Option<f64>> {
        values.iter().map(|value| Some(*value)).collect()
    }

    #[test]
    fn noise_and_drift_by_hand() {
        // Tasks 10, 12, 14 | 20, 20, 20 | 30, 33, 33 | 40, 40, 43: Σ(y − ȳ)² = 8 + 0 + 6 + 6 = 20 on 8 degrees; slopes 2, 0, 1.5, 1.5.
        let rounds = [
            round([10.0, 20.0, 30.0, 40.0]),
            round([12.0, 20.0, 33.0, 40.0]),
            round([14.0, 20.0, 33.0, 43.0]),
        ];
        let rounds: Vec<&Answers> = rounds.iter().map(Vec::as_slice).collect();
        let found = repeat(&rounds, &[false; 4], &[0, 0, 1, 1], 10.0);
        let [noise, drift] = &found[..] else {
            panic!("{found:?}")
        };
        assert!((noise.effect - 2.5_f64.sqrt()).abs() < 1e-12);
        assert!((noise.also["repeatability"] - 1.96 * 5.0_f64.sqrt()).abs() < 1e-12);
        // Pairs of the same: 0 + 3 + 1 + 1 of 3 each.
        assert!((noise.also["same"] - 5.0 / 12.0).abs() < 1e-12);
        // Occupation sums 8 and 12 against 10: Var = (4 + 4)·2/64 = .25; df = 2·6.25/.25 = 50, held to 8.
        assert_eq!(noise.also["degrees_of_freedom"], 8.0);
        // χ²(8) is 17.535 and 2.180 at 97.5 and 2.5 %: √(20/17.535), √(20/2.180).
        assert!((noise.low.unwrap() - 1.068).abs() < 1e-3);
        assert!((noise.high.unwrap() - 3.029).abs() < 1e-3);
        assert!((drift.effect - 1.25).abs() < 1e-12);
    }

    #[test]
    fn an_earlier_first_round_is_compared_and_no_part_of_the_drift() {
        let rounds = [
            round([10.0, 20.0, 30.0, 40.0]),
            round([15.0, 25.0, 35.0, 45.0]),
            round([15.0, 25.0, 37.0, 45.0]),
        ];
        let rounds: Vec<&Answers> = rounds.iter().map(Vec::as_slice).collect();
        let found = repeat(&rounds, &[true; 4], &[0, 1, 2, 3], 10.0);
        let tests: Vec<Test> = found.iter().map(|one| one.test).collect();
        assert_eq!(tests, [Test::Noise, Test::Drift, Test::Since]);
        // One task changed by 2 between the second and the third round; 5, 5, 6, 5 since the first.
        assert_eq!((found[1].effect, found[2].effect), (0.5, 5.25));
        let same = repeat(&[rounds[0], rounds[0]], &[false; 4], &[0, 1, 2, 3], 10.0);
        assert_eq!((same[0].effect, same[0].p), (0.0, None));
    }

    #[test]
    fn a_tolerance_is_half_a_band_or_half_a_step() {
        let impact = crate::prompt::Prompt::built_in("impact").unwrap();
        let of = |at: usize| tolerance(&impact.rubric().dimensions()[at]);
        // E0, E2, E1 are 50 points apart.
        assert_eq!((of(0), of(1)), (25.0, 10.0));
    }
}
