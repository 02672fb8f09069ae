//! Gold files: labels of people that join a finished run, with the weights of their draw or not at all.

mod support;

use serde_json::Value;
use support::Project;

const HEAD: &str = "occupation_id,task_id,exposure,other,note,probability,stratum,design,n_labels,agreed,reviewers,labelled,draw,run,kind\n";

/// The starter inventory rated by the embedded raters, with no key and no network.
fn project() -> Project {
    let project = Project::new();
    project.write(
        "taskrater.toml",
        "panel = \"free\"\nrubric = \"exposure\"\n",
    );
    project.rate("run", &["--all"]).ends(0);
    project
}

/// Whether a task is of the stratum that is drawn whole.
fn hard(n: usize) -> bool {
    n.is_multiple_of(5)
}

/// A gold file of every fifth task, and of a quarter of the others unless the design leaves them out; `probability` by stratum.
fn gold(project: &Project, name: &str, design: &str, probability: [&str; 2]) {
    let (codes, ids) = (
        project.column("run/consensus.csv", "occupation_id"),
        project.column("run/consensus.csv", "task_id"),
    );
    let mut text = HEAD.to_owned();
    for (n, (code, id)) in codes.iter().zip(&ids).enumerate() {
        let rest = !hard(n) && n % 4 == 1 && design != "contested only";
        if !hard(n) && !rest {
            continue;
        }
        let label = ["E0", "E2", "E1"][n * 7 % 3];
        let probability = probability[usize::from(hard(n))];
        text.push_str(&format!(
            "{code},{id},{label},9,seen,{probability},s,{design},1,one label,ann; bob,2026-11-21T10:00:00Z,1a2b3c4d,r1,human\n"
        ));
    }
    project.write(name, text);
}

fn record(project: &Project, folder: &str) -> Value {
    let text = project.read(&format!("{folder}/reconcile.json"));
    serde_json::from_str(&text).expect("JSON")
}

/// A run reconciled with a gold file that holds a label of nobody and a task of another run; the number of its own labels.
fn joined(project: &Project) -> usize {
    gold(project, "gold.csv", "stratified", ["0.25", "1"]);
    // A label of nobody, and a task of another run.
    let text = project.read("gold.csv").replacen(",E0,9,", ",E7,9,", 1)
        + "zz,zz-1,E0,9,,0.25,s,stratified,1,one label,ann,2026-11-23T10:00:00Z,1a2b3c4d,r1,human\n";
    project.write("gold.csv", &text);
    let labels = text.lines().count() - 3;
    project
        .run(&["reconcile", "run", "--gold", "gold.csv"])
        .ends(0)
        .says(&[
            "gold.csv: it has other, too, which this run does not rate",
            "rows are about tasks of this run",
            "1 place of recorded ratings cannot be used",
            "gold.csv, line 2: exposure: 'E7' is no label of exposure (E0, E2, E1)",
            "of stratum 's' cannot be used: the others count",
        ])
        .prints(&[
            "Gold: gold-labels (human labels). It calibrates the panel and is no part of it. Its tasks were drawn with known \
             probabilities, and each counts 1/probability",
            "gold-labels: labelled by ann and bob, 2026-11-21 to 2026-11-23; draw 1a2b3c4d (stratified) of run r1",
            "that were drawn alike (Kish)",
            "human labels (weighted, worth ",
        ]);
    labels
}

#[test]
fn a_gold_file_joins_a_run_and_the_run_stays_as_it_was() {
    let project = project();
    let own = project.stable("run");
    let labels = joined(&project);
    // The file is a column, no member of the panel.
    let consensus = "run/reconcile-auto/consensus.csv";
    let column = project.column(consensus, "gold-labels");
    assert_eq!(
        column.iter().filter(|cell| !cell.is_empty()).count(),
        labels
    );
    assert!(
        project
            .column(consensus, "n_raters")
            .iter()
            .all(|n| n == "3")
    );
    assert_eq!(project.stable("run"), own);
    // Another file is not written over it.
    gold(&project, "other.csv", "stratified", ["0.2", "1"]);
    project
        .run(&["reconcile", "run", "--gold", "other.csv"])
        .ends(2)
        .says(&["gold file blake3"]);
}

#[test]
fn the_record_says_which_gold_file_it_was_and_what_its_labels_are_worth() {
    let project = project();
    let labels = joined(&project);
    let text = project.read("gold.csv");
    let found = record(&project, "run/reconcile-auto");
    let file = &found["gold"]["file"];
    let digest = blake3::hash(text.as_bytes()).to_hex().to_string();
    assert_eq!(file["blake3"], digest);
    assert_eq!(
        file["provenance"]["reviewers"],
        serde_json::json!(["ann", "bob"])
    );
    assert_eq!(
        (&file["rows"], &file["problem_count"]),
        (&(labels + 2).into(), &1.into())
    );
    assert_eq!(file["tasks_rated"], labels);
    let calibration = &found["dimensions"][0]["calibration"];
    let n = calibration["gold_tasks"].as_f64().expect("a number");
    let worth = calibration["effective_gold_tasks"]
        .as_f64()
        .expect("a number");
    let stands = calibration["gold_stands_for_tasks"]
        .as_f64()
        .expect("a number");
    assert!(worth < n && n < stands, "{worth} {n} {stands}");
}

#[test]
fn equal_probabilities_are_a_random_sample_and_a_recording_does_the_same() {
    let project = project();
    gold(&project, "gold.csv", "random", ["0.4", "0.4"]);
    project
        .run(&["reconcile", "run", "--gold", "gold.csv", "--out", "file"])
        .ends(0)
        .prints(&[
            "gold tasks were drawn alike and stand for",
            "drawn with one known probability: a random sample",
        ]);
    assert_eq!(record(&project, "file")["gold"]["warning"], Value::Null);
    project
        .run(&["reconcile", "run", "--gold", "gold.csv=expert"])
        .ends(2)
        .says(&["a gold file names its kind itself"]);
    // The same labels as a recording of `rate`, of which nothing is said, and with the column of the probability.
    let table = |more: &str| {
        format!(
            "rubric = \"exposure\"\n[panels]\nall = [\"surrogate-human\", \"surrogate-gpt4\", \"surrogate-gpt4-alt\", \
             \"people\"]\n[[recordings]]\nfile = \"gold.csv\"\noccupation_id = \"occupation_id\"\ndimension = \"exposure\"\n\
             {more}raters = [{{ id = \"people\", column = \"exposure\", gold = \"human\" }}]\n"
        )
    };
    let rated = ["--all", "--panel", "all"];
    let bare: Vec<String> = project
        .read("gold.csv")
        .lines()
        .map(|line| line.splitn(4, ',').take(3).collect::<Vec<_>>().join(",") + "\n")
        .collect();
    project.write("bare.csv", bare.concat());
    project.write("taskrater.toml", table("").replace("gold.csv", "bare.csv"));
    project.rate("plain", &rated).ends(0);
    // A gold file is known by its columns: it needs no key.
    project.write("taskrater.toml", table(""));
    project.rate("drawn", &rated).ends(0);
    let scores = |folder: &str| project.column(&format!("{folder}/occupations.csv"), "score");
    assert_eq!(scores("drawn"), scores("plain"));
    for (a, b) in scores("file").iter().zip(scores("plain")) {
        let [a, b] = [a, &b].map(|cell| cell.parse::<f64>().expect("a score"));
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }
    let panel = &project.manifest("drawn")["panel"][3];
    assert_eq!(panel["drawn"]["draws"], serde_json::json!(["1a2b3c4d"]));
    assert_eq!(project.manifest("plain")["panel"][3].get("drawn"), None);
}

#[test]
fn a_run_keeps_the_weights_of_its_gold() {
    let project = project();
    gold(&project, "gold.csv", "stratified", ["0.25", "1"]);
    project.write(
        "taskrater.toml",
        "rubric = \"exposure\"\n[panels]\nall = [\"surrogate-human\", \"surrogate-gpt4\", \"people\"]\n[[recordings]]\n\
         file = \"gold.csv\"\noccupation_id = \"occupation_id\"\ndimension = \"exposure\"\nprobability = \"probability\"\n\
         gold = { people = \"human\" }\nraters = [{ id = \"people\", column = \"exposure\" }]\n",
    );
    project
        .rate("weighted", &["--all", "--panel", "all"])
        .ends(0);
    let lines = project.ratings("weighted");
    let of = |probability: f64| {
        let own = lines
            .iter()
            .filter(|line| line["probability"] == probability);
        own.filter(|line| line["rater"] == "people").count()
    };
    assert!(of(0.25) > 30 && of(1.0) > 30);
    let all = lines
        .iter()
        .filter(|line| line.get("probability").is_some());
    assert_eq!(all.count(), of(0.25) + of(1.0));
    project
        .run(&["reconcile", "weighted"])
        .ends(0)
        .prints(&["(weighted, worth "]);
    for name in ["occupations.csv", "report.md"] {
        let again = project.read(&format!("weighted/reconcile-auto/{name}"));
        assert!(again.contains("(weighted, worth "), "{name}");
    }
    project
        .run(&["explain", "weighted", "acc-01"])
        .ends(0)
        .prints(&["(weighted, worth "]);
    // A file takes the place of the gold that the run marked, which joins no panel.
    gold(&project, "new.csv", "stratified", ["0.5", "1"]);
    project
        .run(&["reconcile", "weighted", "--gold", "new.csv", "--out", "new"])
        .ends(0)
        .says(&[
            "new.csv takes the place of people, which the run marked as gold: people is left out",
        ]);
    let (header, _) = project.csv("new/consensus.csv");
    assert!(header.iter().all(|column| column != "people"));
    assert_eq!(
        record(&project, "new")["dimensions"][0]["panel"],
        serde_json::json!(["surrogate-human", "surrogate-gpt4"])
    );
}

#[test]
fn gold_that_stands_for_nothing_else_calibrates_nothing() {
    let project = project();
    gold(&project, "part.csv", "contested only", ["", "1"]);
    let part = ["reconcile", "run", "--gold", "part.csv"];
    project.run(&part).ends(3).says(&[
        "gold was drawn from contested tasks only",
        "draw with `review RUN --contested` below 1",
        "--method mean",
    ]);
    for wrong in ["", "0", "1.5", "often"] {
        gold(&project, "wrong.csv", "stratified", ["0.25", wrong]);
        project
            .run(&["reconcile", "run", "--gold", "wrong.csv"])
            .ends(3)
            .says(&[
                &format!("probability: '{wrong}' is no probability above 0 and up to 1"),
                "it is not known with which probability they were drawn",
            ]);
    }
    // It can stand beside the values, and be measured against.
    let beside = [&part[..], &["--method", "mean", "--out", "beside"]].concat();
    project
        .run(&beside)
        .ends(0)
        .prints(&["drawn from contested tasks only and says nothing of the others"]);
    // What a spreadsheet made of the file: semicolons, decimal commas, small letters. It is worth the same.
    gold(&project, "well.csv", "stratified", ["0.25", "1"]);
    let sheet = project
        .read("well.csv")
        .replace("; bob", "")
        .replace(',', ";");
    let sheet = sheet.replace("0.25", "0,25").replace(";E1;", ";e1;");
    project.write("sheet.csv", sheet.replace("stratified", "Stratified"));
    for name in ["well", "sheet"] {
        let file = format!("{name}.csv");
        project
            .run(&["reconcile", "run", "--gold", &file, "--out", name])
            .ends(0);
    }
    let values = |folder: &str| project.column(&format!("{folder}/consensus.csv"), "value");
    assert_eq!(values("sheet"), values("well"));
    // But for the twelfth decimal, which is that of the file that was read.
    for (a, b) in values("beside").iter().zip(values("run")) {
        let [a, b] = [a, &b].map(|cell| cell.parse::<f64>().expect("a value"));
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }
    project
        .run(&["audit", "run", "--gold", "part.csv"])
        .ends(0)
        .prints(&[
            "gold-labels was measured on contested tasks only",
            "say nothing about the rest",
        ]);
    // Nor does `rate` begin with it.
    project.write(
        "taskrater.toml",
        "rubric = \"exposure\"\n[panels]\nall = [\"surrogate-human\", \"surrogate-gpt4\", \"people\"]\n[[recordings]]\n\
         file = \"part.csv\"\ndimension = \"exposure\"\n\
         raters = [{ id = \"people\", column = \"exposure\", gold = \"human\" }]\n",
    );
    project
        .rate("no", &["--all", "--panel", "all"])
        .ends(3)
        .says(&["gold was drawn from contested tasks only"]);
    assert!(!project.path("no").exists());
}

#[test]
fn what_is_no_gold_for_a_run_is_refused_with_the_reason() {
    let project = project();
    let refused = |name: &str, text: &str, code: i32, parts: &[&str]| {
        project.write(name, text);
        project
            .run(&["reconcile", "run", "--gold", name])
            .ends(code)
            .says(parts);
    };
    let row = "zz,zz-1,E0,9,,0.25,s,random,1,one label,ann,,1a2b,r1,human\n";
    refused(
        "far.csv",
        &format!("{HEAD}{row}"),
        3,
        &[
            "far.csv: no row is about a task of run",
            "zz-1 of zz",
            "acc-01 of accountants",
        ],
    );
    refused(
        "plain.csv",
        "task_id,exposure\nacc-01,E1\n",
        3,
        &["is no gold file", "[[recordings]]"],
    );
    let crowd = row.replace("human", "crowd");
    refused(
        "crowd.csv",
        &format!("{HEAD}{crowd}"),
        3,
        &["crowd.csv, line 2: 'crowd' is no kind of gold"],
    );
    project
        .run(&["audit", "run", "--gold", "nobody.csv"])
        .ends(2)
        .says(&["has no rater 'nobody.csv', and there is no file nobody.csv"]);
}

#[test]
fn an_audit_weighs_what_it_measures() {
    let project = project();
    gold(&project, "gold.csv", "stratified", ["0.25", "1"]);
    let args = ["audit", "run", "--gold", "gold.csv", "--json"];
    let found: Value = serde_json::from_str(&project.run(&args).ends(0).out).expect("JSON");
    let rater = &found["dimensions"][0]["raters"][0];
    let (id, against) = (rater["id"].as_str().expect("an id"), &rater["vs_gold"]);
    // The bias by hand: Σ(rater − gold)/π over Σ 1/π, in points.
    let own = project.column("run/consensus.csv", id);
    let (mut sum, mut counts, mut squares) = (0.0, 0.0, 0.0);
    for (n, value) in own.iter().enumerate() {
        let drawn = hard(n) || n % 4 == 1;
        let Some(value) = value.parse::<f64>().ok().filter(|_| drawn) else {
            continue;
        };
        let count = if hard(n) { 1.0 } else { 4.0 };
        sum += count * (value - [0.0, 0.5, 1.0][n * 7 % 3]) * 100.0;
        counts += count;
        squares += count * count;
    }
    let number = |value: &Value| value.as_f64().expect("a number");
    assert!((number(&against["bias"]["point"]) - sum / counts).abs() < 1e-6);
    assert!((number(&against["effective_n"]) - counts * counts / squares).abs() < 1e-6);
    assert!(against["bias"]["low"].is_f64());
}
