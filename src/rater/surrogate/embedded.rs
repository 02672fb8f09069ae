//! The surrogates that come with the program.

use std::sync::OnceLock;

use super::bundle::Bundle;
use super::error::SurrogateError;

/// Weights of the four surrogates of the labels of Eloundou et al. 2024.
pub(crate) const ELOUNDOU_2024: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/surrogates/eloundou2024.bin"
));

impl Bundle {
    /// The bundle that comes with the program, read once.
    ///
    /// # Errors
    ///
    /// When the program was built with a damaged weights file.
    pub fn embedded() -> Result<&'static Self, SurrogateError> {
        static BUNDLE: OnceLock<Result<Bundle, SurrogateError>> = OnceLock::new();
        BUNDLE
            .get_or_init(|| Self::from_bytes(ELOUNDOU_2024))
            .as_ref()
            .map_err(Clone::clone)
    }
}
