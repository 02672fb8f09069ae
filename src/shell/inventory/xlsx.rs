//! Excel sheets as text.

use crate::error::{Error, Result};
use crate::inventory::Grid;
use calamine::{DataRef, Reader as _, SheetType, Xlsx};
use std::fmt::Write as _;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Cells of a row beyond this one are no table any more: a stray cell at the far right must not fill the memory.
const WIDEST: u32 = 1 << 10;
/// The same for rows: more than Excel can hold.
const LONGEST: u32 = 1 << 20;

/// An Excel workbook.
pub(in crate::shell) struct Workbook {
    place: String,
    book: Xlsx<Cursor<Vec<u8>>>,
}

impl Workbook {
    /// Opens the workbook in these bytes; `place` is its path as errors name it.
    pub fn open(place: &str, bytes: Vec<u8>) -> Result<Self> {
        let book = guarded(place, || {
            Xlsx::new(Cursor::new(bytes)).map_err(|e| e.to_string())
        })?;
        let place = place.to_owned();
        Ok(Self { place, book })
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
        let book = &mut self.book;
        guarded(&self.place, || read(book, sheet, Grid::new(place)))
    }
}

fn read(
    book: &mut Xlsx<Cursor<Vec<u8>>>,
    sheet: &str,
    mut grid: Grid,
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
            _ => {
                grid.begin(row as usize + 1);
                0
            }
        };
        (from..column).for_each(|_| grid.cell(""));
        grid.cell_by(|text| write_value(text, cell.get_value()));
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

/// The reader of the format is not ours: a file that makes it panic is an error of the file, not an end of the program.
fn guarded<T>(place: &str, read: impl FnOnce() -> std::result::Result<T, String>) -> Result<T> {
    let result =
        catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("it is damaged".to_owned()));
    result.map_err(|why| {
        Error::input(format!(
            "{place}: not an Excel workbook that can be read: {why}"
        ))
        .hint("open it in a spreadsheet program and save it as .xlsx, or export the sheet as CSV")
    })
}
