//! taskrater rates the tasks of occupations for what AI can do with them, with a panel of raters: hosted language
//! models, embedded models of published labels, ratings recorded elsewhere. Disagreement between raters is measured,
//! reconciled and shown, never hidden.
//!
//! Data flows one way:
//!
//! ```text
//! inventory ─▶ tasks ──┐
//! prompts/  ─▶ prompt ─┼─▶ plan ─▶ questions ─▶ cache? ──hit───────────────┐
//! config    ─▶ panel ──┘                         └miss▶ wire::encode ▶ http ▶ wire::decode ▶ ledger, cache
//!                                                                          ▼
//!    reply::read ─▶ Rating ─▶ Sheet (task × rater × sample) ─┬▶ reconcile ─▶ report
//!                                                            └▶ audit
//! ```
//!
//! Nobody is asked for what surrogates answer and what recordings hold: both are computed from their files, task by task.
//!
//! [`compare`] sets two such runs beside each other.
//! [`draft`] asks for the tasks of an occupation that nobody has listed, on the same way from [`asking`] to the cache.
//! [`summary`] asks a model to merge the reasons of a run, on that way, too.
//! [`review`] hands tasks of a run to people, whose labels become gold.
//! [`eval`] measures a prompt and a panel on tasks with gold, and compares two such measurements.
//!
//! The modules stand in that order below: each uses only those above it. Everything but [`shell`] is pure: bytes and
//! values in, values out; time, seeds, paths and secrets are arguments. `shell` is a default feature; without it the
//! crate draws in no runtime, no HTTP, no database and no command line.
//!
//! # Example
//!
//! Rating the starter inventory with the embedded raters needs neither key nor network:
//!
//! ```
//! use taskrater::inventory;
//! use taskrater::prompt::Prompt;
//! use taskrater::rater::{Config, Embedded, Weights};
//! use taskrater::ratings::Sheet;
//! use taskrater::reconcile::{Options, reconcile};
//!
//! # fn main() -> taskrater::Result<()> {
//! let weights = Weights::embedded()?;
//! let ids = weights.ids();
//! let panel = Config::built_in(&ids)?.panel(Some("free"), &[])?;
//! let prompt = Prompt::built_in("exposure")?;
//! let inventory = inventory::starter()?;
//! let occupations: Vec<_> = inventory.occupations().iter().collect();
//!
//! let mut embedded = Embedded::new(&weights, prompt.rubric(), panel.raters())?;
//! let mut ratings = Vec::new();
//! for occupation in &occupations {
//!     for task in &occupation.tasks {
//!         ratings.extend(embedded.rate(occupation, task).into_iter().map(|(_, rating)| rating));
//!     }
//! }
//! let sheet = Sheet::of(prompt.rubric(), panel.raters().len(), &ratings)?;
//! let result = reconcile(&occupations, &sheet, &Options::default())?;
//! let scores = &result.dimensions[0].occupations;
//! assert!(scores.iter().all(|occupation| occupation.score.is_some()));
//! # Ok(())
//! # }
//! ```

pub mod error;
mod lines;
mod parallel;
mod prose;
pub mod stats;
pub mod inventory;
pub mod rubric;
pub mod prompt;
pub mod rating;
pub mod ratings;
pub mod rater;
pub mod wire;
pub mod reply;
pub mod asking;
pub mod plan;
pub mod estimate;
pub mod reconcile;
pub mod compare;
pub mod adjudication;
pub mod labour;
pub mod audit;
pub mod summary;
pub mod report;
pub mod draft;
pub mod review;
pub mod eval;
#[cfg(feature = "shell")]
pub mod shell;

pub use error::{Error, Result};
use lines::{RecordLines, line_at};

/// Text of others for people: without control characters and those that reorder what is read.
fn clean(text: &str) -> String {
    let harmful = |c: char| {
        c.is_control()
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    text.chars()
        .map(|c| if harmful(c) { ' ' } else { c })
        .collect()
}

/// The first `most` characters of a text, and `…` where there are more.
fn shortened(text: &str, most: usize) -> std::borrow::Cow<'_, str> {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text.into(),
    }
}
