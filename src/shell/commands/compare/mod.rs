//! `compare`: what changed between two runs, joined by task, and why.

mod figures;
mod head;
mod level;
mod occupations;
mod page;
mod reasons;
mod subject;

use crate::compare::compare;
use crate::error::{Error, Kind, Result};
use crate::ratings::round12;
use crate::report::write_compare_csv;
use crate::shell::cli::CompareArgs;
use crate::shell::project::Project;
use crate::shell::table;
use crate::shell::terminal::{clean, say};
use reasons::Reasons;
use serde_json::{Value, json};
use subject::Subject;

/// Runs the command.
pub(in crate::shell) fn run(args: &CompareArgs) -> Result<u8> {
    let project = Project::find()?;
    let before = Subject::read(&project, &args.before)?;
    let after = Subject::read(&project, &args.after)?;
    for line in subject::remarks(&before, &after) {
        say!("{}", clean(&line));
    }
    let found = compare(&before.side(), &after.side())?;
    let reasons = Reasons::of(&before, &after);
    if args.csv {
        let mut bytes = Vec::new();
        write_compare_csv(&found, &mut bytes)?;
        let text = String::from_utf8(bytes)
            .map_err(|error| Error::input("a text is not UTF-8").because(error))?;
        table::print(&text)?;
    } else if args.json {
        let mut all = serde_json::to_value(&found).map_err(|error| {
            Error::new(Kind::Internal, "the comparison cannot be written").because(error)
        })?;
        round(&mut all);
        for (n, dimension) in found.dimensions.iter().enumerate() {
            for (place, task) in dimension.tasks.iter().take(args.limit).enumerate() {
                let [was, is] = reasons.of_task(dimension.dimension, task)?;
                all["dimensions"][n]["tasks"][place]["rationale"] =
                    json!({ "before": was, "after": is });
            }
        }
        table::print(&format!("{all:#}\n"))?;
    } else {
        table::print(&page::page(&found, &reasons, args.limit)?)?;
    }
    Ok(0)
}

/// Numbers as in the files of a run: 12 decimals.
fn round(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(round),
        Value::Object(all) => all.values_mut().for_each(round),
        Value::Number(number) if number.is_f64() => {
            *value = json!(number.as_f64().map(round12));
        }
        _ => {}
    }
}
