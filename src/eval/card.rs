//! A score card: a prompt and a panel measured on an eval set. A file that is made to be committed and diffed.

use super::metric::{Metric, Primary};
use crate::rater::GoldKind;
use crate::rating::Outcome;
use crate::rubric::Rubric;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What was measured, by what, and what came of it. The same replies give the same card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Version of this format: [`Card::FORMAT`].
    pub format: u32,
    /// Version of the program.
    pub taskrater: String,
    /// The eval set.
    pub set: SetLine,
    /// The prompt.
    pub prompt: PromptLine,
    /// Who was asked.
    pub panel: PanelLine,
    /// Answers of each hosted rater to each question.
    pub samples: u32,
    /// How the consensus was made.
    pub method: String,
    /// Tokens and cost of all replies that the card rests on, by rater that is asked: none of surrogates and recordings, which cost nothing.
    pub cost: BTreeMap<String, Cost>,
    /// The judges: raters in the order of the panel, the consensus, baselines.
    pub judges: Vec<JudgeLine>,
    /// What came of it, by dimension that has gold.
    pub dimensions: Vec<DimensionScores>,
    /// What was judged.
    pub rubric: Rubric,
    /// One a task of the half, in the order of the set: gold and what each judge said.
    pub answers: Vec<Answered>,
}

impl Card {
    /// The version of the format that this program writes.
    pub const FORMAT: u32 = 1;
    /// Id of the consensus among the judges.
    pub const CONSENSUS: &'static str = "consensus";
}

/// The set that was measured on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetLine {
    /// Its id.
    pub id: String,
    /// Hash of its files (16 hex digits).
    pub digest: String,
    /// `dev` or `test`.
    pub half: String,
    /// Whose labels its gold is.
    pub kind: GoldKind,
    /// Where its gold is from.
    pub source: String,
    /// Tasks of the half.
    pub tasks: usize,
    /// Tasks of it that the inventory does not have.
    pub gone: usize,
    /// Tasks of it whose text in the inventory is another one.
    pub changed: usize,
    /// Where the texts came from, as the run names it.
    pub inventory: String,
    /// The figures that were declared to count.
    pub primary: Vec<Primary>,
    /// Differences of a figure below these are not called better or worse.
    pub margin: BTreeMap<Primary, f64>,
}

/// The prompt that was asked with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PromptLine {
    /// Id of its rubric.
    pub id: String,
    /// Version as its author wrote it.
    pub version: String,
    /// Hash of its file (16 hex digits).
    pub fingerprint: String,
    /// Hash of the schema of its replies (16 hex digits).
    pub schema: String,
    /// Its text, so that two cards show what changed.
    pub text: String,
}

/// Who was asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelLine {
    /// Hash of all that decides what they answer, but for the prompt (16 hex digits).
    pub fingerprint: String,
    /// Their ids, in order.
    pub raters: Vec<String>,
}

/// What the replies of a rater took.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Replies.
    pub replies: u64,
    /// Tokens sent; `None` where a reply does not say.
    pub input_tokens: Option<u64>,
    /// Tokens received; `None` where a reply does not say.
    pub output_tokens: Option<u64>,
    /// Dollars; `None` where the price of a reply is not known.
    pub dollars: Option<f64>,
}

/// What a judge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A rater of the panel.
    Rater,
    /// What the panel says together, without the gold of the set.
    Consensus,
    /// What anybody has for free: it stands beside every measurement.
    Baseline,
}

/// A judge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeLine {
    /// Its id, unique on the card.
    pub id: String,
    /// What it is.
    pub role: Role,
    /// What else a reader should know: the model, the labels that a surrogate learned, how the baseline is made.
    pub about: String,
}

/// A figure, never without its n, and its interval or the reason why there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// The point estimate.
    pub point: f64,
    /// Lower end of the interval, where there is one.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Tasks that it rests on.
    pub n: usize,
    /// Why there is no interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_interval: Option<Cow<'static, str>>,
}

/// What came of a dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DimensionScores {
    /// Its id.
    pub dimension: String,
    /// Tasks with gold of it.
    pub gold: usize,
    /// Occupations that those are from.
    pub occupations: usize,
    /// One a judge that answered any of them.
    pub judges: Vec<JudgeScores>,
}

/// How good a judge is in a dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgeScores {
    /// Its id.
    pub judge: String,
    /// Tasks with gold that it answered.
    pub n: usize,
    /// Share of tasks with gold that it answered.
    pub coverage: Number,
    /// The figures that it has; none that its answers do not give.
    pub figures: BTreeMap<Metric, Number>,
    /// Share of gold inside its intervals, by what the intervals are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub interval_coverage: BTreeMap<String, Number>,
    /// What else is known of it, as words of the measurement (`brier`, `log_loss`, `ece`, `repeat_sd` …).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, Number>,
    /// What a reader should see at once: "compressed scale", "loses to surrogate-human".
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
}

/// A task of the set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// Id of its occupation.
    pub occupation_id: String,
    /// Its id.
    pub task_id: String,
    /// Hash of its text.
    pub text: String,
    /// The probability with which it was drawn, where that is known.
    pub probability: Option<f64>,
    /// Gold by dimension.
    pub gold: BTreeMap<String, Answer>,
    /// What each judge said, by its id and the dimension. A judge that said nothing is not here.
    pub said: BTreeMap<String, BTreeMap<String, Answer>>,
    /// Why, by judge.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rationale: BTreeMap<String, String>,
    /// How the question to a rater ended, where there is no rating.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub missing: BTreeMap<String, Outcome>,
}

/// One answer in one dimension.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Its value in points of 0–100; the mean of its samples.
    pub value: f64,
    /// The label; `None` for a score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The values of its samples in points, where there are several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub samples: Vec<f64>,
}
