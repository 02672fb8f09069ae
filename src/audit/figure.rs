//! A number of the audit, never without its n, and its interval or the reason why there is none.

use crate::ratings::round12;
use crate::stats::Interval;
use crate::stats::inference::proportion::wilson;
use serde::Serialize;

/// An estimate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Figure {
    /// The point estimate.
    pub point: f64,
    /// Lower end of the interval at the level of the audit.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Number of tasks (or questions, where that is said) that it rests on.
    pub n: usize,
    /// Why there is no interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_interval: Option<&'static str>,
}

/// Why most intervals are missing that are: no resample differs from another.
pub(super) const ALIKE: &str = "all alike";

impl Figure {
    /// A point with its interval, rounded to 12 decimals. `None` for a point that is no number.
    pub(crate) fn new(point: f64, interval: Option<Interval>, n: usize) -> Option<Self> {
        let known = interval.filter(|ends| ends.low.is_finite() && ends.high.is_finite());
        // An interval without width is no certainty: nothing that was resampled differs.
        let known = known.filter(|ends| ends.high - ends.low > 1e-12);
        point.is_finite().then(|| Self {
            point: round12(point),
            low: known.map(|ends| round12(ends.low)),
            high: known.map(|ends| round12(ends.high)),
            n,
            no_interval: known.is_none().then_some(ALIKE),
        })
    }

    /// `hits` of `n` with the interval of Wilson; `None` for none of none.
    pub(crate) fn share(hits: usize, n: usize, level: f64) -> Option<Self> {
        let interval = wilson(hits as u64, n as u64, level);
        Self::new(hits as f64 / n as f64, interval, n)
    }

    /// The same where there may be a better reason than that all are alike.
    pub(crate) fn or_since(self, why: Option<&'static str>) -> Self {
        Self {
            no_interval: self.no_interval.map(|alike| why.unwrap_or(alike)),
            ..self
        }
    }

    /// The same with both ends inside of these bounds.
    pub(crate) fn within(self, low: f64, high: f64) -> Self {
        Self {
            low: self.low.map(|end| end.clamp(low, high)),
            high: self.high.map(|end| end.clamp(low, high)),
            ..self
        }
    }

    /// The same through a function that rises.
    pub(crate) fn map(self, f: impl Fn(f64) -> f64) -> Self {
        Self {
            point: round12(f(self.point)),
            low: self.low.map(|end| round12(f(end))),
            high: self.high.map(|end| round12(f(end))),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_is_none_and_no_end_is_infinite() {
        assert_eq!(Figure::share(0, 0, 0.9), None);
        let some = Figure::share(1, 4, 0.9).unwrap();
        assert_eq!((some.point, some.n), (0.25, 4));
        assert!(some.low.unwrap() > 0.0 && some.high.unwrap() < 1.0);
        let ends = Interval {
            low: f64::NEG_INFINITY,
            high: 1.0,
        };
        let point = Interval {
            low: 1.0,
            high: 1.0,
        };
        let alike = Figure::new(1.0, Some(point), 9).unwrap();
        assert_eq!((alike.high, alike.no_interval), (None, Some("all alike")));
        assert_eq!(alike.or_since(Some("one")).no_interval, Some("one"));
        assert_eq!(some.or_since(Some("one")).no_interval, None);
        let open = Figure::new(0.5, Some(ends), 2).unwrap();
        assert_eq!((open.low, open.no_interval), (None, Some(ALIKE)));
    }
}
