//! Rows of a draw that were labelled and cannot be used: those that are left of their stratum stand for its tasks, too.

use super::layout::Layout;
use crate::inventory::{LabelTable, Row};
use crate::ratings::Drawn;
use std::collections::{BTreeMap, BTreeSet};

/// A stratum that lost a larger share of its labels has no known probability: what was lost is not a random part of much.
const MOST_LOST: f64 = 0.1;

/// What of each stratum of a file is about tasks of a run.
#[derive(Default)]
pub(super) struct Strata {
    /// Position of the column; a file without one is one stratum.
    column: Option<usize>,
    of: BTreeMap<String, Stratum>,
}

#[derive(Default)]
struct Stratum {
    /// Tasks of the run that its rows are about.
    tasks: BTreeSet<usize>,
    /// Rows about no task of the run.
    strangers: usize,
}

impl Strata {
    /// Those of a table whose layout says how its tasks were drawn.
    pub fn of(layout: &Layout<'_>, table: &LabelTable) -> Option<Self> {
        layout.probability?;
        let mut columns = table.columns().iter();
        Some(Self {
            column: columns.position(|column| column == "stratum"),
            of: BTreeMap::new(),
        })
    }

    /// Notes a row and the task that it is about.
    pub fn add(&mut self, row: &Row<'_>, task: Option<usize>) {
        let name = self.column.and_then(|at| row.get(at)).unwrap_or_default();
        let stratum = self.of.entry(name.to_owned()).or_default();
        match task {
            Some(task) => {
                stratum.tasks.insert(task);
            }
            None => stratum.strangers += 1,
        }
    }

    /// Multiplies the probabilities of a stratum by the share of its labelled tasks that can be used, or takes them away where
    /// that lost too many; says what it did. Rows about no task of the run are lost where the draw was made from it (`own`), and
    /// else about tasks that the run does not ask for.
    pub fn settle(
        self,
        drawn: &mut Drawn,
        own: bool,
        usable: impl Fn(usize) -> bool,
    ) -> Vec<String> {
        let mut notes = Vec::new();
        for (name, stratum) in self.of {
            let strangers = if own { stratum.strangers } else { 0 };
            let all = stratum.tasks.len() + strangers;
            let kept = stratum.tasks.iter().filter(|&&task| usable(task)).count();
            if kept == all || kept == 0 {
                continue;
            }
            let share = kept as f64 / all as f64;
            let many = 1.0 - share > MOST_LOST;
            for &task in &stratum.tasks {
                let known = drawn.probability(task).filter(|_| !many);
                drawn.set(task, known.map(|known| known * share));
            }
            let of = if name.is_empty() {
                String::new()
            } else {
                format!(" of stratum '{name}'")
            };
            let lost = all - kept;
            notes.push(match many {
                true => format!(
                    "{lost} of {all} labelled tasks{of} cannot be used, more than a tenth: with which probability the others came \
                     to be used is not known, so they calibrate nothing"
                ),
                false => format!(
                    "{lost} of {all} labelled tasks{of} cannot be used: the others count {all}/{kept} of what the file says"
                ),
            });
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strata(tasks: usize, strangers: usize) -> (Strata, Drawn) {
        let stratum = Stratum {
            tasks: (0..tasks).collect(),
            strangers,
        };
        let mut drawn = Drawn::new(tasks, None);
        (0..tasks).for_each(|task| drawn.set(task, Some(0.5)));
        let of = BTreeMap::from([("rest".to_owned(), stratum)]);
        (Strata { column: None, of }, drawn)
    }

    #[test]
    fn what_is_left_stands_for_what_was_lost() {
        // One of 20 is lost: 19 tasks at .5 · 19/20 still stand for 40.
        let (one, mut drawn) = strata(20, 3);
        let notes = one.settle(&mut drawn, false, |task| task > 0);
        let known: f64 = (1..20)
            .filter_map(|task| drawn.probability(task))
            .map(|p| 1.0 / p)
            .sum();
        assert!((known - 40.0).abs() < 1e-9, "{known}");
        assert_eq!(
            notes,
            [
                "1 of 20 labelled tasks of stratum 'rest' cannot be used: the others count 20/19 of what the file says"
            ]
        );
        // Three rows name tasks that are not in the run that was drawn from: 4 of 23.
        let (one, mut drawn) = strata(20, 3);
        let notes = one.settle(&mut drawn, true, |task| task > 0);
        assert_eq!(drawn.unknown(&[0, 1, 19]), 3);
        assert!(
            notes[0].starts_with("4 of 23 labelled tasks")
                && notes[0].contains("more than a tenth")
        );
        let (one, mut drawn) = strata(20, 0);
        assert!(one.settle(&mut drawn, true, |_| true).is_empty());
        assert_eq!(drawn.probability(3), Some(0.5));
    }
}
