//! What is logged of a measurement, and what follows from the log for whoever chooses among prompts.

use super::ask::{Named, Ready};
use super::log;
use crate::eval::paired::leading_judge;
use crate::eval::set::{Half, Log, LogLine, LoggedPrompt};
use crate::eval::{Card, Metric};
use crate::shell::commands::asking::Ended;
use crate::shell::project::Project;
use crate::shell::run_folder::PROMPT;
use crate::shell::terminal::{clean, say, shell_word};
use std::collections::BTreeMap;
use std::path::Path;

/// Enters a measurement, unless the very same is there: the same prompt, panel and replies on the same tasks tell nothing new.
/// A log that cannot be written is said: no measurement is lost for want of it.
pub(super) fn enter(ready: &Ready<'_>, line: &LogLine) {
    let known = log::read(ready.project, ready.set);
    if known.is_ok_and(|log| log.has(line)) {
        return;
    }
    if let Err(error) = log::append(ready.project, line) {
        say!(
            "{}",
            clean(&format!("{error}: this measurement is not counted"))
        );
    }
}

/// The log with all that this command entered. One that cannot be read, and lines of it that cannot, are said.
pub(super) fn read(ready: &Ready<'_>) -> Option<Log> {
    match log::read(ready.project, ready.set) {
        Ok(log) => {
            log::say_damaged(&log);
            Some(log)
        }
        Err(error) => {
            let what = "how many prompts were tried is not known";
            say!("{}", clean(&format!("{error}: {what}")));
            None
        }
    }
}

/// The line of a measurement.
pub(super) fn line(
    ready: &Ready<'_>,
    (_, source): &Named,
    card: &Card,
    (run, ended): (&str, Ended),
) -> LogLine {
    let prompt = &card.prompt;
    LogLine {
        time: crate::shell::schedule::now(),
        taskrater: card.taskrater.clone(),
        set: card.set.id.clone(),
        digest: card.set.digest.clone(),
        half: ready.half,
        prompt: LoggedPrompt {
            id: prompt.id.clone(),
            version: prompt.version.clone(),
            fingerprint: prompt.fingerprint.clone(),
            schema: prompt.schema.clone(),
        },
        panel: ready.panel_fingerprint.clone(),
        samples: ready.samples,
        run: run.to_owned(),
        numbers: numbers(card),
        complete: ended.code == 0,
        source: source.clone(),
        more: BTreeMap::new(),
    }
}

/// The figures that the set declares, of the judge that stands for the whole.
fn numbers(card: &Card) -> BTreeMap<String, Option<f64>> {
    let primary = card.set.primary.iter();
    primary
        .map(|one| (one.to_string(), figure(card, &one.dimension, one.metric)))
        .collect()
}

/// A figure of the consensus of a dimension, or of the only rater that covers it.
fn figure(card: &Card, dimension: &str, metric: Metric) -> Option<f64> {
    let judge = leading_judge(card, dimension)?;
    let scores = card.dimensions.iter();
    let scores = scores.clone().find(|one| one.dimension == dimension)?;
    let judge = scores.judges.iter().find(|one| one.judge == judge)?;
    Some(judge.figures.get(&metric)?.point)
}

/// What whoever chooses among prompts should know, on stderr.
pub(super) fn say_of_choice(ready: &Ready<'_>, card: &Card, log: &Log) {
    let (set, tried) = (ready.set.id(), log.tried(ready.set.digest()));
    let lines = match ready.half {
        Half::Dev if tried.prompts.ever < 2 => Vec::new(),
        Half::Dev => dev(ready, card, log),
        Half::Test => vec![format!(
            "the test half of {set} was looked at {}: it says what a prompt is worth as long as no prompt is chosen by it; looking \
             again with another prompt spends it",
            tried.looks()
        )],
    };
    for line in lines {
        say!("{}", clean(&line));
    }
}

fn dev(ready: &Ready<'_>, card: &Card, log: &Log) -> Vec<String> {
    let (set, digest) = (ready.set.id(), ready.set.digest());
    let prompts = log.tried(digest).prompts;
    let earlier = match prompts.ever > prompts.now {
        true => format!(" ({} with earlier versions of the set)", prompts.ever),
        false => String::new(),
    };
    let mut lines = vec![format!(
        "{} tried on the dev half of {set}{earlier}: the best of several looks better there than it is, for it was chosen by the very \
         tasks that measure it",
        match prompts.now {
            1 => "1 prompt was".to_owned(),
            n => format!("{n} prompts were"),
        }
    )];
    let primary = card.set.primary.first();
    let best = primary.and_then(|primary| {
        Some((
            primary,
            log.best(digest, &ready.panel_fingerprint, primary)?,
        ))
    });
    if let Some((primary, best)) = best {
        let LoggedPrompt {
            id,
            version,
            fingerprint,
            ..
        } = &best.prompt;
        let named = match *fingerprint == card.prompt.fingerprint {
            true => "this one".to_owned(),
            false => format!("{id} {version} ({fingerprint})"),
        };
        lines.push(match place(ready.project, best) {
            Some(place) => format!(
                "the best by {primary} is {named}: `{}` measures it on tasks that had no part in the choice",
                on_test(ready, &place)
            ),
            None => format!(
                "the best by {primary} is {named}; its text is no longer there: {} is another one now, and run {} has no prompt",
                best.source, best.run
            ),
        });
    }
    lines
}

/// The words of a command that name the very prompt of a measurement: where it was then, or the copy that its run keeps, since
/// people edit prompts in place. `None` where the text is in neither.
fn place(project: &Project, of: &LogLine) -> Option<String> {
    let is_it = |path: &Path| {
        let read = Project::prompt_file(path);
        read.is_ok_and(|(prompt, _)| prompt.fingerprint() == of.prompt.fingerprint)
    };
    let by_id = project.prompt(&of.prompt.id);
    let by_id = by_id.is_ok_and(|(prompt, source)| {
        source == of.source && prompt.fingerprint() == of.prompt.fingerprint
    });
    if by_id {
        return Some(format!("--rubric {}", shell_word(&of.prompt.id)));
    }
    let working = std::env::current_dir().unwrap_or_default();
    let kept = project.folder().join("runs").join(&of.run).join(PROMPT);
    let kept = kept.strip_prefix(&working).unwrap_or(&kept);
    let mut places = [Path::new(&of.source), kept].into_iter();
    let found = places.find(|path| is_it(path))?;
    Some(format!(
        "--prompt {}",
        shell_word(&found.display().to_string())
    ))
}

/// The command that measures a prompt on the locked half.
fn on_test(ready: &Ready<'_>, prompt: &str) -> String {
    let args = ready.args;
    let mut command = vec!["taskrater eval".to_owned()];
    command.push(shell_word(args.set.as_deref().unwrap_or_default()));
    command.push(prompt.to_owned());
    command.push("--half test".to_owned());
    if let Some(path) = &args.inventory.inventory {
        let path = shell_word(&path.display().to_string());
        command.push(format!("--inventory {path}"));
    }
    if let Some(panel) = &args.ask.panel {
        command.push(format!("--panel {}", shell_word(panel)));
    }
    if let Some(samples) = args.samples {
        command.push(format!("--samples {samples}"));
    }
    let raters = args.ask.rater.iter();
    command.extend(raters.map(|rater| format!("--rater {}", shell_word(rater))));
    command.join(" ")
}
