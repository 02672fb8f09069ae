//! Tails and quantiles of the distributions, over `statrs`.

use statrs::distribution::{
    Beta, Binomial, ChiSquared, Continuous, ContinuousCDF, DiscreteCDF, FisherSnedecor, Normal,
    StudentsT,
};

/// The probability on either side of an interval of this level.
pub(crate) fn tail(level: f64) -> Option<f64> {
    (level > 0.0 && level < 1.0).then_some((1.0 - level) / 2.0)
}

/// Φ(x).
pub(crate) fn normal_cdf(x: f64) -> f64 {
    Normal::standard().cdf(x)
}

/// P(|Z| ≥ |z|).
pub(crate) fn normal_two_sided(z: f64) -> f64 {
    2.0 * Normal::standard().sf(z.abs())
}

/// Φ⁻¹(p) for 0 < p < 1.
pub(crate) fn normal_quantile(p: f64) -> Option<f64> {
    (p > 0.0 && p < 1.0).then(|| Normal::standard().inverse_cdf(p))
}

/// z with P(|Z| ≤ z) = `level`.
pub(crate) fn normal_critical(level: f64) -> Option<f64> {
    normal_quantile(1.0 - tail(level)?)
}

/// t with P(|T| ≤ t) = `level` for `df` > 0 degrees of freedom.
pub(crate) fn t_critical(level: f64, df: f64) -> Option<f64> {
    let upper = tail(level)?;
    if df > 1e4 {
        return Some(t_expansion(normal_critical(level)?, df));
    }
    let t = StudentsT::new(0.0, 1.0, df).ok()?;
    let mut x = -t.inverse_cdf(upper);
    // The crate's inverse is good to 1e-11; one step of Newton takes it to the precision of its tail.
    x += (t.sf(x) - upper) / t.pdf(x);
    x.is_finite().then_some(x)
}

/// The quantile of t at which the normal distribution has `z`, by three terms of its expansion (Abramowitz & Stegun 1964,
/// 26.7.5). The inverse of `statrs` loses its way among 50,000 degrees of freedom and more.
fn t_expansion(z: f64, df: f64) -> f64 {
    let square = z * z;
    let first = z * (square + 1.0) / 4.0;
    let second = z * ((5.0 * square + 16.0) * square + 3.0) / 96.0;
    let third = z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
    z + (first + (second + third / df) / df) / df
}

/// The quantile of Beta(a, b).
pub(crate) fn beta_quantile(p: f64, a: f64, b: f64) -> Option<f64> {
    Some(Beta::new(a, b).ok()?.inverse_cdf(p))
}

/// P(X ≤ k) for X ~ Binomial(n, ½).
pub(crate) fn coin_cdf(k: u64, n: u64) -> Option<f64> {
    Some(Binomial::new(0.5, n).ok()?.cdf(k))
}

/// P(X ≥ x) for chi² with `df` degrees of freedom.
pub(crate) fn chi_squared_tail(x: f64, df: f64) -> Option<f64> {
    Some(ChiSquared::new(df).ok()?.sf(x))
}

/// The quantile of chi² with `df` degrees of freedom, for 0 < p < 1.
pub(crate) fn chi_squared_quantile(p: f64, df: f64) -> Option<f64> {
    let chi = ChiSquared::new(df).ok()?;
    let x = (p > 0.0 && p < 1.0).then(|| chi.inverse_cdf(p))?;
    (x.is_finite() && (chi.cdf(x) - p).abs() < 1e-6).then_some(x)
}

/// P(|T| ≥ |t|) for `df` > 0 degrees of freedom.
pub(crate) fn t_two_sided(t: f64, df: f64) -> Option<f64> {
    let tail = StudentsT::new(0.0, 1.0, df).ok()?.sf(t.abs());
    (!t.is_nan()).then_some(2.0 * tail)
}

/// P(X ≥ x) for F with `df1` and `df2` degrees of freedom.
pub(crate) fn f_tail(x: f64, df1: f64, df2: f64) -> Option<f64> {
    let f = FisherSnedecor::new(df1, df2).ok()?;
    x.is_finite().then(|| f.sf(x))
}

/// The quantile of F with `df1` and `df2` degrees of freedom, for 0 < p < 1.
pub(crate) fn f_quantile(p: f64, df1: f64, df2: f64) -> Option<f64> {
    let f = FisherSnedecor::new(df1, df2).ok()?;
    let x = (p > 0.0 && p < 1.0).then(|| f.inverse_cdf(p))?;
    // With less than half a degree of freedom it lies outside what a float can hold, and the search gives up.
    (x.is_finite() && (f.cdf(x) - p).abs() < 1e-7).then_some(x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_in_the_tables() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-12 * b.abs().max(1.0), "{a} {b}");
        near(normal_critical(0.95).unwrap(), 1.959_963_984_540_054);
        // t with 1 degree is Cauchy: tan(π·0.475).
        near(
            t_critical(0.95, 1.0).unwrap(),
            (std::f64::consts::PI * 0.475).tan(),
        );
        // With 2: t = (2p − 1)·√(2 / (4p(1 − p))), p = 0.975.
        near(
            t_critical(0.95, 2.0).unwrap(),
            0.95 * (2.0_f64 / (4.0 * 0.975 * 0.025)).sqrt(),
        );
        // The expansion takes over where both are good.
        let z = normal_critical(0.95).unwrap();
        near(t_critical(0.95, 1e4).unwrap(), t_expansion(z, 1e4));
        near(coin_cdf(1, 3).unwrap(), 0.5);
        // chi² with 2 degrees is exponential.
        near(chi_squared_tail(3.0, 2.0).unwrap(), (-1.5_f64).exp());
        let quantile = chi_squared_quantile(1.0 - (-1.5_f64).exp(), 2.0).unwrap();
        assert!((quantile - 3.0).abs() < 1e-6, "{quantile}");
        // F with 2 and 2 degrees: x / (1 + x).
        near(f_tail(3.0, 2.0, 2.0).unwrap(), 0.25);
        near(f_quantile(0.75, 2.0, 2.0).unwrap(), 3.0);
        near(t_two_sided(-1.0, 1.0).unwrap(), 0.5);
        assert_eq!(t_critical(0.95, 0.0), None);
        assert_eq!(f_quantile(0.975, 11.0, 0.1), None);
        assert_eq!(t_critical(1.0, 3.0), None);
        assert_eq!(normal_critical(-0.1), None);
    }
}
