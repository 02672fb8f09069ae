//! How many gold tasks a comparison needs, and what it can see.
//!
//! Effects are two-sided. Multiply n by the design effect of [`super::ClusteredMean`] where tasks are clustered.

use crate::stats::dist::{normal_cdf, normal_critical, normal_quantile, t_critical};
use statrs::function::beta::checked_beta_reg;
use statrs::function::gamma::ln_gamma;
use std::f64::consts::LN_2;

/// z(1 − α/2) + z(power).
fn z_sum(alpha: f64, power: f64) -> Option<f64> {
    Some(normal_critical(1.0 - alpha)? + normal_quantile(power)?)
}

/// n of a paired comparison by the normal approximation: ((z₁₋α/2 + z_power)/d)², with d the mean difference over the SD of
/// the differences.
pub fn n_normal(effect: f64, alpha: f64, power: f64) -> Option<f64> {
    let n = (z_sum(alpha, power)? / effect).powi(2);
    n.is_finite().then_some(n)
}

/// Smallest difference that is found with this power, in the unit of its standard error: (z₁₋α/2 + z_power) · se.
pub fn mde(se: f64, alpha: f64, power: f64) -> Option<f64> {
    (se >= 0.0).then_some(z_sum(alpha, power)? * se)
}

/// The same for a mean with few degrees of freedom: (t₁₋α/2 + t_power) · se, for a power above one half.
pub fn mde_t(se: f64, df: f64, alpha: f64, power: f64) -> Option<f64> {
    let sum = t_critical(1.0 - alpha, df)? + t_critical(2.0 * power - 1.0, df)?;
    (se >= 0.0).then_some(sum * se)
}

/// Variances of a comparison of two stochastic raters (Miller 2024, section 5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variances {
    /// ω²: of the expected difference over tasks.
    pub tasks: f64,
    /// σ_A²: of repeated runs of the first on a task.
    pub runs_a: f64,
    /// σ_B²: of the second.
    pub runs_b: f64,
    /// K_A: runs of the first on each task.
    pub times_a: f64,
    /// K_B: of the second.
    pub times_b: f64,
}

/// n = (z₁₋α/2 + z_power)² (ω² + σ_A²/K_A + σ_B²/K_B)/δ² (Miller 2024).
pub fn miller_n(of: &Variances, difference: f64, alpha: f64, power: f64) -> Option<f64> {
    let variance = of.tasks + of.runs_a / of.times_a + of.runs_b / of.times_b;
    let n = z_sum(alpha, power)?.powi(2) * variance / difference.powi(2);
    (n.is_finite() && n >= 0.0).then_some(n)
}

/// Power of the paired t test: P(|T| > t) for T noncentral with n − 1 degrees of freedom and noncentrality d·√n.
/// n may be a fraction above 1.
pub fn power_t(effect: f64, n: f64, alpha: f64) -> Option<f64> {
    let df = n - 1.0;
    let (t, shift) = (t_critical(1.0 - alpha, df)?, effect.abs() * n.sqrt());
    // P(T < −t; δ) = P(T > t; −δ).
    let power = 1.0 - noncentral_t_cdf(t, df, shift)? + 1.0 - noncentral_t_cdf(t, df, -shift)?;
    power.is_finite().then(|| power.clamp(0.0, 1.0))
}

/// n at which the paired t test has this power: [`power_t`] solved by halving, as a fraction. `None` where no n above 2 is
/// needed or the effect is zero.
pub fn n_paired_t(effect: f64, alpha: f64, power: f64) -> Option<f64> {
    let mut low = 2.0;
    let mut high = 2.0 * n_normal(effect, alpha, power)? + 10.0;
    while power_t(effect, high, alpha)? < power {
        high *= 2.0;
    }
    if power_t(effect, low, alpha)? > power {
        return None;
    }
    for _ in 0..200 {
        let middle = low.midpoint(high);
        if power_t(effect, middle, alpha)? < power {
            low = middle;
        } else {
            high = middle;
        }
        if high - low <= 1e-12 * high {
            break;
        }
    }
    Some(low.midpoint(high))
}

/// P(T ≤ t) for t ≥ 0 (Lenth 1989): Φ(−δ) + ½ Σ_j [p_j I_x(j + ½, ν/2) + q_j I_x(j + 1, ν/2)], x = t²/(ν + t²), with
/// p_j = e^(−λ) λ^j/j!, q_j = δ e^(−λ) λ^j/(√2 Γ(j + 3/2)), λ = δ²/2. Terms far from the weights' centre λ are left out.
fn noncentral_t_cdf(t: f64, df: f64, shift: f64) -> Option<f64> {
    let x = t * t / (df + t * t);
    let rate = shift * shift / 2.0;
    let reach = 12.0 * rate.sqrt() + 40.0;
    let first = (rate - reach).max(0.0).floor();
    let mut sum = 0.0;
    let mut j = first;
    while j <= rate + reach {
        let weight = if rate > 0.0 {
            j * rate.ln() - rate
        } else if j == 0.0 {
            0.0
        } else {
            break;
        };
        let p = (weight - ln_gamma(j + 1.0)).exp();
        let q = shift * (weight - ln_gamma(j + 1.5) - 0.5 * LN_2).exp();
        sum += p * checked_beta_reg(j + 0.5, df / 2.0, x).ok()?;
        sum += q * checked_beta_reg(j + 1.0, df / 2.0, x).ok()?;
        j += 1.0;
    }
    Some(normal_cdf(-shift) + sum / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn textbook_numbers() {
        // (1.95996 + 0.84162)² / 0.5² = 31.395; the t test needs 33.37 (Cohen 1988: 34).
        assert!((n_normal(0.5, 0.05, 0.8).unwrap() - 31.395_5).abs() < 1e-3);
        assert!((n_paired_t(0.5, 0.05, 0.8).unwrap() - 33.367).abs() < 1e-2);
        assert!((mde(1.0, 0.05, 0.8).unwrap() - 2.801_585).abs() < 1e-6);
        // Tables of t with 5 degrees of freedom: 2.571 + 0.920.
        assert!((mde_t(2.0, 5.0, 0.05, 0.8).unwrap() - 2.0 * 3.490).abs() < 3e-3);
        assert!((mde_t(1.0, 1e6, 0.05, 0.8).unwrap() - 2.801_585).abs() < 1e-4);
    }

    #[test]
    fn without_an_effect_power_is_the_level() {
        for n in [3.0, 12.5, 400.0] {
            assert!((power_t(0.0, n, 0.05).unwrap() - 0.05).abs() < 1e-10);
        }
        // A huge noncentrality neither overflows nor takes ages.
        assert!((power_t(5.0, 2_000.0, 0.05).unwrap() - 1.0).abs() < 1e-9);
        assert_eq!(power_t(0.2, 1.0, 0.05), None);
        assert_eq!(n_normal(0.0, 0.05, 0.8), None);
        assert_eq!(n_paired_t(0.2, 0.0, 0.8), None);
    }

    #[test]
    fn power_rises_with_n_and_meets_its_inverse() {
        let n = n_paired_t(0.15, 0.01, 0.9).unwrap();
        assert!((power_t(0.15, n, 0.01).unwrap() - 0.9).abs() < 1e-9);
        assert!(power_t(0.15, n + 1.0, 0.01).unwrap() > 0.9);
    }
}
