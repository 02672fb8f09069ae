//! Which columns of a table a recorded rater is read from, and which of its rows.

use super::gold_file::is_gold_file;
use super::{CellText, Recording};
use crate::error::{Error, Result};
use crate::inventory::{LabelTable, Row};

/// Positions of columns in a table.
pub(super) struct Layout<'a> {
    task_id: usize,
    occupation_id: Option<usize>,
    /// Each dimension with the position of its column.
    pub dimensions: Vec<(&'a str, usize)>,
    pub rationale: Option<usize>,
    pub confidence: Option<usize>,
    pub probability: Option<usize>,
    only: Vec<(usize, &'a str)>,
}

impl<'a> Layout<'a> {
    /// Finds the columns that a recording names.
    ///
    /// # Errors
    /// The table has no such column, or several.
    pub fn find(recording: &'a Recording, table: &LabelTable) -> Result<Self> {
        let column = |name: &str| column(recording, table, name);
        let maybe = |name: &Option<String>| name.as_deref().map(column).transpose();
        let task_id = match &recording.task_id {
            Some(name) => column(name)?,
            None => table.task_id().ok_or_else(|| no_ids(recording, table))?,
        };
        let mut dimensions = Vec::new();
        for (dimension, name) in &recording.columns {
            dimensions.push((dimension.as_str(), column(name)?));
        }
        let mut only = Vec::new();
        for (name, CellText(text)) in &recording.only {
            only.push((column(name)?, text.as_str()));
        }
        Ok(Self {
            task_id,
            occupation_id: maybe(&recording.occupation_id)?,
            dimensions,
            rationale: maybe(&recording.rationale)?,
            confidence: maybe(&recording.confidence)?,
            probability: match &recording.probability {
                None if is_gold_file(table) => Some(column("probability")?),
                named => maybe(named)?,
            },
            only,
        })
    }

    /// The rows of a table that are about this rater.
    pub fn rows<'t>(&self, table: &'t LabelTable) -> impl Iterator<Item = Row<'t>> {
        let own = |row: &Row<'_>| {
            let mut only = self.only.iter();
            only.all(|(at, text)| row.get(*at).unwrap_or_default() == *text)
        };
        table.rows().filter(own)
    }

    /// The id of a row's task, and that of its occupation where there is a column for it.
    pub fn ids<'t>(&self, row: &Row<'t>) -> Option<(&'t str, Option<&'t str>)> {
        let occupation = self.occupation_id.map(|at| row.get(at).unwrap_or_default());
        Some((row.get(self.task_id)?, occupation))
    }
}

fn column(recording: &Recording, table: &LabelTable, name: &str) -> Result<usize> {
    let columns = table.columns().iter().enumerate();
    let found: Vec<usize> = columns
        .filter(|(_, column)| *column == name.trim())
        .map(|(at, _)| at)
        .collect();
    let what = match found.as_slice() {
        [at] => return Ok(*at),
        [] => "no column",
        _ => "several columns",
    };
    let message = format!("{}: {} has {what} '{name}'", recording.place, table.name());
    Err(Error::input(message).hint(format!("its columns are: {}", table.list())))
}

fn no_ids(recording: &Recording, table: &LabelTable) -> Error {
    let message = format!(
        "{}: nothing says which column of {} holds the task ids",
        recording.place,
        table.name()
    );
    let columns = table.list();
    Error::input(message).hint(format!(
        "name it with task_id = \"…\"; its columns are: {columns}"
    ))
}
