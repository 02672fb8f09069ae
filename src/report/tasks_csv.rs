//! `tasks.csv`: the tasks of a run, with what raters may be told of them. By it a later run knows what changed.

use super::table::Table;
use crate::RecordLines;
use crate::error::{Error, Result};
use crate::inventory::without_guard;
use crate::inventory::{Inventory, Occupation, Task, TaskType};
use std::collections::HashMap;
use std::io::Write;

const COLUMNS: [&str; 7] = [
    "occupation_id",
    "occupation",
    "description",
    "task_id",
    "task",
    "type",
    "importance",
];

/// Writes `tasks.csv`, a row a task, in the order of the ratings. `description` is that of the occupation; it and
/// `importance` (1–5) are empty where the inventory has none. Text that a spreadsheet would run as a formula has a leading
/// apostrophe.
///
/// # Errors
/// Writing fails.
pub fn write_tasks_csv(occupations: &[&Occupation], out: &mut impl Write) -> Result<()> {
    let mut table = Table::new(out, "the tasks", COLUMNS.into_iter())?;
    for occupation in occupations {
        for task in &occupation.tasks {
            table.text(&occupation.id)?;
            table.text(&occupation.title)?;
            table.text(&occupation.description)?;
            table.text(&task.id)?;
            table.text(&task.statement)?;
            table.text(task.kind.name())?;
            table.number(task.importance)?;
            table.end_row()?;
        }
    }
    table.finish()
}

/// Reads `tasks.csv` back as an inventory. It reads `consensus.csv`, too, for runs that have nothing else: ids, titles
/// and statements, with every type unknown, no description and no importance. `place` is how errors call the file, `name`
/// and `digest` are those of the inventory.
///
/// # Errors
/// [`Kind::Input`](crate::error::Kind::Input) with the line: a column or a cell is missing, a type or a number is none,
/// or the rows make no inventory.
pub fn read_tasks_csv(place: &str, name: String, digest: String, text: &str) -> Result<Inventory> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let bad = |error: csv::Error| Error::input(format!("{place}: {error}"));
    let header = reader.headers().map_err(bad)?.clone();
    let at = |column: &str| header.iter().position(|name| name == column);
    let needed = |column: &str| {
        at(column).ok_or_else(|| Error::input(format!("{place}: there is no column {column}")))
    };
    let ids = (needed("occupation_id")?, needed("task_id")?);
    let texts = (needed("occupation")?, needed("task")?);
    let more = (at("description"), at("type"), at("importance"));
    // A row a dimension: a task stands in several.
    let repeats = at("dimension").is_some();
    let mut occupations: Vec<Occupation> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for record in reader.records() {
        let record = record.map_err(bad)?;
        let cell = |at: usize| without_guard(record.get(at).unwrap_or_default()).to_owned();
        let may = |at: Option<usize>| at.map(cell).unwrap_or_default();
        let wrong = |what: &str, cell: &str| {
            let line = RecordLines::of(text.as_bytes()).line(record.position());
            Error::input(format!("{place}:{line}: '{cell}' is no {what}"))
        };
        let id = cell(ids.0);
        let place = *places.entry(id.clone()).or_insert_with(|| {
            occupations.push(Occupation {
                id,
                title: cell(texts.0),
                description: may(more.0),
                ..Occupation::default()
            });
            occupations.len() - 1
        });
        let task = Task {
            id: cell(ids.1),
            statement: cell(texts.1),
            kind: kind(&may(more.1)).map_err(|cell| wrong("type of a task", cell))?,
            importance: number(&may(more.2)).map_err(|cell| wrong("importance", cell))?,
            ..Task::default()
        };
        let tasks = &mut occupations[place].tasks;
        if !(repeats && tasks.last().is_some_and(|last| *last == task)) {
            tasks.push(task);
        }
    }
    Inventory::new(name, digest, Vec::new(), occupations)
}

fn kind(cell: &str) -> std::result::Result<TaskType, &str> {
    let mut kinds = TaskType::ALL.into_iter();
    let named = kinds.find(|kind| kind.name() == cell);
    let unknown = cell.is_empty().then_some(TaskType::Unknown);
    named.or(unknown).ok_or(cell)
}

fn number(cell: &str) -> std::result::Result<Option<f64>, &str> {
    let number = (!cell.is_empty()).then(|| cell.parse());
    number.transpose().map_err(|_| cell)
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::with_report;
    use super::super::write_consensus_csv;
    use super::*;
    use crate::ratings::fixtures::{occupation, task};
    use proptest::prelude::*;

    fn written(occupations: &[Occupation]) -> String {
        let all: Vec<&Occupation> = occupations.iter().collect();
        let mut bytes = Vec::new();
        write_tasks_csv(&all, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn read(text: &str) -> Result<Inventory> {
        read_tasks_csv("tasks.csv", "a run".into(), "d".into(), text)
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            texts in prop::collection::vec("[=+@-][a-z]{1,5}|[a-z,\"\n<é]{1,9}", 4),
            kinds in prop::collection::vec((0usize..3, prop::option::of(1u8..50)), 3),
        ) {
            let mut one = occupation("11-1", "x", Vec::new());
            one.title.push_str(&texts[0]);
            one.description.clone_from(&texts[1]);
            for (n, (kind, tenths)) in kinds.into_iter().enumerate() {
                let importance = tenths.map(|tenths| f64::from(tenths) / 10.0);
                let mut task = task(&format!("{n}"), TaskType::ALL[kind], importance);
                task.statement = format!("{}x", texts[2]);
                one.tasks.push(task);
            }
            let other = occupation("11-2", &format!("{}x", texts[3]), vec![task("9", TaskType::Core, None)]);
            let all = [one, other];
            let again = read(&written(&all)).unwrap();
            prop_assert_eq!(again.occupations(), &all);
            prop_assert_eq!((again.name(), again.digest()), ("a run", "d"));
        }
    }

    #[test]
    fn a_consensus_has_ids_and_texts() {
        with_report(|report| {
            let mut bytes = Vec::new();
            write_consensus_csv(report, &mut bytes).unwrap();
            let read = read(std::str::from_utf8(&bytes).unwrap()).unwrap();
            let named = |all: &[&Occupation]| -> Vec<[String; 4]> {
                let tasks = all
                    .iter()
                    .flat_map(|one| one.tasks.iter().map(move |task| (one, task)));
                tasks
                    .map(|(one, task)| {
                        [&one.id, &one.title, &task.id, &task.statement].map(Clone::clone)
                    })
                    .collect()
            };
            let all: Vec<&Occupation> = read.occupations().iter().collect();
            assert_eq!(named(&all), named(report.occupations));
            let unknown = |task: &Task| task.kind == TaskType::Unknown && task.importance.is_none();
            assert!(all.iter().all(|one| one.tasks.iter().all(unknown)));
        });
    }

    #[test]
    fn what_is_no_list_of_tasks_is_refused_with_its_line() {
        let wrong = |rows: &str| {
            let text = format!("occupation_id,occupation,task_id,task,type,importance\n{rows}");
            read(&text).unwrap_err().to_string()
        };
        assert_eq!(
            wrong("1,Bakers,a,Bake.,Main,\n"),
            "tasks.csv:2: 'Main' is no type of a task"
        );
        assert_eq!(
            wrong("1,Bakers,a,Bake.,,\n1,Bakers,b,Sell.,Core,much\n"),
            "tasks.csv:3: 'much' is no importance"
        );
        assert!(wrong("1,Bakers,a,Bake.,,\n1,Bakers,a,Sell.,,\n").contains("a occurs twice"));
        assert!(wrong("1,Bakers\n").starts_with("tasks.csv: CSV error"));
        let error = read("task_id,task\n").unwrap_err().to_string();
        assert_eq!(error, "tasks.csv: there is no column occupation_id");
    }
}
