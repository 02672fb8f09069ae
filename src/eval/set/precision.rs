//! What a set can show: how wide intervals will be, and which difference of two prompts it will find.
//!
//! Nothing is measured yet, so that all rests on what two prompts of one model were worth against published labels. With σ the SD of
//! what a task adds to a metric, ρ its correlation within an occupation, n tasks with weights w and b_o of them in occupation o:
//!
//! ```text
//! Var = σ² · u · d / n      d = 1 + ρ Σ_o b_o (b_o − 1)/n      u = n Σ w² / (Σ w)²
//! ```
//!
//! u is what unequal weights cost (Kish 1965), d what clusters cost. Half the width of a 95 % interval is t(G/u − 1) · √Var with G
//! occupations, the smallest difference that a paired test finds is (t₁₋α/2 + t_power) · √Var of the difference, with α = 5 % over the
//! number of primary metrics: the level that Holm's first step asks of a comparison.

use super::{Half, Set};
use crate::eval::number::LEAST_OCCUPATIONS;
use crate::eval::{ALPHA, LEVEL, POWER};
use crate::stats::inference::{power, t_critical_value};
use serde::Serialize;
use std::collections::BTreeMap;

/// What is assumed of a metric: σ and ρ of one prompt, and of the difference of two.
struct Assumed {
    metric: &'static str,
    one: (f64, f64),
    difference: (f64, f64),
}

/// From 13,400 published labels of Eloundou, Manning, Mishkin & Rock (2024): two GPT-4 prompts against the human label, by the
/// influence function of each metric; of the two prompts the larger σ and ρ. MAE is in points.
const ASSUMED: [Assumed; 3] = [
    Assumed {
        metric: "accuracy",
        one: (0.474, 0.115),
        difference: (0.441, 0.026),
    },
    Assumed {
        metric: "kappa",
        one: (0.795, 0.063),
        difference: (0.744, 0.046),
    },
    Assumed {
        metric: "mae",
        one: (28.6, 0.112),
        difference: (25.9, 0.042),
    },
];

/// What a half of a set can show.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Precision {
    /// The half.
    pub half: Half,
    /// Its tasks.
    pub tasks: usize,
    /// Their occupations.
    pub occupations: usize,
    /// A line a metric.
    pub metrics: Vec<MetricPrecision>,
}

/// What a half shows of a metric, in its unit: accuracy as a share, MAE in points.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricPrecision {
    /// Its name.
    pub metric: &'static str,
    /// Half the width of the 95 % interval of one prompt; `None` with so few occupations that `eval` gives none either.
    pub half_width: Option<f64>,
    /// Smallest difference of two prompts that a paired test finds with power 80 %, at 5 % over the number of primary metrics.
    pub difference: Option<f64>,
}

impl Set {
    /// What a half can show, from assumptions alone. Tasks without a known probability count alike.
    #[must_use]
    pub fn precision(&self, half: Half) -> Precision {
        let rows: Vec<_> = self.rows.iter().filter(|row| row.half == half).collect();
        let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
        for row in &rows {
            *sizes.entry(&row.at.occupation_id).or_default() += 1;
        }
        let weights: Vec<f64> = rows
            .iter()
            .map(|row| row.probability.map_or(1.0, f64::recip))
            .collect();
        let alpha = ALPHA / self.about.primary.len().max(1) as f64;
        let sizes: Vec<usize> = sizes.into_values().collect();
        let metrics = ASSUMED
            .iter()
            .map(|one| one.precision(&sizes, &weights, alpha));
        Precision {
            half,
            tasks: rows.len(),
            occupations: sizes.len(),
            metrics: metrics.collect(),
        }
    }
}

impl Assumed {
    fn precision(&self, sizes: &[usize], weights: &[f64], alpha: f64) -> MetricPrecision {
        let n = weights.len() as f64;
        let (sum, squares) = (
            weights.iter().sum::<f64>(),
            weights.iter().map(|w| w * w).sum::<f64>(),
        );
        let unequal = n * squares / (sum * sum);
        let pairs = sizes
            .iter()
            .map(|b| (b * b.saturating_sub(1)) as f64)
            .sum::<f64>()
            / n;
        let error = |(sd, icc): (f64, f64)| sd * (unequal * (1.0 + icc * pairs) / n).sqrt();
        let free = sizes.len() as f64 / unequal - 1.0;
        let known = sizes.len() >= LEAST_OCCUPATIONS && free > 0.0;
        let t = t_critical_value(LEVEL, free).filter(|_| known);
        MetricPrecision {
            metric: self.metric,
            half_width: t.map(|t| t * error(self.one)),
            difference: known
                .then(|| power::mde_t(error(self.difference), free, alpha, POWER))
                .flatten(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{HEAD, TOML, row, set};
    use super::*;

    #[test]
    fn an_interval_is_as_wide_as_the_formula_says() {
        // 100 occupations of one task each: no pairs. t(.975, 99) = 1.984217, SE = .474/10; (1.984217 + .845218) · .0441 (R: qt).
        let rows: String = (0..100)
            .map(|n| row(&format!("o{n}"), &format!("t{n}"), "E0", "dev"))
            .collect();
        let alone = set(&format!("{HEAD}{rows}")).unwrap().precision(Half::Dev);
        assert_eq!((alone.tasks, alone.occupations), (100, 100));
        let accuracy = &alone.metrics[0];
        assert!((accuracy.half_width.unwrap() - 1.984_217 * 0.0474).abs() < 1e-6);
        assert!((accuracy.difference.unwrap() - (1.984_217 + 0.845_218) * 0.0441).abs() < 1e-5);
        // The same 100 tasks in 10 occupations: d = 1 + .115 · 9, and t(.975, 9) = 2.262157.
        let rows: String = (0..100)
            .map(|n| row(&format!("o{}", n % 10), &format!("t{n}"), "E0", "dev"))
            .collect();
        let together = set(&format!("{HEAD}{rows}")).unwrap().precision(Half::Dev);
        let expected = 2.262_157 * 0.0474 * (1.0_f64 + 0.115 * 9.0).sqrt();
        assert!((together.metrics[0].half_width.unwrap() - expected).abs() < 1e-6);
    }

    #[test]
    fn with_more_figures_that_count_each_has_to_show_more() {
        // Of two, each is tested at .025: (t(.9875, 99) + .845218) · .0441 with 2.276003 (R: qt).
        let rows: String = (0..100)
            .map(|n| row(&format!("o{n}"), &format!("t{n}"), "E0", "dev"))
            .collect();
        let toml = TOML.replace("exposure.kappa\"", "exposure.kappa\", \"exposure.mae\"");
        let gold = format!("{HEAD}{rows}");
        let two = Set::read("eval/small", &toml, gold.as_bytes()).unwrap();
        let found = two.precision(Half::Dev).metrics[0].difference.unwrap();
        assert!(
            (found - (2.276_003 + 0.845_218) * 0.0441).abs() < 1e-4,
            "{found}"
        );
    }

    #[test]
    fn one_occupation_shows_nothing_of_others() {
        let rows: String = (0..9)
            .map(|n| row("o", &format!("t{n}"), "E0", "dev"))
            .collect();
        let set = set(&format!("{HEAD}{rows}")).unwrap();
        for half in Half::ALL {
            let found = set.precision(half).metrics;
            assert!(
                found
                    .iter()
                    .all(|one| one.half_width.is_none() && one.difference.is_none())
            );
        }
    }
}
