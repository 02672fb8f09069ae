//! Amounts as people read them.

use crate::estimate::Range;
use crate::rater::Nanodollars;

/// Dollars, with as many digits as mean something.
pub(in crate::shell::commands) fn dollars(amount: Nanodollars) -> String {
    match amount.dollars() {
        dollars if dollars >= 0.095 || amount == Nanodollars(0) => format!("${dollars:.2}"),
        dollars => format!("${dollars:.4}"),
    }
}

/// The same, where cents no longer matter.
pub(in crate::shell::commands) fn about(amount: Nanodollars) -> String {
    match amount.dollars() {
        whole if whole >= 99.5 => format!("${whole:.0}"),
        _ => dollars(amount),
    }
}

/// A count in three or four digits.
pub(in crate::shell::commands) fn count(n: u64) -> String {
    match n {
        0..10_000 => n.to_string(),
        10_000..1_000_000 => format!("{:.0}k", n as f64 / 1e3),
        1_000_000..10_000_000 => format!("{:.1}M", n as f64 / 1e6),
        _ => format!("{:.0}M", n as f64 / 1e6),
    }
}

/// A duration in its largest unit.
pub(in crate::shell::commands) fn duration(seconds: u64) -> String {
    match seconds {
        0..90 => format!("{seconds} s"),
        90..5_400 => format!("{:.0} min", seconds as f64 / 60.0),
        5_400..36_000 => format!("{:.1} h", seconds as f64 / 3600.0),
        36_000..172_800 => format!("{:.0} h", seconds as f64 / 3600.0),
        _ => format!("{:.1} days", seconds as f64 / 86_400.0),
    }
}

/// The expected number, and in brackets the ends.
pub(in crate::shell::commands) fn range(range: Range, show: impl Fn(u64) -> String) -> String {
    let Range {
        low,
        expected,
        high,
    } = range;
    match low == high {
        true => show(expected),
        false => format!("{} ({}–{})", show(expected), show(low), show(high)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_the_digits_that_mean_something() {
        let dollars = |nanos| dollars(Nanodollars(nanos));
        assert_eq!(dollars(0), "$0.00");
        assert_eq!(dollars(54_399_000), "$0.0544");
        assert_eq!(dollars(1_900_000_000), "$1.90");
        assert_eq!([500_000_000, 94_000_000].map(dollars), ["$0.50", "$0.0940"]);
        assert_eq!(
            [count(9_999), count(37_592), count(4_210_000)],
            ["9999", "38k", "4.2M"]
        );
        assert_eq!(
            [duration(89), duration(600), duration(7_200)],
            ["89 s", "10 min", "2.0 h"]
        );
        let some = Range {
            low: 1,
            expected: 2,
            high: 3,
        };
        assert_eq!(range(some, count), "2 (1–3)");
    }
}
