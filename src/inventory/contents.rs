//! What a source was found to hold, table by table.

use serde::Serialize;
use std::fmt;

/// The tables of a source, for a person to check; empty where the source has no tables.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Contents {
    /// The tables that are there, in the order they are read in.
    pub tables: Vec<FoundTable>,
    /// Those that were looked for and are not there.
    pub missing: Vec<MissingTable>,
}

/// A table that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundTable {
    /// Its file.
    pub file: String,
    /// Rows that were read and could be used; `None` where nobody wanted the table.
    pub rows: Option<usize>,
    /// What it gives.
    pub gives: String,
}

/// A table that is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingTable {
    /// Its name, without the ending of the file.
    pub name: String,
    /// What it is called from release 30.3 on, where that is another name or more than one.
    pub also_called: Vec<String>,
    /// What it would give.
    pub gives: String,
}

impl fmt::Display for MissingTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no '{}'", self.name)?;
        if !self.also_called.is_empty() {
            write!(
                f,
                " (from release 30.3 on: {})",
                self.also_called.join(", ")
            )?;
        }
        write!(f, ": it would give {}", self.gives)
    }
}
