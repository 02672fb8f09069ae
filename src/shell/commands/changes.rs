//! `occupations --against`: what changed between two releases, or since a run.

use crate::error::{Error, Result};
use crate::inventory::{Changes, Field, Inventory, Item, Occupation, Pair, Sides, Wanted};
use crate::report::{ChangeRow, change_rows, write_changes_csv};
use crate::shell::cli::{InventoryArgs, OccupationsArgs};
use crate::shell::project::Project;
use crate::shell::run_folder::{MANIFEST, find_run};
use crate::shell::run_tasks::RunTasks;
use crate::shell::table;
use crate::shell::terminal::{bold, clean, say};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// Characters of a text that the terminal shows of each side.
const SHOWN: usize = 60;

/// Runs the command.
pub(super) fn run(args: &OccupationsArgs, project: &Project, old: &str) -> Result<u8> {
    let old = earlier(args, project, old)?;
    let new = project.inventory(&args.inventory, Wanted::default())?;
    let changes = Changes::between(&old, &new);
    if changes.tasks.joined.is_empty() {
        say!("no task id is in both: are these two releases of one inventory?");
    }
    if args.csv {
        let mut bytes = Vec::new();
        write_changes_csv(&changes, &mut bytes)?;
        let text = String::from_utf8(bytes)
            .map_err(|error| Error::input("a text is not UTF-8").because(error))?;
        table::print(&text)?;
    } else if args.json {
        table::print(&format!("{:#}\n", as_json(&old, &new, &changes)))?;
    } else {
        table::print(&page(&old, &new, &changes, args.limit))?;
        let all = change_rows(&changes).count();
        if all > args.limit {
            say!(
                "{} of {all} changes; --limit shows more, --json and --csv all",
                args.limit
            );
        }
    }
    Ok(0)
}

/// The earlier side: a run, by its folder or its id, or an inventory by its path.
fn earlier(args: &OccupationsArgs, project: &Project, name: &str) -> Result<Inventory> {
    let runs = project.folder().join("runs");
    let folders = [Path::new(name).to_owned(), runs.join(name)];
    if folders.iter().any(|folder| folder.join(MANIFEST).is_file()) {
        let (folder, _) = find_run(project.folder(), name)?;
        return Ok(RunTasks::read(&folder)?.inventory);
    }
    if !Path::new(name).exists() {
        return Err(
            Error::input(format!("there is no inventory and no run '{name}'"))
                .hint("name the path of an inventory, the folder of a run, or its id below runs/"),
        );
    }
    let flags = InventoryArgs {
        inventory: Some(name.into()),
        ..args.inventory.clone()
    };
    project.inventory(&flags, Wanted::default())
}

fn page(old: &Inventory, new: &Inventory, changes: &Changes<'_>, limit: usize) -> String {
    let title = format!("{} → {}", clean(old.name()), clean(new.name()));
    let mut out = format!("{}\n", bold(&title));
    for (name, count) in counts(changes) {
        let _ = writeln!(out, "  {count:>7} {name}");
    }
    for field in &changes.not_compared {
        let _ = writeln!(
            out,
            "  {} is not compared: one of the two says nothing of it",
            field.name()
        );
    }
    let rows: Vec<Vec<String>> = change_rows(changes).take(limit).map(row).collect();
    if !rows.is_empty() {
        out.push('\n');
        out.push_str(&table::plain(&["task", "change", "before", "after"], rows));
    }
    out
}

/// Every kind of change and how often it is there; a task that changed in two respects counts in both.
fn counts(changes: &Changes<'_>) -> Vec<(String, usize)> {
    let Changes {
        tasks,
        occupations,
        reissued,
        not_compared,
    } = changes;
    let compared = |field: &Field| !not_compared.contains(field);
    let mut counts = vec![
        ("tasks in both".to_owned(), tasks.joined.len()),
        ("of them unchanged".to_owned(), tasks.unchanged()),
    ];
    for field in Field::ALL.into_iter().filter(compared) {
        counts.push((words(field).to_owned(), tasks.changed_in(field)));
    }
    counts.extend([
        ("new tasks".to_owned(), tasks.new.len()),
        ("tasks gone".to_owned(), tasks.gone.len()),
        (
            "of the new with the text of one gone from the same occupation, under another id"
                .to_owned(),
            reissued.len(),
        ),
        ("occupations in both".to_owned(), occupations.joined.len()),
        (
            "of them renamed".to_owned(),
            occupations.changed_in(Field::Title),
        ),
    ]);
    if compared(&Field::Description) {
        counts.push((
            "described otherwise".to_owned(),
            occupations.changed_in(Field::Description),
        ));
    }
    counts.extend([
        ("new occupations".to_owned(), occupations.new.len()),
        ("occupations gone".to_owned(), occupations.gone.len()),
    ]);
    counts
}

/// What a change of a task is, in words.
fn words(field: Field) -> &'static str {
    match field {
        Field::Text => "with another text",
        Field::Wording => "with the same words, written otherwise",
        Field::Type => "of another type",
        Field::Code => "under another occupation code",
        Field::Title => "under another occupation title",
        Field::Description => "whose occupation is described otherwise",
        Field::Importance => "of another importance",
    }
}

fn row(row: ChangeRow<'_>) -> Vec<String> {
    let task = &row.item.task;
    // Of a whole task its text is what a person looks for.
    let (before, after) = match row.change {
        "new" => ("", task.statement.as_str()),
        "gone" => (task.statement.as_str(), ""),
        _ => (row.before.as_str(), row.after.as_str()),
    };
    let [before, after] =
        apart(before, after).map(|text| crate::shortened(&text, SHOWN).into_owned());
    vec![task.id.clone(), row.change.to_owned(), before, after]
}

/// Two texts from where they begin to differ, so that long ones show the difference.
fn apart(before: &str, after: &str) -> [String; 2] {
    let pairs = before.char_indices().zip(after.chars());
    let same = pairs.take_while(|((_, a), b)| a == b).last();
    let at = same.map_or(0, |((at, c), _)| at + c.len_utf8());
    // The word in which they part is shown whole.
    let at = before[..at].rfind(' ').map_or(0, |space| space + 1);
    let long = before.chars().count().max(after.chars().count()) > SHOWN;
    match long && at > 0 {
        true => [before, after].map(|text| format!("…{}", &text[at..])),
        false => [before, after].map(str::to_owned),
    }
}

fn as_json(old: &Inventory, new: &Inventory, changes: &Changes<'_>) -> Value {
    let side = |one: &Inventory| json!({ "name": one.name(), "digest": one.digest() });
    let Changes {
        tasks,
        occupations,
        reissued,
        not_compared,
    } = changes;
    let reissued = reissued.iter().map(|(old, new)| {
        json!({ "old_task_id": old.task.id, "new_task_id": new.task.id, "occupation_id": new.occupation.id,
            "task": new.task.statement })
    });
    json!({
        "old": side(old),
        "new": side(new),
        "not_compared": not_compared.iter().map(|field| field.name()).collect::<Vec<_>>(),
        "tasks": sides_json(tasks, task_json, |field, item| json!(field.of(item))),
        "same_text_under_another_id": reissued.collect::<Vec<_>>(),
        "occupations": sides_json(occupations, occupation_json, |field, one| match field {
            Field::Title => json!(one.title),
            _ => json!(one.description),
        }),
    })
}

fn task_json(item: &Item<'_>) -> Map<String, Value> {
    let Item { occupation, task } = item;
    let text = |name: &str, text: &str| (name.to_owned(), json!(text));
    Map::from_iter([
        text("task_id", &task.id),
        text("occupation_id", &occupation.id),
        text("occupation", &occupation.title),
        text("task", &task.statement),
    ])
}

fn occupation_json(one: &&Occupation) -> Map<String, Value> {
    let text = |name: &str, text: &str| (name.to_owned(), json!(text));
    Map::from_iter([
        text("occupation_id", &one.id),
        text("occupation", &one.title),
    ])
}

/// The counts, everything that changed with what it was and is, what is new and what is gone.
fn sides_json<T>(
    sides: &Sides<T>,
    named: impl Fn(&T) -> Map<String, Value>,
    value: impl Fn(Field, &T) -> Value,
) -> Value {
    let changed = |pair: &Pair<T>| {
        let fields = pair.fields.iter();
        let fields: Map<String, Value> = fields
            .map(|&field| {
                let both =
                    json!({ "before": value(field, &pair.old), "after": value(field, &pair.new) });
                (field.name().to_owned(), both)
            })
            .collect();
        let mut row = named(&pair.new);
        row.insert("changes".to_owned(), Value::Object(fields));
        row
    };
    let counted = Field::ALL.map(|field| (field.name().to_owned(), json!(sides.changed_in(field))));
    let joined = sides.joined.iter();
    json!({
        "in_both": sides.joined.len(),
        "unchanged": sides.unchanged(),
        "changed_in": counted.into_iter().filter(|(_, n)| *n != 0).collect::<Map<_, _>>(),
        "changed": joined.filter(|pair| !pair.fields.is_empty()).map(changed).collect::<Vec<_>>(),
        "new": sides.new.iter().map(&named).collect::<Vec<_>>(),
        "gone": sides.gone.iter().map(&named).collect::<Vec<_>>(),
    })
}
