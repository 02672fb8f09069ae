//! What the panel would say of a task without one of its raters.
//!
//! Only values of tasks are made, no scores of occupations and nothing of how well intervals cover: those take most of the time
//! of a reconciliation, and here they would be made once a rater.

use super::design::{self, Design};
use super::{Consensus, Options, Reconciliation, check, panel};
use crate::error::Result;
use crate::parallel::parallel;
use crate::ratings::{Sheet, Table};
use crate::rubric::Dimension;

/// A dimension of one task, of all raters and without each.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Position of the dimension in the rubric.
    pub position: usize,
    /// What the whole panel says.
    pub all: OneTask,
    /// Position of each rater of the panel that covers the dimension, and what the others say as if it had rated nothing of
    /// any task; `None` where no other rater covers it. Gold is no rater of the panel.
    pub without: Vec<(usize, Option<OneTask>)>,
}

/// The consensus of one task.
#[derive(Debug, Clone, PartialEq)]
pub struct OneTask {
    /// The method that made it, as files name it; where the one that was asked for does not apply to fewer raters, another.
    pub method: &'static str,
    /// The consensus.
    pub consensus: Consensus,
}

/// What a panel says of a task, and what it would say without each of its raters: an entry for each dimension that it covers.
///
/// # Errors
/// As [`reconcile`](super::reconcile()), but a method that applies nowhere is no error.
///
/// # Panics
/// There is no such task.
pub fn one_left_out(
    task: usize,
    sheet: &Sheet,
    options: &Options,
    threads: usize,
) -> Result<Vec<LeftOut>> {
    check(sheet.tasks(), sheet, options)?;
    let gold = options.gold.map(|gold| gold.rater);
    let tables = sheet.tables_with_gold(gold)?;
    let design = gold.and_then(|gold| sheet.drawn(gold)).cloned();
    design::check(&design, &tables, options)?;
    let panels: Vec<Vec<usize>> = tables.iter().map(|table| panel(table, gold)).collect();
    let jobs: Vec<(usize, Option<usize>)> = panels
        .iter()
        .enumerate()
        .filter(|(_, panel)| !panel.is_empty())
        .flat_map(|(position, panel)| {
            let without = panel.iter().map(move |&rater| (position, Some(rater)));
            std::iter::once((position, None)).chain(without)
        })
        .collect();
    let dimensions = sheet.rubric().dimensions();
    let made = parallel(&jobs, threads, |&(position, rater)| {
        let mut table = tables[position].clone();
        if let Some(rater) = rater {
            table.leave_out(rater);
        }
        let dimension = (position, &dimensions[position]);
        of_task(task, dimension, (table, design.clone()), options)
    });
    let mut found: Vec<LeftOut> = Vec::new();
    for ((position, rater), one) in jobs.into_iter().zip(made) {
        match (rater, one, found.last_mut()) {
            (Some(rater), one, Some(of)) => of.without.push((rater, one)),
            (None, Some(all), _) => found.push(LeftOut {
                position,
                all,
                without: Vec::new(),
            }),
            _ => {}
        }
    }
    Ok(found)
}

/// The consensus of a task by a table; `None` where no rater of the panel covers the dimension.
fn of_task(
    task: usize,
    (position, dimension): (usize, &Dimension),
    (table, design): (Table, Design),
    options: &Options,
) -> Option<OneTask> {
    let gold = options.gold.map(|gold| gold.rater);
    if panel(&table, gold).is_empty() {
        return None;
    }
    // Who was silent matters for reasons alone, which are not asked for.
    let silent = vec![false; table.raters()];
    let one = Reconciliation::new(position, dimension, (table, design), options, &silent);
    Some(OneTask {
        method: one.method,
        consensus: one.task(task),
    })
}
