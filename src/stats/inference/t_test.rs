//! The t test of one estimate with its standard error.

use crate::stats::dist::{t_critical, t_two_sided};

/// Two-sided p that what `estimate` estimates is 0, with standard error `se` on `df` degrees of freedom. `None` where the
/// error is 0 or less, or there is no degree of freedom: equal values say nothing of how they would vary.
pub fn t_test(estimate: f64, se: f64, df: usize) -> Option<f64> {
    (se > 0.0 && df > 0).then(|| t_two_sided(estimate / se, df as f64))?
}

/// Half the width of the interval of coverage `level`, in standard errors, on degrees of freedom that need not be whole.
/// `None` where these are none.
pub fn t_critical_value(level: f64, df: f64) -> Option<f64> {
    (df > 0.0).then(|| t_critical(level, df))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_degree_of_freedom_is_cauchy() {
        // P(|T| ≥ 1) = 1/2 and P(|T| ≤ tan(0.45 π)) = 0.9 for one degree of freedom.
        assert!((t_test(-3.0, 3.0, 1).unwrap() - 0.5).abs() < 1e-12);
        let ninety = t_critical_value(0.9, 1.0).unwrap();
        assert!((ninety - (0.45 * std::f64::consts::PI).tan()).abs() < 1e-9);
        assert_eq!((t_test(1.0, 0.0, 5), t_test(1.0, 1.0, 0)), (None, None));
        assert_eq!(t_critical_value(0.9, 0.0), None);
    }
}
