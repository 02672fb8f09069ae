//! What a measurement asks: the tasks of a half, a panel without the set's own gold, a prompt that can answer in its dimensions.
//! Everything that could stop it is found out before anything is asked.

use super::sets;
use crate::asking::Asking;
use crate::error::{Error, Kind, Result};
use crate::estimate::Estimate;
use crate::eval::Card;
use crate::eval::set::{GOLD, Half, Joined, Set};
use crate::plan::Plan;
use crate::prompt::{Prompt, fingerprint};
use crate::rater::{Panel, Rater, Source};
use crate::shell::cli::{AskArgs, EvalArgs, HalfArg};
use crate::shell::commands::asking::{self, Asked, Keys, Survey};
use crate::shell::commands::rate::{Chosen, Written};
use crate::shell::gold_file::NamedFile;
use crate::shell::project::Project;
use crate::shell::terminal::{clean, say};
use crate::wire::{KeyBase, KeyFields};
use serde_json::json;
use std::collections::HashSet;
use std::path::Path;

/// Ids that judges have on every card: no rater may be called so.
const TAKEN: [&str; 2] = [Card::CONSENSUS, "majority"];

/// A prompt, and where it came from.
pub(super) type Named = (Prompt, String);

/// A half of a set whose texts are there, and who is asked about them.
pub(super) struct Ready<'a> {
    pub project: &'a Project,
    pub args: &'a EvalArgs,
    pub set: &'a Set,
    pub half: Half,
    pub joined: Joined,
    pub panel: Panel,
    pub keys: Keys,
    /// Raters of the panel that have no key and were left out.
    pub left_out: Vec<String>,
    /// Hash of all that decides what the panel answers, but for the prompt.
    pub panel_fingerprint: String,
    /// Answers of each hosted rater to each question.
    pub samples: u32,
    /// The gold of the half, as a file that is none yet.
    pub gold: NamedFile,
}

impl<'a> Ready<'a> {
    /// Joins the half with its texts and finds out who can be asked.
    pub fn new(project: &'a Project, args: &'a EvalArgs, set: &'a Set) -> Result<Self> {
        let half = match args.half {
            HalfArg::Dev => Half::Dev,
            HalfArg::Test => Half::Test,
        };
        let panel = panel(project, &args.ask, set)?;
        let named: Vec<String> = panel.raters().iter().map(|one| one.id.clone()).collect();
        let (panel, keys) = asking::keys(panel, &args.ask, "use the free panel: --panel free")?;
        let inventory = sets::inventory_of(set, project, &args.inventory)?;
        let joined = set.joined(half, &inventory)?;
        say_left_out(set, half, &joined);
        let samples = args.samples.or(project.config.settings().samples);
        Ok(Self {
            gold: NamedFile::held(&format!("{}/{GOLD}", set.name()), set.gold_of(half)),
            panel_fingerprint: panel_fingerprint(project, &panel)?,
            samples: samples.unwrap_or(1),
            left_out: named
                .into_iter()
                .filter(|id| panel.raters().iter().all(|one| one.id != *id))
                .collect(),
            project,
            args,
            set,
            half,
            joined,
            panel,
            keys,
        })
    }

    /// That a prompt asks for every dimension of the set, in the labels that its gold is in.
    ///
    /// # Errors
    /// It does not; nothing has been asked.
    pub fn check(&self, (prompt, source): &Named) -> Result<()> {
        let (rubric, set) = (prompt.rubric(), self.set.id());
        let lacking: Vec<&str> = self
            .set
            .dimensions()
            .filter(|id| rubric.position(id).is_none())
            .collect();
        if !lacking.is_empty() {
            let name = prompt_name(prompt, source);
            let message = format!(
                "{name} does not ask for {}, of which the eval set {set} has gold",
                lacking.join(", ")
            );
            return Err(Error::input(message).hint(format!(
                "the gold of {set} is in the dimensions of the rubric {}: begin with `--rubric {0}`",
                self.set.rubric()
            )));
        }
        self.set.check_figures(rubric)?;
        let gold = self.gold.join(set, (rubric, &[]), &self.joined.inventory)?;
        let problems = gold.recorded.problems();
        let Some(first) = problems.first() else {
            return Ok(());
        };
        let name = prompt_name(prompt, source);
        let message = format!(
            "{} cells of the gold of {set} cannot be read under {name}, the first: {first}",
            problems.len()
        );
        Err(Error::input(message).hint(
            "its labels must be those of the prompt's rubric; a score lies within its bounds",
        ))
    }

    /// Whether all prompts together may be asked; no where a dry run ends, which shows what they would take.
    ///
    /// # Errors
    /// Nobody agrees to it, or the cache cannot be read.
    pub fn agreed(&self, prompts: &[&Named]) -> Result<bool> {
        let ask = &self.args.ask;
        if ask.offline {
            return Ok(true);
        }
        let weights = self.project.weights(self.panel.raters())?;
        let cache = asking::cache(&self.panel, self.project, ask, None)?;
        let mut seen = HashSet::new();
        let one = |(prompt, _): &&Named| {
            let jobs = self.joined.inventory.occupations().iter().collect();
            let plan = Plan::new(&self.joined.inventory, prompt, &self.panel, &weights, jobs)
                .with_samples(self.samples);
            asking::survey(&plan, cache.as_ref(), self.project, ask, &mut seen)
        };
        let surveys: Result<Vec<Survey>> = prompts.iter().map(one).collect();
        if let Some(cache) = cache {
            cache.end(false);
        }
        let estimates = surveys?.into_iter().map(|survey| survey.estimate);
        let estimate = estimates.reduce(Estimate::then).unwrap_or_default();
        let Some((first, _)) = prompts.first() else {
            return Ok(true);
        };
        let asking = Asking::new(&self.panel, first.system(), first.schema());
        let about = ("tasks", self.joined.inventory.items().count());
        let asked = (&Asked::default(), estimate);
        Ok(asking::agreed(&asking, self.project, ask, asked, about)?.is_some())
    }

    /// Has the tasks rated under a prompt, as a run of its own; `None` where a dry run ends.
    pub fn rate(
        &self,
        (prompt, source): &Named,
        ask: &AskArgs,
        followed: bool,
    ) -> Result<Option<Written>> {
        let entry = json!({
            "set": self.set.id(),
            "half": self.half,
            "digest": self.set.digest(),
        });
        Chosen {
            project: self.project,
            ask,
            inventory: &self.joined.inventory,
            prompt: (prompt, source),
            panel: &self.panel,
            keys: &self.keys,
            samples: self.samples,
            entry: ("eval", entry),
            followed,
        }
        .rate()
    }
}

/// The prompt that is measured: of a file, of a rubric, or else that of the set's gold.
pub(super) fn prompt(project: &Project, args: &EvalArgs, set: &Set) -> Result<Named> {
    match &args.prompt {
        Some(path) => Project::prompt_file(path),
        None => project.prompt(args.rubric.as_deref().unwrap_or(set.rubric())),
    }
}

/// A prompt as people know it.
pub(super) fn prompt_name(prompt: &Prompt, source: &str) -> String {
    match source {
        "built in" => format!("the prompt {} {}", prompt.id(), prompt.version()),
        file => format!("the prompt in {file}"),
    }
}

/// The raters that are measured. What is marked gold, and the gold of the set itself, would be measured by itself.
fn panel(project: &Project, ask: &AskArgs, set: &Set) -> Result<Panel> {
    let named = project.config.panel(ask.panel.as_deref(), &ask.rater)?;
    let mut kept = Vec::new();
    for rater in named.raters() {
        if TAKEN.contains(&rater.id.as_str()) {
            let message = format!(
                "a rater is called '{}', and so is a judge that every card has",
                rater.id
            );
            return Err(Error::new(Kind::Setup, message)
                .hint("give the rater another id in taskrater.toml"));
        }
        match why_not(project, rater, set) {
            Some(why) => say!("{}", clean(&format!("{} is left out: {why}", rater.id))),
            None => kept.push(rater.clone()),
        }
    }
    if kept.is_empty() {
        let message = "every rater of the panel is gold: there is nobody to measure";
        return Err(Error::new(Kind::Setup, message)
            .hint("name raters with --rater; `taskrater raters` lists them"));
    }
    Panel::new(kept)
}

/// Why a rater has no part in a measurement.
fn why_not(project: &Project, rater: &Rater, set: &Set) -> Option<&'static str> {
    if rater.gold().is_some() {
        return Some("it is marked gold in taskrater.toml, and gold measures raters");
    }
    let place = |path: &Path| path.canonicalize().ok();
    let own = place(&project.folder().join(&rater.recording()?.file))?;
    let folders = [
        Path::new(set.name()).to_owned(),
        project.folder().join(set.name()),
        project.folder().join("eval").join(set.id()),
    ];
    let gold = folders
        .iter()
        .filter_map(|folder| place(&folder.join(GOLD)))
        .any(|gold| gold == own);
    gold.then_some("its file is the gold of the set")
}

/// 16 hex digits of a hash of all that decides what raters answer, but for the prompt.
fn panel_fingerprint(project: &Project, panel: &Panel) -> Result<String> {
    let weights = project.weights(panel.raters())?;
    let recordings = project.recordings(panel.raters())?;
    let mut all = Vec::new();
    for rater in panel.raters() {
        let own = match &rater.source {
            Source::Llm(llm) => {
                let fields = KeyFields {
                    llm,
                    system: "",
                    question: "",
                    schema: "",
                    sample: 0,
                };
                fingerprint(&KeyBase::new(&fields).key("", 0))
            }
            Source::Surrogate { .. } => weights.digest(rater).unwrap_or_default().to_owned(),
            Source::Recording(recording) => {
                let file = recordings.digest(rater).unwrap_or_default();
                format!("{file} {}", recording.mapping())
            }
        };
        all.extend(format!("{}\n{own}\n", rater.id).into_bytes());
    }
    Ok(fingerprint(&all))
}

/// Says which tasks of the half are not measured on.
fn say_left_out(set: &Set, half: Half, joined: &Joined) {
    let left = [
        (
            &joined.changed,
            "another text than the one that was labelled",
        ),
        (&joined.gone, "no such task in the inventory"),
        (&joined.unlabelled, "no label"),
    ];
    for (tasks, why) in left {
        let Some(first) = tasks.first() else { continue };
        let (count, all, set) = (tasks.len(), set.half_tasks(half), set.id());
        let (task, job) = (&first.task_id, &first.occupation_id);
        say!(
            "{}",
            clean(&format!(
                "{count} of the {all} tasks of the {half} half of {set} are left out: {why} (the first: {task} of {job})"
            ))
        );
    }
}
