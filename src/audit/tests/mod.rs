//! Small panels with known answers, simulated panels with planted effects.

mod invariants;
mod known;
mod planted;
mod reasons;

use super::{Audit, DimensionAudit, Options, Rater, RaterInDimension, Run, audit};
use crate::inventory::{Occupation, TaskType};
use crate::rating::{Outcome, Rating};
use crate::ratings::fixtures::{label, occupation, rated, rubric, score, task};
use crate::ratings::{Sheet, Slots};
use std::collections::BTreeMap;

/// Scores of automation, a column a rater, over occupations of these sizes.
pub(super) struct Panel {
    pub raters: Vec<Rater>,
    pub occupations: Vec<Occupation>,
    pub sheet: Sheet,
    pub gold: Option<usize>,
    pub activities: BTreeMap<String, String>,
}

pub(super) fn rater(id: &str, kind: &str) -> Rater {
    Rater {
        id: id.to_owned(),
        kind: kind.to_owned(),
        source: format!("{id}-1"),
        gold: None,
        asked: None,
    }
}

impl Panel {
    /// `columns[rater][task]`: automation scores; raters are a, b, c, …
    pub fn scores(sizes: &[usize], columns: &[Vec<Option<f64>>]) -> Self {
        Self::of(sizes, columns, |value| {
            rated(None, Some(score(value)), "Because.")
        })
    }

    /// The same of exposure labels by position.
    pub fn labels(sizes: &[usize], columns: &[Vec<Option<usize>>]) -> Self {
        let columns: Vec<Vec<Option<f64>>> = columns
            .iter()
            .map(|column| column.iter().map(|at| at.map(|at| at as f64)).collect())
            .collect();
        Self::of(sizes, &columns, |at| {
            rated(Some(label(at as usize)), None, "Because.")
        })
    }

    fn of(sizes: &[usize], columns: &[Vec<Option<f64>>], rating: impl Fn(f64) -> Rating) -> Self {
        let mut occupations = Vec::new();
        let mut number = 0;
        for (place, &size) in sizes.iter().enumerate() {
            let tasks = (0..size).map(|n| task(&format!("t{}", number + n), TaskType::Core, None));
            occupations.push(occupation(
                &format!("{}-1011.{place:02}", 11 + 2 * (place % 2)),
                "Work",
                tasks.collect(),
            ));
            number += size;
        }
        let mut sheet = Sheet::new(&rubric(), number, Slots::single(columns.len()));
        for (rater, column) in columns.iter().enumerate() {
            for (task, value) in column.iter().enumerate() {
                let missing = || Rating::missing(Outcome::Refused, 3);
                let cell = sheet.cell(task, rater, 0);
                sheet
                    .set(cell, &value.map_or_else(missing, &rating))
                    .unwrap();
            }
        }
        let names = ('a'..='z').take(columns.len());
        Self {
            raters: names.map(|id| rater(&id.to_string(), "llm")).collect(),
            occupations,
            sheet,
            gold: None,
            activities: BTreeMap::new(),
        }
    }

    /// The same with the last rater as gold.
    pub fn with_gold(mut self) -> Self {
        let last = self.raters.len() - 1;
        self.gold = Some(last);
        self.raters[last].kind = "recording".into();
        self.raters[last].gold = Some("human".into());
        self
    }

    pub fn audit(&self, options: &Options) -> Audit {
        self.against(&[], options)
    }

    pub fn against(&self, earlier: &[(&str, &Panel)], options: &Options) -> Audit {
        let lists: Vec<Vec<&Occupation>> = earlier.iter().map(|(_, one)| one.list()).collect();
        let before = earlier.iter().zip(&lists);
        let before: Vec<Run<'_>> = before.map(|((id, one), list)| one.run(id, list)).collect();
        audit(&self.run("now", &self.list()), &before, options).unwrap()
    }

    pub fn list(&self) -> Vec<&Occupation> {
        self.occupations.iter().collect()
    }

    pub fn run<'a>(&'a self, id: &'a str, occupations: &'a [&'a Occupation]) -> Run<'a> {
        Run {
            id,
            prompt: "p",
            inventory: "tests",
            raters: &self.raters,
            gold: self.gold,
            occupations,
            activities: &self.activities,
            sheet: &self.sheet,
            carried: None,
        }
    }
}

pub(super) fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

pub(super) fn quick() -> Options {
    Options {
        draws: 200,
        ..Options::default()
    }
}

/// The one dimension that has ratings.
pub(super) fn only(audit: &Audit) -> &DimensionAudit {
    assert_eq!(audit.dimensions.len(), 1);
    &audit.dimensions[0]
}

pub(super) fn of<'a>(dimension: &'a DimensionAudit, id: &str) -> &'a RaterInDimension {
    dimension.raters.iter().find(|one| one.id == id).unwrap()
}

#[track_caller]
pub(super) fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}
