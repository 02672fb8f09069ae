//! Noise for tests.

use super::rng::Rng;

/// Nearly normal with mean 0: four bytes, whose sum has mean 510 and standard deviation 147.8.
pub(crate) fn noise(rng: &mut Rng, sd: f64) -> f64 {
    let bytes: usize = (0..4).map(|_| rng.below(256)).sum();
    sd * (bytes as f64 - 510.0) / 147.8
}
