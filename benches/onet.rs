//! The whole of O*NET 30.2 with the embedded panel: wall time and peak memory of the built command, against the bounds
//! named in docs/benchmarks.md.
//!
//! `TASKRATER_DATA=DIR cargo bench --bench onet`, where `DIR/onet_30_2` holds the text release. Linux only: the peak is
//! `VmHWM` of `/proc/<pid>/status`, read every few milliseconds until the process ends.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

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
        let (wall, peak) = once(&inventory);
        walls.push(wall.as_secs_f64());
        peaks.push(peak);
    }
    println!("rate --all, rubric exposure, three exposure surrogates, O*NET 30.2, {RUNS} runs");
    row("wall seconds", &mut walls, BOUND_SECONDS);
    row("peak MB", &mut peaks, BOUND_MEGABYTES);
}

fn once(inventory: &Path) -> (Duration, f64) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_taskrater"))
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
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("the command starts");
    let mut peak = 0.0_f64;
    let status = loop {
        peak = peak.max(high_water(&child));
        if let Some(status) = child.try_wait().expect("the command is ours") {
            break status;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    let wall = started.elapsed();
    assert!(status.success(), "the command failed");
    (wall, peak)
}

/// Megabytes of `VmHWM`; 0 when the process is gone.
fn high_water(child: &Child) -> f64 {
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes =
        line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
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
