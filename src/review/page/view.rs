//! What the page is told: the rubric, a task in its words, what the person said of it, how far everyone is.

use crate::error::{Error, Result};
use crate::review::{Desk, Progress, Said};
use crate::rubric::{Dimension, Scale};
use serde::Serialize;

/// The review as a whole.
#[derive(Debug, Serialize)]
pub struct Overview<'a> {
    draw: &'a str,
    tasks: usize,
    questions: Vec<Question<'a>>,
    reviewers: Vec<Reviewer<'a>>,
    /// Who labels, where the command line says so.
    reviewer: Option<&'a str>,
}

/// One thing that is asked of every task.
#[derive(Debug, Serialize)]
struct Question<'a> {
    id: &'a str,
    question: &'a str,
    /// The labels to choose from; none where a score is asked.
    labels: Vec<Choice<'a>>,
    /// What some scores stand for; none where a label is asked.
    anchors: Vec<Anchor<'a>>,
}

#[derive(Debug, Serialize)]
struct Choice<'a> {
    id: &'a str,
    meaning: &'a str,
}

#[derive(Debug, Serialize)]
struct Anchor<'a> {
    at: u32,
    meaning: &'a str,
}

/// A person, and how far they are.
#[derive(Debug, Serialize)]
struct Reviewer<'a> {
    name: &'a str,
    #[serde(flatten)]
    progress: Progress,
}

/// What a person is shown: a task, or that nothing is open to them.
#[derive(Debug, Serialize)]
pub struct Shown<'a> {
    task: Option<Task<'a>>,
    /// The place of the task before this one of which the person said something.
    back: Option<usize>,
    /// That of the one after it.
    forward: Option<usize>,
    progress: Progress,
    /// Tasks that nobody has labelled.
    unlabelled: usize,
    /// Tasks with a label that want that of one more person.
    second: usize,
}

/// A task in its words, and what the person said of it.
#[derive(Debug, Serialize)]
struct Task<'a> {
    place: usize,
    occupation: &'a str,
    statement: &'a str,
    said: Option<&'a Said>,
}

impl<'a> Overview<'a> {
    /// Of a desk, for whoever opens the page.
    #[must_use]
    pub fn new(desk: &'a Desk, reviewer: Option<&'a str>) -> Self {
        let people = desk.reviewers();
        Self {
            draw: &desk.draw().id,
            tasks: desk.draw().tasks.len(),
            questions: desk.draw().asked().map(Question::new).collect(),
            reviewers: people
                .map(|name| Reviewer {
                    name,
                    progress: desk.progress(name),
                })
                .collect(),
            reviewer,
        }
    }
}

impl<'a> Question<'a> {
    fn new(dimension: &'a Dimension) -> Self {
        let labels = dimension.labels().iter();
        let anchors: &[_] = match &dimension.scale {
            Scale::Score(anchors) => anchors,
            Scale::Labels(_) => &[],
        };
        Self {
            id: &dimension.id,
            question: &dimension.question,
            labels: labels
                .map(|one| Choice {
                    id: &one.id,
                    meaning: &one.meaning,
                })
                .collect(),
            anchors: anchors
                .iter()
                .map(|one| Anchor {
                    at: one.at,
                    meaning: &one.meaning,
                })
                .collect(),
        }
    }
}

impl<'a> Shown<'a> {
    /// The task at a place for a person; with no place, that nothing is open.
    ///
    /// # Errors
    /// The draw has no such place.
    pub fn new(desk: &'a Desk, reviewer: &str, place: Option<usize>) -> Result<Self> {
        let tasks = &desk.draw().tasks;
        let at = |place: usize| -> Result<Task<'a>> {
            let task = tasks
                .get(place)
                .ok_or_else(|| Error::input(format!("the draw has no task {place}")))?;
            Ok(Task {
                place,
                occupation: &task.occupation,
                statement: &task.task,
                said: desk.said(reviewer, place).map(|entry| &entry.said),
            })
        };
        let task = place.map(at).transpose()?;
        let answered = |place: &usize| desk.said(reviewer, *place).is_some();
        let here = place.unwrap_or(tasks.len());
        let lacking = |wants: fn(usize, usize) -> bool| {
            let all = tasks.iter().enumerate();
            all.filter(|(place, task)| wants(desk.labels(*place).count(), task.codes))
                .count()
        };
        Ok(Self {
            task,
            back: (0..here).rev().find(answered),
            forward: (here + 1..tasks.len()).find(answered),
            progress: desk.progress(reviewer),
            unlabelled: lacking(|labels, _| labels == 0),
            second: lacking(|labels, wanted| labels > 0 && labels < wanted),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::desk::tests::{desk, entry, label};
    use serde_json::{Value, json};

    fn shown(desk: &Desk, reviewer: &str, place: Option<usize>) -> Value {
        serde_json::to_value(Shown::new(desk, reviewer, place).unwrap()).unwrap()
    }

    #[test]
    fn a_person_sees_their_own_words_and_nobody_elses() {
        let mut desk = desk();
        for (name, place) in [("ana", 0), ("ana", 2), ("ben", 1)] {
            desk.put(entry(&desk, name, place, label("E1", 40.0)))
                .unwrap();
        }
        let first = shown(&desk, "ana", Some(0));
        assert_eq!(first["task"]["said"]["said"], "label");
        assert_eq!(
            (first["back"].clone(), first["forward"].clone()),
            (Value::Null, json!(2))
        );
        let second = shown(&desk, "ana", Some(1));
        assert_eq!(second["task"]["said"], Value::Null);
        assert_eq!(
            (second["back"].clone(), second["forward"].clone()),
            (json!(0), json!(2))
        );
        // Ben labelled the second, which wants two; nobody the fourth.
        let end = shown(&desk, "cy", None);
        assert_eq!(
            (end["second"].clone(), end["unlabelled"].clone()),
            (json!(1), json!(1))
        );
        assert!(Shown::new(&desk, "ana", Some(4)).is_err());
    }

    /// The names of all fields, at every depth.
    fn fields(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => object.iter().for_each(|(name, value)| {
                found.push(name.clone());
                fields(value, found);
            }),
            Value::Array(list) => list.iter().for_each(|one| fields(one, found)),
            _ => {}
        }
    }

    #[test]
    fn it_is_blind_to_the_draw_and_to_the_raters() {
        let desk = desk();
        let mut names = Vec::new();
        fields(
            &serde_json::to_value(Overview::new(&desk, None)).unwrap(),
            &mut names,
        );
        fields(&shown(&desk, "ana", Some(0)), &mut names);
        names.sort_unstable();
        names.dedup();
        let known = [
            "anchors",
            "at",
            "back",
            "draw",
            "forward",
            "id",
            "labelled",
            "labels",
            "meaning",
            "occupation",
            "open",
            "place",
            "progress",
            "question",
            "questions",
            "reviewer",
            "reviewers",
            "said",
            "second",
            "skipped",
            "statement",
            "task",
            "tasks",
            "unlabelled",
        ];
        let other: Vec<&String> = names
            .iter()
            .filter(|name| !known.contains(&name.as_str()))
            .collect();
        assert!(other.is_empty(), "{other:?}");
        assert!(names.len() > 15, "{names:?}");
    }
}
