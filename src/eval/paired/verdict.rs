//! Which differences are called better or worse, once all that was tested is counted.

use super::difference::{Difference, Verdict};
use crate::eval::metric::Primary;
use crate::eval::{ALPHA, POWER};
use crate::stats::inference::{Adjustment, adjust, t_critical_value};
use serde::Serialize;

/// A smaller standard error is rounding, and so is less than this beyond a limit.
pub(in crate::eval) const ROUNDING: f64 = 1e-9;

/// How many tests there were.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Families {
    /// Of declared figures of leading contests, adjusted by Holm.
    pub primary: usize,
    /// All others, adjusted by Benjamini and Hochberg.
    pub others: usize,
}

/// Marks the declared figures, adjusts both families, and says of each difference what can be said. The declared ones come
/// first, in the order in which they were declared.
pub(super) fn judge(differences: &mut [Difference], declared: &[Primary]) -> Families {
    let place = |one: &Difference| {
        let own =
            |primary: &Primary| primary.dimension == one.dimension && primary.metric == one.metric;
        declared.iter().position(own).filter(|_| one.leading)
    };
    for one in differences.iter_mut() {
        one.primary = place(one).is_some();
    }
    differences.sort_by_key(|one| place(one).unwrap_or(usize::MAX));
    let firsts = differences.iter().filter(|one| one.primary).count();
    let (primary, others) = differences.split_at_mut(firsts);
    let families = Families {
        primary: family(primary, Adjustment::Holm),
        others: family(others, Adjustment::BenjaminiHochberg),
    };
    // Holm and Benjamini–Hochberg ask the most of a p that is small alone: what is found there is found whatever the others show.
    let strictest = |tests: usize| ALPHA / tests.max(1) as f64;
    for one in differences {
        let tests = match one.primary {
            true => families.primary,
            false => families.others,
        };
        one.mde = mde(one, strictest(tests));
        one.verdict = verdict(one);
    }
    families
}

/// Adjusts the p-values of a family; the number of them.
fn family(of: &mut [Difference], how: Adjustment) -> usize {
    let p: Vec<Option<f64>> = of.iter().map(|one| one.p).collect();
    let adjusted = adjust(&p, how).unwrap_or_default();
    for (one, adjusted) in of.iter_mut().zip(adjusted) {
        one.adjusted_p = adjusted;
    }
    p.iter().flatten().count()
}

/// (t₁₋α/2 + t_power) · SE with G − 1 degrees of freedom; with a margin above t₁₋α/2 · SE, that takes its place.
fn mde(of: &Difference, alpha: f64) -> Option<f64> {
    let df = of.occupations.checked_sub(1)? as f64;
    let se = of.se.filter(|se| *se > ROUNDING && of.p.is_some())?;
    let needed = t_critical_value(1.0 - alpha, df)? * se;
    let reached = t_critical_value(2.0 * POWER - 1.0, df)? * se;
    Some(needed.max(of.margin.unwrap_or(0.0)) + reached)
}

fn verdict(of: &Difference) -> Verdict {
    let found = of.adjusted_p.is_some_and(|p| p <= ALPHA);
    let (Some(gain), Some([low, high])) = (of.gain(), of.gain_interval()) else {
        return Verdict::NoDetectable;
    };
    let large = gain.abs() >= of.margin.unwrap_or(0.0) - ROUNDING;
    match (found && large, low > 0.0, high < 0.0) {
        (true, true, _) => Verdict::Better,
        (true, _, true) => Verdict::Worse,
        _ => Verdict::NoDetectable,
    }
}
