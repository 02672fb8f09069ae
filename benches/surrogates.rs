//! The embedded surrogates on one core: loading, and rating the whole of O*NET 30.2 with all four, against the bounds named
//! in docs/benchmarks.md.
//!
//! `TASKRATER_DATA=DIR cargo bench --no-default-features --bench surrogates`, where `DIR/onet_30_2` holds the text release.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::path::PathBuf;
use std::time::Instant;
use taskrater::rater::surrogate::{Bundle, Input};

const RUNS: usize = 5;
const TERMS: usize = 5;

fn main() {
    let Some(data) = std::env::var_os("TASKRATER_DATA") else {
        println!("skipped: TASKRATER_DATA is not set");
        return;
    };
    let table = PathBuf::from(data).join("onet_30_2/Task Statements.txt");
    let text = std::fs::read_to_string(table).expect("the tasks of O*NET 30.2");
    let tasks: Vec<Vec<&str>> = text
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect())
        .collect();
    let weights = Bundle::embedded().expect("the shipped weights").to_bytes();
    println!(
        "{} tasks, {} bytes of weights, {RUNS} runs, one thread",
        tasks.len(),
        weights.len()
    );
    row("load", 0.010, || drop(Bundle::from_bytes(&weights)));
    let bundle = Bundle::embedded().expect("the shipped weights");
    row("rate all by four, with terms", 0.5, || {
        let mut scorer = bundle.scorer();
        for task in &tasks {
            let input = Input {
                task_id: task[1],
                occupation: "",
                statement: task[2],
            };
            std::hint::black_box(scorer.predict_with_terms(input, TERMS));
        }
    });
}

fn row(what: &str, bound: f64, work: impl Fn()) {
    let mut seconds: Vec<f64> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            work();
            started.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    let median = seconds[RUNS / 2];
    println!(
        "{what}: median {median:.4} s, {:.2} of the bound {bound} s",
        median / bound
    );
}
