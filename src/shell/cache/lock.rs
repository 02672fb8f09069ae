//! Who holds the cache: one process at a time, by sled's lock; its number is for the message another one gets.

use crate::error::{Error, Kind};
use std::fs;
use std::path::{Path, PathBuf};

fn holder(folder: &Path) -> PathBuf {
    folder.join("holder")
}

/// Leaves a note of who holds it.
pub(super) fn hold(folder: &Path) {
    let _ = fs::write(holder(folder), format!("process {}", std::process::id()));
}

/// The error of whoever comes second.
pub(super) fn error(folder: &Path) -> Error {
    let who = fs::read_to_string(holder(folder)).unwrap_or_else(|_| "another process".into());
    Error::new(
        Kind::Locked,
        format!("the reply cache {} is in use by {who}", folder.display()),
    )
    .hint(
        "wait until it is done, name another cache with --cache DIR, or go without with --no-cache",
    )
}
