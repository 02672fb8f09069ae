//! What is on disk before it counts: the ledger of attempts and the cache, written by one thread that waits for the
//! disk once for everything that arrived meanwhile.

use super::cache::{Cache, Place, Sealed};
use crate::error::{Error, Kind, Result};
use std::fs::File;
use std::io::Write as _;
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Most records that wait for the disk together.
const BATCH: usize = 256;

struct Record {
    /// For the ledger; may be empty.
    line: Vec<u8>,
    change: Option<Change>,
    done: oneshot::Sender<std::result::Result<(), String>>,
}

/// For the cache.
enum Change {
    Put(Sealed),
    TakeOut(Place),
}

/// The writer of a run.
pub(super) struct Journal {
    records: mpsc::Sender<Record>,
    writer: JoinHandle<()>,
}

impl Journal {
    /// Starts the writer on an open ledger file and, unless the run goes without, the cache; `last` is whether this process
    /// wants the cache no more after it.
    pub fn start(ledger: File, cache: Option<Cache>, last: bool) -> Result<Self> {
        let (records, queue) = mpsc::channel();
        let writer = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || {
                write_all(&queue, ledger, cache.as_ref());
                if let Some(cache) = cache {
                    cache.end(last);
                }
            })
            .map_err(|error| Error::new(Kind::Internal, "cannot start a thread").because(error))?;
        Ok(Self { records, writer })
    }

    /// Writes the line of an attempt and, where it settles a question, its cache entry. Returns once both are on disk.
    pub async fn write(&self, line: Vec<u8>, entry: Option<Sealed>) -> Result<()> {
        self.put(line, entry.map(Change::Put)).await
    }

    /// Takes an entry out of the cache, after all that was written before.
    pub async fn withdraw(&self, place: Place) -> Result<()> {
        self.put(Vec::new(), Some(Change::TakeOut(place))).await
    }

    /// Waits until all that was handed over so far is on disk.
    pub async fn settled(&self) -> Result<()> {
        self.put(Vec::new(), None).await
    }

    async fn put(&self, line: Vec<u8>, change: Option<Change>) -> Result<()> {
        let (done, written) = oneshot::channel();
        let gone = || Error::new(Kind::Internal, "the writer of the ledger has stopped");
        self.records
            .send(Record { line, change, done })
            .map_err(|_| gone())?;
        written.await.map_err(|_| gone())?.map_err(|message| {
            Error::new(Kind::Io, message)
                .hint("nothing more is asked; free some space and run the same command again")
        })
    }

    /// Waits until everything is written.
    pub fn finish(self) {
        drop(self.records);
        let _ = self.writer.join();
    }
}

fn write_all(queue: &mpsc::Receiver<Record>, ledger: File, cache: Option<&Cache>) {
    let mut writer = Writer {
        length: ledger.metadata().map_or(0, |data| data.len()),
        ledger,
        cache,
        broken: None,
    };
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(BATCH - 1));
        let result = writer.write(&mut batch);
        for record in batch {
            // A caller that no longer waits has been cancelled; its record is on disk all the same.
            let _ = record.done.send(result.clone());
        }
    }
}

struct Writer<'a> {
    ledger: File,
    /// Bytes of whole lines in it.
    length: u64,
    cache: Option<&'a Cache>,
    /// What went wrong first: nothing is written after it, so that nothing is added to half a line.
    broken: Option<String>,
}

impl Writer<'_> {
    fn write(&mut self, batch: &mut [Record]) -> std::result::Result<(), String> {
        if let Some(message) = &self.broken {
            return Err(message.clone());
        }
        let written = self.write_batch(batch);
        if let Err(message) = &written {
            self.broken = Some(message.clone());
        }
        written
    }

    /// The ledger goes first: from it the cache can be made again.
    fn write_batch(&mut self, batch: &mut [Record]) -> std::result::Result<(), String> {
        let mut lines = Vec::new();
        for record in batch.iter() {
            lines.extend_from_slice(&record.line);
        }
        if !lines.is_empty() {
            self.write_lines(&lines)?;
        }
        let Some(cache) = self.cache else {
            return Ok(());
        };
        let failed = |error: &Error| {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            let folder = cache.folder().display();
            format!("{error} in {folder}: {}", cause.unwrap_or_default())
        };
        let (mut entries, mut places) = (Vec::new(), Vec::new());
        for record in batch {
            match record.change.take() {
                Some(Change::Put(entry)) => entries.push(entry),
                Some(Change::TakeOut(place)) => places.push(place),
                None => {}
            }
        }
        if !entries.is_empty() {
            cache.put(&entries).map_err(|error| failed(&error))?;
        }
        if !places.is_empty() {
            cache.remove(&places).map_err(|error| failed(&error))?;
        }
        Ok(())
    }

    fn write_lines(&mut self, lines: &[u8]) -> std::result::Result<(), String> {
        let written = self
            .ledger
            .write_all(lines)
            .and_then(|()| self.ledger.sync_data());
        if let Err(error) = written {
            // What stands there of a line that did not fit would spoil the next one.
            let _ = self.ledger.set_len(self.length);
            return Err(format!("cannot write the ledger: {error}"));
        }
        self.length += lines.len() as u64;
        Ok(())
    }
}
