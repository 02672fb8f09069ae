//! Numbers of a comparison as a person reads them.

use crate::compare::{Difference, FEWEST, Verdict};

/// What can be said, in words.
pub(super) fn verdict(of: &Difference) -> String {
    match (of.verdict, of.mde) {
        (Verdict::NotDetectable, Some(mde)) => format!("no detectable change (MDE = {mde:.1})"),
        (Verdict::TooFew, _) => format!("{} (fewer than {FEWEST})", of.verdict.name()),
        (verdict, _) => verdict.name().to_owned(),
    }
}

/// The same in the column `moved?`.
pub(super) fn answer(of: &Difference) -> String {
    match (of.verdict, of.mde) {
        (Verdict::Moved, _) => "yes".to_owned(),
        (Verdict::NotDetectable, Some(mde)) => format!("no (MDE {mde:.1})"),
        (Verdict::NotDetectable, None) => "no".to_owned(),
        (Verdict::Unchanged, _) => "unchanged".to_owned(),
        (Verdict::TooFew, _) => "too few".to_owned(),
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
