//! Which task each person has before them, so that two who label at the same time are not given the same one.

use crate::review::Desk;
use std::collections::{BTreeMap, BTreeSet};

/// The place of the task that each person was shown last and has not answered.
#[derive(Debug, Clone, Default)]
pub struct AtHand(BTreeMap<String, usize>);

impl AtHand {
    /// The place of the task that a person is shown next. A task that others have before them is passed over while they may
    /// give all the labels that it still wants; where nothing else is open it is shown all the same, because nobody knows
    /// whether they will come back to it.
    #[must_use]
    pub fn next(&self, desk: &Desk, reviewer: &str) -> Option<usize> {
        let others = || self.0.iter().filter(|(name, _)| *name != reviewer);
        let promised = |place: usize| others().filter(|(_, at)| **at == place).count();
        let wanted = |place: usize| desk.draw().tasks.get(place).map_or(0, |task| task.codes);
        let passed: Vec<usize> = others()
            .map(|(_, &place)| place)
            .filter(|&place| desk.labels(place).count() + promised(place) >= wanted(place))
            .collect();
        let mut spared = passed.clone();
        spared.extend(self.for_others(desk, reviewer));
        [spared, passed, Vec::new()]
            .iter()
            .find_map(|passed| desk.next(reviewer, passed))
    }

    /// The tasks that want one more label, beside that of a person with whom another shares fewer tasks, or with whom this one
    /// shares more than with another: people who work at the same pace would be paired with the same person time and again, and
    /// with others never.
    fn for_others(&self, desk: &Desk, reviewer: &str) -> Vec<usize> {
        let tasks = 0..desk.draw().tasks.len();
        let double = tasks.filter(|&place| desk.draw().tasks[place].codes > 1);
        let people: Vec<(usize, Vec<&str>)> = double
            .map(|place| {
                let labels = desk.labels(place).map(|entry| entry.reviewer.as_str());
                let here = self.0.iter().filter(|(_, at)| **at == place);
                (
                    place,
                    labels.chain(here.map(|(name, _)| name.as_str())).collect(),
                )
            })
            .collect();
        let shared = |one: &str, other: &str| {
            let both = |names: &Vec<&str>| names.contains(&one) && names.contains(&other);
            people.iter().filter(|(_, names)| both(names)).count()
        };
        let here = self.0.keys().map(String::as_str).chain(desk.reviewers());
        let here: BTreeSet<&str> = here.collect();
        let better = |known: &str| {
            let mine = shared(reviewer, known);
            let mut others = here
                .iter()
                .filter(|name| **name != reviewer && **name != known);
            others.any(|name| shared(name, known).min(shared(reviewer, name)) < mine)
        };
        let wanted = people
            .iter()
            .filter(|(_, names)| names.len() == 1 && names[0] != reviewer);
        wanted
            .filter(|(_, names)| better(names[0]))
            .map(|(place, _)| *place)
            .collect()
    }

    /// A person has this task before them now.
    pub fn take(&mut self, reviewer: &str, place: usize) {
        self.0.insert(reviewer.to_owned(), place);
    }

    /// A person has answered.
    pub fn leave(&mut self, reviewer: &str) {
        self.0.remove(reviewer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::desk::tests::{desk, entry, label, many};

    #[test]
    fn people_at_the_same_pace_share_tasks_with_everyone() {
        for people in 2..=5 {
            let names = &["ana", "ben", "cy", "dan", "eve"][..people];
            let (mut desk, mut at_hand) = (many(80), AtHand::default());
            loop {
                // Everyone is given a task, then everyone answers.
                let mut given = Vec::new();
                for name in names {
                    if let Some(place) = at_hand.next(&desk, name) {
                        at_hand.take(name, place);
                        given.push((*name, place));
                    }
                }
                if given.is_empty() {
                    break;
                }
                for (name, place) in given {
                    desk.put(entry(&desk, name, place, label("E1", 40.0)))
                        .unwrap();
                    at_hand.leave(name);
                }
            }
            let said = |name: &str, place: usize| desk.said(name, place).is_some();
            for (n, one) in names.iter().enumerate() {
                for other in &names[n + 1..] {
                    let both = (0..80).filter(|&place| said(one, place) && said(other, place));
                    // 40 doubled tasks over at most ten pairs: four each.
                    let even = 40 / (people * (people - 1) / 2);
                    let count = both.count();
                    assert!(
                        2 * count >= even,
                        "{people}: {one} {other} {count} of {even}"
                    );
                }
            }
        }
    }

    #[test]
    fn two_people_at_once_get_different_tasks_unless_the_task_wants_both() {
        // The second and fourth of four tasks want two labels.
        let (mut desk, mut at_hand) = (desk(), AtHand::default());
        assert_eq!(at_hand.next(&desk, "ana"), Some(0));
        at_hand.take("ana", 0);
        assert_eq!(at_hand.next(&desk, "ana"), Some(0), "her own stays hers");
        assert_eq!(at_hand.next(&desk, "ben"), Some(1));
        desk.put(entry(&desk, "ana", 0, label("E1", 40.0))).unwrap();
        at_hand.take("ana", 1);
        assert_eq!(at_hand.next(&desk, "ben"), Some(1), "it wants two");
        at_hand.take("ben", 1);
        assert_eq!(at_hand.next(&desk, "cy"), Some(2));
        // With all the rest labelled, cy gets what the others have before them rather than nothing.
        for place in [2, 3] {
            desk.put(entry(&desk, "ana", place, label("E1", 40.0)))
                .unwrap();
        }
        desk.put(entry(&desk, "cy", 3, label("E1", 40.0))).unwrap();
        assert_eq!(at_hand.next(&desk, "cy"), Some(1));
        at_hand.leave("ben");
        assert_eq!(at_hand.next(&desk, "cy"), Some(1));
    }
}
