//! The question before a run that may cost much.

use super::words::{count, dollars, duration};
use crate::asking::Asking;
use crate::error::{Error, Kind, Result};
use crate::estimate::{Estimate, Range};
use crate::rater::{Nanodollars, Settings, address};
use crate::shell::cli::AskArgs;
use crate::shell::schedule::Caps;
use crate::shell::terminal::say;
use std::io::{BufRead, IsTerminal as _};

/// Above so many dollars a run asks, unless the project says otherwise.
const ABOVE: f64 = 5.0;

/// What was said beforehand about what the run may cost.
#[derive(Clone, Copy)]
pub(in crate::shell::commands) struct Terms {
    /// What it may spend at most.
    pub caps: Caps,
    /// Above this sum it asks first.
    pub above: Nanodollars,
    /// Raters of unknown price are asked knowingly.
    pub unpriced_allowed: bool,
}

impl Terms {
    pub fn new(args: &AskArgs, settings: &Settings) -> Self {
        let dollars = settings.confirm_above.unwrap_or(ABOVE);
        Self {
            caps: args.caps(),
            above: Nanodollars((dollars * 1e9).round() as u64),
            unpriced_allowed: args.allow_unknown_price,
        }
    }
}

/// Whether the run asks before its first call. What counts is the high end: a question too many costs a key press, a
/// bill that nobody expected costs more. `--max-usd` holds whatever happens, so with one that is no larger than the sum
/// there is nothing to ask. An unknown price could be any, except that of a server on this machine that takes no key: one
/// that takes a key may be a gateway, which passes calls on to those who send bills.
pub(in crate::shell::commands) fn asks_first(
    asking: &Asking<'_>,
    estimate: &Estimate,
    terms: &Terms,
) -> bool {
    if estimate.questions == 0 {
        return false;
    }
    let any_price = !terms.unpriced_allowed && !unpriced(asking, estimate).is_empty();
    most(estimate, terms) > terms.above.0 || any_price
}

/// The most that the raters of known price may cost: the high end, or what the limits given allow.
fn most(estimate: &Estimate, terms: &Terms) -> u64 {
    let high = estimate.known_cost.nanodollars.high;
    let raters = estimate.raters.iter();
    let dearest = raters.filter_map(|rater| rater.dearest_call).max();
    let calls = terms.caps.calls.zip(dearest);
    let calls = calls.map(|(calls, dearest)| dearest.0.saturating_mul(calls));
    let money = terms.caps.money.map(|cap| cap.0);
    [calls, money].into_iter().flatten().fold(high, u64::min)
}

/// Raters of unknown price that may send a bill.
fn unpriced<'a>(asking: &Asking<'a>, estimate: &Estimate) -> Vec<&'a str> {
    let raters = asking.panel.raters().iter();
    raters
        .filter(|rater| estimate.unpriced.contains(&rater.id))
        .filter(|rater| {
            rater
                .llm()
                .is_some_and(|llm| llm.key_env.is_some() || !address::is_loopback(&llm.base_url))
        })
        .map(|rater| rater.id.as_str())
        .collect()
}

/// Asks where it has to be asked; `yes` is the answer that was given beforehand.
///
/// # Errors
/// [`Kind::Setup`]: there is nobody to ask, or the answer is no. Nothing has been sent.
pub(in crate::shell::commands) fn confirm(
    asking: &Asking<'_>,
    estimate: &Estimate,
    terms: &Terms,
    yes: bool,
) -> Result<()> {
    if yes || !asks_first(asking, estimate, terms) {
        return Ok(());
    }
    let concern = concern(asking, estimate, terms);
    if !has_terminal() {
        let hint = match unpriced(asking, estimate).as_slice() {
            [] => {
                "--yes goes on, --max-usd sets a limit that the run keeps, --dry-run shows what it would take"
            }
            _ => {
                "--yes goes on; a price in its row or in prices.toml tells it, for a server that is free `price = { input = 0, output = 0 }`"
            }
        };
        let message = format!("{concern}, and there is no terminal to ask on");
        return Err(Error::new(Kind::Setup, message).hint(hint));
    }
    say!("{concern}.");
    for line in lines(estimate) {
        say!("  {line}");
    }
    {
        use std::io::Write as _;
        let mut err = anstream::stderr();
        let _ = write!(err, "Go on? [y/N] ").and_then(|()| err.flush());
    }
    if agrees(std::io::stdin().lock()) {
        return Ok(());
    }
    Err(
        Error::new(Kind::Setup, "the run was declined; nothing has been asked")
            .hint("--dry-run shows what it would take, --max-usd sets a limit that the run keeps"),
    )
}

/// What the user would be asked about where there is nobody to ask; `None` where there is somebody, or nothing to ask.
pub(super) fn unheard(asking: &Asking<'_>, estimate: &Estimate, terms: &Terms) -> Option<String> {
    let unheard = !has_terminal() && asks_first(asking, estimate, terms);
    unheard.then(|| concern(asking, estimate, terms))
}

fn has_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

fn concern(asking: &Asking<'_>, estimate: &Estimate, terms: &Terms) -> String {
    let high = most(estimate, terms);
    let expected = estimate.known_cost.nanodollars.expected.min(high);
    let money = |nanos| dollars(Nanodollars(nanos));
    let unpriced = unpriced(asking, estimate);
    if unpriced.is_empty() {
        return format!(
            "this run may cost more than {}: {} expected, up to {}",
            dollars(terms.above),
            money(expected),
            money(high)
        );
    }
    let rest = match high {
        0 => String::new(),
        high => format!(" beside up to {} for the others", money(high)),
    };
    format!(
        "this run may cost any sum: the price of {} is unknown{rest}",
        unpriced.join(", ")
    )
}

fn lines(estimate: &Estimate) -> Vec<String> {
    let asked = estimate.raters.iter().filter(|rater| rater.questions > 0);
    asked
        .map(|rater| {
            let money = |nanos| dollars(Nanodollars(nanos));
            let cost = rater.cost.map_or_else(
                || "cost unknown".to_owned(),
                |cost| {
                    let Range { low, high, .. } = cost.nanodollars;
                    format!("{} to {}", money(low), money(high))
                },
            );
            format!(
                "{}: {} questions, {cost}, about {}",
                rater.rater,
                count(rater.questions),
                duration(rater.seconds.expected)
            )
        })
        .collect()
}

/// Only a clear yes is one.
fn agrees(mut answer: impl BufRead) -> bool {
    let mut line = String::new();
    let read = answer.read_line(&mut line);
    read.is_ok() && matches!(line.trim().to_lowercase().as_str(), "y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clear_yes_is_one() {
        for yes in ["y\n", "Yes", " YES \n"] {
            assert!(agrees(yes.as_bytes()), "{yes:?}");
        }
        for no in ["", "\n", "n\n", "yeah\n", "\u{ff}y"] {
            assert!(!agrees(no.as_bytes()), "{no:?}");
        }
    }
}
