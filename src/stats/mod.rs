//! Statistics: one table in, one complete value out.
//!
//! Missing cells are `None`, a statistic that the data cannot give is `None`, and nothing is drawn without a seed.
//! `tests/stats_ref` holds every estimator to reference values made with independent packages.

pub mod agreement;
pub mod aggregate;
pub mod clusters;
pub(crate) mod dist;
pub mod draws;
pub mod exposure;
pub mod inference;
pub(crate) mod linalg;
mod moments;
mod ranks;
pub mod rng;
pub(crate) mod sampling;
#[cfg(test)]
pub(crate) mod simulate;
mod table;

pub use clusters::Clusters;
pub use draws::Draws;
pub(crate) use moments::variance;
pub use table::Table;

/// A number with its interval and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The point estimate.
    pub point: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Number of units it rests on.
    pub n: usize,
}

/// Two ends of an interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// `centre` ± `half`.
    pub(crate) fn around(centre: f64, half: f64) -> Self {
        Self {
            low: centre - half,
            high: centre + half,
        }
    }
}
