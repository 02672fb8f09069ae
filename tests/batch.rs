//! `rate --occupations FILE`: all names are resolved before anything is asked, and a batch that was killed goes on.

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use std::io::Write as _;
use std::process::Stdio;

use provider::Provider;
use support::{Done, Project, rater};

const JOBS: &str = "code,title,alternate titles,task\n\
    10,Cooks,Kitchen hand,Peel potatoes.\n10,Cooks,,Taste the soup.\n\
    11,Bakers,Kitchen hand,Knead the dough.\n\
    12,Beekeepers,,Feed the bees.\n\
    12,Beekeepers,,Harvest honey.\n";
/// An occupation without tasks, which only TOML can hold.
const EMPTY: &str = "id = \"13\"\ntitle = \"Watchmakers\"\n";

fn project() -> Project {
    let project = Project::new();
    project.write("jobs/jobs.csv", JOBS);
    project.write("jobs/watch.toml", EMPTY);
    project
}

fn rate(project: &Project, run: &str, args: &[&str]) -> Done {
    project.rate(run, &[&["--inventory", "jobs"], args].concat())
}

/// The ids of the occupations that a run rated.
fn rated(project: &Project, run: &str) -> Vec<String> {
    let mut ids = project.column(&format!("{run}/occupations.csv"), "occupation_id");
    ids.dedup();
    ids
}

#[test]
fn a_file_names_occupations_by_title_or_code() {
    let project = project();
    let text = "# this week\n\n12 # bees\nCook\r\n10\n";
    project.write("week.txt", text);
    let done = rate(&project, "lines", &["--occupations", "week.txt"]).ends(0);
    done.says(&["week.txt: repeated names: 1; each occupation is rated once"]);
    assert_eq!(rated(&project, "lines"), ["10", "12"]);
    project.write("week.csv", "pay;Job title;Code\n1;Cooks;10\n2;;12\n");
    project.write(
        "utf-16.tsv",
        "\u{feff}Role\tn\nBeekeeper\t1\ncooks\t2\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>(),
    );
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cell) in (0..).zip(["Occupation", "Cooks", "Beekeepers"]) {
        sheet.write_string(row, 1, cell).expect("a cell");
    }
    book.save(project.path("week.xlsx")).expect("a workbook");
    for file in ["week.csv", "utf-16.tsv", "week.xlsx"] {
        let run = format!("run-{file}");
        rate(&project, &run, &["--occupations", file]).ends(0);
        assert_eq!(project.stable(&run), project.stable("lines"), "{file}");
    }
    // What is named beside the file joins it.
    rate(&project, "more", &["11", "--occupations", "week.csv"]).ends(0);
    assert_eq!(rated(&project, "more"), ["10", "11", "12"]);
}

#[test]
fn standard_input_is_a_file() {
    let project = project();
    let mut command = project.command(&[
        "rate",
        "--out",
        "run",
        "--inventory",
        "jobs",
        "--occupations",
        "-",
    ]);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().expect("the command starts");
    child
        .stdin
        .take()
        .expect("stdin")
        .write_all(b"Bakers\nBeekeeper\n")
        .expect("names");
    Done::of(&child.wait_with_output().expect("its end")).ends(0);
    assert_eq!(rated(&project, "run"), ["11", "12"]);
}

#[test]
fn all_that_cannot_be_resolved_is_listed_together_and_may_be_skipped() {
    let project = project();
    project.write("names.txt", "Cooks\nBeekeper\nkitchen hand\n13\nZzyzx\n");
    let expected = [
        "names.txt: 4 of 5 occupations cannot be rated:",
        "line 2: “Beekeper” is unknown; the nearest: 12 Beekeepers",
        "line 3: “kitchen hand” stands for several: 10 Cooks; 11 Bakers",
        "line 4: “13” has no tasks in the inventory (13 Watchmakers)",
        "line 5: “Zzyzx” is unknown",
    ];
    let done = rate(&project, "run", &["--occupations", "names.txt"])
        .ends(3)
        .says(&expected);
    done.says(&["--skip-unresolved"]);
    assert!(!project.path("run").exists(), "a mistake leaves no run");
    rate(
        &project,
        "run",
        &["--occupations", "names.txt", "--skip-unresolved"],
    )
    .ends(0)
    .says(&expected);
    assert_eq!(rated(&project, "run"), ["10"]);
    project.write("none.txt", "Zzyzx\n");
    rate(
        &project,
        "none",
        &["--occupations", "none.txt", "--skip-unresolved"],
    )
    .ends(3);
    project.write("empty.txt", "# nobody\n");
    let done = rate(&project, "none", &["--occupations", "empty.txt"]).ends(3);
    done.says(&["empty.txt names no occupation"]);
    project.write("pay.csv", "pay,hours\n1,2\n");
    let done = rate(&project, "none", &["--occupations", "pay.csv"]).ends(3);
    done.says(&["no column for the occupation; found: 'pay', 'hours'"]);
}

#[test]
fn what_cannot_go_together_ends_with_2() {
    let project = project();
    for args in [
        &["--all", "--occupations", "x"][..],
        &["Cooks", "--skip-unresolved"],
        &[],
    ] {
        rate(&project, "run", args).ends(2);
    }
    rate(&project, "run", &["--occupations", "missing.txt"]).ends(7);
}

/// A project with so many jobs of two tasks each, asked of one rater.
fn batch(provider: &Provider, jobs: usize) -> Project {
    let project = Project::new().env("ANNA_KEY", support::ANNA_KEY);
    let anna = rater(
        "anna",
        "openai",
        "anna-1",
        &provider.url(),
        "concurrency = 2",
    );
    project.write(
        "taskrater.toml",
        "panel = \"one\"\n[panels]\none = [\"anna\"]\n".to_owned() + &anna,
    );
    let rows = (1..=jobs).map(|n| format!("Job {n},Count to {n}.\nJob {n},Count back from {n}.\n"));
    project.write(
        "jobs.csv",
        format!("job,task\n{}", rows.collect::<String>()),
    );
    let names = (1..=jobs).map(|n| format!("Job {n}\n"));
    project.write("names.txt", names.collect::<String>());
    project
}

const ALL: [&str; 4] = ["--occupations", "names.txt", "--inventory", "jobs.csv"];

#[test]
fn nothing_is_asked_while_a_name_is_unresolved() {
    let provider = Provider::start();
    let project = batch(&provider, 3);
    project.write("names.txt", "Job 1\nJob 2\nJob 33\n");
    project
        .rate("run", &ALL)
        .ends(3)
        .says(&["line 3: “Job 33” is unknown"]);
    assert_eq!(provider.count(), 0);
}

#[test]
fn a_batch_that_was_killed_or_interrupted_asks_only_the_rest() {
    let provider = Provider::builder().delay_ms(20).start();
    let project = batch(&provider, 30);
    let whole = batch(&provider, 30);
    whole.rate("run", &ALL).ends(0);
    let before = provider.count();
    assert_eq!(before, 60);

    let all = [&["rate", "--out", "run"], &ALL[..]].concat();
    let running = project.start(&all);
    provider.until_requests(before + 16);
    running.kill();
    provider.until(|stats| stats.in_flight == 0);
    let killed = provider.count() - before;
    assert!(
        (16..60).contains(&killed),
        "{killed}: the kill came too late to show anything"
    );

    let running = project.start(&all);
    provider.until_requests(before + killed + 10);
    running.signal("INT");
    running.end().ends(130);
    let interrupted = provider.count() - before;
    assert!(
        interrupted < 60,
        "{interrupted}: the signal came too late to show anything"
    );

    project.rate("run", &ALL).ends(0);
    let asked = provider.count() - before;
    assert!(
        (60..=62).contains(&asked),
        "{asked}: more than what was in flight was asked again"
    );
    assert_eq!(project.stable("run"), whole.stable("run"));
    project.rate("again", &ALL).ends(0);
    assert_eq!(provider.count() - before, asked);
}
