//! A finished run as the audit wants it.

use crate::audit::{Audit, Rater, Run};
use crate::error::{Error, Kind, Result};
use crate::inventory::{Inventory, Occupation, Wanted};
use crate::report::{RaterKind, RaterLine};
use crate::shell::cli::AuditArgs;
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::terminal::say;
use std::collections::{BTreeMap, HashMap};

/// Which rater is trusted.
#[derive(Clone, Copy)]
pub(super) enum Gold<'a> {
    /// The one that the run marked, if any.
    Marked,
    /// This one.
    Named(&'a str),
    /// Nobody.
    None,
}

/// What the command line says of gold.
pub(super) fn gold(args: &AuditArgs) -> Gold<'_> {
    match &args.gold {
        Some(rater) => Gold::Named(rater),
        None if args.no_gold => Gold::None,
        None => Gold::Marked,
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
    /// The rater named as gold is not of the run, or is no recording; several are marked.
    pub fn of(loaded: LoadedRun, gold: Gold<'_>) -> Result<Self> {
        Ok(Self {
            raters: loaded.raters.iter().map(rater).collect(),
            gold: position(&loaded, gold)?,
            occupations: loaded.inventory.occupations().to_vec(),
            activities: BTreeMap::new(),
            loaded,
        })
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

    /// Its occupations, in the order of the ratings.
    pub fn occupations(&self) -> Vec<&Occupation> {
        self.occupations.iter().collect()
    }

    /// The rater that is trusted.
    pub fn gold(&self) -> Option<usize> {
        self.gold
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

fn rater(line: &RaterLine) -> Rater {
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
    }
}

fn position(run: &LoadedRun, gold: Gold<'_>) -> Result<Option<usize>> {
    let usage = |message: String| Error::new(Kind::Usage, message);
    let ids = |which: &dyn Fn(&RaterLine) -> bool| -> Vec<&str> {
        let chosen = run.raters.iter().filter(|rater| which(rater));
        chosen.map(|rater| &*rater.id).collect()
    };
    let recorded = || match ids(&|rater| rater.kind == RaterKind::Recording).as_slice() {
        [] => format!("run {} has no recorded rater", run.id),
        all => format!("its recorded raters are {}", all.join(", ")),
    };
    match gold {
        Gold::None => Ok(None),
        Gold::Marked => {
            let marked = ids(&|rater| rater.gold.is_some());
            if marked.len() > 1 {
                let message = format!("{} are all marked as gold", marked.join(", "));
                return Err(usage(message).hint("--gold names the one to use, --no-gold none"));
            }
            Ok(run.raters.iter().position(|rater| rater.gold.is_some()))
        }
        Gold::Named(id) => {
            let found = run.raters.iter().position(|rater| rater.id == id);
            let place = found.ok_or_else(|| {
                usage(format!("run {} has no rater '{id}'", run.id)).hint(recorded())
            })?;
            match run.raters.get(place).map(|rater| rater.kind) {
                Some(RaterKind::Recording) => Ok(Some(place)),
                _ => Err(
                    usage(format!("'{id}' is no recorded rater, so it cannot be gold"))
                        .hint(recorded()),
                ),
            }
        }
    }
}

/// The audit for programs.
pub(super) fn json(found: &Audit) -> Result<String> {
    serde_json::to_string_pretty(found)
        .map_err(|error| Error::new(Kind::Internal, "the audit cannot be written").because(error))
}
