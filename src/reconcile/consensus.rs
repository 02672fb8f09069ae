//! What the panel says together about one task: value, range, label and shares.

use crate::rater::GoldKind;
use crate::ratings::{SAME, Table, label_of, median_of_sorted, sorted_mean};
use crate::rubric::{Dimension, Scale};
use std::borrow::Cow;

/// What an interval from gold rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trust {
    /// Its level, such as .9.
    pub level: f64,
    /// Number of gold tasks.
    pub n: usize,
    /// How many tasks that count the same they are worth, where they were not drawn alike (Kish).
    pub effective: Option<f64>,
    /// Whose labels they are.
    pub kind: GoldKind,
}

impl Trust {
    /// "90 % conformal, 300 human labels".
    fn name(self, how: &str) -> Cow<'static, str> {
        let percent = (self.level * 1e6).round() / 1e4;
        let (n, kind) = (self.n, self.kind.name());
        let worth = self.effective.map_or_else(String::new, |effective| {
            format!(" (weighted, worth {effective:.1})")
        });
        Cow::Owned(format!("{percent} % {how}, {n} {kind} labels{worth}"))
    }
}

/// What low and high are, or why there are none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Interval {
    /// Smallest and largest over the raters. It says how far models differ, not how far they are from the truth.
    ModelRange,
    /// Of a task: covers the next gold label of such a task, from the residuals of gold tasks that were left out.
    Conformal(Trust),
    /// The same where there are too few residuals for that rule: it assumes that they are normal.
    TPredictive(Trust),
    /// Of a mean: covers the mean gold of its tasks, with the error of the calibration in it.
    Greg(Trust),
    /// A mean whose gold is from one occupation, which says nothing of others.
    OneGoldOccupation,
    /// A mean whose calibration cannot be fitted without the gold of one occupation, so that its error is not known.
    CarriedByOneOccupation,
    /// Gold residuals are all 0, or so many that the ends would lie on the value: too little gold to see an error.
    EqualResiduals,
    /// A model that takes raters to err independently: what it claims to know is not to be shown.
    Independent,
    /// One rater has no range.
    OneRater,
    /// Nothing was rated.
    NotRated,
    /// The occupation has no tasks.
    NoTasks,
}

impl Interval {
    /// What a file says in its column `interval`.
    #[must_use]
    pub fn name(self) -> Cow<'static, str> {
        match self {
            Self::ModelRange => "model range".into(),
            Self::Conformal(trust) => trust.name("conformal"),
            Self::TPredictive(trust) => trust.name("t-predictive"),
            Self::Greg(trust) => trust.name("GREG, clustered by occupation"),
            Self::OneGoldOccupation => "none: gold from one occupation".into(),
            Self::CarriedByOneOccupation => {
                "none: gold of one occupation carries the calibration".into()
            }
            Self::EqualResiduals => "none: gold residuals do not vary".into(),
            Self::Independent => "none: assumes that raters err independently".into(),
            Self::OneRater => "none: one rater".into(),
            Self::NotRated => "none: no rating".into(),
            Self::NoTasks => "none: no tasks".into(),
        }
    }

    /// Smallest and largest of sorted numbers where there are two at least, and what they are.
    pub(crate) fn of_sorted(values: &[f64]) -> (Option<(f64, f64)>, Self) {
        match values {
            [] => (None, Self::NotRated),
            [_] => (None, Self::OneRater),
            [low, .., high] => (Some((*low, *high)), Self::ModelRange),
        }
    }
}

/// Shares of a three-label dimension with the values 0, ½ and 1 (E0, E2 and E1 of the exposure rubric; Eloundou,
/// Manning, Mishkin and Rock, Science 384, 2024), each 0–1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    /// P(E1).
    pub alpha: f64,
    /// P(E1) + ½ P(E2).
    pub beta: f64,
    /// P(E1) + P(E2).
    pub gamma: f64,
}

impl Shares {
    /// From alpha and gamma; beta is half their sum, always.
    #[must_use]
    pub fn new(alpha: f64, gamma: f64) -> Self {
        Self {
            alpha,
            beta: f64::midpoint(alpha, gamma),
            gamma,
        }
    }

    /// Whether a dimension has them: three labels valued 0, ½ and 1.
    #[must_use]
    pub fn apply_to(dimension: &Dimension) -> bool {
        match &dimension.scale {
            Scale::Labels(labels) => labels.iter().map(|label| label.value).eq([0.0, 0.5, 1.0]),
            Scale::Score(_) => false,
        }
    }
}

/// The reconciled rating of a task in one dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Consensus {
    /// In the dimension's unit (label values 0–1, scores 0–100); `None` where no rater rated the task.
    pub value: Option<f64>,
    /// Median of the raters' values, in the dimension's unit.
    pub median: Option<f64>,
    /// Low and high, in the dimension's unit: what they are says `interval`. A model range is of the raters' own values: a
    /// value that was centred, because a rater is missing, can lie outside.
    pub range: Option<(f64, f64)>,
    /// What `range` is, or why there is none.
    pub interval: Interval,
    /// Number of raters of the panel that rated it.
    pub n_raters: usize,
    /// Largest minus smallest rater value, in the dimension's unit; `None` with fewer than two raters.
    pub spread: Option<f64>,
    /// Whether the spread is wide ([`Dimension::contested`]); `None` with fewer than two raters.
    pub contested: Option<bool>,
    /// Position of the label with the largest mean probability over the raters; ties go to the label nearest to
    /// `value`, then to the lower one. `None` for scores.
    pub label: Option<usize>,
    /// Means over raters of the shares, for dimensions that have them.
    pub shares: Option<Shares>,
    /// How far two answers of one rater lie apart, in the dimension's unit: the mean over the pairs of its rated samples,
    /// then over raters ([`Apart::within`](crate::ratings::Apart::within)). `None` where no rater has two.
    pub sample_spread: Option<f64>,
}

/// A value that a method made, where it is not the mean or the median of the raters.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Made {
    pub value: Option<f64>,
    pub range: Option<(f64, f64)>,
    pub interval: Interval,
    /// The probability of each label, where the method says it.
    pub chances: Option<Vec<f64>>,
}

/// Where the value of a task comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origin {
    /// The mean of the raters.
    Mean(Option<f64>),
    /// Their median.
    Median,
    /// A model.
    Model(Made),
}

impl Consensus {
    /// The consensus of a task by the raters of the panel at these positions.
    pub(super) fn of(
        dimension: &Dimension,
        table: &Table,
        panel: &[usize],
        task: usize,
        contested_share: f64,
        origin: Origin,
    ) -> Self {
        let mut values: Vec<f64> = panel
            .iter()
            .filter_map(|&rater| table.value(task, rater))
            .collect();
        values.sort_by(f64::total_cmp);
        let median = median_of_sorted(&values);
        let (own_range, own_interval) = Interval::of_sorted(&values);
        let spread = own_range.map(|(low, high)| high - low);
        let (value, range, interval, chances) = match origin {
            Origin::Mean(mean) => (mean, own_range, own_interval, None),
            Origin::Median => (median, own_range, own_interval, None),
            Origin::Model(Made { value: None, .. }) => (None, None, Interval::NotRated, None),
            Origin::Model(made) => (made.value, made.range, made.interval, made.chances),
        };
        let masses = chances.unwrap_or_else(|| mean_masses(table, panel, task));
        // What a diagnostic takes for probabilities is not shown as such.
        let shares = (Shares::apply_to(dimension) && interval != Interval::Independent)
            .then(|| shares(&masses))
            .flatten();
        Self {
            value,
            median,
            range,
            interval,
            n_raters: values.len(),
            spread,
            contested: spread.map(|spread| dimension.contested(spread, contested_share)),
            label: value.and_then(|value| label_of(dimension, &masses, value)),
            shares,
            sample_spread: table.apart(task).map(|apart| apart.within),
        }
    }
}

/// Mean probability of each label over the raters present; empty for a score or when nobody rated.
pub(super) fn mean_masses(table: &Table, panel: &[usize], task: usize) -> Vec<f64> {
    let raters: Vec<&[f64]> = panel
        .iter()
        .filter_map(|&rater| table.masses(task, rater))
        .collect();
    let mut column = Vec::with_capacity(raters.len());
    (0..table.labels())
        .map_while(|label| {
            column.clear();
            column.extend(raters.iter().filter_map(|masses| masses.get(label)));
            sorted_mean(&mut column)
        })
        .collect()
}

pub(super) fn shares(masses: &[f64]) -> Option<Shares> {
    match masses {
        [_, half, one] => Some(Shares::new(*one, half + one)),
        _ => None,
    }
}

/// Position of the largest probability, the lower label on a tie.
pub(super) fn most_probable(masses: &[f64]) -> Option<usize> {
    let largest = masses.iter().copied().max_by(f64::total_cmp)?;
    masses.iter().position(|&mass| mass >= largest - SAME)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::fixtures::exposure;

    fn of(cells: &[(f64, [f64; 3])], mean: f64) -> Consensus {
        let mut table = Table::new(1, cells.len(), 3);
        for (rater, (value, masses)) in cells.iter().enumerate() {
            table.set(0, rater, *value, masses);
        }
        let panel: Vec<usize> = (0..cells.len()).collect();
        Consensus::of(
            &exposure(),
            &table,
            &panel,
            0,
            0.5,
            Origin::Mean(Some(mean)),
        )
    }

    const E0: (f64, [f64; 3]) = (0.0, [1.0, 0.0, 0.0]);
    const E2: (f64, [f64; 3]) = (0.5, [0.0, 1.0, 0.0]);
    const E1: (f64, [f64; 3]) = (1.0, [0.0, 0.0, 1.0]);

    #[test]
    fn range_spread_and_shares_by_hand() {
        // E0, E2, E1 once each: alpha 1/3, gamma 2/3, beta 1/2; spread 1 > half the range.
        let consensus = of(&[E1, E0, E2], 0.5);
        assert_eq!(consensus.range, Some((0.0, 1.0)));
        assert_eq!(
            (consensus.spread, consensus.contested),
            (Some(1.0), Some(true))
        );
        assert_eq!(consensus.median, Some(0.5));
        let shares = consensus.shares.unwrap();
        assert!((shares.alpha - 1.0 / 3.0).abs() < 1e-15);
        assert!((shares.beta - 0.5).abs() < 1e-15);
        assert!((shares.gamma - 2.0 / 3.0).abs() < 1e-15);
    }

    #[test]
    fn a_tie_goes_to_the_label_nearest_to_the_value_then_to_the_lower() {
        // One third each: the value 0.5 is nearest to E2.
        assert_eq!(of(&[E1, E0, E2], 0.5).label, Some(1));
        // E0 and E1 one half each and as near to 0.5: the lower.
        assert_eq!(of(&[E1, E0], 0.5).label, Some(0));
        // The same tie with a value of 0.6: E1 is nearer.
        assert_eq!(of(&[E1, E0], 0.6).label, Some(2));
    }

    #[test]
    fn class_probabilities_count_with_their_mass() {
        // Surrogate .4 .4 .2 and a plain E0: means .7, .2, .1.
        let consensus = of(&[(0.4, [0.4, 0.4, 0.2]), E0], 0.2);
        assert_eq!(consensus.label, Some(0));
        let shares = consensus.shares.unwrap();
        assert!((shares.alpha - 0.1).abs() < 1e-15 && (shares.gamma - 0.3).abs() < 1e-15);
        // A label that no rater puts first can win: .6 .4 0 and 0 .4 .6 have means .3 .4 .3.
        assert_eq!(
            of(&[(0.2, [0.6, 0.4, 0.0]), (0.8, [0.0, 0.4, 0.6])], 0.5).label,
            Some(1)
        );
    }

    #[test]
    fn one_rater_has_no_range_and_no_spread() {
        let consensus = of(&[E2], 0.5);
        assert_eq!(
            (consensus.range, consensus.spread, consensus.contested),
            (None, None, None)
        );
        assert_eq!(consensus.interval.name(), "none: one rater");
        assert_eq!(consensus.n_raters, 1);
    }

    #[test]
    fn an_interval_from_gold_says_what_it_rests_on() {
        let trust = |level| Trust {
            level,
            n: 300,
            effective: None,
            kind: GoldKind::Human,
        };
        let named = Interval::Conformal(trust(0.9)).name();
        assert_eq!(named, "90 % conformal, 300 human labels");
        let named = Interval::Greg(trust(0.995)).name();
        assert_eq!(
            named,
            "99.5 % GREG, clustered by occupation, 300 human labels"
        );
        let weighted = Trust {
            effective: Some(180.25),
            ..trust(0.9)
        };
        assert_eq!(
            Interval::Conformal(weighted).name(),
            "90 % conformal, 300 human labels (weighted, worth 180.2)"
        );
    }

    #[test]
    fn half_the_range_is_not_contested_for_labels() {
        assert_eq!(of(&[E0, E2], 0.25).contested, Some(false));
    }
}
