//! `compare`: two runs of the built command, over a provider on loopback and lists of our own, and over real releases.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use std::path::Path;
use std::time::Instant;

use insta::assert_snapshot;
use provider::{Fault, Provider};
use serde_json::{Value, json};
use support::{Done, Project, letters};

/// Id, title, then the tasks: id, statement, type.
type Job<'a> = (&'a str, &'a str, &'a [[&'a str; 3]]);

const OLD: &[Job<'_>] = &[
    (
        "bakers",
        "Bakers",
        &[
            ["b1", "Knead the dough for rye bread.", "Core"],
            ["b2", "Write the order for next week's flour.", "Core"],
            ["b3", "Answer letters of customers.", "Core"],
            ["b4", "Sweep the floor of the bakery.", "Supplemental"],
        ],
    ),
    (
        "smiths",
        "Smiths",
        &[
            ["s1", "Weld the broken gate.", "Core"],
            ["s2", "Plan the week's repairs.", "Core"],
        ],
    ),
];

/// b2: of another type. b3: other words. b4: gone. b6: new. s1, s2: under another code.
const NEW: &[Job<'_>] = &[
    (
        "bakers",
        "Bakers",
        &[
            ["b1", "Knead the dough for rye bread.", "Core"],
            [
                "b2",
                "Write the order for next week's flour.",
                "Supplemental",
            ],
            ["b3", "Paint, by hand, the sign above the door.", "Core"],
            ["b6", "Carry the sacks of flour upstairs.", "Core"],
        ],
    ),
    (
        "metal-workers",
        "Smiths",
        &[
            ["s1", "Weld the broken gate.", "Core"],
            ["s2", "Plan the week's repairs.", "Core"],
        ],
    ),
];

/// Writes a folder of lists; `turned` with every list and the tasks of each the other way around.
fn write(project: &Project, folder: &str, jobs: &[Job<'_>], turned: bool) {
    for (n, (id, title, tasks)) in jobs.iter().enumerate() {
        let mut text = format!("id = {id:?}\ntitle = {title:?}\n");
        let mut tasks = tasks.to_vec();
        if turned {
            tasks.reverse();
        }
        for [id, statement, kind] in tasks {
            text +=
                &format!("[[tasks]]\nid = {id:?}\nstatement = {statement:?}\ntype = {kind:?}\n");
        }
        // Files are read in the order of their names.
        let place = if turned { jobs.len() - n } else { n };
        project.write(&format!("{folder}/{place}.toml"), text);
    }
}

fn rate(project: &Project, out: &str, inventory: &str, more: &[&str]) -> Done {
    let all = [
        "--all",
        "--quiet",
        "--rubric",
        "exposure",
        "--inventory",
        inventory,
    ];
    project.rate(out, &[&all, more].concat()).ends(0)
}

/// Both lists, rated by both raters into `v1` and `v2`.
fn lists(provider: &Provider) -> Project {
    let project = Project::two(&provider.url(), ["", ""], &[]);
    for (folder, jobs) in [("old", OLD), ("new", NEW)] {
        write(&project, folder, jobs, false);
        write(&project, &format!("{folder}-turned"), jobs, true);
    }
    rate(&project, "v1", "old", &[]);
    rate(&project, "v2", "new", &[]);
    project
}

/// A project of the same tasks, rated once into `v1`.
fn same_tasks(provider: &Provider, more: [&str; 2]) -> Project {
    let project = Project::two(&provider.url(), more, &letters(8));
    rate(&project, "v1", "jobs.toml", &[]);
    project
}

fn compare(project: &Project, args: &[&str]) -> Done {
    project.run(&[&["compare"], args].concat())
}

fn as_json(project: &Project, before: &str, after: &str) -> Value {
    let done = compare(project, &[before, after, "--json"]).ends(0);
    serde_json::from_str(&done.out).expect("JSON")
}

/// The rows of `--csv` as (name of the column, cell).
fn rows(project: &Project, before: &str, after: &str) -> Vec<Vec<(String, String)>> {
    let done = compare(project, &[before, after, "--csv"]).ends(0);
    let mut reader = csv::Reader::from_reader(done.out.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let row = |row: csv::StringRecord| {
        let cells = header.iter().zip(row.iter());
        cells
            .map(|(name, cell)| (name.to_owned(), cell.to_owned()))
            .collect()
    };
    reader
        .records()
        .map(|record| row(record.expect("a row")))
        .collect()
}

fn cell<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
    let found = row.iter().find(|(column, _)| column == name);
    &found.unwrap_or_else(|| panic!("no column {name}")).1
}

/// A number of a row; `None` where the cell is empty.
fn number(row: &[(String, String)], name: &str) -> Option<f64> {
    let cell = cell(row, name);
    (!cell.is_empty()).then(|| cell.parse().expect("a number"))
}

/// Every row adds up, and its scores are those of the runs; how many rows have parts.
fn adds_up(project: &Project, before: &str, after: &str) -> usize {
    let scores = |run: &str| -> Vec<(String, String)> {
        let file = format!("{run}/occupations.csv");
        let ids = project.column(&file, "occupation_id").into_iter();
        ids.zip(project.column(&file, "score")).collect()
    };
    let [old, new] = [before, after].map(scores);
    let of = |scores: &[(String, String)], id: &str| -> Option<f64> {
        let found = scores.iter().find(|(known, _)| known == id);
        found.and_then(|(_, score)| score.parse().ok())
    };
    let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-9,
        (a, b) => a == b,
    };
    let mut whole = 0;
    for row in rows(project, before, after) {
        let before = number(&row, "before");
        let after = number(&row, "after");
        let id = cell(&row, "occupation_id");
        assert!(
            near(before, of(&old, cell(&row, "occupation_id_before"))),
            "{row:?}"
        );
        assert!(near(after, of(&new, id)), "{row:?}");
        let change = before.zip(after).map(|(was, is)| is - was);
        assert!(near(number(&row, "change"), change), "{row:?}");
        let parts = row.iter().filter(|(name, _)| name.starts_with("from_"));
        let parts: Vec<f64> = parts.filter_map(|(_, cell)| cell.parse().ok()).collect();
        if !parts.is_empty() {
            assert_eq!(parts.len(), 9, "{row:?}");
            assert!(near(Some(parts.iter().sum()), change), "{row:?}");
            whole += 1;
        }
    }
    whole
}

#[test]
fn a_changed_list_is_taken_apart_by_what_changed() {
    let provider = Provider::start();
    let project = lists(&provider);
    assert_eq!(adds_up(&project, "v1", "v2"), 2);
    let found = as_json(&project, "v1", "v2");
    assert_eq!(
        found["tasks"],
        json!({"in_both": 5, "same_text": 4, "changed_in": {"text": 1, "type": 1, "code": 2}, "new": 1, "gone": 1,
            "same_text_under_another_id": 0, "not_compared": []}),
    );
    assert_eq!(
        found["occupations_under_another_id"],
        json!([["smiths", "metal-workers"]])
    );
    let statuses = found["raters"].as_array().expect("raters").iter();
    assert!(
        statuses.clone().all(|rater| rater["status"] == "same"),
        "{}",
        found["raters"]
    );
    let exposure = &found["dimensions"][0];
    let [bakers, smiths] = [&exposure["occupations"][0], &exposure["occupations"][1]];
    let tasks = |cause: &str| bakers["parts"][cause]["tasks"].as_u64();
    assert_eq!(
        [
            "same", "raters", "method", "text", "weights", "new", "gone", "moved", "missing"
        ]
        .map(tasks),
        [2, 0, 0, 1, 1, 1, 1, 0, 0].map(Some)
    );
    assert_eq!(
        (&smiths["change"], &smiths["id_before"]),
        (&json!(0.0), &json!("smiths"))
    );
    let rows = exposure["tasks"].as_array().expect("tasks");
    let of = |id: &str| {
        rows.iter()
            .find(|task| task["task_id"] == id)
            .expect("a task")
    };
    assert_eq!(
        (&of("b3")["cause"], &of("b3")["fields"]),
        (&json!("text"), &json!(["text"]))
    );
    assert_eq!(of("b6")["raters"]["anna"][0], Value::Null);
    assert_eq!(
        (&of("b4")["cause"], &of("b4")["after"]),
        (&json!("gone"), &Value::Null)
    );
    // The largest change first, with what was said before and after.
    assert_eq!(rows[0]["task_id"], "b3");
    let said = |when: &str| rows[0]["rationale"][when].as_str().expect("a rationale");
    assert!(said("before").contains("anna") && said("before") != said("after"));
    page(&project);
}

fn page(project: &Project) {
    let prompt = project.manifest("v1")["prompt"]["fingerprint"]
        .as_str()
        .expect("hex")
        .to_owned();
    let done = compare(project, &["v1", "v2"]).ends(0);
    assert_eq!(done.err, "");
    assert_snapshot!(done.out.replace(&prompt, "<prompt>"), @r#"
v1 → v2
  rubric      exposure, in both
  prompt      <prompt>, in both
  inventory   old → new
  weighting   core_twice, in both
  tasks       5 in both, 4 of them read the same to raters (changed: code of 2, text of 1, type of 1); 1 new, 1 gone
  occupations 2 in both (joined by their tasks: smiths → metal-workers); 0 new, 0 gone
  rater       anna: asked in the same way
  rater       bert: asked in the same way

exposure, in points of the 0–100 score
4 tasks of 2 occupations read the same and are rated in both: mean 31.2 → 31.2, change 0.0, unchanged
Mean score of the 2 occupations in both: 33.0 → 18.8, change -14.3 (text -9.2, weights -2.5, new -5.0, gone +2.4)
 rater, own values  before  after  change  95 % interval  tasks  moved?
 anna               50.0    50.0   0.0     –              4      unchanged
 bert               12.5    12.5   0.0     –              4      unchanged

0 of 0 occupations looked at moved; 2 more have too few tasks that read the same; 1 score changed through weights, new, gone or moved tasks
 occupation  before  after  change  text   weights  new    gone  same text [95 %]  n  raters' own     ratings moved?
 Bakers      53.6    25.0   -28.6   -18.3  -5.0     -10.0  +4.8  0.0               2  -35.7 to -21.4  unchanged

Tasks that moved most
 -50.0  b3  Bakers: Paint, by hand, the sign above the door.
        what raters are told changed (text); 75.0 → 25.0: anna 100.0 → 50.0, bert 50.0 → 0.0
        before: 1 of 2 raters says E2 (bert): “[simulated] The word "answer" points to work that language models help with; a person still checks the result and answers for it”. anna says E1: “[simulated] The word "answer" points to work that language mode…
        after: 1 of 2 raters says E0 (bert): “[simulated] No word in this task points to work that language models do alone; the word "paint" points to work that needs a person on site”. anna says E2: “[simulated] No word in this task points to work that …

Moved is what can be told from chance over the tasks that read the same, with false discoveries held at 5 %; of the rest no change was detectable. “change” is the sum of its parts: same (asked alike again), raters (or prompt), method (reconciled otherwise), text, weights, new, gone, moved (between occupations), missing (rated in one run). “same text” counts each task once; “raters' own” is from the smallest to the largest change of the raters' own scores, no confidence interval. docs/compare.md has the formulas.
"#);
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let provider = Provider::start();
    let project = lists(&provider);
    rate(&project, "v1-turned", "old-turned", &[]);
    rate(&project, "v2-turned", "new-turned", &[]);
    let sorted = |before: &str, after: &str| {
        let mut rows = rows(&project, before, after);
        rows.sort();
        rows
    };
    assert_ne!(
        project.read("v1/tasks.csv"),
        project.read("v1-turned/tasks.csv")
    );
    assert_eq!(sorted("v1", "v2"), sorted("v1-turned", "v2-turned"));
}

#[test]
fn a_run_does_not_differ_from_itself() {
    let provider = Provider::start();
    let project = lists(&provider);
    let found = as_json(&project, "v2", "v2");
    for occupation in found["dimensions"][0]["occupations"]
        .as_array()
        .expect("occupations")
    {
        assert_eq!(
            (&occupation["change"], &occupation["same_text"]["verdict"]),
            (&json!(0.0), &json!("unchanged"))
        );
    }
    compare(&project, &["v2", "v2"]).ends(0).prints(&[
        "6 in both, 6 of them read the same to raters; 0 new, 0 gone",
        "0 of 0 occupations looked at moved; 2 more have too few tasks that read the same",
        "No score changed.",
    ]);
}

#[test]
fn another_prompt_is_named_and_blamed() {
    let provider = Provider::start();
    let project = same_tasks(&provider, ["", ""]);
    let prompt = project.read("v1/prompt.md");
    assert!(prompt.contains("You "), "{prompt}");
    project.write("mine.md", prompt.replace("You ", "You, rater, "));
    let all = [
        "--all",
        "--quiet",
        "--prompt",
        "mine.md",
        "--inventory",
        "jobs.toml",
    ];
    project.rate("v2", &all).ends(0);
    let found = as_json(&project, "v1", "v2");
    for rater in found["raters"].as_array().expect("raters") {
        assert_eq!(
            (&rater["status"], &rater["otherwise"]),
            (&json!("otherwise"), &json!(["prompt"]))
        );
    }
    let tasks = found["dimensions"][0]["tasks"].as_array().expect("tasks");
    assert_eq!(tasks.len(), 8);
    assert!(
        tasks.iter().all(|task| task["cause"] == "raters"),
        "{tasks:?}"
    );
    compare(&project, &["v1", "v2"])
        .ends(0)
        .prints(&["anna: other prompt", "bert: other prompt"]);
}

#[test]
fn another_model_shows_in_its_rater_and_in_nobody_else() {
    let provider = Provider::start();
    let project = same_tasks(&provider, ["", ""]);
    let toml = project.read("taskrater.toml");
    project.write("taskrater.toml", toml.replace("anna-1", "other-9"));
    rate(&project, "v2", "jobs.toml", &[]);
    assert_eq!(adds_up(&project, "v1", "v2"), 1);
    let found = as_json(&project, "v1", "v2");
    let [anna, bert] = [&found["raters"][0], &found["raters"][1]];
    assert_eq!(
        (&anna["otherwise"], &bert["status"]),
        (&json!(["model"]), &json!("same"))
    );
    let exposure = &found["dimensions"][0];
    let [anna, bert] = [&exposure["raters"][0], &exposure["raters"][1]];
    assert_eq!(
        (&bert["mean"], &bert["verdict"]),
        (&json!(0.0), &json!("unchanged"))
    );
    let mean = |of: &Value| of["mean"].as_f64().expect("a mean");
    assert!(mean(anna) != 0.0, "{anna}");
    // The consensus is the mean of the two, so that it moves by half.
    assert!((mean(&exposure["whole"]) - mean(anna) / 2.0).abs() < 1e-9);
    assert_eq!(exposure["whole"]["n"], 8);
    let parts = &exposure["occupations"][0]["parts"];
    let change = &exposure["occupations"][0]["change"];
    assert_eq!(
        (&parts["raters"]["points"], &parts["raters"]["tasks"]),
        (change, &json!(8))
    );
}

#[test]
fn another_method_is_named_and_blamed() {
    let provider = Provider::start();
    let project = Project::two(&provider.url(), ["", ""], &letters(8));
    let panel = "--rater anna --rater bert --rater surrogate-human --reconcile";
    let panel: Vec<&str> = panel.split(' ').collect();
    rate(
        &project,
        "v1",
        "jobs.toml",
        &[&panel[..], &["mean"]].concat(),
    );
    rate(
        &project,
        "v2",
        "jobs.toml",
        &[&panel[..], &["median"]].concat(),
    );
    let found = as_json(&project, "v1", "v2");
    assert_eq!(
        found["reconciled_otherwise"],
        json!(["method mean → median"])
    );
    let exposure = &found["dimensions"][0];
    let whole = &exposure["whole"];
    assert!(whole["mean"].as_f64() != Some(0.0), "{whole}");
    assert_eq!(
        (&whole["verdict"], &whole["p"]),
        (&json!("reconciled_otherwise"), &Value::Null)
    );
    let tasks = exposure["tasks"].as_array().expect("tasks");
    assert!(
        tasks.iter().all(|task| task["cause"] == "method"),
        "{tasks:?}"
    );
    let row = &rows(&project, "v1", "v2")[0];
    let [part, change] = ["from_method", "change"].map(|name| number(row, name).expect("points"));
    assert!((part - change).abs() < 1e-9, "{row:?}");
    assert_eq!(cell(row, "same_text_verdict"), "reconciled otherwise");
    compare(&project, &["v1", "v2"]).ends(0).prints(&[
        "reconciled  otherwise: method mean → median",
        "The consensus is made otherwise:",
        "0 of 0 occupations looked at moved; 1 reconciled otherwise and not tested",
        "same text, no rater asked otherwise; reconciled otherwise",
    ]);
}

/// What anna answers from now on, as another version of her model.
fn newer_anna() -> Fault {
    let text = json!({"rationale": "All of it.", "exposure": "E1", "confidence": 90}).to_string();
    let body = json!({"model": "anna-1-2027", "usage": {"prompt_tokens": 9, "completion_tokens": 9},
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}]});
    Fault::status(200).body(&body.to_string()).model("anna")
}

#[test]
fn a_model_that_changed_under_its_name_is_seen() {
    let provider = Provider::start();
    let project = same_tasks(&provider, ["", ""]);
    provider.set_faults([newer_anna()]);
    rate(&project, "v2", "jobs.toml", &["--refresh"]);
    let found = as_json(&project, "v1", "v2");
    let anna = &found["raters"][0];
    assert_eq!(anna["otherwise"], json!(["version"]));
    assert_eq!(anna["reported"][1], json!(["anna-1-2027"]));
    compare(&project, &["v1", "v2"]).ends(0).prints(&[
        "anna: other model version reported",
        "bert: asked in the same way",
    ]);
}

#[test]
fn repeated_answers_give_the_noise() {
    let provider = Provider::start();
    let project = Project::two(&provider.url(), ["", ""], &letters(6));
    rate(&project, "v1", "jobs.toml", &["--samples", "4"]);
    rate(&project, "v2", "jobs.toml", &["--samples", "2"]);
    let found = as_json(&project, "v1", "v2");
    let exposure = &found["dimensions"][0];
    assert_eq!(exposure["noise"][0]["tasks"], 6);
    assert!(
        exposure["noise"][0]["within"]
            .as_f64()
            .is_some_and(|within| within >= 0.0)
    );
    assert!(exposure["tasks"][0]["beyond_noise"].is_boolean());
    assert_eq!(found["raters"][0]["samples"], json!([4, 2]));
    compare(&project, &["v1", "v2"]).ends(0).prints(&[
        "Noise: two answers of one rater to one question lie",
        "4 → 2 answers a question",
    ]);
}

#[test]
fn runs_of_two_rubrics_are_compared_in_what_they_share() {
    let provider = Provider::start();
    let project = same_tasks(&provider, ["", ""]);
    project
        .rate("impact", &["--all", "--quiet", "--rubric", "impact"])
        .ends(0);
    let found = as_json(&project, "v1", "impact");
    assert_eq!(found["dimensions"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        found["not_compared"][0],
        json!({"dimension": "automation", "reason": "run v1 did not judge it"})
    );
    compare(&project, &["impact", "v1"])
        .ends(0)
        .prints(&[
            "rubric      impact → exposure",
            "augmentation is not compared: run v1 did not judge it",
        ])
        .says(&["run impact began after run v1: is the order right?"]);
}

#[test]
fn what_was_carried_over_is_counted() {
    let provider = Provider::start();
    let project = same_tasks(&provider, ["", ""]);
    project.write(
        "more.toml",
        project.read("jobs.toml") + "\n[[tasks]]\nid = \"x\"\nstatement = \"Bake.\"\n",
    );
    std::fs::remove_dir_all(project.path("cache")).expect("the cache");
    rate(&project, "v2", "more.toml", &["--carry-over", "v1"]);
    let found = as_json(&project, "v1", "v2");
    assert_eq!(found["raters"][0]["carried"], json!([8, 8]));
    compare(&project, &["v1", "v2"])
        .ends(0)
        .prints(&["8 ratings carried over, 8 of them from the earlier run"]);
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let provider = Provider::start();
    let project = same_tasks(&provider, ["", ""]);
    compare(&project, &["v1", "v9"])
        .ends(3)
        .says(&["there is no run 'v9'", "taskrater runs"]);
    compare(&project, &["v1"]).ends(2);
    compare(&project, &["--help"])
        .ends(0)
        .prints(&["Examples:", "taskrater compare "]);
    write(&project, "old", OLD, false);
    rate(&project, "other", "old", &[]);
    compare(&project, &["v1", "other"])
        .ends(3)
        .says(&["no task id is in both v1 and other", "hint"]);
    let torn = project.read("v1/ratings.jsonl") + "\n";
    project.write("v1/ratings.jsonl", torn);
    compare(&project, &["v1", "other"])
        .ends(3)
        .says(&["is not as run v1 wrote it"]);
}

#[test]
fn two_real_releases_add_up_in_seconds() {
    let Some(data) = std::env::var_os("TASKRATER_DATA") else {
        eprintln!("skipped: TASKRATER_DATA is not set");
        return;
    };
    let project = Project::new();
    for (out, release) in [("v1", "onet_29_3_xlsx"), ("v2", "onet_30_2")] {
        let folder = Path::new(&data).join(release);
        let folder = folder.to_str().expect("a path in UTF-8");
        rate(&project, out, folder, &[]);
    }
    let start = Instant::now();
    compare(&project, &["v1", "v2"]).ends(0).prints(&[
        "surrogate-human: asked in the same way",
        "occupations looked at moved",
    ]);
    let took = start.elapsed();
    eprintln!("two releases compared in {took:?}");
    // Some seconds on an idle machine without optimisation.
    assert!(took.as_secs() < 120, "{took:?}");
    assert_eq!(adds_up(&project, "v1", "v2"), 923);
    let rows = rows(&project, "v1", "v2");
    // The embedded raters answer as they did: scores change by the list alone.
    for row in &rows {
        assert_eq!(number(row, "from_same"), Some(0.0), "{row:?}");
        assert_eq!(number(row, "from_raters"), Some(0.0), "{row:?}");
    }
    let changed = rows
        .iter()
        .filter(|row| number(row, "change") != Some(0.0))
        .count();
    assert!(changed > 10, "{changed}");
}
