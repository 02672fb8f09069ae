//! `eval SET --probe`: small designed runs that look for a bias. Each arm is an ordinary run: cache, ledger, budget, manifest.

mod answers;
mod show;
mod variant;

use super::super::asking::{self, Asked, Ended, Keys, Survey};
use super::super::rate::Chosen;
use crate::asking::Asking;
use crate::error::{Error, Kind, Result};
use crate::estimate::Estimate;
use crate::eval::probe::{self, Arm};
use crate::eval::probe::{Design, Finding, judge, schedule};
use crate::inventory::Inventory;
use crate::prompt::Prompt;
use crate::rater::{Nanodollars, Panel, Rater, Weights};
use crate::shell::cli::{AskArgs, EvalArgs, ProbeArg};
use crate::shell::project::Project;
use crate::shell::terminal::{clean, say};
use answers::Collected;
use serde_json::json;
use std::collections::HashSet;
use variant::Variant;

/// Rounds of `repeat`, where --samples asks for no more.
const ROUNDS: u32 = 3;

/// What is probed. `ask` may hold less of a budget than the command line gave.
pub(in crate::shell::commands) struct Probing<'a> {
    pub project: &'a Project,
    pub args: &'a EvalArgs,
    pub ask: &'a AskArgs,
    /// Id of the set.
    pub set: &'a str,
    /// Name of its half.
    pub half: &'a str,
    /// The tasks of the half.
    pub inventory: &'a Inventory,
    /// The prompt, and where it came from.
    pub prompt: (&'a Prompt, &'a str),
    pub panel: &'a Panel,
    /// One a rater of the panel.
    pub keys: &'a Keys,
}

/// Probes, and prints what was found; a finding is no failure. The runs of all arms share one budget.
///
/// # Errors
/// Nobody of the panel can be asked, the half has too few tasks, or as `rate`.
pub(in crate::shell::commands) fn run(probing: &Probing<'_>) -> Result<Ended> {
    let (panel, keys, left_out) = hosted(probing)?;
    let prober = Prober::new(probing, panel, left_out)?;
    if prober.agreed()?.is_none() {
        return Ok(Ended::default());
    }
    let mut collected = Collected::new(&prober);
    let ended = prober.ask(&keys, &mut collected)?;
    let findings = match ended.cut_short() {
        true => Vec::new(),
        false => {
            collected.read_times(&prober)?;
            let mut findings = collected.findings(&prober);
            judge(&mut findings);
            findings
        }
    };
    show::print(&prober, &collected, &findings, ended)?;
    Ok(ended)
}

/// The raters that are asked over the wire, with their keys, and ids of the others. A surrogate or a recording is asked nothing: it
/// has no question that could be varied.
fn hosted(probing: &Probing<'_>) -> Result<(Panel, Keys, Vec<String>)> {
    let all = probing.panel.raters().iter().zip(probing.keys);
    let (asked, others): (Vec<_>, Vec<_>) = all.partition(|(rater, _)| rater.llm().is_some());
    let left_out: Vec<String> = others.iter().map(|(rater, _)| rater.id.clone()).collect();
    if asked.is_empty() {
        let message = "nobody of this panel can be probed: surrogates and recordings are asked nothing, so there is no \
                       question to vary";
        return Err(Error::new(Kind::Setup, message)
            .hint("name a hosted rater: --rater gpt-4o, or a panel of such; `taskrater raters` lists them"));
    }
    if !left_out.is_empty() {
        say!(
            "left out of the probe: {} (asked nothing, so there is no question to vary)",
            clean(&left_out.join(", "))
        );
    }
    let (raters, keys): (Vec<Rater>, Keys) = asked
        .into_iter()
        .map(|(rater, key)| (rater.clone(), key.clone()))
        .unzip();
    Ok((Panel::new(raters)?, keys, left_out))
}

/// A rater or a dimension: its position and its id.
type Place<'a> = (usize, &'a str);

/// A probe that is planned.
struct Prober<'a> {
    of: &'a Probing<'a>,
    kinds: Vec<probe::Kind>,
    design: Design,
    rounds: u32,
    panel: Panel,
    weights: Weights,
    left_out: Vec<String>,
    variants: Vec<Variant>,
}

impl<'a> Prober<'a> {
    fn new(of: &'a Probing<'a>, panel: Panel, left_out: Vec<String>) -> Result<Self> {
        let kinds = kinds(&of.args.probe);
        check_told(&kinds, of.prompt.0)?;
        let design = Design::draw(of.inventory, of.args.probe_tasks, seed(of.set, of.half))?;
        let rounds = of.args.samples.unwrap_or(ROUNDS).max(ROUNDS);
        if of.args.samples.is_some_and(|samples| samples < ROUNDS)
            && kinds.contains(&probe::Kind::Repeat)
        {
            say!("repeat asks {ROUNDS} rounds: noise and drift cannot be told apart with fewer");
        }
        let turns = schedule(&kinds, rounds, design.occupations.len());
        // Asked anew every time, a round is one answer; from the cache it is the next of several samples.
        let anew = of.ask.no_cache || of.ask.refresh;
        let variants = turns.into_iter();
        let variants = variants.map(|turn| Variant::new(turn, of, &design, anew));
        Ok(Self {
            weights: of.project.weights(panel.raters())?,
            variants: variants.collect::<Result<_>>()?,
            of,
            kinds,
            design,
            rounds,
            panel,
            left_out,
        })
    }

    /// What all arms together will take, and whether that is agreed to; `None` where a dry run ends.
    fn agreed(&self) -> Result<Option<Estimate>> {
        let estimate = match self.of.ask.offline {
            true => return Ok(Some(Estimate::default())),
            false => {
                let surveys = self.surveys(self.of.ask)?;
                let estimates = surveys.into_iter().map(|survey| survey.estimate);
                estimates.reduce(Estimate::then).unwrap_or_default()
            }
        };
        let prompt = self.of.prompt.0;
        let asking = Asking::new(&self.panel, prompt.system(), prompt.schema());
        let about = ("tasks", self.design.tasks());
        let asked = (&Asked::default(), estimate);
        asking::agreed(&asking, self.of.project, self.of.ask, asked, about)
    }

    /// What the cache knows of each arm. Where it is neither read nor trusted, every arm is asked in full.
    fn surveys(&self, ask: &AskArgs) -> Result<Vec<Survey>> {
        let cache = asking::cache(&self.panel, self.of.project, ask, None)?;
        let mut seen = HashSet::new();
        let one = |variant: &Variant| {
            if ask.no_cache || ask.refresh {
                seen.clear();
            }
            let plan = variant.plan(&self.panel, &self.weights);
            asking::survey(&plan, cache.as_ref(), self.of.project, ask, &mut seen)
        };
        let surveys = self.variants.iter().map(one).collect();
        if let Some(cache) = cache {
            cache.end(false);
        }
        surveys
    }

    /// Asks arm after arm, each with what the ones before it left of the budget, until one is cut short.
    fn ask(&self, keys: &Keys, collected: &mut Collected) -> Result<Ended> {
        let mut ended = Ended::default();
        for variant in &self.variants {
            let ask = left(self.of.ask, ended.used);
            let turn = &variant.turn;
            if !ask.quiet {
                say!("{}", clean(&variant.words()));
            }
            let kind = turn.arm.kind().map_or("control", probe::Kind::name);
            let about = json!({ "set": self.of.set, "half": self.of.half, "kind": kind, "arm": turn.arm.name(),
                "part": turn.part, "seed": self.design.seed });
            let chosen = Chosen {
                project: self.of.project,
                ask: &ask,
                inventory: &variant.inventory,
                prompt: (&variant.prompt, self.of.prompt.1),
                panel: &self.panel,
                keys,
                samples: variant.samples,
                entry: ("probe", about),
                followed: true,
            };
            let Some(written) = chosen.rate()? else {
                return Ok(ended);
            };
            ended = ended.then(written.ended);
            collected.read(self, variant, &written.folder)?;
            if ended.cut_short() {
                let later = match self.of.ask.no_cache {
                    true => "nothing of it was cached",
                    false => {
                        "the same command goes on from the cache, and says what it finds once every arm is asked"
                    }
                };
                say!("the probe was cut short: {later}");
                break;
            }
        }
        Ok(ended)
    }

    /// The raters and dimensions, in order, with the positions.
    fn judged(&self) -> Vec<[Place<'_>; 2]> {
        let raters = self.panel.raters().iter().enumerate();
        let dimensions = self.of.prompt.0.rubric().dimensions();
        let all = raters.flat_map(|(rater, of)| {
            let ids = dimensions.iter().map(|one| one.id.as_str()).enumerate();
            ids.map(move |dimension| [(rater, of.id.as_str()), dimension])
        });
        all.collect()
    }
}

/// A title that is not told cannot move anything.
fn check_told(kinds: &[probe::Kind], prompt: &Prompt) -> Result<()> {
    let told = [
        "occupation.title",
        "occupation.description",
        "occupation.id",
    ];
    if !kinds.contains(&probe::Kind::Title) || told.iter().any(|one| prompt.tells(one)) {
        return Ok(());
    }
    let message = format!(
        "the prompt {} tells no rater the occupation: there is no title to mask",
        prompt.id()
    );
    Err(Error::new(Kind::Usage, message).hint("leave --probe title out"))
}

/// The same way of asking with what is left of the budget. The whole was agreed to before.
fn left(ask: &AskArgs, (spent, calls): (Nanodollars, u64)) -> AskArgs {
    let rest = |cap: u64, used: u64| cap.saturating_sub(used);
    AskArgs {
        max_usd: ask.max_usd.map(|cap| Nanodollars(rest(cap.0, spent.0))),
        max_calls: ask.max_calls.map(|cap| rest(cap, calls)),
        yes: true,
        ..ask.clone()
    }
}

/// The probes that are asked for, each once, in the order of their table.
fn kinds(args: &[ProbeArg]) -> Vec<probe::Kind> {
    let of = |arg: &ProbeArg| match arg {
        ProbeArg::Title => probe::Kind::Title,
        ProbeArg::Repeat => probe::Kind::Repeat,
        ProbeArg::Anchor => probe::Kind::Anchor,
        ProbeArg::Verbosity => probe::Kind::Verbosity,
    };
    let all = probe::Kind::ALL.into_iter();
    all.filter(|kind| args.iter().any(|arg| of(arg) == *kind))
        .collect()
}

/// The seed of the draw: that of the half, whatever is asked about it, so that prompts are probed on the same tasks.
fn seed(set: &str, half: &str) -> u64 {
    let hash = blake3::hash(format!("probe of {set}, {half}").as_bytes());
    let (first, _) = hash.as_bytes().split_at(4);
    first
        .iter()
        .fold(0, |seed, &byte| seed << 8 | u64::from(byte))
}
