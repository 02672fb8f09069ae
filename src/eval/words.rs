//! Figures as people read them.

use super::card::Number;
use super::metric::Metric;

/// A share or a coefficient: `.61`, `−.04`, `1.02`.
pub(super) fn plain(value: f64) -> String {
    let text = format!("{:.2}", value.abs());
    let text = text.strip_prefix('0').unwrap_or(&text);
    signed(value, 0.005, text)
}

/// Points of 0–100: `12.3`, `−4.0`.
pub(super) fn points(value: f64) -> String {
    signed(value, 0.05, &format!("{:.1}", value.abs()))
}

fn signed(value: f64, least: f64, text: &str) -> String {
    match value <= -least {
        true => format!("−{text}"),
        false => text.to_owned(),
    }
}

/// How a metric's figures are written.
pub(super) fn of(metric: Metric) -> fn(f64) -> String {
    match metric {
        Metric::Mae | Metric::Bias => points,
        _ => plain,
    }
}

/// `.61 [.55, .67]`; the point alone where there is no interval.
pub(super) fn interval(number: &Number, write: fn(f64) -> String) -> String {
    match number.low.zip(number.high) {
        Some((low, high)) => format!("{} [{}, {}]", write(number.point), write(low), write(high)),
        None => write(number.point),
    }
}

/// A sum: small ones with as many decimals as they take to be seen.
pub(super) fn dollars(sum: Option<f64>) -> String {
    match sum {
        None => "unknown price".to_owned(),
        Some(sum) if sum == 0.0 || sum >= 0.01 => format!("${sum:.2}"),
        Some(sum) => format!("${sum:.6}"),
    }
}

/// ` (p = .012)`.
pub(super) fn p_value(p: f64) -> String {
    match p < 0.001 {
        true => " (p < .001)".to_owned(),
        false => format!(" (p = {})", format!("{p:.3}").trim_start_matches('0')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_short() {
        let texts = [0.614, -0.04, 1.02, -0.001, 0.999].map(plain);
        assert_eq!(texts, [".61", "−.04", "1.02", ".00", "1.00"]);
        assert_eq!([12.34, -4.0, -0.01].map(points), ["12.3", "−4.0", "0.0"]);
        assert_eq!(
            [0.0123, 0.0004].map(p_value),
            [" (p = .012)", " (p < .001)"]
        );
    }
}
