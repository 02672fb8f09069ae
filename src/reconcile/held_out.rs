//! How often the intervals that gold gives hold the gold of occupations that they were not made from, task by task.

use super::calibrated::FOLDS;
use super::design::{self, Design};
use super::{Options, Reconciliation, check, panel};
use crate::error::Result;
use crate::inventory::Occupation;
use crate::ratings::Sheet;
use std::collections::BTreeSet;

/// The gold tasks of a dimension, each judged by a model of other occupations.
#[derive(Debug, Clone, PartialEq)]
pub struct OutOfFold {
    /// Position of the dimension in the rubric.
    pub position: usize,
    /// The method, as files name it.
    pub method: &'static str,
    /// What share of gold its intervals are to hold.
    pub level: f64,
    /// Each gold task that the panel rated, and whether its gold lies within its interval.
    pub tasks: Vec<(usize, bool)>,
}

/// Leaves gold occupations out, in twenty groups at most by the order of their ids, and fits without them: an entry for each
/// dimension that gold calibrates. No score of an occupation is made.
///
/// # Errors
/// As [`reconcile_as_far`](super::reconcile_as_far).
pub fn out_of_fold(
    occupations: &[&Occupation],
    sheet: &Sheet,
    options: &Options,
) -> Result<Vec<OutOfFold>> {
    let all = occupations.iter();
    let of_task: Vec<&str> = all
        .flat_map(|one| std::iter::repeat_n(one.id.as_str(), one.tasks.len()))
        .collect();
    check(of_task.len(), sheet, options)?;
    let gold = options.gold.map(|gold| gold.rater);
    let tables = sheet.tables_with_gold(gold)?;
    let design: Design = gold.and_then(|gold| sheet.drawn(gold)).cloned();
    design::check(&design, &tables, options)?;
    let silent = vec![false; sheet.slots().raters()];
    let mut found = Vec::new();
    for ((position, dimension), table) in sheet.rubric().dimensions().iter().enumerate().zip(tables)
    {
        if panel(&table, gold).is_empty() {
            continue;
        }
        let made = (table, design.clone());
        let one = Reconciliation::new(position, dimension, made, options, &silent);
        found.extend(one.out_of_fold(&of_task));
    }
    Ok(found)
}

impl Reconciliation {
    fn out_of_fold(&self, of_task: &[&str]) -> Option<OutOfFold> {
        let (model, view) = self.model()?;
        model.has_width(&self.dimension).then_some(())?;
        let of_gold = || model.tasks.iter().filter_map(|&task| of_task.get(task));
        let ids: BTreeSet<&str> = of_gold().copied().collect();
        let ids: Vec<&str> = ids.into_iter().collect();
        let folds = of_gold().filter_map(|id| Some(ids.binary_search(id).ok()? % FOLDS));
        let hits = model.hits(&view, self.calibrator, &folds.collect::<Vec<_>>())?;
        Some(OutOfFold {
            position: self.position,
            method: self.method,
            level: model.trust.level,
            tasks: model.tasks.iter().copied().zip(hits).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::{gold, occupations, reconciled, simulated};
    use super::*;
    use crate::ratings::fixtures::rubric;

    #[test]
    fn it_counts_what_a_reconciliation_counts() {
        let (jobs, ratings) = (occupations(12, 5), simulated(12, 5, 3, 11));
        let whole = reconciled(&jobs, 4, &ratings, &gold(3)).unwrap();
        let sheet = Sheet::of(&rubric(), 4, &ratings).unwrap();
        let jobs: Vec<&Occupation> = jobs.iter().collect();
        let apart = out_of_fold(&jobs, &sheet, &gold(3)).unwrap();
        assert_eq!(apart.len(), whole.dimensions.len());
        for (one, known) in apart.iter().zip(&whole.dimensions) {
            let hits = one.tasks.iter().filter(|(_, hit)| *hit).count();
            let held_out = known.held_out.unwrap();
            assert_eq!((hits, one.tasks.len()), (held_out.covered, held_out.n));
            assert_eq!(one.level, 0.9);
        }
    }
}
