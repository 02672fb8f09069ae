//! The comparison in one dimension. All values are points of the 0–100 score.

use super::cause::Cause;
use super::difference::{Difference, Verdict};
use super::join::{Join, OccupationPair};
use super::parts::{Parts, Stayed, Tasks, Weighed};
use super::rater::Rater;
use super::{RaterPair, Side};
use crate::inventory::Task;
use crate::reconcile::Reconciliation;
use crate::stats::Clusters;
use serde::Serialize;
use std::collections::BTreeMap;

/// What changed in one dimension.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DimensionChange<'a> {
    /// Id of the dimension.
    pub dimension: &'a str,
    /// The methods that made the values, before and after.
    pub methods: [&'static str; 2],
    /// How far two answers of one rater lay apart in each run, where raters answered repeatedly.
    pub noise: [Option<Noise>; 2],
    /// Over the tasks of the whole run that read the same.
    pub whole: Difference,
    /// The same of each rater's own values, in the order of [`Comparison::raters`](super::Comparison::raters); only of
    /// raters in both runs.
    pub raters: Vec<RaterChange<'a>>,
    /// Number of occupations that were tested for a change.
    pub looked_at: usize,
    /// How many of them moved.
    pub moved: usize,
    /// The occupations in both runs, in the order of the later one.
    pub occupations: Vec<OccupationChange<'a>>,
    /// Every task of either run, the largest change first, then by id.
    pub tasks: Vec<TaskChange<'a>>,
}

/// The distance of two answers of one rater to one question.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Noise {
    /// Mean distance in points.
    pub within: f64,
    /// Number of tasks it is the mean over.
    pub tasks: usize,
}

/// One rater's own change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RaterChange<'a> {
    /// Its id.
    pub rater: &'a str,
    /// Over the tasks that read the same and that it rated in both runs.
    #[serde(flatten)]
    pub difference: Difference,
}

/// What became of the score of an occupation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OccupationChange<'a> {
    /// Its id in the later run.
    pub occupation_id: &'a str,
    /// Its title in the later run.
    pub occupation: &'a str,
    /// Its id in the earlier run, where it is another one: then its tasks join it.
    pub id_before: Option<&'a str>,
    /// The score before.
    pub before: Option<f64>,
    /// The score after.
    pub after: Option<f64>,
    /// After minus before.
    pub change: Option<f64>,
    /// The change by cause; `None` where no task is rated in both runs.
    pub parts: Option<Parts>,
    /// Over its tasks that read the same.
    pub same_text: Difference,
    /// Smallest and largest of the raters' own changes of the score, of raters in both runs; `None` with fewer than two.
    pub range: Option<[f64; 2]>,
    /// Number of raters with a change of their own.
    pub n_raters: usize,
    /// Number of rated tasks, before and after.
    pub n_rated: [usize; 2],
}

/// What became of a task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskChange<'a> {
    /// Its id.
    pub task_id: &'a str,
    /// Its statement, the later one.
    pub task: &'a str,
    /// Id of its occupation, the later one.
    pub occupation_id: &'a str,
    /// Title of it.
    pub occupation: &'a str,
    /// Consensus before.
    pub before: Option<f64>,
    /// Consensus after.
    pub after: Option<f64>,
    /// After minus before.
    pub change: Option<f64>,
    /// Why it is another one: [`Cause::Weights`] and [`Cause::Moved`] do not occur here.
    pub cause: Cause,
    /// What differs of the task, whether raters are told of it or not.
    pub fields: Vec<&'static str>,
    /// Whether it changed by more than two answers of one rater lie apart; `None` where nobody answered repeatedly.
    pub beyond_noise: Option<bool>,
    /// Each rater's own value before and after.
    pub raters: BTreeMap<&'a str, [Option<f64>; 2]>,
    /// Its number in each run.
    #[serde(skip)]
    pub numbers: [Option<usize>; 2],
}

/// One dimension of two runs.
pub(super) struct Between<'c, 'a> {
    pub sides: [&'c Side<'a>; 2],
    pub done: [&'c Reconciliation; 2],
    pub id: &'a str,
    pub join: &'c Join<'a>,
    pub raters: &'c [RaterPair<'a>],
}

impl<'a> Between<'_, 'a> {
    pub fn compare(&self) -> DimensionChange<'a> {
        let values = [0, 1].map(|side| self.values(side));
        let noise = [0, 1].map(|side| self.noise(side));
        let causes: Vec<Option<Cause>> = (0..self.join.tasks.len())
            .map(|pair| self.cause(pair, &values))
            .collect();
        let mut raters: Vec<RaterChange<'a>> = self.rater_changes();
        Difference::adjust(raters.iter_mut().map(|one| &mut one.difference));
        let mut whole = self.difference(|pair| {
            let [was, is] = self.join.tasks[pair].numbers;
            values[0][was].zip(values[1][is])
        });
        Difference::adjust(std::iter::once(&mut whole));
        let mut occupations = self.occupations(&values, &causes);
        let looked_at = Difference::adjust(occupations.iter_mut().map(|one| &mut one.same_text));
        DimensionChange {
            dimension: self.id,
            methods: self.done.map(|done| done.method),
            tasks: self.tasks(&values, &causes, noise),
            noise,
            whole,
            raters,
            looked_at,
            moved: occupations
                .iter()
                .filter(|one| one.same_text.verdict == Verdict::Moved)
                .count(),
            occupations,
        }
    }

    /// The consensus of every task of a run, in points.
    fn values(&self, side: usize) -> Vec<Option<f64>> {
        let done = self.done[side];
        let score = |value| done.dimension.to_score(value);
        (0..done.table().tasks())
            .map(|task| done.task(task).value.map(score))
            .collect()
    }

    fn noise(&self, side: usize) -> Option<Noise> {
        let done = self.done[side];
        let spreads = done.spreads()?;
        Some(Noise {
            within: done.dimension.to_score(spreads.within),
            tasks: spreads.tasks,
        })
    }

    /// A rater's own value of a task, in points.
    fn own(&self, side: usize, task: usize, rater: Option<usize>) -> Option<f64> {
        let done = self.done[side];
        let value = done.table().value(task, rater?)?;
        Some(done.dimension.to_score(value))
    }

    /// Why the value of a task is another one; `None` where neither run has any.
    fn cause(&self, pair: usize, values: &[Vec<Option<f64>>; 2]) -> Option<Cause> {
        let pair = &self.join.tasks[pair];
        let [was, is] = pair.numbers;
        let alike = |rater: &RaterPair<'_>| {
            let [was, is] = [
                self.own(0, was, rater.places[0]),
                self.own(1, is, rater.places[1]),
            ];
            match (was.is_some(), is.is_some()) {
                (true, true) => rater.otherwise.is_empty(),
                (false, false) => true,
                _ => false,
            }
        };
        match (values[0][was], values[1][is]) {
            (None, None) => None,
            (Some(_), Some(_)) => Some(match (pair.told, self.raters.iter().all(alike)) {
                (true, _) => Cause::Text,
                (false, false) => Cause::Raters,
                (false, true) => Cause::Same,
            }),
            _ => Some(Cause::Missing),
        }
    }

    /// A mean difference over the tasks that read the same and have a pair of values.
    fn difference(&self, values: impl Fn(usize) -> Option<(f64, f64)>) -> Difference {
        let same = self.join.tasks.iter().enumerate();
        let same = same.filter(|(_, pair)| !pair.told);
        let found = same.filter_map(|(n, pair)| Some((values(n)?, pair.occupations[1])));
        let (pairs, occupations): (Vec<_>, Vec<_>) = found.unzip();
        Difference::over_occupations(&pairs, &Clusters::of(occupations))
    }

    fn rater_changes(&self) -> Vec<RaterChange<'a>> {
        let both = self.raters.iter().filter_map(|rater| {
            let [Some(was), Some(is)] = rater.places else {
                return None;
            };
            let covers = self.done[0].table().covers(was) && self.done[1].table().covers(is);
            covers.then(|| RaterChange {
                rater: rater.id,
                difference: self.difference(|pair| {
                    let numbers = self.join.tasks[pair].numbers;
                    self.own(0, numbers[0], Some(was))
                        .zip(self.own(1, numbers[1], Some(is)))
                }),
            })
        });
        both.collect()
    }

    fn occupations(
        &self,
        values: &[Vec<Option<f64>>; 2],
        causes: &[Option<Cause>],
    ) -> Vec<OccupationChange<'a>> {
        let weighed = [0, 1].map(|side| self.weighed(side, &values[side]));
        let mut lists = Lists::of(self, &weighed, causes);
        let pairs = self.join.occupations.iter().enumerate();
        pairs
            .map(|(n, pair)| self.occupation(pair, &mut lists.tasks[n], &lists.same_text[n]))
            .collect()
    }

    /// The weight and value of every rated task of a run.
    fn weighed(&self, side: usize, values: &[Option<f64>]) -> Vec<Option<Weighed>> {
        let weighting = self.sides[side].reconciled.options.weighting;
        let occupations = self.sides[side].inventory.occupations().iter();
        let weights = occupations.flat_map(|one| weighting.weights(&one.tasks));
        let both = weights.zip(values);
        both.map(|(weight, value)| value.map(|value| Weighed { weight, value }))
            .collect()
    }

    fn occupation(
        &self,
        pair: &OccupationPair,
        tasks: &mut Tasks,
        same_text: &[(f64, f64)],
    ) -> OccupationChange<'a> {
        let [old, new] =
            [0, 1].map(|side| &self.sides[side].inventory.occupations()[pair.numbers[side]]);
        let [before, after] = tasks.scores();
        let own = self.own_changes(pair);
        OccupationChange {
            occupation_id: &new.id,
            occupation: &new.title,
            id_before: pair.by_tasks.then_some(&*old.id),
            before,
            after,
            change: before.zip(after).map(|(was, is)| is - was),
            parts: tasks.parts(),
            same_text: Difference::over_tasks(same_text),
            range: match own.as_slice() {
                [low, .., high] => Some([*low, *high]),
                _ => None,
            },
            n_raters: own.len(),
            n_rated: [tasks.left.len(), tasks.came.len()].map(|n| n + tasks.stayed.len()),
        }
    }

    /// The changes of the raters' own scores, sorted; gold is no rater of the panel.
    fn own_changes(&self, pair: &OccupationPair) -> Vec<f64> {
        let score = |side: usize, rater: usize| {
            let scores = self.done[side].occupations.get(pair.numbers[side])?;
            scores.raters.get(rater)?.map(|own| own.score)
        };
        let of = |rater: &RaterPair<'_>| {
            let [was, is] = rater.places;
            Some(score(1, is?)? - score(0, was?)?)
        };
        let panel = self.raters.iter().filter(|rater| !rater.gold);
        let mut own: Vec<f64> = panel.filter_map(of).collect();
        own.sort_by(f64::total_cmp);
        own
    }

    fn tasks(
        &self,
        values: &[Vec<Option<f64>>; 2],
        causes: &[Option<Cause>],
        noise: [Option<Noise>; 2],
    ) -> Vec<TaskChange<'a>> {
        let floor = noise.iter().flatten().map(|noise| noise.within);
        let floor = floor.max_by(f64::total_cmp);
        let row = |item: &crate::inventory::Item<'a>, cause, numbers: [Option<usize>; 2]| {
            let [before, after] = [0, 1].map(|side| values[side][numbers[side]?]);
            let change = before.zip(after).map(|(was, is)| is - was);
            let own = self.raters.iter().map(|rater| {
                let of = |side: usize| self.own(side, numbers[side]?, rater.places[side]);
                (rater.id, [of(0), of(1)])
            });
            let Task { id, statement, .. } = item.task;
            TaskChange {
                task_id: id,
                task: statement,
                occupation_id: &item.occupation.id,
                occupation: &item.occupation.title,
                before,
                after,
                change,
                cause,
                fields: Vec::new(),
                beyond_noise: change
                    .zip(floor)
                    .map(|(change, floor)| change.abs() > floor),
                raters: own.collect(),
                numbers,
            }
        };
        let joined = self.join.tasks.iter().zip(causes).map(|(pair, cause)| {
            let cause = cause.unwrap_or(Cause::Missing);
            let mut one = row(&pair.item, cause, pair.numbers.map(Some));
            one.fields = pair.fields.iter().map(|field| field.name()).collect();
            one
        });
        let new = self.join.new.iter();
        let new = new.map(|lone| row(&lone.item, Cause::New, [None, Some(lone.number)]));
        let gone = self.join.gone.iter();
        let gone = gone.map(|lone| row(&lone.item, Cause::Gone, [Some(lone.number), None]));
        let mut all: Vec<TaskChange<'a>> = joined.chain(new).chain(gone).collect();
        let size = |one: &TaskChange<'_>| {
            one.change
                .map_or(-1.0, |change| crate::ratings::round12(change.abs()))
        };
        all.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.task_id.cmp(b.task_id)));
        all
    }
}

/// The tasks of each pair of occupations, and the values of those that read the same.
struct Lists {
    tasks: Vec<Tasks>,
    same_text: Vec<Vec<(f64, f64)>>,
}

impl Lists {
    fn of(
        between: &Between<'_, '_>,
        weighed: &[Vec<Option<Weighed>>; 2],
        causes: &[Option<Cause>],
    ) -> Self {
        let pairs = &between.join.occupations;
        let place = |side: usize| -> BTreeMap<usize, usize> {
            let pairs = pairs.iter().enumerate();
            pairs.map(|(n, pair)| (pair.numbers[side], n)).collect()
        };
        let places = [place(0), place(1)];
        let mut lists = Self {
            tasks: vec![Tasks::default(); pairs.len()],
            same_text: vec![Vec::new(); pairs.len()],
        };
        for (pair, cause) in between.join.tasks.iter().zip(causes) {
            let Some(cause) = *cause else { continue };
            let [was, is] = [0, 1].map(|side| weighed[side][pair.numbers[side]]);
            let [from, to] = [0, 1].map(|side| places[side].get(&pair.occupations[side]).copied());
            match (from, to) {
                (Some(from), Some(to)) if from == to => {
                    if let (Some(before), Some(after)) = (was, is) {
                        let stayed = Stayed {
                            before,
                            after,
                            cause,
                        };
                        lists.tasks[to].stayed.push(stayed);
                        if !pair.told {
                            lists.same_text[to].push((before.value, after.value));
                        }
                        continue;
                    }
                    lists.one_sided([(Some(from), was), (Some(to), is)], [Cause::Missing; 2]);
                }
                _ => lists.one_sided([(from, was), (to, is)], [Cause::Moved; 2]),
            }
        }
        for lone in &between.join.new {
            let place = places[1].get(&lone.occupation).copied();
            lists.one_sided(
                [(None, None), (place, weighed[1][lone.number])],
                [Cause::New; 2],
            );
        }
        for lone in &between.join.gone {
            let place = places[0].get(&lone.occupation).copied();
            lists.one_sided(
                [(place, weighed[0][lone.number]), (None, None)],
                [Cause::Gone; 2],
            );
        }
        lists
    }

    /// Enters a task that left an occupation and came into another, as far as they are in both runs and it is rated.
    fn one_sided(&mut self, sides: [(Option<usize>, Option<Weighed>); 2], causes: [Cause; 2]) {
        let [left, came] = sides;
        if let (Some(place), Some(task)) = left {
            self.tasks[place].left.push((task, causes[0]));
        }
        if let (Some(place), Some(task)) = came {
            self.tasks[place].came.push((task, causes[1]));
        }
    }
}

/// The raters of two runs, joined by id: those of the later one first, then those of the earlier alone.
pub(super) fn pair_raters<'a>(before: &'a [Rater], after: &'a [Rater]) -> Vec<RaterPair<'a>> {
    let place = |raters: &[Rater], id: &str| raters.iter().position(|rater| rater.id == id);
    let joined = after.iter().enumerate().map(|(is, rater)| {
        let was = place(before, &rater.id);
        RaterPair {
            id: &rater.id,
            gold: rater.gold,
            places: [was, Some(is)],
            otherwise: was.map_or_else(Vec::new, |was| before[was].otherwise(rater)),
        }
    });
    let gone = before.iter().enumerate();
    let gone = gone.filter(|(_, rater)| place(after, &rater.id).is_none());
    let gone = gone.map(|(was, rater)| RaterPair {
        id: &rater.id,
        gold: rater.gold,
        places: [Some(was), None],
        otherwise: Vec::new(),
    });
    joined.chain(gone).collect()
}
