//! What a rater says now beside what it said in an earlier run, of the same tasks.

use super::data::{Column, Data};
use super::figure::Figure;
use super::units::Mean;
use super::{Rater, Run};
use crate::compare::Otherwise;
use crate::inventory::{Occupation, Task};
use crate::rubric::{Dimension, Scale};
use serde::Serialize;
use std::collections::HashMap;

/// A rater now against an earlier run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Drift {
    /// The earlier run.
    pub run: String,
    /// Whether both were asked with the same prompt.
    pub same_prompt: bool,
    /// In what else the rater was asked otherwise then; empty where in nothing that the runs know of.
    pub otherwise: Vec<Otherwise>,
    /// Tasks of the same id and text that the rater rated in both; those carried over from one to the other are left out.
    pub n: usize,
    /// Mean of now − then, in points.
    pub difference: Option<Figure>,
    /// p that it is 0.
    pub p: Option<f64>,
    /// Share of tasks with the same answer, with the interval of Wilson.
    pub same_answer: Option<Figure>,
}

/// An earlier run, its values put in the order of the audited one.
pub(super) struct Earlier<'a> {
    run: &'a Run<'a>,
    tables: Vec<crate::ratings::Table>,
    /// For each task of the audited run, that of the earlier one with the same id and text.
    tasks: Vec<Option<usize>>,
}

impl<'a> Earlier<'a> {
    pub fn new(run: &'a Run<'a>, now: &Run<'_>) -> crate::Result<Self> {
        let known: HashMap<&str, (usize, &str)> = tasks(run.occupations)
            .enumerate()
            .map(|(number, task)| (&*task.id, (number, &*task.statement)))
            .collect();
        let same = |task: &Task| {
            let (number, statement) = known.get(&*task.id)?;
            (*statement == task.statement).then_some(*number)
        };
        Ok(Self {
            tables: run.sheet.tables()?,
            tasks: tasks(now.occupations).map(same).collect(),
            run,
        })
    }

    /// Id of the earlier run.
    pub fn id(&self) -> &str {
        self.run.id
    }

    /// Whether both were asked with the same prompt.
    pub fn same_prompt(&self, now: &Run<'_>) -> bool {
        self.run.prompt == now.prompt
    }

    /// Tasks of the audited run that the earlier one has, too.
    pub fn shared(&self) -> usize {
        self.tasks.iter().flatten().count()
    }

    /// The drift of a rater in a dimension, with its test; `None` where the earlier run has not both.
    pub fn drift(
        &self,
        data: &Data<'_>,
        rater: usize,
        now: &Run<'_>,
    ) -> Option<(Drift, Option<Mean>)> {
        let id = &now.raters.get(rater)?.id;
        let then = self.run.raters.iter().position(|other| other.id == *id)?;
        let dimensions = self.run.sheet.rubric().dimensions();
        let position = dimensions
            .iter()
            .position(|other| comparable(other, data.dimension))?;
        let before = Data::new(data.dimension, self.tables.get(position)?, None, data.units);
        let at = |column: &Column| -> Column {
            let fresh = self.tasks.iter().enumerate();
            fresh
                .map(|(task, earlier)| {
                    let cell = now.sheet.cell(task, rater, 0);
                    let carried = now.carried.and_then(|carried| carried.from(cell)).is_some();
                    earlier
                        .filter(|_| !carried)
                        .and_then(|earlier| column[earlier])
                })
                .collect()
        };
        let difference = data.difference(&data.values[rater], &at(&before.values[then]));
        let n = difference.iter().flatten().count();
        (n > 0).then_some(())?;
        let answers = at(&before.answers[then]);
        let both = data.answers[rater].iter().zip(&answers);
        let same = both
            .filter(|(now, then)| now.is_some() && now == then)
            .count();
        let mean = data.units.mean(&difference);
        let drift = Drift {
            run: self.run.id.to_owned(),
            same_prompt: self.same_prompt(now),
            otherwise: otherwise(self.run.raters.get(then), now.raters.get(rater)),
            n,
            difference: mean.map(|mean| mean.figure),
            p: mean.and_then(|mean| mean.p),
            same_answer: Figure::share(same, n, data.units.level),
        };
        Some((drift, mean))
    }
}

impl Drift {
    /// How the rater was asked then, beside now: `the same prompt, other recording`.
    #[must_use]
    pub fn asked(&self) -> String {
        let prompt = match self.same_prompt {
            true => "the same prompt",
            false => "another prompt",
        };
        let others = self.otherwise.iter().map(|one| one.name());
        let all: Vec<&str> = std::iter::once(prompt).chain(others).collect();
        all.join(", ")
    }
}

/// In what a rater was asked otherwise, the prompt apart.
fn otherwise(then: Option<&Rater>, now: Option<&Rater>) -> Vec<Otherwise> {
    let asked = |rater: Option<&Rater>| rater.and_then(|rater| rater.asked.clone());
    let both = asked(then).zip(asked(now));
    let mut all = both.map_or_else(Vec::new, |(then, now)| then.otherwise(&now));
    all.retain(|one| *one != Otherwise::Prompt);
    all
}

fn tasks<'a>(occupations: &'a [&'a Occupation]) -> impl Iterator<Item = &'a Task> {
    occupations.iter().flat_map(|occupation| &occupation.tasks)
}

/// Whether two dimensions ask for the same on the same scale.
fn comparable(one: &Dimension, other: &Dimension) -> bool {
    let labels = |of: &Dimension| -> Vec<(String, f64)> {
        let labels = of.labels().iter();
        labels
            .map(|label| (label.id.clone(), label.value))
            .collect()
    };
    let score = |of: &Dimension| matches!(of.scale, Scale::Score(_));
    one.id == other.id && score(one) == score(other) && labels(one) == labels(other)
}
