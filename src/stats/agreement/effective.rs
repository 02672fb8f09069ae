//! How many raters a panel is worth.

use super::{Pairs, pearson};
use crate::stats::Table;
use crate::stats::moments::{mean, variance};

/// What a panel's raters have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effective {
    /// Mean of Pearson's r over pairs of raters, each over the units that both rated. `None` where no pair has one.
    pub mean_r: Option<f64>,
    /// Pairs of raters it is the mean of: those where both vary.
    pub pairs: usize,
    /// Effective number of raters by that correlation, see [`kish`].
    pub kish: Option<f64>,
    /// Cronbach's alpha (1951) over the units that all have rated: the reliability of their sum, as far as they err
    /// independently. `None` for fewer than two raters or complete units, or where the sums do not vary.
    pub cronbach: Option<f64>,
    /// Units that all have rated.
    pub complete: usize,
    /// Raters.
    pub raters: usize,
}

/// What a panel is worth, judged by how alike its raters' ratings are. Ratings are alike because raters agree on the truth
/// as well as because they err together; correlations of errors against gold, given to [`kish`], tell how many judges there are.
pub fn effective_raters(table: &Table) -> Effective {
    let raters = table.raters();
    let pairs = (0..raters).flat_map(|x| (0..x).map(move |y| (x, y)));
    let found =
        pairs.filter_map(|(x, y)| pearson(&Pairs::of_table(table, x, y), 0.95).map(|one| one.r));
    let found: Vec<f64> = found.collect();
    let mean_r = mean(&found);
    let rows = table.complete();
    Effective {
        mean_r,
        pairs: found.len(),
        kish: mean_r.and_then(|r| kish(raters, r)),
        cronbach: cronbach(&rows, raters),
        complete: rows.len(),
        raters,
    }
}

/// The effective number of m raters whose errors correlate by r: m / (1 + (m − 1) r) (Kish 1965). `None` where r is too
/// negative for that many raters.
pub fn kish(raters: usize, r: f64) -> Option<f64> {
    let m = raters as f64;
    let inflation = 1.0 + (m - 1.0) * r;
    (raters > 0 && inflation > 0.0).then(|| m / inflation)
}

/// The reliability of the mean of k raters, when that of one is r: k r / (1 + (k − 1) r) (Spearman 1910, Brown 1910). It holds
/// where raters err independently; raters with shared errors gain less. `None` where r is too negative for k.
pub fn spearman_brown(r: f64, k: f64) -> Option<f64> {
    let below = 1.0 + (k - 1.0) * r;
    (below > 0.0).then(|| k * r / below)
}

/// k/(k − 1) · (1 − Σ s_j² / s²) with the variance s² of the sums over raters.
fn cronbach(rows: &[Vec<f64>], raters: usize) -> Option<f64> {
    let (k, first) = (raters as f64, rows.first()?);
    // Counted from the first unit, a rater who does not vary has no variance, not even by rounding.
    let shifted = |row: &Vec<f64>| {
        row.iter()
            .zip(first)
            .map(|(value, first)| value - first)
            .collect()
    };
    let rows: Vec<Vec<f64>> = rows.iter().map(shifted).collect();
    let sums: Vec<f64> = rows.iter().map(|row| row.iter().sum()).collect();
    let whole = variance(&sums, 1).filter(|whole| *whole > 0.0 && raters > 1)?;
    let column = |j: usize| {
        rows.iter()
            .filter_map(|row| row.get(j).copied())
            .collect::<Vec<_>>()
    };
    let one = |j: usize| variance(&column(j), 1);
    let parts = (0..raters).map(one).sum::<Option<f64>>()?;
    Some(k / (k - 1.0) * (1.0 - parts / whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Two raters whose errors correlate by .5 are worth 2 / 1.5; two that are one, one.
        assert_eq!(kish(2, 0.5), Some(2.0 / 1.5));
        assert_eq!(kish(2, 1.0), Some(1.0));
        assert_eq!((kish(3, -0.5), kish(0, 0.0)), (None, None));
        assert_eq!(spearman_brown(0.5, 2.0), Some(2.0 / 3.0));
        assert_eq!(spearman_brown(-0.5, 3.0), None);
    }

    #[test]
    fn a_repeated_rater_adds_nothing() {
        let rows: Vec<[Option<f64>; 3]> = [1.0, 4.0, 2.0]
            .iter()
            .map(|&v| [Some(v), Some(v), None])
            .collect();
        let found = effective_raters(&Table::of_units(&rows).unwrap());
        assert_eq!(
            (found.mean_r, found.pairs, found.complete),
            (Some(1.0), 1, 0)
        );
        assert_eq!((found.kish, found.cronbach), (Some(1.0), None));
        let two = Table::of_units(&rows).unwrap().only(&[0, 1]).unwrap();
        assert!((effective_raters(&two).cronbach.unwrap() - 1.0).abs() < 1e-12);
        let same = effective_raters(&Table::of_units(&[[Some(0.1); 3]; 7]).unwrap());
        assert_eq!((same.mean_r, same.kish, same.cronbach), (None, None, None));
    }
}
