//! What a model proposes, read from its answer.

use super::text::tidy;
use crate::inventory::TaskType;
use crate::reply::{Verdict, climb};
use crate::wire::{Answer, Stop};
use serde_json::{Map, Value};

/// A task as a model proposes it. Its texts are on one line; nothing else of them is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The words of the source that it is said to rest on.
    pub passage: String,
    /// What is done.
    pub statement: String,
    /// Core or supplemental; unknown where the model says neither.
    pub kind: TaskType,
}

/// What one model answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    /// Its proposals in their order.
    pub proposals: Vec<Proposal>,
    /// What people in the occupation do; may be empty.
    pub description: String,
    /// Other titles that it found.
    pub alternate_titles: Vec<String>,
    /// Its words, where it refused.
    pub refusal: String,
}

/// Reads an answer: the stop reason first, then the text.
pub(super) fn read(answer: &Answer) -> Verdict<Reply> {
    match &answer.stop {
        Stop::Refusal(words) => Verdict::Refused(Box::new(Reply {
            refusal: tidy(words),
            ..Reply::default()
        })),
        Stop::Length => Verdict::Truncated,
        Stop::End => match climb(&answer.text, |object, _| fields(object)) {
            Ok(reply) => Verdict::Rated(Box::new(reply)),
            Err(reason) => Verdict::Invalid(reason),
        },
    }
}

/// A source may hold no task. A proposal without passage or statement is kept as it is and dropped later, with the reason;
/// where none has both, the reply is not what was asked for.
fn fields(object: &Map<String, Value>) -> Result<Reply, String> {
    let proposals = object.get("proposals").and_then(Value::as_array);
    let proposals = proposals.ok_or("the field 'proposals' is missing or no list")?;
    let proposals: Vec<Proposal> = proposals.iter().map(proposal).collect();
    let whole = |one: &Proposal| !one.passage.is_empty() && !one.statement.is_empty();
    if !proposals.is_empty() && !proposals.iter().any(whole) {
        return Err("'proposals' holds none with a passage and a statement".to_owned());
    }
    let titles = object.get("alternate_titles").and_then(Value::as_array);
    let titles = titles
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(tidy);
    Ok(Reply {
        proposals,
        description: string(object.get("description")),
        alternate_titles: titles.filter(|title| !title.is_empty()).collect(),
        refusal: String::new(),
    })
}

fn proposal(value: &Value) -> Proposal {
    let kind = match string(value.get("type")).to_lowercase().as_str() {
        "core" => TaskType::Core,
        "supplemental" => TaskType::Supplemental,
        _ => TaskType::Unknown,
    };
    Proposal {
        passage: string(value.get("passage")),
        statement: string(value.get("statement")),
        kind,
    }
}

fn string(value: Option<&Value>) -> String {
    value.and_then(Value::as_str).map(tidy).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Verdict<Reply> {
        read(&Answer {
            text: text.to_owned(),
            stop: Stop::End,
            model: String::new(),
            id: String::new(),
            usage: None,
        })
    }

    #[test]
    fn a_reply_is_read_with_or_without_a_fence_and_its_texts_are_tidy() {
        let text = r#"{"proposals":[{"passage":"Bake\n bread","statement":"Bake \u001b[2Jbread.","type":"core"},7,
            {"statement":"Sweep.","type":"often"}],"description":" One. ","alternate_titles":["A"," ",3],"more":1}"#;
        let expected = Reply {
            proposals: vec![
                Proposal {
                    passage: "Bake bread".into(),
                    statement: "Bake [2Jbread.".into(),
                    kind: TaskType::Core,
                },
                Proposal {
                    passage: String::new(),
                    statement: String::new(),
                    kind: TaskType::Unknown,
                },
                Proposal {
                    passage: String::new(),
                    statement: "Sweep.".into(),
                    kind: TaskType::Unknown,
                },
            ],
            description: "One.".into(),
            alternate_titles: vec!["A".into()],
            refusal: String::new(),
        };
        for text in [
            text.to_owned(),
            format!("```json\n{text}\n```"),
            format!("Here: {text} Fine?"),
        ] {
            assert_eq!(
                said(&text),
                Verdict::Rated(Box::new(expected.clone())),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_draft_is_said() {
        let cases = [
            ("", "it is empty"),
            ("No.", "it is not a JSON object"),
            (
                "{\"proposals\": 3}",
                "the field 'proposals' is missing or no list",
            ),
            (
                "{\"proposals\": [{\"statement\": \"Bake.\"}]}",
                "'proposals' holds none with a passage and a statement",
            ),
        ];
        for (text, reason) in cases {
            assert_eq!(said(text), Verdict::Invalid(reason.to_owned()), "{text}");
        }
    }
}
