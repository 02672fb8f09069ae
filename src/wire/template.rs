//! A rater's requests written once: from call to call only the turns and the limit on tokens change.

use super::{Ask, Turn, encode};
use crate::prompt::ReplySchema;
use crate::rater::Llm;

/// Stands for the turns while the rest is written; a control character is in no system text and no parameter.
const TURNS: &str = "\u{1}turns";
/// Stands for the limit.
const LIMIT: u32 = u32::MAX;

/// The bodies of a rater's requests: the same bytes as [`encode`] gives, without its work on what never changes.
#[derive(Debug, Clone)]
pub struct Template<'a> {
    llm: &'a Llm,
    system: &'a str,
    schema: &'a ReplySchema,
    /// What stands before, between and behind the two holes, and whether the hole of the turns is the first; `None`
    /// where a rater's own parameters take the place of one of them.
    parts: Option<([String; 3], bool)>,
}

impl<'a> Template<'a> {
    /// Writes what is the same for every request of this rater with this prompt.
    #[must_use]
    pub fn new(llm: &'a Llm, system: &'a str, schema: &'a ReplySchema) -> Self {
        let turn = Turn::User(TURNS.to_owned());
        let ask = Ask {
            system,
            turns: std::slice::from_ref(&turn),
            schema,
            max_tokens: LIMIT,
        };
        let text = encode(llm, &ask).to_string();
        let parts = parts(&text, &turn.json().to_string(), &LIMIT.to_string());
        Self {
            llm,
            system,
            schema,
            parts,
        }
    }

    /// The body of a request with these turns.
    #[must_use]
    pub fn body(&self, turns: &[Turn], max_tokens: u32) -> String {
        let Some(([head, between, tail], turns_first)) = &self.parts else {
            let ask = Ask {
                system: self.system,
                turns,
                schema: self.schema,
                max_tokens,
            };
            return encode(self.llm, &ask).to_string();
        };
        let turns: Vec<String> = turns.iter().map(|turn| turn.json().to_string()).collect();
        let (turns, limit) = (turns.join(","), max_tokens.to_string());
        let [first, second] = match turns_first {
            true => [turns, limit],
            false => [limit, turns],
        };
        [head, &first, between, &second, tail]
            .map(String::as_str)
            .concat()
    }
}

/// Cuts the text at its two holes, each of which must be there exactly once.
fn parts(text: &str, turns: &str, limit: &str) -> Option<([String; 3], bool)> {
    let only = |hole: &str| {
        let mut found = text.match_indices(hole).map(|(at, _)| at);
        let at = found.next()?;
        found.next().is_none().then_some(at..at + hole.len())
    };
    let (turns, limit) = (only(turns)?, only(limit)?);
    let turns_first = turns.start < limit.start;
    let (first, second) = if turns_first {
        (turns, limit)
    } else {
        (limit, turns)
    };
    let parts = [
        &text[..first.start],
        &text[first.end..second.start],
        &text[second.end..],
    ];
    Some((parts.map(str::to_owned), turns_first))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prompt::Prompt;
    use crate::rater::{Structured, Wire};
    use crate::wire::fixtures::llm;
    use std::collections::BTreeMap;

    #[test]
    fn a_template_writes_what_encode_writes() {
        let prompt = Prompt::built_in("impact").unwrap();
        let turns = [
            Turn::User("Q \"1\"\n4294967295".into()),
            Turn::Assistant("no".into()),
            Turn::User(TURNS.into()),
        ];
        for wire in [Wire::OpenAi, Wire::Anthropic] {
            for structured in [Structured::Schema, Structured::Json, Structured::None] {
                for own in [
                    ("temperature", 0.5),
                    ("max_tokens", 7.0),
                    ("n", 4_294_967_295.0),
                ] {
                    let mut llm = Llm {
                        parameters: BTreeMap::from([(own.0.into(), serde_json::json!(own.1))]),
                        ..llm(wire, structured)
                    };
                    // Any prefix is long enough to be marked.
                    llm.traffic.prompt_cache_tokens = 1;
                    let template = Template::new(&llm, prompt.system(), prompt.schema());
                    for turns in [&turns[..1], &turns[..]] {
                        let ask = Ask {
                            system: prompt.system(),
                            turns,
                            schema: prompt.schema(),
                            max_tokens: 900,
                        };
                        let whole = encode(&llm, &ask).to_string();
                        assert_eq!(template.body(turns, 900), whole, "{own:?}");
                    }
                }
            }
        }
    }
}
