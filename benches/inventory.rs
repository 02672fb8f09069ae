//! Reading O*NET releases on one core: a text folder, the same as a zip, and a folder of Excel workbooks, against the bounds
//! named in docs/benchmarks.md. Ends with 1 when a bound is missed. Linux only: the time is that of the thread on a core.
//!
//! `TASKRATER_DATA=DIR cargo bench --bench inventory`, where `DIR` holds `onet_30_2` (text) and `onet_29_3_xlsx`.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use taskrater::inventory::Wanted;
use taskrater::shell::read_inventory;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const RUNS: usize = 7;

fn main() -> ExitCode {
    let Some(data) = std::env::var_os("TASKRATER_DATA") else {
        println!("skipped: TASKRATER_DATA is not set");
        return ExitCode::SUCCESS;
    };
    let text = PathBuf::from(&data).join("onet_30_2");
    let excel = PathBuf::from(&data).join("onet_29_3_xlsx");
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let zip = temporary.path().join("db_30_2_text.zip");
    compress(&text, &zip);
    let skills = Wanted {
        background: true,
        ..Wanted::titles(true)
    };
    println!("reading from disk, one thread, {RUNS} runs, time on the core");
    let kept = [
        row(
            "30.2 text folder: tasks, ratings, titles",
            &text,
            Wanted::titles(true),
            0.15,
        ),
        row("the same as a zip", &zip, Wanted::titles(true), 0.4),
        row(
            "29.3 Excel folder: tasks, titles, skills",
            &excel,
            skills,
            1.0,
        ),
    ];
    match kept.iter().all(|kept| *kept) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Every file of a release, as the release is distributed.
fn compress(folder: &Path, zip: &Path) {
    let mut zip = ZipWriter::new(File::create(zip).expect("a file"));
    for entry in std::fs::read_dir(folder).expect("the release") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy();
        zip.start_file(format!("db_30_2_text/{name}"), SimpleFileOptions::default())
            .expect("an entry");
        zip.write_all(&std::fs::read(&path).expect("a table"))
            .expect("a table");
    }
    zip.finish().expect("a zip");
}

fn row(what: &str, path: &Path, wanted: Wanted, bound: f64) -> bool {
    let mut tasks = 0;
    let mut taken: Vec<(f64, f64)> = (0..RUNS)
        .map(|_| {
            let (started, on_core) = (Instant::now(), processor_seconds());
            let inventory = read_inventory(path, "release", wanted).expect("the release");
            tasks = inventory.task_count();
            let took = processor_seconds() - on_core;
            (took, started.elapsed().as_secs_f64())
        })
        .collect();
    taken.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (median, _) = taken[RUNS / 2];
    let wall = taken.iter().map(|(_, wall)| *wall).fold(f64::MAX, f64::min);
    let kept = median <= bound;
    let verdict = if kept { "ok" } else { "OVER" };
    println!(
        "{what:>41}: {tasks} tasks, median {median:.3} s, {:.2} of the bound {bound} s {verdict} (best wall {wall:.3} s)",
        median / bound
    );
    kept
}

/// Seconds this thread has spent on a core: what others do on the machine does not count.
fn processor_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanoseconds = text
        .split(' ')
        .next()
        .and_then(|first| first.parse::<f64>().ok());
    nanoseconds.expect("nanoseconds") / 1e9
}
