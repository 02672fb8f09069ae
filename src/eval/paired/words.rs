//! Numbers and names of a comparison as tables print them.

use super::difference::Difference;
use crate::eval::card::Cost;
use crate::eval::columns::columns;
use crate::eval::metric::Metric;

pub(in crate::eval) use crate::eval::words::dollars;

fn decimals(metric: Metric) -> usize {
    match metric {
        Metric::Mae | Metric::Bias => 2,
        _ => 3,
    }
}

/// A figure: points with two decimals, all else with three.
pub(in crate::eval) fn figure(metric: Metric, value: f64) -> String {
    let text = format!("{value:.*}", decimals(metric));
    unsigned_zero(&text).to_owned()
}

/// A difference, with its sign.
pub(in crate::eval) fn signed(metric: Metric, value: f64) -> String {
    let text = format!("{value:+.*}", decimals(metric));
    unsigned_zero(&text).to_owned()
}

/// −0.00 is 0.00.
fn unsigned_zero(text: &str) -> &str {
    match text.trim_start_matches(['-', '+']) {
        zero if zero.bytes().all(|c| c == b'0' || c == b'.') => zero,
        _ => text,
    }
}

/// `+0.050 [+0.010, +0.090]`, or the difference alone where it has no interval.
pub(in crate::eval) fn delta(of: &Difference) -> String {
    let Some(delta) = of.delta else {
        return "–".to_owned();
    };
    let delta = signed(of.metric, delta);
    match of.low.zip(of.high) {
        Some((low, high)) => format!("{delta} {}", interval(of.metric, low, high)),
        None => delta,
    }
}

pub(in crate::eval) fn interval(metric: Metric, low: f64, high: f64) -> String {
    format!("[{}, {}]", signed(metric, low), signed(metric, high))
}

/// A p-value.
pub(in crate::eval) fn p(p: Option<f64>) -> String {
    match p {
        None => "–".to_owned(),
        Some(p) if p < 0.001 => format!("{p:.4}"),
        Some(p) => format!("{p:.3}"),
    }
}

/// Before and after: `0.610 → 0.660`.
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
