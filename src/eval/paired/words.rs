//! Numbers and names of a comparison as tables print them.

use super::difference::{Delta, Difference};
use crate::eval::card::Cost;
use crate::eval::metric::Metric;
use crate::eval::words::Style;

/// A figure, as on the card.
pub(in crate::eval) fn figure(metric: Metric, value: f64) -> String {
    Style::of(metric).write(value)
}

/// `−.05 [−.09, −.01]`, or the difference alone where it has no interval.
pub(in crate::eval) fn delta(of: &Difference) -> String {
    let ends = of.low.zip(of.high);
    of.delta.map_or_else(
        || "–".to_owned(),
        |delta| Style::of(of.metric).interval(delta, ends),
    )
}

/// A p-value, as on the card.
pub(in crate::eval) fn p(p: Option<f64>) -> String {
    match p {
        None => "–".to_owned(),
        Some(p) if p < 0.001 => "< .001".to_owned(),
        Some(p) => format!("{p:.3}").trim_start_matches('0').to_owned(),
    }
}

/// Before and after: `.61 → .66`.
pub(in crate::eval) fn both(of: &Difference) -> String {
    let one =
        |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| figure(of.metric, value));
    format!("{} → {}", one(of.old), one(of.new))
}

/// The figure's name, and what its difference is of where that is not the figure.
pub(in crate::eval) fn named(of: &Difference) -> String {
    match of.of {
        Delta::Figure => of.name(),
        Delta::FromZero => format!("|{}|", of.name()),
        Delta::FromOne => format!("|{} − 1|", of.name()),
    }
}

/// What is compared.
pub(in crate::eval) fn judges(of: &Difference) -> String {
    match of.new_judge == of.old_judge {
        true => of.new_judge.clone(),
        false => format!("{} against {}", of.new_judge, of.old_judge),
    }
}

pub(in crate::eval) fn dollars(dollars: Option<f64>) -> String {
    match dollars {
        None => "not known".to_owned(),
        Some(dollars) if dollars == 0.0 || dollars >= 0.01 => format!("${dollars:.2}"),
        Some(dollars) => format!("${dollars:.6}"),
    }
}

pub(in crate::eval) fn tokens(cost: Option<&Cost>) -> String {
    cost.map_or_else(
        || "–".to_owned(),
        |cost| format!("{} + {}", cost.input_tokens, cost.output_tokens),
    )
}

/// Text of others on one line, without characters that move a cursor or turn a line around, and not longer than this.
pub(in crate::eval) fn one_line(text: &str, most: usize) -> String {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    let clean: String = text
        .chars()
        .map(|c| if harmful(c) { ' ' } else { c })
        .collect();
    let words: Vec<&str> = clean.split_whitespace().collect();
    crate::shortened(&words.join(" "), most).into_owned()
}

/// Columns of text, two spaces between them; the last is not padded.
pub(in crate::eval) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widths = cells.map(|cell| cell.chars().count());
        widths
            .chain([header[column].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::from(" ");
        for (cell, width) in cells.zip(&widths) {
            let padding = width.saturating_sub(cell.chars().count());
            text.push(' ');
            text.push_str(cell);
            text.push_str(&" ".repeat(padding + 1));
        }
        format!("{}\n", text.trim_end())
    };
    let mut out = line(&mut header.iter().copied());
    for row in rows {
        out.push_str(&line(&mut row.iter().map(String::as_str)));
    }
    out
}
