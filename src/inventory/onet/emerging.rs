//! Emerging tasks: those that people report and that are not among the task statements yet.

use super::release::Release;
use super::table::{Column, Done, Table};
use super::tables::{CODE, OCCUPATIONS, TASKS};
use crate::inventory::{Problem, Task, normalise};
use std::collections::{BTreeMap, HashSet};

const TASK: Column = Column::of(&["Task"]);
const CATEGORY: Column = Column::of(&["Category"]);
const ORIGINAL: Column = Column::of(&["Original Task ID"]);

impl<'a> Release<'a> {
    /// A new task joins its occupation, with its type unknown. A revised one stands in place of the task it revises,
    /// under an id of its own, with the type, ratings and activities of that task; several may share its place.
    pub(super) fn emerging(&mut self, table: &Table<'a>) -> Result<Done, Problem> {
        let mut ids = HashSet::new();
        let mut new: Vec<(usize, Task)> = Vec::new();
        let mut revised: BTreeMap<usize, Vec<Task>> = BTreeMap::new();
        let done = table.each([CODE, TASK, CATEGORY, ORIGINAL], |row| {
            let (code, statement) = (row.filled(0)?, row.filled(1)?);
            let Some(&occupation) = self.by_code.get(code) else {
                return Err(format!("{code} is not in {OCCUPATIONS}"));
            };
            let id = id(code, statement);
            if self.by_task.contains_key(id.as_str()) || ids.contains(&id) {
                return Err(format!("the same task of {code} occurs twice (id {id})"));
            }
            let mut task = Task {
                id: id.clone(),
                statement: statement.to_owned(),
                ..Task::default()
            };
            match row.filled(2)? {
                "New" => new.push((occupation, task)),
                "Revision" => {
                    let original = row.filled(3)?;
                    let number = self.task_number(code, original);
                    let number = number.ok_or_else(|| {
                        format!("it revises task {original}, which is not in {TASKS} of {code}")
                    })?;
                    if let Some(original) = self.task_mut(number) {
                        task = Task {
                            id: task.id,
                            statement: task.statement,
                            ..original.clone()
                        };
                    }
                    revised.entry(number).or_default().push(task);
                }
                other => return Err(format!("unknown category '{other}'")),
            }
            ids.insert(id);
            Ok(())
        })?;
        let in_place: usize = revised.values().map(Vec::len).sum();
        self.note(new.len(), |count| {
            format!("{count} emerging tasks are in it that O*NET lists as new")
        });
        self.note(in_place, |count| {
            format!(
                "{count} emerging tasks stand in place of the {} tasks they revise",
                revised.len()
            )
        });
        self.replace(revised);
        for (occupation, task) in new {
            if let Some(occupation) = self.occupations.get_mut(occupation) {
                occupation.tasks.push(task);
            }
        }
        Ok(done)
    }

    /// Puts revised tasks in place of those with these numbers; no number holds any more afterwards.
    fn replace(&mut self, revised: BTreeMap<usize, Vec<Task>>) {
        let mut at: BTreeMap<usize, BTreeMap<usize, Vec<Task>>> = BTreeMap::new();
        for (number, tasks) in revised {
            if let Some(&(occupation, task)) = self.places.get(number) {
                at.entry(occupation).or_default().insert(task, tasks);
            }
        }
        for (occupation, mut revised) in at {
            let Some(occupation) = self.occupations.get_mut(occupation) else {
                continue;
            };
            let old = std::mem::take(&mut occupation.tasks).into_iter();
            let tasks = old
                .enumerate()
                .flat_map(|(n, task)| revised.remove(&n).unwrap_or(vec![task]));
            occupation.tasks = tasks.collect();
        }
    }
}

/// An id made of what the task says, because the table has none: the same in every release that has the task.
fn id(code: &str, statement: &str) -> String {
    let hash = blake3::hash(format!("{code}\n{}", normalise(statement)).as_bytes()).to_hex();
    format!("e-{}", hash.get(..10).unwrap_or_default())
}
