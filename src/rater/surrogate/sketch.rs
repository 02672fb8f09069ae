//! A 512-bit sketch of a task's vector, to find near training tasks without keeping their words.
//!
//! Each bit is the sign of the vector's product with a random ±1 vector (SimHash; Charikar 2002). The
//! share of differing bits estimates the angle between two vectors, so similarity is the cosine in
//! the very kernel the ridge regression averages with, give or take about 0.07.

use super::space::Hit;
use super::text::mix;

/// Words of a sketch.
const WORDS: usize = 8;

/// Bits of a sketch.
const BITS: usize = WORDS * 64;

/// A sketch.
pub(crate) type Sketch = [u64; WORDS];

/// Sketch of a vector given as hits; `keys` names the features.
pub(crate) fn sketch(hits: &[Hit], keys: &[u64]) -> Sketch {
    let mut sums = [0.0f32; BITS];
    for hit in hits {
        let key = keys[hit.feature as usize];
        for (word, sums) in sums.chunks_exact_mut(64).enumerate() {
            let signs = mix(key.wrapping_add((word as u64 + 1).wrapping_mul(STRIDE)));
            for (bit, sum) in sums.iter_mut().enumerate() {
                // The sign bit of the value is flipped where the random bit is 0.
                let flip = ((!signs >> bit) as u32 & 1) << 31;
                *sum += f32::from_bits(hit.value.to_bits() ^ flip);
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
    use super::super::features::{Block, Owner};
    use super::*;

    #[test]
    fn estimates_the_cosine() {
        let hit = |feature, value| Hit {
            feature,
            block: Block::Words,
            owner: Owner::Word(0),
            value,
        };
        let keys: Vec<u64> = (0..200).map(|i| mix(i + 1) >> 16).collect();
        let a: Vec<Hit> = (0..100).map(|i| hit(i, 1.0)).collect();
        let b: Vec<Hit> = (50..150).map(|i| hit(i, 1.0)).collect();
        let c: Vec<Hit> = (100..200).map(|i| hit(i, 1.0)).collect();
        let [a, b, c] = [a, b, c].map(|hits| sketch(&hits, &keys));
        assert_eq!(similarity(&a, &a), 1.0);
        assert!(
            (similarity(&a, &b) - 0.5).abs() < 0.2,
            "half of the features are shared"
        );
        assert!(similarity(&a, &c).abs() < 0.25, "none is");
    }
}
