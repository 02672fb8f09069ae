//! Agreement of raters: how far they say the same.
//!
//! | ratings | raters | statistic |
//! |---|---|---|
//! | any, with missing cells | any number | [`alpha()`], with [`bootstrap_alpha`] for its interval |
//! | labels | two | [`cohen_kappa`] |
//! | labels | any number | [`ChanceCorrected`] |
//! | numbers | any number | [`icc()`], [`effective_raters`] |
//! | exposure labels | two | [`exposure_agreement`] |
//! | numbers | two | [`lin_ccc`], [`bland_altman()`], [`pearson`], [`spearman`], [`kendall()`] |
//!
//! None of them says who is right: raters who share an error agree on it.

mod alpha;
mod bland_altman;
mod chance;
mod concordance;
mod conger;
mod correlation;
mod counts;
mod effective;
mod exposure;
mod icc;
mod kappa;
mod kendall;
mod pairs;
mod repeats;
mod weights;

pub use alpha::{Alpha, AlphaBootstrap, Metric, alpha, bootstrap_alpha};
pub use bland_altman::{BlandAltman, LimitError, bland_altman};
pub use chance::{ChanceCorrected, Coefficient};
pub use concordance::{Concordance, lin_ccc};
pub use correlation::{Line, Pearson, Spearman, line, pearson, spearman};
pub use counts::Counts;
pub use effective::{Effective, effective_raters, kish, spearman_brown};
pub use exposure::{Agree, ExposureAgreement, exposure_agreement};
pub use icc::{Icc, IccForm, MeanSquares, icc};
pub use kappa::{Kappa, cohen_kappa, cross_table};
pub use kendall::{Kendall, kendall};
pub use pairs::Pairs;
pub(crate) use repeats::{alike_share, icc_of_repeats};
pub use weights::Weights;
