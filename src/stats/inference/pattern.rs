//! Labels calibrated on gold: what the true label is where the raters say this.

use super::design_weights::DesignWeights;
use std::collections::BTreeMap;

/// How many gold tasks the prior of a count is worth.
const WEIGHT: f64 = 2.0;

/// Counts of gold by the raters' labels.
#[derive(Debug, Clone, PartialEq)]
pub struct PatternTable {
    /// Number of gold tasks.
    pub n: usize,
    /// Weighted share of gold tasks whose label is the most probable one of the table made without them.
    pub accuracy: f64,
    /// Weighted mean −ln P(gold label) of the table made without the task.
    pub log_loss: f64,
    categories: usize,
    raters: usize,
    of_all: Vec<f64>,
    /// Counts of gold for each rater and what it says, in that order.
    of_rater: Vec<f64>,
    /// Which of `of_pattern` a pattern has.
    places: BTreeMap<Vec<Option<usize>>, usize>,
    of_pattern: Vec<f64>,
    /// How many gold tasks had it, whatever they count.
    tasks_of_pattern: Vec<usize>,
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
    if labels.len() != gold.len() {
        return None;
    }
    let known = labels.iter().zip(gold);
    let known = known.filter_map(|(row, gold)| Some((row.as_slice(), (*gold)?)));
    let (rows, golds): (Vec<_>, Vec<usize>) = known.unzip();
    let raters = labels.first()?.len();
    let fits = labels
        .iter()
        .all(|row| row.len() == raters && row.iter().flatten().all(|&label| label < categories));
    fits.then(|| table(&rows, &golds, categories, &DesignWeights::equal()))?
}

/// The same of gold tasks that count by `weights`.
pub(super) fn table(
    labels: &[&[Option<usize>]],
    gold: &[usize],
    categories: usize,
    weights: &DesignWeights,
) -> Option<PatternTable> {
    let raters = labels.first()?.len();
    let known = |label: &usize| *label < categories;
    let fits = |row: &&[Option<usize>]| row.len() == raters && row.iter().flatten().all(known);
    let whole = labels.len() == gold.len() && weights.fit(gold.len());
    if labels.len() < 2 || !whole || !labels.iter().all(fits) || !gold.iter().all(known) {
        return None;
    }
    let mut table = PatternTable {
        n: labels.len(),
        accuracy: 0.0,
        log_loss: 0.0,
        categories,
        raters,
        of_all: vec![0.0; categories],
        of_rater: vec![0.0; raters * categories * categories],
        places: BTreeMap::new(),
        of_pattern: Vec::new(),
        tasks_of_pattern: Vec::new(),
    };
    let rows = || {
        let rows = labels.iter().zip(gold).enumerate();
        rows.map(|(n, (row, gold))| (*row, *gold, weights.at(n)))
    };
    for (row, gold, weight) in rows() {
        let place = table.count(row, gold, weight);
        *table.tasks_of_pattern.get_mut(place)? += 1;
    }
    let (mut right, mut loss) = (0.0, 0.0);
    for (row, gold, weight) in rows() {
        let chances = table.chances(row, Some((gold, weight)));
        let hit = most_probable(&chances) == Some(gold);
        right += if hit { weight } else { 0.0 };
        loss -= weight * chances.get(gold)?.ln();
    }
    let all = weights.total(table.n);
    table.accuracy = right / all;
    table.log_loss = loss / all;
    Some(table)
}

impl PatternTable {
    /// The probability of each label, given what the raters say; also for patterns that gold never had.
    /// `None` for a row of another length or an unknown label.
    pub fn predict(&self, row: &[Option<usize>]) -> Option<Vec<f64>> {
        self.fits(row).then(|| self.chances(row, None))
    }

    /// The same by the table made without one gold task of this pattern, whose gold label this is and which counts so much (1
    /// without weights): what the table says of a gold task without looking at its gold. `None`, too, where no such task was
    /// counted.
    pub fn left_out(&self, row: &[Option<usize>], gold: usize, weight: f64) -> Option<Vec<f64>> {
        let counted = self.counts(row).and_then(|counts| counts.get(gold));
        counted
            .is_some_and(|&count| count > 0.5 * weight)
            .then(|| self.chances(row, Some((gold, weight))))
    }

    /// How many gold tasks had this very pattern.
    pub fn seen(&self, row: &[Option<usize>]) -> usize {
        let place = self.places.get(row);
        place
            .and_then(|&place| self.tasks_of_pattern.get(place))
            .copied()
            .unwrap_or(0)
    }

    /// Counts a gold task with its weight, or takes it out again (`by` its weight with a minus); the place of its pattern.
    pub(super) fn count(&mut self, row: &[Option<usize>], gold: usize, by: f64) -> usize {
        let k = self.categories;
        let next = self.places.len();
        let place = match self.places.get(row) {
            Some(&place) => place,
            None => {
                self.places.insert(row.to_vec(), next);
                self.of_pattern.resize((next + 1) * k, 0.0);
                self.tasks_of_pattern.resize(next + 1, 0);
                next
            }
        };
        self.of_all[gold] += by;
        self.of_pattern[place * k + gold] += by;
        for (rater, label) in row.iter().enumerate() {
            if let Some(label) = *label {
                self.of_rater[(rater * k + label) * k + gold] += by;
            }
        }
        place
    }

    /// The patterns of gold, each with the counts of its labels, in one order.
    pub(super) fn golds(&self) -> impl Iterator<Item = (&Vec<Option<usize>>, &[f64])> {
        let k = self.categories;
        let counts = move |place: usize| self.of_pattern.get(place * k..(place + 1) * k);
        let places = self.places.iter();
        places.filter_map(move |(row, &place)| Some((row, counts(place)?)))
    }

    fn fits(&self, row: &[Option<usize>]) -> bool {
        row.len() == self.raters && row.iter().flatten().all(|&l| l < self.categories)
    }

    fn counts(&self, row: &[Option<usize>]) -> Option<&[f64]> {
        let k = self.categories;
        let first = self.places.get(row)? * k;
        self.of_pattern.get(first..first + k)
    }

    /// `less` is the gold label of a task of this pattern that does not count, and its weight.
    fn chances(&self, row: &[Option<usize>], less: Option<(usize, f64)>) -> Vec<f64> {
        let k = self.categories;
        let even = vec![1.0 / k as f64; k];
        let of_all = pulled(&self.of_all, &even, less);
        let mut prior = vec![0.0; k];
        let mut said = 0_usize;
        for (rater, label) in row.iter().enumerate() {
            let Some(label) = *label else { continue };
            let first = (rater * k + label) * k;
            let counts = self.of_rater.get(first..first + k).unwrap_or_default();
            for (sum, chance) in prior.iter_mut().zip(pulled(counts, &of_all, less)) {
                *sum += chance;
            }
            said += 1;
        }
        if said == 0 {
            prior = of_all;
        } else {
            prior.iter_mut().for_each(|sum| *sum /= said as f64);
        }
        match self.counts(row) {
            Some(counts) => pulled(counts, &prior, less),
            None => prior,
        }
    }
}

/// (counts + weight·prior)/(total + weight), the counts without a task of the label `less`.
fn pulled(counts: &[f64], prior: &[f64], less: Option<(usize, f64)>) -> Vec<f64> {
    let one = |label: usize| match less {
        Some((own, weight)) if own == label => weight,
        _ => 0.0,
    };
    let counts = || counts.iter().enumerate().map(|(k, count)| count - one(k));
    let total: f64 = counts().sum();
    counts()
        .zip(prior)
        .map(|(count, prior)| (count + WEIGHT * prior) / (total + WEIGHT))
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
    fn a_gold_task_is_judged_without_its_own_label() {
        // Rater says 0, 0, 1, gold 0, 0, 1. Without the third: of all (2 + 1)/(2 + 2) = .75 for 0; nobody else was told 1,
        // so its chances are those of all.
        let labels = [vec![Some(0)], vec![Some(0)], vec![Some(1)]];
        let table = pattern_table(&labels, &[Some(0), Some(0), Some(1)], 2).unwrap();
        assert_eq!(table.left_out(&[Some(1)], 1, 1.0), Some(vec![0.75, 0.25]));
        assert_eq!(table.left_out(&[Some(1)], 0, 1.0), None);
        let mut without = table.clone();
        without.count(&[Some(0)], 0, -1.0);
        assert_eq!(
            table.left_out(&[Some(0)], 0, 1.0),
            without.predict(&[Some(0)])
        );
    }

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
