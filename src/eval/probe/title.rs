//! Whether the title of an occupation moves the rating of the same words: on average, by occupation (halo), and with a title that
//! is borrowed (swap).

use super::Answers;
use super::arm::middle;
use super::design::cycle;
use super::finding::{Finding, Sensitivity, Test};
use super::shift::{differences, shift, there};
use crate::eval::{LEVEL, SEED};
use crate::stats::Clusters;
use crate::stats::dist::{chi_squared_quantile, f_quantile};
use crate::stats::inference::{icc1, t_critical_value};
use crate::stats::rng::Rng;

/// Drawn patterns of a test.
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
        halo(&own, occupations, donors.len()),
        swap((&own, &borrowed), occupations, donors),
    ];
    tests.into_iter().flatten().collect()
}

/// Differences and their clusters, and the half of the schedule in which each cluster was asked about. The two arms of a
/// difference were asked in one order in the first half and in the opposite one in the second, so a drift of the rater is as much
/// in one half as it is not in the other: what is said of occupations is said within a half.
struct Halved {
    values: Vec<f64>,
    clusters: Clusters,
    /// By cluster.
    halves: Vec<usize>,
}

impl Halved {
    fn of(answers: &Answers, occupations: &[usize], count: usize) -> Self {
        let (values, clusters) = there(answers, occupations);
        let present = answers.iter().zip(occupations);
        let mut halves = vec![0; clusters.count()];
        let keys = present.filter_map(|(value, key)| value.map(|_| *key));
        for (key, &cluster) in keys.zip(clusters.of_units()) {
            halves[cluster] = half(key, count);
        }
        Self {
            values,
            clusters,
            halves,
        }
    }

    /// Tasks in each half.
    fn tasks(&self) -> [f64; 2] {
        let mut all = [0.0; 2];
        for (&half, &size) in self.halves.iter().zip(self.clusters.sizes()) {
            all[half] += size as f64;
        }
        all
    }

    /// Values less the centre of their half.
    fn centred(&self, centre: impl Fn(&[f64]) -> f64) -> Vec<f64> {
        let half_of = |at: usize| self.halves[self.clusters.of_units()[at]];
        let centres = [0, 1].map(|half| {
            let all = self.values.iter().enumerate();
            let own: Vec<f64> = all
                .filter(|(at, _)| half_of(*at) == half)
                .map(|(_, value)| *value)
                .collect();
            if own.is_empty() { 0.0 } else { centre(&own) }
        });
        let all = self.values.iter().enumerate();
        all.map(|(at, value)| value - centres[half_of(at)])
            .collect()
    }

    /// Sum of squares between occupations of a half: Σ_h(Σ_i S_i²/n_i − (ΣS_i)²/N_h), of the sums S_i of occupations.
    fn between(&self, sums: &[f64]) -> f64 {
        let (mut all, mut totals) = (0.0, [0.0; 2]);
        let groups = sums.iter().zip(self.clusters.sizes()).zip(&self.halves);
        for ((sum, &size), &half) in groups {
            all += sum * sum / size as f64;
            totals[half] += sum;
        }
        let tasks = self.tasks();
        let of_half = |half: usize| match tasks[half] > 0.0 {
            true => totals[half] * totals[half] / tasks[half],
            false => 0.0,
        };
        all - of_half(0) - of_half(1)
    }
}

/// The half of the schedule that an occupation is asked about in, 0 or 1.
fn half(occupation: usize, count: usize) -> usize {
    usize::from(occupation >= middle(count))
}

/// One-way analysis of variance of clustered values, within the halves of the schedule.
struct OneWay {
    /// Sum of squares between the groups, and the mean squares between and within.
    ssb: f64,
    between: f64,
    within: f64,
    /// n₀ = (n − Σ_h Σ n_i²/N_h)/(G − H), of H halves.
    size: f64,
    df: [f64; 2],
}

impl OneWay {
    fn of(halved: &Halved) -> Option<Self> {
        let (n, groups) = (halved.values.len(), halved.clusters.count());
        let tasks = halved.tasks();
        let halves = tasks.iter().filter(|tasks| **tasks > 0.0).count();
        (groups > halves && n > groups).then_some(())?;
        let centred = halved.centred(average);
        let sums = halved.clusters.sums(&centred);
        let ssb = halved.between(&sums);
        let all: f64 = centred.iter().map(|value| value * value).sum();
        let df = [(groups - halves) as f64, (n - groups) as f64];
        let sizes = halved.clusters.sizes().iter().zip(&halved.halves);
        let squares: f64 = sizes
            .map(|(&size, &half)| (size * size) as f64 / tasks[half])
            .sum();
        Some(Self {
            ssb,
            between: ssb / df[0],
            within: (all - ssb).max(0.0) / df[1],
            size: (n as f64 - squares) / df[0],
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

/// The standard deviation between occupations of what the title does, within the halves of the schedule.
fn halo(own: &Answers, occupations: &[usize], count: usize) -> Option<Finding> {
    let halved = Halved::of(own, occupations, count);
    let found = OneWay::of(&halved)?;
    let (tasks, groups) = (halved.values.len(), halved.clusters.count());
    let mut one = Finding::of(Test::Halo, found.variance().sqrt(), (tasks, groups));
    if found.ssb + found.within <= 0.0 {
        one.note = Some("the title does the same to every task".into());
        return Some(one);
    }
    one.p = Some(flipped(&halved));
    // The same sum of squares has each pattern and its mirror in each half.
    let patterns = 2.0_f64.powf(2.0 - tasks as f64);
    one.least_p = patterns.max(1.0 / (PERMUTATIONS + 1) as f64);
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
    let icc = icc1(&halved.centred(average), &halved.clusters).and_then(|icc| icc.raw);
    one.also.extend(icc.map(|icc| ("icc", icc)));
    one.also.insert("sd_within", found.within.sqrt());
    Some(one)
}

/// The share of sign patterns of the tasks that give at least as much variance between occupations. A title that does nothing
/// leaves two answers to one question, whose difference is as likely to be up as down from the drift, however noisy the
/// occupation: so the signs of tasks are coins, where a permutation of tasks over occupations would want the same noise in all.
/// The drift of a half is its median difference, which a few noisy occupations do not move; on both sides the mean of the half is
/// taken out again.
fn flipped(halved: &Halved) -> f64 {
    let rest = halved.centred(median);
    let observed = halved.between(&halved.clusters.sums(&rest));
    let slack = 1e-9 * rest.iter().map(|value| value * value).sum::<f64>();
    let mut rng = Rng::new(SEED);
    let mut signed = rest.clone();
    let mut hits = 1;
    for _ in 0..PERMUTATIONS {
        for (signed, rest) in signed.chunks_mut(64).zip(rest.chunks(64)) {
            let bits = rng.bits();
            for (place, (signed, rest)) in signed.iter_mut().zip(rest).enumerate() {
                *signed = if bits >> place & 1 == 1 { *rest } else { -rest };
            }
        }
        let between = halved.between(&halved.clusters.sums(&signed));
        hits += usize::from(between >= observed - slack);
    }
    hits as f64 / (PERMUTATIONS + 1) as f64
}

fn average(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The middle value, or the mean of the two; 0 of none.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |place: usize| sorted.get(place).copied().unwrap_or_default();
    f64::midpoint(at(sorted.len() / 2), at(sorted.len().saturating_sub(1) / 2))
}

/// One point an occupation: what the borrowed title does to its tasks on what that title does to the tasks of its owner, both as
/// the mean over tasks and less the mean of the half of the schedule. The slope is 1 where a title does the same wherever it
/// stands, about 0 where it does nothing.
fn swap(
    (own, borrowed): (&Answers, &Answers),
    occupations: &[usize],
    donors: &[usize],
) -> Option<Finding> {
    let halves: Vec<usize> = (0..donors.len()).map(|at| half(at, donors.len())).collect();
    let lent = less_halves(&means(own, occupations, donors.len()), &halves);
    let got = means(borrowed, occupations, donors.len());
    // Drift is in the half of the owner for what a title does there, in that of the borrower for what it does here.
    let brought = donors.iter().zip(&got);
    let brought: Vec<Option<f64>> = brought
        .map(|(&donor, got)| got.and(*lent.get(donor)?))
        .collect();
    let x: Vec<f64> = less_halves(&brought, &halves)
        .into_iter()
        .flatten()
        .collect();
    let pairs = got.iter().zip(&brought);
    let y: Vec<Option<f64>> = pairs.map(|(got, brought)| brought.and(*got)).collect();
    let y: Vec<f64> = less_halves(&y, &halves).into_iter().flatten().collect();
    let groups = x.len();
    (groups > 3).then_some(())?;
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let (spread, both) = (dot(&x, &x), dot(&x, &y));
    // Without differences between titles there is nothing that could be borrowed.
    (spread > 1e-9).then_some(())?;
    let slope = both / spread;
    let df = (groups - 3) as f64;
    let rest = (dot(&y, &y) - slope * both).max(0.0);
    let se = (rest / df / spread).sqrt();
    let width = t_critical_value(LEVEL, df)? * se;
    // Cycles through all occupations: (G − 1)! of them.
    let cycles: f64 = (1..groups).map(|n| n as f64).product();
    let tasks = borrowed.iter().flatten().count();
    Some(Finding {
        low: Some(slope - width),
        high: Some(slope + width),
        p: Some(reassigned(&lent, &less_halves(&got, &halves), donors)),
        least_p: (1.0 / cycles).max(1.0 / (PERMUTATIONS + 1) as f64),
        sensitivity: (se > 0.0).then_some(Sensitivity::T { se, df }),
        ..Finding::of(Test::Swap, slope, (tasks, groups))
    })
}

/// The mean over the tasks of each occupation, where there are values.
fn means(values: &Answers, occupations: &[usize], count: usize) -> Vec<Option<f64>> {
    let of = |at: usize| -> Option<f64> {
        let mine = values.iter().zip(occupations);
        let mine = mine.filter(|(_, own)| **own == at);
        let values: Vec<f64> = mine.filter_map(|(value, _)| *value).collect();
        (!values.is_empty()).then(|| average(&values))
    };
    (0..count).map(of).collect()
}

/// One value an occupation, less the mean of those of its half.
fn less_halves(values: &Answers, halves: &[usize]) -> Vec<Option<f64>> {
    let centre = |half: usize| {
        let own = values.iter().zip(halves).filter(|(_, of)| **of == half);
        average(&own.filter_map(|(value, _)| *value).collect::<Vec<_>>())
    };
    let centres = [0, 1].map(centre);
    let both = values.iter().zip(halves);
    both.map(|(value, &half)| Some((*value)? - centres[half]))
        .collect()
}

/// The share of assignments of titles to borrowers in which what titles do to their owners and what was borrowed go together at
/// least as far from what is expected. Who borrows whose title was drawn as one cycle through all, so cycles are what it is held
/// against: never a title with its owner, whose two differences share their masked answers. Σ over an assignment has the
/// expectation −Σ_k x_k·y_k/(G − 1), for all pairs together sum to 0.
fn reassigned(lent: &Answers, got: &Answers, donors: &[usize]) -> f64 {
    let plain = |values: &Answers| -> Vec<f64> {
        let there = values.iter().map(|value| value.unwrap_or_default());
        there.collect()
    };
    let (x, y) = (plain(lent), plain(got));
    let with = |order: &[usize]| -> f64 {
        let pairs = order.iter().zip(&y);
        pairs.filter_map(|(&at, y)| Some(x.get(at)? * y)).sum()
    };
    let same: f64 = x.iter().zip(&y).map(|(x, y)| x * y).sum();
    let expected = -same / (x.len() as f64 - 1.0);
    let observed = (with(donors) - expected).abs() * (1.0 - 1e-9);
    let mut rng = Rng::new(SEED);
    let mut hits = 1;
    for _ in 0..PERMUTATIONS {
        let order = cycle(x.len(), &mut rng);
        hits += usize::from((with(&order) - expected).abs() >= observed);
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
        // Differences 10, 12 | −10, −12 in the first half, 0, 2 | 0, −2 in the second: means 11, −11, 1, −1, so
        // SSB = 2·244 = 488 on 4 − 2 degrees and SSW = 8 on 4: (244 − 2)/2 = 11². Each title does the same to the borrower.
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
        assert!((halo.effect - 11.0).abs() < 1e-9);
        // Two occupations of two have (S₁ − S₂)²/4 between them: 484 where S is ±22 and ∓22, in 2 of 16 patterns, and 4 where the
        // 2 and the −2 of the second half are still of two signs, in 8 of 16. Five standard errors of 1/16 are .012.
        assert!((halo.p.unwrap() - 1.0 / 16.0).abs() < 0.013, "{halo:?}");
        assert!(halo.low.unwrap() > 0.0 && halo.high.unwrap() > halo.effect);
        assert!((swap.effect - 1.0).abs() < 1e-12 && swap.n == 8);
        // Less the halves' means of −5 and 5, −6, 6, −6, 6 were borrowed. The six cycles have Σxy = 144, 0, 120, 0, −120, 144 with
        // mean 48 = −(−144)/3: three of them are 96 or more from it.
        assert!((swap.p.unwrap() - 0.5).abs() < 0.026, "{swap:?}");
    }

    #[test]
    fn a_drift_moves_neither_halo_nor_swap() {
        let own = answers(&[10.0, 12.0, -10.0, -12.0, 0.0, 2.0, 0.0, -2.0]);
        let borrowed = answers(&[-11.0, -9.0, 1.0, 3.0, -1.0, -1.0, 11.0, 12.0]);
        let drifted = |values: &[Option<f64>], by: f64| -> Vec<Option<f64>> {
            let all = values.iter().enumerate();
            all.map(|(at, value)| value.map(|value| value + if at < 4 { -by } else { by }))
                .collect()
        };
        let found = |by: f64| {
            let (own, borrowed) = (drifted(&own, by), drifted(&borrowed, 2.0 * by));
            let arms = Titles {
                own: &own,
                masked: &answers(&[0.0; 8]),
                borrowed: &borrowed,
            };
            let found = title(arms, &[0, 0, 1, 1, 2, 2, 3, 3], &[1, 2, 3, 0]);
            let numbers = found.iter().map(|one| (one.effect, one.low, one.p));
            numbers.collect::<Vec<_>>()
        };
        let (still, moved) = (found(0.0), found(16.0));
        // The mean is the same, too, but not its error.
        assert_eq!(still[0].0, moved[0].0);
        assert_eq!(still[1..], moved[1..]);
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
