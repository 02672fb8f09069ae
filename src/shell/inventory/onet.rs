//! The files of an O*NET release, in a folder or a zip archive.

use crate::error::{Error, Result};
use crate::inventory::{Inventory, OnetTables};
use crate::shell::files::{self, base_name};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Largest table that is read from a zip: a damaged or hostile archive must not fill the memory.
const LARGEST_TABLE: u64 = 512 << 20;

/// Reads the release whose tables are among these files of a folder.
pub(super) fn folder(mut tables: OnetTables, files: &[PathBuf]) -> Result<Inventory> {
    for file in files {
        let base = base_name(file);
        if tables.wants(&base) {
            tables.add(&base, files::read(file)?)?;
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
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| broken(&error))?;
        let name = entry.name().map_err(|error| broken(&error))?.into_owned();
        let base = name
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or_default()
            .to_owned();
        if !entry.is_file() || !tables.wants(&base) {
            continue;
        }
        let mut bytes = Vec::new();
        let limited = &mut (&mut entry).take(LARGEST_TABLE + 1);
        limited
            .read_to_end(&mut bytes)
            .map_err(|error| broken(&error))?;
        if bytes.len() as u64 > LARGEST_TABLE {
            return Err(broken(&format!(
                "{base} is larger than {} MB",
                LARGEST_TABLE >> 20
            )));
        }
        tables.add(&base, bytes)?;
    }
    tables.read()
}
