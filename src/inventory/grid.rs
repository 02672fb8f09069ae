//! A sheet of cells as text: what every table format is read into, with the line each row stands on.

/// A table of text cells, row by row. Rows may be of different length; what a row means is the reader's part.
///
/// All text lies in one string: a table of a million cells is one allocation, not a million.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grid {
    place: String,
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<usize>,
    /// Each row: its line in the file, and its first cell.
    rows: Vec<(usize, usize)>,
}

/// One row of a [`Grid`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    grid: &'a Grid,
    /// Line of the file, or row of the sheet, from 1.
    pub line: usize,
    first: usize,
    count: usize,
}

impl Grid {
    /// An empty table. `place` is the path of the file (and the name of the sheet) as errors name it.
    #[must_use]
    pub fn new(place: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            ..Self::default()
        }
    }

    /// The path of the file (and the name of the sheet) as errors name it.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Begins a row that stands on this line of the file.
    pub fn begin(&mut self, line: usize) {
        self.rows.push((line, self.ends.len()));
    }

    /// Adds a cell to the row that was begun last.
    pub fn cell(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// Adds a cell to the row that was begun last, written by `write`.
    pub fn cell_by(&mut self, write: impl FnOnce(&mut String)) {
        write(&mut self.text);
        self.ends.push(self.text.len());
    }

    /// The rows in the order of the file, blank ones included.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().enumerate().map(|(n, &(line, first))| {
            let end = self
                .rows
                .get(n + 1)
                .map_or(self.ends.len(), |&(_, next)| next);
            Row {
                grid: self,
                line,
                first,
                count: end - first,
            }
        })
    }

    /// Number of cells so far.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.ends.len()
    }

    /// Length of the text of all cells so far, in bytes.
    #[must_use]
    pub fn text_len(&self) -> usize {
        self.text.len()
    }

    /// Hash of rows and cells, whatever file they came from.
    pub(super) fn hash(&self) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        let mut number = |number: usize| {
            hasher.update(&(number as u64).to_le_bytes());
        };
        number(self.ends.len());
        self.ends.iter().for_each(|end| number(*end));
        for (line, first) in &self.rows {
            number(*line);
            number(*first);
        }
        hasher.update(self.text.as_bytes());
        *hasher.finalize().as_bytes()
    }

    fn text_of(&self, cell: usize) -> &str {
        let start = match cell.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => 0,
        };
        let end = self.ends.get(cell).copied().unwrap_or(start);
        self.text.get(start..end).unwrap_or_default()
    }
}

impl<'a> Row<'a> {
    /// The cell at this position, from 0, without white space around it; `None` where it is empty or not there.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<&'a str> {
        let within = position < self.count;
        let text = within.then(|| self.grid.text_of(self.first + position).trim())?;
        (!text.is_empty()).then_some(text)
    }

    /// Number of cells, empty ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether no cell holds anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells().all(|cell| cell.is_none())
    }

    /// The cells in their order, as [`Self::get`] gives them.
    pub fn cells(&self) -> impl Iterator<Item = Option<&'a str>> + use<'a> {
        let row = *self;
        (0..self.count).map(move |position| row.get(position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_their_row_and_rows_their_line() {
        let mut grid = Grid::new("jobs.csv");
        grid.begin(1);
        grid.cell(" a ");
        grid.cell("");
        grid.cell_by(|text| text.push('ü'));
        grid.begin(3);
        grid.begin(4);
        grid.cell("  ");
        let rows: Vec<Row<'_>> = grid.rows().collect();
        let cells: Vec<_> = rows[0].cells().collect();
        assert_eq!(cells, [Some("a"), None, Some("ü")]);
        assert_eq!((rows[0].get(3), rows[0].len()), (None, 3));
        assert_eq!(
            rows.iter().map(|row| row.line).collect::<Vec<_>>(),
            [1, 3, 4]
        );
        assert!(!rows[0].is_empty() && rows[1].is_empty() && rows[2].is_empty());
    }
}
