//! Recorded raters, as people use them: a label file beside `taskrater.toml`, a few lines in it, and `rate`.

#[path = "support/mod.rs"]
mod support;

use serde_json::{Value, json};
use support::Project;

/// A project with four tasks, `8823`, `8824`, `10304-1` and `10304-2`, of two occupations, and this configuration.
fn project(config: &str) -> Project {
    let project = Project::new();
    project.write(
        "jobs.csv",
        "SOC code,occupation,task_id,task,task type\n\
         11-1011.00,Bakers,8823,Bake the bread.,Core\n\
         11-1011.00,Bakers,8824,Sell the bread.,\n\
         11-1012.00,Millers,10304-1,Grind the corn.,\n\
         11-1012.00,Millers,10304-2,Weigh the flour.,\n",
    );
    let config = format!("inventory = \"jobs.csv\"\nrubric = \"exposure\"\n{config}");
    project.write("taskrater.toml", config);
    project
}

/// A file in Windows-1252, as old spreadsheets write it, with a reason over two lines.
const WESTERN: &[u8] = b"task_id;anna;why\r\n8823;E1;\"M\xfcsli,\r\nfor one\"\r\n";

#[test]
fn other_encodings_are_read_and_said() {
    let project = project(
        "[[recordings]]\nfile = \"l.csv\"\nraters = [{ id = \"a\", columns = { exposure = \"anna\" }, rationale = \"why\" }]\n",
    );
    project.write("l.csv", WESTERN);
    let done = project.rate("run", &["Bakers", "--rater", "a"]);
    done.ends(0)
        .says(&["l.csv, line 2: not UTF-8, read as Windows-1252"]);
    assert_eq!(project.ratings("run")[0]["rationale"], "Müsli, for one");
}

/// A wide file with ids as spreadsheets leave them.
const LABELS: &str = "id,SOC,people,o3,gpt\n\
                      8823.0,11-1011,E0,E3,E1\n\
                      8824.0,11-1011,NA,E1,\n\
                      10304-1,11-1012.00,E2,E1,n/a\n\
                      10304-2,11-1012.00,E2,E1,-\n\
                      99999,11-1012.00,E1,E1,E1\n";

const WIDE: &str = "[[recordings]]\nfile = \"labels.csv\"\ntask_id = \"id\"\ndimension = \"exposure\"\npanel = \"recorded\"\n\
                    fold = { E3 = \"E2\" }\ngold = { people = \"human\" }\nraters = [\"people\", \"o3\", \"gpt\"]\n";

/// Task, rater, outcome and label of every rating of a run.
fn labels(project: &Project, run: &str) -> Vec<(String, String, String, Value)> {
    let text = |line: &Value, key: &str| line[key].as_str().expect("a text").to_owned();
    let ratings = project.ratings(run).into_iter().map(|line| {
        let [task, rater, outcome] = ["task_id", "rater", "outcome"].map(|key| text(&line, key));
        (
            task,
            rater,
            outcome,
            line["values"]["exposure"]["label"].clone(),
        )
    });
    ratings.collect()
}

fn of(project: &Project, run: &str, rater: &str) -> Vec<Value> {
    let all = labels(project, run).into_iter();
    all.filter(|(_, own, ..)| own == rater)
        .map(|(.., label)| label)
        .collect()
}

#[test]
fn a_wide_file_joins_a_panel() {
    let project = project(WIDE);
    project.write("labels.csv", LABELS);
    let done = project.rate("run", &["--all", "--panel", "recorded"]);
    // A recording that is partial leaves no run incomplete.
    let done = done
        .ends(0)
        .says(&["labels.csv: 4 of 5 rows are about tasks of this run (people, o3, gpt)"]);
    assert!(!done.err.contains("cannot be used"), "{}", done.err);
    let nothing = Value::Null;
    assert_eq!(
        of(&project, "run", "people"),
        [json!("E0"), nothing.clone(), json!("E2"), json!("E2")]
    );
    assert_eq!(
        of(&project, "run", "o3"),
        [json!("E2"), json!("E1"), json!("E1"), json!("E1")]
    );
    assert_eq!(
        of(&project, "run", "gpt"),
        [json!("E1"), nothing.clone(), nothing.clone(), nothing]
    );
    let outcomes = labels(&project, "run").into_iter();
    let abstained = outcomes
        .filter(|(_, _, outcome, _)| outcome == "abstained")
        .count();
    assert_eq!(abstained, 4);

    let manifest = project.manifest("run");
    assert_eq!(manifest["status"], "complete");
    let gold: Vec<&Value> = manifest["panel"]
        .as_array()
        .expect("a panel")
        .iter()
        .map(|rater| &rater["gold"])
        .collect();
    assert_eq!(gold, [&json!("human"), &Value::Null, &Value::Null]);
    let people = &manifest["raters"][0];
    let digest = blake3::hash(LABELS.as_bytes()).to_hex().to_string();
    assert_eq!(
        (
            &people["kind"],
            &people["recording"]["file"],
            &people["recording_blake3"]
        ),
        (&json!("recording"), &json!("labels.csv"), &json!(digest))
    );
    assert_eq!(
        (
            &people["rows"],
            &people["rows_used"],
            &people["tasks_rated"],
            &people["problem_count"]
        ),
        (&json!(5), &json!(4), &json!(3), &json!(0))
    );
    assert!(!project.path("run/ledger.jsonl").exists());
    assert!(!project.path("cache").exists());
}

#[test]
fn what_does_not_fit_is_a_problem_by_line_and_strict_refuses_it() {
    let project = project(
        "[[recordings]]\nfile = \"l.tsv\"\ndimension = \"exposure\"\nraters = [\"a\", \"b\"]\n",
    );
    project.write(
        "l.tsv",
        "task_id\ta\tb\n8823\tR1\tE1\n8824\tE1\n10304-1\tE1\tE2\n10304-1\tE1\tE0\n\tE1\tE1\n",
    );
    let args = ["--all", "--rater", "a", "--rater", "b"];
    let problems = [
        "l.tsv, line 2: a: 'R1' is no label of exposure (E0, E2, E1)",
        "l.tsv, line 3: 2 cells where the header has 3",
        "l.tsv, line 5: another exposure than line 4 has for the same task; neither counts",
        "l.tsv, line 6: no task id",
    ];
    project
        .rate("run", &args)
        .ends(0)
        .says(&["4 places of recorded ratings cannot be used"])
        .says(&[problems[0], problems[1]]);
    // The rest of a row is kept; of two rows that agree there is one.
    assert_eq!(
        of(&project, "run", "a"),
        [Value::Null, Value::Null, json!("E1"), Value::Null]
    );
    assert_eq!(
        of(&project, "run", "b"),
        [json!("E1"), Value::Null, Value::Null, Value::Null]
    );
    let manifest = project.manifest("run");
    assert_eq!(manifest["raters"][0]["problem_count"], 3);
    assert_eq!(manifest["raters"][1]["problem_count"], 3);
    assert_eq!(manifest["raters"][0]["problems"][1]["line"], 3);

    let strict = [&args[..], &["--strict"]].concat();
    project.rate("strict", &strict).ends(3).says(&problems);
    assert!(!project.path("strict").exists());
}

#[test]
fn a_long_file_in_jsonl_has_its_raters_by_where() {
    let project = project(
        "[[recordings]]\nfile = \"ratings.jsonl\"\nraters = [\n\
         { id = \"old-a\", columns = { exposure = \"values.exposure.label\" }, where = { rater = \"a\", sample = 0 }, \
           rationale = \"rationale\", confidence = \"confidence\", description = \"run of May\" },\n\
         { id = \"old-b\", columns = { exposure = \"values.exposure.value\" }, where = { rater = \"b\" } },\n]\n",
    );
    let line = |task: &str, rater: &str, sample: u8, label: &str, value: f64| {
        let values = json!({ "exposure": { "value": value, "label": label } });
        let line = json!({ "task_id": task, "rater": rater, "sample": sample, "values": values,
                           "rationale": format!("{rater} on {task}"), "confidence": 70 });
        format!("{line}\n")
    };
    let text = [
        line("8823", "a", 0, "E0", 0.0),
        line("8823", "a", 1, "E1", 1.0),
        line("8823", "b", 0, "E2", 0.5),
        line("8824", "b", 0, "E1", 1.0),
        json!({ "task_id": "8824", "rater": "a", "sample": 0, "values": {}, "outcome": "refused" })
            .to_string(),
    ];
    project.write("ratings.jsonl", text.concat());
    let done = project.rate("run", &["--all", "--rater", "old-a", "--rater", "old-b"]);
    let done = done
        .ends(0)
        .prints(&["old-a (recorded: run of May)", "a on 8823"]);
    assert!(!done.err.contains("cannot be used"), "{}", done.err);
    let labels = labels(&project, "run");
    let of_bakers: Vec<(&str, &Value)> = labels
        .iter()
        .take(4)
        .map(|(_, rater, _, label)| (&**rater, label))
        .collect();
    assert_eq!(
        of_bakers,
        [
            ("old-a", &json!("E0")),
            ("old-b", &json!("E2")),
            ("old-a", &Value::Null),
            ("old-b", &json!("E1"))
        ]
    );
    let first = &project.ratings("run")[0];
    assert_eq!(
        (&first["rationale"], &first["confidence"]),
        (&json!("a on 8823"), &json!(70))
    );
    let report = project.read("run/report.md");
    assert!(
        report.contains("**old-a**: recording, run of May; ratings.jsonl: exposure = values.exposure.label where rater is a and sample is 0."),
        "{report}"
    );
}

#[test]
fn scores_are_folded_and_multiplied() {
    let project = project(
        "[[recordings]]\nfile = \"l.csv\"\nfold = { T0 = 0, T3 = 75, none = \"\" }\nmultiply = { augmentation = 100, confidence = 100 }\n\
         raters = [{ id = \"r\", columns = { automation = \"level\", augmentation = \"help\" }, confidence = \"sure\" }]\n",
    );
    project.write(
        "l.csv",
        "task_id;level;help;sure\n8823;T3;0.25;0.9\n8824;none;1;\n10304-1;T9;0;2\n10304-2;12.5;1.01;1\n",
    );
    let args = ["--all", "--rater", "r", "--rubric", "impact"];
    project.rate("run", &args).ends(0).says(&[
        "3 places",
        "l.csv, line 4: level: 'T9' is no score of automation from 0 to 100",
        "l.csv, line 4: sure: '2' is no confidence from 0 to 100",
        "l.csv, line 5: help: '1.01' is no score of augmentation from 0 to 100",
    ]);
    let values = project.ratings("run").into_iter().map(|line| {
        let value = |dimension: &str| line["values"][dimension]["value"].as_f64();
        (
            value("automation"),
            value("augmentation"),
            line["confidence"].as_f64(),
        )
    });
    assert_eq!(
        values.collect::<Vec<_>>(),
        [
            (Some(75.0), Some(25.0), Some(90.0)),
            (None, Some(100.0), None),
            (None, Some(0.0), None),
            (Some(12.5), None, Some(100.0)),
        ]
    );
}

#[test]
fn a_file_about_other_tasks_says_so_with_an_id_of_each_side() {
    let config = "[[recordings]]\nfile = \"l.csv\"\ndimension = \"exposure\"\nraters = [\"a\"]\n";
    let with_code = config.replace("raters", "occupation_id = \"code\"\nraters");
    let project = project(config);
    project.write("l.csv", "task_id,code,a\n1,11-1011,E1\n2,11-1011,E0\n");
    let args = ["--all", "--rater", "a"];
    // Nothing was rated: that is not what was asked for.
    project.rate("run", &args).ends(5).says(&[
        "l.csv: no row is about a task of this run; the file has tasks such as 1, the run such as 8823 (a)",
    ]);
    project.write(
        "l.csv",
        "task_id,code,a\n8823,11-1012,E1\n8824,11-1011,E0\n",
    );
    let base = "inventory = \"jobs.csv\"\nrubric = \"exposure\"\n";
    project.write("taskrater.toml", base.to_owned() + &with_code);
    project.rate("run2", &args).ends(0);
    assert_eq!(
        of(&project, "run2", "a"),
        [Value::Null, json!("E0"), Value::Null, Value::Null]
    );
}

#[test]
fn a_mixed_panel_costs_nothing_for_its_recordings_and_explain_shows_their_lines() {
    let project = project(WIDE);
    project.write("labels.csv", LABELS);
    let args = [
        "--all",
        "--panel",
        "recorded",
        "--rater",
        "surrogate-human",
        "--samples",
        "2",
    ];
    project.rate("run", &args).ends(0);
    assert_eq!(project.ratings("run").len(), 4 * 4);
    let again = [&args[..], &["--dry-run"]].concat();
    project.rate("dry", &again).ends(0);
    project
        .run(&["explain", "run", "8823"])
        .ends(0)
        .prints(&["recorded in labels.csv, line 2: o3 = 'E3'"]);
    let json = project.run(&["explain", "run", "8823", "--json"]).ends(0);
    let json: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(
        json["ratings"][1]["recorded"],
        json!({ "file": "labels.csv", "changed_since": false, "rows": [{ "line": 2, "cells": { "o3": "E3" } }] })
    );

    let plan = |run: &str| project.manifest(run)["plan"].clone();
    project.write("labels.csv", LABELS.replace("E3", "E2"));
    project.rate("other", &args).ends(0);
    assert_ne!(plan("run"), plan("other"));
    project
        .run(&["explain", "run", "8823"])
        .ends(0)
        .prints(&["line 2: o3 = 'E2'", "the file has changed since the run"]);

    let listed = project.run(&["raters"]).ends(0);
    listed.prints(&[
        "recording, gold (human)",
        "exposure = people",
        "yes, labels.csv",
        "recorded: people, o3, gpt",
    ]);
    let draft = ["draft", "Millers", "--from", "jobs.csv", "--rater", "o3"];
    project
        .run(&draft)
        .ends(4)
        .says(&["the panel has none: o3 cannot write"]);
}

#[test]
fn gold_alone_is_no_panel() {
    let project = project(WIDE);
    project.write("labels.csv", LABELS);
    project
        .rate("run", &["--all", "--rater", "people"])
        .ends(4)
        .says(&["every rater of the panel is marked gold (people)"]);
    project
        .rate("run", &["--all", "--rater", "people", "--rater", "gpt"])
        .ends(0);
}

const HEAD: &str = "[[recordings]]\nfile = \"labels.csv\"\n";

/// What follows the head, and what is said of it.
const MISTAKES: [(&str, i32, &str); 12] = [
    (
        "dimension = \"exposure\"\nraters = [\"my column\"]\n",
        3,
        "taskrater.toml:6: 'my column' is no rater id: use letters, digits and . _ : -, such as { id = \"mine\", column = \"my column\" }",
    ),
    (
        "raters = [\"o3\"]\n",
        3,
        "taskrater.toml:5: 'o3' is column 'o3', but the recording has no 'dimension'",
    ),
    (
        "raters = [{ id = \"a\", exposure = \"o3\" }]\n",
        3,
        "taskrater.toml:5: unknown field `exposure`",
    ),
    (
        "raters = [{ id = \"label\", columns = { exposure = \"o3\" } }]\n",
        3,
        "taskrater.toml:5: 'label' is the name of a column of the results",
    ),
    (
        "raters = [{ id = \"a\" }]\n",
        3,
        "taskrater.toml:5: 'a' has no column",
    ),
    (
        "raters = []\n",
        3,
        "taskrater.toml:3: no rater of labels.csv is named",
    ),
    (
        "dimension = \"exposure\"\ngold = { b = \"human\" }\nraters = [\"o3\"]\n",
        3,
        "taskrater.toml:3: gold names 'b', which is none of its raters: o3",
    ),
    (
        "dimension = \"exposure\"\ngold = { o3 = \"divine\" }\nraters = [\"o3\"]\n",
        3,
        "taskrater.toml:6: unknown variant `divine`",
    ),
    (
        "dimension = \"exposure\"\nmultiply = { automation = 100 }\nraters = [\"o3\"]\n",
        3,
        "taskrater.toml:3: multiply names 'automation', which no column is read for",
    ),
    (
        "dimension = \"exposure\"\nraters = [\"o3\", \"o3\"]\n",
        3,
        "taskrater.toml:6: there is a rater 'o3' already",
    ),
    (
        "raters = [{ id = \"gpt-4o\", columns = { exposure = \"o3\" } }]\n",
        3,
        "taskrater.toml:5: there is a rater 'gpt-4o' already",
    ),
    (
        "dimension = \"exposure\"\npanel = \"p\"\nraters = [\"o3\"]\n[panels]\np = [\"o3\"]\n",
        3,
        "taskrater.toml:3: panel 'p' stands under [panels], too",
    ),
];

#[test]
fn the_configuration_is_checked_with_its_lines() {
    for (config, code, said) in MISTAKES {
        let project = project(&format!("{HEAD}{config}"));
        project.run(&["raters"]).ends(code).says(&[said]);
    }
}

#[test]
fn a_file_that_does_not_fit_its_mapping_is_named() {
    for (config, code, said) in [
        (
            "dimension = \"exposure\"\nraters = [\"o3\"]\n",
            3,
            "taskrater.toml:6: nothing says which column of labels.csv holds the task ids",
        ),
        (
            "task_id = \"id\"\nraters = [{ id = \"o3\", columns = { exposure = \"o4\" } }]\n",
            3,
            "taskrater.toml:6: labels.csv has no column 'o4'",
        ),
        (
            "task_id = \"id\"\ndimension = \"speed\"\nraters = [\"o3\"]\n",
            5,
            "labels.csv: it rates speed, which the rubric 'exposure' does not ask for: none of it counts (o3)",
        ),
    ] {
        let project = project(&format!("{HEAD}{config}"));
        project.write("labels.csv", LABELS);
        project
            .rate("run", &["--all", "--rater", "o3"])
            .ends(code)
            .says(&[said]);
    }
    let project = project(WIDE);
    project
        .rate("run", &["--all", "--panel", "recorded"])
        .ends(4)
        .says(&["taskrater.toml:10: cannot read", "labels.csv"]);
}

#[test]
fn panels_of_several_files_are_one_and_may_be_named() {
    let second = WIDE
        .replace("labels.csv", "more.csv")
        .replace("task_id = \"id\"\n", "")
        .replace("gold = { people = \"human\" }\n", "")
        .replace("[\"people\", \"o3\", \"gpt\"]", "[\"bert\"]");
    let panels = "[panels]\nmine = [\"bert\", \"o3\", \"surrogate-gpt4\"]\n";
    let project = project(&format!("{panels}{WIDE}{second}"));
    project.write("labels.csv", LABELS);
    project.write("more.csv", "task_id,bert\n8824,E0\n");
    let listed = project.run(&["raters"]).ends(0);
    listed.prints(&[
        "mine: bert, o3, surrogate-gpt4",
        "recorded: people, o3, gpt, bert",
    ]);
    project.rate("run", &["--all", "--panel", "mine"]).ends(0);
    let header = project.csv("run/consensus.csv").0;
    let own = ["bert", "o3", "surrogate-gpt4"];
    assert!(header.windows(3).any(|names| names == own), "{header:?}");
}
