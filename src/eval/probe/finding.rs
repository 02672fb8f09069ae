//! What a probe says of a rater in a dimension, and the verdict over all of them.

use super::Kind;
use crate::eval::{ALPHA, POWER};
use crate::stats::dist::{chi_squared_quantile, f_quantile};
use crate::stats::inference::{Adjustment, adjust, power};
use serde::Serialize;
use std::collections::BTreeMap;

/// A question to the answers of a probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Test {
    /// Mean of own title − no title.
    Shift,
    /// Standard deviation between occupations of what the title does.
    Halo,
    /// How much of what a title does to its own occupation it does to another.
    Swap,
    /// Standard deviation of the answers to the same question.
    Noise,
    /// Change from round to round.
    Drift,
    /// Mean of the answers of now − the answer that was cached earlier.
    Since,
    /// Mean of high example − low example.
    Anchor,
    /// Change with every doubling of the words.
    Verbosity,
}

impl Test {
    /// The probe that it belongs to.
    #[must_use]
    pub fn kind(self) -> Kind {
        match self {
            Self::Shift | Self::Halo | Self::Swap => Kind::Title,
            Self::Noise | Self::Drift | Self::Since => Kind::Repeat,
            Self::Anchor => Kind::Anchor,
            Self::Verbosity => Kind::Verbosity,
        }
    }

    /// What its effect is, for people.
    #[must_use]
    pub fn about(self) -> &'static str {
        match self {
            Self::Shift => "own title − none, mean",
            Self::Halo => "what the title does, SD between occupations",
            Self::Swap => "share of it that a borrowed title brings",
            Self::Noise => "same question, SD of answers",
            Self::Drift => "change per round",
            Self::Since => "now − cached earlier, mean",
            Self::Anchor => "high example − low example, mean",
            Self::Verbosity => "change per doubling of the words",
        }
    }

    /// The unit of its effect.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Swap => "share",
            _ => "points",
        }
    }
}

/// What decides how large an effect must be to be found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Sensitivity {
    /// A mean or slope: its standard error and degrees of freedom.
    T { se: f64, df: f64 },
    /// A standard deviation between groups: the variance within, the typical size of a group, both degrees of freedom.
    Between {
        within: f64,
        size: f64,
        df: [f64; 2],
    },
    /// A standard deviation over a tolerance: its degrees of freedom.
    Over { tolerance: f64, df: f64 },
}

impl Sensitivity {
    /// The smallest effect that is found at this level with the power of [`POWER`].
    fn mde(self, alpha: f64) -> Option<f64> {
        match self {
            Self::T { se, df } => power::mde_t(se, df, alpha, POWER),
            // F·σ_w²/(σ_w² + n₀σ_b²) has the F distribution: its lower quantile reaches the critical value.
            Self::Between {
                within,
                size,
                df: [between, rest],
            } => {
                let critical = f_quantile(1.0 - alpha, between, rest)?;
                let ratio = critical / f_quantile(1.0 - POWER, between, rest)?;
                Some((within * (ratio - 1.0).max(0.0) / size).sqrt())
            }
            Self::Over { tolerance, df } => {
                let critical = chi_squared_quantile(1.0 - alpha, df)?;
                Some(tolerance * (critical / chi_squared_quantile(1.0 - POWER, df)?).sqrt())
            }
        }
    }
}

/// The answer to one question of a probe, for one rater and dimension.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The probe.
    pub probe: Kind,
    /// The question.
    pub test: Test,
    /// Id of the rater.
    pub rater: String,
    /// Id of the dimension.
    pub dimension: String,
    /// The estimate, in its [unit](Test::unit).
    pub effect: f64,
    /// Lower end of its 95 % interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// p of the test by itself.
    pub p: Option<f64>,
    /// The same adjusted for all tests of the call (Holm).
    pub p_holm: Option<f64>,
    /// The smallest effect that these tests would find in four of five such probes, at the level of the first step of Holm.
    pub mde: Option<f64>,
    /// Tasks that it rests on.
    pub n: usize,
    /// Occupations that those are from.
    pub occupations: usize,
    /// Whether the adjusted p is .05 or less, and for noise the interval above the [tolerance](super::tolerance).
    pub found: bool,
    /// Why there is no p, no interval or no MDE.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What else follows from the same answers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub also: BTreeMap<&'static str, f64>,
    /// The least p that the test can have, where patterns are counted.
    #[serde(skip)]
    pub(super) least_p: f64,
    #[serde(skip)]
    pub(super) sensitivity: Option<Sensitivity>,
    /// What the lower end of the interval has to be above, for a standard deviation.
    #[serde(skip)]
    pub(super) above: Option<f64>,
}

impl Finding {
    /// An estimate without a rater yet.
    pub(super) fn of(test: Test, effect: f64, (n, occupations): (usize, usize)) -> Self {
        Self {
            probe: test.kind(),
            test,
            rater: String::new(),
            dimension: String::new(),
            effect,
            low: None,
            high: None,
            p: None,
            p_holm: None,
            mde: None,
            n,
            occupations,
            found: false,
            note: None,
            also: BTreeMap::new(),
            least_p: 0.0,
            sensitivity: None,
            above: None,
        }
    }

    /// The same of a rater in a dimension.
    #[must_use]
    pub fn of_rater(mut self, rater: &str, dimension: &str) -> Self {
        rater.clone_into(&mut self.rater);
        dimension.clone_into(&mut self.dimension);
        self
    }
}

/// Adjusts the p-values of all findings of one call (Holm 1979), and says what is found at [`ALPHA`] and what could have been.
pub fn judge(findings: &mut [Finding]) {
    let p: Vec<Option<f64>> = findings.iter().map(|one| one.p).collect();
    let tests = p.iter().flatten().count();
    let adjusted = adjust(&p, Adjustment::Holm).unwrap_or_else(|| vec![None; p.len()]);
    let level = ALPHA / tests.max(1) as f64;
    for (one, adjusted) in findings.iter_mut().zip(adjusted) {
        one.p_holm = adjusted;
        let shown = one
            .above
            .is_none_or(|least| one.low.is_some_and(|low| low > least));
        one.found = shown && adjusted.is_some_and(|p| p <= ALPHA);
        if one.p.is_none() {
            continue;
        }
        // Holm's last step asks for no less than the level itself.
        if one.least_p > level {
            let note = format!(
                "{} occupations are too few for {tests} tests: p is {:.4} at least, and the first has to be at most {level:.4}",
                one.occupations, one.least_p
            );
            one.note.get_or_insert(note);
        } else {
            one.mde = one.sensitivity.and_then(|of| of.mde(level));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tested(p: f64) -> Finding {
        Finding {
            p: Some(p),
            sensitivity: Some(Sensitivity::T { se: 1.0, df: 1e6 }),
            ..Finding::of(Test::Anchor, 1.0, (60, 15))
        }
    }

    #[test]
    fn all_tests_of_a_call_are_adjusted_together() {
        let mut one = [tested(0.03)];
        judge(&mut one);
        assert!(one[0].found);
        // (1.95996 + 0.84162) · 1.
        assert!((one[0].mde.unwrap() - 2.8016).abs() < 1e-3);
        let mut two = [
            tested(0.03),
            tested(0.2),
            Finding::of(Test::Swap, 1.0, (60, 15)),
        ];
        judge(&mut two);
        // The smaller p counts twice; a test without a p counts for nothing.
        assert_eq!(two[0].p_holm, Some(0.06));
        assert!(!two[0].found && two[2].p_holm.is_none());
        // (2.24140 + 0.84162) · 1: the level of the first of two steps.
        assert!((two[0].mde.unwrap() - 3.0830).abs() < 1e-3);
    }

    #[test]
    fn a_deviation_is_found_where_it_is_above_its_tolerance() {
        let noisy = |low| Finding {
            low: Some(low),
            above: Some(10.0),
            ..tested(0.001)
        };
        let mut both = [noisy(10.5), noisy(9.5)];
        judge(&mut both);
        assert_eq!(both.map(|one| one.found), [true, false]);
    }

    #[test]
    fn deviations_that_would_be_found() {
        // χ²(120): 95 % 146.57, 20 % 106.81: 10·√(146.57/106.81).
        let over = Sensitivity::Over {
            tolerance: 10.0,
            df: 120.0,
        };
        assert!((over.mde(0.05).unwrap() - 11.715).abs() < 2e-2);
        let between = Sensitivity::Between {
            within: 16.0,
            size: 4.0,
            df: [14.0, 45.0],
        };
        let found = between.mde(0.05).unwrap();
        assert!(found > 2.0 && found < 4.0, "{found}");
    }
}
