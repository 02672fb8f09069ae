//! One small stable hash: the only source of variety, so that answers never change between runs.

/// FNV-1a over the parts, each closed by a separator, then mixed so that all bits are usable.
pub fn hash(parts: &[&[u8]]) -> u64 {
    let mut state: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        for byte in part.iter().chain(&[0xff]) {
            state = (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

/// A number in [0, 1) from the parts.
pub fn unit(parts: &[&[u8]]) -> f64 {
    (hash(parts) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A number in [-half, half) from the parts.
pub fn around_zero(half: f64, parts: &[&[u8]]) -> f64 {
    (unit(parts) * 2.0 - 1.0) * half
}
