//! How many replies have been written and how many there are, in a file beside the store: a store that knows of fewer
//! has lost some.
//!
//! sled reads its log up to the first damaged place and takes the rest for never written. Without this count a cache
//! that lost a thousand replies would look like one that never had them, and all would be paid for again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// While a process runs, the file follows in steps of this size: a kill leaves a count that is too low by less, which
/// hides no large loss and never makes one up.
const STEP: u64 = 500;

/// The file and the counts it holds.
pub(super) struct Written {
    path: PathBuf,
    noted: AtomicU64,
    live: AtomicU64,
}

impl Written {
    /// The counts that earlier processes left; 0 where there are none. Where only the first stands, so many entries there
    /// may have been.
    pub fn of(folder: &Path) -> Self {
        let path = folder.join("written");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let mut counts = text.split_whitespace().map(|count| count.parse().ok());
        let noted = counts.next().flatten().unwrap_or(0);
        let live = counts.next().flatten().unwrap_or(noted);
        Self {
            path,
            noted: AtomicU64::new(noted),
            live: AtomicU64::new(live),
        }
    }

    /// How many have ever been written, as the file has it.
    pub fn noted(&self) -> u64 {
        self.noted.load(Ordering::Relaxed)
    }

    /// How many entries there are, as the file has it.
    pub fn live(&self) -> u64 {
        self.live.load(Ordering::Relaxed)
    }

    /// Notes larger counts, now and then.
    pub fn follow(&self, count: u64, live: u64) {
        if count >= self.noted() + STEP {
            self.note(count, live);
        }
    }

    /// Notes the counts at once, unless fewer were written than the file has. A file that cannot be written means no warning later; it is no reason to fail now.
    pub fn note(&self, count: u64, live: u64) {
        if count < self.noted() || (count == self.noted() && live == self.live()) {
            return;
        }
        let partial = self.path.with_extension("partial");
        let done = fs::write(&partial, format!("{count} {live}\n"))
            .and_then(|()| fs::rename(&partial, &self.path));
        if done.is_ok() {
            self.noted.store(count, Ordering::Relaxed);
            self.live.store(live, Ordering::Relaxed);
        }
    }
}
