//! A table of labels by task: every column under the name that its file gives it. Ratings recorded elsewhere, labels to
//! train on and gold come in such tables.

use super::columns::task_id;
use super::remarks::Remarks;
use super::{decode, flat_json, separated};
use crate::error::{Error, Result};
use crate::inventory::{Grid, Problem, Row};

/// The rows of a CSV, TSV or JSONL file, told apart by their content, with the line on which each really begins.
///
/// Encodings are those of [`from_lists`](super::from_lists). Fields of nested JSON objects are columns with dots:
/// `values.exposure.label`.
#[derive(Debug, Clone)]
pub struct LabelTable {
    grid: Grid,
    columns: Vec<String>,
    /// Rows of the grid up to and with the header.
    above: usize,
    problems: Vec<Problem>,
    notes: Vec<String>,
}

impl LabelTable {
    /// Reads a table; `name` is how errors call the file. Rows that cannot be read are in [`Self::problems`].
    ///
    /// # Errors
    /// There is nothing in it.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        let mut remarks = Remarks::default();
        let text = decode::decode(bytes, &mut remarks);
        let (grid, problems) = match text.trim_start().starts_with('{') {
            true => flat_json::read(name, &text),
            false => separated::read(name, &text, &width),
        };
        let header = grid.rows().enumerate().find(|(_, row)| !row.is_empty());
        let Some((at, header)) = header else {
            // Where no line is an object, the lines say it better.
            let what = problems.first().map(ToString::to_string);
            return Err(Error::input(what.unwrap_or(format!("{name} is empty")))
                .hint("a label file is CSV or TSV with a header line, or JSONL"));
        };
        let columns = header.cells().map(|cell| cell.unwrap_or_default());
        let mut table = Self {
            columns: columns.map(str::to_owned).collect(),
            above: at + 1,
            problems,
            notes: remarks.notes(name).collect(),
            grid,
        };
        let torn = table.torn();
        table.problems.extend(torn);
        table.problems.sort_by_key(|problem| problem.line);
        Ok(table)
    }

    /// Rows with more or fewer cells than the header: nobody knows which column each cell belongs to.
    fn torn(&self) -> Vec<Problem> {
        let rows = self.below().filter(|row| !self.is_whole(row));
        rows.map(|row| Problem {
            place: self.name().to_owned(),
            line: Some(row.line),
            what: format!(
                "{} cells where the header has {}",
                row.len(),
                self.columns.len()
            ),
        })
        .collect()
    }

    fn below(&self) -> impl Iterator<Item = Row<'_>> {
        let rows = self.grid.rows().skip(self.above);
        rows.filter(|row| !row.is_empty())
    }

    /// Cells beyond the header that are empty are a habit of spreadsheets.
    fn is_whole(&self, row: &Row<'_>) -> bool {
        let width = self.columns.len();
        row.len() >= width && row.cells().skip(width).all(|cell| cell.is_none())
    }

    /// The file, as errors call it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.grid.place()
    }

    /// The names of the columns.
    #[must_use]
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The columns, as errors list them.
    #[must_use]
    pub fn list(&self) -> String {
        self.columns.join(", ")
    }

    /// Position of the column that holds task ids: `task_id`, or another of the names that it may have in a list of
    /// tasks (`Task ID`, `task code`, …), if there is just one of them.
    #[must_use]
    pub fn task_id(&self) -> Option<usize> {
        task_id(&self.columns)
    }

    /// The rows that have as many cells as there are columns, in the order of the file.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.below().filter(|row| self.is_whole(row))
    }

    /// Rows that cannot be read.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What a reader should know of how the file was read.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// Whatever the columns mean: the separator that makes most of the header is the one.
fn width(grid: &Grid) -> Option<usize> {
    let header = grid.rows().find(|row| !row.is_empty())?;
    (header.len() > 1).then_some(header.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str) -> Vec<(usize, Vec<String>)> {
        let table = LabelTable::read("x", text.as_bytes()).unwrap();
        let cell = |cell: Option<&str>| cell.unwrap_or_default().to_owned();
        let rows = table.rows();
        rows.map(|row| (row.line, row.cells().map(cell).collect()))
            .collect()
    }

    fn row(line: usize, cells: [&str; 2]) -> (usize, Vec<String>) {
        (line, cells.map(str::to_owned).to_vec())
    }

    fn problems(text: &str) -> Vec<String> {
        let table = LabelTable::read("x", text.as_bytes()).unwrap();
        table.problems().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn the_separator_is_found_in_the_content() {
        let tab = "\u{feff}id\ttask\r\n1\t\"a, b\nc\"\r\n2\td, e\r\n";
        assert_eq!(
            cells(tab),
            [row(2, ["1", "a, b\nc"]), row(4, ["2", "d, e"])]
        );
        assert_eq!(cells("id,task\n\n1,\"x,\ty\"\n"), [row(3, ["1", "x,\ty"])]);
        assert_eq!(cells("id;task\n1;x, y\n"), [row(2, ["1", "x, y"])]);
        let lines = "{\"id\": 1, \"task\": \"a\"}\n\n{\"task\": null, \"id\": \"2\"}\n";
        assert_eq!(cells(lines), [row(1, ["1", "a"]), row(3, ["2", ""])]);
    }

    #[test]
    fn a_torn_row_is_named_and_not_read() {
        let text = "a,b\n1,2\n3\n4,5,6\n7,8,\n,\n";
        assert_eq!(
            problems(text),
            [
                "x, line 3: 1 cells where the header has 2",
                "x, line 4: 3 cells where the header has 2"
            ]
        );
        let read: Vec<usize> = cells(text).into_iter().map(|(line, _)| line).collect();
        assert_eq!(read, [2, 5]);
    }

    #[test]
    fn nested_fields_are_columns_with_dots() {
        let text = "{\"task_id\": \"7\", \"values\": {\"exposure\": {\"label\": \"E1\"}, \"automation\": null}}\n\
                    {\"task_id\": 8, \"values\": {}, \"tools\": [\"a\"], \"sure\": true}\n";
        let table = LabelTable::read("x", text.as_bytes()).unwrap();
        assert_eq!(
            table.columns(),
            [
                "task_id",
                "values.exposure.label",
                "values.automation",
                "tools",
                "sure"
            ]
        );
        assert_eq!(table.task_id(), Some(0));
        let read: Vec<Vec<Option<&str>>> = table.rows().map(|row| row.cells().collect()).collect();
        assert_eq!(
            read,
            [
                [Some("7"), Some("E1"), None, None, None],
                [Some("8"), None, None, Some("[\"a\"]"), Some("true")]
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_named_by_line() {
        let text = "{\"a\": 1}\n{\"a\": \n[1]\n{\"a.b\": 1, \"a\": {\"b\": 2}}\n";
        let [broken, list, twice] = problems(text).try_into().unwrap();
        assert!(
            broken.starts_with("x, line 2: not a JSON object: EOF"),
            "{broken}"
        );
        assert_eq!(list, "x, line 3: not a JSON object but a list");
        assert_eq!(twice, "x, line 4: 'a.b' is in it twice");
        let message = |text: &str| {
            let refused = LabelTable::read("x", text.as_bytes());
            refused.unwrap_err().to_string()
        };
        assert_eq!(message("\n"), "x is empty");
        assert!(message("{\n").starts_with("x, line 1: not a JSON object: EOF"));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = LabelTable::read("x", &bytes);
        }

        #[test]
        fn every_line_of_json_is_a_row_or_a_problem(
            lines in prop::collection::vec(r#"\{"[ab]": ("[a-z]{0,3}"|\{"c": [0-9]\}|null|[\[}])(, "[ab]": 1)?\}?"#, 1..8),
        ) {
            // A row of nothing but empty cells is blank, as in every table.
            let text = format!("{{\"a\": 1}}\n{}", lines.join("\n"));
            let table = LabelTable::read("x", text.as_bytes()).unwrap();
            let blank = table.grid.rows().skip(1).filter(Row::is_empty).count();
            let seen = table.rows().count() + table.problems().len() + blank;
            prop_assert_eq!(seen, lines.len() + 1);
        }
    }

    #[test]
    fn the_column_of_ids_is_known_by_its_usual_names() {
        let at = |text: &str| {
            let table = LabelTable::read("x", text.as_bytes()).unwrap();
            table.task_id()
        };
        assert_eq!(at("code,Task ID,x\n"), Some(1));
        assert_eq!(at("task code,task_id\n"), Some(1));
        assert_eq!(at("task code,statement id\n"), None);
        assert_eq!(at("a,b\n"), None);
    }
}
