//! What the numbers of an estimate rest on: what a call takes, learned from earlier runs or else assumed.
//!
//! The assumptions, low, expected, high, for a model that no earlier run has asked:
//!
//! - **Input**: a token for 6, 4, 2.5 bytes of the request body. Tokenizers of today make of English prose a token for 4
//!   to 5 bytes, newer ones of Anthropic about a third more tokens of the same text; a body holds some punctuation and
//!   escapes that no model reads; text in other scripts takes more tokens a byte. Providers put up to some hundred tokens
//!   of their own around a message and a schema: 300 at the high end.
//! - **Output**: the reply's fields ([reply_bytes](crate::prompt::ReplySchema::reply_bytes)) at the same bytes a token, up to the rater's
//!   `max_tokens`. A model that thinks aloud before it answers is nearer the high end.
//! - **Repeats**: no question, one in 50, one in 5 takes a second answer that is paid for, every one where a usual reply
//!   at these bytes a token does not fit into `max_tokens` and is cut short. The second answer may have up to four times
//!   `max_tokens`, as a reply that was cut short is asked for again; the high end takes all of it.
//! - **A call** takes 1, 4, 20 seconds.

use super::experience::Learned;
use super::{Asked, Experience};
use crate::rater::Wire;
use crate::wire::RESEND;

const BYTES_PER_TOKEN: [f64; 3] = [6.0, 4.0, 2.5];
const OVERHEAD: [f64; 3] = [0.0, 0.0, 300.0];
const REPEATS: [f64; 3] = [1.0, 1.02, 1.2];
const SECONDS: [f64; 3] = [1.0, 4.0, 20.0];
/// From so many tokens on OpenAI's prompt cache holds a prefix, by itself.
const OPENAI_LEAST: f64 = 1024.0;

/// What a call takes: low, expected, high.
pub(super) struct Basis {
    pub tokens_per_byte: [f64; 3],
    /// Input tokens a call that no byte of the request accounts for.
    pub overhead: [f64; 3],
    /// Output tokens an answer.
    pub output: [f64; 3],
    /// Output tokens of a second answer to a question.
    pub again: [f64; 3],
    /// Answers that are paid for, a question.
    pub answers: [f64; 3],
    /// Requests, a question.
    pub attempts: [f64; 3],
    /// Seconds a call.
    pub seconds: [f64; 3],
    /// Shares of the input tokens that were written to the provider's prompt cache, and read from it.
    pub mix: (f64, f64),
    /// The same in words.
    pub words: Vec<String>,
}

/// What a provider's prompt cache can hold of the input.
pub(super) struct Cacheable {
    /// Share of the input tokens.
    pub share: f64,
    /// How many times the low number of tokens there must be for the prefix to be long enough.
    pub scale: f64,
}

impl Basis {
    pub fn new(asked: &Asked<'_>, experience: &Experience) -> Self {
        let (least, usual) = asked.schema.reply_bytes();
        let most = f64::from(asked.llm.max_tokens);
        let larger = most * f64::from(RESEND);
        // A usual reply that does not fit is cut short and asked for again.
        let repeats = [0, 1, 2].map(|at| match at > 0 && usual / BYTES_PER_TOKEN[at] > most {
            true => REPEATS[at].max(2.0),
            false => REPEATS[at],
        });
        let mut basis = Self {
            tokens_per_byte: BYTES_PER_TOKEN.map(|bytes| 1.0 / bytes),
            overhead: OVERHEAD,
            output: [
                (least / BYTES_PER_TOKEN[0]).min(most),
                (usual / BYTES_PER_TOKEN[1]).min(most),
                most,
            ],
            again: [
                (least / BYTES_PER_TOKEN[0]).min(most),
                (usual / BYTES_PER_TOKEN[1]).min(larger),
                larger,
            ],
            answers: repeats,
            attempts: repeats,
            seconds: SECONDS,
            mix: (0.0, 0.0),
            words: Vec::new(),
        };
        let learned = experience.learned();
        basis.take_input(&learned);
        basis.take_output(&learned);
        basis.take_calls(&learned);
        basis.say_cache(asked);
        basis
    }

    fn take_input(&mut self, learned: &Learned) {
        let words = match &learned.input {
            Some(input) => {
                self.tokens_per_byte = input.tokens_per_byte;
                self.overhead = [0.0; 3];
                self.mix = input.mix;
                let [few, usual, many] = input.tokens_per_byte.map(|tokens| 1.0 / tokens);
                format!(
                    "input: a token for {usual:.2} bytes of the request ({few:.2} to {many:.2}), learned from {} answers",
                    input.answers
                )
            }
            None => {
                let [few, usual, many] = BYTES_PER_TOKEN;
                format!(
                    "input: assumed, a token for {usual} bytes of the request ({few} to {many}) and at most {} tokens a call \
                     that the provider adds",
                    OVERHEAD[2]
                )
            }
        };
        self.words.push(words);
    }

    fn take_output(&mut self, learned: &Learned) {
        let how = match &learned.output {
            Some(output) => {
                self.output = output.tokens;
                // Second answers are among those that were seen.
                self.again = output.tokens;
                format!("learned from {} answers", output.answers)
            }
            None => format!(
                "assumed from the fields of the reply, up to max_tokens; up to {:.0} where one is cut short and asked for again",
                self.again[2]
            ),
        };
        let [low, usual, high] = self.output;
        self.words.push(format!(
            "output: {usual:.0} tokens an answer ({low:.0} to {high:.0}), {how}"
        ));
    }

    fn take_calls(&mut self, learned: &Learned) {
        let how = match &learned.calls {
            Some(calls) => {
                self.answers = calls.answers;
                self.attempts = calls.attempts;
                self.seconds = calls.seconds;
                format!("learned from {} attempts", calls.count)
            }
            None => "assumed".to_owned(),
        };
        self.words.push(format!(
            "repeats: {:.2} paid answers a question (1 to {:.2}), {:.2} attempts (1 to {:.2}), {how}",
            self.answers[1], self.answers[2], self.attempts[1], self.attempts[2]
        ));
        if let Some(calls) = learned.calls.as_ref().filter(|calls| calls.unknown > 0) {
            self.words.push(format!(
                "{} of those {} attempts may have been charged without saying how much: that is in no number here",
                calls.unknown, calls.count
            ));
        }
    }

    fn say_cache(&mut self, asked: &Asked<'_>) {
        let (written, read) = self.mix;
        let expected = match written + read > 0.0 {
            true => format!(
                "as learned, {:.0} % of the input read from it and {:.0} % written to it",
                read * 100.0,
                written * 100.0
            ),
            false => "not used".to_owned(),
        };
        self.words.push(match self.cacheable(asked) {
            Some(cached) => format!(
                "prompt cache: {expected}; low reads {:.0} % of the input from it, high reads nothing",
                cached.share * 100.0
            ),
            None => "prompt cache: not used, the part that all requests share is too short for it".to_owned(),
        });
    }

    /// What the provider's prompt cache can hold, if there could be tokens enough. Anthropic caches the marked prefix;
    /// OpenAI any repeated beginning, up to the whole of a question that is asked twice.
    pub fn cacheable(&self, asked: &Asked<'_>) -> Option<Cacheable> {
        let body = asked.load.bytes as f64 / (asked.load.questions.max(1) as f64);
        let prefix = asked.size.prefix as f64;
        let (least, bytes) = match asked.llm.wire {
            Wire::OpenAi => (OPENAI_LEAST, body),
            Wire::Anthropic => match asked.llm.traffic.prompt_cache_tokens {
                0 => return None,
                least => (f64::from(least), prefix.min(body)),
            },
        };
        if body == 0.0 {
            return None;
        }
        let [few, _, many] = self.tokens_per_byte;
        // What it was seen to hold it can hold, whatever its least prefix is said to be.
        let seen = self.mix.0 + self.mix.1;
        let could = bytes * many >= least;
        (could || seen > 0.0).then(|| Cacheable {
            share: (bytes / body).max(seen).min(1.0),
            scale: match could {
                true => (least / (bytes * few)).max(1.0),
                false => 1.0,
            },
        })
    }
}
