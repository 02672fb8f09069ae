//! Which tasks a probe asks about, and whose title each occupation borrows.

use crate::error::{Error, Result};
use crate::inventory::{Inventory, Occupation};
use crate::stats::rng::Rng;

/// Tasks of an occupation, as long as there are occupations enough.
const EACH: usize = 4;
/// With fewer occupations no sign flip has a p of .05 or less: 2/2⁵ = .0625.
const FEWEST: usize = 6;

/// Tasks drawn at random by occupation: at least two of each, so that what an occupation's tasks have in common can be told
/// from noise.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// Seed of the draw.
    pub seed: u64,
    /// The drawn occupations in random order, with their drawn tasks alone.
    pub occupations: Vec<Occupation>,
    /// By occupation, the one whose title it borrows: each title is borrowed once, none by its owner.
    pub donors: Vec<usize>,
    /// Occupations that could be drawn.
    pub frame: usize,
    /// Occupations that could not, for they have one task.
    pub passed_over: usize,
}

impl Design {
    /// Draws about `tasks` tasks: occupations at random, four tasks of each at random, fewer of those that have fewer, more
    /// where there are not occupations enough. The same inventory, number and seed draw the same.
    ///
    /// # Errors
    /// Fewer than six occupations have two tasks: then no test could find anything.
    pub fn draw(inventory: &Inventory, tasks: usize, seed: u64) -> Result<Self> {
        let all = inventory.occupations().iter();
        let with_tasks = all.clone().filter(|one| !one.tasks.is_empty()).count();
        let frame: Vec<&Occupation> = all.filter(|one| one.tasks.len() > 1).collect();
        if frame.len() < FEWEST || tasks < 2 * FEWEST {
            let (has, wants) = (frame.len(), 2 * FEWEST);
            return Err(Error::input(format!(
                "a probe needs {FEWEST} occupations with two tasks or more, and {wants} tasks: here are {has} such occupations, and \
                 {tasks} tasks are to be drawn"
            ))
            .hint("with fewer no test by occupation can find anything; take a larger set, or more --probe-tasks"));
        }
        let mut rng = Rng::new(seed);
        let order = shuffled(frame.len(), &mut rng);
        let takes = takes(&order, &frame, tasks);
        let drawn = order.iter().zip(&takes).filter(|(_, takes)| **takes > 0);
        let occupations: Vec<Occupation> = drawn
            .map(|(&at, &takes)| some_tasks(frame[at], takes, &mut rng))
            .collect();
        let donors = donors(&occupations, &mut rng);
        Ok(Self {
            seed,
            donors,
            occupations,
            frame: frame.len(),
            passed_over: with_tasks - frame.len(),
        })
    }

    /// Number of tasks.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.occupations.iter().map(|one| one.tasks.len()).sum()
    }

    /// The occupation of each task.
    #[must_use]
    pub fn of_tasks(&self) -> Vec<usize> {
        let all = self.occupations.iter().enumerate();
        all.flat_map(|(at, one)| std::iter::repeat_n(at, one.tasks.len()))
            .collect()
    }
}

/// How many tasks each occupation gives, in the order drawn: two at least, or none.
fn takes(order: &[usize], frame: &[&Occupation], wanted: usize) -> Vec<usize> {
    let sizes: Vec<usize> = order.iter().map(|&at| frame[at].tasks.len()).collect();
    let mut takes = vec![0; sizes.len()];
    let mut left = wanted;
    // Six occupations at least, however few tasks.
    let each = EACH.min(wanted / FEWEST).max(2);
    for (take, size) in takes.iter_mut().zip(&sizes) {
        if left >= 2 {
            *take = each.min(*size).min(left);
            left -= *take;
        }
    }
    let mut more = true;
    while left > 0 && more {
        more = false;
        for (take, size) in takes.iter_mut().zip(&sizes) {
            if left > 0 && *take > 0 && *take < *size {
                *take += 1;
                left -= 1;
                more = true;
            }
        }
    }
    takes
}

/// So many tasks of an occupation at random, in its order.
fn some_tasks(occupation: &Occupation, takes: usize, rng: &mut Rng) -> Occupation {
    let mut chosen = shuffled(occupation.tasks.len(), rng);
    chosen.truncate(takes);
    chosen.sort_unstable();
    let tasks = chosen.iter().map(|&at| occupation.tasks[at].clone());
    Occupation {
        tasks: tasks.collect(),
        ..occupation.clone()
    }
}

/// A permutation without a fixed point: one cycle through all, tried again while an occupation gets a title that
/// reads as its own.
fn donors(occupations: &[Occupation], rng: &mut Rng) -> Vec<usize> {
    const TRIES: usize = 50;
    let mut donors = Vec::new();
    for _ in 0..TRIES {
        donors = cycle(occupations.len(), rng);
        let same = |(own, donor): (&Occupation, &usize)| own.title == occupations[*donor].title;
        if !occupations.iter().zip(&donors).any(same) {
            break;
        }
    }
    donors
}

/// 0 to `count` − 1 as one cycle, each of the (`count` − 1)! equally likely (Sattolo 1986): nothing keeps its place.
pub(super) fn cycle(count: usize, rng: &mut Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        order.swap(last, rng.below(last));
    }
    order
}

/// 0 to `count` − 1 in random order (Fisher & Yates).
fn shuffled(count: usize, rng: &mut Rng) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        order.swap(last, rng.below(last + 1));
    }
    order
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::inventory::Task;

    pub(in crate::eval::probe) fn inventory(sizes: &[usize]) -> Inventory {
        let occupation = |(n, &size): (usize, &usize)| Occupation {
            id: format!("o{n}"),
            title: format!("Title {n}"),
            description: format!("What those of {n} do."),
            tasks: (0..size)
                .map(|t| Task {
                    id: format!("o{n}-t{t}"),
                    statement: format!("Do thing {t} of {n} with care and skill."),
                    ..Task::default()
                })
                .collect(),
            ..Occupation::default()
        };
        let all = sizes.iter().enumerate().map(occupation).collect();
        Inventory::new("test".into(), "d".into(), Vec::new(), all).unwrap()
    }

    fn sizes(design: &Design) -> Vec<usize> {
        let sizes = design.occupations.iter().map(|one| one.tasks.len());
        sizes.collect()
    }

    #[test]
    fn four_tasks_each_of_occupations_at_random() {
        let inventory = inventory(&[9; 40]);
        let one = Design::draw(&inventory, 60, 7).unwrap();
        assert_eq!((sizes(&one), one.tasks()), (vec![4; 15], 60));
        assert_eq!(one, Design::draw(&inventory, 60, 7).unwrap());
        let other = Design::draw(&inventory, 60, 8).unwrap();
        assert_ne!(one.occupations, other.occupations);
        // Nobody borrows from himself, everybody lends once.
        let mut lent = one.donors.clone();
        assert!(
            one.donors
                .iter()
                .enumerate()
                .all(|(own, donor)| own != *donor)
        );
        lent.sort_unstable();
        assert_eq!(lent, (0..15).collect::<Vec<_>>());
        assert_eq!(one.of_tasks()[3..6], [0, 1, 1]);
    }

    #[test]
    fn few_occupations_give_more_tasks_and_those_of_one_task_none() {
        let found = Design::draw(&inventory(&[9, 9, 9, 9, 9, 9, 1]), 40, 1).unwrap();
        assert_eq!((found.tasks(), found.occupations.len()), (40, 6));
        assert_eq!((found.frame, found.passed_over), (6, 1));
        // All that there are.
        let found = Design::draw(&inventory(&[2; 7]), 60, 1).unwrap();
        assert_eq!(found.tasks(), 14);
        // Two each rather than fewer than six occupations.
        let found = Design::draw(&inventory(&[9; 20]), 13, 1).unwrap();
        assert_eq!(found.occupations.len(), 6);
        assert!(Design::draw(&inventory(&[9; 5]), 60, 1).is_err());
        assert!(Design::draw(&inventory(&[9; 20]), 8, 1).is_err());
    }
}
