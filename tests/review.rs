//! `review`: tasks of a run for people to label, their labels in a spreadsheet, their agreement, gold, and the plan.

mod support;

use serde_json::Value;
use std::fs::File;
use std::io::Write as _;
use std::process::Stdio;
use std::thread;
use std::time::Duration;
use support::{Done, Project};

/// Four occupations of five tasks with numbers for ids, rated by the embedded raters.
fn project() -> Project {
    let project = Project::new();
    let mut jobs = "occupation,task_id,task\n".to_owned();
    for n in 0..20 {
        let job = n / 5;
        jobs.push_str(&format!(
            "Job {job},{},Do the work of number {n}.\n",
            8800 + n
        ));
    }
    project.write("jobs.csv", jobs);
    let args = [
        "--all",
        "--inventory",
        "jobs.csv",
        "--panel",
        "free",
        "--rubric",
        "exposure",
    ];
    project.rate("run", &args).ends(0);
    project
}

/// `review run` with these flags; what serves a page is told not to.
fn review(project: &Project, flags: &str) -> Done {
    let mut all = vec!["review", "run"];
    all.extend(flags.split_whitespace());
    let others = ["--status", "--plan", "--to-csv", "--from-csv"];
    if !all.iter().any(|flag| others.contains(flag)) {
        all.push("--no-page");
    }
    project.run(&all)
}

/// Draws all 20 tasks, ten of them for two people.
fn all_drawn(project: &Project) {
    review(project, "--tasks 20 --contested 0").ends(0);
}

fn json(done: Done) -> Value {
    serde_json::from_str(&done.ends(0).out).expect("JSON")
}

fn status(project: &Project) -> Value {
    json(review(project, "--status --json"))
}

/// Fills the sheet in that is written for a person, row by row, and takes it back.
fn label(project: &Project, reviewer: &str, cells: impl Fn(usize, &str) -> [String; 3]) -> Done {
    let file = format!("{reviewer}.csv");
    review(project, &format!("--to-csv {file} --reviewer {reviewer}")).ends(0);
    project.write(&file, filled(&project.read(&file), cells));
    review(project, &format!("--from-csv {file} --reviewer {reviewer}"))
}

/// A sheet with exposure, note and skip filled in by number of the row and id of the task.
fn filled(sheet: &str, cells: impl Fn(usize, &str) -> [String; 3]) -> String {
    let mut reader = csv::Reader::from_reader(sheet.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(reader.headers().expect("a header"))
        .expect("memory");
    for (n, row) in reader.records().enumerate() {
        let row = row.expect("a row");
        let [label, note, skip] = cells(n, &row[6]);
        let head = row.iter().take(2).map(str::to_owned);
        let tail = row.iter().skip(5).map(str::to_owned);
        writer
            .write_record(head.chain([label, note, skip]).chain(tail))
            .expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8")
}

const LABELS: [&str; 3] = ["E0", "E2", "E1"];

/// What ana says of a task: by its id, so that others can say the same.
fn of_task(id: &str) -> usize {
    id.parse::<usize>().expect("a number") % 3
}

fn said(label: usize) -> [String; 3] {
    [LABELS[label].to_owned(), String::new(), String::new()]
}

fn labels(project: &Project) -> Vec<Value> {
    let text = project.read("reviews/run/labels.jsonl");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"));
    lines.collect()
}

#[test]
fn a_draw_is_the_same_by_seed() {
    let project = Project::new();
    project.rate("run", &["--all", "--panel", "free"]).ends(0);
    let drawn = |out: &str, seed: &str| {
        let flags = format!("--tasks 20 --contested 0 --seed {seed} --out {out}");
        review(&project, &flags)
            .ends(0)
            .prints(&["20 tasks drawn, 10 of them for two people", "--to-csv"]);
        let mut draw: Value =
            serde_json::from_str(&project.read(&format!("{out}/draw.json"))).expect("JSON");
        draw["time"] = Value::Null;
        draw
    };
    let (one, again, other) = (drawn("a", "7"), drawn("b", "7"), drawn("c", "8"));
    assert_eq!(one, again);
    assert_ne!(one["tasks"], other["tasks"]);
    // 265 tasks are in the starter inventory: 20 in 20 occupations.
    let tasks = one["tasks"].as_array().expect("tasks");
    let probability = tasks[0]["probability"].as_f64().expect("a number");
    let all = one["strata"][0]["tasks"].as_f64().expect("a number");
    assert!((probability - 20.0 / all).abs() < 1e-12);
    let jobs: std::collections::BTreeSet<_> = tasks
        .iter()
        .map(|task| task["occupation_id"].as_str())
        .collect();
    assert!(jobs.len() > 15, "{jobs:?}");
}

#[test]
fn a_draw_stays_as_it_is_and_outlives_its_run() {
    let project = project();
    review(&project, "--tasks 20 --contested 0 --seed 7 --out a").ends(0);
    let before = project.read("a/draw.json");
    review(&project, "--out a --seed 9 --tasks 30 --contested 0")
        .ends(2)
        .says(&["--tasks is 20; --seed is 7", "--out"]);
    review(&project, "--out a --seed 7 --double 0.5").ends(0);
    assert_eq!(project.read("a/draw.json"), before);
    review(&project, "--status")
        .ends(2)
        .says(&["there is no review of run 'run' yet", "draws its tasks"]);
    review(&project, "--dimension charm")
        .ends(3)
        .says(&["no dimension 'charm'"]);
    assert!(!project.path("reviews").exists());

    project.rate("other", &["Cooks", "--panel", "free"]).ends(0);
    project
        .run(&["review", "other", "--out", "a", "--no-page"])
        .ends(2)
        .says(&["is a review of run"]);
    // Labels outlive their run.
    review(&project, "--tasks 5").ends(0);
    std::fs::remove_dir_all(project.path("run")).expect("a folder");
    review(&project, "--status")
        .ends(0)
        .prints(&["5 tasks drawn"]);
    review(&project, "--plan")
        .ends(3)
        .says(&["there is no run 'run'"]);
}

/// Ana labels all 20 tasks, and ben the ten that want a second label: of two of them he says what lies half the scale away.
fn two_people(project: &Project) {
    all_drawn(project);
    label(project, "ana", |_, id| said(of_task(id)))
        .ends(0)
        .says(&["20 taken in, 0 replaced"]);
    let ben = |n: usize, id: &str| match n.is_multiple_of(5) {
        true => said([1, 2, 1][of_task(id)]),
        false => said(of_task(id)),
    };
    label(project, "ben", ben).ends(0).says(&["10 taken in"]);
}

#[test]
fn the_agreement_of_two_people_is_what_it_is_by_hand() {
    let project = project();
    two_people(&project);
    let status = status(&project);
    let tasks = &status["tasks"];
    assert_eq!(
        (
            &tasks["drawn"],
            &tasks["complete"],
            &tasks["double_labelled"]
        ),
        (&20.into(), &20.into(), &10.into())
    );
    let reviewers = &status["reviewers"];
    assert_eq!(
        (&reviewers[0]["reviewer"], &reviewers[0]["labelled"]),
        (&"ana".into(), &20.into())
    );
    assert_eq!(
        (&reviewers[1]["labelled"], &reviewers[1]["open"]),
        (&10.into(), &0.into())
    );
    let agreement = &status["agreement"][0];
    assert_eq!(
        (&agreement["tasks"], &agreement["pairs"]),
        (&10.into(), &10.into())
    );
    let measures = agreement["measures"].as_array().expect("measures");
    let point = |name: &str| {
        let found = measures
            .iter()
            .find(|one| one["name"] == name)
            .expect("a measure");
        assert!(
            found["estimate"]["low"].is_number() || found["estimate"]["no_interval"].is_string(),
            "{found}"
        );
        found["estimate"]["point"].as_f64().expect("a number")
    };
    // Eight of ten pairs agree; two are 50 points apart: √(2 · 50²/10/2).
    assert!((point("exact_agreement") - 0.8).abs() < 1e-9);
    assert!((point("noise_sd") - 250.0_f64.sqrt()).abs() < 1e-9);
    assert!(point("weighted_kappa") < 1.0 && point("krippendorff_alpha") < 1.0);
    review(&project, "--status")
        .ends(0)
        .prints(&["80.0 [", "15.8 ["]);
}

#[test]
fn what_two_people_say_is_gold() {
    let project = project();
    two_people(&project);
    let gold = project.read("reviews/run/gold.csv");
    let column = |name: &str| project.column("reviews/run/gold.csv", name);
    let ids = column("task_id");
    let first: Vec<String> = ids
        .iter()
        .map(|id| LABELS[of_task(id)].to_owned())
        .collect();
    assert_eq!(
        column("exposure"),
        first,
        "in a tie the label of ana counts, who was first"
    );
    let count = |what: &str| column("agreed").iter().filter(|one| *one == what).count();
    assert_eq!((count("yes"), count("no"), count("one label")), (8, 2, 10));
    assert!(column("probability").iter().all(|share| share == "1"));
    assert!(column("design").iter().all(|design| design == "random"));
    let both = column("reviewers")
        .iter()
        .filter(|one| *one == "ana; ben")
        .count();
    assert_eq!(both, 10);
    review(&project, "--status").ends(0).prints(&[
        "taskrater reconcile run --gold reviews/run/gold.csv",
        "[[recordings]]",
        "file = \"reviews/run/gold.csv\"",
    ]);
    assert_eq!(
        project.read("reviews/run/gold.csv"),
        gold,
        "the same labels give the same bytes"
    );
}

#[test]
fn who_stops_early_leaves_a_sample_with_its_probability() {
    let project = project();
    review(&project, "--tasks 10 --contested 0 --double 0").ends(0);
    let five = |n: usize, id: &str| match n < 5 {
        true => said(of_task(id)),
        false => Default::default(),
    };
    label(&project, "ana", five)
        .ends(0)
        .says(&["5 taken in, 0 replaced, 0 there already, 5 left empty"]);
    // Five of the run's twenty tasks.
    assert_eq!(
        project.column("reviews/run/gold.csv", "probability"),
        ["0.25"; 5]
    );
    // What is open is written again, and nothing that is not.
    review(&project, "--to-csv - --reviewer ana")
        .ends(0)
        .says(&["# What is asked"])
        .prints(&["\u{feff}occupation,task,exposure"]);
    let open = review(&project, "--to-csv - --reviewer ana").out;
    assert_eq!(open.lines().count(), 6);
    review(&project, "--to-csv ana.csv --reviewer ana")
        .ends(2)
        .says(&["is there already", "--from-csv"]);
}

#[test]
fn a_sheet_that_a_spreadsheet_damaged_is_read_and_bad_rows_are_named() {
    let project = project();
    all_drawn(&project);
    review(&project, "--to-csv ana.csv --reviewer ana").ends(0);
    assert!(project.read("ana-rubric.md").contains("## exposure"));
    let sheet = filled(&project.read("ana.csv"), |n, id| match n {
        3 => ["E7".into(), String::new(), String::new()],
        4 => [String::new(), String::new(), "außer Haus".into()],
        5 => Default::default(),
        _ => [
            LABELS[of_task(id)].to_lowercase(),
            "naïve".into(),
            String::new(),
        ],
    });
    // As a spreadsheet in Germany saves it: semicolons, Windows-1252, ids as numbers with a point.
    let damaged = sheet.replace(',', ";").replace(";88", ";0088");
    let damaged: String = damaged
        .lines()
        .map(|line| line.replace(";draw-", ".0;draw-") + "\r\n")
        .collect();
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&damaged);
    project.write("back.csv", &bytes);
    let back = "--from-csv back.csv --reviewer ana";
    review(&project, &format!("{back} --strict"))
        .ends(3)
        .says(&["back.csv, line 5: exposure: 'E7' is none of E0, E2, E1"]);
    assert!(labels(&project).is_empty());
    review(&project, back)
        .ends(0)
        .says(&[
            "18 taken in",
            "1 left empty",
            "1 row cannot be used",
            "back.csv, line 5: exposure: 'E7'",
        ])
        .prints(&["außer Haus (1)"]);
    let lines = labels(&project);
    // The row that is left empty before the last answer was passed over.
    assert_eq!(lines.len(), 19);
    assert_eq!(lines[18]["said"], "pass");
    assert_eq!(
        (&lines[3]["said"], &lines[3]["reason"]),
        (&"skip".into(), &"außer Haus".into())
    );
    assert_eq!(lines[0]["note"], "naïve");
}

#[test]
fn the_same_again_adds_nothing_and_what_differs_takes_its_place() {
    let project = project();
    all_drawn(&project);
    label(&project, "ana", |_, id| said(of_task(id))).ends(0);
    let lines = labels(&project);
    let before = project.read("reviews/run/labels.jsonl");
    review(&project, "--from-csv ana.csv --reviewer ana")
        .ends(0)
        .says(&["0 taken in, 0 replaced, 20 there already"]);
    assert_eq!(project.read("reviews/run/labels.jsonl"), before);
    let id = lines[0]["task_id"].as_str().expect("an id");
    let other = LABELS[(of_task(id) + 1) % 3];
    let row = format!(
        "task_id,exposure,note,draw\n{id},{other},naïve,{}\n",
        lines[0]["draw"].as_str().expect("an id")
    );
    project.write("one.csv", row);
    let done = review(&project, "--from-csv one.csv --reviewer ana --json").ends(0);
    let done = done.says(&[
        "one.csv, line 2: exposure",
        &format!("becomes exposure {other}"),
    ]);
    let value: Value = serde_json::from_str(&done.out).expect("JSON");
    assert_eq!(
        (&value["imported"]["new"], &value["imported"]["replaced"]),
        (&0.into(), &1.into())
    );
    assert_eq!(labels(&project).len(), 21);
    project.write("book.csv", b"PK\x03\x04 a workbook");
    review(&project, "--from-csv book.csv --reviewer ana")
        .ends(3)
        .says(&["is a workbook", "as CSV"]);
    review(&project, "--from-csv one.csv").ends(2);
    project
        .run(&["review", "run", "--from-csv", "one.csv", "--reviewer", " "])
        .ends(2)
        .says(&["a reviewer has a name"]);
}

#[test]
fn nobody_or_only_skips_is_no_gold() {
    let project = project();
    all_drawn(&project);
    let text = review(&project, "--status")
        .ends(0)
        .prints(&["0 a label", "Next"])
        .out;
    assert!(!text.contains("Gold"), "{text}");
    label(&project, "ana", |_, _| {
        [String::new(), String::new(), "not my field".into()]
    })
    .ends(0)
    .prints(&[
        "20 have no label and were skipped",
        "not my field (20)",
        "no task has the labels of two people yet",
    ]);
    let found = status(&project);
    assert_eq!(
        (&found["gold"], &found["design"]),
        (&Value::Null, &Value::Null)
    );
    let none = &found["agreement"][0]["measures"][0];
    assert_eq!(
        (&none["estimate"], &none["why_none"]),
        (&Value::Null, &"no task has two labels".into())
    );
    assert!(!project.path("reviews/run/gold.csv").exists());
}

/// Whether a process has a file of this name open.
fn has_open(process: u32, name: &str) -> bool {
    let open = std::fs::read_dir(format!("/proc/{process}/fd"));
    let mut open = open.expect("the process runs").flatten();
    open.any(|one| std::fs::read_link(one.path()).is_ok_and(|file| file.ends_with(name)))
}

#[test]
#[cfg(target_os = "linux")]
fn one_process_writes_and_a_killed_one_loses_nothing() {
    let project = project();
    all_drawn(&project);
    label(&project, "ana", |_, id| said(of_task(id))).ends(0);
    let before = project.read("reviews/run/labels.jsonl");
    // It has the review open while it waits for stdin.
    let mut child = project
        .command(&["review", "run", "--from-csv", "-", "--reviewer", "ben"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    while !has_open(child.id(), "labels.jsonl") {
        thread::sleep(Duration::from_millis(5));
    }
    thread::sleep(Duration::from_millis(200));
    review(&project, "--to-csv - --reviewer cy")
        .ends(8)
        .says(&["open in another process"]);
    review(&project, "--status").ends(0).prints(&["20 a label"]);
    child.kill().expect("a signal");
    child.wait().expect("its end");
    assert_eq!(project.read("reviews/run/labels.jsonl"), before);
    // A line that a killed process left half written does not count, and spoils no other.
    let mut file = File::options()
        .append(true)
        .open(project.path("reviews/run/labels.jsonl"))
        .expect("labels");
    file.write_all(b"{\"time\":\"2026-").expect("a write");
    drop(file);
    label(&project, "ben", |_, id| said(of_task(id)))
        .ends(0)
        .says(&["10 taken in"]);
    assert_eq!(labels(&project).len(), 30);
}

#[test]
fn a_plan_says_what_labels_buy() {
    let project = project();
    let plan = json(review(&project, "--plan --contested 0 --want 12 --json"));
    assert!(!project.path("reviews").exists(), "a plan draws nothing");
    let one = &plan["dimensions"][0];
    assert_eq!(one["residuals"]["measured_on"], Value::Null);
    assert!(
        one["basis"]
            .as_str()
            .expect("a basis")
            .starts_with("assumed"),
        "{one}"
    );
    // No number of the list fits 20 tasks: all of them. Five labels in each of 4 occupations: d = 1 + .06 · 4 = 1.24;
    // 841 · 1.24/20 + 841 (.06/4 + .94/20) = 52.14 + 52.14; t(3) at 90 % = 2.3534.
    let row = &one["rows"][0];
    assert_eq!(
        (&row["labels"], &row["occupations"]),
        (&20.into(), &4.into())
    );
    let half = 2.3534 * (841.0_f64 * 1.24 / 20.0 + 841.0 * (0.015 + 0.047)).sqrt();
    assert!(
        (row["set"].as_f64().expect("a number") - half).abs() < 0.01,
        "{row} {half}"
    );
    assert_eq!(one["want"]["labels"], Value::Null);
    review(&project, "--plan --contested 0 --want 40")
        .ends(0)
        .prints(&[
            "assumed, from published labels",
            "±40 points of the mean of all tasks take",
        ]);

    all_drawn(&project);
    label(&project, "ana", |_, id| said(of_task(id))).ends(0);
    let plan = json(review(&project, "--plan --json"));
    assert_eq!(
        (
            &plan["labelled"],
            &plan["dimensions"][0]["residuals"]["measured_on"]
        ),
        (&20.into(), &20.into())
    );
    // What is planned with is what reconciling with the same labels reports.
    let gold = project.path("reviews/run/gold.csv");
    let gold = gold.to_str().expect("a path");
    let method = ["--method", "calibrated-mean", "--out", "again"];
    let args = [&["reconcile", "run", "--gold", gold][..], &method].concat();
    project.run(&args).ends(0);
    let record: Value = serde_json::from_str(&project.read("again/reconcile.json")).expect("JSON");
    for (one, of) in [(0, "sd"), (0, "icc")] {
        let planned = plan["dimensions"][one]["residuals"][of]
            .as_f64()
            .expect("a number");
        let found = &record["dimensions"][one]["calibration"];
        let found = match of {
            "sd" => found["residual_sd"].as_f64().map(|sd| 100.0 * sd),
            _ => found["residual_correlation_in_occupations"].as_f64(),
        };
        assert!((planned - found.expect("a number")).abs() < 1e-9, "{of}");
    }
    review(&project, "--plan").ends(0).prints(&[
        "measured on the 20 tasks that this review labelled",
        "20 (now)",
    ]);
}

/// A label of the first drawn task, as a sheet of one row.
fn one_row(project: &Project, folder: &str) -> String {
    let draw: Value =
        serde_json::from_str(&project.read(&format!("{folder}/draw.json"))).expect("JSON");
    let id = draw["tasks"][0]["task_id"].as_str().expect("an id");
    format!(
        "task_id,exposure,draw\n{id},E1,{}\n",
        draw["id"].as_str().expect("an id")
    )
}

#[test]
fn a_last_label_without_its_end_is_kept_and_a_torn_one_set_aside() {
    let project = project();
    all_drawn(&project);
    label(&project, "ana", |_, id| said(of_task(id))).ends(0);
    let file = "reviews/run/labels.jsonl";
    let whole = project.read(file);
    project.write(file, whole.trim_end());
    assert_eq!(status(&project)["tasks"]["labelled"], 20);
    assert_eq!(
        project.read(file),
        whole.trim_end(),
        "a look changes nothing"
    );
    review(&project, "").ends(0);
    assert_eq!(project.read(file), whole);
    let torn = format!("{whole}{{\"time\":");
    project.write(file, &torn);
    review(&project, "--status")
        .ends(0)
        .says(&["it does not count"]);
    assert_eq!(project.read(file), torn);
    review(&project, "").ends(0).says(&["set aside in"]);
    assert_eq!(project.read(file), whole);
    assert_eq!(
        project.read("reviews/run/labels.jsonl.torn"),
        "{\"time\":\n"
    );
}

#[test]
fn labels_of_a_file_that_was_replaced_are_not_called_saved() {
    let project = project();
    all_drawn(&project);
    let row = one_row(&project, "reviews/run");
    let mut child = project
        .command(&["review", "run", "--from-csv", "-", "--reviewer", "ben"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the command starts");
    while !has_open(child.id(), "labels.jsonl") {
        thread::sleep(Duration::from_millis(5));
    }
    thread::sleep(Duration::from_millis(200));
    // As version control does it: another file of the same name.
    std::fs::remove_file(project.path("reviews/run/labels.jsonl")).expect("a file");
    project.write("reviews/run/labels.jsonl", "");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(row.as_bytes())
        .expect("a write");
    assert!(!child.wait().expect("its end").success());
    assert_eq!(project.read("reviews/run/labels.jsonl"), "");
    project.write("one.csv", row);
    review(&project, "--from-csv one.csv --reviewer ben").ends(0);
    assert_eq!(labels(&project).len(), 1);
}

#[test]
fn a_draw_that_was_changed_or_is_gone_is_told() {
    let project = project();
    all_drawn(&project);
    label(&project, "ana", |_, id| said(of_task(id))).ends(0);
    let draw = project.read("reviews/run/draw.json");
    project.write(
        "reviews/run/draw.json",
        draw.replace("number 3.", "number 33."),
    );
    review(&project, "--status")
        .ends(3)
        .says(&["not a draw as it was written"]);
    std::fs::remove_file(project.path("reviews/run/draw.json")).expect("a file");
    review(&project, "")
        .ends(2)
        .says(&["without the draw.json"]);
    assert_eq!(labels(&project).len(), 20);
}

#[test]
fn runs_of_one_name_have_reviews_of_their_own() {
    let project = project();
    all_drawn(&project);
    project
        .rate("other/run", &["Cooks", "--panel", "free"])
        .ends(0);
    let other = |flags: &[&str]| {
        let all = [&["review", "other/run"], flags].concat();
        project.run(&all)
    };
    other(&["--no-page", "--out", "reviews/run"])
        .ends(2)
        .says(&["is a review of another run called run", "--out"]);
    other(&["--no-page", "--tasks", "3"])
        .ends(0)
        .says(&["that of this one is"]);
    other(&["--status"]).ends(0).prints(&["3 tasks drawn"]);
    review(&project, "--status")
        .ends(0)
        .prints(&["20 tasks drawn"]);
}

#[test]
fn what_cannot_be_done_draws_nothing() {
    let project = project();
    project.write("ana.csv", "mine");
    review(&project, "--to-csv ana.csv --reviewer ana")
        .ends(2)
        .says(&["is there already"]);
    project
        .run(&["review", "run", "--json"])
        .ends(2)
        .says(&["the page is for people"]);
    for flags in [
        "--status --port 3",
        "--status --reviewer ana",
        "--plan --reviewer ana",
    ] {
        review(&project, flags).ends(2);
    }
    review(&project, "--reviewer ana")
        .ends(2)
        .says(&["--no-page"]);
    assert!(!project.path("reviews").exists());
}

#[test]
fn a_sheet_is_of_one_person_and_one_person_has_one_name() {
    let project = project();
    all_drawn(&project);
    label(&project, "ana", |_, id| said(of_task(id))).ends(0);
    review(&project, "--from-csv ana.csv --reviewer ben")
        .ends(3)
        .says(&["it is the sheet of 'ana'"]);
    review(&project, "--to-csv - --reviewer ANA")
        .ends(2)
        .says(&["there is a reviewer 'ana' already"]);
    for name in ["an\u{200b}a", "Zoe\u{308}", "a\u{2060}na"] {
        project
            .run(&["review", "run", "--to-csv", "-", "--reviewer", name])
            .ends(2)
            .says(&["a reviewer has a name"]);
    }
    project.write(
        "bad.csv",
        one_row(&project, "reviews/run").replace("E1", "E9"),
    );
    review(&project, "--from-csv bad.csv --reviewer ben")
        .ends(3)
        .says(&["no row of bad.csv can be used"]);
}

#[test]
fn rows_that_a_person_picked_are_no_sample() {
    let project = project();
    all_drawn(&project);
    let pick = |n: usize, id: &str| match n % 2 {
        0 => Default::default(),
        _ => said(of_task(id)),
    };
    label(&project, "ana", pick)
        .ends(0)
        .says(&["10 rows before the last answer"]);
    assert_eq!(
        project.column("reviews/run/gold.csv", "design"),
        ["picked"; 10]
    );
    assert_eq!(
        project.column("reviews/run/gold.csv", "probability"),
        [""; 10]
    );
    project
        .run(&["reconcile", "run", "--gold", "reviews/run/gold.csv"])
        .ends(3)
        .says(&["tasks that people picked only"]);
    // Once somebody has labelled the others nothing is left out.
    label(&project, "ben", |_, id| said(of_task(id))).ends(0);
    assert_eq!(
        project.column("reviews/run/gold.csv", "design"),
        ["random"; 20]
    );
}
