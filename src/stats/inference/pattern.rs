//! Labels calibrated on gold: what the true label is where the raters say this.

use std::collections::HashMap;

/// How many gold tasks the prior of a count is worth.
const WEIGHT: f64 = 2.0;

/// Counts of gold by the raters' labels.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternTable {
    /// Number of gold tasks.
    pub n: usize,
    /// Share of gold tasks whose label is the most probable one of the table made without them.
    pub accuracy: f64,
    /// Mean −ln P(gold label) of the table made without the task.
    pub log_loss: f64,
    categories: usize,
    raters: usize,
    of_all: Vec<f64>,
    of_rater: HashMap<(usize, usize), Vec<f64>>,
    of_pattern: HashMap<Vec<Option<usize>>, Vec<f64>>,
}

/// P(gold | pattern of labels), smoothed in three steps: the share of each label in gold; given what one rater says, pulled
/// to the first; given the whole pattern, pulled to the mean over its raters of the second. Each pull is worth two gold
/// tasks. Unlike Dawid & Skene it does not assume that raters err independently. `labels` is tasks × raters, numbers below
/// `categories`. `None` for fewer than two gold tasks, numbers beyond, or rows of different lengths.
pub fn pattern_table(
    labels: &[Vec<Option<usize>>],
    gold: &[Option<usize>],
    categories: usize,
) -> Option<PatternTable> {
    let raters = labels.first()?.len();
    let known = |label: &usize| *label < categories;
    let fits = |row: &Vec<Option<usize>>| row.len() == raters && row.iter().flatten().all(known);
    if labels.len() != gold.len() || !labels.iter().all(fits) || !gold.iter().flatten().all(known) {
        return None;
    }
    let mut table = PatternTable {
        n: 0,
        accuracy: 0.0,
        log_loss: 0.0,
        categories,
        raters,
        of_all: vec![0.0; categories],
        of_rater: HashMap::new(),
        of_pattern: HashMap::new(),
    };
    let rows = || {
        labels
            .iter()
            .zip(gold)
            .filter_map(|(row, gold)| Some((row, (*gold)?)))
    };
    for (row, gold) in rows() {
        table.count(row, gold, 1.0);
        table.n += 1;
    }
    if table.n < 2 {
        return None;
    }
    let (mut right, mut loss) = (0, 0.0);
    for (row, gold) in rows() {
        table.count(row, gold, -1.0);
        let chances = table.chances(row);
        table.count(row, gold, 1.0);
        right += usize::from(most_probable(&chances) == Some(gold));
        loss -= chances.get(gold)?.ln();
    }
    table.accuracy = right as f64 / table.n as f64;
    table.log_loss = loss / table.n as f64;
    Some(table)
}

impl PatternTable {
    /// The probability of each label, given what the raters say; also for patterns that gold never had.
    /// `None` for a row of another length or an unknown label.
    pub fn predict(&self, row: &[Option<usize>]) -> Option<Vec<f64>> {
        let fits = row.len() == self.raters && row.iter().flatten().all(|&l| l < self.categories);
        fits.then(|| self.chances(row))
    }

    /// How many gold tasks had this very pattern.
    pub fn seen(&self, row: &[Option<usize>]) -> usize {
        self.of_pattern
            .get(row)
            .map_or(0, |counts| counts.iter().sum::<f64>() as usize)
    }

    fn count(&mut self, row: &[Option<usize>], gold: usize, by: f64) {
        let empty = || vec![0.0; self.categories];
        let mut cells = vec![&mut self.of_all];
        cells.push(self.of_pattern.entry(row.to_vec()).or_insert_with(empty));
        for counts in cells {
            counts[gold] += by;
        }
        for (rater, label) in row.iter().enumerate() {
            if let Some(label) = *label {
                self.of_rater.entry((rater, label)).or_insert_with(empty)[gold] += by;
            }
        }
    }

    fn chances(&self, row: &[Option<usize>]) -> Vec<f64> {
        let even = vec![1.0 / self.categories as f64; self.categories];
        let of_all = pulled(Some(&self.of_all), &even);
        let said = row
            .iter()
            .enumerate()
            .filter_map(|(rater, label)| Some((rater, (*label)?)));
        let each: Vec<Vec<f64>> = said
            .map(|key| pulled(self.of_rater.get(&key), &of_all))
            .collect();
        let prior = if each.is_empty() {
            of_all
        } else {
            (0..self.categories)
                .map(|k| each.iter().map(|chances| chances[k]).sum::<f64>() / each.len() as f64)
                .collect()
        };
        pulled(self.of_pattern.get(row), &prior)
    }
}

/// (counts + weight·prior)/(total + weight).
fn pulled(counts: Option<&Vec<f64>>, prior: &[f64]) -> Vec<f64> {
    let Some(counts) = counts else {
        return prior.to_vec();
    };
    let total: f64 = counts.iter().sum();
    let both = counts.iter().zip(prior);
    both.map(|(count, prior)| (count + WEIGHT * prior) / (total + WEIGHT))
        .collect()
}

/// The first of the largest.
fn most_probable(chances: &[f64]) -> Option<usize> {
    let best = chances.iter().copied().reduce(f64::max)?;
    chances.iter().position(|&chance| chance == best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_rater_by_hand() {
        // Gold: 0, 0, 1 where the rater says 0, 0, 1. Of all: (2 + 1)/(3 + 2) = .6 and .4. Given 0: (2 + 1.2)/4 = .8; the
        // pattern is the same thing again: (2 + 1.6)/4 = .9.
        let labels = [vec![Some(0)], vec![Some(0)], vec![Some(1)], vec![Some(1)]];
        let table = pattern_table(&labels, &[Some(0), Some(0), Some(1), None], 2).unwrap();
        assert_eq!(table.n, 3);
        let found = table.predict(&[Some(0)]).unwrap();
        assert!((found[0] - 0.9).abs() < 1e-12 && (found[1] - 0.1).abs() < 1e-12);
        assert_eq!(table.predict(&[None]).unwrap()[0], 0.6);
        assert_eq!((table.seen(&[Some(0)]), table.seen(&[None])), (2, 0));
        assert_eq!(table.predict(&[Some(2)]), None);
        assert_eq!(
            pattern_table(&labels, &[Some(2), Some(0), Some(1), None], 2),
            None
        );
        assert_eq!(
            pattern_table(&labels, &[Some(0), None, None, None], 2),
            None
        );
    }

    proptest! {
        #[test]
        fn renamed_labels_and_turned_raters_give_the_same_chances(
            rows in prop::collection::vec((prop::option::of(0_usize..3), prop::option::of(0_usize..3), 0_usize..3), 2..30),
        ) {
            let renamed = [2, 0, 1];
            let labels: Vec<_> = rows.iter().map(|r| vec![r.0, r.1]).collect();
            let gold: Vec<_> = rows.iter().map(|r| Some(r.2)).collect();
            let turned: Vec<_> = rows.iter().map(|r| vec![r.1.map(|l| renamed[l]), r.0.map(|l| renamed[l])]).collect();
            let other_gold: Vec<_> = rows.iter().map(|r| Some(renamed[r.2])).collect();
            let one = pattern_table(&labels, &gold, 3).unwrap();
            let other = pattern_table(&turned, &other_gold, 3).unwrap();
            prop_assert!((one.log_loss - other.log_loss).abs() < 1e-9);
            for (a, b) in labels.iter().zip(&turned) {
                let (a, b) = (one.predict(a).unwrap(), other.predict(b).unwrap());
                prop_assert!((a.iter().sum::<f64>() - 1.0).abs() < 1e-12);
                prop_assert!((0..3).all(|k| (a[k] - b[renamed[k]]).abs() < 1e-12));
            }
        }
    }
}
