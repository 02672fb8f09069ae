//! Rates the tasks of occupations for what AI can do with them.

pub mod error;
pub mod inventory;
pub mod plan;
pub mod prompt;
pub mod rater;
pub mod ratings;
pub mod reconcile;
pub mod reply;
pub mod report;
pub mod rubric;
#[cfg(feature = "shell")]
pub mod shell;
pub mod wire;

pub use error::{Error, Result};

/// 1-based line of a byte offset.
fn line_at(text: &str, offset: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(offset)
        .filter(|&&byte| byte == b'\n')
        .count()
        + 1
}
