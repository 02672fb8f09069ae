//! Numbers and names of a comparison as tables print them.

use super::difference::Difference;
use crate::eval::card::Cost;
use crate::eval::columns::columns;
use crate::eval::metric::Metric;
use crate::eval::words::Style;

pub(in crate::eval) use crate::eval::words::dollars;

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
    of.metric.distance(&of.name())
}

/// What is compared.
pub(in crate::eval) fn judges(of: &Difference) -> String {
    match of.new_judge == of.old_judge {
        true => of.new_judge.clone(),
        false => format!("{} against {}", of.new_judge, of.old_judge),
    }
}

pub(in crate::eval) fn tokens(cost: Option<&Cost>) -> String {
    cost.map_or_else(
        || "–".to_owned(),
        |cost| match cost.input_tokens.zip(cost.output_tokens) {
            Some((sent, received)) => format!("{sent} + {received}"),
            None => "unknown".to_owned(),
        },
    )
}

/// Text of others on one line, without characters that move a cursor or turn a line around, and not longer than this.
pub(in crate::eval) fn one_line(text: &str, most: usize) -> String {
    let clean = crate::clean(text);
    let words: Vec<&str> = clean.split_whitespace().collect();
    crate::shortened(&words.join(" "), most).into_owned()
}

/// Columns of text, all set left.
pub(in crate::eval) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let header: Vec<String> = header.iter().map(|&name| name.to_owned()).collect();
    let left = header.len();
    columns(&[vec![header], rows.to_vec()].concat(), left)
}
