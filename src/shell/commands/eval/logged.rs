//! What the log of a set knows of a measurement, and what follows from it for whoever chooses among prompts.

use super::ask::{Named, Ready};
use super::log;
use crate::error::Result;
use crate::eval::paired::leading_judge;
use crate::eval::set::{Half, LogLine, LoggedPrompt, Set};
use crate::eval::{Card, Metric, Tried};
use crate::shell::commands::asking::Ended;
use crate::shell::files;
use crate::shell::project::Project;
use crate::shell::terminal::{clean, say};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Whether all was answered, among what a line says more.
const COMPLETE: &str = "complete";
/// Where the prompt came from.
const SOURCE: &str = "source";

/// The measurements of a set, each once: the same prompt, panel and replies on the same tasks tell nothing new.
pub(super) struct Past(Vec<LogLine>);

impl Past {
    /// Reads the log. One that cannot be read is said: no measurement is lost for want of it.
    pub fn read(project: &Project, set: &Set) -> Option<Self> {
        let said = log::read(project, set);
        match said.and_then(|_| lines(project, set)) {
            Ok(lines) => Some(Self(lines)),
            Err(error) => {
                say!(
                    "{}",
                    clean(&format!(
                        "{error}: how many prompts were tried is not known"
                    ))
                );
                None
            }
        }
    }

    /// How often the set was looked at, all that this command measures counted.
    pub fn tried(&self, ready: &Ready<'_>) -> Tried {
        let (digest, half) = (ready.set.digest(), ready.half);
        let own = self.0.iter().filter(|line| line.digest == digest);
        let mut prompts: BTreeSet<&str> = own
            .clone()
            .filter(|line| line.half == Half::Dev)
            .map(|line| &*line.prompt.fingerprint)
            .collect();
        let look = |line: &'_ LogLine| {
            let prompt = line.prompt.fingerprint.clone();
            (prompt, line.panel.clone(), line.samples)
        };
        let mut looks: BTreeSet<(String, String, u32)> = own
            .filter(|line| line.half == Half::Test)
            .map(look)
            .collect();
        for fingerprint in &ready.prompts {
            let panel = ready.panel_fingerprint.clone();
            match half {
                Half::Dev => prompts.insert(fingerprint),
                Half::Test => looks.insert((fingerprint.clone(), panel, ready.samples)),
            };
        }
        Tried {
            prompts: prompts.len(),
            looks_at_test: looks.len(),
        }
    }

    /// Enters a measurement, unless the very same is there.
    pub fn enter(&mut self, project: &Project, line: LogLine) {
        let same = |other: &LogLine| {
            let LogLine { time, run, .. } = &line;
            let other = LogLine {
                time: time.clone(),
                run: run.clone(),
                ..other.clone()
            };
            other == line
        };
        if self.0.iter().any(same) {
            return;
        }
        if let Err(error) = log::append(project, &line) {
            say!(
                "{}",
                clean(&format!("{error}: this measurement is not counted"))
            );
        }
        self.0.push(line);
    }

    /// The best prompt on the dev half by the first figure that counts, among complete measurements of this panel.
    fn best(&self, ready: &Ready<'_>, card: &Card) -> Option<&LogLine> {
        let primary = card.set.primary.first()?;
        let (name, metric) = (primary.to_string(), primary.metric);
        let merit = |line: &LogLine| {
            let number = line.numbers.get(&name).copied().flatten();
            number.map(|number| metric.merit(number))
        };
        let own = self.0.iter().filter(|line| {
            line.half == Half::Dev
                && line.digest == ready.set.digest()
                && line.panel == ready.panel_fingerprint
                && line.more.get(COMPLETE) == Some(&Value::Bool(true))
        });
        let known = own.filter_map(|line| Some((merit(line)?, line)));
        // Of equal ones the first: what came later had to be better.
        let best = known.reduce(|best, next| match next.0 > best.0 {
            true => next,
            false => best,
        });
        best.map(|(_, line)| line)
    }
}

/// The lines of a log that can be read.
fn lines(project: &Project, set: &Set) -> Result<Vec<LogLine>> {
    let path = log::path(project, set.id());
    if !path.exists() {
        return Ok(Vec::new());
    }
    let bytes = files::read(&path)?;
    let lines = bytes.split(|byte| *byte == b'\n');
    Ok(lines
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect())
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
        more: BTreeMap::from([
            (COMPLETE.to_owned(), json!(ended.code == 0)),
            (SOURCE.to_owned(), json!(source)),
        ]),
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
pub(super) fn say_of_choice(ready: &Ready<'_>, card: &Card) {
    let Ok(lines) = lines(ready.project, ready.set) else {
        return;
    };
    let past = Past(lines);
    let set = ready.set.id();
    let (now, ever) = past.prompts(ready);
    let lines = match ready.half {
        Half::Dev if ever < 2 => Vec::new(),
        Half::Dev => dev(&past, ready, card, (now, ever)),
        Half::Test => vec![format!(
            "the test half of {set} was looked at {}, with {}: it says what a prompt is worth as long as no prompt is chosen by it; \
             looking again with another prompt spends it",
            times(past.tried(ready).looks_at_test),
            counted(past.prompts_on_test(ready), "prompt")
        )],
    };
    for line in lines {
        say!("{}", clean(&line));
    }
}

fn dev(past: &Past, ready: &Ready<'_>, card: &Card, (now, ever): (usize, usize)) -> Vec<String> {
    let set = ready.set.id();
    let earlier = match ever > now {
        true => format!(" ({ever} with earlier versions of the set)"),
        false => String::new(),
    };
    let mut lines = vec![format!(
        "{} tried on the dev half of {set}{earlier}: the best of several looks better there than it is, for it was chosen by the very \
         tasks that measure it",
        match now {
            1 => "1 prompt was".to_owned(),
            n => format!("{n} prompts were"),
        }
    )];
    if let Some(best) = past.best(ready, card) {
        let LoggedPrompt {
            id,
            version,
            fingerprint,
            ..
        } = &best.prompt;
        let is_this = *fingerprint == card.prompt.fingerprint;
        let named = match is_this {
            true => "this one".to_owned(),
            false => format!("{id} {version} ({fingerprint})"),
        };
        let source = best.more.get(SOURCE).and_then(Value::as_str);
        lines.push(format!(
            "the best by {} is {named}: `{}` measures it on tasks that had no part in the choice",
            card.set
                .primary
                .first()
                .map(ToString::to_string)
                .unwrap_or_default(),
            on_test(ready, id, source)
        ));
    }
    lines
}

/// The command that measures a prompt on the locked half.
fn on_test(ready: &Ready<'_>, id: &str, source: Option<&str>) -> String {
    let args = ready.args;
    let mut command = format!("taskrater eval {}", args.set.as_deref().unwrap_or_default());
    match source {
        Some(file) if file != "built in" => command.push_str(&format!(" --prompt {file}")),
        _ => command.push_str(&format!(" --rubric {id}")),
    }
    command.push_str(" --half test");
    if let Some(path) = &args.inventory.inventory {
        command.push_str(&format!(" --inventory {}", path.display()));
    }
    if let Some(panel) = &args.ask.panel {
        command.push_str(&format!(" --panel {panel}"));
    }
    if let Some(samples) = args.samples {
        command.push_str(&format!(" --samples {samples}"));
    }
    for rater in &args.ask.rater {
        command.push_str(&format!(" --rater {rater}"));
    }
    command
}

impl Past {
    /// Different prompts that were measured on the dev half, those of this command among them: of this version of the set, and of
    /// any.
    fn prompts(&self, ready: &Ready<'_>) -> (usize, usize) {
        let of = |digest: Option<&str>| {
            let own = self.0.iter().filter(|line| {
                line.half == Half::Dev && digest.is_none_or(|digest| line.digest == digest)
            });
            let own = own.map(|line| &*line.prompt.fingerprint);
            let now = ready.prompts.iter().map(String::as_str);
            let prompts: BTreeSet<&str> = own.chain(now).collect();
            prompts.len()
        };
        (of(Some(ready.set.digest())), of(None))
    }

    /// Different prompts that were measured on the test half of this version of the set.
    fn prompts_on_test(&self, ready: &Ready<'_>) -> usize {
        let own = self
            .0
            .iter()
            .filter(|line| line.half == Half::Test && line.digest == ready.set.digest());
        let prompts: BTreeSet<&str> = own.map(|line| &*line.prompt.fingerprint).collect();
        prompts.len()
    }
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}

fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        n => format!("{n} {what}s"),
    }
}
