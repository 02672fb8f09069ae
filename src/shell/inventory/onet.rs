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
pub(super) fn zip(tables: OnetTables, path: &Path) -> Result<Inventory> {
    zip_within(tables, path, LARGEST)
}

/// The same where the tables hold no more than so many bytes.
fn zip_within(mut tables: OnetTables, path: &Path, mut left: u64) -> Result<Inventory> {
    let broken = |error: &dyn std::fmt::Display| {
        Error::input(format!(
            "{}: not a zip archive that can be read: {error}",
            path.display()
        ))
    };
    let file = File::open(path)
        .map_err(|error| Error::io(format!("cannot read {}", path.display()), error))?;
    let mut archive = ::zip::ZipArchive::new(file).map_err(|error| broken(&error))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Wanted;
    use ::zip::ZipWriter;
    use ::zip::write::SimpleFileOptions;
    use std::io::Write as _;

    #[test]
    fn a_bomb_is_refused_before_it_fills_the_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db.zip");
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        for file in [
            "Occupation Data.txt",
            "Task Statements.txt",
            "Abilities.txt",
        ] {
            zip.start_file(file, SimpleFileOptions::default()).unwrap();
            zip.write_all(&vec![b'\n'; 1 << 20]).unwrap();
        }
        zip.finish().unwrap();
        let read = |limit| {
            let tables = OnetTables::new("db.zip", Wanted::default());
            zip_within(tables, &path, limit).unwrap_err().to_string()
        };
        let refused = read((2 << 20) - 1);
        assert!(
            refused.contains("db.zip: not a zip archive that can be read: it holds more than"),
            "{refused}"
        );
        // What nobody wants is not unpacked and does not count.
        assert!(read(2 << 20).starts_with("db.zip/Occupation Data.txt"));
    }
}
