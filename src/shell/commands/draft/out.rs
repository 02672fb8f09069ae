//! What a draft leaves: the inventory where the user wants it, and all that was proposed in the folder of the run.

use crate::draft::{Draft, Fate, Named, Row};
use crate::error::{Error, Kind, Result};
use crate::shell::cli::DraftArgs;
use crate::shell::files::{check_writable, write_whole};
use crate::shell::run_folder::RunFolder;
use serde::Serialize;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The inventory in the folder of the run.
const INVENTORY: &str = "inventory.toml";
/// Every proposal and what became of it.
const PROPOSALS: &str = "proposals.jsonl";

/// The file that is to be written.
pub(super) struct Out(PathBuf);

/// What there is to write.
pub(super) struct Results<'a> {
    pub draft: &'a Draft,
    pub text: &'a str,
    /// Whether every rater has answered for good.
    pub complete: bool,
}

/// Where the inventory is.
pub(super) enum Written {
    /// Where it was to be.
    There(PathBuf),
    /// In the folder of the run alone: an answer is missing, and the same command goes on.
    InRun(PathBuf),
    /// Nowhere: no task is left.
    Nowhere,
}

impl Out {
    /// Finds out before anything is paid for whether the file can be written, and is not there.
    pub fn new(args: &DraftArgs, named: &Named) -> Result<Self> {
        let default = || PathBuf::from(format!("{}.toml", named.id));
        let out = Self(args.out.clone().unwrap_or_else(default));
        if !args.ask.dry_run {
            out.check(args.force)?;
            check_writable(&out.0).map_err(|error| {
                Error::io(format!("cannot write {}", out.0.display()), error)
                    .hint("name a file that can be written with --out; nothing has been asked yet")
            })?;
        }
        Ok(out)
    }

    fn check(&self, force: bool) -> Result<()> {
        let path = &self.0;
        if path.is_dir() || path.file_name().is_none() {
            let message = format!("{} is a folder", path.display());
            return Err(Error::new(Kind::Usage, message).hint("--out names the file to write"));
        }
        if path.exists() && !force {
            let message = format!("{} is already there, perhaps edited", path.display());
            return Err(Error::new(Kind::Usage, message)
                .hint("name another file with --out, or write over it with --force"));
        }
        Ok(())
    }

    /// Writes what there is.
    pub fn write(&self, results: &Results<'_>, folder: &RunFolder, force: bool) -> Result<Written> {
        write_proposals(&folder.file(PROPOSALS), results.draft)?;
        if results.draft.tasks.is_empty() {
            return Ok(Written::Nowhere);
        }
        let own = folder.file(INVENTORY);
        write_text(&own, results.text)?;
        if !results.complete {
            return Ok(Written::InRun(own));
        }
        // It may have come to be there meanwhile.
        self.check(force)?;
        write_text(&self.0, results.text)?;
        Ok(Written::There(self.0.clone()))
    }
}

fn write_text(path: &Path, text: &str) -> Result<()> {
    write_whole(path, |out| {
        let failed = |error| Error::io(format!("cannot write {}", path.display()), error);
        out.write_all(text.as_bytes()).map_err(failed)
    })
}

/// A line of `proposals.jsonl`.
#[derive(Serialize)]
struct Line<'a> {
    rater: &'a str,
    number: usize,
    statement: &'a str,
    passage: &'a str,
    r#type: &'static str,
    fate: &'static str,
    why: Option<&'static str>,
    task_id: Option<&'a str>,
}

impl<'a> Line<'a> {
    fn of(row: &'a Row) -> Self {
        let (fate, why, task_id) = match &row.fate {
            Fate::Kept(task) => ("kept", None, Some(task)),
            Fate::Folded(task) => ("folded", None, Some(task)),
            Fate::Beyond(task) => ("beyond", None, Some(task)),
            Fate::Dropped(fault) => ("dropped", Some(fault.words()), None),
            Fate::Unseen => ("unseen", None, None),
        };
        Self {
            rater: &row.rater,
            number: row.number,
            statement: &row.proposal.statement,
            passage: &row.proposal.passage,
            r#type: row.proposal.kind.name(),
            fate,
            why,
            task_id: task_id.map(String::as_str),
        }
    }
}

fn write_proposals(path: &Path, draft: &Draft) -> Result<()> {
    write_whole(path, |out| {
        let failed = |error| Error::io(format!("cannot write {}", path.display()), error);
        for row in &draft.rows {
            let line = serde_json::to_string(&Line::of(row));
            let line = line.map_err(std::io::Error::from).map_err(failed)?;
            writeln!(out, "{line}").map_err(failed)?;
        }
        Ok(())
    })
}
