//! The reply cache: what hosted raters answered, by what they were asked.
//!
//! Only replies that ended rated or refused are kept. Entries lie in the order of their tasks, so that a run that reads them
//! in the order of its plan reads the disk in order too, and all that is known of one task stands together. A second
//! tree leads from a key to the task it was asked for: the same question under another task id is still a hit.

mod envelope;
mod lock;
mod miss;
mod place;
mod store;
mod written;

pub(super) use envelope::{Sealed, checksum_of, seal};
pub(super) use miss::{Difference, Misses, Reason, nearest, why_missing};
pub(super) use place::Place;

use crate::error::{Error, Kind, Result};
use crate::rater::{Nanodollars, Usage};
use crate::rating::{Outcome, Repair};
use crate::wire::{Key, RequestRecord};
use serde::{Deserialize, Serialize};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Store;
use written::Written;

/// A reply as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Rated or refused.
    pub outcome: Outcome,
    /// Whether it took a re-ask or a resend to get it.
    pub repair: Option<Repair>,
    /// HTTP status and body as they came.
    pub status: u16,
    pub body: String,
    /// Tokens and cost of the calls that led here, earlier replies of the history included; unknown is `None`.
    pub usage: Option<Usage>,
    pub cost: Option<Nanodollars>,
    /// When it came (RFC 3339).
    pub time: String,
    pub rater: String,
    pub occupation_id: String,
    pub task_id: String,
    /// What was asked.
    pub request: RequestRecord,
    /// Replies before this one that could not be used: status and body.
    #[serde(default)]
    pub history: Vec<(u16, String)>,
}

/// What is found under a key.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Found {
    /// A whole entry.
    Whole(Box<Entry>),
    /// Bytes that are not what was written: as good as nothing.
    Damaged,
    /// Nothing.
    Nothing,
}

/// A whole entry with its key and place, as lists of entries give it.
pub(crate) struct Kept {
    pub key: Key,
    pub entry: Entry,
}

/// Replies that were there and are no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct Lost {
    /// How many have ever been written.
    pub written: u64,
    /// How many of these writes the store knows of.
    pub known: u64,
}

impl Lost {
    /// The error of it.
    pub fn error(self, folder: &Path) -> Error {
        let Self { written, known } = self;
        let message = format!(
            "the reply cache {} has lost replies: {written} were written to it, and it knows of {known}",
            folder.display()
        );
        Error::new(Kind::Io, message).hint(
            "`taskrater cache rebuild` brings back what the ledgers in runs/ hold, without a call; with --accept-loss it takes the \
             rest as lost",
        )
    }
}

/// An open cache; this process holds its lock.
#[derive(Clone)]
pub(crate) struct Cache(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    store: Store,
    written: Written,
    lost: Option<Lost>,
    /// Whether a part of the store could not be read.
    damage: AtomicBool,
}

impl Cache {
    /// Opens or makes the cache in a folder. `say` is told of what had to be mended.
    pub fn open(folder: &Path, say: &dyn Fn(String)) -> Result<Self> {
        let cache = Self::of(folder, Store::open(folder, say)?);
        cache.0.store.take_over(say)?;
        Ok(cache)
    }

    /// Opens a cache for a look of a moment: nobody is told who holds it, and what the first version of this program left
    /// stays as it is.
    pub fn open_to_look(folder: &Path, say: &dyn Fn(String)) -> Result<Self> {
        Ok(Self::of(folder, Store::open_unnoted(folder, say)?))
    }

    fn of(folder: &Path, store: Store) -> Self {
        let written = Written::of(folder);
        let (noted, known) = (written.noted(), store.written());
        let lost = (known < noted).then_some(Lost {
            written: noted,
            known,
        });
        store.set_loss_open(lost.is_some());
        Self(Arc::new(Inner {
            folder: folder.to_owned(),
            store,
            written,
            lost,
            damage: AtomicBool::new(false),
        }))
    }

    /// Opens or makes the cache. A store that cannot be opened or read through is put aside, and what can be read of it
    /// goes into a fresh one; the number says how many entries that were.
    pub fn open_or_rescue(folder: &Path, say: &dyn Fn(String)) -> Result<(Self, Option<u64>)> {
        let fresh = folder.join("rescued");
        let _ = std::fs::remove_dir_all(&fresh);
        let mut count = 0;
        match Self::open(folder, say) {
            Ok(cache) => {
                if cache.0.store.is_readable() {
                    return Ok((cache, None));
                }
                count = cache.0.rescue(&fresh, say)?;
            }
            Err(error) if !store::is_damage(&error) => return Err(error),
            Err(_) => {}
        }
        store::put_aside(folder, &fresh, say)?;
        Ok((Self::open(folder, say)?, Some(count)))
    }

    /// Whether a folder holds a cache.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(store::NAME).is_dir()
    }

    /// The folder it lies in.
    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    /// Replies that the store held once and does not know any more: its file was damaged, or exchanged for an older one.
    pub fn lost(&self) -> Option<Lost> {
        self.0.lost
    }

    /// How many entries of a store that lost some are not there again.
    pub fn missing(&self) -> u64 {
        let Inner { store, written, .. } = &*self.0;
        let missing = written.live().saturating_sub(store.live());
        self.0.lost.map_or(0, |_| missing)
    }

    /// Says that so many entries came from elsewhere while a loss was open: they stand for none of what was lost.
    pub fn came_from_elsewhere(&self, count: u64) {
        let written = &self.0.written;
        if self.0.lost.is_some() {
            written.note(written.noted(), written.live() + count);
        }
    }

    /// Takes the loss as known: what could be had again is in the store.
    pub fn accept_loss(&self) -> Result<()> {
        let store = &self.0.store;
        if let Some(lost) = self.0.lost {
            store.set_written(lost.written.max(store.written()))?;
            store.set_loss_open(false);
            self.0.note();
        }
        Ok(())
    }

    /// What is there under this key; the task is where it is looked for first.
    pub fn get(&self, key: &Key, occupation_id: &str, task_id: &str) -> Result<Found> {
        match self.look(key, &Place::new(occupation_id, task_id, key)) {
            Err(error) if self.is_damage(&error) => Ok(Found::Damaged),
            looked => looked,
        }
    }

    fn look(&self, key: &Key, at: &Place) -> Result<Found> {
        let store = &self.0.store;
        let bytes = match store.read(at)? {
            None => match store.place_of(key)? {
                Some(elsewhere) if elsewhere != *at => store.read(&elsewhere)?,
                _ => None,
            },
            found => found,
        };
        Ok(match bytes {
            // What the first version wrote is taken over when the store is opened, unless it is damaged.
            None if store.is_leftover(key)? => Found::Damaged,
            None => Found::Nothing,
            Some(bytes) => match envelope::open(&bytes) {
                // The place carries half of the key: the whole of it decides.
                Some(kept) if kept.key == *key => Found::Whole(Box::new(kept.entry)),
                Some(_) => Found::Nothing,
                None => Found::Damaged,
            },
        })
    }

    /// Reads what writing this entry will read: damage on the way is met, and mended, before the reply is paid for.
    pub fn touch(&self, key: &Key, occupation_id: &str, task_id: &str) {
        let store = &self.0.store;
        let read = store.read(&Place::new(occupation_id, task_id, key)).err();
        let way = store.place_of(key).err();
        for error in read.into_iter().chain(way) {
            self.is_damage(&error);
        }
    }

    /// Whether an error means that a part of the store cannot be read any more; it is remembered.
    fn is_damage(&self, error: &Error) -> bool {
        let damage = store::is_damage(error);
        self.0.damage.fetch_or(damage, Ordering::Relaxed);
        damage
    }

    /// Before anything is written to a store of which a part could not be read: what can be read goes into a fresh one.
    /// The caller holds the only handle.
    pub fn mended(self, say: &dyn Fn(String)) -> Result<Self> {
        if !self.0.damage.load(Ordering::Relaxed) {
            return Ok(self);
        }
        let folder = self.0.folder.clone();
        drop(self);
        let (cache, rescued) = Self::open_or_rescue(&folder, say)?;
        if let Some(rescued) = rescued {
            say(format!(
                "the reply cache was damaged: {rescued} replies were rescued, {} are missing (`taskrater cache rebuild` \
                 brings back what ledgers hold)",
                cache.missing()
            ));
        }
        Ok(cache)
    }

    /// Stores replies and waits until they are on disk. A reply under the same key is replaced.
    pub fn put(&self, entries: &[Sealed]) -> Result<()> {
        self.0.store.write(entries)?;
        let Inner { store, written, .. } = &*self.0;
        written.follow(store.written(), store.live());
        Ok(())
    }

    /// Takes entries out and waits until that is on disk.
    pub fn remove(&self, places: &[Place]) -> Result<()> {
        self.0.store.remove(places)?;
        self.0.note();
        Ok(())
    }

    /// Whole entries of one task, of all raters; `None` where a part of them cannot be read.
    pub fn of_task(&self, occupation_id: &str, task_id: &str) -> Result<Option<Vec<Kept>>> {
        match self.walk_task(&Place::before_task(occupation_id, task_id)) {
            Err(error) if self.is_damage(&error) => Ok(None),
            found => found.map(Some),
        }
    }

    fn walk_task(&self, start: &Place) -> Result<Vec<Kept>> {
        let mut found = Vec::new();
        self.walk(start, |_, kept| {
            found.extend(kept);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    /// Walks over the entries of an occupation or a task, or all of them, in the order of their tasks, until there are
    /// enough; `None` stands for a damaged one. One entry at a time is in memory.
    pub fn walk(
        &self,
        start: &Place,
        mut with: impl FnMut(&Place, Option<Kept>) -> Result<ControlFlow<()>>,
    ) -> Result<()> {
        let mut at = start.clone();
        while let Some((place, bytes)) = self.0.store.after(&at)? {
            if !place.is_below(start) || with(&place, envelope::open(&bytes))?.is_break() {
                break;
            }
            at = place;
        }
        Ok(())
    }

    /// Mends what leads from keys to entries; returns how many ways were missing or led nowhere.
    pub fn mend_index(&self) -> Result<u64> {
        self.0.store.mend_index()
    }

    /// How many damaged entries the first version of this program left, which cannot be taken over.
    pub fn leftovers(&self) -> Result<usize> {
        self.0.store.leftovers()
    }

    /// Takes them out.
    pub fn remove_leftovers(&self) -> Result<()> {
        self.0.store.remove_leftovers()
    }

    /// Bytes on disk.
    pub fn size_on_disk(&self) -> Result<u64> {
        self.0.store.size_on_disk()
    }

    /// Ends the work with it: where it was the `last` of this process it is left, else closed, so that it can be opened again.
    pub fn end(self, last: bool) {
        match last {
            true => self.leave(),
            false => drop(self),
        }
    }

    /// Leaves an open store to the end of the process: every entry is on disk, and taking sled's tables apart would
    /// cost a short run a fifth of its time.
    fn leave(self) {
        self.0.note();
        std::mem::forget(self);
    }
}

impl Inner {
    /// A store that lost replies knows of fewer writes than the file: then the file stays as it is.
    fn note(&self) {
        self.written.note(self.store.written(), self.store.live());
    }

    /// Copies what can be read into a fresh store; returns how many entries that were.
    fn rescue(&self, fresh: &Path, say: &dyn Fn(String)) -> Result<u64> {
        let rescued = Store::open(fresh, say)?;
        let mut waiting = Vec::new();
        let mut keys = std::collections::HashSet::new();
        self.store.salvage(&mut |bytes| {
            let Some(kept) = envelope::open(&bytes) else {
                return Ok(());
            };
            if keys.insert(kept.key) {
                waiting.push(seal(&kept.key, &kept.entry)?);
            }
            if waiting.len() >= store::AT_A_TIME {
                rescued.write(&std::mem::take(&mut waiting))?;
            }
            Ok(())
        })?;
        rescued.write(&waiting)?;
        let count = keys.len() as u64;
        // What could not be salvaged is lost, and stays so until somebody takes it as lost.
        let written = self.store.written().max(self.written.noted()).max(count);
        let expected = match self.lost {
            Some(_) => self.store.live().max(self.written.live()),
            None => self.store.live(),
        };
        self.written.note(written, expected);
        rescued.set_written(written.saturating_sub(expected.saturating_sub(count)))?;
        Ok(count)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.note();
    }
}

#[cfg(test)]
mod tests;
