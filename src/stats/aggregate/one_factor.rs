//! Raters that differ by shift, scale and noise: y_ij = μ_j + λ_j θ_i + e_ij, θ ~ N(0, 1), e_ij ~ N(0, ψ_j).

use super::random_effects::Iterations;
use crate::stats::Table;
use std::f64::consts::PI;

/// What was found of raters and tasks (the congeneric model; Jöreskog 1971).
#[derive(Debug, Clone, PartialEq)]
pub struct OneFactor {
    /// μ_j: bias of each rater.
    pub mean: Vec<f64>,
    /// λ_j: scale of each rater; over their mean, how far it stretches or compresses. Their sum is not negative.
    pub loading: Vec<f64>,
    /// ψ_j: noise of each rater.
    pub noise_variance: Vec<f64>,
    /// Mean of θ of each task, given its ratings. `None` for a task that nobody rated.
    pub theta: Vec<Option<f64>>,
    /// Variance of θ around that. It assumes independent errors, so it says nothing of what all have wrong alike.
    pub theta_variance: Vec<Option<f64>>,
    /// ln p of all ratings.
    pub log_likelihood: f64,
    /// Whether it settled within the iterations.
    pub converged: bool,
    /// Iterations run.
    pub iterations: usize,
    /// Number of raters whose noise lies on its lower limit: a Heywood case, so the model hardly fits.
    pub at_limit: usize,
    /// Number of ratings.
    pub n: usize,
}

/// Maximum likelihood by EM with cells missing (Rubin & Thayer 1982), speeded up by letting the mean and variance of θ move
/// with each step (PX-EM; Liu, Rubin & Wu 1998). ψ_j stays above .005 of the rater's variance. `None` for fewer than three
/// raters or tasks, or a rater without two different ratings.
pub fn one_factor(table: &Table, until: Iterations) -> Option<OneFactor> {
    let moments = table.moments()?;
    if table.units().len() < 3 || table.raters() < 3 || moments.iter().any(|&(_, var)| var <= 0.0) {
        return None;
    }
    let mut raters: Vec<Rater> = moments
        .iter()
        .map(|&(mean, var)| Rater {
            mean,
            loading: (var / 2.0).sqrt(),
            noise: var / 2.0,
            limit: 0.005 * var,
        })
        .collect();
    face_the_panel(table, &mut raters);
    let (mut likelihood, mut iterations, mut converged) = (f64::NEG_INFINITY, 0, false);
    let mut expected = expect(table, &raters);
    while iterations < until.most && !converged {
        let (thetas, before) = &expected;
        converged = before - likelihood < until.tolerance;
        likelihood = *before;
        if !converged {
            step(table, &mut raters, thetas);
            expected = expect(table, &raters);
            iterations += 1;
        }
    }
    let (mut thetas, log_likelihood) = expected;
    if raters.iter().map(|rater| rater.loading).sum::<f64>() < 0.0 {
        raters
            .iter_mut()
            .for_each(|rater| rater.loading = -rater.loading);
        thetas
            .iter_mut()
            .flatten()
            .for_each(|theta| theta.0 = -theta.0);
    }
    Some(OneFactor {
        mean: raters.iter().map(|rater| rater.mean).collect(),
        loading: raters.iter().map(|rater| rater.loading).collect(),
        noise_variance: raters.iter().map(|rater| rater.noise).collect(),
        theta: thetas
            .iter()
            .map(|theta| theta.map(|theta| theta.0))
            .collect(),
        theta_variance: thetas
            .iter()
            .map(|theta| theta.map(|theta| theta.1))
            .collect(),
        log_likelihood,
        converged,
        iterations,
        at_limit: raters
            .iter()
            .filter(|rater| rater.noise <= rater.limit)
            .count(),
        n: table.units().flatten().flatten().count(),
    })
}

struct Rater {
    mean: f64,
    loading: f64,
    noise: f64,
    limit: f64,
}

/// Mean and variance of θ.
type Theta = Option<(f64, f64)>;

/// Turns the first loading of a rater that goes against the first one, so that EM does not start between two signs.
fn face_the_panel(table: &Table, raters: &mut [Rater]) {
    for rater in 1..raters.len() {
        let pairs = table.units().filter_map(|row| row[0].zip(row[rater]));
        let against: f64 = pairs
            .map(|(a, b)| (a - raters[0].mean) * (b - raters[rater].mean))
            .sum();
        if against < 0.0 {
            raters[rater].loading = -raters[rater].loading;
        }
    }
}

/// E-step: v = 1/(1 + Σ λ²/ψ), θ̂ = v Σ λ(y − μ)/ψ, and the log-likelihood of all rows.
fn expect(table: &Table, raters: &[Rater]) -> (Vec<Theta>, f64) {
    let mut likelihood = 0.0;
    let thetas = table.units().map(|row| {
        let (mut precision, mut sum, mut rest, mut n) = (1.0, 0.0, 0.0, 0);
        for (cell, rater) in row.iter().zip(raters) {
            if let Some(value) = cell {
                let error = value - rater.mean;
                precision += rater.loading * rater.loading / rater.noise;
                sum += rater.loading * error / rater.noise;
                rest += error * error / rater.noise + (2.0 * PI * rater.noise).ln();
                n += 1;
            }
        }
        likelihood -= 0.5 * (rest + precision.ln() - sum * sum / precision);
        (n > 0).then_some((sum / precision, 1.0 / precision))
    });
    let thetas: Vec<Theta> = thetas.collect();
    (thetas, likelihood)
}

/// M-step: each rater's ratings regressed on θ, whose own mean and variance are then taken back to 0 and 1.
fn step(table: &Table, raters: &mut [Rater], thetas: &[Theta]) {
    for (place, rater) in raters.iter_mut().enumerate() {
        // n, Σθ, Σθ², Σy, Σθy with y off the old mean, so that nothing large cancels.
        let (mut n, mut t, mut tt, mut y, mut ty, mut yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for (row, theta) in table.units().zip(thetas) {
            if let (Some(value), Some((theta, variance))) = (row[place], *theta) {
                let value = value - rater.mean;
                n += 1.0;
                t += theta;
                tt += theta * theta + variance;
                y += value;
                ty += theta * value;
                yy += value * value;
            }
        }
        rater.loading = (ty - t * y / n) / (tt - t * t / n);
        let shift = (y - rater.loading * t) / n;
        rater.mean += shift;
        let noise = (yy - shift * y - rater.loading * ty) / n;
        rater.noise = noise.max(rater.limit);
    }
    let known = || thetas.iter().flatten();
    let n = known().count() as f64;
    let centre = known().map(|theta| theta.0).sum::<f64>() / n;
    let spread = known()
        .map(|theta| (theta.0 - centre).powi(2) + theta.1)
        .sum::<f64>()
        / n;
    for rater in raters {
        rater.mean += rater.loading * centre;
        rater.loading *= spread.sqrt();
    }
}

#[cfg(test)]
mod tests {
    use super::super::tetrad::three_raters;
    use super::*;
    use crate::stats::rng::Rng;
    use crate::stats::simulate;
    use proptest::prelude::*;

    fn panel(tasks: usize, missing: usize) -> Table {
        let mut rng = Rng::new(8);
        let mut noise = |sd: f64| simulate::noise(&mut rng, sd);
        let rows = (0..tasks).map(|task| {
            let theta = noise(1.0);
            let raters = [
                (50.0, 20.0, 5.0),
                (40.0, 12.0, 8.0),
                (60.0, 16.0, 3.0),
                (30.0, -8.0, 6.0),
            ];
            let cells = raters
                .iter()
                .enumerate()
                .map(|(rater, (mean, loading, sd))| {
                    let value = mean + loading * theta + noise(*sd);
                    (missing == 0 || (task + rater) % missing > 0).then_some(value)
                });
            cells.collect::<Vec<_>>()
        });
        Table::of_units(&rows.collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn it_finds_scale_and_noise_with_cells_missing() {
        let found = one_factor(&panel(2_000, 5), Iterations::default()).unwrap();
        assert!(
            found.converged && found.at_limit == 0,
            "{}",
            found.iterations
        );
        for (rater, (loading, sd)) in [(20.0, 5.0), (12.0, 8.0), (16.0, 3.0), (-8.0, 6.0)]
            .iter()
            .enumerate()
        {
            assert!(
                (found.loading[rater] - loading).abs() < 1.0,
                "{rater}: {}",
                found.loading[rater]
            );
            assert!(
                (found.noise_variance[rater].sqrt() - sd).abs() < 0.5,
                "{rater}"
            );
        }
    }

    #[test]
    fn three_raters_meet_the_closed_form() {
        let rows: Vec<Vec<_>> = panel(200, 0).units().map(|row| row[..3].to_vec()).collect();
        let table = Table::of_units(&rows).unwrap();
        let (em, closed) = (
            one_factor(&table, Iterations::default()).unwrap(),
            three_raters(&table).unwrap(),
        );
        for j in 0..3 {
            let ratio = em.loading[j] / closed.loading[j];
            assert!((ratio - 1.0).abs() < 1e-4, "{j}: {ratio}");
        }
    }

    #[test]
    fn undefined_is_none() {
        let two = Table::of_units(&[[Some(1.0), Some(2.0)]; 5]).unwrap();
        assert_eq!(one_factor(&two, Iterations::default()), None);
        let constant = Table::of_units(&[[Some(1.0), Some(2.0), Some(3.0)]; 5]).unwrap();
        assert_eq!(one_factor(&constant, Iterations::default()), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_order_of_raters_and_an_affine_map(scale in 0.2..4.0_f64, shift in -30.0..30.0_f64) {
            let table = panel(60, 6);
            let one = one_factor(&table, Iterations::default()).unwrap();
            let rows = table.units().map(|row| {
                row.iter().rev().map(|cell| cell.map(|v| v * scale + shift)).collect::<Vec<_>>()
            });
            let other = one_factor(&Table::of_units(&rows.collect::<Vec<_>>()).unwrap(), Iterations::default()).unwrap();
            for j in 0..4 {
                prop_assert!((one.loading[j] * scale - other.loading[3 - j]).abs() < 1e-3 * scale);
            }
        }
    }
}
