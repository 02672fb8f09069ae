//! Figures as people read them.

use super::card::Number;
use super::metric::Metric;

/// Most decimals: cards hold no more.
const DECIMALS: usize = 12;

/// How figures are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// A share or a coefficient: `.61`, `−.04`, `1.02`.
    Plain,
    /// Points of 0–100: `12.3`, `−4.0`.
    Points,
}

impl Style {
    /// How a metric's figures are written.
    pub fn of(metric: Metric) -> Self {
        match metric {
            Metric::Mae | Metric::Bias => Self::Points,
            _ => Self::Plain,
        }
    }

    fn decimals(self) -> usize {
        match self {
            Self::Plain => 2,
            Self::Points => 1,
        }
    }

    /// A figure.
    pub fn write(self, value: f64) -> String {
        self.with(value, self.decimals())
    }

    /// A figure with as many decimals more as it takes to be seen on its side of each of these.
    pub fn beside(self, value: f64, of: &[f64]) -> String {
        let side = |value: f64, other: f64| value.partial_cmp(&other);
        let told = |decimals: &usize| {
            let shown = format!("{value:.decimals$}").parse().unwrap_or(value);
            of.iter()
                .all(|&other| side(shown, other) == side(value, other))
        };
        let decimals = (self.decimals()..DECIMALS)
            .find(told)
            .unwrap_or(self.decimals());
        self.with(value, decimals)
    }

    /// `.61 [.55, .67]`; the point alone where there is no interval. Where that excludes 0 no number of it is written as 0.
    pub fn interval(self, point: f64, ends: Option<(f64, f64)>) -> String {
        let Some((low, high)) = ends else {
            return self.write(point);
        };
        let off: &[f64] = if low > 0.0 || high < 0.0 { &[0.0] } else { &[] };
        let [point, low, high] = [point, low, high].map(|value| self.beside(value, off));
        format!("{point} [{low}, {high}]")
    }

    fn with(self, value: f64, decimals: usize) -> String {
        let text = format!("{:.decimals$}", value.abs());
        let zero = text.bytes().all(|c| c == b'0' || c == b'.');
        let text = match self {
            Self::Plain => text.strip_prefix('0').unwrap_or(&text),
            Self::Points => &text,
        };
        match value < 0.0 && !zero {
            true => format!("−{text}"),
            false => text.to_owned(),
        }
    }
}

/// A number with its interval, where it has one.
pub(super) fn interval(number: &Number, style: Style) -> String {
    style.interval(number.point, number.low.zip(number.high))
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

/// How often: never, once, twice, 3 times.
pub(super) fn times(n: usize) -> String {
    match n {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

/// `1 prompt`, `2 prompts`.
pub(super) fn counted(n: usize, what: &str) -> String {
    match n {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_words() {
        assert_eq!(
            [0, 1, 2, 3].map(times),
            ["never", "once", "twice", "3 times"]
        );
        assert_eq!([1, 2].map(|n| counted(n, "look")), ["1 look", "2 looks"]);
    }

    #[test]
    fn figures_are_short() {
        let texts = [0.614, -0.04, 1.02, -0.001, 0.999].map(|one| Style::Plain.write(one));
        assert_eq!(texts, [".61", "−.04", "1.02", ".00", "1.00"]);
        let texts = [12.34, -4.0, -0.01].map(|one| Style::Points.write(one));
        assert_eq!(texts, ["12.3", "−4.0", "0.0"]);
        assert_eq!(
            [0.0123, 0.0004].map(p_value),
            [" (p = .012)", " (p < .001)"]
        );
    }

    #[test]
    fn an_end_that_excludes_zero_is_not_written_as_zero() {
        let plain = |point, low, high| Style::Plain.interval(point, Some((low, high)));
        assert_eq!(plain(-0.11, -0.28, -0.0041), "−.11 [−.28, −.004]");
        assert_eq!(plain(-0.11, -0.28, 0.0041), "−.11 [−.28, .00]");
        // A figure stays on its side of a limit: .0204 is more than .02.
        assert_eq!(Style::Plain.beside(0.0204, &[0.02]), ".0204");
        assert_eq!(Style::Points.beside(17.5, &[17.0]), "17.5");
    }
}
