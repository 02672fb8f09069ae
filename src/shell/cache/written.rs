//! How many replies have been written, in a file beside the store: a store that knows of fewer has lost some.
//!
//! sled reads its log up to the first damaged place and takes the rest for never written. Without this count a cache
//! that lost a thousand replies would look like one that never had them, and all would be paid for again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// While a process runs, the file follows in steps of this size: a kill leaves a count that is too low by less, which
/// hides no large loss and never makes one up.
const STEP: u64 = 500;

/// The file and the count it holds.
pub(super) struct Written {
    path: PathBuf,
    noted: AtomicU64,
}

impl Written {
    /// The count that earlier processes left; 0 where there is none.
    pub fn of(folder: &Path) -> Self {
        let path = folder.join("written");
        let text = fs::read_to_string(&path).unwrap_or_default();
        Self {
            path,
            noted: AtomicU64::new(text.trim().parse().unwrap_or(0)),
        }
    }

    /// The count in the file.
    pub fn noted(&self) -> u64 {
        self.noted.load(Ordering::Relaxed)
    }

    /// Notes a larger count, now and then.
    pub fn follow(&self, count: u64) {
        if count >= self.noted() + STEP {
            self.note(count);
        }
    }

    /// Notes a larger count at once. A file that cannot be written means no warning later; it is no reason to fail now.
    pub fn note(&self, count: u64) {
        if count <= self.noted() {
            return;
        }
        let partial = self.path.with_extension("partial");
        let done = fs::write(&partial, format!("{count}\n"))
            .and_then(|()| fs::rename(&partial, &self.path));
        if done.is_ok() {
            self.noted.store(count, Ordering::Relaxed);
        }
    }
}
