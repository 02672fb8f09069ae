//! What a bundle remembers of its training rows: never their text.
//!
//! By row: hash of the normalised text, task id, fold, the out-of-fold probabilities, the answers and
//! a sketch. A surrogate answers for a row it was trained on with the out-of-fold prediction, so it is
//! never scored on its own training rows.

use super::sketch::{Sketch, similarity};

/// Steps of a stored probability.
const STEPS: f64 = 65535.0;

/// Training rows, sorted by text hash.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    pub(crate) texts: Vec<u64>,
    pub(crate) ids: Ids,
    pub(crate) folds: Vec<u8>,
    /// Rows × maps: probability of each anchor but the lowest, all surrogates in order.
    pub(crate) probabilities: Vec<u16>,
    /// Rows × surrogates: number of the label, or score in hundredths.
    pub(crate) answers: Vec<u16>,
    pub(crate) sketches: Vec<Sketch>,
}

/// Task ids in one buffer: thousands of small strings would make loading slow.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ids {
    pub(crate) buffer: String,
    /// End of each id in the buffer, in bytes.
    pub(crate) ends: Vec<u32>,
}

impl Ids {
    /// Append an id.
    pub(crate) fn push(&mut self, id: &str) {
        self.buffer.push_str(id);
        self.ends.push(self.buffer.len() as u32);
    }

    /// The id of row `i`.
    pub(crate) fn get(&self, i: usize) -> &str {
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        &self.buffer[start as usize..self.ends[i] as usize]
    }

    /// Whether the ends are ascending, at characters, and use up the buffer.
    pub(crate) fn is_sound(&self) -> bool {
        self.ends.is_sorted()
            && self
                .ends
                .iter()
                .all(|end| self.buffer.is_char_boundary(*end as usize))
            && self.ends.last().map_or(0, |end| *end as usize) == self.buffer.len()
    }
}

impl Memory {
    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// All rows in the order of their ids.
    pub(crate) fn by_id(&self) -> Vec<u32> {
        let mut rows: Vec<u32> = (0..self.len() as u32).collect();
        rows.sort_by(|a, b| self.ids.get(*a as usize).cmp(self.ids.get(*b as usize)));
        rows
    }

    /// Rows that answer for a task: those of this text with this id, else all of this text.
    pub(crate) fn rows_of(&self, task_id: &str, text: u64) -> Vec<usize> {
        let first = self.texts.partition_point(|t| *t < text);
        let same: Vec<usize> = (first..self.len())
            .take_while(|i| self.texts[*i] == text)
            .collect();
        let named: Vec<usize> = same
            .iter()
            .copied()
            .filter(|i| self.ids.get(*i) == task_id)
            .collect();
        if named.is_empty() { same } else { named }
    }

    /// Out-of-fold probabilities of `anchors` anchors, whose maps begin at `first` of `maps`, averaged
    /// over `rows`.
    pub(crate) fn average(
        &self,
        rows: &[usize],
        maps: usize,
        first: usize,
        anchors: usize,
    ) -> Vec<f64> {
        let mut sums = vec![0.0; anchors];
        for row in rows {
            let stored = &self.probabilities[row * maps + first..][..anchors - 1];
            for (sum, step) in sums[1..].iter_mut().zip(stored) {
                *sum += f64::from(*step) / STEPS / rows.len() as f64;
            }
        }
        // Rounding may carry the others a hair above 1.
        sums[0] = (1.0 - sums[1..].iter().sum::<f64>()).max(0.0);
        let whole: f64 = sums.iter().sum();
        sums.iter().map(|sum| sum / whole).collect()
    }

    /// Training rows nearest to `sketch`, nearest first and by id where equal, at most `count`; rows
    /// of the text `own` are left out.
    pub(crate) fn nearest(&self, sketch: &Sketch, own: u64, count: usize) -> Vec<(usize, f64)> {
        let others = (0..self.len()).filter(|i| self.texts[*i] != own);
        let mut rows: Vec<(usize, f64)> = others
            .map(|i| (i, similarity(sketch, &self.sketches[i])))
            .collect();
        let order = |a: &(usize, f64), b: &(usize, f64)| {
            b.1.total_cmp(&a.1)
                .then_with(|| self.ids.get(a.0).cmp(self.ids.get(b.0)))
                .then(a.0.cmp(&b.0))
        };
        if count == 0 {
            rows.clear();
        } else if count < rows.len() {
            rows.select_nth_unstable_by(count - 1, order);
            rows.truncate(count);
        }
        rows.sort_by(order);
        rows
    }
}

/// A probability as stored.
pub(crate) fn step_of(probability: f64) -> u16 {
    (probability * STEPS).round() as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory() -> Memory {
        let mut ids = Ids::default();
        ["a", "b", "c", "d"].iter().for_each(|id| ids.push(id));
        assert!(ids.is_sound());
        Memory {
            texts: vec![3, 5, 5, 9],
            ids,
            folds: vec![0, 1, 2, 3],
            probabilities: [0.1, 0.2, 0.3, 0.4, 0.5, 0.0, 1.0, 0.0]
                .map(step_of)
                .to_vec(),
            answers: vec![0, 1, 2, 0],
            sketches: vec![[0; 12], [1; 12], [0; 12], [u64::MAX; 12]],
        }
    }

    #[test]
    fn found_by_id_and_text_else_by_text_alone() {
        let memory = memory();
        assert_eq!(memory.rows_of("c", 5), [2]);
        assert_eq!(memory.rows_of("elsewhere", 5), [1, 2]);
        assert!(memory.rows_of("a", 4).is_empty());
    }

    #[test]
    fn duplicates_are_averaged() {
        // (.3, .3, .4) and (.5, .5, 0): mean (.4, .4, .2).
        let mean = memory().average(&[1, 2], 2, 0, 3);
        for (mean, wanted) in mean.iter().zip([0.4, 0.4, 0.2]) {
            assert!((mean - wanted).abs() < 1e-4);
        }
    }

    #[test]
    fn nearest_leaves_out_the_task_itself() {
        let rows = memory().nearest(&[0; 12], 3, 2);
        assert_eq!(rows.iter().map(|(i, _)| *i).collect::<Vec<_>>(), [2, 1]);
        assert!(memory().nearest(&[0; 12], 3, 0).is_empty());
    }
}
