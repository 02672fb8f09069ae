//! What repeats alone would do to a difference: the same prompt asked twice does not answer the same.

use super::contest::Contest;
use super::difference::Difference;
use super::pairs::{Pair, Pairs};
use crate::eval::card::{Answer, Answered, Card, Role};
use crate::eval::metric::Metric;
use crate::stats::variance;
use serde::Serialize;

/// The noise floor of a difference of mean absolute errors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Noise {
    /// The standard deviation that repeated answers alone give the difference, in points; at most, as an absolute error varies
    /// no more than the answer. `None` where repeats were not asked.
    pub sd: Option<f64>,
    /// Its square as a share of the squared standard error, 1 where it is no smaller: it is of answers, and of few tasks the error
    /// happens to be less.
    pub share: Option<f64>,
    /// What it rests on, or why it is not known.
    pub about: &'static str,
}

const UNKNOWN: &str = "not known: --samples 3 measures it";
const MEASURED: &str = "from repeated answers";
const OF_MEANS: &str = "from repeated answers, as if a consensus were the mean of its raters";
const FIXED: &str = "none here: recordings and embedded raters repeat what they said";
const SAME: &str = "none seen: repeated answers were the same";

/// Adds it to the MAE of these: Σ ω² (σ²_new/K_new + σ²_old/K_old) over tasks with weights ω of sum 1 (Miller 2024, section 5).
pub(super) fn add(
    found: &mut [Difference],
    pairs: &Pairs<'_>,
    contest: &Contest,
    new: &Card,
    old: &Card,
) {
    let Some(one) = found
        .iter_mut()
        .find(|one| one.metric == Metric::Mae && one.n > 0)
    else {
        return;
    };
    let sides = [
        Repeats::of(new, old, &contest.new, &pairs.dimension.id),
        Repeats::of(old, new, &contest.old, &pairs.dimension.id),
    ];
    let weights = pairs.weights();
    let total: f64 = (0..pairs.of.len()).map(|n| weights.at(n)).sum();
    let of = |(n, pair): (usize, &Pair<'_>)| {
        let variance = sides[0].at(pair.row.new)? + sides[1].at(pair.row.old)?;
        Some((weights.at(n) / total).powi(2) * variance)
    };
    let variance: Option<f64> = pairs.of.iter().enumerate().map(of).sum();
    let sd = variance.map(f64::sqrt);
    let se = one.se.filter(|se| *se > 0.0);
    one.noise = Some(Noise {
        sd,
        share: sd.zip(se).map(|(sd, se)| (sd / se).powi(2).min(1.0)),
        about: match sd {
            None => UNKNOWN,
            Some(_) if sides.iter().all(Repeats::fixed) => {
                match sides.iter().any(|side| side.asked) {
                    true => SAME,
                    false => FIXED,
                }
            }
            Some(_) if sides.iter().any(|side| side.consensus) => OF_MEANS,
            Some(_) => MEASURED,
        },
    });
}

/// How much a judge of a card varies when all are asked again, in a dimension.
struct Repeats<'a> {
    dimension: &'a str,
    consensus: bool,
    /// Whether a model is asked.
    asked: bool,
    /// The judge, or who makes the consensus: with σ² of one answer, where that is known.
    raters: Vec<(&'a str, Option<f64>)>,
}

impl<'a> Repeats<'a> {
    fn of(card: &'a Card, other: &Card, judge: &'a str, dimension: &'a str) -> Self {
        let role = |id: &str| {
            card.judges
                .iter()
                .find(|one| one.id == id)
                .map(|one| one.role)
        };
        let consensus = role(judge) == Some(Role::Consensus);
        let ids: Vec<&str> = match consensus {
            true => {
                let raters = card.judges.iter().filter(|one| one.role == Role::Rater);
                raters.map(|one| one.id.as_str()).collect()
            }
            false => vec![judge],
        };
        let known = |id: &str| match card.cost.contains_key(id) {
            // Surrogates, recordings and baselines are not asked: they say the same again.
            false => Some(0.0),
            true => pooled(card, id, dimension).or_else(|| pooled(other, id, dimension)),
        };
        Self {
            dimension,
            consensus,
            asked: ids.iter().any(|id| card.cost.contains_key(*id)),
            raters: ids.into_iter().map(|id| (id, known(id))).collect(),
        }
    }

    fn fixed(&self) -> bool {
        self.raters.iter().all(|(_, known)| *known == Some(0.0))
    }

    /// The variance of what is said of a task: of the mean of its samples, and for a consensus of the mean over raters.
    fn at(&self, task: &Answered) -> Option<f64> {
        let (mut sum, mut raters) = (0.0, 0_u32);
        for (id, known) in &self.raters {
            if let Some(answer) = answer(task, id, self.dimension) {
                let own =
                    variance(&answer.samples, 1).map(|found| found / answer.samples.len() as f64);
                sum += own.or(*known)?;
                raters += 1;
            }
        }
        (raters > 0).then(|| sum / f64::from(raters).powi(2))
    }
}

fn answer<'a>(task: &'a Answered, judge: &str, dimension: &str) -> Option<&'a Answer> {
    task.said.get(judge)?.get(dimension)
}

/// The mean of s² over the tasks that a rater was asked several times.
fn pooled(card: &Card, judge: &str, dimension: &str) -> Option<f64> {
    let tasks = card.answers.iter();
    let all: Vec<f64> = tasks
        .filter_map(|task| variance(&answer(task, judge, dimension)?.samples, 1))
        .collect();
    (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
}
