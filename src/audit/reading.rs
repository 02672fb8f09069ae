//! What the words of a run hold beside its values: read once, task by task.

use super::data::Column;
use crate::error::Result;
use crate::rating::{Basis, Outcome, Rating, Repair};
use crate::ratings::Sheet;
use std::collections::BTreeMap;

/// A rated answer of one sample: its value, and the position of its label.
pub(super) type Answer = (f64, Option<usize>);

/// What was read.
pub(super) struct Reading {
    /// Of each rater, how many replies took which repair.
    pub repairs: Vec<BTreeMap<&'static str, usize>>,
    /// Of each rater, its mean confidence on each task, 0–100.
    pub confidence: Vec<Column>,
    /// Of each dimension and rater that has several samples, the answers to each task; nothing of other raters.
    pub samples: Vec<Vec<Vec<Vec<Answer>>>>,
    /// Of each rater, the number of gold tasks that it was trained on: there it answered out of fold.
    pub trained_on_gold: Vec<usize>,
}

impl Reading {
    pub fn of(sheet: &Sheet, gold: Option<usize>) -> Result<Self> {
        let (raters, dimensions) = (sheet.slots().raters(), sheet.rubric().dimensions().len());
        let mut read = Self {
            repairs: vec![BTreeMap::new(); raters],
            confidence: vec![Vec::with_capacity(sheet.tasks()); raters],
            samples: vec![vec![Vec::new(); raters]; dimensions],
            trained_on_gold: vec![0; raters],
        };
        for task in 0..sheet.tasks() {
            let row = sheet.row(task)?;
            let rated = |one: &Rating| one.outcome == Outcome::Rated;
            let gold = gold.is_some_and(|gold| row.samples(gold).iter().any(rated));
            for rater in 0..raters {
                let samples = row.samples(rater);
                for repair in samples.iter().filter_map(|sample| sample.repair) {
                    *read.repairs[rater].entry(repair_name(repair)).or_default() += 1;
                }
                let unseen = |one: &Rating| one.basis == Some(Basis::OutOfFold);
                let trained = gold && samples.iter().any(unseen);
                read.trained_on_gold[rater] += usize::from(trained);
                read.confidence[rater].push(confidence(samples));
                if samples.len() > 1 {
                    for (position, of) in read.samples.iter_mut().enumerate() {
                        of[rater].push(answers(samples, position));
                    }
                }
            }
        }
        Ok(read)
    }
}

fn confidence(samples: &[Rating]) -> Option<f64> {
    let given: Vec<f64> = samples.iter().filter_map(|one| one.confidence).collect();
    (!given.is_empty()).then(|| given.iter().sum::<f64>() / given.len() as f64)
}

fn answers(samples: &[Rating], position: usize) -> Vec<Answer> {
    let rated = samples.iter().filter(|one| one.outcome == Outcome::Rated);
    let values = rated.filter_map(|one| one.values.get(position)?.as_ref());
    values.map(|value| (value.value, value.label)).collect()
}

/// Its name in files.
fn repair_name(repair: Repair) -> &'static str {
    match repair {
        Repair::Direct => "direct",
        Repair::Fence => "fence",
        Repair::Bracket => "bracket",
        Repair::Reask => "reask",
        Repair::Resend => "resend",
    }
}
