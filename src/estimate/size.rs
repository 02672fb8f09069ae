//! Sizes in bytes: of a request, exactly, and of a reply, as its fields let expect.

use crate::prompt::{Field, Prompt, ReplySchema};
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
    pub fn new(llm: &Llm, prompt: &Prompt) -> Self {
        let schema = prompt.schema();
        let body = encode(
            llm,
            &Ask {
                system: prompt.system(),
                turns: &[Turn::User(String::new())],
                schema,
                max_tokens: llm.max_tokens,
            },
        );
        let told = match llm.structured {
            Structured::Schema => schema.text().len(),
            Structured::Json | Structured::None => 0,
        };
        let prefix = system_text(llm, prompt.system(), schema).len() + told;
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

/// Bytes of a reply: the least that holds every field, and a usual one.
///
/// A rationale of one to three sentences has 60 to 600 bytes, mostly some 350; a list of at most five tools some 80.
/// Numbers and labels are a few bytes beside their names.
pub(super) fn reply_bytes(schema: &ReplySchema) -> (f64, f64) {
    let sizes = schema.fields().iter().map(|(name, field)| {
        let (least, usual) = match field {
            Field::Rationale => (60.0, 350.0),
            Field::Tools => (2.0, 80.0),
            Field::Confidence | Field::Dimension(_) => (1.0, 4.0),
        };
        // Quotes, colon and comma stand around every field.
        let around = name.len() as f64 + 4.0;
        (least + around, usual + around)
    });
    sizes.fold((2.0, 2.0), |sum, size| (sum.0 + size.0, sum.1 + size.1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::tests::llm;
    use crate::rater::Wire;

    #[test]
    fn the_size_of_a_request_is_that_of_its_body() {
        let prompt = Prompt::built_in("impact").unwrap();
        for wire in [Wire::OpenAi, Wire::Anthropic] {
            let llm = llm(wire);
            let size = RequestSize::new(&llm, &prompt);
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
