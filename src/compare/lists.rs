//! The tasks of every occupation that is in both runs, by what became of them.

use super::cause::Cause;
use super::join::Join;
use super::parts::{Stayed, Tasks, Weighed};
use std::collections::BTreeMap;

/// The tasks of each pair of occupations, and the values of those that read the same with the cause of their change.
pub(super) struct Lists {
    pub tasks: Vec<Tasks>,
    pub same_text: Vec<Vec<((f64, f64), Cause)>>,
}

impl Lists {
    pub fn of(
        join: &Join<'_>,
        weighed: &[Vec<Option<Weighed>>; 2],
        causes: &[Option<Cause>],
    ) -> Self {
        let pairs = &join.occupations;
        let place = |side: usize| -> BTreeMap<usize, usize> {
            let pairs = pairs.iter().enumerate();
            pairs.map(|(n, pair)| (pair.numbers[side], n)).collect()
        };
        let places = [place(0), place(1)];
        let mut lists = Self {
            tasks: vec![Tasks::default(); pairs.len()],
            same_text: vec![Vec::new(); pairs.len()],
        };
        for (pair, cause) in join.tasks.iter().zip(causes) {
            let Some(cause) = *cause else { continue };
            let [was, is] = [0, 1].map(|side| weighed[side][pair.numbers[side]]);
            let [from, to] = [0, 1].map(|side| places[side].get(&pair.occupations[side]).copied());
            match (from, to) {
                (Some(from), Some(to)) if from == to => {
                    if let (Some(before), Some(after)) = (was, is) {
                        let stayed = Stayed {
                            before,
                            after,
                            cause,
                        };
                        lists.tasks[to].stayed.push(stayed);
                        if !pair.told {
                            lists.same_text[to].push(((before.value, after.value), cause));
                        }
                        continue;
                    }
                    lists.one_sided([(Some(from), was), (Some(to), is)], Cause::Missing);
                }
                _ => lists.one_sided([(from, was), (to, is)], Cause::Moved),
            }
        }
        for lone in &join.new {
            let place = places[1].get(&lone.occupation).copied();
            lists.one_sided([(None, None), (place, weighed[1][lone.number])], Cause::New);
        }
        for lone in &join.gone {
            let place = places[0].get(&lone.occupation).copied();
            lists.one_sided(
                [(place, weighed[0][lone.number]), (None, None)],
                Cause::Gone,
            );
        }
        lists
    }

    /// Enters a task that left an occupation and came into another, as far as they are in both runs and it is rated.
    fn one_sided(&mut self, sides: [(Option<usize>, Option<Weighed>); 2], cause: Cause) {
        let [left, came] = sides;
        if let (Some(place), Some(task)) = left {
            self.tasks[place].left.push((task, cause));
        }
        if let (Some(place), Some(task)) = came {
            self.tasks[place].came.push((task, cause));
        }
    }
}
