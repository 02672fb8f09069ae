//! The occupation that a person names, or what to name instead.

use crate::error::{Error, Result};
use crate::inventory::{Found, Inventory, Lookup, Match};

/// The one occupation that a query names.
pub(super) fn one(inventory: &Inventory, lookup: &Lookup<'_>, query: &str) -> Result<Match> {
    match lookup.find(query) {
        Found::One(found) => Ok(found),
        Found::Many(matches) => Err(Error::input(format!(
            "“{query}” stands for several occupations:{}",
            list(&matches)
        ))
        .hint("name one of them by its code")),
        Found::None { nearest } if nearest.is_empty() => Err(Error::input(format!(
            "no occupation “{query}” in {}",
            inventory.name()
        ))
        .hint(
            "`taskrater occupations` lists what there is; --inventory PATH names another inventory",
        )),
        Found::None { nearest } => Err(Error::input(format!(
            "no occupation “{query}” in {}; the nearest titles are:{}",
            inventory.name(),
            list(&nearest)
        ))
        .hint("name one of them, by title or code; --inventory PATH names another inventory")),
    }
}

fn list(matches: &[Match]) -> String {
    matches
        .iter()
        .map(|found| format!("\n  {}  {}", found.code, found.title))
        .collect()
}
