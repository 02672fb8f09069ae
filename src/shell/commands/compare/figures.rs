//! Numbers of a comparison as a person reads them.

use crate::compare::{ALPHA, Difference, FEWEST, Verdict};

/// What can be said, in words.
pub(super) fn verdict(of: &Difference) -> String {
    match (of.verdict, of.mde) {
        (Verdict::NotDetectable, Some(mde)) => {
            let why = above_mde(of).unwrap_or_else(|| format!("MDE = {mde:.1}"));
            format!("no detectable change ({why})")
        }
        (Verdict::TooFew, _) => format!("{} (fewer than {FEWEST})", of.verdict.name()),
        (verdict, _) => verdict.name().to_owned(),
    }
}

/// The same in the column `moved?` or `ratings moved?`.
pub(super) fn answer(of: &Difference) -> String {
    match (of.verdict, of.mde) {
        (Verdict::Moved, _) => "yes".to_owned(),
        (Verdict::NotDetectable, Some(mde)) => {
            let why = above_mde(of).unwrap_or_else(|| format!("MDE {mde:.1}"));
            format!("no ({why})")
        }
        (Verdict::NotDetectable, None) => "no".to_owned(),
        (Verdict::Unchanged, _) => "unchanged".to_owned(),
        (Verdict::TooFew, _) => "too few".to_owned(),
        (Verdict::ReconciledOtherwise, _) => of.verdict.name().to_owned(),
    }
}

/// Of a change that is as large as the MDE of one test, what kept it from being called one: its p among all that were tested.
fn above_mde(of: &Difference) -> Option<String> {
    let (change, mde) = of.mean.zip(of.mde)?;
    let p = of.adjusted_p.filter(|_| change.abs() >= mde)?;
    // With as many digits as show that it is too large.
    let mut digits = (2..6).map(|digits| format!("{p:.digits$}"));
    let text = digits.find(|text| text.parse().is_ok_and(|shown: f64| shown > ALPHA));
    let text = text.unwrap_or_else(|| p.to_string());
    Some(format!("adjusted p {}", text.trim_start_matches('0')))
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

/// A difference for tests, with an MDE of 1.9.
#[cfg(test)]
pub(super) fn made_up(mean: f64, adjusted_p: f64, verdict: Verdict) -> Difference {
    Difference {
        n: 8,
        occupations: 1,
        before: Some(50.0),
        after: Some(50.0 + mean),
        mean: Some(mean),
        low: Some(mean - 1.0),
        high: Some(mean + 1.0),
        interval: crate::compare::OVER_TASKS,
        p: Some(0.01),
        test: None,
        adjusted_p: Some(adjusted_p),
        verdict,
        mde: Some(1.9),
    }
}

#[cfg(test)]
mod tests {
    use super::made_up as of;
    use super::*;

    #[test]
    fn a_change_above_the_mde_is_answered_with_its_p() {
        let small = of(-1.2, 0.4, Verdict::NotDetectable);
        assert_eq!(answer(&small), "no (MDE 1.9)");
        assert_eq!(verdict(&small), "no detectable change (MDE = 1.9)");
        let large = of(-2.3, 0.081, Verdict::NotDetectable);
        assert_eq!(answer(&large), "no (adjusted p .08)");
        assert_eq!(verdict(&large), "no detectable change (adjusted p .08)");
        // Two digits would say .05, which is a change.
        let close = of(2.3, 0.0504, Verdict::NotDetectable);
        assert_eq!(answer(&close), "no (adjusted p .0504)");
        assert_eq!(answer(&of(2.3, 0.01, Verdict::Moved)), "yes");
        let otherwise = of(2.3, 0.01, Verdict::ReconciledOtherwise);
        assert_eq!(answer(&otherwise), "reconciled otherwise");
    }
}
