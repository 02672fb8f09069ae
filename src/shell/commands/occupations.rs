//! `occupations`: find them, or say what an inventory holds.

use crate::error::{Kind, Result};
use crate::inventory::{How, Inventory, Lookup, Match, TaskType, Wanted};
use crate::shell::cli::OccupationsArgs;
use crate::shell::project::Project;
use crate::shell::table;
use crate::shell::terminal::say;
use serde_json::json;

/// Runs the command.
pub(in crate::shell) fn run(args: &OccupationsArgs) -> Result<u8> {
    let project = Project::find()?;
    if let Some(old) = &args.against {
        return super::changes::run(args, &project, old);
    }
    let inventory = project.inventory(&args.inventory, Wanted::titles(true))?;
    if args.check {
        return check(&inventory, args.json);
    }
    let (found, all) = match &args.query {
        Some(query) => {
            let mut found = Lookup::new(&inventory).search(query, usize::MAX);
            let all = found.len();
            found.truncate(args.limit);
            (found, all)
        }
        None => (every(&inventory, args.limit), inventory.occupations().len()),
    };
    if args.json {
        let rows: Vec<_> = found.iter().map(|hit| json_row(&inventory, hit)).collect();
        table::print(&format!("{:#}\n", json!(rows)))?;
        return Ok(0);
    }
    if found.is_empty() {
        say!(
            "nothing like “{}” in {}; `taskrater occupations` without words lists what there is",
            args.query.as_deref().unwrap_or_default(),
            inventory.name()
        );
        return Ok(Kind::Input.exit_code());
    }
    let rows = found
        .iter()
        .map(|hit| {
            let tasks = inventory.occupations()[hit.index].tasks.len();
            vec![
                hit.code.clone(),
                hit.title.clone(),
                tasks.to_string(),
                via(&hit.how),
            ]
        })
        .collect();
    table::print(&table::plain(&["code", "title", "tasks", "found by"], rows))?;
    if all > found.len() {
        say!(
            "{} of {all} in {}; --limit shows more",
            found.len(),
            inventory.name()
        );
    }
    Ok(0)
}

fn every(inventory: &Inventory, limit: usize) -> Vec<Match> {
    let occupations = inventory.occupations().iter().enumerate().take(limit);
    occupations
        .map(|(index, occupation)| Match {
            index,
            code: occupation.id.clone(),
            title: occupation.title.clone(),
            how: How::Code,
        })
        .collect()
}

fn via(how: &How) -> String {
    match how {
        How::Code | How::Title => String::new(),
        How::AlternateTitle(title) => format!("also called {title}"),
        How::Fuzzy { title, .. } => format!("similar to {title}"),
    }
}

fn json_row(inventory: &Inventory, hit: &Match) -> serde_json::Value {
    let occupation = &inventory.occupations()[hit.index];
    json!({
        "id": occupation.id,
        "title": occupation.title,
        "tasks": occupation.tasks.len(),
        "found_by": via(&hit.how),
    })
}

fn check(inventory: &Inventory, as_json: bool) -> Result<u8> {
    let occupations = inventory.occupations();
    let tasks = || occupations.iter().flat_map(|occupation| &occupation.tasks);
    let of = |kind: TaskType| tasks().filter(|task| task.kind == kind).count();
    let rows: Vec<(&str, usize)> = vec![
        ("occupations", occupations.len()),
        (
            "without tasks",
            occupations.iter().filter(|o| o.tasks.is_empty()).count(),
        ),
        ("tasks", inventory.task_count()),
        ("core", of(TaskType::Core)),
        ("supplemental", of(TaskType::Supplemental)),
        ("of unknown type", of(TaskType::Unknown)),
        (
            "with importance",
            tasks().filter(|task| task.importance.is_some()).count(),
        ),
        (
            "alternate titles",
            occupations.iter().map(|o| o.alternate_titles.len()).sum(),
        ),
    ];
    if as_json {
        let counts: serde_json::Map<_, _> = rows
            .iter()
            .map(|(name, count)| ((*name).to_owned(), json!(count)))
            .collect();
        let value = json!({
            "inventory": inventory.name(), "digest": inventory.digest(), "counts": counts, "notes": inventory.notes(),
        });
        table::print(&format!("{value:#}\n"))?;
        return Ok(0);
    }
    let mut text = format!("{}\n", inventory.name());
    for (name, count) in rows {
        text.push_str(&format!("  {count:>7} {name}\n"));
    }
    for note in inventory.notes() {
        text.push_str(&format!("  note: {note}\n"));
    }
    table::print(&text)?;
    Ok(0)
}
