//! The arms of a probe: the same tasks with one thing varied, and the order in which they are asked.

use super::{Design, Kind, padded};
use crate::error::Result;
use crate::inventory::{Inventory, Occupation};
use crate::prompt::{Prompt, fingerprint};
use crate::rubric::{Rubric, Scale};
use std::ops::Range;

/// What stands where the title of an occupation would.
const MASK: &str = "an occupation";
/// Example scores of the two sides of an anchor.
const LOW: u32 = 20;
const HIGH: u32 = 80;

/// What is varied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Arm {
    /// The question as it is: the control of all others.
    Plain,
    /// No title, no description.
    Masked,
    /// Title and description of another occupation.
    Borrowed,
    /// An example with low answers.
    Low,
    /// An example with high answers.
    High,
    /// So many times the words.
    Padded(u32),
    /// The question as it is, for the so-manieth time, from 1.
    Round(u32),
}

impl Arm {
    /// The probe that it belongs to; `None` for the control.
    #[must_use]
    pub fn kind(self) -> Option<Kind> {
        match self {
            Self::Plain => None,
            Self::Masked | Self::Borrowed => Some(Kind::Title),
            Self::Low | Self::High => Some(Kind::Anchor),
            Self::Padded(_) => Some(Kind::Verbosity),
            Self::Round(_) => Some(Kind::Repeat),
        }
    }

    /// Its name in files and for people.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Plain => "as it is".into(),
            Self::Masked => "title masked".into(),
            Self::Borrowed => "title of another occupation".into(),
            Self::Low => "low example".into(),
            Self::High => "high example".into(),
            Self::Padded(times) => format!("{times} times the words"),
            Self::Round(round) => format!("round {round}"),
        }
    }

    /// The drawn tasks of some occupations as this arm tells them, in the order of the design. `told_id` is whether the prompt
    /// tells the id of the occupation: then that is masked or borrowed, too, for a code is as good as a title.
    ///
    /// # Errors
    /// The inventory is none; the design's is one.
    pub fn inventory(
        self,
        base: &Inventory,
        design: &Design,
        of: Range<usize>,
        told_id: bool,
    ) -> Result<Inventory> {
        let all = of.clone().filter_map(|at| {
            let donor = design.occupations.get(*design.donors.get(at)?)?;
            Some(self.occupation(design.occupations.get(at)?, donor, (at, told_id)))
        });
        let ids: Vec<&str> = design.occupations.iter().map(|one| &*one.id).collect();
        let (own, seed, digest) = (self.name(), design.seed, base.digest());
        let digest = format!("{digest} {own} {seed} {of:?} {told_id} {ids:?}");
        let mut notes = base.notes().to_vec();
        notes.push(format!(
            "tasks of a probe, drawn at random by occupation (seed {seed}): {own}"
        ));
        let digest = fingerprint(digest.as_bytes());
        Inventory::new(base.name().to_owned(), digest, notes, all.collect())
    }

    fn occupation(
        self,
        own: &Occupation,
        donor: &Occupation,
        (at, told): (usize, bool),
    ) -> Occupation {
        let mut varied = own.clone();
        match self {
            Self::Masked => {
                varied.title = MASK.into();
                varied.description.clear();
                if told {
                    varied.id = format!("occupation-{}", at + 1);
                }
            }
            Self::Borrowed => {
                varied.title.clone_from(&donor.title);
                varied.description.clone_from(&donor.description);
                if told {
                    varied.id.clone_from(&donor.id);
                }
            }
            Self::Padded(times) => {
                for task in &mut varied.tasks {
                    task.statement = padded(&task.statement, times);
                }
            }
            Self::Plain | Self::Low | Self::High | Self::Round(_) => {}
        }
        varied
    }

    /// The prompt of this arm: an example stands after the question, so that the system text stays the same bytes.
    ///
    /// # Errors
    /// The prompt with an example is none.
    pub fn prompt(self, prompt: &Prompt) -> Result<Prompt> {
        let high = match self {
            Self::Low => false,
            Self::High => true,
            _ => return Ok(prompt.clone()),
        };
        let example = example(prompt.rubric(), high);
        let text = prompt.text().trim_end();
        let text = format!("{text}\n\n{{% raw %}}{example}{{% endraw %}}\n");
        Prompt::parse("the prompt with an example", &text)
    }
}

/// A sentence that shows answers to another task: the lowest or highest label, a score of 20 or 80.
fn example(rubric: &Rubric, high: bool) -> String {
    let answer = |dimension: &crate::rubric::Dimension| {
        let value = match &dimension.scale {
            Scale::Score(_) if high => HIGH.to_string(),
            Scale::Score(_) => LOW.to_string(),
            Scale::Labels(labels) => {
                let label = if high { labels.last() } else { labels.first() };
                label.map(|label| label.id.clone()).unwrap_or_default()
            }
        };
        format!("{} {value}", dimension.id)
    };
    let answers: Vec<String> = rubric.dimensions().iter().map(answer).collect();
    format!(
        "An example of the form of a reply, of another task that has nothing to do with the one above, which was rated: {}.",
        answers.join(", ")
    )
}

/// One run of a probe: an arm, asked about a part of the drawn occupations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// What is asked.
    pub arm: Arm,
    /// The occupations, by their place in the design.
    pub of: Range<usize>,
    /// Which half of the schedule it stands in; `None` for a round, which is about all tasks.
    pub part: Option<u32>,
}

/// How many of the occupations the first half of a schedule is about.
pub(super) fn middle(occupations: usize) -> usize {
    occupations.div_ceil(2)
}

/// The order of the runs. One control serves all probes. The first half of the occupations is asked about arm after arm, the
/// second half in the opposite order, so that every arm stands in the middle of the schedule on average and a steady drift
/// moves all of them alike. The rounds of `repeat` come last, one after the other.
#[must_use]
pub fn schedule(kinds: &[Kind], rounds: u32, occupations: usize) -> Vec<Turn> {
    let of_kinds = [
        (Kind::Title, [Arm::Masked, Arm::Borrowed]),
        (Kind::Anchor, [Arm::Low, Arm::High]),
        (Kind::Verbosity, [Arm::Padded(2), Arm::Padded(3)]),
    ];
    let wanted = of_kinds.iter().filter(|(kind, _)| kinds.contains(kind));
    let mut arms: Vec<Arm> = wanted.flat_map(|(_, arms)| *arms).collect();
    if !arms.is_empty() {
        arms.insert(0, Arm::Plain);
    }
    let middle = middle(occupations);
    let turn = |arm: Arm, of: Range<usize>, part| Turn { arm, of, part };
    let there = arms.iter().map(|&arm| turn(arm, 0..middle, Some(1)));
    let back = arms.iter().rev();
    let back = back.map(|&arm| turn(arm, middle..occupations, Some(2)));
    let rounds = if kinds.contains(&Kind::Repeat) {
        rounds
    } else {
        0
    };
    let rounds = (1..=rounds).map(|round| turn(Arm::Round(round), 0..occupations, None));
    there.chain(back).chain(rounds).collect()
}

#[cfg(test)]
mod tests {
    use super::super::design::tests::inventory;
    use super::*;

    #[test]
    fn every_arm_asks_another_question_and_stands_in_the_middle() {
        let turns = schedule(&Kind::ALL, 3, 15);
        assert_eq!(turns.len(), 2 * 7 + 3);
        let place = |arm: Arm| -> usize {
            let all = turns.iter().enumerate();
            all.filter(|(_, turn)| turn.arm == arm)
                .map(|(at, _)| at)
                .sum()
        };
        assert_eq!([Arm::Plain, Arm::High, Arm::Padded(3)].map(place), [13; 3]);
        assert_eq!((turns[0].of.clone(), turns[7].of.clone()), (0..8, 8..15));
        assert_eq!(schedule(&[Kind::Repeat], 3, 15).len(), 3);
        assert_eq!(schedule(&[Kind::Anchor], 3, 15).len(), 6);
    }

    #[test]
    fn one_thing_is_varied() {
        let base = inventory(&[4; 12]);
        let design = Design::draw(&base, 24, 1).unwrap();
        let prompt = Prompt::built_in("impact").unwrap();
        let ask = |arm: Arm| {
            let all = 0..design.occupations.len();
            let inventory = arm.inventory(&base, &design, all, false).unwrap();
            let one = &inventory.occupations()[2];
            let prompt = arm.prompt(&prompt).unwrap();
            let question = prompt.question(one, &one.tasks[0]).unwrap();
            (
                inventory.digest().to_owned(),
                prompt.fingerprint().to_owned(),
                question,
            )
        };
        let own = &design.occupations[2];
        let donor = &design.occupations[design.donors[2]];
        let (plain, masked, borrowed) = (ask(Arm::Plain), ask(Arm::Masked), ask(Arm::Borrowed));
        assert!(
            plain
                .2
                .contains(&format!("<occupation>{}</occupation>", own.title))
        );
        assert!(masked.2.contains("<occupation>an occupation</occupation>"));
        assert!(!masked.2.contains(&own.title) && !masked.2.contains("<about>"));
        assert!(borrowed.2.contains(&donor.title) && borrowed.2.contains(&donor.description));
        let (low, high) = (ask(Arm::Low), ask(Arm::High));
        assert!(low.2.starts_with(&plain.2) && high.2.starts_with(&plain.2));
        assert!(
            low.2
                .ends_with("rated: exposure E0, automation 20, augmentation 20.")
        );
        assert!(
            high.2
                .ends_with("rated: exposure E1, automation 80, augmentation 80.")
        );
        let long = ask(Arm::Padded(3));
        assert!(long.2.contains(&own.tasks[0].statement) && long.2.len() > plain.2.len());
        // A run each: its inventory or its prompt has another fingerprint.
        let all = [plain, masked, borrowed, low, high, long];
        let mut marks: Vec<_> = all.iter().map(|one| (&one.0, &one.1)).collect();
        marks.sort_unstable();
        marks.dedup();
        assert_eq!(marks.len(), 6);
    }

    #[test]
    fn a_code_that_is_told_is_masked_and_borrowed() {
        let base = inventory(&[4; 12]);
        let design = Design::draw(&base, 24, 1).unwrap();
        let ids = |arm: Arm| -> Vec<String> {
            let inventory = arm.inventory(&base, &design, 0..6, true).unwrap();
            inventory
                .occupations()
                .iter()
                .map(|one| one.id.clone())
                .collect()
        };
        let owns: Vec<&str> = design.occupations.iter().map(|one| &*one.id).collect();
        assert!(ids(Arm::Masked).iter().all(|id| !owns.contains(&&**id)));
        let borrowed = ids(Arm::Borrowed);
        assert_eq!(borrowed[3], owns[design.donors[3]]);
        assert_eq!(ids(Arm::Plain), owns[..6]);
    }
}
