//! Which occupations a run is about.

use super::super::named::resolve;
use super::wishes;
use crate::error::{Error, Kind, Result};
use crate::inventory::{How, Inventory, Lookup, Occupation};
use crate::shell::cli::RateArgs;
use crate::shell::terminal::{clean, say};

/// The occupations that were named, on the command line or in a file, in the order of the inventory; or all of them.
pub(super) fn occupations<'a>(
    inventory: &'a Inventory,
    args: &RateArgs,
) -> Result<Vec<&'a Occupation>> {
    if args.all {
        return all(inventory);
    }
    let mut chosen = match &args.occupations {
        Some(file) => wishes::resolved(inventory, file, args)?,
        None if args.occupation.is_empty() => {
            return Err(Error::new(Kind::Usage, "no occupation is named").hint(
                "name one or more, by code or title, or say --all, or --occupations FILE; `taskrater occupations` lists them",
            ));
        }
        None => named(inventory, &args.occupation)?,
    };
    chosen.sort_unstable();
    chosen.dedup();
    let occupations = inventory.occupations();
    Ok(chosen
        .into_iter()
        .map(|index| &occupations[index])
        .collect())
}

fn all(inventory: &Inventory) -> Result<Vec<&Occupation>> {
    let occupations = inventory.occupations();
    let with_tasks = occupations.iter().filter(|job| !job.tasks.is_empty());
    let chosen: Vec<&Occupation> = with_tasks.collect();
    if chosen.is_empty() {
        let message = format!("{} has no task to rate", inventory.name());
        return Err(Error::input(message));
    }
    match occupations.len() - chosen.len() {
        0 => {}
        left => say!(
            "{left} occupations of {} have no tasks and are left out",
            inventory.name()
        ),
    }
    Ok(chosen)
}

/// Each of the names, or an error for the first that names none.
fn named(inventory: &Inventory, names: &[String]) -> Result<Vec<usize>> {
    let lookup = Lookup::new(inventory);
    let mut chosen = Vec::with_capacity(names.len());
    for name in names {
        let found = resolve(inventory, &lookup, name)
            .map_err(|unresolved| unresolved.error(inventory, name))?;
        if let How::AlternateTitle(title) = &found.how {
            let line = format!(
                "“{title}” is another title of {} ({})",
                found.title, found.code
            );
            say!("{}", clean(&line));
        }
        chosen.push(found.index);
    }
    Ok(chosen)
}
