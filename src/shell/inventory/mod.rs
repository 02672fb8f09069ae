//! Finding and reading the source of an inventory; what is in it is read by [`crate::inventory`].

mod archive;
mod list;
mod onet;
mod xlsx;

use super::files::{base_name, ending, folder};
use crate::error::{Error, Result};
use crate::inventory::{Inventory, OnetTables, Wanted};
pub(super) use archive::{LARGEST, whole};
pub(super) use list::{joined, lists_in, names};
use std::path::{Path, PathBuf};
pub(super) use xlsx::Workbook;

/// Reads the inventory at a path: a folder or zip of an O*NET release, a folder of the user's own files, or one of them.
/// `name` is how reports and errors call it; `wanted` says what is needed beside occupations and tasks.
///
/// # Errors
/// There is nothing at the path that can be read, or an inventory that cannot be used; the message names file and line.
pub fn read(path: &Path, name: &str, wanted: Wanted) -> Result<Inventory> {
    if path.is_dir() {
        let files = folder(path)?;
        let lists: Vec<PathBuf> = files
            .iter()
            .filter(|file| list::reads(file))
            .cloned()
            .collect();
        // Notes beside one's own occupations make no O*NET release; a release without its tables says what it lacks.
        let marked = files
            .iter()
            .any(|file| OnetTables::marks_release(&base_name(file)));
        if marked || (lists.is_empty() && files.iter().any(|file| ending(file, "txt"))) {
            return onet::folder(OnetTables::new(name, wanted), &files);
        }
        if lists.is_empty() {
            return Err(Error::input(format!("{name} holds no inventory: no table of O*NET and no list in it")).hint(
                "name the folder that holds the tables of an O*NET release, or lists of occupations and tasks (.csv, \
                 .tsv, .jsonl, .xlsx, .toml)",
            ));
        }
        return list::read(name, &lists);
    }
    if ending(path, "zip") {
        return onet::zip(OnetTables::new(name, wanted), path);
    }
    if list::reads(path) {
        return list::read(name, &[path.to_owned()]);
    }
    if !path.exists() {
        return Err(Error::input(format!("there is no inventory {name}")).hint("check the path"));
    }
    Err(Error::input(format!("{name} is not an inventory that can be read"))
        .hint(
            "an inventory is a folder or .zip of an O*NET release, a list of occupations and tasks (.csv, .tsv, .jsonl, \
             .xlsx, .toml), or a folder of such lists; a spreadsheet program saves other formats as .xlsx or .csv",
        ))
}
