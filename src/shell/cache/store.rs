//! The one file that names sled.
//!
//! Four trees: `replies` holds the entries, each at its [`Place`]; `keys` leads from a key to the place of its entry;
//! `meta` counts what was written. sled's default tree holds what the first version of this program wrote and is
//! taken over when the store is opened.

use super::envelope::{Sealed, open, open_format_1, seal};
use super::place::{HALF, Place};
use crate::error::{Error, Result};
use crate::shell::cache::lock;
use crate::wire::Key;
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// The name of the store in the folder of the cache.
pub(super) const NAME: &str = "replies.sled";

/// Bytes as the store hands them out.
pub(super) type Bytes = sled::IVec;

/// sled evicts a page only after 64 reads on its shard of 256, so what it holds depends on how scattered the reads are
/// rather than on this number. Entries in the order of their tasks: 600,000 of 1.5 KB are read within 80 MB resident.
/// (Under random keys it was 150 MB with any setting, and seven times slower.)
const PAGE_CACHE: u64 = 16 << 20;

/// A second in all.
const LOCK_TRIES: u32 = 10;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

const WRITTEN: &[u8] = b"written";
const LIVE: &[u8] = b"live";
/// Entries that are taken over or rescued at a time.
pub(super) const AT_A_TIME: usize = 256;

/// An open store.
pub(super) struct Store {
    db: sled::Db,
    replies: sled::Tree,
    keys: sled::Tree,
    meta: sled::Tree,
    written: AtomicU64,
    live: AtomicU64,
    /// While a loss is open, what is written does not count: it must not pass for what was lost.
    loss_open: AtomicBool,
}

impl Store {
    /// Opens or makes the store below a folder, and leaves a note of who holds it.
    pub fn open(folder: &Path, say: &dyn Fn(String)) -> Result<Self> {
        let store = Self::open_unnoted(folder, say)?;
        lock::hold(folder);
        Ok(store)
    }

    /// The same without the note.
    pub fn open_unnoted(folder: &Path, say: &dyn Fn(String)) -> Result<Self> {
        let path = folder.join(NAME);
        fs::create_dir_all(&path).map_err(|error| {
            Error::io(
                format!("cannot make the cache folder {}", folder.display()),
                error,
            )
            .hint("name another with --cache DIR, or do without with --no-cache")
        })?;
        let store = match Self::start(&path) {
            Err(sled::Error::Corruption { .. }) if repair(&path, say) => Self::start(&path),
            other => other,
        };
        store.map_err(|error| explain(folder, error))
    }

    fn start(path: &Path) -> sled::Result<Self> {
        // sled asserts what a damaged file may break; where it gives up the file is damaged, and nobody needs its words.
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(|_| {}));
        let opened = std::panic::catch_unwind(|| {
            let db = open_db(path)?;
            let tree = |name: &str| db.open_tree(name);
            let (replies, keys, meta) = (tree("replies")?, tree("keys")?, tree("meta")?);
            // Counts that cannot be read are a loss to who opens it, and no reason to give up the entries.
            let count = |name| meta.get(name).ok().flatten().map(|bytes| number(&bytes));
            let written = count(WRITTEN).unwrap_or(0);
            let live = count(LIVE).unwrap_or_else(|| entries_in(&replies));
            Ok(Self {
                replies,
                keys,
                meta,
                written: AtomicU64::new(written),
                live: AtomicU64::new(live),
                loss_open: AtomicBool::new(false),
                db,
            })
        });
        std::panic::set_hook(hook);
        opened.unwrap_or(Err(sled::Error::Corruption { at: None, bt: () }))
    }

    /// The bytes at a place.
    pub fn read(&self, place: &Place) -> Result<Option<Bytes>> {
        self.replies.get(&place.0).map_err(unreadable)
    }

    /// Where the entry of a key lies.
    pub fn place_of(&self, key: &Key) -> Result<Option<Place>> {
        let half = &key[..HALF];
        let task = self.keys.get(half).map_err(unreadable)?;
        Ok(task.map(|task| Place([&task, half].concat())))
    }

    /// The first entry after a place.
    pub fn after(&self, place: &Place) -> Result<Option<(Place, Bytes)>> {
        let next = self.replies.get_gt(&place.0).map_err(unreadable)?;
        Ok(next.map(|(place, bytes)| (Place(place.to_vec()), bytes)))
    }

    /// Writes entries and waits for the disk. Each key has one entry: an older one for another task goes.
    pub fn write(&self, entries: &[Sealed]) -> Result<()> {
        let (mut replies, mut keys) = (sled::Batch::default(), sled::Batch::default());
        let mut fresh: HashMap<&[u8], &Place> = HashMap::new();
        let mut new = 0;
        for Sealed { key, place, bytes } in entries {
            let older = match fresh.insert(&key[..HALF], place) {
                Some(older) => Some(older.clone()),
                None => self.place_of(key)?,
            };
            new += u64::from(older.is_none());
            if let Some(older) = older.filter(|older| older != place) {
                replies.remove(older.0);
            }
            let (task, half) = place.parts();
            keys.insert(half, task);
            replies.insert(place.0.as_slice(), bytes.as_slice());
        }
        let counted = !self.loss_open.load(Ordering::Relaxed);
        let count = self.written() + u64::from(counted) * entries.len() as u64;
        // Entries first: what a crash leaves without a way to it is found by its task, and by `cache verify`.
        self.replies
            .apply_batch(replies)
            .and_then(|()| self.keys.apply_batch(keys))
            .map_err(unwritable)?;
        self.set_counts(count, self.live() + new)
    }

    /// Takes entries out and waits for the disk.
    pub fn remove(&self, places: &[Place]) -> Result<()> {
        let (mut replies, mut keys) = (sled::Batch::default(), sled::Batch::default());
        let mut gone = 0;
        for place in places {
            gone += u64::from(self.read(place)?.is_some());
            replies.remove(place.0.as_slice());
            keys.remove(place.parts().1);
        }
        self.keys
            .apply_batch(keys)
            .and_then(|()| self.replies.apply_batch(replies))
            .map_err(unwritable)?;
        self.set_counts(self.written(), self.live().saturating_sub(gone))
    }

    /// How many entries have ever been written, as far as this store knows.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// How many entries there are, as far as this store knows.
    pub fn live(&self) -> u64 {
        self.live.load(Ordering::Relaxed)
    }

    /// Whether replies are lost that nobody has taken as lost.
    pub fn set_loss_open(&self, open: bool) {
        self.loss_open.store(open, Ordering::Relaxed);
    }

    /// Sets how many entries have ever been written, and waits for the disk.
    pub fn set_written(&self, count: u64) -> Result<()> {
        self.set_counts(count, self.live())
    }

    fn set_counts(&self, written: u64, live: u64) -> Result<()> {
        let mut counts = sled::Batch::default();
        counts.insert(WRITTEN, &written.to_le_bytes());
        counts.insert(LIVE, &live.to_le_bytes());
        self.meta
            .apply_batch(counts)
            .and_then(|()| self.db.flush())
            .map_err(unwritable)?;
        // On disk, and only then counted: a full disk must not look like a loss to the next run.
        self.written.store(written, Ordering::Relaxed);
        self.live.store(live, Ordering::Relaxed);
        Ok(())
    }

    /// Makes every way from a key lead to its entry; returns how many did not.
    pub fn mend_index(&self) -> Result<u64> {
        let (mut mended, mut entries, mut ways) = (0, 0_u64, 0_u64);
        let mut at = Place::default();
        while let Some((place, bytes)) = self.after(&at)? {
            let (task, half) = place.parts();
            let way = self.keys.get(half).map_err(unreadable)?;
            if open(&bytes).is_some() && way.as_deref() != Some(task) {
                self.keys.insert(half, task).map_err(unwritable)?;
                mended += 1;
            }
            entries += 1;
            at = place;
        }
        let mut at = Bytes::default();
        while let Some((half, _)) = self.keys.get_gt(&at).map_err(unreadable)? {
            ways += 1;
            at = half;
        }
        // Every entry has a way: where there are no more ways than entries, none leads nowhere.
        if ways > entries {
            mended += self.remove_dangling()?;
        }
        self.set_counts(self.written(), entries)?;
        Ok(mended)
    }

    fn remove_dangling(&self) -> Result<u64> {
        let mut removed = 0;
        let mut at = Bytes::default();
        while let Some((half, task)) = self.keys.get_gt(&at).map_err(unreadable)? {
            if self.read(&Place([&task[..], &half].concat()))?.is_none() {
                self.keys.remove(&half).map_err(unwritable)?;
                removed += 1;
            }
            at = half;
        }
        Ok(removed)
    }

    /// Moves what the first version of this program wrote to its place. Damaged entries stay where they are.
    pub fn take_over(&self, say: &dyn Fn(String)) -> Result<()> {
        let (mut at, mut moved) = (Bytes::default(), 0);
        loop {
            let mut batch = Vec::new();
            while batch.len() < AT_A_TIME
                && let Some((key, bytes)) = self.db.get_gt(&at).map_err(unreadable)?
            {
                if let (Ok(key), Some(entry)) = (Key::try_from(&*key), open_format_1(&bytes)) {
                    batch.push(seal(&key, &entry)?);
                }
                at = key;
            }
            if batch.is_empty() {
                break;
            }
            moved += batch.len();
            self.write(&batch)?;
            for sealed in &batch {
                self.db.remove(sealed.key).map_err(unwritable)?;
            }
        }
        if moved > 0 {
            say(format!(
                "{moved} cached replies were put into the order of their tasks (once)"
            ));
        }
        Ok(())
    }

    /// Whether the first version left something under this key.
    pub fn is_leftover(&self, key: &Key) -> Result<bool> {
        self.db.contains_key(key).map_err(unreadable)
    }

    /// How many damaged entries of the first version there are.
    pub fn leftovers(&self) -> Result<usize> {
        let keys = self.db.iter().keys();
        keys.collect::<sled::Result<Vec<_>>>()
            .map(|keys| keys.len())
            .map_err(unreadable)
    }

    /// Takes them out.
    pub fn remove_leftovers(&self) -> Result<()> {
        self.db.clear().map_err(unwritable)
    }

    /// Whether every entry and every way can be read, whatever it holds.
    pub fn is_readable(&self) -> bool {
        let whole = |tree: &sled::Tree| {
            let mut at = Bytes::default();
            loop {
                match tree.get_gt(&at) {
                    Ok(Some((key, _))) => at = key,
                    Ok(None) => return true,
                    Err(_) => return false,
                }
            }
        };
        [&self.replies, &self.keys, &self.meta]
            .into_iter()
            .all(whole)
    }

    /// Hands out all that can still be read, some of it more than once: from both ends up to what is damaged, and between
    /// them by the ways that lead there.
    pub fn salvage(&self, with: &mut dyn FnMut(Bytes) -> Result<()>) -> Result<()> {
        for (_, bytes) in from_both_ends(&self.replies) {
            with(bytes)?;
        }
        for (half, task) in from_both_ends(&self.keys) {
            if let Ok(Some(bytes)) = self.replies.get([&task[..], &half].concat()) {
                with(bytes)?;
            }
        }
        Ok(())
    }

    #[cfg(test)]
    pub fn write_as_first_version(&self, key: &Key, bytes: &[u8]) {
        self.db.insert(key, bytes).unwrap();
    }

    #[cfg(test)]
    pub fn forget_ways(&self) {
        self.keys.clear().unwrap();
    }

    /// Bytes on disk.
    pub fn size_on_disk(&self) -> Result<u64> {
        self.db.size_on_disk().map_err(unreadable)
    }
}

/// Number of entries of a tree, up to the first that cannot be read.
fn entries_in(tree: &sled::Tree) -> u64 {
    let mut at = Bytes::default();
    let mut count = 0;
    while let Ok(Some((key, _))) = tree.get_gt(&at) {
        at = key;
        count += 1;
    }
    count
}

/// What a tree holds, from its beginning to the first damaged page and from its end back to the last.
fn from_both_ends(tree: &sled::Tree) -> impl Iterator<Item = (Bytes, Bytes)> {
    let (mut low, mut high) = (Some(Bytes::default()), None);
    let mut done = false;
    std::iter::from_fn(move || {
        if let Some(at) = &low {
            match tree.get_gt(at) {
                Ok(Some((key, value))) => {
                    low = Some(key.clone());
                    return Some((key, value));
                }
                Ok(None) => done = true,
                Err(_) => {}
            }
            low = None;
        }
        if done {
            return None;
        }
        let before = match &high {
            None => tree.last(),
            Some(at) => tree.get_lt(at),
        };
        let found = before.ok().flatten();
        done = found.is_none();
        high = found.as_ref().map(|(key, _)| key.clone());
        found
    })
}

/// Puts the store of a folder aside and the one of `fresh`, if there is one, in its place.
pub(super) fn put_aside(folder: &Path, fresh: &Path, say: &dyn Fn(String)) -> Result<()> {
    let failed = |error| {
        Error::io(
            format!("cannot rename files in {}", folder.display()),
            error,
        )
    };
    let free = (1..).map(|n| folder.join(format!("damaged-{n}.sled")));
    for aside in free.filter(|name| !name.exists()).take(1) {
        fs::rename(folder.join(NAME), &aside).map_err(failed)?;
        say(format!(
            "the damaged store was put aside as {}",
            aside.display()
        ));
    }
    if fresh.join(NAME).is_dir() {
        fs::rename(fresh.join(NAME), folder.join(NAME)).map_err(failed)?;
        let _ = fs::remove_dir_all(fresh);
    }
    Ok(())
}

fn number(bytes: &[u8]) -> u64 {
    bytes.try_into().map_or(0, u64::from_le_bytes)
}

fn unreadable(error: sled::Error) -> Error {
    Error::io("cannot read the cache", error).hint(
        "`taskrater cache rebuild` makes it again from the ledgers in runs/, which hold every reply that was paid for",
    )
}

fn unwritable(error: sled::Error) -> Error {
    Error::io("cannot write the cache", error)
}

/// Opens the database. A lock is waited for a moment: the process (or thread of sled's) that held it may just be ending.
///
/// `flush` hands pages to the disk; sled's own flusher, twice a second, also waits for the disk's cache.
fn open_db(path: &Path) -> sled::Result<sled::Db> {
    let config = sled::Config::new()
        .path(path)
        .cache_capacity(PAGE_CACHE)
        .mode(sled::Mode::HighThroughput)
        .flush_every_ms(Some(500));
    for _ in 0..LOCK_TRIES {
        match config.open() {
            Err(error) if is_locked(&error) => std::thread::sleep(LOCK_PAUSE),
            other => return other,
        }
    }
    config.open()
}

fn is_locked(error: &sled::Error) -> bool {
    error.to_string().contains("could not acquire lock")
}

/// A process killed while sled wrote a snapshot at open leaves `snap.*.generating`, which makes every later open fail.
/// The file is only a half-made copy: moved aside, everything is there.
fn repair(store: &Path, say: &dyn Fn(String)) -> bool {
    let Ok(files) = fs::read_dir(store) else {
        return false;
    };
    let mut moved = false;
    for file in files.flatten() {
        let name = file.file_name().to_string_lossy().into_owned();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            // Not `snap.….aside`: sled reads every name that begins with `snap.`.
            let aside = file.path().with_file_name(format!("aside.{name}"));
            moved |= fs::rename(file.path(), &aside).is_ok();
            say(format!(
                "the cache held a half-written snapshot of a killed process; moved to {}",
                aside.display()
            ));
        }
    }
    moved
}

/// Whether a store could not be opened because it is damaged: anything else may pass.
pub(super) fn is_damage(error: &Error) -> bool {
    let source = std::error::Error::source(error);
    match source.and_then(|source| source.downcast_ref::<sled::Error>()) {
        // A damaged page may also lead to a place, or a file of a large value, that is not there.
        Some(sled::Error::Io(error)) => matches!(
            error.kind(),
            std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::NotFound
        ),
        Some(_) => true,
        None => false,
    }
}

fn explain(folder: &Path, error: sled::Error) -> Error {
    if is_locked(&error) {
        return lock::error(folder);
    }
    Error::io(
        format!("cannot open the reply cache {}", folder.display()),
        error,
    )
    .hint(
        "`taskrater cache rebuild` puts it aside and makes it again from the ledgers in runs/, which hold every reply \
         that was paid for; or name another with --cache DIR",
    )
}
