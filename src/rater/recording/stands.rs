//! Where the recorded rating of one task stands in its file, for who asks what a number rests on.

use super::Recordings;
use super::joined::Tasks;
use super::layout::Layout;
use crate::error::Result;
use crate::inventory::Item;
use crate::rater::Rater;
use std::collections::BTreeMap;

/// A row of a recorded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedRow {
    /// Its line in the file, from 1.
    pub line: usize,
    /// The columns that the rater is read from, with their cells as they stand there.
    pub cells: Vec<(String, String)>,
}

impl Recordings {
    /// The rows of a recorded rater about one task; none for a rater that is no recording or whose file was not added.
    ///
    /// # Errors
    /// The file lacks a column that the configuration names.
    pub fn rows(&self, rater: &Rater, item: Item<'_>) -> Result<Vec<RecordedRow>> {
        let recording = rater.recording();
        let Some((recording, table)) =
            recording.and_then(|recording| Some((recording, self.table(&recording.file)?)))
        else {
            return Ok(Vec::new());
        };
        let layout = Layout::find(recording, table)?;
        let tasks = Tasks::of(std::iter::once(item));
        let about = layout.rows(table).filter(|row| {
            let ids = layout.ids(row);
            ids.is_some_and(|(id, occupation)| tasks.find(id, occupation).is_some())
        });
        let rows = about.map(|row| {
            let columns = recording.columns.values().zip(&layout.dimensions);
            let cells = columns.map(|(column, (_, at))| {
                let cell = row.get(*at).unwrap_or_default();
                (column.clone(), cell.to_owned())
            });
            RecordedRow {
                line: row.line,
                cells: cells.collect(),
            }
        });
        Ok(rows.collect())
    }

    /// The cells of any column in the rows of a recorded rater, by the number of the task among `items`; of several rows about a task
    /// the last one that is not empty. `None` where the file has no column of the name, or the rater no file.
    ///
    /// # Errors
    /// The file lacks a column that the configuration names.
    pub fn column<'a>(
        &self,
        rater: &Rater,
        column: &str,
        items: impl Iterator<Item = Item<'a>>,
    ) -> Result<Option<BTreeMap<usize, String>>> {
        let recording = rater.recording();
        let Some((recording, table)) =
            recording.and_then(|recording| Some((recording, self.table(&recording.file)?)))
        else {
            return Ok(None);
        };
        let mut columns = table.columns().iter();
        let Some(at) = columns.position(|own| own == column) else {
            return Ok(None);
        };
        let layout = Layout::find(recording, table)?;
        let tasks = Tasks::of(items);
        let cells = layout.rows(table).filter_map(|row| {
            let (id, occupation) = layout.ids(&row)?;
            Some((tasks.find(id, occupation)?, row.get(at)?.to_owned()))
        });
        Ok(Some(cells.collect()))
    }
}
