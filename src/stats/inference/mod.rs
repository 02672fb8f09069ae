//! Inference: errors, tests and intervals that know of clusters.
//!
//! | question | estimator |
//! |---|---|
//! | is prompt A better than B on the same gold tasks? | [`paired_means`], with [`sign_flip()`] as the test of record |
//! | an interval without normal theory | [`bootstrap_mean`]; of what is a function of sums, [`ClusterSums`] |
//! | is one estimate with its error 0? | [`t_test`] |
//! | secondary tests | [`wilcoxon()`], [`mcnemar()`] |
//! | several tests at once | [`adjust`] |
//! | how many gold tasks? | [`power`] |
//! | a share | [`proportion`], [`rogan_gladen()`] |
//! | one calibrated score a task, and its interval | [`calibrate_mean`], [`stack_ridge`], [`conformal_interval`] |
//! | calibrated labels | [`pattern_table`] |
//! | the mean of an occupation or of all tasks | [`Greg`] for many sets, [`greg_mean`], [`ppi_mean`] |
//! | gold that was not drawn alike | [`DesignWeights`], which all of these with gold take |

mod bootstrap;
mod calibrate;
mod clustered;
mod conformal;
mod design_weights;
mod greg;
mod icc1;
mod linear;
mod mcnemar;
mod multiple;
mod pattern;
pub mod power;
mod ppi;
pub mod proportion;
mod ridge;
mod rogan_gladen;
mod sign_flip;
mod stack;
mod sums;
mod t_test;
mod wilcoxon;
mod working;

pub use bootstrap::{Bca, Bootstrap, bootstrap_mean};
pub use calibrate::{Calibration, calibrate_mean};
pub use clustered::{
    ClusteredMean, PairedMeans, clustered_mean, paired_means, weighted_clustered_mean,
};
pub use conformal::{ConformalRule, Predicted, conformal_interval, conformal_quantile};
pub use design_weights::DesignWeights;
pub use greg::{Greg, GregMean, greg_mean};
pub use icc1::{Icc1, icc1};
pub use linear::{Linear, Shape, Weights};
pub use mcnemar::{McNemar, mcnemar, paired_table};
pub use multiple::{Adjustment, adjust};
pub use pattern::{PatternTable, pattern_table};
pub use ppi::{PpiMean, PpiPoint, ppi_mean};
pub use rogan_gladen::{Accuracy, RoganGladen, rogan_gladen};
pub use sign_flip::{Flips, SignFlip, sign_flip};
pub use stack::{Stack, stack_ridge};
pub use sums::{ClusterSums, Replicates};
pub use t_test::{t_critical_value, t_test};
pub use wilcoxon::{EXACT_MOST, SignedRank, Wilcoxon, ZeroRule, wilcoxon};
pub use working::{Cells, Fit, PatternScore, Working};

#[cfg(test)]
mod weighted_tests;
