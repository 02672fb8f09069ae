//! Means, variances and quantiles.

use super::Interval;
use super::dist::tail;

/// The mean; `None` of nothing, and where a value is not finite.
pub(crate) fn mean(values: &[f64]) -> Option<f64> {
    let sum: f64 = values.iter().sum();
    (!values.is_empty() && sum.is_finite()).then(|| sum / values.len() as f64)
}

/// The sum of squared deviations from the mean over n − `ddof`.
pub(crate) fn variance(values: &[f64], ddof: usize) -> Option<f64> {
    let centre = mean(values)?;
    let free = values.len().checked_sub(ddof).filter(|&free| free > 0)?;
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    Some(squares / free as f64)
}

/// The quantile of sorted values by linear interpolation (type 7 of Hyndman & Fan 1996).
pub(crate) fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = q.clamp(0.0, 1.0) * last as f64;
    let below = place.floor();
    let low = *sorted.get(below as usize)?;
    let high = *sorted.get(place.ceil() as usize)?;
    Some(low + (high - low) * (place - below))
}

/// What lies between two quantiles of sorted values.
pub(crate) fn between(sorted: &[f64], low: f64, high: f64) -> Option<Interval> {
    Some(Interval {
        low: quantile(sorted, low)?,
        high: quantile(sorted, high)?,
    })
}

/// The share `level` in the middle of sorted values.
pub(crate) fn percentile(sorted: &[f64], level: f64) -> Option<Interval> {
    let tail = tail(level)?;
    between(sorted, tail, 1.0 - tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let values = [1.0, 2.0, 3.0, 6.0];
        assert_eq!(mean(&values), Some(3.0));
        assert_eq!(variance(&values, 0), Some(3.5)); // (4 + 1 + 0 + 9) / 4
        assert_eq!(variance(&values[..1], 1), None);
        assert_eq!(mean(&[]), None);
        assert_eq!(mean(&[f64::NAN]), None);
        assert_eq!(quantile(&values, 0.5), Some(2.5));
        assert_eq!(quantile(&values, 0.75), Some(3.75)); // place 2.25
        assert_eq!(quantile(&[], 0.5), None);
        // Places 0.75 and 2.25.
        let (low, high) = (1.75, 3.75);
        assert_eq!(percentile(&values, 0.5), Some(Interval { low, high }));
        assert_eq!(percentile(&values, 1.0), None);
    }
}
