//! `audit`, as people use it: a run of recorded, embedded or hosted raters, and what is said of them.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use provider::{Fault, Kind, Provider, When};
use serde_json::Value;
use std::fmt::Write as _;
use support::Project;

/// Occupations of two major groups in turn.
const OCCUPATIONS: usize = 16;
const TASKS: usize = 5;

/// A small number out of what is numbered, the same every time: 0 to 12.
fn scatter(a: usize, b: usize) -> f64 {
    ((a * 7919 + b * 104_729 + a * b * 31) % 13) as f64
}

/// Jobs, and a table of the automation scores of `anna`, `bert`, `carl` and `people`. anna gives 12 more than the others
/// in group 43 and 4 more elsewhere; people are 6 below bert and carl; anna leaves the first task out.
fn recorded(more: f64) -> Project {
    let mut jobs = String::from("SOC code,occupation,task_id,task,task type\n");
    let mut labels = String::from("task_id,anna,bert,carl,people,why\n");
    for occupation in 0..OCCUPATIONS {
        let group = if occupation % 2 == 0 { 43 } else { 15 };
        for n in 0..TASKS {
            let task = occupation * TASKS + n;
            let _ = writeln!(
                jobs,
                "{group}-10{:02}.00,Job {occupation},t{task},Do number {task}.,Core",
                11 + occupation
            );
            let truth = 20.0 + 3.0 * scatter(task, 5);
            let lenient = if group == 43 { 12.0 } else { 4.0 };
            let anna = match task {
                0 => String::new(),
                _ => format!("{}", truth + lenient + more + scatter(task, 1)),
            };
            let (bert, carl) = (truth + scatter(task, 2), truth + scatter(task, 3));
            let people = truth - 6.0 + scatter(task, 4);
            let _ = writeln!(
                labels,
                "t{task},{anna},{bert},{carl},{people},Reason \u{1b}[31m{task}"
            );
        }
    }
    let project = Project::new();
    project.write("jobs.csv", jobs);
    project.write("labels.csv", labels);
    project.write(
        "taskrater.toml",
        "inventory = \"jobs.csv\"\npanel = \"recorded\"\n[[recordings]]\nfile = \"labels.csv\"\n\
         dimension = \"automation\"\npanel = \"recorded\"\ngold = { people = \"human\" }\n\
         raters = [{ id = \"anna\", column = \"anna\", rationale = \"why\" }, \"bert\", \"carl\", \"people\"]\n",
    );
    project
}

fn json(project: &Project, args: &[&str]) -> Value {
    let done = project
        .run(&[&["audit"], args, &["--json"]].concat())
        .ends(0);
    serde_json::from_str(&done.out).expect("JSON on stdout and nothing else")
}

fn finding<'a>(audit: &'a Value, kind: &str, rater: &str) -> &'a Value {
    let findings = audit["findings"].as_array().expect("findings");
    let of = |one: &&Value| one["kind"] == kind && one["raters"][0] == rater;
    findings
        .iter()
        .find(of)
        .unwrap_or_else(|| panic!("no {kind} of {rater} in {findings:#?}"))
}

#[test]
fn the_lenient_rater_is_named_with_where_it_is_most() {
    let project = recorded(0.0);
    project.rate("run", &["--all", "--quiet"]);
    let done = project.run(&["audit", "run", "--limit", "2"]).ends(0);
    let findings = done.out.find("Findings").expect("findings");
    assert!(
        findings < done.out.find("\nRaters").expect("raters"),
        "findings come first"
    );
    let done = done.prints(&[
        "points more lenient than the panel on automation, 90 % CI ",
        "(n = 79 tasks in 16 occupations); most in 43-0000 Office and Administrative Support Occupations (",
        "paired t clustered by occupation: p < 0.001, adjusted < 0.001 (Holm over ",
        "krippendorff alpha",
        "against gold",
        "people is gold (human): it is no part of the panel",
        "by detailed work activity: the tasks have none",
    ]);
    assert!(
        !done.out.contains('\u{1b}'),
        "text of a file moves no cursor"
    );
    let audit = json(&project, &["run"]);
    let lenient = finding(&audit, "leniency", "anna");
    // 8 more on average: 12 and 4 in turn.
    let (low, high) = (
        lenient["estimate"]["low"].as_f64(),
        lenient["estimate"]["high"].as_f64(),
    );
    assert!(low < Some(8.0) && high > Some(8.0), "{lenient:#}");
    assert_eq!(finding(&audit, "group", "anna")["group"], "43-0000");
    let bias = finding(&audit, "gold_bias", "bert");
    assert_eq!(
        (&bias["raters"][1], &bias["dimension"]),
        (&"people".into(), &"automation".into())
    );
    for one in audit["findings"].as_array().expect("findings") {
        let (p, adjusted) = (
            one["p"].as_f64().expect("p"),
            one["p_adjusted"].as_f64().expect("p"),
        );
        assert!(p <= adjusted && adjusted <= 0.1, "{one:#}");
        assert!(
            !one["test"].as_str().expect("a test").is_empty()
                && !one["adjustment"].as_str().expect("how").is_empty()
        );
    }
    // anna left out the first task.
    assert_eq!(audit["raters"][0]["coverage"]["point"], 0.9875);
}

#[test]
fn the_same_run_gives_the_same_bytes_and_another_seed_other_intervals() {
    let project = recorded(0.0);
    project.rate("run", &["--all", "--quiet"]);
    let print = |more: &[&str]| {
        project
            .run(&[&["audit", "run", "--json"], more].concat())
            .ends(0)
            .out
    };
    let first = print(&[]);
    assert_eq!(first, print(&[]));
    assert_eq!(
        first,
        print(&[
            "--seed", "1", "--draws", "1000", "--level", "0.9", "--limit", "10"
        ])
    );
    assert_ne!(first, print(&["--seed", "2"]));
    let alpha = |text: &str| {
        let audit: Value = serde_json::from_str(text).expect("JSON");
        audit["dimensions"][0]["agreement"][0]["estimate"].clone()
    };
    let (narrow, wide) = (
        alpha(&print(&["--level", "0.5"])),
        alpha(&print(&["--level", "0.99"])),
    );
    assert_eq!(narrow["point"], wide["point"]);
    assert!(narrow["low"].as_f64() > wide["low"].as_f64());
    // Files of the run are as they were: it is audited again after.
    project.run(&["audit", "run"]).ends(0);
}

#[test]
fn gold_is_what_the_command_line_says() {
    let project = recorded(0.0);
    project.rate("run", &["--all", "--quiet"]);
    let gold = |args: &[&str]| -> Vec<Option<String>> {
        let audit = json(&project, args);
        let raters = audit["raters"].as_array().expect("raters");
        raters
            .iter()
            .map(|rater| rater["gold"].as_str().map(str::to_owned))
            .collect()
    };
    let human = Some("human".to_owned());
    assert_eq!(gold(&["run"]), [None, None, None, human]);
    assert_eq!(gold(&["run", "--no-gold"]), [None, None, None, None]);
    let said = |kind: &str| vec![None, Some(kind.to_owned()), None, None];
    assert_eq!(gold(&["run", "--gold", "bert"]), said("editorial"));
    assert_eq!(gold(&["run", "--gold", "bert=expert"]), said("expert"));
    // A panel of one more, without errors against gold.
    let audit = json(&project, &["run", "--no-gold"]);
    let automation = &audit["dimensions"][0];
    assert_eq!(automation["agreement"][0]["raters"], 4);
    assert!(automation["errors"].is_null() && automation["errors_why_none"].is_string());
    let refused = |gold: &str| project.run(&["audit", "run", "--gold", gold]).ends(2);
    refused("dora").says(&[
        "run run has no rater 'dora'",
        "its recorded raters are anna, bert, carl, people",
    ]);
    project.rate(
        "free",
        &[
            "Job 0",
            "--rater",
            "surrogate-human",
            "--rater",
            "bert",
            "--quiet",
        ],
    );
    let done = project
        .run(&["audit", "free", "--gold", "surrogate-human"])
        .ends(2);
    done.says(&[
        "'surrogate-human' is no recorded rater, so it cannot be gold",
        "its recorded raters are bert",
    ]);
}

#[test]
fn what_drifted_since_an_earlier_run_is_named() {
    let project = recorded(0.0);
    project.rate("then", &["--all", "--quiet"]);
    let other = recorded(7.0);
    project.write("labels.csv", other.read("labels.csv"));
    project.rate("now", &["--all", "--quiet"]);
    let audit = json(&project, &["now", "then"]);
    let drift = finding(&audit, "drift", "anna");
    let text = drift["text"].as_str().expect("a text");
    assert!(
        text.starts_with(
            "anna gives 7.0 points more than in run then (the same prompt, other recording)"
        ),
        "{text}"
    );
    let raters = audit["dimensions"][0]["raters"].as_array().expect("raters");
    let bert = raters
        .iter()
        .find(|rater| rater["id"] == "bert")
        .expect("bert");
    assert_eq!(
        (
            &bert["drift"][0]["n"],
            &bert["drift"][0]["difference"]["point"]
        ),
        (&80.into(), &0.0.into())
    );
    assert_eq!(bert["drift"][0]["same_answer"]["point"], 1.0);
    assert_eq!(audit["runs"][1]["run"], "then");
    project.run(&["audit", "now", "then"]).prints(&[
        "compared with run then",
        "now against earlier runs",
        "the same prompt, other recording",
        "p, uncorrected",
        "0.0 [–]",
        "[–]: no interval, since all values are",
    ]);
    // Which of the two is the earlier one is what the command line says, and a reader is told where that is odd.
    project
        .run(&["audit", "then", "now"])
        .prints(&["run now began after run then: is the order right?"]);
}

#[test]
fn hosted_raters_show_repairs_refusals_and_how_they_repeat_themselves() {
    let refuses = Fault::new(Kind::Refusal).model("anna").first(3);
    let fenced = Fault::new(Kind::Fenced).model("bert").when(When::Always);
    let provider = Provider::builder().fault(refuses).fault(fenced).start();
    let tasks: Vec<String> = (0..8)
        .map(|n| format!("Write letter number {n} about bread."))
        .collect();
    let project = Project::two(&provider.url(), ["concurrency = 1", ""], &tasks);
    project.rate("run", &["Jobs", "--quiet", "--samples", "2"]);
    let audit = json(&project, &["run"]);
    let [anna, bert] = [&audit["raters"][0], &audit["raters"][1]];
    assert_eq!(
        (&anna["questions"], &anna["outcomes"]["refused"]),
        (&16.into(), &3.into())
    );
    assert_eq!(anna["refusals"]["point"], 0.1875);
    assert_eq!(bert["repairs"]["fence"], 16);
    let retest = &audit["dimensions"][0]["raters"][1]["test_retest"];
    assert_eq!(retest["n"], 8);
    assert!(retest["exact"]["point"].is_number());
    // All tasks are of one occupation.
    let note = audit["notes"][0].as_str().expect("a note");
    assert!(
        note.starts_with("all tasks are of one occupation"),
        "{note}"
    );
    project.run(&["audit", "run"]).ends(0).prints(&[
        "8 tasks in 1 occupation\n",
        "the same rater again",
        "fence 16",
        "refused 3",
    ]);
}

#[test]
fn the_free_panel_on_the_starter_inventory() {
    let project = Project::new();
    project.rate("run", &["--all", "--quiet"]).ends(0);
    let done = project.run(&["audit", "run"]).ends(0);
    done.prints(&[
        "statistical models of published labels, no language models",
        "no agreement: one rater has nobody to agree with",
        "augmentation: no rater of the panel rated it",
        "by major group: no occupation has an O*NET-SOC code as its id",
    ]);
    assert!(!project.path("cache").exists(), "nobody is asked");
}

#[test]
fn a_run_that_is_not_as_it_was_written_is_refused() {
    let project = recorded(0.0);
    project.rate("run", &["Job 0", "--quiet"]);
    let ratings = project.read("run/ratings.jsonl");
    project.write("run/ratings.jsonl", ratings.replacen("rated", "Rated", 1));
    project
        .run(&["audit", "run"])
        .ends(3)
        .says(&["ratings.jsonl is not as run run wrote it"]);
    project
        .run(&["audit", "nowhere"])
        .ends(3)
        .says(&["there is no run 'nowhere'"]);
    project
        .run(&["audit", "run", "--level", "1.5"])
        .ends(2)
        .says(&["a share from 0.5 to below 1"]);
}

/// What the keys of the JSON are, and what kind of value each has: a list stands for its first element.
fn shape(value: &Value, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let _ = write!(out, "\n{indent}{name}: ");
                shape(field, depth + 1, out);
            }
        }
        Value::Array(all) => match all.first() {
            Some(first) => {
                out.push_str("list of ");
                shape(first, depth, out);
            }
            None => out.push_str("empty list"),
        },
        Value::Null => out.push_str("null"),
        Value::Bool(_) => out.push_str("true or false"),
        Value::Number(_) => out.push_str("number"),
        Value::String(_) => out.push_str("text"),
    }
}

#[test]
fn the_json_has_its_stable_shape() {
    let project = recorded(0.0);
    project.rate("then", &["--all", "--quiet"]);
    project.rate("now", &["--all", "--quiet"]);
    let mut text = String::new();
    shape(&json(&project, &["now", "then"]), 0, &mut text);
    insta::assert_snapshot!(text);
}
