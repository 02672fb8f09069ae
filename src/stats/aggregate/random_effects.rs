//! Raters that differ by a shift, tasks that differ at random: y_ij = m_j + θ_i + e_ij.

use crate::stats::Table;
use crate::stats::moments::mean;

/// What was found of raters and tasks.
#[derive(Debug, Clone, PartialEq)]
pub struct RandomEffects {
    /// m_j: the level of each rater, at tasks of θ = 0.
    pub rater_mean: Vec<f64>,
    /// Variance of θ. The ANOVA estimate may be negative; its effects are then all 0.
    pub var_task: f64,
    /// Variance of e of each rater; the same for all but by [`random_effects_em`].
    pub var_noise: Vec<f64>,
    /// θ̂ of each task (BLUP; Henderson 1975, Robinson 1991). `None` for a task that nobody rated.
    pub effects: Vec<Option<f64>>,
    /// Standard deviation of θ around θ̂, given the variances. It assumes independent errors of raters, so it is no standard
    /// error of the truth. `None` where `effects` is.
    pub effect_sd: Vec<Option<f64>>,
    /// Whether it settled within the iterations; always by ANOVA.
    pub converged: bool,
    /// Number of tasks.
    pub tasks: usize,
    /// Number of ratings.
    pub n: usize,
}

impl RandomEffects {
    /// How far a mean of `raters` deviations is shrunk toward 0: τ²/(τ² + σ̄²/raters), not below 0. `None` without any variance.
    pub fn shrinkage(&self, raters: usize) -> Option<f64> {
        let noise = mean(&self.var_noise)? / raters as f64;
        let all = self.var_task + noise;
        (raters > 0 && all > 0.0).then(|| (self.var_task / all).max(0.0))
    }

    /// θ̂ and its spread for each row, given levels and variances.
    pub(super) fn of(
        table: &Table,
        rater_mean: Vec<f64>,
        var_task: f64,
        var_noise: Vec<f64>,
    ) -> Self {
        let rows = table.units();
        let posterior = rows.map(|row| posterior(row, &rater_mean, var_task, &var_noise));
        let (effects, effect_sd) = posterior
            .map(|found| found.map_or((None, None), |(mean, var)| (Some(mean), Some(var.sqrt()))))
            .unzip();
        Self {
            effects,
            effect_sd,
            rater_mean,
            var_task,
            var_noise,
            converged: true,
            tasks: table.units().len(),
            n: table.units().flatten().flatten().count(),
        }
    }
}

/// Mean and variance of θ given a row: v = 1/(1/τ² + Σ 1/σ_j²), θ̂ = v Σ (y_j − m_j)/σ_j², with τ² multiplied out so that
/// τ² = 0 gives 0. `None` for a row without ratings.
fn posterior(
    row: &[Option<f64>],
    level: &[f64],
    var_task: f64,
    noise: &[f64],
) -> Option<(f64, f64)> {
    let var_task = var_task.max(0.0);
    let (mut precision, mut sum, mut n) = (0.0, 0.0, 0);
    for ((cell, level), noise) in row.iter().zip(level).zip(noise) {
        if let Some(value) = cell {
            precision += 1.0 / noise;
            sum += (value - level) / noise;
            n += 1;
        }
    }
    let scale = var_task / (1.0 + var_task * precision);
    (n > 0).then_some((scale * sum, scale))
}

/// The balanced case in closed form: two-way ANOVA, which is REML (Searle, Casella & McCulloch 1992). τ² = (MSR − MSE)/k,
/// σ² = MSE, θ̂ = shrinkage · (ȳ_i − ȳ). `None` where a cell is missing, for fewer than two tasks or raters, or no noise at all.
pub fn random_effects_anova(table: &Table) -> Option<RandomEffects> {
    let rows = table.complete();
    let (n, k) = (table.units().len() as f64, table.raters() as f64);
    if n < 2.0 || k < 2.0 || rows.len() < table.units().len() {
        return None;
    }
    let levels: Vec<f64> = table.moments()?.into_iter().map(|(mean, _)| mean).collect();
    let centre = mean(&levels)?;
    let (mut between, mut within) = (0.0, 0.0);
    for row in &rows {
        let effect = mean(row)? - centre;
        between += k * effect * effect;
        let residuals = row
            .iter()
            .zip(&levels)
            .map(|(value, level)| value - level - effect);
        within += residuals.map(|r| r * r).sum::<f64>();
    }
    let mse = within / ((n - 1.0) * (k - 1.0));
    let var_task = (between / (n - 1.0) - mse) / k;
    (mse > 0.0).then(|| RandomEffects::of(table, levels, var_task, vec![mse; table.raters()]))
}

/// When EM stops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Iterations {
    /// Where the log-likelihood rises by less than this.
    pub tolerance: f64,
    /// Iterations at most.
    pub most: usize,
}

impl Default for Iterations {
    fn default() -> Self {
        Self {
            tolerance: 1e-10,
            most: 20_000,
        }
    }
}

/// Maximum likelihood with a noise variance of its own for each rater and missing cells, by EM (Dempster, Laird & Rubin 1977):
/// M-step means of what the E-step expects. A rater's noise stays above 1/200 of its variance, so that none is taken for the
/// truth itself. Weights reward agreement with the panel, so two raters that err alike win; not for headlines. `None` for
/// fewer than two tasks or raters, or a rater without two different ratings.
pub fn random_effects_em(table: &Table, until: Iterations) -> Option<RandomEffects> {
    let moments = table.moments()?;
    if table.units().len() < 2 || table.raters() < 2 || moments.iter().any(|&(_, var)| var <= 0.0) {
        return None;
    }
    let (mut level, spread): (Vec<f64>, Vec<f64>) = moments.into_iter().unzip();
    let mut noise: Vec<f64> = spread.iter().map(|var| var / 2.0).collect();
    let mut var_task = mean(&noise)?;
    let (mut likelihood, mut converged) = (f64::NEG_INFINITY, false);
    for _ in 0..until.most {
        let new = log_likelihood(table, &level, var_task, &noise);
        converged = new - likelihood < until.tolerance;
        if converged {
            break;
        }
        likelihood = new;
        let expected: Vec<_> = table
            .units()
            .map(|row| posterior(row, &level, var_task, &noise))
            .collect();
        let squares: Vec<f64> = expected
            .iter()
            .flatten()
            .map(|(mean, var)| mean * mean + var)
            .collect();
        var_task = mean(&squares)?;
        for rater in 0..table.raters() {
            let cells = table.units().zip(&expected).filter_map(|(row, expected)| {
                Some((row.get(rater).copied().flatten()?, (*expected)?))
            });
            let (without, spread_out): (Vec<f64>, Vec<f64>) = cells
                .map(|(value, (effect, var))| (value - effect, var))
                .unzip();
            level[rater] = mean(&without)?;
            let errors = without.iter().map(|value| (value - level[rater]).powi(2));
            let errors: Vec<f64> = errors.zip(spread_out).map(|(e, var)| e + var).collect();
            noise[rater] = mean(&errors)?.max(spread[rater] / 200.0);
        }
    }
    let found = RandomEffects::of(table, level, var_task, noise);
    Some(RandomEffects { converged, ..found })
}

/// ln p of the table, up to a constant: each row is normal with covariance diag(σ²) + τ² 11'.
fn log_likelihood(table: &Table, level: &[f64], var_task: f64, noise: &[f64]) -> f64 {
    let row = |row: &[Option<f64>]| {
        let (mut precision, mut sum, mut squares, mut logs) = (0.0, 0.0, 0.0, 0.0);
        for ((cell, level), noise) in row.iter().zip(level).zip(noise) {
            if let Some(value) = cell {
                let error = value - level;
                precision += 1.0 / noise;
                sum += error / noise;
                squares += error * error / noise;
                logs += noise.ln();
            }
        }
        let inflated = 1.0 + var_task * precision;
        -0.5 * (logs + inflated.ln() + squares - var_task * sum * sum / inflated)
    };
    table.units().map(row).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::Rng;
    use crate::stats::simulate;
    use proptest::prelude::*;

    pub(in crate::stats::aggregate) fn simulated(tasks: usize, missing: usize) -> Table {
        let mut rng = Rng::new(4);
        let mut noise = |sd: f64| simulate::noise(&mut rng, sd);
        let mut rows: Vec<Vec<_>> = Vec::new();
        for task in 0..tasks {
            let truth = noise(10.0);
            let cells = [(45.0, 2.0), (50.0, 6.0), (60.0, 12.0)].iter().enumerate();
            let row = cells.map(|(rater, (level, sd))| {
                let value = level + truth + noise(*sd);
                (missing == 0 || (task + rater) % missing > 0).then_some(value)
            });
            rows.push(row.collect());
        }
        Table::of_units(&rows).unwrap()
    }

    #[test]
    fn two_raters_by_hand() {
        // Rows 0, 2 | 4, 6: the raters differ by 2, the tasks by 4, nothing is left: no noise, so nothing to weigh.
        let exact = Table::of_units(&[[Some(0.0), Some(2.0)], [Some(4.0), Some(6.0)]]).unwrap();
        assert_eq!(random_effects_anova(&exact), None);
        // Rows 0, 1 | 4, 7: levels 2, 4; effects ∓2.5; residuals ±.5: MSE = 1, MSR = 25, τ² = 12, shrinkage 24/25.
        let table = Table::of_units(&[[Some(0.0), Some(1.0)], [Some(4.0), Some(7.0)]]).unwrap();
        let found = random_effects_anova(&table).unwrap();
        assert_eq!((found.var_task, found.var_noise[0]), (12.0, 1.0));
        assert!((found.effects[1].unwrap() - 2.5 * 24.0 / 25.0).abs() < 1e-12);
        assert!((found.shrinkage(2).unwrap() - 24.0 / 25.0).abs() < 1e-12);
    }

    #[test]
    fn em_finds_each_raters_noise_with_cells_missing() {
        let found = random_effects_em(&simulated(1_500, 4), Iterations::default()).unwrap();
        assert!(found.converged);
        for (rater, sd) in [(0, 2.0), (1, 6.0), (2, 12.0)] {
            let estimate = found.var_noise[rater].sqrt();
            // A variance is known here to about 1.3; a noise of 2 to about .4.
            assert!(
                (estimate - sd).abs() < 0.1 * sd + 0.4,
                "{rater}: {estimate}"
            );
        }
        assert!((found.rater_mean[2] - found.rater_mean[0] - 15.0).abs() < 1.0);
        assert!((found.var_task.sqrt() - 10.0).abs() < 0.5);
    }

    #[test]
    fn undefined_is_none() {
        let constant = Table::of_units(&[[Some(1.0), Some(2.0)]; 3]).unwrap();
        assert_eq!(random_effects_em(&constant, Iterations::default()), None);
        assert_eq!(random_effects_anova(&constant), None);
        assert_eq!(random_effects_anova(&simulated(9, 2)), None);
        let empty = Table::of_units::<Vec<_>>(&[]).unwrap();
        assert_eq!(random_effects_anova(&empty), None);
        assert_eq!(random_effects_em(&empty, Iterations::default()), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn an_affine_map_and_an_empty_row(scale in 0.2..5.0_f64, shift in -40.0..40.0_f64) {
            let table = simulated(30, 5);
            let one = random_effects_em(&table, Iterations::default()).unwrap();
            let mut rows: Vec<_> = table.units().map(<[_]>::to_vec).collect();
            rows.iter_mut().flatten().flatten().for_each(|value| *value = *value * scale + shift);
            rows.insert(0, vec![None; 3]);
            let other = random_effects_em(&Table::of_units(&rows).unwrap(), Iterations::default()).unwrap();
            prop_assert_eq!(other.effects[0], None);
            let (a, b) = (one.effects[7].unwrap() * scale, other.effects[8].unwrap());
            prop_assert!((a - b).abs() < 1e-3 * scale);
        }
    }
}
