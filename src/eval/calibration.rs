//! Whether probabilities mean what they say.

use super::card::Number;
use crate::stats::Clusters;
use crate::stats::inference::DesignWeights;
use std::collections::BTreeMap;

/// Bins of the calibration error at most, and the tasks that fill one.
const BINS: usize = 10;
const LEAST_IN_BIN: usize = 20;

/// The probability of each label of one task, and the label of gold.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chances {
    pub gold: usize,
    pub chances: Vec<f64>,
}

impl Chances {
    /// The most probable label and its probability.
    fn top(&self) -> (usize, f64) {
        let best = self.chances.iter().copied().enumerate();
        best.fold((0, f64::NEG_INFINITY), |best, one| {
            if one.1 > best.1 { one } else { best }
        })
    }

    /// Σ (p − y)² over the labels (Brier 1950): 0 to 2.
    fn brier(&self) -> f64 {
        let terms = self.chances.iter().enumerate();
        terms
            .map(|(label, p)| (p - f64::from(u8::from(label == self.gold))).powi(2))
            .sum()
    }

    fn of_gold(&self) -> f64 {
        self.chances.get(self.gold).copied().unwrap_or(0.0)
    }
}

/// Brier score, log loss and calibration error of these tasks. There is no log loss where a gold label was given no chance at
/// all: it would be infinite.
pub(super) fn of_chances(
    tasks: &[Chances],
    weights: &DesignWeights,
    clusters: &Clusters,
) -> BTreeMap<String, Number> {
    let brier: Vec<f64> = tasks.iter().map(Chances::brier).collect();
    let mut found = BTreeMap::new();
    let mut enter = |name: &str, number: Option<Number>| {
        found.extend(number.map(|number| (name.to_owned(), number)));
    };
    enter("brier", Number::mean(&brier, weights, clusters, (0.0, 2.0)));
    if tasks.iter().all(|task| task.of_gold() > 0.0) {
        let losses: Vec<f64> = tasks.iter().map(|task| -task.of_gold().ln()).collect();
        let bounds = (0.0, f64::INFINITY);
        enter("log_loss", Number::mean(&losses, weights, clusters, bounds));
    }
    let claims = tasks.iter().enumerate().map(|(at, task)| {
        let (label, chance) = task.top();
        Claim {
            chance,
            right: label == task.gold,
            weight: weights.at(at),
        }
    });
    enter_reliability("ece", &claims.collect::<Vec<_>>(), &mut found);
    found
}

/// How sure somebody is to be right, and whether it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Claim {
    pub chance: f64,
    pub right: bool,
    pub weight: f64,
}

/// Enters the calibration error under a name, and under `…_if_calibrated` what chance alone would make of it.
pub(super) fn enter_reliability(name: &str, claims: &[Claim], into: &mut BTreeMap<String, Number>) {
    let Some((error, by_chance)) = reliability(claims) else {
        return;
    };
    let n = claims.len();
    let biased = "resamples of it are too large; compare with what a calibrated judge would show";
    let expected = "the expectation for a calibrated judge with so many tasks";
    let numbers = [
        (name.to_owned(), Number::bare(error, n, biased)),
        (
            format!("{name}_if_calibrated"),
            Number::bare(by_chance, n, expected),
        ),
    ];
    let known = numbers.into_iter();
    into.extend(known.filter_map(|(name, number)| Some((name, number?))));
}

/// The expected calibration error Σ_b W_b/W |right − claimed| in bins of equal weight (Naeini et al. 2015; Nixon et al. 2019),
/// equal claims in one bin, and its expectation were every claim true: E|N(0, s)| = s √(2/π) in each bin. The error is never
/// below 0, so that with few tasks it is well above it for anybody. `None` with fewer than twenty tasks.
fn reliability(claims: &[Claim]) -> Option<(f64, f64)> {
    let bins = (claims.len() / LEAST_IN_BIN).min(BINS);
    (bins > 0).then_some(())?;
    let mut sorted = claims.to_vec();
    sorted.sort_by(|one, other| one.chance.total_cmp(&other.chance));
    let all: f64 = sorted.iter().map(|claim| claim.weight).sum();
    let (mut error, mut by_chance) = (0.0, 0.0);
    // Σw (right − claimed) and Σw² p (1 − p) of each bin.
    let mut of_bins = vec![(0.0, 0.0); bins];
    let mut before = 0.0;
    for equal in sorted.chunk_by(|one, other| (one.chance - other.chance).abs() < 1e-12) {
        let own: f64 = equal.iter().map(|claim| claim.weight).sum();
        let middle = (before + own / 2.0) / all;
        before += own;
        let bin = ((middle * bins as f64) as usize).min(bins - 1);
        for claim in equal {
            let Claim {
                chance,
                right,
                weight,
            } = *claim;
            of_bins[bin].0 += weight * (f64::from(u8::from(right)) - chance);
            of_bins[bin].1 += weight * weight * chance * (1.0 - chance);
        }
    }
    for (gap, variance) in of_bins {
        error += f64::abs(gap) / all;
        by_chance += f64::max(variance, 0.0).sqrt() * (2.0 / std::f64::consts::PI).sqrt() / all;
    }
    Some((error, by_chance))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_of_probabilities_are_those_of_scikit_learn() {
        // brier: mean of ((p − onehot) ** 2).sum(axis=1); log loss: sklearn.metrics.log_loss(gold, p).
        let rows: [(usize, [f64; 3]); 4] = [
            (0, [0.7, 0.2, 0.1]),
            (1, [0.5, 0.3, 0.2]),
            (2, [0.1, 0.1, 0.8]),
            (2, [0.25, 0.5, 0.25]),
        ];
        let tasks = rows.map(|(gold, chances)| Chances {
            gold,
            chances: chances.to_vec(),
        });
        let found = of_chances(&tasks, &DesignWeights::equal(), &Clusters::singletons(4));
        // 0.14, 0.78, 0.06, 0.875; −ln of .7, .3, .8, .25.
        assert!((found["brier"].point - 0.46375).abs() < 1e-12);
        let log = -(0.7_f64.ln() + 0.3_f64.ln() + 0.8_f64.ln() + 0.25_f64.ln()) / 4.0;
        assert!((found["log_loss"].point - log).abs() < 1e-12);
        assert!(!found.contains_key("ece"), "four tasks fill no bin");
        let mut never = tasks.to_vec();
        never[0].chances = vec![0.0, 0.5, 0.5];
        let found = of_chances(&never, &DesignWeights::equal(), &Clusters::singletons(4));
        assert!(!found.contains_key("log_loss") && found.contains_key("brier"));
    }

    fn claims(rights: usize, n: usize, chance: f64) -> Vec<Claim> {
        let claim = |at| Claim {
            chance,
            right: at < rights,
            weight: 1.0,
        };
        (0..n).map(claim).collect()
    }

    #[test]
    fn the_error_is_what_is_claimed_beyond_what_is_right() {
        // 40 claims of .9 of which 20 are right, 40 of .5 of which 20 are: (40 · .4 + 40 · 0) / 80.
        let mut all = claims(20, 40, 0.9);
        all.extend(claims(20, 40, 0.5));
        let (error, by_chance) = reliability(&all).unwrap();
        assert!((error - 0.2).abs() < 1e-12);
        // (√(40 · .09) + √(40 · .25)) √(2/π) / 80, as the bins hold 40 each of which two stay empty.
        let wanted =
            (3.6_f64.sqrt() + 10.0_f64.sqrt()) * (2.0 / std::f64::consts::PI).sqrt() / 80.0;
        assert!((by_chance - wanted).abs() < 1e-12);
        all.reverse();
        assert!((reliability(&all).unwrap().0 - error).abs() < 1e-12);
        assert_eq!(reliability(&claims(5, 19, 0.5)), None);
    }
}
