//! 600,000 cached ratings read and reconciled: 200,000 tasks × 3 raters, `rate --all --offline`; peak resident memory
//! against the bound of docs/benchmarks.md, and the time it takes.
//!
//! `cargo bench --bench memory [-- --check] [-- --fill]`. The cache is filled once, by asking a lean server on loopback, and
//! kept under `target/`; `--fill` fills it anew, as it must be after a change of the key. Linux only.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod support;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use support::child::watch;
use support::lean::Lean;
use support::project::Project;

const TASKS: usize = 200_000;
const RATERS: usize = 3;
const RATINGS: usize = TASKS * RATERS;
const BOUND_MEGABYTES: f64 = 300.0;

fn main() -> ExitCode {
    let asked = |flag: &str| std::env::args().any(|arg| arg == flag);
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("memory-bench");
    if asked("--fill") || !folder.join("filled").exists() {
        fill(&folder);
    }
    let took = watch(&mut Project::at(&folder).rate("offline", "cache", &["--offline"]));
    println!(
        "{TASKS} tasks × {RATERS} raters = {RATINGS} cached ratings, read and reconciled offline"
    );
    let fine = took.megabytes <= BOUND_MEGABYTES;
    println!(
        "peak resident {:.0} MB, {:.2} of the bound {BOUND_MEGABYTES} ({}); {:.1} s",
        took.megabytes,
        took.megabytes / BOUND_MEGABYTES,
        if fine { "ok" } else { "OVER" },
        took.seconds
    );
    if !fine && asked("--check") {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Asks everything once. The server's address is part of the project: its answers are found under no other.
fn fill(folder: &PathBuf) {
    // It may not be there yet.
    let _ = fs::remove_dir_all(folder);
    let server = Lean::start();
    let project = Project::write(folder, server.address, TASKS, RATERS, 32);
    let took = watch(&mut project.rate("asked", "cache", &[]));
    println!(
        "filled by {} calls in {:.0} s, peak resident {:.0} MB",
        server.take_requests(),
        took.seconds,
        took.megabytes
    );
    fs::remove_dir_all(folder.join("asked")).expect("the run folder");
    fs::write(folder.join("filled"), "").expect("a mark");
}
