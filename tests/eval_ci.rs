//! The example workflow that guards a prompt, its shell as it stands in the file: what it asks, and what it ends with.
#![cfg(unix)]

#[path = "support/provider/mod.rs"]
mod provider;
mod support;

use provider::Provider;
use std::os::unix::fs::symlink;
use std::process::Command;
use support::{Done, Project, rater};

const WORKFLOW: &str = include_str!("../eval/ci-example.yml");
const KEYS: [&str; 2] = ["ANTHROPIC_API_KEY", "OPENAI_API_KEY"];

/// The lines below `run: |` of the step that calls taskrater, without their indent.
fn script() -> String {
    let blocks = WORKFLOW.split("run: |\n").skip(1);
    let block = |rest: &str| -> String {
        let own = rest
            .lines()
            .take_while(|line| line.starts_with("          "));
        own.map(|line| format!("{}\n", line.trim_start())).collect()
    };
    let mut calls = blocks
        .map(block)
        .filter(|block| block.contains("taskrater eval"));
    let script = calls.next().expect("a step that calls taskrater");
    assert_eq!(calls.next(), None);
    script
}

/// The step with these keys, as GitHub runs it.
fn step(project: &Project, keys: &[&str]) -> Done {
    let bin = project.path("bin");
    if !bin.exists() {
        std::fs::create_dir(&bin).expect("a folder");
        symlink(env!("CARGO_BIN_EXE_taskrater"), bin.join("taskrater")).expect("a link");
    }
    let as_ever = project.command(&[]);
    let mut shell = Command::new("bash");
    shell.args([
        "--noprofile",
        "--norc",
        "-e",
        "-o",
        "pipefail",
        "-c",
        &script(),
    ]);
    shell.current_dir(project.path("."));
    for (name, value) in as_ever.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell.env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
    for key in KEYS {
        // A secret that is not there is an empty variable.
        shell.env(key, if keys.contains(&key) { "k" } else { "" });
    }
    Done::of(&shell.output().expect("bash"))
}

#[test]
fn the_workflow_asks_with_all_keys_and_is_never_green_for_want_of_one() {
    let provider = Provider::start();
    let project = Project::new();
    let of = |id: &str, key: &str| {
        let one = rater(
            id,
            "openai",
            id,
            &provider.url(),
            "price = { input = 0.1, output = 0.1 }",
        );
        one.replace(&format!("{}_KEY", id.to_uppercase()), key)
    };
    project.write(
        "taskrater.toml",
        format!(
            "[panels]\nfrontier = [\"anna\", \"bert\"]\n{}{}",
            of("anna", KEYS[0]),
            of("bert", KEYS[1])
        ),
    );
    let prompt = include_str!("../prompts/impact.md");
    project.write("prompts/impact.md", prompt);
    // The card that is committed, its replies in the cache.
    let card = [
        "eval",
        "starter",
        "--prompt",
        "prompts/impact.md",
        "--panel",
        "frontier",
    ];
    let mut first = project.command(&[&card[..], &["--card", "eval/cards/impact.json"]].concat());
    let first = first
        .args(["--max-usd", "5"])
        .envs(KEYS.map(|key| (key, "k")));
    Done::of(&first.output().expect("the program")).ends(0);
    let asked = provider.count();
    assert!(asked > 200, "{asked}");
    // The prompt as it was: no key is needed, and one of two does no harm.
    for keys in [&[][..], &KEYS[..1], &KEYS[1..], &KEYS[..]] {
        step(&project, keys).ends(0);
    }
    assert_eq!(provider.count(), asked);
    // Another prompt.
    project.write("prompts/impact.md", prompt.replacen("You ", "Now you ", 1));
    assert_ne!(project.read("prompts/impact.md"), prompt);
    for keys in [&[][..], &KEYS[..1]] {
        step(&project, keys).ends(5);
    }
    assert_eq!(provider.count(), asked);
    step(&project, &KEYS).prints(&["Gate"]);
    assert_eq!(provider.count(), 2 * asked);
    // Its replies are there for whoever has no key.
    assert!([0, 10].contains(&step(&project, &[]).code));
    assert_eq!(provider.count(), 2 * asked);
}

#[test]
fn replies_are_saved_whatever_the_step_ends_with() {
    let step = |name: &str| {
        let rest = WORKFLOW.split(name).nth(1).expect(name);
        rest.split("\n\n").next().expect("a step")
    };
    let (restored, saved) = (step("actions/cache/restore@"), step("actions/cache/save@"));
    assert!(saved.contains("if: always()"));
    let key = |of: &str| {
        let mut lines = of.lines().map(str::trim);
        lines
            .find(|line| line.starts_with("key: "))
            .map(str::to_owned)
    };
    let own = key(saved).expect("a key");
    assert!(own.contains("github.run_id") && own.contains("github.run_attempt"));
    assert_eq!(key(restored), Some(own));
    assert!(restored.contains("restore-keys: replies-"));
}
