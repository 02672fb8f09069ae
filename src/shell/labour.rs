//! The configured files of labour statistics: found before anything is asked, read from Excel, CSV or a zip of them.

use super::files::{base_name, ending, read};
use super::inventory::{LARGEST, Workbook, whole};
use super::terminal::{clean, say};
use crate::error::{Error, Result};
use crate::inventory::Grid;
use crate::labour::{Kind, Labour, Table, grid_of_csv, oews, projections, put_first};
use crate::rater::{LabourFile, LabourFiles};
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// Reads the files that are configured from the folder of the project; `None` where none is. With `strict`, rows that
/// cannot be used are an error; else they are said.
pub(super) fn labour(folder: &Path, files: &LabourFiles, strict: bool) -> Result<Option<Labour>> {
    let table = |kind, file: &Option<LabourFile>| {
        let read = file.as_ref().map(|file| table(kind, folder, file));
        read.transpose()
    };
    let oews = table(Kind::Oews, &files.oews)?;
    let projections = table(Kind::Projections, &files.projections)?;
    for table in [&oews, &projections].into_iter().flatten() {
        let Some(first) = table.problems.first() else {
            continue;
        };
        let what = format!(
            "{}: {} of its rows cannot be used; the first: {first}",
            table.name,
            table.problems.len()
        );
        if strict {
            return Err(Error::input(what)
                .hint("mend them, or leave --strict out to go on with the other rows"));
        }
        say!("{}", clean(&what));
    }
    Ok(Labour::new(oews, projections))
}

fn table(kind: Kind, folder: &Path, file: &LabourFile) -> Result<Table> {
    let path = folder.join(&file.path);
    let there = std::fs::metadata(&path).map(|data| data.is_file());
    if !there.as_ref().is_ok_and(|is_file| *is_file) {
        let what = if there.is_ok() {
            "is a folder"
        } else {
            "is not there"
        };
        let error = format!("{}: {} = \"{}\" {what}", file.place, kind.key(), file.path);
        return Err(Error::input(error).hint(
            "name the file of BLS, .xlsx, .csv or .zip, from the folder of taskrater.toml; or remove the line",
        ));
    }
    let bytes = read(&path)?;
    let digest = blake3::hash(&bytes).to_hex().to_string();
    let source = Source {
        kind,
        name: &file.path,
        digest: &digest,
    };
    if ending(&path, "zip") {
        return source.zip(bytes, LARGEST);
    }
    source.file(&path, &file.path, bytes)
}

/// A file as errors and the manifest name it.
struct Source<'a> {
    kind: Kind,
    name: &'a str,
    digest: &'a str,
}

impl Source<'_> {
    /// Reads a table from the bytes of a file; its ending says what it is.
    fn file(&self, path: &Path, place: &str, bytes: Vec<u8>) -> Result<Table> {
        if ending(path, "csv") {
            return self.sheets(std::iter::once(grid_of_csv(place, &bytes)));
        }
        if ending(path, "xlsx") {
            let mut book = Workbook::open(place, bytes)?;
            let mut sheets = book.sheets();
            if self.kind == Kind::Projections {
                put_first(&mut sheets);
            }
            return self.sheets(sheets.iter().map(|sheet| book.grid(sheet)));
        }
        Err(
            Error::input(format!("{place} is no .xlsx, .csv or .zip")).hint(
                "save it as .xlsx or .csv; an .xls of an old year opens in any spreadsheet program",
            ),
        )
    }

    fn sheets(&self, sheets: impl Iterator<Item = Result<Grid>>) -> Result<Table> {
        match self.kind {
            Kind::Oews => oews(self.name, self.digest, &sheets.collect::<Result<Vec<_>>>()?),
            Kind::Projections => projections(self.name, self.digest, sheets),
        }
    }

    /// Reads the table from the one file of an archive that holds it: a download has notes beside it. A file of more than
    /// `most` bytes is refused; cut there, it would be a table that lacks rows.
    fn zip(&self, archive: Vec<u8>, most: u64) -> Result<Table> {
        let broken = |error: &dyn std::fmt::Display| {
            Error::input(format!(
                "{}: not a zip archive that can be read: {error}",
                self.name
            ))
        };
        let mut archive =
            ::zip::ZipArchive::new(Cursor::new(archive)).map_err(|error| broken(&error))?;
        let mut refused = Vec::new();
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).map_err(|error| broken(&error))?;
            let inner = PathBuf::from(entry.name().map_err(|error| broken(&error))?.as_ref());
            if !entry.is_file() || !(ending(&inner, "xlsx") || ending(&inner, "csv")) {
                continue;
            }
            let place = format!("{}: {}", self.name, base_name(&inner));
            let table = match whole(&mut entry, most).map_err(|error| broken(&error))? {
                None => Err(
                    Error::input(format!("{place} holds more than {most} bytes"))
                        .hint("name the file itself, without an archive around it"),
                ),
                Some(bytes) => self.file(&inner, &place, bytes),
            };
            match table {
                Ok(table) => return Ok(table),
                Err(error) => refused.push(error),
            }
        }
        let count = refused.len();
        Err(match refused.pop() {
            Some(error) if count == 1 => error,
            _ => Error::input(format!(
                "{}: no file in it is a table of {} ({count} .xlsx or .csv)",
                self.name,
                self.kind.name()
            ))
            .hint("take the archive as downloaded from BLS, or name the file in it"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Write as _;

    const TABLE: &str =
        "OCC_CODE,O_GROUP,TOT_EMP\n00-0000,total,30\n15-1252,detailed,10\n29-1212,detailed,20\n";
    const SOURCE: Source<'_> = Source {
        kind: Kind::Oews,
        name: "m.zip",
        digest: "0",
    };

    fn archive() -> Vec<u8> {
        let mut archive = ::zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = ::zip::write::SimpleFileOptions::default();
        archive.start_file("oews/m.csv", options).unwrap();
        archive.write_all(TABLE.as_bytes()).unwrap();
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn a_file_in_an_archive_is_read_whole_or_not_at_all() {
        let size = TABLE.len() as u64;
        let whole = SOURCE.zip(archive(), size).unwrap();
        assert_eq!(whole.detailed().count(), 2);
        // One byte less would cut the last row.
        let refused = SOURCE.zip(archive(), size - 1).unwrap_err();
        let expected = format!("m.zip: m.csv holds more than {} bytes", size - 1);
        assert_eq!(refused.to_string(), expected);
    }

    proptest! {
        #[test]
        fn no_damage_to_an_archive_makes_its_reader_panic(
            at in any::<prop::sample::Index>(),
            cut in 0_usize..40,
            bytes in prop::collection::vec(any::<u8>(), 0..8),
        ) {
            let whole = archive();
            let start = at.index(whole.len());
            let end = (start + cut).min(whole.len());
            let damaged = [&whole[..start], &bytes, &whole[end..]].concat();
            // The checksum of an entry covers its content: what is read at all is what was written.
            if let Ok(table) = SOURCE.zip(damaged, 1 << 20) {
                prop_assert_eq!(table.all_jobs, Some(30.0));
            }
        }
    }
}
