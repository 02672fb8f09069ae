//! Reconciling and writing a run of the size of O*NET: 18,796 tasks, three raters, three dimensions.
//!
//! `cargo bench --no-default-features --bench reconcile` prints the best of five in milliseconds. The bound is 600 ms
//! for all of it and 300 ms for `ratings.jsonl`, on one core.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark prints and may stop"
)]

use std::hint::black_box;
use std::time::Instant;
use taskrater::inventory::{Occupation, Task, TaskType};
use taskrater::rating::{Outcome, Rating, Value};
use taskrater::ratings::Sheet;
use taskrater::reconcile::{Options, reconcile};
use taskrater::report::{
    RaterKind, RaterLine, Report, write_consensus_csv, write_occupations_csv, write_ratings_jsonl,
    write_report_md,
};
use taskrater::rubric::{Dimension, Label, Rubric, Scale};

const TASKS: usize = 18_796;
const OCCUPATIONS: usize = 923;
const REASON: &str = "A model drafts, checks and summarises the documents that this task is made of, and it does so \
    today at the quality of a trained beginner. A person still has to decide what goes out, to talk to those who are \
    affected by it and to answer for the result when something in it turns out to be wrong.";

fn rubric() -> Rubric {
    let label = |id: &str, value| Label {
        id: id.into(),
        value,
        meaning: String::new(),
    };
    let dimension = |id: &str, scale| Dimension {
        id: id.into(),
        question: String::new(),
        scale,
    };
    let labels = vec![label("E0", 0.0), label("E2", 0.5), label("E1", 1.0)];
    let dimensions = vec![
        dimension("exposure", Scale::Labels(labels)),
        dimension("automation", Scale::Score(Vec::new())),
        dimension("augmentation", Scale::Score(Vec::new())),
    ];
    Rubric::new("impact".into(), dimensions).unwrap()
}

fn occupations() -> Vec<Occupation> {
    let task = |n: usize| Task {
        id: n.to_string(),
        statement: format!("Review documents of kind {n}, and write down what follows from them."),
        kind: if n.is_multiple_of(3) {
            TaskType::Supplemental
        } else {
            TaskType::Core
        },
        importance: Some(3.0),
        ..Task::default()
    };
    (0..OCCUPATIONS)
        .map(|o| Occupation {
            id: format!("11-{o:04}.00"),
            title: format!("Occupation number {o}"),
            tasks: (0..TASKS)
                .filter(|n| n % OCCUPATIONS == o)
                .map(task)
                .collect(),
            ..Occupation::default()
        })
        .collect()
}

/// Ratings that look random and are the same every time; one in fifty is missing.
fn ratings() -> Vec<Rating> {
    let mut state = 1_u32;
    let mut next = |limit: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % limit
    };
    (0..TASKS * 3)
        .map(|n| {
            if next(50) == 0 {
                return Rating::missing(Outcome::Timeout, 3);
            }
            let score = |value| {
                Some(Value {
                    value,
                    label: None,
                    probabilities: None,
                })
            };
            let most = next(3) as usize;
            let exposure = if n % 3 == 2 {
                let mut odds = vec![0.123_456_789, 0.123_456_789, 0.123_456_789];
                odds[most] = 1.0 - 2.0 * 0.123_456_789;
                let value = odds[1] * 0.5 + odds[2];
                Value {
                    value,
                    label: Some(most),
                    probabilities: Some(odds),
                }
            } else {
                Value {
                    value: most as f64 / 2.0,
                    label: Some(most),
                    probabilities: None,
                }
            };
            let values = vec![
                Some(exposure),
                score(f64::from(next(101))),
                score(f64::from(next(1010)) / 10.1),
            ];
            Rating {
                values,
                rationale: REASON.into(),
                ..Rating::missing(Outcome::Rated, 3)
            }
        })
        .collect()
}

fn main() {
    let (rubric, all, ratings) = (rubric(), occupations(), ratings());
    let occupations: Vec<&Occupation> = all.iter().collect();
    let raters = ["one", "two", "three"].map(|id| RaterLine {
        id: id.to_owned(),
        kind: RaterKind::Llm,
        source: "a model".into(),
        description: String::new(),
        gold: None,
        drawn: None,
    });
    let mut best = [f64::INFINITY; 7];
    for _ in 0..5 {
        let mut times = Vec::new();
        let mut clock = Instant::now();
        let mut lap = || {
            times.push(clock.elapsed().as_secs_f64() * 1e3);
            clock = Instant::now();
        };
        let sheet = Sheet::of(&rubric, raters.len(), &ratings).unwrap();
        lap();
        let reconciled = reconcile(&occupations, &sheet, &Options::default()).unwrap();
        lap();
        let report = Report {
            inventory: "benchmark",
            notes: &[],
            rubric: &rubric,
            prompt: "0",
            raters: &raters,
            occupations: &occupations,
            ratings: &sheet,
            carried: None,
            reconciled: &reconciled,
            labour: None,
        };
        write_ratings_jsonl(&report, &mut black_box(Vec::new())).unwrap();
        lap();
        write_consensus_csv(&report, &mut black_box(Vec::new())).unwrap();
        lap();
        write_occupations_csv(&report, &mut black_box(Vec::new())).unwrap();
        lap();
        write_report_md(&report, &mut black_box(Vec::new())).unwrap();
        lap();
        times.push(times.iter().sum());
        best.iter_mut()
            .zip(times)
            .for_each(|(best, time)| *best = best.min(time));
    }
    let names = [
        "sheet",
        "reconcile",
        "ratings.jsonl",
        "consensus.csv",
        "occupations.csv",
        "report.md",
        "all",
    ];
    for (name, time) in names.iter().zip(best) {
        println!("{name:>16} {time:8.1} ms");
    }
}
