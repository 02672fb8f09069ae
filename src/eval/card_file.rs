//! A score card as a file: its head as indented JSON, its answers one line a task, so that a diff of two cards shows the tasks
//! that changed.

use super::card::{Answer, Card, Cost};
use crate::error::{Error, Result};
use crate::ratings::round12;
use crate::rubric::Dimension;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;

/// What every version of the format says of itself.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

/// What to do about a file that is no card.
const AGAIN: &str = "`taskrater eval SET --card FILE` writes a score card; what was paid for is cached, so that writing it \
                     again asks nobody";

impl Card {
    /// Reads a card; `name` is how errors call it.
    ///
    /// # Errors
    /// [`Kind::Input`](crate::error::Kind::Input) with file and line: no JSON, a card of another version, a field that is
    /// missing, unknown or no number, an answer of a judge, a dimension or a label that the card does not name, gold
    /// that has not the value of its label, a cost or a margin below 0.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        // Editors of Windows put a byte order mark before it.
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let broken = |error: serde_json::Error| {
            let line = error.line();
            let message = format!("{name}:{line}: this is no score card that can be read");
            Error::input(message).because(error).hint(AGAIN)
        };
        let version: Version = serde_json::from_slice(bytes).map_err(broken)?;
        if version.format != Self::FORMAT {
            let (theirs, own) = (version.format, Self::FORMAT);
            let message = format!("{name} is a score card of format {theirs}, not of {own}");
            return Err(Error::input(message).hint(match theirs > own {
                true => "a newer version of taskrater wrote it: use that one",
                false => AGAIN,
            }));
        }
        let card: Self = serde_json::from_slice(bytes).map_err(broken)?;
        match card.fault() {
            Some(fault) => Err(Error::input(format!("{name}: {fault}")).hint(AGAIN)),
            None => Ok(card),
        }
    }

    /// Writes it: the same card as the same bytes, numbers with twelve decimals at most.
    ///
    /// # Errors
    /// [`Kind::Io`](crate::error::Kind::Io) when it cannot be written.
    pub fn write(&self, out: &mut dyn Write) -> Result<()> {
        let failed = |error| Error::io("cannot write the score card", error);
        let json = |error: serde_json::Error| failed(error.into());
        let mut card = serde_json::to_value(self).map_err(json)?;
        rounded(&mut card);
        let answers = card.get_mut("answers").map(Value::take);
        if let Some(place) = card.get_mut("answers") {
            *place = Value::Array(Vec::new());
        }
        let head = serde_json::to_string_pretty(&card).map_err(json)?;
        // The answers stand last.
        let head = head.trim_end_matches("]\n}");
        let tasks = match answers {
            Some(Value::Array(tasks)) => tasks,
            _ => Vec::new(),
        };
        write!(out, "{head}").map_err(failed)?;
        for (n, task) in tasks.iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            write!(out, "{comma}\n    {task}").map_err(failed)?;
        }
        let end = if tasks.is_empty() { "" } else { "\n  " };
        writeln!(out, "{end}]\n}}").map_err(failed)
    }

    /// The first thing in which it contradicts itself.
    fn fault(&self) -> Option<String> {
        let mut judges = BTreeSet::new();
        if let Some(twice) = self.judges.iter().find(|judge| !judges.insert(&*judge.id)) {
            return Some(format!("judge '{}' is there twice", twice.id));
        }
        let negative = |cost: &Cost| cost.dollars.is_some_and(|dollars| dollars < 0.0);
        if let Some((rater, _)) = self.cost.iter().find(|(_, cost)| negative(cost)) {
            return Some(format!("the cost of {rater} is below 0"));
        }
        let mut margins = self.set.margin.iter();
        if let Some((figure, _)) = margins.find(|(_, margin)| **margin < 0.0) {
            return Some(format!("the margin of {figure} is below 0"));
        }
        let mut tasks = BTreeSet::new();
        self.answers.iter().find_map(|task| {
            let id = &task.task_id;
            if !tasks.insert((&task.occupation_id, id)) {
                return Some(format!("task {id} is there twice"));
            }
            if task.probability.is_some_and(|p| !(p > 0.0 && p <= 1.0)) {
                return Some(format!("task {id}: its probability lies outside 0–1"));
            }
            let unknown = task.said.keys().find(|judge| !judges.contains(&***judge));
            if let Some(judge) = unknown {
                return Some(format!("task {id}: '{judge}' is no judge of the card"));
            }
            let said = task.said.values().flatten();
            task.gold
                .iter()
                .chain(said)
                .find_map(|(dimension, answer)| {
                    let at = self.rubric.position(dimension);
                    let Some(known) = at.and_then(|at| self.rubric.dimensions().get(at)) else {
                        return Some(format!(
                            "task {id}: '{dimension}' is no dimension of the card"
                        ));
                    };
                    (!on_scale(known, answer))
                        .then(|| format!("task {id}: an answer is off the scale of {dimension}"))
                })
                .or_else(|| {
                    let mut gold = task.gold.iter();
                    let (dimension, _) =
                        gold.find(|(id, answer)| !self.is_its_label(id, answer))?;
                    Some(format!(
                        "task {id}: the gold of {dimension} has not the value of its label"
                    ))
                })
        })
    }

    /// Whether the value of an answer is that of its label. Gold's is; the mean of samples, of a panel or of a surrogate's
    /// probabilities has a label near it, and need not be.
    fn is_its_label(&self, dimension: &str, answer: &Answer) -> bool {
        let at = self.rubric.position(dimension);
        let known = at.and_then(|at| self.rubric.dimensions().get(at));
        let (Some(known), Some(label)) = (known, &answer.label) else {
            return true;
        };
        let mut labels = known.labels().iter().filter(|one| one.id == *label);
        labels.all(|one| (known.to_score(one.value) - answer.value).abs() < 1e-6)
    }
}

/// Whether an answer is one of the dimension: with a label where it has labels, and values within 0–100.
fn on_scale(dimension: &Dimension, answer: &Answer) -> bool {
    let fits = match &answer.label {
        Some(label) => dimension.label_index(label).is_some(),
        None => dimension.labels().is_empty(),
    };
    let mut values = answer.samples.iter().chain([&answer.value]);
    fits && values.all(|value| (0.0..=100.0).contains(value))
}

/// Rounds all numbers that are no whole ones.
fn rounded(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            if let Some(float) = number.as_f64() {
                *value = Value::from(round12(float));
            }
        }
        Value::Array(parts) => parts.iter_mut().for_each(rounded),
        Value::Object(parts) => parts.values_mut().for_each(rounded),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures::card;
    use super::*;
    use crate::error::Kind;

    fn written(card: &Card) -> String {
        let mut bytes = Vec::new();
        card.write(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn what_is_written_is_read_as_the_same_card() {
        let card = card();
        let text = written(&card);
        assert_eq!(Card::read("card.json", text.as_bytes()).unwrap(), card);
        assert_eq!(
            written(&Card::read("card.json", text.as_bytes()).unwrap()),
            text
        );
        // One line a task.
        let lines = text.lines().filter(|line| line.contains("\"task_id\":"));
        assert_eq!(lines.count(), card.answers.len());
        let empty = Card {
            answers: Vec::new(),
            ..card
        };
        let text = written(&empty);
        assert_eq!(Card::read("card.json", text.as_bytes()).unwrap(), empty);
    }

    #[test]
    fn what_is_no_card_is_said_with_the_next_step() {
        let text = written(&card());
        let refused = |text: &str| {
            let error = Card::read("card.json", text.as_bytes()).unwrap_err();
            assert_eq!(error.kind(), Kind::Input);
            assert!(error.next_step().is_some());
            error.to_string()
        };
        let newer = text.replacen("\"format\": 1", "\"format\": 2", 1);
        assert!(refused(&newer).contains("format 2, not of 1"));
        assert!(refused("{").contains("card.json:1"));
        assert!(refused(&text[..text.len() / 2]).contains("no score card"));
        let nan = text.replacen("\"value\":50.0", "\"value\":NaN", 1);
        assert!(nan != text && refused(&nan).contains("no score card"));
        let null = text.replacen("\"value\":50.0", "\"value\":null", 1);
        assert!(refused(&null).contains("no score card"));
        let off = text.replacen("\"value\":50.0", "\"value\":101.0", 1);
        assert!(refused(&off).contains("off the scale"));
        let label = text.replacen("\"label\":\"E2\"", "\"label\":\"E9\"", 1);
        assert!(label != text && refused(&label).contains("off the scale"));
        let gold = text.replacen(
            "{\"value\":0.0,\"label\":\"E0\"}",
            "{\"value\":0.0,\"label\":\"E1\"}",
            1,
        );
        assert!(gold != text && refused(&gold).contains("has not the value of its label"));
        let judge = text.replacen("\"said\":{\"judge\"", "\"said\":{\"someone\"", 1);
        assert!(judge != text && refused(&judge).contains("no judge"));
    }
    #[test]
    fn nothing_unknown_and_no_cost_below_nothing_passes() {
        let mut card = card();
        let cost = Cost {
            dollars: Some(5.0),
            ..Cost::default()
        };
        card.cost.insert("judge".into(), cost);
        let text = written(&card);
        assert!(Card::read("card.json", text.as_bytes()).is_ok());
        let refused = |text: &str| Card::read("card.json", text.as_bytes()).unwrap_err();
        let below = text.replacen("\"dollars\": 5.0", "\"dollars\": -5.0", 1);
        assert!(
            refused(&below)
                .to_string()
                .contains("the cost of judge is below 0")
        );
        // A field more in any object.
        let whole: Value = serde_json::from_str(&text).unwrap();
        let mut places = vec![String::new()];
        objects(&whole, "", &mut places);
        let maps = ["/cost", "/set/margin"];
        for place in places
            .iter()
            .filter(|place| !maps.contains(&place.as_str()))
        {
            let mut more = whole.clone();
            let object = more.pointer_mut(place).unwrap().as_object_mut().unwrap();
            object.insert("unheard_of".into(), Value::from(1));
            let found = Card::read("card.json", more.to_string().as_bytes());
            assert!(found.is_err(), "a field more in {place}");
        }
    }

    /// Where the objects within a value are.
    fn objects(of: &Value, at: &str, found: &mut Vec<String>) {
        let parts: Vec<(String, &Value)> = match of {
            Value::Object(parts) => parts.iter().map(|(name, v)| (name.clone(), v)).collect(),
            Value::Array(parts) => parts
                .iter()
                .enumerate()
                .map(|(n, v)| (n.to_string(), v))
                .collect(),
            _ => Vec::new(),
        };
        for (name, part) in parts {
            let place = format!("{at}/{name}");
            if part.is_object() {
                found.push(place.clone());
            }
            objects(part, &place, found);
        }
    }
}
