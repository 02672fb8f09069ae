//! Whether the title of an occupation moves the rating of the same words: on average, by occupation (halo), and with a title that
//! is borrowed (swap).

use super::Answers;
use super::design::shuffled;
use super::finding::{Finding, Sensitivity, Test};
use super::shift::{differences, shift, there};
use crate::eval::{LEVEL, SEED};
use crate::stats::Clusters;
use crate::stats::dist::{chi_squared_quantile, f_quantile};
use crate::stats::inference::{icc1, t_critical_value};
use crate::stats::rng::Rng;

/// Permutations of a test.
const PERMUTATIONS: usize = 9_999;

/// The answers of the three arms, one a task.
#[derive(Debug, Clone, Copy)]
pub struct Titles<'a> {
    /// With the title that the task has.
    pub own: &'a Answers,
    /// Without one.
    pub masked: &'a Answers,
    /// With that of another occupation.
    pub borrowed: &'a Answers,
}

/// What the title does. `occupations` are those of the tasks, `donors` says whose title each occupation borrows.
#[must_use]
pub fn title(answers: Titles<'_>, occupations: &[usize], donors: &[usize]) -> Vec<Finding> {
    let own = differences(answers.own, answers.masked);
    let borrowed = differences(answers.borrowed, answers.masked);
    let tests = [
        shift(Test::Shift, &own, occupations),
        halo(&own, occupations),
        swap((&own, &borrowed), occupations, donors),
    ];
    tests.into_iter().flatten().collect()
}

/// One-way analysis of variance of clustered values.
struct OneWay {
    /// Sum of squares between the groups, and the mean squares between and within.
    ssb: f64,
    between: f64,
    within: f64,
    /// n₀ = (n − Σn_c²/n)/(G − 1).
    size: f64,
    df: [f64; 2],
}

impl OneWay {
    fn of(values: &[f64], clusters: &Clusters) -> Option<Self> {
        let (n, groups) = (values.len(), clusters.count());
        (groups > 1 && n > groups).then_some(())?;
        let sizes: Vec<f64> = clusters.sizes().iter().map(|&size| size as f64).collect();
        let mean = values.iter().sum::<f64>() / n as f64;
        let centred: Vec<f64> = values.iter().map(|value| value - mean).collect();
        let sums = clusters.sums(&centred);
        let ssb: f64 = sums.iter().zip(&sizes).map(|(sum, n)| sum * sum / n).sum();
        let all: f64 = centred.iter().map(|value| value * value).sum();
        let df = [(groups - 1) as f64, (n - groups) as f64];
        let squares: f64 = sizes.iter().map(|size| size * size).sum();
        Some(Self {
            ssb,
            between: ssb / df[0],
            within: (all - ssb).max(0.0) / df[1],
            size: (n as f64 - squares / n as f64) / df[0],
            df,
        })
    }

    /// σ_b² = (MSB − MSW)/n₀, not below 0.
    fn variance(&self) -> f64 {
        ((self.between - self.within) / self.size).max(0.0)
    }

    /// Its interval after Williams (1962): [SSB(1 − F_u/F)/(n₀χ²_u), SSB(1 − F_l/F)/(n₀χ²_l)], never below 0.
    fn interval(&self) -> Option<[f64; 2]> {
        let f = self.between / self.within;
        let end = |p: f64| {
            let quantile = f_quantile(p, self.df[0], self.df[1])?;
            let chi = chi_squared_quantile(p, self.df[0])?;
            Some((self.ssb * (1.0 - quantile / f) / (self.size * chi)).max(0.0))
        };
        let tail = (1.0 - LEVEL) / 2.0;
        (f.is_finite() && f > 0.0).then_some(())?;
        Some([end(1.0 - tail)?, end(tail)?])
    }
}

/// The standard deviation between occupations of what the title does. p is the share of permutations of the tasks over the
/// occupations that give at least as much variance between these.
fn halo(own: &Answers, occupations: &[usize]) -> Option<Finding> {
    let (values, clusters) = there(own, occupations);
    let found = OneWay::of(&values, &clusters)?;
    let mut one = Finding::of(
        Test::Halo,
        found.variance().sqrt(),
        (values.len(), clusters.count()),
    );
    if found.ssb + found.within <= 0.0 {
        one.note = Some("the title does the same to every task".into());
        return Some(one);
    }
    one.p = Some(permuted(&values, &clusters, found.ssb));
    one.least_p = 1.0 / (PERMUTATIONS + 1) as f64;
    if let Some([low, high]) = found.interval() {
        (one.low, one.high) = (Some(low.sqrt()), Some(high.sqrt()));
    }
    if found.within > 0.0 {
        one.sensitivity = Some(Sensitivity::Between {
            within: found.within,
            size: found.size,
            df: found.df,
        });
    }
    let icc = icc1(&values, &clusters).and_then(|icc| icc.raw);
    one.also.extend(icc.map(|icc| ("icc", icc)));
    one.also.insert("sd_within", found.within.sqrt());
    Some(one)
}

fn permuted(values: &[f64], clusters: &Clusters, observed: f64) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let mut moved: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let mut rng = Rng::new(SEED);
    let mut hits = 1;
    for _ in 0..PERMUTATIONS {
        for last in (1..moved.len()).rev() {
            moved.swap(last, rng.below(last + 1));
        }
        let sums = clusters.sums(&moved);
        let sizes = clusters.sizes().iter();
        let between: f64 = sums
            .iter()
            .zip(sizes)
            .map(|(sum, &n)| sum * sum / n as f64)
            .sum();
        hits += usize::from(between >= observed * (1.0 - 1e-9));
    }
    hits as f64 / (PERMUTATIONS + 1) as f64
}

/// One point an occupation: what the borrowed title does to its tasks on what that title does to the tasks of its owner, both as
/// the mean over tasks. The slope is 1 where a title does the same wherever it stands, 0 where it does nothing.
fn swap(
    (own, borrowed): (&Answers, &Answers),
    occupations: &[usize],
    donors: &[usize],
) -> Option<Finding> {
    let of = |values: &Answers, at: usize| -> Option<f64> {
        let mine = values
            .iter()
            .zip(occupations)
            .filter(|(_, own)| **own == at);
        let values: Vec<f64> = mine.filter_map(|(value, _)| *value).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let points = donors.iter().enumerate();
    let points: Vec<(f64, f64)> = points
        .filter_map(|(at, &donor)| Some((of(own, donor)?, of(borrowed, at)?)))
        .collect();
    let tasks = borrowed.iter().flatten().count();
    let groups = points.len();
    (groups > 3).then_some(())?;
    let centre = |pick: fn(&(f64, f64)) -> f64| -> Vec<f64> {
        let mean = points.iter().map(pick).sum::<f64>() / groups as f64;
        points.iter().map(|point| pick(point) - mean).collect()
    };
    let (x, y) = (centre(|point| point.0), centre(|point| point.1));
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let (spread, both) = (dot(&x, &x), dot(&x, &y));
    // Without differences between titles there is nothing that could be borrowed.
    (spread > 1e-9).then_some(())?;
    let slope = both / spread;
    let df = (groups - 2) as f64;
    let rest = (dot(&y, &y) - slope * both).max(0.0);
    let se = (rest / df / spread).sqrt();
    let half = t_critical_value(LEVEL, df)? * se;
    Some(Finding {
        low: Some(slope - half),
        high: Some(slope + half),
        p: Some(reassigned(&x, &y, both)),
        least_p: 1.0 / (PERMUTATIONS + 1) as f64,
        sensitivity: (se > 0.0).then_some(Sensitivity::T { se, df }),
        ..Finding::of(Test::Swap, slope, (tasks, groups))
    })
}

/// The share of random assignments of titles' own effects to borrowers that go together with what was borrowed at least as much,
/// to either side.
fn reassigned(x: &[f64], y: &[f64], observed: f64) -> f64 {
    let mut rng = Rng::new(SEED);
    let mut hits = 1;
    for _ in 0..PERMUTATIONS {
        let order = shuffled(x.len(), &mut rng);
        let both: f64 = order.iter().zip(y).map(|(&at, y)| x[at] * y).sum();
        hits += usize::from(both.abs() >= observed.abs() * (1.0 - 1e-9));
    }
    hits as f64 / (PERMUTATIONS + 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().map(|value| Some(*value)).collect()
    }

    #[test]
    fn a_halo_by_hand() {
        // Differences 10, 12 | −10, −12 | 0, 2 | 0, −2: occupation means 11, −11, 1, −1, so SSB = 2·244 = 488 on 3 degrees and
        // SSW = 8 on 4: (162.667 − 2)/2 = 80.33. Each title does the same to the occupation that borrows it.
        let own = answers(&[10.0, 12.0, -10.0, -12.0, 0.0, 2.0, 0.0, -2.0]);
        let masked = answers(&[0.0; 8]);
        let borrowed = answers(&[-11.0, -11.0, 1.0, 1.0, -1.0, -1.0, 11.0, 11.0]);
        let arms = Titles {
            own: &own,
            masked: &masked,
            borrowed: &borrowed,
        };
        let found = title(arms, &[0, 0, 1, 1, 2, 2, 3, 3], &[1, 2, 3, 0]);
        let [shift, halo, swap] = &found[..] else {
            panic!("{found:?}")
        };
        assert_eq!((shift.effect, shift.p), (0.0, Some(1.0)));
        assert!((halo.effect - 80.333_333_f64.sqrt()).abs() < 1e-4);
        // 2 permutations of pairs in 105 give as much variance: 4 pairs can only be matched so, or with 0 and −2, 0 and 2.
        assert!(halo.p.unwrap() < 0.06, "{halo:?}");
        assert!(halo.low.unwrap() > 0.0 && halo.high.unwrap() > halo.effect);
        assert!((swap.effect - 1.0).abs() < 1e-12 && swap.n == 8);
        // Of the 24 orders the one, and 0, 0 exchanged with their mirror: few are as far.
        assert!(swap.p.unwrap() < 0.15, "{swap:?}");
    }

    #[test]
    fn a_title_that_does_nothing_leaves_nothing_to_borrow() {
        let same = answers(&[50.0; 8]);
        let arms = Titles {
            own: &same,
            masked: &same,
            borrowed: &same,
        };
        let found = title(arms, &[0, 0, 1, 1, 2, 2, 3, 3], &[1, 2, 3, 0]);
        let tests: Vec<(Test, Option<f64>)> = found.iter().map(|one| (one.test, one.p)).collect();
        assert_eq!(tests, [(Test::Shift, Some(1.0)), (Test::Halo, None)]);
        assert!(title(arms, &[0; 8], &[0]).is_empty());
    }
}
