//! The files that a measurement is asked to leave beside its run.

use super::against::{Against, diff};
use super::ask::{Named, Ready};
use super::outcome::Outcome;
use super::{log, measure, sets};
use crate::error::{Error, Kind, Result};
use crate::eval::gate::{GateMode, gate};
use crate::eval::junit::junit;
use crate::eval::markdown as compared;
use crate::eval::set::{ABOUT, GOLD};
use crate::rater::Source;
use crate::shell::cli::EvalArgs;
use crate::shell::files::{is_special, make_writable, target, write_whole};
use crate::shell::terminal::{clean, clean_lines, say};
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// What the JUnit and the Markdown that this command writes have in them.
const OURS: [&str; 2] = ["<testsuites name=\"taskrater eval ", "### "];
/// Bytes of a file that are looked at to see whether this command wrote it.
const HEAD: u64 = 400;

/// Refuses to write over what the measurement reads, and two outputs in one place.
///
/// # Errors
/// An output is an input, or another output.
pub(super) fn refuse_inputs(
    ready: &Ready<'_>,
    prompt: &Named,
    against: Option<&Against>,
) -> Result<()> {
    let args = ready.args;
    let outputs: Vec<(&str, &Path)> = [
        ("--card", &args.card),
        ("--junit", &args.junit),
        ("--markdown", &args.markdown),
    ]
    .into_iter()
    .filter_map(|(flag, path)| Some((flag, path.as_deref()?)))
    // Into a pipe or a device all may go.
    .filter(|(_, path)| !is_special(path))
    .collect();
    let refused = |message: String| {
        Err(Error::new(Kind::Usage, message)
            .hint("name another file for it; nothing has been asked yet"))
    };
    let inputs = inputs(ready, prompt, against);
    for (n, (flag, path)) in outputs.iter().enumerate() {
        let own = place(path);
        let (name, same) = (path.display(), |other: &Path| place(other) == own);
        if let Some((other, _)) = outputs[..n].iter().find(|(_, path)| same(path)) {
            return refused(format!("{other} and {flag} are both {name}"));
        }
        let is_card = |what: &str| *flag == "--card" && what == CARD_BEFORE;
        let read = inputs
            .iter()
            .find(|(what, path)| same(path) && !is_card(what));
        if let Some((what, _)) = read {
            return refused(format!("{flag} {name} would write over {what}"));
        }
        let folder = inputs
            .iter()
            .find(|(_, input)| input.is_dir() && own.starts_with(place(input)));
        if let Some((what, _)) = folder.filter(|_| own.is_file() && !is_ours(path)) {
            return refused(format!("{flag} {name} would write over a file of {what}"));
        }
    }
    Ok(())
}

/// What `--against` is where it is a card: the one input that may be written anew.
const CARD_BEFORE: &str = "the card of --against";

/// All files that decide what is measured, and what errors call them.
fn inputs(
    ready: &Ready<'_>,
    (_, prompt): &Named,
    against: Option<&Against>,
) -> Vec<(&'static str, PathBuf)> {
    let (project, set) = (ready.project, ready.set);
    let own = sets::folder(project, set.id());
    let mut all = vec![
        ("the prompt", PathBuf::from(prompt)),
        ("taskrater.toml", project.folder().join("taskrater.toml")),
        ("the log of the set", log::path(project, set.id())),
    ];
    for folder in [
        own,
        PathBuf::from(set.name()),
        project.folder().join(set.name()),
    ] {
        all.extend([ABOUT, GOLD].map(|file| ("the eval set", folder.join(file))));
    }
    match against {
        Some(Against::Card(_, file)) => all.push((CARD_BEFORE, PathBuf::from(file))),
        Some(Against::Prompt(other)) => {
            all.push(("the prompt of --against", PathBuf::from(&other.1)))
        }
        None => {}
    }
    let set_up = project.config.settings().inventory.as_deref();
    let inventory = ready.args.inventory.inventory.clone();
    let inventory = inventory.or_else(|| Some(project.folder().join(set_up?)));
    all.extend(inventory.map(|path| ("the inventory", path)));
    for rater in ready.panel.raters() {
        let file = match &rater.source {
            Source::Surrogate { file } => file.as_ref(),
            Source::Recording(recording) => Some(&recording.file),
            Source::Llm(_) => None,
        };
        all.extend(file.map(|file| ("the file of a rater", project.folder().join(file))));
    }
    all
}

/// Where a name leads, whatever it is called there; of what is not there yet, the place that it will have.
fn place(path: &Path) -> PathBuf {
    let path = target(path);
    if let Ok(found) = path.canonicalize() {
        return found;
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new(".")).canonicalize();
    match (folder, path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => std::path::absolute(&path).unwrap_or(path),
    }
}

/// Finds out before anything is asked that they can be written. The gate and the Markdown of an earlier call are taken away: a
/// verdict that is not reached must not be there. A card stays until another takes its place, and so does what is no output of
/// this command.
///
/// # Errors
/// One cannot be written.
pub(super) fn check(args: &EvalArgs) -> Result<()> {
    let paths = [&args.junit, &args.markdown, &args.card];
    for path in paths.into_iter().flatten() {
        make_writable(path).map_err(|error| unwritable(path, error))?;
    }
    for path in [&args.junit, &args.markdown].into_iter().flatten() {
        if is_ours(path) {
            fs::remove_file(target(path)).map_err(|error| unwritable(path, error))?;
        }
    }
    Ok(())
}

fn unwritable(path: &Path, error: io::Error) -> Error {
    Error::new(Kind::Io, format!("cannot write {}", path.display()))
        .because(error)
        .hint("name a file that can be written; nothing has been asked yet")
}

/// Whether a file is JUnit or Markdown of this command.
fn is_ours(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = path.is_file().then(|| fs::File::open(path).ok()).flatten();
    let read = read.and_then(|file| file.take(HEAD).read_to_end(&mut head).ok());
    let head = String::from_utf8_lossy(&head);
    let [junit, markdown] = OURS;
    let line = head.lines().next().unwrap_or_default();
    let headed =
        line.starts_with(markdown) && (line.contains(" half: prompt ") || line.ends_with(" half"));
    read.is_some() && (headed || head.contains(junit))
}

/// Writes them.
///
/// # Errors
/// One cannot be written.
pub(super) fn write(args: &EvalArgs, outcome: &Outcome) -> Result<()> {
    let new = &outcome.new;
    if let Some(path) = &args.card {
        match new.ended.cut_short() && path.exists() {
            true => say!(
                "{}",
                clean(&format!(
                    "{} stays as it was: the measurement was cut short",
                    path.display()
                ))
            ),
            false => measure::write(&new.card, path)?,
        }
    }
    if let Some(path) = &args.markdown {
        text(path, &markdown(outcome))?;
    }
    let Some((path, one)) = args.junit.as_ref().zip(outcome.compared.as_ref()) else {
        return Ok(());
    };
    // Without a limit there are the declared figures.
    let none = || gate(&one.comparison, &[], GateMode::Detected);
    let gate = outcome.gate.clone().unwrap_or_else(none);
    text(path, &junit(&one.comparison, &gate)?)
}

fn text(path: &Path, text: &str) -> Result<()> {
    write_whole(path, |out| {
        let written = out.write_all(text.as_bytes());
        written.map_err(|error| Error::io(format!("cannot write {}", path.display()), error))
    })
}

/// The measurement for people who read it beside a change: what was compared first, then what was measured.
fn markdown(outcome: &Outcome) -> String {
    let mut parts = Vec::new();
    if let Some(one) = &outcome.compared {
        let text = compared::markdown(&one.comparison, outcome.gate.as_ref());
        parts.push(match outcome.undecided() {
            // The checks stand below as they came out on what there is.
            Some(words) => text.replacen("**Gate passed**", &format!("**Gate {words}**"), 1),
            None => text,
        });
        if let Some(diff) = diff(&one.old, &outcome.new.card) {
            parts.push(format!(
                "### What changed in the prompt\n\n{}",
                fenced(&diff)
            ));
        }
    }
    if let Some(between) = &outcome.between {
        parts.push(compared::markdown(between, None));
    }
    parts.push(crate::eval::markdown(&outcome.new.card, outcome.tried));
    let parts: Vec<&str> = parts.iter().map(|part| part.trim_end()).collect();
    clean_lines(&format!("{}\n", parts.join("\n\n")))
}

/// A block of code with more marks around it than are in it.
fn fenced(text: &str) -> String {
    let mut longest = 0;
    let mut now = 0;
    for c in text.chars() {
        now = if c == '`' { now + 1 } else { 0 };
        longest = longest.max(now);
    }
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}diff\n{}\n{fence}", text.trim_end())
}
