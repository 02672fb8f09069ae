//! An O*NET text release: a folder or zip of tab-separated tables.
//!
//! This reader takes the bytes of the tables and nothing else; finding and reading them is the caller's part.
//! Missing ratings or titles are said in the notes of the inventory and never made up.

mod table;

use super::text::digest;
use super::{Inventory, Occupation, Task, TaskType, Wanted};
use crate::error::{Error, Result};
use std::collections::{HashMap, HashSet};
use table::Table;

const OCCUPATIONS: &str = "Occupation Data.txt";
const TASKS: &str = "Task Statements.txt";
const RATINGS: &str = "Task Ratings.txt";
const READ_ME: &str = "Read Me.txt";
const ALTERNATE_TITLES: &str = "Alternate Titles.txt";
const REPORTED_TITLES: &str = "Sample of Reported Titles.txt";

const CODE: &str = "O*NET-SOC Code";
const TASK_ID: &str = "Task ID";

/// The tables that are read for the tasks.
const FOR_TASKS: &[&str] = &[READ_ME, OCCUPATIONS, TASKS, RATINGS];
/// The tables that are read for look-ups only: as large as all others together.
const FOR_TITLES: &[&str] = &[ALTERNATE_TITLES, REPORTED_TITLES];

/// The tables of an O*NET text release.
#[derive(Debug, Clone)]
pub struct OnetTables {
    source: String,
    wanted: Wanted,
    tables: Vec<(&'static str, Vec<u8>)>,
}

impl OnetTables {
    /// No table yet. `source` is the path of the folder or zip, as errors name it.
    #[must_use]
    pub fn new(source: impl Into<String>, wanted: Wanted) -> Self {
        Self {
            source: source.into(),
            wanted,
            tables: Vec::new(),
        }
    }

    /// Whether the reader has a use for this file. Folders in front of its name do not count (a zip of a release
    /// holds one), nor does case.
    #[must_use]
    pub fn wants(&self, file: &str) -> bool {
        self.table_name(file).is_some()
    }

    /// Takes the bytes of a file. A file that the reader has no use for is left out.
    ///
    /// # Errors
    /// The table is there already, under another folder of the same zip perhaps.
    pub fn add(&mut self, file: &str, bytes: Vec<u8>) -> Result<()> {
        let Some(name) = self.table_name(file) else {
            return Ok(());
        };
        if self.bytes(name).is_some() {
            return Err(
                Error::input(format!("{}: more than one '{name}' in it", self.source))
                    .hint("keep each release in a folder or zip of its own"),
            );
        }
        self.tables.push((name, bytes));
        Ok(())
    }

    /// Reads the release. The digest covers the tables that hold occupations, tasks and ratings, so that it is the
    /// same with and without alternate titles.
    ///
    /// A rating that O*NET recommends to suppress is left out and counted in the notes, and so is one whose task or
    /// occupation is not that of the task statements.
    ///
    /// # Errors
    /// A required table or column is missing, a row is malformed, an id is empty or used twice, a task names an
    /// occupation that is not there, an importance is no number from 1 to 5. The message names table and line.
    pub fn read(&self) -> Result<Inventory> {
        let mut release = Release::default();
        let name = release.name(self.bytes(READ_ME));
        release.occupations(&self.required(OCCUPATIONS)?)?;
        release.tasks(&self.required(TASKS)?)?;
        match self.optional(RATINGS)? {
            Some(table) => release.ratings(&table)?,
            None => release
                .notes
                .push(format!("no {RATINGS}: tasks carry no importance")),
        }
        if self.wanted.titles {
            self.read_titles(&mut release)?;
        }
        let used = FOR_TASKS
            .iter()
            .filter_map(|name| Some((*name, self.bytes(name)?)));
        Inventory::new(name, digest(used), release.notes, release.occupations)
    }

    fn read_titles(&self, release: &mut Release<'_>) -> Result<()> {
        let alternate = self.optional(ALTERNATE_TITLES)?;
        let reported = self.optional(REPORTED_TITLES)?;
        if alternate.is_none() {
            release.notes.push(format!(
                "no {ALTERNATE_TITLES} (called Job Titles.txt from release 30.3 on, which is not read): occupations \
                 are found by code, title{} only",
                if reported.is_some() { " and reported title" } else { "" }
            ));
        }
        let mut titles = Titles::default();
        if let Some(table) = alternate {
            titles.read(&table, [CODE, "Alternate Title", "Short Title"], release)?;
        }
        if let Some(table) = reported {
            titles.read(&table, [CODE, "Reported Job Title"], release)?;
        }
        Ok(())
    }

    fn table_name(&self, file: &str) -> Option<&'static str> {
        let file = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let titles = if self.wanted.titles { FOR_TITLES } else { &[] };
        FOR_TASKS
            .iter()
            .chain(titles)
            .copied()
            .find(|name| name.eq_ignore_ascii_case(file))
    }

    fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.tables
            .iter()
            .find(|(table, _)| *table == name)
            .map(|(_, bytes)| bytes.as_slice())
    }

    fn optional(&self, name: &str) -> Result<Option<Table<'_>>> {
        let place = || format!("{}/{name}", self.source.trim_end_matches(['/', '\\']));
        self.bytes(name)
            .map(|bytes| Table::parse(place(), bytes))
            .transpose()
    }

    fn required(&self, name: &str) -> Result<Table<'_>> {
        self.optional(name)?.ok_or_else(|| {
            Error::input(format!("{}: no '{name}' in it", self.source)).hint(
                "an O*NET text release (db_30_2_text.zip or the folder in it) has the table; releases from 30.3 on \
                 rename some tables (Alternate Titles is now Job Titles), so look for one that begins alike",
            )
        })
    }
}

/// What has been read so far.
#[derive(Default)]
struct Release<'a> {
    notes: Vec<String>,
    occupations: Vec<Occupation>,
    /// Index of each occupation by code.
    by_code: HashMap<&'a str, usize>,
    /// Each task by id: index of its occupation and in its occupation.
    by_task: HashMap<&'a str, (usize, usize)>,
}

impl<'a> Release<'a> {
    /// `O*NET 30.2`, from a first line `O*NET 30.2 Database`.
    fn name(&mut self, read_me: Option<&[u8]>) -> String {
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

    fn occupations(&mut self, table: &Table<'a>) -> Result<()> {
        for row in table.rows([CODE, "Title", "Description"])? {
            let row = row?;
            let [code, title, description] = row.cells;
            let code = table.filled(row.line, CODE, code)?;
            let title = table.filled(row.line, "Title", title)?;
            if self.by_code.insert(code, self.occupations.len()).is_some() {
                return Err(table.wrong(row.line, format_args!("occupation {code} occurs twice")));
            }
            self.occupations.push(Occupation {
                id: code.to_owned(),
                title: title.to_owned(),
                description: description.unwrap_or_default().to_owned(),
                ..Occupation::default()
            });
        }
        Ok(())
    }

    fn tasks(&mut self, table: &Table<'a>) -> Result<()> {
        for row in table.rows([CODE, TASK_ID, "Task", "Task Type"])? {
            let row = row?;
            let [code, id, statement, kind] = row.cells;
            let code = table.filled(row.line, CODE, code)?;
            let id = table.filled(row.line, TASK_ID, id)?;
            let statement = table.filled(row.line, "Task", statement)?.to_owned();
            let kind = task_type(kind).ok_or_else(|| {
                let kind = kind.unwrap_or_default();
                table.wrong(
                    row.line,
                    format_args!("task {id} has the unknown type '{kind}'"),
                )
            })?;
            let (index, occupation) = self.occupation(code).ok_or_else(|| {
                let what = format!("task {id} belongs to {code}, which is not in {OCCUPATIONS}");
                table
                    .wrong(row.line, what)
                    .hint("take both tables from the same release")
            })?;
            let place = (index, occupation.tasks.len());
            occupation.tasks.push(Task {
                id: id.to_owned(),
                statement,
                kind,
                ..Task::default()
            });
            if self.by_task.insert(id, place).is_some() {
                return Err(table.wrong(row.line, format_args!("task id {id} occurs twice")));
            }
        }
        Ok(())
    }

    fn ratings(&mut self, table: &Table<'a>) -> Result<()> {
        let mut rated = HashSet::new();
        let (mut suppressed, mut strangers) = (0, 0);
        let columns = [
            CODE,
            TASK_ID,
            "Scale ID",
            "Data Value",
            "Recommend Suppress",
        ];
        for row in table.rows(columns)? {
            let row = row?;
            let [code, id, scale, value, suppress] = row.cells;
            if scale != Some("IM") {
                continue;
            }
            let code = table.filled(row.line, CODE, code)?;
            let id = table.filled(row.line, TASK_ID, id)?;
            let Some(value) = value else { continue };
            let value = importance(value).ok_or_else(|| {
                let what = format!("task {id} has importance '{value}', not a number from 1 to 5");
                table.wrong(row.line, what)
            })?;
            if !rated.insert((code, id)) {
                let what = format_args!("task {id} of {code} has a second importance");
                return Err(table.wrong(row.line, what));
            }
            match self.task(code, id) {
                None => strangers += 1,
                Some(_) if suppress == Some("Y") => suppressed += 1,
                Some(task) => task.importance = Some(value),
            }
        }
        self.note_ratings_left_out(suppressed, strangers);
        Ok(())
    }

    fn note_ratings_left_out(&mut self, suppressed: usize, strangers: usize) {
        if suppressed > 0 {
            self.notes.push(format!(
                "{suppressed} importance ratings left out, because O*NET recommends to suppress them"
            ));
        }
        if strangers > 0 {
            self.notes.push(format!(
                "{strangers} importance ratings left out: {TASKS} has no such task of that occupation (are the tables \
                 from two releases?)"
            ));
        }
    }

    fn occupation(&mut self, code: &str) -> Option<(usize, &mut Occupation)> {
        let index = *self.by_code.get(code)?;
        Some((index, self.occupations.get_mut(index)?))
    }

    fn task(&mut self, code: &str, id: &str) -> Option<&mut Task> {
        let (occupation, task) = *self.by_task.get(id)?;
        let occupation = self.occupations.get_mut(occupation)?;
        (occupation.id == code)
            .then(|| occupation.tasks.get_mut(task))
            .flatten()
    }
}

/// Alternate titles seen so far, by occupation: the two tables overlap.
#[derive(Default)]
struct Titles<'a>(HashSet<(usize, &'a str)>);

impl<'a> Titles<'a> {
    /// Reads a table of titles: the column of codes, then one or more of titles.
    fn read<const N: usize>(
        &mut self,
        table: &Table<'a>,
        columns: [&str; N],
        release: &mut Release<'_>,
    ) -> Result<()> {
        for row in table.rows(columns)? {
            let row = row?;
            let Some((code, titles)) = row.cells.split_first() else {
                continue;
            };
            let code = table.filled(row.line, CODE, *code)?;
            let (index, occupation) = release.occupation(code).ok_or_else(|| {
                let what = format!("a title belongs to {code}, which is not in {OCCUPATIONS}");
                table
                    .wrong(row.line, what)
                    .hint("take both tables from the same release")
            })?;
            for title in titles.iter().copied().flatten() {
                if title != occupation.title && self.0.insert((index, title)) {
                    occupation.alternate_titles.push(title.to_owned());
                }
            }
        }
        Ok(())
    }
}

/// O*NET's `n/a` marks tasks written by analysts, without ratings.
fn task_type(cell: Option<&str>) -> Option<TaskType> {
    match cell {
        None => Some(TaskType::Unknown),
        Some("Core") => Some(TaskType::Core),
        Some("Supplemental") => Some(TaskType::Supplemental),
        Some(_) => None,
    }
}

fn importance(cell: &str) -> Option<f64> {
    cell.parse()
        .ok()
        .filter(|value| (1.0..=5.0).contains(value))
}

#[cfg(test)]
mod tests;
