//! The test of a difference that is a function of sums: were it all the same which judge an answer came from, the answers of an
//! occupation could change sides.

use super::difference::Delta;
use crate::eval::SEED;
use crate::eval::metric::{Metric, Sums};
use crate::stats::inference::{ClusterSums, Flips};
use crate::stats::rng::Rng;

/// Patterns whose difference is at least as far from 0, for each metric.
struct Hits<'a> {
    which: Sums,
    metrics: &'a [Metric],
    /// Sums over both judges, which no exchange changes.
    both: Vec<f64>,
    observed: Vec<Option<f64>>,
    far: Vec<usize>,
    seen: usize,
    sides: [Vec<f64>; 2],
}

/// Two-sided p of each metric: all 2^G exchanges up to 16 occupations, else 9,999 drawn ones, p = (1 + hits)/(1 + draws). An
/// exchange that leaves a figure undefined counts as a hit. `sums` are by occupation those of the new judge, then of the old.
/// `None` where the difference itself is not defined. The flag is whether all exchanges were gone through.
pub(super) fn p_values(
    sums: &ClusterSums,
    which: Sums,
    metrics: &[Metric],
) -> (Vec<Option<f64>>, bool) {
    let flips = Flips::seeded(SEED);
    let width = which.width();
    let apart: Vec<Vec<f64>> = sums.each().map(|both| difference(both, width)).collect();
    let whole = sums.whole();
    let mut hits = Hits {
        which,
        metrics,
        both: (0..width).map(|n| whole[n] + whole[width + n]).collect(),
        observed: Vec::new(),
        far: vec![0; metrics.len()],
        seen: 0,
        sides: [vec![0.0; width], vec![0.0; width]],
    };
    hits.observed = hits.deltas(&difference(&whole, width));
    let exact = apart.len() <= flips.exact_up_to;
    match exact {
        true => each_pattern(apart, width, |turned| hits.see(turned)),
        false => {
            drawn_patterns(&apart, width, flips, |turned| hits.see(turned));
            // The observed pattern is one of the possible ones (Phipson & Smyth 2010).
            hits.see(&difference(&whole, width));
        }
    }
    let share =
        |(far, observed): (&usize, &Option<f64>)| observed.map(|_| *far as f64 / hits.seen as f64);
    (
        hits.far.iter().zip(&hits.observed).map(share).collect(),
        exact,
    )
}

/// New − old, sum by sum.
fn difference(both: &[f64], width: usize) -> Vec<f64> {
    let (new, old) = both.split_at(width);
    new.iter().zip(old).map(|(new, old)| new - old).collect()
}

impl Hits<'_> {
    /// The differences of the metrics where the sums of both sides differ by this.
    fn deltas(&mut self, apart: &[f64]) -> Vec<Option<f64>> {
        let [new, old] = &mut self.sides;
        let sums = new.iter_mut().zip(old.iter_mut());
        for ((new, old), (both, apart)) in sums.zip(self.both.iter().zip(apart)) {
            *new = (both + apart) / 2.0;
            *old = (both - apart) / 2.0;
        }
        let [new, old] = &self.sides;
        let of = |metric: &Metric| {
            let of = Delta::of(*metric);
            let value = |sums: &[f64]| metric.of(self.which, sums).map(|found| of.value(found));
            Some(value(new)? - value(old)?)
        };
        self.metrics.iter().map(of).collect()
    }

    fn see(&mut self, apart: &[f64]) {
        self.seen += 1;
        let found = self.deltas(apart);
        for ((far, found), observed) in self.far.iter_mut().zip(found).zip(&self.observed) {
            let hit = match (found, observed) {
                (Some(found), Some(observed)) => {
                    found.abs() >= observed.abs() - 1e-9 * observed.abs().max(1e-3)
                }
                _ => true,
            };
            *far += usize::from(hit);
        }
    }
}

/// All patterns in the order of a Gray code: from one to the next a single occupation changes sides.
fn each_pattern(mut apart: Vec<Vec<f64>>, width: usize, mut see: impl FnMut(&[f64])) {
    let mut turned = vec![0.0; width];
    for own in &apart {
        turned
            .iter_mut()
            .zip(own)
            .for_each(|(sum, own)| *sum += own);
    }
    see(&turned);
    for step in 1_usize..1 << apart.len() {
        if let Some(own) = apart.get_mut(step.trailing_zeros() as usize) {
            for (sum, own) in turned.iter_mut().zip(own) {
                *sum -= 2.0 * *own;
                *own = -*own;
            }
        }
        see(&turned);
    }
}

fn drawn_patterns(apart: &[Vec<f64>], width: usize, flips: Flips, mut see: impl FnMut(&[f64])) {
    let mut rng = Rng::new(flips.seed);
    let mut turned = vec![0.0; width];
    for _ in 0..flips.draws {
        turned.fill(0.0);
        for word in apart.chunks(64) {
            let bits = rng.bits();
            for (place, own) in word.iter().enumerate() {
                let sign = if bits >> place & 1 == 1 { 1.0 } else { -1.0 };
                turned
                    .iter_mut()
                    .zip(own)
                    .for_each(|(sum, own)| *sum += sign * own);
            }
        }
        see(&turned);
    }
}
