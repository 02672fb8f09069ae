//! What hosted raters were sent about the task, and how what they answered was read.

use super::text;
use crate::asking::Asking;
use crate::error::{Error, Kind, Result};
use crate::inventory::{Inventory, Item};
use crate::prompt::Prompt;
use crate::rater::{Panel, Structured, Wire};
use crate::rating::Repair;
use crate::reply::parse;
use crate::shell::cache::{Cache, Entry, Found};
use crate::shell::commands::asking::request_fingerprint;
use crate::shell::files::read_text;
use crate::shell::project::Project;
use crate::shell::run_folder::PROMPT;
use crate::shell::terminal::say;
use crate::wire::{Stop, decode, system_text};
use serde::Deserialize as _;
use serde_json::{Value, json};
use std::path::Path;

/// The prompt of a run and the question about one of its tasks.
pub(super) struct Asked<'a> {
    prompt: Prompt,
    item: Item<'a>,
    question: String,
}

impl<'a> Asked<'a> {
    /// From the prompt that the run kept in its folder; `None` where there is none, or none that asked this run.
    pub fn read(
        folder: &Path,
        manifest: &Value,
        tasks: &'a Inventory,
        task: &str,
    ) -> Result<Option<Self>> {
        let path = folder.join(PROMPT);
        let item = tasks.items().find(|item| item.task.id == task);
        let (Some(item), true) = (item, path.is_file()) else {
            return Ok(None);
        };
        let prompt = Prompt::parse(&path.display().to_string(), &read_text(&path)?)?;
        if prompt.fingerprint() != text(&manifest["prompt"], "fingerprint") {
            let message = format!("{} is not the prompt of this run", path.display());
            return Err(Error::input(message).hint(
                "the same `rate` command again, with --out naming its folder, writes its files anew",
            ));
        }
        Ok(Some(Self {
            question: prompt.question(item.occupation, item.task)?,
            prompt,
            item,
        }))
    }

    /// What a rater was sent; `rater` is what the manifest says of it.
    pub fn sent(&self, rater: &Value) -> Value {
        let structured = Structured::deserialize(&rater["structured"]).unwrap_or_default();
        let system = system_text(structured, self.prompt.system(), self.prompt.schema());
        let schema = (structured == Structured::Schema).then(|| self.prompt.schema().json());
        json!({ "system": system, "question": self.question, "schema": schema })
    }

    /// How an answer was read, in words; `attempt` has its status and body.
    pub fn reading(&self, rater: &Value, attempt: &Value) -> Option<String> {
        let wire = Wire::deserialize(&rater["wire"]).ok()?;
        let status = u16::try_from(attempt["status"].as_u64()?).ok()?;
        let answer = match decode(wire, status, attempt["body"].as_str()?.as_bytes()) {
            Ok(answer) => answer,
            Err(failure) => return Some(format!("not an answer: {}", failure.message)),
        };
        Some(match &answer.stop {
            Stop::Refusal(words) => format!("the model declined: {words}"),
            Stop::Length => "cut off by the limit on tokens: not parsed".to_owned(),
            Stop::End => match parse(&self.prompt, &answer.text) {
                Ok(parsed) => step(parsed.repair).to_owned(),
                Err(reason) => format!("cannot be used: {reason}"),
            },
        })
    }

    /// The reply in the project's cache that answers for a rater, as a ledger would have it; `None` where there is none, or
    /// the rater is not asked any more as it was.
    pub fn cached(&self, project: &Project, rater: &Value, sample: u64) -> Result<Option<Value>> {
        let id = text(rater, "id");
        let known = project.config.raters().iter().find(|known| known.id == id);
        let Some(known) = known.cloned() else {
            return Ok(None);
        };
        let panel = Panel::new(vec![known])?;
        let asking = Asking::new(&panel, self.prompt.system(), self.prompt.schema());
        let Some(llm) = panel.raters()[0].llm() else {
            return Ok(None);
        };
        let folder = project.folder().join("cache");
        if request_fingerprint(&asking, llm) != text(rater, "request_fingerprint")
            || !Cache::is_in(&folder)
        {
            return Ok(None);
        }
        let cache = match Cache::open_to_look(&folder, &|line| say!("{line}")) {
            Err(error) if error.kind() == Kind::Locked => {
                say!("{error}: replies that lie in it are not shown");
                return Ok(None);
            }
            opened => opened?,
        };
        let sample = u32::try_from(sample).unwrap_or(u32::MAX);
        let key = asking.question(llm, self.question.clone(), sample).key;
        let Item { occupation, task } = self.item;
        match cache.get(&key, &occupation.id, &task.id)? {
            Found::Whole(entry) => Ok(Some(as_attempt(*entry))),
            Found::Damaged | Found::Nothing => Ok(None),
        }
    }
}

/// A step of the parse ladder, in words.
fn step(repair: Repair) -> &'static str {
    match repair {
        Repair::Direct => "read as it is",
        Repair::Fence => "read after its code fence was taken off",
        Repair::Bracket => "read out of the prose around it",
        Repair::Reask => "read from the answer to a second question",
        Repair::Resend => "read from the answer with a larger limit",
    }
}

fn as_attempt(entry: Entry) -> Value {
    let history = entry.history.iter();
    let history = history.map(|(status, body)| json!({ "status": status, "body": body }));
    json!({
        "from": "cache", "time": entry.time, "outcome": entry.outcome, "status": entry.status, "usage": entry.usage,
        "cost_nanodollars": entry.cost, "body": entry.body, "history": history.collect::<Vec<_>>(),
    })
}
