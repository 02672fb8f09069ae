//! What a measurement prints: tables for people, or one JSON document.

use super::against::{CARD, diff};
use super::outcome::{Compared, Outcome};
use crate::error::{Error, Kind, Result};
use crate::eval::paired::text;
use crate::eval::{self, Card};
use crate::shell::cli::{EvalArgs, is_broken_pipe};
use crate::shell::table;
use crate::shell::terminal::{bold, clean, clean_lines, faint, green, red};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Changed answers that the terminal lists; `--json` has all of them.
const FLIPS: usize = 10;

/// Prints it.
///
/// # Errors
/// stdout cannot be written; a reader that went away is none.
pub(super) fn print(args: &EvalArgs, outcome: &Outcome) -> Result<()> {
    let shown = match args.ask.json {
        true => json(outcome)?,
        false => tables(outcome),
    };
    match table::print(&shown) {
        // The exit code still says what came of it.
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(()),
    }
}

fn tables(outcome: &Outcome) -> String {
    let mut out = headed(&eval::text(&outcome.new.card, outcome.tried));
    if let Some(one) = &outcome.compared {
        let _ = write!(out, "\n{}", headed(&text(&one.comparison, FLIPS)));
        prompts(&mut out, one, &outcome.new.card);
    }
    if let Some(between) = &outcome.between {
        let _ = write!(out, "\n{}", headed(&text(between, FLIPS)));
    }
    gate(&mut out, outcome);
    let card = outcome.new.folder.join(CARD);
    let _ = writeln!(
        out,
        "\n{}",
        faint(&clean(&format!("Card: {}", card.display())))
    );
    out
}

/// The text with its first line as a heading.
fn headed(text: &str) -> String {
    let text = clean_lines(text);
    let (head, rest) = text.split_once('\n').unwrap_or((&text, ""));
    format!("{}\n{rest}", bold(head))
}

/// What changed in the prompt.
fn prompts(out: &mut String, one: &Compared, new: &Card) {
    let Some(diff) = diff(&one.old, new) else {
        out.push_str("\nThe prompts are the same.\n");
        return;
    };
    let _ = writeln!(out, "\n{}", bold("What changed in the prompt"));
    for line in diff.lines() {
        let line = clean(line);
        let shown = match line.as_bytes().first() {
            Some(b'+') => green(&line),
            Some(b'-') => red(&line),
            Some(b'@') => faint(&line),
            _ => line,
        };
        let _ = writeln!(out, "{shown}");
    }
}

/// The verdict on each limit.
fn gate(out: &mut String, outcome: &Outcome) {
    let Some(gate) = &outcome.gate else { return };
    let verdict = match (outcome.undecided(), gate.passed) {
        (Some(words), _) => red(&words),
        (None, true) => green("passed"),
        (None, false) => red("failed"),
    };
    let _ = writeln!(out, "\n{} ({}): {verdict}", bold("Gate"), gate.mode.name());
    for check in &gate.checks {
        let (judge, passed) = (&check.judge, check.passed);
        // A figure that is on neither card is of nobody.
        let of = if judge.is_empty() {
            String::new()
        } else {
            format!(" of {judge}")
        };
        let sign = if passed { "passed" } else { "FAILED" };
        let most = check.most.map(|most| format!(", at most {most}"));
        let line = format!(
            "{sign}  {}{of}{}: {}",
            check.figure,
            most.unwrap_or_default(),
            check.why
        );
        let _ = writeln!(out, "{}", clean(&line));
    }
}

fn json(outcome: &Outcome) -> Result<String> {
    let new = &outcome.new;
    let compared = outcome.compared.as_ref();
    let value = json!({
        "card": head(&new.card)?,
        "run": new.run,
        "file": new.folder.join(CARD),
        "tried": outcome.tried.as_ref().map(encoded).transpose()?,
        "exit_code": outcome.ended.code,
        "against": compared.map(|one| head(&one.old)).transpose()?,
        "comparison": compared.map(|one| encoded(&one.comparison)).transpose()?,
        "prompt_diff": compared.and_then(|one| diff(&one.old, &new.card)),
        "between": outcome.between.as_ref().map(encoded).transpose()?,
        "gate_undecided": outcome.undecided(),
        "gate": outcome.gate.as_ref().map(encoded).transpose()?,
    });
    Ok(format!("{value:#}"))
}

/// A card without its answers, which are in its file.
fn head(card: &Card) -> Result<Value> {
    let mut bytes = Vec::new();
    card.write(&mut bytes)?;
    let read = serde_json::from_slice(&bytes);
    let mut card: Value = read.map_err(unencoded)?;
    if let Some(card) = card.as_object_mut() {
        card.shift_remove("answers");
    }
    Ok(card)
}

fn encoded(value: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(value).map_err(unencoded)
}

fn unencoded(error: serde_json::Error) -> Error {
    Error::new(Kind::Internal, "the measurement cannot be encoded").because(error)
}
