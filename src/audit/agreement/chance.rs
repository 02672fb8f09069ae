//! Gwet's coefficients, with tasks resampled by occupation.

use crate::audit::figure::Figure;
use crate::audit::units::Units;
use crate::stats::agreement::{ChanceCorrected, Weights};
use crate::stats::inference::ClusterSums;
use crate::stats::{Clusters, Table};

/// Sums before the shares of the categories.
const FIRST: usize = 3;

/// AC1 or AC2 of the answers of all raters.
pub(super) fn gwet(
    table: &Table,
    categories: &[f64],
    weights: Weights,
    units: &Units,
) -> Option<Figure> {
    let found = ChanceCorrected::of_table(table, categories, weights, units.level)?;
    let point = found.gwet?;
    let sums = sums(table, categories, &found.weights, &units.clusters);
    let replicates = units.resample(&sums, |sums| [coefficient(sums, &found.weights)]);
    let replicates = replicates.map(|[one]| one);
    units.figure(Some(point.coefficient), replicates.as_ref(), point.n)
}

/// Tasks with a rating, tasks with two, the agreement of pairs on those, and the shares of the categories.
fn sums(
    table: &Table,
    categories: &[f64],
    weights: &[Vec<f64>],
    clusters: &Clusters,
) -> ClusterSums {
    let rows: Vec<&[Option<f64>]> = table.units().collect();
    ClusterSums::new(clusters, FIRST + categories.len(), |unit, part| {
        let given = rows[unit].iter().flatten();
        let place = |value: &f64| categories.iter().position(|category| category == value);
        let given: Vec<usize> = given.filter_map(place).collect();
        let r = given.len() as f64;
        part[0] += f64::from(u8::from(!given.is_empty()));
        for &label in &given {
            part[FIRST + label] += 1.0 / r;
        }
        if given.len() > 1 {
            let with = |&one: &usize| given.iter().map(|&other| weights[one][other]).sum::<f64>();
            part[1] += 1.0;
            part[2] += (given.iter().map(with).sum::<f64>() - r) / (r * (r - 1.0));
        }
    })
}

/// (p_a − p_e) / (1 − p_e) with p_e = Σw / (q (q − 1)) Σ π (1 − π).
fn coefficient(sums: &[f64], weights: &[Vec<f64>]) -> Option<f64> {
    let q = weights.len() as f64;
    let (tasks, pairs) = (sums[0], sums[1]);
    (pairs > 0.0).then_some(())?;
    let share = |&sum: &f64| sum / tasks * (1.0 - sum / tasks);
    let chance = weights.iter().flatten().sum::<f64>() / (q * (q - 1.0))
        * sums[FIRST..].iter().map(share).sum::<f64>();
    (chance < 1.0).then(|| (sums[2] / pairs - chance) / (1.0 - chance))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_resampled_is_the_coefficient(
            rows in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.8, 0_u8..3), 4), 2..20),
        ) {
            let value = |cell: &Option<u8>| cell.map(|label| f64::from(label) / 2.0);
            let rows: Vec<Vec<Option<f64>>> = rows.iter().map(|row| row.iter().map(value).collect()).collect();
            let table = Table::of_units(&rows).unwrap();
            let categories = [0.0, 0.5, 1.0];
            for weights in [Weights::Identity, Weights::Quadratic] {
                let known = ChanceCorrected::of_table(&table, &categories, weights, 0.9).unwrap();
                let sums = sums(&table, &categories, &known.weights, &Clusters::singletons(rows.len()));
                let found = coefficient(&sums.whole(), &known.weights);
                prop_assert_eq!(found.is_some(), known.gwet.is_some());
                if let (Some(found), Some(known)) = (found, known.gwet) {
                    prop_assert!((found - known.coefficient).abs() < 1e-9);
                }
            }
        }
    }
}
