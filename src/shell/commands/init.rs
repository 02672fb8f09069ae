//! `init`: a commented `taskrater.toml` to begin with.

use crate::error::{Error, Kind, Result};
use crate::rater::TEMPLATE;
use crate::shell::project::FILE;
use crate::shell::terminal::say;
use std::fs::OpenOptions;
use std::io::Write as _;

/// Writes the file, unless there is one.
pub(in crate::shell) fn run() -> Result<u8> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Error::new(Kind::Usage, format!("{FILE} is already here"))
                .hint("edit it, or remove it first")
        }
        _ => Error::io(format!("cannot write {FILE}"), error),
    };
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(FILE)
        .map_err(failed)?;
    file.write_all(TEMPLATE.as_bytes()).map_err(failed)?;
    say!("wrote {FILE}; `taskrater raters` shows the raters and panels it gives");
    Ok(0)
}
