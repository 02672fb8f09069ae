//! Numbers of a comparison as a person reads them.

use crate::compare::{Difference, Verdict};

/// What can be said, in words.
pub(super) fn verdict(of: &Difference) -> String {
    match (of.verdict, of.mde) {
        (Verdict::NotDetectable, Some(mde)) => {
            format!("no detectable change (MDE = {mde:.1})")
        }
        (Verdict::Unchanged, _) => "no task changed".to_owned(),
        (Verdict::NotTested | Verdict::NotDetectable, _) => {
            format!("{} ({})", of.verdict.name(), of.interval)
        }
        (Verdict::Moved, _) => of.verdict.name().to_owned(),
    }
}

/// The interval, where there is one.
pub(super) fn interval(of: &Difference) -> Option<String> {
    let (low, high) = of.low.zip(of.high)?;
    Some(format!("{} to {}", signed(Some(low)), signed(Some(high))))
}

/// Points of the score.
pub(super) fn points(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"))
}

/// With its sign, and 0 without one.
pub(super) fn signed(value: Option<f64>) -> String {
    let text = value.map_or_else(|| "–".to_owned(), |value| format!("{value:+.1}"));
    match text.as_str() {
        "-0.0" | "+0.0" => "0.0".to_owned(),
        _ => text,
    }
}
