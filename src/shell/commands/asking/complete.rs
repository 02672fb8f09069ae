//! How many occupations have no question open any more.

use crate::asking::{Inquiry, Subject as _};
use crate::rating::Outcome;
use crate::shell::schedule::Job;
use std::collections::HashMap;

/// The occupations of a run and what is open of each.
pub(super) struct Complete {
    /// The occupation of each question, by the first of its cells.
    of_cell: HashMap<usize, usize>,
    /// Questions of each occupation that are not done with.
    open: Vec<usize>,
    complete: usize,
}

impl Complete {
    /// Before anything is asked: what the cache answered is done with.
    pub fn new<P: Inquiry>(plan: &P, jobs: &[Job<P::Subject>]) -> Self {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for subject in plan.subjects() {
            if !numbers.contains_key(subject.occupation_id()) {
                numbers.insert(subject.occupation_id().to_owned(), numbers.len());
            }
        }
        let mut open = vec![0; numbers.len()];
        let mut of_cell = HashMap::with_capacity(jobs.len());
        for job in jobs {
            let number = numbers.get(job.subject.occupation_id());
            if let (Some(&number), Some(&cell)) = (number, job.cells.first()) {
                open[number] += 1;
                of_cell.insert(cell, number);
            }
        }
        Self {
            of_cell,
            complete: open.iter().filter(|&&open| open == 0).count(),
            open,
        }
    }

    /// The question of these cells ended so. One that was never asked stays open: a run that stops completes nothing.
    pub fn settled(&mut self, cells: &[usize], outcome: Outcome) {
        if matches!(outcome, Outcome::NotRun | Outcome::Budget) {
            return;
        }
        let occupation = cells.first().and_then(|cell| self.of_cell.remove(cell));
        if let Some(open) = occupation.and_then(|n| self.open.get_mut(n)) {
            *open = open.saturating_sub(1);
            self.complete += usize::from(*open == 0);
        }
    }

    /// `12/40 occupations`; empty where there is only one.
    pub fn words(&self) -> String {
        match self.open.len() {
            0 | 1 => String::new(),
            all => format!("{}/{all} occupations", self.complete),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_asked_completes_no_occupation() {
        let mut complete = Complete {
            of_cell: HashMap::from([(0, 0), (1, 1), (2, 1)]),
            open: vec![1, 2, 0],
            complete: 1,
        };
        complete.settled(&[1], Outcome::Rated);
        complete.settled(&[2], Outcome::Budget);
        complete.settled(&[0], Outcome::NotRun);
        assert_eq!(complete.words(), "1/3 occupations");
        complete.settled(&[0], Outcome::Invalid);
        assert_eq!(complete.words(), "2/3 occupations");
        // Its answer is withdrawn: it was counted once.
        complete.settled(&[0], Outcome::Server);
        complete.settled(&[2], Outcome::Rated);
        assert_eq!(complete.words(), "3/3 occupations");
    }
}
