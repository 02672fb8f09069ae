//! The reply cache: the one file that names sled.
//!
//! Only replies that ended rated or refused are kept. A value is a format byte, a checksum and JSON; a value that
//! does not hold what its checksum says is a miss.

use crate::error::{Error, Kind, Result};
use crate::rater::{Nanodollars, Usage};
use crate::rating::{Outcome, Repair};
use crate::wire::{Key, RequestRecord};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

const FORMAT: u8 = 1;
const CHECKSUM: usize = 16;
/// Keeps a store of hundreds of thousands of replies near 100 MB resident (sled's default takes three times that).
const PAGE_CACHE: u64 = 64 << 20;

/// A second in all.
const LOCK_TRIES: u32 = 10;
const LOCK_PAUSE: Duration = Duration::from_millis(100);

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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<(u16, String)>,
}

/// An open cache; this process holds its lock.
#[derive(Clone)]
pub(crate) struct Cache {
    db: sled::Db,
}

impl Cache {
    /// Whether there is a cache in a folder.
    pub fn exists(folder: &Path) -> bool {
        folder.join("replies.sled").is_dir()
    }

    /// Opens or makes the cache in a folder.
    pub fn open(folder: &Path, say: &dyn Fn(String)) -> Result<Self> {
        let store = folder.join("replies.sled");
        fs::create_dir_all(&store).map_err(|error| {
            Error::io(
                format!("cannot make the cache folder {}", folder.display()),
                error,
            )
            .hint("name another with --cache DIR, or do without with --no-cache")
        })?;
        let db = match open_store(&store) {
            Err(sled::Error::Corruption { .. }) if repair(&store, say) => open_store(&store),
            other => other,
        };
        let db = db.map_err(|error| explain(folder, error))?;
        // For the message another process gets; the lock itself is sled's.
        let _ = fs::write(holder(folder), format!("process {}", std::process::id()));
        Ok(Self { db })
    }

    /// The reply under this key, if it is there and whole.
    pub fn get(&self, key: &Key) -> Result<Option<Entry>> {
        let value = self
            .db
            .get(key)
            .map_err(|error| Error::io("cannot read the cache", error))?;
        Ok(value.and_then(|bytes| decode(&bytes)))
    }

    /// Stores replies and waits until they are on disk.
    pub fn put(&self, entries: &[(Key, Vec<u8>)]) -> Result<()> {
        let mut batch = sled::Batch::default();
        for (key, value) in entries {
            batch.insert(key, value.as_slice());
        }
        let write = |error| Error::io("cannot write the cache", error);
        self.db.apply_batch(batch).map_err(write)?;
        self.db.flush().map_err(write)?;
        Ok(())
    }
}

/// The bytes of an entry.
pub(crate) fn encode(entry: &Entry) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(entry)
        .map_err(|error| Error::new(Kind::Internal, "a reply cannot be encoded").because(error))?;
    let mut bytes = Vec::with_capacity(1 + CHECKSUM + json.len());
    bytes.push(FORMAT);
    bytes.extend_from_slice(&blake3::hash(&json).as_bytes()[..CHECKSUM]);
    bytes.extend_from_slice(&json);
    Ok(bytes)
}

fn decode(bytes: &[u8]) -> Option<Entry> {
    let (&format, rest) = bytes.split_first()?;
    let (checksum, json) = rest.split_at_checked(CHECKSUM)?;
    let whole = format == FORMAT && checksum == &blake3::hash(json).as_bytes()[..CHECKSUM];
    whole.then(|| serde_json::from_slice(json).ok()).flatten()
}

/// Opens the store. A lock is waited for a moment: the process (or thread of sled's) that held it may just be ending.
///
/// `flush` hands pages to the disk; sled's own flusher, twice a second, also waits for the disk's cache.
fn open_store(store: &Path) -> sled::Result<sled::Db> {
    let config = sled::Config::new()
        .path(store)
        .cache_capacity(PAGE_CACHE)
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

fn holder(folder: &Path) -> PathBuf {
    folder.join("holder")
}

fn explain(folder: &Path, error: sled::Error) -> Error {
    if is_locked(&error) {
        let who = fs::read_to_string(holder(folder)).unwrap_or_else(|_| "another process".into());
        return Error::new(
            Kind::Locked,
            format!("the reply cache {} is in use by {who}", folder.display()),
        )
        .hint("wait until it is done, name another cache with --cache DIR, or go without with --no-cache");
    }
    Error::io(
        format!("cannot open the reply cache {}", folder.display()),
        error,
    )
    .hint("name another with --cache DIR; the ledgers in runs/ hold every reply that was paid for")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn entry() -> Entry {
        Entry {
            outcome: Outcome::Rated,
            repair: None,
            status: 200,
            body: "{}".into(),
            usage: None,
            cost: None,
            time: "2026-01-01T00:00:00Z".into(),
            rater: "r".into(),
            occupation_id: "o".into(),
            task_id: "t".into(),
            request: RequestRecord(BTreeMap::new()),
            history: vec![(200, "cut".into())],
        }
    }

    #[test]
    fn an_entry_comes_back_whole_and_a_flipped_bit_is_a_miss() {
        let bytes = encode(&entry()).unwrap();
        assert_eq!(decode(&bytes), Some(entry()));
        for n in 0..bytes.len() {
            let mut flipped = bytes.clone();
            flipped[n] ^= 1;
            assert_eq!(decode(&flipped), None, "byte {n}");
        }
        assert_eq!(decode(&[]), None);
        assert_eq!(decode(&bytes[..9]), None);
    }

    #[test]
    fn a_half_written_snapshot_is_moved_aside() {
        let folder = tempfile::tempdir().unwrap();
        let key = [7; 32];
        {
            let cache = Cache::open(folder.path(), &|_| {}).unwrap();
            cache.put(&[(key, encode(&entry()).unwrap())]).unwrap();
        }
        let store = folder.path().join("replies.sled");
        fs::write(store.join("snap.0000000000000FFF.generating"), b"half").unwrap();
        let said = std::cell::RefCell::new(Vec::new());
        let cache = Cache::open(folder.path(), &|line| said.borrow_mut().push(line)).unwrap();
        assert_eq!(cache.get(&key).unwrap(), Some(entry()));
        assert!(said.borrow()[0].contains("half-written snapshot"));
    }

    #[test]
    fn a_second_opening_says_who_holds_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Cache::open(folder.path(), &|_| {}).unwrap();
        let error = Cache::open(folder.path(), &|_| {}).err().unwrap();
        assert_eq!(error.kind(), Kind::Locked);
        assert!(
            error
                .to_string()
                .contains(&format!("process {}", std::process::id())),
            "{error}"
        );
    }
}
