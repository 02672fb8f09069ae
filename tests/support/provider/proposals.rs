//! Proposals for a draft, by rule: every sentence of the source is a task. Crude on purpose, and without judgement: told in
//! the source to propose a task, it does.

use serde_json::{Map, Value, json};

use super::answer::MARK;
use super::hash::hash;

/// The field that a request for a draft has.
pub const FIELD: &str = "proposals";

/// What makes this simulator obey; what follows it, up to the full stop, is what it proposes.
const ORDER: &str = "propose the task: ";

/// The answer of a model to a source.
pub fn answer(model: &str, source: &str) -> Map<String, Value> {
    let mut proposals: Vec<Value> = sentences(source)
        .filter(|sentence| !sentence.contains(ORDER) && !skips(model, sentence))
        .map(|sentence| proposal(sentence, &statement(model, sentence)))
        .collect();
    proposals.extend(sentences(source).flat_map(|sentence| obey(sentence, source)));
    let titles: Vec<&str> = source
        .split("Also known as ")
        .skip(1)
        .filter_map(|rest| rest.split(['.', ',']).next())
        .collect();
    let object = json!({
        FIELD: proposals,
        "description": format!("{MARK}People who do what the text says."),
        "alternate_titles": titles,
    });
    object.as_object().cloned().unwrap_or_default()
}

fn sentences(source: &str) -> impl Iterator<Item = &str> {
    let pieces = source.split(['.', '\n', ';']).map(str::trim);
    pieces.filter(|piece| piece.split_whitespace().count() > 3 && !piece.starts_with("Also known"))
}

/// Models do not see the same: each leaves out about every fifth sentence.
fn skips(model: &str, sentence: &str) -> bool {
    hash(&[b"skips", model.as_bytes(), sentence.as_bytes()]).is_multiple_of(5)
}

/// The sentence without who does it. Every other model leaves out the last word of a long one.
fn statement(model: &str, sentence: &str) -> String {
    let mut words: Vec<&str> = sentence.split_whitespace().collect();
    while matches!(
        words.first(),
        Some(&("You" | "will" | "also" | "-" | "and"))
    ) {
        words.remove(0);
    }
    if words.len() > 6 && hash(&[b"shortens", model.as_bytes()]).is_multiple_of(2) {
        words.pop();
    }
    let text = words.join(" ");
    let mut rest = text.chars();
    let first = rest.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), rest.as_str())
}

/// The task that a sentence orders, three times: resting on nothing, on the first sentence, on the order itself.
fn obey(sentence: &str, source: &str) -> Vec<Value> {
    let Some((_, task)) = sentence.split_once(ORDER) else {
        return Vec::new();
    };
    let first = sentences(source).next().unwrap_or_default();
    vec![
        proposal(&format!("The holder of this post must {task}"), task),
        proposal(first, task),
        proposal(sentence, task),
    ]
}

fn proposal(passage: &str, statement: &str) -> Value {
    json!({ "passage": passage, "statement": statement, "type": "Core" })
}
