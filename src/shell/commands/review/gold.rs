//! `gold.csv`: written whenever labels may have changed, and what to do with it.

use super::typed;
use crate::error::{Error, Result};
use crate::review::{Desk, Gold, Standing, recording};
use crate::shell::project::Project;
use crate::shell::terminal::{bold, clean, faint};
use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// What people said, a row a task.
const GOLD: &str = "gold.csv";

/// Writes the gold of a review; where it is. Without a label there is no such file. It follows from the labels alone, so several
/// processes may write it: each whole, under a name of its own first.
pub(super) fn write(folder: &Path, desk: &Desk) -> Result<Option<PathBuf>> {
    let path = folder.join(GOLD);
    let gold = Gold::of(desk);
    if gold.tasks() == 0 {
        return match fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                let message = format!(
                    "cannot remove {}, which no label stands behind",
                    path.display()
                );
                Err(Error::io(message, error))
            }
            _ => Ok(None),
        };
    }
    let mut bytes = Vec::new();
    gold.write(desk.draw(), &mut bytes)?;
    if fs::read(&path).is_ok_and(|there| there == bytes) {
        return Ok(Some(path));
    }
    let partial = folder.join(format!(".{GOLD}.{}.partial", std::process::id()));
    let written = fs::write(&partial, bytes).and_then(|()| fs::rename(&partial, &path));
    if let Err(error) = written {
        // On a full disk there may be nothing to remove.
        let _ = fs::remove_file(&partial);
        return Err(Error::io(format!("cannot write {}", path.display()), error));
    }
    Ok(Some(path))
}

/// What it is, and what to do with it.
pub(super) fn text(project: &Project, desk: &Desk, path: &Path, run: &str) -> String {
    let (draw, gold) = (desk.draw(), Gold::of(desk));
    let mut out = format!(
        "\n{}\n{}: {} labelled tasks, {}\n",
        bold("Gold"),
        clean(&typed(path)),
        gold.tasks(),
        what(gold.standing),
    );
    let (run, typed) = (typed(Path::new(run)), typed(path));
    for command in ["reconcile", "audit"] {
        let _ = writeln!(
            out,
            "  {}",
            clean(&format!("taskrater {command} {run} --gold {typed}"))
        );
    }
    // Files of the configuration are named from its own folder.
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let named = whole.strip_prefix(project.folder()).unwrap_or(&whole);
    let block = recording(draw, &named.display().to_string());
    let _ = writeln!(
        out,
        "{}",
        faint("As a rater of later runs, in taskrater.toml:")
    );
    for line in block.lines() {
        let _ = writeln!(out, "  {}", clean(line));
    }
    out
}

/// What tasks drawn so stand for.
fn what(standing: Standing) -> String {
    match standing {
        Standing::Random => "a random sample of the run's tasks".to_owned(),
        Standing::Stratified => {
            "drawn with known probabilities that differ: each counts by one over its own".to_owned()
        }
        Standing::Covers { tasks, of } => {
            let effect = match standing.calibrates() {
                true => "few enough to calibrate all the same",
                false => "too many: until tasks there are labelled these can be looked at and calibrate nothing",
            };
            format!(
                "a random sample of {tasks} of the run's {of} tasks; the other {} are in a part without a label, {effect}",
                of - tasks
            )
        }
        Standing::ContestedOnly => {
            "drawn from contested tasks only: nothing stands for the others, so they can be looked at and calibrate nothing".to_owned()
        }
        Standing::Picked => {
            "but people passed over others, so that these are a choice and no sample: they can be looked at and calibrate nothing".to_owned()
        }
    }
}
