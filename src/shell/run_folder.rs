//! The folder of a run: made before the first call, filled at its end.

use super::files::{read_text, write_whole};
use crate::error::{Error, Kind, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

pub(super) const MANIFEST: &str = "manifest.json";
/// The prompt file that the run asked with, byte by byte.
pub(super) const PROMPT: &str = "prompt.md";
const LEDGER: &str = "ledger.jsonl";
/// The page of an audit, which is no file of the run itself.
pub(super) const PAGE: &str = "report.html";

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

    /// Takes the folder that the user names: a new one, an empty one, or that of an earlier run of the same plan, whose
    /// ledger is kept under another name, so that each manifest adds up with the ledger beside it.
    pub fn named(path: &Path, fingerprint: &str) -> Result<Self> {
        fs::create_dir_all(path).map_err(|error| unwritable(path, error))?;
        let mut entries = fs::read_dir(path).map_err(|error| unwritable(path, error))?;
        // What begins with a dot is a leftover of ours from a run that was killed, or not meant to be seen.
        let seen = |entry: fs::DirEntry| !entry.file_name().as_encoded_bytes().starts_with(b".");
        if entries.any(|entry| entry.is_ok_and(seen))
            && plan_of(path).as_deref() != Some(fingerprint)
        {
            let message = format!(
                "{} is not empty and holds no run of this plan",
                path.display()
            );
            return Err(Error::new(Kind::Usage, message).hint("name a new folder with --out"));
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
        folder.keep_earlier_ledger()?;
        // It shows the ratings that are to be replaced; `audit` writes it anew.
        let _ = fs::remove_file(folder.file(PAGE));
        Ok(folder)
    }

    fn keep_earlier_ledger(&self) -> Result<()> {
        let ledger = self.file(LEDGER);
        let free = (1..)
            .map(|n| self.file(&format!("ledger-{n}.jsonl")))
            .find(|name| !name.exists());
        match free {
            Some(name) if ledger.exists() => {
                fs::rename(&ledger, name).map_err(|error| unwritable(&ledger, error))
            }
            _ => Ok(()),
        }
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

    /// Makes the ledger. Its name in the folder is on disk when this returns.
    pub fn ledger(&self) -> Result<File> {
        let path = self.file(LEDGER);
        let failed = |error| unwritable(&path, error);
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(failed)?;
        File::open(&self.path)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
        Ok(file)
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

/// The ledgers of a run's folder, the earliest first.
pub(super) fn ledgers(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error| Error::io(format!("cannot read {}", folder.display()), error);
    let mut numbered = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        let order = match name {
            Some(LEDGER) => Some(u64::MAX),
            // `ledger-3.jsonl`: kept aside by a later run into the same folder.
            other => other
                .and_then(|name| name.strip_prefix("ledger-")?.strip_suffix(".jsonl"))
                .and_then(|number| number.parse().ok()),
        };
        numbered.extend(order.map(|order| (order, path)));
    }
    numbered.sort();
    Ok(numbered.into_iter().map(|(_, path)| path).collect())
}

/// What the manifest of a run says that proposed tasks and rated none.
pub(super) const DRAFT: &str = "draft";

/// What the manifest of a round says that adjudicated contested tasks of a run.
pub(super) const ADJUDICATION: &str = "adjudication";
/// What the manifest of a round says that had a model write the rationales of a run.
pub(super) const SUMMARY: &str = "summary";

/// Finds a run that rated, by its folder or by its id below `runs/`, and reads its manifest.
pub(super) fn find_run(project: &Path, name: &str) -> Result<(PathBuf, Value)> {
    let (folder, manifest) = find_any_run(project, name)?;
    match manifest["kind"].as_str() {
        None => Ok((folder, manifest)),
        Some(kind) => Err(no_ratings(name, kind, &manifest)),
    }
}

/// What a folder in `runs/` is that holds no ratings.
fn no_ratings(name: &str, kind: &str, manifest: &Value) -> Error {
    let of = manifest["of"].as_str().unwrap_or("another run");
    match kind {
        DRAFT => Error::input(format!(
            "run '{name}' is a draft: it proposed tasks and rated none"
        ))
        .hint("its tasks are in its inventory.toml; `taskrater runs` names the rubric of each run"),
        ADJUDICATION => Error::input(format!(
            "run '{name}' is an adjudication of run {of}: it judged contested tasks alone"
        ))
        .hint(format!("name the run itself: {of}")),
        SUMMARY => Error::input(format!(
            "run '{name}' is a summary of run {of}: it wrote rationales and rated none"
        ))
        .hint(format!("name the run itself: {of}")),
        other => Error::input(format!(
            "run '{name}' is of a kind that this version does not know: {other}"
        ))
        .hint("`taskrater runs` lists the runs with their kinds"),
    }
}

/// The same, whatever the run asked.
pub(super) fn find_any_run(project: &Path, name: &str) -> Result<(PathBuf, Value)> {
    let named = PathBuf::from(name);
    let folder = match named.join(MANIFEST).is_file() {
        true => named,
        false => project.join("runs").join(name),
    };
    let path = folder.join(MANIFEST);
    if !path.is_file() {
        return Err(Error::input(format!("there is no run '{name}'"))
            .hint("name its folder, or its id below runs/: `taskrater runs` lists them"));
    }
    let manifest = serde_json::from_str(&read_text(&path)?).map_err(|error| {
        Error::input(format!("{} is not a manifest", path.display())).because(error)
    })?;
    Ok((folder, manifest))
}

/// The manifest in a folder, where there is one that can be read.
pub(super) fn manifest_in<T: DeserializeOwned>(folder: &Path) -> Option<T> {
    let manifest = fs::read(folder.join(MANIFEST)).ok()?;
    serde_json::from_slice(&manifest).ok()
}

/// The plan of the run that a folder holds.
fn plan_of(path: &Path) -> Option<String> {
    let manifest: Value = manifest_in(path)?;
    manifest.get("plan")?.as_str().map(str::to_owned)
}

/// Whether a run was told not to write to the cache: its replies would stand where others are.
pub(super) fn wrote_no_cache(manifest: &Value) -> bool {
    let is = |argument: &Value| argument == "--no-cache" || argument == "--cache-read-only";
    let command = manifest["command"].as_array();
    command.is_some_and(|command| command.iter().any(is))
}

/// The folders of a project's runs, the newest first: their names begin with their time. None where there is no such
/// folder yet.
pub(super) fn runs_in(runs: &Path) -> Result<Vec<PathBuf>> {
    if !runs.is_dir() {
        return Ok(Vec::new());
    }
    let failed = |error| Error::io(format!("cannot read {}", runs.display()), error);
    let mut folders = Vec::new();
    for entry in fs::read_dir(runs).map_err(failed)? {
        folders.push(entry.map_err(failed)?.path());
    }
    folders.retain(|path| path.is_dir());
    folders.sort_unstable_by(|a, b| b.cmp(a));
    Ok(folders)
}

fn unwritable(path: &Path, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::io(format!("cannot write to {}", path.display()), error)
        .hint("name a folder that can be written with --out; nothing has been asked yet")
}
