//! The training rows as counted features, and their vectors for one choice of training rows.

use std::collections::HashMap;

use super::super::features::{BLOCKS, Block, Task};
use super::super::space::{block_factors, damped, idf};
use super::super::sparse::Rows;

/// Training rows a feature must occur in, by block.
const LEAST_ROWS: [u32; BLOCKS] = [2, 3, 5, 2];

/// Counted features of all rows.
#[derive(Debug, Default)]
pub(crate) struct Corpus {
    /// Key of each feature, in order of first occurrence.
    pub(crate) keys: Vec<u64>,
    blocks: Vec<Block>,
    /// Of each row: (feature, occurrences), in order of first occurrence.
    rows: Vec<Vec<(u32, u16)>>,
}

impl Corpus {
    /// Count the features of (title, statement) pairs. Features too rare to be used in any fit are
    /// dropped at once.
    pub(crate) fn new<'a>(tasks: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut corpus = Self::default();
        let mut numbers: HashMap<u64, u32> = HashMap::new();
        let mut task = Task::default();
        for (title, statement) in tasks {
            task.read(title, statement);
            let mut row: Vec<u32> = Vec::new();
            task.features(|key, block, _| {
                let next = corpus.keys.len() as u32;
                let number = *numbers.entry(key).or_insert(next);
                if number == next {
                    corpus.keys.push(key);
                    corpus.blocks.push(block);
                }
                row.push(number);
            });
            corpus.rows.push(counted(row));
        }
        corpus.prune();
        corpus
    }

    fn prune(&mut self) {
        let frequencies = self.frequencies(&(0..self.rows.len()).collect::<Vec<_>>());
        let mut renumbered = vec![None; self.keys.len()];
        let (mut keys, mut blocks) = (Vec::new(), Vec::new());
        for (i, df) in frequencies.iter().enumerate() {
            if *df >= LEAST_ROWS[self.blocks[i] as usize] {
                renumbered[i] = Some(keys.len() as u32);
                keys.push(self.keys[i]);
                blocks.push(self.blocks[i]);
            }
        }
        for row in &mut self.rows {
            let kept = row
                .iter()
                .filter_map(|(f, n)| renumbered[*f as usize].map(|f| (f, *n)));
            *row = kept.collect();
        }
        (self.keys, self.blocks) = (keys, blocks);
    }

    fn frequencies(&self, rows: &[usize]) -> Vec<u32> {
        let mut frequencies = vec![0; self.keys.len()];
        for i in rows {
            self.rows[*i]
                .iter()
                .for_each(|(feature, _)| frequencies[*feature as usize] += 1);
        }
        frequencies
    }

    /// `idf` of each feature as the training `rows` have it; 0 for a feature too rare in them.
    pub(crate) fn idf(&self, rows: &[usize]) -> Vec<f32> {
        let weigh = |(i, df): (usize, &u32)| {
            if *df >= LEAST_ROWS[self.blocks[i] as usize] {
                idf(rows.len(), *df)
            } else {
                0.0
            }
        };
        self.frequencies(rows)
            .iter()
            .enumerate()
            .map(weigh)
            .collect()
    }

    /// Vectors of `rows` under `idf`.
    pub(crate) fn vectors(&self, rows: &[usize], idf: &[f32]) -> Rows {
        let mut matrix = Rows::new(self.keys.len());
        let mut values: Vec<(u32, Block, f32)> = Vec::new();
        for i in rows {
            let mut squares = [0.0; BLOCKS];
            values.clear();
            for (feature, count) in &self.rows[*i] {
                let (f, block) = (*feature as usize, self.blocks[*feature as usize]);
                if idf[f] > 0.0 {
                    let value = damped((*count).into()) * idf[f];
                    squares[block as usize] += value * value;
                    values.push((*feature, block, value));
                }
            }
            let factors = block_factors(squares);
            matrix.push(
                values
                    .iter()
                    .map(|(f, block, value)| (*f, value * factors[*block as usize])),
            );
        }
        matrix
    }
}

/// Occurrences as (number, count), by number.
fn counted(mut occurrences: Vec<u32>) -> Vec<(u32, u16)> {
    occurrences.sort_unstable();
    let mut counts: Vec<(u32, u16)> = Vec::new();
    for number in occurrences {
        match counts.last_mut() {
            Some((last, count)) if *last == number => *count = count.saturating_add(1),
            _ => counts.push((number, 1)),
        }
    }
    counts
}
