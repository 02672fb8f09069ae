//! Occupations and their tasks.

use super::release::Release;
use super::table::{Column, Done, Table};
use super::tables::{CODE, OCCUPATIONS, READ_ME, TASK_ID};
use crate::inventory::{Occupation, Problem, Task, TaskType};
use std::collections::hash_map::Entry;

const TITLE: Column = Column::of(&["Title"]);
const DESCRIPTION: Column = Column::of(&["Description"]);
const TASK: Column = Column::of(&["Task"]);
const TASK_TYPE: Column = Column::of(&["Task Type"]);

impl<'a> Release<'a> {
    /// `O*NET 30.2`, from a first line `O*NET 30.2 Database`.
    pub(super) fn name(&mut self, read_me: Option<&[u8]>) -> String {
        let text = String::from_utf8_lossy(read_me.unwrap_or_default());
        let mut words = text.lines().next().unwrap_or_default().split_whitespace();
        let number = words
            .find(|word| word.contains("O*NET"))
            .and_then(|_| words.next());
        match number.filter(|number| number.starts_with(|first: char| first.is_ascii_digit())) {
            Some(number) => format!("O*NET {number}"),
            None => {
                let why = if read_me.is_some() {
                    "does not begin with it"
                } else {
                    "is missing"
                };
                self.notes.push(format!(
                    "the number of the release is unknown: {READ_ME} {why}"
                ));
                "O*NET release of unknown number".to_owned()
            }
        }
    }

    pub(super) fn occupations(&mut self, table: &Table<'a>) -> Result<Done, Problem> {
        table.each([CODE, TITLE, DESCRIPTION], |row| {
            let (code, title) = (row.filled(0)?, row.filled(1)?);
            let Entry::Vacant(free) = self.by_code.entry(code) else {
                return Err(format!("occupation {code} occurs twice"));
            };
            free.insert(self.occupations.len());
            self.occupations.push(Occupation {
                id: code.to_owned(),
                title: title.to_owned(),
                description: row.cells[2].unwrap_or_default().to_owned(),
                ..Occupation::default()
            });
            Ok(())
        })
    }

    pub(super) fn tasks(&mut self, table: &Table<'a>) -> Result<Done, Problem> {
        table.each([CODE, TASK_ID, TASK, TASK_TYPE], |row| {
            let (code, id) = (row.filled(0)?, row.filled(1)?);
            let task = Task {
                id: id.to_owned(),
                statement: row.filled(2)?.to_owned(),
                kind: task_type(row.cells[3])
                    .map_err(|kind| format!("task {id} has the unknown type '{kind}'"))?,
                ..Task::default()
            };
            let Some(&index) = self.by_code.get(code) else {
                return Err(format!(
                    "task {id} belongs to {code}, which is not in {OCCUPATIONS}"
                ));
            };
            let Entry::Vacant(free) = self.by_task.entry(id) else {
                return Err(format!("task id {id} occurs twice"));
            };
            let Some(occupation) = self.occupations.get_mut(index) else {
                return Ok(());
            };
            free.insert(self.places.len());
            self.places.push((index, occupation.tasks.len()));
            occupation.tasks.push(task);
            Ok(())
        })
    }
}

/// O*NET's `n/a` marks tasks written by analysts, without ratings.
fn task_type(cell: Option<&str>) -> Result<TaskType, &str> {
    match cell {
        None => Ok(TaskType::Unknown),
        Some("Core") => Ok(TaskType::Core),
        Some("Supplemental") => Ok(TaskType::Supplemental),
        Some(other) => Err(other),
    }
}
