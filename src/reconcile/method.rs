//! Which method makes the values of a dimension, and why.

use super::calibrated::{CALIBRATED_MEAN, PATTERN_TABLE, RIDGE_STACK};
use crate::rater::GoldKind;

/// How the value of a consensus is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// What is known decides: without gold the rater-centred mean; with it the calibrated mean below 30 gold tasks, from there
    /// on the ridge stack for scores, and for labels the pattern table or the stack, whichever leaves less error on gold tasks
    /// that it did not see.
    #[default]
    Auto,
    /// The rater-centred mean ([`centred()`](super::centred())); the plain mean when no cell is missing.
    Mean,
    /// The median of the raters' values; with an even number, the mean of the middle two.
    Median,
    /// The mean, moved to gold ([`calibrate_mean`](crate::stats::inference::calibrate_mean)).
    CalibratedMean,
    /// The same, leaning on the raters that gold speaks for ([`stack_ridge`](crate::stats::inference::stack_ridge)).
    RidgeStack,
    /// P(gold label | the raters' labels) ([`pattern_table`](crate::stats::inference::pattern_table)).
    PatternTable,
    /// A diagnostic for labels: a confusion matrix a rater by EM ([`dawid_skene`](crate::stats::aggregate::dawid_skene())).
    DawidSkene,
    /// A diagnostic for labels: one skill a rater ([`one_coin`](crate::stats::aggregate::one_coin)).
    OneCoin,
    /// A diagnostic for scores: random effects ([`random_effects_em`](crate::stats::aggregate::random_effects_em)).
    Em,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Auto,
        Self::Mean,
        Self::Median,
        Self::CalibratedMean,
        Self::RidgeStack,
        Self::PatternTable,
        Self::DawidSkene,
        Self::OneCoin,
        Self::Em,
    ];

    /// Its name on the command line and in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Mean => "mean",
            Self::Median => "median",
            Self::CalibratedMean => "calibrated-mean",
            Self::RidgeStack => "ridge-stack",
            Self::PatternTable => "pattern-table",
            Self::DawidSkene => "dawid-skene",
            Self::OneCoin => "one-coin",
            Self::Em => "em",
        }
    }

    /// The method of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// The rater whose ratings are trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gold {
    /// Its position among the raters of the run.
    pub rater: usize,
    /// Whose labels they are.
    pub kind: GoldKind,
}

/// Fewer gold tasks calibrate nothing.
pub(super) const LEAST_GOLD: usize = 2;
/// From here on the stack and the pattern table are fitted: below, they would learn noise.
pub(super) const FULL_FROM: usize = 30;
/// Dawid–Skene and one-coin mean nothing with fewer raters.
const LEAST_JUDGES: usize = 3;

/// The method that is used in a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chosen {
    Mean,
    Median,
    Calibrated(Calibrator),
    Diagnostic(Diagnosis),
}

/// A model of gold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Calibrator {
    Mean,
    Stack,
    Table,
    /// Stack or table: the one with the smaller error on gold tasks left out.
    Best,
}

impl Calibrator {
    /// Its name in files; what is fitted may be simpler.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Mean => CALIBRATED_MEAN,
            Self::Stack => RIDGE_STACK,
            Self::Table => PATTERN_TABLE,
            Self::Best => "table or stack",
        }
    }
}

/// A model that does without gold, and believes that raters err independently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Diagnosis {
    DawidSkene,
    OneCoin,
    Em,
}

/// What is known of a dimension.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub labels: bool,
    /// Raters of the panel that cover it.
    pub raters: usize,
    /// Tasks that gold and the panel have rated; `None` without gold.
    pub gold: Option<usize>,
}

/// The method, why it is that, and whether it is the one asked for: another stands in where that does not apply.
pub(super) fn choose(method: Method, known: Known) -> (Chosen, String, bool) {
    let default = by_what_is_known(known);
    let instead = |why: &str| {
        let (chosen, reason) = by_what_is_known(known);
        (chosen, format!("{why}; {reason}"), false)
    };
    let asked = |chosen| (chosen, "it was asked for".to_owned(), true);
    let calibrate = |calibrator| match known.gold {
        Some(n) if n >= LEAST_GOLD => asked(Chosen::Calibrated(calibrator)),
        _ => instead(&format!("{} needs gold", method.name())),
    };
    let judge = |diagnosis| match known {
        Known { labels: false, .. } => instead(&format!("{} is for labels", method.name())),
        Known { raters, .. } if raters < LEAST_JUDGES => {
            instead(&format!("{} needs three raters", method.name()))
        }
        _ => asked(Chosen::Diagnostic(diagnosis)),
    };
    match method {
        Method::Auto => (default.0, default.1, true),
        Method::Mean => asked(Chosen::Mean),
        Method::Median => asked(Chosen::Median),
        Method::CalibratedMean => calibrate(Calibrator::Mean),
        Method::RidgeStack => calibrate(Calibrator::Stack),
        Method::PatternTable if !known.labels => instead("pattern-table is for labels"),
        Method::PatternTable => calibrate(Calibrator::Table),
        Method::DawidSkene => judge(Diagnosis::DawidSkene),
        Method::OneCoin => judge(Diagnosis::OneCoin),
        Method::Em if known.labels => instead("em is for scores"),
        Method::Em if known.raters < 2 => instead("em needs two raters"),
        Method::Em => asked(Chosen::Diagnostic(Diagnosis::Em)),
    }
}

fn by_what_is_known(known: Known) -> (Chosen, String) {
    let enough = |n: usize| format!("{n} gold tasks, {FULL_FROM} or more");
    match known.gold {
        None => (Chosen::Mean, "there is no gold".to_owned()),
        Some(0) => (
            Chosen::Mean,
            "no task that the panel rated has gold".to_owned(),
        ),
        Some(1) => (Chosen::Mean, "one gold task calibrates nothing".to_owned()),
        Some(n) if n < FULL_FROM => (
            Chosen::Calibrated(Calibrator::Mean),
            format!("{n} gold tasks, fewer than {FULL_FROM}"),
        ),
        Some(n) if known.labels => (Chosen::Calibrated(Calibrator::Best), enough(n)),
        Some(n) => (Chosen::Calibrated(Calibrator::Stack), enough(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for method in Method::ALL {
            assert_eq!(Method::named(method.name()), Some(method));
        }
        assert_eq!(Method::ALL.map(Method::name), crate::rater::RECONCILIATIONS);
        assert_eq!(Method::named("vote"), None);
    }

    #[test]
    fn what_is_known_decides_and_what_does_not_apply_says_why() {
        let known = |labels, raters, gold| Known {
            labels,
            raters,
            gold,
        };
        let auto = |known| choose(Method::Auto, known).0;
        assert_eq!(auto(known(true, 3, None)), Chosen::Mean);
        assert_eq!(auto(known(true, 3, Some(1))), Chosen::Mean);
        let mean = Chosen::Calibrated(Calibrator::Mean);
        assert_eq!(auto(known(true, 3, Some(29))), mean);
        assert_eq!(
            auto(known(false, 3, Some(30))),
            Chosen::Calibrated(Calibrator::Stack)
        );
        assert_eq!(
            auto(known(true, 3, Some(30))),
            Chosen::Calibrated(Calibrator::Best)
        );
        let told = |method, known| {
            let (chosen, why, as_asked) = choose(method, known);
            assert!(!as_asked);
            (chosen, why)
        };
        assert_eq!(
            told(Method::RidgeStack, known(false, 2, None)),
            (
                Chosen::Mean,
                "ridge-stack needs gold; there is no gold".into()
            )
        );
        assert_eq!(
            told(Method::DawidSkene, known(true, 2, Some(12))),
            (
                mean,
                "dawid-skene needs three raters; 12 gold tasks, fewer than 30".into()
            )
        );
        let (_, why) = told(Method::PatternTable, known(false, 2, Some(40)));
        assert_eq!(
            why,
            "pattern-table is for labels; 40 gold tasks, 30 or more"
        );
        let (_, why) = told(Method::Em, known(true, 2, None));
        assert_eq!(why, "em is for scores; there is no gold");
    }
}
