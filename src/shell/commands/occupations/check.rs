//! What an inventory holds, what is missing in it, and what of it cannot be used.

use crate::error::{Kind, Result};
use crate::inventory::{Inventory, Occupation, Task, TaskType};
use crate::shell::table;
use crate::shell::terminal::{bold, clean};
use serde_json::{Map, Value, json};

/// Prints what the inventory holds. Ends with 3 when rows of it cannot be used.
pub(super) fn check(inventory: &Inventory, as_json: bool) -> Result<u8> {
    match as_json {
        true => table::print(&format!("{:#}\n", to_json(inventory)))?,
        false => table::print(&text(inventory))?,
    }
    Ok(match inventory.problems() {
        [] => 0,
        _ => Kind::Input.exit_code(),
    })
}

fn to_json(inventory: &Inventory) -> Value {
    let counts: Map<String, Value> = counts(inventory)
        .into_iter()
        .map(|(name, count)| (name.to_owned(), json!(count)))
        .collect();
    let contents = inventory.contents();
    json!({
        "inventory": inventory.name(),
        "digest": inventory.digest(),
        "counts": counts,
        "tables": contents.tables,
        "missing": contents.missing,
        "notes": inventory.notes(),
        "problems": inventory.problems(),
    })
}

fn text(inventory: &Inventory) -> String {
    let mut text = format!("{}\n", bold(&clean(inventory.name())));
    for (name, count) in counts(inventory) {
        text.push_str(&format!("  {count:>7} {name}\n"));
    }
    let contents = inventory.contents();
    let tables = contents.tables.iter().map(|table| {
        let rows = table.rows.map(|rows| rows.to_string());
        let rows = rows.unwrap_or_else(|| "not read".to_owned());
        format!("{rows:>8}  {}: {}", table.file, table.gives)
    });
    section(&mut text, "Tables, with the rows that were read", tables);
    let missing = contents.missing.iter().map(ToString::to_string);
    section(&mut text, "Missing", missing.clone());
    let missing: Vec<String> = missing.collect();
    let notes = inventory.notes().iter();
    let notes = notes.filter(|note| !missing.contains(note)).cloned();
    section(&mut text, "Notes", notes);
    let problems = inventory.problems().iter().map(ToString::to_string);
    section(&mut text, "Left out, because it cannot be used", problems);
    text
}

fn section(text: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let mut lines = lines.peekable();
    if lines.peek().is_some() {
        text.push_str(&format!("\n{}\n", bold(title)));
    }
    for line in lines {
        text.push_str(&format!("  {}\n", clean(&line)));
    }
}

fn counts(inventory: &Inventory) -> Vec<(&'static str, usize)> {
    let jobs = inventory.occupations();
    let jobs_with =
        |has: fn(&Occupation) -> bool| jobs.iter().filter(|&occupation| has(occupation)).count();
    let tasks_with = |has: fn(&Task) -> bool| {
        let tasks = jobs.iter().flat_map(|occupation| &occupation.tasks);
        tasks.filter(|&task| has(task)).count()
    };
    let sum = |count: fn(&Occupation) -> usize| jobs.iter().map(count).sum();
    vec![
        ("occupations", jobs.len()),
        ("without tasks", jobs_with(|job| job.tasks.is_empty())),
        ("tasks", inventory.task_count()),
        ("core", tasks_with(|task| task.kind == TaskType::Core)),
        (
            "supplemental",
            tasks_with(|task| task.kind == TaskType::Supplemental),
        ),
        (
            "of unknown type",
            tasks_with(|task| task.kind == TaskType::Unknown),
        ),
        (
            "with importance",
            tasks_with(|task| task.importance.is_some()),
        ),
        (
            "with relevance",
            tasks_with(|task| task.relevance.is_some()),
        ),
        (
            "with frequency",
            tasks_with(|task| task.frequency.is_some()),
        ),
        (
            "with detailed work activities",
            tasks_with(|task| !task.activities.is_empty()),
        ),
        ("alternate titles", sum(|job| job.alternate_titles.len())),
        (
            "occupations with a job zone",
            jobs_with(|job| job.background.job_zone.is_some()),
        ),
        (
            "occupations with related ones",
            jobs_with(|job| !job.background.related.is_empty()),
        ),
        (
            "occupations with technology",
            jobs_with(|job| !job.background.technology.is_empty()),
        ),
        (
            "occupations with skills",
            jobs_with(|job| !job.background.skills.is_empty()),
        ),
    ]
}
