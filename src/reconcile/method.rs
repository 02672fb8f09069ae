//! Which method makes the values of a dimension, and why.

use super::calibrated::{CALIBRATED_MEAN, PATTERN_TABLE, RIDGE_STACK};
use crate::rater::GoldKind;
use crate::rubric::Dimension;

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

    /// Whether it would calibrate by gold: then gold has to stand for tasks that have none.
    #[must_use]
    pub fn calibrates(self) -> bool {
        matches!(
            self,
            Self::Auto | Self::CalibratedMean | Self::RidgeStack | Self::PatternTable
        )
    }

    /// Why it can apply to none of these dimensions, whatever a panel of so many raters (gold not counted) says; `gold` is
    /// whether one is trusted. `None` where it may. What is known only from the ratings is not judged here.
    #[must_use]
    pub fn ruled_out(self, dimensions: &[Dimension], raters: usize, gold: bool) -> Option<String> {
        let why = |dimension: &Dimension| {
            let known = Known {
                labels: !dimension.labels().is_empty(),
                raters,
                gold: gold.then_some(usize::MAX),
            };
            refusal(self, known)
        };
        let mut reasons: Vec<String> = dimensions.iter().map(why).collect::<Option<_>>()?;
        reasons.dedup();
        (!reasons.is_empty()).then(|| reasons.join("; "))
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
/// Random effects need two raters to tell apart.
const LEAST_MODELLED: usize = 2;

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
    let (default, reason) = by_what_is_known(known);
    if let Some(why) = refusal(method, known) {
        return (default, format!("{why}; {reason}"), false);
    }
    let asked = match method {
        Method::Auto => return (default, reason, true),
        Method::Mean => Chosen::Mean,
        Method::Median => Chosen::Median,
        Method::CalibratedMean => Chosen::Calibrated(Calibrator::Mean),
        Method::RidgeStack => Chosen::Calibrated(Calibrator::Stack),
        Method::PatternTable => Chosen::Calibrated(Calibrator::Table),
        Method::DawidSkene => Chosen::Diagnostic(Diagnosis::DawidSkene),
        Method::OneCoin => Chosen::Diagnostic(Diagnosis::OneCoin),
        Method::Em => Chosen::Diagnostic(Diagnosis::Em),
    };
    (asked, "it was asked for".to_owned(), true)
}

/// Why a method does not apply to a dimension of which this is known.
fn refusal(method: Method, known: Known) -> Option<String> {
    let name = method.name();
    let few_gold = known.gold.is_none_or(|n| n < LEAST_GOLD);
    match method {
        Method::PatternTable | Method::DawidSkene | Method::OneCoin if !known.labels => {
            Some(format!("{name} is for labels"))
        }
        Method::CalibratedMean | Method::RidgeStack | Method::PatternTable if few_gold => {
            Some(format!("{name} needs gold"))
        }
        Method::DawidSkene | Method::OneCoin if known.raters < LEAST_JUDGES => {
            Some(format!("{name} needs three raters"))
        }
        Method::Em if known.labels => Some(format!("{name} is for scores")),
        Method::Em if known.raters < LEAST_MODELLED => Some(format!("{name} needs two raters")),
        _ => None,
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
    fn what_can_apply_nowhere_is_known_before_anybody_rates() {
        let rubric = crate::ratings::fixtures::rubric();
        let (labels, scores) = (&rubric.dimensions()[..1], &rubric.dimensions()[1..2]);
        let why =
            |method: Method, dimensions, raters, gold| method.ruled_out(dimensions, raters, gold);
        let says = |text: &str| Some(text.to_owned());
        assert_eq!(
            why(Method::RidgeStack, labels, 9, false),
            says("ridge-stack needs gold")
        );
        assert_eq!(why(Method::RidgeStack, labels, 1, true), None);
        assert_eq!(
            why(Method::PatternTable, scores, 9, true),
            says("pattern-table is for labels")
        );
        assert_eq!(why(Method::Em, labels, 9, true), says("em is for scores"));
        assert_eq!(
            why(Method::Em, scores, 1, true),
            says("em needs two raters")
        );
        assert_eq!(
            why(Method::OneCoin, labels, 2, true),
            says("one-coin needs three raters")
        );
        // One dimension to which it may apply is enough.
        assert_eq!(
            why(Method::OneCoin, &rubric.dimensions()[..2], 3, false),
            None
        );
        assert_eq!(why(Method::Auto, &rubric.dimensions()[..2], 1, false), None);
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
