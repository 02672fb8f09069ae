//! docs/replication.md, run as a user would run it: every command in order, in one folder, and what it prints is what the
//! page shows. With `UPDATE_DOCS=1` the page is written anew instead.
//!
//! A block that names a file (`toml file=taskrater.toml`) is written to it; in a `console` block a line that begins with
//! `$ ` is a command, continued where it ends in `\`, and what follows is all that it prints to standard output. A line
//! `...` stands for any lines.

use std::fs;
use std::path::Path;
use std::process::Command;

/// A fenced block: what stands behind the fence, and its lines.
struct Block<'a> {
    info: &'a str,
    lines: Vec<&'a str>,
}

/// The page as lines outside of blocks and blocks.
enum Part<'a> {
    Line(&'a str),
    Block(Block<'a>),
}

fn parts(page: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for line in page.lines() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(_), Some(block)) => parts.push(Part::Block(block)),
            (Some(info), None) => {
                let lines = Vec::new();
                open = Some(Block { info, lines });
            }
            (None, Some(mut block)) => {
                block.lines.push(line);
                open = Some(block);
            }
            (None, None) => parts.push(Part::Line(line)),
        }
    }
    assert!(open.is_none(), "a block is not closed");
    parts
}

/// The commands of a console block, each with what it is said to print.
fn commands<'a>(block: &Block<'a>) -> Vec<(String, Vec<&'a str>)> {
    let mut commands: Vec<(String, Vec<&str>)> = Vec::new();
    let mut goes_on = false;
    for line in &block.lines {
        match (goes_on, line.strip_prefix("$ "), commands.last_mut()) {
            (true, _, Some((command, _))) => {
                command.push('\n');
                command.push_str(line);
            }
            (_, Some(command), _) => commands.push((command.to_owned(), Vec::new())),
            (_, None, Some((_, printed))) => printed.push(line),
            (_, None, None) => panic!("a console block begins with a command: {line}"),
        }
        let (command, printed) = commands.last().expect("a command");
        goes_on = printed.is_empty() && command.ends_with('\\');
    }
    commands
}

/// Runs a command in the folder and returns what it prints.
fn run(command: &str, folder: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_taskrater"));
    let programs = program.parent().expect("a folder").display();
    let path = std::env::var("PATH").unwrap_or_default();
    let done = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", format!("{programs}:{path}"))
        .env_remove("COLUMNS")
        .output()
        .expect("a shell");
    assert!(
        done.status.success(),
        "$ {command}\n{}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).expect("UTF-8")
}

/// Whether these lines are as they were said to be, with `...` for any.
fn matches(said: &[&str], printed: &[&str]) -> bool {
    match (said, printed) {
        ([], []) => true,
        (["...", rest @ ..], _) => {
            (0..=printed.len()).any(|skipped| matches(rest, &printed[skipped..]))
        }
        ([said, rest @ ..], [first, others @ ..]) => said == first && matches(rest, others),
        _ => false,
    }
}

#[test]
fn the_page_of_replications_is_what_its_commands_print() {
    let Ok(data) = std::env::var("TASKRATER_DATA") else {
        println!("skipped: TASKRATER_DATA is not set");
        return;
    };
    let page_path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/replication.md");
    let page = fs::read_to_string(&page_path).expect("the page");
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::os::unix::fs::symlink(&data, folder.path().join("data")).expect("a link");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    std::os::unix::fs::symlink(examples, folder.path().join("examples")).expect("a link");
    let update = std::env::var_os("UPDATE_DOCS").is_some();
    let (mut written, mut ran, mut wrong) = (String::new(), 0, Vec::new());
    for part in parts(&page) {
        let block = match part {
            Part::Line(line) => {
                written.push_str(line);
                written.push('\n');
                continue;
            }
            Part::Block(block) => block,
        };
        written.push_str(&format!("```{}\n", block.info));
        if block.info != "console" {
            let text: String = block.lines.iter().map(|line| format!("{line}\n")).collect();
            if let Some((_, file)) = block.info.split_once("file=") {
                fs::write(folder.path().join(file), &text).expect("a file");
            }
            written.push_str(&text);
        } else {
            for (command, said) in commands(&block) {
                let printed = run(&command, folder.path());
                let lines: Vec<&str> = printed.lines().collect();
                ran += 1;
                if !matches(&said, &lines) {
                    wrong.push(format!(
                        "$ {command}\nprints\n{printed}\nand the page says\n{}",
                        said.join("\n")
                    ));
                }
                written.push_str(&format!("$ {command}\n"));
                // What is left out on purpose stays so.
                let keeps = said.contains(&"...") && matches(&said, &lines);
                let shown = if keeps { &said } else { &lines };
                for line in shown {
                    written.push_str(line);
                    written.push('\n');
                }
            }
        }
        written.push_str("```\n");
    }
    if update {
        fs::write(&page_path, written).expect("the page can be written");
        return;
    }
    assert!(ran > 5, "only {ran} commands were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
