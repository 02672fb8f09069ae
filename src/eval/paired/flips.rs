//! Answers that changed, with the reasons that were given for both.

use super::contest::Contest;
use super::join::EQUAL;
use super::pairs::{Pair, Pairs};
use crate::eval::card::{Answer, Answered, Card, Role};
use crate::rubric::Dimension;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A score changed where it moved by this many points: half of what makes two raters' scores contested.
const MOVED: f64 = 25.0;

/// Which way an answer changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Toward {
    /// Away from gold.
    Away,
    /// Toward it.
    Gold,
    /// From one side of gold to the other, as far from it as before.
    Across,
}

impl Toward {
    /// Its name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Away => "away from gold",
            Self::Gold => "toward gold",
            Self::Across => "as far from gold",
        }
    }
}

/// What was said, and why.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Voice {
    /// In points.
    pub value: f64,
    /// The label.
    pub label: Option<String>,
    /// The rationale, by rater: of a consensus those of the raters behind it.
    pub why: BTreeMap<String, String>,
}

/// A task of which something else was said.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flip {
    /// The judge on the new card.
    pub new_judge: String,
    /// The judge on the old card.
    pub old_judge: String,
    /// Id of the dimension.
    pub dimension: String,
    /// Id of the occupation.
    pub occupation_id: String,
    /// Id of the task.
    pub task_id: String,
    /// Gold in points.
    pub gold: f64,
    /// The gold label.
    pub gold_label: Option<String>,
    /// What is said now.
    pub new: Voice,
    /// What was said.
    pub old: Voice,
    /// Which way it changed.
    pub toward: Toward,
    /// How much nearer to gold, in points; below 0 it is farther.
    pub by: f64,
}

/// How many answers changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FlipCount {
    /// The judge on the new card.
    pub new_judge: String,
    /// The judge on the old card.
    pub old_judge: String,
    /// Id of the dimension.
    pub dimension: String,
    /// Toward gold.
    pub better: usize,
    /// Away from gold.
    pub worse: usize,
    /// As far from gold as before.
    pub across: usize,
}

impl FlipCount {
    pub(super) fn of(contest: &Contest, dimension: &Dimension, flips: &[Flip]) -> Self {
        let count = |toward: Toward| {
            let own = flips.iter().filter(|flip| flip.is_of(contest));
            let own = own.filter(|flip| flip.dimension == dimension.id);
            own.filter(|flip| flip.toward == toward).count()
        };
        Self {
            new_judge: contest.new.clone(),
            old_judge: contest.old.clone(),
            dimension: dimension.id.clone(),
            better: count(Toward::Gold),
            worse: count(Toward::Away),
            across: count(Toward::Across),
        }
    }
}

impl Flip {
    /// Whether it is of this contest.
    #[must_use]
    pub fn is_of(&self, contest: &Contest) -> bool {
        self.new_judge == contest.new && self.old_judge == contest.old
    }
}

/// The flips of a contest in a dimension: another label, or a score that moved by 25 points.
pub(super) fn of(pairs: &Pairs<'_>, contest: &Contest, new: &Card, old: &Card) -> Vec<Flip> {
    let changed = |pair: &&Pair<'_>| match (&pair.new.label, &pair.old.label) {
        (Some(is), Some(was)) => is != was,
        _ => (pair.new.value - pair.old.value).abs() >= MOVED - EQUAL,
    };
    let flip = |pair: &Pair<'_>| {
        let gold = pair.gold.value;
        let by = (pair.old.value - gold).abs() - (pair.new.value - gold).abs();
        Flip {
            new_judge: contest.new.clone(),
            old_judge: contest.old.clone(),
            dimension: pairs.dimension.id.clone(),
            occupation_id: pair.row.new.occupation_id.clone(),
            task_id: pair.row.new.task_id.clone(),
            gold,
            gold_label: pair.gold.label.clone(),
            new: voice(new, pair.row.new, &contest.new, pair.new),
            old: voice(old, pair.row.old, &contest.old, pair.old),
            toward: match by {
                by if by > EQUAL => Toward::Gold,
                by if by < -EQUAL => Toward::Away,
                _ => Toward::Across,
            },
            by,
        }
    };
    pairs.of.iter().filter(changed).map(flip).collect()
}

fn voice(card: &Card, task: &Answered, judge: &str, answer: &Answer) -> Voice {
    let is = |id: &str, role: Role| {
        card.judges
            .iter()
            .any(|one| one.id == id && one.role == role)
    };
    let consensus = is(judge, Role::Consensus);
    let behind = |id: &str| id == judge || (consensus && is(id, Role::Rater));
    let why = task.rationale.iter().filter(|(id, _)| behind(id));
    Voice {
        value: answer.value,
        label: answer.label.clone(),
        why: why.map(|(id, text)| (id.clone(), text.clone())).collect(),
    }
}

/// By contest; then those that change the distance to gold the most, those away from it first where they are as large; then the
/// longest moves, and ids.
pub(super) fn sort(flips: &mut [Flip], contests: &[Contest]) {
    let place = |flip: &Flip| contests.iter().position(|one| flip.is_of(one));
    // Twelve decimals of a card are told apart, rounding is not.
    let size = |points: f64| Reverse((points.abs() * 1e6).round() as u64);
    flips.sort_by_cached_key(|flip| {
        let ids = (
            flip.dimension.clone(),
            flip.occupation_id.clone(),
            flip.task_id.clone(),
        );
        let moved = size(flip.new.value - flip.old.value);
        (place(flip), size(flip.by), flip.toward, moved, ids)
    });
}
