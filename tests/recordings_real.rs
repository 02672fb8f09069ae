//! Published ratings as recordings, with the configuration that docs/recordings.md shows, against figures computed elsewhere.
//!
//! The files are not part of this repository: `TASKRATER_DATA` names the folder that holds `eloundou2024/` and
//! `multi_llm_2026/`.

#![expect(clippy::print_stdout, reason = "a test says what it skips")]

#[path = "support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Done, Project};
use taskrater::stats::Table;
use taskrater::stats::agreement::{Counts, Metric, alpha};

fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("TASKRATER_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: TASKRATER_DATA is unset");
    }
    folder
}

fn ours(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(path).expect("a file of the repository")
}

/// The fenced block of docs/recordings.md of this language that begins so.
fn block(language: &str, beginning: &str) -> String {
    let docs = ours("docs/recordings.md");
    let fence = format!("```{language}\n{beginning}");
    let at = docs.find(&fence).unwrap_or_else(|| panic!("no {fence}"));
    let rest = &docs[at + 4 + language.len()..];
    rest[..rest.find("```").expect("an end")].to_owned()
}

/// A project with these files and the configuration of the block that begins so.
fn project(data: &Path, files: &[&str], beginning: &str) -> Project {
    let project = Project::new();
    for file in files {
        let (_, name) = file.rsplit_once('/').expect("a folder");
        project.write(name, fs::read(data.join(file)).expect("a published file"));
    }
    project.write("taskrater.toml", block("toml", beginning));
    project
}

/// Number of ratings by rater and outcome, as the manifest has them.
fn outcomes(project: &Project, run: &str) -> BTreeMap<(String, String), u64> {
    let manifest = project.manifest(run);
    let raters = manifest["raters"].as_array().expect("raters").clone();
    let of = |rater: serde_json::Value| {
        let id = rater["id"].as_str().expect("an id").to_owned();
        let outcomes = rater["outcomes"].as_object().expect("outcomes").clone();
        let counts = outcomes.into_iter();
        counts
            .map(|(name, count)| ((id.clone(), name), count.as_u64().expect("a count")))
            .collect::<Vec<_>>()
    };
    raters.into_iter().flat_map(of).collect()
}

/// The values of a dimension by rater and task, in the order of the run.
fn values(project: &Project, run: &str, dimension: &str) -> Vec<Vec<Option<f64>>> {
    let mut raters: Vec<String> = Vec::new();
    let mut columns: Vec<Vec<Option<f64>>> = Vec::new();
    for line in project.ratings(run) {
        let id = line["rater"].as_str().expect("a rater");
        let at = raters
            .iter()
            .position(|rater| rater == id)
            .unwrap_or_else(|| {
                raters.push(id.to_owned());
                columns.push(Vec::new());
                raters.len() - 1
            });
        columns[at].push(line["values"][dimension]["value"].as_f64());
    }
    columns
}

fn interval_alpha(columns: &[Vec<Option<f64>>]) -> f64 {
    let table = Table::of_raters(columns).expect("a table");
    let found = alpha(&Counts::of_values(&table), Metric::Interval);
    found.alpha.expect("alpha is defined")
}

fn near(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected}"
    );
}

const TWENTY_TWO: &str = "multi_llm_2026/exposure_labels_22_raters.csv";

fn rates(project: &Project, args: &[&str]) -> Done {
    let all = [&["--all", "--quiet"], args].concat();
    project.rate("run", &all).ends(0)
}

#[test]
fn the_22_raters_rate_the_730_tasks() {
    let Some(data) = data() else { return };
    let project = project(&data, &[TWENTY_TWO], "# 22 raters");
    let done = rates(&project, &["--panel", "published"]);
    assert!(!done.err.contains("cannot be used"), "{}", done.err);
    let outcomes = outcomes(&project, "run");
    // One of the runs has no label for the 23 tasks of the last occupation.
    let short =
        ["rated", "abstained"].map(|name| ("o1-per-occ-strat50".to_owned(), name.to_owned()));
    let rated = outcomes.iter().filter(|(key, _)| !short.contains(key));
    let rated: Vec<u64> = rated.map(|(_, count)| *count).collect();
    assert_eq!(rated, [730; 21]);
    assert_eq!(short.map(|key| outcomes[&key]), [730 - 23, 23]);
    let raters = values(&project, "run", "exposure");
    near(interval_alpha(&raters), 0.657_645, 1e-6);
    // The 19 later runs alone.
    near(interval_alpha(&raters[3..]), 0.687_840, 1e-6);
}

#[test]
fn explanations_come_as_rationales() {
    let Some(data) = data() else { return };
    let files = [TWENTY_TWO, "multi_llm_2026/o3_with_explanations.csv"];
    let project = project(&data, &files, "# explanations");
    let done = rates(&project, &["--rater", "o3-explained"]);
    let done =
        done.says(&["o3_with_explanations.csv: 730 of 733 rows are about tasks of this run"]);
    assert!(!done.err.contains("cannot be used"), "{}", done.err);
    let ratings = project.ratings("run");
    assert_eq!(ratings.len(), 730);
    let says_why =
        |line: &serde_json::Value| line["rationale"].as_str().expect("a text").len() > 20;
    assert!(ratings.iter().all(says_why));
}

#[test]
fn the_published_label_set_gives_four_raters_of_two_dimensions() {
    let Some(data) = data() else { return };
    let files = ["eloundou2024/full_labelset.tsv"];
    let project = project(&data, &files, "# eloundou2024");
    let done = rates(&project, &["--panel", "eloundou2024"]);
    assert!(!done.err.contains("cannot be used"), "{}", done.err);
    let outcomes = outcomes(&project, "run");
    assert_eq!(outcomes.len(), 4);
    assert!(
        outcomes.values().all(|&count| count == 13_400),
        "{outcomes:?}"
    );
    assert_eq!(project.manifest("run")["tasks"], 13_400);
    let exposure = values(&project, "run", "exposure");
    let equal = exposure[0].iter().zip(&exposure[1]);
    let equal = equal.filter(|(human, gpt)| human == gpt).count();
    near(equal as f64 / 13_400.0, 0.6584, 5e-5);
    // T0 to T4 stand 4076, 4349, 2172, 2703 and 100 times in the file: (4349 × 25 + 2172 × 50 + 2703 × 75 + 100 × 100) / 13400.
    let automation = &values(&project, "run", "automation")[3];
    let sum: f64 = automation.iter().map(|value| value.expect("a score")).sum();
    near(sum / 13_400.0, 430_050.0 / 13_400.0, 1e-9);
}

#[test]
fn three_axes_show_their_shifted_rows_and_agree_as_published() {
    let Some(data) = data() else { return };
    let files = ["multi_llm_2026/three_axes_consensus.csv"];
    let project = project(&data, &files, "# three axes");
    project.write("three-axes.md", ours("examples/three-axes.md"));
    let script = block("sh", "awk");
    let made = Command::new("sh")
        .args(["-c", &script])
        .current_dir(project.path("."))
        .status();
    assert!(made.expect("awk runs").success());
    let args = ["--prompt", "three-axes.md", "--panel", "first-round"];
    rates(&project, &args).says(&["9 places of recorded ratings cannot be used"]);
    let manifest = project.manifest("run");
    assert_eq!(manifest["tasks"], 16_325);
    let gemini = &manifest["raters"][2];
    assert_eq!(gemini["problem_count"], 9);
    let lines = gemini["problems"].as_array().expect("problems").iter();
    let lines: std::collections::BTreeSet<u64> = lines
        .filter_map(|problem| problem["line"].as_u64())
        .collect();
    assert_eq!(lines.len(), 3);
    // 35, 7 and 6 rows are blank, and three rows are shifted.
    let outcomes = outcomes(&project, "run");
    let rated = |id: &str| outcomes[&(id.to_owned(), "rated".to_owned())];
    assert_eq!(
        ["sonnet", "gpt", "gemini"].map(rated),
        [16_325 - 35, 16_325 - 7, 16_325 - 6 - 3]
    );
    for (dimension, expected, equal) in [
        ("cognition", 0.759, 62.7),
        ("dexterity", 0.878, 69.9),
        ("regulation", 0.689, 61.6),
    ] {
        let columns = values(&project, "run", dimension);
        near(interval_alpha(&columns), expected, 5e-4);
        let rows = (0..16_325).filter_map(|task| {
            let row = [columns[0][task]?, columns[1][task]?, columns[2][task]?];
            Some(row[0] == row[1] && row[1] == row[2])
        });
        let rows: Vec<bool> = rows.collect();
        let all = rows.iter().filter(|same| **same).count();
        near(100.0 * all as f64 / rows.len() as f64, equal, 0.05);
    }
}
