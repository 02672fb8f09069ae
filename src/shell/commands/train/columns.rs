//! Which column is what: as the flags say, or else by the usual names.

use crate::error::{Error, Result};
use crate::inventory::LabelTable;

const ID: &[&str] = &["task id", "id"];
const TEXT: &[&str] = &["task", "statement", "task statement", "task text", "text"];
const TITLE: &[&str] = &[
    "title",
    "occupation",
    "occupation title",
    "job title",
    "job",
];
const GROUP: &[&str] = &[
    "group",
    "onet soc code",
    "soc code",
    "soc",
    "occupation id",
    "occupation code",
    "code",
];

/// A column that was found: its position and its name.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Column {
    pub at: usize,
    pub name: String,
}

/// Finds columns of one table.
pub(super) struct Columns<'a> {
    table: &'a LabelTable,
}

impl<'a> Columns<'a> {
    pub(super) fn of(table: &'a LabelTable) -> Self {
        Self { table }
    }

    /// The column that the flag names, or else the first of the usual names that is there.
    ///
    /// # Errors
    /// The flag names no column of the table.
    pub(super) fn find(&self, flag: Option<&str>, usual: &[&str]) -> Result<Option<Column>> {
        let columns = self.table.columns();
        let found = |at: usize| Column {
            at,
            name: columns[at].clone(),
        };
        if let Some(name) = flag {
            let exact = columns.iter().position(|column| column == name);
            let loose = || columns.iter().position(|c| plain(c) == plain(name));
            return match exact.or_else(loose) {
                Some(at) => Ok(Some(found(at))),
                None => Err(Error::input(format!(
                    "{} has no column '{name}'; its columns are: {}",
                    self.table.name(),
                    self.table.list()
                ))),
            };
        }
        let by_name = |name: &&str| columns.iter().position(|c| plain(c) == plain(name));
        Ok(usual.iter().find_map(by_name).map(found))
    }

    /// As [`find`](Self::find), for a column that has to be there; `what` and `option` are for the error.
    pub(super) fn need(
        &self,
        flag: Option<&str>,
        usual: &[&str],
        what: &str,
        option: &str,
    ) -> Result<Column> {
        self.find(flag, usual)?.ok_or_else(|| {
            Error::input(format!(
                "{} has no column for {what} (looked for {}); its columns are: {}",
                self.table.name(),
                usual.join(", "),
                self.table.list()
            ))
            .hint(format!("name the column with {option}"))
        })
    }

    pub(super) fn id(&self, flag: Option<&str>) -> Result<Column> {
        self.need(flag, ID, "the task id", "--id COLUMN")
    }

    pub(super) fn text(&self, flag: Option<&str>) -> Result<Column> {
        self.need(
            flag,
            TEXT,
            "the task statement",
            "--text COLUMN, or join statements by task id with --inventory PATH",
        )
    }

    pub(super) fn title(&self, flag: Option<&str>) -> Result<Option<Column>> {
        self.find(flag, TITLE)
    }

    pub(super) fn group(&self, flag: Option<&str>) -> Result<Option<Column>> {
        self.find(flag, GROUP)
    }
}

/// Case, blanks and signs do not make another name.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
