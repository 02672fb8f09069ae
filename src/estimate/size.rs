//! Sizes of requests in bytes, exactly.

use crate::prompt::ReplySchema;
use crate::rater::{Llm, Structured};
use crate::wire::{Ask, Turn, encode, system_text};

/// How large the requests of a rater are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestSize {
    /// Bytes of the body without the question.
    constant: u64,
    /// Bytes of what is the same in every request of the run and stands before the question.
    pub(super) prefix: u64,
}

impl RequestSize {
    /// Measures the part of a request that is the same for every question.
    #[must_use]
    pub fn new(llm: &Llm, system: &str, schema: &ReplySchema) -> Self {
        let body = encode(
            llm,
            &Ask {
                system,
                turns: &[Turn::User(String::new())],
                schema,
                max_tokens: llm.max_tokens,
            },
        );
        let told = match llm.structured {
            Structured::Schema => schema.text().len(),
            Structured::Json | Structured::None => 0,
        };
        let prefix = system_text(llm.structured, system, schema).len() + told;
        Self {
            constant: body.to_string().len() as u64,
            prefix: prefix as u64,
        }
    }

    /// Bytes of the body that asks this question.
    #[must_use]
    pub fn of(&self, question: &str) -> u64 {
        self.constant + json_length(question)
    }
}

/// Bytes that a text takes inside a JSON string.
fn json_length(text: &str) -> u64 {
    let byte = |byte: u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..=0x1f => 6,
        _ => 1,
    };
    text.bytes().map(byte).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::tests::llm;
    use crate::prompt::Prompt;
    use crate::rater::Wire;

    #[test]
    fn the_size_of_a_request_is_that_of_its_body() {
        let prompt = Prompt::built_in("impact").unwrap();
        for wire in [Wire::OpenAi, Wire::Anthropic] {
            let llm = llm(wire);
            let size = RequestSize::new(&llm, prompt.system(), prompt.schema());
            for question in [
                "",
                "plain",
                "zwei\nZeilen \"äöü\" 日本 \u{1}\u{7f}\u{8} \\ \t",
            ] {
                let ask = Ask {
                    system: prompt.system(),
                    turns: &[Turn::User(question.to_owned())],
                    schema: prompt.schema(),
                    max_tokens: llm.max_tokens,
                };
                let body = serde_json::to_vec(&encode(&llm, &ask)).unwrap();
                assert_eq!(size.of(question), body.len() as u64, "{question:?}");
            }
        }
    }
}
