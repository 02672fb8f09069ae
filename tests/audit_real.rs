//! The audit of published labels, against figures computed elsewhere.
//!
//! The files are not part of this repository: `TASKRATER_DATA` names the folder that holds `multi_llm_2026/`.

#![expect(clippy::print_stdout, reason = "a test says what it skips")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use taskrater::audit::{Audit, Options, Rater, Run, audit};
use taskrater::inventory::{Occupation, Task};
use taskrater::prompt::Prompt;
use taskrater::rating::{Outcome, Rating, Value};
use taskrater::ratings::{Sheet, Slots};
use taskrater::rubric::Rubric;

fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("TASKRATER_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: TASKRATER_DATA is unset");
    }
    folder
}

/// Columns before those of the raters: task id, code, task, type, title.
const FIRST: usize = 5;

/// Labels of the raters from column `first`, rows sorted into occupations.
struct Labels {
    raters: Vec<Rater>,
    occupations: Vec<Occupation>,
    sheet: Sheet,
}

impl Labels {
    fn read(folder: &std::path::Path, first: usize) -> Self {
        let path = folder.join("multi_llm_2026/exposure_labels_22_raters.csv");
        let mut file = csv::Reader::from_path(path).expect("a file");
        let names: Vec<String> = file
            .headers()
            .expect("a header")
            .iter()
            .map(str::to_owned)
            .collect();
        let mut rows: Vec<csv::StringRecord> =
            file.records().collect::<Result<_, _>>().expect("rows");
        rows.sort_by(|a, b| a[1].cmp(&b[1]));
        let prompt = Prompt::built_in("exposure").expect("a prompt");
        let rubric = prompt.rubric();
        let raters: Vec<Rater> = names[first..].iter().map(|name| rater(name)).collect();
        let mut sheet = Sheet::new(rubric, rows.len(), Slots::single(raters.len()));
        let mut occupations: Vec<Occupation> = Vec::new();
        for (number, row) in rows.iter().enumerate() {
            if occupations.last().is_none_or(|last| last.id != row[1]) {
                let (id, title) = (row[1].to_owned(), row[4].to_owned());
                occupations.push(Occupation {
                    id,
                    title,
                    ..Occupation::default()
                });
            }
            let (id, statement) = (row[0].to_owned(), row[2].to_owned());
            let task = Task {
                id,
                statement,
                ..Task::default()
            };
            occupations
                .last_mut()
                .expect("an occupation")
                .tasks
                .push(task);
            for (place, cell) in row.iter().skip(first).enumerate() {
                let at = sheet.cell(number, place, 0);
                sheet.set(at, &rating(rubric, cell)).expect("a rating");
            }
        }
        Self {
            raters,
            occupations,
            sheet,
        }
    }

    fn audit(&self, gold: Option<usize>) -> Audit {
        let occupations: Vec<&Occupation> = self.occupations.iter().collect();
        let run = Run {
            id: "labels",
            prompt: "",
            inventory: "published labels",
            raters: &self.raters,
            gold,
            occupations: &occupations,
            activities: &BTreeMap::new(),
            sheet: &self.sheet,
            carried: None,
        };
        let options = Options {
            draws: 200,
            threads: 2,
            ..Options::default()
        };
        audit(&run, &[], &options).expect("an audit")
    }
}

fn rater(id: &str) -> Rater {
    Rater {
        id: id.to_owned(),
        kind: "recording".to_owned(),
        source: "published".to_owned(),
        gold: None,
        asked: None,
    }
}

fn rating(rubric: &Rubric, cell: &str) -> Rating {
    let exposure = &rubric.dimensions()[0];
    // E3, exposed with image capabilities, is folded into E2 as the paper does.
    let label = exposure.label_index(if cell == "E3" { "E2" } else { cell });
    let Some(label) = label else {
        return Rating::missing(Outcome::NotRun, rubric.dimensions().len());
    };
    let value = exposure.labels()[label].value;
    Rating {
        values: vec![Some(Value {
            value,
            label: Some(label),
            probabilities: None,
        })],
        ..Rating::missing(Outcome::Rated, rubric.dimensions().len())
    }
}

fn alphas(audit: &Audit) -> Vec<f64> {
    let lines = audit.dimensions[0].agreement.iter();
    let of_panel = lines.filter(|line| line.name == "krippendorff_alpha" && line.of == "panel");
    of_panel
        .map(|line| line.estimate.expect("alpha").point)
        .collect()
}

fn near(found: &[f64], expected: [f64; 3]) {
    assert_eq!(found.len(), 3);
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            (found - expected).abs() <= 5e-7,
            "{found} is not {expected}"
        );
    }
}

#[test]
fn twenty_two_raters_and_the_nineteen_later_ones() {
    let Some(data) = data() else { return };
    let all = Labels::read(&data, FIRST);
    assert_eq!((all.raters.len(), all.sheet.tasks()), (22, 730));
    near(&alphas(&all.audit(None)), [0.524_254, 0.675_905, 0.657_645]);
    let later = Labels::read(&data, FIRST + 3);
    near(
        &alphas(&later.audit(None)),
        [0.557_612, 0.701_612, 0.687_840],
    );
}

#[test]
fn the_published_human_label_as_gold() {
    let Some(data) = data() else { return };
    let all = Labels::read(&data, FIRST);
    let audit = all.audit(Some(0));
    let exposure = &audit.dimensions[0];
    let of = |id: &str| {
        exposure
            .raters
            .iter()
            .find(|one| one.id == id)
            .expect("a rater")
    };
    // GPT-4 of the paper has Pearson 0.595 with the human label on these tasks.
    let against = of("gpt4_exposure").vs_gold.as_ref().expect("gold");
    assert!((against.pearson.expect("r").point - 0.595).abs() < 5e-4);
    let repeat = exposure.pairs.iter().find(|pair| {
        pair.a == "gpt-5.4-per-task-strat50" && pair.b == "gpt-5.4-per-task-strat50-runB"
    });
    // A repeat of one model agrees with itself on 95.1 %.
    let exact = repeat
        .expect("a pair")
        .exact_agreement
        .expect("a share")
        .point;
    assert!((exact - 0.951).abs() < 5e-4, "{exact}");
    // Twenty-one raters err so much alike that they are worth few.
    let errors = exposure.errors.as_ref().expect("errors");
    let worth = errors.effective_raters.expect("a number");
    assert_eq!(errors.raters, 21);
    assert!(worth.point > 1.0 && worth.point < 5.0, "{worth:?}");
    assert!(worth.low.expect("an end") < worth.point && worth.point < worth.high.expect("an end"));
    // Kinds of work come from the codes: all of them are O*NET-SOC.
    assert!(
        exposure
            .groups
            .iter()
            .any(|group| group.by == "major_group")
    );
}
