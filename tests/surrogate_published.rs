//! The embedded surrogates against the published labels, when `TASKRATER_DATA` names their folder.

#![expect(clippy::unwrap_used, reason = "what tests call may panic like a test")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::PathBuf;

use taskrater::rater::surrogate::{Basis, Bundle, Input, normalise};

struct Labelled {
    task_id: String,
    title: String,
    statement: String,
    /// Human, GPT-4, GPT-4 with the second rubric, automation, as values.
    values: [f64; 4],
}

fn labels() -> Option<Vec<Labelled>> {
    let Some(folder) = std::env::var_os("TASKRATER_DATA") else {
        eprintln!("skipped: TASKRATER_DATA is not set");
        return None;
    };
    let path = PathBuf::from(folder).join("eloundou2024/full_labelset.tsv");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b'\t')
        .from_path(path)
        .unwrap();
    let value = |label: &str| match label {
        "E0" => 0.0,
        "E2" => 0.5,
        "E1" => 1.0,
        level => level[1..].parse::<f64>().unwrap() * 25.0,
    };
    let read = |record: csv::StringRecord| Labelled {
        task_id: record[2].trim_end_matches(".0").to_owned(),
        title: record[5].to_owned(),
        statement: record[3].to_owned(),
        values: [6, 7, 8, 10].map(|column| value(&record[column])),
    };
    Some(
        reader
            .records()
            .map(|record| read(record.unwrap()))
            .collect(),
    )
}

fn pearson(pairs: &[(f64, f64)]) -> f64 {
    let n = pairs.len() as f64;
    let (mx, my) = pairs
        .iter()
        .fold((0.0, 0.0), |(x, y), p| (x + p.0 / n, y + p.1 / n));
    let sum =
        |f: &dyn Fn(f64, f64) -> f64| -> f64 { pairs.iter().map(|(x, y)| f(x - mx, y - my)).sum() };
    sum(&|x, y| x * y) / (sum(&|x, _| x * x) * sum(&|_, y| y * y)).sqrt()
}

#[test]
fn held_out_quality_is_what_the_model_card_promises() {
    let Some(labels) = labels() else { return };
    let bundle = Bundle::embedded().unwrap();
    let mut scorer = bundle.scorer();
    let mut pairs = vec![Vec::new(); 4];
    for task in &labels {
        let answers = scorer.predict(Input {
            task_id: &task.task_id,
            occupation: &task.title,
            statement: &task.statement,
        });
        for (which, answer) in answers.iter().enumerate() {
            assert_eq!(answer.basis, Basis::OutOfFold);
            pairs[which].push((answer.value, task.values[which]));
        }
    }
    let promised = [0.675, 0.79, 0.735, 0.845];
    for ((surrogate, pairs), least) in bundle.surrogates().iter().zip(&pairs).zip(promised) {
        let (about, found) = (surrogate.about(), pearson(pairs));
        assert!(found >= least, "{}: {found}", about.id);
        assert!(
            (found - about.figures.pearson.unwrap()).abs() < 1e-4,
            "{}: {found}",
            about.id
        );
        let f = &about.figures;
        for pair in [f.alpha, f.beta, f.gamma] {
            assert!(
                (pair.predicted - pair.actual).abs() < 0.01,
                "{}: {pair:?}",
                about.id
            );
        }
        assert!(f.calibration_error < 0.03 && f.calibration_error_top < 0.03);
    }
}

#[test]
fn the_weights_hold_no_task_text() {
    let Some(labels) = labels() else { return };
    let bytes = Bundle::embedded().unwrap().to_bytes();
    assert!(bytes.len() < 3_000_000, "{} bytes", bytes.len());
    let held = String::from_utf8_lossy(&bytes).to_lowercase();
    for task in labels.iter().step_by(29) {
        let text = normalise(&task.statement);
        let opening: String = text.chars().take(16).collect();
        assert!(!held.contains(&opening), "{opening}");
    }
}
