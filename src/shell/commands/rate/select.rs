//! Which occupations a run is about.

use crate::error::{Error, Kind, Result};
use crate::inventory::{How, Inventory, Lookup, Occupation};
use crate::shell::cli::RateArgs;
use crate::shell::commands::named;
use crate::shell::terminal::say;

/// The occupations that were named, in the order of the inventory, or all of them.
pub(super) fn occupations<'a>(
    inventory: &'a Inventory,
    args: &RateArgs,
) -> Result<Vec<&'a Occupation>> {
    if args.all {
        let with_tasks = inventory
            .occupations()
            .iter()
            .filter(|occupation| !occupation.tasks.is_empty());
        let chosen: Vec<&Occupation> = with_tasks.collect();
        if chosen.is_empty() {
            return Err(Error::input(format!(
                "{} has no task to rate",
                inventory.name()
            )));
        }
        match inventory.occupations().len() - chosen.len() {
            0 => {}
            left => say!(
                "{left} occupations of {} have no tasks and are left out",
                inventory.name()
            ),
        }
        return Ok(chosen);
    }
    if args.occupation.is_empty() {
        return Err(Error::new(Kind::Usage, "no occupation is named").hint(
            "name one or more, by code or title, or say --all; `taskrater occupations` lists them",
        ));
    }
    let lookup = Lookup::new(inventory);
    let mut chosen = Vec::new();
    for query in &args.occupation {
        chosen.push(one(inventory, &lookup, query)?);
    }
    chosen.sort_unstable();
    chosen.dedup();
    Ok(chosen
        .into_iter()
        .map(|index| &inventory.occupations()[index])
        .collect())
}

fn one(inventory: &Inventory, lookup: &Lookup<'_>, query: &str) -> Result<usize> {
    let found = named::one(inventory, lookup, query)?;
    let occupation = &inventory.occupations()[found.index];
    if occupation.tasks.is_empty() {
        return Err(Error::input(format!(
            "{} ({}) has no tasks in {}",
            occupation.title,
            occupation.id,
            inventory.name()
        ))
        .hint("O*NET collects no tasks for such groups; rate the detailed occupations below it"));
    }
    if let How::AlternateTitle(title) = &found.how {
        say!(
            "“{title}” is another title of {} ({})",
            found.title,
            found.code
        );
    }
    Ok(found.index)
}
