//! Aggregation: one value out of several raters, with gold and without.
//!
//! Without gold none of these sees what all raters have wrong alike; see [`super::inference::calibrate_mean`] and
//! [`super::inference::stack_ridge`] for the estimators that do.
//!
//! | data | estimator |
//! |---|---|
//! | labels | [`dawid_skene()`], [`one_coin`] with few data: a diagnostic of the raters |
//! | scores, raters that differ by a shift | [`random_effects_anova`], [`random_effects_reml`], [`random_effects_em`] |
//! | scores, raters that differ by shift, scale and noise | [`one_factor()`], [`three_raters`] |
//! | tasks of an occupation | [`roll_up`] |
//! | classes of an occupation as the ILO gives them | [`ilo_occupation`] |

mod dawid_skene;
mod ilo;
mod one_factor;
mod random_effects;
mod reml;
mod rollup;
mod tetrad;

pub use dawid_skene::{
    DawidSkene, DawidSkeneOptions, Response, Responses, Smoothing, dawid_skene, one_coin,
};
pub use ilo::{Ilo2023, Ilo2025, IloOccupation, ilo_2023, ilo_2025, ilo_occupation};
pub use one_factor::{OneFactor, one_factor};
pub use random_effects::{Iterations, RandomEffects, random_effects_anova, random_effects_em};
pub use reml::random_effects_reml;
pub use rollup::{CORE, NOT_CORE, Rolled, roll_up};
pub use tetrad::{ThreeRaters, three_raters};
