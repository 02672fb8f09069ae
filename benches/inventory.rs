//! Reading O*NET releases on one core: a text folder, the same as a zip, and a folder of Excel workbooks, against the bounds
//! named in docs/benchmarks.md. Ends with 1 when a bound is missed.
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
    println!("reading from disk, one thread, {RUNS} runs");
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
    let mut seconds: Vec<f64> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            let inventory = read_inventory(path, "release", wanted).expect("the release");
            tasks = inventory.task_count();
            started.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    let (least, median, most) = (seconds[0], seconds[RUNS / 2], seconds[RUNS - 1]);
    let kept = median <= bound;
    let verdict = if kept { "ok" } else { "OVER" };
    println!(
        "{what:>41}: {tasks} tasks, {least:.3} / {median:.3} / {most:.3} s (least/median/most), {:.2} of the bound {bound} s {verdict}",
        median / bound
    );
    kept
}
