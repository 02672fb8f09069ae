//! A finished run as the audit wants it.

use crate::audit::{Audit, Rater, Run};
use crate::compare::Source;
use crate::error::{Error, Kind, Result};
use crate::inventory::{Inventory, Occupation, Wanted};
use crate::reconcile::Gold;
use crate::report::{RaterKind, RaterLine};
use crate::shell::asked;
use crate::shell::choices;
use crate::shell::cli::AuditArgs;
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::terminal::say;
use std::collections::{BTreeMap, HashMap};

/// Which rater is trusted, by the command line, or by the mark of the run.
///
/// # Errors
/// As [`choices::gold`].
pub(super) fn gold(run: &LoadedRun, args: &AuditArgs) -> Result<Option<Gold>> {
    match args.no_gold {
        true => Ok(None),
        false => {
            let named = args.gold.as_deref().filter(|_| run.gold_file.is_none());
            choices::gold(&run.id, &run.raters, named)
        }
    }
}

/// A run with what the audit reads beside it.
pub(super) struct Subject {
    pub loaded: LoadedRun,
    raters: Vec<Rater>,
    gold: Option<usize>,
    occupations: Vec<Occupation>,
    activities: BTreeMap<String, String>,
}

impl Subject {
    /// Takes a run.
    ///
    /// # Errors
    /// Its manifest does not say who was asked how.
    pub fn of(loaded: LoadedRun, gold: Option<Gold>) -> Result<Self> {
        let asked = asked::raters(&loaded)?.into_iter();
        let lines = loaded.raters.iter().zip(asked);
        let mut raters: Vec<Rater> = lines
            .map(|(line, asked)| rater(line, asked.source))
            .collect();
        if let Some(gold) = gold
            && let Some(trusted) = raters.get_mut(gold.rater)
        {
            trusted.gold = Some(gold.kind.name().to_owned());
        }
        Ok(Self {
            raters,
            gold: gold.map(|gold| gold.rater),
            occupations: loaded.inventory.occupations().to_vec(),
            activities: BTreeMap::new(),
            loaded,
        })
    }

    /// Titles of the activities of its tasks, by id.
    pub fn activities(&self) -> &BTreeMap<String, String> {
        &self.activities
    }

    /// The same with the detailed work activities of its tasks, from the inventory that is named or configured: tasks are
    /// joined by id where they read the same.
    ///
    /// # Errors
    /// The inventory that is named cannot be read; one that is configured is left out then.
    pub fn with_activities(mut self, project: &Project, args: &AuditArgs) -> Result<Self> {
        let named = args.inventory.inventory.is_some();
        if !named && project.config.settings().inventory.is_none() {
            return Ok(self);
        }
        let wanted = Wanted {
            background: true,
            ..Wanted::default()
        };
        let inventory = match project.inventory(&args.inventory, wanted) {
            Ok(inventory) => inventory,
            Err(error) if named => return Err(error),
            Err(error) => {
                say!("the configured inventory is not used for kinds of work: {error}");
                return Ok(self);
            }
        };
        self.join(&inventory);
        Ok(self)
    }

    fn join(&mut self, inventory: &Inventory) {
        let known: HashMap<(&str, &str), &Vec<String>> = inventory
            .items()
            .map(|item| {
                let task = item.task;
                ((&*task.id, &*task.statement), &task.activities)
            })
            .collect();
        for task in self.occupations.iter_mut().flat_map(|one| &mut one.tasks) {
            if let Some(activities) = known.get(&(&*task.id, &*task.statement)) {
                task.activities.clone_from(activities);
            }
        }
        self.activities.clone_from(inventory.activities());
    }

    /// The position of the rater that is trusted.
    pub fn gold(&self) -> Option<usize> {
        self.gold
    }

    /// Its occupations, in the order of the ratings.
    pub fn occupations(&self) -> Vec<&Occupation> {
        self.occupations.iter().collect()
    }

    /// It as the audit takes it.
    pub fn run<'a>(&'a self, occupations: &'a [&'a Occupation]) -> Run<'a> {
        Run {
            id: &self.loaded.id,
            prompt: &self.loaded.prompt,
            inventory: self.loaded.inventory.name(),
            raters: &self.raters,
            gold: self.gold,
            occupations,
            activities: &self.activities,
            sheet: &self.loaded.sheet,
            carried: Some(&self.loaded.carried),
        }
    }
}

fn rater(line: &RaterLine, asked: Source) -> Rater {
    Rater {
        id: line.id.clone(),
        kind: match line.kind {
            RaterKind::Llm => "llm",
            RaterKind::Surrogate => "surrogate",
            RaterKind::Recording => "recording",
        }
        .to_owned(),
        source: line.source.clone(),
        gold: line.gold.map(|kind| kind.name().to_owned()),
        asked: Some(asked),
    }
}

/// The audit for programs.
pub(super) fn json(found: &Audit) -> Result<String> {
    serde_json::to_string_pretty(found)
        .map_err(|error| Error::new(Kind::Internal, "the audit cannot be written").because(error))
}
