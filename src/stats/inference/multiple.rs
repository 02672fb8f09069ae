//! p-values of several tests at once.

/// How p-values are adjusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// m·p.
    Bonferroni,
    /// Step-down (Holm 1979): the family-wise error without assumptions. For the few primary metrics.
    Holm,
    /// Step-up (Hochberg 1988): needs independence or positive dependence.
    Hochberg,
    /// Closed Simes tests (Hommel 1988): as Hochberg, a little sharper.
    Hommel,
    /// The false discovery rate (Benjamini & Hochberg 1995). For slices by model or segment.
    BenjaminiHochberg,
    /// The false discovery rate under any dependence (Benjamini & Yekutieli 2001).
    BenjaminiYekutieli,
}

/// Adjusted p-values, in the order given: a test is significant at α where its adjusted p is at most α. A missing p stays
/// missing and counts for nothing. `None` where a value is outside 0–1.
pub fn adjust(p: &[Option<f64>], how: Adjustment) -> Option<Vec<Option<f64>>> {
    let mut tests: Vec<(usize, f64)> = Vec::new();
    for (place, p) in p.iter().enumerate() {
        if let Some(p) = *p {
            tests.push((0.0..=1.0).contains(&p).then_some((place, p))?);
        }
    }
    tests.sort_by(|a, b| a.1.total_cmp(&b.1));
    let sorted: Vec<f64> = tests.iter().map(|test| test.1).collect();
    let m = sorted.len() as f64;
    // Factors of the p-values by rank from 1, made monotone from below or from above.
    let adjusted = match how {
        Adjustment::Bonferroni => sorted.iter().map(|p| (m * p).min(1.0)).collect(),
        Adjustment::Holm => rising(&sorted, |rank| m - rank + 1.0),
        Adjustment::Hochberg => falling(&sorted, |rank| m - rank + 1.0),
        Adjustment::BenjaminiHochberg => falling(&sorted, |rank| m / rank),
        Adjustment::BenjaminiYekutieli => {
            let harmonic: f64 = (1..=sorted.len()).map(|i| 1.0 / i as f64).sum();
            falling(&sorted, |rank| harmonic * m / rank)
        }
        Adjustment::Hommel => hommel(&sorted),
    };
    let mut found = vec![None; p.len()];
    for ((place, _), value) in tests.into_iter().zip(adjusted) {
        found[place] = Some(value);
    }
    Some(found)
}

/// Step-down: each at least as large as those before.
fn rising(sorted: &[f64], factor: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut least = 0.0_f64;
    let ranked = sorted.iter().enumerate();
    ranked
        .map(|(i, p)| {
            least = least.max(p * factor(i as f64 + 1.0)).min(1.0);
            least
        })
        .collect()
}

/// Step-up: each at most as large as those after.
fn falling(sorted: &[f64], factor: impl Fn(f64) -> f64) -> Vec<f64> {
    let mut most = 1.0_f64;
    let mut found: Vec<f64> = sorted
        .iter()
        .enumerate()
        .rev()
        .map(|(i, p)| {
            most = most.min(p * factor(i as f64 + 1.0));
            most
        })
        .collect();
    found.reverse();
    found
}

/// Wright (1992): for each size of an intersection, the Simes p of the largest set that holds a test.
fn hommel(sorted: &[f64]) -> Vec<f64> {
    let m = sorted.len();
    let simes = |of: &[f64], size: usize, first: usize| {
        let ranked = of.iter().enumerate();
        ranked
            .map(|(i, p)| size as f64 * p / (i + first) as f64)
            .fold(1.0_f64, f64::min)
    };
    let mut adjusted = sorted.to_vec();
    for size in 2..=m {
        let (low, high) = sorted.split_at(m - size + 1);
        let least = simes(high, size, 2);
        for (value, p) in adjusted.iter_mut().zip(low) {
            *value = value.max(least.min(size as f64 * p));
        }
        let at_most = least.min(low.last().map_or(1.0, |p| size as f64 * p));
        for (value, p) in adjusted.iter_mut().zip(sorted).skip(low.len()) {
            *value = value.max(at_most.min(size as f64 * p));
        }
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [Adjustment; 6] = [
        Adjustment::Bonferroni,
        Adjustment::Holm,
        Adjustment::Hochberg,
        Adjustment::Hommel,
        Adjustment::BenjaminiHochberg,
        Adjustment::BenjaminiYekutieli,
    ];

    #[test]
    fn holm_by_hand_with_a_missing_p() {
        // 3 · .01, 2 · .02, and the largest cannot fall below .04.
        let found = adjust(
            &[Some(0.03), None, Some(0.01), Some(0.02)],
            Adjustment::Holm,
        );
        let found = found.unwrap();
        assert_eq!(found[1], None);
        for (place, expected) in [(2, 0.03), (3, 0.04), (0, 0.04)] {
            assert!((found[place].unwrap() - expected).abs() < 1e-15);
        }
        assert_eq!(adjust(&[Some(1.5)], Adjustment::Holm), None);
        assert_eq!(adjust(&[], Adjustment::Hommel), Some(vec![]));
    }

    proptest! {
        #[test]
        fn order_of_tests_and_of_sharpness(p in prop::collection::vec(0.0..1.0_f64, 1..12)) {
            let p: Vec<Option<f64>> = p.into_iter().map(Some).collect();
            let found = ALL.map(|how| adjust(&p, how).unwrap());
            let turned: Vec<_> = p.iter().rev().copied().collect();
            for (how, one) in ALL.iter().zip(&found) {
                let other: Vec<_> = adjust(&turned, *how).unwrap().into_iter().rev().collect();
                prop_assert_eq!(one, &other);
            }
            for place in 0..p.len() {
                let of = |how: usize| found[how][place].unwrap();
                let slack = 1e-12;
                // Bonferroni ≥ Holm ≥ Hochberg ≥ Hommel ≥ BH ≥ p.
                for pair in [(0, 1), (1, 2), (2, 3), (3, 4)] {
                    prop_assert!(of(pair.0) + slack >= of(pair.1), "{:?} {:?}", pair, p);
                }
                prop_assert!(of(4) + slack >= p[place].unwrap());
            }
        }
    }
}
