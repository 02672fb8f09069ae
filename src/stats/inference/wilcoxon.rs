//! Wilcoxon's signed ranks, with what stands beside them.

use crate::stats::dist::{coin_cdf, normal_two_sided};
use crate::stats::moments::mean;
use crate::stats::ranks::average_ranks;

/// What is done with differences of zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZeroRule {
    /// They are dropped before ranking (Wilcoxon 1945).
    Wilcox,
    /// They are ranked, then dropped (Pratt 1959; normal approximation of Cureton 1967).
    Pratt,
    /// They are ranked, and their ranks shared by both sides.
    ZSplit,
}

/// Rank sums under one rule for zeros.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignedRank {
    /// Sum of the ranks of positive differences.
    pub w_plus: f64,
    /// Sum of the ranks of negative differences.
    pub w_minus: f64,
    /// z of the smaller sum by the normal approximation with the correction for ties. `None` where its variance is 0.
    pub z: Option<f64>,
    /// Two-sided p of `z`.
    pub p: Option<f64>,
    /// z with the continuity correction of ½.
    pub z_corrected: Option<f64>,
    /// Two-sided p of `z_corrected`.
    pub p_corrected: Option<f64>,
}

/// Tests and estimates of location of paired differences. They assume symmetry and ignore clusters, so they are secondary
/// to [`super::sign_flip()`]; labels give many ties and zeros, so the rule for zeros is to be named.
#[derive(Debug, Clone, PartialEq)]
pub struct Wilcoxon {
    /// Number of differences.
    pub n: usize,
    /// How many of them are zero.
    pub zeros: usize,
    /// Zeros dropped.
    pub wilcox: SignedRank,
    /// Zeros ranked, then dropped.
    pub pratt: SignedRank,
    /// Zeros ranked and shared.
    pub zsplit: SignedRank,
    /// Exact two-sided p. `None` with zeros, ties, or more than [`EXACT_MOST`] differences.
    pub exact_p: Option<f64>,
    /// Exact two-sided p of the sign test. `None` where all differences are zero.
    pub sign_test_p: Option<f64>,
    /// (W⁺ − W⁻)/(W⁺ + W⁻), zeros dropped (Kerby 2014). `None` where all differences are zero.
    pub rank_biserial: Option<f64>,
    /// Median of the means of all pairs, each value with itself, too (Hodges & Lehmann 1963).
    pub hodges_lehmann: f64,
}

/// The most differences whose rank sums are counted exactly.
pub const EXACT_MOST: usize = 200;

/// Wilcoxon's test of paired differences. `None` of nothing, or where a value is not finite.
pub fn wilcoxon(differences: &[f64]) -> Option<Wilcoxon> {
    mean(differences)?;
    let count = |keep: fn(&f64) -> bool| differences.iter().filter(|d| keep(d)).count();
    let (above, below) = (count(|&d| d > 0.0), count(|&d| d < 0.0));
    let wilcox = signed_rank(differences, ZeroRule::Wilcox);
    let total = wilcox.w_plus + wilcox.w_minus;
    let tails = coin_cdf(above.min(below) as u64, (above + below) as u64)?;
    Some(Wilcoxon {
        n: differences.len(),
        zeros: differences.len() - above - below,
        pratt: signed_rank(differences, ZeroRule::Pratt),
        zsplit: signed_rank(differences, ZeroRule::ZSplit),
        exact_p: exact_p(differences, wilcox.w_plus.min(wilcox.w_minus)),
        sign_test_p: (above + below > 0).then(|| (2.0 * tails).min(1.0)),
        rank_biserial: (total > 0.0).then(|| (wilcox.w_plus - wilcox.w_minus) / total),
        hodges_lehmann: hodges_lehmann(differences),
        wilcox,
    })
}

fn signed_rank(differences: &[f64], rule: ZeroRule) -> SignedRank {
    let mut ranked = differences.to_vec();
    if rule == ZeroRule::Wilcox {
        ranked.retain(|&d| d != 0.0);
    }
    let sizes: Vec<f64> = ranked.iter().map(|d| d.abs()).collect();
    let (ranks, mut ties) = average_ranks(&sizes);
    let sum = |keep: fn(f64) -> bool| -> f64 {
        let pairs = ranked.iter().zip(&ranks);
        pairs.filter(|&(&d, _)| keep(d)).map(|(_, rank)| rank).sum()
    };
    let (mut w_plus, mut w_minus) = (sum(|d| d > 0.0), sum(|d| d < 0.0));
    let n = ranked.len() as f64;
    let zeros = ranked.iter().filter(|&&d| d == 0.0).count() as f64;
    let (mut expected, mut squares) = (n * (n + 1.0), n * (n + 1.0) * (2.0 * n + 1.0));
    match rule {
        ZeroRule::Wilcox => {}
        ZeroRule::Pratt => {
            expected -= zeros * (zeros + 1.0);
            squares -= zeros * (zeros + 1.0) * (2.0 * zeros + 1.0);
            // The zeros themselves are no tie: their ranks are gone.
            ties -= zeros.powi(3) - zeros;
        }
        ZeroRule::ZSplit => {
            let share = sum(|d| d == 0.0) / 2.0;
            w_plus += share;
            w_minus += share;
        }
    }
    let sd = ((squares - ties / 2.0) / 24.0).sqrt();
    let off = w_plus.min(w_minus) - expected / 4.0;
    let z = (sd > 0.0).then(|| off / sd);
    let step = if off == 0.0 { 0.0 } else { 0.5 * off.signum() };
    let z_corrected = (sd > 0.0).then(|| (off - step) / sd);
    SignedRank {
        w_plus,
        w_minus,
        z,
        p: z.map(normal_two_sided),
        z_corrected,
        p_corrected: z_corrected.map(normal_two_sided),
    }
}

/// 2 P(W ≤ smaller sum): each rank is in the sum or not, with probability ½.
fn exact_p(differences: &[f64], smaller: f64) -> Option<f64> {
    let sizes: Vec<f64> = differences.iter().map(|d| d.abs()).collect();
    let n = sizes.len();
    if n > EXACT_MOST || average_ranks(&sizes).1 > 0.0 || sizes.contains(&0.0) {
        return None;
    }
    let mut chance = vec![0.0; n * (n + 1) / 2 + 1];
    chance[0] = 1.0;
    for rank in 1..=n {
        for sum in (0..chance.len()).rev() {
            let with = sum.checked_sub(rank).map_or(0.0, |less| chance[less]);
            chance[sum] = (chance[sum] + with) / 2.0;
        }
    }
    let tail: f64 = chance.iter().take(smaller as usize + 1).sum();
    Some((2.0 * tail).min(1.0))
}

/// The median of all (d_i + d_j)/2 with i ≤ j, without making them all: they are counted below a value, and the value is
/// found by halving the ordered bits of `f64`, so the result is exact.
fn hodges_lehmann(differences: &[f64]) -> f64 {
    let mut sorted = differences.to_vec();
    sorted.sort_by(f64::total_cmp);
    let pairs = sorted.len() * (sorted.len() + 1) / 2;
    let upper = nth_walsh(&sorted, pairs / 2 + 1);
    if pairs % 2 == 1 {
        return upper;
    }
    (nth_walsh(&sorted, pairs / 2) + upper) / 2.0
}

/// The `n`-th smallest Walsh average of sorted values, from 1.
fn nth_walsh(sorted: &[f64], n: usize) -> f64 {
    let (mut low, mut high) = (
        sorted.first().map_or(0, |&first| ordered(first)),
        sorted.last().map_or(0, |&last| ordered(last)),
    );
    while low < high {
        let middle = low + ((i128::from(high) - i128::from(low)) / 2) as i64;
        if walsh_up_to(sorted, unordered(middle)) >= n {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    unordered(low)
}

/// How many Walsh averages are at most `limit`: for each value, how many not smaller than it still make such a pair.
fn walsh_up_to(sorted: &[f64], limit: f64) -> usize {
    let mut end = sorted.len();
    let mut count = 0;
    for (i, low) in sorted.iter().enumerate() {
        while end > i && (low + sorted[end - 1]) / 2.0 > limit {
            end -= 1;
        }
        if end <= i {
            break;
        }
        count += end - i;
    }
    count
}

/// Finite numbers as integers of the same order; −0 and 0 are next to each other.
fn ordered(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn unordered(place: i64) -> f64 {
    f64::from_bits((place ^ (((place >> 63) as u64) >> 1) as i64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn all_of_one_sign() {
        // W⁻ = 0 of 2⁴ patterns: p = 2/16.
        let found = wilcoxon(&[1.0, 2.0, 3.5, 4.0]).unwrap();
        assert_eq!(found.exact_p, Some(0.125));
        assert!((found.sign_test_p.unwrap() - 0.125).abs() < 1e-12);
        assert_eq!(found.rank_biserial, Some(1.0));
        // Walsh averages 1, 1.5, 2, 2.25, 2.5, 2.75, 3, 3.5, 3.75, 4.
        assert_eq!(found.hodges_lehmann, 2.625);
    }

    #[test]
    fn zeros_alone_say_nothing() {
        let found = wilcoxon(&[0.0, 0.0]).unwrap();
        assert_eq!(
            (found.wilcox.p, found.sign_test_p, found.rank_biserial),
            (None, None, None)
        );
        assert_eq!(found.hodges_lehmann, 0.0);
        assert_eq!(wilcoxon(&[]), None);
        assert_eq!(wilcoxon(&[f64::INFINITY]), None);
    }

    proptest! {
        #[test]
        fn hodges_lehmann_is_the_median_of_all_pairs(values in prop::collection::vec(-9.0..9.0_f64, 1..30)) {
            let mut walsh: Vec<f64> = (0..values.len())
                .flat_map(|i| (i..values.len()).map(move |j| (i, j)))
                .map(|(i, j)| (values[i] + values[j]) / 2.0)
                .collect();
            walsh.sort_by(f64::total_cmp);
            let half = walsh.len() / 2;
            let median = if walsh.len() % 2 == 1 { walsh[half] } else { (walsh[half - 1] + walsh[half]) / 2.0 };
            prop_assert_eq!(hodges_lehmann(&values), median);
        }

        #[test]
        fn a_turned_sign_swaps_the_sums(values in prop::collection::vec(-4_i32..5, 1..30)) {
            let one: Vec<f64> = values.iter().map(|&v| f64::from(v)).collect();
            let other: Vec<f64> = one.iter().rev().map(|v| -v).collect();
            let (one, other) = (wilcoxon(&one).unwrap(), wilcoxon(&other).unwrap());
            prop_assert_eq!((one.wilcox.w_plus, one.zsplit.p), (other.wilcox.w_minus, other.zsplit.p));
            prop_assert_eq!(one.hodges_lehmann, -other.hodges_lehmann);
        }
    }
}
