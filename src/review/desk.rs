//! Who said what, and what each person is asked next.

use super::draw::{Draw, DrawnTask};
use super::entry::{Answer, Entry, Said};
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Longest name of a reviewer, and longest note or reason, in characters.
const LONGEST_NAME: usize = 60;
const LONGEST_TEXT: usize = 2000;

/// A draw and the last entry of each person on each task.
#[derive(Debug, Clone)]
pub struct Desk {
    draw: Draw,
    places: HashMap<(String, String), usize>,
    /// By reviewer, then by the place of the task; nothing stands here that was withdrawn.
    entries: BTreeMap<String, BTreeMap<usize, Kept>>,
    /// By reviewer, the places that they passed over and have said nothing of since.
    passed: BTreeMap<String, BTreeSet<usize>>,
    /// Number of entries that were taken in.
    taken: usize,
}

/// An entry that counts, and when it came, as the number of entries before it.
#[derive(Debug, Clone)]
struct Kept {
    entry: Entry,
    /// When the person first labelled the task, or skipped it: correcting a label does not make it a later one.
    first: usize,
    /// When they said what counts now.
    last: usize,
}

impl Kept {
    fn is_label(&self) -> bool {
        matches!(self.entry.said, Said::Label { .. })
    }
}

/// How far a person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Progress {
    /// Tasks that the person labelled.
    pub labelled: usize,
    /// Tasks that the person skipped.
    pub skipped: usize,
    /// Tasks that the person is still asked about, as things stand.
    pub open: usize,
}

impl Desk {
    /// A desk with nothing said yet.
    #[must_use]
    pub fn new(draw: Draw) -> Self {
        let key = |task: &DrawnTask| (task.occupation_id.clone(), task.task_id.clone());
        Self {
            places: draw
                .tasks
                .iter()
                .enumerate()
                .map(|(place, task)| (key(task), place))
                .collect(),
            draw,
            entries: BTreeMap::new(),
            passed: BTreeMap::new(),
            taken: 0,
        }
    }

    /// Number of entries that were taken in, those that others took the place of among them.
    #[cfg(test)]
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// What is asked.
    #[must_use]
    pub fn draw(&self) -> &Draw {
        &self.draw
    }

    /// Whether an entry fits the draw; its place there.
    ///
    /// # Errors
    /// It answers another draw, a task that was not drawn, not what is asked or more; a name or a text is empty or too long.
    pub fn check(&self, entry: &Entry) -> Result<usize> {
        if entry.draw != self.draw.id {
            let message = format!(
                "it answers draw {}, and this is {}",
                entry.draw, self.draw.id
            );
            return Err(Error::input(message));
        }
        check_name(&entry.reviewer)?;
        let key = (entry.occupation_id.clone(), entry.task_id.clone());
        let place =
            self.places.get(&key).copied().ok_or_else(|| {
                Error::input(format!("task {} of {} was not drawn", key.1, key.0))
            })?;
        match &entry.said {
            Said::Withdraw | Said::Pass => {}
            Said::Skip { reason } if reason.trim().is_empty() => {
                return Err(Error::input("a skipped task needs a reason"));
            }
            Said::Skip { reason: text } => check_text(text)?,
            Said::Label { values, note } => {
                check_text(note)?;
                self.check_values(values)?;
            }
        }
        Ok(place)
    }

    /// That a name is not that of somebody who is here already but for the case of letters: one person would count as two.
    ///
    /// # Errors
    /// It is.
    pub fn check_known(&self, name: &str) -> Result<()> {
        let alike = |known: &&str| *known != name && folded(known) == folded(name);
        match self.reviewers().find(alike) {
            None => Ok(()),
            Some(known) => Err(Error::input(format!(
                "there is a reviewer '{known}' already, and '{name}' differs in the case of letters alone: go on as '{known}', or \
                 take another name"
            ))),
        }
    }

    fn check_values(&self, values: &BTreeMap<String, Answer>) -> Result<()> {
        let asked = &self.draw.dimensions;
        if let Some(other) = values.keys().find(|id| !asked.contains(id)) {
            return Err(Error::input(format!("nobody asked for '{other}'")));
        }
        for dimension in self.draw.asked() {
            let id = &dimension.id;
            let fits = match values.get(id) {
                None => return Err(Error::input(format!("'{id}' is not answered"))),
                Some(Answer::Label(label)) => dimension.label_index(label).is_some(),
                Some(Answer::Score(score)) => {
                    dimension.labels().is_empty() && (0.0..=100.0).contains(score)
                }
            };
            if !fits {
                let labels: Vec<&str> = dimension.labels().iter().map(|one| &*one.id).collect();
                return Err(Error::input(match labels.is_empty() {
                    true => format!("'{id}' is no number from 0 to 100"),
                    false => format!("'{id}' is none of {}", labels.join(", ")),
                }));
            }
        }
        Ok(())
    }

    /// Takes an entry in. It is on disk already.
    ///
    /// # Errors
    /// As [`Self::check`].
    pub fn put(&mut self, entry: Entry) -> Result<()> {
        let place = self.check(&entry)?;
        let last = self.taken;
        self.taken += 1;
        let passed = self.passed.entry(entry.reviewer.clone()).or_default();
        if entry.said == Said::Pass {
            passed.insert(place);
            return Ok(());
        }
        passed.remove(&place);
        let own = self.entries.entry(entry.reviewer.clone()).or_default();
        if entry.said == Said::Withdraw {
            own.remove(&place);
            return Ok(());
        }
        let mut kept = Kept {
            entry,
            first: last,
            last,
        };
        let earlier = own
            .get(&place)
            .filter(|one| one.is_label() == kept.is_label());
        kept.first = earlier.map_or(last, |one| one.first);
        own.insert(place, kept);
        Ok(())
    }

    /// Everyone who has an entry, by name.
    pub fn reviewers(&self) -> impl Iterator<Item = &str> {
        self.entries
            .iter()
            .filter(|(_, own)| !own.is_empty())
            .map(|(name, _)| name.as_str())
    }

    /// What a person said of the task at a place.
    #[must_use]
    pub fn said(&self, reviewer: &str, place: usize) -> Option<&Entry> {
        let own = self.entries.get(reviewer)?;
        Some(&own.get(&place)?.entry)
    }

    /// Everything said of the task at a place that is a label, whoever labelled it first before the others.
    pub fn labels(&self, place: usize) -> impl Iterator<Item = &Entry> {
        let mut labels: Vec<&Kept> = self.standing(place).collect();
        labels.sort_by_key(|one| one.first);
        labels.into_iter().map(|one| &one.entry)
    }

    /// The label of the task at a place that was said or corrected last.
    #[must_use]
    pub fn latest(&self, place: usize) -> Option<&Entry> {
        let latest = self.standing(place).max_by_key(|one| one.last)?;
        Some(&latest.entry)
    }

    /// Why a person skipped tasks: each with the place of the task.
    pub fn skipped(&self, reviewer: &str) -> impl Iterator<Item = (usize, &str)> {
        let own = self.entries.get(reviewer);
        let own = own.into_iter().flatten();
        own.filter_map(|(place, one)| match &one.entry.said {
            Said::Skip { reason } => Some((*place, reason.as_str())),
            Said::Label { .. } | Said::Withdraw | Said::Pass => None,
        })
    }

    /// The places that a person passed over, and that nobody has labelled since.
    pub fn passed(&self, reviewer: &str) -> impl Iterator<Item = usize> {
        let own = self.passed.get(reviewer).into_iter().flatten().copied();
        own.filter(move |&place| {
            self.said(reviewer, place).is_none() && self.standing(place).count() == 0
        })
    }

    /// Whether so many tasks were passed over that those with a label are no random part of what was drawn: more than two, and
    /// more than one in twenty. Fewer count as not answered yet.
    #[must_use]
    pub fn is_picked(&self) -> bool {
        let people = self.passed.keys();
        let places: BTreeSet<usize> = people.flat_map(|name| self.passed(name)).collect();
        let places = places.len();
        let all = 0..self.draw.tasks.len();
        let labelled = all.filter(|&place| self.standing(place).count() > 0);
        places > 2 && 20 * places > labelled.count() + places
    }

    fn standing(&self, place: usize) -> impl Iterator<Item = &Kept> {
        let all = self.entries.values().filter_map(move |own| own.get(&place));
        all.filter(|one| one.is_label())
    }

    /// The place of the task that a person is asked about next: the first in the order of showing of which they have said
    /// nothing and that still wants a label, the places in `passed` left out.
    #[must_use]
    pub fn next(&self, reviewer: &str, passed: &[usize]) -> Option<usize> {
        (0..self.draw.tasks.len())
            .find(|place| self.is_open(reviewer, *place) && !passed.contains(place))
    }

    /// How far a person is.
    #[must_use]
    pub fn progress(&self, reviewer: &str) -> Progress {
        let own = self.entries.get(reviewer);
        let said = || own.into_iter().flat_map(BTreeMap::values);
        let labelled = said().filter(|one| one.is_label()).count();
        Progress {
            labelled,
            skipped: said().count() - labelled,
            open: (0..self.draw.tasks.len())
                .filter(|&place| self.is_open(reviewer, place))
                .count(),
        }
    }

    /// A task is open to a person who has said nothing of it, until as many others have labelled it as the draw wants.
    #[must_use]
    pub fn is_open(&self, reviewer: &str, place: usize) -> bool {
        let wanted = self.draw.tasks.get(place).map_or(0, |task| task.codes);
        self.said(reviewer, place).is_none() && self.standing(place).count() < wanted
    }
}

/// Whether this can be the name of a reviewer.
///
/// # Errors
/// It is empty, too long, has spaces around it, or characters that are no text.
pub fn check_name(name: &str) -> Result<()> {
    let fine = !name.is_empty()
        && name.trim() == name
        && !name.contains("  ")
        && name.chars().count() <= LONGEST_NAME
        // They are joined by it in gold.csv.
        && !name.contains(';')
        && !name.chars().any(is_unseen);
    match fine {
        true => Ok(()),
        false => Err(Error::input(format!(
            "a reviewer has a name of at most {LONGEST_NAME} characters on one line, without ';', two spaces in a row, and characters \
             that cannot be seen or stand apart from their letters"
        ))),
    }
}

/// Whether a character is no text that can be seen by itself: two names that look alike are one. Accents that stand apart from
/// their letter are among them, since the same name can be written without.
fn is_unseen(c: char) -> bool {
    let invisible = matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}' | '\u{e0000}'..='\u{e0fff}');
    let apart = matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}');
    c.is_control() || invisible || apart || (c.is_whitespace() && c != ' ')
}

/// A name in which the case of letters does not count.
fn folded(name: &str) -> String {
    name.to_uppercase().to_lowercase()
}

fn check_text(text: &str) -> Result<()> {
    match text.chars().count() <= LONGEST_TEXT {
        true => Ok(()),
        false => Err(Error::input(format!(
            "a text is longer than {LONGEST_TEXT} characters"
        ))),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::inventory::{Occupation, TaskType};
    use crate::ratings::fixtures::{rubric, task};
    use crate::review::{Design, Frame};

    /// Four tasks of one occupation, the second and fourth shown for two people.
    pub(crate) fn desk() -> Desk {
        many(4)
    }

    /// So many tasks of one occupation, every second one for two people.
    pub(crate) fn many(tasks: usize) -> Desk {
        let occupation = Occupation {
            id: "baker".into(),
            title: "Baker".into(),
            tasks: (1..=tasks)
                .map(|n| task(&n.to_string(), TaskType::Core, None))
                .collect(),
            ..Occupation::default()
        };
        let rubric = rubric();
        let dimensions = vec![
            rubric.dimensions()[0].id.clone(),
            rubric.dimensions()[1].id.clone(),
        ];
        let frame = Frame {
            run: "run",
            prompt: "0",
            rubric: &rubric,
            dimensions: &dimensions,
            kind: crate::rater::GoldKind::Human,
            occupations: &[&occupation],
            contested: &vec![false; tasks],
        };
        let design = Design {
            tasks,
            contested: 0.0,
            double: 0.5,
            seed: 1,
        };
        Desk::new(Draw::new(&frame, design, "2026-11-21T09:00:00Z".into()).unwrap())
    }

    pub(crate) fn entry(desk: &Desk, reviewer: &str, place: usize, said: Said) -> Entry {
        let task = &desk.draw().tasks[place];
        Entry {
            time: "2026-11-21T10:00:00Z".into(),
            draw: desk.draw().id.clone(),
            reviewer: reviewer.into(),
            occupation_id: task.occupation_id.clone(),
            task_id: task.task_id.clone(),
            said,
        }
    }

    pub(crate) fn label(first: &str, second: f64) -> Said {
        let rubric = rubric();
        let ids = rubric.dimensions();
        Said::Label {
            values: [
                (ids[0].id.clone(), Answer::Label(first.into())),
                (ids[1].id.clone(), Answer::Score(second)),
            ]
            .into(),
            note: String::new(),
        }
    }

    #[test]
    fn a_task_is_open_until_as_many_as_wanted_have_labelled_it() {
        let mut desk = desk();
        assert_eq!(desk.next("ana", &[]), Some(0));
        assert_eq!(desk.next("ana", &[0]), Some(1));
        for place in 0..4 {
            let said = match place {
                2 => Said::Skip {
                    reason: "unclear".into(),
                },
                _ => label("E1", 40.0),
            };
            desk.put(entry(&desk, "ana", place, said)).unwrap();
        }
        let done = Progress {
            labelled: 3,
            skipped: 1,
            open: 0,
        };
        assert_eq!((desk.next("ana", &[]), desk.progress("ana")), (None, done));
        // Ben is asked about the two that want a second label, and the one that ana skipped.
        assert_eq!(desk.progress("ben").open, 3);
        assert_eq!(
            (desk.next("ben", &[]), desk.next("ben", &[1])),
            (Some(1), Some(2))
        );
        desk.put(entry(&desk, "ben", 1, label("E0", 0.0))).unwrap();
        assert_eq!(desk.next("cy", &[]), Some(2));
        desk.put(entry(&desk, "ana", 0, Said::Withdraw)).unwrap();
        assert_eq!(desk.next("cy", &[]), Some(0));
        assert_eq!(desk.reviewers().collect::<Vec<_>>(), ["ana", "ben"]);
        assert_eq!(desk.labels(1).count(), 2);
    }

    #[test]
    fn the_last_entry_counts() {
        let mut desk = desk();
        desk.put(entry(&desk, "ana", 0, label("E1", 40.0))).unwrap();
        desk.put(entry(&desk, "ana", 0, label("E0", 3.0))).unwrap();
        assert_eq!(
            desk.said("ana", 0).map(|one| one.said.clone()),
            Some(label("E0", 3.0))
        );
        assert_eq!(desk.progress("ana").labelled, 1);
    }

    #[test]
    fn who_labelled_first_stays_first() {
        let mut desk = desk();
        desk.put(entry(&desk, "zoe", 0, label("E1", 40.0))).unwrap();
        desk.put(entry(&desk, "ana", 0, label("E0", 3.0))).unwrap();
        desk.put(entry(&desk, "zoe", 0, label("E2", 50.0))).unwrap();
        let names = |desk: &Desk| -> Vec<String> {
            desk.labels(0).map(|one| one.reviewer.clone()).collect()
        };
        assert_eq!(names(&desk), ["zoe", "ana"]);
        assert_eq!(desk.latest(0).unwrap().reviewer, "zoe");
        // Who takes a label back and gives another comes last.
        desk.put(entry(&desk, "zoe", 0, Said::Withdraw)).unwrap();
        desk.put(entry(&desk, "zoe", 0, label("E2", 50.0))).unwrap();
        assert_eq!(names(&desk), ["ana", "zoe"]);
        let reason = "unclear".to_owned();
        desk.put(entry(&desk, "zoe", 3, Said::Skip { reason }))
            .unwrap();
        assert_eq!(desk.skipped("zoe").collect::<Vec<_>>(), [(3, "unclear")]);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let desk = desk();
        let says = |entry: Entry| desk.check(&entry).unwrap_err().to_string();
        let of = |said| entry(&desk, "ana", 0, said);
        let [first, second] = [0, 1].map(|n| rubric().dimensions()[n].id.clone());
        assert_eq!(
            says(of(label("E9", 1.0))),
            format!("'{first}' is none of E0, E2, E1")
        );
        assert_eq!(
            says(of(label("E1", 101.0))),
            format!("'{second}' is no number from 0 to 100")
        );
        assert_eq!(
            says(of(label("E1", f64::NAN))),
            format!("'{second}' is no number from 0 to 100")
        );
        let less = Said::Label {
            values: BTreeMap::new(),
            note: String::new(),
        };
        assert_eq!(says(of(less)), format!("'{first}' is not answered"));
        let Said::Label { mut values, note } = label("E1", 1.0) else {
            unreachable!()
        };
        values.insert("more".into(), Answer::Score(1.0));
        assert_eq!(
            says(of(Said::Label { values, note })),
            "nobody asked for 'more'"
        );
        assert_eq!(
            says(of(Said::Skip { reason: " ".into() })),
            "a skipped task needs a reason"
        );
        let other = Entry {
            draw: "0".into(),
            ..of(Said::Withdraw)
        };
        assert!(says(other).starts_with("it answers draw 0"));
        let other = Entry {
            task_id: "9".into(),
            ..of(Said::Withdraw)
        };
        assert_eq!(says(other), "task 9 of baker was not drawn");
        let nobody = Entry {
            reviewer: " ana".into(),
            ..of(Said::Withdraw)
        };
        assert!(says(nobody).contains("has a name"));
    }

    #[test]
    fn lines_are_read_back() {
        let desk = desk();
        for said in [
            label("E1", 40.0),
            Said::Skip {
                reason: "unclear".into(),
            },
            Said::Withdraw,
        ] {
            let entry = entry(&desk, "ana", 0, said);
            let line = serde_json::to_string(&entry).unwrap();
            assert_eq!(
                serde_json::from_str::<Entry>(&line).unwrap(),
                entry,
                "{line}"
            );
        }
    }
}
