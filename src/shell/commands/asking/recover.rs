//! Replies of killed runs: a kill between the two writes leaves a paid reply in the ledger and not in the cache. The next
//! run takes them over before it asks anything.

use crate::error::Result;
use crate::shell::cache::Cache;
use crate::shell::commands::cache::take_in;
use crate::shell::run_folder::{ledgers, manifest_in, runs_in, wrote_no_cache};
use crate::shell::terminal::say;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Newest runs that are looked at.
const NEWEST: usize = 20;
/// Says in a run's folder how many bytes of its ledgers were taken over: a dead run is read once.
const TAKEN: &str = ".taken-over";

/// Takes over what runs that did not end have in their ledgers: those under `runs`, and the one in `out`.
pub(in crate::shell::commands) fn recover(
    cache: &Cache,
    runs: &Path,
    out: Option<&Path>,
) -> Result<()> {
    let mut folders = runs_in(runs).unwrap_or_default();
    folders.truncate(NEWEST);
    folders.extend(out.map(Path::to_owned));
    let mut taken = 0;
    for folder in folders.iter().filter(|folder| is_meant(folder)) {
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

/// Whether the manifest says "running", or that the run failed; what a run was told not to cache stays out. Another process
/// may be at work there, with another cache: reading its ledger disturbs nobody.
fn is_meant(folder: &Path) -> bool {
    let manifest: Option<Value> = manifest_in(folder);
    manifest.is_some_and(|manifest| {
        let status = manifest["status"].as_str();
        matches!(status, Some("running" | "failed")) && !wrote_no_cache(&manifest)
    })
}
