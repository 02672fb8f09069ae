//! An O*NET release: a folder or zip of tables, as tab-separated text or as Excel workbooks.
//!
//! This reader takes the bytes of text tables and the cells of sheets and nothing else; finding and reading files is the
//! caller's part. What is missing is said in the notes of the inventory and never made up.

mod activities;
mod background;
mod emerging;
mod ratings;
mod release;
mod table;
mod tables;
mod tasks;
mod titles;

use super::text::digest;
use super::{Contents, Grid, Inventory, Problem, Wanted};
use crate::error::{Error, Result};
use release::Release;
use std::borrow::Cow;
use table::Table;
use tables::{READ_ME, Rank, Spec, TABLES, TableFile, is_read_me};

/// The tables of an O*NET release, as text or from Excel, under the names of any release.
#[derive(Debug, Clone)]
pub struct OnetTables {
    source: String,
    wanted: Wanted,
    read_me: Option<Vec<u8>>,
    tables: Vec<(TableFile, Body)>,
    /// Files that are there and were not wanted.
    unread: Vec<TableFile>,
    notes: Vec<String>,
}

#[derive(Debug, Clone)]
enum Body {
    Text(Vec<u8>),
    Sheet(Grid),
    /// A workbook that could not be read: what is wrong, and the next step.
    Broken(String, Option<String>),
}

impl OnetTables {
    /// No table yet. `source` is the path of the folder or zip, as errors name it.
    #[must_use]
    pub fn new(source: impl Into<String>, wanted: Wanted) -> Self {
        Self {
            source: source.into(),
            wanted,
            read_me: None,
            tables: Vec::new(),
            unread: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// Whether the reader has a use for this file. Folders in front of its name do not count (a zip of a release
    /// holds one), nor does case.
    #[must_use]
    pub fn wants(&self, file: &str) -> bool {
        is_read_me(file) || TableFile::of(file).is_some_and(|found| self.wanted(found))
    }

    /// Whether a file of this name makes its folder a release: the table of occupations, tasks or their ratings. Others may
    /// well lie beside somebody's own lists: a `Read Me.txt`, a `Skills.xlsx`.
    #[must_use]
    pub fn marks_release(file: &str) -> bool {
        let spec = TableFile::of(file).and_then(|found| TABLES.get(found.table));
        spec.is_some_and(|spec| spec.rank != Rank::Aside)
    }

    /// The same as [`Self::wants`], and remembers that a table is there that nobody wanted: [`Inventory::contents`] lists it.
    pub fn offer(&mut self, file: &str) -> bool {
        let wants = self.wants(file);
        self.unread.extend(TableFile::of(file).filter(|_| !wants));
        wants
    }

    /// How errors name a file of this source.
    #[must_use]
    pub fn place(&self, file: &str) -> String {
        format!("{}/{file}", self.source.trim_end_matches(['/', '\\']))
    }

    /// Takes the bytes of a text file. A file that the reader has no use for is left out.
    ///
    /// # Errors
    /// The table is there already, under another folder of the same zip perhaps.
    pub fn add(&mut self, file: &str, bytes: Vec<u8>) -> Result<()> {
        if is_read_me(file) {
            let before = self.read_me.replace(bytes);
            return before.map_or(Ok(()), |_| Err(self.twice(READ_ME)));
        }
        self.take(file, || Body::Text(bytes))
    }

    /// Takes a table from a sheet of a workbook, which is read only if it is needed: where the same table is there as
    /// text, text wins, and a note says so.
    ///
    /// # Errors
    /// The table is there already. A workbook that cannot be read is an error of [`Self::read`] if the tasks need
    /// it, else a problem.
    pub fn add_sheet(&mut self, file: &str, sheet: impl FnOnce() -> Result<Grid>) -> Result<()> {
        self.take(file, || match sheet() {
            Ok(grid) => Body::Sheet(grid),
            Err(error) => Body::Broken(error.to_string(), error.next_step().map(str::to_owned)),
        })
    }

    fn take(&mut self, file: &str, body: impl FnOnce() -> Body) -> Result<()> {
        let Some(found) = TableFile::of(file).filter(|found| self.wanted(*found)) else {
            return Ok(());
        };
        let Some((old, place)) = self.tables.iter_mut().find(|(old, _)| old.rivals(found)) else {
            self.tables.push((found, body()));
            return Ok(());
        };
        if *old == found {
            return Err(self.twice(&found.file()));
        }
        let (kept, left) = if old.rank() < found.rank() {
            (*old, found)
        } else {
            *place = body();
            (found, std::mem::replace(old, found))
        };
        let (kept, left) = (kept.file(), left.file());
        self.notes
            .push(format!("{left} is not read: {kept} is the same table"));
        Ok(())
    }

    /// Reads the release. The digest covers the tables that hold occupations, tasks and ratings (and the emerging tasks,
    /// if they are taken), so that it is the same with and without alternate titles and background.
    ///
    /// A row that cannot be used is a [problem](Inventory::problems), and so is a whole table of titles or background. A
    /// rating that O*NET recommends to suppress is left out and counted in the notes, and so is one whose task or
    /// occupation is not that of the task statements.
    ///
    /// # Errors
    /// There are no occupation data or no task statements; these, the ratings or the emerging tasks have no header or
    /// lack a column; none of the occupations, or none of the tasks, can be used. The message names table and line.
    pub fn read(&self) -> Result<Inventory> {
        let mut release = Release::default();
        let name = release.name(self.read_me.as_deref());
        let mut contents = Contents::default();
        for (number, spec) in TABLES.iter().enumerate() {
            self.read_table(number, spec, &mut release, &mut contents)?;
        }
        release.notes.extend(self.notes.iter().cloned());
        let inventory = Inventory::new(name, self.digest(), release.notes, release.occupations)?;
        Ok(inventory
            .with_problems(release.problems)
            .with_contents(contents)
            .with_activities(release.activities))
    }

    fn read_table<'a>(
        &'a self,
        number: usize,
        spec: &Spec,
        release: &mut Release<'a>,
        contents: &mut Contents,
    ) -> Result<()> {
        let ours = |file: &TableFile| file.table == number;
        if !(spec.wanted)(self.wanted) {
            let unread = self.unread.iter().filter(|file| ours(file));
            let unread = unread.map(|file| spec.found(file.file(), None));
            contents.tables.extend(unread);
            return Ok(());
        }
        let mut files: Vec<_> = self.tables.iter().filter(|(file, _)| ours(file)).collect();
        files.sort_by_key(|(file, _)| file.rank());
        if files.is_empty() {
            if spec.rank == Rank::Must {
                return Err(self.lacks(spec));
            }
            let missing = spec.missing();
            release.notes.push(missing.to_string());
            contents.missing.push(missing);
        }
        for (file, body) in files {
            let before = release.problems.len();
            let rows = match self.read_body(*file, body, spec, release) {
                Ok(rows) => rows,
                Err((problem, hint)) if spec.rank != Rank::Aside => {
                    return Err(Error::input(problem.to_string()).hint(hint));
                }
                Err((problem, _)) => {
                    release.problems.push(problem);
                    0
                }
            };
            if spec.rank == Rank::Must && rows == 0 {
                let first = release.problems.get(before).map(ToString::to_string);
                let what =
                    first.unwrap_or_else(|| format!("{}: no row in it", self.place(&file.file())));
                return Err(Error::input(what).hint(
                    "the table has no row that can be used: take all tables from one release",
                ));
            }
            contents.tables.push(spec.found(file.file(), Some(rows)));
        }
        Ok(())
    }

    /// The number of rows that could be used, or why the table cannot and what to do.
    fn read_body<'a>(
        &'a self,
        file: TableFile,
        body: &'a Body,
        spec: &Spec,
        release: &mut Release<'a>,
    ) -> std::result::Result<usize, (Problem, String)> {
        let (name, hint) = (
            file.file(),
            "columns are matched by name; use the tables of the release as they are, in UTF-8",
        );
        let place = self.place(&name);
        let table = match body {
            Body::Text(bytes) => Table::text(name, place, bytes),
            Body::Sheet(grid) => Table::sheet(name, grid),
            Body::Broken(what, hint) => {
                // The error names its place already.
                let what = what.strip_prefix(&place).unwrap_or(what);
                let problem = Problem {
                    what: what.trim_start_matches([':', ' ']).to_owned(),
                    line: None,
                    place,
                };
                return Err((problem, hint.clone().unwrap_or_default()));
            }
        };
        let done = table.and_then(|table| (spec.read)(release, &table));
        done.map(|done| release.settle(done))
            .map_err(|problem| (problem, hint.to_owned()))
    }

    fn wanted(&self, file: TableFile) -> bool {
        let spec = TABLES.get(file.table);
        spec.is_some_and(|spec| (spec.wanted)(self.wanted))
    }

    fn digest(&self) -> String {
        let read_me = self
            .read_me
            .iter()
            .map(|bytes| (READ_ME.to_owned(), Cow::from(bytes)));
        let core = |file: &TableFile| {
            TABLES
                .get(file.table)
                .is_some_and(|spec| spec.rank != Rank::Aside)
        };
        let mut tables: Vec<_> = self.tables.iter().filter(|(file, _)| core(file)).collect();
        tables.sort_by_key(|(file, _)| file.table);
        let tables = tables.into_iter().map(|(file, body)| {
            let content = match body {
                Body::Text(bytes) => Cow::from(bytes),
                Body::Sheet(grid) => Cow::from(grid.hash().to_vec()),
                Body::Broken(..) => Cow::default(),
            };
            (file.file(), content)
        });
        let parts: Vec<(String, Cow<'_, [u8]>)> = read_me.chain(tables).collect();
        digest(
            parts
                .iter()
                .map(|(name, content)| (name.as_str(), content.as_ref())),
        )
    }

    fn twice(&self, file: &str) -> Error {
        Error::input(format!("{}: more than one '{file}' in it", self.source))
            .hint("keep each release in a folder or zip of its own")
    }

    fn lacks(&self, spec: &Spec) -> Error {
        let name = spec.names.first().copied().unwrap_or_default();
        Error::input(format!("{}: no '{name}.txt' in it", self.source)).hint(
            "an O*NET release (the text or Excel zip, or the folder in it) has the table, as .txt or .xlsx",
        )
    }
}

#[cfg(test)]
mod tests;
