//! What `eval` does to files that a user names, and what a gate says of what is gone.

mod support;

use std::fs;
use support::Project;

fn starter(project: &Project, args: &[&str]) -> support::Done {
    let mut all = vec!["eval", "starter"];
    all.extend(args);
    project.run(&all)
}

#[test]
fn an_output_is_never_an_input_or_another_output() {
    let project = Project::new();
    starter(&project, &["--card", "old.json"]).ends(0);
    project.write("mine.md", include_str!("../prompts/impact.md"));
    let log = project.read("eval/starter/log.jsonl");
    for args in [
        &["--prompt", "mine.md", "--markdown", "mine.md"][..],
        &["--prompt", "mine.md", "--markdown", "./x/../mine.md"],
        &["--against", "old.json", "--junit", "old.json"],
        &["--card", "x", "--markdown", "./x"],
        &["--markdown", "eval/starter/log.jsonl"],
        &["--card", "taskrater.toml"],
    ] {
        fs::create_dir_all(project.path("x")).expect("a folder");
        if args[0] == "--card" {
            fs::remove_dir(project.path("x")).expect("no folder");
        }
        starter(&project, args)
            .ends(2)
            .says(&["nothing has been asked yet"]);
    }
    assert_eq!(
        project.read("mine.md"),
        include_str!("../prompts/impact.md")
    );
    assert_eq!(project.read("eval/starter/log.jsonl"), log);
    // The card that is compared with may be made anew.
    starter(&project, &["--against", "old.json", "--card", "old.json"]).ends(0);
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_a_pipe_is_written_into() {
    let project = Project::new();
    project.write("real.md", "words of a person\n");
    std::os::unix::fs::symlink("real.md", project.path("link.md")).expect("a link");
    let pipe = project.path("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("mkfifo").success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).expect("what was written")
    });
    starter(&project, &["--markdown", "link.md", "--card", "pipe"]).ends(0);
    assert!(reader.join().expect("a reader").contains("\"format\": 1"));
    let link = fs::symlink_metadata(project.path("link.md")).expect("a link");
    assert!(link.file_type().is_symlink());
    assert!(project.read("real.md").starts_with("### starter"));
    use std::os::unix::fs::FileTypeExt as _;
    let there = fs::symlink_metadata(&pipe).expect("a pipe");
    assert!(there.file_type().is_fifo());
}

#[test]
fn a_file_of_somebody_stays_until_it_is_replaced_and_an_earlier_verdict_does_not() {
    let project = Project::new();
    starter(&project, &["--card", "old.json"]).ends(0);
    let both = [
        "--against",
        "old.json",
        "--max-drop",
        "kappa=0.1",
        "--junit",
    ];
    starter(
        &project,
        &[&both[..], &["gate.xml", "--markdown", "gate.md"]].concat(),
    )
    .ends(0);
    assert!(project.read("gate.md").contains("**Gate passed**"));
    project.write("notes.md", "words of a person\n");
    // A folder in the way of the run stops the measurement after the outputs were looked at.
    fs::remove_dir_all(project.path("runs")).expect("runs");
    project.write("runs", "no folder");
    let done = starter(
        &project,
        &[&both[..], &["gate.xml", "--markdown", "notes.md"]].concat(),
    );
    assert_ne!(done.code, 0);
    assert!(
        !project.path("gate.xml").exists(),
        "a verdict that was not reached"
    );
    assert_eq!(project.read("notes.md"), "words of a person\n");
}

#[test]
fn a_gate_does_not_pass_where_tasks_of_the_old_card_are_gone() {
    let project = Project::new();
    starter(&project, &["--card", "old.json"]).ends(0);
    let card = project.read("old.json");
    // A task more than there is now: the new card lacks it.
    let line = card
        .lines()
        .find(|line| line.contains("\"task_id\""))
        .expect("an answer");
    let id = line
        .split("\"task_id\":\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let more = line.replace(id.expect("an id"), "gone-1");
    project.write(
        "old.json",
        card.replacen(
            line,
            &format!("{}\n{line}", more.trim_end_matches(',').to_owned() + ","),
            1,
        ),
    );
    starter(
        &project,
        &[
            "--against",
            "old.json",
            "--max-drop",
            "kappa=0.1",
            "--markdown",
            "gate.md",
        ],
    )
    .ends(5)
    .prints(&["not decided: 1 tasks of the old card missing"]);
    let text = project.read("gate.md");
    assert!(text.contains("**Gate not decided"), "{text}");
    assert!(!text.contains("**Gate passed"), "{text}");
}

#[test]
fn a_card_without_a_shared_task_is_refused_before_anything_is_asked() {
    let project = Project::new();
    starter(&project, &["--card", "old.json"]).ends(0);
    let card = project.read("old.json");
    project.write("bom.json", format!("\u{feff}{card}"));
    starter(&project, &["--against", "bom.json"]).ends(0);
    project.write(
        "other.json",
        card.replace("\"task_id\":\"", "\"task_id\":\"x"),
    );
    fs::remove_dir_all(project.path("runs")).expect("runs");
    starter(&project, &["--against", "other.json"])
        .ends(3)
        .says(&["none of the"]);
    assert!(!project.path("runs").exists(), "nothing was asked");
    starter(&project, &["--against", "nofile.json"]).ends(3);
    project
        .run(&["eval", ""])
        .ends(3)
        .says(&["the name of the eval set is empty"]);
}

#[test]
fn a_log_that_cannot_be_read_hides_no_set() {
    let project = Project::new();
    fs::create_dir_all(project.path("eval/starter/log.jsonl")).expect("a folder in its place");
    project
        .run(&["eval", "list"])
        .ends(0)
        .prints(&["starter", "eloundou-300", "not known"])
        .says(&["cannot read"]);
}

#[test]
fn what_is_locked_in_a_set_stays_locked_in_the_next() {
    let project = Project::new();
    let gold = include_str!("../eval/starter/gold.csv");
    project.write("gold.csv", gold);
    project
        .run(&["eval", "new", "next", "--gold", "gold.csv", "--seed", "7"])
        .ends(0);
    let locked = |text: &str| -> std::collections::BTreeSet<String> {
        let rows = text.lines().filter(|row| row.contains(",test,"));
        rows.filter_map(|row| row.split(',').next().map(str::to_owned))
            .collect()
    };
    let next = project.read("eval/next/gold.csv");
    assert!(!locked(&next).is_empty());
    assert_eq!(locked(&next), locked(gold));
}
