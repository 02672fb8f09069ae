//! Occupations of several files as those of one inventory.

use super::remarks::Remarks;
use super::{Contents, Draft, DraftTask, ids};
use crate::inventory::text::{normalise, text_hash};
use crate::inventory::{Occupation, Problem, Task};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::fmt;

/// Where something stands.
#[derive(Debug, Clone, Copy)]
struct At<'a> {
    /// Position of the file.
    file: usize,
    place: &'a str,
    line: usize,
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}", self.place, self.line)
    }
}

const AGAIN: &str = "the text stands in its occupation before; both are kept, under their ids";

/// A hash of a task's [normalised](normalise) text, with signs as words.
type Text = [u8; 16];

/// Joins files in their order: their occupations, what had to be left out, and what a reader should know.
pub(super) fn join(files: Vec<Contents>) -> (Vec<Occupation>, Vec<Problem>, Vec<String>) {
    let places: Vec<String> = files.iter().map(|file| file.place.clone()).collect();
    let mut joined = Joined::default();
    let mut notes = Vec::new();
    for (file, (mut contents, place)) in files.into_iter().zip(&places).enumerate() {
        let found = contents.problems.into_iter();
        joined.problems.extend(found.map(|problem| (file, problem)));
        for draft in contents.drafts {
            let at = At {
                file,
                place,
                line: draft.line,
            };
            joined.add(at, draft, &mut contents.remarks);
        }
        notes.extend(contents.remarks.notes(place));
    }
    let (occupations, more) = joined.finish();
    notes.extend(more);
    // As they stand in the files, whichever step found them.
    joined
        .problems
        .sort_by_key(|(file, problem)| (*file, problem.line));
    let problems = joined.problems.into_iter().map(|(_, problem)| problem);
    (occupations, problems.collect(), notes)
}

#[derive(Default)]
struct Joined<'a> {
    occupations: Vec<(At<'a>, Occupation)>,
    by_id: HashMap<String, usize>,
    /// The alternate titles of each occupation.
    titles: HashSet<(usize, String)>,
    /// Where each text of an occupation stands first.
    texts: HashMap<(usize, Text), At<'a>>,
    /// Each id that a task was given: its text, where it stands first, and whether another occupation uses it too.
    given: HashMap<String, Given<'a>>,
    problems: Vec<(usize, Problem)>,
}

struct Given<'a> {
    text: Text,
    at: At<'a>,
    occupation: usize,
    shared: bool,
}

impl<'a> Joined<'a> {
    fn add(&mut self, at: At<'a>, draft: Draft, remarks: &mut Remarks) {
        let index = match self.by_id.entry(draft.id.clone()) {
            Entry::Vacant(entry) => {
                let job = Occupation {
                    id: draft.id,
                    title: draft.title.clone(),
                    ..Occupation::default()
                };
                self.occupations.push((at, job));
                *entry.insert(self.occupations.len() - 1)
            }
            Entry::Occupied(entry) => *entry.get(),
        };
        let Some((first, job)) = self.occupations.get_mut(index) else {
            return;
        };
        if first.file != at.file && normalise(&job.title) != normalise(&draft.title) {
            let what = format!(
                "the occupation id {} stands for '{}' in {first}, and here for '{}'",
                job.id, job.title, draft.title
            );
            let lines = draft.tasks.iter().map(|task| task.line);
            let lines: Vec<usize> = if draft.tasks.is_empty() {
                vec![at.line]
            } else {
                lines.collect()
            };
            for line in lines {
                self.leave_out(At { line, ..at }, &what);
            }
            return;
        }
        if job.description.is_empty() {
            job.description = draft.description;
        }
        for title in draft.alternate_titles {
            if title != job.title && self.titles.insert((index, title.clone())) {
                job.alternate_titles.push(title);
            }
        }
        for task in draft.tasks {
            let at = At {
                line: task.line,
                ..at
            };
            match self.task(at, index, task, draft.by_hand) {
                Err(what) => self.leave_out(at, &what),
                Ok(true) => remarks.at(at.line, AGAIN),
                Ok(false) => {}
            }
        }
    }

    fn leave_out(&mut self, at: At<'a>, what: &str) {
        let problem = Problem {
            place: at.place.to_owned(),
            line: Some(at.line),
            what: what.to_owned(),
        };
        self.problems.push((at.file, problem));
    }

    /// Takes a task in. The answer is whether its text stands in the occupation before: two tasks may share one where their
    /// ids are written `by_hand`.
    fn task(
        &mut self,
        at: At<'a>,
        occupation: usize,
        task: DraftTask,
        by_hand: bool,
    ) -> Result<bool, String> {
        let text = text_hash(&ids::signs_as_words(&task.statement));
        let first = self.texts.get(&(occupation, text));
        let told_apart = by_hand
            && task
                .id
                .as_ref()
                .is_some_and(|id| !self.given.contains_key(id));
        if let Some(first) = first.filter(|_| !told_apart) {
            return Err(format!(
                "the same task of the same occupation as in {first}"
            ));
        }
        let again = first.is_some();
        if let Some(id) = &task.id {
            match self.given.get_mut(id) {
                Some(given) if given.text != text => {
                    return Err(format!(
                        "the task id {id} belongs to another text in {}",
                        given.at
                    ));
                }
                Some(given) => given.shared |= given.occupation != occupation,
                None => {
                    let given = Given {
                        text,
                        at,
                        occupation,
                        shared: false,
                    };
                    self.given.insert(id.clone(), given);
                }
            }
        }
        self.texts.entry((occupation, text)).or_insert(at);
        if let Some((_, job)) = self.occupations.get_mut(occupation) {
            job.tasks.push(Task {
                id: task.id.unwrap_or_default(),
                statement: task.statement,
                kind: task.kind,
                importance: task.importance,
                relevance: task.relevance,
                ..Task::default()
            });
        }
        Ok(again)
    }

    /// Gives every task an id of its own.
    fn finish(&mut self) -> (Vec<Occupation>, Vec<String>) {
        let mut notes = Vec::new();
        let shared = self.given.values().filter(|given| given.shared).count();
        if shared > 0 {
            notes.push(format!(
                "task ids that stand under several occupations: {shared}; there a task's id is occupation/task"
            ));
        }
        let mut taken: HashSet<String> = HashSet::new();
        for (_, job) in &mut self.occupations {
            for task in &mut job.tasks {
                let made = ids::of_task(&job.id, &task.statement);
                let wanted = match self.given.get(&task.id) {
                    None => made.clone(),
                    Some(given) if given.shared => format!("{}/{}", job.id, task.id),
                    Some(_) => std::mem::take(&mut task.id),
                };
                // A made id that is taken grows until it is free.
                let grown = (1..).map(|n| format!("{made}-{n}"));
                let mut candidates = [wanted, made.clone()].into_iter().chain(grown);
                task.id = candidates
                    .find(|id| taken.insert(id.clone()))
                    .unwrap_or(made);
            }
        }
        for (at, job) in self
            .occupations
            .iter()
            .filter(|(_, job)| job.tasks.is_empty())
        {
            notes.push(format!("{}: occupation {} has no tasks", at.place, job.id));
        }
        let occupations = std::mem::take(&mut self.occupations);
        (occupations.into_iter().map(|(_, job)| job).collect(), notes)
    }
}
