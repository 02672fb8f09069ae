//! The mean of an occupation, or of any list of tasks, with the error of its calibration.

use super::calibrate::{self, Calibration, slope_weight};
use super::icc1::{Icc1, icc1};
use crate::stats::dist::t_critical;
use crate::stats::moments::mean;
use crate::stats::{Clusters, Estimate};

/// A calibrated mean.
#[derive(Debug, Clone, PartialEq)]
pub struct GregMean {
    /// The mean of the calibrated scores, point ± t(G − 1)·se, not cut to the scale. `n` is the number of gold tasks.
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
    /// The calibration.
    pub calibration: Calibration,
    /// How alike the gold residuals of an occupation are.
    pub icc: Icc1,
}

/// The generalised difference estimator (Cochran 1977; Särndal, Swensson & Wretman 1992): the mean over `of_set` of scores
/// calibrated on gold. All lists run over all tasks, `occupations` too; tasks without a score do not count.
///
/// Var = jackknife variance of the calibrated mean, leaving out one gold occupation at a time (Tukey 1958; with clusters
/// "CR3", Bell & McCaffrey 2002) + σ²[ρ Σ_o (M_o/M)² + (1 − ρ)/M], with σ the root mean square of the residuals left out,
/// ρ their shrunk [`icc1`], M_o of the M tasks from occupation o. The factor 1 − n/N of a finite list is left out, because
/// gold is noisy. `None` with gold in fewer than two occupations, too little gold without one of them, no task in the set,
/// or lists of different lengths.
///
/// It assumes that gold is a random sample of what the set is from.
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
    let labeled: Vec<(f64, f64)> = scores
        .iter()
        .zip(gold)
        .filter_map(|(s, g)| s.zip(*g))
        .collect();
    let both = |unit: usize| {
        matches!(
            (scores.get(unit), gold.get(unit)),
            (Some(Some(_)), Some(Some(_)))
        )
    };
    let clusters = occupations.only(both);
    let chosen =
        |unit: usize| of_set.get(unit) == Some(&true) && matches!(scores.get(unit), Some(Some(_)));
    let set = occupations.only(chosen);
    let wanted = scores.iter().zip(of_set).filter(|&(_, &chosen)| chosen);
    let centre = mean(&wanted.filter_map(|(score, _)| *score).collect::<Vec<f64>>())?;

    let weight = slope_weight(labeled.len());
    let calibration = fit(labeled.iter(), weight)?;
    let point = calibration.predict(centre);
    let calibration_se = jackknife_se(&labeled, &clusters, weight, centre)?;
    let icc = icc1(&calibration.residuals, &clusters)?;
    let tasks = set.units() as f64;
    let shares: f64 = set
        .sizes()
        .iter()
        .map(|&size| (size as f64 / tasks).powi(2))
        .sum();
    let alike = icc.shrunk * shares + (1.0 - icc.shrunk) / tasks;
    let residual_se = calibration.residual_sd * alike.sqrt();
    let se = calibration_se.hypot(residual_se);
    let half = t_critical(level, (clusters.count() - 1) as f64)? * se;
    Some(GregMean {
        estimate: Estimate {
            point,
            low: point - half,
            high: point + half,
            n: calibration.n,
        },
        se,
        calibration_se,
        residual_se,
        tasks: set.units(),
        gold_occupations: clusters.count(),
        calibration,
        icc,
    })
}

fn fit<'a>(rows: impl Iterator<Item = &'a (f64, f64)>, weight: f64) -> Option<Calibration> {
    let (scores, gold): (Vec<f64>, Vec<f64>) = rows.copied().unzip();
    calibrate::fit(&scores, &gold, weight)
}

/// √((G − 1)/G Σ (θ₍₋c₎ − θ̄)²) of the calibrated score at `centre`.
fn jackknife_se(
    labeled: &[(f64, f64)],
    clusters: &Clusters,
    weight: f64,
    centre: f64,
) -> Option<f64> {
    let groups = clusters.count();
    if groups < 2 {
        return None;
    }
    let without: Vec<f64> = (0..groups)
        .map(|out| {
            let rows = labeled.iter().zip(clusters.of_units());
            let kept = rows
                .filter(|&(_, &cluster)| cluster != out)
                .map(|(row, _)| row);
            Some(fit(kept, weight)?.predict(centre))
        })
        .collect::<Option<_>>()?;
    let middle = mean(&without)?;
    let squares: f64 = without.iter().map(|value| (value - middle).powi(2)).sum();
    Some((squares * (groups - 1) as f64 / groups as f64).sqrt())
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
