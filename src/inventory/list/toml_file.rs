//! The user's own occupations: a TOML file each, in the format of `occupations/`.

use super::text::{LONGEST_NAME, fault, task_fault};
use super::{Draft, DraftTask, Refused, ids};
use crate::inventory::{Problem, TaskType};
use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, ValueDeserializer};

/// An occupation file as it is written, but for its tasks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OccupationFile {
    id: Option<Spanned<String>>,
    title: Spanned<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    alternate_titles: Vec<Spanned<String>>,
}

/// A `[[tasks]]` entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskEntry {
    id: Option<Spanned<String>>,
    statement: Spanned<String>,
    #[serde(default, rename = "type")]
    kind: TaskType,
    importance: Option<Spanned<f64>>,
    relevance: Option<Spanned<f64>>,
}

const HINT: &str = "occupations/README.md describes the fields of an occupation file";

/// Reads an occupation file. Ids are free-form, and made of title and statement where there are none; white space around
/// ids, titles and statements is dropped. An entry of
/// `[[tasks]]` that cannot be used is a problem and leaves the others.
pub(super) fn read(name: &str, text: &str, problems: &mut Vec<Problem>) -> Result<Draft, Refused> {
    let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
    let lines: Vec<usize> = std::iter::once(0).chain(breaks).collect();
    let lines = &lines;
    let file = File { name, text, lines };
    let refused = |problem| Refused {
        problem,
        hint: HINT.to_owned(),
    };
    let parsed = DeTable::parse(text).map_err(|e| refused(file.malformed(&e)))?;
    let span = parsed.span();
    let mut table = parsed.into_inner();
    let tasks = table.remove("tasks");
    let head = OccupationFile::deserialize(Deserializer::from(Spanned::new(span, table)));
    let head = head.map_err(|e| refused(file.malformed(&e)))?;
    let mut draft = file.occupation(&head).map_err(refused)?;
    let entries = match tasks.map(|tasks| (tasks.span(), tasks.into_inner())) {
        None => Vec::new(),
        Some((_, DeValue::Array(entries))) => entries.into_iter().collect(),
        Some((span, _)) => {
            let what = "'tasks' is no list: each task begins with [[tasks]]";
            return Err(refused(file.wrong(span.start, what)));
        }
    };
    for entry in entries {
        match file.task(entry) {
            Ok(task) => draft.tasks.push(task),
            Err(problem) => problems.push(problem),
        }
    }
    Ok(draft)
}

#[derive(Clone, Copy)]
struct File<'a> {
    name: &'a str,
    text: &'a str,
    /// Where each line begins.
    lines: &'a [usize],
}

impl<'a> File<'a> {
    fn occupation(self, head: &OccupationFile) -> Result<Draft, Problem> {
        let id = head.id.as_ref();
        let id = id.map(|id| self.filled(id, "the occupation's id"));
        let id = id.transpose()?;
        let called = id.as_deref().map_or_else(
            || "the occupation's title".to_owned(),
            |id| format!("the title of occupation {id}"),
        );
        let title = self.filled(&head.title, &called)?;
        let first = head.id.as_ref().unwrap_or(&head.title);
        let id = id.unwrap_or_else(|| ids::of_title(&title));
        let mut draft = Draft::new(self.position(first.span().start).0, id, title);
        draft.by_hand = true;
        for title in &head.alternate_titles {
            let called = format!("an alternate title of occupation {}", draft.id);
            draft.alternate_titles.push(self.filled(title, &called)?);
        }
        head.description.trim().clone_into(&mut draft.description);
        Ok(draft)
    }

    fn task(self, entry: Spanned<DeValue<'a>>) -> Result<DraftTask, Problem> {
        let entry = TaskEntry::deserialize(ValueDeserializer::from(entry));
        let entry = entry.map_err(|error| self.malformed(&error))?;
        let id = entry.id.as_ref().map(|id| self.filled(id, "a task's id"));
        let id = id.transpose()?;
        let called = id
            .as_ref()
            .map_or_else(|| "a task".to_owned(), |id| format!("task {id}"));
        let statement = entry.statement.as_ref().trim();
        let start = entry.statement.span().start;
        if statement.is_empty() {
            let what = format!("the statement of {called} is empty");
            return Err(self.wrong(start, &what));
        }
        if let Some(why) = task_fault(statement) {
            return Err(self.wrong(start, &format!("{why} ({called})")));
        }
        let bounded = |value: &Option<Spanned<f64>>, name: &str, least: f64, most: f64| match value
        {
            Some(found) if !(least..=most).contains(found.as_ref()) => {
                let value = found.as_ref();
                let what = format!(
                    "{called} has {name} {value}, which is not between {least} and {most} (leave out what is not known)"
                );
                Err(self.wrong(found.span().start, &what))
            }
            other => Ok(other.as_ref().map(|value| *value.as_ref())),
        };
        let importance = bounded(&entry.importance, "importance", 1.0, 5.0)?;
        let relevance = bounded(&entry.relevance, "relevance", 0.0, 100.0)?;
        Ok(DraftTask {
            line: self
                .position(entry.id.map_or(start, |id| id.span().start))
                .0,
            statement: statement.to_owned(),
            id,
            kind: entry.kind,
            importance,
            relevance,
        })
    }

    /// The trimmed text, which must not be empty.
    fn filled(self, text: &Spanned<String>, called: &str) -> Result<String, Problem> {
        let trimmed = text.as_ref().trim();
        let wrong = match trimmed {
            "" => Some(format!("{called} is empty")),
            _ => fault(called, trimmed, LONGEST_NAME),
        };
        match wrong {
            Some(what) => Err(self.wrong(text.span().start, &what)),
            None => Ok(trimmed.to_owned()),
        }
    }

    fn wrong(self, byte: usize, what: &str) -> Problem {
        Problem {
            place: self.name.to_owned(),
            line: Some(self.position(byte).0),
            what: what.to_owned(),
        }
    }

    /// What the TOML reader found, in one line, with the place and the task it is in.
    fn malformed(self, error: &toml::de::Error) -> Problem {
        let message = error.message().trim().replace('\n', ", ");
        let span = error.span().unwrap_or_default();
        let (line, column) = self.position(span.start);
        let task = self.task_around(line);
        let task = task.map(|id| format!(", task {id}")).unwrap_or_default();
        self.wrong(span.start, &format!("{message} (column {column}{task})"))
    }

    /// Line and column of a byte, both from 1; columns count characters.
    fn position(self, byte: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= byte);
        let start = line.checked_sub(1).and_then(|n| self.lines.get(n));
        let before = start.and_then(|start| self.text.get(*start..byte));
        let column = before.unwrap_or_default().chars().count() + 1;
        (line, column)
    }

    /// The id of the `[[tasks]]` entry that holds a line, read off the text: the file as a whole did not parse.
    fn task_around(self, line: usize) -> Option<&'a str> {
        let mut id = None;
        let mut inside = false;
        for (number, text) in (1..).zip(self.text.lines()) {
            let text = text.trim();
            if text.starts_with('[') {
                if number > line {
                    break;
                }
                (inside, id) = (text.starts_with("[[tasks]]"), None);
            } else if inside && let Some(found) = id_in(text) {
                id = id.or(Some(found));
            }
        }
        id
    }
}

/// The value in a line `id = "value"`.
fn id_in(line: &str) -> Option<&str> {
    let value = line
        .strip_prefix("id")?
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = value
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''))?;
    value.split(quote).nth(1).map(str::trim)
}

#[cfg(test)]
mod tests {
    use crate::Error;
    use crate::inventory::{Inventory, Occupation, Task, TaskType, from_lists, from_toml_files};
    use proptest::prelude::*;

    const BAKER: &str = "\
id = \"bakers\"
title = \" Bakers \"
alternate_titles = [\"Pastry Baker\"]

[[tasks]]
id = \" b-1 \"
statement = \"\"\"
  Knead the dough. \"\"\"
type = \"Core\"
importance = 4

[[tasks]]
id = \"b-2\"
statement = \"Sweep up flour.\"
";

    fn read(files: &[(&str, &str)]) -> crate::Result<Inventory> {
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        from_toml_files("my jobs", &files)
    }

    /// The message of the only file's error.
    fn message(text: &str) -> String {
        read(&[("bakers.toml", text)]).unwrap_err().to_string()
    }

    /// The problems of files of which something can be used.
    fn problems(files: &[(&str, &str)]) -> Vec<String> {
        let inventory = read(files).unwrap();
        let problems = inventory.problems().iter();
        problems.map(ToString::to_string).collect()
    }

    /// The one problem of the only file.
    fn problem(text: &str) -> String {
        let found = problems(&[("bakers.toml", text)]);
        assert_eq!(found.len(), 1, "{found:?}");
        found.concat()
    }

    #[test]
    fn a_file_becomes_an_occupation() {
        let inventory = read(&[("bakers.toml", BAKER)]).unwrap();
        assert_eq!(inventory.name(), "my jobs");
        assert_eq!(
            inventory.occupations(),
            [Occupation {
                id: "bakers".into(),
                title: "Bakers".into(),
                alternate_titles: vec!["Pastry Baker".into()],
                tasks: vec![
                    Task {
                        id: "b-1".into(),
                        statement: "Knead the dough.".into(),
                        kind: TaskType::Core,
                        importance: Some(4.0),
                        ..Task::default()
                    },
                    Task {
                        id: "b-2".into(),
                        statement: "Sweep up flour.".into(),
                        kind: TaskType::Unknown,
                        ..Task::default()
                    },
                ],
                ..Occupation::default()
            }]
        );
        assert!(inventory.notes().is_empty() && inventory.problems().is_empty());
    }

    #[test]
    fn ids_may_be_left_out_and_are_those_of_other_lists() {
        let text = "title = \"Short-Order Cook\"\n[[tasks]]\nstatement = \"Peel potatoes.\"\n[[tasks]]\nstatement = \" \"\n";
        let inventory = read(&[("cook.toml", text)]).unwrap();
        let csv = b"occupation,task\nShort-Order Cook,Peel potatoes.\n".to_vec();
        let csv = [("cook.csv".to_owned(), csv)];
        let other = from_lists("x", &csv, &|_, _| Err(Error::input("no"))).unwrap();
        assert_eq!(inventory.occupations(), other.occupations());
        assert_eq!(inventory.occupations()[0].id, "short-order-cook");
        assert_eq!(
            inventory.problems()[0].to_string(),
            "cook.toml, line 5: the statement of a task is empty"
        );
    }

    #[test]
    fn files_are_taken_by_name_whatever_the_order() {
        let other = "id = \"actors\"\ntitle = \"Actors\"\n";
        let one = read(&[("b.toml", BAKER), ("a.toml", other)]).unwrap();
        let two = read(&[("a.toml", other), ("b.toml", BAKER)]).unwrap();
        assert_eq!(one.occupations(), two.occupations());
        assert_eq!(one.digest(), two.digest());
        assert_eq!(one.occupations()[0].id, "actors");
        assert_eq!(one.notes(), ["a.toml: occupation actors has no tasks"]);
    }

    #[test]
    fn a_byte_order_mark_and_crlf_are_tolerated() {
        let windows = format!("\u{feff}{}", BAKER.replace('\n', "\r\n"));
        assert_eq!(read(&[("b.toml", &windows)]).unwrap().task_count(), 2);
    }

    #[test]
    fn a_task_that_is_unknown_or_mistyped_is_left_out_by_line_column_and_id() {
        let found = problem(&BAKER.replace("importance = 4", "wage = 4"));
        assert!(
            found.starts_with("bakers.toml, line 10: unknown field `wage`")
                && found.ends_with("(column 1, task b-1)"),
            "{found}"
        );
        let found = problem(&BAKER.replace("\"Core\"", "\"core\""));
        assert!(
            found.starts_with("bakers.toml, line 9: unknown variant `core`")
                && found.ends_with("(column 8, task b-1)"),
            "{found}"
        );
        let found = problem(&BAKER.replace("statement = \"Sweep up flour.\"", ""));
        assert!(
            found.contains("missing field `statement`") && found.ends_with("task b-2)"),
            "{found}"
        );
    }

    #[test]
    fn a_file_that_is_broken_as_a_whole_is_an_error_alone_and_a_problem_among_others() {
        let broken = "id = \"x\"\ntitle = ";
        let found = message(broken);
        assert!(found.starts_with("bakers.toml, line 2: "), "{found}");
        assert!(
            found.ends_with("(column 9)") && !found.contains('\n'),
            "{found}"
        );
        assert_eq!(
            problems(&[("a.toml", BAKER), ("bakers.toml", broken)]),
            [found]
        );
        let wage = message(&format!("wage = 4\n{BAKER}"));
        assert!(
            wage.starts_with("bakers.toml, line 1: unknown field `wage`"),
            "{wage}"
        );
        let none = message(&BAKER.replace("[[tasks]]", "[task]"));
        assert!(none.starts_with("bakers.toml, line 12: "), "{none}");
        let text = message("id = \"x\"\ntitle = \"y\"\ntasks = \"Knead\"");
        assert!(
            text.starts_with("bakers.toml, line 3: 'tasks' is no list"),
            "{text}"
        );
    }

    #[test]
    fn importance_is_from_1_to_5() {
        for wrong in ["0.9", "5.1", "nan", "inf", "-1"] {
            let found = problem(&BAKER.replace("importance = 4", &format!("importance = {wrong}")));
            assert!(
                found.starts_with("bakers.toml, line 10: task b-1 has importance "),
                "{found}"
            );
        }
        for right in ["1", "5.0"] {
            let text = BAKER.replace("= 4", &format!("= {right}\nrelevance = 80"));
            let inventory = read(&[("b.toml", &text)]).unwrap();
            assert_eq!(inventory.occupations()[0].tasks[0].relevance, Some(80.0));
        }
    }

    #[test]
    fn empty_texts_are_refused() {
        let empty = |text: &str| BAKER.replace(text, "\" \"");
        let cases = [
            ("\"bakers\"", "line 1: the occupation's id is empty"),
            (
                "\" Bakers \"",
                "line 2: the title of occupation bakers is empty",
            ),
            (
                "\"Pastry Baker\"",
                "line 3: an alternate title of occupation bakers is empty",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(message(&empty(text)), format!("bakers.toml, {expected}"));
        }
        let cases = [
            ("\"b-2\"", "line 13: a task's id is empty"),
            (
                "\"Sweep up flour.\"",
                "line 14: the statement of task b-2 is empty",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(problem(&empty(text)), format!("bakers.toml, {expected}"));
        }
        let long = BAKER.replace("Sweep up flour.", &"flour ".repeat(400));
        assert!(problem(&long).starts_with("bakers.toml, line 14: the task has 2399 characters"));
        assert_eq!(read(&[]).unwrap_err().to_string(), "my jobs: no task in it");
    }

    #[test]
    fn an_id_used_twice_names_both_places() {
        assert_eq!(
            problem(&BAKER.replace("b-2", "b-1")),
            "bakers.toml, line 13: the task id b-1 belongs to another text in bakers.toml, line 6"
        );
        let lawyers = BAKER.replace(" Bakers ", "Lawyers");
        assert_eq!(
            problems(&[("a.toml", BAKER), ("b.toml", &lawyers)]),
            [6, 13].map(|line| format!(
                "b.toml, line {line}: the occupation id bakers stands for 'Bakers' in a.toml, line 1, and here for 'Lawyers'"
            ))
        );
    }

    #[test]
    fn tasks_that_share_a_text_are_told_apart_by_hand() {
        let text = BAKER.replace("Sweep up flour.", "Knead the dough!");
        let inventory = read(&[("bakers.toml", &text)]).unwrap();
        assert_eq!((inventory.task_count(), inventory.problems().len()), (2, 0));
        assert_eq!(
            inventory.notes(),
            [
                "bakers.toml, line 13: the text stands in its occupation before; both are kept, under their ids"
            ]
        );
    }

    #[test]
    fn an_occupation_in_two_files_is_one() {
        let more = BAKER.replace("Sweep up", "Weigh the").replace("b-2", "b-3");
        let inventory = read(&[("a.toml", BAKER), ("b.toml", &more)]).unwrap();
        assert_eq!(
            (inventory.occupations().len(), inventory.task_count()),
            (1, 3)
        );
        assert_eq!(
            inventory.problems()[0].to_string(),
            "b.toml, line 6: the same task of the same occupation as in a.toml, line 6"
        );
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), at in 0..BAKER.len(), cut in 0..20usize) {
            let _ = read(&[("x.toml", &text)]);
            let end = (at + cut).min(BAKER.len());
            let mutated = format!("{}{text}{}", &BAKER[..at], &BAKER[end..]);
            let _ = read(&[("x.toml", &mutated)]);
        }
    }
}
