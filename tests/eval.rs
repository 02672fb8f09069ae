//! `eval SET`, as people use it: a prompt and a panel measured on tasks with gold, compared, guarded, and the choice among
//! prompts kept honest.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use provider::{Fault, Kind, Provider};
use serde_json::Value;
use std::fs;
use support::{Done, Project, rater};

const HEAD: &str = "occupation_id,task_id,exposure,note,probability,stratum,design,n_labels,agreed,reviewers,labelled,draw,run,kind,\
                    half,text,occupation,statement\n";
const TOML: &str = "id = \"ours\"\ntitle = \"Ours\"\nrubric = \"exposure\"\ninventory = \"its own words\"\nsource = \"made up\"\n\
                    primary = [\"exposure.kappa\", \"exposure.accuracy\"]\n";
const PROMPT: &str = include_str!("../prompts/exposure.md");
/// A word of a prompt that is answered with E0, whatever is asked.
const DARK: &str = "Gloomily";
const PRICE: &str = "price = { input = 1.0, output = 2.0 }\nmax_tokens = 500";
/// Occupations of the dev half, and tasks of each.
const JOBS: usize = 12;
const TASKS: usize = 4;
const ALL: u64 = (JOBS * TASKS) as u64;

/// The rows of a set in words of its own. What is written by hand is E0, what is written as text E1, the rest E2, in the words that
/// the provider knows.
fn rows() -> Vec<String> {
    let mut rows = Vec::new();
    for job in 1..=JOBS + 4 {
        let half = if job > JOBS { "test" } else { "dev" };
        let tasks = [
            ("E1", format!("Draft and edit report number {job}.")),
            (
                "E1",
                format!("Translate, summarise and answer letter {job}."),
            ),
            ("E0", format!("Lift, carry and load crate number {job}.")),
            ("E2", format!("Greet visitor number {job}.")),
        ];
        for (n, (label, statement)) in tasks.iter().enumerate() {
            let text: String = taskrater::inventory::text_hash(statement)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            rows.push(format!(
                "j{job},j{job}-{n},{label},,1,all,random,1,one label,,,1a2b,,human,{half},{text},Job {job},\"{statement}\"\n"
            ));
        }
    }
    rows
}

/// A project with that set, the hosted rater `anna`, a good prompt and a dark one.
fn project(url: &str) -> Project {
    let project = Project::new().env("ANNA_KEY", "k");
    project.write("eval/ours/set.toml", TOML);
    project.write("eval/ours/gold.csv", format!("{HEAD}{}", rows().concat()));
    let anna = rater("anna", "openai", "anna-1", url, PRICE);
    project.write(
        "taskrater.toml",
        format!("panel = \"one\"\n[panels]\none = [\"anna\"]\n{anna}"),
    );
    project.write(
        "good.md",
        PROMPT.replace("You label one task", "You label a task"),
    );
    project.write(
        "dark.md",
        PROMPT.replace("You label one task", &format!("{DARK} you label one task")),
    );
    project
}

/// A provider to which the dark prompt is answered with E0.
fn provider() -> Provider {
    let dark = Kind::UnknownLabel {
        label: "E0".to_owned(),
    };
    Provider::builder()
        .fault(Fault::new(dark).asked_with(DARK))
        .start()
}

fn eval(project: &Project, args: &[&str]) -> Done {
    let mut all = vec!["eval", "ours"];
    all.extend(args);
    project.run(&all)
}

fn json(done: &Done) -> Value {
    serde_json::from_str(&done.out).expect("one JSON document")
}

/// The runs of a project, by folder.
fn runs(project: &Project) -> Vec<String> {
    let Ok(runs) = fs::read_dir(project.path("runs")) else {
        return Vec::new();
    };
    let name = |run: fs::DirEntry| format!("runs/{}", run.file_name().to_string_lossy());
    let mut runs: Vec<String> = runs.map(|run| name(run.expect("a run"))).collect();
    runs.sort();
    runs
}

fn log(project: &Project, set: &str) -> Vec<Value> {
    let text = project.read(&format!("eval/{set}/log.jsonl"));
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

#[test]
fn the_starter_set_needs_neither_key_nor_network() {
    let project = Project::new();
    let first = project
        .run(&[
            "eval",
            "starter",
            "--card",
            "eval/cards/a.json",
            "--markdown",
            "a.md",
        ])
        .ends(0)
        .prints(&[
            "starter",
            "EDITORIAL",
            "surrogate-gpt4",
            "consensus",
            "majority",
            "Card: ",
        ]);
    assert!(!first.out.contains('\u{1b}'), "no colour in a pipe");
    let run = project.only_run();
    let card = project.read(&format!("{run}/card.json"));
    assert_eq!(project.read("eval/cards/a.json"), card);
    assert_eq!(project.manifest(&run)["eval"]["set"], "starter");
    assert_eq!(project.manifest(&run)["eval"]["half"], "dev");
    assert!(project.read("a.md").starts_with("###"));
    // An ordinary run: other commands read it.
    project.run(&["audit", &run]).ends(0);
    let again = project.run(&["eval", "starter", "--json"]).ends(0);
    let said = json(&again);
    assert_eq!(said["card"]["set"]["kind"], "editorial");
    assert!(said["card"].get("answers").is_none());
    assert_eq!(project.read(said["file"].as_str().expect("a file")), card);
    assert_eq!(
        log(&project, "starter").len(),
        1,
        "the same again tells nothing new"
    );
}

#[test]
fn a_card_against_itself_shows_no_difference_and_passes_every_gate() {
    let project = Project::new();
    project
        .run(&["eval", "starter", "--card", "a.json"])
        .ends(0);
    let run = runs(&project).remove(0);
    let id = run.trim_start_matches("runs/").to_owned();
    for against in ["a.json", &run, &id, "impact"] {
        for mode in ["detected", "shown"] {
            let done = project.run(&[
                "eval",
                "starter",
                "--against",
                against,
                "--max-drop",
                "exposure.kappa=0.02",
                "--max-drop",
                "mae=0",
                "--gate",
                mode,
                "--json",
            ]);
            let said = json(&done.ends(0));
            assert_eq!(said["gate"]["passed"], true, "{against} {mode}");
            let differences = said["comparison"]["differences"]
                .as_array()
                .expect("differences");
            assert!(!differences.is_empty());
            for one in differences {
                // A figure that is not defined (a rater that says one thing has no κ) has no difference either.
                let defined = one["new"].is_f64() && one["old"].is_f64();
                let wanted = if defined { Some(0.0) } else { None };
                assert_eq!(one["delta"].as_f64(), wanted, "{one}");
                assert_eq!(one["verdict"], "no detectable difference", "{one}");
            }
            assert_eq!(said["prompt_diff"], Value::Null);
        }
    }
}

#[test]
fn a_worse_prompt_is_found_worse_and_the_gate_says_so() {
    let provider = provider();
    let project = project(&provider.url());
    eval(&project, &["--card", "good.json"]).ends(0);
    assert_eq!(provider.count(), ALL);
    let done = eval(
        &project,
        &[
            "--prompt",
            "dark.md",
            "--against",
            "good.json",
            "--max-drop",
            "kappa=0.05",
            "--junit",
            "gate.xml",
            "--markdown",
            "gate.md",
        ],
    );
    let done = done.ends(10).prints(&[
        "worse",
        "Gate",
        "failed",
        "+Gloomily you label",
        "-You label one task",
    ]);
    assert!(!done.out.contains('\u{1b}'), "no colour in a pipe");
    assert_eq!(provider.count(), 2 * ALL);
    let report =
        quick_junit::Report::deserialize_from_str(&project.read("gate.xml")).expect("JUnit XML");
    assert!(report.failures > 0, "{report:?}");
    let markdown = project.read("gate.md");
    for part in ["worse", "```diff", "+Gloomily"] {
        assert!(markdown.contains(part), "{part} in\n{markdown}");
    }
    // All is cached: nothing is asked again, and the verdict is the same.
    let again = eval(
        &project,
        &[
            "--prompt",
            "dark.md",
            "--against",
            "exposure",
            "--max-drop",
            "kappa=0.05",
            "--json",
        ],
    );
    let said = json(&again.ends(10));
    assert_eq!(provider.count(), 2 * ALL);
    assert!(
        said["prompt_diff"]
            .as_str()
            .expect("a diff")
            .contains("+Gloomily")
    );
    assert_eq!(said["gate"]["checks"][0]["passed"], false);
    // The other way round it is better, and no gate minds.
    let done = eval(&project, &["--against", "dark.md", "--max-drop", "kappa=0"]);
    done.ends(0).prints(&["better", "passed"]);
}

#[test]
fn the_order_of_rows_does_not_matter_and_rows_without_a_match_are_counted() {
    let provider = provider();
    let project = project(&provider.url());
    eval(&project, &["--card", "before.json"]).ends(0);
    let mut rows = rows();
    rows.reverse();
    project.write("eval/ours/gold.csv", format!("{HEAD}{}", rows.concat()));
    let done = eval(
        &project,
        &[
            "--against",
            "before.json",
            "--max-drop",
            "accuracy=0",
            "--json",
        ],
    )
    .ends(0);
    let done = done.says(&["another version of the set"]);
    let said = json(&done);
    assert_eq!(said["comparison"]["tasks"]["both"], ALL);
    let before: Value = serde_json::from_str(&project.read("before.json")).expect("JSON");
    assert_eq!(said["card"]["dimensions"], before["dimensions"]);
    // One row goes, one gets another gold.
    rows.retain(|row| !row.starts_with("j3,j3-2,"));
    let changed = rows.iter_mut().find(|row| row.starts_with("j4,j4-2,E0"));
    let changed = changed.expect("a row");
    *changed = changed.replace(",E0,", ",E2,");
    project.write("eval/ours/gold.csv", format!("{HEAD}{}", rows.concat()));
    let said = json(&eval(&project, &["--against", "before.json", "--json"]).ends(0));
    let tasks = &said["comparison"]["tasks"];
    assert_eq!(tasks["only_in_old"], 1);
    assert_eq!(tasks["other_gold"], 1);
    assert_eq!(provider.count(), ALL, "all of it is cached");
}

#[test]
fn an_interrupted_measurement_goes_on_and_is_no_estimate_until_then() {
    let provider = Provider::builder().delay_ms(40).start();
    let project = project(&provider.url());
    project.write("gate.xml", "<testsuites name=\"taskrater eval ours\"/>");
    let running = project.start(&[
        "eval",
        "ours",
        "--against",
        "good.md",
        "--max-drop",
        "kappa=0.5",
        "--junit",
        "gate.xml",
    ]);
    provider.until_requests(5);
    running.signal("INT");
    running
        .end()
        .ends(130)
        .says(&["nothing is compared, and the gate is not judged"]);
    assert!(!project.path("gate.xml").exists(), "no verdict was reached");
    let run = project.only_run();
    let card: Value =
        serde_json::from_str(&project.read(&format!("{run}/card.json"))).expect("JSON");
    let coverage = card["dimensions"][0]["judges"][0]["coverage"]["point"].as_f64();
    assert!(coverage.expect("a share") < 1.0, "{coverage:?}");
    assert_eq!(log(&project, "ours")[0]["complete"], false);
    let asked = provider.count();
    eval(&project, &["--card", "whole.json"]).ends(0);
    // What was in flight at the signal may have been asked twice.
    assert!(
        provider.count() <= ALL + asked,
        "{} after {asked}",
        provider.count()
    );
    assert_eq!(log(&project, "ours")[1]["complete"], true);
    let whole: Value = serde_json::from_str(&project.read("whole.json")).expect("JSON");
    assert_eq!(
        whole["dimensions"][0]["judges"][0]["coverage"]["point"],
        1.0
    );
}

#[test]
fn one_budget_holds_for_both_prompts() {
    let provider = provider();
    let project = project(&provider.url());
    let calls = (ALL + 10).to_string();
    let args = [
        "--against",
        "dark.md",
        "--max-drop",
        "kappa=0.5",
        "--max-calls",
        &calls,
    ];
    eval(&project, &args)
        .ends(9)
        .says(&["the run left", "the gate is not judged"]);
    assert_eq!(provider.count(), ALL + 10);
    let money = [
        "--against",
        "good.md",
        "--max-drop",
        "kappa=0.5",
        "--max-usd",
        "0.01",
        "--prompt",
        "dark.md",
    ];
    eval(&project, &money).ends(9);
    let spent: u64 = runs(&project)
        .iter()
        .map(|run| project.manifest(run))
        .filter(|manifest| manifest["budget"]["max_usd"] != Value::Null)
        .map(|manifest| {
            manifest["cost"]["spent_now"]["nanodollars"]
                .as_u64()
                .expect("a sum")
        })
        .sum();
    assert!(spent <= 10_000_000, "{spent}");
    // More of it, and both are there.
    eval(
        &project,
        &["--against", "dark.md", "--max-drop", "kappa=0.5"],
    )
    .ends(0);
}

#[test]
fn a_dry_run_estimates_all_prompts_at_once_and_writes_nothing() {
    let provider = provider();
    let project = project(&provider.url());
    project.write("gate.md", "an old verdict");
    let args = [
        "--against",
        "dark.md",
        "--dry-run",
        "--json",
        "--markdown",
        "gate.md",
    ];
    let said = json(&eval(&project, &args).ends(0));
    assert_eq!(said["estimate"]["questions"], 2 * ALL);
    assert_eq!((provider.count(), runs(&project).len()), (0, 0));
    assert_eq!(project.read("gate.md"), "an old verdict");
    assert!(!project.path("eval/ours/log.jsonl").exists());
    let said = json(&eval(&project, &["--dry-run", "--json"]).ends(0));
    assert_eq!(said["estimate"]["questions"], ALL);
}

#[test]
fn no_gate_passes_for_want_of_answers() {
    let provider = provider();
    let project = project(&provider.url());
    eval(&project, &["--card", "good.json"]).ends(0);
    let gate = [
        "--against",
        "good.json",
        "--max-drop",
        "kappa=0.9",
        "--gate",
        "detected",
    ];
    // Nothing of the new prompt is cached: the gate sees nothing, and says so.
    let mut offline = gate.to_vec();
    offline.extend(["--prompt", "dark.md", "--offline", "--junit", "gate.xml"]);
    eval(&project, &offline).ends(5).prints(&["FAILED"]);
    let report = quick_junit::Report::deserialize_from_str(&project.read("gate.xml"));
    assert!(report.expect("JUnit XML").failures > 0);
    // An answer is missing.
    provider.set_faults([Fault::new(Kind::Refusal)
        .contains("crate number 3.")
        .asked_with("label a task")]);
    let mut refused = gate.to_vec();
    refused.extend(["--prompt", "good.md", "--card", "holes.json"]);
    eval(&project, &refused).ends(5).prints(&["passed"]);
    // A card with holes is no whole measure either.
    eval(
        &project,
        &["--against", "holes.json", "--max-drop", "kappa=0.9"],
    )
    .ends(5)
    .says(&["holes.json lacks 1 answers"]);
}

#[test]
fn what_cannot_be_measured_is_refused_before_anything_is_asked() {
    let provider = provider();
    let project = project(&provider.url());
    project
        .run(&[
            "eval",
            "starter",
            "--panel",
            "free",
            "--card",
            "starter.json",
        ])
        .ends(0);
    eval(
        &project,
        &["--panel", "free", "--half", "test", "--card", "test.json"],
    )
    .ends(0);
    project.write("broken.json", "{");
    let wrong: [(&[&str], i32, &str); 11] = [
        (
            &["--against", "starter.json"],
            3,
            "a card of the eval set starter",
        ),
        (&["--against", "test.json"], 3, "a card of the test half"),
        (&["--against", "broken.json"], 3, "no score card"),
        (&["--against", "nobody.json"], 3, "nobody.json"),
        (
            &["--against", "nothing"],
            3,
            "no score card, no run of `eval` and no prompt",
        ),
        (&["--max-drop", "kappa=0.02"], 2, "--against"),
        (
            &["--against", "exposure", "--max-drop", "kapa=0.02"],
            2,
            "no figure",
        ),
        (&["--between", "anna"], 2, "no two judges"),
        (&["--between", "anna,bert"], 2, "'bert', which is no judge"),
        (&["--rater", "bert"], 4, "bert"),
        (
            &["--card", "good.md/card.json"],
            7,
            "nothing has been asked",
        ),
    ];
    for (args, code, part) in wrong {
        eval(&project, args).ends(code).says(&[part]);
    }
    project
        .run(&["eval", "nothing"])
        .ends(2)
        .says(&["there is no eval set 'nothing'"]);
    project
        .run(&["eval", "starter", "--rubric", "exposure"])
        .ends(3)
        .says(&["does not ask for automation, augmentation"]);
    assert_eq!(provider.count(), 0);
}

#[test]
fn gold_is_no_rater_and_judges_have_names_of_their_own() {
    let project = project("http://127.0.0.1:1");
    let labels: String = (1..=JOBS).map(|n| format!("j{n}-0,E1\n")).collect();
    project.write("labels.csv", format!("task_id,people\n{labels}"));
    let recording = |id: &str, gold: &str| {
        format!(
            "[[recordings]]\nfile = \"labels.csv\"\n{gold}raters = [{{ id = \"{id}\", columns = {{ exposure = \"people\" }} }}]\n"
        )
    };
    project.write(
        "taskrater.toml",
        recording("people", "gold = { people = \"human\" }\n"),
    );
    let done = eval(
        &project,
        &[
            "--panel",
            "free",
            "--rater",
            "people",
            "--between",
            "consensus,majority",
        ],
    );
    done.ends(0)
        .says(&["people is left out: it is marked gold"])
        .prints(&["majority"]);
    eval(&project, &["--rater", "people"])
        .ends(4)
        .says(&["there is nobody to measure"]);
    project.write("taskrater.toml", recording("majority", ""));
    eval(&project, &["--rater", "majority"])
        .ends(4)
        .says(&["a rater is called 'majority'"]);
}

#[test]
fn a_choice_among_prompts_is_counted_and_the_locked_half_is_offered() {
    let provider = provider();
    let project = project(&provider.url());
    let first = eval(&project, &[]).ends(0);
    assert!(!first.err.contains("prompts were tried"), "{}", first.err);
    let second = eval(&project, &["--prompt", "dark.md", "--card", "dark.json"]).ends(0);
    second.says(&[
        "2 prompts were tried on the dev half of ours",
        "chosen by the very tasks",
        "the best by exposure.kappa is exposure 1 (",
        "`taskrater eval ours --rubric exposure --half test`",
    ]);
    let card = project.read("dark.json");
    let parsed: Value = serde_json::from_str(&card).expect("JSON");
    assert!(
        parsed.get("tried").is_none(),
        "what the log counts is no part of a card"
    );
    eval(&project, &["--prompt", "dark.md", "--card", "dark.json"]).ends(0);
    assert_eq!(
        project.read("dark.json"),
        card,
        "the same replies, the same bytes"
    );
    eval(&project, &["--half", "test"])
        .ends(0)
        .says(&["was looked at once, with 1 prompt", "spends it"]);
    let looked = eval(&project, &["--half", "test", "--prompt", "good.md"]).ends(0);
    looked.says(&["was looked at twice, with 2 prompts"]);
}

#[test]
fn the_same_replies_give_the_same_card_whatever_was_measured_between() {
    let provider = provider();
    let project = project(&provider.url());
    let a = |card: &str| eval(&project, &["--card", card, "--json"]).ends(0);
    assert_eq!(json(&a("first.json"))["tried"]["prompts"]["now"], 1);
    eval(&project, &["--prompt", "dark.md"]).ends(0);
    assert_eq!(json(&a("again.json"))["tried"]["prompts"]["now"], 2);
    assert_eq!(project.read("first.json"), project.read("again.json"));
    // The second time told nothing new.
    assert_eq!(log(&project, "ours").len(), 2);
    eval(&project, &["--markdown", "a.md"])
        .ends(0)
        .prints(&["Prompts tried on the dev half: 2:"]);
    assert!(
        project
            .read("a.md")
            .contains("Prompts tried on the dev half: 2:")
    );
}

#[test]
fn the_command_for_the_locked_half_names_the_very_prompt_that_won() {
    let provider = provider();
    let project = project(&provider.url());
    project.write("my prompts/good one.md", project.read("good.md"));
    let file = ["--prompt", "my prompts/good one.md"];
    eval(&project, &file).ends(0);
    let won = project.only_run();
    eval(&project, &["--prompt", "dark.md"])
        .ends(0)
        .says(&["`taskrater eval ours --prompt 'my prompts/good one.md' --half test`"]);
    // The author goes on in the same file: what won is in the run alone.
    project.write("my prompts/good one.md", project.read("dark.md"));
    let offered = format!("`taskrater eval ours --prompt {won}/prompt.md --half test`");
    let said = eval(&project, &file).ends(0).says(&[&offered]);
    assert!(!said.err.contains("good one.md' --half"), "{}", said.err);
    let prompt = format!("{won}/prompt.md");
    let test = eval(&project, &["--prompt", &prompt, "--half", "test", "--json"]).ends(0);
    assert_eq!(
        json(&test)["card"]["prompt"]["fingerprint"],
        log(&project, "ours")[0]["prompt"]["fingerprint"]
    );
    fs::remove_file(project.path(&prompt)).expect("the copy");
    let said = eval(&project, &file).ends(0);
    let said =
        said.says(&["its text is no longer there: my prompts/good one.md is another one now"]);
    assert!(!said.err.contains("--half test"), "{}", said.err);
}

#[test]
fn an_edit_of_the_set_forgets_no_look_at_the_locked_half() {
    let provider = provider();
    let project = project(&provider.url());
    eval(&project, &["--half", "test"]).ends(0);
    eval(&project, &[]).ends(0);
    project.write(
        "eval/ours/set.toml",
        TOML.replace("Ours", "Ours, with another title"),
    );
    project.write(
        "eval/ours/log.jsonl",
        format!("{}half a line\n", project.read("eval/ours/log.jsonl")),
    );
    let done = eval(
        &project,
        &["--half", "test", "--prompt", "good.md", "--json"],
    )
    .ends(0);
    let done = done.says(&["was looked at twice, with 2 prompts (all versions of the set counted; as it is now once, with 1 prompt)"]);
    assert_eq!(
        done.err.matches("no measurement, left out").count(),
        1,
        "{}",
        done.err
    );
    assert_eq!(
        json(&done)["tried"],
        serde_json::json!({
            "prompts": { "now": 0, "ever": 1 },
            "looks_at_test": { "now": 1, "ever": 2 },
            "prompts_on_test": { "now": 1, "ever": 2 },
            "measurements": 3,
        })
    );
    eval(&project, &["--prompt", "good.md"])
        .ends(0)
        .says(&["1 prompt was tried on the dev half of ours (2 with earlier versions of the set)"])
        .prints(&["Prompts tried on the dev half: 1 (2 in all versions)"]);
    project
        .run(&["eval", "list", "--json"])
        .ends(0)
        .prints(&["\"ever\": 2"]);
}

#[test]
fn two_measurements_at_the_same_time_leave_two_whole_cards() {
    let project = Project::new();
    let args = ["eval", "starter", "--card", "eval/cards/a.json"];
    let running = [project.start(&args), project.start(&args)];
    for one in running {
        one.end().ends(0);
    }
    let runs = runs(&project);
    assert_eq!(runs.len(), 2);
    let cards: Vec<String> = runs
        .iter()
        .map(|run| project.read(&format!("{run}/card.json")))
        .collect();
    assert_eq!(cards[0], cards[1]);
    assert_eq!(project.read("eval/cards/a.json"), cards[0]);
    assert!(!log(&project, "starter").is_empty());
}

/// A project whose panel is a hosted rater, which alone covers scores, and an embedded one.
fn mixed(url: &str) -> Project {
    let project = project(url);
    let anna = rater("anna", "openai", "anna-1", url, PRICE);
    project.write(
        "taskrater.toml",
        format!("panel = \"two\"\n[panels]\ntwo = [\"anna\", \"surrogate-human\"]\n{anna}"),
    );
    project
}

#[test]
fn a_dimension_that_one_rater_alone_covers_is_guarded() {
    let provider = Provider::builder().points(|_| 50.0).start();
    let project = mixed(&provider.url());
    let starter = |args: &[&str]| {
        let mut all = vec!["eval", "starter"];
        all.extend(args);
        project.run(&all)
    };
    starter(&["--card", "before.json"]).ends(0);
    let limits = ["--against", "before.json", "--max-drop", "automation.mae=1"];
    let same = starter(&[&limits[..], &["--gate", "shown"]].concat()).ends(0);
    same.prints(&["automation, augmentation: no consensus, anna stands for the panel"]);
    // An older measurement in which that rater was always right.
    let mut card: Value = serde_json::from_str(&project.read("before.json")).expect("JSON");
    for task in card["answers"].as_array_mut().expect("answers") {
        for dimension in ["automation", "augmentation"] {
            let gold = task["gold"][dimension]["value"].clone();
            task["said"]["anna"][dimension]["value"] = gold;
        }
    }
    project.write("perfect.json", card.to_string());
    for limit in ["mae=1", "automation.mae=1"] {
        let done = starter(&["--against", "perfect.json", "--max-drop", limit, "--json"]).ends(10);
        let said = json(&done);
        let checks = said["gate"]["checks"].as_array().expect("checks");
        let automation = checks.iter().find(|one| one["figure"] == "automation.mae");
        let automation = automation.expect("a check of it");
        assert_eq!(
            (&automation["judge"], &automation["passed"]),
            (&"anna".into(), &false.into())
        );
        assert_eq!(automation["n"], said["comparison"]["tasks"]["both"]);
        let differences = said["comparison"]["differences"].as_array().expect("known");
        let primary = differences.iter().filter(|one| one["primary"] == true);
        let judges: Vec<&str> = primary
            .filter_map(|one| one["new_judge"].as_str())
            .collect();
        assert_eq!(judges, ["consensus", "anna", "anna"]);
    }
    // Without that rater nobody gives the figure: a limit on it is refused, and a bare one sees that it is gone.
    let asked = provider.count();
    let free = ["--panel", "free", "--against", "perfect.json", "--max-drop"];
    starter(&[&free[..], &["augmentation.mae=1"]].concat())
        .ends(2)
        .says(&["no rater of the panel answers"]);
    starter(&[&free[..], &["mae=50"]].concat()).ends(10);
    assert_eq!(provider.count(), asked);
    // What neither card covers is not spoken of.
    let free = starter(&[
        "--panel",
        "free",
        "--against",
        "impact",
        "--max-drop",
        "mae=0",
    ])
    .ends(0);
    assert!(!free.out.contains("not answered"), "{}", free.out);
}

#[test]
fn cost_and_the_noise_of_repeats_stand_beside_a_comparison() {
    let provider = provider();
    let project = project(&provider.url());
    let args = [
        "--prompt",
        "dark.md",
        "--against",
        "exposure",
        "--samples",
        "3",
        "--json",
    ];
    let said = json(&eval(&project, &args).ends(0));
    let cost = &said["comparison"]["cost"][0];
    for side in ["new", "old"] {
        assert_eq!(cost[side]["replies"], 3 * ALL, "{cost}");
        assert!(
            cost[side]["dollars"].as_f64().is_some_and(|sum| sum > 0.0),
            "{cost}"
        );
    }
    // One word more a question.
    assert!(cost["new"]["input_tokens"].as_u64() > cost["old"]["input_tokens"].as_u64());
    let differences = said["comparison"]["differences"].as_array().expect("known");
    let mae = differences.iter().find(|one| one["metric"] == "mae");
    let noise = &mae.expect("MAE")["noise"];
    assert!(noise["sd"].as_f64().is_some_and(|sd| sd >= 0.0), "{noise}");
    assert_eq!(noise["about"], "none seen: repeated answers were the same");
    eval(&project, &args[..6])
        .ends(0)
        .prints(&["Cost of the replies", "Noise floor of exposure.mae"]);
}

#[test]
fn what_the_replies_took_is_said_once_as_the_provider_says_it() {
    let answer = r#"{\"rationale\": \"Because.\", \"exposure\": \"E1\", \"confidence\": 60}"#;
    let reply = format!(
        r#"{{"model": "anna-1", "usage": {{"prompt_tokens": 1000, "completion_tokens": 50}}, "choices": [{{"index": 0,
        "finish_reason": "stop", "message": {{"role": "assistant", "content": "{answer}"}}}}]}}"#
    );
    let provider = Provider::builder()
        .fault(Fault::status(200).body(&reply))
        .start();
    let project = project(&provider.url());
    let args = ["--rater", "anna", "--rater", "surrogate-human"];
    // 48 replies: 48,000 tokens in at $1 a million, 2,400 out at $2: $0.0528. A cached reply cost what it cost.
    for _ in 0..2 {
        let done = eval(&project, &[&args[..], &["--markdown", "a.md"]].concat()).ends(0);
        let cells = |text: &str, ends: &str| -> Vec<Vec<String>> {
            let rows = text
                .lines()
                .skip_while(|line| !line.contains("Cost of all"));
            let rows = rows.filter(|line| line.trim_end().ends_with(ends));
            let words = |row: &str| {
                row.replace('|', " ")
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect()
            };
            rows.map(words).collect()
        };
        for text in [&done.out, &project.read("a.md")] {
            let paid = [
                ["anna", "48", "48000", "2400", "$0.05"],
                ["all", "48", "48000", "2400", "$0.05"],
            ];
            let bar = if text.starts_with('#') { " |" } else { "" };
            assert_eq!(cells(text, &format!("$0.05{bar}")), paid, "{text}");
            let free = [["surrogate-human", "–", "–", "–", "free"]];
            assert_eq!(cells(text, &format!("free{bar}")), free, "{text}");
            assert_eq!(text.matches('$').count(), 2, "{text}");
        }
    }
    assert_eq!(provider.count(), ALL);
}
