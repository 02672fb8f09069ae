//! Rows that cannot be used: listed, never silently dropped.

use crate::error::Error;
use serde::Serialize;
use std::fmt;

/// Something of the source that could not be used and was left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Problem {
    /// The file (and the sheet) it is in.
    pub place: String,
    /// Line of the file or row of the sheet, from 1, where it has one.
    pub line: Option<usize>,
    /// What is wrong, as a fragment.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}, line {line}: {}", self.place, self.what),
            None => write!(f, "{}: {}", self.place, self.what),
        }
    }
}

impl Problem {
    /// The first of several as an error lists them below its message, a line each; the rest is counted.
    #[must_use]
    pub fn list(problems: &[Self]) -> String {
        let mut text = String::new();
        for problem in problems.iter().take(NAMED) {
            text.push_str(&format!("\n  {problem}"));
        }
        if let Some(more) = problems.len().checked_sub(NAMED).filter(|more| *more > 0) {
            text.push_str(&format!("\n  and {more} more"));
        }
        text
    }
}

/// Problems that an error names; the rest is counted.
const NAMED: usize = 10;

/// Why an inventory with these problems is refused; `None` where there are none.
pub(super) fn refusal(name: &str, problems: &[Problem]) -> Option<Error> {
    if problems.is_empty() {
        return None;
    }
    let message = format!(
        "{name}: {} cannot be used:{}",
        rows(problems.len()),
        Problem::list(problems)
    );
    Some(Error::input(message).hint(
        "mend them, or leave --strict out to go on with the other rows; `taskrater occupations --check` lists them all",
    ))
}

/// Why a source of which nothing is left is refused.
pub(super) fn nothing_left(name: &str, problems: &[Problem]) -> Error {
    let message = match problems {
        [] => format!("{name}: no task in it"),
        [only] => only.to_string(),
        several => format!(
            "{name}: no row of it can be used:{}",
            Problem::list(several)
        ),
    };
    Error::input(message).hint("README.md says what a list of occupations and tasks looks like")
}

/// One line on what was left out, for reports; `None` where it is nothing.
pub(super) fn in_one_line(problems: &[Problem]) -> Option<String> {
    let first = problems.first()?;
    Some(format!(
        "left out: {} of the source that cannot be used; the first: {first}",
        rows(problems.len())
    ))
}

fn rows(count: usize) -> String {
    match count {
        1 => "1 row".to_owned(),
        _ => format!("{count} rows"),
    }
}
