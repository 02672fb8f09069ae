//! Chance-corrected agreement of several raters: five ideas of what chance is.

use super::counts::{Cell, raters};
use super::{Counts, Weights};
use crate::stats::dist::{t_critical, t_two_sided};
use crate::stats::{Interval, Table};

/// One coefficient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// (p_a − p_e) / (1 − p_e).
    pub coefficient: f64,
    /// Observed agreement p_a: the mean, over units with two ratings or more, of the weight of a pair of them.
    pub observed: f64,
    /// Agreement p_e by chance.
    pub chance: f64,
    /// Standard error by linearisation over units (Gwet 2014); `None` for a single unit.
    pub se: Option<f64>,
    /// ± t·se with n − 1 degrees of freedom, cut at 1.
    pub interval: Option<Interval>,
    /// Two-sided p that the coefficient is 0.
    pub p: Option<f64>,
    /// Units it rests on.
    pub n: usize,
}

/// Coefficients that differ in their idea of chance; `None` where one is not defined.
#[derive(Debug, Clone, PartialEq)]
pub struct ChanceCorrected {
    /// Gwet's AC1 (2008), with weights AC2 (2014): p_e = Σw / (q(q − 1)) · Σ π_c (1 − π_c). It stays sensible where one
    /// category dominates; then it is much larger than alpha and kappa, so show it beside them.
    pub gwet: Option<Coefficient>,
    /// Fleiss' kappa (1971), for any number of ratings a unit: p_e = Σ w π_c π_k.
    pub fleiss: Option<Coefficient>,
    /// Brennan & Prediger (1981), Randolph's kappa (2005): p_e = Σw / q², chance picks every category equally often.
    pub brennan_prediger: Option<Coefficient>,
    /// Krippendorff's alpha with its standard error (Gwet 2011); [`super::alpha`] has its other metrics.
    pub krippendorff: Option<Coefficient>,
    /// Conger's kappa (1980): chance is the mean of Cohen's over pairs of raters. Needs to know who gave what.
    pub conger: Option<Coefficient>,
    /// Weights between the categories.
    pub weights: Vec<Vec<f64>>,
}

impl ChanceCorrected {
    /// The coefficients of a table. Categories are all that could be given, in rising order. `None` for fewer than two
    /// categories, and where a value is none of them.
    pub fn of_table(
        table: &Table,
        categories: &[f64],
        weights: Weights,
        level: f64,
    ) -> Option<Self> {
        let counts = Counts::of_categories(table, categories)?;
        let mut found = Self::of_counts(&counts, weights, level)?;
        found.conger =
            super::conger::conger(table, &Agreement::new(&counts, &found.weights), level);
        Some(found)
    }

    /// The coefficients of counts, which do not know who gave what: without [`ChanceCorrected::conger`].
    pub fn of_counts(counts: &Counts, weights: Weights, level: f64) -> Option<Self> {
        let weights = weights.matrix(counts.categories())?;
        let of = Agreement::new(counts, &weights);
        Some(Self {
            gwet: of.gwet(level),
            fleiss: of.fleiss(level),
            brennan_prediger: of.brennan_prediger(level),
            krippendorff: of.krippendorff(level),
            conger: None,
            weights,
        })
    }
}

/// What all coefficients start from.
pub(super) struct Agreement<'a> {
    pub weights: &'a [Vec<f64>],
    pub categories: &'a [f64],
    /// Units with a rating.
    units: Vec<Unit<'a>>,
    /// Units with two ratings or more.
    paired: usize,
    /// Mean over units of the share of each category.
    shares: Vec<f64>,
}

struct Unit<'a> {
    cells: &'a [Cell],
    raters: f64,
    /// Σ_c r_c (r*_c − 1) with r*_c = Σ_l w_cl r_l: the weights of all ordered pairs of ratings.
    agreeing: f64,
}

impl Unit<'_> {
    /// Mean weight of a pair of ratings; 0 for a rating alone.
    fn observed(&self) -> f64 {
        if self.raters < 2.0 {
            0.0
        } else {
            self.agreeing / (self.raters * (self.raters - 1.0))
        }
    }

    /// Σ_c r_c f(c) over the categories of the unit.
    fn sum(&self, of: &[f64]) -> f64 {
        self.cells
            .iter()
            .map(|cell| cell.raters as f64 * of.get(cell.category).unwrap_or(&0.0))
            .sum()
    }
}

impl<'a> Agreement<'a> {
    pub(super) fn new(counts: &'a Counts, weights: &'a [Vec<f64>]) -> Self {
        let rated = counts.rows().filter(|cells| !cells.is_empty());
        let units: Vec<Unit<'_>> = rated.map(|cells| unit(cells, weights)).collect();
        let mut shares = vec![0.0; counts.categories().len()];
        for unit in &units {
            for cell in unit.cells {
                if let Some(share) = shares.get_mut(cell.category) {
                    *share += cell.raters as f64 / unit.raters / units.len() as f64;
                }
            }
        }
        let paired = units.iter().filter(|unit| unit.raters >= 2.0).count();
        Self {
            weights,
            categories: counts.categories(),
            units,
            paired,
            shares,
        }
    }

    fn gwet(&self, level: f64) -> Option<Coefficient> {
        let q = self.weights.len() as f64;
        let scale = self.weights.iter().flatten().sum::<f64>() / (q * (q - 1.0));
        let other: Vec<f64> = self
            .shares
            .iter()
            .map(|share| scale * (1.0 - share))
            .collect();
        let chance = self
            .shares
            .iter()
            .zip(&other)
            .map(|(share, other)| share * other)
            .sum();
        self.coefficient(
            chance,
            self.units.iter().map(|unit| unit.sum(&other) / unit.raters),
            level,
        )
    }

    fn fleiss(&self, level: f64) -> Option<Coefficient> {
        let weighed = product(self.weights, &self.shares);
        let chance = weighed
            .iter()
            .zip(&self.shares)
            .map(|(weighed, share)| weighed * share)
            .sum();
        self.coefficient(
            chance,
            self.units
                .iter()
                .map(|unit| unit.sum(&weighed) / unit.raters),
            level,
        )
    }

    fn brennan_prediger(&self, level: f64) -> Option<Coefficient> {
        let chance =
            self.weights.iter().flatten().sum::<f64>() / (self.weights.len() as f64).powi(2);
        self.coefficient(chance, self.units.iter().map(|_| chance), level)
    }

    /// A coefficient of agreement beyond `chance`, to which each unit contributes what `chances` says.
    pub(super) fn coefficient(
        &self,
        chance: f64,
        chances: impl Iterator<Item = f64>,
        level: f64,
    ) -> Option<Coefficient> {
        (self.paired > 0).then_some(())?;
        let observed = self.units.iter().map(Unit::observed).sum::<f64>() / self.paired as f64;
        let room = room(chance)?;
        let coefficient = (observed - chance) / room;
        let scale = self.units.len() as f64 / self.paired as f64;
        let linear = self.units.iter().zip(chances).map(|(unit, own)| {
            let expected = if unit.raters < 2.0 { 0.0 } else { chance };
            let part = scale * (unit.observed() - expected) / room;
            part - 2.0 * (1.0 - coefficient) * (own - chance) / room - coefficient
        });
        Some(with_error(coefficient, observed, chance, linear, level))
    }

    /// Krippendorff's alpha in this family: units with two ratings or more, shares over all ratings, and ε = 1/N.
    fn krippendorff(&self, level: f64) -> Option<Coefficient> {
        let units = || self.units.iter().filter(|unit| unit.raters >= 2.0);
        let total: f64 = units().map(|unit| unit.raters).sum();
        (total > 0.0).then_some(())?;
        let n = self.paired as f64;
        let mean = total / n;
        let mut shares = vec![0.0; self.weights.len()];
        for cell in units().flat_map(|unit| unit.cells) {
            if let Some(share) = shares.get_mut(cell.category) {
                *share += cell.raters as f64 / total;
            }
        }
        let agreeing = |unit: &Unit<'_>| unit.agreeing / (mean * (unit.raters - 1.0));
        let plain = units().map(agreeing).sum::<f64>() / n;
        let observed = (1.0 - 1.0 / total) * plain + 1.0 / total;
        let weighed = product(self.weights, &shares);
        let chance = weighed
            .iter()
            .zip(&shares)
            .map(|(weighed, share)| weighed * share)
            .sum();
        let room = room(chance)?;
        let uncorrected = (plain - chance) / room;
        let linear = units().map(|unit| {
            let more = (unit.raters - mean) / mean;
            let part = (agreeing(unit) - observed * more - chance) / room;
            let own = unit.sum(&weighed) / mean - chance * more;
            part - 2.0 * (1.0 - uncorrected) * (own - chance) / room - uncorrected
        });
        Some(with_error(
            (observed - chance) / room,
            observed,
            chance,
            linear,
            level,
        ))
    }
}

fn unit<'a>(cells: &'a [Cell], weights: &[Vec<f64>]) -> Unit<'a> {
    let weighed = |cell: &Cell| -> f64 {
        let row = weights.get(cell.category).map_or(&[][..], Vec::as_slice);
        cells
            .iter()
            .map(|other| other.raters as f64 * row.get(other.category).unwrap_or(&0.0))
            .sum()
    };
    Unit {
        cells,
        raters: raters(cells) as f64,
        agreeing: cells
            .iter()
            .map(|cell| cell.raters as f64 * (weighed(cell) - 1.0))
            .sum(),
    }
}

fn product(weights: &[Vec<f64>], shares: &[f64]) -> Vec<f64> {
    let row = |row: &Vec<f64>| row.iter().zip(shares).map(|(w, share)| w * share).sum();
    weights.iter().map(row).collect()
}

/// What chance leaves; `None` where it leaves nothing, but for rounding.
fn room(chance: f64) -> Option<f64> {
    Some(1.0 - chance).filter(|room| *room > 1e-12)
}

/// The error from what each unit adds to the coefficient, by its deviation from it.
fn with_error(
    coefficient: f64,
    observed: f64,
    chance: f64,
    deviations: impl Iterator<Item = f64>,
    level: f64,
) -> Coefficient {
    let (n, squares) = deviations.fold((0, 0.0), |(n, sum), deviation| {
        (n + 1, sum + deviation * deviation)
    });
    let df = n as f64 - 1.0;
    let se = (n > 1).then(|| (squares / (n as f64 * df)).sqrt());
    let half = se.and_then(|se| Some(se * t_critical(level, df)?));
    Coefficient {
        coefficient,
        observed,
        chance,
        se,
        interval: half.map(|half| Interval {
            low: coefficient - half,
            high: (coefficient + half).min(1.0),
        }),
        p: se
            .filter(|se| *se > 0.0)
            .and_then(|se| t_two_sided(coefficient / se, df)),
        n,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn agreement_where_one_category_dominates() {
        // 98 units 0/0, one 0/1, one 1/0: p_a = .98. AC1: π = (.99, .01), p_e = 2·.99·.01 = .0198.
        // Fleiss: p_e = .99² + .01² = .9802, so .98 is less than chance.
        let rows: Vec<[usize; 2]> = (0..100)
            .map(|i| if i < 98 { [2, 0] } else { [1, 1] })
            .collect();
        let counts = Counts::of_rows(&[0.0, 1.0], &rows).unwrap();
        let found = ChanceCorrected::of_counts(&counts, Weights::Identity, 0.95).unwrap();
        assert!((found.gwet.unwrap().coefficient - (0.98 - 0.0198) / 0.9802).abs() < 1e-12);
        assert!((found.fleiss.unwrap().coefficient - (0.98 - 0.9802) / 0.0198).abs() < 1e-9);
        assert!((found.brennan_prediger.unwrap().coefficient - 0.96).abs() < 1e-12);
        assert_eq!(found.conger, None);
    }

    #[test]
    fn nothing_to_pair_and_nothing_to_differ() {
        let of = |rows: &[[usize; 2]]| {
            let counts = Counts::of_rows(&[0.0, 1.0], rows).unwrap();
            ChanceCorrected::of_counts(&counts, Weights::Linear, 0.95).unwrap()
        };
        let alone = of(&[[1, 0], [0, 1], [0, 0]]);
        assert_eq!((alone.gwet, alone.krippendorff), (None, None));
        let same = of(&[[2, 0], [3, 0]]);
        assert_eq!((same.fleiss, same.krippendorff), (None, None));
        let gwet = same.gwet.unwrap();
        assert_eq!((gwet.coefficient, gwet.se, gwet.p), (1.0, Some(0.0), None));
        assert_eq!(of(&[[1, 1]]).gwet.unwrap().interval, None);
    }

    proptest! {
        #[test]
        fn order_of_raters_and_units_and_empty_rows_do_not_matter(
            mut rows in prop::collection::vec(prop::collection::vec(prop::option::weighted(0.8, 0..3_u8), 3), 2..12),
        ) {
            let of = |rows: &[Vec<Option<u8>>]| {
                let cells: Vec<Vec<Option<f64>>> =
                    rows.iter().map(|row| row.iter().map(|cell| cell.map(f64::from)).collect()).collect();
                let table = Table::of_units(&cells).unwrap();
                ChanceCorrected::of_table(&table, &[0.0, 1.0, 2.0], Weights::Linear, 0.95).unwrap()
            };
            let all = |found: &ChanceCorrected| {
                [found.gwet, found.fleiss, found.brennan_prediger, found.krippendorff, found.conger]
                    .map(|one| one.map(|one| (one.coefficient, one.se)))
            };
            let before = all(&of(&rows));
            rows.reverse();
            rows.push(vec![None; 3]);
            rows.iter_mut().for_each(|row| row.reverse());
            for (one, other) in before.iter().zip(all(&of(&rows))) {
                prop_assert_eq!(one.is_some(), other.is_some());
                if let (Some((one, se)), Some((other, other_se))) = (*one, other) {
                    prop_assert!((one - other).abs() < 1e-9);
                    prop_assert!((se.unwrap_or(0.0) - other_se.unwrap_or(0.0)).abs() < 1e-6);
                }
            }
        }
    }
}
