//! One name, and the occupation that it names.

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
}

/// The occupation that a name stands for, if it is one and has tasks.
pub(super) fn resolve(
    inventory: &Inventory,
    lookup: &Lookup<'_>,
    name: &str,
) -> Result<Match, Unresolved> {
    match lookup.find(name) {
        Found::Many(matches) => Err(Unresolved::Many(matches)),
        Found::None { nearest } => Err(Unresolved::Unknown(nearest)),
        Found::One(found) => {
            let occupation = inventory.occupations().get(found.index);
            match occupation.is_some_and(|job| job.tasks.is_empty()) {
                true => Err(Unresolved::NoTasks(Box::new(found))),
                false => Ok(found),
            }
        }
    }
}
