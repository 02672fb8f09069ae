//! Intervals of a share: `hits` of `n`. `None` for n = 0, more hits than n, or a level outside 0–1.

use crate::stats::Interval;
use crate::stats::dist::{beta_quantile, normal_critical, tail};

/// The score interval (Wilson 1927): the one to print.
pub fn wilson(hits: u64, n: u64, level: f64) -> Option<Interval> {
    let (share, n) = share(hits, n)?;
    wilson_of(share, n, level)
}

/// The same of a share that rests on as much as so many independent units, which need not be a whole number. `None` for a share
/// outside 0–1 or no unit.
pub fn wilson_of(share: f64, n: f64, level: f64) -> Option<Interval> {
    ((0.0..=1.0).contains(&share) && n > 0.0).then_some(())?;
    let z = normal_critical(level)?;
    let scale = 1.0 + z * z / n;
    let centre = (share + z * z / (2.0 * n)) / scale;
    let half = z / scale * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    Some(within(Interval::around(centre, half)))
}

/// The Wald interval about (hits + z²/2)/(n + z²) (Agresti & Coull 1998).
pub fn agresti_coull(hits: u64, n: u64, level: f64) -> Option<Interval> {
    let (share, n) = share(hits, n)?;
    let z = normal_critical(level)?;
    let more = n + z * z;
    let centre = (share * n + z * z / 2.0) / more;
    let half = z * (centre * (1.0 - centre) / more).sqrt();
    Some(within(Interval::around(centre, half)))
}

/// The exact interval (Clopper & Pearson 1934), by quantiles of beta: never too short.
pub fn clopper_pearson(hits: u64, n: u64, level: f64) -> Option<Interval> {
    share(hits, n)?;
    let (tail, hits, misses) = (tail(level)?, hits as f64, (n - hits) as f64);
    Some(Interval {
        low: if hits > 0.0 {
            beta_quantile(tail, hits, misses + 1.0)?
        } else {
            0.0
        },
        high: if misses > 0.0 {
            beta_quantile(1.0 - tail, hits + 1.0, misses)?
        } else {
            1.0
        },
    })
}

/// Quantiles of the posterior under Jeffreys' prior Beta(½, ½).
pub fn jeffreys(hits: u64, n: u64, level: f64) -> Option<Interval> {
    share(hits, n)?;
    let (tail, a, b) = (tail(level)?, hits as f64 + 0.5, (n - hits) as f64 + 0.5);
    Some(Interval {
        low: beta_quantile(tail, a, b)?,
        high: beta_quantile(1.0 - tail, a, b)?,
    })
}

fn share(hits: u64, n: u64) -> Option<(f64, f64)> {
    (n > 0 && hits <= n).then(|| (hits as f64 / n as f64, n as f64))
}

fn within(interval: Interval) -> Interval {
    Interval {
        low: interval.low.max(0.0),
        high: interval.high.min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn no_hits_by_hand() {
        // Clopper–Pearson of 0 of n: 1 − (α/2)^(1/n).
        let exact = clopper_pearson(0, 12, 0.95).unwrap();
        assert_eq!(exact.low, 0.0);
        assert!((exact.high - (1.0 - 0.025_f64.powf(1.0 / 12.0))).abs() < 1e-12);
        assert_eq!(wilson(0, 0, 0.95), None);
        assert_eq!(jeffreys(3, 2, 0.95), None);
        assert_eq!(clopper_pearson(1, 2, 1.0), None);
    }

    proptest! {
        #[test]
        fn hits_and_misses_mirror(n in 1_u64..400, part in 0.0..=1.0_f64) {
            let hits = (part * n as f64) as u64;
            for interval in [wilson, agresti_coull, clopper_pearson, jeffreys] {
                let one = interval(hits, n, 0.9).unwrap();
                let other = interval(n - hits, n, 0.9).unwrap();
                prop_assert!((one.low - (1.0 - other.high)).abs() < 1e-9);
                prop_assert!(one.low >= 0.0 && one.high <= 1.0 && one.low < one.high);
            }
        }
    }
}
