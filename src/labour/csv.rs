//! A CSV file as cells.

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
    loop {
        let more = reader.read_byte_record(&mut record).map_err(|error| {
            Error::input(format!("{place}: not a CSV file that can be read")).because(error)
        })?;
        if !more {
            return Ok(grid);
        }
        let line = record.position().map_or(0, csv::Position::line);
        grid.begin(usize::try_from(line).unwrap_or(usize::MAX));
        for cell in &record {
            grid.cell(&String::from_utf8_lossy(cell));
        }
    }
}
