//! Pearson and Spearman correlation, and the regression line.

use super::Pairs;
use super::pairs::Moments;
use crate::stats::Interval;
use crate::stats::dist::{normal_critical, t_two_sided};
use crate::stats::ranks::average_ranks;

/// Pearson's correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pearson {
    /// r.
    pub r: f64,
    /// Two-sided p that it is 0, by t with n − 2 degrees of freedom. `None` for two pairs.
    pub p: Option<f64>,
    /// tanh(atanh r ± z/√(n − 3)) (Fisher 1921). `None` for fewer than four pairs and for r = ±1.
    pub interval: Option<Interval>,
    /// Pairs.
    pub n: usize,
}

/// Spearman's rank correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spearman {
    /// ρ: Pearson's r of average ranks, which is right with ties.
    pub rho: f64,
    /// Two-sided p that it is 0, by t with n − 2 degrees of freedom.
    pub p: Option<f64>,
    /// With standard error √((1 + ρ²/2)/(n − 3)) on the scale of Fisher's z (Bonett & Wright 2000).
    pub interval: Option<Interval>,
    /// With standard error 1/√(n − 3), which is too narrow for ranks; for comparison with other programs.
    pub interval_fisher: Option<Interval>,
    /// Pairs.
    pub n: usize,
}

/// The least-squares line of y on x.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Slope.
    pub slope: f64,
    /// Intercept.
    pub intercept: f64,
    /// Standard error of the slope, n − 2 degrees of freedom. `None` for two pairs.
    pub se: Option<f64>,
    /// Two-sided p that the slope is 0.
    pub p: Option<f64>,
    /// Correlation of x and y; `None` where y does not vary.
    pub r: Option<f64>,
    /// Pairs.
    pub n: usize,
}

/// Pearson's r. It does not see a rater who is too high or too steep: see [`super::lin_ccc`]. `None` for fewer than two
/// pairs and where one of the two does not vary.
pub fn pearson(pairs: &Pairs, level: f64) -> Option<Pearson> {
    let moments = pairs.moments()?;
    let r = moments.r()?;
    Some(Pearson {
        r,
        p: p_of(r, moments.n),
        interval: fisher(r, 1.0, moments.n, level),
        n: pairs.n(),
    })
}

/// Spearman's ρ. `None` as for [`pearson`].
pub fn spearman(pairs: &Pairs, level: f64) -> Option<Spearman> {
    let (x, y) = (average_ranks(pairs.x()).0, average_ranks(pairs.y()).0);
    let moments = Pairs::of(x.into_iter().zip(y)).moments()?;
    let (rho, n) = (moments.r()?, moments.n);
    Some(Spearman {
        rho,
        p: p_of(rho, n),
        interval: fisher(rho, 1.0 + rho * rho / 2.0, n, level),
        interval_fisher: fisher(rho, 1.0, n, level),
        n: pairs.n(),
    })
}

/// The least-squares line of y on x. `None` where x does not vary.
pub fn line(pairs: &Pairs) -> Option<Line> {
    let moments = pairs.moments()?;
    let Moments {
        n,
        mean_x,
        mean_y,
        xx,
        yy,
        xy,
    } = moments;
    (xx > 0.0).then_some(())?;
    let (slope, free) = (xy / xx, n - 2.0);
    let r = moments.r();
    let rest = yy * (1.0 - r.map_or(0.0, |r| r * r));
    Some(Line {
        slope,
        intercept: mean_y - slope * mean_x,
        se: (free > 0.0).then(|| (rest / free / xx).sqrt()),
        p: r.and_then(|r| p_of(r, n)),
        r,
        n: pairs.n(),
    })
}

fn p_of(r: f64, n: f64) -> Option<f64> {
    let (free, rest) = (n - 2.0, 1.0 - r * r);
    if free > 0.0 && rest <= 0.0 {
        return Some(0.0);
    }
    (free > 0.0).then(|| t_two_sided(r * (free / rest).sqrt(), free))?
}

fn fisher(r: f64, variance: f64, n: f64, level: f64) -> Option<Interval> {
    (n > 3.0 && r.abs() < 1.0).then_some(())?;
    let on_z = Interval::around(
        r.atanh(),
        normal_critical(level)? * (variance / (n - 3.0)).sqrt(),
    );
    Some(Interval {
        low: on_z.low.tanh(),
        high: on_z.high.tanh(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_line_and_what_is_not_defined() {
        let straight = Pairs::new(&[1.0, 2.0, 4.0], &[5.0, 7.0, 11.0]).unwrap();
        let found = line(&straight).unwrap();
        assert_eq!(
            (found.slope, found.intercept, found.r),
            (2.0, 3.0, Some(1.0))
        );
        let pearson_of = pearson(&straight, 0.95).unwrap();
        assert_eq!((pearson_of.p, pearson_of.interval), (Some(0.0), None));
        assert_eq!(spearman(&straight, 0.95).unwrap().rho, 1.0);
        let two = Pairs::new(&[1.0, 2.0], &[2.0, 1.0]).unwrap();
        assert_eq!(
            (pearson(&two, 0.95).unwrap().p, line(&two).unwrap().se),
            (None, None)
        );
        assert_eq!(
            pearson(&Pairs::new(&[1.0; 3], &[1.0, 2.0, 3.0]).unwrap(), 0.95),
            None
        );
        assert_eq!(pearson(&Pairs::default(), 0.95), None);
    }

    proptest! {
        #[test]
        fn invariances(cells in prop::collection::vec((-9.0..9.0_f64, -9.0..9.0_f64), 4..30), scale in 0.1..9.0_f64) {
            let one = Pairs::of(cells.iter().copied());
            // Rows turned round, raters changed, one of them stretched and shifted.
            let other = Pairs::of(cells.iter().rev().map(|&(x, y)| (y * scale + 3.0, x)));
            let (a, b) = (pearson(&one, 0.9).unwrap(), pearson(&other, 0.9).unwrap());
            prop_assert!((a.r - b.r).abs() < 1e-9);
            // Any rising map leaves the ranks.
            let bent = one.map(|x, y| (x.exp(), y.powi(3)));
            prop_assert_eq!(spearman(&one, 0.9).unwrap().rho, spearman(&bent, 0.9).unwrap().rho);
        }
    }
}
