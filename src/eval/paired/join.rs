//! The tasks that two cards have in common.

use super::contest::Contest;
use crate::error::{Error, Result};
use crate::eval::card::{Answer, Answered, Card};
use crate::rubric::Dimension;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Less is rounding: cards hold twelve decimals.
pub(super) const EQUAL: f64 = 1e-9;

/// How the tasks of two cards meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Matched {
    /// Tasks of both with the same text.
    pub both: usize,
    /// Occupations that those are from.
    pub occupations: usize,
    /// Tasks that the new card has alone.
    pub only_in_new: usize,
    /// Tasks that the old card has alone.
    pub only_in_old: usize,
    /// Tasks whose text is another one.
    pub other_text: usize,
    /// Tasks of both in which a dimension has another gold, or has gold in one alone: they are left out of that dimension.
    pub other_gold: usize,
}

/// A task of both.
pub(super) struct Row<'a> {
    pub new: &'a Answered,
    pub old: &'a Answered,
    /// Its probability of having been drawn, where both say the same.
    pub probability: Option<f64>,
}

/// The dimensions of both rubrics that are answered alike.
pub(super) fn dimensions<'a>(new: &'a Card, old: &Card) -> Result<Vec<&'a Dimension>> {
    let alike = |one: &&Dimension| {
        let mut others = old.rubric.dimensions().iter();
        others.any(|other| other.id == one.id && one.same_scale(other))
    };
    let found: Vec<&Dimension> = new.rubric.dimensions().iter().filter(alike).collect();
    match found.is_empty() {
        true => Err(Error::input(
            "the rubrics of the cards have no dimension in common that is answered alike",
        )
        .hint("compare prompts that ask for the same labels or scores")),
        false => Ok(found),
    }
}

type Key<'a> = (&'a str, &'a str);

fn by_task(card: &Card) -> Result<BTreeMap<Key<'_>, &Answered>> {
    let mut found = BTreeMap::new();
    for one in &card.answers {
        let key = (one.occupation_id.as_str(), one.task_id.as_str());
        if found.insert(key, one).is_some() {
            let message = format!("task {} of {} is on the card twice", key.1, key.0);
            return Err(Error::input(message).hint("a card has one line a task: write it again"));
        }
    }
    Ok(found)
}

/// The tasks of both with the same text, by their ids, and how many were left.
pub(super) fn join<'a>(
    new: &'a Card,
    old: &'a Card,
    dimensions: &[&Dimension],
) -> Result<(Vec<Row<'a>>, Matched)> {
    let (is, was) = (by_task(new)?, by_task(old)?);
    let mut counts = Matched {
        only_in_old: was.keys().filter(|key| !is.contains_key(*key)).count(),
        ..Matched::default()
    };
    let mut rows = Vec::new();
    let mut occupations = BTreeSet::new();
    for (key, one) in is {
        let Some(&other) = was.get(&key) else {
            counts.only_in_new += 1;
            continue;
        };
        if one.text != other.text {
            counts.other_text += 1;
            continue;
        }
        counts.other_gold += usize::from(dimensions.iter().any(|d| other_gold(one, other, d)));
        occupations.insert(key.0);
        let alike = |a: &f64, b: &f64| (a - b).abs() <= EQUAL;
        let both = one.probability.zip(other.probability);
        rows.push(Row {
            new: one,
            old: other,
            probability: both.filter(|(a, b)| alike(a, b)).map(|(a, _)| a),
        });
    }
    (counts.both, counts.occupations) = (rows.len(), occupations.len());
    match rows.is_empty() {
        true => Err(Error::input(format!(
            "the cards have no task in common: {} in the new one alone, {} in the old one alone, {} with another text",
            counts.only_in_new, counts.only_in_old, counts.other_text
        ))
        .hint("measure both prompts on the same set and inventory")),
        false => Ok((rows, counts)),
    }
}

/// Whether the gold of a dimension differs, or one card has it alone.
fn other_gold(one: &Answered, other: &Answered, dimension: &Dimension) -> bool {
    match (one.gold.get(&dimension.id), other.gold.get(&dimension.id)) {
        (None, None) => false,
        (Some(is), Some(was)) => is.label != was.label || (is.value - was.value).abs() > EQUAL,
        _ => true,
    }
}

/// Whether the gold of a dimension can be compared with.
pub(super) fn same_gold(row: &Row<'_>, dimension: &Dimension) -> bool {
    row.new.gold.contains_key(&dimension.id) && !other_gold(row.new, row.old, dimension)
}

impl Row<'_> {
    /// What the judges of a contest said of a dimension.
    pub(super) fn said(&self, contest: &Contest, dimension: &Dimension) -> [Option<&Answer>; 2] {
        [
            self.new
                .said
                .get(&contest.new)
                .and_then(|said| said.get(&dimension.id)),
            self.old
                .said
                .get(&contest.old)
                .and_then(|said| said.get(&dimension.id)),
        ]
    }
}
