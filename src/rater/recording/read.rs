//! The ratings of recorded raters about the tasks of a run, with what was left out of their files.

use super::joined::Tasks;
use super::layout::Layout;
use super::strata::Strata;
use super::{Provenance, Recording, Recordings, cell};
use crate::error::{Error, Result};
use crate::inventory::{Item, LabelTable, Problem, Row};
use crate::rater::Rater;
use crate::rating::{Outcome, Rating};
use crate::ratings::Drawn;
use crate::rubric::Rubric;
use std::collections::{BTreeMap, HashSet};

/// What the recorded raters of a panel say of the tasks of a run.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// One a recorded rater, in the order of the panel.
    pub raters: Vec<RecordedRater>,
    dimensions: usize,
}

/// What one recorded rater says of the tasks of a run.
#[derive(Debug, Clone)]
pub struct RecordedRater {
    /// Position in the panel.
    pub rater: usize,
    /// Rows of its file that are about this rater.
    pub rows: usize,
    /// Those of them that are about tasks of the run.
    pub rows_used: usize,
    /// Where no row is: the id of a task in the file, and that of a task of the run.
    pub strangers: Option<(String, String)>,
    /// Where its labels come from and how their tasks were drawn, by number of the task; `None` where no column says with which
    /// probability.
    pub drawn: Option<(Provenance, Drawn)>,
    /// Where labelled tasks of its draw cannot be used, what that does to the probabilities of the others.
    pub lost: Vec<String>,
    /// What of its rows cannot be used, and rows of the file that cannot be read.
    pub problems: Vec<Problem>,
    /// Its ratings by the number of the task.
    ratings: BTreeMap<usize, Entry>,
}

/// A rating, and where it stands.
#[derive(Debug, Clone)]
struct Entry {
    line: usize,
    rating: Rating,
    /// Dimensions on which two rows contradict each other.
    disputed: Vec<usize>,
}

impl Recorded {
    /// Reads the ratings of the recorded raters among `raters` about the tasks of a run, in its order; `run` is its id, where it
    /// has one yet.
    ///
    /// A cell that is neither on the scale nor blank is a problem, and the rest of its row is kept. Two rows of one rater
    /// about one task are one where they agree or complete each other; a dimension on which they contradict each other
    /// has no rating: nobody knows which came last.
    ///
    /// # Errors
    /// A file was not added to `recordings`, or lacks a column that the configuration names.
    pub fn read<'a>(
        recordings: &Recordings,
        rubric: &Rubric,
        raters: &[Rater],
        run: Option<&str>,
        items: impl Iterator<Item = Item<'a>>,
    ) -> Result<Self> {
        let tasks = Tasks::of(items);
        let mut recorded = Self {
            raters: Vec::new(),
            dimensions: rubric.dimensions().len(),
        };
        for (position, rater) in raters.iter().enumerate() {
            let Some(recording) = rater.recording() else {
                continue;
            };
            let table = recordings.table(&recording.file).ok_or_else(|| {
                let (file, id) = (&recording.file, &rater.id);
                Error::input(format!("{file} was not read for '{id}'"))
            })?;
            let layout = Layout::find(recording, table)?;
            let asked = layout.dimensions.iter();
            let reading = Reading {
                recording,
                table,
                rubric,
                dimensions: asked
                    .filter_map(|(id, at)| Some((rubric.position(id)?, *at)))
                    .collect(),
                layout,
                tasks: &tasks,
                run,
            };
            recorded.raters.push(reading.rater(position));
        }
        Ok(recorded)
    }

    /// The ratings about one task: the position in the panel and the rating of each recorded rater. A rater that says
    /// nothing of the task abstains.
    pub fn rate(&self, task: usize) -> impl Iterator<Item = (usize, Rating)> {
        self.raters.iter().map(move |rater| {
            let entry = rater.ratings.get(&task);
            let rating = entry.map(|entry| entry.rating.clone());
            let missing = || Rating::missing(Outcome::Abstained, self.dimensions);
            (rater.rater, rating.unwrap_or_else(missing))
        })
    }

    /// How the tasks of each rater were drawn whose file says so, by its position in the panel.
    pub fn drawn(&self) -> impl Iterator<Item = (usize, &Provenance, &Drawn)> {
        let raters = self.raters.iter();
        raters.filter_map(|read| {
            let (provenance, drawn) = read.drawn.as_ref()?;
            Some((read.rater, provenance, drawn))
        })
    }

    /// What cannot be used of the files, each once, however many raters share it; by file and line.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let all = self.raters.iter().flat_map(|rater| &rater.problems);
        let mut seen = HashSet::new();
        let mut problems: Vec<Problem> = all
            .filter(|problem| seen.insert(*problem))
            .cloned()
            .collect();
        problems.sort_by(|a, b| (&a.place, a.line).cmp(&(&b.place, b.line)));
        problems
    }
}

impl RecordedRater {
    /// The tasks of the run that it rated.
    #[must_use]
    pub fn tasks(&self) -> Vec<usize> {
        let rated = self.ratings.iter();
        let rated = rated.filter(|(_, entry)| entry.rating.outcome == Outcome::Rated);
        rated.map(|(task, _)| *task).collect()
    }

    /// Number of tasks of the run that it rated.
    #[must_use]
    pub fn rated(&self) -> usize {
        let rated = |entry: &&Entry| entry.rating.outcome == Outcome::Rated;
        self.ratings.values().filter(rated).count()
    }
}

/// One rater about to be read.
struct Reading<'a> {
    recording: &'a Recording,
    table: &'a LabelTable,
    rubric: &'a Rubric,
    layout: Layout<'a>,
    /// Position in the rubric and in the table of each dimension that the rubric asks for.
    dimensions: Vec<(usize, usize)>,
    tasks: &'a Tasks<'a>,
    run: Option<&'a str>,
}

impl Reading<'_> {
    fn rater(&self, position: usize) -> RecordedRater {
        let mut read = RecordedRater {
            rater: position,
            rows: 0,
            rows_used: 0,
            strangers: None,
            drawn: self.layout.probability.map(|_| {
                let provenance = Provenance::of(self.table);
                let part = provenance.part();
                (provenance, Drawn::new(self.tasks.count, part))
            }),
            lost: Vec::new(),
            problems: self.table.problems().to_vec(),
            ratings: BTreeMap::new(),
        };
        let mut first = None;
        let mut strata = Strata::of(&self.layout, self.table);
        for row in self.layout.rows(self.table) {
            read.rows += 1;
            let Some((id, occupation)) = self.layout.ids(&row) else {
                read.problems.push(self.problem(&row, "no task id"));
                strata.iter_mut().for_each(|strata| strata.add(&row, None));
                continue;
            };
            let found = self.tasks.find(id, occupation);
            strata.iter_mut().for_each(|strata| strata.add(&row, found));
            match found {
                Some(task) => {
                    read.rows_used += 1;
                    self.take(&mut read, task, &row);
                }
                None => {
                    first.get_or_insert((id, occupation));
                }
            }
        }
        read.problems.sort_by_key(|problem| problem.line);
        self.settle(&mut read, strata);
        if read.rows_used == 0 {
            read.strangers = first.zip(self.tasks.first).map(|((id, code), item)| {
                let of = |code: &str| format!(" of {code}");
                let own = code.map_or_else(String::new, |_| of(&item.occupation.id));
                let there = code.map_or_else(String::new, of);
                (format!("{id}{there}"), format!("{}{own}", item.task.id))
            });
        }
        read
    }

    /// Takes labelled tasks that cannot be used into account in the probabilities of the others.
    fn settle(&self, read: &mut RecordedRater, strata: Option<Strata>) {
        let rated: HashSet<usize> = read.tasks().into_iter().collect();
        if let Some((strata, (provenance, drawn))) = strata.zip(read.drawn.as_mut()) {
            let own = matches!(provenance.runs.as_slice(), [one] if Some(one.as_str()) == self.run);
            read.lost = strata.settle(drawn, own, |task| rated.contains(&task));
        }
    }

    fn problem(&self, row: &Row<'_>, what: impl Into<String>) -> Problem {
        Problem {
            place: self.table.name().to_owned(),
            line: Some(row.line),
            what: what.into(),
        }
    }

    /// Takes in the row of a task.
    fn take(&self, read: &mut RecordedRater, task: usize, row: &Row<'_>) {
        let Some(rating) = self.rating(read, row) else {
            return;
        };
        self.draw(read, task, row);
        let entry = Entry {
            line: row.line,
            rating,
            disputed: Vec::new(),
        };
        let Some(known) = read.ratings.get_mut(&task) else {
            read.ratings.insert(task, entry);
            return;
        };
        for dimension in known.join(entry.rating) {
            let id = &self.rubric.dimensions()[dimension].id;
            let what = format!(
                "another {id} than line {} has for the same task; neither counts",
                known.line
            );
            read.problems.push(self.problem(row, what));
        }
    }

    /// Notes with which probability the task of a row was drawn; where two rows differ in it nobody knows it.
    fn draw(&self, read: &mut RecordedRater, task: usize, row: &Row<'_>) {
        let (Some(at), Some((_, drawn))) = (self.layout.probability, read.drawn.as_mut()) else {
            return;
        };
        let found = cell::probability(row.get(at).unwrap_or_default());
        let again = read.ratings.get(&task);
        let known = drawn.probability(task);
        let what = match (&found, again) {
            (Err(what), _) => Some(what.clone()),
            (Ok(found), Some(entry)) if known != Some(*found) => Some(format!(
                "another probability than line {} has for the same task",
                entry.line
            )),
            _ => None,
        };
        drawn.set(task, found.ok().filter(|_| what.is_none()));
        if let Some(what) = what {
            let column = &self.table.columns()[at];
            read.problems
                .push(self.problem(row, format!("{column}: {what}")));
        }
    }

    /// The rating in a row; `None` where it holds no value.
    fn rating(&self, read: &mut RecordedRater, row: &Row<'_>) -> Option<Rating> {
        let mut rating = Rating::missing(Outcome::Rated, self.rubric.dimensions().len());
        let mut wrong = |at: usize, what: String| {
            let column = &self.table.columns()[at];
            read.problems
                .push(self.problem(row, format!("{column}: {what}")));
        };
        for &(position, at) in &self.dimensions {
            let dimension = &self.rubric.dimensions()[position];
            match cell::value(row.get(at).unwrap_or_default(), dimension, self.recording) {
                Ok(value) => rating.values[position] = value,
                Err(what) => wrong(at, what),
            }
        }
        if rating.values.iter().all(Option::is_none) {
            return None;
        }
        if let Some(at) = self.layout.confidence {
            match cell::confidence(row.get(at).unwrap_or_default(), self.recording) {
                Ok(confidence) => rating.confidence = confidence,
                Err(what) => wrong(at, what),
            }
        }
        let rationale = self.layout.rationale.and_then(|at| row.get(at));
        let words: Vec<&str> = rationale.unwrap_or_default().split_whitespace().collect();
        rating.rationale = words.join(" ");
        Some(rating)
    }
}

impl Entry {
    /// Takes in another row about the same task; out come the dimensions that it newly disputes.
    fn join(&mut self, other: Rating) -> Vec<usize> {
        let mut disputed = Vec::new();
        let pairs = self.rating.values.iter_mut().zip(other.values);
        for (dimension, (own, value)) in pairs.enumerate() {
            if self.disputed.contains(&dimension) || value.is_none() || *own == value {
                continue;
            }
            match own {
                Some(_) => {
                    *own = None;
                    disputed.push(dimension);
                }
                None => *own = value,
            }
        }
        if self.rating.rationale.is_empty() {
            self.rating.rationale = other.rationale;
        }
        self.rating.confidence = self.rating.confidence.or(other.confidence);
        self.disputed.extend(&disputed);
        if self.rating.values.iter().all(Option::is_none) {
            self.rating = Rating::missing(Outcome::Abstained, self.rating.values.len());
        } else {
            self.rating.outcome = Outcome::Rated;
        }
        disputed
    }
}

#[cfg(test)]
mod tests;
