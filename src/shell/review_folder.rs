//! The folder of a review: what was drawn, and every label that people gave. One process writes it at a time.

use super::files::{read_text, write_whole};
use crate::error::{Error, Kind, Result};
use crate::review::{Desk, Draw, Entry};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What was drawn; written once.
pub(super) const DRAW: &str = "draw.json";
/// What people said, a line each; only ever added to.
pub(super) const LABELS: &str = "labels.jsonl";

/// An open review: nobody else writes it until this is dropped.
pub(super) struct ReviewFolder {
    path: PathBuf,
    labels: File,
    length: u64,
    desk: Desk,
}

impl ReviewFolder {
    /// Whether a folder holds a review.
    pub fn is_in(path: &Path) -> bool {
        path.join(DRAW).is_file()
    }

    /// Makes the folder of a new draw.
    ///
    /// # Errors
    /// It holds something already, or cannot be written.
    pub fn make(path: &Path, draw: &Draw) -> Result<Self> {
        fs::create_dir_all(path).map_err(|error| unwritable(path, error))?;
        if Self::is_in(path) {
            let message = format!("{} holds a review already", path.display());
            return Err(Error::new(Kind::Usage, message).hint("name another folder with --out"));
        }
        write_whole(&path.join(DRAW), |out| {
            let written =
                serde_json::to_writer_pretty(&mut *out, draw).map_err(std::io::Error::from);
            written
                .and_then(|()| out.write_all(b"\n"))
                .and_then(|()| out.flush())
                .and_then(|()| out.get_ref().sync_all())
                .map_err(|error| unwritable(path, error))
        })?;
        Self::open(path)
    }

    /// Opens a review to go on with it.
    ///
    /// # Errors
    /// Another process has it open; a file is not as it was written, with the line.
    pub fn open(path: &Path) -> Result<Self> {
        let desk = Desk::new(Self::draw(path)?);
        let file = path.join(LABELS);
        let failed = |error| unwritable(path, error);
        let labels = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&file)
            .map_err(failed)?;
        match labels.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(locked(path)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        // The name of the file is on disk, too, before anything in it counts.
        File::open(path)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
        let mut open = Self {
            path: path.to_owned(),
            labels,
            length: 0,
            desk,
        };
        open.length = read(&mut open.desk, &file)?;
        open.labels.set_len(open.length).map_err(failed)?;
        Ok(open)
    }

    /// What was drawn.
    pub fn draw(path: &Path) -> Result<Draw> {
        let file = path.join(DRAW);
        serde_json::from_str(&read_text(&file)?).map_err(|error| {
            Error::input(format!(
                "{} is not a draw as it was written",
                file.display()
            ))
            .because(error)
        })
    }

    /// Who said what, for a look without holding the folder: a page may be open on it.
    pub fn look(path: &Path) -> Result<Desk> {
        let mut desk = Desk::new(Self::draw(path)?);
        let file = path.join(LABELS);
        if file.is_file() {
            read(&mut desk, &file)?;
        }
        Ok(desk)
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Who said what.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Keeps an entry: it is on disk when this returns.
    ///
    /// # Errors
    /// It does not fit the draw ([`Desk::check`]), or the disk does not take it: then it does not count.
    pub fn put(&mut self, entry: Entry) -> Result<()> {
        self.desk.check(&entry)?;
        let mut line = serde_json::to_vec(&entry).map_err(|error| unwritable(&self.path, error))?;
        line.push(b'\n');
        let written = self
            .labels
            .write_all(&line)
            .and_then(|()| self.labels.sync_data());
        if let Err(error) = written {
            // What stands there of a line that did not fit would spoil the next one.
            let _ = self.labels.set_len(self.length);
            return Err(unwritable(&self.path, error));
        }
        self.length += line.len() as u64;
        self.desk.put(entry)
    }
}

/// Takes in the lines of a file; the number of bytes of its whole lines. A last line without its end is of a process that
/// was killed while it wrote: nobody was told that it counts.
fn read(desk: &mut Desk, path: &Path) -> Result<u64> {
    let failed = |error| Error::io(format!("cannot read {}", path.display()), error);
    let text = fs::read(path).map_err(failed)?;
    let whole = text
        .iter()
        .rposition(|&byte| byte == b'\n')
        .map_or(0, |last| last + 1);
    for (number, line) in text[..whole]
        .split_inclusive(|&byte| byte == b'\n')
        .enumerate()
    {
        let bad = |error: Error| {
            let message = format!(
                "{}:{}: not a label as it was written",
                path.display(),
                number + 1
            );
            Error::input(message).because(error)
        };
        let entry =
            serde_json::from_slice(line).map_err(|error| bad(Error::input(error.to_string())))?;
        desk.put(entry).map_err(bad)?;
    }
    Ok(whole as u64)
}

fn locked(path: &Path) -> Error {
    let message = format!("the review {} is open in another process", path.display());
    Error::new(Kind::Locked, message)
        .hint("several people can use the page that is open; close it to go on here")
}

fn unwritable(path: &Path, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::io(format!("cannot write to {}", path.display()), error)
}
