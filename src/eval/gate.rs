//! The gate: how much worse a figure may be than before.

use super::answered;
use super::metric::Metric;
use super::paired::{Comparison, Difference, ROUNDING, words};
use super::words::Style;
use crate::error::{Error, Kind, Result};
use crate::rubric::{Dimension, Rubric};
use serde::Serialize;

/// What a gate asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GateMode {
    /// It fails on a drop of more than is allowed that is no chance: its interval excludes 0.
    Detected,
    /// It fails unless the interval shows that the drop is smaller than is allowed.
    Shown,
}

impl GateMode {
    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Detected => "detected",
            Self::Shown => "shown",
        }
    }
}

/// How much worse a figure may become.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MaxDrop {
    /// The dimension; `None` for each that has the figure.
    pub dimension: Option<String>,
    /// The figure.
    pub metric: Metric,
    /// By how much: of MAE, bias, spread and slope, a rise of the error or of the distance from what is best.
    pub most: f64,
}

impl MaxDrop {
    /// Reads `kappa=0.02` or `exposure.kappa=0.02`.
    ///
    /// # Errors
    /// It is not of that form, the figure or the dimension is not known, no dimension has the figure, or the number is negative
    /// or none.
    pub fn parse(text: &str, rubric: &Rubric) -> Result<Self> {
        let wrong = |why: String| {
            Error::new(Kind::Usage, format!("--max-drop {text}: {why}"))
                .hint("write a figure and a number, such as kappa=0.02 or exposure.mae=1")
        };
        let (name, most) = text
            .split_once('=')
            .ok_or_else(|| wrong("there is no '='".into()))?;
        let most: f64 = most
            .trim()
            .parse()
            .ok()
            .filter(|most: &f64| most.is_finite())
            .ok_or_else(|| wrong(format!("'{}' is no number", most.trim())))?;
        if most.is_sign_negative() && most != 0.0 {
            return Err(wrong("a drop is 0 or more".into()));
        }
        let (dimension, metric) = match name.trim().rsplit_once('.') {
            Some((dimension, metric)) => (Some(dimension), metric),
            None => (None, name.trim()),
        };
        let metric = Metric::named(metric).ok_or_else(|| {
            let names = Metric::ALL.map(Metric::name).join(", ");
            wrong(format!("'{metric}' is no figure; figures: {names}"))
        })?;
        let has = |one: &Dimension| !metric.of_labels() || !one.labels().is_empty();
        let mut own = rubric
            .dimensions()
            .iter()
            .filter(|one| dimension.is_none_or(|id| id == one.id));
        if let Some(id) = dimension.filter(|id| rubric.position(id).is_none()) {
            let ids: Vec<&str> = rubric
                .dimensions()
                .iter()
                .map(|one| one.id.as_str())
                .collect();
            let ids = ids.join(", ");
            return Err(wrong(format!(
                "'{id}' is no dimension of '{}': {ids}",
                rubric.id()
            )));
        }
        match own.any(has) {
            true => Ok(Self {
                dimension: dimension.map(str::to_owned),
                metric,
                most: most.abs(),
            }),
            false => Err(wrong(format!(
                "{} is of labels, and these are scores",
                metric.name()
            ))),
        }
    }

    /// Its name: `exposure.kappa`, or `kappa`.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.dimension {
            Some(dimension) => format!("{dimension}.{}", self.metric.name()),
            None => self.metric.name().to_owned(),
        }
    }

    /// Whether it guards a figure of a dimension.
    #[must_use]
    pub fn may_be_of(&self, one: &Dimension) -> bool {
        let named = self.dimension.as_ref().is_none_or(|id| *id == one.id);
        named && (!self.metric.of_labels() || !one.labels().is_empty())
    }

    pub(super) fn is_of(&self, one: &Difference) -> bool {
        let dimension = self.dimension.as_ref();
        one.metric == self.metric && dimension.is_none_or(|id| *id == one.dimension)
    }
}

/// What came of a gate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gate {
    /// What it asks for.
    pub mode: GateMode,
    /// Whether all that it asks for is there.
    pub passed: bool,
    /// One a figure that it guards, then one a dimension of these: whether it is answered as before.
    pub checks: Vec<Check>,
}

/// One guarded figure, or whether it is answered as before: then nothing drops, and n counts the answers that there are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// Its name: `exposure.kappa`.
    pub figure: String,
    /// Whose.
    pub judge: String,
    /// The allowed drop; `None` where it is of answers.
    pub most: Option<f64>,
    /// How much worse it is; below 0 it is better.
    pub drop: Option<f64>,
    /// Lower end of the interval of the drop.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Tasks that it rests on.
    pub n: usize,
    /// Whether it is within what is allowed.
    pub passed: bool,
    /// Why, with numbers.
    pub why: String,
}

/// Holds the leading contests of a comparison to what is allowed. A figure that is not there fails: a gate does not let pass what
/// it does not see.
#[must_use]
pub fn gate(comparison: &Comparison, allowed: &[MaxDrop], mode: GateMode) -> Gate {
    let mut checks = Vec::new();
    for most in allowed {
        let leading = comparison.differences.iter().filter(|one| one.leading);
        let before = checks.len();
        // Somebody leads wherever the old card has answers: what is not there now fails.
        let own = leading.filter(|one| most.is_of(one));
        checks.extend(own.map(|one| check(one, most.most, mode)));
        if checks.len() == before {
            checks.push(Check {
                figure: most.name(),
                judge: String::new(),
                most: Some(most.most),
                drop: None,
                low: None,
                high: None,
                n: 0,
                passed: false,
                why: "no task with gold that both cards answered".into(),
            });
        }
    }
    checks.extend(answered::checks(comparison, allowed));
    Gate {
        mode,
        passed: checks.iter().all(|check| check.passed),
        checks,
    }
}

fn check(one: &Difference, most: f64, mode: GateMode) -> Check {
    let drop = one.gain().map(|gain| 0.0 - gain);
    let interval = one
        .gain_interval()
        .map(|[low, high]| (0.0 - high, 0.0 - low));
    // A number that decides is seen on its side of the limit and of 0.
    let style = Style::of(one.metric);
    let off = interval.is_some_and(|(low, high)| low > 0.0 || high < 0.0);
    let of: &[f64] = if off { &[most, 0.0] } else { &[most] };
    let number = |value: f64| style.beside(value, of);
    let shown = drop.map_or_else(
        || "not known".to_owned(),
        |drop| match interval {
            Some((low, high)) => format!("{} [{}, {}]", number(drop), number(low), number(high)),
            None => format!(
                "{} ({})",
                number(drop),
                one.interval.replacen("none: ", "no interval: ", 1)
            ),
        },
    );
    let (passed, because) = ruling(one, drop.zip(interval), most, mode);
    Check {
        figure: one.name(),
        judge: words::judges(one),
        most: Some(most),
        drop,
        low: interval.map(|ends| ends.0),
        high: interval.map(|ends| ends.1),
        n: one.n,
        passed,
        why: format!("drop {shown} on {} tasks: {because}", one.n),
    }
}

/// Whether the drop is within what is allowed, and why: `known` is the drop with its interval.
fn ruling(
    one: &Difference,
    known: Option<(f64, (f64, f64))>,
    most: f64,
    mode: GateMode,
) -> (bool, String) {
    let small = one.gain().is_some_and(|gain| -gain <= most + ROUNDING);
    match (known, mode) {
        _ if one.same_answers => (true, format!("the same answers on all {} tasks", one.n)),
        _ if one.delta.is_none() => (false, "the figure is not defined for both".to_owned()),
        (_, GateMode::Detected) if small => (true, format!("no more than {most}")),
        (None, GateMode::Detected) => (
            false,
            format!("more than {most}, and nothing tells whether by chance"),
        ),
        (Some((_, (low, _))), GateMode::Detected) if low > 0.0 => (
            false,
            format!("more than {most}, and the interval excludes 0"),
        ),
        (Some(_), GateMode::Detected) => (
            true,
            format!("more than {most}, but the interval includes 0: chance is not excluded"),
        ),
        (None, GateMode::Shown) => (
            false,
            format!("no interval shows that the drop is smaller than {most}"),
        ),
        (Some((_, (_, high))), GateMode::Shown) if high < most => (
            true,
            format!("the interval shows a drop smaller than {most}"),
        ),
        (Some(_), GateMode::Shown) => (
            false,
            format!("the interval does not show that the drop is smaller than {most}"),
        ),
    }
}
