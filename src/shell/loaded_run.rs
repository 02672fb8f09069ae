//! A run that ended, read back whole: its tasks, its panel, its ratings. What reconciles, audits or compares begins here,
//! and asks nobody anything.

use super::project::Project;
use super::run_folder::find_run;
use super::run_ratings::{RATINGS, RunRatings};
use super::run_tasks::RunTasks;
use super::spill::Spill;
use super::{choices, files};
use crate::error::{Error, Result};
use crate::inventory::{Inventory, Occupation};
use crate::ratings::{Carried, Sheet, Slots};
use crate::reconcile::{Options, Reconciled, Weighting};
use crate::report::{RaterLine, Report, marked_gold};
use crate::rubric::Rubric;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A run and everything in it that later commands read.
pub(super) struct LoadedRun {
    pub id: String,
    pub folder: PathBuf,
    pub manifest: Value,
    /// Fingerprint of the prompt.
    pub prompt: String,
    pub rubric: Rubric,
    /// The panel, in the order of the run; gold is marked as the run marked it.
    pub raters: Vec<RaterLine>,
    /// The tasks that were rated, by occupation, under the name of the inventory they come from.
    pub inventory: Inventory,
    /// The ratings; tasks are counted through the occupations in order, raters as in `raters`.
    pub sheet: Sheet,
    pub carried: Carried,
    /// How the run was reconciled: what was asked for, and the gold that it marked.
    pub options: Options,
}

/// What its manifest says.
#[derive(Deserialize)]
struct Manifest {
    run: String,
    status: String,
    prompt: PromptLine,
    inventory: InventoryLine,
    rubric: Rubric,
    panel: Vec<RaterLine>,
    outcomes: BTreeMap<String, u64>,
    reconcile: ReconcileLine,
    files: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct PromptLine {
    fingerprint: String,
}

#[derive(Deserialize)]
struct InventoryLine {
    name: String,
    digest: String,
    notes: Vec<String>,
}

#[derive(Deserialize)]
struct ReconcileLine {
    method: String,
    weighting: Weighting,
    contested_share: f64,
}

impl LoadedRun {
    /// Reads a run, named by its folder or by its id below `runs/`.
    ///
    /// # Errors
    /// There is no such run, it did not end, a file of it is not as it wrote it, or it is of a version that kept less.
    pub fn read(project: &Project, name: &str) -> Result<Self> {
        let (folder, manifest) = find_run(project.folder(), name)?;
        let past: Manifest = serde_json::from_value(manifest.clone()).map_err(|error| {
            let message = format!("run '{name}' is of a version whose manifest says less");
            Error::input(message).because(error).hint(AGAIN)
        })?;
        past.check(&folder)?;
        let tasks = RunTasks::read(&folder)?.inventory;
        let (
            inventory,
            InventoryLine {
                name,
                digest,
                notes,
            },
        ) = (tasks.occupations().to_vec(), past.inventory);
        let inventory = Inventory::new(name, digest, notes, inventory)?;
        let raters = past.panel.iter().map(|rater| &*rater.id);
        let lines = RunRatings::new(&past.rubric, &inventory, raters);
        let path = folder.join(RATINGS);
        let ended = past.outcomes.values().sum();
        let slots = slots(&lines, &path, (past.panel.len(), ended), &past.run)?;
        let arena = Box::new(Spill::new(project.folder()));
        let mut sheet = Sheet::kept_in(arena, &past.rubric, inventory.items().count(), slots);
        let mut carried = Carried::default();
        lines.read(&path, broken, |placed| {
            let cell = sheet.cell(placed.task, placed.rater, placed.line.sample);
            if let Some(run) = &placed.line.carried_from {
                carried.mark(cell, run);
            }
            sheet.set(cell, &placed.line.rating)
        })?;
        let gold = marked_gold(&past.panel);
        Ok(Self {
            id: past.run,
            folder,
            manifest,
            prompt: past.prompt.fingerprint,
            rubric: past.rubric,
            raters: past.panel,
            inventory,
            sheet,
            carried,
            options: Options {
                method: choices::method(&past.reconcile.method)?,
                gold,
                weighting: past.reconcile.weighting,
                contested_share: past.reconcile.contested_share,
                ..Options::default()
            },
        })
    }

    /// The occupations that were rated, in the order of the ratings.
    pub fn occupations(&self) -> Vec<&Occupation> {
        self.inventory.occupations().iter().collect()
    }

    /// What its files show once its ratings are reconciled, without jobs and wages.
    pub fn report<'a>(
        &'a self,
        occupations: &'a [&'a Occupation],
        reconciled: &'a Reconciled,
    ) -> Report<'a> {
        Report {
            inventory: self.inventory.name(),
            notes: self.inventory.notes(),
            rubric: &self.rubric,
            prompt: &self.prompt,
            raters: &self.raters,
            occupations,
            ratings: &self.sheet,
            carried: Some(&self.carried),
            reconciled,
            labour: None,
        }
    }
}

/// The samples of each rater, which are known only when all lines are read; there are as many lines as
/// answers that ended.
fn slots(
    lines: &RunRatings<'_>,
    path: &Path,
    (raters, ended): (usize, u64),
    run: &str,
) -> Result<Slots> {
    let mut samples = vec![1; raters];
    let there = lines.read(path, broken, |placed| {
        let most = &mut samples[placed.rater];
        *most = placed.line.sample.saturating_add(1).max(*most);
        Ok(())
    })?;
    let slots = Slots::new(samples);
    let cells = (slots.count() * lines.tasks()) as u64;
    if there != cells || there != ended {
        let path = path.display();
        let message = format!("{path} has {there} ratings, which are not all of run {run}");
        return Err(broken(message));
    }
    Ok(slots)
}

impl Manifest {
    /// Whether the run ended and its files are as it wrote them.
    fn check(&self, folder: &Path) -> Result<()> {
        let run = &self.run;
        if !["complete", "incomplete", "interrupted"].contains(&self.status.as_str()) {
            let status = &self.status;
            return Err(broken(format!(
                "run {run} did not end (its manifest says {status})"
            )));
        }
        for (file, digest) in &self.files {
            let path = folder.join(file);
            if !path.is_file() || files::digest(&path)? != *digest {
                let path = path.display();
                return Err(broken(format!("{path} is not as run {run} wrote it")));
            }
        }
        Ok(())
    }
}

fn broken(message: String) -> Error {
    Error::input(message).hint(AGAIN)
}

/// What to do about a run that cannot be read.
const AGAIN: &str = "the same `rate` command again, with --out naming its folder, writes its files anew; what was paid \
                     for is cached";
