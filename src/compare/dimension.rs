//! The comparison in one dimension. All values are points of the 0–100 score.

use super::Side;
use super::cause::Cause;
use super::change::{DimensionChange, Noise, OccupationChange, RaterChange, TaskChange};
use super::difference::{Difference, Verdict};
use super::join::{Join, OccupationPair};
use super::lists::Lists;
use super::parts::{SetScore, Tasks, Weighed};
use super::rater::RaterPair;
use crate::inventory::{Item, Task};
use crate::reconcile::Reconciliation;
use crate::stats::Clusters;

/// One dimension of two runs.
pub(super) struct Between<'c, 'a> {
    pub sides: [&'c Side<'a>; 2],
    pub done: [&'c Reconciliation; 2],
    pub id: &'a str,
    pub join: &'c Join<'a>,
    pub raters: &'c [RaterPair<'a>],
    /// Whether the two runs make the values otherwise.
    pub made_otherwise: bool,
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
        let whole = self.difference(|pair| {
            let [was, is] = self.join.tasks[pair].numbers;
            values[0][was].zip(values[1][is])
        });
        let all = self.join.tasks.iter().zip(&causes);
        let all = all.filter_map(|(pair, cause)| {
            let [was, is] = pair.numbers;
            let values = values[0][was].zip(values[1][is]);
            values.filter(|_| !pair.told).zip(*cause)
        });
        let mut whole = whole.untested_if(self.only_reconciled_otherwise(all));
        Difference::adjust(std::iter::once(&mut whole));
        let mut occupations = self.occupations(&values, &causes);
        let looked_at = Difference::adjust(occupations.iter_mut().map(|one| &mut one.same_text));
        DimensionChange {
            dimension: self.id,
            methods: self.done.map(|done| done.method),
            reconciled_otherwise: self.made_otherwise,
            scores_by_gold: self.done.map(|done| done.calibrated.is_some()),
            tasks: self.tasks(&values, &causes, noise),
            noise,
            whole,
            scores: SetScore::of(occupations.iter().filter_map(|one| {
                let scores = one.before.zip(one.after);
                scores
                    .zip(one.parts.as_ref())
                    .map(|((was, is), parts)| (was, is, parts))
            })),
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
        // Gold is no rater of the panel: where it differs, the values are made otherwise.
        let panel = || self.raters.iter().filter(|rater| !rater.gold);
        let own = |rater: &RaterPair<'_>| {
            [
                self.own(0, was, rater.places[0]),
                self.own(1, is, rater.places[1]),
            ]
        };
        let alike = |rater: &RaterPair<'_>| match own(rater) {
            [Some(_), Some(_)] => rater.otherwise.is_empty(),
            [None, None] => true,
            _ => false,
        };
        let equal = |rater: &RaterPair<'_>| match own(rater) {
            [Some(was), Some(is)] => !differ(was, is),
            [was, is] => was == is,
        };
        match (values[0][was], values[1][is]) {
            (None, None) => None,
            (Some(before), Some(after)) => Some(match (pair.told, panel().all(alike)) {
                (true, _) => Cause::Text,
                (false, false) => Cause::Raters,
                (false, true) if self.made_otherwise => Cause::Method,
                (false, true) if panel().all(equal) && differ(before, after) => Cause::Method,
                (false, true) => Cause::Same,
            }),
            _ => Some(Cause::Missing),
        }
    }

    /// Whether nothing but how ratings are reconciled changed values of tasks, given with their causes.
    fn only_reconciled_otherwise(&self, tasks: impl Iterator<Item = ((f64, f64), Cause)>) -> bool {
        let mut changed = tasks.filter(|((was, is), _)| differ(*was, *is)).peekable();
        let some = changed.peek().is_some();
        self.made_otherwise || (some && changed.all(|(_, cause)| cause == Cause::Method))
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
        let lists = Lists::of(self.join, &weighed, causes);
        let pairs = self.join.occupations.iter().enumerate();
        pairs
            .map(|(n, pair)| self.occupation(pair, &lists.tasks[n], &lists.same_text[n]))
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
        tasks: &Tasks,
        same_text: &[((f64, f64), Cause)],
    ) -> OccupationChange<'a> {
        let [old, new] =
            [0, 1].map(|side| &self.sides[side].inventory.occupations()[pair.numbers[side]]);
        let [before, after] = tasks.scores();
        let own = self.own_changes(pair);
        let values: Vec<(f64, f64)> = same_text.iter().map(|(values, _)| *values).collect();
        let otherwise = self.only_reconciled_otherwise(same_text.iter().copied());
        OccupationChange {
            occupation_id: &new.id,
            occupation: &new.title,
            id_before: pair.by_tasks.then_some(&*old.id),
            before,
            after,
            change: before.zip(after).map(|(was, is)| is - was),
            parts: tasks.parts(),
            same_text: Difference::over_tasks(&values).untested_if(otherwise),
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
        let row = |item: &Item<'a>, cause, numbers: [Option<usize>; 2]| {
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
                    .filter(|_| cause != Cause::Method)
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

/// Whether two values differ by more than rounding.
fn differ(was: f64, is: f64) -> bool {
    crate::ratings::round12(is - was) != 0.0
}
