//! What a model wrote, read from its answer.

use crate::prose::sentences;
use crate::reply::{Verdict, climb};
use crate::wire::{Answer, Stop};
use serde_json::{Map, Value};

/// What a model answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The summary on one line; its words, where it refused.
    pub text: String,
    /// Sentences of it, counted before its lines were joined: an item of a list is one.
    pub sentences: usize,
}

impl Written {
    pub(super) fn new(words: &str) -> Self {
        let lines = words.replace(
            ['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'],
            "\n",
        );
        Self {
            text: tidy(words),
            sentences: sentences(&lines).count(),
        }
    }
}

/// Reads an answer: the stop reason first, then the text.
pub(super) fn read(answer: &Answer) -> Verdict<Written> {
    match &answer.stop {
        Stop::Refusal(words) => Verdict::Refused(Box::new(Written::new(words))),
        Stop::Length => Verdict::Truncated,
        Stop::End => match climb(&answer.text, |object, _| field(object)) {
            Ok(written) => Verdict::Rated(Box::new(written)),
            Err(reason) => Verdict::Invalid(reason),
        },
    }
}

fn field(object: &Map<String, Value>) -> Result<Written, String> {
    let text = object
        .get("summary")
        .and_then(Value::as_str)
        .map(Written::new);
    text.filter(|written| !written.text.is_empty())
        .ok_or_else(|| "the field 'summary' is missing or holds no text".to_owned())
}

/// On one line, without characters that nobody sees or that turn what is read around.
fn tidy(text: &str) -> String {
    let unseen = |c: char| matches!(c, '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let seen = text.chars().filter(|&c| !unseen(c));
    let spaced: String = seen.map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, stop: Stop) -> Verdict<Written> {
        read(&Answer {
            text: text.to_owned(),
            stop,
            model: String::new(),
            id: String::new(),
            usage: None,
        })
    }

    #[test]
    fn items_of_a_list_are_counted_before_they_are_joined() {
        let list = Written::new("- anna drafts\n- bert drafts\r\n- carl drafts\u{2028}• all sign");
        assert_eq!(list.sentences, 4);
        assert!(!list.text.contains('\n'));
    }

    #[test]
    fn a_summary_is_one_line() {
        let text = "```json\n{\"summary\": \" Both\\n say \\u202eE2.\\u001b[2J \"}\n```";
        let wanted = Written {
            text: "Both say E2. [2J".to_owned(),
            sentences: 1,
        };
        assert_eq!(said(text, Stop::End), Verdict::Rated(Box::new(wanted)));
        for none in [
            "",
            "{}",
            "{\"summary\": \" \"}",
            "{\"summary\": 3}",
            "Both say E2.",
        ] {
            assert!(
                matches!(said(none, Stop::End), Verdict::Invalid(_)),
                "{none}"
            );
        }
        assert_eq!(
            said("{\"summary\": \"Both", Stop::Length),
            Verdict::Truncated
        );
    }
}
