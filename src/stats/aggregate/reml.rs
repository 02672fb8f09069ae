//! Restricted maximum likelihood of the shift model with cells missing.

use super::random_effects::RandomEffects;
use crate::stats::Table;
use crate::stats::linalg::{factor, solve_factored};

/// y_ij = m_j + θ_i + e_ij with one noise variance, by REML (Patterson & Thompson 1971): the likelihood is profiled over the
/// share of variance that is the tasks', and its best share found by golden section. With no cell missing that is
/// [`super::random_effects_anova`], cut at 0. `None` for fewer ratings than raters and two tasks need, a rater without ratings,
/// or no noise at all.
pub fn random_effects_reml(table: &Table) -> Option<RandomEffects> {
    let start: Vec<f64> = table.moments()?.into_iter().map(|(mean, _)| mean).collect();
    let cost = |share: f64| profile(table, &start, share).map_or(f64::INFINITY, |found| found.cost);
    let mut share = golden_section(cost, 0.0, 1.0 - 1e-9);
    // The minimum may lie on the border, which the search only approaches.
    if cost(0.0) <= cost(share) {
        share = 0.0;
    }
    let best = profile(table, &start, share)?;
    let noise = vec![best.noise; table.raters()];
    let var_task = best.noise * share / (1.0 - share);
    Some(RandomEffects::of(table, best.levels, var_task, noise))
}

struct Profile {
    levels: Vec<f64>,
    noise: f64,
    /// −2 ln of the restricted likelihood, up to a constant.
    cost: f64,
}

/// Everything but the share τ²/(τ² + σ²) in closed form. With γ = τ²/σ² a row of k ratings has inverse covariance
/// (I − c 11')/σ², c = γ/(1 + γk). `start` is taken off first, so that nothing large cancels.
fn profile(table: &Table, start: &[f64], share: f64) -> Option<Profile> {
    let gamma = share / (1.0 - share);
    let raters = start.len();
    let mut normal = vec![0.0; raters * raters];
    let mut right = vec![0.0; raters];
    let (mut squares, mut logs, mut n) = (0.0, 0.0, 0);
    for row in table.units() {
        let cells: Vec<(usize, f64)> = row
            .iter()
            .zip(start)
            .enumerate()
            .filter_map(|(rater, (cell, start))| Some((rater, (*cell)? - start)))
            .collect();
        let inflated = 1.0 + gamma * cells.len() as f64;
        let (c, sum) = (
            gamma / inflated,
            cells.iter().map(|cell| cell.1).sum::<f64>(),
        );
        for &(a, value) in &cells {
            normal[a * raters + a] += 1.0;
            for &(b, _) in &cells {
                normal[a * raters + b] -= c;
            }
            right[a] += value - c * sum;
            squares += value * (value - c * sum);
        }
        logs += inflated.ln();
        n += cells.len();
    }
    let lower = factor(normal, raters)?;
    let shift = solve_factored(&lower, right.clone());
    let explained: f64 = shift.iter().zip(&right).map(|(a, b)| a * b).sum();
    let free = n.checked_sub(raters).filter(|&free| free > 0)? as f64;
    let noise = (squares - explained) / free;
    let determinant: f64 = (0..raters).map(|i| 2.0 * lower[i * raters + i].ln()).sum();
    (noise > 0.0).then(|| Profile {
        levels: start
            .iter()
            .zip(&shift)
            .map(|(start, shift)| start + shift)
            .collect(),
        noise,
        cost: free * noise.ln() + logs + determinant,
    })
}

/// The place of the minimum of a function with one valley (Kiefer 1953).
fn golden_section(f: impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut a, mut b) = (high - ratio * (high - low), low + ratio * (high - low));
    let (mut at_a, mut at_b) = (f(a), f(b));
    while high - low > 1e-12 {
        if at_a <= at_b {
            (high, b, at_b) = (b, a, at_a);
            a = high - ratio * (high - low);
            at_a = f(a);
        } else {
            (low, a, at_a) = (a, b, at_b);
            b = low + ratio * (high - low);
            at_b = f(b);
        }
    }
    low.midpoint(high)
}

#[cfg(test)]
mod tests {
    use super::super::random_effects::random_effects_anova;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn without_missing_cells_it_is_the_anova(
            rows in prop::collection::vec((0.0..100.0_f64, -9.0..9.0_f64, -9.0..9.0_f64), 4..25), empty in 0_usize..4,
        ) {
            let rows: Vec<_> = rows.iter().map(|r| vec![Some(r.0 + r.1), Some(r.0 + r.2), Some(r.0)]).collect();
            let anova = random_effects_anova(&Table::of_units(&rows).unwrap()).unwrap();
            let mut more = rows;
            more.insert(empty, vec![None; 3]);
            let reml = random_effects_reml(&Table::of_units(&more).unwrap()).unwrap();
            if anova.var_task > 0.0 {
                prop_assert!((reml.var_task - anova.var_task).abs() < 1e-4 * anova.var_task);
                prop_assert!((reml.var_noise[0] - anova.var_noise[0]).abs() < 1e-4 * anova.var_noise[0]);
            }
            prop_assert_eq!(reml.effects[empty], None);
        }
    }

    #[test]
    fn raters_are_compared_on_the_tasks_they_share() {
        // Rater 2 is 10 above rater 1 wherever both rated, but rated the low tasks alone.
        let mut rows: Vec<Vec<Option<f64>>> = (0..20)
            .map(|i| {
                let (level, wobble) = (f64::from(i), f64::from(i * 7 % 5) / 10.0);
                vec![Some(50.0 + level + wobble), Some(60.0 + level - wobble)]
            })
            .collect();
        rows.extend((0..20).map(|i| vec![None, Some(20.0 + f64::from(i))]));
        let found = random_effects_reml(&Table::of_units(&rows).unwrap()).unwrap();
        let apart = found.rater_mean[1] - found.rater_mean[0];
        assert!((apart - 10.0).abs() < 1.0, "{apart}");
    }

    #[test]
    fn undefined_is_none() {
        let silent = Table::of_units(&[[Some(1.0), None], [Some(2.0), None]]).unwrap();
        assert_eq!(random_effects_reml(&silent), None);
        let empty = Table::of_units::<Vec<_>>(&[]).unwrap();
        assert_eq!(random_effects_reml(&empty), None);
        let single = Table::of_units(&[[Some(1.0), Some(2.0)]]).unwrap();
        assert_eq!(random_effects_reml(&single), None);
    }
}
