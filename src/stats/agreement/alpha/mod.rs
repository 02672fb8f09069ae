//! Krippendorff's alpha.

mod bootstrap;

pub use bootstrap::{AlphaBootstrap, bootstrap_alpha};

use super::Counts;
use super::counts::{Cell, raters};
use crate::stats::Clusters;

/// How far two categories are apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Equal or not.
    Nominal,
    /// By how many ratings lie between them, in the order of the categories.
    Ordinal,
    /// (c − k)².
    Interval,
    /// ((c − k) / (c + k))²; only for values that are not negative.
    Ratio,
}

/// Krippendorff's alpha with what it is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alpha {
    /// 1 − observed / expected disagreement. `None` where nothing can be expected to disagree: fewer than two ratings that
    /// have a partner, all of them the same, or negative values under [`Metric::Ratio`].
    pub alpha: Option<f64>,
    /// Disagreement within units, as a mean over pairs of ratings in the unit of the metric.
    pub observed: f64,
    /// Disagreement of any two of the same ratings.
    pub expected: f64,
    /// Units with at least two ratings, which are the ones it rests on.
    pub units: usize,
    /// Ratings in those units.
    pub ratings: usize,
}

/// Krippendorff's alpha (Krippendorff 2004; Hayes & Krippendorff 2007) of any number of raters with missing cells:
/// α = 1 − D_o / D_e with D_o = Σ_i Σ_{c,k} r_ic (r_ik − δ_ck) δ²_ck / (r_i − 1) and D_e = Σ_{c,k} n_c (n_k − δ_ck) δ²_ck /
/// (N − 1), both over N. Units with fewer than two ratings are left out.
///
/// 1 is perfect agreement, 0 is what chance gives. It says that raters are consistent, never that they are right, and it
/// is small whenever nearly all ratings fall into one category; look at [`super::ChanceCorrected`], too.
pub fn alpha(counts: &Counts, metric: Metric) -> Alpha {
    let all = Clusters::of(std::iter::repeat_n((), counts.units()));
    Parts::new(counts, metric, &all).alpha(&[1])
}

/// What clusters of units add to the sums of alpha: a resample then adds clusters and not units.
struct Parts<'a> {
    metric: Metric,
    categories: &'a [f64],
    clusters: Vec<Part<'a>>,
}

/// What the units of one cluster add, those with at least two ratings.
#[derive(Clone, Default)]
struct Part<'a> {
    units: usize,
    /// Their ratings of each category.
    totals: Vec<Cell>,
    /// The disagreement within them, wherever that is the same in every resample.
    within: f64,
    /// For the ordinal metric, whose distances depend on all ratings: those that were given different categories.
    uneven: Vec<&'a [Cell]>,
}

impl<'a> Parts<'a> {
    fn new(counts: &'a Counts, metric: Metric, clusters: &Clusters) -> Self {
        let mut parts = vec![Part::default(); clusters.count()];
        let there = counts.rows().zip(clusters.of_units());
        for (unit, &cluster) in there.filter(|(unit, _)| raters(unit) > 1) {
            if let Some(part) = parts.get_mut(cluster) {
                part.add(unit, metric, counts.categories());
            }
        }
        for part in &mut parts {
            part.totals = merged(std::mem::take(&mut part.totals));
        }
        Self {
            metric,
            categories: counts.categories(),
            clusters: parts,
        }
    }

    /// Alpha where cluster i is there `times[i]` times.
    fn alpha(&self, times: &[u32]) -> Alpha {
        let there = || {
            let drawn = self.clusters.iter().zip(times.iter().copied());
            drawn.filter(|&(_, times)| times > 0)
        };
        let mut totals = vec![0_usize; self.categories.len()];
        let mut units = 0;
        for (part, times) in there() {
            units += part.units * times as usize;
            for cell in &part.totals {
                if let Some(total) = totals.get_mut(cell.category) {
                    *total += cell.raters * times as usize;
                }
            }
        }
        let ratings: usize = totals.iter().sum();
        let values = self.values(&totals);
        let within = |(part, times): (&Part<'_>, u32)| f64::from(times) * part.within(&values);
        let within: f64 = there().map(within).sum();
        let between = self.between(&totals, &values) / (ratings.saturating_sub(1).max(1)) as f64;
        let n = ratings.max(1) as f64;
        let known = self.metric != Metric::Ratio || values.iter().all(|&value| value >= 0.0);
        let varied = totals.iter().filter(|&&total| total > 0).count() > 1;
        Alpha {
            alpha: (known && varied && between > 0.0).then(|| 1.0 - within / between),
            observed: within / n,
            expected: between / n,
            units,
            ratings,
        }
    }

    /// The number that stands for each category. For the ordinal metric it is the mean rank of its ratings among all, as
    /// Σ_{g=c}^{k} n_g − (n_c + n_k)/2 is the difference of two mean ranks.
    fn values(&self, totals: &[usize]) -> Vec<f64> {
        if self.metric != Metric::Ordinal {
            return self.categories.to_vec();
        }
        let ranks = totals.iter().scan(0, |before, &total| {
            let rank = *before as f64 + total as f64 / 2.0;
            *before += total;
            Some(rank)
        });
        ranks.collect()
    }

    /// Σ_{c,k} n_c n_k δ²_ck, each pair in both orders.
    fn between(&self, totals: &[usize], values: &[f64]) -> f64 {
        let all = totals.iter().enumerate();
        let cells = all.map(|(category, &raters)| Cell { category, raters });
        match self.metric {
            Metric::Nominal => unlike(totals.iter().copied()),
            Metric::Ordinal | Metric::Interval => spread(&cells.collect::<Vec<_>>(), values),
            Metric::Ratio => by_pairs(totals.iter().map(|&n| n as f64).zip(values.iter().copied())),
        }
    }
}

impl<'a> Part<'a> {
    fn add(&mut self, unit: &'a [Cell], metric: Metric, values: &[f64]) {
        self.units += 1;
        self.totals.extend_from_slice(unit);
        if metric == Metric::Ordinal {
            self.uneven.extend((unit.len() > 1).then_some(unit));
            return;
        }
        let weighed = |&cell: &Cell| (cell.raters as f64, value(values, cell));
        let sum = match metric {
            Metric::Nominal => unlike(unit.iter().map(|cell| cell.raters)),
            Metric::Ratio => by_pairs(unit.iter().map(weighed)),
            Metric::Interval | Metric::Ordinal => spread(unit, values),
        };
        self.within += share(unit, sum);
    }

    /// Σ_i Σ_{c,k} r_ic r_ik δ²_ck / (r_i − 1), each pair in both orders.
    fn within(&self, values: &[f64]) -> f64 {
        let uneven = self.uneven.iter();
        self.within
            + uneven
                .map(|unit| share(unit, spread(unit, values)))
                .sum::<f64>()
    }
}

/// One cell for each category.
fn merged(mut cells: Vec<Cell>) -> Vec<Cell> {
    cells.sort_unstable_by_key(|cell| cell.category);
    let each = cells.chunk_by(|a, b| a.category == b.category);
    let one = |same: &[Cell]| {
        Some(Cell {
            category: same.first()?.category,
            raters: raters(same),
        })
    };
    each.filter_map(one).collect()
}

/// Divides what a unit sums over its pairs by the r − 1 partners of each rating; 0 for a rating without partner.
fn share(unit: &[Cell], sum: f64) -> f64 {
    match raters(unit) {
        0 | 1 => 0.0,
        raters => sum / (raters - 1) as f64,
    }
}

fn value(values: &[f64], cell: Cell) -> f64 {
    values.get(cell.category).copied().unwrap_or_default()
}

/// Ordered pairs of different categories: n² − Σ n_c².
fn unlike(counts: impl Iterator<Item = usize>) -> f64 {
    let (n, squares) = counts.fold((0.0, 0.0), |(n, squares), count| {
        let count = count as f64;
        (n + count, squares + count * count)
    });
    n * n - squares
}

/// Σ over ordered pairs of (v_c − v_k)² = 2 n Σ n_c (v_c − v̄)².
fn spread(cells: &[Cell], values: &[f64]) -> f64 {
    if let [_] = cells {
        return 0.0;
    }
    let each = || {
        cells
            .iter()
            .map(|&cell| (cell.raters as f64, value(values, cell)))
    };
    let (n, sum) = each().fold((0.0, 0.0), |(n, sum), (m, value)| (n + m, sum + m * value));
    let mean = if n > 0.0 { sum / n } else { 0.0 };
    let squares: f64 = each()
        .map(|(m, value)| m * (value - mean) * (value - mean))
        .sum();
    2.0 * n * squares
}

/// Σ over ordered pairs of ((v_c − v_k) / (v_c + v_k))².
fn by_pairs(counts: impl Iterator<Item = (f64, f64)>) -> f64 {
    let all: Vec<(f64, f64)> = counts.filter(|&(n, _)| n > 0.0).collect();
    let mut sum = 0.0;
    for (place, &(n, value)) in all.iter().enumerate() {
        for &(m, other) in all.iter().take(place) {
            sum += 2.0 * n * m * ((value - other) / (value + other)).powi(2);
        }
    }
    sum
}

#[cfg(test)]
mod tests;
