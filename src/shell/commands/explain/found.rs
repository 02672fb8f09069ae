//! What a run's files hold of one task.

use super::asked::Asked;
use super::text;
use crate::error::{Error, Result};
use crate::report::without_guard;
use crate::shell::files;
use crate::shell::project::Project;
use crate::shell::run_folder::ledgers;
use crate::shell::run_ratings::RATINGS;
use serde_json::{Map, Value, json};
use std::path::Path;

/// What a run holds of one task.
pub(super) struct Found {
    /// Rows of `consensus.csv`, one a dimension, by column.
    pub consensus: Vec<Map<String, Value>>,
    pub ratings: Vec<Value>,
    pub attempts: Vec<Value>,
}

impl Found {
    pub fn read(folder: &Path, task: &str) -> Result<Self> {
        let consensus = folder.join("consensus.csv");
        if !consensus.is_file() {
            let message = format!("{} holds no results of a run", folder.display());
            return Err(Error::input(message)
                .hint("the same `rate` command again finishes it; what was paid for is cached"));
        }
        let csv = files::read_text(&consensus)?;
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let bad = |error: csv::Error| Error::input(format!("{}: {error}", consensus.display()));
        let header = reader.headers().map_err(bad)?.clone();
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(bad)?;
            let cells = header.iter().zip(&record);
            let row: Map<String, Value> = cells
                .map(|(name, text)| (name.to_owned(), cell(name, text)))
                .collect();
            if row.get("task_id").and_then(Value::as_str) == Some(task) {
                rows.push(row);
            }
        }
        // A folder that was used again keeps its earlier ledgers.
        let mut attempts = Vec::new();
        for ledger in ledgers(folder)? {
            attempts.extend(of_task(&ledger, task)?);
        }
        Ok(Self {
            consensus: rows,
            ratings: of_task(&folder.join(RATINGS), task)?,
            attempts,
        })
    }
}

impl Found {
    /// Adds what each hosted rater was sent and how each of its answers was read, and fetches from the cache the replies that
    /// no ledger of the run holds.
    pub fn add_what_was_sent(
        &mut self,
        project: &Project,
        manifest: &Value,
        asked: &Asked<'_>,
    ) -> Result<()> {
        let raters = manifest["raters"].as_array();
        let known = |id: &str| {
            let mut raters = raters.into_iter().flatten();
            raters.find(|rater| text(rater, "id") == id && rater["wire"].is_string())
        };
        for attempt in &mut self.attempts {
            let reading =
                known(text(attempt, "rater")).and_then(|rater| asked.reading(rater, attempt));
            attempt["reading"] = json!(reading);
        }
        for rating in &mut self.ratings {
            let Some(rater) = known(text(rating, "rater")) else {
                continue;
            };
            rating["sent"] = asked.sent(rater);
            let own = |attempt: &Value| {
                text(attempt, "rater") == text(rating, "rater") && sample(attempt) == sample(rating)
            };
            if rating["carried_from"].is_null() && !self.attempts.iter().any(own) {
                let cached = asked.cached(project, rater, sample(rating))?;
                if let Some(mut cached) = cached {
                    cached["reading"] = json!(asked.reading(rater, &cached));
                    rating["cached_reply"] = cached;
                }
            }
        }
        Ok(())
    }
}

/// Ledgers and ratings of older runs know no sample: there was one.
pub(super) fn sample(line: &Value) -> u64 {
    line["sample"].as_u64().unwrap_or(0)
}

/// Columns of `consensus.csv` that hold text; all others hold numbers but those below.
const TEXTS: &[&str] = &[
    "occupation_id",
    "occupation",
    "task_id",
    "task",
    "dimension",
    "label",
    "interval",
    "method",
    "rationale",
    "inputs",
    "weights",
    "dissent",
];

/// The column that says yes or no, and the one that counts.
const FLAG: &str = "contested";
const COUNT: &str = "n_raters";

/// A cell as JSON: a number as a number, an empty cell as null, text without its guard against spreadsheets.
fn cell(column: &str, text: &str) -> Value {
    if TEXTS.contains(&column) {
        return json!(without_guard(text));
    }
    match column {
        FLAG => json!(text.parse::<bool>().ok()),
        COUNT => json!(text.parse::<u64>().ok()),
        _ => json!(text.parse::<f64>().ok()),
    }
}

/// The lines of a JSONL file that are about a task; none where there is no such file.
fn of_task(path: &Path, task: &str) -> Result<Vec<Value>> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (n, line) in files::read_text(path)?.lines().enumerate() {
        // Most lines are about other tasks: they are not parsed.
        if line.contains(task) {
            let value: Value = serde_json::from_str(line)
                .map_err(|error| Error::input(format!("{}:{}: {error}", path.display(), n + 1)))?;
            if text(&value, "task_id") == task {
                found.push(value);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_has_the_type_of_its_column() {
        assert_eq!(cell("contested", "true"), json!(true));
        assert_eq!(cell("contested", "false"), json!(false));
        assert_eq!(cell("contested", ""), Value::Null);
        assert_eq!(cell("n_raters", "3").to_string(), "3");
        assert_eq!(cell("value", "0.5"), json!(0.5));
        assert_eq!(cell("value", ""), Value::Null);
        assert_eq!(cell("label", "E1"), json!("E1"));
    }
}
