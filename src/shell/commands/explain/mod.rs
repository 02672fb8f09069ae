//! `explain`: everything behind one number: the prompt as it was sent, every raw reply and how it was read, each rater's
//! rating with what it rests on, the consensus.

mod asked;
mod found;
mod page;
mod recorded;
mod summary;
mod without;

use crate::error::{Error, Result};
use crate::inventory::Item;
use crate::rater::surrogate::{Explanation, Input};
use crate::rater::{Rater, Weights};
use crate::shell::cli::ExplainArgs;
use crate::shell::project::Project;
use crate::shell::run_folder::find_run;
use crate::shell::run_tasks::RunTasks;
use crate::shell::table;
use crate::shell::terminal::{clean, say};
use asked::Asked;
use found::Found;
use serde_json::{Value, json};

/// Terms and training tasks shown of a surrogate.
const TERMS: usize = 12;
const NEIGHBOURS: usize = 5;

/// Runs the command.
pub(in crate::shell) fn run(args: &ExplainArgs) -> Result<u8> {
    let project = Project::find()?;
    let (folder, manifest) = find_run(project.folder(), &args.run)?;
    let mut found = Found::read(&folder, &args.task)?;
    let tasks = RunTasks::read(&folder)?.inventory;
    let item = tasks.items().find(|item| item.task.id == args.task);
    let Some(item) = item else {
        return Err(
            Error::input(format!("run '{}' has no task '{}'", args.run, args.task))
                .hint("task ids stand in tasks.csv and consensus.csv of the run"),
        );
    };
    let asked = Asked::read(&folder, &manifest, &tasks, &args.task)?;
    if let Some(asked) = &asked {
        found.add_what_was_sent(&project, &manifest, asked)?;
    }
    let weights = project.weights(project.config.raters())?;
    for rating in &mut found.ratings {
        let id = text(rating, "rater").to_owned();
        let rater = project.config.raters().iter().find(|rater| rater.id == id);
        if let Some(rater) = rater.filter(|rater| rater.llm().is_none()) {
            let explanation = explain(&weights, rater, item)?;
            rating["explanation"] = explanation.unwrap_or_default();
            if let Some(rows) = recorded::rows(&project, rater, item, &manifest) {
                rating["recorded"] = rows;
            }
        }
    }
    let without = match without::one_left_out(&project, &args.run, &args.task) {
        Ok(without) => without,
        // All else can be told of a run that cannot be read back whole.
        Err(error) => {
            say!(
                "what would change it is not known: {}",
                clean(&error.to_string())
            );
            Vec::new()
        }
    };
    let summary = summary::best(&project, &folder, &manifest["run"], &args.task);
    let output = match args.json {
        true => format!(
            "{:#}",
            json!({ "run": manifest["run"], "prompt": manifest["prompt"], "consensus": found.consensus,
                    "summary": summary, "without": without, "ratings": found.ratings, "attempts": found.attempts })
        ),
        false => found.page(item, &manifest, (summary.as_ref(), &without)),
    };
    table::print(&output)?;
    Ok(0)
}

fn explain(weights: &Weights, rater: &Rater, item: Item<'_>) -> Result<Option<Value>> {
    let input = Input {
        task_id: &item.task.id,
        occupation: &item.occupation.title,
        statement: &item.task.statement,
    };
    let explanation = weights.explain(rater, input, TERMS, NEIGHBOURS)?;
    Ok(explanation.map(|why| as_json(&why)))
}

fn as_json(why: &Explanation) -> Value {
    let terms = why
        .terms
        .iter()
        .map(|term| json!([term.text, term.contribution]));
    let near = why.neighbours.iter().map(|task| {
        json!({ "task_id": task.task_id, "similarity": task.similarity, "value": task.value, "label": task.label })
    });
    json!({
        "score": why.score, "intercept": why.intercept, "terms": terms.collect::<Vec<_>>(), "rest": why.rest,
        "nearest_training_tasks": near.collect::<Vec<_>>(), "caveat": why.caveat(),
    })
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
