//! The folder of a run: made before the first call, filled at its end.

use super::files::write_whole;
use crate::error::{Error, Kind, Result};
use serde::Serialize;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

pub(super) const MANIFEST: &str = "manifest.json";

/// The folder of one run.
pub(super) struct RunFolder {
    path: PathBuf,
    id: String,
}

impl RunFolder {
    /// Makes the folder under `runs`, named by the time and the plan. Two runs of one second get different names.
    pub fn make(runs: &Path, fingerprint: &str) -> Result<Self> {
        fs::create_dir_all(runs).map_err(|error| unwritable(runs, error))?;
        let time = jiff::Timestamp::now()
            .strftime("%Y%m%dT%H%M%SZ")
            .to_string();
        for n in 1..1000 {
            let suffix = if n == 1 {
                String::new()
            } else {
                format!("-{n}")
            };
            let id = format!("{time}-{fingerprint}{suffix}");
            let path = runs.join(&id);
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path, id }),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(unwritable(&path, error)),
            }
        }
        Err(Error::new(
            Kind::Io,
            format!("{} holds too many runs of this second", runs.display()),
        ))
    }

    /// Takes the folder that the user names: a new one, an empty one, or that of an earlier run, whose ledger is kept.
    pub fn named(path: &Path) -> Result<Self> {
        fs::create_dir_all(path).map_err(|error| unwritable(path, error))?;
        let mut entries = fs::read_dir(path).map_err(|error| unwritable(path, error))?;
        if entries.next().is_some() && !path.join(MANIFEST).is_file() {
            return Err(Error::new(
                Kind::Usage,
                format!("{} is not empty and holds no run", path.display()),
            )
            .hint("name a new folder with --out"));
        }
        let id = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        let folder = Self {
            path: path.to_owned(),
            id: id.unwrap_or_else(|| "run".into()),
        };
        // Found out now, not after an hour of paid calls.
        write_whole(&folder.file(".writable"), |_| Ok(()))
            .map_err(|error| unwritable(path, error))?;
        let _ = fs::remove_file(folder.file(".writable"));
        Ok(folder)
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Opens the ledger for appending.
    pub fn ledger(&self) -> Result<File> {
        let path = self.file("ledger.jsonl");
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|error| unwritable(&path, error))
    }

    /// Writes a JSON file for people and programs.
    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<()> {
        write_whole(&self.file(name), |out| {
            use std::io::Write as _;
            serde_json::to_writer_pretty(&mut *out, value)
                .map_err(std::io::Error::from)
                .and_then(|()| out.write_all(b"\n"))
                .map_err(|error| Error::io(format!("cannot write {name}"), error))
        })
    }
}

fn unwritable(path: &Path, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::io(format!("cannot write to {}", path.display()), error)
        .hint("name a folder that can be written with --out; nothing has been asked yet")
}
