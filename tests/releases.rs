//! Between releases of an inventory: what changed, and runs that carry over what did not. The built command, real folders
//! and a provider on loopback; the inventories are made up.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use provider::Provider;
use serde_json::{Value, json};
use support::{Done, Project};

/// Id, title, description, then the tasks: id, statement, type.
type Job<'a> = (&'a str, &'a str, &'a str, &'a [[&'a str; 3]]);

const OLD: &[Job<'_>] = &[
    (
        "bakers",
        "Bakers",
        "They bake.",
        &[
            ["b1", "Knead the dough for rye bread.", "Core"],
            ["b2", "Write the order for next week's flour.", "Core"],
            ["b3", "Answer letters of customers.", "Core"],
            ["b4", "Sweep the floor of the bakery.", "Supplemental"],
            ["b5", "Check the oven, note its faults.", "Core"],
        ],
    ),
    (
        "smiths",
        "Smiths",
        "",
        &[
            ["s1", "Weld the broken gate.", "Core"],
            ["s2", "Plan the week's repairs.", "Core"],
        ],
    ),
    (
        "clerks",
        "Clerks",
        "",
        &[["c1", "File invoices by date.", "Core"]],
    ),
    (
        "guides",
        "Guides",
        "",
        &[["g1", "Lead a group through the old town.", "Core"]],
    ),
];

/// b1: described otherwise. b2: and of another type. b3: other words. b4: gone, b7 has its text. b5: other punctuation. b6:
/// new. s1, s2: another code. c1: another title. g1: the same.
const NEW: &[Job<'_>] = &[
    (
        "bakers",
        "Bakers",
        "They bake bread and rolls.",
        &[
            ["b1", "Knead  the dough for rye bread. ", "Core"],
            [
                "b2",
                "Write the order for next week's flour.",
                "Supplemental",
            ],
            ["b3", "Answer letters and mails of customers.", "Core"],
            ["b5", "Check the oven; note its faults.", "Core"],
            ["b6", "Photograph cakes for the web page.", "Core"],
            ["b7", "Sweep the floor of the bakery.", "Supplemental"],
        ],
    ),
    (
        "metal-workers",
        "Smiths",
        "",
        &[
            ["s1", "Weld the broken gate.", "Core"],
            ["s2", "Plan the week's repairs.", "Core"],
        ],
    ),
    (
        "clerks",
        "Office Clerks",
        "",
        &[["c1", "File invoices by date.", "Core"]],
    ),
    (
        "guides",
        "Guides",
        "",
        &[["g1", "Lead a group through the old town.", "Core"]],
    ),
];

/// The tasks of [`NEW`] that must be asked.
const ASKED: [&str; 5] = ["b3", "b5", "b6", "b7", "c1"];

fn write(project: &Project, folder: &str, jobs: &[Job<'_>]) {
    for (id, title, description, tasks) in jobs {
        let mut text = format!("id = {id:?}\ntitle = {title:?}\n");
        if !description.is_empty() {
            text += &format!("description = {description:?}\n");
        }
        for [id, statement, kind] in *tasks {
            text +=
                &format!("[[tasks]]\nid = {id:?}\nstatement = {statement:?}\ntype = {kind:?}\n");
        }
        project.write(&format!("{folder}/{id}.toml"), text);
    }
}

/// A project with both releases, whose first one is rated into `v1`.
fn rated(provider: &Provider, more: &str) -> Project {
    let project = Project::two(&provider.url(), [more, more], &[]);
    write(&project, "old", OLD);
    write(&project, "new", NEW);
    rate(&project, "v1", &["--inventory", "old"]).ends(0);
    project
}

fn rate(project: &Project, out: &str, args: &[&str]) -> Done {
    let mut all = vec!["--all", "--quiet"];
    all.extend(args);
    project.rate(out, &all)
}

const CARRY: [&str; 4] = ["--inventory", "new", "--carry-over", "v1"];

fn carry(project: &Project, out: &str, more: &[&str]) -> Done {
    rate(project, out, &[&CARRY, more].concat())
}

/// The files of a run that are the same whenever inputs and cache are, those of carried runs among them.
fn stable(project: &Project, run: &str) -> Vec<String> {
    let more = ["tasks.csv", "changes.csv"].map(|name| project.read(&format!("{run}/{name}")));
    project.stable(run).into_iter().chain(more).collect()
}

/// The tasks of a run's ratings with what they are carried from, one rater's.
fn carried(project: &Project, run: &str, rater: &str) -> BTreeMap<String, Value> {
    let ratings = project.ratings(run).into_iter();
    let own = ratings.filter(|line| line["rater"] == rater);
    own.map(|line| {
        let task = line["task_id"].as_str().expect("an id").to_owned();
        (task, line["carried_from"].clone())
    })
    .collect()
}

/// The tasks that are in a run's ledger.
fn asked(project: &Project, run: &str) -> BTreeSet<String> {
    let ledger = project.ledger(run);
    let ids = ledger.iter().filter_map(|line| line["task_id"].as_str());
    ids.map(str::to_owned).collect()
}

#[test]
fn only_new_and_changed_tasks_are_asked() {
    let provider = Provider::start();
    let project = rated(&provider, "price = { input = 1.0, output = 2.0 }");
    assert_eq!(provider.count(), 18, "nine tasks, two raters");
    let done = carry(&project, "v2", &[]).ends(0).says(&[
        "carried over from v1: 1 tasks unchanged, 4 changed in nothing that counts, 3 changed in text or wording or title, 2 new, \
         1 gone",
        "4 ratings are carried over, 6 replies come from the cache; left to ask: 10 questions about 5 tasks",
        "1 new tasks have the text of one that is gone from the same occupation",
        "4 ratings carried over, 6 replies from the cache, 10 questions asked in 10 attempts",
    ]);
    assert!(!done.err.contains("not compared"), "{}", done.err);
    assert_eq!(provider.count(), 28);
    assert_eq!(asked(&project, "v2"), ASKED.map(str::to_owned).into());
    let from = carried(&project, "v2", "anna");
    let of = |task: &str| from[task].as_str();
    assert_eq!(
        [of("b1"), of("b2"), of("b3")],
        [Some("v1"), Some("v1"), None]
    );
    // The very same question, whatever the code is: the cache has its reply.
    assert_eq!([of("g1"), of("s1"), of("s2")], [None; 3]);
    what_is_carried_is_what_was_rated(&project);
    what_the_manifest_says(&project);
    // The same command again sends nothing and gives the same bytes.
    let before = stable(&project, "v2");
    carry(&project, "v2", &[])
        .ends(0)
        .says(&["left to ask: 0 questions"]);
    assert_eq!((provider.count(), stable(&project, "v2")), (28, before));
    project
        .run(&["explain", "v2", "b1"])
        .ends(0)
        .prints(&["carried over from run v1; `taskrater explain v1 b1` shows its reply"]);
    let plain = project.run(&["explain", "v2", "b3"]).ends(0);
    assert!(!plain.out.contains("carried over"), "{}", plain.out);
    let page = project.read("v2/report.md");
    assert!(
        page.contains("4 of 20 ratings are carried over from an earlier run"),
        "{page}"
    );
    assert!(!project.read("v1/report.md").contains("carried"));
}

fn what_is_carried_is_what_was_rated(project: &Project) {
    let find = |run: &str, task: &str, rater: &str| {
        let mut ratings = project.ratings(run).into_iter();
        let mut line = ratings
            .find(|line| line["task_id"] == task && line["rater"] == rater)
            .expect("a line");
        let line = line.as_object_mut().expect("an object");
        line.remove("carried_from");
        line.remove("occupation_id");
        line.clone()
    };
    for task in ["b1", "b2", "s1", "s2", "g1"] {
        for rater in ["anna", "bert"] {
            assert_eq!(find("v2", task, rater), find("v1", task, rater));
        }
    }
}

fn what_the_manifest_says(project: &Project) {
    let (first, manifest) = (project.manifest("v1"), project.manifest("v2"));
    let over = &manifest["carried_over"];
    assert_eq!(
        (&over["run"], &over["plan"]),
        (&json!("v1"), &first["plan"])
    );
    assert_eq!(over["ratings_blake3"], first["files"]["ratings.jsonl"]);
    assert_eq!(
        over["tasks"],
        json!({"unchanged": 1, "changed_and_carried": 4, "changed_and_asked": 3, "new": 2, "gone": 1,
            "same_text_under_another_id": 1})
    );
    assert_eq!(
        over["asked_where_changed"],
        json!(["text", "wording", "title"])
    );
    let anna = &manifest["raters"][0];
    assert_eq!(
        (&anna["carried"], &anna["cached"], &anna["asked"]),
        (&json!(2), &json!(3), &json!(5))
    );
    // What the carried replies cost is known of all of that run together, and so is no part of this sum.
    assert_eq!(manifest["cost"]["all_replies"], Value::Null);
    assert_eq!(
        over["raters"][0]["all_replies_of_that_run"],
        first["raters"][0]["all_replies"]
    );
    assert!(first["raters"][0]["all_replies"]["nanodollars"].as_u64() > Some(0));
    assert_eq!(first["carried_over"], Value::Null);
    assert_ne!(first["plan"], manifest["plan"]);
}

#[test]
fn changes_are_listed_before_and_after() {
    let provider = Provider::start();
    let project = rated(&provider, "");
    carry(&project, "v2", &[]).ends(0);
    let (header, rows) = project.csv("v2/changes.csv");
    assert_eq!(
        header,
        [
            "task_id",
            "change",
            "before",
            "after",
            "occupation_id",
            "occupation",
            "task"
        ]
    );
    let short: Vec<[&str; 4]> = rows
        .iter()
        .map(|row| [0, 1, 2, 3].map(|cell| row[cell].as_str()))
        .collect();
    let told = ["They bake.", "They bake bread and rolls."];
    let described = |task: &'static str| [task, "description", told[0], told[1]];
    assert_eq!(
        short,
        [
            described("b1"),
            ["b2", "type", "Core", "Supplemental"],
            described("b2"),
            [
                "b3",
                "text",
                "Answer letters of customers.",
                "Answer letters and mails of customers."
            ],
            described("b3"),
            [
                "b5",
                "wording",
                "Check the oven, note its faults.",
                "Check the oven; note its faults."
            ],
            described("b5"),
            ["c1", "title", "Clerks", "Office Clerks"],
            ["s1", "code", "smiths", "metal-workers"],
            ["s2", "code", "smiths", "metal-workers"],
            ["b6", "new", "", ""],
            ["b7", "new", "", ""],
            ["b7", "same text under another id", "b4", "b7"],
            ["b4", "gone", "", ""],
        ]
    );
    // The same list from the inventories alone, and from the run.
    for old in ["old", "v1"] {
        let done = against(&project, &format!("{old} --inventory new --csv")).ends(0);
        assert_eq!(done.out, project.read("v2/changes.csv"), "{old}");
    }
}

/// `occupations --against` with these arguments.
fn against(project: &Project, args: &str) -> Done {
    let args: Vec<&str> = args.split(' ').collect();
    project.run(&[&["occupations", "--against"], &args[..]].concat())
}

#[test]
fn changes_are_counted_and_the_first_ones_shown() {
    let project = Project::new();
    write(&project, "old", OLD);
    write(&project, "new", NEW);
    let all = against(&project, "old --inventory new --json").ends(0);
    let all: Value = serde_json::from_str(&all.out).expect("JSON");
    let tasks = &all["tasks"];
    assert_eq!([&tasks["in_both"], &tasks["unchanged"]], [8, 1]);
    assert_eq!(tasks["changed_in"]["code"], 2);
    let changed = &all["occupations"]["changed_in"];
    assert_eq!(*changed, json!({"title": 1, "description": 1}));
    assert_eq!(all["occupations"]["gone"][0]["occupation_id"], "smiths");
    assert_eq!(all["same_text_under_another_id"][0]["old_task_id"], "b4");
    assert_eq!(all["not_compared"], json!([]));
    against(&project, "old --inventory new --limit 3")
        .ends(0)
        .prints(&["8 tasks in both", "1 with another text"])
        .prints(&["1 of them renamed", "They bake."])
        .says(&["3 of 14 changes"]);
    against(&project, "nowhere")
        .ends(3)
        .says(&["there is no inventory and no run 'nowhere'"]);
    against(&project, "old")
        .ends(0)
        .says(&["no task id is in both"]);
}

#[test]
fn a_run_by_its_id_and_one_occupation_of_it() {
    let provider = Provider::start();
    let project = rated(&provider, "");
    let args = [
        "rate",
        "--all",
        "--quiet",
        "--inventory",
        "old",
        "--offline",
    ];
    project.run(&args).ends(0);
    let run = project.only_run();
    let id = run.strip_prefix("runs/").expect("below runs");
    let args = [
        "occupations",
        "--against",
        id,
        "--inventory",
        "new",
        "--csv",
    ];
    assert!(project.run(&args).ends(0).out.contains("b3,text,"));
    // What was not selected is not gone: b4 alone is.
    let args = [
        "Smiths",
        "--quiet",
        "--inventory",
        "new",
        "--carry-over",
        id,
        "--cache",
        "empty",
    ];
    project.rate("smiths", &args).ends(0).says(&[
        "0 tasks unchanged, 2 changed in nothing that counts, 0 changed in text or wording or title, 0 new, 1 gone",
        "4 ratings are carried over, 0 replies come from the cache; left to ask: 0 questions about 0 tasks",
    ]);
    assert_eq!(provider.count(), 18);
    assert_eq!(project.csv("smiths/changes.csv").1.len(), 3);
    assert_eq!(carried(&project, "smiths", "bert")["s1"], id);
}

#[test]
fn what_else_has_to_be_the_same_can_be_named_and_follows_the_prompt() {
    let provider = Provider::start();
    let project = rated(&provider, "");
    carry(&project, "strict", &["--ask-changed", "type,code,description"]).ends(0).says(&[
        "0 changed in nothing that counts, 7 changed in text or wording or type or code or title or description",
        "0 ratings are carried over, 6 replies come from the cache; left to ask: 14 questions about 7 tasks",
    ]);
    carry(&project, "typed", &["--ask-changed", "type", "--no-cache"])
        .ends(0)
        .says(&["8 ratings are carried over, 0 replies"]);
    carry(&project, "bad", &["--ask-changed", "weather"]).ends(2);
    rate(&project, "bad", &["--ask-changed", "type"]).ends(2);
    carry(&project, "bad", &["--refresh"]).ends(2);
    // A prompt that tells the type asks again where it changed.
    let prompt = project_prompt().replace(
        "<task>{{ task.statement }}",
        "<type>{{ task.type }}</type><task>{{ task.statement }}",
    );
    project.write("typed.md", prompt);
    let args = ["--prompt", "typed.md", "--rater", "anna"];
    rate(
        &project,
        "t1",
        &[&args[..], &["--inventory", "old"]].concat(),
    )
    .ends(0);
    let args = [&args[..], &["--inventory", "new", "--carry-over", "t1"]].concat();
    rate(&project, "t2", &args)
        .ends(0)
        .says(&["3 changed in nothing that counts, 4 changed in text or wording or type or title"]);
}

fn project_prompt() -> String {
    include_str!("../prompts/impact.md").to_owned()
}

#[test]
fn neither_a_dry_run_nor_an_offline_one_counts_what_is_carried() {
    let provider = Provider::start();
    let project = rated(&provider, "price = { input = 1.0, output = 2.0 }");
    let dry = carry(&project, "dry", &["--dry-run", "--json"]).ends(0);
    let dry: Value = serde_json::from_str(&dry.out).expect("JSON");
    assert_eq!(
        (&dry["carried"], &dry["estimate"]["questions"]),
        (&json!(4), &json!(10))
    );
    assert_eq!(dry["estimate"]["cached"], 6);
    assert!(!project.path("dry").exists());
    let offline = carry(&project, "offline", &["--offline"]).ends(5);
    offline.says(&[
        "offline: 10 questions",
        "left to ask: 10 questions about 5 tasks",
    ]);
    let manifest = project.manifest("offline");
    assert_eq!(
        (
            &manifest["outcomes"]["rated"],
            &manifest["outcomes"]["not_run"]
        ),
        (&json!(10), &json!(10))
    );
    // Without a cache all that can be carried is.
    carry(&project, "bare", &["--offline", "--cache", "empty"])
        .ends(5)
        .says(&[
            "10 ratings are carried over, 0 replies come from the cache; left to ask: 10 questions",
        ]);
    assert_eq!(provider.count(), 18);
    // Embedded raters are computed anew.
    let args = [
        "--panel",
        "free",
        "--inventory",
        "new",
        "--carry-over",
        "v1",
    ];
    rate(&project, "free", &args)
        .ends(0)
        .says(&["0 ratings are carried over", "they are computed anew"]);
    assert!(
        project
            .ratings("free")
            .iter()
            .all(|line| line["carried_from"].is_null())
    );
}

#[test]
fn samples_are_carried_one_by_one() {
    let provider = Provider::start();
    let project = rated(&provider, "");
    // Sample 0 of two tasks is carried, of three cached; sample 1 of all ten and sample 0 of five are asked.
    carry(&project, "v2", &["--samples", "2"])
        .ends(0)
        .says(&["4 ratings are carried over, 6 replies come from the cache; left to ask: 30 questions about 10 tasks"]);
    assert_eq!(provider.count(), 18 + 30);
    let of_b1: Vec<_> = project
        .ratings("v2")
        .into_iter()
        .filter(|line| line["task_id"] == "b1" && line["rater"] == "anna")
        .map(|line| (line["sample"].clone(), line["carried_from"].clone()))
        .collect();
    assert_eq!(of_b1, [(json!(0), json!("v1")), (json!(1), Value::Null)]);
    // From two to one: what is not asked for is left behind.
    carry(&project, "v3", &["--samples", "1"]).ends(0);
    assert_eq!(provider.count(), 18 + 30);
}

#[test]
fn what_was_carried_twice_keeps_its_first_run() {
    let provider = Provider::start();
    let project = rated(&provider, "");
    carry(&project, "v2", &[]).ends(0);
    write(&project, "third", NEW);
    let text = project
        .read("third/bakers.toml")
        .replace("bread and rolls", "all day");
    project.write("third/bakers.toml", text);
    rate(
        &project,
        "v3",
        &["--inventory", "third", "--carry-over", "v2"],
    )
    .ends(0);
    assert_eq!(provider.count(), 28);
    let from = carried(&project, "v3", "bert");
    assert_eq!(
        (&from["b1"], &from["b3"], &from["g1"]),
        (&json!("v1"), &json!("v2"), &Value::Null)
    );
}

#[test]
fn the_reply_behind_a_carried_rating_is_shown_where_the_run_was_made_again() {
    let provider = Provider::start();
    let project = rated(&provider, "");
    carry(&project, "v2", &[]).ends(0);
    let shows = "carried over from run v1; `taskrater explain v1 b1` shows its reply";
    project
        .run(&["explain", "v2", "b1"])
        .ends(0)
        .prints(&[shows]);
    // The same run again answers from the cache, and its folder keeps the ledger of the calls.
    rate(&project, "v1", &["--inventory", "old"]).ends(0);
    assert!(project.ledger("v1").is_empty());
    let done = project.run(&["explain", "v1", "b1"]).ends(0);
    assert_eq!(done.out.matches("HTTP 200").count(), 2, "{}", done.out);
    fs::remove_file(project.path("v1/consensus.csv")).expect("a file");
    project
        .run(&["explain", "v1", "b1"])
        .ends(3)
        .says(&["v1 holds no results of a run", "finishes it"]);
}

#[test]
fn a_killed_run_goes_on_where_it_was() {
    let provider = Provider::builder().delay_ms(40).start();
    let more = "concurrency = 1";
    let (project, undisturbed) = (rated(&provider, more), rated(&provider, more));
    carry(&undisturbed, "v2", &[]).ends(0);
    assert_eq!(provider.count(), 2 * 18 + 10);
    let args = [&["rate", "--out", "v2", "--all", "--quiet"], &CARRY[..]].concat();
    let running = project.start(&args);
    provider.until_requests(2 * 18 + 10 + 4);
    running.kill();
    carry(&project, "v2", &[]).ends(0);
    // One call of each rater may have been in flight when it was killed.
    let all = provider.count() - (2 * 18 + 10);
    assert!((10..=12).contains(&all), "{all} requests");
    assert_eq!(stable(&project, "v2"), stable(&undisturbed, "v2"));
    assert_eq!(
        project.manifest("v2")["plan"],
        undisturbed.manifest("v2")["plan"]
    );
}

#[test]
fn a_rater_that_is_asked_otherwise_is_asked_anew() {
    let provider = Provider::start();
    let project = rated(&provider, "");
    let settings = project.read("taskrater.toml");
    project.write(
        "taskrater.toml",
        settings.replace("model = \"bert-1\"", "model = \"bert-2\"\nmax_tokens = 900"),
    );
    carry(&project, "v2", &[]).ends(0).says(&[
        "bert is not carried over: since run v1 its model, max_tokens changed",
        "2 ratings are carried over, 3 replies come from the cache; left to ask: 15 questions about 10 tasks",
    ]);
    let raters = project.manifest("v2")["carried_over"]["raters"].clone();
    assert_eq!(
        (&raters[0]["not_carried"], &raters[1]["carried"]),
        (&Value::Null, &json!(0))
    );
    // The name of the field in which the limit is sent is no part of a manifest, but of the request.
    project.write(
        "taskrater.toml",
        settings.replace(
            "model = \"anna-1\"",
            "model = \"anna-1\"\nmax_tokens_field = \"max_completion_tokens\"",
        ),
    );
    carry(&project, "v3", &["--offline"])
        .ends(5)
        .says(&["anna is not carried over: its requests are not those of run v1"]);
    project.write(
        "taskrater.toml",
        settings
            .replace("id = \"anna\"", "id = \"carl\"")
            .replace("[\"anna\"", "[\"carl\""),
    );
    carry(&project, "v4", &["--offline"])
        .ends(5)
        .says(&["carl is not carried over: it is not in run v1"]);
}

#[test]
fn refusals_are_carried_unless_they_are_to_be_asked_again() {
    let refusal = provider::Fault::new(provider::Kind::Refusal).contains("Knead");
    let provider = Provider::builder().fault(refusal).start();
    let project = Project::two(&provider.url(), ["", ""], &[]);
    write(&project, "old", OLD);
    write(&project, "new", NEW);
    rate(&project, "v1", &["--inventory", "old"]).ends(5);
    carry(&project, "v2", &[]).ends(5).says(&[
        "run v1 is incomplete: what it lacks is asked",
        "4 ratings are carried over",
    ]);
    assert_eq!(provider.count(), 28);
    provider.set_faults([]);
    carry(&project, "v3", &["--retry-refused"])
        .ends(0)
        .says(&["2 ratings are carried over"]);
    assert_eq!(provider.count(), 30);
}

/// A run `v1` of one rater, so that its lines are easy to count.
struct One {
    provider: Provider,
    project: Project,
}

impl One {
    fn rated() -> Self {
        let provider = Provider::start();
        let project = Project::two(&provider.url(), ["", ""], &[]);
        write(&project, "old", OLD);
        write(&project, "new", NEW);
        let args = ["--rater", "anna", "--inventory", "old"];
        rate(&project, "v1", &args).ends(0);
        Self { provider, project }
    }

    fn carry(&self, out: &str) -> Done {
        carry(&self.project, out, &["--rater", "anna"])
    }

    /// With this text in a file of the run, carrying it over is refused with these words.
    #[track_caller]
    fn refuses(&self, file: &str, text: &str, why: &[&str]) {
        let path = format!("v1/{file}");
        let was = self.project.read(&path);
        self.project.write(&path, text);
        self.carry("v2").ends(3).says(why);
        assert!(!self.project.path("v2").exists());
        assert_eq!(self.provider.count(), 9, "nothing is asked");
        self.project.write(&path, was);
    }
}

const HINT: &str = "nothing was carried over; the `rate` command of run v1 again, with --out naming its folder, writes its files anew from the cache";

#[test]
fn files_that_a_run_did_not_write_so_are_not_carried_over() {
    let one = One::rated();
    let project = &one.project;
    let (ratings, tasks) = (
        project.read("v1/ratings.jsonl"),
        project.read("v1/tasks.csv"),
    );
    let edited = ratings.replacen("\"confidence\":", "\"confidence\": ", 1);
    let why = "v1/ratings.jsonl is not as run v1 wrote it";
    one.refuses("ratings.jsonl", &edited, &[why, HINT]);
    let edited = tasks.replacen("Core", "Supplemental", 1);
    let why = "v1/tasks.csv is not as run v1 wrote it";
    one.refuses("tasks.csv", &edited, &[why, HINT]);
    let mut running = project.manifest("v1");
    running["status"] = json!("running");
    let why = [
        "run v1 did not end (its manifest says running)",
        "finishes it",
    ];
    one.refuses("manifest.json", &running.to_string(), &why);
    one.refuses(
        "manifest.json",
        "{}",
        &["manifest.json is no manifest of a run"],
    );
    let own = "cannot be carried over into its own folder";
    one.carry("v1").ends(2).says(&[own]);
    let args = ["--inventory", "new", "--carry-over", "v7"];
    rate(project, "v2", &args)
        .ends(3)
        .says(&["there is no run 'v7'"]);
    one.carry("v2").ends(0);
    assert_eq!(one.provider.count(), 14);
    fs::remove_file(project.path("v1/ratings.jsonl")).expect("a file");
    one.carry("v3")
        .ends(3)
        .says(&["run v1 has no ratings.jsonl", HINT]);
}

#[test]
fn a_line_that_is_no_rating_of_the_run_is_named_where_no_hash_tells() {
    let one = One::rated();
    // As older versions wrote it.
    let mut manifest = one.project.manifest("v1");
    manifest.as_object_mut().expect("an object").remove("files");
    one.project.write("v1/manifest.json", manifest.to_string());
    let ratings = one.project.read("v1/ratings.jsonl");
    let lines: Vec<&str> = ratings.lines().collect();
    let whole = |lines: &[&str]| lines.join("\n") + "\n";
    let twice = [&lines[..], &lines[2..3]].concat();
    let swap = |from: &str, to: &str| ratings.replacen(from, to, 1);
    for (text, why) in [
        (ratings[..ratings.len() - 40].to_owned(), ":9: not a rating"),
        (
            whole(&lines[..8]),
            " has 8 ratings, and its manifest counts 9",
        ),
        (
            whole(&twice),
            ":10: a second rating of task b3 by anna, sample 0",
        ),
        (
            swap("\"b2\"", "\"b9\""),
            ":2: the run has no task b9 of bakers",
        ),
        (
            swap("\"anna\"", "\"carl\""),
            ":1: the run has no rater 'carl'",
        ),
        (
            swap("\"augmentation\"", "\"aug\""),
            ":1: a rating without a value on every dimension",
        ),
        (swap("\"E", "\"F"), ":1: exposure has no label"),
        ("\u{0}".to_owned() + &ratings, ":1: not a rating"),
    ] {
        let why = format!("v1/ratings.jsonl{why}");
        one.refuses("ratings.jsonl", &text, &[&why, HINT]);
    }
    one.carry("v2").ends(0);
    assert_eq!(one.provider.count(), 14);
}

#[test]
fn a_run_of_another_prompt_is_refused_with_both_named() {
    let provider = Provider::start();
    let project = rated(&provider, "");
    let was = project.manifest("v1")["prompt"]["fingerprint"].clone();
    let was = was.as_str().expect("a fingerprint");
    let done = carry(&project, "v2", &["--rubric", "exposure"]).ends(3);
    done.says(&[&format!(
        "run v1 was asked with another prompt: impact {was}, not exposure "
    )]);
    project.write(
        "mine.md",
        project_prompt().replace("You are careful", "You are very careful"),
    );
    let done = carry(&project, "v2", &["--prompt", "mine.md"]).ends(3);
    done.says(&[&format!("impact {was}, not impact ")]);
    assert_eq!(provider.count(), 18);
}

#[test]
fn an_older_run_has_ids_and_texts_alone() {
    let provider = Provider::start();
    let project = rated(&provider, "");
    let mut manifest = project.manifest("v1");
    manifest.as_object_mut().expect("an object").remove("files");
    for rater in manifest["raters"].as_array_mut().expect("raters") {
        rater
            .as_object_mut()
            .expect("a rater")
            .remove("request_fingerprint");
    }
    project.write("v1/manifest.json", manifest.to_string());
    fs::remove_file(project.path("v1/tasks.csv")).expect("a file");
    let done = carry(&project, "v2", &["--ask-changed", "type"]).ends(3);
    done.says(&["whether type changed since run v1 cannot be told"]);
    carry(&project, "v2", &[]).ends(0).says(&[
        "3 tasks unchanged, 2 changed in nothing that counts, 3 changed in",
        "not compared with v1: type, description (that run is of an older version, which kept no tasks.csv)",
        "4 ratings are carried over",
    ]);
    assert_eq!(provider.count(), 28);
    let settings = project.read("taskrater.toml");
    project.write(
        "taskrater.toml",
        settings.replace("model = \"anna-1\"", "model = \"anna-3\""),
    );
    carry(&project, "v3", &["--offline"])
        .ends(5)
        .says(&["anna is not carried over: since run v1 its model changed"]);
}

#[test]
fn tasks_csv_is_an_inventory_of_what_was_rated() {
    let provider = Provider::start();
    let project = rated(&provider, "");
    let (header, rows) = project.csv("v1/tasks.csv");
    assert_eq!(
        header,
        [
            "occupation_id",
            "occupation",
            "description",
            "task_id",
            "task",
            "type",
            "importance"
        ]
    );
    assert_eq!(rows.len(), 9);
    assert_eq!(
        rows[3],
        [
            "bakers",
            "Bakers",
            "They bake.",
            "b4",
            "Sweep the floor of the bakery.",
            "Supplemental",
            ""
        ]
    );
    let args = [
        "occupations",
        "--against",
        "v1",
        "--inventory",
        "old",
        "--csv",
    ];
    let done = project.run(&args).ends(0);
    assert_eq!(done.out.lines().count(), 1, "{}", done.out);
}

/// Cells of a table of O*NET by column name.
fn table(path: &std::path::Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).expect("a table");
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect::<Vec<_>>();
    let mut lines = text.lines();
    let header = cells(lines.next().expect("a header"));
    lines
        .map(|line| header.iter().cloned().zip(cells(line)).collect())
        .collect()
}

#[test]
fn real_releases_have_the_changes_that_their_files_have() {
    let Some(data) = std::env::var_os("TASKRATER_DATA") else {
        eprintln!("skipped: TASKRATER_DATA is not set");
        return;
    };
    let [old, new] = ["onet_18_1", "onet_30_2"].map(|name| std::path::Path::new(&data).join(name));
    let tasks = |release: &std::path::Path| -> BTreeMap<String, BTreeMap<String, String>> {
        let rows = table(&release.join("Task Statements.txt")).into_iter();
        rows.map(|row| (row["Task ID"].clone(), row)).collect()
    };
    let (was, is) = (tasks(&old), tasks(&new));
    let both: Vec<&String> = was.keys().filter(|id| is.contains_key(*id)).collect();
    let differ = |column: &str| {
        let differ = |id: &&&String| was[**id][column] != is[**id][column];
        both.iter().filter(differ).count()
    };
    let project = Project::new();
    let paths = [old.to_str().expect("a path"), new.to_str().expect("a path")];
    let start = std::time::Instant::now();
    let args = [
        "occupations",
        "--against",
        paths[0],
        "--inventory",
        paths[1],
    ];
    project
        .run(&[&args[..], &["--limit", "3"]].concat())
        .ends(0);
    eprintln!("18.1 against 30.2 in {:?}", start.elapsed());
    let all = project.run(&[&args[..], &["--json"]].concat()).ends(0);
    let all: Value = serde_json::from_str(&all.out).expect("JSON");
    let found = &all["tasks"];
    assert_eq!(found["in_both"], both.len());
    assert_eq!(
        found["new"].as_array().map(Vec::len),
        Some(is.len() - both.len())
    );
    assert_eq!(
        found["gone"].as_array().map(Vec::len),
        Some(was.len() - both.len())
    );
    let changed = |field: &str| found["changed_in"][field].as_u64().expect("a count") as usize;
    assert_eq!(changed("text") + changed("wording"), differ("Task"));
    assert_eq!(changed("type"), differ("Task Type"));
    assert_eq!(changed("code"), differ("O*NET-SOC Code"));
    assert!(changed("text") > 500 && changed("wording") > 1000 && both.len() > 15_000);
    assert_eq!(all["not_compared"], json!(["importance"]));
}
