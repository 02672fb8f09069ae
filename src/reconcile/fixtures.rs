//! Panels with gold for tests.

use super::{Gold, Options, Reconciled, reconcile};
use crate::error::Result;
use crate::inventory::{Occupation, TaskType};
use crate::rater::GoldKind;
use crate::rating::Rating;
use crate::ratings::Sheet;
use crate::ratings::fixtures::{label, occupation, rated, rubric, score, task};
use crate::stats::rng::Rng;

pub(super) const EXPOSURE: usize = 0;
pub(super) const AUTOMATION: usize = 1;

pub(super) fn gold(rater: usize) -> Options {
    Options {
        gold: Some(Gold {
            rater,
            kind: GoldKind::Human,
        }),
        ..Options::default()
    }
}

/// So many tasks in each of so many occupations.
pub(super) fn occupations(count: usize, tasks: usize) -> Vec<Occupation> {
    let of = |n: usize| {
        let own = (0..tasks).map(|t| task(&format!("{n}-{t}"), TaskType::Supplemental, None));
        occupation(&format!("o{n}"), &format!("Job {n}"), own.collect())
    };
    (0..count).map(of).collect()
}

pub(super) fn reconciled(
    occupations: &[Occupation],
    raters: usize,
    ratings: &[Rating],
    options: &Options,
) -> Result<Reconciled> {
    let occupations: Vec<&Occupation> = occupations.iter().collect();
    reconcile(
        &occupations,
        &Sheet::of(&rubric(), raters, ratings)?,
        options,
    )
}

pub(super) fn close(a: Option<f64>, b: f64) {
    assert!(a.is_some_and(|a| (a - b).abs() < 1e-9), "{a:?} {b}");
}

/// Raters that see a truth, with a bias that they share, and gold that sees it better. Labels are thirds of it.
pub(super) fn simulated(jobs: usize, tasks: usize, raters: usize, seed: u64) -> Vec<Rating> {
    let mut rng = Rng::new(seed);
    let mut noise = |sd: f64| {
        let sum: f64 = (0..12).map(|_| rng.below(1_000_000) as f64 / 1e6).sum();
        sd * (sum - 6.0)
    };
    let mut ratings = Vec::new();
    for _ in 0..jobs {
        let own = noise(6.0);
        for _ in 0..tasks {
            let truth = 45.0 + own + noise(18.0);
            let shared = 8.0 + noise(6.0);
            let mut push = |value: f64| {
                let value = value.clamp(0.0, 100.0);
                let position = (value / 33.4) as usize;
                ratings.push(rated(Some(label(position)), Some(score(value)), ""));
            };
            for rater in 0..raters {
                push(truth + shared + noise(6.0 + 8.0 * rater as f64));
            }
            push(truth + noise(6.0));
        }
    }
    ratings
}
