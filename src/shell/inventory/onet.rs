//! The files of an O*NET release, in a folder or a zip archive.

use super::Workbook;
use super::archive::{LARGEST, inflate};
use crate::error::{Error, Result};
use crate::inventory::{Grid, Inventory, OnetTables};
use crate::shell::files::{self, base_name, ending};
use std::fs::File;
use std::path::{Path, PathBuf};

/// Reads the release whose tables are among these files of a folder.
pub(super) fn folder(mut tables: OnetTables, files: &[PathBuf]) -> Result<Inventory> {
    for file in files {
        let base = base_name(file);
        if tables.offer(&base) {
            take(&mut tables, &base, files::read(file)?)?;
        }
    }
    tables.read()
}

/// Reads the release in an archive.
pub(super) fn zip(mut tables: OnetTables, path: &Path) -> Result<Inventory> {
    let broken = |error: &dyn std::fmt::Display| {
        Error::input(format!(
            "{}: not a zip archive that can be read: {error}",
            path.display()
        ))
    };
    let file = File::open(path)
        .map_err(|error| Error::io(format!("cannot read {}", path.display()), error))?;
    let mut archive = ::zip::ZipArchive::new(file).map_err(|error| broken(&error))?;
    let mut left = LARGEST;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| broken(&error))?;
        let name = entry.name().map_err(|error| broken(&error))?.into_owned();
        let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
        if entry.is_file() && tables.offer(base) {
            let bytes = inflate(&mut entry, &mut left).map_err(|why| broken(&why))?;
            take(&mut tables, base, bytes)?;
        }
    }
    tables.read()
}

fn take(tables: &mut OnetTables, file: &str, bytes: Vec<u8>) -> Result<()> {
    if !ending(Path::new(file), "xlsx") {
        return tables.add(file, bytes);
    }
    let place = tables.place(file);
    tables.add_sheet(file, || sheet(&place, file, bytes))
}

/// The sheet that is called like its file, or else the first: a workbook of O*NET has just one.
fn sheet(place: &str, file: &str, bytes: Vec<u8>) -> Result<Grid> {
    let mut book = Workbook::open(place, bytes)?;
    let sheets = book.sheets();
    let stem = Path::new(file).file_stem().unwrap_or_default();
    let named = sheets
        .iter()
        .find(|sheet| stem.eq_ignore_ascii_case(sheet.as_str()))
        .or(sheets.first());
    match named {
        Some(named) => book.grid(named),
        None => Err(Error::input(format!("{place}: no sheet in it"))),
    }
}
