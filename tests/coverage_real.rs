//! The promise of task intervals, counted on published labels: the 22-rater table with the human labels as gold, panels of
//! two to five of the other raters, 100 draws of 300 gold tasks from half of the occupations.

#![expect(clippy::print_stdout, reason = "a test says what it skips")]

mod support;

use std::path::PathBuf;

use serde_json::Value;
use support::Project;

fn data() -> Option<PathBuf> {
    let data = std::env::var_os("TASKRATER_DATA").map(PathBuf::from);
    if data.is_none() {
        println!("skipped: TASKRATER_DATA is not set");
    }
    data
}

#[test]
fn ninety_percent_intervals_cover_about_ninety_percent_of_human_labels() {
    let Some(data) = data() else { return };
    let project = Project::new();
    let labels = data.join("multi_llm_2026/exposure_labels_22_raters.csv");
    let labels = std::fs::read_to_string(labels).expect("the labels");
    let header = labels.lines().next().expect("a header");
    let raters: Vec<&str> = header.split(',').skip(5).collect();
    assert_eq!(raters.len(), 22);
    project.write("labels.csv", &labels);
    let list: Vec<String> = raters.iter().map(|id| format!("\"{id}\"")).collect();
    project.write(
        "taskrater.toml",
        format!(
            "inventory = \"labels.csv\"\nrubric = \"exposure\"\npanel = \"published\"\n[[recordings]]\nfile = \"labels.csv\"\n\
             panel = \"published\"\ndimension = \"exposure\"\nfold = {{ E3 = \"E2\" }}\ngold = {{ human_exposure_agg = \"human\" }}\n\
             raters = [{}]\n",
            list.join(", ")
        ),
    );
    project.rate("run", &["--all"]).ends(0);
    let done = project
        .run(&["reconcile", "run", "--coverage", "--json"])
        .ends(0);
    let found: Value = serde_json::from_str(&done.out).expect("JSON");
    let rows = found["coverage"].as_array().expect("rows");
    let defaults: Vec<&Value> = rows.iter().filter(|row| row["default"] == true).collect();
    assert_eq!(defaults.len(), 4);
    for row in rows {
        let coverage = row["coverage"].as_f64().expect("a share");
        assert_eq!(
            (&row["draws"], &row["gold_tasks"]),
            (&100.into(), &300.0.into())
        );
        assert!((0.88..=0.96).contains(&coverage), "{row}");
        // What raters say among themselves covers less.
        assert!(
            row["range_coverage"].as_f64().expect("a share") < 0.88,
            "{row}"
        );
    }
    // The whole panel: gold of every task, no model worth a rater of its own.
    let done = project.run(&["reconcile", "run", "--json"]).ends(0);
    let found: Value = serde_json::from_str(&done.out).expect("JSON");
    let one = &found["reconcile"]["dimensions"][0]["calibration"];
    assert_eq!(one["gold_tasks"], 730);
    let worth = one["errors"]["effective_raters"]
        .as_f64()
        .expect("a number");
    assert!(worth < 2.0, "{worth}");
    let sd = one["residual_sd"].as_f64().expect("a number");
    assert!((0.27..0.285).contains(&sd), "{sd}");
}
