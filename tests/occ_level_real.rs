//! Published occupation scores, reproduced from the published task labels (Eloundou et al. 2024).
//!
//! The files are not part of this repository: `TASKRATER_DATA` names the folder that holds `eloundou2024/`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop, and says what it skips"
)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use taskrater::inventory::{Occupation, Task, TaskType};
use taskrater::rating::{Outcome, Rating, Value};
use taskrater::ratings::Sheet;
use taskrater::reconcile::{Options, Reconciled, Shares, reconcile};
use taskrater::rubric::{Dimension, Label, Rubric, Scale};

fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("TASKRATER_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: TASKRATER_DATA is unset");
    }
    folder
}

/// The rows of a table as maps from column name to cell.
fn rows(path: &Path, delimiter: u8) -> Vec<HashMap<String, String>> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .from_path(path)
        .unwrap()
        .deserialize()
        .map(Result::unwrap)
        .collect()
}

fn rubric() -> Rubric {
    let label = |id: &str, value| Label {
        id: id.into(),
        value,
        meaning: String::new(),
    };
    let scale = Scale::Labels(vec![label("E0", 0.0), label("E2", 0.5), label("E1", 1.0)]);
    let exposure = Dimension {
        id: "exposure".into(),
        question: String::new(),
        scale,
    };
    Rubric::new("exposure".into(), vec![exposure]).unwrap()
}

fn rating(rubric: &Rubric, label: &str) -> Rating {
    let exposure = &rubric.dimensions()[0];
    let position = exposure
        .label_index(label)
        .unwrap_or_else(|| panic!("label {label:?}"));
    let value = exposure.labels()[position].value;
    Rating {
        values: vec![Some(Value {
            value,
            label: Some(position),
            probabilities: None,
        })],
        ..Rating::missing(Outcome::Rated, 1)
    }
}

/// Occupations in the order of the file, with the named column's label of each task in the same order.
fn read(path: &Path, rubric: &Rubric, columns: &[&str]) -> (Vec<Occupation>, Vec<Rating>) {
    let mut occupations: Vec<Occupation> = Vec::new();
    let mut labels: Vec<Vec<Rating>> = Vec::new();
    let mut positions = HashMap::new();
    for row in rows(path, b'\t') {
        let code = &row["O*NET-SOC Code"];
        let position = *positions.entry(code.clone()).or_insert_with(|| {
            occupations.push(Occupation {
                id: code.clone(),
                title: row["Title"].clone(),
                ..Occupation::default()
            });
            labels.push(Vec::new());
            occupations.len() - 1
        });
        occupations[position].tasks.push(Task {
            id: row["Task ID"].trim_end_matches(".0").to_owned(),
            statement: row["Task"].clone(),
            kind: match row["Task Type"].as_str() {
                "Core" => TaskType::Core,
                "Supplemental" => TaskType::Supplemental,
                "" => TaskType::Unknown,
                other => panic!("task type {other:?}"),
            },
            ..Task::default()
        });
        labels[position].extend(columns.iter().map(|column| rating(rubric, &row[*column])));
    }
    (occupations, labels.into_iter().flatten().collect())
}

fn shares(path: &Path, column: &str) -> HashMap<String, (Shares, f64)> {
    let rubric = rubric();
    let (occupations, ratings) = read(path, &rubric, &[column]);
    assert_eq!(ratings.len(), 13_400);
    let occupations: Vec<&Occupation> = occupations.iter().collect();
    let sheet = Sheet::of(&rubric, 1, &ratings).unwrap();
    let all = reconcile(&occupations, &sheet, &Options::default()).unwrap();
    let scores = &all.dimensions[0].occupations;
    occupations
        .iter()
        .zip(scores)
        .map(|(o, score)| (o.id.clone(), (score.shares.unwrap(), score.score.unwrap())))
        .collect()
}

#[test]
fn published_occupation_scores_are_reproduced() {
    let Some(data) = data() else { return };
    let labels = data.join("eloundou2024/full_labelset.tsv");
    let published = rows(&data.join("eloundou2024/occ_level.csv"), b',');
    let mut reproduced = 0;
    let of = [("dv", "gpt4_exposure"), ("human", "human_exposure_agg")]
        .map(|(prefix, column)| (prefix, shares(&labels, column)));
    for row in &published {
        for (prefix, ours) in &of {
            let (shares, score) = ours[&row["O*NET-SOC Code"]];
            let values = [
                ("alpha", shares.alpha),
                ("beta", shares.beta),
                ("gamma", shares.gamma),
                ("beta", score / 100.0),
            ];
            for (name, value) in values {
                let theirs: f64 = row[&format!("{prefix}_rating_{name}")].parse().unwrap();
                let code = &row["O*NET-SOC Code"];
                assert!(
                    (value - theirs).abs() < 1e-9,
                    "{code} {prefix} {name}: {value} {theirs}"
                );
            }
        }
        reproduced += 1;
    }
    println!("{reproduced} of {} occupations reproduced", published.len());
    assert_eq!(reproduced, 643);
}

#[test]
fn two_raters_on_all_tasks_keep_their_means_and_their_ranges() {
    let Some(data) = data() else { return };
    let rubric = rubric();
    let columns = ["gpt4_exposure", "human_exposure_agg"];
    let path = data.join("eloundou2024/full_labelset.tsv");
    let (occupations, ratings) = read(&path, &rubric, &columns);
    let sheet = Sheet::of(&rubric, 2, &ratings).unwrap();
    assert_eq!(sheet.tables().unwrap()[0].tasks(), 13_400);
    let occupations: Vec<&Occupation> = occupations.iter().collect();
    let all: Reconciled = reconcile(&occupations, &sheet, &Options::default()).unwrap();
    let exposure = &all.dimensions[0];
    assert_eq!((exposure.method, exposure.common), ("mean", 13_400));
    // The two agree on 65.84 % of the tasks.
    let same = (0..13_400)
        .filter(|&task| exposure.task(task).spread == Some(0.0))
        .count();
    assert!((same as f64 / 13_400.0 - 0.6584).abs() < 5e-5, "{same}");
    for score in &exposure.occupations {
        let (low, high) = score.range.unwrap();
        // No rating is missing: the score is the mean of the two raters' own scores.
        assert!((score.score.unwrap() - f64::midpoint(low, high)).abs() < 1e-9);
    }
}
