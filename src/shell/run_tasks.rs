//! The tasks that an earlier run rated, as an inventory.

use super::files::{base_name, read_text};
use crate::error::{Error, Result};
use crate::inventory::Inventory;
use crate::report::read_tasks_csv;
use std::path::Path;

/// What raters may have been told in a run, a row a task.
pub(super) const TASKS: &str = "tasks.csv";

/// The tasks of a run.
pub(super) struct RunTasks {
    pub inventory: Inventory,
    /// Whether the run wrote all that can change of a task; an older one has ids, titles and statements alone.
    pub whole: bool,
}

impl RunTasks {
    /// Reads them from the folder of the run.
    ///
    /// # Errors
    /// The run wrote no results yet, or its files make no inventory.
    pub fn read(folder: &Path) -> Result<Self> {
        let run = base_name(folder);
        let whole = folder.join(TASKS).is_file();
        let path = folder.join(if whole { TASKS } else { "consensus.csv" });
        if !path.is_file() {
            let error = Error::input(format!(
                "run {run} wrote no results, so its tasks are unknown"
            ));
            return Err(error
                .hint("the same `rate` command again finishes it; what was paid for is cached"));
        }
        let text = read_text(&path)?;
        let digest = blake3::hash(text.as_bytes()).to_hex().to_string();
        let place = path.display().to_string();
        let inventory = read_tasks_csv(&place, format!("run {run}"), digest, &text)?;
        Ok(Self { inventory, whole })
    }
}
