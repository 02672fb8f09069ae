//! Intraclass correlations for absolute agreement, with tasks resampled by occupation.

use crate::audit::figure::Figure;
use crate::audit::units::Units;
use crate::stats::agreement::{IccForm, icc};
use crate::stats::inference::ClusterSums;
use crate::stats::{Clusters, Table};

/// Sums before those of the raters.
const FIRST: usize = 3;

/// ICC(A,1) and ICC(A,k) over the tasks that all rated; sums are counted from `middle`, which loses no digits.
pub(super) fn intraclass(table: &Table, middle: f64, units: &Units) -> [Option<Figure>; 2] {
    let Some(found) = icc(table, units.level) else {
        return [None, None];
    };
    let sums = sums(table, middle, &units.clusters);
    let k = table.raters() as f64;
    let replicates = units.resample(&sums, |sums| absolute(sums, k));
    let [one, all] = replicates.map_or([None, None], |both| both.map(Some));
    let point = |form: Option<IccForm>| form.map(|form| form.icc);
    [
        units.figure(point(found.agreement), one.as_ref(), found.units),
        units.figure(point(found.agreement_mean), all.as_ref(), found.units),
    ]
}

/// n, Σ (total of a task)², Σ y², and the total of each rater.
fn sums(table: &Table, middle: f64, clusters: &Clusters) -> ClusterSums {
    let rows: Vec<&[Option<f64>]> = table.units().collect();
    let whole = |unit: usize| rows[unit].iter().all(Option::is_some);
    let complete: Vec<usize> = (0..rows.len()).filter(|&unit| whole(unit)).collect();
    ClusterSums::new(
        &clusters.only(whole),
        FIRST + table.raters(),
        |unit, part| {
            let mut total = 0.0;
            for (rater, value) in rows[complete[unit]].iter().enumerate() {
                let value = value.map_or(0.0, |value| value - middle);
                total += value;
                part[2] += value * value;
                part[FIRST + rater] += value;
            }
            part[0] += 1.0;
            part[1] += total * total;
        },
    )
}

/// The two forms by McGraw & Wong (1996), of such sums.
fn absolute(sums: &[f64], k: f64) -> [Option<f64>; 2] {
    let (n, raters) = (sums[0], &sums[FIRST..]);
    if n < 2.0 {
        return [None, None];
    }
    let all: f64 = raters.iter().sum();
    let centre = all * all / (n * k);
    let (units, whole) = (sums[1] / k - centre, sums[2] - centre);
    let between = raters.iter().map(|sum| sum * sum).sum::<f64>() / n - centre;
    let residual = (whole - units - between) / ((n - 1.0) * (k - 1.0));
    let (units, between) = (units / (n - 1.0), between / (k - 1.0));
    let shift = (between - residual) / n;
    let ratio = |below: f64| Some((units - residual) / below).filter(|icc| icc.is_finite());
    [
        ratio(units + (k - 1.0) * residual + k * shift),
        ratio(units + shift),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_resampled_are_the_coefficients(
            rows in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.9, 0_u8..101), 3), 3..20),
        ) {
            let value = |cell: &Option<u8>| cell.map(f64::from);
            let rows: Vec<Vec<Option<f64>>> = rows.iter().map(|row| row.iter().map(value).collect()).collect();
            let table = Table::of_units(&rows).unwrap();
            let sums = sums(&table, 50.0, &Clusters::singletons(rows.len()));
            let found = absolute(&sums.whole(), 3.0);
            let Some(known) = icc(&table, 0.9) else { return Ok(()) };
            for (found, known) in found.into_iter().zip([known.agreement, known.agreement_mean]) {
                if let (Some(found), Some(known)) = (found, known) {
                    prop_assert!((found - known.icc).abs() < 1e-6 * (1.0 + known.icc.abs()));
                }
            }
        }
    }
}
