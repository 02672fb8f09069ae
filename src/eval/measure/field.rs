//! One dimension of a card: the tasks with gold of it, in an order that nobody chose, so that the order of a set or a run moves no
//! resample.

use super::answers::answer;
use crate::eval::card::{Answer, Answered, Number};
use crate::eval::metric::{Scored, Sums};
use crate::rubric::Dimension;
use crate::stats::Clusters;
use crate::stats::inference::DesignWeights;

/// The tasks of a dimension that have gold.
pub(in crate::eval) struct Field<'a> {
    pub dimension: &'a Dimension,
    answers: &'a [Answered],
    /// Their places among the answers, by ids of occupation and task.
    pub tasks: Vec<usize>,
    /// What each counts: 1/π where all were drawn with a known probability, else 1.
    pub weights: Vec<f64>,
    /// Their occupations.
    pub clusters: Clusters,
}

/// What a judge said of those tasks that it answered.
pub(in crate::eval) struct Judged {
    /// Places of these among the tasks of the field.
    pub places: Vec<usize>,
    pub scored: Vec<Scored>,
    pub clusters: Clusters,
    pub sums: Sums,
}

impl<'a> Field<'a> {
    /// `None` where no task has gold.
    pub fn new(dimension: &'a Dimension, answers: &'a [Answered]) -> Option<Self> {
        let has_gold = |task: &usize| answers[*task].gold.contains_key(&dimension.id);
        let mut tasks: Vec<usize> = (0..answers.len()).filter(has_gold).collect();
        let key = |&task: &usize| {
            let one: &Answered = &answers[task];
            (&*one.occupation_id, &*one.task_id)
        };
        tasks.sort_by(|one, other| key(one).cmp(&key(other)));
        (!tasks.is_empty()).then_some(())?;
        let drawn = tasks.iter().map(|&task| answers[task].probability);
        let drawn: Option<Vec<f64>> = drawn.collect();
        let weights = match drawn {
            Some(drawn) => drawn.iter().map(|probability| 1.0 / probability).collect(),
            None => vec![1.0; tasks.len()],
        };
        Some(Self {
            dimension,
            answers,
            clusters: Clusters::of(tasks.iter().map(|&task| &answers[task].occupation_id)),
            tasks,
            weights,
        })
    }

    /// The samples of a judge on a task, in points.
    pub fn samples(&self, place: usize, judge: &str) -> Option<&'a [f64]> {
        let task = self.answers.get(*self.tasks.get(place)?)?;
        Some(&task.said.get(judge)?.get(&self.dimension.id)?.samples)
    }

    /// Position of the gold label of a task.
    pub fn gold_label(&self, place: usize) -> Option<usize> {
        self.label(self.gold(place)?)
    }

    fn gold(&self, place: usize) -> Option<&'a Answer> {
        let task = self.answers.get(*self.tasks.get(place)?)?;
        task.gold.get(&self.dimension.id)
    }

    fn label(&self, answer: &Answer) -> Option<usize> {
        self.dimension.label_index(answer.label.as_deref()?)
    }

    /// What a judge said beside gold.
    pub fn judged(&self, judge: &str) -> Judged {
        let scored = self.tasks.iter().enumerate().map(|(place, &task)| {
            let said = self.answers[task]
                .said
                .get(judge)?
                .get(&self.dimension.id)?;
            let gold = self.gold(place)?;
            Some(Scored {
                gold: gold.value,
                value: said.value,
                gold_label: self.label(gold),
                label: self.label(said),
                weight: self.weights[place],
            })
        });
        self.of(&scored.collect::<Vec<_>>())
    }

    fn of(&self, scored: &[Option<Scored>]) -> Judged {
        let there = |place: usize| scored.get(place).is_some_and(Option::is_some);
        Judged {
            places: (0..scored.len()).filter(|&place| there(place)).collect(),
            scored: scored.iter().copied().flatten().collect(),
            clusters: self.clusters.only(there),
            sums: Sums::of(self.dimension),
        }
    }

    /// The share of the tasks that a judge answered. Tasks count the same: it is a count of answers, not of what they stand for.
    pub fn coverage(&self, judged: &Judged) -> Option<Number> {
        let mut answered = vec![false; self.tasks.len()];
        for &place in &judged.places {
            answered[place] = true;
        }
        Number::share(&answered, &DesignWeights::equal(), &self.clusters)
    }

    /// For each task what gold says most often in the other occupations (ties: the lower label), of a score its mean there; by
    /// weights. The task's own occupation is left out, so that no answer was told its gold. None with one occupation.
    pub fn majority(&self) -> Vec<(usize, Answer)> {
        let labels = self.dimension.labels().len();
        // Of each occupation Σw of each label, or Σw and Σwg.
        let width = labels.max(2);
        let mut own = vec![vec![0.0; width]; self.clusters.count()];
        for (place, &cluster) in self.clusters.of_units().iter().enumerate() {
            let Some(gold) = self.gold(place) else {
                continue;
            };
            let weight = self.weights[place];
            match self.label(gold) {
                Some(label) => own[cluster][label] += weight,
                None => {
                    own[cluster][0] += weight;
                    own[cluster][1] += weight * gold.value;
                }
            }
        }
        let sum = |but: usize, at: usize| -> f64 {
            let others = own
                .iter()
                .enumerate()
                .filter(|(cluster, _)| *cluster != but);
            others.map(|(_, sums)| sums[at]).sum()
        };
        let said: Vec<Option<Answer>> = (0..own.len())
            .map(|but| {
                let sums: Vec<f64> = (0..width).map(|at| sum(but, at)).collect();
                self.likely(&sums)
            })
            .collect();
        let tasks = self.tasks.iter().zip(self.clusters.of_units());
        tasks
            .filter_map(|(&task, &cluster)| Some((task, said[cluster].clone()?)))
            .collect()
    }

    /// The answer that these sums make most likely.
    fn likely(&self, sums: &[f64]) -> Option<Answer> {
        let labels = self.dimension.labels();
        if labels.is_empty() {
            let value = sums.get(1)? / sums.first()?;
            return value
                .is_finite()
                .then(|| answer(self.dimension, value, None, Vec::new()));
        }
        let most = sums
            .iter()
            .copied()
            .reduce(f64::max)
            .filter(|most| *most > 0.0)?;
        // Weights that differ by rounding are the same.
        let place = sums.iter().position(|sum| *sum >= most * (1.0 - 1e-12))?;
        let value = labels.get(place)?.value;
        Some(answer(self.dimension, value, Some(place), Vec::new()))
    }
}

impl Judged {
    /// Those of its tasks for whose place this holds.
    pub fn only(&self, keep: impl Fn(usize) -> bool) -> Self {
        let kept: Vec<bool> = self.places.iter().map(|&place| keep(place)).collect();
        let there = self.places.iter().zip(&self.scored).zip(&kept);
        let there = there.filter(|(_, kept)| **kept).map(|(one, _)| one);
        let (places, scored) = there.map(|(place, one)| (*place, *one)).unzip();
        Self {
            places,
            scored,
            clusters: self.clusters.only(|unit| kept[unit]),
            sums: self.sums,
        }
    }

    /// The design weights of its tasks.
    pub fn weights(&self) -> DesignWeights {
        let least = self.scored.iter().map(|one| one.weight);
        let least = least.fold(f64::INFINITY, f64::min);
        // Weights stand for shares of each other: those of the smallest are probabilities.
        let drawn = self.scored.iter().map(|one| least / one.weight);
        DesignWeights::of(drawn).unwrap_or_default()
    }
}
