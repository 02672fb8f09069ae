//! A tab-separated table of an O*NET text release.
//!
//! The files have no quoting at all (some tasks hold a bare `"`), so a line is a row and a tab ends a field.
//! Splitting by hand is all there is to it, and line numbers are right: those of the csv crate lag by one in files
//! with CRLF line ends.

use crate::error::{Error, Result};

/// The UTF-8 byte order mark that some editors put in front.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A table with its column names.
pub(super) struct Table<'a> {
    place: String,
    columns: Vec<&'a str>,
    body: &'a str,
}

/// The cells of one row in the order asked for; `None` where the cell is empty or `n/a`.
#[derive(Debug, PartialEq)]
pub(super) struct Row<'a, const N: usize> {
    /// Line in the file; the header is line 1.
    pub(super) line: usize,
    pub(super) cells: [Option<&'a str>; N],
}

impl<'a> Table<'a> {
    /// Reads the header. `place` is the path of the table as errors name it.
    pub(super) fn parse(place: String, bytes: &'a [u8]) -> Result<Self> {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or(bytes);
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            Error::input(format!("{place}, line {line}: not UTF-8"))
                .because(error)
                .hint("use the text files of the release as they are, or save the table as UTF-8")
        })?;
        let (header, body) = text.split_once('\n').unwrap_or((text, ""));
        let columns: Vec<&str> = fields(header).map(str::trim).collect();
        let repeated = |(at, name): &(usize, &&str)| columns.iter().take(*at).any(|n| n == *name);
        if let Some((_, name)) = columns.iter().enumerate().find(repeated) {
            return Err(Error::input(format!(
                "{place}, line 1: two columns are named '{name}'"
            )));
        }
        Ok(Self {
            place,
            columns,
            body,
        })
    }

    /// The rows that are not blank, each with the cells of these columns. A row with another number of fields than
    /// the header is an error.
    pub(super) fn rows<const N: usize>(
        &self,
        columns: [&str; N],
    ) -> Result<impl Iterator<Item = Result<Row<'a, N>>> + use<'a, '_, N>> {
        let mut positions = [0; N];
        for (position, column) in positions.iter_mut().zip(columns) {
            *position = self.column(column)?;
        }
        let lines = (2..).zip(self.body.split('\n'));
        Ok(lines
            .filter(|(_, line)| !line.trim_end_matches('\r').is_empty())
            .map(move |(line, text)| self.row(line, text, &positions)))
    }

    fn column(&self, name: &str) -> Result<usize> {
        self.columns.iter().position(|column| *column == name).ok_or_else(|| {
            Error::input(format!("{}: no column '{name}'", self.place)).hint(format!(
                "columns are matched by name; the table has {}, and newer releases rename some (DWA ID is now DWA \
                 Element ID): take this table from a release that has the column, or rename it",
                self.columns.join(", ")
            ))
        })
    }

    fn row<const N: usize>(
        &self,
        line: usize,
        text: &'a str,
        positions: &[usize; N],
    ) -> Result<Row<'a, N>> {
        let mut cells = [None; N];
        let mut count = 0;
        for field in fields(text) {
            for (cell, position) in cells.iter_mut().zip(positions) {
                if *position == count {
                    *cell = present(field);
                }
            }
            count += 1;
        }
        if count != self.columns.len() {
            let what = format!("{count} fields, but the header has {}", self.columns.len());
            return Err(self.wrong(line, what));
        }
        Ok(Row { line, cells })
    }

    /// An error in a line of this table.
    pub(super) fn wrong(&self, line: usize, what: impl std::fmt::Display) -> Error {
        Error::input(format!("{}, line {line}: {what}", self.place))
    }

    /// The cell, which must not be missing.
    pub(super) fn filled(
        &self,
        line: usize,
        column: &str,
        cell: Option<&'a str>,
    ) -> Result<&'a str> {
        cell.ok_or_else(|| self.wrong(line, format_args!("'{column}' is empty")))
    }
}

fn fields(line: &str) -> impl Iterator<Item = &str> {
    line.strip_suffix('\r').unwrap_or(line).split('\t')
}

/// Missing is an empty cell or the literal `n/a`.
fn present(field: &str) -> Option<&str> {
    Some(field.trim()).filter(|cell| !cell.is_empty() && *cell != "n/a")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &[u8]) -> Result<Table<'_>> {
        Table::parse("db/Jobs.txt".into(), text)
    }

    fn error(text: &[u8], columns: [&str; 2]) -> String {
        let read = table(text).and_then(|t| {
            t.rows(columns)?
                .collect::<Result<Vec<_>>>()
                .map(|rows| rows.len())
        });
        read.unwrap_err().to_string()
    }

    #[test]
    fn columns_are_found_by_name_and_lines_counted_from_the_header() {
        let text = b"\xef\xbb\xbfCode\tText\tKind\r\n1\tsay \"no\tn/a\r\n\r\n 2 \tb\t\r\n";
        let table = table(text).unwrap();
        let rows: Vec<_> = table
            .rows(["Kind", "Code", "Text"])
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let expected = [
            Row {
                line: 2,
                cells: [None, Some("1"), Some("say \"no")],
            },
            Row {
                line: 4,
                cells: [None, Some("2"), Some("b")],
            },
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn ragged_rows_bad_bytes_and_missing_columns_are_named() {
        assert_eq!(
            error(b"a\tb\n1\t2\n1\n", ["a", "b"]),
            "db/Jobs.txt, line 3: 1 fields, but the header has 2"
        );
        assert_eq!(
            error(b"a\tb\n1\t2\t\n", ["a", "b"]),
            "db/Jobs.txt, line 2: 3 fields, but the header has 2"
        );
        assert_eq!(
            error(b"a\tb\n1\t2\n\xe9\t2\n", ["a", "b"]),
            "db/Jobs.txt, line 3: not UTF-8"
        );
        assert_eq!(error(b"a\tb\n", ["a", "c"]), "db/Jobs.txt: no column 'c'");
        assert_eq!(
            error(b"a\ta\n", ["a", "a"]),
            "db/Jobs.txt, line 1: two columns are named 'a'"
        );
        assert_eq!(error(b"", ["a", "b"]), "db/Jobs.txt: no column 'a'");
    }
}
