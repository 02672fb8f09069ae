//! Columns by name: their order and their spelling changed over the years.

use crate::error::{Error, Result};
use crate::inventory::{Grid, Row};

/// Titles stand above the header in some files: it is looked for in so many rows.
const ABOVE: usize = 10;

/// The header of a table.
pub(super) struct Columns {
    place: String,
    /// Line of the file or row of the sheet.
    line: usize,
    /// Rows of the grid up to it, itself among them.
    pub rows: usize,
    names: Vec<String>,
}

impl Columns {
    /// The first row near the top for which `is_header` holds, given its names in one spelling.
    pub fn find(grid: &Grid, is_header: impl Fn(&[String]) -> bool) -> Option<Self> {
        grid.rows()
            .take(ABOVE)
            .enumerate()
            .find_map(|(above, row)| {
                let names: Vec<String> = row
                    .cells()
                    .map(|cell| cell.map_or_else(String::new, plain))
                    .collect();
                is_header(&names).then(|| Self {
                    place: grid.place().to_owned(),
                    line: row.line,
                    rows: above + 1,
                    names,
                })
            })
    }

    /// The one column with a name of which this holds; `None` where there is none.
    ///
    /// # Errors
    /// There are two.
    pub fn one(&self, wanted: impl Fn(&str) -> bool) -> Result<Option<usize>> {
        let mut found = self.positions(&wanted);
        let first = found.next();
        match (first, found.next()) {
            (Some(at), Some(again)) => Err(Error::input(format!(
                "{}, line {}: columns {} and {} are both '{}'",
                self.place,
                self.line,
                at + 1,
                again + 1,
                self.names[at]
            ))
            .hint("leave one of them: which is meant cannot be known")),
            _ => Ok(first),
        }
    }

    /// The same for a column that must be there; `what` names it.
    pub fn required(&self, what: &str, wanted: impl Fn(&str) -> bool) -> Result<usize> {
        self.one(wanted)?.ok_or_else(|| {
            Error::input(format!(
                "{}, line {}: no column {what}",
                self.place, self.line
            ))
            .hint("take the file as BLS publishes it; columns are matched by name")
        })
    }

    /// The columns with a name of which this holds.
    pub fn positions<'a>(
        &'a self,
        wanted: &'a impl Fn(&str) -> bool,
    ) -> impl Iterator<Item = usize> + 'a {
        let names = self.names.iter().enumerate();
        names.filter_map(move |(at, name)| wanted(name).then_some(at))
    }

    /// The name of a column.
    pub fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("", String::as_str)
    }
}

/// The title of a row; empty where there is none.
///
/// # Errors
/// It runs over lines, which no title does: a quote is not closed, and other rows are swallowed.
pub(super) fn title(row: Row<'_>, column: Option<usize>) -> std::result::Result<String, String> {
    let title = at(row, column).unwrap_or_default();
    match title.contains('\n') {
        true => Err("its title runs over lines: a quote is not closed".to_owned()),
        false => Ok(title.to_owned()),
    }
}

/// A cell of a column that may not be there.
pub(super) fn at<'a>(row: Row<'a>, column: Option<usize>) -> Option<&'a str> {
    row.get(column?)
}

/// A name in one spelling: lower case, plain dashes, single spaces for white space and underscores, no footnote mark.
fn plain(name: &str) -> String {
    let name = name.split('[').next().unwrap_or_default().to_lowercase();
    let name = name.replace(['–', '—', '‑'], "-");
    let words = name.split(|c: char| c.is_whitespace() || c == '_' || c == '\u{feff}');
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_spelling() {
        assert_eq!(plain("\u{feff}OCC_CODE "), "occ code");
        assert_eq!(
            plain("Median annual wage, dollars,  2024[1]"),
            "median annual wage, dollars, 2024"
        );
        assert_eq!(
            plain("Occupational\u{a0}openings, 2024–34"),
            "occupational openings, 2024-34"
        );
    }
}
