//! `train` from end to end: the built command on label files of invented sentences, and on the ratings of a run whose
//! rater is the provider simulator.

#![expect(clippy::unwrap_used, reason = "what tests call may panic like a test")]

#[path = "support/provider/mod.rs"]
mod provider;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use provider::Provider;
use serde_json::Value;
use taskrater::rater::Bundle;
use taskrater::rater::surrogate::{Basis, Input};
use tempfile::TempDir;

const VERBS: [(&str, &str); 6] = [
    ("Draft", "E1"),
    ("Translate", "E1"),
    ("Compare", "E2"),
    ("Schedule", "E2"),
    ("Lift", "E0"),
    ("Weld", "E0"),
];
const THINGS: [&str; 7] = [
    "letters", "forms", "pipes", "crates", "budgets", "shifts", "menus",
];
const PLACES: [&str; 5] = [
    "for visitors",
    "at dawn",
    "with a partner",
    "in the yard",
    "every week",
];

/// An invented task: id, code, title, statement, label, score.
struct Invented {
    id: usize,
    code: String,
    title: String,
    statement: String,
    label: &'static str,
    score: usize,
}

/// 24 occupations of 8 tasks. The verb decides, but for some noise.
fn invented() -> Vec<Invented> {
    let one = |n: usize| {
        let group = n / 8;
        let (verb, label) = VERBS[n * 5 % 6];
        let label = if n.is_multiple_of(19) { "E2" } else { label };
        let (thing, place) = (THINGS[n * 3 % 7], PLACES[n * 2 % 5]);
        Invented {
            id: 9000 + n,
            code: format!("11-{:04}.00", 1000 + group),
            title: format!("Helper {}", group % 6),
            statement: format!("{verb} {thing}, or \"their parts\", {place} as case {n}."),
            label,
            score: match label {
                "E0" => 5 + n % 7,
                "E2" => 45 + n % 7,
                _ => 85 + n % 7,
            },
        }
    };
    (0..192).map(one).collect()
}

/// As a spreadsheet would leave it: a mark at the beginning, ids with a decimal, quoted cells.
fn as_csv(tasks: &[Invented]) -> String {
    let mut text = "\u{feff}Task ID,O*NET-SOC Code,Title,Task,exposure,points,expert\n".to_owned();
    for (n, task) in tasks.iter().enumerate() {
        let quoted = task.statement.replace('"', "\"\"");
        let expert = if n % 2 == 0 { task.label } else { "" };
        writeln!(
            text,
            "{}.0,{},{},\"{quoted}\",{},{},{expert}",
            task.id, task.code, task.title, task.label, task.score
        )
        .unwrap();
    }
    text
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("labels.csv"), as_csv(&invented())).unwrap();
    folder
}

fn taskrater(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_taskrater"))
        .args(arguments)
        .current_dir(folder)
        .env("SIMULATED_KEY", "k")
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs and expects success; returns stdout.
fn done(folder: &Path, arguments: &[&str]) -> String {
    let output = taskrater(folder, arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs and expects this exit code; returns stderr.
fn refused(folder: &Path, code: i32, arguments: &[&str]) -> String {
    let output = taskrater(folder, arguments);
    assert_eq!(output.status.code(), Some(code), "{}", stderr(&output));
    stderr(&output)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn bundle(path: &Path) -> Bundle {
    Bundle::from_bytes(&fs::read(path).unwrap()).unwrap()
}

const WRITE: [&str; 7] = [
    "train",
    "labels.csv",
    "--source",
    "invented labels",
    "--out",
    "weights/mine.bin",
    "--quiet",
];

#[test]
fn labels_become_weights_with_a_manifest() {
    let folder = folder();
    let path = folder.path();
    let output = taskrater(path, &WRITE);
    assert!(output.status.success(), "{}", stderr(&output));
    let said = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(
        said.starts_with("surrogate-labels (exposure): Pearson 0."),
        "{said}"
    );
    assert!(
        said.contains("192 tasks of 24 groups held out by six-digit SOC code"),
        "{said}"
    );
    let notes = stderr(&output);
    assert!(
        notes.contains(
            "id = Task ID, text = Task, title = Title, group = O*NET-SOC Code, label = exposure"
        ),
        "{notes}"
    );
    let manifest = json(&fs::read_to_string(path.join("weights/mine.json")).unwrap());
    let bytes = fs::read(path.join("weights/mine.bin")).unwrap();
    assert_eq!(
        manifest["weights_blake3"],
        blake3::hash(&bytes).to_hex().to_string()
    );
}

/// `mine` as a rater, and an inventory of two of its training tasks and a new one.
fn project(path: &Path) {
    done(path, &WRITE);
    let config = "[[raters]]\nid = \"mine\"\nsurrogate = \"weights/mine.bin\"\n";
    fs::write(path.join("taskrater.toml"), config).unwrap();
    fs::write(path.join("own.toml"), own_inventory()).unwrap();
}

/// Rates that inventory with it and with a shipped surrogate; returns the manifest.
fn rate(path: &Path, out: &str) -> Value {
    let mut arguments = vec![
        "rate",
        "--all",
        "--inventory",
        "own.toml",
        "--out",
        out,
        "--json",
    ];
    arguments.extend(["--rubric", "exposure", "--rater", "mine"]);
    arguments.extend(["--rater", "surrogate-human"]);
    done(path, &arguments);
    json(&fs::read_to_string(path.join(out).join("manifest.json")).unwrap())
}

#[test]
fn the_file_answers_out_of_fold_for_its_own_tasks_and_says_whose_labels_it_has() {
    let folder = folder();
    let path = folder.path();
    project(path);
    let raters = done(path, &["raters"]);
    assert!(raters.contains("exposure: invented labels"), "{raters}");
    rate(path, "first");
    let ratings = fs::read_to_string(path.join("first/ratings.jsonl")).unwrap();
    let mine: Vec<Value> = ratings
        .lines()
        .map(json)
        .filter(|rating| rating["rater"] == "mine")
        .collect();
    assert_eq!(mine.len(), 3);
    assert!(mine.iter().all(|rating| rating["outcome"] == "rated"));
    // The first two are its own training tasks, the third is new.
    let bases: Vec<&Value> = mine.iter().map(|rating| &rating["basis"]).collect();
    assert_eq!(bases, ["out_of_fold", "out_of_fold", "model"]);
    let rationale = mine[2]["rationale"].as_str().unwrap();
    assert!(
        rationale.starts_with("Surrogate, not an LLM (invented labels)"),
        "{rationale}"
    );
    let report = fs::read_to_string(path.join("first/report.md")).unwrap();
    assert!(report.contains("invented labels"), "{report}");
}

#[test]
fn other_bytes_under_the_same_name_are_another_plan() {
    let folder = folder();
    let path = folder.path();
    project(path);
    let (first, again) = (rate(path, "first"), rate(path, "again"));
    done(path, &[&WRITE[..], &["--seed", "2"]].concat());
    let second = rate(path, "second");
    assert_eq!(first["plan"], again["plan"]);
    assert_ne!(first["plan"], second["plan"]);
    assert_eq!(first["raters"][0]["weights"], "weights/mine.bin");
    assert_eq!(first["raters"][1]["weights"], Value::Null);
}

/// Two training tasks and a new one.
fn own_inventory() -> String {
    let tasks = invented();
    let mut text = "id = \"own\"\ntitle = \"Helper 0\"\n".to_owned();
    for (id, statement) in [
        (tasks[0].id, tasks[0].statement.as_str()),
        (tasks[9].id, tasks[9].statement.as_str()),
        (1, "Draft menus and letters for the yard."),
    ] {
        let quoted = serde_json::to_string(statement).unwrap();
        write!(text, "\n[[tasks]]\nid = \"{id}\"\nstatement = {quoted}\n").unwrap();
    }
    text
}

#[test]
fn a_score_is_learned_on_its_own_scale() {
    let folder = folder();
    let path = folder.path();
    let scores = [
        "--rubric",
        "impact",
        "--dimension",
        "automation",
        "--score",
        "points",
    ];
    let said = done(
        path,
        &[
            &["train", "labels.csv", "--source", "x", "--out", "score.bin"],
            &scores[..],
        ]
        .concat(),
    );
    assert!(said.contains("(automation)"), "{said}");
    let draft = Input {
        task_id: "new",
        occupation: "Helper 1",
        statement: "Draft letters at noon.",
    };
    let answer = &bundle(&path.join("score.bin")).predict(draft)[0];
    assert!(
        answer.value > 50.0 && answer.basis == Basis::Model,
        "{answer:?}"
    );
}

#[test]
fn the_same_labels_as_jsonl_give_the_same_bytes() {
    let folder = folder();
    let path = folder.path();
    done(path, &WRITE);
    let tasks = invented();
    let mut lines = String::new();
    for task in &tasks {
        let line = serde_json::json!({
            "id": task.id, "soc": task.code, "occupation": task.title, "statement": task.statement,
            "label": task.label,
        });
        writeln!(lines, "{line}").unwrap();
    }
    fs::write(path.join("labels.jsonl"), lines).unwrap();
    let mut command = WRITE;
    (command[1], command[5]) = ("labels.jsonl", "lines.bin");
    done(path, &command);
    let mine = fs::read(path.join("weights/mine.bin")).unwrap();
    assert!(mine == fs::read(path.join("lines.bin")).unwrap());
}

/// Writes the invented tasks as an inventory, a file an occupation.
fn write_inventory(folder: &Path) {
    fs::create_dir(folder).unwrap();
    for group in invented().chunks(8) {
        let first = &group[0];
        let mut text = format!("id = \"{}\"\ntitle = \"{}\"\n", first.code, first.title);
        for task in group {
            let statement = serde_json::to_string(&task.statement).unwrap();
            write!(
                text,
                "\n[[tasks]]\nid = \"{}\"\nstatement = {statement}\n",
                task.id
            )
            .unwrap();
        }
        fs::write(folder.join(format!("{}.toml", first.code)), text).unwrap();
    }
}

#[test]
fn statements_can_come_from_an_inventory() {
    let folder = folder();
    let path = folder.path();
    done(path, &WRITE);
    write_inventory(&path.join("inventory"));
    // Ids and labels alone; two ids are not in the inventory.
    let mut pairs = "id\tlabel\n77\tE0\n78\tE1\n".to_owned();
    for task in &invented() {
        writeln!(pairs, "{}\t{}", task.id, task.label).unwrap();
    }
    fs::write(path.join("labels.tsv"), pairs).unwrap();
    let joined = taskrater(
        path,
        &[
            "train",
            "labels.tsv",
            "--inventory",
            "inventory",
            "--source",
            "invented labels",
            "--out",
            "joined.bin",
        ],
    );
    assert!(joined.status.success(), "{}", stderr(&joined));
    assert!(
        stderr(&joined).contains("2 rows are left out"),
        "{}",
        stderr(&joined)
    );
    let mine = fs::read(path.join("weights/mine.bin")).unwrap();
    assert!(mine == fs::read(path.join("joined.bin")).unwrap());
}

#[test]
fn the_report_has_three_assignments_and_gold() {
    let folder = folder();
    let path = folder.path();
    let text = done(
        path,
        &["train", "labels.csv", "--report", "--gold", "expert"],
    );
    for line in [
        "pearson",
        "kappa, quadratic",
        "calibration error",
        "against gold (expert, 96 tasks)",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    let report = json(&done(
        path,
        &[
            "train",
            "labels.csv",
            "--report",
            "--gold",
            "expert",
            "--json",
        ],
    ));
    assert_eq!(report["rows"], 192);
    let surrogate = &report["surrogates"][0];
    let measured = report["seeds"].as_array().unwrap().len();
    assert_eq!(
        measured + report["seeds_skipped"].as_array().unwrap().len(),
        3
    );
    let pearson = &surrogate["held_out"]["pearson"];
    assert!(pearson["mean"].as_f64().unwrap() > 0.6, "{pearson}");
    assert!(pearson["low"].as_f64() <= pearson["high"].as_f64());
    assert_eq!(pearson["n"], measured);
    // The experts say what the labels say, so the teacher meets them everywhere.
    assert_eq!(surrogate["gold"]["teacher"]["accuracy"]["mean"], 1.0);
    assert_eq!(surrogate["gold"]["rows"], 96);
}

#[test]
fn two_trainings_give_the_same_bytes() {
    let folder = folder();
    let path = folder.path();
    done(path, &WRITE);
    let first = fs::read(path.join("weights/mine.bin")).unwrap();
    let mut tasks = invented();
    tasks.reverse();
    fs::write(path.join("labels.csv"), as_csv(&tasks)).unwrap();
    done(path, &WRITE);
    assert!(first == fs::read(path.join("weights/mine.bin")).unwrap());
}

#[test]
fn too_little_is_refused_with_what_is_needed() {
    let folder = folder();
    let path = folder.path();
    let mut tasks = invented();
    tasks.truncate(99);
    fs::write(path.join("few.csv"), as_csv(&tasks)).unwrap();
    let said = refused(path, 3, &["train", "few.csv"]);
    assert!(
        said.contains("99 labelled tasks are too few") && said.contains("at least 100"),
        "{said}"
    );
    let mut tasks = invented();
    tasks.truncate(152);
    fs::write(path.join("few.csv"), as_csv(&tasks)).unwrap();
    let said = refused(path, 3, &["train", "few.csv"]);
    assert!(
        said.contains("19 occupation groups") && said.contains("at least 20"),
        "{said}"
    );
}

#[test]
fn what_is_wrong_with_a_file_is_said_by_line() {
    let folder = folder();
    let path = folder.path();
    let change = |from: &str, to: &str| {
        let text = as_csv(&invented()).replacen(from, to, 1);
        fs::write(path.join("odd.csv"), text).unwrap();
    };
    change(",E1,", ",E9,");
    let said = refused(path, 3, &["train", "odd.csv"]);
    assert!(said.contains("odd.csv:"), "{said}");
    assert!(
        said.contains("unknown label 'E9'") && said.contains("E0, E2, E1"),
        "{said}"
    );
    change(",E1,", ",,");
    let output = taskrater(path, &["train", "odd.csv"]);
    assert!(
        stderr(&output).contains("1 rows without a label"),
        "{}",
        stderr(&output)
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("on 191 tasks"));

    let text = as_csv(&invented());
    let row = text.lines().find(|line| line.contains(",E1,")).unwrap();
    let pasted = format!("{text}{row}\n{}\n", row.replace(",E1,", ",E0,"));
    fs::write(path.join("odd.csv"), pasted).unwrap();
    let said = stderr(&taskrater(path, &["train", "odd.csv"]));
    assert!(
        said.contains("2 rows repeat a task id, 1 of them with another answer"),
        "{said}"
    );

    let said = refused(path, 3, &["train", "labels.csv", "--label", "verdict"]);
    assert!(
        said.contains("no column 'verdict'") && said.contains("Task ID, O*NET-SOC Code"),
        "{said}"
    );
    let said = refused(path, 2, &["train", "labels.csv", "--score", "points"]);
    assert!(said.contains("'exposure' is answered by a label"), "{said}");
    let said = refused(path, 2, &["train", "labels.csv", "--out", "x.bin"]);
    assert!(said.contains("--source"), "{said}");
    let said = refused(
        path,
        3,
        &["train", "labels.csv", "--preset", "eloundou2024"],
    );
    assert!(said.contains("no column 'human_exposure_agg'"), "{said}");
    let said = refused(
        path,
        7,
        &[
            "train",
            "labels.csv",
            "--source",
            "x",
            "--out",
            "labels.csv/x.bin",
        ],
    );
    assert!(said.contains("labels.csv"), "{said}");
    assert!(refused(path, 7, &["train", "nowhere.csv"]).contains("nowhere.csv"));
}

#[test]
fn a_weights_file_that_cannot_be_used_is_named() {
    let folder = folder();
    let path = folder.path();
    let config = "[[raters]]\nid = \"mine\"\nsurrogate = \"mine.bin\"\n";
    fs::write(path.join("taskrater.toml"), config).unwrap();
    let rate = ["rate", "Lawyers", "--rater", "mine"];
    let said = refused(path, 4, &rate);
    assert!(
        said.contains("mine.bin") && said.contains("taskrater train"),
        "{said}"
    );
    assert!(done(path, &["raters"]).contains("no, cannot read"));
    fs::write(path.join("mine.bin"), "weights").unwrap();
    assert!(refused(path, 3, &rate).contains("mine.bin holds no surrogate"));
    // The other surrogates do not need it.
    done(path, &["rate", "Lawyers", "--rater", "surrogate-human"]);
}

/// A panel of the simulator and a surrogate over the starter inventory, as run `taught`.
fn simulated_run(path: &Path) {
    let provider = Provider::start();
    let config = format!(
        "[[raters]]\nid = \"simulated\"\nwire = \"openai\"\nmodel = \"simulated\"\nbase_url = \"{}/v1\"\n\
         key_env = \"SIMULATED_KEY\"\n",
        provider.url()
    );
    fs::write(path.join("taskrater.toml"), config).unwrap();
    let rate = [
        "rate",
        "--yes",
        "--all",
        "--rater",
        "simulated",
        "--rater",
        "surrogate-human",
        "--no-cache",
        "--quiet",
        "--out",
        "runs/taught",
    ];
    done(path, &rate);
}

#[test]
fn the_ratings_of_a_run_become_a_free_rater() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    simulated_run(path);
    let train = [
        "train",
        "--from-run",
        "taught",
        "--rater",
        "simulated",
        "--dimension",
        "automation",
        "--out",
        "free.bin",
        "--json",
    ];
    let report = json(&done(path, &train));
    let surrogate = &report["surrogates"][0];
    assert_eq!(surrogate["id"], "surrogate-simulated");
    assert_eq!(surrogate["source"], "ratings of simulated in run taught");
    assert_eq!(report["rows"], 265);
    assert!(
        surrogate["held_out"]["pearson"]["mean"].is_f64(),
        "{surrogate}"
    );

    // Gold for the same tasks, in a label file.
    let ratings = fs::read_to_string(path.join("runs/taught/ratings.jsonl")).unwrap();
    let mut gold = "task_id,gold\n".to_owned();
    for rating in ratings
        .lines()
        .map(json)
        .filter(|line| line["rater"] == "simulated")
    {
        let value = &rating["values"]["automation"]["value"];
        writeln!(gold, "{},{value}", rating["task_id"].as_str().unwrap()).unwrap();
    }
    fs::write(path.join("gold.csv"), gold).unwrap();
    let with_gold = json(&done(
        path,
        &[&["train", "gold.csv"], &train[1..7], &["--json"]].concat(),
    ));
    let measured = &with_gold["surrogates"][0]["gold"];
    assert_eq!(
        (&measured["rows"], &measured["teacher"]["rmse"]["mean"]),
        (&265.into(), &0.0.into())
    );

    let config = fs::read_to_string(path.join("taskrater.toml")).unwrap();
    let config = config + "\n[[raters]]\nid = \"free\"\nsurrogate = \"free.bin\"\n";
    fs::write(path.join("taskrater.toml"), config).unwrap();
    done(
        path,
        &["rate", "Lawyers", "--rater", "free", "--out", "runs/free"],
    );
    let ratings = fs::read_to_string(path.join("runs/free/ratings.jsonl")).unwrap();
    assert!(
        ratings
            .lines()
            .map(json)
            .all(|line| line["basis"] == "out_of_fold")
    );
}

#[test]
fn a_surrogate_teaches_no_surrogate() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    done(path, &["rate", "Lawyers", "--out", "runs/r"]);
    let from = |rater| ["train", "--from-run", "runs/r", "--rater", rater];
    let said = refused(path, 2, &from("surrogate-human"));
    assert!(said.contains("is a surrogate"), "{said}");
    let said = refused(path, 3, &from("gpt-4o"));
    assert!(
        said.contains("no rater 'gpt-4o'") && said.contains("surrogate-human"),
        "{said}"
    );
    let said = refused(path, 3, &["train", "--from-run", "r2", "--rater", "x"]);
    assert!(said.contains("no run 'r2'"), "{said}");
}

#[test]
fn the_shipped_manifest_is_that_of_the_shipped_weights() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("surrogates");
    let bytes = fs::read(root.join("eloundou2024.bin")).unwrap();
    let manifest = json(&fs::read_to_string(root.join("eloundou2024.json")).unwrap());
    assert_eq!(manifest["weights_bytes"], bytes.len());
    assert_eq!(
        manifest["weights_blake3"],
        blake3::hash(&bytes).to_hex().to_string()
    );
    assert!(Bundle::embedded().unwrap().to_bytes() == bytes);
}

#[test]
fn the_published_labels_give_the_shipped_weights() {
    let Some(data) = std::env::var_os("TASKRATER_DATA") else {
        eprintln!("skipped: TASKRATER_DATA is not set");
        return;
    };
    let labels = Path::new(&data).join("eloundou2024/full_labelset.tsv");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    done(
        path,
        &[
            "train",
            labels.to_str().unwrap(),
            "--out",
            "eloundou2024.bin",
        ],
    );
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("surrogates");
    for file in ["eloundou2024.bin", "eloundou2024.json"] {
        let (made, shipped) = (fs::read(path.join(file)), fs::read(root.join(file)));
        assert!(made.unwrap() == shipped.unwrap(), "{file} differs");
    }
}
