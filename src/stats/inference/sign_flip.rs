//! The permutation test of a paired difference: signs are flipped, whole clusters at once.

use crate::stats::Clusters;
use crate::stats::moments::mean;
use crate::stats::rng::Rng;

/// How the sign patterns are gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flips {
    /// All 2^m patterns up to this many clusters; [`Flips::MOST`] at most.
    pub exact_up_to: usize,
    /// Drawn patterns beyond.
    pub draws: usize,
    /// Seed of the drawn patterns.
    pub seed: u64,
}

impl Flips {
    /// The most clusters whose patterns are all gone through: 16 million patterns.
    pub const MOST: usize = 24;

    /// All patterns up to 16 clusters, otherwise 9,999 of this seed.
    pub fn seeded(seed: u64) -> Self {
        Self {
            exact_up_to: 16,
            draws: 9_999,
            seed,
        }
    }
}

/// p-values of a mean difference of zero.
#[derive(Debug, Clone, PartialEq)]
pub struct SignFlip {
    /// The mean over units.
    pub mean: f64,
    /// Share of patterns whose mean is at least as far from zero.
    pub p_two_sided: f64,
    /// Share of patterns whose mean is at least as large.
    pub p_greater: f64,
    /// Share of patterns whose mean is at most as large.
    pub p_less: f64,
    /// Number of patterns gone through.
    pub patterns: usize,
    /// Whether those are all: otherwise p = (1 + hits)/(1 + draws).
    pub exact: bool,
    /// Number of units.
    pub n: usize,
    /// Number of clusters, each of which keeps its signs together.
    pub clusters: usize,
}

/// Tests whether differences are symmetric about zero. Under that hypothesis the sign of each cluster is a coin (Fisher
/// 1935; clusters: Cameron, Gelbach & Miller 2008 discuss the wild relative). Patterns within 1e-9 of the observed mean,
/// relative to the mean absolute cluster sum, count as ties. `None` for no units, values that are not finite, or a list
/// of another length than `clusters`.
pub fn sign_flip(differences: &[f64], clusters: &Clusters, flips: Flips) -> Option<SignFlip> {
    if differences.len() != clusters.units() {
        return None;
    }
    let centre = mean(differences)?;
    let sums = clusters.sums(differences);
    let observed: f64 = sums.iter().sum();
    let slack = 1e-9 * sums.iter().map(|sum| sum.abs()).sum::<f64>();
    let mut hits = Hits::default();
    let exact = sums.len() <= flips.exact_up_to.min(Flips::MOST);
    if exact {
        each_pattern(&sums, |sum| hits.see(sum, observed, slack));
    } else {
        drawn_patterns(&sums, flips, |sum| hits.see(sum, observed, slack));
        // The observed pattern is one of the possible ones (Phipson & Smyth 2010).
        hits.see(observed, observed, slack);
    }
    let share = |count: usize| count as f64 / hits.seen as f64;
    Some(SignFlip {
        mean: centre,
        p_two_sided: share(hits.far),
        p_greater: share(hits.above),
        p_less: share(hits.below),
        patterns: hits.seen - usize::from(!exact),
        exact,
        n: differences.len(),
        clusters: sums.len(),
    })
}

#[derive(Default)]
struct Hits {
    seen: usize,
    far: usize,
    above: usize,
    below: usize,
}

impl Hits {
    fn see(&mut self, sum: f64, observed: f64, slack: f64) {
        self.seen += 1;
        self.far += usize::from(sum.abs() >= observed.abs() - slack);
        self.above += usize::from(sum >= observed - slack);
        self.below += usize::from(sum <= observed + slack);
    }
}

/// All patterns in the order of a Gray code: from one to the next a single sign turns.
fn each_pattern(sums: &[f64], mut see: impl FnMut(f64)) {
    let mut signed = sums.to_vec();
    let mut total: f64 = sums.iter().sum();
    see(total);
    for step in 1_usize..1 << sums.len() {
        if let Some(sum) = signed.get_mut(step.trailing_zeros() as usize) {
            total -= 2.0 * *sum;
            *sum = -*sum;
        }
        see(total);
    }
}

fn drawn_patterns(sums: &[f64], flips: Flips, mut see: impl FnMut(f64)) {
    let mut rng = Rng::new(flips.seed);
    for _ in 0..flips.draws {
        let mut total = 0.0;
        for word in sums.chunks(64) {
            let bits = rng.bits();
            for (place, sum) in word.iter().enumerate() {
                total += if bits >> place & 1 == 1 { *sum } else { -*sum };
            }
        }
        see(total);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_differences_of_one_sign() {
        // Of 8 patterns only +++ is as large, and +++ and −−− as far.
        let found =
            sign_flip(&[1.0, 2.0, 3.0], &Clusters::singletons(3), Flips::seeded(1)).unwrap();
        assert_eq!(
            (found.p_greater, found.p_two_sided, found.p_less),
            (0.125, 0.25, 1.0)
        );
        assert!(found.exact);
    }

    #[test]
    fn drawn_patterns_come_near_the_exact_p() {
        let values: Vec<f64> = (0..14).map(|i| f64::from(i % 5) - 1.2).collect();
        let clusters = Clusters::singletons(values.len());
        let exact = sign_flip(&values, &clusters, Flips::seeded(1)).unwrap();
        let few = Flips {
            exact_up_to: 3,
            ..Flips::seeded(11)
        };
        let drawn = sign_flip(&values, &clusters, few).unwrap();
        assert!(exact.exact && !drawn.exact && drawn.patterns == 9_999);
        // Four standard errors of a share of 9,999.
        let error = (exact.p_two_sided * (1.0 - exact.p_two_sided) / 9_999.0).sqrt();
        assert!((exact.p_two_sided - drawn.p_two_sided).abs() < 4.0 * error + 1e-4);
        assert_eq!(Some(drawn), sign_flip(&values, &clusters, few));
        assert_eq!(sign_flip(&[], &Clusters::singletons(0), few), None);
    }

    proptest! {
        #[test]
        fn order_and_scale_change_nothing_and_a_turned_sign_swaps_the_sides(
            rows in prop::collection::vec((0_usize..5, -20_i32..20), 1..12),
        ) {
            let test = |rows: &[(usize, i32)], factor: f64| {
                let values: Vec<f64> = rows.iter().map(|r| f64::from(r.1) * factor).collect();
                sign_flip(&values, &Clusters::of(rows.iter().map(|r| r.0)), Flips::seeded(0)).unwrap()
            };
            let one = test(&rows, 1.0);
            let mut turned = rows.clone();
            turned.reverse();
            let other = test(&turned, 1e-3);
            prop_assert_eq!((one.p_two_sided, one.p_greater), (other.p_two_sided, other.p_greater));
            let mirrored = test(&rows, -1.0);
            prop_assert_eq!((one.p_greater, one.p_less), (mirrored.p_less, mirrored.p_greater));
        }
    }
}
