//! How far a review is.

use super::agreement::{Agreement, agreement};
use super::desk::{Desk, Progress};
use super::gold::{Gold, Standing};
use crate::audit::Options;
use serde::Serialize;
use std::collections::BTreeMap;

/// How far a review is, and how far its people agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// Id of the draw.
    pub draw: String,
    /// The run that it was drawn from.
    pub run: String,
    /// When it was drawn.
    pub drawn: String,
    /// Its seed.
    pub seed: u64,
    /// What people are asked for.
    pub dimensions: Vec<String>,
    /// Whose labels these are.
    pub kind: &'static str,
    /// What was drawn from what, and what of it is labelled.
    pub strata: Vec<StratumLine>,
    /// Tasks by how far they are.
    pub tasks: Tasks,
    /// How the labelled tasks stand for all; `None` without a label.
    pub design: Option<Standing>,
    /// Everyone who said anything, by name.
    pub reviewers: Vec<Reviewer>,
    /// Agreement of people in each dimension.
    pub agreement: Vec<Agreement>,
}

/// A stratum.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StratumLine {
    /// Its name.
    pub stratum: String,
    /// Tasks in it.
    pub tasks: usize,
    /// Tasks drawn.
    pub drawn: usize,
    /// Drawn over tasks; `None` of an empty stratum.
    pub probability: Option<f64>,
    /// Tasks with a label.
    pub labelled: usize,
}

/// The drawn tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Tasks {
    /// All of them.
    pub drawn: usize,
    /// Those that two people are to label.
    pub double: usize,
    /// With as many labels as are wanted.
    pub complete: usize,
    /// With a label.
    pub labelled: usize,
    /// With labels of two people or more.
    pub double_labelled: usize,
    /// Without a label, and skipped by somebody.
    pub skipped: usize,
}

/// How far a person is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reviewer {
    /// Their name.
    pub reviewer: String,
    /// Labelled, skipped, open.
    #[serde(flatten)]
    pub progress: Progress,
    /// Tasks that they passed over in a sheet, and that nobody labelled since; they are open, too.
    pub passed_over: usize,
    /// Why they skipped tasks, and how often.
    pub reasons: BTreeMap<String, usize>,
}

impl Status {
    /// The status of a desk; `options` are those of the intervals of agreement.
    #[must_use]
    pub fn of(desk: &Desk, options: &Options) -> Self {
        let (draw, gold) = (desk.draw(), Gold::of(desk));
        let strata = draw.strata.iter().zip(&gold.labelled);
        let strata = strata.map(|(one, &labelled)| StratumLine {
            stratum: one.name.clone(),
            tasks: one.tasks,
            drawn: one.drawn,
            probability: (one.tasks > 0).then(|| one.drawn as f64 / one.tasks as f64),
            labelled,
        });
        Self {
            draw: draw.id.clone(),
            run: draw.run.clone(),
            drawn: draw.time.clone(),
            seed: draw.design.seed,
            dimensions: draw.asked().map(|one| one.id.clone()).collect(),
            kind: draw.kind.name(),
            strata: strata.collect(),
            tasks: Tasks::of(desk),
            design: (gold.tasks() > 0).then_some(gold.standing),
            reviewers: desk.reviewers().map(|name| reviewer(desk, name)).collect(),
            agreement: agreement(desk, options),
        }
    }
}

impl Tasks {
    fn of(desk: &Desk) -> Self {
        let tasks = &desk.draw().tasks;
        let labels: Vec<usize> = (0..tasks.len())
            .map(|place| desk.labels(place).count())
            .collect();
        let both = || tasks.iter().zip(&labels);
        let count = |least: usize| labels.iter().filter(|&&n| n >= least).count();
        let mut skipped: Vec<usize> = desk
            .reviewers()
            .flat_map(|name| desk.skipped(name).map(|(place, _)| place))
            .filter(|&place| labels.get(place) == Some(&0))
            .collect();
        skipped.sort_unstable();
        skipped.dedup();
        Self {
            drawn: tasks.len(),
            double: tasks.iter().filter(|task| task.codes > 1).count(),
            complete: both().filter(|(task, n)| **n >= task.codes).count(),
            labelled: count(1),
            double_labelled: count(2),
            skipped: skipped.len(),
        }
    }
}

fn reviewer(desk: &Desk, name: &str) -> Reviewer {
    let mut reasons = BTreeMap::new();
    for (_, reason) in desk.skipped(name) {
        let words: Vec<&str> = reason.split_whitespace().collect();
        *reasons.entry(words.join(" ")).or_insert(0) += 1;
    }
    Reviewer {
        reviewer: name.to_owned(),
        progress: desk.progress(name),
        passed_over: desk.passed(name).count(),
        reasons,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::fixtures::{desk, label, say, skip};

    #[test]
    fn nobody_has_said_anything() {
        let status = Status::of(&desk(6, 2), &Options::default());
        let tasks = Tasks {
            drawn: 6,
            double: 3,
            complete: 0,
            labelled: 0,
            double_labelled: 0,
            skipped: 0,
        };
        assert_eq!((status.tasks, status.design), (tasks, None));
        assert!(status.reviewers.is_empty());
    }

    #[test]
    fn one_person_and_one_who_skips_all() {
        let mut desk = desk(6, 2);
        say(&mut desk, "ana", 0, label("E0", 1.0));
        say(&mut desk, "ana", 1, label("E1", 2.0));
        say(&mut desk, "ana", 2, skip("too  vague"));
        for place in 0..6 {
            say(
                &mut desk,
                "ben",
                place,
                skip(if place < 4 {
                    "too vague"
                } else {
                    "not my field"
                }),
            );
        }
        let status = Status::of(&desk, &Options::default());
        // Every second task wants two labels: 0 is complete with one, 1 is not.
        let tasks = Tasks {
            drawn: 6,
            double: 3,
            complete: 1,
            labelled: 2,
            double_labelled: 0,
            skipped: 4,
        };
        assert_eq!(
            (status.tasks, status.design),
            (tasks, Some(Standing::Random))
        );
        assert_eq!(status.strata[0].labelled, 2);
        let [ana, ben] = status.reviewers.as_slice() else {
            panic!("two people")
        };
        let progress = |labelled, skipped, open| Progress {
            labelled,
            skipped,
            open,
        };
        assert_eq!(
            (ana.progress, ben.progress),
            (progress(2, 1, 3), progress(0, 6, 0))
        );
        assert_eq!(ana.reasons, [("too vague".to_owned(), 1)].into());
        assert_eq!(ben.reasons["too vague"], 4);
        assert_eq!(ben.reasons["not my field"], 2);
    }
}
