//! Bland–Altman: how far two raters are apart, in their own unit.

use super::correlation::{Line, line, pearson};
use super::{Pairs, Pearson};
use crate::stats::Interval;
use crate::stats::dist::{t_critical, t_two_sided};

/// Half the width of the limits of agreement, in standard deviations.
const LIMIT: f64 = 1.96;

/// An estimate of the limits' error, with the intervals of both limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LimitError {
    /// Standard error of a limit.
    pub se: f64,
    /// Interval of the lower limit.
    pub lower: Interval,
    /// Interval of the upper limit.
    pub upper: Interval,
}

/// Differences y − x of two raters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BlandAltman {
    /// Mean difference.
    pub bias: f64,
    /// Standard deviation of the differences (n − 1).
    pub sd: f64,
    /// Standard error of the bias. Units of one cluster are no independent ones: see `stats::inference`.
    pub se: f64,
    /// bias ± t·se.
    pub interval: Interval,
    /// Mean absolute difference.
    pub mean_absolute: f64,
    /// Limits of agreement, bias ± 1.96 sd: where 95 % of normal differences lie.
    pub limits: Interval,
    /// Their error by √(3/n)·sd (1986).
    pub error_1986: LimitError,
    /// Their error by √(1/n + 1.96²/(2(n − 1)))·sd (1999), which is preferred.
    pub error_1999: LimitError,
    /// The line of y − x on (x + y)/2: its slope is proportional bias. `None` where the mean does not vary.
    pub proportional: Option<Line>,
    /// t of the bias; `None` where all differences are equal.
    pub t: Option<f64>,
    /// Two-sided p that the bias is 0.
    pub p: Option<f64>,
    /// Standard deviation of y over that of x; `None` where x does not vary.
    pub sd_ratio: Option<f64>,
    /// Pitman–Morgan: the correlation of x + y and y − x, which is 0 where both spread alike (Pitman 1939, Morgan 1939).
    pub pitman_morgan: Option<Pearson>,
    /// Pairs.
    pub n: usize,
}

/// Bias and limits of agreement of y against x (Bland & Altman 1986, 1999), in the unit of the ratings. `None` for fewer
/// than two pairs.
pub fn bland_altman(pairs: &Pairs, level: f64) -> Option<BlandAltman> {
    let (both, means) = (
        pairs.moments()?,
        pairs.map(|x, y| (f64::midpoint(x, y), y - x)),
    );
    let (of, n, df) = (means.moments()?, both.n, both.n - 1.0);
    let t = t_critical(level, df)?;
    let (bias, sd) = (of.mean_y, (of.yy / df).sqrt());
    let se = sd / n.sqrt();
    let limits = Interval::around(bias, LIMIT * sd);
    let error = |se: f64| LimitError {
        se,
        lower: Interval::around(limits.low, t * se),
        upper: Interval::around(limits.high, t * se),
    };
    let score = (se > 0.0).then(|| bias / se);
    Some(BlandAltman {
        bias,
        sd,
        se,
        interval: Interval::around(bias, t * se),
        mean_absolute: pairs.iter().map(|(x, y)| (y - x).abs()).sum::<f64>() / n,
        limits,
        error_1986: error(sd * (3.0 / n).sqrt()),
        error_1999: error(sd * (1.0 / n + LIMIT * LIMIT / (2.0 * df)).sqrt()),
        proportional: line(&means),
        t: score,
        p: score.and_then(|t| t_two_sided(t, df)),
        sd_ratio: (both.xx > 0.0).then(|| (both.yy / both.xx).sqrt()),
        pitman_morgan: pearson(&pairs.map(|x, y| (x + y, y - x)), level),
        n: pairs.n(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn by_hand() {
        // Differences 1, 3: bias 2, sd √2, se 1, t = 2 with one degree: p = 1 − 2·atan(2)/π.
        let found = bland_altman(&Pairs::new(&[1.0, 5.0], &[2.0, 8.0]).unwrap(), 0.95).unwrap();
        assert_eq!(
            (found.bias, found.mean_absolute, found.sd_ratio),
            (2.0, 2.0, Some(1.5))
        );
        assert!((found.se - 1.0).abs() < 1e-12);
        let p = 1.0 - 2.0 * 2.0_f64.atan() / std::f64::consts::PI;
        assert!((found.p.unwrap() - p).abs() < 1e-12);
        let shifted = bland_altman(&Pairs::new(&[0.1, 0.3], &[0.6, 0.8]).unwrap(), 0.95).unwrap();
        assert_eq!((shifted.bias, shifted.p.is_some()), (0.5, shifted.sd > 0.0));
        assert_eq!(
            bland_altman(&Pairs::new(&[1.0], &[2.0]).unwrap(), 0.95),
            None
        );
    }

    proptest! {
        #[test]
        fn raters_change_places(cells in prop::collection::vec((-9.0..9.0_f64, -9.0..9.0_f64), 3..30)) {
            let of = |pairs: Pairs| bland_altman(&pairs, 0.95).unwrap();
            let (one, other) = (of(Pairs::of(cells.iter().copied())), of(Pairs::of(cells.iter().rev().map(|&(x, y)| (y, x)))));
            prop_assert!((one.bias + other.bias).abs() < 1e-9 && (one.sd - other.sd).abs() < 1e-9);
            prop_assert!((one.limits.low + other.limits.high).abs() < 1e-9);
            let r = |found: BlandAltman| found.pitman_morgan.unwrap().r;
            prop_assert!((r(one) + r(other)).abs() < 1e-9);
        }
    }
}
