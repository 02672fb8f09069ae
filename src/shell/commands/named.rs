//! One name, and the occupation that it names, or what to name instead.

use crate::error::{Error, Result};
use crate::inventory::{Found, Inventory, Lookup, Match};

/// Why a name gives nothing to rate.
pub(super) enum Unresolved {
    /// It stands for all of these.
    Many(Vec<Match>),
    /// It stands for none; these come near.
    Unknown(Vec<Match>),
    /// It stands for this one, which has no tasks.
    NoTasks(Box<Match>),
}

impl Unresolved {
    /// What may have been meant.
    pub fn matches(&self) -> &[Match] {
        match self {
            Self::Many(matches) | Self::Unknown(matches) => matches,
            Self::NoTasks(found) => std::slice::from_ref(found),
        }
    }

    /// The error that says so of a name.
    pub fn error(&self, inventory: &Inventory, name: &str) -> Error {
        let source = inventory.name();
        let list = self.matches().iter();
        let list: String = list
            .map(|found| format!("\n  {}  {}", found.code, found.title))
            .collect();
        match self {
            Self::NoTasks(found) => Error::input(format!(
                "{} ({}) has no tasks in {source}",
                found.title, found.code
            ))
            .hint("O*NET collects no tasks for such groups; rate the detailed occupations below it"),
            Self::Many(_) => {
                Error::input(format!("“{name}” stands for several occupations:{list}"))
                    .hint("name one of them by its code")
            }
            Self::Unknown(nearest) if nearest.is_empty() => {
                Error::input(format!("no occupation “{name}” in {source}")).hint(
                    "`taskrater occupations` lists what there is; --inventory PATH names another inventory",
                )
            }
            Self::Unknown(_) => Error::input(format!(
                "no occupation “{name}” in {source}; the nearest titles are:{list}"
            ))
            .hint("name one of them, by title or code; --inventory PATH names another inventory"),
        }
    }
}

/// The one occupation that a name stands for.
pub(super) fn one(inventory: &Inventory, lookup: &Lookup<'_>, name: &str) -> Result<Match> {
    found(lookup, name).map_err(|unresolved| unresolved.error(inventory, name))
}

/// The occupation that a name stands for, if it is one and has tasks.
pub(super) fn resolve(
    inventory: &Inventory,
    lookup: &Lookup<'_>,
    name: &str,
) -> std::result::Result<Match, Unresolved> {
    let found = found(lookup, name)?;
    let occupation = inventory.occupations().get(found.index);
    match occupation.is_some_and(|job| job.tasks.is_empty()) {
        true => Err(Unresolved::NoTasks(Box::new(found))),
        false => Ok(found),
    }
}

fn found(lookup: &Lookup<'_>, name: &str) -> std::result::Result<Match, Unresolved> {
    match lookup.find(name) {
        Found::One(found) => Ok(found),
        Found::Many(matches) => Err(Unresolved::Many(matches)),
        Found::None { nearest } => Err(Unresolved::Unknown(nearest)),
    }
}
