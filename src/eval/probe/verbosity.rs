//! Whether more words for the same task move the rating.

use super::Answers;
use super::finding::{Finding, Sensitivity, Test};
use super::shift::least_p;
use crate::eval::{LEVEL, SEED};
use crate::stats::Clusters;
use crate::stats::inference::{Flips, sign_flip, t_critical_value};

/// The answers of one arm, and how many words its statements have.
#[derive(Debug, Clone, Copy)]
pub struct Worded<'a> {
    /// One a task.
    pub answers: &'a Answers,
    /// One a task.
    pub words: &'a [usize],
}

/// One task: its occupation, and deviations from its own means of log₂ words and of the answer, arm by arm.
struct Task {
    occupation: usize,
    deviations: Vec<(f64, f64)>,
}

/// The slope of the answer on log₂ words with a constant for every task: Σx̃ỹ/Σx̃², its error clustered by occupation (CR1),
/// tested by flipping the signs of Σx̃ỹ in whole occupations. A task counts where two arms of different length are answered.
#[must_use]
pub fn verbosity(arms: &[Worded<'_>], occupations: &[usize]) -> Vec<Finding> {
    slope(arms, occupations).into_iter().collect()
}

fn slope(arms: &[Worded<'_>], occupations: &[usize]) -> Option<Finding> {
    let tasks = occupations.iter().enumerate();
    let tasks: Vec<Task> = tasks
        .filter_map(|(at, &occupation)| task(arms, at, occupation))
        .collect();
    let clusters = Clusters::of(tasks.iter().map(|one| one.occupation));
    let groups = clusters.count();
    let sum = |each: fn((f64, f64)) -> f64| -> Vec<f64> {
        let one = |task: &Task| task.deviations.iter().map(|pair| each(*pair)).sum();
        tasks.iter().map(one).collect()
    };
    let (both, squares) = (sum(|(x, y)| x * y), sum(|(x, _)| x * x));
    let all: f64 = squares.iter().sum();
    if groups < 2 || all <= 0.0 {
        return None;
    }
    let slope = both.iter().sum::<f64>() / all;
    let errors: Vec<f64> = both
        .iter()
        .zip(&squares)
        .map(|(xy, xx)| xy - slope * xx)
        .collect();
    let between: f64 = clusters.sums(&errors).iter().map(|sum| sum * sum).sum();
    let df = (groups - 1) as f64;
    let se = (between * groups as f64 / df).sqrt() / all;
    let half = t_critical_value(LEVEL, df)? * se;
    let flipped = sign_flip(&both, &clusters, Flips::seeded(SEED))?;
    let same = both.iter().all(|sum| *sum == 0.0);
    Some(Finding {
        low: Some(slope - half),
        high: Some(slope + half),
        p: Some(flipped.p_two_sided),
        least_p: least_p(groups),
        sensitivity: (!same).then_some(Sensitivity::T { se, df }),
        note: same.then(|| "no answer changes with the number of words".to_owned()),
        ..Finding::of(Test::Verbosity, slope, (tasks.len(), groups))
    })
}

fn task(arms: &[Worded<'_>], at: usize, occupation: usize) -> Option<Task> {
    let point = |arm: &Worded<'_>| {
        let words = *arm.words.get(at)? as f64;
        Some((words.log2(), (*arm.answers.get(at)?)?))
    };
    let points: Vec<(f64, f64)> = arms.iter().filter_map(point).collect();
    let n = points.len() as f64;
    let x = points.iter().map(|point| point.0).sum::<f64>() / n;
    let y = points.iter().map(|point| point.1).sum::<f64>() / n;
    let deviations: Vec<(f64, f64)> = points
        .iter()
        .map(|point| (point.0 - x, point.1 - y))
        .collect();
    let spread: f64 = deviations.iter().map(|one| one.0 * one.0).sum();
    (spread > 0.0).then_some(Task {
        occupation,
        deviations,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_doubling_by_hand() {
        // Words 8, 16, 32: log₂ 3, 4, 5. The answers rise by 2 and by 4 a doubling; one arm of the last task is missing, and of
        // two points a doubling apart its slope is 6. Σx̃ỹ = 2·2 + 2·4 + ½·6 = 15, Σx̃² = 4.5.
        let words = [[8, 8, 8], [16, 16, 16], [32, 32, 32]];
        let answers = [
            [Some(10.0), Some(50.0), Some(20.0)],
            [Some(12.0), Some(54.0), Some(26.0)],
            [Some(14.0), Some(58.0), None],
        ];
        let arm = |n: usize| Worded {
            answers: &answers[n],
            words: &words[n],
        };
        let found = verbosity(&[arm(0), arm(1), arm(2)], &[0, 1, 2]);
        assert!((found[0].effect - 15.0 / 4.5).abs() < 1e-12);
        assert_eq!((found[0].n, found[0].p), (3, Some(0.25)));
        assert!(verbosity(&[arm(0)], &[0, 1, 2]).is_empty());
    }
}
