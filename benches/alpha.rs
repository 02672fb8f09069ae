//! Krippendorff's alpha of a panel of 22 raters over all of O*NET, with its interval from whole occupations.
//!
//! `cargo bench --no-default-features --bench alpha` makes 18,796 × 22 labels with missing cells and takes alpha with
//! three metrics, each from 1,000 resamples of occupations. It fails above 5 s, the bound for two cores.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints and may stop"
)]

use std::time::Instant;
use taskrater::stats::agreement::{Counts, Metric, bootstrap_alpha};
use taskrater::stats::rng::Rng;
use taskrater::stats::{Clusters, Draws, Table};

const TASKS: usize = 18_796;
const OCCUPATIONS: usize = 923;
const RATERS: usize = 22;
const BOUND: f64 = 5.0;

/// Labels that follow the task two times of three; one cell in ten is missing.
fn labels() -> Table {
    let mut rng = Rng::new(30);
    let mut row = || -> Vec<Option<f64>> {
        let task = rng.below(3);
        let mut cell = || match (rng.below(10), rng.below(3)) {
            (0, _) => None,
            (_, 0) => Some(rng.below(3) as f64 / 2.0),
            _ => Some(task as f64 / 2.0),
        };
        (0..RATERS).map(|_| cell()).collect()
    };
    let rows: Vec<_> = (0..TASKS).map(|_| row()).collect();
    Table::of_units(&rows).unwrap()
}

fn main() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let table = labels();
    let draws = Draws::Seeded {
        seed: 1,
        count: 1_000,
    };
    let start = Instant::now();
    let counts = Counts::of_values(&table);
    let occupations = Clusters::of((0..TASKS).map(|task| task * OCCUPATIONS / TASKS));
    for metric in [Metric::Nominal, Metric::Ordinal, Metric::Interval] {
        let begun = start.elapsed();
        let found = bootstrap_alpha(&counts, metric, &occupations, draws, threads).unwrap();
        let interval = found.percentile(0.95).unwrap();
        println!(
            "{:>10} {:.4} [{:.4}, {:.4}] {:6.0} ms",
            format!("{metric:?}"),
            found.whole.alpha.unwrap(),
            interval.low,
            interval.high,
            (start.elapsed() - begun).as_secs_f64() * 1e3,
        );
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{:>10} {seconds:.2} s on {threads} threads, at most {BOUND} s",
        "all"
    );
    assert!(
        seconds <= BOUND,
        "alpha took {seconds:.2} s, more than {BOUND} s"
    );
}
