//! What there is to learn from, wherever it comes from.

use crate::error::{Error, Result};
use crate::inventory::LabelTable;
use crate::rater::surrogate::train::{Row, Target};
use crate::rater::surrogate::{Answer, Scale};
use crate::shell::files;
use std::fmt::Write as _;
use std::path::Path;

/// Labelled rows, ready to train on.
pub(super) struct Lesson {
    /// Name of the bundle.
    pub name: String,
    /// Origin of the labels, for the weights file.
    pub attribution: String,
    pub targets: Vec<Target>,
    pub rows: Vec<Row>,
    /// By target: a gold answer a row, where there is one; nothing where the target has no gold.
    pub gold: Vec<Option<GoldColumn>>,
    /// What is held out together, in words.
    pub held_out: String,
    /// How the file was read and what was left out, for the user.
    pub notes: Vec<String>,
}

/// Gold answers, and whose they are.
pub(super) struct GoldColumn {
    pub name: String,
    pub answers: Vec<Option<Answer>>,
}

/// A file of labels. What is learned from must be whole: a row that cannot be read is an error.
pub(super) fn labels(path: &Path) -> Result<LabelTable> {
    let name = path.display().to_string();
    let table = LabelTable::read(&name, &files::read(path)?)?;
    let mut problems = Problems::of(&name);
    for problem in table.problems() {
        problems.add(problem.line.unwrap_or(1), &*problem.what);
    }
    problems.none_or(
        "a cell that holds the separator or a line break stands in double quotes; JSONL has one object a line",
    )?;
    Ok(table)
}

/// The answer in a cell; `None` when the cell is blank, an error in words when it is not on the scale.
pub(super) fn answer(cell: &str, scale: &Scale) -> std::result::Result<Option<Answer>, String> {
    if cell.is_empty() {
        return Ok(None);
    }
    match scale {
        Scale::Labels(labels) if labels.iter().any(|(label, _)| label == cell) => {
            Ok(Some(Answer::Label(cell.to_owned())))
        }
        Scale::Labels(_) => Err(format!("unknown label '{cell}'")),
        Scale::Score => match cell.parse::<f64>() {
            Ok(score) if (0.0..=100.0).contains(&score) => Ok(Some(Answer::Score(score))),
            _ => Err(format!("'{cell}' is no score from 0 to 100")),
        },
    }
}

/// What a cell of this scale may hold, as a hint.
pub(super) fn allowed(scale: &Scale) -> String {
    match scale {
        Scale::Labels(_) => format!("known labels: {}", scale.labels().join(", ")),
        Scale::Score => "a score is a number from 0 to 100".to_owned(),
    }
}

/// Makes groups of what stands in a column: six-digit SOC codes where all are such, else the cells as they are.
/// Returns what is held out, in words.
pub(super) fn group_rows(rows: &mut [Row], column: &str) -> String {
    if rows.iter().all(|row| is_soc(&row.group)) {
        for row in rows {
            row.group.truncate(7);
        }
        return format!("six-digit SOC code ({column})");
    }
    column.to_owned()
}

/// `11-1011`, `11-1011.00`.
fn is_soc(code: &str) -> bool {
    let (head, tail) = code.split_at_checked(7).unwrap_or((code, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let (major, minor) = head.split_once('-').unwrap_or_default();
    let detailed = tail.is_empty() || tail.strip_prefix('.').is_some_and(digits);
    major.len() == 2 && minor.len() == 4 && digits(major) && digits(minor) && detailed
}

/// Problems of a file by line: all are found before any is reported.
pub(super) struct Problems {
    name: String,
    found: Vec<(usize, String)>,
}

/// Problems that are listed; the others are counted.
const LISTED: usize = 10;

impl Problems {
    pub(super) fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            found: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, line: usize, problem: impl Into<String>) {
        self.found.push((line, problem.into()));
    }

    /// An error that lists them, when there are any.
    pub(super) fn none_or(self, hint: &str) -> Result<()> {
        let Some(((line, problem), more)) = self.found.split_first() else {
            return Ok(());
        };
        let mut message = format!("{}:{line}: {problem}", self.name);
        for (line, problem) in more.iter().take(LISTED - 1) {
            let _ = write!(message, "\n  {}:{line}: {problem}", self.name);
        }
        if self.found.len() > LISTED {
            let _ = write!(message, "\n  and {} more lines", self.found.len() - LISTED);
        }
        Err(Error::input(message).hint(hint.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_cannot_be_read_is_an_error_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let message = |text: &str| {
            std::fs::write(&path, text).unwrap();
            labels(&path).err().unwrap().to_string()
        };
        let at = |line: usize, what: &str| format!("{}:{line}: {what}", path.display());
        assert_eq!(
            message("a,b\n1,2\n3\n"),
            at(3, "1 cells where the header has 2")
        );
        let torn = message("{\"a\": 1}\n{\"a\": \n");
        assert!(torn.starts_with(&at(2, "not a JSON object")), "{torn}");
        assert_eq!(message("\n"), format!("{} is empty", path.display()));
    }

    #[test]
    fn codes_of_occupations_are_known() {
        assert!(is_soc("11-1011") && is_soc("11-1011.00"));
        for other in [
            "11-1011-2",
            "11-101",
            "nurses",
            "1-11011",
            "11-1011.x",
            "ä1-1011",
        ] {
            assert!(!is_soc(other), "{other}");
        }
    }

    #[test]
    fn an_answer_is_on_the_scale_or_blank() {
        let labels = Scale::Labels(vec![("E0".into(), 0.0), ("E1".into(), 1.0)]);
        assert_eq!(answer("", &labels), Ok(None));
        assert_eq!(answer("E1", &labels), Ok(Some(Answer::Label("E1".into()))));
        assert!(answer("e1", &labels).is_err());
        assert_eq!(answer("40", &Scale::Score), Ok(Some(Answer::Score(40.0))));
        for wrong in ["101", "-1", "NaN", "high"] {
            assert!(answer(wrong, &Scale::Score).is_err(), "{wrong}");
        }
    }
}
