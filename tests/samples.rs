//! `--samples`: several answers of a rater to a question, over real folders and a provider on loopback.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use provider::{Fault, Kind, Provider, When};
use serde_json::{Value, json};
use support::{Project, occupation};

const TASKS: [&str; 3] = [
    "Write the weekly report on flour prices.",
    "Weld the broken oven door.",
    "Answer letters of customers.",
];

/// A project of two raters, one of each wire; `more` lines for both.
fn project(url: &str, more: &str, tasks: &[&str]) -> Project {
    let project = Project::new().env("BAKERS_KEY", "sk-bakers");
    project.write(
        "taskrater.toml",
        format!(
            "panel = \"two\"\ninventory = \"bakers.toml\"\n[panels]\ntwo = [\"anna\", \"bert\"]\n\
             [[raters]]\nid = \"anna\"\nwire = \"openai\"\nmodel = \"anna-1\"\nbase_url = \"{url}/v1\"\nkey_env = \"BAKERS_KEY\"\n{more}\n\
             [[raters]]\nid = \"bert\"\nwire = \"anthropic\"\nmodel = \"bert-1\"\nbase_url = \"{url}/v1\"\nkey_env = \"BAKERS_KEY\"\n{more}\n"
        ),
    );
    project.write("bakers.toml", occupation("b", "Bakers", tasks));
    project
}

/// What anna answers the first, second, … time that she is asked.
fn answers(verdicts: &[(&str, u32)]) -> Vec<Fault> {
    let faults = verdicts.iter().enumerate().map(|(n, (label, automation))| {
        let text = json!({"rationale": format!("Reason number {n}."), "tools": [], "exposure": label,
            "automation": automation, "augmentation": 50, "confidence": 70})
        .to_string();
        let body = json!({"model": "anna-1-2026", "usage": {"prompt_tokens": 9, "completion_tokens": 9},
            "choices": [{"index": 0, "finish_reason": "stop",
                "message": {"role": "assistant", "content": text}}]});
        Fault::status(200).body(&body.to_string()).model("anna").first(1)
    });
    faults.collect()
}

fn number(text: &str) -> f64 {
    text.parse().expect("a number")
}

#[test]
fn more_samples_ask_only_for_those_that_are_new() {
    let provider = Provider::start();
    let project = project(&provider.url(), "", &TASKS);
    let rate = |out: &str, samples: &str| {
        let all = ["Bakers", "--quiet", "--samples", samples];
        project.rate(out, &all).ends(0);
        provider.count()
    };
    assert_eq!(rate("three", "3"), 18);
    // From 3 to 5: two thirds as many again.
    assert_eq!(rate("five", "5"), 30);
    assert_eq!(rate("again", "5"), 30);
    assert_eq!(rate("one", "1"), 30, "fewer are there already");
    assert_eq!(project.stable("five"), project.stable("again"));
    let samples = |out: &str| -> Vec<u64> {
        let ratings = project.ratings(out);
        let anna = ratings
            .iter()
            .filter(|line| line["rater"] == "anna" && line["task_id"] == "b-t1");
        anna.filter_map(|line| line["sample"].as_u64()).collect()
    };
    assert_eq!(samples("five"), [0, 1, 2, 3, 4]);
    assert_eq!(project.ratings("five").len(), 30);
    assert_eq!(project.manifest("five")["samples"], 5);
    // One line a question in the ledger, each with its sample.
    let asked: Vec<u64> = project
        .ledger("five")
        .iter()
        .filter_map(|line| line["sample"].as_u64())
        .collect();
    assert_eq!(asked.iter().filter(|&&sample| sample == 3).count(), 6);
    assert_eq!(asked.iter().filter(|&&sample| sample == 4).count(), 6);
    // Another number of samples is another plan.
    let plan = |out: &str| project.manifest(out)["plan"].clone();
    assert!(
        plan("five") == plan("again")
            && plan("five") != plan("three")
            && plan("one") != plan("three")
    );
}

#[test]
fn samples_are_one_opinion_and_their_spread_stands_beside_that_of_the_raters() {
    let verdicts = [("E1", 40), ("E2", 52), ("E2", 22)];
    let provider = answers(&verdicts)
        .into_iter()
        .fold(Provider::builder(), |builder, fault| builder.fault(fault))
        .start();
    let project = project(&provider.url(), "concurrency = 1", &TASKS[..1]);
    let args = "Bakers --quiet --rater anna --rater surrogate-human --samples 3";
    let args: Vec<&str> = args.split(' ').collect();
    let done = project.rate("run", &args).ends(0);
    // The surrogate says the same every time: one line of it, three of anna.
    assert_eq!(project.ratings("run").len(), 4);
    let column = |name: &str| project.column("run/consensus.csv", name);
    assert_eq!(column("dimension")[..2], ["exposure", "automation"]);
    assert!((number(&column("anna")[0]) - 2.0 / 3.0).abs() < 1e-9);
    assert_eq!(column("anna")[1], "38");
    let spread = column("sample_spread");
    // Of exposures 1, 0.5, 0.5: 0.5, 0.5, 0, mean 1/3. Of 40, 52, 22: 12, 18, 30, mean 20.
    assert!((number(&spread[0]) - 1.0 / 3.0).abs() < 1e-9);
    assert_eq!(number(&spread[1]), 20.0);
    assert_eq!(number(&spread[2]), 0.0, "augmentation: 50 each time");
    // In the words of the E2 nearest the mean: 14 from 38, not 16.
    assert!(
        column("rationale")[0].contains("“Reason number 1”"),
        "{}",
        column("rationale")[0]
    );
    done.prints(&[
        "samples",
        "exposure: two answers of two raters lie ",
        "apart on average, of one rater 0.33",
    ]);
    let page = project.read("run/report.md");
    assert!(page.contains("sample spread") && page.contains("the rest is repeat noise"));
    said_elsewhere(&project);
}

/// The same numbers in `--json` and in `explain`.
fn said_elsewhere(project: &Project) {
    let json = project.run(&[
        "rate",
        "Bakers",
        "--quiet",
        "--rater",
        "anna",
        "--samples",
        "3",
        "--json",
    ]);
    let json: Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(json["consensus"][0]["sample_spread"], 0.333_333_333_333);
    // Of one rater alone there is nothing to compare with.
    let spreads = &json["spreads"][0];
    assert_eq!(
        (&spreads["within"], &spreads["between"]),
        (&json!(0.333_333_333_333), &Value::Null)
    );
    assert_eq!(
        (&spreads["dimension"], &spreads["tasks"]),
        (&json!("exposure"), &json!(1))
    );
    assert_eq!(json["manifest"]["missing"], 0);
    let said = project.run(&["explain", "run", "b-t1"]).ends(0);
    said.prints(&[
        "anna, sample 0 rated",
        "anna, sample 2 rated",
        "two answers of one rater 0.33",
    ]);
}

#[test]
fn questions_that_are_one_are_asked_once_a_sample() {
    let provider = Provider::start();
    let project = project(&provider.url(), "", &[TASKS[0], TASKS[0], TASKS[1]]);
    project
        .rate("run", &["Bakers", "--quiet", "--samples", "2"])
        .ends(0);
    // Two statements, two raters, two samples.
    assert_eq!(provider.count(), 8);
    let ratings = project.ratings("run");
    assert_eq!(ratings.len(), 12);
    let of = |task: &str, sample: u64| {
        let line = ratings.iter().find(|line| {
            line["rater"] == "bert" && line["task_id"] == task && line["sample"] == sample
        });
        line.expect("a line")["values"].clone()
    };
    assert_eq!(of("b-t1", 1), of("b-t2", 1));
    project
        .rate("again", &["Bakers", "--quiet", "--samples", "2"])
        .ends(0);
    assert_eq!(provider.count(), 8);
    assert_eq!(project.stable("run"), project.stable("again"));
}

#[test]
fn a_missing_sample_is_listed_and_the_rater_is_heard_with_the_others() {
    let refusal = Fault::new(Kind::Refusal).model("anna").when(When::Nth(2));
    let provider = Provider::builder().fault(refusal).start();
    let project = project(&provider.url(), "concurrency = 1", &TASKS[..1]);
    let args = ["Bakers", "--quiet", "--rater", "anna", "--samples", "3"];
    let done = project.rate("run", &args).ends(5);
    done.says(&[
        "anna ratings missing: 1 refused",
        "  anna: b b-t1 sample 1 refused",
    ]);
    let manifest = project.manifest("run");
    assert_eq!(
        (&manifest["missing"], &manifest["outcomes"]["rated"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(project.column("run/consensus.csv", "n_raters")[0], "1");
}

#[test]
fn samples_may_be_a_setting_and_temperature_0_is_warned_of() {
    let provider = Provider::start();
    let project = project(
        &provider.url(),
        "parameters = { temperature = 0 }",
        &TASKS[..1],
    );
    let settings = project.read("taskrater.toml");
    project.write("taskrater.toml", format!("samples = 2\n{settings}"));
    project
        .rate("run", &["Bakers", "--quiet"])
        .ends(0)
        .says(&["anna: its samples are asked for at temperature 0"]);
    assert_eq!(provider.count(), 4);
    let once = project
        .rate("once", &["Bakers", "--quiet", "--samples", "1"])
        .ends(0);
    assert!(!once.err.contains("temperature"), "{}", once.err);
    project.rate("none", &["Bakers", "--samples", "0"]).ends(2);
    project.write("taskrater.toml", format!("samples = 101\n{settings}"));
    project
        .rate("bad", &["Bakers"])
        .ends(3)
        .says(&["taskrater.toml:1: samples = 101 is outside 1–100"]);
}

#[test]
fn missing_ratings_are_listed_by_name_up_to_twenty() {
    let poisoned = Fault::new(Kind::BadJson).contains("number 7 ");
    let provider = Provider::builder().fault(poisoned).start();
    let tasks: Vec<String> = (1..=30)
        .map(|n| format!("Write letter number {n} about bread."))
        .collect();
    let tasks: Vec<&str> = tasks.iter().map(String::as_str).collect();
    let project = project(&provider.url(), "", &tasks);
    let done = project
        .rate("run", &["Bakers", "--quiet", "--rater", "anna"])
        .ends(5);
    let done = done.says(&["  anna: b b-t7 invalid: "]);
    assert_eq!(done.err.matches("\n  anna: ").count(), 1, "{}", done.err);
    assert_eq!(project.manifest("run")["missing"], 1);
    let args = ["Bakers", "--quiet", "--offline", "--cache", "empty"];
    let done = project.rate("offline", &args).ends(5);
    let listed = done
        .err
        .lines()
        .filter(|line| line.starts_with("  ") && line.ends_with(" not_run"))
        .count();
    assert_eq!(listed, 20, "{}", done.err);
    done.says(&[
        "  … all of them are in ratings.jsonl",
        "offline: 60 questions",
    ]);
}
