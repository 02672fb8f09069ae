//! Reading what the user names, writing what a run leaves: whole files or none.

use crate::error::{Error, Result};
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

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

/// Reads a file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| Error::io(format!("cannot read {}", path.display()), error))
}

/// The BLAKE3 hash of a file's bytes (hex).
pub(super) fn digest(path: &Path) -> Result<String> {
    let failed = |error| Error::io(format!("cannot read {}", path.display()), error);
    let mut hasher = blake3::Hasher::new();
    let file = File::open(path).map_err(failed)?;
    hasher.update_reader(file).map_err(failed)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// The files of a folder, by name.
pub(super) fn folder(path: &Path) -> Result<Vec<PathBuf>> {
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

/// Whether the name of a file ends in this, in capitals or not.
pub(super) fn ending(path: &Path, wanted: &str) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case(wanted))
}

/// The name of a file without its folders.
pub(super) fn base_name(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Symlinks that are followed: more are a circle.
const LINKS: usize = 40;

/// Where a name leads: the end of its symlinks, which need not be there yet.
pub(super) fn target(path: &Path) -> PathBuf {
    let mut at = path.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&at) {
            Ok(next) => at = at.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => break,
        }
    }
    at
}

/// Whether something is there that is no file and no folder, such as a pipe or a device: it is written into, never replaced.
pub(super) fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The folder that a file is written into, its symlinks followed.
fn folder_of(path: &Path) -> PathBuf {
    let path = target(path);
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    folder.unwrap_or(Path::new(".")).to_owned()
}

/// The same as [`check_writable`], once the folders above it are made.
pub(super) fn make_writable(path: &Path) -> std::io::Result<()> {
    if !is_special(path) {
        fs::create_dir_all(folder_of(path))?;
    }
    check_writable(path)
}

/// That [`write_whole`] can write there; nothing that is there is touched.
pub(super) fn check_writable(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        return Err(std::io::ErrorKind::IsADirectory.into());
    }
    if is_special(path) {
        return Ok(());
    }
    let folder = folder_of(path);
    // It is written beside its place first. Another process may be at it, so its own name is not tried.
    tempfile::NamedTempFile::new_in(folder).map(|_| ())
}

/// Writes a file whole or not at all: beside its place first, then moved there. A symlink stays, and what it leads to is replaced; a
/// pipe or a device is written into.
pub(super) fn write_whole(
    path: &Path,
    fill: impl FnOnce(&mut BufWriter<File>) -> Result<()>,
) -> Result<()> {
    let failed = |error| Error::io(format!("cannot write {}", path.display()), error);
    if is_special(path) {
        let file = fs::OpenOptions::new().write(true).open(path);
        let mut out = BufWriter::with_capacity(1 << 16, file.map_err(failed)?);
        fill(&mut out)?;
        return out.flush().map_err(failed);
    }
    let path = &target(path);
    // Another process may write the same file: each has a place of its own, and the last one stays.
    let (name, process) = (base_name(path), std::process::id());
    let partial = path.with_file_name(format!(".{name}.{process}.partial"));
    let mut out = BufWriter::with_capacity(1 << 16, File::create(&partial).map_err(failed)?);
    fill(&mut out)?;
    out.flush().map_err(failed)?;
    fs::rename(&partial, path).map_err(failed)
}
