//! Cohen's kappa of two raters.

use super::{Pairs, Weights};
use crate::stats::Interval;
use crate::stats::dist::normal_critical;

/// Cohen's kappa with its large-sample errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    /// (p_o − p_e) / (1 − p_e).
    pub kappa: f64,
    /// Observed agreement p_o, weighted.
    pub observed: f64,
    /// Agreement p_e of two raters who choose independently, each with the shares that it has.
    pub chance: f64,
    /// Standard error (Fleiss, Cohen & Everitt 1969).
    pub se: f64,
    /// Standard error where the true kappa is 0: for testing it, not for an interval.
    pub se_null: f64,
    /// kappa ± z·se.
    pub interval: Interval,
    /// The largest kappa that the shares of the two raters allow; only for [`Weights::Identity`].
    pub greatest: Option<f64>,
    /// Units.
    pub n: usize,
}

/// How often the first rater gave category i and the second j. `None` for a value that is no category.
pub fn cross_table(pairs: &Pairs, categories: &[f64]) -> Option<Vec<Vec<usize>>> {
    let place = |value: f64| categories.iter().position(|&category| category == value);
    let mut table = vec![vec![0; categories.len()]; categories.len()];
    for (x, y) in pairs.iter() {
        *table.get_mut(place(x)?)?.get_mut(place(y)?)? += 1;
    }
    Some(table)
}

/// Cohen's kappa (Cohen 1960; weighted: Cohen 1968): κ = (Σ w p − Σ w p_i. p_.j) / (1 − Σ w p_i. p_.j) over a table of shares
/// p. Categories are given in rising order, with those that nobody chose; their values set the distances of the weights, so
/// give 0, 1, 2 … for steps of equal size.
///
/// With quadratic weights it is close to ICC(A,1) (Fleiss & Cohen 1973). It is low whenever one category dominates
/// (Feinstein & Cicchetti 1990), and says nothing of who is right. `None` without units, for a value that is no category,
/// and where both raters gave all units the same category.
pub fn cohen_kappa(
    pairs: &Pairs,
    categories: &[f64],
    weights: Weights,
    level: f64,
) -> Option<Kappa> {
    let (z, w) = (normal_critical(level)?, weights.matrix(categories)?);
    let shares = Shares::of(&cross_table(pairs, categories)?, pairs.n())?;
    let observed = shares.sum(|i, j| shares.cell(i, j) * at(&w, i, j));
    let chance = shares.sum(|i, j| shares.product(i, j) * at(&w, i, j));
    let room = 1.0 - chance;
    // Both raters with all units in one category leave no room, but for rounding.
    (room > 1e-12).then_some(())?;
    let kappa = (observed - chance) / room;
    let means = shares.mean_weights(&w);
    let deviation = |i: usize, j: usize, size: f64| {
        let mean = means.get(i).map_or(0.0, |m| m.0) + means.get(j).map_or(0.0, |m| m.1);
        (at(&w, i, j) - mean * size).powi(2)
    };
    let n = pairs.n() as f64;
    let error = |squares: f64, less: f64| ((squares - less * less).max(0.0) / n).sqrt() / room;
    let se = error(
        shares.sum(|i, j| shares.cell(i, j) * deviation(i, j, 1.0 - kappa)),
        kappa - chance * (1.0 - kappa),
    );
    Some(Kappa {
        kappa,
        observed,
        chance,
        se,
        se_null: error(
            shares.sum(|i, j| shares.product(i, j) * deviation(i, j, 1.0)),
            chance,
        ),
        interval: Interval::around(kappa, z * se),
        greatest: (weights == Weights::Identity).then(|| (shares.overlap() - chance) / room),
        n: pairs.n(),
    })
}

/// A cross table as shares of all units, with its margins.
struct Shares {
    cells: Vec<Vec<f64>>,
    rows: Vec<f64>,
    columns: Vec<f64>,
}

fn at(matrix: &[Vec<f64>], i: usize, j: usize) -> f64 {
    matrix
        .get(i)
        .and_then(|row| row.get(j))
        .copied()
        .unwrap_or_default()
}

impl Shares {
    fn of(table: &[Vec<usize>], n: usize) -> Option<Self> {
        (n > 0).then_some(())?;
        let share = |row: &Vec<usize>| row.iter().map(|&count| count as f64 / n as f64).collect();
        let cells: Vec<Vec<f64>> = table.iter().map(share).collect();
        Some(Self {
            rows: cells.iter().map(|row| row.iter().sum()).collect(),
            columns: (0..cells.len())
                .map(|j| (0..cells.len()).map(|i| at(&cells, i, j)).sum())
                .collect(),
            cells,
        })
    }

    fn cell(&self, i: usize, j: usize) -> f64 {
        at(&self.cells, i, j)
    }

    fn row(&self, i: usize) -> f64 {
        self.rows.get(i).copied().unwrap_or_default()
    }

    fn column(&self, j: usize) -> f64 {
        self.columns.get(j).copied().unwrap_or_default()
    }

    fn product(&self, i: usize, j: usize) -> f64 {
        self.row(i) * self.column(j)
    }

    fn sum(&self, f: impl Fn(usize, usize) -> f64) -> f64 {
        let q = self.cells.len();
        (0..q * q).map(|k| f(k / q, k % q)).sum()
    }

    /// For each category, the weight that the other rater's choices give it on average: as the choice of the first rater,
    /// and as that of the second.
    fn mean_weights(&self, w: &[Vec<f64>]) -> Vec<(f64, f64)> {
        let q = 0..self.cells.len();
        let one = |i: usize| {
            let first = q.clone().map(|j| self.column(j) * at(w, i, j)).sum();
            (first, q.clone().map(|j| self.row(j) * at(w, j, i)).sum())
        };
        q.clone().map(one).collect()
    }

    /// The greatest agreement that the margins allow.
    fn overlap(&self) -> f64 {
        self.rows
            .iter()
            .zip(&self.columns)
            .map(|(row, column)| row.min(*column))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(cells: &[(f64, f64)]) -> Pairs {
        Pairs::of(cells.iter().copied())
    }

    #[test]
    fn by_hand() {
        // [[2, 1], [0, 1]]: agreement 3/4, by chance (3·2 + 1·2)/16 = 1/2, kappa 1/2; at most (2 + 1 + …)/4 = 3/4, too.
        let found = pairs(&[(0.0, 0.0), (0.0, 0.0), (0.0, 1.0), (1.0, 1.0)]);
        let kappa = cohen_kappa(&found, &[0.0, 1.0], Weights::Identity, 0.95).unwrap();
        assert_eq!((kappa.kappa, kappa.greatest, kappa.n), (0.5, Some(0.5), 4));
        // Two categories leave the weights nothing to say.
        let weighted = cohen_kappa(&found, &[0.0, 1.0], Weights::Quadratic, 0.95).unwrap();
        assert_eq!((weighted.kappa, weighted.greatest), (0.5, None));
    }

    #[test]
    fn not_defined_for_one_category_or_unknown_ones() {
        let of =
            |cells: &[(f64, f64)]| cohen_kappa(&pairs(cells), &[0.0, 1.0], Weights::Linear, 0.95);
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(1.0, 1.0); 3]), None);
        assert_eq!(of(&[(1.0, 2.0), (0.0, 0.0)]), None);
        // One always says 0, the other 1: chance agreement is 0, and so is kappa.
        assert_eq!(of(&[(0.0, 1.0); 3]).unwrap().kappa, 0.0);
    }

    proptest! {
        #[test]
        fn raters_may_change_places_and_units_their_order(
            cells in prop::collection::vec((0..4_u8, 0..4_u8), 1..40), linear: bool,
        ) {
            let weights = if linear { Weights::Linear } else { Weights::Ordinal };
            let categories = [0.0, 1.0, 2.0, 3.0];
            let one = Pairs::of(cells.iter().map(|&(a, b)| (f64::from(a), f64::from(b))));
            let other = Pairs::of(cells.iter().rev().map(|&(a, b)| (f64::from(b), f64::from(a))));
            let (one, other) = (cohen_kappa(&one, &categories, weights, 0.9), cohen_kappa(&other, &categories, weights, 0.9));
            prop_assert_eq!(one.is_some(), other.is_some());
            if let (Some(one), Some(other)) = (one, other) {
                prop_assert!((one.kappa - other.kappa).abs() < 1e-12 && (one.se.powi(2) - other.se.powi(2)).abs() < 1e-12);
                prop_assert!(one.kappa <= 1.0 + 1e-12 && one.kappa >= -1.0 - 1e-12);
            }
        }

        #[test]
        fn names_of_categories_do_not_matter_without_weights(cells in prop::collection::vec((0..3_usize, 0..3_usize), 2..40)) {
            let named = |names: [f64; 3]| Pairs::of(cells.iter().map(|&(a, b)| (names[a], names[b])));
            let of = |pairs: &Pairs| cohen_kappa(pairs, &[0.0, 1.0, 2.0], Weights::Identity, 0.9);
            let (one, other) = (of(&named([0.0, 1.0, 2.0])), of(&named([2.0, 0.0, 1.0])));
            prop_assert_eq!(one.is_some(), other.is_some());
            if let (Some(one), Some(other)) = (one, other) {
                prop_assert!((one.kappa - other.kappa).abs() < 1e-12 && (one.se_null.powi(2) - other.se_null.powi(2)).abs() < 1e-12);
            }
        }
    }
}
