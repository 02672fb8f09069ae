//! The same for people.

use super::found::{Found, sample};
use super::{recorded, summary, text, without};
use crate::inventory::Item;
use crate::shell::terminal::{bold, clean, clean_lines, faint};
use serde_json::{Map, Value};
use std::fmt::Write as _;

impl Found {
    pub fn page(
        &self,
        item: Item<'_>,
        manifest: &Value,
        (written, left_out): (Option<&Value>, &[Value]),
    ) -> String {
        let mut out = String::new();
        let Item { occupation, task } = item;
        let _ = writeln!(out, "{}", bold(&clean(&task.statement)));
        let whose = format!("{} ({}), task {}", occupation.title, occupation.id, task.id);
        let _ = writeln!(out, "{}", clean(&whose));
        let prompt = clean(text(&manifest["prompt"], "fingerprint"));
        let _ = writeln!(out, "prompt {prompt}");
        if self.consensus.is_empty() {
            out.push_str("\nnobody rated it: how each question ended stands below\n");
        }
        for row in &self.consensus {
            let cell = |name: &str| {
                let text = row.get(name).and_then(Value::as_str);
                clean(text.unwrap_or_default())
            };
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
                _ => cell("interval"),
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
                bold(&cell("dimension")),
                cell("label"),
                cell("method"),
            );
            let _ = writeln!(out, "  {}", cell("rationale"));
            made_of(&mut out, row);
        }
        if let Some(written) = written {
            summary::show(&mut out, written);
        }
        without::show(&mut out, left_out);
        self.sent(&mut out);
        for rating in &self.ratings {
            self.rating(&mut out, rating);
        }
        out
    }

    /// The prompt as it was sent, once for all raters that were sent the same.
    fn sent(&self, out: &mut String) {
        let mut told: Vec<(&Value, Vec<&str>)> = Vec::new();
        for rating in self.ratings.iter().filter(|one| one["sent"].is_object()) {
            let (sent, id) = (&rating["sent"], text(rating, "rater"));
            match told.iter_mut().find(|(known, _)| *known == sent) {
                Some((_, raters)) if raters.contains(&id) => {}
                Some((_, raters)) => raters.push(id),
                None => told.push((sent, vec![id])),
            }
        }
        for (sent, raters) in told {
            let _ = writeln!(out, "\n{} {}", bold("sent to"), clean(&raters.join(", ")));
            for (part, what) in [("system", "system"), ("question", "question")] {
                let words = clean_lines(text(sent, part));
                let _ = writeln!(out, "  {what}:\n{}", faint(words.trim_end()));
            }
            if sent["schema"].is_object() {
                let _ = writeln!(
                    out,
                    "  schema of the reply:\n{}",
                    faint(&clean(&sent["schema"].to_string()))
                );
            }
        }
    }

    fn rating(&self, out: &mut String, rating: &Value) {
        let id = text(rating, "rater");
        let own = self
            .ratings
            .iter()
            .filter(|other| text(other, "rater") == id);
        let name = match own.count() {
            0 | 1 => clean(id),
            _ => format!("{}, sample {}", clean(id), sample(rating)),
        };
        let _ = writeln!(out, "\n{} {}", bold(&name), clean(text(rating, "outcome")));
        for (dimension, answer) in rating["values"].as_object().into_iter().flatten() {
            let _ = writeln!(out, "  {}", clean(&format!("{dimension}: {answer}")));
        }
        let how = format!(
            "confidence {}, repair {}, basis {}",
            rating["confidence"], rating["repair"], rating["basis"]
        );
        let _ = writeln!(out, "  {}", clean(&how));
        let rationale = text(rating, "rationale");
        if !rationale.is_empty() {
            let _ = writeln!(out, "  {}", clean(rationale));
        }
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
        match (rating["carried_from"].as_str(), &rating["cached_reply"]) {
            (Some(run), _) => {
                let (run, task) = (clean(run), clean(text(rating, "task_id")));
                let _ = writeln!(
                    out,
                    "  carried over from run {run}; `taskrater explain {run} {task}` shows its reply"
                );
            }
            (None, cached @ Value::Object(_)) => {
                out.push_str("  its reply came from the cache:\n");
                reply(out, cached);
            }
            (None, _) if hosted && out.len() == before => out.push_str(
                "  its reply came from the cache, which does not have it any more, or the rater is configured otherwise now; the \
                 ledger of the run that asked holds it raw\n",
            ),
            (None, _) => {}
        }
    }
}

/// What a value is made of: the raters' values, their weights, who dissents, and gold.
fn made_of(out: &mut String, row: &Map<String, Value>) {
    for (column, what) in [
        ("inputs", "made of"),
        ("weights", "weights"),
        ("dissent", "dissent"),
    ] {
        let list = row.get(column).and_then(Value::as_str).unwrap_or_default();
        if !list.is_empty() {
            let _ = writeln!(out, "  {what}: {}", clean(&list.replace(';', ", ")));
        }
    }
    if let Some(gold @ Value::Number(_)) = row.get("gold") {
        let _ = writeln!(
            out,
            "  gold: {} (left out when its own value was made)",
            short(Some(gold))
        );
    }
}

/// A number for people: four decimals are enough to recognise it.
pub(super) fn short(value: Option<&Value>) -> String {
    let number = value.and_then(Value::as_f64);
    number.map_or_else(
        || "–".to_owned(),
        |number| format!("{}", (number * 1e4).round() / 1e4),
    )
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
            "    near: training task {} answered {} (similarity {:.2})",
            clean(text(near, "task_id")),
            clean(&answer),
            near["similarity"].as_f64().unwrap_or_default(),
        );
    }
    if let Some(caveat) = why.get("caveat").and_then(Value::as_str) {
        let _ = writeln!(out, "  {}", faint(caveat));
    }
}

fn reply(out: &mut String, attempt: &Value) {
    for earlier in attempt["history"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "  before it: HTTP {}", earlier["status"]);
        let _ = writeln!(out, "{}", faint(&clean_lines(text(earlier, "body"))));
    }
    let number = attempt["attempt"].as_u64();
    let number = number.map(|n| format!("attempt {n} ({}): ", text(attempt, "purpose")));
    let took = attempt["milliseconds"].as_u64();
    let took = took.map(|time| format!("{time} ms, "));
    let line = format!(
        "{} {}HTTP {}, {}, {}usage {}, cost {} nano-dollars",
        text(attempt, "time"),
        number.unwrap_or_default(),
        attempt["status"],
        text(attempt, "outcome"),
        took.unwrap_or_default(),
        attempt["usage"],
        attempt["cost_nanodollars"],
    );
    let _ = writeln!(out, "  {}", clean(&line));
    if let Some(body) = attempt["body"].as_str() {
        let _ = writeln!(out, "{}", faint(&clean_lines(body)));
    }
    if let Some(reading) = attempt["reading"].as_str() {
        let _ = writeln!(out, "  parsed: {}", clean(reading));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::{Occupation, Task};
    use serde_json::json;

    /// Turns what follows around.
    const OVERRIDE: char = '\u{202e}';

    fn evil(text: &str) -> String {
        format!("{text}{OVERRIDE}")
    }

    #[test]
    fn nothing_of_files_reorders_the_terminal() {
        let row = json!({
            "dimension": evil("exposure"), "label": evil("E1"), "value": 1.0, "low": 0.5, "high": 1.0,
            "interval": evil("model range"), "median": 1.0, "n_raters": 2, "method": evil("mean"),
            "rationale": evil("Because."), "inputs": evil("a=1"), "weights": "", "dissent": evil("b"),
        });
        let near = json!([{ "task_id": evil("t"), "label": evil("yes"), "similarity": 0.5 }]);
        let why =
            json!({ "terms": [[evil("word"), 0.5]], "nearest_training_tasks": near, "caveat": "" });
        let rating = json!({
            "rater": evil("anna"), "outcome": evil("rated"), "values": { evil("exposure"): evil("E1") },
            "confidence": 90, "repair": evil("direct"), "basis": evil("x"), "rationale": evil("Because."),
            "explanation": why, "sent": { "system": evil("s"), "question": evil("q"), "schema": { "a": evil("b") } },
        });
        let attempt = json!({
            "rater": evil("anna"), "time": evil("now"), "attempt": 1, "purpose": evil("first"), "outcome": evil("rated"),
            "status": 200, "usage": evil("u"), "body": evil("{}"), "reading": evil("read"),
        });
        let found = Found {
            consensus: vec![row.as_object().cloned().unwrap_or_default()],
            ratings: vec![rating],
            attempts: vec![attempt],
        };
        let occupation = Occupation {
            id: evil("o"),
            title: evil("Bakers"),
            ..Occupation::default()
        };
        let task = Task {
            id: evil("b1"),
            statement: evil("Bake."),
            ..Task::default()
        };
        let item = Item {
            occupation: &occupation,
            task: &task,
        };
        let rest = json!({ "without": evil("anna"), "value": 0.5, "label": evil("E2"), "interval": evil("none"),
            "method": evil("mean") });
        let left_out = json!({ "dimension": evil("exposure"), "one_left_out": [rest] });
        let manifest = json!({ "prompt": { "fingerprint": evil("f") } });
        let page = found.page(item, &manifest, (None, &[left_out]));
        assert!(
            page.contains("task b1") && page.contains("answered yes"),
            "{page}"
        );
        assert!(
            page.contains("HTTP 200") && page.contains("without anna"),
            "{page}"
        );
        assert!(!page.contains(OVERRIDE), "{}", page.escape_unicode());
    }
}
