//! Which occupation and which task of one run is which of the other.

use super::Side;
use crate::inventory::{Changes, Field, Item};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// A task in both runs.
#[derive(Debug, Clone)]
pub(super) struct TaskPair<'a> {
    pub item: Item<'a>,
    /// Its number in each run, and that of its occupation.
    pub numbers: [usize; 2],
    pub occupations: [usize; 2],
    /// What differs, and whether raters are told of it.
    pub fields: Vec<Field>,
    pub told: bool,
}

/// A task of one run.
#[derive(Debug, Clone)]
pub(super) struct Lone<'a> {
    pub item: Item<'a>,
    pub number: usize,
    pub occupation: usize,
}

/// An occupation in both runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OccupationPair {
    pub numbers: [usize; 2],
    /// Whether it is joined by its tasks, because its id is another one.
    pub by_tasks: bool,
}

/// Two runs joined.
pub(super) struct Join<'a> {
    pub tasks: Vec<TaskPair<'a>>,
    pub new: Vec<Lone<'a>>,
    pub gone: Vec<Lone<'a>>,
    /// In the order of the later run.
    pub occupations: Vec<OccupationPair>,
    pub occupations_new: Vec<usize>,
    pub occupations_gone: Vec<usize>,
    pub counts: TaskCounts,
}

/// How many tasks are in which of two runs, and how they changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TaskCounts {
    /// Tasks in both, joined by id.
    pub in_both: usize,
    /// Of them, those that read the same to every rater.
    pub same_text: usize,
    /// Of those in both, how many differ in what; a task may count in several.
    pub changed_in: BTreeMap<&'static str, usize>,
    /// Tasks of the later run alone.
    pub new: usize,
    /// Tasks of the earlier run alone.
    pub gone: usize,
    /// Of the new, those with the text of one that is gone from the same occupation: most probably one task under two ids.
    pub same_text_under_another_id: usize,
    /// What could not be compared, because one of the two runs says nothing of it.
    pub not_compared: Vec<&'static str>,
}

impl<'a> Join<'a> {
    pub fn new(before: &Side<'a>, after: &Side<'a>) -> Self {
        let changes = Changes::between(before.inventory, after.inventory);
        let places = [before, after].map(places);
        let told = |field: &Field| before.told.contains(field) || after.told.contains(field);
        let mut tasks: Vec<TaskPair<'a>> = Vec::with_capacity(changes.tasks.joined.len());
        for pair in &changes.tasks.joined {
            let id = pair.new.task.id.as_str();
            let found = [&places[0], &places[1]].map(|places| places.get(id).copied());
            let [Some(was), Some(is)] = found else {
                continue;
            };
            tasks.push(TaskPair {
                item: pair.new,
                numbers: [was.0, is.0],
                occupations: [was.1, is.1],
                told: pair.fields.iter().any(told),
                fields: pair.fields.clone(),
            });
        }
        // Sums are taken in the order of ids, whatever the order of the rows.
        tasks.sort_by_key(|pair| &pair.item.task.id);
        let alone = |items: &[Item<'a>], places: &HashMap<&str, (usize, usize)>| {
            let lone = |item: &Item<'a>| {
                let &(number, occupation) = places.get(item.task.id.as_str())?;
                Some(Lone {
                    item: *item,
                    number,
                    occupation,
                })
            };
            let mut all: Vec<Lone<'a>> = items.iter().filter_map(lone).collect();
            all.sort_by_key(|lone| &lone.item.task.id);
            all
        };
        let (occupations, occupations_new, occupations_gone) = occupations([before, after], &tasks);
        Self {
            new: alone(&changes.tasks.new, &places[1]),
            gone: alone(&changes.tasks.gone, &places[0]),
            occupations,
            occupations_new,
            occupations_gone,
            counts: counts(&changes, &tasks),
            tasks,
        }
    }
}

/// The number of each task and of its occupation, by its id.
fn places<'a>(side: &Side<'a>) -> HashMap<&'a str, (usize, usize)> {
    let occupations = side.inventory.occupations().iter().enumerate();
    let tasks = occupations.flat_map(|(n, one)| one.tasks.iter().map(move |task| (n, task)));
    tasks
        .enumerate()
        .map(|(number, (occupation, task))| (&*task.id, (number, occupation)))
        .collect()
}

fn counts(changes: &Changes<'_>, tasks: &[TaskPair<'_>]) -> TaskCounts {
    let changed = Field::ALL.map(|field| (field.name(), changes.tasks.changed_in(field)));
    TaskCounts {
        in_both: tasks.len(),
        same_text: tasks.iter().filter(|pair| !pair.told).count(),
        changed_in: changed.into_iter().filter(|(_, n)| *n > 0).collect(),
        new: changes.tasks.new.len(),
        gone: changes.tasks.gone.len(),
        same_text_under_another_id: changes.reissued.len(),
        not_compared: changes
            .not_compared
            .iter()
            .map(|field| field.name())
            .collect(),
    }
}

/// The occupations in both, by id; of the others, those whose tasks mostly went from the one to the other. Then those of
/// the later and those of the earlier run alone.
fn occupations(
    [before, after]: [&Side<'_>; 2],
    tasks: &[TaskPair<'_>],
) -> (Vec<OccupationPair>, Vec<usize>, Vec<usize>) {
    let (old, new) = (
        before.inventory.occupations(),
        after.inventory.occupations(),
    );
    let known: HashMap<&str, usize> = old
        .iter()
        .enumerate()
        .map(|(n, one)| (&*one.id, n))
        .collect();
    let by_id: Vec<Option<usize>> = new.iter().map(|one| known.get(&*one.id).copied()).collect();
    let mut taken = vec![false; old.len()];
    by_id.iter().flatten().for_each(|&was| taken[was] = true);
    // How many tasks went from an occupation without a partner to another without one, and how many each has in both.
    let mut went: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut joined = [vec![0_usize; old.len()], vec![0_usize; new.len()]];
    for pair in tasks {
        let [was, is] = pair.occupations;
        joined[0][was] += 1;
        joined[1][is] += 1;
        if by_id[is].is_none() && !taken[was] {
            *went.entry((was, is)).or_default() += 1;
        }
    }
    // More than half of both: no occupation has two such partners.
    let most =
        |(was, is): (usize, usize), n: usize| 2 * n > joined[0][was] && 2 * n > joined[1][is];
    let moved: HashMap<usize, usize> = went
        .into_iter()
        .filter(|(pair, n)| most(*pair, *n))
        .map(|((was, is), _)| (is, was))
        .collect();
    let (mut pairs, mut alone) = (Vec::new(), Vec::new());
    for (is, was) in by_id.iter().enumerate() {
        match (was, moved.get(&is)) {
            (Some(was), _) => pairs.push(OccupationPair {
                numbers: [*was, is],
                by_tasks: false,
            }),
            (None, Some(&was)) => {
                taken[was] = true;
                pairs.push(OccupationPair {
                    numbers: [was, is],
                    by_tasks: true,
                });
            }
            (None, None) => alone.push(is),
        }
    }
    let gone = (0..old.len()).filter(|&was| !taken[was]).collect();
    (pairs, alone, gone)
}
