//! The user's own files of occupations and tasks.

use crate::error::Result;
use crate::inventory::{Inventory, from_toml_files};
use crate::shell::files::{base_name, ending, folder, read_text};
use std::path::{Path, PathBuf};

/// Whether a file is of a kind that may hold occupations and tasks, by its name.
pub(super) fn reads(path: &Path) -> bool {
    ending(path, "toml")
}

/// Reads such files into one inventory.
pub(super) fn read(name: &str, files: &[PathBuf]) -> Result<Inventory> {
    let texts: Result<Vec<_>> = files.iter().map(|file| named(file)).collect();
    from_toml_files(name, &texts?)
}

/// Name and text of every TOML file of a folder.
pub(in crate::shell) fn toml_texts(path: &Path) -> Result<Vec<(String, String)>> {
    let files = folder(path)?;
    files
        .iter()
        .filter(|file| reads(file))
        .map(|file| named(file))
        .collect()
}

fn named(file: &Path) -> Result<(String, String)> {
    Ok((base_name(file), read_text(file)?))
}
