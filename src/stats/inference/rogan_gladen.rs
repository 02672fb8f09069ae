//! A share as a judge sees it, corrected for the judge's errors.

use crate::stats::Interval;
use crate::stats::dist::normal_critical;

/// A share with the number of units it was measured on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Accuracy {
    /// The share, 0–1.
    pub share: f64,
    /// Number of units.
    pub n: usize,
}

/// The corrected share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoganGladen {
    /// (p + specificity − 1)/(sensitivity + specificity − 1). Not cut to 0–1: outside, the calibration does not fit.
    pub theta: f64,
    /// Standard error by the delta method, with the uncertainty of all three shares.
    pub se: f64,
    /// θ ± z·se.
    pub interval: Interval,
    /// sensitivity + specificity − 1. Under .2 the correction is not to be used.
    pub informedness: f64,
}

/// Rogan & Gladen (1978): corrects the share `judged` by what the judge gets right among true positives (`sensitivity`) and
/// true negatives (`specificity`). It assumes that the judge errs as often here as where it was measured. `None` for a
/// judge no better than chance, no units, or shares outside 0–1.
pub fn rogan_gladen(
    judged: Accuracy,
    sensitivity: Accuracy,
    specificity: Accuracy,
    level: f64,
) -> Option<RoganGladen> {
    let informedness = sensitivity.share + specificity.share - 1.0;
    if informedness <= 0.0 || informedness.is_nan() {
        return None;
    }
    let theta = (judged.share + specificity.share - 1.0) / informedness;
    let variance = variance(judged)?
        + (1.0 - theta).powi(2) * variance(specificity)?
        + theta.powi(2) * variance(sensitivity)?;
    let se = variance.sqrt() / informedness;
    Some(RoganGladen {
        theta,
        se,
        interval: Interval::around(theta, normal_critical(level)? * se),
        informedness,
    })
}

fn variance(of: Accuracy) -> Option<f64> {
    let valid = of.n > 0 && (0.0..=1.0).contains(&of.share);
    valid.then(|| of.share * (1.0 - of.share) / of.n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_judge_is_believed() {
        let perfect = Accuracy { share: 1.0, n: 50 };
        let judged = Accuracy { share: 0.3, n: 100 };
        let found = rogan_gladen(judged, perfect, perfect, 0.95).unwrap();
        assert!((found.theta - 0.3).abs() < 1e-15);
        assert!((found.se - (0.21_f64 / 100.0).sqrt()).abs() < 1e-15);
        let coin = Accuracy { share: 0.5, n: 50 };
        assert_eq!(rogan_gladen(judged, coin, coin, 0.95), None);
        assert_eq!(
            rogan_gladen(Accuracy { share: 0.3, n: 0 }, perfect, perfect, 0.95),
            None
        );
    }
}
