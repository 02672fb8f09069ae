//! From a provider's raw answer to a rating, or to the reason why there is none.

mod rating;

pub use rating::{Basis, Outcome, Rating, Repair, Value};
