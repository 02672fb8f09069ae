//! Detailed work activities: what tasks of different occupations have in common.

use super::release::Release;
use super::table::{Column, Done, Table};
use super::tables::{CODE, TASK_ID, TASKS};
use crate::inventory::Problem;
use std::collections::HashSet;

/// Renamed in release 30.3, in both tables.
const ID: Column = Column::of(&["DWA ID", "DWA Element ID"]);
const TITLE: Column = Column::of(&["DWA Title", "DWA Element Name"]);

impl<'a> Release<'a> {
    pub(super) fn task_activities(&mut self, table: &Table<'a>) -> Result<Done, Problem> {
        let mut strangers = 0;
        let mut seen = HashSet::new();
        let done = table.each([CODE, TASK_ID, ID], |row| {
            let (code, id, activity) = (row.filled(0)?, row.filled(1)?, row.filled(2)?);
            let number = self.task_number(code, id);
            let Some(task) = number.and_then(|number| self.task_mut(number)) else {
                strangers += 1;
                return Ok(());
            };
            if !seen.insert((id, activity)) {
                return Err(format!("task {id} has activity {activity} a second time"));
            }
            task.activities.push(activity.to_owned());
            Ok(())
        })?;
        self.note(strangers, |count| {
            format!(
                "{}: {count} rows left out, because {TASKS} has no such task of that occupation",
                table.file()
            )
        });
        Ok(done)
    }

    pub(super) fn activities(&mut self, table: &Table<'a>) -> Result<Done, Problem> {
        table.each([ID, TITLE], |row| {
            let (id, title) = (row.filled(0)?, row.filled(1)?);
            match self.activities.insert(id.to_owned(), title.to_owned()) {
                None => Ok(()),
                Some(_) => Err(format!("activity {id} occurs twice")),
            }
        })
    }
}
