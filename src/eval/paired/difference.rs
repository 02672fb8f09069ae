//! What is said of one figure of two judges.

use super::noise::Noise;
use super::words;
use crate::eval::metric::{Better, Metric};
use serde::Serialize;
use std::borrow::Cow;

/// What a comparison says, and never more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// The adjusted p is at most 5 %, the interval excludes 0, the change is for the better and no smaller than the margin.
    #[serde(rename = "better")]
    Better,
    /// The same, for the worse.
    #[serde(rename = "worse")]
    Worse,
    /// All else.
    #[serde(rename = "no detectable difference")]
    NoDetectable,
}

impl Verdict {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::NoDetectable => "no detectable difference",
        }
    }
}

/// What a difference is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Delta {
    /// Of the figure: new − old.
    #[serde(rename = "figure")]
    Figure,
    /// Of its distance from 0: a bias has no better side.
    #[serde(rename = "distance from 0")]
    FromZero,
    /// Of its distance from 1.
    #[serde(rename = "distance from 1")]
    FromOne,
}

impl Delta {
    pub(super) fn of(metric: Metric) -> Self {
        match metric.better() {
            Better::Higher | Better::Lower => Self::Figure,
            Better::Near(0) => Self::FromZero,
            Better::Near(_) => Self::FromOne,
        }
    }

    /// What is subtracted.
    pub(super) fn value(self, figure: f64) -> f64 {
        match self {
            Self::Figure => figure,
            Self::FromZero => figure.abs(),
            Self::FromOne => (figure - 1.0).abs(),
        }
    }
}

/// Tasks on which one judge alone has the gold label: McNemar's test of them, which takes tasks for independent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Discordant {
    /// The new one alone.
    pub only_new: u64,
    /// The old one alone.
    pub only_old: u64,
    /// Mid-p (Lancaster 1961). A second opinion, never the verdict.
    pub mid_p: f64,
}

/// One figure of two judges on the tasks that both answered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The judge on the new card.
    pub new_judge: String,
    /// The judge on the old card.
    pub old_judge: String,
    /// Whether that is a contest whose declared figures decide.
    pub leading: bool,
    /// Id of the dimension.
    pub dimension: String,
    /// The figure.
    pub metric: Metric,
    /// Whether it was declared before anybody looked, and is of a leading contest.
    pub primary: bool,
    /// Tasks that both answered.
    pub n: usize,
    /// Occupations that those are from.
    pub occupations: usize,
    /// Tasks with gold.
    pub gold: usize,
    /// Tasks with gold that the old judge answered and the new one left out.
    pub lost: usize,
    /// Tasks with gold that the new judge left out.
    pub missing_new: usize,
    /// Tasks with gold that the old judge left out.
    pub missing_old: usize,
    /// The figure of the new judge on those n tasks.
    pub new: Option<f64>,
    /// The figure of the old judge.
    pub old: Option<f64>,
    /// What `delta` is of.
    pub of: Delta,
    /// New − old.
    pub delta: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// What the interval is, or why there is none.
    pub interval: Cow<'static, str>,
    /// For means, whose interval is by t, that of the bootstrap beside it.
    pub bootstrap: Option<[f64; 2]>,
    /// The standard error.
    pub se: Option<f64>,
    /// Two-sided p of no difference.
    pub p: Option<f64>,
    /// Which test gave it, or why there is none.
    pub test: Cow<'static, str>,
    /// Adjusted for the other tests of its family.
    pub adjusted_p: Option<f64>,
    /// The smallest difference that would be found with a chance of 80 %.
    pub mde: Option<f64>,
    /// A smaller difference is not called better or worse.
    pub margin: Option<f64>,
    /// Of accuracy: McNemar's test beside it.
    pub mcnemar: Option<Discordant>,
    /// Of MAE: what repeats alone would do.
    pub noise: Option<Noise>,
    /// Whether both said the same of each of the n tasks.
    pub same_answers: bool,
    /// What is said of it.
    pub verdict: Verdict,
}

impl Difference {
    /// How much better the new one is; below 0 it is worse.
    #[must_use]
    pub fn gain(&self) -> Option<f64> {
        self.delta.map(|delta| self.sign() * delta)
    }

    /// The interval of [`gain`](Self::gain).
    #[must_use]
    pub fn gain_interval(&self) -> Option<[f64; 2]> {
        let (low, high) = self.low.zip(self.high)?;
        Some(match self.sign() > 0.0 {
            true => [low, high],
            false => [-high, -low],
        })
    }

    fn sign(&self) -> f64 {
        match self.metric.better() {
            Better::Higher => 1.0,
            Better::Lower | Better::Near(_) => -1.0,
        }
    }

    /// Its name: `exposure.kappa`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}.{}", self.dimension, self.metric.name())
    }

    /// The verdict, and where it is that none can be given, the least that would have been seen or why that is not known.
    #[must_use]
    pub fn says(&self) -> String {
        if self.verdict != Verdict::NoDetectable {
            return self.verdict.name().to_owned();
        }
        let name = self.verdict.name();
        match (self.same_answers, self.mde) {
            (true, _) => format!("{name} (the same answers on all {} tasks)", self.n),
            (_, Some(mde)) => format!("{name} (MDE = {})", words::figure(self.metric, mde)),
            (_, None) => format!("{name} (MDE not known: {})", self.why_no_mde()),
        }
    }

    fn why_no_mde(&self) -> &str {
        match (self.se, self.delta) {
            (Some(_), Some(_)) if self.p.is_some() => "all changed alike",
            _ => self.test.strip_prefix("none: ").unwrap_or(&self.test),
        }
    }
}
