//! Agreement on exposure labels, in their three readings.

use super::{Pairs, pearson};
use crate::stats::exposure::{Exposure, Measure};

/// How far two raters agree in one reading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agree {
    /// Share of units with the same value.
    pub agreement: f64,
    /// Pearson's r; `None` where one of the two does not vary.
    pub pearson: Option<f64>,
}

/// Agreement on exposure labels, as in table 2 of Eloundou et al. Shares of agreement are high by chance alone where most
/// tasks have one label: show kappa or alpha beside them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExposureAgreement {
    /// Share of units with the same label.
    pub labels: f64,
    /// On α.
    pub alpha: Agree,
    /// On β.
    pub beta: Agree,
    /// On ζ.
    pub zeta: Agree,
    /// Units that both labelled.
    pub n: usize,
}

/// Agreement of two raters over the units that both labelled. `None` without such a unit.
pub fn exposure_agreement(
    labels: impl IntoIterator<Item = (Option<Exposure>, Option<Exposure>)>,
) -> Option<ExposureAgreement> {
    let both = labels.into_iter().filter_map(|(x, y)| Some((x?, y?)));
    let both: Vec<(Exposure, Exposure)> = both.collect();
    (!both.is_empty()).then_some(())?;
    let n = both.len() as f64;
    let on = |measure: Measure| {
        let values = both
            .iter()
            .map(|&(x, y)| (measure.value(x), measure.value(y)));
        let pairs = Pairs::of(values);
        let same = pairs.iter().filter(|(x, y)| x == y).count();
        Agree {
            agreement: same as f64 / n,
            pearson: pearson(&pairs, 0.95).map(|found| found.r),
        }
    };
    Some(ExposureAgreement {
        labels: both.iter().filter(|(x, y)| x == y).count() as f64 / n,
        alpha: on(Measure::Alpha),
        beta: on(Measure::Beta),
        zeta: on(Measure::Zeta),
        n: both.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_depends_on_the_reading() {
        let e = |label| Exposure::read(label);
        // E0/E0, E1/E2, and one that the second did not label.
        let rows = [(e("E0"), e("E0")), (e("E1"), e("E2")), (e("E1"), None)];
        let found = exposure_agreement(rows).unwrap();
        assert_eq!((found.labels, found.zeta.agreement, found.n), (0.5, 1.0, 2));
        assert_eq!((found.zeta.pearson, found.alpha.pearson), (Some(1.0), None));
        assert_eq!(exposure_agreement([]), None);
    }
}
