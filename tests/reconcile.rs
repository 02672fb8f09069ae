//! `reconcile`: another method or other gold for the ratings of a run, without asking anybody.

mod support;

use serde_json::Value;
use support::Project;

const FILES: [&str; 4] = [
    "report.md",
    "consensus.csv",
    "occupations.csv",
    "reconcile.json",
];

/// Labels of two readers and of gold on four occupations of ten tasks, and a project whose panel they are.
fn project() -> Project {
    let project = Project::new();
    project.write(
        "taskrater.toml",
        "inventory = \"jobs.csv\"\n\
         rubric = \"exposure\"\n\
         panel = \"read\"\n\
         [[recordings]]\n\
         file = \"labels.csv\"\n\
         panel = \"read\"\n\
         task_id = \"task_id\"\n\
         dimension = \"exposure\"\n\
         gold = { people = \"human\" }\n\
         raters = [\"ann\", \"bob\", \"people\"]\n",
    );
    let (mut jobs, mut labels) = (
        "occupation,task_id,task\n".to_owned(),
        "task_id,ann,bob,people\n".to_owned(),
    );
    for n in 0..40 {
        // Bob is one step above ann on every third task; people are one step below her on every fourth.
        let step = |step: usize| ["E0", "E2", "E1"][step.min(2)];
        let ann = (n * 7 / 3) % 3;
        let bob = ann + usize::from(n % 3 == 0);
        let people = ann.saturating_sub(usize::from(n % 4 == 0));
        let job = n / 10;
        jobs.push_str(&format!("Job {job},t{n},Do the work of number {n}.\n"));
        let people = if n % 10 == 9 { "" } else { step(people) };
        labels.push_str(&format!("t{n},{},{},{people}\n", step(ann), step(bob)));
    }
    project.write("jobs.csv", jobs);
    project.write("labels.csv", labels);
    project.rate("run", &["--all"]).ends(0);
    project
}

fn record(project: &Project, folder: &str) -> Value {
    let text = project.read(&format!("{folder}/reconcile.json"));
    serde_json::from_str(&text).expect("JSON")
}

fn bytes(project: &Project, folder: &str) -> Vec<String> {
    let read = |name: &&str| project.read(&format!("{folder}/{name}"));
    FILES.iter().map(read).collect()
}

#[test]
fn a_run_with_gold_is_calibrated_and_can_be_reconciled_in_other_ways() {
    let project = project();
    let own = project.stable("run");
    let done = project.run(&["reconcile", "run"]).ends(0);
    done.prints(&[
        "Gold: people (human labels)",
        "a random sample",
        "All 40 rated tasks, exposure:",
        "% GREG, clustered by occupation, 36 human labels",
        "Written to run/reconcile-auto:",
    ]);
    // What `rate` wrote is what the default says again, from what is in the files.
    for name in ["consensus.csv", "occupations.csv", "report.md"] {
        let again = project.read(&format!("run/reconcile-auto/{name}"));
        assert_eq!(again, project.read(&format!("run/{name}")), "{name}");
    }
    let auto = bytes(&project, "run/reconcile-auto");
    let found = record(&project, "run/reconcile-auto");
    let one = &found["dimensions"][0];
    assert_eq!(found["gold"]["rater"], "people");
    assert_eq!(one["calibration"]["gold_tasks"], 36);
    assert_eq!(one["calibration"]["held_out"]["n"], 36);
    assert_eq!(one["panel"], serde_json::json!(["ann", "bob"]));
    assert!(
        one["why"]
            .as_str()
            .expect("text")
            .starts_with("36 gold tasks, 30 or more")
    );

    project
        .run(&["reconcile", "run", "--method", "median", "--no-gold"])
        .ends(0)
        .prints(&["Written to run/reconcile-median:", ", model range)"]);
    let median = record(&project, "run/reconcile-median");
    assert_eq!(median["gold"], Value::Null);
    assert_eq!(median["dimensions"][0]["method"], "median");
    // Without gold, people are one of the panel.
    let raters = project.column("run/reconcile-median/consensus.csv", "n_raters");
    assert_eq!((raters[0].as_str(), raters[9].as_str()), ("3", "2"));
    // Neither the first folder nor the run is touched, and the same again is the same.
    project.run(&["reconcile", "run"]).ends(0);
    assert_eq!(bytes(&project, "run/reconcile-auto"), auto);
    assert_eq!(project.stable("run"), own);
}

#[test]
fn every_row_says_what_it_is_made_of() {
    let project = project();
    let method = [
        "reconcile",
        "run",
        "--method",
        "calibrated-mean",
        "--out",
        "mean",
    ];
    project.run(&method).ends(0);
    let (header, rows) = project.csv("mean/consensus.csv");
    let last = "median sample_spread inputs weights dissent gold";
    let tail = &header[header.len() - 6..];
    assert_eq!(tail, last.split_whitespace().collect::<Vec<_>>());
    let at = |name: &str| header.iter().position(|cell| cell == name).expect(name);
    let number = |text: &str| text.parse::<f64>().expect("a number");
    let pairs = |text: &str| -> Vec<(String, f64)> {
        let parts = text
            .split(';')
            .map(|part| part.split_once('=').expect("a pair"));
        parts
            .map(|(name, value)| (name.to_owned(), number(value)))
            .collect()
    };
    for row in &rows {
        let cell = |name: &str| row[at(name)].as_str();
        let inputs = pairs(cell("inputs"));
        let mut sum = 0.0;
        for (name, weight) in pairs(cell("weights")) {
            let value = inputs.iter().find(|(id, _)| *id == name);
            sum += weight * value.map_or(1.0, |(_, value)| *value);
        }
        let value = number(cell("value"));
        assert!((sum.clamp(0.0, 1.0) - value).abs() < 1e-9, "{row:?}");
        assert_eq!((cell("n_raters"), cell("method")), ("2", "calibrated mean"));
        assert_eq!(cell("interval"), "90 % conformal, 36 human labels");
        assert_eq!(cell("gold"), cell("people"));
        let (low, high) = (number(cell("low")), number(cell("high")));
        assert!(0.0 <= low && low <= value && value <= high && high <= 1.0);
        assert!(
            !cell("rationale").contains("people"),
            "{}",
            cell("rationale")
        );
        // Who differs stands in both, by one rule.
        for name in cell("dissent").split(';').filter(|name| !name.is_empty()) {
            assert!(cell("rationale").contains(name), "{row:?}");
        }
    }
    let explained = project.run(&["explain", "run", "t3", "--json"]).ends(0);
    let explained: Value = serde_json::from_str(&explained.out).expect("JSON");
    assert!(explained["consensus"][0]["weights"].is_string());
}

#[test]
fn rate_takes_a_method_and_a_project_a_default() {
    let project = project();
    project
        .rate("median", &["--all", "--reconcile", "median"])
        .ends(0);
    let methods = project.column("median/consensus.csv", "method");
    assert!(methods.iter().all(|method| method == "median"));
    let config = project.read("taskrater.toml");
    project.write(
        "taskrater.toml",
        format!("reconcile = \"ridge-stack\"\n{config}"),
    );
    project.rate("stack", &["--all"]).ends(0);
    let why = project.read("stack/report.md");
    assert!(why.contains("it was asked for"), "{why}");
    project.write("taskrater.toml", format!("reconcile = \"vote\"\n{config}"));
    let done = project.rate("none", &["--all"]).ends(3);
    assert!(
        done.err
            .contains("taskrater.toml:1: reconcile = \"vote\" is none of auto"),
        "{}",
        done.err
    );
}

#[test]
fn a_method_that_can_apply_nowhere_is_refused_before_anything_is_rated() {
    let project = project();
    let refused = |args: &[&str], words: &str| {
        let done = project.rate("none", &[&["--all"], args].concat()).ends(2);
        assert!(done.err.contains(words), "{args:?}: {}", done.err);
        assert!(!project.path("none").exists(), "{args:?}");
    };
    let panel = ["--rater", "ann", "--rater", "bob"];
    let with = |method| [&panel[..], &["--reconcile", method]].concat();
    refused(&with("ridge-stack"), "(ridge-stack needs gold)");
    refused(&with("em"), "(em is for scores)");
    refused(&with("dawid-skene"), "(dawid-skene needs three raters)");
    // Gold is no rater of the panel.
    refused(
        &["--reconcile", "one-coin"],
        "(one-coin needs three raters)",
    );
    let config = project.read("taskrater.toml");
    project.write("taskrater.toml", format!("reconcile = \"em\"\n{config}"));
    project.rate("none", &["--all"]).ends(4);
}

#[test]
fn a_method_that_turns_out_not_to_apply_still_gives_results() {
    let project = project();
    // Nothing that gold says is about the tasks of this run.
    let labels = project.read("labels.csv").replace("t", "s");
    let known: String = (0..40).map(|n| format!("t{n},E1,E2,\n")).collect();
    project.write(
        "labels.csv",
        format!("task_id{}{known}", &labels["sask_id".len()..]),
    );
    let done = project
        .rate("run2", &["--all", "--reconcile", "ridge-stack"])
        .ends(0);
    let why = "exposure: ridge-stack needs gold; no task that the panel rated has gold";
    let words = format!("auto stands in for ridge-stack where it does not apply ({why})");
    assert!(done.err.contains(&words), "{}", done.err);
    let methods = project.column("run2/consensus.csv", "method");
    assert!(methods.iter().all(|method| method == "mean"));
    assert_eq!(project.manifest("run2")["status"], "complete");
    // Asked for again, it is an error; what reads the run takes what stood in.
    let again = ["reconcile", "run2", "--method", "ridge-stack"];
    let done = project.run(&again).ends(2);
    assert!(done.err.contains(why), "{}", done.err);
    project.run(&["explain", "run2", "t3"]).ends(0);
}

#[test]
fn a_wide_panel_leaves_room_for_the_tasks_and_a_diagnostic_has_no_range() {
    let project = project();
    let raters: Vec<String> = (1..=9).map(|n| format!("reader{n}")).collect();
    let mut labels = format!("task_id,{}\n", raters.join(","));
    for n in 0..40 {
        let of = |rater: usize| {
            ["E0", "E2", "E1"][(n / 3 + usize::from((n + rater).is_multiple_of(4))) % 3]
        };
        let own: Vec<&str> = (0..9).map(of).collect();
        labels.push_str(&format!("t{n},{}\n", own.join(",")));
    }
    project.write("labels.csv", labels);
    project.write(
        "taskrater.toml",
        format!(
            "inventory = \"jobs.csv\"\nrubric = \"exposure\"\npanel = \"read\"\n[[recordings]]\nfile = \"labels.csv\"\n\
             panel = \"read\"\ntask_id = \"task_id\"\ndimension = \"exposure\"\nraters = {raters:?}\n"
        ),
    );
    let done = project.rate("wide", &["--all"]).ends(0);
    assert!(
        done.out.contains("no room for a column a rater"),
        "{}",
        done.out
    );
    let heads: Vec<&str> = done
        .out
        .lines()
        .filter(|line| line.contains("dimension"))
        .collect();
    assert!(heads.iter().all(|line| !line.contains(" I ")), "{heads:?}");
    assert!(done.out.contains("from the lowest to the highest rater"));
    let coin = ["reconcile", "wide", "--method", "one-coin"];
    let done = project.run(&coin).ends(0);
    assert!(
        done.out.contains("a diagnostic takes raters"),
        "{}",
        done.out
    );
    assert!(!done.out.contains("lowest to the highest"), "{}", done.out);
    let report = project.read("wide/reconcile-one-coin/report.md");
    assert!(report.contains("| score | interval | band |"), "{report}");
}

#[test]
fn another_reconciliation_is_not_written_over() {
    let project = project();
    project.run(&["reconcile", "run"]).ends(0);
    let auto = bytes(&project, "run/reconcile-auto");
    let other = ["reconcile", "run", "--level", "0.8", "--no-gold"];
    let done = project.run(&other).ends(2);
    let words =
        "run/reconcile-auto holds a reconciliation of other options: level, gold rater, gold kind";
    assert!(
        done.err.contains(words) && done.err.contains("--out"),
        "{}",
        done.err
    );
    assert_eq!(bytes(&project, "run/reconcile-auto"), auto);
    project
        .run(&[&other[..], &["--out", "other"]].concat())
        .ends(0);
}

#[test]
fn gold_that_no_method_uses_is_said_to_be_left_out() {
    let project = project();
    let median = ["reconcile", "run", "--method", "median", "--json"];
    let json = project.run(&median).ends(0);
    let found: Value = serde_json::from_str(&json.out).expect("JSON");
    // What a value is made of stands in JSON as it does in the file.
    let inputs = project.column("run/reconcile-median/consensus.csv", "inputs");
    assert_eq!(found["consensus"][3]["inputs"], inputs[3].as_str());
    assert!(inputs[3].starts_with("ann="), "{}", inputs[3]);
    project.run(&median[..4]).ends(0).prints(&[
        "Gold: people (human labels). It is left out of the panel, and no value here is made by it",
        "from the lowest to the highest rater",
    ]);
    project
        .rate("none", &["--all", "--dry-run"])
        .ends(0)
        .prints(&["the raters of this panel are computed: no call, no cost."]);
}

#[test]
fn coverage_is_counted_and_printed_for_programs_too() {
    let project = project();
    let args = [
        "reconcile",
        "run",
        "--coverage",
        "--draws",
        "20",
        "--gold-tasks",
        "15",
    ];
    project.run(&args).ends(0).prints(&[
        "Coverage of the 90 % task interval",
        "calibrated mean *",
        "model range",
    ]);
    let json = project.run(&[&args[..], &["--json"]].concat()).ends(0);
    let found: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(found["how"]["gold_tasks"], 15);
    let rows = found["coverage"].as_array().expect("rows");
    // A panel of two has one size.
    assert!(
        rows.iter()
            .all(|row| row["raters"] == 2 && row["draws"] == 20)
    );
    assert!(!project.path("run/reconcile-auto").exists());
    let none = project
        .run(&["reconcile", "run", "--coverage", "--no-gold"])
        .ends(2);
    assert!(
        none.err.contains("coverage is counted on gold"),
        "{}",
        none.err
    );
}

#[test]
fn what_cannot_be_done_is_said() {
    let project = project();
    let fails = |args: &[&str], code: i32, words: &str| {
        let all = [&["reconcile"][..], args].concat();
        let done = project.run(&all).ends(code);
        assert!(done.err.contains(words), "{args:?}: {}", done.err);
    };
    fails(&["nowhere"], 3, "there is no run 'nowhere'");
    fails(&["run", "--method", "vote"], 2, "invalid value 'vote'");
    fails(&["run", "--method", "em"], 2, "em is for scores");
    fails(&["run", "--gold", "carl"], 2, "run run has no rater 'carl'");
    fails(
        &["run", "--gold", "ann=god"],
        2,
        "there is no gold of kind 'god'",
    );
    fails(
        &["run", "--level", "2"],
        2,
        "it is a share from 0.5 to below 1",
    );
    fails(&["run", "--out", "run"], 2, "holds files of something else");
    fails(
        &["run", "--method", "calibrated-mean", "--no-gold"],
        2,
        "calibrated-mean needs gold",
    );
    // Any recorded rater can be gold; a surrogate cannot.
    project
        .run(&["reconcile", "run", "--gold", "ann"])
        .ends(0)
        .prints(&["Gold: ann (editorial labels)"]);
    project
        .rate(
            "more",
            &["--all", "--rater", "ann", "--rater", "surrogate-human"],
        )
        .ends(0);
    let refused = project
        .run(&["reconcile", "more", "--gold", "surrogate-human"])
        .ends(2);
    assert!(
        refused.err.contains("is no recorded rater"),
        "{}",
        refused.err
    );
    // A run of an older version says less in its manifest.
    let mut manifest = project.manifest("more");
    manifest
        .as_object_mut()
        .expect("an object")
        .remove("rubric");
    project.write("more/manifest.json", manifest.to_string());
    fails(&["more"], 3, "is of a version whose manifest says less");
}

#[test]
fn labour_data_has_its_columns_where_the_inventory_is_that_of_the_run() {
    let project = Project::new();
    let jobs = support::occupation("15-2051", "Data jobs", &["Clean data.", "Draw charts."]);
    project.write("jobs.toml", jobs);
    let labour = "OCC_CODE,O_GROUP,TOT_EMP\n00-0000,total,30\n15-2051,detailed,10\n";
    project.write("labour.csv", labour);
    let config = "inventory = \"jobs.toml\"\n[labour]\noews = \"labour.csv\"\n";
    project.write("taskrater.toml", config);
    project.rate("run", &["--all"]).ends(0);
    project.run(&["reconcile", "run"]).ends(0);
    for column in [
        "employment",
        "employment_share",
        "labour_match",
        "band",
        "n_rated",
    ] {
        let of = |folder: &str| project.column(&format!("{folder}/occupations.csv"), column);
        assert_eq!(of("run/reconcile-auto"), of("run"), "{column}");
    }
    assert_eq!(project.column("run/occupations.csv", "employment")[0], "10");
    project.write("jobs.toml", support::occupation("1", "Others", &["Wait."]));
    let done = project.run(&["reconcile", "run"]).ends(0);
    assert!(
        done.err.contains("jobs and wages are left out"),
        "{}",
        done.err
    );
}
