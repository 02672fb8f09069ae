//! Reading what the user names, writing what a run leaves: whole files or none.

use crate::error::{Error, Result};
use crate::inventory::{AlternateTitles, Inventory, OnetTables, from_toml_files};
use std::fs::{self, File};
use std::io::{BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Largest table that is read from a zip: a damaged or hostile archive must not fill the memory.
const LARGEST_TABLE: u64 = 512 << 20;

/// Reads a text file.
pub(super) fn read_text(path: &Path) -> Result<String> {
    let bytes = read(path)?;
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..valid]
            .iter()
            .filter(|&&byte| byte == b'\n')
            .count()
            + 1;
        Error::input(format!("{}:{line}: not UTF-8", path.display()))
            .hint("save the file as UTF-8 and try again")
    })
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Error::io(format!("cannot read {}", path.display()), error))
}

/// Reads the inventory at a path: a folder or zip of an O*NET text release, a folder of TOML files, one TOML file.
/// `name` is how reports and errors call it; `titles` says whether alternate titles are needed.
pub(super) fn read_inventory(path: &Path, name: &str, titles: bool) -> Result<Inventory> {
    let titles = if titles {
        AlternateTitles::Read
    } else {
        AlternateTitles::Skip
    };
    let mut tables = OnetTables::new(name, titles);
    if path.is_dir() {
        let files = folder(path)?;
        let tomls = files.iter().any(|file| ending(file, "toml"));
        // Notes beside one's own occupations make no O*NET release; a release without its tables says what it lacks.
        let release = files.iter().any(|file| tables.wants(&base_name(file)));
        if release || (!tomls && files.iter().any(|file| ending(file, "txt"))) {
            for file in &files {
                let base = base_name(file);
                if tables.wants(&base) {
                    tables.add(&base, read(file)?)?;
                }
            }
            return tables.read();
        }
        if tomls {
            return from_toml_files(name, &toml_texts(path)?);
        }
        return Err(Error::input(format!("{name} holds no inventory: no .toml and no .txt file in it")).hint(
            "name the folder that holds the tables of an O*NET text release, or one with a .toml file an occupation",
        ));
    }
    if ending(path, "zip") {
        add_zip(path, &mut tables)?;
        return tables.read();
    }
    if ending(path, "toml") {
        return from_toml_files(name, &[(base_name(path), read_text(path)?)]);
    }
    if !path.exists() {
        return Err(Error::input(format!("there is no inventory {name}")).hint("check the path"));
    }
    Err(Error::input(format!("{name} is not an inventory that can be read"))
        .hint("an inventory is a folder or .zip of an O*NET text release, a folder of .toml files, or a .toml file"))
}

fn add_zip(path: &Path, tables: &mut OnetTables) -> Result<()> {
    let broken = |error: &dyn std::fmt::Display| {
        Error::input(format!(
            "{}: not a zip archive that can be read: {error}",
            path.display()
        ))
    };
    let file = File::open(path)
        .map_err(|error| Error::io(format!("cannot read {}", path.display()), error))?;
    let mut archive = zip::ZipArchive::new(file).map_err(|error| broken(&error))?;
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
    Ok(())
}

/// Name and text of every TOML file of a folder.
pub(super) fn toml_texts(path: &Path) -> Result<Vec<(String, String)>> {
    folder(path)?
        .iter()
        .filter(|file| ending(file, "toml"))
        .map(|file| Ok((base_name(file), read_text(file)?)))
        .collect()
}

/// The files of a folder, by name.
fn folder(path: &Path) -> Result<Vec<PathBuf>> {
    let list = |error| Error::io(format!("cannot read the folder {}", path.display()), error);
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(list)? {
        let file = entry.map_err(list)?.path();
        if file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn ending(path: &Path, wanted: &str) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case(wanted))
}

fn base_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Writes a file whole or not at all: beside its place first, then moved there.
pub(super) fn write_whole(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>,
) -> Result<()> {
    let failed = |error| Error::io(format!("cannot write {}", path.display()), error);
    let partial = path.with_file_name(format!(".{}.partial", base_name(path)));
    let mut out = BufWriter::with_capacity(1 << 16, File::create(&partial).map_err(failed)?);
    fill(&mut out)?;
    out.flush().map_err(failed)?;
    fs::rename(&partial, path).map_err(failed)
}
