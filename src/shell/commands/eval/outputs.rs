//! The files that a measurement is asked to leave beside its run.

use crate::error::{Error, Kind, Result};
use crate::shell::cli::EvalArgs;
use std::fs::{self, OpenOptions};
use std::path::Path;

/// Finds out before anything is asked that they can be written. The gate and the Markdown of an earlier call are taken away: a
/// verdict that is not reached must not be there. A card stays until another takes its place.
///
/// # Errors
/// One cannot be written.
pub(super) fn check(args: &EvalArgs) -> Result<()> {
    for path in [&args.junit, &args.markdown].into_iter().flatten() {
        writable(path, false)?;
    }
    args.card.iter().try_for_each(|path| writable(path, true))
}

fn writable(path: &Path, stays: bool) -> Result<()> {
    let failed = |error: std::io::Error| {
        Error::new(Kind::Io, format!("cannot write {}", path.display()))
            .because(error)
            .hint("name a file that can be written; nothing has been asked yet")
    };
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    if let Some(folder) = folder {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    let there = path.exists();
    let opened = OpenOptions::new().create(true).append(true).open(path);
    opened.map_err(failed)?;
    match there && stays {
        true => Ok(()),
        false => fs::remove_file(path).map_err(failed),
    }
}
