//! `cache explain`: whether a question is in the cache, and if not, what differs from the nearest entry.

use super::line::hex;
use super::{Counter, each, open_in, print};
use crate::asking::{Inquiry as _, Question};
use crate::error::{Error, Kind, Result};
use crate::inventory::{Inventory, Wanted};
use crate::plan::{Item, Plan};
use crate::prompt::Prompt;
use crate::rater::{Llm, Panel};
use crate::reply::{Verdict, read};
use crate::shell::cache::{Cache, Difference, Entry, Found, Kept, nearest};
use crate::shell::cli::CacheExplainArgs;
use crate::shell::project::Project;
use crate::shell::terminal::{bold, clean};
use crate::wire::{RequestRecord, decode};
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Serialize)]
struct Explanation {
    rater: String,
    occupation_id: String,
    task_id: String,
    sample: u32,
    key: String,
    /// hit, miss or damaged.
    state: &'static str,
    /// The entry, on a hit.
    entry: Option<Line>,
    /// Why `rate` would ask all the same, on a hit.
    asked_all_the_same: Option<&'static str>,
    /// The nearest entry, on a miss.
    nearest: Option<Line>,
    differences: Vec<Apart>,
}

#[derive(Serialize)]
struct Line {
    time: String,
    rater: String,
    model: Option<String>,
    occupation_id: String,
    task_id: String,
    outcome: &'static str,
    cost_nanodollars: Option<crate::rater::Nanodollars>,
}

#[derive(Serialize)]
struct Apart {
    field: String,
    before: Option<String>,
    now: Option<String>,
    what: String,
}

/// Runs the command.
pub(super) fn run(args: &CacheExplainArgs) -> Result<u8> {
    let project = Project::find()?;
    let (prompt, _) = match &args.prompt {
        Some(path) => Project::prompt_file(path)?,
        None => {
            let set = project.config.settings().rubric.as_deref();
            project.prompt(args.rubric.as_deref().or(set).unwrap_or("impact"))?
        }
    };
    let panel = project
        .config
        .panel(None, std::slice::from_ref(&args.rater))?;
    let llm = hosted(&panel)?;
    let inventory = project.inventory(&args.inventory, Wanted::default())?;
    let item = item(&inventory, args)?;
    let weights = project.weights(panel.raters())?;
    let plan = Plan::new(&inventory, &prompt, &panel, &weights, Vec::new());
    let question = plan.question(llm, item, args.sample)?;
    let record = plan.asking().record(llm, &question);
    let cache = open_in(&args.at, &project)?;
    let explanation = explain(&cache, args, item, &question, &record, (&prompt, llm))?;
    print(args.at.json, &explanation, &explanation.page())?;
    Ok(0)
}

fn hosted(panel: &Panel) -> Result<&Llm> {
    let rater = &panel.raters()[0];
    rater.llm().ok_or_else(|| {
        Error::new(
            Kind::Usage,
            format!(
                "'{}' is not a hosted rater: it has no cached replies",
                rater.id
            ),
        )
        .hint("`taskrater raters` lists the raters and what they are")
    })
}

/// The one task that is meant.
fn item<'a>(inventory: &'a Inventory, args: &CacheExplainArgs) -> Result<Item<'a>> {
    let mut found = Vec::new();
    for occupation in inventory.occupations() {
        let meant = args.occupation.as_deref().is_none_or(|wanted| {
            occupation.id == wanted || occupation.title.eq_ignore_ascii_case(wanted)
        });
        let tasks = occupation
            .tasks
            .iter()
            .filter(|task| meant && task.id == args.task);
        found.extend(tasks.map(|task| Item { occupation, task }));
    }
    match found.as_slice() {
        [item] => Ok(*item),
        [] => Err(Error::input(format!("{} has no task '{}'", inventory.name(), args.task)).hint(
            "task ids stand in consensus.csv of a run; --inventory PATH names another inventory, --occupation another occupation",
        )),
        several => {
            let list: Vec<String> = several
                .iter()
                .map(|item| format!("\n  {}  {}", item.occupation.id, item.occupation.title))
                .collect();
            Err(Error::input(format!(
                "several occupations have a task '{}':{}",
                args.task,
                list.concat()
            ))
            .hint("name one with --occupation CODE"))
        }
    }
}

fn explain(
    cache: &Cache,
    args: &CacheExplainArgs,
    item: Item<'_>,
    question: &Question,
    record: &RequestRecord,
    (prompt, llm): (&Prompt, &Llm),
) -> Result<Explanation> {
    let (occupation, task) = (&item.occupation.id, &item.task.id);
    let mut explanation = Explanation {
        rater: args.rater.clone(),
        occupation_id: occupation.clone(),
        task_id: task.clone(),
        sample: question.sample,
        key: hex(&question.key),
        state: "miss",
        entry: None,
        asked_all_the_same: None,
        nearest: None,
        differences: Vec::new(),
    };
    match cache.get(&question.key, occupation, task)? {
        Found::Whole(entry) => {
            explanation.state = "hit";
            let answer = decode(llm.wire, entry.status, entry.body.as_bytes());
            let read = answer.map(|answer| read(prompt, &answer));
            if !matches!(read, Ok(Verdict::Rated(_) | Verdict::Refused(_))) {
                explanation.asked_all_the_same = Some("today's parser does not accept the reply");
            }
            explanation.entry = Some(Line::of(&entry));
            return Ok(explanation);
        }
        Found::Damaged => explanation.state = "damaged",
        Found::Nothing => {}
    }
    let mut known = cache.of_task(occupation, task)?.unwrap_or_default();
    if known.is_empty() {
        known = elsewhere(cache, record, task)?;
    }
    if let Some((kept, apart)) = nearest(record, &args.rater, &known) {
        explanation.nearest = Some(Line::of(&kept.entry));
        explanation.differences = apart.into_iter().map(Apart::of).collect();
    }
    Ok(explanation)
}

/// Entries of the same question text or task id anywhere: task ids may have changed with the inventory.
fn elsewhere(cache: &Cache, record: &RequestRecord, task: &str) -> Result<Vec<Kept>> {
    let question = record.0.get("question");
    let mut found = Vec::new();
    each(cache, &Counter::start("entries read"), |_, kept| {
        let same =
            |entry: &Entry| entry.task_id == task || entry.request.0.get("question") == question;
        found.extend(kept.filter(|kept| same(&kept.entry)));
        Ok(())
    })?;
    Ok(found)
}

impl Line {
    fn of(entry: &Entry) -> Self {
        Self {
            time: entry.time.clone(),
            rater: entry.rater.clone(),
            model: entry.request.0.get("model").cloned(),
            occupation_id: entry.occupation_id.clone(),
            task_id: entry.task_id.clone(),
            outcome: entry.outcome.name(),
            cost_nanodollars: entry.cost,
        }
    }

    fn show(&self) -> String {
        let cost = self.cost_nanodollars.map_or_else(
            || "cost unknown".to_owned(),
            |cost| format!("${:.6}", cost.dollars()),
        );
        clean(&format!(
            "{} of {}, by {} ({}), {} {}, {cost}",
            self.outcome,
            self.time,
            self.rater,
            self.model.as_deref().unwrap_or("model unknown"),
            self.occupation_id,
            self.task_id,
        ))
    }
}

impl Apart {
    fn of(difference: Difference) -> Self {
        let what = difference.describe();
        let Difference { field, before, now } = difference;
        Self {
            field,
            before,
            now,
            what,
        }
    }

    fn show(&self) -> String {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "not set".to_owned());
        let values = format!(
            "{} {} → {}",
            self.field,
            value(&self.before),
            value(&self.now)
        );
        clean(&if values == self.what {
            values
        } else {
            format!("{values}: {}", self.what)
        })
    }
}

impl Explanation {
    fn page(&self) -> String {
        let mut out = String::new();
        let Self {
            rater,
            occupation_id,
            task_id,
            sample,
            key,
            ..
        } = self;
        let _ = writeln!(
            out,
            "{rater} about {occupation_id} {task_id}, sample {sample}, key {key}"
        );
        if let Some(entry) = &self.entry {
            let _ = writeln!(out, "{}: {}", bold("hit"), entry.show());
            if let Some(why) = self.asked_all_the_same {
                let _ = writeln!(out, "but it would be asked again: {why}");
            }
            return out;
        }
        let damaged = if self.state == "damaged" {
            " (there is an entry, and it is damaged)"
        } else {
            ""
        };
        let _ = writeln!(out, "{}{damaged}", bold("miss"));
        match &self.nearest {
            None => out.push_str("nothing was asked about this task before\n"),
            Some(nearest) => {
                let _ = writeln!(out, "nearest entry: {}", nearest.show());
                for apart in &self.differences {
                    let _ = writeln!(out, "  {}", apart.show());
                }
            }
        }
        out
    }
}
