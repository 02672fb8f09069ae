//! `explain`: everything behind one number: consensus, each rater's rating with what it rests on, the attempts with their
//! raw replies.

mod recorded;

use crate::error::{Error, Result};
use crate::rater::surrogate::{Explanation, Input};
use crate::rater::{Rater, Weights};
use crate::report::without_guard;
use crate::shell::cli::ExplainArgs;
use crate::shell::files;
use crate::shell::project::Project;
use crate::shell::run_folder::{find_run, ledgers};
use crate::shell::table;
use crate::shell::terminal::{bold, clean, clean_lines, faint};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::path::Path;

/// Terms and training tasks shown of a surrogate.
const TERMS: usize = 12;
const NEIGHBOURS: usize = 5;

/// What a run holds of one task.
struct Found {
    /// Rows of `consensus.csv`, one a dimension, by column.
    consensus: Vec<Map<String, Value>>,
    ratings: Vec<Value>,
    attempts: Vec<Value>,
}

/// Runs the command.
pub(in crate::shell) fn run(args: &ExplainArgs) -> Result<u8> {
    let project = Project::find()?;
    let (folder, manifest) = find_run(project.folder(), &args.run)?;
    let mut found = Found::read(&folder, &args.task)?;
    if found.consensus.is_empty() {
        return Err(
            Error::input(format!("run '{}' has no task '{}'", args.run, args.task))
                .hint("task ids stand in consensus.csv of the run"),
        );
    }
    let weights = project.weights(project.config.raters())?;
    for rating in &mut found.ratings {
        let id = text(rating, "rater").to_owned();
        let rater = project.config.raters().iter().find(|rater| rater.id == id);
        if let Some(rater) = rater.filter(|rater| rater.llm().is_none()) {
            let row = &found.consensus[0];
            let explanation = explain(&weights, rater, row, &args.task)?;
            rating["explanation"] = explanation.unwrap_or_default();
            if let Some(rows) = recorded::rows(&project, rater, row, &manifest) {
                rating["recorded"] = rows;
            }
        }
    }
    let output = match args.json {
        true => format!(
            "{:#}",
            json!({ "run": manifest["run"], "prompt": manifest["prompt"], "consensus": found.consensus,
                    "ratings": found.ratings, "attempts": found.attempts })
        ),
        false => found.page(&manifest),
    };
    table::print(&output)?;
    Ok(0)
}

fn explain(
    weights: &Weights,
    rater: &Rater,
    row: &Map<String, Value>,
    task_id: &str,
) -> Result<Option<Value>> {
    let cell = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
    let input = Input {
        task_id,
        occupation: cell("occupation"),
        statement: cell("task"),
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

impl Found {
    fn read(folder: &Path, task: &str) -> Result<Self> {
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
            ratings: of_task(&folder.join("ratings.jsonl"), task)?,
            attempts,
        })
    }

    fn page(&self, manifest: &Value) -> String {
        let mut out = String::new();
        for (n, row) in self.consensus.iter().enumerate() {
            let cell = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
            if n == 0 {
                let _ = writeln!(out, "{}", bold(&clean(cell("task"))));
                let _ = writeln!(
                    out,
                    "{} ({}), task {}",
                    clean(cell("occupation")),
                    cell("occupation_id"),
                    cell("task_id")
                );
                let _ = writeln!(out, "prompt {}", text(&manifest["prompt"], "fingerprint"));
            }
            let value = short(row.get("value"));
            let range = match (row.get("low"), row.get("high")) {
                (Some(low @ Value::Number(_)), high) => {
                    format!(
                        "{} to {} ({})",
                        short(Some(low)),
                        short(high),
                        cell("interval")
                    )
                }
                _ => cell("interval").to_owned(),
            };
            let (median, raters) = (short(row.get("median")), short(row.get("n_raters")));
            let samples = match row.get("sample_spread") {
                Some(spread @ Value::Number(_)) => {
                    format!("; two answers of one rater {} apart", short(Some(spread)))
                }
                _ => String::new(),
            };
            let _ = writeln!(
                out,
                "\n{}: {} {value}; range {range}; median {median}; raters {raters}{samples}; {}",
                bold(cell("dimension")),
                cell("label"),
                cell("method"),
            );
            let _ = writeln!(out, "  {}", clean(cell("rationale")));
            if !cell("weights").is_empty() {
                let (inputs, weights) = (clean(cell("inputs")), clean(cell("weights")));
                let _ = writeln!(out, "  of {inputs}; weights {weights}");
            }
            if let Some(gold @ Value::Number(_)) = row.get("gold") {
                let _ = writeln!(out, "  gold says {}", short(Some(gold)));
            }
        }
        for rating in &self.ratings {
            self.rating(&mut out, rating);
        }
        out
    }

    fn rating(&self, out: &mut String, rating: &Value) {
        let id = text(rating, "rater");
        // Ledgers and ratings of older runs know no sample: there was one.
        let sample = |line: &Value| line["sample"].as_u64().unwrap_or(0);
        let own = self
            .ratings
            .iter()
            .filter(|other| text(other, "rater") == id);
        let name = match own.count() {
            0 | 1 => clean(id),
            _ => format!("{}, sample {}", clean(id), sample(rating)),
        };
        let _ = writeln!(out, "\n{} {}", bold(&name), text(rating, "outcome"));
        for (dimension, answer) in rating["values"].as_object().into_iter().flatten() {
            let _ = writeln!(out, "  {dimension}: {}", clean(&answer.to_string()));
        }
        let _ = writeln!(
            out,
            "  confidence {}, repair {}, basis {}",
            rating["confidence"], rating["repair"], rating["basis"]
        );
        let _ = writeln!(out, "  {}", clean(text(rating, "rationale")));
        if let Some(why) = rating["explanation"].as_object() {
            terms(out, why);
        }
        if rating["recorded"].is_object() {
            recorded::show(out, &rating["recorded"]);
        }
        let own = self
            .attempts
            .iter()
            .filter(|attempt| text(attempt, "rater") == id && sample(attempt) == sample(rating));
        let before = out.len();
        own.for_each(|attempt| reply(out, attempt));
        let hosted = !rating["repair"].is_null();
        match rating["carried_from"].as_str() {
            Some(run) => {
                let (run, task) = (clean(run), clean(text(rating, "task_id")));
                let _ = writeln!(
                    out,
                    "  carried over from run {run}; `taskrater explain {run} {task}` shows its reply"
                );
            }
            None if hosted && out.len() == before => out.push_str(
                "  its reply came from the cache; the ledger of the run that asked holds it raw\n",
            ),
            None => {}
        }
    }
}

/// Columns of `consensus.csv` that hold text; all others hold numbers.
const TEXTS: &[&str] = &[
    "occupation_id",
    "occupation",
    "task_id",
    "task",
    "dimension",
    "label",
    "interval",
    "contested",
    "method",
    "rationale",
    "inputs",
    "weights",
    "dissent",
];

/// A cell as JSON: a number as a number, an empty cell as null, text without its guard against spreadsheets.
fn cell(column: &str, text: &str) -> Value {
    if TEXTS.contains(&column) {
        return json!(without_guard(text));
    }
    text.parse::<f64>()
        .map_or(Value::Null, |number| json!(number))
}

/// A number for people: four decimals are enough to recognise it.
fn short(value: Option<&Value>) -> String {
    let number = value.and_then(Value::as_f64);
    number.map_or_else(
        || "–".to_owned(),
        |number| format!("{}", (number * 1e4).round() / 1e4),
    )
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

fn terms(out: &mut String, why: &Map<String, Value>) {
    let number = |name: &str| why.get(name).and_then(Value::as_f64).unwrap_or_default();
    let _ = writeln!(
        out,
        "  linear score {:.3} (what the terms add up to, before it becomes probabilities) = intercept {:.3} + the terms below + {:+.3} of all others",
        number("score"),
        number("intercept"),
        number("rest"),
    );
    for term in why
        .get("terms")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let _ = writeln!(
            out,
            "    {:+.3}  {}",
            term[1].as_f64().unwrap_or_default(),
            clean(term[0].as_str().unwrap_or_default())
        );
    }
    for near in why
        .get("nearest_training_tasks")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let answer = near["label"]
            .as_str()
            .map_or_else(|| near["value"].to_string(), str::to_owned);
        let _ = writeln!(
            out,
            "    near: training task {} answered {answer} (similarity {:.2})",
            clean(text(near, "task_id")),
            near["similarity"].as_f64().unwrap_or_default(),
        );
    }
    if let Some(caveat) = why.get("caveat").and_then(Value::as_str) {
        let _ = writeln!(out, "  {}", faint(caveat));
    }
}

fn reply(out: &mut String, attempt: &Value) {
    let _ = writeln!(
        out,
        "  {} attempt {} ({}): HTTP {}, {}, {} ms, usage {}, cost {} nano-dollars",
        text(attempt, "time"),
        attempt["attempt"],
        text(attempt, "purpose"),
        attempt["status"],
        text(attempt, "outcome"),
        attempt["milliseconds"],
        attempt["usage"],
        attempt["cost_nanodollars"],
    );
    if let Some(body) = attempt["body"].as_str() {
        let _ = writeln!(out, "{}", faint(&clean_lines(body)));
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
