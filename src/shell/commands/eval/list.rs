//! `eval list`: the sets that there are.

use super::{log, sets};
use crate::error::Result;
use crate::eval::set::{Half, Set, Tried};
use crate::shell::cli::EvalListArgs;
use crate::shell::project::Project;
use crate::shell::table;
use crate::shell::terminal::{clean, clean_lines, faint, say};
use serde_json::{Value, json};

/// Lists them. A set that cannot be read is said, and hides no other.
pub(super) fn run(args: &EvalListArgs) -> Result<u8> {
    let project = Project::find()?;
    let mut found: Vec<(Set, Option<Tried>, bool)> = Vec::new();
    for id in sets::ids(&project)? {
        match sets::find(&project, &id) {
            Ok(set) => {
                // A log that cannot be read hides no set.
                let log = log::read(&project, &set);
                let log = log.map_err(|error| say!("{}", clean_lines(&error.to_string())));
                let log = log.ok().inspect(log::say_damaged);
                let tried = log.map(|log| log.tried(set.digest()));
                found.push((set, tried, sets::is_own(&project, &id)));
            }
            Err(error) => say!("{}: {}", clean(&id), clean_lines(&error.to_string())),
        }
    }
    if args.json {
        let all: Vec<Value> = found
            .iter()
            .map(|(set, tried, own)| line(set, tried.as_ref(), *own))
            .collect();
        table::print(&format!("{:#}\n", Value::Array(all)))?;
        return Ok(0);
    }
    let rows = found
        .iter()
        .map(|(set, tried, own)| row(set, tried.as_ref(), *own))
        .collect();
    let header = [
        "set",
        "from",
        "gold",
        "rubric",
        "dev",
        "test",
        "tried",
        "test looks",
        "texts",
        "title",
    ];
    let notes = "dev, test: tasks of each half; tried: distinct prompts measured on dev; test looks: prompts and panels measured on test (eval/<set>/log.jsonl)";
    table::print(&format!(
        "{}\n{}\n",
        table::plain(&header, rows),
        faint(notes)
    ))?;
    Ok(0)
}

fn row(set: &Set, tried: Option<&Tried>, own: bool) -> Vec<String> {
    let tasks = |half| match (set.half_tasks(half), set.unlabelled(half)) {
        (tasks, 0) => tasks.to_string(),
        (tasks, without) => format!("{tasks} ({without} without label)"),
    };
    vec![
        set.id().to_owned(),
        from(own).to_owned(),
        set.kind().name().to_owned(),
        set.rubric().to_owned(),
        tasks(Half::Dev),
        tasks(Half::Test),
        tried.map_or_else(|| "not known".to_owned(), |tried| tried.prompts.words()),
        tried.map_or_else(
            || "not known".to_owned(),
            |tried| tried.looks_at_test.words(),
        ),
        set.inventory().to_owned(),
        set.title().to_owned(),
    ]
}

fn from(own: bool) -> &'static str {
    match own {
        true => "project",
        false => "built in",
    }
}

fn line(set: &Set, tried: Option<&Tried>, own: bool) -> Value {
    let half = |half| {
        json!({
            "tasks": set.half_tasks(half),
            "occupations": set.half_occupations(half),
            "unlabelled": set.unlabelled(half),
        })
    };
    json!({
        "id": set.id(),
        "title": set.title(),
        "from": from(own),
        "kind": set.kind(),
        "rubric": set.rubric(),
        "dimensions": set.dimensions().collect::<Vec<_>>(),
        "inventory": set.inventory(),
        "source": set.source(),
        "primary": set.primary(),
        "digest": set.digest(),
        "dev": half(Half::Dev),
        "test": half(Half::Test),
        "tried": tried,
    })
}
