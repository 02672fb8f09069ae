//! The occupations of a file: all of them are resolved before anything is asked.

use super::super::named::{Unresolved, resolve};
use crate::error::{Error, Result};
use crate::inventory::{How, Inventory, Lookup, Match};
use crate::shell::cli::RateArgs;
use crate::shell::inventory;
use crate::shell::terminal::{clean, clean_lines, say};
use std::collections::HashSet;
use std::path::Path;

/// Suggestions to a name.
const NEAREST: usize = 3;

/// The occupations that the file names, and those named beside it.
///
/// # Errors
/// A name that stands for none, for several, or for an occupation without tasks: all of them together, by line. With
/// `--skip-unresolved` they are listed on stderr, unless nothing else is left.
pub(super) fn resolved(inventory: &Inventory, file: &Path, args: &RateArgs) -> Result<Vec<usize>> {
    let (place, list) = inventory::names(file)?;
    for note in &list.notes {
        say!("{}", clean(note));
    }
    let lookup = Lookup::new(inventory);
    let mut wishes = Wishes::default();
    let torn = list.problems.iter();
    let torn = torn.map(|problem| (problem.line, problem.what.clone()));
    wishes.named = list.problems.len();
    wishes.unresolved.extend(torn);
    for name in &args.occupation {
        wishes.add(inventory, &lookup, None, std::slice::from_ref(name));
    }
    for name in &list.names {
        wishes.add(inventory, &lookup, Some(name.line), &name.by);
    }
    wishes.unresolved.sort_by_key(|(line, _)| *line);
    if wishes.named == 0 {
        return Err(Error::input(format!("{place} names no occupation"))
            .hint("write a title or code a line, or a table with a column for the occupation"));
    }
    if !wishes.unresolved.is_empty() {
        let message = clean_lines(&wishes.refusal(&place));
        if wishes.chosen.is_empty() || !args.skip_unresolved {
            let hint = match wishes.chosen.is_empty() {
                true => {
                    "`taskrater occupations` lists what there is; --inventory PATH names another inventory"
                }
                false => "mend these lines, or say --skip-unresolved to go on with the others",
            };
            return Err(Error::input(message).hint(hint));
        }
        say!("{message}");
        say!("they are left out");
    }
    wishes.say(&place);
    Ok(wishes.chosen)
}

/// What has been resolved so far.
#[derive(Default)]
struct Wishes {
    /// Names, resolved or not.
    named: usize,
    chosen: Vec<usize>,
    seen: HashSet<usize>,
    repeated: usize,
    by_other_titles: usize,
    /// An example of those.
    other_title: Option<String>,
    /// What could not be resolved, with its line in the file.
    unresolved: Vec<(Option<usize>, String)>,
}

impl Wishes {
    /// Takes in an occupation that goes `by` one name, or by a code and a title; the first that is known counts.
    fn add(
        &mut self,
        inventory: &Inventory,
        lookup: &Lookup<'_>,
        line: Option<usize>,
        by: &[String],
    ) {
        self.named += 1;
        let mut last = None;
        for name in by {
            match resolve(inventory, lookup, name) {
                Ok(found) => return self.take(&found),
                Err(why @ Unresolved::NoTasks(_)) => {
                    last = Some(why);
                    break;
                }
                Err(why) => last = Some(why),
            }
        }
        if let Some(why) = last {
            self.unresolved
                .push((line, described(&by.join(" / "), &why)));
        }
    }

    fn take(&mut self, found: &Match) {
        if !self.seen.insert(found.index) {
            self.repeated += 1;
            return;
        }
        self.chosen.push(found.index);
        if let How::AlternateTitle(title) = &found.how {
            self.by_other_titles += 1;
            self.other_title
                .get_or_insert_with(|| format!("“{title}” of {} ({})", found.title, found.code));
        }
    }

    fn refusal(&self, place: &str) -> String {
        let mut text = format!(
            "{place}: {} of {} occupations cannot be rated:",
            self.unresolved.len(),
            self.named
        );
        for (line, what) in &self.unresolved {
            match line {
                Some(line) => text.push_str(&format!("\n  line {line}: {what}")),
                None => text.push_str(&format!("\n  {what}")),
            }
        }
        text
    }

    /// What should be known of those that were found.
    fn say(&self, place: &str) {
        if self.repeated > 0 {
            let repeated = self.repeated;
            say!("{place}: repeated names: {repeated}; each occupation is rated once");
        }
        if let Some(example) = &self.other_title {
            let line = format!(
                "{place}: found by another title: {}, such as {example}",
                self.by_other_titles
            );
            say!("{}", clean(&line));
        }
    }
}

fn described(name: &str, why: &Unresolved) -> String {
    let most = match why {
        Unresolved::Unknown(_) => NEAREST,
        Unresolved::Many(_) | Unresolved::NoTasks(_) => usize::MAX,
    };
    let list = why.matches().iter().take(most);
    let list: Vec<String> = list
        .map(|found| format!("{} {}", found.code, found.title))
        .collect();
    let list = list.join("; ");
    match why {
        Unresolved::Many(_) => format!("“{name}” stands for several: {list}"),
        Unresolved::NoTasks(_) => format!("“{name}” has no tasks in the inventory ({list})"),
        Unresolved::Unknown(_) if list.is_empty() => format!("“{name}” is unknown"),
        Unresolved::Unknown(_) => format!("“{name}” is unknown; the nearest: {list}"),
    }
}
