//! The files that a measurement is asked to leave beside its run.

use super::against::diff;
use super::measure;
use super::outcome::Outcome;
use crate::error::{Error, Kind, Result};
use crate::eval::gate::{GateMode, gate};
use crate::eval::junit::junit;
use crate::eval::markdown as compared;
use crate::shell::cli::EvalArgs;
use crate::shell::files::write_whole;
use crate::shell::terminal::{clean, clean_lines, say};
use std::fs;
use std::io::{self, Write as _};
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
    let failed = |error: io::Error| {
        Error::new(Kind::Io, format!("cannot write {}", path.display()))
            .because(error)
            .hint("name a file that can be written; nothing has been asked yet")
    };
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(failed)?;
    // It is written beside its place first. Another process may be at it, so its own name is not tried.
    tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    if path.is_dir() {
        return Err(failed(io::ErrorKind::IsADirectory.into()));
    }
    if stays {
        return Ok(());
    }
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    }
}

/// Writes them.
///
/// # Errors
/// One cannot be written.
pub(super) fn write(args: &EvalArgs, outcome: &Outcome) -> Result<()> {
    let new = &outcome.new;
    if let Some(path) = &args.card {
        match new.ended.cut_short() && path.exists() {
            true => say!(
                "{}",
                clean(&format!(
                    "{} stays as it was: the measurement was cut short",
                    path.display()
                ))
            ),
            false => measure::write(&new.card, path)?,
        }
    }
    if let Some(path) = &args.markdown {
        text(path, &markdown(outcome))?;
    }
    let Some((path, one)) = args.junit.as_ref().zip(outcome.compared.as_ref()) else {
        return Ok(());
    };
    // Without a limit there are the declared figures.
    let none = || gate(&one.comparison, &[], GateMode::Detected);
    let gate = outcome.gate.clone().unwrap_or_else(none);
    text(path, &junit(&one.comparison, &gate)?)
}

fn text(path: &Path, text: &str) -> Result<()> {
    write_whole(path, |out| {
        let written = out.write_all(text.as_bytes());
        written.map_err(|error| Error::io(format!("cannot write {}", path.display()), error))
    })
}

/// The measurement for people who read it beside a change: what was compared first, then what was measured.
fn markdown(outcome: &Outcome) -> String {
    let mut parts = Vec::new();
    if let Some(one) = &outcome.compared {
        parts.push(compared::markdown(&one.comparison, outcome.gate.as_ref()));
        if let Some(diff) = diff(&one.old, &outcome.new.card) {
            parts.push(format!(
                "### What changed in the prompt\n\n{}",
                fenced(&diff)
            ));
        }
    }
    if let Some(between) = &outcome.between {
        parts.push(compared::markdown(between, None));
    }
    parts.push(crate::eval::markdown(&outcome.new.card, outcome.tried));
    let parts: Vec<&str> = parts.iter().map(|part| part.trim_end()).collect();
    clean_lines(&format!("{}\n", parts.join("\n\n")))
}

/// A block of code with more marks around it than are in it.
fn fenced(text: &str) -> String {
    let mut longest = 0;
    let mut now = 0;
    for c in text.chars() {
        now = if c == '`' { now + 1 } else { 0 };
        longest = longest.max(now);
    }
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}diff\n{}\n{fence}", text.trim_end())
}
