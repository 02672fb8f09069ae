//! A small generator whose draws are the same on every platform and in every release.

/// SplitMix64 (Steele, Lea & Flood 2014): one word of state, equally good for every seed.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// The generator of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number below `n`, each equally likely (Lemire 2019: multiply, and draw again in the rare uneven case).
    /// 0 for `n` = 0.
    pub fn below(&mut self, n: usize) -> usize {
        let n = n as u64;
        let uneven = n.wrapping_neg().checked_rem(n).unwrap_or(0);
        loop {
            let wide = u128::from(self.bits()) * u128::from(n);
            if wide as u64 >= uneven {
                return (wide >> 64) as usize;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_those_of_the_published_generator() {
        // The first outputs of SplitMix64 for seed 1234567 (reference implementation of S. Vigna).
        let mut rng = Rng::new(1_234_567);
        assert_eq!(rng.bits(), 6_457_827_717_110_365_317);
        assert_eq!(rng.bits(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn every_number_below_n_is_about_equally_frequent() {
        let mut rng = Rng::new(7);
        let mut counts = [0_usize; 5];
        for _ in 0..50_000 {
            counts[rng.below(5)] += 1;
        }
        // Binomial sd of a count is 89; five of them.
        assert!(
            counts.iter().all(|&n| n.abs_diff(10_000) < 450),
            "{counts:?}"
        );
        assert_eq!(rng.below(0), 0);
        assert_eq!(rng.below(1), 0);
    }
}
