//! The mean of an occupation, or of any list of tasks, with the error of its calibration.

use super::design_weights::DesignWeights;
use super::icc1::{Icc1, weighted_icc1};
use super::linear::Linear;
use super::working::{Cells, Fit, Points};
use crate::stats::dist::t_critical;
use crate::stats::moments::mean;
use crate::stats::{Clusters, Estimate};

/// A calibrated mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GregMean {
    /// The mean of the calibrated scores, point ± t(G − 1)·se, not cut to the scale; with design weights t has the degrees of
    /// freedom of as many occupations as theirs are worth. `n` is the number of gold tasks.
    pub estimate: Estimate,
    /// √(calibration_se² + residual_se²).
    pub se: f64,
    /// Error of the calibration at these tasks: it shrinks with gold only, never with tasks or raters.
    pub calibration_se: f64,
    /// What the tasks' own residuals add: it shrinks with tasks, and with occupations.
    pub residual_se: f64,
    /// Number of tasks averaged.
    pub tasks: usize,
    /// Number of occupations with gold, G.
    pub gold_occupations: usize,
    /// How alike the gold residuals of an occupation are.
    pub icc: Icc1,
}

/// The generalised difference estimator (Cochran 1977; Särndal, Swensson & Wretman 1992) for many sets of tasks: their
/// mean score by a model that was fitted on gold once.
///
/// Var = jackknife variance of that mean, leaving out one gold occupation at a time (Tukey 1958; with clusters "CR3", Bell &
/// McCaffrey 2002) + σ²[ρ Σ_o w_o² + (1 − ρ) Σ w²], with σ the root mean square of the residuals left out, ρ their shrunk
/// [`icc1`], w the weights of the tasks, which sum to 1, and w_o the sum of those from occupation o. The factor 1 − n/N of a
/// finite list is left out, because gold is noisy. The fits without an occupation are shared by all sets.
///
/// It assumes that gold is a random sample of what the sets are from, or that each gold task counts by the inverse of its
/// probability of being drawn ([`DesignWeights`]): then the difference is the ratio Σw(g − ŷ)/Σw (Hájek 1971), which is that of
/// Horvitz & Thompson where the weights add up to the number of tasks, and σ and ρ are weighted, too.
pub struct Greg<'a> {
    fit: &'a Fit,
    gold: Clusters,
    icc: Icc1,
    points: Points,
    sets: Vec<Spread>,
}

/// What the residuals of a set's tasks depend on.
struct Spread {
    tasks: usize,
    occupations: f64,
    weights: f64,
}

impl<'a> Greg<'a> {
    /// For a model and the occupations of its gold tasks. `None` with gold in fewer than two occupations, or another number
    /// of tasks.
    pub fn new(fit: &'a Fit, gold: Clusters) -> Option<Self> {
        let icc = weighted_icc1(&fit.residuals, &gold, &fit.counts)?;
        (gold.count() > 1).then(|| Self {
            fit,
            gold,
            icc,
            points: Points::new(fit),
            sets: Vec::new(),
        })
    }

    /// Adds a set: the ratings of its tasks, their weights, and the occupation of each. Every task has a rating.
    pub fn push(&mut self, tasks: &[(&Cells, f64)], occupations: &Clusters) {
        let all: f64 = tasks.iter().map(|(_, weight)| weight).sum();
        let shares: Vec<(&Cells, f64)> = tasks
            .iter()
            .map(|(cells, weight)| (*cells, weight / all))
            .collect();
        let weights: Vec<f64> = shares.iter().map(|(_, weight)| *weight).collect();
        let square = |weights: &[f64]| weights.iter().map(|w| w * w).sum();
        self.sets.push(Spread {
            tasks: tasks.len(),
            occupations: square(&occupations.sums(&weights)),
            weights: square(&weights),
        });
        self.points.push(self.fit, &shares);
    }

    /// The mean of each set, in their order; `None` for a set without tasks. `None` for all where a fit without one of the
    /// gold occupations fails.
    pub fn means(&self, level: f64) -> Option<Vec<Option<GregMean>>> {
        let by_fit = self.fit.at(&self.points, &self.gold)?;
        let (all, without) = by_fit.split_first()?;
        let groups = self.gold.count();
        // What a few heavy occupations tell is no more certain for many light ones beside them; two are known to differ.
        let worth = self.fit.counts.effective_clusters(&self.gold);
        let t = t_critical(level, (worth - 1.0).max(1.0))?;
        let of_set = |(place, set): (usize, &Spread)| {
            let point = *all.get(place).filter(|_| set.tasks > 0)?;
            let without: Vec<f64> = without
                .iter()
                .map(|fit| fit.get(place).copied())
                .collect::<Option<_>>()?;
            let calibration_se = jackknife_se(&without)?;
            let rho = self.icc.shrunk;
            let alike = rho * set.occupations + (1.0 - rho) * set.weights;
            let residual_se = self.fit.residual_sd * alike.sqrt();
            let se = calibration_se.hypot(residual_se);
            Some(GregMean {
                estimate: Estimate {
                    point,
                    low: point - t * se,
                    high: point + t * se,
                    n: self.fit.n(),
                },
                se,
                calibration_se,
                residual_se,
                tasks: set.tasks,
                gold_occupations: groups,
                icc: self.icc,
            })
        };
        Some(self.sets.iter().enumerate().map(of_set).collect())
    }
}

/// √((G − 1)/G Σ (θ₍₋c₎ − θ̄)²).
fn jackknife_se(without: &[f64]) -> Option<f64> {
    let middle = mean(without)?;
    let groups = without.len() as f64;
    let squares: f64 = without.iter().map(|value| (value - middle).powi(2)).sum();
    Some((squares * (groups - 1.0) / groups).sqrt())
}

/// [`Greg`] for one set of equally weighted tasks and the calibrated mean: `of_set` marks them. All lists run over all tasks,
/// `occupations` too; tasks without a score do not count. `None`, too, with too little gold, or lists of different lengths.
pub fn greg_mean(
    scores: &[Option<f64>],
    gold: &[Option<f64>],
    occupations: &Clusters,
    of_set: &[bool],
    level: f64,
) -> Option<GregMean> {
    let n = occupations.units();
    if [scores.len(), gold.len(), of_set.len()]
        .iter()
        .any(|&len| len != n)
    {
        return None;
    }
    let scored = |unit: usize| scores.get(unit).copied().flatten();
    let labeled = |unit: &usize| scored(*unit).and(gold.get(*unit).copied().flatten());
    let (rows, golds): (Vec<_>, Vec<f64>) = (0..n)
        .filter_map(|unit| Some((vec![scored(unit)], labeled(&unit)?)))
        .unzip();
    let fit = Fit::linear(Linear::calibrated(&rows, &golds, &DesignWeights::equal())?)?;
    let mut greg = Greg::new(&fit, occupations.only(|unit| labeled(&unit).is_some()))?;
    let chosen = |unit: usize| of_set.get(unit) == Some(&true) && scored(unit).is_some();
    let cells: Vec<Cells> = (0..n)
        .filter(|&unit| chosen(unit))
        .map(|unit| Cells {
            values: vec![scored(unit)],
            labels: Vec::new(),
        })
        .collect();
    let tasks: Vec<(&Cells, f64)> = cells.iter().map(|cells| (cells, 1.0)).collect();
    greg.push(&tasks, &occupations.only(chosen));
    greg.means(level)?.pop()?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::Rng;
    use crate::stats::simulate;

    #[test]
    fn a_shift_of_singletons_by_hand() {
        // Gold minus score 1, 2, 6 in three occupations: shift 3, jackknife SE = s/√3 = √(7/3). The set is one task of score
        // 10; the residuals left out are (1 − 4, 2 − 3.5, 6 − 1.5), the prior alone says ρ = .1, which one task does not feel.
        let scores = [Some(0.0), Some(1.0), Some(2.0), Some(10.0)];
        let gold = [Some(1.0), Some(3.0), Some(8.0), None];
        let set = [false, false, false, true];
        let found = greg_mean(&scores, &gold, &Clusters::of([0, 1, 2, 3]), &set, 0.9).unwrap();
        assert!((found.estimate.point - 13.0).abs() < 1e-12);
        assert!((found.calibration_se - (7.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert!((found.residual_se - ((9.0 + 2.25 + 20.25) / 3.0_f64).sqrt()).abs() < 1e-12);
        assert_eq!(
            (found.gold_occupations, found.tasks, found.icc.raw),
            (3, 1, None)
        );
    }

    #[test]
    fn gold_of_one_occupation_says_nothing_of_others() {
        let scores = [Some(0.0), Some(1.0), Some(2.0)];
        let gold = [Some(1.0), Some(3.0), None];
        let occupations = Clusters::of([0, 0, 1]);
        assert_eq!(
            greg_mean(&scores, &gold, &occupations, &[true; 3], 0.9),
            None
        );
        assert_eq!(
            greg_mean(&scores, &gold, &occupations, &[true; 2], 0.9),
            None
        );
        let two = [Some(1.0), Some(2.0), Some(3.0)];
        assert_eq!(
            greg_mean(&scores, &two, &occupations, &[false; 3], 0.9),
            None
        );
    }

    /// The promise: of 400 simulated samples about 90 % cover the true mean of the occupation, though raters share a bias
    /// and occupations have residuals of their own.
    #[test]
    fn it_covers_what_it_promises() {
        let mut rng = Rng::new(20);
        let mut noise = |sd: f64| simulate::noise(&mut rng, sd);
        let mut covered = 0;
        for _ in 0..400 {
            let (mut scores, mut gold, mut keys, mut truth) = (vec![], vec![], vec![], 0.0);
            for occupation in 0..40 {
                let own = noise(3.0);
                for task in 0..10 {
                    let value = 50.0 + noise(15.0);
                    scores.push(Some(45.0 + 0.8 * (value - 45.0) + 8.0 + own + noise(9.0)));
                    gold.push((occupation > 0 && task < 2).then(|| value + noise(5.0)));
                    keys.push(occupation);
                    truth += if occupation == 0 { value / 10.0 } else { 0.0 };
                }
            }
            let set: Vec<bool> = keys.iter().map(|&key| key == 0).collect();
            let found = greg_mean(&scores, &gold, &Clusters::of(keys), &set, 0.9).unwrap();
            covered += usize::from(found.estimate.low <= truth && truth <= found.estimate.high);
        }
        let share = covered as f64 / 400.0;
        assert!((0.86..=0.97).contains(&share), "{share}");
    }
}
