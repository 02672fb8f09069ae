//! What has been read of a release so far.

use super::table::Done;
use crate::inventory::{Occupation, Problem, Task};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Index of an occupation, and of a task in it.
pub(super) type Place = (usize, usize);

/// A release while it is read, table by table.
#[derive(Default)]
pub(super) struct Release<'a> {
    pub(super) notes: Vec<String>,
    pub(super) problems: Vec<Problem>,
    pub(super) occupations: Vec<Occupation>,
    /// Titles of detailed work activities by id.
    pub(super) activities: BTreeMap<String, String>,
    /// Index of each occupation by code.
    pub(super) by_code: HashMap<&'a str, usize>,
    /// Each task by id, as an index of `places`.
    pub(super) by_task: HashMap<&'a str, usize>,
    /// Each task in the order of the task statements.
    pub(super) places: Vec<Place>,
    /// Titles that an occupation has already: the tables of titles overlap.
    pub(super) titles: HashSet<(usize, &'a str)>,
    /// Skills of an occupation that were met: newer releases have two tables of them.
    pub(super) skills: HashSet<(usize, &'a str)>,
}

impl<'a> Release<'a> {
    /// The number of the task with this id, if it is one of this occupation.
    pub(super) fn task_number(&self, code: &str, id: &str) -> Option<usize> {
        let number = *self.by_task.get(id)?;
        let (occupation, _) = *self.places.get(number)?;
        (self.occupations.get(occupation)?.id == code).then_some(number)
    }

    /// The task with this number.
    pub(super) fn task_mut(&mut self, number: usize) -> Option<&mut Task> {
        let (occupation, task) = *self.places.get(number)?;
        self.occupations.get_mut(occupation)?.tasks.get_mut(task)
    }

    /// Keeps the problems of a table; its number of rows.
    pub(super) fn settle(&mut self, done: Done) -> usize {
        self.problems.extend(done.problems);
        done.rows
    }

    /// Says how many of something were left out and why, if any were.
    pub(super) fn note(&mut self, count: usize, what: impl FnOnce(usize) -> String) {
        if count > 0 {
            self.notes.push(what(count));
        }
    }
}
