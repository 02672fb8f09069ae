//! The folder of a review: what was drawn, and every label that people gave. One process writes it at a time.

use super::files::{read_text, write_whole};
use super::terminal::{clean, say};
use crate::error::{Error, Kind, Result};
use crate::review::{Desk, Draw, Entry};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// What was drawn; written once.
pub(super) const DRAW: &str = "draw.json";
/// What people said, a line each; only ever added to.
pub(super) const LABELS: &str = "labels.jsonl";
/// Bytes of a last line that is no label: set aside, in case somebody knows what they were.
const TORN: &str = "labels.jsonl.torn";
/// Whoever writes the review holds a lock on this file: one of its own, because version control replaces the others.
const LOCK: &str = ".lock";

/// An open review: nobody else writes it until this is dropped.
pub(super) struct ReviewFolder {
    path: PathBuf,
    lock: File,
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
        is_free(path)?;
        fs::create_dir_all(path).map_err(|error| unwritable(path, error))?;
        let lock = locked(path)?;
        // Another process may have drawn meanwhile.
        is_free(path)?;
        write_whole(&path.join(DRAW), |out| {
            let written =
                serde_json::to_writer_pretty(&mut *out, draw).map_err(std::io::Error::from);
            written
                .and_then(|()| out.write_all(b"\n"))
                .and_then(|()| out.flush())
                .and_then(|()| out.get_ref().sync_all())
                .map_err(|error| unwritable(path, error))
        })?;
        Self::open_with(path, lock)
    }

    /// Opens a review to go on with it. A last line without its end is kept where it is a label, else set aside.
    ///
    /// # Errors
    /// Another process has it open; a file is not as it was written, with the line.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_with(path, locked(path)?)
    }

    fn open_with(path: &Path, lock: File) -> Result<Self> {
        let failed = |error| unwritable(path, error);
        let labels = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path.join(LABELS))
            .map_err(failed)?;
        // The name of the file is on disk, too, before anything in it counts.
        File::open(path)
            .and_then(|folder| folder.sync_all())
            .map_err(failed)?;
        let mut open = Self {
            path: path.to_owned(),
            lock,
            labels,
            length: 0,
            desk: Desk::new(Self::draw(path)?),
        };
        let found = read(&mut open.desk, &path.join(LABELS))?;
        open.length = found.whole;
        open.mend(&found.tail).map_err(failed)?;
        open.is_in_place()?;
        Ok(open)
    }

    /// Ends a last line that is a label; sets aside one that is none.
    fn mend(&mut self, tail: &Tail) -> std::io::Result<()> {
        match tail {
            Tail::None => Ok(()),
            Tail::Label(bytes) => {
                self.labels.write_all(b"\n")?;
                self.labels.sync_data()?;
                self.length += *bytes as u64 + 1;
                Ok(())
            }
            Tail::Torn(bytes) => {
                let torn = self.path.join(TORN);
                let mut aside = OpenOptions::new().create(true).append(true).open(&torn)?;
                aside.write_all(bytes)?;
                aside.write_all(b"\n")?;
                aside.sync_all()?;
                let (labels, torn) = (self.path.join(LABELS), torn.display().to_string());
                let line = format!(
                    "{}: its last line has no end and is no label: set aside in {torn}",
                    labels.display()
                );
                say!("{}", clean(&line));
                self.labels.set_len(self.length)
            }
        }
    }

    /// What was drawn.
    ///
    /// # Errors
    /// The file is not as it was written: its id is a hash of the rest.
    pub fn draw(path: &Path) -> Result<Draw> {
        let file = path.join(DRAW);
        let wrong = || {
            let message = format!("{} is not a draw as it was written", file.display());
            Error::input(message).hint("bring it back as it was: labels of a draw that was changed stand for nothing that is known")
        };
        let draw: Draw =
            serde_json::from_str(&read_text(&file)?).map_err(|error| wrong().because(error))?;
        match draw.is_as_drawn() {
            true => Ok(draw),
            false => Err(wrong()),
        }
    }

    /// Who said what, for a look without holding the folder: a page may be open on it. Nothing is changed.
    pub fn look(path: &Path) -> Result<Desk> {
        let mut desk = Desk::new(Self::draw(path)?);
        let file = path.join(LABELS);
        if file.is_file() && matches!(read(&mut desk, &file)?.tail, Tail::Torn(_)) {
            let line = format!(
                "{}: its last line has no end and is no label: it does not count",
                file.display()
            );
            say!("{}", clean(&line));
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

    /// Keeps an entry: it is on disk when this returns, in the file that stands in the folder.
    ///
    /// # Errors
    /// It does not fit the draw ([`Desk::check`]), or the disk does not take it, or the folder's files were replaced: then it
    /// does not count.
    pub fn put(&mut self, entry: Entry) -> Result<()> {
        self.desk.check(&entry)?;
        self.desk.check_known(&entry.reviewer)?;
        self.is_in_place()?;
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
        self.is_in_place()?;
        self.desk.put(entry)
    }

    /// That what is open here is what stands in the folder, and nobody else wrote it: version control and file managers
    /// replace files, and a label in a file without a name is lost.
    fn is_in_place(&self) -> Result<()> {
        let labels = self.path.join(LABELS);
        let length = fs::metadata(&labels).map(|file| file.len()).ok();
        let same = is_at(&self.labels, &labels) && is_at(&self.lock, &self.path.join(LOCK));
        if same && length == Some(self.length) {
            return Ok(());
        }
        let message = format!(
            "not kept: {} was changed, replaced or removed by another program while it was open here; bring the folder back as it \
             was if something is missing there, end this process and run the same command again",
            labels.display()
        );
        let error = std::io::Error::other("the file is another one than was opened");
        Err(Error::io(message, error))
    }
}

/// Whether an open file is the one at a path.
fn is_at(file: &File, path: &Path) -> bool {
    let one = file.metadata().map(|file| (file.dev(), file.ino()));
    let other = fs::metadata(path).map(|file| (file.dev(), file.ino()));
    matches!((one, other), (Ok(one), Ok(other)) if one == other)
}

/// That a folder holds nothing of a review.
fn is_free(path: &Path) -> Result<()> {
    let named = |message: String| {
        Err(Error::new(Kind::Usage, message).hint("name another folder with --out"))
    };
    if ReviewFolder::is_in(path) {
        return named(format!("{} holds a review already", path.display()));
    }
    match fs::metadata(path.join(LABELS)) {
        Ok(labels) if labels.len() > 0 => named(format!(
            "{} holds {LABELS} without the {DRAW} that its labels answer: bring that back",
            path.display()
        )),
        _ => Ok(()),
    }
}

/// The lock of a folder, held until it is dropped.
fn locked(path: &Path) -> Result<File> {
    let file = path.join(LOCK);
    let failed = |error| unwritable(path, error);
    let mut options = OpenOptions::new();
    let lock = options.create(true).append(true).open(&file);
    let lock = lock.map_err(failed)?;
    match lock.try_lock() {
        Ok(()) if is_at(&lock, &file) => Ok(lock),
        Ok(()) | Err(TryLockError::WouldBlock) => Err(in_use(path)),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

/// What a file of labels holds.
struct Found {
    /// Bytes of its whole lines.
    whole: u64,
    tail: Tail,
}

/// What stands behind the last whole line.
enum Tail {
    None,
    /// A label of so many bytes that lacks the end of its line alone, as an editor may leave it. It counts.
    Label(usize),
    /// The beginning of a line, of a process that was killed while it wrote, or something else: nobody was told that it counts.
    Torn(Vec<u8>),
}

/// Takes in the lines of a file.
fn read(desk: &mut Desk, path: &Path) -> Result<Found> {
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
    let rest = &text[whole..];
    let entry = serde_json::from_slice(rest).ok();
    let tail = match entry.map(|entry| desk.put(entry)) {
        _ if rest.is_empty() => Tail::None,
        Some(Ok(())) => Tail::Label(rest.len()),
        Some(Err(_)) | None => Tail::Torn(rest.to_vec()),
    };
    Ok(Found {
        whole: whole as u64,
        tail,
    })
}

fn in_use(path: &Path) -> Error {
    let message = format!("the review {} is open in another process", path.display());
    Error::new(Kind::Locked, message)
        .hint("several people can use the page that is open; close it to go on here")
}

fn unwritable(path: &Path, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::io(format!("cannot write to {}", path.display()), error)
}
