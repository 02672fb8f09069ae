//! Kinds of work: which tasks belong to which major group of the SOC, and to which detailed work activity.

use super::Run;
use crate::labour::soc_of;
use std::collections::BTreeMap;

/// Fewer tasks than this say too little of a kind of work.
pub(super) const LEAST_TASKS: usize = 5;
/// A kind of work is compared over occupations, not inside of one.
pub(super) const LEAST_OCCUPATIONS: usize = 2;
/// With fewer occupations here, or elsewhere, the error of a difference is too rough to accuse a rater by it.
pub(super) const LEAST_TO_TELL: usize = 5;

/// The 23 major groups of the Standard Occupational Classification 2018 (US Office of Management and Budget).
const MAJOR: [(&str, &str); 23] = [
    ("11", "Management"),
    ("13", "Business and Financial Operations"),
    ("15", "Computer and Mathematical"),
    ("17", "Architecture and Engineering"),
    ("19", "Life, Physical, and Social Science"),
    ("21", "Community and Social Service"),
    ("23", "Legal"),
    ("25", "Educational Instruction and Library"),
    ("27", "Arts, Design, Entertainment, Sports, and Media"),
    ("29", "Healthcare Practitioners and Technical"),
    ("31", "Healthcare Support"),
    ("33", "Protective Service"),
    ("35", "Food Preparation and Serving Related"),
    ("37", "Building and Grounds Cleaning and Maintenance"),
    ("39", "Personal Care and Service"),
    ("41", "Sales and Related"),
    ("43", "Office and Administrative Support"),
    ("45", "Farming, Fishing, and Forestry"),
    ("47", "Construction and Extraction"),
    ("49", "Installation, Maintenance, and Repair"),
    ("51", "Production"),
    ("53", "Transportation and Material Moving"),
    ("55", "Military Specific"),
];

/// Tasks of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kind {
    /// `major_group` or `activity`.
    pub by: &'static str,
    /// `43-0000`, or the id of the activity.
    pub key: String,
    pub title: String,
    /// Their numbers, rising.
    pub tasks: Vec<usize>,
}

/// The kinds of work of a run that are large enough, and what is missing in words.
pub(super) fn kinds(run: &Run<'_>) -> (Vec<Kind>, Vec<String>) {
    let mut major: BTreeMap<&str, Members> = BTreeMap::new();
    let mut activity: BTreeMap<&str, Members> = BTreeMap::new();
    let mut number = 0;
    for (place, occupation) in run.occupations.iter().enumerate() {
        let group = soc_of(&occupation.id).and_then(|code| code.get(..2));
        for task in &occupation.tasks {
            if let Some(group) = group {
                major.entry(group).or_default().add(place, number);
            }
            for id in &task.activities {
                activity.entry(id).or_default().add(place, number);
            }
            number += 1;
        }
    }
    let mut notes = Vec::new();
    if major.is_empty() {
        notes.push("by major group: no occupation has an O*NET-SOC code as its id".to_owned());
    }
    if activity.is_empty() {
        notes.push(
            "by detailed work activity: the tasks have none; `--inventory PATH` names the O*NET release that has"
                .to_owned(),
        );
    }
    let title = |key: &str| {
        MAJOR
            .iter()
            .find(|(code, _)| *code == key)
            .map(|(_, title)| *title)
    };
    let groups = of("major_group", major, |key| {
        let title = title(key).map(|title| format!("{title} Occupations"));
        (format!("{key}-0000"), title.unwrap_or_default())
    });
    let activities = of("activity", activity, |key| {
        (
            key.to_owned(),
            run.activities.get(key).cloned().unwrap_or_default(),
        )
    });
    for (what, (found, all)) in [
        ("major group", &groups),
        ("detailed work activity", &activities),
    ] {
        if found.is_empty() && *all > 0 {
            notes.push(format!(
                "by {what}: none has {LEAST_TASKS} tasks in {LEAST_OCCUPATIONS} occupations"
            ));
        }
    }
    let mut found = groups.0;
    found.extend(activities.0);
    (found, notes)
}

/// Tasks and the occupations they are of.
#[derive(Default)]
struct Members {
    tasks: Vec<usize>,
    occupations: usize,
    last: Option<usize>,
}

impl Members {
    /// Occupations come in their order.
    fn add(&mut self, occupation: usize, task: usize) {
        if self.last != Some(occupation) {
            self.last = Some(occupation);
            self.occupations += 1;
        }
        if self.tasks.last() != Some(&task) {
            self.tasks.push(task);
        }
    }
}

/// Those that are large enough, and how many there were.
fn of(
    by: &'static str,
    all: BTreeMap<&str, Members>,
    named: impl Fn(&str) -> (String, String),
) -> (Vec<Kind>, usize) {
    let count = all.len();
    let large = all.into_iter().filter(|(_, members)| {
        members.tasks.len() >= LEAST_TASKS && members.occupations >= LEAST_OCCUPATIONS
    });
    let kind = |(key, members): (&str, Members)| {
        let (key, title) = named(key);
        Kind {
            by,
            key,
            title,
            tasks: members.tasks,
        }
    };
    (large.map(kind).collect(), count)
}
