//! The tasks on which two judges meet in a dimension, beside its gold.

use super::contest::Contest;
use super::join::{Row, same_gold};
use crate::eval::card::Answer;
use crate::eval::metric::{Scored, Sums};
use crate::rubric::Dimension;
use crate::stats::Clusters;
use crate::stats::inference::{ClusterSums, DesignWeights};

/// A task that both answered.
#[derive(Clone)]
pub(super) struct Pair<'a> {
    pub row: &'a Row<'a>,
    pub gold: &'a Answer,
    pub new: &'a Answer,
    pub old: &'a Answer,
}

/// All of them, by the ids of occupation and task.
#[derive(Clone)]
pub(super) struct Pairs<'a> {
    pub dimension: &'a Dimension,
    pub of: Vec<Pair<'a>>,
    /// Tasks with gold.
    pub gold: usize,
    /// Tasks with gold that the old judge answered and the new one did not.
    pub lost: usize,
    /// Tasks with gold that the new judge did not answer.
    pub missing_new: usize,
    /// Tasks with gold that the old judge did not answer.
    pub missing_old: usize,
    /// Whether neither answered any.
    pub silent: bool,
}

impl<'a> Pairs<'a> {
    pub fn of(rows: &'a [Row<'a>], contest: &Contest, dimension: &'a Dimension) -> Self {
        let mut pairs = Self {
            dimension,
            of: Vec::new(),
            gold: 0,
            lost: 0,
            missing_new: 0,
            missing_old: 0,
            silent: true,
        };
        for row in rows.iter().filter(|row| same_gold(row, dimension)) {
            let [new, old] = row.said(contest, dimension);
            pairs.silent &= new.is_none() && old.is_none();
            pairs.gold += 1;
            pairs.lost += usize::from(new.is_none() && old.is_some());
            pairs.missing_new += usize::from(new.is_none());
            pairs.missing_old += usize::from(old.is_none());
            let gold = row.new.gold.get(&dimension.id);
            if let (Some(gold), Some(new), Some(old)) = (gold, new, old) {
                pairs.of.push(Pair {
                    row,
                    gold,
                    new,
                    old,
                });
            }
        }
        pairs
    }

    /// Those for which all three have a label.
    pub fn labelled(&self) -> Self {
        let all = |pair: &&Pair<'_>| {
            let answers = [pair.gold, pair.new, pair.old];
            answers
                .into_iter()
                .all(|answer| self.place(answer).is_some())
        };
        Self {
            of: self.of.iter().filter(all).cloned().collect(),
            ..self.clone()
        }
    }

    /// Position of its label among those of the dimension.
    pub fn place(&self, answer: &Answer) -> Option<usize> {
        self.dimension.label_index(answer.label.as_deref()?)
    }

    pub fn occupations(&self) -> Clusters {
        Clusters::of(self.of.iter().map(|pair| &pair.row.new.occupation_id))
    }

    /// 1/π with a mean of 1; equal where it is not known of each task, or not the same in both.
    pub fn weights(&self) -> DesignWeights {
        let known: Option<Vec<f64>> = self.of.iter().map(|pair| pair.row.probability).collect();
        known.and_then(DesignWeights::of).unwrap_or_default()
    }

    /// What the metrics are made of: (new, old), one a task.
    pub fn scored(&self) -> Vec<(Scored, Scored)> {
        let weights = self.weights();
        let of = |n: usize, pair: &Pair<'_>, said: &Answer| Scored {
            gold: pair.gold.value,
            value: said.value,
            gold_label: self.place(pair.gold),
            label: self.place(said),
            weight: weights.at(n),
        };
        let pairs = self.of.iter().enumerate();
        pairs
            .map(|(n, pair)| (of(n, pair, pair.new), of(n, pair, pair.old)))
            .collect()
    }

    /// By occupation the sums of the new judge, then those of the old one.
    pub fn sums(&self, occupations: &Clusters) -> ClusterSums {
        let which = Sums::of(self.dimension);
        let scored = self.scored();
        ClusterSums::new(occupations, 2 * which.width(), |task, into| {
            let (new, old) = into.split_at_mut(which.width());
            if let Some((is, was)) = scored.get(task) {
                which.add(is, new);
                which.add(was, old);
            }
        })
    }
}
