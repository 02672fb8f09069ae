//! A file of rows with named columns: CSV, TSV or JSONL, told apart by their content.

use crate::error::{Error, Result};
use crate::line_at;
use crate::shell::files;
use serde_json::{Map, Value};
use std::path::Path;

/// Columns and rows of a file.
pub(super) struct Table {
    /// The file, as errors call it.
    pub name: String,
    pub columns: Vec<String>,
    pub rows: Vec<Record>,
}

/// A row; `cells` has as many cells as the table has columns.
pub(super) struct Record {
    /// Line on which it begins, from 1.
    pub line: usize,
    pub cells: Vec<String>,
}

impl Table {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self> {
        Self::parse(&path.display().to_string(), &files::read_text(path)?)
    }

    fn parse(name: &str, text: &str) -> Result<Self> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let table = if text.trim_start().starts_with('{') {
            json_lines(name, text)?
        } else {
            separated(name, text)?
        };
        if table.columns.is_empty() {
            return Err(Error::input(format!("{name} is empty"))
                .hint("a label file is CSV or TSV with a header line, or JSONL"));
        }
        Ok(table)
    }

    /// The columns, as errors list them.
    pub(super) fn list(&self) -> String {
        self.columns.join(", ")
    }
}

fn separated(name: &str, text: &str) -> Result<Table> {
    let header = text.lines().find(|line| !line.trim().is_empty());
    let tab = header.is_some_and(|line| line.contains('\t'));
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if tab { b'\t' } else { b',' })
        .from_reader(text.as_bytes());
    let failed = |error: csv::Error| unreadable(name, text, &error);
    let columns: Vec<String> = reader
        .headers()
        .map_err(failed)?
        .iter()
        .map(|column| column.trim().to_owned())
        .collect();
    let mut rows = Vec::new();
    let (mut line, mut counted) = (1, 0);
    for record in reader.records() {
        let record = record.map_err(failed)?;
        let start = record.position().map_or(0, |at| first_byte(text, at));
        line += line_at(text.get(counted..start).unwrap_or_default(), usize::MAX) - 1;
        counted = start;
        rows.push(Record {
            line,
            cells: record.iter().map(|cell| cell.trim().to_owned()).collect(),
        });
    }
    Ok(Table {
        name: name.to_owned(),
        columns,
        rows,
    })
}

/// Where a record begins: its position may still be at the line breaks before it.
fn first_byte(text: &str, position: &csv::Position) -> usize {
    let at = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.get(at..).unwrap_or_default();
    at + rest.len() - rest.trim_start_matches(['\r', '\n']).len()
}

fn unreadable(name: &str, text: &str, error: &csv::Error) -> Error {
    let line = error
        .position()
        .map_or(1, |position| line_at(text, first_byte(text, position)));
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => Error::input(format!(
            "{name}:{line}: {len} cells where the header has {expected_len}"
        ))
        .hint("a cell that holds the separator or a line break stands in double quotes"),
        _ => Error::input(format!("{name}:{line}: {error}")),
    }
}

fn json_lines(name: &str, text: &str) -> Result<Table> {
    let mut columns: Vec<String> = Vec::new();
    let mut objects: Vec<(usize, Map<String, Value>)> = Vec::new();
    for (n, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let object: Map<String, Value> = serde_json::from_str(line).map_err(|error| {
            Error::input(format!("{name}:{}: not a JSON object: {error}", n + 1))
                .hint("JSONL has one object a line")
        })?;
        for key in object.keys() {
            if !columns.contains(key) {
                columns.push(key.clone());
            }
        }
        objects.push((n + 1, object));
    }
    let cell = |object: &Map<String, Value>, column: &String| match object.get(column) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(other) => other.to_string(),
    };
    let row = |(line, object): &(usize, Map<String, Value>)| Record {
        line: *line,
        cells: columns.iter().map(|column| cell(object, column)).collect(),
    };
    Ok(Table {
        name: name.to_owned(),
        rows: objects.iter().map(row).collect(),
        columns,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<(usize, Vec<String>)> {
        let table = Table::parse("x", text).unwrap();
        let rows = table.rows.into_iter();
        rows.map(|row| (row.line, row.cells)).collect()
    }

    fn row(line: usize, cells: [&str; 2]) -> (usize, Vec<String>) {
        (line, cells.map(str::to_owned).to_vec())
    }

    #[test]
    fn the_separator_is_found_in_the_content() {
        let tab = "\u{feff}id\ttask\r\n1\t\"a, b\nc\"\r\n2\td, e\r\n";
        assert_eq!(
            cells(tab),
            [row(2, ["1", "a, b\nc"]), row(4, ["2", "d, e"])]
        );
        assert_eq!(cells("id,task\n\n1,\"x,\ty\"\n"), [row(3, ["1", "x,\ty"])]);
        let lines = "{\"id\": 1, \"task\": \"a\"}\n\n{\"task\": null, \"id\": \"2\"}\n";
        assert_eq!(cells(lines), [row(1, ["1", "a"]), row(3, ["2", ""])]);
    }

    #[test]
    fn what_cannot_be_read_is_named_by_line() {
        let message = |text| Table::parse("x", text).err().unwrap().to_string();
        assert_eq!(
            message("a,b\n1,2\n3\n"),
            "x:3: 1 cells where the header has 2"
        );
        assert!(message("{\"a\": 1}\n{\"a\": \n").starts_with("x:2: not a JSON object"));
        assert_eq!(message("\n"), "x is empty");
    }
}
