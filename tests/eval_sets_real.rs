//! The shipped sets of published labels, made again by the commands that docs/eval-sets.md names.
//!
//! `TASKRATER_DATA` names the folder that holds `eloundou2024/` and `onet_30_2/`.

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;
use support::{Done, Project};

fn ours(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(path).expect("a file of the repository")
}

/// The fenced block of docs/eval-sets.md of this language that begins so.
fn block(language: &str, beginning: &str) -> String {
    let docs = ours("docs/eval-sets.md");
    let fence = format!("```{language}\n{beginning}");
    let at = docs.find(&fence).unwrap_or_else(|| panic!("no {fence}"));
    let rest = &docs[at + 4 + language.len()..];
    rest[..rest.find("```").expect("an end")].to_owned()
}

/// A later version of the program draws the same, and says which it is.
fn without_version(toml: &str) -> String {
    let lines = toml.lines().filter(|line| !line.starts_with("version = "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_documented_commands_make_the_shipped_sets_again() {
    let Some(data) = std::env::var_os("TASKRATER_DATA") else {
        println!("skipped: TASKRATER_DATA is unset");
        return;
    };
    let (data, project) = (Path::new(&data), Project::new());
    project.write("taskrater.toml", block("toml", "inventory = "));
    let labels =
        fs::read(data.join("eloundou2024/full_labelset.tsv")).expect("the published labels");
    project.write("full_labelset.tsv", labels);
    for file in fs::read_dir(data.join("onet_30_2")).expect("the release") {
        let path = file.expect("a file").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        project.write(
            &format!("onet_30_2/{name}"),
            fs::read(&path).expect("a table"),
        );
    }
    let binary = Path::new(env!("CARGO_BIN_EXE_taskrater"))
        .parent()
        .expect("its folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let shell = Command::new("bash")
        .args(["-euc", &block("sh", "SOURCE=")])
        .env("PATH", format!("{}:{path}", binary.display()))
        .current_dir(project.path("."))
        .output()
        .expect("bash");
    Done::of(&shell)
        .ends(0)
        .says(&["41 labelled tasks have another text"])
        .prints(&["300 of 12957 tasks in 300 of 643 occupations"]);
    for (set, own) in [("eloundou-300", "our-300"), ("eloundou-full", "our-full")] {
        let file = |set: &str, name: &str| format!("eval/{set}/{name}");
        let about = project.read(&file(own, "set.toml"));
        assert_eq!(
            without_version(&about.replace(&format!("id = \"{own}\""), &format!("id = \"{set}\""))),
            without_version(&ours(&file(set, "set.toml"))),
            "{set}"
        );
        let gold = [
            project.read(&file(own, "gold.csv")),
            ours(&file(set, "gold.csv")),
        ];
        assert!(gold[0] == gold[1], "the gold of {set} is another one");
    }
}
