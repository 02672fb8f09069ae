//! The user's own occupations: a TOML file each, in the format of `occupations/`.

use super::text::digest;
use super::{Inventory, Occupation, Task, TaskType};
use crate::error::{Error, Result};
use serde::Deserialize;
use std::collections::HashMap;
use toml::Spanned;

/// An occupation file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OccupationFile {
    id: Spanned<String>,
    title: Spanned<String>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    alternate_titles: Vec<Spanned<String>>,
    #[serde(default)]
    tasks: Vec<TaskEntry>,
}

/// A `[[tasks]]` entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TaskEntry {
    id: Spanned<String>,
    statement: Spanned<String>,
    #[serde(default, rename = "type")]
    kind: TaskType,
    importance: Option<Spanned<f64>>,
}

/// Reads occupation files, given as (file name, text). `name` is what people call them together, such as the path
/// of their folder.
///
/// Files are taken in the order of their names, so that the result does not depend on the order in which a folder
/// lists them. Ids are free-form; white space around ids, titles and statements is dropped.
///
/// # Errors
/// No file at all; a file that is not TOML, lacks a field or has an unknown one; an empty id, title or statement;
/// an importance outside 1 to 5; an id used twice. Every error names the file and the line.
pub fn from_toml_files(name: &str, files: &[(String, String)]) -> Result<Inventory> {
    if files.is_empty() {
        return Err(
            Error::input(format!("{name}: no occupation file (.toml) in it"))
                .hint("copy a file of occupations/ there and change it"),
        );
    }
    let mut files: Vec<File<'_>> = files
        .iter()
        .map(|(name, text)| File {
            name,
            text: text.trim_start_matches('\u{feff}'),
        })
        .collect();
    files.sort_by_key(|file| (file.name, file.text));

    let mut seen = Seen::default();
    let mut occupations = Vec::with_capacity(files.len());
    let mut notes = Vec::new();
    for file in &files {
        let occupation = file.read(&mut seen)?;
        if occupation.tasks.is_empty() {
            notes.push(format!(
                "{}: occupation {} has no tasks",
                file.name, occupation.id
            ));
        }
        occupations.push(occupation);
    }
    let bytes = digest(files.iter().map(|file| (file.name, file.text.as_bytes())));
    Inventory::new(name.to_owned(), bytes, notes, occupations)
}

/// Where each id was first used: (file, line).
#[derive(Default)]
struct Seen<'a> {
    occupations: HashMap<String, (&'a str, usize)>,
    tasks: HashMap<String, (&'a str, usize)>,
}

#[derive(Clone, Copy)]
struct File<'a> {
    name: &'a str,
    text: &'a str,
}

impl<'a> File<'a> {
    fn read(self, seen: &mut Seen<'a>) -> Result<Occupation> {
        let file: OccupationFile = toml::from_str(self.text).map_err(|e| self.malformed(&e))?;
        let id = self.filled(&file.id, "the occupation has an empty id")?;
        self.unused(&mut seen.occupations, "occupation", &id, &file.id)?;
        let title = self.filled(&file.title, &format!("occupation {id} has an empty title"))?;
        let alternate_titles = file
            .alternate_titles
            .iter()
            .map(|title| {
                self.filled(
                    title,
                    &format!("occupation {id} has an empty alternate title"),
                )
            })
            .collect::<Result<_>>()?;
        let tasks = file
            .tasks
            .iter()
            .map(|entry| self.task(entry, seen))
            .collect::<Result<_>>()?;
        let description = file.description.trim().to_owned();
        Ok(Occupation {
            id,
            title,
            description,
            alternate_titles,
            tasks,
            ..Occupation::default()
        })
    }

    fn task(self, entry: &TaskEntry, seen: &mut Seen<'a>) -> Result<Task> {
        let id = self.filled(&entry.id, "a task has an empty id")?;
        self.unused(&mut seen.tasks, "task", &id, &entry.id)?;
        let statement = self.filled(
            &entry.statement,
            &format!("task {id} has an empty statement"),
        )?;
        if let Some(importance) = &entry.importance
            && !(1.0..=5.0).contains(importance.as_ref())
        {
            let what = format!(
                "task {id} has importance {}, which is not between 1 and 5",
                importance.as_ref()
            );
            return Err(self
                .wrong(importance, &what)
                .hint("leave importance out where it is not known"));
        }
        let importance = entry
            .importance
            .as_ref()
            .map(|importance| *importance.as_ref());
        Ok(Task {
            id,
            statement,
            kind: entry.kind,
            importance,
            ..Task::default()
        })
    }

    /// The trimmed text, which must not be empty.
    fn filled(self, text: &Spanned<String>, otherwise: &str) -> Result<String> {
        match text.as_ref().trim() {
            "" => Err(self.wrong(text, otherwise)),
            trimmed => Ok(trimmed.to_owned()),
        }
    }

    /// Records an id, which must not have been used before.
    fn unused(
        self,
        ids: &mut HashMap<String, (&'a str, usize)>,
        what: &str,
        id: &str,
        at: &Spanned<String>,
    ) -> Result<()> {
        let line = self.position(at.span().start).0;
        match ids.insert(id.to_owned(), (self.name, line)) {
            None => Ok(()),
            Some((file, first)) => {
                let message = format!("{what} id {id} is used before, in {file}, line {first}");
                Err(self.wrong(at, &message).hint(format!(
                    "give every {what} an id of its own: results are joined by it"
                )))
            }
        }
    }

    fn wrong<T>(self, at: &Spanned<T>, what: &str) -> Error {
        Error::input(format!(
            "{}, line {}: {what}",
            self.name,
            self.position(at.span().start).0
        ))
    }

    /// What the TOML reader found, in one line, with the place and the task it is in.
    fn malformed(self, error: &toml::de::Error) -> Error {
        let message = error.message().trim().replace('\n', ", ");
        let Some(span) = error.span() else {
            return Error::input(format!("{}: {message}", self.name));
        };
        let (line, column) = self.position(span.start);
        let task = self
            .task_around(line)
            .map(|id| format!(" (task {id})"))
            .unwrap_or_default();
        Error::input(format!(
            "{}, line {line}, column {column}: {message}{task}",
            self.name
        ))
        .hint("occupations/README.md describes the fields of an occupation file")
    }

    /// Line and column of a byte, both from 1; columns count characters.
    fn position(self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
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
    use super::*;
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

    fn read(files: &[(&str, &str)]) -> Result<Inventory> {
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
        assert!(inventory.notes().is_empty());
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
    fn what_is_unknown_or_mistyped_names_line_column_and_task() {
        let text = BAKER.replace("importance = 4", "wage = 4");
        let found = message(&text);
        assert!(
            found.starts_with("bakers.toml, line 10, column 1: unknown field `wage`"),
            "{found}"
        );
        assert!(found.ends_with("(task b-1)"), "{found}");
        let text = BAKER.replace("\"Core\"", "\"core\"");
        let found = message(&text);
        assert!(
            found.starts_with("bakers.toml, line 9, column 8: unknown variant `core`"),
            "{found}"
        );
        let text = BAKER.replace("statement = \"Sweep up flour.\"", "");
        let found = message(&text);
        assert!(
            found.contains("missing field `statement`") && found.ends_with("(task b-2)"),
            "{found}"
        );
        let found = message("id = \"x\"\ntitle = ");
        assert!(
            found.starts_with("bakers.toml, line 2, column 9:"),
            "{found}"
        );
        assert!(!found.contains('\n'), "{found}");
    }

    #[test]
    fn importance_is_from_1_to_5() {
        for wrong in ["0.9", "5.1", "nan", "inf", "-1"] {
            let found = message(&BAKER.replace("importance = 4", &format!("importance = {wrong}")));
            assert!(
                found.starts_with("bakers.toml, line 10: task b-1 has importance "),
                "{found}"
            );
        }
        for right in ["1", "5.0"] {
            assert!(read(&[("b", &BAKER.replace("= 4", &format!("= {right}")))]).is_ok());
        }
    }

    #[test]
    fn empty_texts_are_refused() {
        let cases = [
            ("\"bakers\"", "line 1: the occupation has an empty id"),
            (
                "\" Bakers \"",
                "line 2: occupation bakers has an empty title",
            ),
            (
                "\"Pastry Baker\"",
                "line 3: occupation bakers has an empty alternate title",
            ),
            ("\"b-2\"", "line 13: a task has an empty id"),
            (
                "\"Sweep up flour.\"",
                "line 14: task b-2 has an empty statement",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(
                message(&BAKER.replace(text, "\" \"")),
                format!("bakers.toml, {expected}")
            );
        }
        assert!(
            read(&[])
                .unwrap_err()
                .to_string()
                .contains("no occupation file")
        );
    }

    #[test]
    fn an_id_used_twice_names_both_places() {
        let found = message(&BAKER.replace("b-2", "b-1"));
        assert_eq!(
            found,
            "bakers.toml, line 13: task id b-1 is used before, in bakers.toml, line 6"
        );
        let found = read(&[("a.toml", BAKER), ("b.toml", BAKER)])
            .unwrap_err()
            .to_string();
        assert_eq!(
            found,
            "b.toml, line 1: occupation id bakers is used before, in a.toml, line 1"
        );
        let other = BAKER.replace("bakers", "cooks");
        let found = read(&[("a.toml", BAKER), ("b.toml", &other)])
            .unwrap_err()
            .to_string();
        assert_eq!(
            found,
            "b.toml, line 6: task id b-1 is used before, in a.toml, line 6"
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
