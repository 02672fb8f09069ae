//! A mean difference over tasks that are in both runs, with its interval, its test and what it could have shown.

use crate::ratings::Sum;
use crate::stats::Clusters;
use crate::stats::inference::{
    Adjustment, ClusteredMean, DesignWeights, Flips, adjust, power::mde_t, sign_flip,
    weighted_clustered_mean,
};
use serde::Serialize;

/// Coverage of the intervals.
pub const LEVEL: f64 = 0.95;
/// A change is called one where its p, adjusted for the number of tests, is at most this.
pub const ALPHA: f64 = 0.05;
/// The chance of finding a change as large as the MDE.
pub const POWER: f64 = 0.8;
/// With fewer tasks (over several occupations: with fewer of them) no difference can be told from chance: of n signs, two in
/// 2^n patterns are all alike, more than [`ALPHA`] for five.
pub const FEWEST: usize = 6;
/// Patterns that are drawn where there are too many to go through all.
const SEED: u64 = 20_26;
/// Below this a standard error is rounding.
const ROUNDING: f64 = 1e-9;

/// What can be said of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The adjusted p is at most [`ALPHA`], and the interval, where there is one, excludes 0.
    Moved,
    /// It is not: whatever changed cannot be told from chance.
    NotDetectable,
    /// No task has another value.
    Unchanged,
    /// There are fewer than [`FEWEST`] tasks or occupations, so that there is no test.
    TooFew,
    /// The values are made otherwise in both runs: that they differ says nothing of the ratings, so that there is no test.
    ReconciledOtherwise,
}

impl Verdict {
    /// Its name in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::NotDetectable => "no detectable change",
            Self::Unchanged => "unchanged",
            Self::TooFew => "too few to tell",
            Self::ReconciledOtherwise => "reconciled otherwise",
        }
    }
}

/// The mean of paired differences, in points of the 0–100 score. Each task counts once, unless it stands for others by the draw
/// that it is from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Number of tasks.
    pub n: usize,
    /// Number of occupations they belong to.
    pub occupations: usize,
    /// Mean before.
    pub before: Option<f64>,
    /// Mean after.
    pub after: Option<f64>,
    /// Mean of the differences; `None` without a task.
    pub mean: Option<f64>,
    /// Lower end of the interval.
    pub low: Option<f64>,
    /// Upper end of the interval.
    pub high: Option<f64>,
    /// What the interval is, or why there is none.
    pub interval: &'static str,
    /// Two-sided p of no change; `None` with too few.
    pub p: Option<f64>,
    /// Which test gave it.
    pub test: Option<&'static str>,
    /// The same, adjusted for the number of tests of its family.
    pub adjusted_p: Option<f64>,
    /// What can be said of it.
    pub verdict: Verdict,
    /// The smallest mean difference that would be found with a chance of [`POWER`] at the level [`ALPHA`], before adjustment;
    /// `None` with too few.
    pub mde: Option<f64>,
}

/// The interval over tasks.
pub const OVER_TASKS: &str = "95 % t interval over tasks";
/// The interval over occupations.
pub const OVER_OCCUPATIONS: &str = "95 % t interval over tasks clustered by occupation (CR1)";

impl Difference {
    /// Of the tasks of one occupation, as (before, after): mean ± t(n − 1) · s/√n.
    ///
    /// p is that of the paired t test, and never smaller than 2^(1 − n), the smallest that n signs can give: few tasks on
    /// few levels easily differ all alike, of which the t test is too sure.
    pub(super) fn over_tasks(pairs: &[(f64, f64)]) -> Self {
        Self::over_drawn_tasks(pairs, &DesignWeights::equal())
    }

    fn over_drawn_tasks(pairs: &[(f64, f64)], weights: &DesignWeights) -> Self {
        let tasks = Clusters::singletons(pairs.len());
        Self::of(pairs, weights, &tasks, usize::from(!pairs.is_empty()))
    }

    /// Of tasks of several occupations: clustered by them, mean ± t(G − 1) · CR1; p is that of flipping the signs of whole
    /// occupations. Of one occupation, [`over_tasks`](Self::over_tasks).
    pub(super) fn over_occupations(pairs: &[(f64, f64)], occupations: &Clusters) -> Self {
        Self::over_drawn(pairs, &DesignWeights::equal(), occupations)
    }

    /// The same of tasks that were not drawn alike: means and errors are of the values times their weights, and what is flipped
    /// is the sign of an occupation's weighted sum.
    pub(crate) fn over_drawn(
        pairs: &[(f64, f64)],
        weights: &DesignWeights,
        occupations: &Clusters,
    ) -> Self {
        match occupations.count() {
            0 | 1 => Self::over_drawn_tasks(pairs, weights),
            groups => Self::of(pairs, weights, occupations, groups),
        }
    }

    fn of(
        pairs: &[(f64, f64)],
        weights: &DesignWeights,
        clusters: &Clusters,
        occupations: usize,
    ) -> Self {
        let differences: Vec<f64> = pairs.iter().map(|(was, is)| is - was).collect();
        let unchanged = differences.iter().all(|one| one.abs() < ROUNDING);
        let mean = |values: Vec<f64>| match weights.are_equal() {
            true => mean(values.into_iter()),
            false => weights.mean(&values),
        };
        let found = weighted_clustered_mean(&differences, weights, clusters, LEVEL);
        let spread = found.filter(|found| found.se_cr1 > ROUNDING);
        let interval = match (&spread, pairs.len()) {
            (Some(_), _) if occupations > 1 => OVER_OCCUPATIONS,
            (Some(_), _) => OVER_TASKS,
            (None, 0) => "none: no task in both that reads the same",
            (None, 1) => "none: one task",
            (None, _) if unchanged => "none: no task changed",
            (None, _) => "none: all changed alike",
        };
        let units = clusters.count();
        let (p, test) = match (units < FEWEST, unchanged) {
            (true, _) => (None, None),
            (_, true) => (Some(1.0), None),
            _ => p(
                &differences,
                weights,
                clusters,
                occupations,
                spread.as_ref(),
            ),
        };
        let mde = |found: ClusteredMean| mde_t(found.se_cr1, (units - 1) as f64, ALPHA, POWER);
        Self {
            n: pairs.len(),
            occupations,
            before: mean(pairs.iter().map(|pair| pair.0).collect()),
            after: mean(pairs.iter().map(|pair| pair.1).collect()),
            mean: mean(differences),
            low: spread.as_ref().map(|found| found.t.low),
            high: spread.as_ref().map(|found| found.t.high),
            interval,
            p,
            test,
            adjusted_p: None,
            verdict: match (unchanged && !pairs.is_empty(), units < FEWEST) {
                (true, _) => Verdict::Unchanged,
                (_, true) => Verdict::TooFew,
                _ => Verdict::NotDetectable,
            },
            mde: spread.filter(|_| units >= FEWEST).and_then(mde),
        }
    }

    /// The same of values that are made otherwise: what changed is not tested.
    pub(super) fn untested_if(self, made_otherwise: bool) -> Self {
        if !made_otherwise || self.n == 0 || self.verdict == Verdict::Unchanged {
            return self;
        }
        Self {
            p: None,
            test: None,
            verdict: Verdict::ReconciledOtherwise,
            mde: None,
            ..self
        }
    }

    /// Adjusts the p-values of a family of tests (Benjamini & Hochberg 1995) and calls what is left a change, if its interval
    /// says no other; the number of tests in it.
    pub(crate) fn adjust<'a>(family: impl Iterator<Item = &'a mut Self>) -> usize {
        let family: Vec<&mut Self> = family.filter(|one| one.p.is_some()).collect();
        let p: Vec<Option<f64>> = family.iter().map(|one| one.p).collect();
        let adjusted = adjust(&p, Adjustment::BenjaminiHochberg).unwrap_or_default();
        let tests = family.len();
        for (one, adjusted) in family.into_iter().zip(adjusted) {
            one.adjusted_p = adjusted;
            if adjusted.is_some_and(|p| p <= ALPHA) && one.excludes_zero() {
                one.verdict = Verdict::Moved;
            }
        }
        tests
    }

    /// Whether 0 lies outside the interval; where all changed alike there is none to contradict.
    fn excludes_zero(&self) -> bool {
        self.low
            .zip(self.high)
            .is_none_or(|(low, high)| low > 0.0 || high < 0.0)
    }
}

/// The p of differences that are not all 0, and the name of its test.
fn p(
    differences: &[f64],
    weights: &DesignWeights,
    clusters: &Clusters,
    occupations: usize,
    spread: Option<&ClusteredMean>,
) -> (Option<f64>, Option<&'static str>) {
    if occupations > 1 {
        let counted = differences.iter().enumerate();
        let counted: Vec<f64> = counted.map(|(n, by)| weights.at(n) * by).collect();
        let flipped = sign_flip(&counted, clusters, Flips::seeded(SEED));
        return (
            flipped.map(|flipped| flipped.p_two_sided),
            Some("sign flips of occupations"),
        );
    }
    let least = 0.5_f64.powi(i32::try_from(differences.len() - 1).unwrap_or(i32::MAX));
    let t = spread.and_then(|found| found.p).unwrap_or(0.0);
    (Some(t.max(least)), Some("paired t, at least 2^(1-n)"))
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut n) = (Sum::default(), 0_usize);
    for value in values {
        sum.add(value);
        n += 1;
    }
    (n > 0).then(|| sum.value() / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: Option<f64>, b: f64) {
        assert!(a.is_some_and(|a| (a - b).abs() < 1e-9), "{a:?} {b}");
    }

    #[test]
    fn six_tasks_by_hand() {
        // Differences 1, 2, 3, 4, 5, 9: mean 4, s² = (9 + 4 + 1 + 0 + 1 + 25) / 5 = 8, se = √(8/6); t(5; .975) = 2.570582.
        let pairs = [1.0, 2.0, 3.0, 4.0, 5.0, 9.0].map(|by| (10.0, 10.0 + by));
        let found = Difference::over_tasks(&pairs);
        near(found.mean, 4.0);
        near(found.before, 10.0);
        near(found.after, 14.0);
        let se = (8.0_f64 / 6.0).sqrt();
        near(found.low, 4.0 - 2.570_581_835_636_314 * se);
        near(found.high, 4.0 + 2.570_581_835_636_314 * se);
        // t = 3.464 with 5 degrees of freedom has p = .018; six signs could give 2 / 64 at best.
        near(found.p, 0.031_25);
        assert_eq!((found.n, found.occupations), (6, 1));
        assert_eq!(found.verdict, Verdict::NotDetectable);
        // (2.570582 + 0.919544) · 1.154701
        assert!((found.mde.unwrap() - 4.030_05).abs() < 1e-3);
        // Of five nothing can be told, and the interval is still what it is.
        let five = Difference::over_tasks(&pairs[1..]);
        assert_eq!(
            (five.p, five.mde, five.verdict),
            (None, None, Verdict::TooFew)
        );
        assert_eq!(five.interval, OVER_TASKS);
    }

    #[test]
    fn what_has_no_interval_says_why() {
        let of = Difference::over_tasks;
        let none = of(&[]);
        assert_eq!(
            (none.mean, none.p, none.verdict),
            (None, None, Verdict::TooFew)
        );
        let one = of(&[(1.0, 4.0)]);
        assert_eq!((one.interval, one.mean), ("none: one task", Some(3.0)));
        assert_eq!((one.low, one.p, one.mde), (None, None, None));
        let same = of(&[(1.0, 1.0); 6]);
        assert_eq!(
            (same.interval, same.p),
            ("none: no task changed", Some(1.0))
        );
        assert_eq!(same.verdict, Verdict::Unchanged);
        assert_eq!(of(&[(1.0, 1.0)]).verdict, Verdict::Unchanged);
        // Six equal differences: two of the 64 patterns of signs are as far from 0.
        let alike = of(&[(0.0, 50.0); 6]);
        assert_eq!(
            (alike.interval, alike.p),
            ("none: all changed alike", Some(0.031_25))
        );
        assert_eq!((alike.low, alike.mde), (None, None));
    }

    #[test]
    fn occupations_are_the_units_over_several() {
        // Cluster sums 1 + 3 and 5 + 7, mean 4; errors −3, −1, 1, 3, sums −4 and 4: CR1 = √32 / 4 · √2 = 2.
        let pairs = [(0.0, 1.0), (0.0, 3.0), (0.0, 5.0), (0.0, 7.0)];
        let found = Difference::over_occupations(&pairs, &Clusters::of([0, 0, 1, 1]));
        near(found.mean, 4.0);
        // t(1; .975) = 12.706205
        near(found.high, 4.0 + 2.0 * 12.706_204_736_174_7);
        assert_eq!((found.occupations, found.verdict), (2, Verdict::TooFew));
        // Six occupations that rose: 2 of 64 patterns are as far.
        let pairs = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0].map(|by| (0.0, by));
        let found = Difference::over_occupations(&pairs, &Clusters::of(0..6));
        assert_eq!(
            (found.p, found.interval),
            (Some(0.031_25), OVER_OCCUPATIONS)
        );
    }

    #[test]
    fn a_task_that_stands_for_nine_counts_nine_times() {
        // Of each of six occupations a task of probability .9 that rose by 1 and one of .1 that fell by 1: weights 10/9 and 10,
        // sums 10/9 − 10 in each, mean −(90 − 10)/(90 + 10) = −.8. Counted alike the mean is 0.
        let pairs: Vec<(f64, f64)> = (0..12)
            .map(|n| (5.0, if n % 2 == 0 { 6.0 } else { 4.0 }))
            .collect();
        let weights = DesignWeights::of((0..12).map(|n| if n % 2 == 0 { 0.9 } else { 0.1 }));
        let occupations = Clusters::of((0..12).map(|n| n / 2));
        let found = Difference::over_drawn(&pairs, &weights.unwrap(), &occupations);
        near(found.mean, -0.8);
        near(found.after, 4.2);
        // All six sums are equal: two of the 64 patterns are as far.
        near(found.p, 0.031_25);
        near(Difference::over_occupations(&pairs, &occupations).mean, 0.0);
    }

    #[test]
    fn a_family_is_adjusted_together() {
        let strong: Vec<(f64, f64)> = (0..12).map(|n| (0.0, 20.0 + f64::from(n % 3))).collect();
        let weak = [1.0, -1.0, 2.0, -2.0, 3.0, 0.0].map(|by| (0.0, by));
        let mut family = [
            Difference::over_tasks(&strong),
            Difference::over_tasks(&weak),
            Difference::over_tasks(&[]),
        ];
        assert_eq!(Difference::adjust(family.iter_mut()), 2);
        assert_eq!(family[0].verdict, Verdict::Moved);
        // The smallest of two: twice 2^-11.
        near(family[0].adjusted_p, 2.0 * 0.5_f64.powi(11));
        assert_eq!(family[1].verdict, Verdict::NotDetectable);
        assert_eq!(family[2].adjusted_p, None);
    }
}
