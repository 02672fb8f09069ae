//! A 768-bit sketch of a vector, to find near training tasks without keeping their words.
//!
//! Each bit is the sign of the vector's product with a random ±1 vector (SimHash; Charikar 2002). The
//! share of differing bits estimates the angle between two vectors; an estimated cosine is off by
//! about 0.06 (standard error, near-orthogonal vectors).

use super::text::mix;

/// Words of a sketch.
const WORDS: usize = 12;

/// Bits of a sketch.
const BITS: usize = WORDS * 64;

/// A sketch.
pub(crate) type Sketch = [u64; WORDS];

/// Sketch of a vector given as (key of the coordinate, value); values of the same key add up.
pub(crate) fn sketch(vector: impl Iterator<Item = (u64, f32)>) -> Sketch {
    let mut sums = [0.0f32; BITS];
    for (key, value) in vector {
        for (word, sums) in sums.chunks_exact_mut(64).enumerate() {
            let signs = mix(key.wrapping_add((word as u64 + 1).wrapping_mul(STRIDE)));
            for (bit, sum) in sums.iter_mut().enumerate() {
                // The sign bit of the value is flipped where the random bit is 0.
                let flip = ((!signs >> bit) as u32 & 1) << 31;
                *sum += f32::from_bits(value.to_bits() ^ flip);
            }
        }
    }
    let mut sketch = [0; WORDS];
    for (bit, sum) in sums.iter().enumerate() {
        sketch[bit / 64] |= u64::from(*sum > 0.0) << (bit % 64);
    }
    sketch
}

/// Golden-ratio step of SplitMix64.
const STRIDE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Estimated cosine between two sketched vectors, -1 to 1.
pub(crate) fn similarity(a: &Sketch, b: &Sketch) -> f64 {
    let differing: u32 = a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum();
    (std::f64::consts::PI * f64::from(differing) / BITS as f64).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_the_cosine() {
        let ones = |range: std::ops::Range<u64>| sketch(range.map(|i| (mix(i + 1) >> 16, 1.0)));
        let (a, b, c) = (ones(0..100), ones(50..150), ones(100..200));
        assert_eq!(similarity(&a, &a), 1.0);
        assert!(
            (similarity(&a, &b) - 0.5).abs() < 0.15,
            "half of the coordinates are shared"
        );
        assert!(similarity(&a, &c).abs() < 0.2, "none is");
    }
}
