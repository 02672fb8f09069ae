//! Eval sets as people make, edit and list them, with the built command.

mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use support::Project;

const HEAD: &str = "occupation_id,task_id,exposure,note,probability,stratum,design,n_labels,agreed,reviewers,labelled,draw,run,kind\n";

fn list(project: &Project) -> Vec<Value> {
    let done = project.run(&["eval", "list", "--json"]).ends(0);
    serde_json::from_str(&done.out).expect("JSON")
}

/// What `eval list` says of the set `ours`.
fn ours(project: &Project) -> Value {
    let all = list(project);
    all.into_iter()
        .find(|set| set["id"] == "ours")
        .expect("the set is listed")
}

/// The rows of a set: cells by the columns named.
fn rows(project: &Project, set: &str, columns: &[&str]) -> Vec<Vec<String>> {
    let columns = columns
        .iter()
        .map(|column| project.column(&format!("eval/{set}/gold.csv"), column));
    let columns: Vec<Vec<String>> = columns.collect();
    let row = |n: usize| columns.iter().map(|column| column[n].clone()).collect();
    (0..columns[0].len()).map(row).collect()
}

/// Every third task of the starter inventory, labelled by a review that drew half of them.
fn gold() -> String {
    let inventory = taskrater::inventory::starter().expect("the starter inventory");
    let tasks: Vec<_> = inventory.items().collect();
    let rows = tasks.iter().step_by(3).enumerate().map(|(n, item)| {
        let (job, task, label) = (&item.occupation.id, &item.task.id, ["E0", "E2", "E1"][n % 3]);
        format!("{job},{task},{label},seen,0.5,rest,stratified,1,one label,ann,2026-11-21T10:00:00Z,1a2b3c4d,r1,human\n")
    });
    format!("{HEAD}{}", rows.collect::<String>())
}

#[test]
fn a_draw_without_labels_is_the_same_for_the_same_seed_and_never_overwritten() {
    let [one, two] = [Project::new(), Project::new()];
    let new = [
        "eval", "new", "ours", "--tasks", "60", "--seed", "7", "--rubric", "exposure",
    ];
    let said = one.run(&new).ends(0).prints(&[
        "drawn from starter inventory: 60 of 265 tasks in 20 of 20 occupations",
        "60 tasks have no label yet: fill in exposure of gold.csv",
        "MDE kappa",
    ]);
    assert!(!said.out.contains('\u{1b}'), "no colour in a pipe");
    two.run(&new).ends(0);
    let files = ["eval/ours/set.toml", "eval/ours/gold.csv"];
    assert_eq!(
        files.map(|file| one.read(file)),
        files.map(|file| two.read(file))
    );
    one.run(&new)
        .ends(2)
        .says(&["is there already", "choose another name"]);
    let before = files.map(|file| two.read(file));
    two.run(&["eval", "new", "ours", "--seed", "8"]).ends(2);
    assert_eq!(before, files.map(|file| two.read(file)));
    two.run(&[
        "eval", "new", "other", "--tasks", "60", "--seed", "8", "--rubric", "exposure",
    ])
    .ends(0);
    assert_ne!(
        one.column(files[1], "task_id"),
        two.column("eval/other/gold.csv", "task_id")
    );
    let found = rows(
        &one,
        "ours",
        &["occupation_id", "half", "probability", "exposure"],
    );
    let half = |half: &str| -> BTreeSet<&String> {
        found
            .iter()
            .filter(|row| row[1] == half)
            .map(|row| &row[0])
            .collect()
    };
    assert!(half("dev").is_disjoint(&half("test")));
    assert_eq!((half("dev").len(), half("test").len()), (10, 10));
    // 60 of 265.
    assert!(
        found
            .iter()
            .all(|row| row[2] == "0.22641509434" && row[3].is_empty()),
        "{found:?}"
    );
    let listed = ours(&one);
    assert_eq!(
        (&listed["from"], &listed["inventory"], &listed["kind"]),
        (&"project".into(), &"starter".into(), &"human".into())
    );
    assert_eq!(listed["dev"]["unlabelled"], listed["dev"]["tasks"]);
}

#[test]
fn names_and_figures_that_cannot_be_are_refused_before_anything_is_written() {
    let project = Project::new();
    let wrong: &[(&[&str], &[&str])] = &[
        (
            &["list"],
            &["`taskrater eval list` is a command", "our-list"],
        ),
        (&["new"], &["is a command"]),
        (&["help"], &["is a command"]),
        (
            &["starter"],
            &["starter comes with the program", "our-starter"],
        ),
        (
            &["ours", "--margin=exposure.mae=-1"],
            &["--margin exposure.mae=-1 is no margin", "from 0"],
        ),
        (
            &["ours", "--margin", "zzz.mae=1"],
            &["--margin zzz.mae: the set has no gold of zzz"],
        ),
        (
            &["ours", "--primary", "zzz.mae"],
            &["--primary zzz.mae: the set has no gold of zzz", "exposure"],
        ),
        (
            &["ours", "--primary", "mae"],
            &["--primary mae: 'mae' is no figure"],
        ),
        (
            &["ours", "--primary", "automation.kappa"],
            &["--primary automation.kappa: automation.kappa cannot be: automation is a score"],
        ),
    ];
    for (args, parts) in wrong {
        let all = [&["eval", "new"], *args].concat();
        project.run(&all).ends(2).says(parts);
    }
    assert!(!project.path("eval").exists());
}

#[test]
fn a_figure_that_the_prompt_cannot_give_is_said_before_anything_is_asked() {
    let project = Project::new();
    project
        .run(&[
            "eval",
            "new",
            "ours",
            "--rubric",
            "impact",
            "--primary",
            "automation.mae",
        ])
        .ends(0);
    let toml = project.read("eval/ours/set.toml");
    project.write(
        "eval/ours/set.toml",
        toml.replace("automation.mae", "automation.kappa"),
    );
    let gold = project
        .read("eval/ours/gold.csv")
        .replace(",,,,,", ",E1,50,50,,");
    project.write("eval/ours/gold.csv", gold);
    project.run(&["eval", "ours"]).ends(3).says(&[
        "eval/ours/set.toml:",
        "automation.kappa cannot be: automation is a score",
    ]);
    assert!(!project.path("runs").exists());
}

#[test]
fn what_is_more_than_the_scale_is_said_to_be() {
    let project = Project::new();
    project
        .run(&[
            "eval", "new", "ours", "--tasks", "12", "--rubric", "exposure",
        ])
        .ends(0)
        .prints(&["> scale: more than the scale"]);
}

/// A project with that gold and the set `ours` made of it.
fn with_set_of_gold() -> Project {
    let project = Project::new();
    project.write("gold.csv", gold());
    let new = [
        "eval", "new", "ours", "--gold", "gold.csv", "--rubric", "exposure",
    ];
    project.run(&new).ends(0);
    project
}

#[test]
fn gold_of_a_review_becomes_a_set_with_its_probabilities_multiplied() {
    let project = Project::new();
    project.write("gold.csv", gold());
    let new = [
        "eval", "new", "ours", "--gold", "gold.csv", "--rubric", "exposure", "--tasks", "30",
    ];
    project.run(&new).ends(0).prints(&["30 of 89 tasks"]);
    let columns = [
        "exposure",
        "note",
        "probability",
        "stratum",
        "design",
        "reviewers",
        "draw",
        "run",
        "kind",
    ];
    for row in rows(&project, "ours", &columns) {
        assert!(["E0", "E1", "E2"].contains(&row[0].as_str()));
        // One half times 30 of 89.
        assert_eq!(
            row[1..],
            [
                "seen",
                "0.168539325843",
                "rest",
                "stratified",
                "ann",
                "1a2b3c4d",
                "r1",
                "human"
            ]
        );
    }
    let set = ours(&project);
    let tasks = |half: &str| set[half]["tasks"].as_u64().expect("a count");
    assert_eq!(
        (tasks("dev") + tasks("test"), &set["dev"]["unlabelled"]),
        (30, &0.into())
    );
    assert_eq!(
        set["primary"],
        serde_json::json!(["exposure.kappa", "exposure.mae"])
    );
}

#[test]
fn whole_occupations_are_drawn_of_a_set_which_is_a_gold_file_itself() {
    let project = with_set_of_gold();
    let again = [
        "eval",
        "new",
        "jobs",
        "--gold",
        "eval/ours/gold.csv",
        "--rubric",
        "exposure",
        "--occupations",
        "5",
        "--test-share",
        "0.4",
    ];
    project.run(&again).ends(0).prints(&["in 5 of "]);
    let halves = |set: &str| -> BTreeSet<(String, String)> {
        let rows = rows(&project, set, &["occupation_id", "half"]);
        rows.iter()
            .map(|row| (row[0].clone(), row[1].clone()))
            .collect()
    };
    // What is locked in the one is locked in the other.
    let (ours, jobs) = (halves("ours"), halves("jobs"));
    assert_eq!(jobs.len(), 5);
    // The same seed does not draw from one half alone.
    let locked = jobs.iter().filter(|(_, half)| half == "test").count();
    assert!((1..5).contains(&locked), "{jobs:?}");
    assert!(jobs.is_subset(&ours), "{jobs:?} of {ours:?}");
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    let project = with_set_of_gold();
    let twice = [
        "eval",
        "new",
        "two",
        "--gold",
        "gold.csv",
        "--gold",
        "eval/ours/gold.csv",
        "--rubric",
        "exposure",
    ];
    project
        .run(&twice)
        .ends(3)
        .says(&["is in gold.csv and in eval/ours/gold.csv"]);
    let many = [
        "eval", "new", "many", "--gold", "gold.csv", "--rubric", "exposure", "--tasks", "90",
    ];
    project
        .run(&many)
        .ends(3)
        .says(&["90 tasks are to be drawn, and there are 89"]);
    project
        .run(&["eval", "new", "My Set"])
        .ends(2)
        .says(&["'My Set' cannot be the id of a set"]);
    assert!(!project.path("eval/many").exists() && !project.path("eval/two").exists());
}

/// A project with a recorded rater whose labels are gold.
fn with_people() -> Project {
    let project = Project::new();
    project.write("labels.csv", "task_id,label,words\nacc-01,E1,close  THE month by posting accruals depreciation and corrections and explaining every unusual balance\nacc-02,E0,other words\nlaw-03,E2,x\n");
    project.write(
        "taskrater.toml",
        "rubric = \"exposure\"\n[[recordings]]\nfile = \"labels.csv\"\n\
         raters = [{ id = \"people\", columns = { exposure = \"label\" }, gold = \"expert\" }]\n",
    );
    project
}

#[test]
fn a_recorded_rater_gives_its_labels() {
    let project = with_people();
    project
        .run(&["eval", "new", "ours", "--gold-rater", "people"])
        .ends(0)
        .prints(&["3 of 3 tasks in 2 of 2 occupations"]);
    assert_eq!(ours(&project)["kind"], "expert");
    assert_eq!(
        project.column("eval/ours/gold.csv", "exposure"),
        ["E1", "E0", "E2"]
    );
    let same = [
        "eval",
        "new",
        "same",
        "--gold-rater",
        "people",
        "--text-column",
        "words",
    ];
    project
        .run(&same)
        .ends(0)
        .says(&["2 labelled tasks have another text"])
        .prints(&["1 of 1 tasks"]);
    project
        .run(&["eval", "new", "no", "--gold-rater", "nobody"])
        .ends(4)
        .says(&["its recorded raters are people"]);
    let column = [
        "eval",
        "new",
        "no",
        "--gold-rater",
        "people",
        "--text-column",
        "text",
    ];
    project
        .run(&column)
        .ends(2)
        .says(&["labels.csv has no column 'text'"]);
}

#[test]
fn a_run_gives_its_tasks_with_its_gold_or_without_labels() {
    let project = with_people();
    project
        .rate(
            "runs/r",
            &["Lawyers", "--rater", "people", "--rater", "surrogate-human"],
        )
        .ends(0);
    project
        .run(&["eval", "new", "run", "--run", "r"])
        .ends(0)
        .prints(&["1 of 1 tasks", "run r of starter inventory"]);
    assert_eq!(
        rows(&project, "run", &["task_id", "exposure", "run", "kind"]),
        [["law-03", "E2", "r", "expert"]]
    );
    // Nobody labelled: all tasks of the run, to be filled in.
    project
        .rate("runs/s", &["Lawyers", "--rater", "surrogate-human"])
        .ends(0);
    project
        .run(&["eval", "new", "blank", "--run", "s", "--kind", "editorial"])
        .ends(0)
        .prints(&[
            "14 of 14 tasks in 1 of 1 occupations",
            "14 tasks have no label yet",
        ]);
}

#[test]
fn files_of_other_programs_are_read_and_broken_ones_hide_no_other() {
    let project = with_set_of_gold();
    let (file, good) = ("eval/ours/gold.csv", project.read("eval/ours/gold.csv"));
    let plain = ours(&project);
    project.write(file, format!("\u{feff}{}", good.replace('\n', "\r\n")));
    let strange = ours(&project);
    assert_eq!(
        (&strange["dev"], &strange["test"]),
        (&plain["dev"], &plain["test"])
    );
    assert_ne!(strange["digest"], plain["digest"]);
    let second = good.lines().nth(1).expect("a row").to_owned();
    let head = good.lines().next().expect("a header");
    for (text, why) in [
        (String::new(), "eval/ours/gold.csv is empty"),
        (format!("{head}\n"), "eval/ours/gold.csv has no row"),
        (
            good.replacen(",half,", ",side,", 1),
            "eval/ours/gold.csv has no column half",
        ),
        (
            good.replacen(",probability,", ",p,", 1),
            "it has no column probability",
        ),
        (
            format!("{good}{second}\n"),
            "line 91: task acc-01 stands on line 2 already",
        ),
        (
            good.replacen(",dev,", ",train,", 1),
            "'train' is no half: dev or test",
        ),
        (
            good.replacen(",0.5,", ",1.5,", 1),
            "line 2: '1.5' is no probability from 1e-9 to 1",
        ),
    ] {
        project.write(file, text);
        let done = project
            .run(&["eval", "list", "--json"])
            .ends(0)
            .says(&[why]);
        let ids: Vec<Value> = serde_json::from_str(&done.out).expect("JSON");
        let ids: Vec<&str> = ids.iter().filter_map(|set| set["id"].as_str()).collect();
        assert_eq!(ids, ["eloundou-300", "eloundou-full", "starter"]);
    }
}

#[test]
fn a_set_toml_that_is_none_is_said_with_its_line() {
    let project = with_set_of_gold();
    let about = project.read("eval/ours/set.toml");
    project.write("eval/ours/set.toml", format!("colour = 1\n{about}"));
    project
        .run(&["eval", "list"])
        .ends(0)
        .says(&["eval/ours/set.toml:1: unknown field `colour`"]);
    project.write(
        "eval/ours/set.toml",
        about.replace("id = \"ours\"", "id = \"theirs\""),
    );
    project
        .run(&["eval", "list"])
        .ends(0)
        .says(&["the set is called theirs, and its folder ours"]);
}

#[test]
fn the_log_counts_prompts_and_damaged_lines_are_said() {
    let project = with_set_of_gold();
    let digest = ours(&project)["digest"]
        .as_str()
        .expect("a digest")
        .to_owned();
    let line = |digest: &str, half: &str, prompt: &str| {
        format!(
            "{{\"time\":\"2026-11-21T10:00:00Z\",\"taskrater\":\"0.1.0\",\"set\":\"ours\",\"digest\":\"{digest}\",\"half\":\"{half}\",\
             \"prompt\":{{\"id\":\"exposure\",\"version\":\"1\",\"fingerprint\":\"{prompt}\",\"schema\":\"s\"}},\"panel\":\"p\",\
             \"samples\":1,\"run\":\"r\",\"numbers\":{{\"exposure.kappa\":0.5}}}}\n"
        )
    };
    let lines = [
        line(&digest, "dev", "a"),
        line(&digest, "dev", "a"),
        line("0123", "dev", "b"),
        "half a li\n".to_owned(),
        line(&digest, "test", "a"),
    ];
    project.write("eval/ours/log.jsonl", lines.concat());
    let done = project
        .run(&["eval", "list", "--json"])
        .ends(0)
        .says(&["log.jsonl, line 4: no measurement, left out"]);
    let all: Vec<Value> = serde_json::from_str(&done.out).expect("JSON");
    let tried = &all.iter().find(|set| set["id"] == "ours").expect("the set")["tried"];
    assert_eq!(
        *tried,
        serde_json::json!({
            "prompts": { "now": 1, "ever": 2 },
            "looks_at_test": { "now": 1, "ever": 1 },
            "prompts_on_test": { "now": 1, "ever": 1 },
            "measurements": 4,
        })
    );
    project
        .run(&["eval", "list"])
        .ends(0)
        .prints(&["1 (2 in all", "built in"]);
}
