//! `--dry-run`: what the run would take. Nothing is sent, and no run, no reply and no note is written.

use super::ask::Asked;
use super::confirm::{Terms, asks_first};
use super::words::{about, count, dollars, duration, range};
use crate::asking::Asking;
use crate::error::{Error, Kind, Result};
use crate::estimate::{Cost, Estimate, Range};
use crate::rater::Nanodollars;
use crate::shell::table;
use crate::shell::terminal::{bold, faint};
use serde_json::json;

/// Prints the estimate, as a table or as JSON.
pub(in crate::shell::commands) fn show(
    asking: &Asking<'_>,
    asked: &Asked,
    estimate: &Estimate,
    terms: &Terms,
    about: (&str, usize),
    as_json: bool,
) -> Result<()> {
    let text = match as_json {
        true => json_text(asking, asked, estimate, terms, about)?,
        false => text(asking, estimate, terms, about),
    };
    table::print(&text)
}

fn text(
    asking: &Asking<'_>,
    estimate: &Estimate,
    terms: &Terms,
    (what, count): (&str, usize),
) -> String {
    let mut out = format!("{}\n", bold("Dry run: nothing is sent, no run is written."));
    if estimate.raters.is_empty() {
        out.push_str(&format!(
            "{count} {what}; the raters of this panel are computed: no call, no cost."
        ));
        return out;
    }
    out.push_str(&format!(
        "{count} {what}, {} hosted raters. Expected, and in brackets low–high:\n\n",
        estimate.raters.len()
    ));
    out.push_str(&rows(estimate));
    out.push_str(&format!("\n{}\n", bold("What this rests on")));
    for rater in estimate.raters.iter().filter(|rater| rater.questions > 0) {
        out.push_str(&format!("{}\n", rater.rater));
        let pace = format!("time: {}", rater.pace);
        for words in rater.assumptions.iter().chain([&pace]) {
            out.push_str(&format!("  {words}\n"));
        }
    }
    out.push_str(&faint(
        "Waits between attempts are in no time; retries of failed calls cost nothing.\n",
    ));
    for line in remarks(asking, estimate, terms) {
        out.push_str(&format!("{line}\n"));
    }
    out
}

fn rows(estimate: &Estimate) -> String {
    let row = |name: &str,
               [cached, new]: [u64; 2],
               [attempts, input, output]: [Range; 3],
               cost: Option<Cost>,
               seconds: Range| {
        vec![
            name.to_owned(),
            cached.to_string(),
            new.to_string(),
            range(attempts, count),
            range(input, count),
            range(output, count),
            cost_cell(cost),
            range(seconds, duration),
        ]
    };
    let mut rows: Vec<Vec<String>> = estimate
        .raters
        .iter()
        .map(|rater| {
            let tokens = [rater.attempts, rater.input_tokens, rater.output_tokens];
            let questions = [rater.cached, rater.questions];
            row(&rater.rater, questions, tokens, rater.cost, rater.seconds)
        })
        .collect();
    if rows.len() > 1 {
        let tokens = [
            estimate.attempts,
            estimate.input_tokens,
            estimate.output_tokens,
        ];
        let questions = [estimate.cached, estimate.questions];
        rows.push(row(
            "all",
            questions,
            tokens,
            estimate.cost,
            estimate.seconds,
        ));
    }
    let header = [
        "rater",
        "cached",
        "new",
        "calls",
        "input tokens",
        "output tokens",
        "cost",
        "time",
    ];
    table::plain(&header, rows)
}

fn cost_cell(cost: Option<Cost>) -> String {
    let money = |nanos| about(Nanodollars(nanos));
    cost.map_or_else(|| "unknown".into(), |cost| range(cost.nanodollars, money))
}

/// What follows from the estimate: unknown prices, the limits given, the question before the run.
fn remarks(asking: &Asking<'_>, estimate: &Estimate, terms: &Terms) -> Vec<String> {
    let Terms {
        caps,
        above,
        unpriced_allowed,
    } = *terms;
    let mut lines = Vec::new();
    if !estimate.unpriced.is_empty() {
        lines.push(format!(
            "The price of {} is unknown, so the whole cost is; of the others: {}. A row in prices.toml or `price` in the \
             rater's row tells it.",
            estimate.unpriced.join(", "),
            cost_cell(Some(estimate.known_cost)),
        ));
    }
    if let Some(cap) = caps.money {
        let verdict = match estimate.unpriced.is_empty() || unpriced_allowed {
            true => against(estimate.known_cost.nanodollars, cap.0),
            false => "the run would be refused while a price is unknown (--allow-unknown-price)",
        };
        lines.push(format!("--max-usd {}: {verdict}", dollars(cap)));
    }
    if let Some(cap) = caps.calls {
        lines.push(format!(
            "--max-calls {cap}: {}",
            against(estimate.attempts, cap)
        ));
    }
    if asks_first(asking, estimate, terms) {
        lines.push(format!(
            "The run asks before it begins: it may cost more than {} (confirm_above in taskrater.toml). --yes answers.",
            dollars(above)
        ));
    }
    lines
}

/// How a limit stands to the range.
fn against(range: Range, cap: u64) -> &'static str {
    match range {
        Range { high, .. } if cap >= high => "enough",
        Range { expected, .. } if cap >= expected => {
            "enough for what is expected, not for the high end"
        }
        Range { low, .. } if cap >= low => "less than expected: the run would probably stop early",
        _ => "too little: the run would stop early, and the same command go on later",
    }
}

fn json_text(
    asking: &Asking<'_>,
    asked: &Asked,
    estimate: &Estimate,
    terms: &Terms,
    (what, count): (&str, usize),
) -> Result<String> {
    let caps = terms.caps;
    let carried = asked.raters.values().map(|tally| tally.carried);
    let encode =
        |error| Error::new(Kind::Internal, "the estimate cannot be encoded").because(error);
    let value = json!({
        what: count,
        "carried": carried.sum::<u64>(),
        "estimate": serde_json::to_value(estimate).map_err(encode)?,
        "raters": serde_json::to_value(&estimate.raters).map_err(encode)?,
        "max_usd": caps.money.map(Nanodollars::dollars),
        "max_calls": caps.calls,
        "confirm_above": terms.above.dollars(),
        "asks_first": asks_first(asking, estimate, terms),
    });
    Ok(format!("{value:#}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_measured_against_the_range() {
        let range = Range {
            low: 10,
            expected: 20,
            high: 30,
        };
        let verdicts = [30, 20, 10, 9].map(|cap| against(range, cap));
        let begins = ["enough", "enough for what", "less than", "too little"];
        for (verdict, begin) in verdicts.iter().zip(begins) {
            assert!(verdict.starts_with(begin), "{verdict}");
        }
    }
}
