//! The run that ratings are taken over from, and whether it can be relied on.

use super::{broken, names};
use crate::asking::Inquiry as _;
use crate::error::{Error, Kind, Result};
use crate::inventory::Field;
use crate::plan::Plan;
use crate::prompt::{self, Prompt};
use crate::rater::Llm;
use crate::shell::commands::asking::{RaterLine, request_fingerprint};
use crate::shell::files;
use crate::shell::project::Project;
use crate::shell::run_folder::{MANIFEST, find_run};
use crate::shell::run_ratings::RATINGS;
use crate::shell::run_tasks::RunTasks;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// An earlier run whose files are as it wrote them.
pub(in crate::shell::commands::rate) struct Source {
    pub past: Past,
    pub tasks: RunTasks,
    /// `ratings.jsonl`, and the hash of its bytes.
    pub ratings: PathBuf,
    pub digest: String,
}

/// What its manifest says.
#[derive(Deserialize)]
pub(in crate::shell::commands::rate) struct Past {
    pub run: String,
    pub plan: String,
    status: String,
    pub inventory: Value,
    prompt: PromptLine,
    pub raters: Vec<RaterLine>,
    /// Number of ratings by outcome.
    pub outcomes: BTreeMap<String, u64>,
    /// Hashes of its files; older runs have none.
    #[serde(default)]
    files: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct PromptLine {
    id: String,
    fingerprint: String,
    schema_fingerprint: String,
}

impl Source {
    /// Finds a run and checks that it ended and that its files are those it wrote. `out` is where the run at hand goes.
    pub fn open(project: &Project, name: &str, out: Option<&Path>) -> Result<Self> {
        let (folder, manifest) = find_run(project.folder(), name)?;
        let past: Past = serde_json::from_value(manifest).map_err(|error| {
            let place = folder.join(MANIFEST);
            Error::input(format!("{} is no manifest of a run", place.display())).because(error)
        })?;
        let run = &past.run;
        let here = out.and_then(|out| out.canonicalize().ok());
        if here.is_some_and(|here| folder.canonicalize().is_ok_and(|folder| folder == here)) {
            let message = format!("run {run} cannot be carried over into its own folder");
            return Err(Error::new(Kind::Usage, message).hint("name another folder with --out"));
        }
        if !["complete", "incomplete", "interrupted"].contains(&past.status.as_str()) {
            let message = format!("run {run} did not end (its manifest says {})", past.status);
            return Err(Error::input(message)
                .hint("the same `rate` command again finishes it; what was paid for is cached"));
        }
        let ratings = folder.join(RATINGS);
        if !ratings.is_file() {
            return Err(broken(format!("run {run} has no ratings.jsonl"), run));
        }
        for (name, digest) in &past.files {
            let path = folder.join(name);
            if files::digest(&path)? != *digest {
                let message = format!("{} is not as run {run} wrote it", path.display());
                return Err(broken(message, run));
            }
        }
        Ok(Self {
            digest: files::digest(&ratings)?,
            tasks: RunTasks::read(&folder)?,
            ratings,
            past,
        })
    }

    /// Ratings under another prompt are answers to another question.
    pub fn check_prompt(&self, prompt: &Prompt) -> Result<()> {
        let (run, was) = (&self.past.run, &self.past.prompt);
        if was.fingerprint == prompt.fingerprint() {
            return Ok(());
        }
        let message = format!(
            "run {run} was asked with another prompt: {} {}, not {} {}",
            was.id,
            was.fingerprint,
            prompt.id(),
            prompt.fingerprint()
        );
        Err(Error::input(message).hint(
            "a rating answers the prompt it was asked with; --prompt or --rubric names that one, or leave --carry-over out",
        ))
    }

    /// What counts has to be known on both sides.
    pub fn check_compared(&self, counted: &[Field], not_compared: &[Field]) -> Result<()> {
        let unknown: Vec<Field> = counted
            .iter()
            .copied()
            .filter(|field| not_compared.contains(field))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let message = format!(
            "whether {} changed since run {} cannot be told: one of the two says nothing of it",
            names(&unknown, " and "),
            self.past.run
        );
        Err(Error::input(message).hint(
            "what the prompt tells or --ask-changed names has to be in the tasks.csv of that run and in the inventory",
        ))
    }

    /// How the rater was asked otherwise than it would be now; `None` where it was not.
    pub fn asked_otherwise(&self, plan: &Plan<'_>, id: &str, llm: &Llm) -> Option<String> {
        let run = &self.past.run;
        let Some(was) = self.past.raters.iter().find(|was| was.id == id) else {
            return Some(format!("it is not in run {run}"));
        };
        let differences = was.differences(llm);
        let schema = prompt::fingerprint(plan.prompt.schema().text().as_bytes());
        let same = match &was.request_fingerprint {
            Some(fingerprint) => *fingerprint == request_fingerprint(plan.asking(), llm),
            // Older manifests hold the fields alone.
            None => differences.is_empty() && self.past.prompt.schema_fingerprint == schema,
        };
        match (same, differences.as_slice()) {
            (true, _) => None,
            (false, []) => Some(format!("its requests are not those of run {run}")),
            (false, some) => Some(format!("since run {run} its {} changed", some.join(", "))),
        }
    }

    /// What a reader should know of a run that did not come to its end.
    pub fn remark(&self) -> Option<String> {
        (self.past.status != "complete").then(|| {
            format!(
                "run {} is {}: what it lacks is asked",
                self.past.run, self.past.status
            )
        })
    }
}
