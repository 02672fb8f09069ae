//! Finding and reading the source of an inventory; what is in it is read by [`crate::inventory`].

mod list;
mod onet;
mod xlsx;

use super::files::{base_name, ending, folder};
use crate::error::{Error, Result};
use crate::inventory::{Inventory, OnetTables, Wanted};
pub(super) use list::toml_texts;
use std::path::{Path, PathBuf};
pub(super) use xlsx::Workbook;

/// Reads the inventory at a path: a folder or zip of an O*NET release, a folder of the user's own files, or one of them.
/// `name` is how reports and errors call it; `wanted` says what is needed beside occupations and tasks.
pub(in crate::shell) fn read(path: &Path, name: &str, wanted: Wanted) -> Result<Inventory> {
    if path.is_dir() {
        let files = folder(path)?;
        let lists: Vec<PathBuf> = files
            .iter()
            .filter(|file| list::reads(file))
            .cloned()
            .collect();
        // Notes beside one's own occupations make no O*NET release; a release without its tables says what it lacks.
        let tables = OnetTables::new(name, wanted);
        let release = files.iter().any(|file| tables.wants(&base_name(file)));
        if release || (lists.is_empty() && files.iter().any(|file| ending(file, "txt"))) {
            return onet::folder(tables, &files);
        }
        if lists.is_empty() {
            return Err(Error::input(format!("{name} holds no inventory: no .toml and no .txt file in it")).hint(
                "name the folder that holds the tables of an O*NET text release, or one with a .toml file an occupation",
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
        .hint("an inventory is a folder or .zip of an O*NET text release, a folder of .toml files, or a .toml file"))
}
