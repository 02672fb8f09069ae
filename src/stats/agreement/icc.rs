//! Intraclass correlations.

use crate::stats::dist::{f_quantile, f_tail};
use crate::stats::{Interval, Table};

/// One of the six forms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IccForm {
    /// The coefficient; negative values are left as they are.
    pub icc: f64,
    /// Exact from F; for absolute agreement by Satterthwaite's degrees of freedom. `None` where raters agree perfectly up to
    /// shifts, so that there is no F.
    pub interval: Option<Interval>,
    /// The F that tests it against 0.
    pub f: Option<f64>,
    /// Its degrees of freedom: units, and what they are compared with.
    pub df: [usize; 2],
    /// P(F ≥ f).
    pub p: Option<f64>,
}

/// Mean squares of the two-way table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanSquares {
    /// Between units.
    pub units: f64,
    /// Between raters.
    pub raters: f64,
    /// Residual of both.
    pub residual: f64,
    /// Within units.
    pub within: f64,
}

/// The six intraclass correlations of Shrout & Fleiss (1979), by the names of McGraw & Wong (1996).
///
/// Take ICC(A,1) for "would another rater of this kind give the same number?" and ICC(A,k) for the mean of these k. Models
/// are no random sample of judges, and errors that they share raise every form: none says that a score is right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Icc {
    /// ICC(1,1): each unit may have had other raters.
    pub one: Option<IccForm>,
    /// ICC(A,1), absolute agreement.
    pub agreement: Option<IccForm>,
    /// ICC(C,1), consistency: a rater who is always higher by the same is forgiven.
    pub consistency: Option<IccForm>,
    /// ICC(1,k): of the mean of k raters.
    pub one_mean: Option<IccForm>,
    /// ICC(A,k).
    pub agreement_mean: Option<IccForm>,
    /// ICC(C,k), which is Cronbach's alpha.
    pub consistency_mean: Option<IccForm>,
    /// Mean squares.
    pub mean_squares: MeanSquares,
    /// Units rated by all raters; others are left out.
    pub units: usize,
    /// Raters.
    pub raters: usize,
}

/// All six forms with intervals at `level`. `None` for fewer than two raters, or two units that all have rated.
pub fn icc(table: &Table, level: f64) -> Option<Icc> {
    let (rows, raters) = (table.complete(), table.raters());
    let units = rows.len();
    (units > 1 && raters > 1 && level > 0.0 && level < 1.0).then_some(())?;
    let of = Anova {
        ms: mean_squares(&rows, raters),
        n: units as f64,
        k: raters as f64,
        level,
    };
    let within = [units - 1, units * (raters - 1)];
    let residual = [units - 1, (units - 1) * (raters - 1)];
    let [one, one_mean] = of.one_way(of.ms.within, within);
    let [consistency, consistency_mean] = of.one_way(of.ms.residual, residual);
    let [agreement, agreement_mean] = of.absolute(residual);
    Some(Icc {
        one,
        agreement,
        consistency,
        one_mean,
        agreement_mean,
        consistency_mean,
        mean_squares: of.ms,
        units,
        raters,
    })
}

fn mean_squares(rows: &[Vec<f64>], raters: usize) -> MeanSquares {
    // Counted from one of the values, equal ratings are exactly 0 and have no variance, not even by rounding.
    let origin = rows.iter().flatten().next().copied().unwrap_or_default();
    let shifted = |row: &Vec<f64>| row.iter().map(|value| value - origin).collect();
    let rows: Vec<Vec<f64>> = rows.iter().map(shifted).collect();
    let (n, k) = (rows.len() as f64, raters as f64);
    let unit_means: Vec<f64> = rows.iter().map(|row| row.iter().sum::<f64>() / k).collect();
    let grand = unit_means.iter().sum::<f64>() / n;
    let mut rater_means = vec![0.0; raters];
    for row in &rows {
        rater_means
            .iter_mut()
            .zip(row)
            .for_each(|(mean, value)| *mean += value / n);
    }
    let square = |means: &[f64]| means.iter().map(|mean| (mean - grand).powi(2)).sum::<f64>();
    let (mut within, mut residual) = (0.0, 0.0);
    for (row, unit) in rows.iter().zip(&unit_means) {
        for (value, rater) in row.iter().zip(&rater_means) {
            within += (value - unit).powi(2);
            residual += (value - unit - rater + grand).powi(2);
        }
    }
    MeanSquares {
        units: k * square(&unit_means) / (n - 1.0),
        raters: n * square(&rater_means) / (k - 1.0),
        residual: residual / ((n - 1.0) * (k - 1.0)),
        within: within / (n * (k - 1.0)),
    }
}

struct Anova {
    ms: MeanSquares,
    n: f64,
    k: f64,
    level: f64,
}

impl Anova {
    fn upper(&self) -> f64 {
        f64::midpoint(1.0, self.level)
    }

    /// Forms of one rater and of the mean that compare units with a single mean square.
    fn one_way(&self, error: f64, df: [usize; 2]) -> [Option<IccForm>; 2] {
        let [df1, df2] = df.map(|df| df as f64);
        let (units, k) = (self.ms.units, self.k);
        let f = ratio(units, error);
        let ends = || {
            let low = f? / f_quantile(self.upper(), df1, df2)?;
            Some([low, f? * f_quantile(self.upper(), df2, df1)?])
        };
        let ends = ends();
        let one = |f: f64| (f - 1.0) / (f + k - 1.0);
        let mean = |f: f64| 1.0 - 1.0 / f;
        let interval = |of: &dyn Fn(f64) -> f64| {
            ends.map(|[low, high]| Interval {
                low: of(low),
                high: of(high),
            })
        };
        [
            form(
                ratio(units - error, units + (k - 1.0) * error),
                interval(&one),
                f,
                df,
            ),
            form(ratio(units - error, units), interval(&mean), f, df),
        ]
    }

    /// Forms that count the raters' shifts as error.
    fn absolute(&self, df: [usize; 2]) -> [Option<IccForm>; 2] {
        let MeanSquares {
            units,
            raters,
            residual,
            ..
        } = self.ms;
        let (n, k) = (self.n, self.k);
        let shift = (raters - residual) / n;
        // With raters that vary more within a task than tasks do, what stands below can cancel to rounding: no coefficient.
        let least = 1e-10 * (units + raters + residual);
        let form_of = |below: f64| ratio(units - residual, below).filter(|_| below.abs() > least);
        let one = form_of(units + (k - 1.0) * residual + k * shift);
        let interval = one.and_then(|icc| self.satterthwaite(icc));
        let mean = |icc: f64| icc * k / (1.0 + icc * (k - 1.0));
        let of_mean = interval.map(|i| Interval {
            low: mean(i.low),
            high: mean(i.high),
        });
        let f = ratio(units, residual);
        [
            form(one, interval, f, df),
            form(form_of(units + shift), of_mean, f, df),
        ]
    }

    /// The interval of ICC(A,1) (Shrout & Fleiss 1979; McGraw & Wong 1996, table 7).
    fn satterthwaite(&self, icc: f64) -> Option<Interval> {
        let MeanSquares {
            units,
            raters,
            residual,
            ..
        } = self.ms;
        let (n, k) = (self.n, self.k);
        let f = ratio(raters, residual)?;
        let (a, b) = (k * icc * f, n * (1.0 + (k - 1.0) * icc) - k * icc);
        let df = (n - 1.0) * (k - 1.0) * (a + b).powi(2) / ((n - 1.0) * a * a + b * b);
        let (above, below) = (
            f_quantile(self.upper(), n - 1.0, df)?,
            f_quantile(self.upper(), df, n - 1.0)?,
        );
        let both = k * raters + (k * n - k - n) * residual;
        Some(Interval {
            low: ratio(n * (units - above * residual), above * both + n * units)?,
            high: ratio(n * (below * units - residual), both + n * below * units)?,
        })
    }
}

/// A quotient, where there is one.
fn ratio(above: f64, below: f64) -> Option<f64> {
    Some(above / below).filter(|ratio| below != 0.0 && ratio.is_finite())
}

fn form(
    icc: Option<f64>,
    interval: Option<Interval>,
    f: Option<f64>,
    df: [usize; 2],
) -> Option<IccForm> {
    let p = f.and_then(|f| f_tail(f, df[0] as f64, df[1] as f64));
    icc.map(|icc| IccForm {
        icc,
        interval,
        f,
        df,
        p,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(rows: &[Vec<f64>]) -> Option<Icc> {
        let rows: Vec<Vec<Option<f64>>> = rows
            .iter()
            .map(|row| row.iter().copied().map(Some).collect())
            .collect();
        icc(&Table::of_units(&rows).unwrap(), 0.95)
    }

    #[test]
    fn there_is_no_coefficient_over_what_cancels() {
        // MSR = .25, MSC = .4, MSE = 1.65, so MSR + (MSC − MSE)/5 = 0.
        let opposed = [[0.0, 2.0], [1.0, 2.0], [0.0, 2.0], [1.0, 0.0], [2.0, 0.0]];
        let found = of(&opposed.map(|row| row.to_vec())).unwrap();
        assert!(found.agreement_mean.is_none() && found.agreement.is_some());
    }

    #[test]
    fn a_constant_shift_is_forgiven_by_consistency_only() {
        // y = x + 2 over x = 0, 4, 8: MSR = 32, MSC = 6, MSE = 0. ICC(A,1) = 32 / (32 + 2·6/3) = 8/9.
        let found = of(&[vec![0.0, 2.0], vec![4.0, 6.0], vec![8.0, 10.0]]).unwrap();
        assert_eq!(found.consistency.unwrap().icc, 1.0);
        assert!((found.agreement.unwrap().icc - 8.0 / 9.0).abs() < 1e-12);
        assert_eq!(
            (
                found.consistency.unwrap().interval,
                found.agreement.unwrap().f
            ),
            (None, None)
        );
    }

    #[test]
    fn too_little() {
        assert_eq!(of(&[vec![1.0, 2.0]]), None);
        assert_eq!(of(&[vec![1.0], vec![2.0]]), None);
        let same = of(&[vec![0.1; 3], vec![0.1; 3]]).unwrap();
        assert_eq!(
            (same.one, same.agreement, same.consistency_mean),
            (None, None, None)
        );
    }

    proptest! {
        #[test]
        fn affine_maps_and_orders_change_nothing(
            mut rows in prop::collection::vec(prop::collection::vec(-50.0..50.0_f64, 3), 3..12), scale in 0.1..9.0_f64,
        ) {
            let all = |icc: Icc| [icc.one, icc.agreement, icc.consistency, icc.one_mean, icc.agreement_mean];
            let before = all(of(&rows).unwrap());
            rows.reverse();
            rows.iter_mut().for_each(|row| {
                row.reverse();
                row.iter_mut().for_each(|value| *value = *value * scale - 7.0);
            });
            for (one, other) in before.iter().zip(all(of(&rows).unwrap())) {
                if let (Some(one), Some(other)) = (one, other) {
                    prop_assert!((one.icc - other.icc).abs() < 1e-7 * one.icc.abs().max(1.0));
                }
            }
        }
    }
}
