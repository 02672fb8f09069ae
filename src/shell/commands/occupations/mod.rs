//! `occupations`: find them, show one, or say what an inventory holds.

mod check;
mod page;

use crate::error::{Kind, Result};
use crate::inventory::{How, Inventory, Lookup, Match, Wanted};
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
    let wanted = Wanted {
        background: args.check || args.show,
        ..Wanted::titles(true)
    };
    let inventory = project.inventory(&args.inventory, wanted)?;
    if args.check {
        return check::check(&inventory, args.json);
    }
    if let (true, Some(query)) = (args.show, &args.query) {
        return page::show(&inventory, query, args.json);
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
