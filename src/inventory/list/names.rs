//! Occupations that a file names, to be looked up: a title or code a line, or a table with a column of them.

use super::columns::{Columns, Field};
use super::remarks::Remarks;
use super::text::in_one_line;
use super::{Format, OpenWorkbook, decode, format, json_lines, one_of, separated, sheets};
use crate::error::{Error, Result};
use crate::inventory::{Grid, Problem};

/// The occupations that a file names, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameList {
    /// The names with their lines.
    pub names: Vec<Named>,
    /// Rows of the file that cannot be read.
    pub problems: Vec<Problem>,
    /// What a reader should know of how the file was read.
    pub notes: Vec<String>,
}

/// An occupation as a file names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Line of the file, from 1.
    pub line: usize,
    /// Its code, its title, or the code and then the title: the first that is known names it.
    pub by: Vec<String>,
}

/// Reads a file of occupations: one a line, by title or code, where blank lines, lines that begin with `#` and what follows
/// ` # ` do not count; or a table (CSV, TSV, JSONL, Excel) with a column for the occupation, under the names that a list of
/// tasks may have for it. Encodings are those of [`from_lists`](super::from_lists).
///
/// # Errors
/// A table without a column for the occupation; a workbook that cannot be opened.
pub fn read_names(file: &str, bytes: &[u8], open: OpenWorkbook<'_>) -> Result<NameList> {
    let mut remarks = Remarks::default();
    let mut list = NameList::default();
    match format(file) {
        Some(Format::Excel) => {
            let sheets = sheets(file, bytes, open)?;
            table(
                one_of(&sheets, false, file, &mut remarks)?,
                &mut list,
                &mut remarks,
            )?;
        }
        Some(Format::JsonLines) => {
            let (grid, problems) = json_lines::read(file, &decode::decode(bytes, &mut remarks));
            list.problems = problems;
            table(&grid, &mut list, &mut remarks)?;
        }
        Some(Format::Toml) => {
            let what = format!("{file} is no list of titles or codes");
            let hint =
                "write a title or code a line; a .toml file of tasks is named by --inventory";
            return Err(Error::input(what).hint(hint));
        }
        Some(Format::Separated) | None => {
            let text = decode::decode(bytes, &mut remarks);
            text_list(file, &text, &mut list, &mut remarks)?;
        }
    }
    list.notes = remarks.notes(file).collect();
    Ok(list)
}

/// A table if its header is one, lines otherwise.
fn text_list(file: &str, text: &str, list: &mut NameList, remarks: &mut Remarks) -> Result<()> {
    let width = |grid: &Grid| Some(Columns::find(grid, false).ok()?.width);
    let (grid, problems) = separated::read(file, text, &width);
    let several = grid.rows().any(|row| row.cells().flatten().count() > 1);
    let is_table = match Columns::find(&grid, false) {
        // One column needs no quotes: a title may hold a comma.
        Ok(columns) if columns.width == 1 => {
            let header = grid.rows().nth(columns.header).map_or(0, |row| row.line);
            columns
                .notes()
                .into_iter()
                .for_each(|note| remarks.of_all(note));
            lines(text, header, list);
            return Ok(());
        }
        Ok(columns) => columns.header == 0 || format(file).is_some(),
        Err(_) => format(file).is_some() && several,
    };
    if is_table {
        list.problems = problems;
        return table(&grid, list, remarks);
    }
    lines(text, 0, list);
    Ok(())
}

/// One name a line, below so many lines.
fn lines(text: &str, above: usize, list: &mut NameList) {
    let lines = text.lines().enumerate().skip(above);
    list.names.extend(lines.filter_map(|(n, line)| {
        let name = line.split(" # ").next().unwrap_or_default();
        let name = in_one_line(name);
        let counts = !name.is_empty() && !name.starts_with('#');
        counts.then(|| Named {
            line: n + 1,
            by: vec![name],
        })
    }));
}

/// The rows of a table, each by id and title.
fn table(grid: &Grid, list: &mut NameList, remarks: &mut Remarks) -> Result<()> {
    let columns = Columns::find(grid, false)?;
    columns
        .notes()
        .into_iter()
        .for_each(|note| remarks.of_all(note));
    let fields = [Field::Id, Field::Title].map(|field| columns.position(field));
    let rows = grid.rows().skip(columns.header + 1);
    for row in rows.filter(|row| !row.is_empty()) {
        let by: Vec<String> = fields
            .iter()
            .filter_map(|at| row.get((*at)?).map(in_one_line))
            .collect();
        match by.is_empty() {
            true => remarks.at(row.line, "no occupation in the row"),
            false => list.names.push(Named { line: row.line, by }),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(file: &str, text: &str) -> Result<NameList> {
        read_names(file, text.as_bytes(), &|_, _| Err(Error::input("no")))
    }

    fn names(file: &str, text: &str) -> Vec<(usize, String)> {
        let list = read(file, text).unwrap();
        let names = list.names.into_iter();
        names.map(|name| (name.line, name.by.join(" = "))).collect()
    }

    fn is(found: &[(usize, String)], expected: &[(usize, &str)]) -> bool {
        let expected = expected
            .iter()
            .map(|(line, name)| (*line, (*name).to_owned()));
        expected.eq(found.iter().cloned())
    }

    #[test]
    fn a_line_is_a_name() {
        let text = "# mine\n\nCooks, All Other\n  15-2051.00 # data\r\nC# Developer\n";
        let expected = [
            (3, "Cooks, All Other"),
            (4, "15-2051.00"),
            (5, "C# Developer"),
        ];
        for file in ["-", "jobs.txt", "jobs"] {
            assert!(is(&names(file, text), &expected), "{file}");
        }
        assert!(is(
            &names("-", "Occupation\nCooks, All Other\n"),
            &[(2, "Cooks, All Other")]
        ));
        assert!(is(
            &names("x.csv", "Cooks\nNurses\n"),
            &[(1, "Cooks"), (2, "Nurses")]
        ));
        assert!(names("-", "").is_empty());
        // What looks like a header in the middle is said.
        let list = read("jobs.txt", "Cooks\nJob title\nBakers\n").unwrap();
        assert_eq!(list.names.len(), 1);
        assert_eq!(
            list.notes[0],
            "jobs.txt: rows above the header, not read: 1"
        );
    }

    #[test]
    fn a_table_has_a_column_of_them() {
        let expected = [
            (2, "2512 = Developers"),
            (3, "Cooks, All Other"),
            (5, "0110"),
        ];
        let text = "pay;ISCO-08;Job title\n1;2512;Developers\n2;;Cooks, All Other\n3;;\n4;0110;\n";
        for file in ["x.csv", "x.tsv", "-"] {
            assert!(is(&names(file, text), &expected), "{file}");
        }
        let json = "{\"code\": 2512}\n{\"code\": \"0110\", \"title\": \"Officers\"}\n";
        assert!(is(
            &names("x.jsonl", json),
            &[(1, "2512"), (2, "0110 = Officers")]
        ));
        let lacking = read("x.csv", "pay,hours\n1,2\n").unwrap_err().to_string();
        assert_eq!(
            lacking,
            "x.csv, line 1: no column for the occupation; found: 'pay', 'hours'"
        );
        assert!(read("x.toml", "id = 1").is_err());
    }

    proptest! {
        #[test]
        fn no_file_makes_it_panic(bytes: Vec<u8>, ending in 0..4usize) {
            let file = ["x.csv", "x.jsonl", "x", "x.toml"][ending];
            let _ = read_names(file, &bytes, &|_, _| Err(Error::input("no")));
        }
    }
}
