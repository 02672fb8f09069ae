//! Rating tasks with working memory that is kept from one task to the next.

use super::bundle::{Basis, Bundle, Input, Prediction, Surrogate};
use super::explain::{Explanation, Neighbour, Term, strongest};
use super::features::{Owner, Task};
use super::logit::softmax;
use super::scale::Scale;
use super::sketch::similarity;
use super::space::{Hit, Vectors};
use super::text::text_hash;

/// Rates tasks one after the other; features are computed once a task for all surrogates.
#[derive(Debug, Clone)]
pub struct Scorer<'b> {
    bundle: &'b Bundle,
    task: Task,
    vectors: Vectors,
    /// Maps × 1: sums of weight steps over the task.
    totals: Vec<f64>,
    /// Owners × maps: the same by owner.
    by_owner: Vec<f32>,
    /// For each owner, the first owner of the same text.
    first_of: Vec<usize>,
    /// By surrogate: linear score of one weight step of each of its maps.
    slopes: Vec<Vec<f64>>,
    /// Training rows in the order of their ids, once they are needed.
    by_id: Option<Vec<u32>>,
}

/// Estimated cosine from which on a task under the id of a training row is that task with edited words. Unrelated tasks that
/// happen to share an id lie within 0.3 of 0.
const SAME_TASK: f64 = 0.5;

impl<'b> Scorer<'b> {
    pub(crate) fn new(bundle: &'b Bundle) -> Self {
        Self {
            bundle,
            task: Task::default(),
            vectors: Vectors::new(&bundle.space),
            totals: Vec::new(),
            by_owner: Vec::new(),
            first_of: Vec::new(),
            slopes: bundle.surrogates.iter().map(step_slopes).collect(),
            by_id: None,
        }
    }

    /// Answers of all surrogates.
    pub fn predict(&mut self, input: Input<'_>) -> Vec<Prediction> {
        self.task.read(input.occupation, input.statement);
        let rows = self.remembered(input);
        if rows.is_empty() {
            self.add_up();
        }
        self.answers(&rows)
    }

    /// Answers of all surrogates, each with its `top` strongest terms, strongest first.
    pub fn predict_with_terms(
        &mut self,
        input: Input<'_>,
        top: usize,
    ) -> Vec<(Prediction, Vec<Term>)> {
        self.task.read(input.occupation, input.statement);
        let rows = self.remembered(input);
        self.add_up();
        Places::of(&self.task).first_of(&self.task, &mut self.first_of);
        let terms: Vec<Vec<Term>> = (0..self.slopes.len())
            .map(|which| self.terms(which, top).0)
            .collect();
        self.answers(&rows).into_iter().zip(terms).collect()
    }

    /// Why surrogate number `which` answers as it does; `None` when there is no such surrogate.
    pub fn explain(
        &mut self,
        which: usize,
        input: Input<'_>,
        top: usize,
        neighbours: usize,
    ) -> Option<Explanation> {
        let surrogate = self.bundle.surrogates.get(which)?;
        self.task.read(input.occupation, input.statement);
        let rows = self.remembered(input);
        self.add_up();
        Places::of(&self.task).first_of(&self.task, &mut self.first_of);
        let (terms, rest) = self.terms(which, top);
        let intercept = surrogate.score_intercept();
        let listed: f64 = terms.iter().map(|term| term.contribution).sum();
        Some(Explanation {
            intercept,
            score: intercept + listed + rest,
            terms,
            rest,
            basis: if rows.is_empty() {
                Basis::Model
            } else {
                Basis::OutOfFold
            },
            neighbours: self.neighbours(which, neighbours),
        })
    }

    /// What surrogate number `which` was taught to say of a task, in the dimension's unit; `None` where it was not trained on it,
    /// or on different answers.
    pub fn taught(&mut self, which: usize, input: Input<'_>) -> Option<f64> {
        let surrogates = &self.bundle.surrogates;
        let scale = &surrogates.get(which)?.about.scale;
        self.task.read(input.occupation, input.statement);
        let rows = self.remembered(input);
        let answers = &self.bundle.memory.answers;
        let own = rows
            .iter()
            .map(|row| answers[row * surrogates.len() + which]);
        let answer = own.clone().next()?;
        own.clone()
            .all(|other| other == answer)
            .then(|| match scale {
                Scale::Labels(labels) => labels[usize::from(answer)].1,
                Scale::Score => f64::from(answer) / 100.0,
            })
    }

    /// Training rows that answer for the task: those of its text, else those that bear its id and are nearly the same task.
    /// Releases edit statements under the same id; the shipped model saw the earlier words and the label.
    fn remembered(&mut self, input: Input<'_>) -> Vec<usize> {
        let memory = &self.bundle.memory;
        let rows = memory.rows_of(input.task_id, text_hash(self.task.statement.normalised()));
        if !rows.is_empty() {
            return rows;
        }
        let by_id = self.by_id.get_or_insert_with(|| memory.by_id());
        let first = by_id.partition_point(|row| memory.ids.get(*row as usize) < input.task_id);
        let mut named: Vec<usize> = by_id[first..]
            .iter()
            .map(|row| *row as usize)
            .take_while(|row| memory.ids.get(*row) == input.task_id)
            .collect();
        if !named.is_empty() {
            self.add_up();
            let sketch = self.bundle.sketch(&self.vectors.hits);
            named.retain(|row| similarity(&sketch, &memory.sketches[*row]) >= SAME_TASK);
        }
        named
    }

    fn answers(&self, rows: &[usize]) -> Vec<Prediction> {
        let (memory, maps) = (&self.bundle.memory, self.bundle.maps());
        let one = |surrogate: &Surrogate| {
            if rows.is_empty() {
                surrogate.answer(softmax(&self.logits(surrogate)), Basis::Model)
            } else {
                let p = memory.average(rows, maps, surrogate.first, surrogate.maps() + 1);
                surrogate.answer(p, Basis::OutOfFold)
            }
        };
        self.bundle.surrogates.iter().map(one).collect()
    }

    fn logits(&self, surrogate: &Surrogate) -> Vec<f64> {
        let sums = &self.totals[surrogate.first..];
        let weights = surrogate.intercepts.iter().zip(&surrogate.steps).zip(sums);
        weights
            .map(|((intercept, step), sum)| intercept + step * sum)
            .collect()
    }

    /// Add up the weight steps of the task's features, by owner and in total.
    fn add_up(&mut self) {
        self.vectors.read(&self.bundle.space, &self.task);
        let maps = self.bundle.maps();
        let places = Places::of(&self.task);
        self.by_owner.clear();
        self.by_owner.resize(places.count() * maps, 0.0);
        for hits in self.vectors.hits.chunk_by(|a, b| a.owner == b.owner) {
            let place = places.of_owner(hits[0].owner);
            add_weights(
                &mut self.by_owner[place * maps..][..maps],
                hits,
                &self.bundle.weights,
            );
        }
        self.totals.clear();
        self.totals.resize(maps, 0.0);
        for sums in self.by_owner.chunks_exact(maps) {
            self.totals
                .iter_mut()
                .zip(sums)
                .for_each(|(total, sum)| *total += f64::from(*sum));
        }
    }

    /// Strongest terms of one surrogate, and the sum of the others.
    fn terms(&self, which: usize, top: usize) -> (Vec<Term>, f64) {
        let (maps, first_map) = (self.bundle.maps(), self.bundle.surrogates[which].first);
        let slopes = &self.slopes[which];
        let mut contributions = vec![0.0f64; self.first_of.len()];
        for (place, first) in self.first_of.iter().enumerate() {
            let sums = &self.by_owner[place * maps + first_map..];
            contributions[*first] += slopes
                .iter()
                .zip(sums)
                .map(|(slope, sum)| slope * f64::from(*sum))
                .sum::<f64>();
        }
        let present = contributions
            .into_iter()
            .enumerate()
            .filter(|(_, c)| *c != 0.0);
        let (strong, rest) = strongest(present, top);
        let places = Places::of(&self.task);
        let named = |(place, contribution): (usize, f64)| Term {
            text: self.task.term(places.owner(place)),
            contribution,
        };
        (strong.into_iter().map(named).collect(), rest)
    }

    fn neighbours(&self, which: usize, count: usize) -> Vec<Neighbour> {
        let (memory, surrogates) = (&self.bundle.memory, &self.bundle.surrogates);
        let scale = &surrogates[which].about.scale;
        let own = text_hash(self.task.statement.normalised());
        let sketch = self.bundle.sketch(&self.vectors.hits);
        let named = |(row, similarity): (usize, f64)| {
            let answer = memory.answers[row * surrogates.len() + which];
            let (value, label) = match scale {
                Scale::Labels(labels) => {
                    let (name, value) = &labels[usize::from(answer)];
                    (*value, Some(name.clone()))
                }
                Scale::Score => (f64::from(answer) / 100.0, None),
            };
            Neighbour {
                task_id: memory.ids.get(row).to_owned(),
                similarity,
                value,
                label,
            }
        };
        memory
            .nearest(&sketch, own, count)
            .into_iter()
            .map(named)
            .collect()
    }
}

/// Linear score of one weight step of each map of a surrogate.
fn step_slopes(surrogate: &Surrogate) -> Vec<f64> {
    surrogate
        .slopes()
        .iter()
        .zip(&surrogate.steps)
        .map(|(slope, step)| slope * step)
        .collect()
}

/// Add the weight steps of `hits` to `sums` (one a map), eight maps at a time so that the sums stay
/// in vector registers.
fn add_weights(sums: &mut [f32], hits: &[Hit], weights: &[i8]) {
    let maps = sums.len();
    let (wide, last) = sums.as_chunks_mut::<8>();
    let whole = wide.len() * 8;
    for (chunk, sums) in wide.iter_mut().enumerate() {
        let mut added = [0.0; 8];
        for hit in hits {
            let weights = &weights[hit.feature as usize * maps + chunk * 8..][..8];
            for (sum, weight) in added.iter_mut().zip(weights) {
                *sum += hit.value * f32::from(*weight);
            }
        }
        sums.iter_mut()
            .zip(added)
            .for_each(|(sum, added)| *sum += added);
    }
    for (map, sum) in last.iter_mut().enumerate() {
        let weight = |hit: &Hit| f32::from(weights[hit.feature as usize * maps + whole + map]);
        *sum += hits.iter().map(|hit| hit.value * weight(hit)).sum::<f32>();
    }
}

/// Numbers for the owners of a task: words, pairs, pairs with the opening word, title words, title
/// pairs, in this order.
#[derive(Clone, Copy)]
struct Places {
    words: usize,
    title: usize,
}

impl Places {
    fn of(task: &Task) -> Self {
        Self {
            words: task.statement.len(),
            title: task.title.len(),
        }
    }

    fn count(self) -> usize {
        3 * self.words + 2 * self.title
    }

    fn of_owner(self, owner: Owner) -> usize {
        match owner {
            Owner::Word(i) => usize::from(i),
            Owner::Pair(i) => self.words + usize::from(i),
            Owner::Opening(i) => 2 * self.words + usize::from(i),
            Owner::TitleWord(i) => 3 * self.words + usize::from(i),
            Owner::TitlePair(i) => 3 * self.words + self.title + usize::from(i),
        }
    }

    fn owner(self, place: usize) -> Owner {
        let (words, title) = (self.words, self.title);
        match place {
            _ if place < words => Owner::Word(place as u16),
            _ if place < 2 * words => Owner::Pair((place - words) as u16),
            _ if place < 3 * words => Owner::Opening((place - 2 * words) as u16),
            _ if place < 3 * words + title => Owner::TitleWord((place - 3 * words) as u16),
            _ => Owner::TitlePair((place - 3 * words - title) as u16),
        }
    }

    /// For each place, the first place of the same text; itself mostly.
    fn first_of(self, task: &Task, first_of: &mut Vec<usize>) {
        first_of.clear();
        first_of.extend(0..self.count());
        for (words, start) in [(&task.statement, 0), (&task.title, 3 * self.words)] {
            let n = words.len();
            for i in 1..n {
                let Some(j) = (0..i).find(|j| words.word(*j) == words.word(i)) else {
                    continue;
                };
                first_of[start + i] = start + j;
                let again = |j: &usize| i + 1 < n && words.pair(*j) == words.pair(i);
                if let Some(j) = (j..i).find(again) {
                    first_of[start + n + i] = start + n + j;
                }
                // The opening word makes pairs with words 2.. only.
                if start == 0
                    && let Some(j) = (2..i).find(|j| words.word(*j) == words.word(i))
                {
                    first_of[2 * n + i] = 2 * n + j;
                }
            }
        }
    }
}
