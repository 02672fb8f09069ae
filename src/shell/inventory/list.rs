//! The user's own files of occupations and tasks.

use super::Workbook;
use crate::error::{Error, Result};
use crate::inventory::{Grid, Inventory, NameList, from_lists, is_list, read_names};
use crate::shell::files::{self, base_name, folder};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Files of a project that are no lists, though they end like some.
const NO_LISTS: [&str; 2] = ["taskrater.toml", "prices.toml"];

/// Whether a file is of a kind that may hold occupations and tasks, by its name. Excel's lock files (`~$jobs.xlsx`) and hidden
/// files are none.
pub(super) fn reads(path: &Path) -> bool {
    let name = base_name(path);
    is_list(&name) && !name.starts_with(['~', '.']) && !NO_LISTS.contains(&name.as_str())
}

/// Reads such files into one inventory.
pub(super) fn read(name: &str, files: &[PathBuf]) -> Result<Inventory> {
    let files: Result<Vec<_>> = files.iter().map(|file| named(file)).collect();
    joined(name, &files?)
}

/// Joins lists, given by name and bytes, into one inventory.
pub(in crate::shell) fn joined(name: &str, files: &[(String, Vec<u8>)]) -> Result<Inventory> {
    from_lists(name, files, &sheets)
}

/// Name and bytes of every list of a folder.
pub(in crate::shell) fn lists_in(path: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let files = folder(path)?;
    files
        .iter()
        .filter(|file| reads(file))
        .map(|file| named(file))
        .collect()
}

/// The occupations that a file names; `-` is standard input. Beside them, what people call the file.
pub(in crate::shell) fn names(path: &Path) -> Result<(String, NameList)> {
    let (name, bytes) = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .read_to_end(&mut bytes)
            .map_err(|error| Error::io("cannot read standard input", error))?;
        ("standard input".to_owned(), bytes)
    } else {
        named(path)?
    };
    let list = read_names(&name, &bytes, &sheets)?;
    Ok((name, list))
}

fn named(file: &Path) -> Result<(String, Vec<u8>)> {
    Ok((base_name(file), files::read(file)?))
}

fn sheets(place: &str, bytes: &[u8]) -> Result<Vec<Grid>> {
    let mut book = Workbook::open(place, bytes.to_vec())?;
    let sheets = book.sheets();
    sheets.iter().map(|sheet| book.grid(sheet)).collect()
}
