//! The figures by which a judge is measured against gold. Each is a function of sums over tasks, so that a resample, a
//! permutation or a jackknife adds up occupations and never goes through tasks again.

use crate::error::{Error, Result};
use crate::rubric::{Dimension, Rubric};
use serde::{Deserialize, Serialize};

/// What one judge says of one task, beside its gold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Gold, in points.
    pub gold: f64,
    /// What the judge says, in points.
    pub value: f64,
    /// Position of the gold label among the labels of the dimension; `None` for a score.
    pub gold_label: Option<usize>,
    /// Position of the judge's label.
    pub label: Option<usize>,
    /// What the task counts: 1/π, normalised or not; 1 where all count the same.
    pub weight: f64,
}

/// Which sums there are, and where each stands: Σw, Σwg, Σwv, Σwg², Σwv², Σwgv, Σw|v − g|, then the q × q table of Σw by gold
/// label and label of a dimension with q labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    labels: usize,
}

/// Sums before the table of labels.
const MOMENTS: usize = 7;
/// Less variance than this is none, in squared points.
const NO_VARIANCE: f64 = 1e-9;

impl Sums {
    /// Of a dimension with so many labels; 0 for a score.
    #[must_use]
    pub fn of_labels(labels: usize) -> Self {
        Self { labels }
    }

    /// Of a dimension.
    #[must_use]
    pub fn of(dimension: &Dimension) -> Self {
        Self::of_labels(dimension.labels().len())
    }

    /// Number of sums.
    #[must_use]
    pub fn width(self) -> usize {
        MOMENTS + self.labels * self.labels
    }

    /// Number of labels; 0 for a score.
    #[must_use]
    pub fn labels(self) -> usize {
        self.labels
    }

    /// Adds a task to sums of this [width](Self::width).
    pub fn add(self, one: &Scored, into: &mut [f64]) {
        let Scored {
            gold,
            value,
            weight,
            ..
        } = *one;
        let moments = [
            1.0,
            gold,
            value,
            gold * gold,
            value * value,
            gold * value,
            (value - gold).abs(),
        ];
        for (sum, moment) in into.iter_mut().zip(moments) {
            *sum += weight * moment;
        }
        if let Some((gold, label)) = one.gold_label.zip(one.label) {
            let cell = into.get_mut(MOMENTS + gold * self.labels + label);
            cell.into_iter().for_each(|cell| *cell += weight);
        }
    }

    /// The sums over these tasks.
    #[must_use]
    pub fn total<'a>(self, tasks: impl IntoIterator<Item = &'a Scored>) -> Vec<f64> {
        let mut sums = vec![0.0; self.width()];
        tasks.into_iter().for_each(|one| self.add(one, &mut sums));
        sums
    }
}

/// Which way a metric is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// The nearer to this, the better: a bias to 0, a ratio or slope to 1.
    Near(u8),
}

/// A figure of a judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// Cohen's κ with quadratic weights over the labels in their order (Cohen 1968).
    Kappa,
    /// Share of tasks with the gold label.
    Accuracy,
    /// Pearson correlation of values with gold.
    Pearson,
    /// Mean absolute error, in points.
    Mae,
    /// Mean of value − gold, in points.
    Bias,
    /// SD of the values over SD of gold: below 1 the scale is compressed (central tendency).
    Spread,
    /// Slope of gold on value: 1 where a point more means a point more of gold.
    Slope,
}

impl Metric {
    /// All of them, in the order in which tables show them.
    pub const ALL: [Self; 7] = [
        Self::Kappa,
        Self::Accuracy,
        Self::Pearson,
        Self::Mae,
        Self::Bias,
        Self::Spread,
        Self::Slope,
    ];

    /// Its name on the command line and in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Kappa => "kappa",
            Self::Accuracy => "accuracy",
            Self::Pearson => "pearson",
            Self::Mae => "mae",
            Self::Bias => "bias",
            Self::Spread => "spread",
            Self::Slope => "slope",
        }
    }

    /// The metric of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// Whether it is one of labels alone.
    #[must_use]
    pub fn of_labels(self) -> bool {
        matches!(self, Self::Kappa | Self::Accuracy)
    }

    /// What it can be, at least and at most.
    #[must_use]
    pub fn bounds(self) -> (f64, f64) {
        match self {
            Self::Kappa | Self::Pearson => (-1.0, 1.0),
            Self::Accuracy => (0.0, 1.0),
            Self::Mae => (0.0, 100.0),
            Self::Bias => (-100.0, 100.0),
            Self::Spread => (0.0, f64::INFINITY),
            Self::Slope => (f64::NEG_INFINITY, f64::INFINITY),
        }
    }

    /// What a difference of two can be: of figures that are the better the nearer to something, of their distances from it.
    #[must_use]
    pub fn difference_bounds(self) -> (f64, f64) {
        let (low, high) = self.bounds();
        let most = match self.better() {
            Better::Higher | Better::Lower => high - low,
            Better::Near(_) => high,
        };
        (-most, most)
    }

    /// Which way it is better.
    #[must_use]
    pub fn better(self) -> Better {
        match self {
            Self::Kappa | Self::Accuracy | Self::Pearson => Better::Higher,
            Self::Mae => Better::Lower,
            Self::Bias => Better::Near(0),
            Self::Spread | Self::Slope => Better::Near(1),
        }
    }

    /// Whether a difference of it can be tested. Exchanging answers asks whether two judges answer alike; two that err to
    /// different sides do not, and may be equally far from what is best: of a distance that tells nothing.
    #[must_use]
    pub fn is_tested(self) -> bool {
        !matches!(self.better(), Better::Near(_))
    }

    /// How good a figure is: the larger, the better; a difference of two is an improvement where it is above 0.
    #[must_use]
    pub fn merit(self, figure: f64) -> f64 {
        match self.better() {
            Better::Higher => figure,
            Better::Lower => -figure,
            Better::Near(best) => -(figure - f64::from(best)).abs(),
        }
    }

    /// Whether how good it is is a mean over tasks, of which there is a clustered interval in closed form.
    #[must_use]
    pub fn merit_is_mean(self) -> bool {
        matches!(self, Self::Accuracy | Self::Mae)
    }

    /// What a task adds to a metric that is a mean; `None` for the others, and for accuracy without both labels.
    #[must_use]
    pub fn of_task(self, one: &Scored) -> Option<f64> {
        match self {
            Self::Accuracy => {
                let (gold, label) = one.gold_label.zip(one.label)?;
                Some(f64::from(u8::from(gold == label)))
            }
            Self::Mae => Some((one.value - one.gold).abs()),
            Self::Bias => Some(one.value - one.gold),
            Self::Kappa | Self::Pearson | Self::Spread | Self::Slope => None,
        }
    }

    /// How a difference in it is called: of what has no better side the distance from the best.
    pub(super) fn distance(self, name: &str) -> String {
        match self.better() {
            Better::Near(0) => format!("|{name}|"),
            Better::Near(best) => format!("|{name} − {best}|"),
            Better::Higher | Better::Lower => name.to_owned(),
        }
    }

    /// The figure that sums give; `None` where they give none: no task, a metric of labels for a score, or values without any
    /// variance.
    #[must_use]
    pub fn of(self, which: Sums, sums: &[f64]) -> Option<f64> {
        let &[n, gold, value, gold2, value2, both, error, ..] = sums else {
            return None;
        };
        if n <= 0.0 {
            return None;
        }
        let table = sums.get(MOMENTS..which.width())?;
        let var_gold = (gold2 / n - (gold / n).powi(2)).max(0.0);
        let var_value = (value2 / n - (value / n).powi(2)).max(0.0);
        let cov = both / n - gold / n * (value / n);
        let figure = match self {
            Self::Kappa => quadratic_kappa(which.labels, table)?,
            Self::Accuracy => same(which.labels, table)?,
            Self::Mae => error / n,
            Self::Bias => (value - gold) / n,
            Self::Pearson => {
                (var_gold > NO_VARIANCE && var_value > NO_VARIANCE).then_some(())?;
                (cov / (var_gold * var_value).sqrt()).clamp(-1.0, 1.0)
            }
            Self::Spread => {
                (var_gold > NO_VARIANCE).then_some(())?;
                (var_value / var_gold).sqrt()
            }
            Self::Slope => {
                (var_value > NO_VARIANCE).then_some(())?;
                cov / var_value
            }
        };
        figure.is_finite().then_some(figure)
    }
}

/// The share on the diagonal of a q × q table.
fn same(labels: usize, table: &[f64]) -> Option<f64> {
    let all: f64 = table.iter().sum();
    let same: f64 = table.iter().step_by(labels + 1).sum();
    (all > 0.0).then(|| same / all)
}

/// κ = 1 − Σ d² p / Σ d² p_i. p_.j with d the distance of two labels in steps; `None` where chance leaves no room.
fn quadratic_kappa(labels: usize, table: &[f64]) -> Option<f64> {
    let all: f64 = table.iter().sum();
    let (mut rows, mut columns) = (vec![0.0; labels], vec![0.0; labels]);
    for (cell, share) in table.iter().enumerate() {
        rows[cell / labels] += share;
        columns[cell % labels] += share;
    }
    let (mut apart, mut by_chance) = (0.0, 0.0);
    for (cell, share) in table.iter().enumerate() {
        let (row, column) = (cell / labels, cell % labels);
        let distance = row.abs_diff(column).pow(2) as f64;
        apart += distance * share;
        by_chance += distance * rows[row] * columns[column] / all;
    }
    (all > 0.0 && by_chance > 1e-12 * all).then(|| 1.0 - apart / by_chance)
}

/// A figure that a set declares before anybody looks: `exposure.kappa`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Primary {
    /// Id of the dimension.
    pub dimension: String,
    /// What of it.
    pub metric: Metric,
}

impl std::fmt::Display for Primary {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{}", self.dimension, self.metric.name())
    }
}

impl From<Primary> for String {
    fn from(primary: Primary) -> Self {
        primary.to_string()
    }
}

impl TryFrom<String> for Primary {
    type Error = String;

    fn try_from(text: String) -> std::result::Result<Self, String> {
        Self::parse(&text).map_err(|error| error.to_string())
    }
}

impl Primary {
    /// Why a dimension of a rubric cannot have it, in words.
    #[must_use]
    pub fn fault(&self, rubric: &Rubric) -> Option<String> {
        let (id, metric) = (&self.dimension, self.metric);
        let mut own = rubric.dimensions().iter().filter(|one| one.id == *id);
        let score = own.next()?.labels().is_empty();
        (score && metric.of_labels()).then(|| {
            let name = metric.name();
            format!(
                "{self} cannot be: {id} is a score in the rubric {}, and {name} is of labels",
                rubric.id()
            )
        })
    }

    /// Reads `dimension.metric`.
    ///
    /// # Errors
    /// It is not of that form, the metric is none, or it is one of which nothing is called better or worse.
    pub fn parse(text: &str) -> Result<Self> {
        let decided = Metric::ALL.into_iter().filter(|one| one.is_tested());
        let names: Vec<&str> = decided.map(Metric::name).collect();
        let wrong = |why: &str| {
            Error::input(format!("'{text}' {why}")).hint(format!(
                "a figure is named dimension.metric, such as exposure.kappa; metrics: {}",
                names.join(", ")
            ))
        };
        let no_figure = || wrong("is no figure of a set");
        let (dimension, metric) = text.rsplit_once('.').ok_or_else(no_figure)?;
        let metric = Metric::named(metric).ok_or_else(no_figure)?;
        if dimension.is_empty() {
            return Err(no_figure());
        }
        if !metric.is_tested() {
            return Err(wrong(
                "cannot be declared: no test tells whose distance from what is best is smaller",
            ));
        }
        Ok(Self {
            dimension: dimension.to_owned(),
            metric,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::agreement::{Pairs, Weights, cohen_kappa, pearson};

    fn label(gold: usize, label: usize, weight: f64) -> Scored {
        Scored {
            gold: 50.0 * gold as f64,
            value: 50.0 * label as f64,
            gold_label: Some(gold),
            label: Some(label),
            weight,
        }
    }

    /// Five tasks: gold 0 0 1 2 2, said 0 1 1 2 0.
    fn five() -> Vec<Scored> {
        [(0, 0), (0, 1), (1, 1), (2, 2), (2, 0)]
            .map(|(gold, said)| label(gold, said, 1.0))
            .to_vec()
    }

    #[test]
    fn figures_are_those_of_the_library() {
        let which = Sums::of_labels(3);
        let sums = which.total(&five());
        let of = |metric: Metric| metric.of(which, &sums).unwrap();
        let (gold, said): (Vec<f64>, Vec<f64>) =
            five().iter().map(|one| (one.gold, one.value)).unzip();
        let pairs = Pairs::new(&gold, &said).unwrap();
        let kappa = cohen_kappa(&pairs, &[0.0, 50.0, 100.0], Weights::Quadratic, 0.95).unwrap();
        assert!((of(Metric::Kappa) - kappa.kappa).abs() < 1e-12);
        let r = pearson(&pairs, 0.95).unwrap();
        assert!((of(Metric::Pearson) - r.r).abs() < 1e-12);
        // 3 of 5; errors 0, 50, 0, 0, 100; values 0 50 50 100 0 against 0 0 50 100 100.
        assert!((of(Metric::Accuracy) - 0.6).abs() < 1e-12);
        assert!((of(Metric::Mae) - 30.0).abs() < 1e-12);
        assert!((of(Metric::Bias) + 10.0).abs() < 1e-12);
        // Variances 1400 and 2000 (means 40 and 50), covariance 2500 − 2000 = 500.
        assert!((of(Metric::Spread) - 0.7_f64.sqrt()).abs() < 1e-12);
        assert!((of(Metric::Slope) - 500.0 / 1400.0).abs() < 1e-12);
    }

    #[test]
    fn a_weight_of_two_is_a_task_twice() {
        let which = Sums::of_labels(3);
        let mut twice = five();
        twice.push(twice[4]);
        let mut weighted = five();
        weighted[4].weight = 2.0;
        for metric in Metric::ALL {
            let of = |tasks: &[Scored]| metric.of(which, &which.total(tasks)).unwrap();
            assert!((of(&twice) - of(&weighted)).abs() < 1e-12, "{metric:?}");
        }
    }

    #[test]
    fn what_cannot_be_known_is_none() {
        let which = Sums::of_labels(3);
        let same: Vec<Scored> = (0..4).map(|_| label(1, 1, 1.0)).collect();
        let sums = which.total(&same);
        for metric in [
            Metric::Kappa,
            Metric::Pearson,
            Metric::Spread,
            Metric::Slope,
        ] {
            assert_eq!(metric.of(which, &sums), None, "{metric:?}");
        }
        assert_eq!(Metric::Accuracy.of(which, &sums), Some(1.0));
        for metric in Metric::ALL {
            assert_eq!(metric.of(which, &which.total(&[])), None);
        }
        let scores = Sums::of_labels(0);
        let one = Scored {
            gold_label: None,
            label: None,
            ..label(1, 2, 1.0)
        };
        let sums = scores.total(&[one]);
        assert_eq!(Metric::Kappa.of(scores, &sums), None);
        assert_eq!(Metric::Accuracy.of(scores, &sums), None);
        assert_eq!(Metric::Mae.of(scores, &sums), Some(50.0));
    }

    #[test]
    fn figures_have_names() {
        let primary = Primary::parse("exposure.kappa").unwrap();
        assert_eq!(primary.metric, Metric::Kappa);
        assert_eq!(primary.to_string(), "exposure.kappa");
        for wrong in ["kappa", ".kappa", "exposure.kapa"] {
            assert!(Primary::parse(wrong).is_err(), "{wrong}");
        }
        for distance in ["exposure.bias", "exposure.spread", "exposure.slope"] {
            let error = Primary::parse(distance).unwrap_err().to_string();
            assert!(error.contains("cannot be declared"), "{error}");
        }
        assert!(Metric::Mae.merit(3.0) > Metric::Mae.merit(4.0));
        assert!(Metric::Bias.merit(-1.0) > Metric::Bias.merit(2.0));
        assert!(Metric::Spread.merit(0.9) > Metric::Spread.merit(1.2));
    }
}
