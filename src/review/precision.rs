//! How many labels buy which precision.
//!
//! With σ the SD of the residuals of the calibrated panel on a task (the error of the human label is in it), ρ their
//! correlation within an occupation and n labelled tasks, the formulae are those of [`Greg`](crate::stats::inference::Greg),
//! with the expected error of its calibration in place of the jackknife's:
//!
//! ```text
//! Var(calibration)     = σ² · u · d / n          d = 1 + ρ Σ_o E[b_o (b_o − 1)] / n,  u = n Σ_h (N_h/N)² / n_h
//! Var(all tasks)       = Var(calibration) + σ² [ρ Σ_o (T_o/T)² + (1 − ρ)/T]
//! Var(occupation of m) = Var(calibration) + σ² [ρ + (1 − ρ)/m]
//! Var(two prompts)     = σ_d² · u · d_d / n
//! ```
//!
//! b_o is the number of labels that an occupation of T_o of the T tasks gets when labels are spread evenly along occupations,
//! as [`Draw`](super::Draw) spreads them: the two whole numbers about n T_o/T. u is what strata that are drawn with other
//! chances cost (Kish 1965), N_h and n_h the tasks and labels of stratum h. Half widths are t(G/u − 1) · √Var with G the
//! expected number of occupations with labels, worth G/u that count alike; the smallest difference is (t₁₋α/2 + t_power) · √Var.

use super::draw::Design;
use crate::stats::inference::{power, t_critical_value};
use serde::Serialize;

/// Residual SD of the calibrated mean of two GPT-4 prompts against one human label a task, in points (published labels of
/// Eloundou, Manning, Mishkin & Rock 2024: root mean square .29 on 0–1).
const RESIDUAL_SD: f64 = 29.0;
/// Correlation of those errors within an occupation: .054 and .066 for the two prompts.
const RESIDUAL_ICC: f64 = 0.06;
/// SD over tasks of the difference of two prompts' absolute errors in points, from the same labels: their mean over 9,661
/// tasks of 462 occupations has the standard error .00366 with a design effect of 1.91, so .00366 · √(9661/1.91) = .26.
const PAIRED_SD: f64 = 26.0;
/// The correlation that gives the design effect 1.91 at 9661/462 = 20.9 tasks an occupation: .91/19.9.
const PAIRED_ICC: f64 = 0.046;
/// Test level and power of the comparison of two prompts.
const ALPHA: f64 = 0.05;
const POWER: f64 = 0.8;

/// What is known, or assumed, of the errors of a calibrated panel, in points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Residuals {
    /// σ.
    pub sd: f64,
    /// ρ.
    pub icc: f64,
    /// σ_d of the difference of two prompts' absolute errors on a task.
    pub paired_sd: f64,
    /// Their correlation within an occupation.
    pub paired_icc: f64,
    /// Number of labelled tasks that σ and ρ were measured on; `None` where all are assumptions. σ_d always is one.
    pub measured_on: Option<usize>,
}

impl Residuals {
    /// With fewer labelled tasks than this the residuals of a panel are not measured but guessed.
    pub const LEAST: usize = 10;

    /// Assumptions, from published labels.
    pub const ASSUMED: Self = Self {
        sd: RESIDUAL_SD,
        icc: RESIDUAL_ICC,
        paired_sd: PAIRED_SD,
        paired_icc: PAIRED_ICC,
        measured_on: None,
    };

    /// σ and ρ that gold of a run gave already, in points.
    #[must_use]
    pub fn known(sd: f64, icc: f64, labels: usize) -> Option<Self> {
        (labels >= Self::LEAST && sd > 0.0).then_some(Self {
            sd,
            icc,
            measured_on: Some(labels),
            ..Self::ASSUMED
        })
    }
}

/// The run that labels are for, and how they are drawn from it.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Number of tasks of each occupation; none is 0.
    pub occupations: Vec<usize>,
    /// Number of tasks of each stratum of the design.
    pub strata: Vec<usize>,
    /// How tasks are drawn, whatever their number.
    pub design: Design,
    /// Chance with which an interval holds.
    pub level: f64,
}

/// What a number of labelled tasks buys, in points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Precision {
    /// Labelled tasks.
    pub labels: usize,
    /// Expected number of occupations that they are from.
    pub occupations: usize,
    /// Half the width of the interval of the mean of an occupation with the median number of tasks, none of them labelled.
    pub occupation: Option<f64>,
    /// Half the width of the interval of the mean of all tasks of the run.
    pub set: Option<f64>,
    /// Smallest difference of two prompts' mean absolute errors that a paired test at 5 % finds with power 80 %.
    pub difference: Option<f64>,
    /// Why numbers are missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_none: Option<&'static str>,
}

const LEFT_OUT: &str = "a stratum gets no label: nothing stands for its tasks";
const ONE_OCCUPATION: &str = "labels of one occupation say nothing of others";

impl Target {
    /// Number of tasks of the run.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.occupations.iter().sum()
    }

    /// Number of tasks of an occupation in the middle of their order; of an even number, the upper one.
    #[must_use]
    pub fn median(&self) -> usize {
        let mut sizes = self.occupations.clone();
        sizes.sort_unstable();
        sizes.get(sizes.len() / 2).copied().unwrap_or(0)
    }

    /// What so many labelled tasks buy.
    #[must_use]
    pub fn precision(&self, of: &Residuals, labels: usize) -> Precision {
        let spread = self.spread(labels);
        let groups = spread.occupations as usize;
        let nothing = |why| Precision {
            labels,
            occupations: groups,
            occupation: None,
            set: None,
            difference: None,
            why_none: Some(why),
        };
        let Some(unequal) = self.unequal(labels) else {
            return nothing(LEFT_OUT);
        };
        if groups < 2 {
            return nothing(ONE_OCCUPATION);
        }
        let n = labels as f64;
        let error = |sd: f64, icc: f64| sd * sd * unequal * (1.0 + icc * spread.pairs / n) / n;
        let calibration = error(of.sd, of.icc);
        let (tasks, own) = (self.tasks() as f64, self.median() as f64);
        let shares = self.occupations.iter().map(|&own| own as f64 / tasks);
        let shares: f64 = shares.map(|share| share * share).sum();
        let rest =
            |alike: f64, tasks: f64| of.sd * of.sd * (of.icc * alike + (1.0 - of.icc) / tasks);
        // As `Greg` has it: two are known to differ, whatever their weights.
        let free = (groups as f64 / unequal - 1.0).max(1.0);
        let t = t_critical_value(self.level, free);
        let half = |variance: f64| Some(t? * variance.sqrt());
        let apart = error(of.paired_sd, of.paired_icc).sqrt();
        Precision {
            occupation: half(calibration + rest(1.0, own)),
            set: half(calibration + rest(shares, tasks)),
            difference: power::mde_t(apart, free, ALPHA, POWER),
            why_none: None,
            ..nothing("")
        }
    }

    /// The fewest labelled tasks with which a number of their precision is at most so many points. `None` where not even all
    /// tasks are enough.
    #[must_use]
    pub fn wanted(
        &self,
        of: &Residuals,
        points: f64,
        number: fn(&Precision) -> Option<f64>,
    ) -> Option<usize> {
        let enough = |labels: usize| {
            let found = number(&self.precision(of, labels));
            found.is_some_and(|found| found <= points)
        };
        let (mut low, mut high) = (1, self.tasks());
        enough(high).then_some(())?;
        while high - low > 1 {
            let middle = usize::midpoint(low, high);
            match enough(middle) {
                true => high = middle,
                false => low = middle,
            }
        }
        Some(high)
    }

    /// u. `None` where a stratum with tasks has no label.
    fn unequal(&self, labels: usize) -> Option<f64> {
        let design = Design {
            tasks: labels,
            ..self.design
        };
        let drawn = design.sizes(&self.strata).ok()?;
        let strata = self
            .strata
            .iter()
            .zip(&drawn)
            .filter(|(tasks, _)| **tasks > 0);
        let (mut sum, mut n, mut all) = (0.0, 0, 0);
        for (&tasks, &drawn) in strata {
            (drawn > 0).then_some(())?;
            sum += (tasks * tasks) as f64 / drawn as f64;
            n += drawn;
            all += tasks;
        }
        (all > 0).then(|| sum * n as f64 / (all * all) as f64)
    }

    fn spread(&self, labels: usize) -> Spread {
        let share = labels as f64 / self.tasks().max(1) as f64;
        let mut spread = Spread::default();
        for &tasks in &self.occupations {
            let expected = share * tasks as f64;
            let (whole, more) = (expected.floor(), expected.fract());
            spread.occupations += expected.min(1.0);
            // `whole` labels, with the chance `more` one more.
            spread.pairs += whole * (whole - 1.0) + 2.0 * whole * more;
        }
        // But for rounding, whole numbers are whole.
        spread.occupations += 1e-9;
        spread
    }
}

/// How labels lie in occupations.
#[derive(Default)]
struct Spread {
    /// Expected number of occupations with a label.
    occupations: f64,
    /// Expected number of ordered pairs of labels of one occupation.
    pairs: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::Clusters;
    use crate::stats::inference::greg_mean;
    use crate::stats::rng::Rng;

    /// 30 occupations of ten tasks, drawn alike.
    fn target() -> Target {
        Target {
            occupations: vec![10; 30],
            strata: vec![300],
            design: Design {
                tasks: 0,
                contested: 0.0,
                double: 0.0,
                seed: 1,
            },
            level: 0.9,
        }
    }

    fn near(found: Option<f64>, known: f64) {
        let found = found.unwrap();
        assert!((found - known).abs() < 5e-3 * known, "{found} {known}");
    }

    #[test]
    fn thirty_and_sixty_labels_by_hand() {
        let one = target().precision(&Residuals::ASSUMED, 30);
        assert_eq!((one.occupations, one.why_none), (30, None));
        // One label an occupation: 841/30 = 28.03. All tasks: 841 (.06/30 + .94/300) = 4.317, t(29) = 1.699.
        near(one.set, 1.699 * (28.033_f64 + 4.317).sqrt());
        // Ten tasks: 841 (.06 + .094) = 129.5.
        near(one.occupation, 1.699 * (28.033_f64 + 129.514).sqrt());
        // 26²/30 = 22.53; t(29) at .975 and .8: 2.045 + .854.
        near(one.difference, 2.899 * 22.533_f64.sqrt());
        // Two labels an occupation: d = 1 + .06 · 30 · 2/60 = 1.06, and 1.046.
        let two = target().precision(&Residuals::ASSUMED, 60);
        near(two.set, 1.699 * (841.0_f64 * 1.06 / 60.0 + 4.317).sqrt());
        near(two.difference, 2.899 * (676.0_f64 * 1.046 / 60.0).sqrt());
        // 45 labels: one or two each, 15 expected pairs in both orders: 30 · (2 · 1 · .5) = 30.
        let odd = target().precision(&Residuals::ASSUMED, 45);
        near(
            odd.set,
            1.699 * (841.0_f64 * (1.0 + 0.06 * 30.0 / 45.0) / 45.0 + 4.317).sqrt(),
        );
    }

    #[test]
    fn the_published_design_effect_comes_out() {
        let all = Target {
            occupations: vec![21; 460],
            strata: vec![9660],
            ..target()
        };
        // Everything labelled: d = 1 + .046 · 20 = 1.92, SE √(676 · 1.92/9660) = .3666, times z .975 and .8.
        let found = all.precision(&Residuals::ASSUMED, 9660);
        near(found.difference, 2.802 * 0.3666);
    }

    #[test]
    fn strata_cost_what_their_weights_do() {
        let half = Target {
            strata: vec![60, 240],
            design: Design {
                contested: 0.5,
                ..target().design
            },
            ..target()
        };
        // 15 of 60 and 15 of 240: u = 30 (60²/15 + 240²/15)/300² = 1.36.
        let found = half.precision(&Residuals::ASSUMED, 30);
        // 30 occupations are worth 30/1.36 = 22.06: t(21.06) = 1.7205.
        near(found.set, 1.7205 * (28.033_f64 * 1.36 + 4.317).sqrt());
        let only = Target {
            design: Design {
                contested: 1.0,
                ..half.design
            },
            ..half
        };
        let found = only.precision(&Residuals::ASSUMED, 30);
        assert_eq!((found.set, found.why_none), (None, Some(LEFT_OUT)));
        assert_eq!(only.wanted(&Residuals::ASSUMED, 90.0, |one| one.set), None);
    }

    #[test]
    fn the_other_way_round() {
        let target = target();
        for half in [6.0, 7.5, 9.0] {
            let labels = target
                .wanted(&Residuals::ASSUMED, half, |one| one.set)
                .unwrap();
            let of = |labels| target.precision(&Residuals::ASSUMED, labels).set.unwrap();
            assert!(
                of(labels) <= half && of(labels - 1) > half,
                "{half} {labels}"
            );
        }
        let wanted = |number| target.wanted(&Residuals::ASSUMED, 10.0, number);
        assert_eq!(target.wanted(&Residuals::ASSUMED, 1.0, |one| one.set), None);
        // The tasks of the occupation itself leave 11.4 · 1.7 points.
        assert_eq!(wanted(|one| one.occupation), None);
        assert!(wanted(|one| one.difference) > wanted(|one| one.set));
        let one = Target {
            occupations: vec![12],
            strata: vec![12],
            ..target
        };
        let found = one.precision(&Residuals::ASSUMED, 10);
        assert_eq!((found.set, found.why_none), (None, Some(ONE_OCCUPATION)));
        assert_eq!(one.median(), 12);
    }

    /// The promise: the error that is planned with is the one that reconciling reports.
    #[test]
    fn it_foretells_the_error_of_the_calibrated_mean() {
        let mut rng = Rng::new(5);
        let mut noise = |sd: f64| {
            let uniform = |rng: &mut Rng| rng.below(1 << 20) as f64 / f64::from(1 << 20);
            sd * ((0..12).map(|_| uniform(&mut rng)).sum::<f64>() - 6.0)
        };
        let (icc, sd) = (0.1, 10.0_f64);
        let (mut sum, draws) = (0.0, 200);
        for _ in 0..draws {
            let (mut scores, mut gold, mut keys) = (vec![], vec![], vec![]);
            for occupation in 0..30 {
                let own = noise(sd * f64::sqrt(icc));
                for task in 0..10 {
                    let score = 50.0 + noise(15.0);
                    let label = score + own + noise(sd * f64::sqrt(1.0 - icc));
                    scores.push(Some(score));
                    gold.push((task < 2).then_some(label));
                    keys.push(occupation);
                }
            }
            let found = greg_mean(&scores, &gold, &Clusters::of(keys), &[true; 300], 0.9).unwrap();
            sum += found.se / f64::from(draws);
        }
        let of = Residuals::known(sd, icc, 60).unwrap();
        let planned = target().precision(&of, 60).set.unwrap() / 1.699;
        assert!((planned / sum - 1.0).abs() < 0.06, "{planned} {sum}");
    }
}
