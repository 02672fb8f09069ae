//! What raters said of a task before and after.

use super::subject::Subject;
use crate::compare::TaskChange;
use crate::error::Result;
use crate::reconcile::Reasons as Merged;

/// The words behind the numbers of two runs.
pub(super) struct Reasons<'a> {
    sides: [&'a Subject; 2],
    ids: [Vec<&'a str>; 2],
}

impl<'a> Reasons<'a> {
    pub fn of(before: &'a Subject, after: &'a Subject) -> Self {
        let sides = [before, after];
        let ids = sides.map(|side| side.run.raters.iter().map(|rater| &*rater.id).collect());
        Self { sides, ids }
    }

    /// The merged rationale of a task in each run; `None` where it has no consensus there.
    pub fn of_task(&self, dimension: &str, task: &TaskChange<'_>) -> Result<[Option<String>; 2]> {
        let mut both = [None, None];
        for (n, said) in both.iter_mut().enumerate() {
            let (side, number) = (self.sides[n], task.numbers[n]);
            let mut done = side.reconciled.dimensions.iter();
            let done = done.find(|done| done.dimension.id == dimension);
            if let (Some(done), Some(number)) = (done, number) {
                let consensus = done.task(number);
                let row = side.run.sheet.row(number)?;
                let rated = consensus.value.is_some();
                let reasons = Merged::of(task.task, &row);
                *said = rated.then(|| done.rationale(&consensus, &self.ids[n], &reasons));
            }
        }
        Ok(both)
    }
}
