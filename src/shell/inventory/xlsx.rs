//! Excel sheets as text.

use super::archive::{LARGEST, inflate};
use crate::error::{Error, Result};
use crate::inventory::Grid;
use calamine::{DataRef, Reader as _, SheetType, Xlsx};
use std::cell::Cell;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Cells of a row beyond this one are no table any more: a stray cell at the far right must not fill the memory.
const WIDEST: u32 = 1 << 10;
/// The same for rows: more than Excel can hold.
const LONGEST: u32 = 1 << 20;
/// Most cells of a workbook, and most bytes of text in them: a text that is stored once may stand in every cell of every
/// sheet.
const MOST_CELLS: usize = 1 << 24;
const MOST_TEXT: usize = 1 << 29;

/// An Excel workbook.
pub(in crate::shell) struct Workbook {
    place: String,
    book: Xlsx<Cursor<Vec<u8>>>,
    left: Room,
}

/// Cells that may still be read, and bytes of text in them.
#[derive(Clone, Copy)]
struct Room {
    cells: usize,
    text: usize,
}

impl Workbook {
    /// Opens the workbook in these bytes; `place` is its path as errors name it.
    pub fn open(place: &str, bytes: Vec<u8>) -> Result<Self> {
        let book = guarded(place, || {
            let parts = unpacked(&bytes, LARGEST)?;
            drop(bytes);
            Xlsx::new(Cursor::new(parts)).map_err(|e| e.to_string())
        })?;
        let place = place.to_owned();
        let left = Room {
            cells: MOST_CELLS,
            text: MOST_TEXT,
        };
        Ok(Self { place, book, left })
    }

    /// The names of its sheets of cells, in their order; sheets that hold a chart alone are none.
    pub fn sheets(&self) -> Vec<String> {
        let sheets = self.book.sheets_metadata().iter();
        let of_cells = sheets.filter(|sheet| sheet.typ == SheetType::WorkSheet);
        of_cells.map(|sheet| sheet.name.clone()).collect()
    }

    /// The cells of a sheet that is there. Numbers are written as people do: whole ones without a point.
    pub fn grid(&mut self, sheet: &str) -> Result<Grid> {
        let place = format!("{}, sheet {sheet}", self.place);
        let (book, left) = (&mut self.book, self.left);
        let grid = guarded(&self.place, || read(book, sheet, Grid::new(place), left))?;
        self.left = Room {
            cells: left.cells.saturating_sub(grid.cells()),
            text: left.text.saturating_sub(grid.text_len()),
        };
        Ok(grid)
    }
}

/// The parts of a workbook in an archive without compression.
///
/// The reader of the format believes what a file says of its own sizes. Here they are made true: what is taken out of the
/// file is limited, and so is the number of texts it promises, for which the reader sets memory aside.
fn unpacked(bytes: &[u8], mut left: u64) -> std::result::Result<Vec<u8>, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| e.to_string())?;
    let mut parts = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|e| e.to_string())?;
        let name = entry.name().map_err(|e| e.to_string())?.into_owned();
        let lower = name.to_ascii_lowercase();
        // Pictures and macros hold no cells.
        if !lower.ends_with(".xml") && !lower.ends_with(".rels") {
            continue;
        }
        let part = inflate(&mut entry, &mut left)?;
        if lower.ends_with("sharedstrings.xml") {
            check_count(&part)?;
        }
        let written = parts.start_file(name, stored).map_err(|e| e.to_string());
        written.and_then(|()| parts.write_all(&part).map_err(|e| e.to_string()))?;
    }
    let parts = parts.finish().map_err(|e| e.to_string())?;
    Ok(parts.into_inner())
}

/// Refuses a part that promises more texts than it has bytes.
fn check_count(part: &[u8]) -> std::result::Result<(), String> {
    let text = std::str::from_utf8(part).map_err(|_| "its texts are not UTF-8")?;
    for (at, name) in text.match_indices("uniqueCount") {
        let value = text.get(at + name.len()..).unwrap_or_default();
        let value = value.trim_start_matches([' ', '\t', '\r', '\n', '=', '"', '\'', '+', '0']);
        let digits = value.bytes().take_while(u8::is_ascii_digit).count();
        let promised: Option<usize> = value.get(..digits).unwrap_or_default().parse().ok();
        if digits > 0 && promised.is_none_or(|promised| promised > part.len()) {
            return Err("it promises more texts than it holds".to_owned());
        }
    }
    Ok(())
}

fn read(
    book: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    mut grid: Grid,
    left: Room,
) -> std::result::Result<Grid, String> {
    let mut cells = book
        .worksheet_cells_reader(sheet)
        .map_err(|e| e.to_string())?;
    let mut at: Option<(u32, u32)> = None;
    while let Some(cell) = cells.next_cell().map_err(|e| e.to_string())? {
        let (row, column) = cell.get_position();
        if column >= WIDEST || row >= LONGEST {
            continue;
        }
        let from = match at {
            Some((last, next)) if last == row => next,
            Some((last, _)) if row < last => {
                return Err(format!("row {} is out of order", row + 1));
            }
            _ => {
                grid.begin(row as usize + 1);
                0
            }
        };
        if column < from {
            return Err(format!("the cells of row {} are out of order", row + 1));
        }
        (from..column).for_each(|_| grid.cell(""));
        grid.cell_by(|text| write_value(text, cell.get_value()));
        if grid.cells() > left.cells || grid.text_len() > left.text {
            return Err(format!(
                "alone or with those before it, sheet {sheet} is too large for a table"
            ));
        }
        at = Some((row, column + 1));
    }
    Ok(grid)
}

fn write_value(text: &mut String, value: &DataRef<'_>) {
    // Writing to a string does not fail.
    let _ = match value {
        DataRef::String(own) => text.write_str(own),
        DataRef::SharedString(shared) => text.write_str(shared),
        DataRef::Float(number) => write!(text, "{number}"),
        DataRef::Int(number) => write!(text, "{number}"),
        DataRef::Bool(flag) => text.write_str(if *flag { "TRUE" } else { "FALSE" }),
        DataRef::DateTime(moment) => write!(text, "{}", moment.as_f64()),
        DataRef::DateTimeIso(moment) | DataRef::DurationIso(moment) => text.write_str(moment),
        // A formula that failed has no value.
        DataRef::Empty | DataRef::Error(_) => Ok(()),
    };
}

/// The reader of the format is not ours: a file that makes it panic is an error of the file, not an end of the program,
/// and nobody wants to see where in that reader it happened.
fn guarded<T>(place: &str, read: impl FnOnce() -> std::result::Result<T, String>) -> Result<T> {
    thread_local!(static GUARDED: Cell<bool> = const { Cell::new(false) });
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !GUARDED.get() {
                before(panic);
            }
        }));
    });
    GUARDED.set(true);
    let result = catch_unwind(AssertUnwindSafe(read));
    GUARDED.set(false);
    let result = result.unwrap_or_else(|_| Err("it is damaged".to_owned()));
    result.map_err(|why| {
        Error::input(format!(
            "{place}: not an Excel workbook that can be read: {why}"
        ))
        .hint("open it in a spreadsheet program and save it as .xlsx, or export the sheet as CSV")
    })
}

#[cfg(test)]
mod tests;
