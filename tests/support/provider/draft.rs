//! The text of a reply and why it stopped, before either wire wraps it.

use serde_json::Value;

use super::answer;
use super::ask::Ask;
use super::fault::Kind;
use super::recorded::Archive;

/// What the simulated model said.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The text, usually JSON.
    pub text: String,
    /// Why it ended.
    pub stop: Stop,
}

/// Why a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It was finished.
    End,
    /// It reached the limit of output tokens.
    Length,
    /// The model refused.
    Refusal,
    /// The vendor's filter stopped it.
    Filter,
}

/// What a refusing model says.
pub const REFUSAL: &str = "[simulated] I'm sorry, but I can't help with rating this task.";

/// Tokens in so many bytes: four bytes a token, rounded up.
pub fn tokens(bytes: usize) -> u64 {
    bytes.div_ceil(4) as u64
}

/// Writes one choice of a reply, with the faults that concern its text.
pub fn write(ask: &Ask, choice: u64, archive: Option<&Archive>, alterations: &[Kind]) -> Draft {
    let text = match answer::answer(ask, choice, archive, alterations) {
        Some(object) => Value::Object(object).to_string(),
        None => answer::prose(ask),
    };
    let mut draft = Draft {
        text,
        stop: Stop::End,
    };
    for kind in alterations {
        alter(&mut draft, kind);
    }
    // A limit that is too small cuts the reply with or without a fault.
    if let Some(limit) = ask
        .max_tokens
        .filter(|limit| tokens(draft.text.len()) > *limit)
    {
        draft.cut(
            usize::try_from(limit)
                .unwrap_or(usize::MAX)
                .saturating_mul(4),
        );
    }
    draft
}

impl Draft {
    fn cut(&mut self, bytes: usize) {
        self.text.truncate(self.text.floor_char_boundary(bytes));
        self.stop = Stop::Length;
    }

    fn end(&mut self, stop: Stop, text: &str) {
        *self = Self {
            text: text.to_owned(),
            stop,
        };
    }
}

fn alter(draft: &mut Draft, kind: &Kind) {
    match kind {
        Kind::EmptyContent => draft.text.clear(),
        Kind::Truncated | Kind::TruncatedBelow { .. } => draft.cut(draft.text.len() * 3 / 5),
        Kind::Refusal => draft.end(Stop::Refusal, REFUSAL),
        Kind::ContentFilter => draft.end(Stop::Filter, ""),
        Kind::Fenced => draft.text = format!("```json\n{}\n```", draft.text),
        Kind::Chatty => {
            let text = &draft.text;
            draft.text = format!("Sure! Here is my rating:\n\n{text}\n\nTell me if I can do more.");
        }
        // `=` for `:` and no closing brace: no reader of JSON, however lenient, should accept it.
        Kind::BadJson => draft.text = draft.text.replace("\":", "\"=").replace('}', ""),
        _ => {}
    }
}
