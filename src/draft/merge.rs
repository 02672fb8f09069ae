//! The proposals of several models as one list: near-duplicates folded, the best supported first.
//!
//! Two proposals are near when their statements have 80 percent of their words in common, or 60 percent and their passages
//! overlap in the source by half of the shorter one ([`in_common`] of [`stems`]: so "receive goods" and "ship goods" stay
//! two tasks). What is folded into one task is near to every other wording of it (complete linkage): tasks do not grow
//! together over what lies between them. Everything is done in an order that the texts give, so that the order of raters
//! changes nothing.

use super::check::{Fault, check};
use super::reply::{Proposal, Reply};
use super::source::Source;
use super::text::{in_common, stems, words};
use super::{MOST, Named};
use crate::inventory::{TaskType, normalise, text_hash};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Share of the words in common from which on two statements are one task.
const ANYWHERE: f64 = 0.8;
/// The same where both rest on the same place of the source.
const SAME_PLACE: f64 = 0.6;
/// Proposals of one reply that are looked at: nobody asked for more than 20.
const LOOKED_AT: usize = 40;

/// A proposal with who made it, and where in the source its passage stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Voice {
    /// The rater.
    pub rater: String,
    /// Its number in that rater's reply, from 1.
    pub number: usize,
    /// What it proposes.
    pub proposal: Proposal,
    place: Range<usize>,
    stems: BTreeSet<String>,
    normal: String,
}

/// A task of the draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Made of the occupation's id and a hash of the statement's words: it stays while the wording does.
    pub id: String,
    /// The wording that is nearest to all others of this task.
    pub statement: String,
    /// What most raters say it is; that of the kept wording where they are even.
    pub kind: TaskType,
    /// The proposals behind it, the kept wording first.
    pub voices: Vec<Voice>,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// Its wording is that of this task.
    Kept(String),
    /// It says the same as this task in other words.
    Folded(String),
    /// It is or supports this task, which is beyond the number that is taken in.
    Beyond(String),
    /// It may not stand in an inventory.
    Dropped(Fault),
    /// It is beyond the number of proposals of a reply that are looked at.
    Unseen,
}

/// A proposal and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The rater.
    pub rater: String,
    /// Its number in that rater's reply, from 1.
    pub number: usize,
    /// What was proposed.
    pub proposal: Proposal,
    /// What became of it.
    pub fate: Fate,
}

/// An inventory of one occupation as models propose it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// What people in the occupation do, in the wording nearest to those of all raters; empty where none gave one.
    pub description: String,
    /// Other titles that stand in the source.
    pub alternate_titles: Vec<String>,
    /// Raters whose reply could be read; one may propose nothing.
    pub raters: Vec<String>,
    /// Tasks, the best supported first, then as the source goes; at most [`MOST`].
    pub tasks: Vec<Task>,
    /// Those after them.
    pub beyond: Vec<Task>,
    /// Every proposal, by rater and number.
    pub rows: Vec<Row>,
}

impl Draft {
    /// Checks and merges what raters proposed; `replies` are (rater, reply) in any order, each rater once.
    #[must_use]
    pub fn of(named: &Named, source: &Source, replies: &[(&str, &Reply)]) -> Self {
        let mut replies = replies.to_vec();
        replies.sort_by_key(|(rater, _)| *rater);
        let (mut voices, mut rows) = (Vec::new(), Vec::new());
        for (rater, reply) in &replies {
            for (number, proposal) in (1..).zip(&reply.proposals) {
                let checked = match number > LOOKED_AT {
                    true => Err(Fate::Unseen),
                    false => check(source, proposal).map_err(Fate::Dropped),
                };
                match checked {
                    Ok(place) => voices.push(Voice::new(rater, number, proposal, place)),
                    Err(fate) => rows.push(Row {
                        rater: (*rater).to_owned(),
                        number,
                        proposal: proposal.clone(),
                        fate,
                    }),
                }
            }
        }
        let mut tasks: Vec<Task> = fold(voices)
            .into_iter()
            .map(|group| Task::of(named, group))
            .collect();
        tasks.sort_by_cached_key(Task::rank);
        for (at, task) in tasks.iter().enumerate() {
            rows.extend(task.rows(at < MOST));
        }
        rows.sort_by(|a, b| (&a.rater, a.number).cmp(&(&b.rater, b.number)));
        let beyond = tasks.split_off(tasks.len().min(MOST));
        let descriptions = replies.iter().map(|(_, reply)| reply.description.as_str());
        Self {
            description: central(
                descriptions.filter(|text| !text.is_empty() && text.chars().count() <= DESCRIPTION),
            ),
            alternate_titles: titles(
                named,
                source,
                replies
                    .iter()
                    .flat_map(|(_, reply)| &reply.alternate_titles),
            ),
            raters: replies
                .iter()
                .map(|(rater, _)| (*rater).to_owned())
                .collect(),
            tasks,
            beyond,
            rows,
        }
    }

    /// The proposals that were dropped, and why.
    pub fn dropped(&self) -> impl Iterator<Item = (&Row, &'static str)> {
        self.rows.iter().filter_map(|row| match row.fate {
            Fate::Dropped(fault) => Some((row, fault.words())),
            Fate::Unseen => Some((row, "no reply may hold more than 40 proposals")),
            Fate::Kept(_) | Fate::Folded(_) | Fate::Beyond(_) => None,
        })
    }
}

impl Voice {
    fn new(rater: &str, number: usize, proposal: &Proposal, place: Range<usize>) -> Self {
        Self {
            rater: rater.to_owned(),
            number,
            stems: stems(&proposal.statement),
            normal: normalise(&proposal.statement),
            proposal: proposal.clone(),
            place,
        }
    }

    fn alike(&self, other: &Self) -> f64 {
        match self.normal == other.normal {
            true => 1.0,
            false => in_common(&self.stems, &other.stems),
        }
    }

    fn is_near(&self, other: &Self) -> bool {
        let alike = self.alike(other);
        alike >= ANYWHERE || alike >= SAME_PLACE && self.overlaps(other)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let (one, other) = (&self.place, &other.place);
        let shared = one
            .end
            .min(other.end)
            .saturating_sub(one.start.max(other.start));
        2 * shared >= one.len().min(other.len())
    }
}

/// Groups of proposals that say the same, the nearest joined first. Each is in the order of its texts.
fn fold(mut voices: Vec<Voice>) -> Vec<Vec<Voice>> {
    voices.sort_by(|a, b| {
        let key = |voice: &Voice| {
            (
                voice.normal.clone(),
                voice.proposal.statement.clone(),
                voice.place.start,
            )
        };
        key(a)
            .cmp(&key(b))
            .then_with(|| (&a.rater, a.number).cmp(&(&b.rater, b.number)))
    });
    let count = voices.len();
    let pairs = (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other)));
    let mut near: Vec<(f64, usize, usize)> = pairs
        .filter(|(one, other)| voices[*one].is_near(&voices[*other]))
        .map(|(one, other)| (voices[one].alike(&voices[other]), one, other))
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut groups: Vec<Vec<usize>> = (0..count).map(|one| vec![one]).collect();
    let mut group_of: Vec<usize> = (0..count).collect();
    for (_, one, other) in near {
        let (into, from) = (
            group_of[one].min(group_of[other]),
            group_of[one].max(group_of[other]),
        );
        let all_near = |a: &usize| groups[from].iter().all(|b| voices[*a].is_near(&voices[*b]));
        if into != from && groups[into].iter().all(all_near) {
            let moved = std::mem::take(&mut groups[from]);
            moved.iter().for_each(|voice| group_of[*voice] = into);
            groups[into].extend(moved);
        }
    }
    let groups = groups.into_iter().filter(|group| !group.is_empty());
    let sorted = groups.map(|mut group| {
        group.sort_unstable();
        group
            .into_iter()
            .map(|voice| voices[voice].clone())
            .collect()
    });
    sorted.collect()
}

impl Task {
    /// The group holds at least one proposal.
    fn of(named: &Named, mut voices: Vec<Voice>) -> Self {
        let kept = medoid(&voices, Voice::alike);
        voices[..=kept].rotate_right(1);
        let Voice {
            proposal, normal, ..
        } = &voices[0];
        let hash: String = text_hash(normal)[..4]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            id: format!("{}-{hash}", named.id),
            statement: proposal.statement.clone(),
            kind: kind(&voices),
            voices,
        }
    }

    /// The raters behind it, by id.
    #[must_use]
    pub fn raters(&self) -> Vec<&str> {
        let raters: BTreeSet<&str> = self
            .voices
            .iter()
            .map(|voice| voice.rater.as_str())
            .collect();
        raters.into_iter().collect()
    }

    /// The passages behind it, each once, in the order of its wordings, with who named it.
    #[must_use]
    pub fn passages(&self) -> Vec<(&str, Vec<&str>)> {
        let mut passages: Vec<(&str, Vec<&str>)> = Vec::new();
        for voice in &self.voices {
            let (passage, rater) = (voice.proposal.passage.as_str(), voice.rater.as_str());
            match passages
                .iter_mut()
                .find(|(known, _)| words(known) == words(passage))
            {
                Some((_, raters)) if raters.contains(&rater) => {}
                Some((_, raters)) => raters.push(rater),
                None => passages.push((passage, vec![rater])),
            }
        }
        passages
    }

    /// The best supported first, then as the source goes.
    fn rank(&self) -> (Reverse<usize>, usize, String) {
        let first = self.voices.iter().map(|voice| voice.place.start).min();
        let support = self.raters().len();
        (
            Reverse(support),
            first.unwrap_or_default(),
            self.statement.clone(),
        )
    }

    fn rows(&self, taken: bool) -> impl Iterator<Item = Row> {
        self.voices.iter().enumerate().map(move |(at, voice)| Row {
            rater: voice.rater.clone(),
            number: voice.number,
            proposal: voice.proposal.clone(),
            fate: match (taken, at) {
                (false, _) => Fate::Beyond(self.id.clone()),
                (true, 0) => Fate::Kept(self.id.clone()),
                (true, _) => Fate::Folded(self.id.clone()),
            },
        })
    }
}

/// Position of the element that is most like all others; the first of those that are so equally. 0 where there is none.
fn medoid<T>(all: &[T], alike: impl Fn(&T, &T) -> f64) -> usize {
    let sums: Vec<f64> = all
        .iter()
        .map(|one| all.iter().map(|other| alike(one, other)).sum())
        .collect();
    let best = sums.iter().copied().fold(0.0, f64::max);
    sums.iter().position(|sum| *sum >= best).unwrap_or(0)
}

fn kind(voices: &[Voice]) -> TaskType {
    let says = |kind: TaskType| {
        voices
            .iter()
            .filter(|voice| voice.proposal.kind == kind)
            .count()
    };
    match says(TaskType::Core).cmp(&says(TaskType::Supplemental)) {
        std::cmp::Ordering::Greater => TaskType::Core,
        std::cmp::Ordering::Less => TaskType::Supplemental,
        std::cmp::Ordering::Equal => voices[0].proposal.kind,
    }
}

/// Longest description, in characters.
const DESCRIPTION: usize = 400;

/// The text that has most words in common with the others.
fn central<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut texts: Vec<_> = texts.map(|text| (text, stems(text))).collect();
    texts.sort_unstable_by_key(|(text, _)| *text);
    let at = medoid(&texts, |one, other| in_common(&one.1, &other.1));
    texts
        .get(at)
        .map(|(text, _)| (*text).to_owned())
        .unwrap_or_default()
}

/// Titles that stand in the source, each once, as the source goes.
fn titles<'a>(
    named: &Named,
    source: &Source,
    proposed: impl Iterator<Item = &'a String>,
) -> Vec<String> {
    const LONGEST: usize = 100;
    let mut found: BTreeMap<(usize, Vec<String>), &String> = BTreeMap::new();
    let own = words(&named.title);
    for title in proposed.filter(|title| title.chars().count() <= LONGEST) {
        let named = words(title);
        if let Some(place) = source.find(&named).filter(|_| named != own) {
            let known = found.entry((place.start, named)).or_insert(title);
            *known = title.min(known);
        }
    }
    found.into_values().take(MOST).cloned().collect()
}

#[cfg(test)]
mod tests;
