//! Two measurements compared task by task: a card with another, or judges of one card with each other.
//!
//! ```text
//! answers of both ─▶ join (same task, text, gold) ─▶ pairs of a contest ─▶ statistic (Δ, interval, p) ─▶ verdict (Holm, BH)
//!                                                                      └▶ flips, noise floor
//! ```
//!
//! The unit is the task with gold, whole occupations are resampled and exchanged, and nothing stronger is said than *better*,
//! *worse* or *no detectable difference*. Sources: Miller 2024 (paired and clustered errors), Fisher 1935 and Cameron, Gelbach &
//! Miller 2008 (exchanging whole clusters), Holm 1979, Benjamini & Hochberg 1995.

mod contest;
mod cost;
mod difference;
mod exchange;
mod flips;
mod join;
mod noise;
mod pairs;
mod remarks;
mod statistic;
mod text;
mod verdict;
pub(in crate::eval) mod words;

#[cfg(test)]
mod tests;

pub use contest::{Contest, leading_judge};
pub use cost::CostChange;
pub use difference::{Delta, Difference, Discordant, Verdict};
pub use flips::{Flip, FlipCount, Toward, Voice};
pub use join::Matched;
pub use noise::Noise;
pub use text::text;
#[cfg(feature = "shell")]
pub(super) use text::verdict as verdict_text;
pub(super) use text::{reasons, said};
pub use verdict::Families;
pub(super) use verdict::ROUNDING;

use super::card::{Card, PanelLine, PromptLine};
use crate::error::{Error, Result};
use crate::rater::GoldKind;
use serde::Serialize;

/// With fewer occupations there is neither test nor interval: of n signs two in 2^n patterns are all alike, more than 5 % for
/// five.
pub const FEWEST: usize = super::number::LEAST_OCCUPATIONS;

/// What came of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Id of the set.
    pub set: String,
    /// Its half.
    pub half: String,
    /// Whose labels its gold is.
    pub gold: GoldKind,
    /// What the differences are of: new − old.
    pub new: Side,
    /// What it is compared with; the same card where judges of one card are.
    pub old: Side,
    /// How the tasks of both meet.
    pub tasks: Matched,
    /// Which judges are compared. Those that lead are what the primary figures are of.
    pub contests: Vec<Contest>,
    /// What a reader should know before the numbers.
    pub remarks: Vec<String>,
    /// One a contest, dimension and metric, the primary ones first.
    pub differences: Vec<Difference>,
    /// How many tests were adjusted for.
    pub families: Families,
    /// Answers that changed, by contest and dimension.
    pub flip_counts: Vec<FlipCount>,
    /// The same one by one, the most telling first.
    pub flips: Vec<Flip>,
    /// What the replies took, by rater that is asked.
    pub cost: Vec<CostChange>,
}

/// One of the two measurements.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Side {
    /// Version of the program that measured.
    pub taskrater: String,
    /// Hash of the set's files.
    pub digest: String,
    /// The prompt, with its text.
    pub prompt: PromptLine,
    /// Who was asked.
    pub panel: PanelLine,
    /// Answers of each hosted rater to each question.
    pub samples: u32,
    /// How the consensus was made.
    pub method: String,
}

impl Side {
    fn of(card: &Card) -> Self {
        Self {
            taskrater: card.taskrater.clone(),
            digest: card.set.digest.clone(),
            prompt: card.prompt.clone(),
            panel: card.panel.clone(),
            samples: card.samples,
            method: card.method.clone(),
        }
    }
}

impl Comparison {
    /// The differences of the declared figures.
    pub fn primary(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|one| one.primary)
    }

    /// Whether each answer of the leading contests is the same in both.
    #[must_use]
    pub fn same_answers(&self) -> bool {
        let mut leading = self.differences.iter().filter(|one| one.leading).peekable();
        leading.peek().is_some() && leading.all(|one| one.same_answers)
    }

    /// Whether judges of one card are compared.
    #[must_use]
    pub fn of_judges(&self) -> bool {
        self.contests.iter().any(|one| one.within)
    }
}

/// Compares a measurement with an older one, on the tasks that both have with the same text and the same gold: by dimension the
/// consensus with the consensus (a dimension without one has the only rater that covers it stand for the panel), and each rater
/// with that of the same id.
///
/// # Errors
/// The cards are of different sets or halves, they share no dimension with equal labels, or no task can be paired.
pub fn compare(new: &Card, old: &Card) -> Result<Comparison> {
    same_set(new, old)?;
    compared(new, old, None)
}

/// Compares judges of one card with each other, each pair as (the one whose differences are shown, what it is compared with).
///
/// # Errors
/// A judge is not on the card, or a pair is no pair or there twice.
pub fn between(card: &Card, pairs: &[(String, String)]) -> Result<Comparison> {
    compared(card, card, Some(contest::of_judges(card, pairs)?))
}

fn same_set(new: &Card, old: &Card) -> Result<()> {
    let (is, was) = (&new.set, &old.set);
    if is.id != was.id {
        let message = format!(
            "the cards are of different sets: '{}' and '{}'",
            is.id, was.id
        );
        return Err(Error::input(message).hint("measure both prompts on one set"));
    }
    if is.half != was.half {
        let message = format!(
            "the cards are of different halves of '{}': {} and {}",
            is.id, is.half, was.half
        );
        return Err(Error::input(message).hint("measure both on one half: --half"));
    }
    Ok(())
}

fn compared(new: &Card, old: &Card, judges: Option<Vec<Contest>>) -> Result<Comparison> {
    let mut dimensions = join::dimensions(new, old)?;
    let (rows, tasks) = join::join(new, old, &dimensions)?;
    dimensions.retain(|one| rows.iter().any(|row| join::same_gold(row, one)));
    let contests = judges.unwrap_or_else(|| contest::of_cards(new, old, &dimensions));
    let mut differences = Vec::new();
    let (mut flips, mut flip_counts) = (Vec::new(), Vec::new());
    for contest in &contests {
        for &dimension in &dimensions {
            let pairs = pairs::Pairs::of(&rows, contest, dimension);
            // Of what neither covers there is nothing to say.
            if pairs.silent {
                continue;
            }
            let mut found = statistic::differences(&pairs, contest, &new.set.margin);
            noise::add(&mut found, &pairs, contest, new, old);
            differences.extend(found);
            let flipped = flips::of(&pairs, contest, new, old);
            flip_counts.push(FlipCount::of(contest, dimension, &flipped));
            flips.extend(flipped);
        }
    }
    let families = verdict::judge(&mut differences, &new.set.primary);
    flips::sort(&mut flips, &contests);
    Ok(Comparison {
        set: new.set.id.clone(),
        half: new.set.half.clone(),
        gold: new.set.kind,
        remarks: remarks::of(new, old, &rows, &contests, &differences),
        new: Side::of(new),
        old: Side::of(old),
        tasks,
        differences,
        families,
        flip_counts,
        flips,
        cost: cost::changes(new, old, &contests),
        contests,
    })
}
