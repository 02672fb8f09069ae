//! How good a prompt and a panel are, on tasks with gold.
//!
//! ```text
//! set ─▶ tasks of a half ─▶ run ─▶ ratings + gold ─▶ measure ─▶ Card ─┬▶ compare (another card) ─▶ gate
//!                                                                     └▶ between (judges of one card)
//! ```
//!
//! A [`Card`] holds what each judge (a rater, their consensus, a baseline) said of each task beside its gold, and figures that
//! follow from that alone; two cards are compared task by task. Every figure is a function of sums over tasks ([`Metric`]), so
//! intervals and tests move whole occupations. Values are points of 0–100 in every dimension.

mod answered;
mod baseline;
mod calibration;
mod card;
mod card_file;
mod columns;
mod cost;
mod coverage;
#[cfg(test)]
mod fixtures;
pub mod gate;
#[cfg(feature = "shell")]
pub mod junit;
pub mod markdown;
mod measure;
mod metric;
mod number;
pub mod paired;
pub mod probe;
mod scores;
pub mod set;
mod text;
mod words;

pub use baseline::{Baseline, MAJORITY};
pub use card::{
    Answer, Answered, Card, Cost, DimensionScores, JudgeLine, JudgeScores, Number, PanelLine,
    PromptLine, Role, SetLine,
};
pub use coverage::MODEL_RANGE;
pub use measure::{Measured, SetTask, measure};
pub use metric::{Better, Metric, Primary, Scored, Sums};
pub use text::{markdown, text};

/// Level of all intervals.
pub const LEVEL: f64 = 0.95;
/// A difference is one where its adjusted p is at most this.
pub const ALPHA: f64 = 0.05;
/// Chance of finding a difference as large as the MDE.
pub const POWER: f64 = 0.8;
/// Seed of resamples and permutations.
pub const SEED: u64 = 2026;
/// Resamples of occupations.
pub const RESAMPLES: usize = 2_000;
