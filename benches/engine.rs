//! The engine against a bare client, in one run on loopback: 2,000 tasks × 2 models of different wires = 4,000 calls, 64
//! in flight, cache and ledger on. Bounds are those of docs/benchmarks.md.
//!
//! `cargo bench --bench engine [-- --check] [-- --only NAME]`: `--check` ends with 1 when a bound is missed, `--only`
//! measures one part: `plain`, `slow`, `faulty`, `warm`. `--serve` keeps server and project for a profiler. Linux only: memory is read from `/proc`.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod support;

use std::process::ExitCode;

use support::bare;
use support::child::{Took, watch};
use support::lean::{Lean, Sent};
use support::project::Project;

const TASKS: usize = 2000;
const RATERS: usize = 2;
const IN_FLIGHT: usize = 64;
const CALLS: usize = TASKS * RATERS;
const RUNS: usize = 3;
const DELAY_MS: u64 = 50;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().collect();
    let only = args.iter().position(|arg| arg == "--only");
    let only = only.and_then(|at| args.get(at + 1)).cloned();
    let bench = Bench::new();
    if args.iter().any(|arg| arg == "--serve") {
        println!(
            "{}: {:?}",
            bench.folder.path().display(),
            bench.project.rate("run", "cache", &[])
        );
        std::thread::park();
    }
    let mut table = Table::default();
    for (name, part) in PARTS {
        if only.as_deref().is_none_or(|only| only == *name) {
            part(&bench, &mut table);
        }
    }
    let missed = table.missed;
    println!("{missed} of the bounds missed");
    if missed > 0 && args.iter().any(|arg| arg == "--check") {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

type Part = (&'static str, fn(&Bench, &mut Table));

const PARTS: &[Part] = &[
    ("plain", plain),
    ("slow", slow),
    ("faulty", faulty),
    ("warm", warm),
];

struct Bench {
    server: Lean,
    folder: tempfile::TempDir,
    project: Project,
    requests: Vec<Sent>,
}

impl Bench {
    /// The requests for the bare client are those that the command sends.
    fn new() -> Self {
        let server = Lean::start();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let each = IN_FLIGHT / RATERS;
        let project = Project::write(folder.path(), server.address, TASKS, RATERS, each);
        server.keep();
        watch(&mut project.rate("first", "first-cache", &[]));
        let requests = server.kept();
        assert_eq!(requests.len(), CALLS);
        println!(
            "{TASKS} tasks × {RATERS} models = {CALLS} calls, {IN_FLIGHT} in flight, medians of {RUNS}"
        );
        Self {
            server,
            folder,
            project,
            requests,
        }
    }

    /// Seconds of the bare client, and what the command took, in turns; the medians.
    fn compare(&self) -> (f64, Took) {
        let mut bare = Vec::new();
        let mut ours = Vec::new();
        for _ in 0..RUNS {
            self.server.take_requests();
            let faults = || self.server.faulty_again();
            faults();
            bare.push(bare::run(self.server.address, &self.requests, IN_FLIGHT).as_secs_f64());
            let asked = self.server.take_requests();
            faults();
            ours.push(watch(&mut self.cold()));
            assert_eq!(self.server.take_requests(), asked, "both send the same");
        }
        bare.sort_by(f64::total_cmp);
        (bare[RUNS / 2], medians(ours))
    }

    /// A run with an empty cache.
    fn cold(&self) -> std::process::Command {
        for name in ["run", "cache"] {
            let _ = std::fs::remove_dir_all(self.folder.path().join(name));
        }
        self.project.rate("run", "cache", &[])
    }
}

fn medians(mut took: Vec<Took>) -> Took {
    took.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    let seconds = took[took.len() / 2].seconds;
    // Memory at its worst: a bound on memory is one for every run.
    let megabytes = took.iter().map(|took| took.megabytes).fold(0.0, f64::max);
    Took { seconds, megabytes }
}

fn plain(bench: &Bench, table: &mut Table) {
    bench.server.delay_ms(0);
    let (bare, ours) = bench.compare();
    table.row("server at 0 ms, s", ours.seconds, 2.0 * bare);
    table.note(&format!("bare client {bare:.3} s; bound 2 × that"));
    table.memory(ours);
}

fn slow(bench: &Bench, table: &mut Table) {
    bench.server.delay_ms(DELAY_MS);
    let (bare, ours) = bench.compare();
    bench.server.delay_ms(0);
    let ideal = CALLS as f64 * DELAY_MS as f64 / 1000.0 / IN_FLIGHT as f64;
    table.row("server at 50 ms, s", ours.seconds, 1.15 * ideal);
    table.note(&format!(
        "bare client {bare:.3} s; bound 1.15 × {CALLS} × 50 ms / {IN_FLIGHT}"
    ));
    table.memory(ours);
}

fn faulty(bench: &Bench, table: &mut Table) {
    bench.server.delay_ms(DELAY_MS);
    bench.server.faulty(true);
    let (bare, ours) = bench.compare();
    bench.server.faulty(false);
    bench.server.delay_ms(0);
    table.row("50 ms, 5 % fail, s", ours.seconds, 1.1 * bare);
    table.note(&format!("bare client {bare:.3} s; bound 1.1 × that"));
    table.memory(ours);
}

fn warm(bench: &Bench, table: &mut Table) {
    bench.server.delay_ms(0);
    watch(&mut bench.cold());
    bench.server.take_requests();
    let again = |_| watch(&mut bench.project.rate("run", "cache", &[]));
    let took = medians((0..RUNS).map(again).collect());
    table.row("warm rerun, s", took.seconds, 0.3);
    table.row(
        "warm rerun, requests",
        bench.server.take_requests() as f64,
        0.0,
    );
    table.memory(took);
}

/// What was measured beside its bound.
#[derive(Default)]
struct Table {
    rows: usize,
    missed: usize,
}

impl Table {
    fn row(&mut self, what: &str, value: f64, bound: f64) {
        if self.rows == 0 {
            println!("{:<24} {:>9} {:>9} {:>6}", "", "measured", "bound", "ratio");
        }
        self.rows += 1;
        let fine = value <= bound;
        self.missed += usize::from(!fine);
        let ratio = match bound > 0.0 {
            true => format!("{:.2}", value / bound),
            false => "-".to_owned(),
        };
        let verdict = if fine { "ok" } else { "OVER" };
        println!("{what:<24} {value:>9.3} {bound:>9.3} {ratio:>6} {verdict}");
    }

    fn memory(&mut self, took: Took) {
        self.row("  peak resident, MB", took.megabytes, 100.0);
    }

    fn note(&self, text: &str) {
        println!("  ({text})");
    }
}
