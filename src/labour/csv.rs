//! A CSV file as cells.

use crate::RecordLines;
use crate::error::{Error, Result};
use crate::inventory::Grid;

/// The cells of a CSV file; `place` is its path as errors name it. A byte order mark is skipped. Bytes that are not
/// UTF-8 become replacement characters: codes and figures have none.
///
/// # Errors
/// The bytes cannot be cut into rows.
pub fn grid_of_csv(place: &str, bytes: &[u8]) -> Result<Grid> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut grid = Grid::new(place);
    let mut record = csv::ByteRecord::new();
    let mut lines = RecordLines::of(bytes);
    loop {
        let more = reader.read_byte_record(&mut record).map_err(|error| {
            Error::input(format!("{place}: not a CSV file that can be read")).because(error)
        })?;
        if !more {
            return Ok(grid);
        }
        grid.begin(lines.line(record.position()));
        for cell in &record {
            grid.cell(&String::from_utf8_lossy(cell));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_their_lines_whatever_ends_them() {
        for text in [
            "a,b\n\nc\nd\n",
            "a,b\r\n\r\nc\r\nd",
            "\u{feff}a,b\n\r\nc\nd",
        ] {
            let grid = grid_of_csv("f", text.as_bytes()).unwrap();
            let rows: Vec<_> = grid.rows().map(|row| (row.line, row.get(0))).collect();
            assert_eq!(
                rows,
                [(1, Some("a")), (3, Some("c")), (4, Some("d"))],
                "{text:?}"
            );
        }
    }
}
