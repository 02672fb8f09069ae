//! How long a rater takes: the slowest of its limits, or of its calls side by side.

use super::basis::Basis;
use super::{Experience, Range, Tokens, known_limits};
use crate::rater::{Limits, Llm};

/// Calls side by side where nobody has said how many: few while no limit is known, else as many as the limits let through.
const SLOTS: usize = 8;
const PACED_SLOTS: usize = 256;

/// Wall time in seconds, and what it comes from.
pub(super) fn seconds(
    llm: &Llm,
    basis: &Basis,
    experience: &Experience,
    attempts: [f64; 3],
    tokens: &Tokens,
) -> (Range, String) {
    let known = known_limits(llm, experience);
    let slots = known.map_or(SLOTS, |_| PACED_SLOTS);
    let slots = llm.traffic.concurrency.unwrap_or(slots) as f64;
    let rounds = |at: usize| (attempts[at] / slots).max(attempts[at].min(1.0));
    let calls = [0, 1, 2].map(|at| rounds(at) * basis.seconds[at]);
    let mut slowest = (
        calls,
        format!("{slots} calls of {:.1} s at a time", basis.seconds[1]),
    );
    let limits = known.map(|(limits, _)| limits).unwrap_or_default();
    let Limits {
        requests,
        tokens: both,
        input_tokens,
        output_tokens,
    } = limits;
    let sums = [0, 1, 2].map(|at| tokens.input[at] + tokens.output[at]);
    let limited = [
        ("requests", requests, attempts),
        ("tokens", both, sums),
        ("input tokens", input_tokens, tokens.input),
        ("output tokens", output_tokens, tokens.output),
    ];
    for (name, limit, needed) in limited {
        let Some(limit) = limit else { continue };
        let seconds = needed.map(|needed| needed / limit as f64 * 60.0);
        let who = known.map_or("", |(_, who)| who);
        if seconds[1] > slowest.0[1] {
            slowest.1 = format!("{limit} {name} a minute ({who})");
        }
        slowest.0 = [0, 1, 2].map(|at| seconds[at].max(slowest.0[at]));
    }
    if known.is_none() {
        slowest.1.push_str("; no limit is known");
    }
    (Range::of(slowest.0), slowest.1)
}
