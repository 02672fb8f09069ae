//! JSONL as cells: an object a line, with one task or with a list of tasks.

use super::columns::{Field, field, plain};
use crate::inventory::{Grid, Problem};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// Reads a table. Its first row holds the names of all fields that any line has, those that mean something first: rows end
/// after these, so that lines with ever new fields do not fill the memory.
pub(super) fn read(place: &str, text: &str) -> (Grid, Vec<Problem>) {
    let mut table = Table::default();
    let mut problems = Vec::new();
    for (n, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        if let Err(faults) = table.line(n + 1, line) {
            problems.extend(faults.into_iter().map(|what| Problem {
                place: place.to_owned(),
                line: Some(n + 1),
                what,
            }));
        }
    }
    (table.grid(place), problems)
}

/// A name and its value.
type Cell = (String, String);

/// Columns and rows so far.
#[derive(Default)]
struct Table {
    columns: Vec<String>,
    /// Position of each column by its plain name.
    by_name: HashMap<String, usize>,
    rows: Vec<(usize, Vec<(usize, String)>)>,
    /// Names of fields that are not read, and their plain names.
    unread: Vec<String>,
    known_unread: HashSet<String>,
}

impl Table {
    /// Takes in a line: a row, or as many as its list of tasks is long. Tasks of a list that cannot be read leave the others.
    fn line(&mut self, line: usize, text: &str) -> Result<(), Vec<String>> {
        let value = parse(text).map_err(|what| vec![format!("not JSON: {what}")])?;
        let Value::Object(object) = value else {
            return Err(vec![format!("{}, where an object belongs", kind(&value))]);
        };
        let list = object.iter().find_map(|(name, value)| match value {
            Value::Array(tasks) if field(name) == Some(Field::Task) => Some((name, tasks)),
            _ => None,
        });
        let Some((list, tasks)) = list else {
            let row = cells(&object, |name| name).map_err(|what| vec![what])?;
            return self.row(line, row).map_err(|what| vec![what]);
        };
        let mut occupation = object.clone();
        occupation.shift_remove(list);
        let occupation = cells(&occupation, of_occupation).map_err(|what| vec![what])?;
        if tasks.is_empty() {
            return Err(vec!["its list of tasks is empty".to_owned()]);
        }
        let mut faults = Vec::new();
        for (n, task) in tasks.iter().enumerate() {
            let row = of_list(task).and_then(|task| {
                let cells = occupation.iter().cloned().chain(task);
                self.row(line, cells.collect())
            });
            if let Err(what) = row {
                faults.push(format!("task {} of the list: {what}", n + 1));
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults)
        }
    }

    /// Adds a row, which must say something that is read, and that only once.
    fn row(&mut self, line: usize, cells: Vec<Cell>) -> Result<(), String> {
        let mut row: Vec<(usize, String)> = Vec::new();
        for (name, value) in cells {
            let key = plain(&name);
            if field(&name).is_none() {
                if self.known_unread.insert(key) {
                    self.unread.push(name);
                }
                continue;
            }
            let next = self.columns.len();
            let at = *self.by_name.entry(key).or_insert(next);
            if row.iter().any(|(taken, _)| *taken == at) {
                return Err(format!("'{name}' is in it twice"));
            }
            if at == next {
                self.columns.push(name);
            }
            row.push((at, value));
        }
        if row.iter().all(|(_, value)| value.trim().is_empty()) {
            return Err("it says nothing of an occupation or a task".to_owned());
        }
        self.rows.push((line, row));
        Ok(())
    }

    fn grid(&self, place: &str) -> Grid {
        let mut grid = Grid::new(place);
        let names = || self.columns.iter().chain(&self.unread);
        if names().next().is_none() {
            return grid;
        }
        grid.begin(1);
        names().for_each(|name| grid.cell(name));
        let mut row = vec![""; self.columns.len()];
        for (line, cells) in &self.rows {
            row.fill("");
            for (at, value) in cells {
                if let Some(cell) = row.get_mut(*at) {
                    *cell = value;
                }
            }
            grid.begin(*line);
            row.iter().for_each(|cell| grid.cell(cell));
        }
        grid
    }
}

/// A task of a list: its text alone, or an object.
fn of_list(task: &Value) -> Result<Vec<Cell>, String> {
    match task {
        Value::String(text) => Ok(vec![("task".to_owned(), text.clone())]),
        Value::Object(task) => cells(task, of_task),
        other => Err(format!(
            "{}, where a text or an object belongs",
            kind(other)
        )),
    }
}

/// Beside a list of tasks, `id` is the occupation's.
fn of_occupation(name: &str) -> &str {
    match plain(name).as_str() {
        "id" => "occupation_id",
        "name" => "occupation",
        "description" => "occupation_description",
        _ => name,
    }
}

/// In a list of tasks, `id` is the task's.
fn of_task(name: &str) -> &str {
    match plain(name).as_str() {
        "id" => "task_id",
        "text" | "name" | "description" | "title" => "task",
        _ if field(name) == Some(Field::Task) => "task",
        _ => name,
    }
}

/// The fields of an object as text. What is read must be a text, a number or, of alternate titles, a list of texts.
fn cells(object: &Map<String, Value>, called: fn(&str) -> &str) -> Result<Vec<Cell>, String> {
    let mut cells = Vec::with_capacity(object.len());
    for (name, value) in object {
        let name = called(name);
        let text = match (value, field(name)) {
            (Value::Null, _) => String::new(),
            (Value::String(text), _) => text.clone(),
            (Value::Array(titles), Some(Field::Alternates))
                if titles.iter().all(Value::is_string) =>
            {
                list(titles)
            }
            (Value::Array(_) | Value::Object(_) | Value::Bool(_), Some(_)) => {
                return Err(format!("'{name}' is {}, not a text", kind(value)));
            }
            (other, _) => other.to_string(),
        };
        cells.push((name.to_owned(), text));
    }
    Ok(cells)
}

/// Titles as one cell holds them.
fn list(titles: &[Value]) -> String {
    let titles = titles.iter().filter_map(Value::as_str);
    titles.flat_map(|title| [title, "|"]).collect()
}

pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A line as JSON; else what is wrong, with the column but without the line, which is always the first.
pub(super) fn parse(line: &str) -> Result<Value, String> {
    serde_json::from_str(line).map_err(|error| {
        let message = error.to_string();
        let what = message.split(" at line ").next().unwrap_or_default();
        format!("{what} (column {})", error.column())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_rows(text: &str) -> (Vec<Vec<String>>, Vec<String>) {
        let (grid, problems) = read("x", text);
        let rows = grid.rows().map(|row| {
            let cells = row.cells().map(|cell| cell.unwrap_or_default().to_owned());
            std::iter::once(row.line.to_string()).chain(cells).collect()
        });
        (
            rows.collect(),
            problems.iter().map(ToString::to_string).collect(),
        )
    }

    #[test]
    fn an_object_is_a_row_and_names_may_differ_in_case() {
        let text = "{\"Job\": \"Cook\", \"task\": \"Peel\", \"importance\": 4.5}\n\n{\"task\": \"Dice\", \"job\": \"Cook\", \"importance\": null}\n";
        let (rows, problems) = read_rows(text);
        assert_eq!(
            rows,
            [
                ["1", "Job", "task", "importance"],
                ["1", "Cook", "Peel", "4.5"],
                ["3", "Cook", "Dice", ""]
            ]
        );
        assert!(problems.is_empty());
    }

    #[test]
    fn a_list_of_tasks_is_a_row_each() {
        let text = r#"{"id": 7, "title": "Cook", "alternate_titles": ["Chef; head", "Kitchen hand"], "tasks": ["Peel", {"id": "t2", "statement": "Dice", "type": "Core"}, 3]}"#;
        let (rows, problems) = read_rows(text);
        assert_eq!(
            rows,
            [
                [
                    "1",
                    "occupation_id",
                    "title",
                    "alternate_titles",
                    "task",
                    "task_id",
                    "type"
                ],
                ["1", "7", "Cook", "Chef; head|Kitchen hand|", "Peel", "", ""],
                [
                    "1",
                    "7",
                    "Cook",
                    "Chef; head|Kitchen hand|",
                    "Dice",
                    "t2",
                    "Core"
                ],
            ]
        );
        assert_eq!(
            problems,
            ["x, line 1: task 3 of the list: a number, where a text or an object belongs"]
        );
    }

    #[test]
    fn fields_that_are_not_read_take_no_room_in_the_rows() {
        let line =
            |n: usize| format!("{{\"k{n}\": {n}, \"job\": \"Cook\", \"task\": \"Cook {n}\"}}\n");
        let (grid, problems) = read("x", &(0..500).map(line).collect::<String>());
        let widths: Vec<usize> = grid.rows().map(|row| row.len()).collect();
        assert_eq!((widths[0], widths.len(), problems.len()), (502, 501, 0));
        assert!(widths[1..].iter().all(|&width| width == 2));
        let first: Vec<_> = grid.rows().nth(1).unwrap().cells().collect();
        assert_eq!(first, [Some("Cook"), Some("Cook 0")]);
    }

    #[test]
    fn no_object_is_dropped_in_silence() {
        let text = "{}\n{\"job\": \"\", \"task\": null}\n{\"pay\": 3}\n{\"job\": \"Cook\", \"task\": \"Peel\", \"Task\": \"Dice\"}\n";
        let nothing = "it says nothing of an occupation or a task";
        assert_eq!(
            read_rows(text).1,
            [
                format!("x, line 1: {nothing}"),
                format!("x, line 2: {nothing}"),
                format!("x, line 3: {nothing}"),
                "x, line 4: 'Task' is in it twice".to_owned(),
            ]
        );
    }

    #[test]
    fn what_is_no_row_is_named_by_line() {
        let text = "{\"job\": \"Cook\"\n[1]\n{\"job\": [\"Cook\"], \"task\": \"Peel\"}\n{\"job\": \"Cook\", \"tasks\": []}\n{\"pay\": {\"a\": 1}, \"job\": \"Cook\", \"task\": \"Peel\"}\n";
        let (rows, problems) = read_rows(text);
        assert_eq!(rows.len(), 2);
        assert!(
            problems[0].starts_with("x, line 1: not JSON: EOF"),
            "{problems:?}"
        );
        assert_eq!(
            problems[1..],
            [
                "x, line 2: a list, where an object belongs",
                "x, line 3: 'job' is a list, not a text",
                "x, line 4: its list of tasks is empty",
            ]
        );
    }
}
