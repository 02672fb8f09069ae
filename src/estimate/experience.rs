//! What earlier runs of the same model teach: their ledgers, line by line.

use crate::rater::{Limits, Usage};
use serde::Deserialize;

/// With fewer answers than this nothing is learned: the assumptions are wider, and right.
const ENOUGH: usize = 5;

/// A line of a ledger, as far as an estimate reads it.
#[derive(Debug, Clone, Deserialize)]
pub struct LedgerLine {
    /// Id of the rater in its run.
    pub rater: String,
    purpose: String,
    attempt: u32,
    /// Bytes of the request; older ledgers do not say.
    request_bytes: Option<u64>,
    milliseconds: u64,
    usage: Option<Usage>,
    cost_nanodollars: Option<u64>,
}

impl LedgerLine {
    /// Reads a line; `None` for one that is none, such as the torn last line of a killed run.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        serde_json::from_str(line).ok()
    }
}

/// What is known of one model from earlier runs.
#[derive(Debug, Clone, Default)]
pub struct Experience {
    /// Lines taken in, of whatever replies.
    lines: usize,
    /// Of replies of the same kind:
    attempts: usize,
    questions: usize,
    answers: usize,
    /// Attempts that may have been charged and say nothing.
    unknown: usize,
    milliseconds: u64,
    /// Tokens of input a byte of the request, an answer each.
    ratios: Vec<f64>,
    input: Usage,
    bytes: u64,
    /// Output tokens, an answer to the same reply schema each.
    outputs: Vec<f64>,
    /// Limits that a run learned, and its id.
    pub limits: Option<(Limits, String)>,
}

impl Experience {
    /// How many lines it rests on.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.lines
    }

    /// Takes a line in. Replies of another shape or made under other parameters (`same_reply` is false) tell how many
    /// bytes make a token, and nothing of how long replies are, how long they take and how many are asked for again.
    pub fn add(&mut self, line: &LedgerLine, same_reply: bool) {
        self.lines += 1;
        if same_reply {
            self.attempts += 1;
            self.questions += usize::from(line.purpose == "first" && line.attempt == 1);
        }
        let Some(usage) = line.usage else {
            self.unknown += usize::from(same_reply && line.cost_nanodollars.is_none());
            return;
        };
        if let Some(bytes) = line.request_bytes.filter(|&bytes| bytes > 0) {
            let tokens = usage.input + usage.cache_write + usage.cache_read;
            self.ratios.push(tokens as f64 / bytes as f64);
            self.input = self.input.plus(usage);
            self.bytes += bytes;
        }
        if same_reply {
            self.answers += 1;
            self.milliseconds += line.milliseconds;
            self.outputs.push(usage.output as f64);
        }
    }

    pub(super) fn learned(&self) -> Learned {
        Learned {
            input: self.input(),
            output: self.output(),
            calls: self.calls(),
        }
    }

    fn input(&self) -> Option<LearnedInput> {
        let Usage {
            input,
            cache_write,
            cache_read,
            ..
        } = self.input;
        let total = (input + cache_write + cache_read) as f64;
        if self.ratios.len() < ENOUGH || total == 0.0 {
            return None;
        }
        let answers = self.ratios.len();
        // Tokens a byte hardly vary; another inventory's words may move them a little.
        let (low, high) = ends(&self.ratios);
        Some(LearnedInput {
            answers,
            tokens_per_byte: [low * 0.95, total / self.bytes as f64, high * 1.05],
            mix: (cache_write as f64 / total, cache_read as f64 / total),
        })
    }

    fn output(&self) -> Option<LearnedOutput> {
        let answers = self.outputs.len();
        if answers < ENOUGH {
            return None;
        }
        let mean = self.outputs.iter().sum::<f64>() / answers as f64;
        let (low, high) = ends(&self.outputs);
        let margin = margin(answers);
        Some(LearnedOutput {
            answers,
            tokens: [low * (1.0 - margin), mean, high * (1.0 + margin)],
        })
    }

    fn calls(&self) -> Option<LearnedCalls> {
        if self.answers < ENOUGH || self.questions == 0 {
            return None;
        }
        let each = |count: usize| (count as f64 / self.questions as f64).max(1.0);
        // As bad as it was and half as bad again, and a little for what has not happened yet.
        let range = |each: f64| [1.0, each, 1.0 + (each - 1.0) * 1.5 + margin(self.questions)];
        let seconds = self.milliseconds as f64 / self.answers as f64 / 1000.0;
        Some(LearnedCalls {
            count: self.attempts,
            unknown: self.unknown,
            answers: range(each(self.answers)),
            attempts: range(each(self.attempts)),
            seconds: [seconds / 2.0, seconds, seconds * 2.0],
        })
    }
}

/// What is learned; `None` where there are too few answers.
pub(super) struct Learned {
    pub input: Option<LearnedInput>,
    pub output: Option<LearnedOutput>,
    pub calls: Option<LearnedCalls>,
}

pub(super) struct LearnedInput {
    pub answers: usize,
    pub tokens_per_byte: [f64; 3],
    /// Shares written to and read from the provider's prompt cache.
    pub mix: (f64, f64),
}

pub(super) struct LearnedOutput {
    pub answers: usize,
    pub tokens: [f64; 3],
}

pub(super) struct LearnedCalls {
    /// Attempts behind it.
    pub count: usize,
    pub unknown: usize,
    pub answers: [f64; 3],
    pub attempts: [f64; 3],
    pub seconds: [f64; 3],
}

/// What is put on top of what was seen: much after few answers (29 % after 5), little after many (7 % after 1,000).
fn margin(seen: usize) -> f64 {
    0.05 + 0.55 / (seen as f64).sqrt()
}

/// The 5th and the 95th percentile, nearest rank.
fn ends(values: &[f64]) -> (f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let rank = (share * sorted.len() as f64).ceil() as usize;
        sorted[rank.clamp(1, sorted.len()) - 1]
    };
    (at(0.05), at(0.95))
}
