//! `rate`, the main job: plan, compute or ask or read the cache, reconcile, write a run, print a table.

mod carry;
mod gaps;
mod left_out;
mod manifest;
mod recorded;
mod select;
mod wishes;

use super::super::choices;
use super::super::cli::{RateArgs, is_broken_pipe};
use super::super::files::{digest, write_whole};
use super::super::project::Project;
use super::super::run_folder::{MANIFEST, PROMPT, RunFolder};
use super::super::run_json;
use super::super::run_ratings::RATINGS;
use super::super::run_tasks::TASKS;
use super::super::table;
use super::adjudicate::Later;
use super::asking::{self, Asked, Ended, Keys, Rest, Sink};
use super::summarise;
use crate::asking::Inquiry as _;
use crate::error::{EXIT_INCOMPLETE, Error, Kind, Result};
use crate::inventory::Wanted;
use crate::labour::Labour;
use crate::plan::Plan;
use crate::prompt::Prompt;
use crate::rater::{Embedded, Panel, Rater, Recorded, Source, Weights};
use crate::rating::{Outcome, Rating, Repair};
use crate::ratings::Sheet;
use crate::reconcile::{Options, reconcile_as_far};
use crate::report::{
    RaterKind, RaterLine, Report, marked_gold, write_consensus_csv, write_occupations_csv,
    write_ratings_jsonl, write_report_md, write_tasks_csv,
};
use crate::shell::spill::Spill;
use crate::shell::terminal::{clean, say};
use carry::Carry;
use gaps::Gaps;
pub(in crate::shell) use manifest::Manifest;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &RateArgs) -> Result<u8> {
    let project = Project::find()?;
    let (prompt, prompt_source) = prompt(&project, args)?;
    let panel = project
        .config
        .panel(args.ask.panel.as_deref(), &args.ask.rater)?;
    let (panel, keys) = asking::keys(panel, &args.ask, "use the free panel: --panel free")?;
    if let Some(rater) = &args.summarise {
        summarise::check(&project, &args.ask, rater)?;
    }
    recorded::check_gold(&panel)?;
    recorded::check_one_gold(&panel)?;
    // Alternate titles are read only where a title is looked up.
    let inventory = project.inventory(&args.inventory, Wanted::titles(!args.all))?;
    left_out::say_of_rows(&inventory, &args.inventory);
    let occupations = select::occupations(&inventory, args)?;
    let labour = project.labour(&args.inventory)?;
    let options = options(&project, args)?;
    check_method(&options, args, &prompt, &panel)?;
    let weights = project.weights(panel.raters())?;
    let recordings = project.recordings(panel.raters())?;
    let samples = args.samples.or(project.config.settings().samples);
    let plan = Plan::new(&inventory, &prompt, &panel, &weights, occupations)
        .with_recordings(&recordings)
        .with_samples(samples.unwrap_or(1));
    plan.asking().check_raters()?;
    let recorded = recorded::read(&plan, &recordings, args.inventory.strict)?;
    recorded::check_drawn(&panel, &recorded, options.method)?;
    let source = args.carry_over.as_deref();
    let source = source.map(|run| carry::Source::open(&project, run, args.out.as_deref()));
    let source = source.transpose()?;
    let carry = source
        .as_ref()
        .map(|source| Carry::new(&plan, source, args));
    let carry = carry.transpose()?;
    let later = args.adjudicate.as_deref();
    let later = later.map(|id| Later::new(&project, &args.ask, id, (&panel, prompt.rubric())));
    let run = Run {
        later: later.transpose()?,
        project: &project,
        args,
        plan: &plan,
        prompt_source: &prompt_source,
        options: &options,
        carry: carry.as_ref(),
        labour: labour.as_ref(),
        recorded: &recorded,
    };
    run.rate(&keys)
}

/// What a run is made of.
struct Run<'a> {
    /// Who judges what is contested in it, where somebody is to.
    later: Option<Later>,
    project: &'a Project,
    args: &'a RateArgs,
    plan: &'a Plan<'a>,
    prompt_source: &'a str,
    options: &'a Options,
    carry: Option<&'a Carry<'a>>,
    labour: Option<&'a Labour>,
    recorded: &'a Recorded,
}

impl Run<'_> {
    /// Computes, asks or reads what the plan wants to know, and writes what comes of it.
    fn rate(&self, keys: &Keys) -> Result<u8> {
        let (plan, ask) = (self.plan, &self.args.ask);
        let cache = asking::cache(plan.panel, self.project, ask, self.args.out.as_deref())?;
        let arena = Box::new(Spill::new(self.project.folder()));
        let mut sheet = Sheet::kept_in(arena, plan.prompt.rubric(), plan.tasks(), plan.slots());
        let carried = self.carry.map(|carry| carry.fill(plan, ask, &mut sheet));
        let carried = carried.transpose()?.unwrap_or_default();
        let (mut asked, jobs) = asking::known(plan, cache.as_ref(), carried, ask, &mut sheet)?;
        if let Some(carry) = self.carry {
            carry.say(plan, &sheet, &asked, jobs.len());
        }
        let cache = asking::sound(cache, &asked, ask)?;
        asking::check_prices(plan.panel, &jobs, ask)?;
        let about = ("tasks", plan.tasks());
        let estimate = asking::forecast(plan.asking(), self.project, ask, &asked, about)?;
        let Some(estimate) = estimate else {
            if self.later.is_some() {
                say!(
                    "without the adjudication: what is contested is known once it is rated (`adjudicate RUN --dry-run`)"
                );
            }
            return Ok(0);
        };
        let (folder, mut manifest) = self.begin()?;
        manifest.expect(self.carry.map(|carry| carry.entry(plan, &asked)), estimate);
        manifest.write(&folder)?;

        self.computed(&mut sheet)?;
        let rest = Rest {
            jobs,
            cache,
            last: self.later.is_none() && self.args.summarise.is_none(),
        };
        let done = asking::hosted(plan, keys, ask, &folder, rest, &mut sheet, &mut asked);
        let done = done.and_then(|()| self.conclude(&sheet, &asked, &folder, &mut manifest));
        if let Err(error) = done {
            // What was asked and spent is accounted for, whatever went wrong; where nothing can be written, the ledger has it.
            manifest.fail(&asked);
            let _ = manifest.write(&folder);
            return Err(error);
        }
        let ended = Ended {
            code: exit_code(&asked, &sheet),
            used: asked.used,
        };
        // The ratings of a large run need not be held twice.
        drop(sheet);
        self.go_on(ended, folder.path())
    }

    /// What is asked once the run is written, each round with what the ones before it left of the budget.
    fn go_on(&self, mut ended: Ended, folder: &Path) -> Result<u8> {
        let ask = &self.args.ask;
        let run = ended;
        let summary = self.args.summarise.as_deref();
        let summarises = summary.map(|rater| asking::the_same_later("summarise", folder, rater));
        if let Some(later) = &self.later {
            let done = later.run(self.project, ask, ended, folder);
            let left = [Some(later.command(folder)), summarises.clone()];
            let done = done.inspect_err(|_| say_what_stands(run, folder, left));
            ended = ended.then(done?);
        }
        let Some(rater) = summary else {
            return Ok(ended.code);
        };
        let done = summarise::after(self.project, folder, (ask, ended), rater);
        done.inspect_err(|_| say_what_stands(run, folder, [summarises, None]))
    }

    /// The folder of the run and what is known of it before it begins.
    fn begin(&self) -> Result<(RunFolder, Manifest)> {
        let mut settings = format!("{:?}", self.options);
        settings.push_str(&self.carry.map(Carry::identity).unwrap_or_default());
        for table in self.labour.into_iter().flat_map(Labour::tables) {
            settings.push_str(&format!(" {} {}", table.kind.key(), table.digest));
        }
        let fingerprint = self.plan.fingerprint(&settings);
        let folder = match &self.args.out {
            Some(path) => RunFolder::named(path, &fingerprint)?,
            None => RunFolder::make(&self.project.folder().join("runs"), &fingerprint)?,
        };
        let (source, caps) = (self.prompt_source, self.args.ask.caps());
        let manifest = Manifest::begin(
            self.plan,
            &fingerprint,
            &folder,
            source,
            self.options,
            &caps,
        );
        write_whole(&folder.file(PROMPT), |out| {
            let written = std::io::Write::write_all(out, self.plan.prompt.text().as_bytes());
            written.map_err(|error| Error::io("cannot write the prompt", error))
        })?;
        let mut panel = describe(self.plan.panel.raters(), self.plan.weights)?;
        for (rater, provenance, _) in self.recorded.drawn() {
            if let Some(line) = panel.get_mut(rater) {
                line.drawn = Some(provenance.clone());
            }
        }
        let manifest = manifest.with_labour(self.labour).with_panel(panel);
        Ok((folder, manifest.with_recorded(self.plan, self.recorded)))
    }

    /// Fills in the ratings of the raters that nobody asks: embedded and recorded ones.
    fn computed(&self, sheet: &mut Sheet) -> Result<()> {
        let plan = self.plan;
        for (rater, _, drawn) in self.recorded.drawn() {
            sheet.set_drawn(rater, drawn.clone());
        }
        let mut embedded = Embedded::new(plan.weights, plan.prompt.rubric(), plan.panel.raters())?;
        for (task, item) in plan.items().enumerate() {
            let computed = embedded.rate(item.occupation, item.task).into_iter();
            for (rater, rating) in computed.chain(self.recorded.rate(task)) {
                sheet.set(sheet.cell(task, rater, 0), &rating)?;
            }
        }
        Ok(())
    }

    /// Reconciles, writes the files of the run, and shows them.
    fn conclude(
        &self,
        sheet: &Sheet,
        asked: &Asked,
        folder: &RunFolder,
        manifest: &mut Manifest,
    ) -> Result<()> {
        let plan = self.plan;
        let raters = manifest.panel.clone();
        let options = Options {
            gold: marked_gold(&raters),
            ..*self.options
        };
        let reconciled = reconcile_as_far(plan.occupations(), sheet, &options)?;
        let not = reconciled.not_as_asked();
        if !not.is_empty() {
            let (method, not) = (options.method.name(), not.join("; "));
            say!(
                "{}",
                clean(&format!(
                    "auto stands in for {method} where it does not apply ({not})"
                ))
            );
        }
        let joined = self
            .labour
            .map(|labour| labour.join(plan.inventory, plan.occupations(), &reconciled));
        let report = Report {
            inventory: plan.inventory.name(),
            notes: plan.inventory.notes(),
            rubric: plan.prompt.rubric(),
            prompt: plan.prompt.fingerprint(),
            raters: &raters,
            occupations: plan.occupations(),
            ratings: sheet,
            carried: self.carry.map(|_| &asked.carried),
            reconciled: &reconciled,
            labour: joined.as_ref(),
        };
        if let Some(carry) = self.carry {
            carry.write_changes(folder)?;
        }
        manifest.files = write_files(folder, &report)?;
        manifest.finish(sheet, asked, &reconciled);
        manifest.write(folder)?;
        show(self.args, &report, folder, manifest)?;
        for line in manifest.summary(asked, &Gaps::find(plan, sheet, asked)) {
            say!("{}", clean(&line));
        }
        Ok(())
    }
}

fn prompt(project: &Project, args: &RateArgs) -> Result<(Prompt, String)> {
    match &args.prompt {
        Some(path) => Project::prompt_file(path),
        None => {
            let set = args
                .rubric
                .as_deref()
                .or(project.config.settings().rubric.as_deref());
            project.prompt(set.unwrap_or("impact"))
        }
    }
}

fn options(project: &Project, args: &RateArgs) -> Result<Options> {
    let settings = project.config.settings();
    let weighting = args.weighting.as_deref().or(settings.weighting.as_deref());
    let contested_share = settings
        .contested
        .unwrap_or(Options::default().contested_share);
    let method = args.reconcile.as_deref().or(settings.reconcile.as_deref());
    Ok(Options {
        method: choices::method(method.unwrap_or("auto"))?,
        weighting: choices::weighting(weighting.unwrap_or("core"))?,
        contested_share,
        ..Options::default()
    })
}

/// Refuses a method that can apply to nothing, before anything is asked or paid for.
fn check_method(options: &Options, args: &RateArgs, prompt: &Prompt, panel: &Panel) -> Result<()> {
    let gold = panel.raters().iter().filter(|rater| rater.gold().is_some());
    let gold = gold.count();
    let (dimensions, raters) = (prompt.rubric().dimensions(), panel.raters().len() - gold);
    let Some(why) = options.method.ruled_out(dimensions, raters, gold > 0) else {
        return Ok(());
    };
    let kind = match args.reconcile {
        Some(_) => Kind::Usage,
        None => Kind::Setup,
    };
    let name = options.method.name();
    let message = format!("{name} can apply to no dimension of this run ({why})");
    Err(Error::new(kind, message).hint("leave the method out for what follows from what is known"))
}

/// The panel as reports describe it.
fn describe(raters: &[Rater], weights: &Weights) -> Result<Vec<RaterLine>> {
    let line = |rater: &Rater| match &rater.source {
        Source::Llm(llm) => Ok(RaterLine {
            id: rater.id.clone(),
            kind: RaterKind::Llm,
            source: llm.model.clone(),
            description: format!("{} wire, {}", llm.wire.name(), llm.base_url),
            gold: None,
            drawn: None,
        }),
        Source::Surrogate { file } => Ok(RaterLine {
            id: rater.id.clone(),
            kind: RaterKind::Surrogate,
            source: weights
                .about(rater)?
                .map(|about| about.source.clone())
                .unwrap_or_default(),
            description: file
                .as_ref()
                .map_or_else(String::new, |file| format!("weights {file}")),
            gold: None,
            drawn: None,
        }),
        Source::Recording(recording) => Ok(RaterLine {
            id: rater.id.clone(),
            kind: RaterKind::Recording,
            source: recording.source().to_owned(),
            description: recording.details(),
            gold: recording.gold,
            drawn: None,
        }),
    };
    raters.iter().map(line).collect()
}

/// The files of a run, as the table names them; the last is only there where somebody was asked.
const FILES: [&str; 7] = [
    "report.md",
    "consensus.csv",
    "occupations.csv",
    RATINGS,
    TASKS,
    MANIFEST,
    "ledger.jsonl",
];

/// Writes the results; what comes back are the hashes of those files that a later run may take ratings from.
fn write_files(folder: &RunFolder, report: &Report<'_>) -> Result<BTreeMap<&'static str, String>> {
    write_whole(&folder.file(TASKS), |out| {
        write_tasks_csv(report.occupations, out)
    })?;
    write_whole(&folder.file(RATINGS), |out| {
        write_ratings_jsonl(report, out)
    })?;
    write_whole(&folder.file("consensus.csv"), |out| {
        write_consensus_csv(report, out)
    })?;
    write_whole(&folder.file("occupations.csv"), |out| {
        write_occupations_csv(report, out)
    })?;
    write_whole(&folder.file("report.md"), |out| {
        write_report_md(report, out)
    })?;
    let digest = |name| Ok((name, digest(&folder.file(name))?));
    [TASKS, RATINGS].into_iter().map(digest).collect()
}

fn show(
    args: &RateArgs,
    report: &Report<'_>,
    folder: &RunFolder,
    manifest: &Manifest,
) -> Result<()> {
    let shown = match args.ask.json {
        true => run_json::print(report, &json!({ "manifest": manifest }), folder.path()),
        false => {
            let asked = report.raters.iter().any(|one| one.kind == RaterKind::Llm);
            let files = &FILES[..FILES.len() - usize::from(!asked)];
            table::text(report, folder.path(), files).and_then(|text| table::print(&text))
        }
    };
    match shown {
        // Whoever reads the first lines alone still learns of missing ratings, from stderr and the exit code.
        Err(error) if !is_broken_pipe(&error) => Err(error),
        _ => Ok(()),
    }
}

impl Sink<Rating> for Sheet {
    fn cell(&self, task: usize, rater: usize, sample: u32) -> usize {
        Self::cell(self, task, rater, sample)
    }

    fn rater(&self, cell: usize) -> usize {
        self.at(cell).1
    }

    fn put(
        &mut self,
        cell: usize,
        outcome: Outcome,
        rating: Option<&Rating>,
        repair: Option<Repair>,
    ) -> Result<()> {
        let dimensions = self.rubric().dimensions().len();
        let missing = || Rating::missing(outcome, dimensions);
        let mut rating = rating.cloned().unwrap_or_else(missing);
        rating.repair = repair.or(rating.repair);
        self.set(cell, &rating)
    }
}

/// A round after the run failed: that is no fault of the run, which stands, and these commands go on from there.
fn say_what_stands(run: Ended, folder: &Path, left: [Option<String>; 2]) {
    let stands = match run.code {
        0 => "is complete",
        _ => "is written, as far as it went",
    };
    let left: Vec<String> = left
        .iter()
        .flatten()
        .map(|one| format!("`{one}`"))
        .collect();
    let (folder, left) = (folder.display(), left.join(", then "));
    say!(
        "{}",
        clean(&format!("the run in {folder} {stands}; {left} goes on"))
    );
}

/// What happened to the raters first, then whether anything is missing.
fn exit_code(asked: &Asked, sheet: &Sheet) -> u8 {
    let outcomes = sheet.outcomes();
    // A panel that covers nothing of the rubric has not done what was asked either.
    let incomplete = outcomes.iter().any(|o| o.is_missing()) || !outcomes.contains(&Outcome::Rated);
    let otherwise = if incomplete { EXIT_INCOMPLETE } else { 0 };
    asking::exit_code(asked).unwrap_or(otherwise)
}
