//! A run over tasks that another command chose: the same cache, budget, ledger and files as any other run.

use super::recorded;
use super::run::{Run, Written};
use crate::asking::Inquiry as _;
use crate::error::Result;
use crate::inventory::Inventory;
use crate::plan::Plan;
use crate::prompt::Prompt;
use crate::rater::Panel;
use crate::reconcile::{Method, Options};
use crate::shell::cli::AskArgs;
use crate::shell::commands::asking::Keys;
use crate::shell::project::Project;
use serde_json::Value;

/// Tasks, and who is asked how.
pub(in crate::shell::commands) struct Chosen<'a> {
    pub project: &'a Project,
    pub ask: &'a AskArgs,
    /// All its tasks are rated.
    pub inventory: &'a Inventory,
    /// The prompt, and where it came from.
    pub prompt: (&'a Prompt, &'a str),
    pub panel: &'a Panel,
    /// One a rater of the panel.
    pub keys: &'a Keys,
    /// Answers of each hosted rater to each question.
    pub samples: u32,
    /// The name of the command, and what the manifest says of why it was made.
    pub entry: (&'static str, Value),
    /// Whether the command asks more once the run is written.
    pub followed: bool,
}

impl Chosen<'_> {
    /// Rates them into a new folder of `runs/`, with the mean of the raters as consensus: what else is made of the ratings is made
    /// by the command. `None` where a dry run ends.
    ///
    /// # Errors
    /// As `rate`.
    pub fn rate(self) -> Result<Option<Written>> {
        let (prompt, prompt_source) = self.prompt;
        let weights = self.project.weights(self.panel.raters())?;
        let recordings = self.project.recordings(self.panel.raters())?;
        let occupations = self.inventory.occupations().iter().collect();
        let plan = Plan::new(self.inventory, prompt, self.panel, &weights, occupations)
            .with_recordings(&recordings)
            .with_samples(self.samples);
        plan.asking().check_raters()?;
        let settings = self.project.config.settings();
        let options = Options {
            method: Method::Mean,
            contested_share: settings
                .contested
                .unwrap_or(Options::default().contested_share),
            ..Options::default()
        };
        let recorded = recorded::read(&plan, &recordings, false)?;
        Run {
            project: self.project,
            ask: self.ask,
            out: None,
            plan: &plan,
            prompt_source,
            options: &options,
            carry: None,
            labour: None,
            recorded: &recorded,
            followed: self.followed,
            entry: Some(self.entry),
        }
        .write(self.keys)
    }
}
