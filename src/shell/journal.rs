//! What is on disk before it counts: the ledger of attempts and the cache, written by one thread that waits for the
//! disk once for everything that arrived meanwhile.

use super::cache::{Cache, Sealed};
use crate::error::{Error, Kind, Result};
use std::fs::File;
use std::io::Write as _;
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// Most records that wait for the disk together.
const BATCH: usize = 256;

struct Record {
    line: Vec<u8>,
    entry: Option<Sealed>,
    done: oneshot::Sender<std::result::Result<(), String>>,
}

/// The writer of a run.
pub(super) struct Journal {
    records: mpsc::Sender<Record>,
    writer: JoinHandle<()>,
}

impl Journal {
    /// Starts the writer on an open ledger file and, unless the run goes without, the cache.
    pub fn start(ledger: File, cache: Option<Cache>) -> Result<Self> {
        let (records, queue) = mpsc::channel();
        let writer = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || {
                write_all(&queue, ledger, cache.as_ref());
                if let Some(cache) = cache {
                    cache.leave();
                }
            })
            .map_err(|error| Error::new(Kind::Internal, "cannot start a thread").because(error))?;
        Ok(Self { records, writer })
    }

    /// Writes the line of an attempt and, where it settles a question, its cache entry. Returns once both are on disk.
    pub async fn write(&self, line: Vec<u8>, entry: Option<Sealed>) -> Result<()> {
        let (done, written) = oneshot::channel();
        let gone = || Error::new(Kind::Internal, "the writer of the ledger has stopped");
        self.records
            .send(Record { line, entry, done })
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

fn write_all(queue: &mpsc::Receiver<Record>, mut ledger: File, cache: Option<&Cache>) {
    while let Ok(first) = queue.recv() {
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(BATCH - 1));
        let result = write_batch(&mut batch, &mut ledger, cache);
        for record in batch {
            // A caller that no longer waits has been cancelled; its record is on disk all the same.
            let _ = record.done.send(result.clone());
        }
    }
}

/// The ledger goes first: from it the cache can be made again.
fn write_batch(
    batch: &mut [Record],
    ledger: &mut File,
    cache: Option<&Cache>,
) -> std::result::Result<(), String> {
    let mut lines = Vec::new();
    for record in batch.iter() {
        lines.extend_from_slice(&record.line);
    }
    ledger
        .write_all(&lines)
        .and_then(|()| ledger.sync_data())
        .map_err(|error| format!("cannot write the ledger: {error}"))?;
    let entries: Vec<Sealed> = batch
        .iter_mut()
        .filter_map(|record| record.entry.take())
        .collect();
    match cache {
        Some(cache) if !entries.is_empty() => cache.put(&entries).map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            format!("{error}: {}", cause.unwrap_or_default())
        }),
        _ => Ok(()),
    }
}
