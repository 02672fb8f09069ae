//! Kendall's τ_b.

use super::Pairs;
use crate::stats::dist::normal_two_sided;

/// Kendall's rank correlation with ties.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kendall {
    /// τ_b.
    pub tau: f64,
    /// Two-sided p that it is 0: exact without ties up to 33 pairs (and wherever at most one pair of pairs is out of order),
    /// else by the normal distribution with the variance that allows for ties. `None` for fewer than three pairs with ties.
    pub p: Option<f64>,
    /// Pairs.
    pub n: usize,
}

/// Kendall's τ_b (Kendall 1945): (concordant − discordant) / √((n₀ − n₁)(n₀ − n₂)) with n₀ = n(n − 1)/2, n₁ and n₂ the pairs
/// tied in x and in y. The rank correlation for labels, which have many ties. Counted in O(n log n) (Knight 1966). `None`
/// where one of the two does not vary.
pub fn kendall(pairs: &Pairs) -> Option<Kendall> {
    let mut all: Vec<(f64, f64)> = pairs.iter().map(|(x, y)| (x + 0.0, y + 0.0)).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let in_x = Ties::of(all.chunk_by(|a, b| a.0 == b.0).map(<[_]>::len));
    let in_both = Ties::of(all.chunk_by(|a, b| a == b).map(<[_]>::len));
    let mut y: Vec<f64> = all.iter().map(|pair| pair.1).collect();
    let discordant = sort_and_count(&mut y);
    let in_y = Ties::of(y.chunk_by(|a, b| a == b).map(<[_]>::len));
    let total = two_of(all.len() as u64);
    // A pair that is neither tied nor discordant is concordant.
    let concordant = (total + in_both.pairs) - in_x.pairs - in_y.pairs - discordant;
    let balance = concordant as f64 - discordant as f64;
    let scale = ((total - in_x.pairs) as f64).sqrt() * ((total - in_y.pairs) as f64).sqrt();
    (scale > 0.0).then(|| Kendall {
        tau: (balance / scale).clamp(-1.0, 1.0),
        p: p_of(all.len(), balance, concordant.min(discordant), &in_x, &in_y),
        n: all.len(),
    })
}

/// Sums over groups of t tied values.
struct Ties {
    /// Σ t(t − 1)/2.
    pairs: u64,
    /// Σ t(t − 1)(t − 2).
    triples: f64,
    /// Σ t(t − 1)(2t + 5).
    spread: f64,
}

impl Ties {
    fn of(groups: impl Iterator<Item = usize>) -> Self {
        let mut ties = Self {
            pairs: 0,
            triples: 0.0,
            spread: 0.0,
        };
        for group in groups {
            let t = group as f64;
            ties.pairs += two_of(group as u64);
            ties.triples += t * (t - 1.0) * (t - 2.0);
            ties.spread += t * (t - 1.0) * (2.0 * t + 5.0);
        }
        ties
    }
}

fn two_of(n: u64) -> u64 {
    n * n.saturating_sub(1) / 2
}

/// Merge sort that counts the pairs out of order.
fn sort_and_count(values: &mut [f64]) -> u64 {
    let middle = values.len() / 2;
    if middle == 0 {
        return 0;
    }
    let (left, right) = values.split_at_mut(middle);
    let mut count = sort_and_count(left) + sort_and_count(right);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        if b < a {
            count += left.len() as u64;
            merged.extend(right.next());
        } else {
            merged.extend(left.next());
        }
    }
    merged.extend(left.chain(right));
    values.copy_from_slice(&merged);
    count
}

fn p_of(size: usize, balance: f64, fewer: u64, x: &Ties, y: &Ties) -> Option<f64> {
    if x.pairs == 0 && y.pairs == 0 && (size <= 33 || fewer <= 1) {
        return Some(exact(size, fewer));
    }
    let n = size as f64;
    (n > 2.0).then_some(())?;
    let all = n * (n - 1.0);
    let variance = (all * (2.0 * n + 5.0) - x.spread - y.spread) / 18.0
        + 2.0 * x.pairs as f64 * y.pairs as f64 / all
        + x.triples * y.triples / (9.0 * all * (n - 2.0));
    (variance > 0.0).then(|| normal_two_sided(balance / variance.sqrt()))
}

/// 2·P(at most `fewer` inversions in a random order of n), at most 1: the share of permutations with i inversions comes from
/// that for one element less, whose new neighbour adds 0 to n − 1.
fn exact(n: usize, fewer: u64) -> f64 {
    let fewer = fewer as usize;
    let mut shares = vec![0.0; fewer + 1];
    if let Some(first) = shares.first_mut() {
        *first = 1.0;
    }
    for size in 2..=n {
        let mut window = 0.0;
        let before = std::mem::replace(&mut shares, Vec::with_capacity(fewer + 1));
        for (i, share) in before.iter().enumerate() {
            window += share;
            if let Some(gone) = i.checked_sub(size).and_then(|i| before.get(i)) {
                window -= gone;
            }
            shares.push(window / size as f64);
        }
    }
    (2.0 * shares.iter().sum::<f64>()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn exact_p_by_hand() {
        // Of the 24 orders of four, 1 has no inversion and 3 have one: p = 2·4/24.
        let found =
            kendall(&Pairs::new(&[1.0, 2.0, 3.0, 4.0], &[1.0, 2.0, 4.0, 3.0]).unwrap()).unwrap();
        assert!((found.tau - 4.0 / 6.0).abs() < 1e-15);
        assert!((found.p.unwrap() - 8.0 / 24.0).abs() < 1e-15);
        let turned =
            kendall(&Pairs::new(&[1.0, 2.0, 3.0, 4.0], &[4.0, 3.0, 1.0, 2.0]).unwrap()).unwrap();
        assert!((turned.tau + 4.0 / 6.0).abs() < 1e-15);
        assert_eq!(turned.p, found.p);
    }

    #[test]
    fn not_defined_where_nothing_varies() {
        assert_eq!(
            kendall(&Pairs::new(&[1.0; 4], &[1.0, 2.0, 3.0, 4.0]).unwrap()),
            None
        );
        assert_eq!(kendall(&Pairs::default()), None);
    }

    proptest! {
        #[test]
        fn the_count_is_that_of_all_pairs(cells in prop::collection::vec((0..6_i8, -3..3_i8), 2..40)) {
            let pairs = Pairs::of(cells.iter().map(|&(x, y)| (f64::from(x), f64::from(y))));
            let (mut balance, mut in_x, mut in_y) = (0.0, 0.0, 0.0);
            for (i, a) in cells.iter().enumerate() {
                for b in &cells[..i] {
                    balance += f64::from((a.0 - b.0).signum() * (a.1 - b.1).signum());
                    in_x += f64::from((a.0 - b.0).signum().abs());
                    in_y += f64::from((a.1 - b.1).signum().abs());
                }
            }
            match kendall(&pairs) {
                Some(found) => prop_assert!((found.tau - balance / (in_x * in_y).sqrt()).abs() < 1e-12),
                None => prop_assert!(in_x * in_y == 0.0),
            }
        }
    }
}
