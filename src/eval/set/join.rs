//! The tasks of a half with their texts, from the inventory that has them.

use super::{Half, Row, Set, TaskRef};
use crate::error::{Error, Result};
use crate::inventory::{Inventory, Occupation, Task, text_hash};
use crate::rater::Tasks;
use std::collections::BTreeSet;

/// Ids that an error names of each side.
const NAMED: usize = 3;

/// The labelled tasks of a half that an inventory has as they were labelled.
#[derive(Debug, Clone)]
pub struct Joined {
    /// They alone, in the order of the inventory, under its name and digest.
    pub inventory: Inventory,
    /// Labelled tasks that the inventory does not have, or has in another occupation; in the order of the set.
    pub gone: Vec<TaskRef>,
    /// Labelled tasks that have another text there: their gold is about other words.
    pub changed: Vec<TaskRef>,
    /// Tasks of the half without any label: there is nothing to measure on them.
    pub unlabelled: Vec<TaskRef>,
}

impl Set {
    /// The labelled tasks of a half, from an inventory; of a set with words of its own, from the set, whatever the inventory.
    ///
    /// # Errors
    /// The half has no task or no label, or the inventory has none of its tasks, or none as it was labelled.
    pub fn joined(&self, half: Half, from: &Inventory) -> Result<Joined> {
        self.check_labelled(half)?;
        let own = match self.has_words() {
            true => Some(self.own_inventory()?),
            false => None,
        };
        let from = own.as_ref().unwrap_or(from);
        let tasks = Tasks::of(from.items());
        let hashes: Vec<[u8; 16]> = from
            .items()
            .map(|item| text_hash(&item.task.statement))
            .collect();
        let (mut gone, mut changed, mut unlabelled) = (Vec::new(), Vec::new(), Vec::new());
        let mut kept: BTreeSet<usize> = BTreeSet::new();
        for row in self.rows.iter().filter(|row| row.half == half) {
            let list = match tasks.find(&row.at.task_id, Some(&row.at.occupation_id)) {
                _ if !row.is_labelled(&self.columns) => &mut unlabelled,
                None => &mut gone,
                Some(at) if hashes[at] != row.text => &mut changed,
                Some(at) => {
                    kept.insert(at);
                    continue;
                }
            };
            list.push(row.at.clone());
        }
        if kept.is_empty() {
            return Err(self.nothing(half, from, &changed));
        }
        let note = note(
            &self.about.id,
            half,
            kept.len(),
            (&gone, &changed, &unlabelled),
        );
        let notes = from.notes().iter().cloned().chain([note]).collect();
        let (name, digest) = (from.name().to_owned(), from.digest().to_owned());
        let inventory = Inventory::new(name, digest, notes, only(from, &kept))?;
        Ok(Joined {
            inventory: inventory.with_activities(from.activities().clone()),
            gone,
            changed,
            unlabelled,
        })
    }

    /// Whether the set has the texts of its tasks itself.
    #[must_use]
    pub fn has_words(&self) -> bool {
        self.rows.iter().any(|row| row.own.is_some())
    }

    /// All tasks of a set with words of its own, as an inventory in its order.
    ///
    /// # Errors
    /// Two rows give an occupation two titles.
    pub fn own_inventory(&self) -> Result<Inventory> {
        let mut occupations: Vec<Occupation> = Vec::new();
        let rows = self.rows.iter();
        for (Row { at, .. }, (title, statement)) in
            rows.filter_map(|row| Some((row, row.own.as_ref()?)))
        {
            let task = Task {
                id: at.task_id.clone(),
                statement: statement.clone(),
                ..Task::default()
            };
            match occupations
                .iter_mut()
                .find(|one| one.id == at.occupation_id)
            {
                Some(known) if known.title != *title => {
                    let (name, id) = (&self.name, &known.id);
                    let message = format!(
                        "{name}/{}: occupation {id} is called {} and {title}",
                        super::GOLD,
                        known.title
                    );
                    return Err(Error::input(message).hint("give it one title"));
                }
                Some(known) => known.tasks.push(task),
                None => occupations.push(Occupation {
                    id: at.occupation_id.clone(),
                    title: title.clone(),
                    tasks: vec![task],
                    ..Occupation::default()
                }),
            }
        }
        let name = format!("eval set {}", self.about.id);
        Inventory::new(name, self.digest.clone(), Vec::new(), occupations)
    }

    /// Why no task of a half can be used.
    fn nothing(&self, half: Half, from: &Inventory, changed: &[TaskRef]) -> Error {
        let own = self.rows.iter().filter(|row| row.half == half);
        let own: Vec<String> = own
            .take(NAMED)
            .map(|row| format!("{} of {}", row.at.task_id, row.at.occupation_id))
            .collect();
        let there: Vec<String> = from
            .items()
            .take(NAMED)
            .map(|item| format!("{} of {}", item.task.id, item.occupation.id))
            .collect();
        let (set, name) = (&self.about.id, from.name());
        let message = match changed.len() {
            0 => format!("{name} has no task of the {half} half of the set {set}"),
            some => format!(
                "{name} has {some} tasks of the {half} half of the set {set}, all with another text than the one that was labelled"
            ),
        };
        Error::input(message).hint(format!(
            "the set has tasks such as {}, the inventory such as {}; the texts of this set are in {}: name it with --inventory",
            own.join(", "),
            match there.is_empty() {
                true => "none".to_owned(),
                false => there.join(", "),
            },
            match self.about.inventory.as_str() {
                super::about::STARTER => "the bundled starter inventory",
                other => other,
            }
        ))
    }
}

/// What a reader should know of the part of an inventory that a half is.
fn note(
    set: &str,
    half: Half,
    kept: usize,
    (gone, changed, unlabelled): (&[TaskRef], &[TaskRef], &[TaskRef]),
) -> String {
    let all = kept + gone.len() + changed.len() + unlabelled.len();
    let mut note = format!("{kept} of the {all} tasks of the {half} half of the eval set {set}");
    let left = [
        (
            changed.len(),
            "have another text than the one that was labelled",
        ),
        (gone.len(), "are not in the inventory"),
        (unlabelled.len(), "have no label"),
    ];
    let left = left.iter().filter(|(count, _)| *count > 0);
    let left: Vec<String> = left.map(|(count, why)| format!("{count} {why}")).collect();
    if !left.is_empty() {
        note.push_str(&format!(" ({})", left.join(", ")));
    }
    note
}

/// The occupations of an inventory with these tasks alone, counted through all of them; those without any are left out.
fn only(from: &Inventory, kept: &BTreeSet<usize>) -> Vec<Occupation> {
    let mut number = 0;
    let mut occupations = Vec::new();
    for occupation in from.occupations() {
        let first = number;
        number += occupation.tasks.len();
        let tasks: Vec<Task> = kept
            .range(first..number)
            .map(|at| occupation.tasks[at - first].clone())
            .collect();
        if !tasks.is_empty() {
            occupations.push(Occupation {
                tasks,
                ..occupation.clone()
            });
        }
    }
    occupations
}
