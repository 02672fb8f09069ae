//! The draft as a file that a person edits and `rate --inventory` reads: an occupation file with comments.

use super::merge::{Draft, Task};
use super::text::tidy;
use super::{FEW, Named, Source};
use crate::inventory::TaskType;
use std::fmt::Write as _;

/// What the head of the file says of how it was made.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    /// What is drafted.
    pub named: &'a Named,
    /// From what.
    pub source: &'a Source,
    /// Version of the prompt and its fingerprint.
    pub prompt: [&'a str; 2],
    /// Each rater whose reply could be read, with the models that it reports.
    pub raters: &'a [(&'a str, Vec<String>)],
}

/// Writes the file. No time stands in it: the same replies make the same bytes.
#[must_use]
pub fn to_toml(draft: &Draft, made: &Made<'_>) -> String {
    let mut out = String::new();
    head(&mut out, draft, made);
    let Named { title, id } = made.named;
    let line = |out: &mut String, key: &str, value: String| {
        let _ = writeln!(out, "{key} = {value}");
    };
    line(&mut out, "id", quoted(id));
    line(&mut out, "title", quoted(title));
    line(&mut out, "description", quoted(&draft.description));
    let titles: Vec<String> = draft
        .alternate_titles
        .iter()
        .map(|title| quoted(title))
        .collect();
    line(
        &mut out,
        "alternate_titles",
        format!("[{}]", titles.join(", ")),
    );
    let of = draft.raters.len();
    for task in &draft.tasks {
        out.push('\n');
        evidence(&mut out, task, of);
        out.push_str(&entry(task));
    }
    if !draft.beyond.is_empty() {
        out.push('\n');
        comment(
            &mut out,
            "Beyond the 20 best supported: take the '# ' away before those that you want.",
        );
        for task in &draft.beyond {
            out.push_str("#\n");
            evidence(&mut out, task, of);
            entry(task).lines().for_each(|line| comment(&mut out, line));
        }
    }
    if draft.dropped().next().is_some() {
        out.push('\n');
        comment(&mut out, "Dropped:");
        for (row, why) in draft.dropped() {
            let proposal = &row.proposal;
            comment(
                &mut out,
                &format!(
                    "- {} ({why}; {}; passage: “{}”)",
                    proposal.statement, row.rater, proposal.passage
                ),
            );
        }
    }
    out
}

fn head(out: &mut String, draft: &Draft, made: &Made<'_>) {
    let Made {
        named,
        source,
        prompt: [version, fingerprint],
        raters,
    } = made;
    let models = |(rater, models): &(&str, Vec<String>)| match models.as_slice() {
        [] => (*rater).to_owned(),
        models => format!("{rater} ({})", models.join(", ")),
    };
    let raters: Vec<String> = raters.iter().map(models).collect();
    comment(
        out,
        &format!(
            "{}: drafted by taskrater {} from {} (BLAKE3 {}).",
            named.title,
            env!("CARGO_PKG_VERSION"),
            source.name(),
            source.digest()
        ),
    );
    comment(
        out,
        &format!(
            "Proposed by language models: {}; prompt draft {version}, {fingerprint}.",
            raters.join(", ")
        ),
    );
    comment(
        out,
        "Nobody has checked this. Every passage stands in the source; whether its task follows from it, whether a task is",
    );
    comment(
        out,
        "missing, and whether the description holds is for you to say. Edit before rating.",
    );
    if draft.tasks.len() < FEW {
        comment(
            out,
            &format!(
                "Only {} tasks: the source may not hold more.",
                draft.tasks.len()
            ),
        );
    }
}

/// Who proposes a task, in which words, resting on what.
fn evidence(out: &mut String, task: &Task, of: usize) {
    let raters = task.raters();
    comment(
        out,
        &format!("{} of {of}: {}", raters.len(), raters.join(", ")),
    );
    for (passage, _) in task.passages() {
        comment(out, &format!("passage: “{passage}”"));
    }
    let mut wordings: Vec<&str> = vec![&task.statement];
    for voice in &task.voices {
        let other = voice.proposal.statement.as_str();
        if !wordings.contains(&other) {
            comment(out, &format!("or: {other} ({})", voice.rater));
            wordings.push(other);
        }
    }
}

fn entry(task: &Task) -> String {
    let kind = match task.kind {
        TaskType::Unknown => String::new(),
        kind => format!("type = {}\n", quoted(kind.name())),
    };
    format!(
        "[[tasks]]\nid = {}\nstatement = {}\n{kind}",
        quoted(&task.id),
        quoted(&task.statement)
    )
}

/// A text as a TOML string on one line.
fn quoted(text: &str) -> String {
    toml::Value::String(tidy(text)).to_string()
}

/// A line of comment: nothing of a text of others can end it.
fn comment(out: &mut String, text: &str) {
    let _ = writeln!(out, "# {}", tidy(text));
}
