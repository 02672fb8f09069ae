//! A run that ended, read back whole: its tasks, its panel, its ratings. What reconciles, audits or compares begins here,
//! and asks nobody anything.

use super::gold_file::{JoinedGold, NamedFile};
use super::project::Project;
use super::run_folder::find_run;
use super::run_ratings::{RATINGS, RunRatings};
use super::run_tasks::RunTasks;
use super::spill::Spill;
use super::{choices, files};
use crate::error::{Error, Result};
use crate::inventory::{Inventory, Occupation};
use crate::rater::Provenance;
use crate::ratings::{Carried, Drawn, Sheet, Slots};
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
    /// The gold that joined it from a file, for this command alone: the last of the raters.
    pub gold_file: Option<JoinedGold>,
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
        Self::read_with(project, name, None)
    }

    /// The same with the gold of a file as one more rater, which takes the place of raters that the run marked as gold. The
    /// files of the run stay as they are.
    ///
    /// # Errors
    /// As [`read`](Self::read), and where the file is no gold for the run.
    pub fn read_with(project: &Project, name: &str, gold: Option<&NamedFile>) -> Result<Self> {
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
        let about = (&past.rubric, past.panel.as_slice());
        let joined = gold.map(|file| file.join(&past.run, about, &inventory));
        let joined = joined.transpose()?;
        let panel = Kept::of(&past.panel, joined.as_ref());
        let arena = Box::new(Spill::new(project.folder()));
        let tasks = inventory.items().count();
        let sheet = Sheet::kept_in(arena, &past.rubric, tasks, panel.slots(&slots));
        let (sheet, carried) = panel.fill(sheet, (&lines, &path), joined.as_ref())?;
        let raters = panel.raters;
        let gold = marked_gold(&raters);
        Ok(Self {
            gold_file: joined,
            id: past.run,
            folder,
            manifest,
            prompt: past.prompt.fingerprint,
            rubric: past.rubric,
            raters,
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

/// The raters of a run that stay, and the one that joins them.
struct Kept {
    /// Their positions in the run, ascending.
    of_run: Vec<usize>,
    raters: Vec<RaterLine>,
}

impl Kept {
    fn of(panel: &[RaterLine], joined: Option<&JoinedGold>) -> Self {
        let stays = |rater: &RaterLine| joined.is_none() || rater.gold.is_none();
        let of_run: Vec<usize> = (0..panel.len()).filter(|&n| stays(&panel[n])).collect();
        let own = of_run.iter().map(|&n| panel[n].clone());
        Self {
            raters: own.chain(joined.map(|gold| gold.line.clone())).collect(),
            of_run,
        }
    }

    /// Where a rater of the run stands now.
    fn place(&self, of_run: usize) -> Option<usize> {
        self.of_run.binary_search(&of_run).ok()
    }

    fn slots(&self, of_run: &Slots) -> Slots {
        let sizes = self.of_run.iter().map(|&rater| of_run.of(rater).len());
        let joins = self.raters.len() - self.of_run.len();
        let sizes = sizes.chain(std::iter::repeat_n(1, joins));
        Slots::new(sizes.map(|size| u32::try_from(size).unwrap_or(u32::MAX)))
    }

    /// For each rater of the run whose file says how its tasks were drawn, what the ratings will say of that.
    fn drawn(&self, tasks: usize) -> BTreeMap<usize, Drawn> {
        let raters = self.raters.iter().enumerate().take(self.of_run.len());
        let drawn = raters.filter_map(|(n, rater)| Some((n, rater.drawn.as_ref()?)));
        drawn
            .map(|(n, provenance): (usize, &Provenance)| (n, Drawn::new(tasks, provenance.part())))
            .collect()
    }

    /// Enters the ratings of those that stay and of what joins, and how their tasks were drawn.
    fn fill(
        &self,
        mut sheet: Sheet,
        (lines, path): (&RunRatings<'_>, &Path),
        joined: Option<&JoinedGold>,
    ) -> Result<(Sheet, Carried)> {
        let mut carried = Carried::default();
        let mut drawn = self.drawn(sheet.tasks());
        lines.read(path, broken, |placed| {
            let Some(rater) = self.place(placed.rater) else {
                return Ok(());
            };
            let cell = sheet.cell(placed.task, rater, placed.line.sample);
            if let Some(run) = &placed.line.carried_from {
                carried.mark(cell, run);
            }
            if let Some(drawn) = drawn.get_mut(&rater) {
                drawn.set(placed.task, placed.line.probability);
            }
            sheet.set(cell, &placed.line.rating)
        })?;
        for (rater, drawn) in drawn {
            sheet.set_drawn(rater, drawn);
        }
        let Some(gold) = joined else {
            return Ok((sheet, carried));
        };
        let place = self.of_run.len();
        for task in 0..sheet.tasks() {
            for (_, rating) in gold.recorded.rate(task) {
                sheet.set(sheet.cell(task, place, 0), &rating)?;
            }
        }
        for (_, _, drawn) in gold.recorded.drawn() {
            sheet.set_drawn(place, drawn.clone());
        }
        Ok((sheet, carried))
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
