//! A table of an O*NET release, from a text file or an Excel sheet: columns by name, cells as text.
//!
//! The text files have no quoting at all (some tasks hold a bare `"`), so a line is a row and a tab ends a field.
//! Splitting by hand is all there is to it, and line numbers are right: those of the csv crate lag by one in files
//! with CRLF line ends. Nothing is copied: cells borrow from the file.

use crate::inventory::{Grid, Problem};

/// The UTF-8 byte order mark that some editors put in front.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// More columns than any table of O*NET has by far: such a file is another one.
const MOST_COLUMNS: usize = 256;
/// With more rows than this that cannot be used, it is the table that cannot.
const MOST_PROBLEMS: usize = 10_000;

/// A table with its column names.
pub(super) struct Table<'a> {
    file: String,
    place: String,
    columns: Vec<&'a str>,
    /// Line of the column names.
    header: usize,
    body: Body<'a>,
}

enum Body<'a> {
    /// What follows the header of a text file.
    Text(&'a [u8]),
    Sheet(&'a Grid),
}

/// A column, by the names it goes by; the first that a table has is taken.
#[derive(Clone, Copy)]
pub(super) struct Column {
    names: &'static [&'static str],
    required: bool,
}

impl Column {
    /// A column that a table must have.
    pub(super) const fn of(names: &'static [&'static str]) -> Self {
        let required = true;
        Self { names, required }
    }

    /// A column that some releases do not have: its cells are missing there.
    pub(super) const fn if_there(names: &'static [&'static str]) -> Self {
        let required = false;
        Self { names, required }
    }
}

/// One row: the cells in the order asked for, `None` where a cell is empty or `n/a`.
pub(super) struct Row<'a, 'n, const N: usize> {
    pub(super) cells: [Option<&'a str>; N],
    names: &'n [&'static str; N],
}

impl<'a, const N: usize> Row<'a, '_, N> {
    /// The cell of the column asked for at this position, which must not be missing.
    pub(super) fn filled(&self, position: usize) -> Result<&'a str, String> {
        let cell = self.cells.get(position).copied().flatten();
        cell.ok_or_else(|| {
            let name = self.names.get(position).copied().unwrap_or_default();
            format!("'{name}' is empty")
        })
    }
}

/// What came of going through a table.
#[derive(Debug, Default)]
pub(super) struct Done {
    /// Rows that could be used.
    pub(super) rows: usize,
    /// Those that could not.
    pub(super) problems: Vec<Problem>,
}

impl<'a> Table<'a> {
    /// Reads the header of a text file. `file` is what notes call the table, `place` its path as errors name it.
    pub(super) fn text(file: String, place: String, bytes: &'a [u8]) -> Result<Self, Problem> {
        let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let (header, body) = bytes.split_at(end.map_or(bytes.len(), |end| end + 1));
        let Ok(header) = std::str::from_utf8(header) else {
            return Err(problem(&place, Some(1), "not UTF-8"));
        };
        let columns = fields(header.trim_end_matches('\n')).map(str::trim);
        Self::of([file, place], columns.collect(), 1, Body::Text(body))
    }

    /// Finds the header of a sheet: its first row that is not blank.
    pub(super) fn sheet(file: String, grid: &'a Grid) -> Result<Self, Problem> {
        let header = grid.rows().find(|row| !row.is_empty());
        let line = header.map_or(1, |row| row.line);
        let columns = header
            .iter()
            .flat_map(|row| row.cells())
            .map(Option::unwrap_or_default)
            .collect();
        let place = grid.place().to_owned();
        Self::of([file, place], columns, line, Body::Sheet(grid))
    }

    fn of(
        [file, place]: [String; 2],
        columns: Vec<&'a str>,
        header: usize,
        body: Body<'a>,
    ) -> Result<Self, Problem> {
        if columns.len() > MOST_COLUMNS {
            let what = format!("{} columns: this is no table of O*NET", columns.len());
            return Err(problem(&place, Some(header), what));
        }
        let named = |at: usize| columns.iter().take(at);
        let twice =
            |(at, name): &(usize, &&str)| !name.is_empty() && named(*at).any(|n| n == *name);
        if let Some((_, name)) = columns.iter().enumerate().find(twice) {
            let what = format!("two columns are named '{name}'");
            return Err(problem(&place, Some(header), what));
        }
        Ok(Self {
            file,
            place,
            columns,
            header,
            body,
        })
    }

    /// Its file, without the folders above it.
    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// The name of a column in this table, where it has it.
    pub(super) fn name_of(&self, column: Column) -> Option<&'static str> {
        let there = |name: &&&str| self.columns.contains(*name);
        column.names.iter().find(there).copied()
    }

    /// Goes through the rows that are not blank. What `take` refuses is a problem of that row; so are bytes that are not
    /// UTF-8, and in text a number of fields that is not that of the header.
    ///
    /// # Errors
    /// A required column is missing, or so many rows cannot be used that it must be another table.
    pub(super) fn each<const N: usize>(
        &self,
        columns: [Column; N],
        mut take: impl FnMut(Row<'a, '_, N>) -> Result<(), String>,
    ) -> Result<Done, Problem> {
        let (names, positions) = self.find(columns)?;
        let mut done = Done::default();
        let mut settle = |line: usize, result: Result<(), String>| {
            match result {
                Ok(()) => done.rows += 1,
                Err(what) => done.problems.push(problem(&self.place, Some(line), what)),
            }
            match done.problems.len() > MOST_PROBLEMS {
                true => Err(self.hopeless(&done.problems)),
                false => Ok(()),
            }
        };
        match self.body {
            Body::Text(body) => {
                for (line, bytes) in (2..).zip(body.split(|byte| *byte == b'\n')) {
                    if matches!(bytes, [] | [b'\r']) {
                        continue;
                    }
                    let cells = self.split(bytes, &positions);
                    let names = &names;
                    settle(line, cells.and_then(|cells| take(Row { cells, names })))?;
                }
            }
            Body::Sheet(grid) => {
                for row in grid.rows().filter(|row| row.line > self.header) {
                    if row.is_empty() {
                        continue;
                    }
                    let cells = positions.map(|at| at.and_then(|at| row.get(at)).and_then(present));
                    settle(
                        row.line,
                        take(Row {
                            cells,
                            names: &names,
                        }),
                    )?;
                }
            }
        }
        Ok(done)
    }

    /// The names and positions of columns; no position where a column that need not be there is not.
    fn find<const N: usize>(
        &self,
        columns: [Column; N],
    ) -> Result<([&'static str; N], [Option<usize>; N]), Problem> {
        let mut names = [""; N];
        let mut positions = [None; N];
        for ((name, position), column) in names.iter_mut().zip(&mut positions).zip(columns) {
            if let Some(own) = self.name_of(column) {
                *name = own;
                *position = self.columns.iter().position(|there| *there == own);
            }
            if position.is_none() && column.required {
                let wanted = column.names.join("' or '");
                let what = format!("no column '{wanted}'; it has {}", self.columns.join(", "));
                return Err(problem(&self.place, Some(self.header), what));
            }
        }
        Ok((names, positions))
    }

    fn split<const N: usize>(
        &self,
        line: &'a [u8],
        positions: &[Option<usize>; N],
    ) -> Result<[Option<&'a str>; N], String> {
        let line = std::str::from_utf8(line).map_err(|_| "not UTF-8".to_owned())?;
        let mut cells = [None; N];
        let mut count = 0;
        for field in fields(line) {
            for (cell, position) in cells.iter_mut().zip(positions) {
                if *position == Some(count) {
                    *cell = present(field);
                }
            }
            count += 1;
        }
        match count == self.columns.len() {
            true => Ok(cells),
            false => Err(format!(
                "{count} fields, but the header has {}",
                self.columns.len()
            )),
        }
    }

    fn hopeless(&self, problems: &[Problem]) -> Problem {
        let first = problems.first().map(ToString::to_string);
        let what = format!(
            "more than {MOST_PROBLEMS} rows cannot be used, the first: {}",
            first.unwrap_or_default()
        );
        problem(&self.place, None, what)
    }
}

fn problem(place: &str, line: Option<usize>, what: impl Into<String>) -> Problem {
    Problem {
        place: place.to_owned(),
        line,
        what: what.into(),
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

    const KIND: Column = Column::of(&["Kind"]);
    const CODE: Column = Column::of(&["Code"]);
    const TEXT: Column = Column::of(&["Text", "Words"]);
    const MORE: Column = Column::if_there(&["More"]);

    /// The cells of each row that can be used, and what is wrong with the others.
    fn read(table: Result<Table<'_>, Problem>) -> Result<(Vec<String>, Vec<String>), String> {
        let mut rows = Vec::new();
        let done = table.and_then(|table| {
            table.each([KIND, CODE, TEXT, MORE], |row| {
                let code = row.filled(1)?;
                rows.push(format!("{code}: {:?}", row.cells));
                Ok(())
            })
        });
        let done = done.map_err(|problem| problem.to_string())?;
        assert_eq!(done.rows, rows.len());
        let problems = done.problems.iter().map(ToString::to_string);
        Ok((rows, problems.collect()))
    }

    fn text(bytes: &[u8]) -> Result<(Vec<String>, Vec<String>), String> {
        read(Table::text("Jobs.txt".into(), "db/Jobs.txt".into(), bytes))
    }

    #[test]
    fn text_and_sheet_are_read_alike() {
        let (rows, problems) = text(
            b"\xef\xbb\xbfCode\tText\tKind\r\n1\tsay \"no\tn/a\r\n\r\n 2 \tb\t\r\nn/a\t\tx\r\n",
        )
        .unwrap();
        let expected = [
            r#"1: [None, Some("1"), Some("say \"no"), None]"#,
            r#"2: [None, Some("2"), Some("b"), None]"#,
        ];
        assert_eq!(rows, expected);
        assert_eq!(problems, ["db/Jobs.txt, line 5: 'Code' is empty"]);

        let mut grid = Grid::new("db/Jobs.xlsx, sheet Jobs");
        let lines: [(usize, &[&str]); 5] = [
            (1, &["", ""]),
            (2, &["Code", "Title", "Words", "Kind"]),
            (4, &["1", "a", "say \"no"]),
            (5, &["2", "", "b", "n/a", "beyond"]),
            (9, &["", "", "", "x"]),
        ];
        for (line, cells) in lines {
            grid.begin(line);
            cells.iter().for_each(|cell| grid.cell(cell));
        }
        let (rows, problems) = read(Table::sheet("Jobs.xlsx".into(), &grid)).unwrap();
        assert_eq!(rows, expected);
        assert_eq!(
            problems,
            ["db/Jobs.xlsx, sheet Jobs, line 9: 'Code' is empty"]
        );
    }

    #[test]
    fn bad_rows_are_problems_and_the_others_are_kept() {
        let (rows, problems) =
            text(b"Code\tText\tKind\n1\t2\n1\t2\t3\n\xe9\t2\t3\n1\t2\t3\t4\n5\tb\tc").unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(
            problems,
            [
                "db/Jobs.txt, line 2: 2 fields, but the header has 3",
                "db/Jobs.txt, line 4: not UTF-8",
                "db/Jobs.txt, line 5: 4 fields, but the header has 3"
            ]
        );
    }

    #[test]
    fn a_header_that_cannot_be_used_is_named() {
        let cases: [(&[u8], &str); 5] = [
            (b"", "line 1: no column 'Kind'; it has "),
            (
                b"Kind\tCode",
                "line 1: no column 'Text' or 'Words'; it has Kind, Code",
            ),
            (b"a\ta\n", "line 1: two columns are named 'a'"),
            (b"\xff\xfea\0\n", "line 1: not UTF-8"),
            (
                &[b'\t'; 300],
                "line 1: 301 columns: this is no table of O*NET",
            ),
        ];
        for (bytes, what) in cases {
            assert_eq!(text(bytes).unwrap_err(), format!("db/Jobs.txt, {what}"));
        }
        let empty = Grid::new("empty");
        assert!(
            read(Table::sheet("Jobs.xlsx".into(), &empty))
                .unwrap_err()
                .contains("no column 'Kind'")
        );
    }

    #[test]
    fn a_table_of_bad_rows_is_given_up() {
        let bytes = [b"Code\tText\tKind\n".as_slice(), &b"x\n".repeat(10_001)].concat();
        let found = text(&bytes).unwrap_err();
        assert!(
            found.contains("more than 10000 rows cannot be used, the first: db/Jobs.txt, line 2:"),
            "{found}"
        );
    }
}
