//! Which task each person has before them, so that two who label at the same time are not given the same one.

use crate::review::Desk;
use std::collections::BTreeMap;

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
        desk.next(reviewer, &passed)
            .or_else(|| desk.next(reviewer, &[]))
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
    use crate::review::desk::tests::{desk, entry, label};

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
