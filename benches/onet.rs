//! The whole of O*NET 30.2 with the embedded panel: wall time and peak memory of the built command, against the bounds
//! named in docs/benchmarks.md.
//!
//! `TASKRATER_DATA=DIR cargo bench --bench onet`, where `DIR/onet_30_2` holds the text release. Linux only: the peak is
//! `VmHWM` of `/proc/<pid>/status`, read every few milliseconds until the process ends.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use support::child::{Took, watch};

const RUNS: usize = 5;
const BOUND_SECONDS: f64 = 2.0;
const BOUND_MEGABYTES: f64 = 300.0;

fn main() {
    let Some(data) = std::env::var_os("TASKRATER_DATA") else {
        println!("skipped: TASKRATER_DATA is not set");
        return;
    };
    let inventory = PathBuf::from(data).join("onet_30_2");
    let mut walls = Vec::new();
    let mut peaks = Vec::new();
    for _ in 0..RUNS {
        let took = once(&inventory);
        walls.push(took.seconds);
        peaks.push(took.megabytes);
    }
    println!("rate --all, rubric exposure, three exposure surrogates, O*NET 30.2, {RUNS} runs");
    row("wall seconds", &mut walls, BOUND_SECONDS);
    row("peak MB", &mut peaks, BOUND_MEGABYTES);
}

fn once(inventory: &Path) -> Took {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_taskrater"));
    command
        .args(["rate", "--all", "--rubric", "exposure", "--quiet"])
        .args([
            "--rater",
            "surrogate-human",
            "--rater",
            "surrogate-gpt4",
            "--rater",
            "surrogate-gpt4-alt",
        ])
        .arg("--inventory")
        .arg(inventory)
        .current_dir(folder.path());
    watch(&mut command)
}

fn row(what: &str, values: &mut [f64], bound: f64) {
    values.sort_by(f64::total_cmp);
    let (least, median, most) = (
        values[0],
        values[values.len() / 2],
        values[values.len() - 1],
    );
    println!(
        "{what:>14}: {least:.2} / {median:.2} / {most:.2} (least/median/most); median is {:.2} of the bound {bound}",
        median / bound
    );
}
