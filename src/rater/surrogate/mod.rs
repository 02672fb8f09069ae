//! Embedded raters: small linear models of published labels, trained in this module too.
//!
//! A task becomes a sparse vector of words, word pairs, pieces of words and title words; a surrogate
//! is a multinomial logistic model whose logits are linear in that vector. On a task of its own
//! training rows it answers with the prediction of a model that saw neither the task, nor its text, nor
//! its occupation, and says so. Everything here is a pure function: no files, clock or environment.
//!
//! ```
//! use taskrater::rater::surrogate::{Bundle, Input};
//!
//! # fn main() -> Result<(), taskrater::rater::surrogate::SurrogateError> {
//! let bundle = Bundle::embedded()?;
//! let task = Input {
//!     task_id: "1",
//!     occupation: "Beekeepers",
//!     statement: "Write weekly newsletters about the hives.",
//! };
//! for (surrogate, answer) in bundle.surrogates().iter().zip(bundle.predict(task)) {
//!     println!("{} {:.2}", surrogate.about().id, answer.value);
//! }
//! # Ok(())
//! # }
//! ```

mod bundle;
mod bytes;
mod embedded;
mod error;
mod explain;
mod features;
mod figures;
mod format;
mod logit;
mod memory;
mod ridge;
mod scale;
mod scorer;
mod sketch;
mod space;
mod sparse;
mod text;
pub mod train;

pub(crate) use embedded::ELOUNDOU_2024 as EMBEDDED;

pub use bundle::{About, Basis, Bundle, Input, Prediction, Surrogate};
pub use error::{SurrogateError, TrainError};
pub use explain::{Explanation, Neighbour, Term};
pub use figures::{Figures, Pair};
pub use scale::{Answer, SCORE_ANCHORS, Scale};
pub use scorer::Scorer;
pub use text::normalise;
