//! How many occupations have no question open any more.

use crate::plan::Plan;
use crate::ratings::Sheet;
use crate::shell::schedule::Job;

/// The occupations of a run and what is open of each.
pub(super) struct Complete {
    /// The occupation of each task.
    of_task: Vec<usize>,
    /// Questions of each occupation that are not done with.
    open: Vec<usize>,
    complete: usize,
}

impl Complete {
    /// Before anything is asked: what the cache answered is done with.
    pub fn new(plan: &Plan<'_>, jobs: &[Job<'_>], sheet: &Sheet) -> Self {
        let occupations = plan.occupations().iter().enumerate();
        let of_task: Vec<usize> = occupations
            .flat_map(|(n, job)| job.tasks.iter().map(move |_| n))
            .collect();
        let mut open = vec![0; plan.occupations().len()];
        for job in jobs {
            if let Some(open) =
                occupation(&of_task, &job.cells, sheet).and_then(|n| open.get_mut(n))
            {
                *open += 1;
            }
        }
        let complete = open.iter().filter(|&&open| open == 0).count();
        Self {
            of_task,
            open,
            complete,
        }
    }

    /// A question is done with; its cells are those of one occupation.
    pub fn settled(&mut self, cells: &[usize], sheet: &Sheet) {
        let occupation = occupation(&self.of_task, cells, sheet);
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

fn occupation(of_task: &[usize], cells: &[usize], sheet: &Sheet) -> Option<usize> {
    let (task, _, _) = sheet.at(*cells.first()?);
    of_task.get(task).copied()
}
