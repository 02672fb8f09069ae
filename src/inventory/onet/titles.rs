//! Other titles that an occupation goes by.

use super::release::Release;
use super::table::{Column, Done, Table};
use super::tables::{CODE, OCCUPATIONS};
use crate::inventory::Problem;

/// The column is `Alternate Title` to release 30.2 and `Job Title` from 30.3 on. The others are for tables that people
/// have changed; `Title` is last, because Excel tables name the occupation so.
const TITLE: Column = Column::of(&[
    "Alternate Title",
    "Job Title",
    "Alternate Job Title",
    "Reported Job Title",
    "Title",
]);
const SHORT_TITLE: Column = Column::if_there(&["Short Title"]);
const REPORTED_TITLE: Column = Column::of(&["Reported Job Title"]);

impl<'a> Release<'a> {
    pub(super) fn alternate_titles(&mut self, table: &Table<'a>) -> Result<Done, Problem> {
        let done = self.read_titles(table, [CODE, TITLE, SHORT_TITLE])?;
        let column = table.name_of(TITLE).unwrap_or_default();
        if !matches!(column, "Alternate Title" | "Job Title") {
            self.notes.push(format!(
                "alternate titles are taken from the column '{column}' of {}",
                table.file()
            ));
        }
        Ok(done)
    }

    pub(super) fn reported_titles(&mut self, table: &Table<'a>) -> Result<Done, Problem> {
        self.read_titles(table, [CODE, REPORTED_TITLE])
    }

    /// Reads a table of titles: the column of codes, then one or more of titles.
    fn read_titles<const N: usize>(
        &mut self,
        table: &Table<'a>,
        columns: [Column; N],
    ) -> Result<Done, Problem> {
        let mut strangers = 0;
        let done = table.each(columns, |row| {
            let Some(&index) = self.by_code.get(row.filled(0)?) else {
                strangers += 1;
                return Ok(());
            };
            let Some(occupation) = self.occupations.get_mut(index) else {
                return Ok(());
            };
            for title in row.cells.iter().skip(1).copied().flatten() {
                if title != occupation.title && self.titles.insert((index, title)) {
                    occupation.alternate_titles.push(title.to_owned());
                }
            }
            Ok(())
        })?;
        self.note_strangers(strangers, table);
        Ok(done)
    }

    /// Says how many rows name an occupation that is not there.
    pub(super) fn note_strangers(&mut self, count: usize, table: &Table<'_>) {
        self.note(count, |count| {
            format!(
                "{}: {count} rows left out, because their occupation is not in {OCCUPATIONS}",
                table.file()
            )
        });
    }
}
