//! A disputed task as the adjudicator sees it: who says what and why, unnamed, in an order that a seed gives.

use super::Names;
use crate::error::Result;
use crate::inventory::{Item, Occupation};
use crate::rating::{Rating, Value};
use crate::ratings::Sheet;
use crate::reconcile::{Reconciled, Reconciliation};
use crate::rubric::Dimension;
use crate::shortened;
use crate::stats::rng::Rng;

/// Characters of a reason that are shown. Prompts ask for three sentences.
const LONGEST: usize = 1500;

/// The two orders in which the raters of a case are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// As the seed arranged them.
    First,
    /// The reverse.
    Second,
}

impl Order {
    /// Both, in the order in which they are asked.
    pub const BOTH: [Self; 2] = [Self::First, Self::Second];

    /// Its name in the ledger.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "order 1",
            Self::Second => "order 2",
        }
    }
}

/// What a rater of the run is, as far as its reasons go.
#[derive(Debug, Clone, Copy)]
pub struct Speaker<'a> {
    /// Its id.
    pub id: &'a str,
    /// The model that answers, or where its ratings come from.
    pub source: &'a str,
    /// Whether the words beside its ratings are a reason. Those of a surrogate are the terms of a statistical model: they
    /// would say what it is.
    pub gives_reasons: bool,
}

/// A dimension in which a task is disputed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disputed {
    /// Its place in [`Reconciled::dimensions`].
    pub place: usize,
    /// Its position in the rubric.
    pub position: usize,
}

/// What one rater says about the task.
#[derive(Debug, Clone, PartialEq)]
pub struct Voice {
    /// Position of the rater in the run.
    pub rater: usize,
    /// Its values, one a disputed dimension, on 0–1 of the range.
    shares: Vec<Option<f64>>,
    /// The same as they are shown: a label, or a whole score.
    pub answers: Vec<Option<String>>,
    /// Why, without names.
    pub reason: Option<String>,
}

/// A task on which the panel came far apart, in one dimension at least.
#[derive(Debug, Clone, PartialEq)]
pub struct Case<'a> {
    /// Its number, counted through the occupations of the run.
    pub task: usize,
    /// The task and its occupation.
    pub item: Item<'a>,
    /// Where it is disputed.
    pub disputed: Vec<Disputed>,
    /// What the raters say, in the order that is shown first.
    pub voices: Vec<Voice>,
}

impl Case<'_> {
    /// The voices in one of the orders, each with the name it has there: A is the one that stands first.
    pub fn shown(&self, order: Order) -> impl Iterator<Item = (String, &Voice)> {
        let count = self.voices.len();
        (0..count).map(move |n| {
            let at = match order {
                Order::First => n,
                Order::Second => count - 1 - n,
            };
            (name(n), &self.voices[at])
        })
    }
}

/// Rater A to Rater Z, then AA.
fn name(n: usize) -> String {
    let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    match n / 26 {
        0 => format!("Rater {}", letter(n)),
        more => format!("Rater {}{}", letter(more - 1), letter(n)),
    }
}

/// The disputed tasks of a run, in its order: contested by the rule that the run was reconciled with. `speakers` are the raters
/// of the run; gold is none of the panel and is not shown.
///
/// # Errors
/// The ratings cannot be read.
pub fn cases<'a>(
    occupations: &[&'a Occupation],
    sheet: &Sheet,
    reconciled: &Reconciled,
    speakers: &[Speaker<'_>],
    seed: u64,
) -> Result<Vec<Case<'a>>> {
    let names = Names::new(speakers.iter().flat_map(|one| [one.id, one.source]));
    let items = occupations.iter().flat_map(|&occupation| {
        let tasks = occupation.tasks.iter();
        tasks.map(move |task| Item { occupation, task })
    });
    let mut cases = Vec::new();
    for (task, item) in items.enumerate() {
        let dimensions = reconciled.dimensions.iter().enumerate();
        let disputed: Vec<Disputed> = dimensions
            .filter(|(_, one)| one.task(task).contested == Some(true))
            .map(|(place, one)| Disputed {
                place,
                position: one.position,
            })
            .collect();
        if disputed.is_empty() {
            continue;
        }
        let row = sheet.row(task)?;
        let of: Vec<&Reconciliation> = disputed
            .iter()
            .map(|one| &reconciled.dimensions[one.place])
            .collect();
        let opinions = row.opinions().zip(speakers).enumerate();
        let voices = opinions.filter_map(|(rater, (rating, speaker))| {
            let voice = voice(rater, rating, &of);
            voice.map(|voice| Voice {
                reason: speaker
                    .gives_reasons
                    .then(|| names.scrub(&shortened(&rating.rationale, LONGEST)))
                    .filter(|reason| !reason.is_empty()),
                ..voice
            })
        });
        cases.push(Case {
            task,
            item,
            disputed,
            voices: arranged(voices.collect(), &mut rng(seed, item)),
        });
    }
    Ok(cases)
}

/// What a rater of the panel answers where the task is disputed; `None` where it says nothing of that.
fn voice(rater: usize, rating: &Rating, of: &[&Reconciliation]) -> Option<Voice> {
    let value = |one: &&Reconciliation| {
        let value = rating.values.get(one.position)?.as_ref()?;
        one.panel().contains(&rater).then_some(value)
    };
    let values: Vec<Option<&Value>> = of.iter().map(value).collect();
    let dimensions = of.iter().map(|one| &one.dimension);
    let each = || dimensions.clone().zip(&values);
    let share = |(dimension, value): (&Dimension, &Option<&Value>)| {
        let (low, high) = dimension.bounds();
        value.map(|value| (value.value - low) / (high - low))
    };
    let answer = |(dimension, value): (&Dimension, &Option<&Value>)| {
        let value = (*value)?;
        let label = value.label.and_then(|at| dimension.labels().get(at));
        // A decimal would tell a statistical model from one that was asked for whole numbers.
        Some(label.map_or_else(|| format!("{:.0}", value.value), |label| label.id.clone()))
    };
    values.iter().any(Option::is_some).then(|| Voice {
        rater,
        shares: each().map(share).collect(),
        answers: each().map(answer).collect(),
        reason: None,
    })
}

/// Every task has draws of its own, so that none depends on which others are disputed.
fn rng(seed: u64, item: Item<'_>) -> Rng {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&seed.to_le_bytes());
    for id in [&item.occupation.id, &item.task.id] {
        hasher.update(&(id.len() as u64).to_le_bytes());
        hasher.update(id.as_bytes());
    }
    let first = hasher.finalize().as_bytes().first_chunk().copied();
    Rng::new(u64::from_le_bytes(first.unwrap_or_default()))
}

/// A random order, but for its ends: they are the two raters who differ most where they differ least, so that the reverse
/// shows another opinion first. An adjudicator that follows the first, or the last, is then found out.
fn arranged(mut voices: Vec<Voice>, rng: &mut Rng) -> Vec<Voice> {
    for last in (1..voices.len()).rev() {
        voices.swap(last, rng.below(last + 1));
    }
    let count = voices.len();
    let pairs = (0..count).flat_map(|one| (one + 1..count).map(move |other| (one, other)));
    let mut widest: Option<(f64, (usize, usize))> = None;
    for (one, other) in pairs {
        let apart = apart(&voices[one], &voices[other]);
        if widest.is_none_or(|(most, _)| apart > most) {
            widest = Some((apart, (one, other)));
        }
    }
    if let Some((_, (one, other))) = widest {
        // `one` stands before `other`, which the shuffle decided.
        let last = voices.remove(other);
        let first = voices.remove(one);
        voices.insert(0, first);
        voices.push(last);
    }
    voices
}

/// The least distance of two raters over the disputed dimensions; one that says nothing there is not apart.
fn apart(one: &Voice, other: &Voice) -> f64 {
    let pairs = one.shares.iter().zip(&other.shares);
    let distances = pairs.map(|(one, other)| one.zip(*other).map_or(0.0, |(a, b)| (a - b).abs()));
    distances.fold(f64::INFINITY, f64::min)
}
