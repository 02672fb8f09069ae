//! Replies of killed runs: a kill between the two writes leaves a paid reply in the ledger and not in the cache. The next
//! run takes them over before it asks anything.

use crate::error::Result;
use crate::shell::cache::Cache;
use crate::shell::commands::cache::{take_in, wrote_no_cache};
use crate::shell::run_folder::{MANIFEST, ledgers};
use crate::shell::terminal::say;
use std::fs;
use std::path::{Path, PathBuf};

/// Newest runs that are looked at.
const NEWEST: usize = 20;
/// Says in a run's folder how many bytes of its ledgers were taken over: a dead run is read once.
const TAKEN: &str = ".taken-over";

/// Takes over what runs that did not end have in their ledgers: those under `runs`, and the one in `out`.
pub(super) fn recover(cache: &Cache, runs: &Path, out: Option<&Path>) -> Result<()> {
    let mut folders: Vec<PathBuf> = fs::read_dir(runs)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    // A run's name begins with its time.
    folders.sort_unstable_by(|a, b| b.cmp(a));
    folders.truncate(NEWEST);
    folders.extend(out.map(Path::to_owned));
    let mut taken = 0;
    // What a run was told not to cache stays out.
    let meant = |folder: &&PathBuf| did_not_end(folder) && !wrote_no_cache(folder);
    for folder in folders.iter().filter(meant) {
        let ledgers = ledgers(folder)?;
        let size = |path: &PathBuf| fs::metadata(path).map_or(0, |data| data.len());
        let bytes = ledgers.iter().map(size).sum::<u64>().to_string();
        let mark = folder.join(TAKEN);
        if fs::read_to_string(&mark).is_ok_and(|text| text == bytes) {
            continue;
        }
        taken += take_in(cache, &ledgers)?;
        // Without the mark they are only read once more.
        let _ = fs::write(mark, bytes);
    }
    if taken > 0 {
        say!(
            "{taken} replies of a run that did not end were in its ledger alone; they are taken over"
        );
    }
    Ok(())
}

/// Whether the manifest says "running", or that the run failed. Another process may be at work there, with another cache: reading its ledger
/// disturbs nobody.
fn did_not_end(folder: &Path) -> bool {
    let manifest = fs::read(folder.join(MANIFEST)).ok();
    let manifest: Option<serde_json::Value> =
        manifest.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    manifest.is_some_and(|manifest| {
        let status = manifest["status"].as_str();
        matches!(status, Some("running" | "failed"))
    })
}
