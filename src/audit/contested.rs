//! The tasks on which raters lie furthest apart.

use super::Run;
use super::data::Data;
use crate::error::{Error, Kind, Result};
use serde::Serialize;

/// Contested tasks that are listed at most.
const LISTED: usize = 500;

/// A task with what every rater says of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Dispute {
    /// Its number, counted through the occupations of the run.
    pub task: usize,
    /// Its occupation.
    pub occupation_id: String,
    /// Title of the occupation.
    pub occupation: String,
    /// Its id.
    pub task_id: String,
    /// What is done.
    pub statement: String,
    /// Largest minus smallest value of the panel, in the dimension's unit.
    pub spread: f64,
    /// Whether that is wide.
    pub contested: bool,
    /// What each rater of the dimension says, gold last.
    pub ratings: Vec<Voice>,
}

/// What a rater says of a task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Voice {
    /// The rater.
    pub rater: String,
    /// How its question ended.
    pub outcome: &'static str,
    /// Its value, in the dimension's unit.
    pub value: Option<f64>,
    /// Its label, where the dimension has labels.
    pub label: Option<String>,
    /// Why, in its words.
    pub rationale: String,
}

/// The tasks of a dimension by how far the panel disagrees on them.
pub(super) struct Ranking {
    /// Task and spread: the widest first, then those with more raters, then in their order.
    ranked: Vec<(usize, f64)>,
    /// How many of them are contested.
    pub contested: usize,
    /// Those who rated anything in the dimension.
    voices: Vec<usize>,
}

impl Ranking {
    pub fn of(data: &Data<'_>, share: f64) -> Self {
        let row = |task: usize| {
            let given = data
                .panel
                .iter()
                .filter_map(|&rater| data.values[rater][task]);
            let (low, high, n) = given.fold(
                (f64::INFINITY, f64::NEG_INFINITY, 0_usize),
                |(low, high, n), value| (low.min(value), high.max(value), n + 1),
            );
            (n > 1 && high > low).then_some((task, high - low, n))
        };
        let mut ranked: Vec<(usize, f64, usize)> = (0..data.tasks()).filter_map(row).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.2.cmp(&a.2)).then(a.0.cmp(&b.0)));
        let wide = |spread: f64| data.dimension.contested(spread, share);
        Self {
            contested: ranked.iter().filter(|one| wide(one.1)).count(),
            ranked: ranked.into_iter().map(|one| (one.0, one.1)).collect(),
            voices: data.everyone(),
        }
    }

    /// The contested tasks, 500 at most.
    pub fn listed(&self) -> Vec<usize> {
        let contested = self.ranked.iter().take(self.contested.min(LISTED));
        contested.map(|one| one.0).collect()
    }

    /// The first `limit`, contested or not, with every rater's words.
    pub fn widest(&self, run: &Run<'_>, position: usize, limit: usize) -> Result<Vec<Dispute>> {
        let chosen = self.ranked.iter().take(limit).enumerate();
        chosen
            .map(|(place, &(task, spread))| self.dispute(run, position, task, spread, place))
            .collect()
    }

    fn dispute(
        &self,
        run: &Run<'_>,
        position: usize,
        task: usize,
        spread: f64,
        place: usize,
    ) -> Result<Dispute> {
        let row = run.sheet.row(task)?;
        let labels = run.sheet.rubric().dimensions().get(position);
        let label = |at: usize| Some(labels?.labels().get(at)?.id.clone());
        let voice = |&rater: &usize| {
            let rating = row.opinion(rater);
            let value = rating.values.get(position).and_then(Option::as_ref);
            Voice {
                rater: run.raters[rater].id.clone(),
                outcome: rating.outcome.name(),
                value: value.map(|value| value.value),
                label: value.and_then(|value| label(value.label?)),
                rationale: rating.rationale.clone(),
            }
        };
        let missing = || Error::new(Kind::Internal, format!("there is no task {task}"));
        let (occupation, own) = run.task(task).ok_or_else(missing)?;
        Ok(Dispute {
            task,
            occupation_id: occupation.id.clone(),
            occupation: occupation.title.clone(),
            task_id: own.id.clone(),
            statement: own.statement.clone(),
            spread,
            contested: place < self.contested,
            ratings: self.voices.iter().map(voice).collect(),
        })
    }
}
