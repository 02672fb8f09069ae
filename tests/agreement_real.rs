//! Agreement statistics of published labels, against figures computed elsewhere.
//!
//! The files are not part of this repository: `TASKRATER_DATA` names the folder that holds `eloundou2024/` and
//! `multi_llm_2026/`.

#![expect(clippy::print_stdout, reason = "a test says what it skips")]

use std::path::{Path, PathBuf};
use taskrater::stats::agreement::{
    Counts, Metric, Pairs, Weights, alpha, cohen_kappa, exposure_agreement, pearson,
};
use taskrater::stats::exposure::{Exposure, Measure};
use taskrater::stats::{Clusters, Draws, Table, agreement};

const TWENTY_TWO: &str = "multi_llm_2026/exposure_labels_22_raters.csv";

fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("TASKRATER_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: TASKRATER_DATA is unset");
    }
    folder
}

/// A file of rows by column name.
struct Rows {
    header: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

impl Rows {
    fn read(path: &Path, delimiter: u8) -> Self {
        let mut file = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .from_path(path)
            .expect("a file");
        Self {
            header: file.headers().expect("a header").clone(),
            rows: file.records().collect::<Result<_, _>>().expect("rows"),
        }
    }

    fn column(&self, name: &str) -> Vec<&str> {
        let place = self.header.iter().position(|column| column == name);
        let place = place.unwrap_or_else(|| panic!("no column {name}"));
        self.rows.iter().map(|row| &row[place]).collect()
    }

    fn labels(&self, name: &str) -> Vec<Option<Exposure>> {
        self.column(name).into_iter().map(Exposure::read).collect()
    }
}

fn near(found: Option<f64>, expected: f64, tolerance: f64) {
    let found = found.expect("it is defined");
    assert!(
        (found - expected).abs() <= tolerance,
        "{found} is not {expected}"
    );
}

fn beta(labels: &[Vec<Option<Exposure>>]) -> Table {
    let column = |labels: &Vec<Option<Exposure>>| -> Vec<Option<f64>> {
        labels
            .iter()
            .map(|label| label.map(|label| Measure::Beta.value(label)))
            .collect()
    };
    Table::of_raters(&labels.iter().map(column).collect::<Vec<_>>()).expect("a table")
}

#[test]
fn a_human_and_two_prompts_over_13_400_tasks() {
    let Some(data) = data() else { return };
    let rows = Rows::read(&data.join("eloundou2024/full_labelset.tsv"), b'\t');
    let [human, one, other] = [
        "human_exposure_agg",
        "gpt4_exposure",
        "gpt4_exposure_alt_rubric",
    ]
    .map(|name| rows.labels(name));
    let of = |x: &[Option<Exposure>], y: &[Option<Exposure>]| {
        exposure_agreement(x.iter().copied().zip(y.iter().copied())).expect("tasks")
    };
    let first = of(&human, &one);
    assert_eq!(first.n, 13_400);
    near(Some(first.beta.agreement), 0.6584, 5e-5);
    near(first.beta.pearson, 0.5911, 5e-5);
    let second = of(&human, &other);
    near(Some(second.beta.agreement), 0.6613, 5e-5);
    near(second.beta.pearson, 0.5430, 5e-5);
    near(Some(of(&one, &other).beta.agreement), 0.7655, 5e-5);

    // Occupations are resampled whole: tasks of one occupation are no independent ones, so the interval is wider.
    let counts = Counts::of_values(&beta(&[human, one, other]));
    let draws = Draws::Seeded {
        seed: 2026,
        count: 400,
    };
    let width = |clusters: &Clusters| {
        let found = agreement::bootstrap_alpha(&counts, Metric::Interval, clusters, draws, 2);
        let found = found.expect("clusters of the tasks");
        let (interval, whole) = (
            found.percentile(0.95).expect("draws"),
            found.whole.alpha.expect("alpha"),
        );
        assert!(interval.low < whole && whole < interval.high);
        interval.high - interval.low
    };
    let occupations = Clusters::of(rows.column("O*NET-SOC Code"));
    assert_eq!(occupations.count(), 643);
    assert!(width(&occupations) > 1.3 * width(&Clusters::singletons(13_400)));
}

#[test]
fn twenty_two_raters_over_730_tasks() {
    let Some(data) = data() else { return };
    let rows = Rows::read(&data.join(TWENTY_TWO), b',');
    let raters: Vec<&str> = rows.header.iter().skip(5).collect();
    let labels: Vec<_> = raters.iter().map(|name| rows.labels(name)).collect();
    let table = beta(&labels);
    assert_eq!((table.raters(), table.units().count()), (22, 730));
    let all = [
        (Metric::Nominal, 0.524_254),
        (Metric::Ordinal, 0.675_905),
        (Metric::Interval, 0.657_645),
    ];
    let counts = Counts::of_values(&table);
    for (metric, expected) in all {
        near(alpha(&counts, metric).alpha, expected, 5e-7);
    }
    // The first three are the human and the two prompts of the paper.
    let later: Vec<usize> = (3..22).collect();
    let runs = table.only(&later).expect("19 raters");
    let alone = [
        (Metric::Nominal, 0.557_612),
        (Metric::Ordinal, 0.701_612),
        (Metric::Interval, 0.687_840),
    ];
    let counts = Counts::of_values(&runs);
    for (metric, expected) in alone {
        near(alpha(&counts, metric).alpha, expected, 5e-7);
    }
    let r = |x: usize, y: usize| pearson(&Pairs::of_table(&table, x, y), 0.95).map(|found| found.r);
    near(r(0, 1), 0.595, 5e-4);
    let best = later
        .iter()
        .filter_map(|&rater| r(0, rater))
        .reduce(f64::max);
    near(best, 0.590, 5e-4);
}

#[test]
fn a_repeat_of_one_model() {
    let Some(data) = data() else { return };
    let rows = Rows::read(&data.join(TWENTY_TWO), b',');
    let runs = ["gpt-5.4-per-task-strat50", "gpt-5.4-per-task-strat50-runB"];
    let repeat = Pairs::of_table(&beta(&runs.map(|name| rows.labels(name))), 0, 1);
    let kappa = cohen_kappa(&repeat, &[0.0, 0.5, 1.0], Weights::Identity, 0.95).expect("kappa");
    near(Some(kappa.observed), 0.951, 5e-4);
    near(Some(kappa.kappa), 0.9207, 5e-5);
}

#[test]
fn three_axes_before_the_raters_saw_each_other() {
    let Some(data) = data() else { return };
    let rows = Rows::read(&data.join("multi_llm_2026/three_axes_consensus.csv"), b',');
    for (axis, expected, equal) in [
        ("C", 0.759, 0.627),
        ("D", 0.878, 0.699),
        ("R", 0.689, 0.616),
    ] {
        let column = |vendor: &str| -> Vec<Option<f64>> {
            let cells = rows.column(&format!("{vendor}_{axis}_ir")).into_iter();
            // A label of another axis, or a sentence, is a row that slipped: no answer on this axis.
            cells
                .map(|cell| cell.strip_prefix(axis)?.parse::<u8>().ok().map(f64::from))
                .collect()
        };
        let table = Table::of_raters(&["sonnet", "gpt", "gemini"].map(column)).expect("a table");
        let found = alpha(&Counts::of_values(&table), Metric::Interval);
        near(found.alpha, expected, 5e-4);
        let complete = table.complete();
        let same = complete
            .iter()
            .filter(|row| row.windows(2).all(|two| two[0] == two[1]));
        near(
            Some(same.count() as f64 / complete.len() as f64),
            equal,
            5e-4,
        );
    }
}
