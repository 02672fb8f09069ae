//! The draft on the terminal, and what a person should know of it.

use super::out::Written;
use crate::draft::{Draft, Drafting, FEW, Task};
use crate::error::Result;
use crate::shell::cli::{DraftArgs, is_broken_pipe};
use crate::shell::run_folder::RunFolder;
use crate::shell::table;
use crate::shell::terminal::clean;
use serde_json::{Value, json};

/// Dropped proposals that are listed; `proposals.jsonl` has them all.
const LISTED: usize = 20;

/// Prints the tasks, as a table or as JSON.
pub(super) fn print(
    args: &DraftArgs,
    plan: &Drafting<'_>,
    draft: &Draft,
    written: &Written,
    folder: &RunFolder,
) -> Result<()> {
    let text = match args.ask.json {
        true => format!("{:#}", as_json(plan, draft, written, folder)),
        false if draft.tasks.is_empty() => return Ok(()),
        false => {
            let of = draft.raters.len();
            let row = |task: &Task| {
                let by = format!("{} of {of}", task.raters().len());
                vec![by, task.kind.name().to_owned(), clean(&task.statement)]
            };
            let rows = draft.tasks.iter().map(row).collect();
            table::plain(&["raters", "type", "task"], rows)
        }
    };
    match table::print(&text) {
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(()),
    }
}

fn as_json(plan: &Drafting<'_>, draft: &Draft, written: &Written, folder: &RunFolder) -> Value {
    let task = |task: &Task| {
        let passages = task.passages();
        let passages = passages
            .iter()
            .map(|(passage, raters)| json!({ "passage": passage, "raters": raters }));
        json!({
            "id": task.id, "statement": task.statement, "type": task.kind.name(), "support": task.raters().len(),
            "raters": task.raters(), "passages": passages.collect::<Vec<_>>(),
        })
    };
    let dropped = draft.dropped().map(|(row, why)| {
        json!({ "statement": row.proposal.statement, "passage": row.proposal.passage, "rater": row.rater, "why": why })
    });
    let file = match written {
        Written::There(path) | Written::InRun(path) => Some(path.display().to_string()),
        Written::Nowhere => None,
    };
    json!({
        "run": folder.id(),
        "file": file,
        "complete": matches!(written, Written::There(_)),
        "id": plan.named.id,
        "title": plan.named.title,
        "description": draft.description,
        "alternate_titles": draft.alternate_titles,
        "raters": draft.raters,
        "tasks": draft.tasks.iter().map(task).collect::<Vec<_>>(),
        "beyond": draft.beyond.iter().map(task).collect::<Vec<_>>(),
        "dropped": dropped.collect::<Vec<_>>(),
    })
}

/// What was dropped, what is few, and what to do next.
pub(super) fn remarks(draft: &Draft, plan: &Drafting<'_>, written: &Written) -> Vec<String> {
    let mut lines = Vec::new();
    let dropped = draft.dropped().count();
    if dropped > 0 {
        lines.push(format!(
            "{dropped} of {} proposals dropped:",
            draft.rows.len()
        ));
        let listed = draft.dropped().take(LISTED);
        lines
            .extend(listed.map(|(row, why)| {
                format!("  {}: “{}” ({why})", row.rater, row.proposal.statement)
            }));
        if dropped > LISTED {
            lines.push("  … all of them are in proposals.jsonl".to_owned());
        }
    }
    let tasks = draft.tasks.len();
    if !draft.raters.is_empty() && tasks < FEW {
        lines.push(format!(
            "only {tasks} tasks, fewer than {FEW}: the source may not hold more, and nothing is made up to fill the list"
        ));
    }
    if !draft.beyond.is_empty() {
        lines.push(format!(
            "{} more tasks stand in the file as comments, for you to take in",
            draft.beyond.len()
        ));
    }
    let title = &plan.named.title;
    lines.push(match written {
        Written::There(path) => format!(
            "wrote {}: edit it, then `taskrater rate \"{title}\" --inventory {0}`",
            path.display()
        ),
        Written::InRun(path) => format!(
            "answers are missing: what there is so far is in {}",
            path.display()
        ),
        Written::Nowhere => "no task is left, and no file was written".to_owned(),
    });
    lines
}
