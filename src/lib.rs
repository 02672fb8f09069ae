//! Rates the tasks of occupations for what AI can do with them.

pub mod error;
pub mod inventory;
pub mod ratings;
pub mod reconcile;
pub mod reply;
pub mod report;
pub mod rubric;

pub use error::{Error, Result};
