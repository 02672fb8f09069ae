//! The feature space: which keys count, how much they weigh, and the vector of a task.
//!
//! A feature's value is `(1 + ln count) * idf`, each block is divided by its Euclidean length and
//! multiplied by a fixed block weight (sublinear TF-IDF; Manning, Raghavan, Schütze 2008, 6.4).

use std::collections::HashMap;
use std::ops::Range;

use super::features::{BLOCKS, Block, Owner, Task, pieces};

/// Weight of each block in the kernel, in the order of [`Block`]. The title is weak on purpose:
/// tasks of one occupation share it, so a strong title learns occupations by heart.
pub(crate) const BLOCK_WEIGHT: [f32; BLOCKS] = [0.3, 0.4, 0.35, 0.05];

/// Value of a feature that occurs `count` times, before `idf`.
pub(crate) fn damped(count: u32) -> f32 {
    if count <= 1 {
        1.0
    } else {
        1.0 + (count as f32).ln()
    }
}

/// Steps of 1 in a stored `idf`; 16 bits then reach beyond a million rows.
const IDF_STEPS: f32 = 4096.0;

/// Inverse document frequency, smoothed, `ln((1 + rows) / (1 + df)) + 1`, in whole steps of 1/4096:
/// training uses the very number that is stored.
pub(crate) fn idf(rows: usize, df: u32) -> f32 {
    let exact = ((1.0 + rows as f64) / (1.0 + f64::from(df))).ln() as f32 + 1.0;
    idf_of_steps(idf_steps(exact))
}

/// `idf` as stored.
pub(crate) fn idf_steps(idf: f32) -> u16 {
    (idf * IDF_STEPS).round() as u16
}

/// `idf` from what is stored.
pub(crate) fn idf_of_steps(steps: u16) -> f32 {
    f32::from(steps) / IDF_STEPS
}

/// Factor for each block: block weight (as a square root, because the kernel multiplies two
/// vectors) over the block's length; 0 for an empty block.
pub(crate) fn block_factors(squares: [f32; BLOCKS]) -> [f32; BLOCKS] {
    std::array::from_fn(|b| {
        if squares[b] > 0.0 {
            (BLOCK_WEIGHT[b] / squares[b]).sqrt()
        } else {
            0.0
        }
    })
}

/// Keys of the features with their `idf`, and a table to find them.
#[derive(Debug, Clone)]
pub(crate) struct Space {
    pub(crate) keys: Vec<u64>,
    pub(crate) idf: Vec<f32>,
    /// Open addressing: low 32 bits of the key, feature number + 1 (0 is free). With the place in
    /// the table, which the high bits choose, they tell nearly as much as the whole key.
    table: Vec<(u32, u32)>,
    mask: usize,
}

impl Space {
    /// Build the table; `keys` and `idf` run in parallel.
    pub(crate) fn new(keys: Vec<u64>, idf: Vec<f32>) -> Self {
        let size = (keys.len() * 2 + 1).next_power_of_two();
        let mut space = Self {
            table: vec![(0, 0); size],
            mask: size - 1,
            keys,
            idf,
        };
        for (number, key) in space.keys.iter().enumerate() {
            let mut slot = (*key >> 24) as usize & space.mask;
            while space.table[slot].1 != 0 {
                slot = (slot + 1) & space.mask;
            }
            space.table[slot] = (*key as u32, number as u32 + 1);
        }
        space
    }

    /// Number of the feature with this key.
    pub(crate) fn find(&self, key: u64) -> Option<u32> {
        let mut slot = (key >> 24) as usize & self.mask;
        loop {
            let (low, number) = self.table[slot];
            if number == 0 {
                return None;
            }
            if low == key as u32 {
                return Some(number - 1);
            }
            slot = (slot + 1) & self.mask;
        }
    }

    /// Number of features.
    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }
}

/// One occurrence of a known feature in a task.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) feature: u32,
    pub(crate) block: Block,
    pub(crate) owner: Owner,
    /// The feature's value divided among its occurrences.
    pub(crate) value: f32,
}

/// Reusable working memory for turning tasks into hits.
#[derive(Debug, Clone)]
pub(crate) struct Vectors {
    counts: Vec<u16>,
    pub(crate) hits: Vec<Hit>,
    pieces: Pieces,
}

/// The known pieces of words met before: tasks repeat their words, and looking up the pieces is
/// most of the work.
#[derive(Debug, Clone, Default)]
struct Pieces {
    of_word: HashMap<String, Range<usize>>,
    features: Vec<u32>,
}

/// Forget all words at so many, to bound memory.
const MOST_REMEMBERED: usize = 50_000;

impl Pieces {
    /// Known pieces of `word`.
    fn of(&mut self, space: &Space, word: &str) -> &[u32] {
        if let Some(range) = self.of_word.get(word) {
            return &self.features[range.clone()];
        }
        if self.of_word.len() >= MOST_REMEMBERED {
            self.of_word.clear();
            self.features.clear();
        }
        let start = self.features.len();
        pieces(word, |key| self.features.extend(space.find(key)));
        self.of_word
            .insert(word.to_owned(), start..self.features.len());
        &self.features[start..]
    }
}

impl Vectors {
    /// Working memory for `space`.
    pub(crate) fn new(space: &Space) -> Self {
        Self {
            counts: vec![0; space.len()],
            hits: Vec::new(),
            pieces: Pieces::default(),
        }
    }

    /// Fill `hits` with the task's vector, spread over occurrences.
    pub(crate) fn read(&mut self, space: &Space, task: &Task) {
        self.hits.clear();
        let (counts, hits) = (&mut self.counts, &mut self.hits);
        let mut hit = |feature: u32, block, owner| {
            let count = &mut counts[feature as usize];
            *count = count.saturating_add(1);
            hits.push(Hit {
                feature,
                block,
                owner,
                value: 0.0,
            });
        };
        task.terms(&mut |key, block, owner| {
            if let Some(feature) = space.find(key) {
                hit(feature, block, owner);
            }
        });
        for (i, word) in task.words() {
            let known = self.pieces.of(space, word);
            known
                .iter()
                .for_each(|feature| hit(*feature, Block::Pieces, Owner::Word(i)));
        }
        let mut squares = [0.0; BLOCKS];
        for hit in hits.iter_mut() {
            let count = counts[hit.feature as usize];
            let value = damped(count.into()) * space.idf[hit.feature as usize];
            hit.value = value / f32::from(count);
            // The square of the whole value, shared among its occurrences.
            squares[hit.block as usize] += value * hit.value;
        }
        let factors = block_factors(squares);
        for hit in hits.iter_mut() {
            hit.value *= factors[hit.block as usize];
            counts[hit.feature as usize] = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_keys_are_found_and_others_are_not() {
        let keys = vec![1 << 40, (1 << 40) | 7, 5];
        let space = Space::new(keys.clone(), vec![1.0; 3]);
        for (number, key) in keys.iter().enumerate() {
            assert_eq!(space.find(*key), Some(number as u32));
        }
        assert_eq!(space.find(6), None);
        assert_eq!(Space::new(vec![], vec![]).find(6), None);
    }

    #[test]
    fn the_squared_length_is_the_sum_of_block_weights() {
        let mut task = Task::default();
        task.read("cook", "cut ham cut bread");
        let mut keys = Vec::new();
        task.features(|key, _, _| {
            if !keys.contains(&key) {
                keys.push(key);
            }
        });
        let idf = (0..keys.len()).map(|i| 1.0 + i as f32 / 7.0).collect();
        let space = Space::new(keys, idf);
        let mut vectors = Vectors::new(&space);
        vectors.read(&space, &task);
        let mut whole = vec![0.0f32; space.len()];
        vectors
            .hits
            .iter()
            .for_each(|hit| whole[hit.feature as usize] += hit.value);
        let square: f32 = whole.iter().map(|v| v * v).sum();
        assert!(
            (square - BLOCK_WEIGHT.iter().sum::<f32>()).abs() < 1e-5,
            "{square}"
        );
    }
}
