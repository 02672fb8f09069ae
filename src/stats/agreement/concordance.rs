//! Lin's concordance correlation: correlation and how far off the line of equality.

use super::Pairs;
use crate::stats::Interval;
use crate::stats::dist::normal_critical;

/// Lin's coefficient and its parts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Concordance {
    /// ρ_c = ρ·C_b.
    pub ccc: f64,
    /// Pearson's ρ: how close to some straight line.
    pub pearson: f64,
    /// C_b: how close that line is to equality, 1 for no bias and no compression.
    pub accuracy: f64,
    /// v = σ_x/σ_y: below 1 where x is compressed.
    pub scale_shift: f64,
    /// u = (x̄ − ȳ)/√(σ_x σ_y): above 0 where x is higher.
    pub location_shift: f64,
    /// Asymptotic standard error; `None` for fewer than three pairs.
    pub se: Option<f64>,
    /// Standard error of atanh ρ_c.
    pub se_z: Option<f64>,
    /// tanh(atanh ρ_c ± z·se_z).
    pub interval: Option<Interval>,
    /// ρ_c ± z·se, which may leave [−1, 1]; for comparison with other programs.
    pub interval_plain: Option<Interval>,
    /// Pairs.
    pub n: usize,
}

/// Lin's concordance correlation (Lin 1989, with the correction of 2000), with moments over n: ρ_c = 2 s_xy / (s_x² + s_y² +
/// (x̄ − ȳ)²). The parts separate bias and compression from noise. Its error assumes normal values; for a report, prefer a
/// bootstrap of units. `None` where one of the two does not vary.
pub fn lin_ccc(pairs: &Pairs, level: f64) -> Option<Concordance> {
    let (moments, critical) = (pairs.moments()?, normal_critical(level)?);
    let (rho, n) = (moments.r()?, moments.n);
    let (sx, sy) = ((moments.xx / n).sqrt(), (moments.yy / n).sqrt());
    let shift = moments.mean_x - moments.mean_y;
    let ccc = 2.0 * moments.xy / n / (sx * sx + sy * sy + shift * shift);
    let (scale_shift, location_shift) = (sx / sy, shift / (sx * sy).sqrt());
    let u2 = location_shift * location_shift;
    let se = (n > 2.0 && rho != 0.0).then(|| {
        let (r2, c2) = (rho * rho, ccc * ccc);
        let noise = (1.0 - r2) * c2 * (1.0 - c2) / r2;
        let bias = 2.0 * c2 * ccc * (1.0 - ccc) * u2 / rho - c2 * c2 * u2 * u2 / (2.0 * r2);
        ((noise + bias).max(0.0) / (n - 2.0)).sqrt()
    });
    let se_z = se
        .map(|se| se / (1.0 - ccc * ccc))
        .filter(|se| se.is_finite());
    Some(Concordance {
        ccc,
        pearson: rho,
        accuracy: 2.0 / (scale_shift + 1.0 / scale_shift + u2),
        scale_shift,
        location_shift,
        se,
        se_z,
        interval: se_z.map(|se| {
            let on_z = Interval::around(ccc.atanh(), critical * se);
            Interval {
                low: on_z.low.tanh(),
                high: on_z.high.tanh(),
            }
        }),
        interval_plain: se.map(|se| Interval::around(ccc, critical * se)),
        n: pairs.n(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_constant_shift_by_hand() {
        // y = x + 1 over 0, 2, 4: ρ = 1, s² = 8/3, so ρ_c = 2·8/3 / (2·8/3 + 1) = 16/19.
        let found = lin_ccc(
            &Pairs::new(&[0.0, 2.0, 4.0], &[1.0, 3.0, 5.0]).unwrap(),
            0.95,
        )
        .unwrap();
        assert!(
            (found.ccc - 16.0 / 19.0).abs() < 1e-12 && (found.accuracy - found.ccc).abs() < 1e-12
        );
        assert_eq!((found.pearson, found.scale_shift), (1.0, 1.0));
        let equal = lin_ccc(&Pairs::new(&[0.0, 2.0], &[0.0, 2.0]).unwrap(), 0.95).unwrap();
        assert_eq!((equal.ccc, equal.se, equal.interval), (1.0, None, None));
        assert_eq!(
            lin_ccc(&Pairs::new(&[1.0; 3], &[1.0, 2.0, 3.0]).unwrap(), 0.95),
            None
        );
    }

    proptest! {
        #[test]
        fn the_parts_make_the_whole(cells in prop::collection::vec((-9.0..9.0_f64, -9.0..9.0_f64), 3..30), scale in 0.1..9.0_f64) {
            let one = Pairs::of(cells.iter().copied());
            let found = lin_ccc(&one, 0.9).unwrap();
            prop_assert!((found.ccc - found.pearson * found.accuracy).abs() < 1e-12);
            // The same affine map of both, with raters changed.
            let other = lin_ccc(&one.map(|x, y| (y * scale + 2.0, x * scale + 2.0)), 0.9).unwrap();
            prop_assert!((found.ccc - other.ccc).abs() < 1e-9);
            prop_assert!((found.scale_shift * other.scale_shift - 1.0).abs() < 1e-9);
        }
    }
}
