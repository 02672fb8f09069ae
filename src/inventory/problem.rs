//! Rows that cannot be used: listed, never silently dropped.

use crate::error::Error;
use serde::Serialize;
use std::fmt;

/// Something of the source that could not be used and was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// What the notes of an inventory say of its problems, in one line.
pub(super) fn note(problems: &[Problem]) -> Option<String> {
    (!problems.is_empty()).then(|| {
        format!(
            "{} rows cannot be used and are left out; `taskrater occupations --check` lists them",
            problems.len()
        )
    })
}

/// Problems that an error names; the rest is counted.
const NAMED: usize = 10;

/// Why an inventory with these problems is refused; `None` where there are none.
pub(super) fn refusal(name: &str, problems: &[Problem]) -> Option<Error> {
    if problems.is_empty() {
        return None;
    }
    let mut message = format!("{name}: {} rows cannot be used:", problems.len());
    for problem in problems.iter().take(NAMED) {
        message.push_str(&format!("\n  {problem}"));
    }
    if let Some(more) = problems.len().checked_sub(NAMED).filter(|more| *more > 0) {
        message.push_str(&format!("\n  and {more} more"));
    }
    Some(Error::input(message).hint(
        "mend them, or leave --strict out to go on with the other rows; `taskrater occupations --check` lists them all",
    ))
}
