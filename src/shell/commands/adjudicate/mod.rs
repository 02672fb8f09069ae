//! `adjudicate`: contested tasks of a run go to one model outside its panel.

mod later;
mod outside;
mod replies;
mod show;

pub(super) use later::Later;

use super::asking::{self, Ended, Keys, PromptLine, Round, Second};
use crate::adjudication::{Adjudicated, Adjudicating, Case, Speaker, Tally, cases};
use crate::error::{EXIT_INCOMPLETE, Error, Result};
use crate::rater::Panel;
use crate::reconcile::{Reconciled, reconcile_as_far};
use crate::report::{
    Adjudication, RaterKind, RaterLine, write_adjudicated_csv, write_adjudication_md,
    write_final_scores_csv,
};
use crate::shell::cli::AdjudicateArgs;
use crate::shell::files::{digest, write_whole};
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::run_folder::{ADJUDICATION, MANIFEST, RunFolder};
use crate::shell::run_ratings::RATINGS;
use crate::shell::terminal::{clean, say};
use replies::Replies;
use serde::Serialize;
use std::collections::BTreeMap;

/// The disputed tasks and their verdicts, in the folder of the adjudication.
pub(in crate::shell) const ADJUDICATED: &str = "adjudicated.csv";

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &AdjudicateArgs) -> Result<u8> {
    let project = Project::find()?;
    let panel = asking::one_model(&project, &args.ask, "an adjudicator")?;
    let loaded = LoadedRun::read(&project, &args.run)?;
    outside::check(&panel, &loaded)?;
    let (panel, keys) = asking::keys(panel, &args.ask, "name another adjudicator with --rater")?;
    Ok(adjudicate(&project, args, &loaded, (&panel, &keys), true)?.code)
}

/// Adjudicates a run; `prints` is whether the result goes to stdout.
fn adjudicate(
    project: &Project,
    args: &AdjudicateArgs,
    loaded: &LoadedRun,
    (panel, keys): (&Panel, &Keys),
    prints: bool,
) -> Result<Ended> {
    let occupations = loaded.occupations();
    let reconciled = reconcile_as_far(&occupations, &loaded.sheet, &loaded.options)?;
    let speakers = speakers(loaded);
    let cases = cases(
        &occupations,
        &loaded.sheet,
        &reconciled,
        &speakers,
        args.seed,
    )?;
    if cases.is_empty() {
        say!(
            "no task of run {} is contested: there is nothing to adjudicate",
            clean(&loaded.id)
        );
        return Ok(Ended::default());
    }
    let judged: Vec<usize> = reconciled
        .dimensions
        .iter()
        .map(|one| one.position)
        .collect();
    let named = args.prompt.as_deref();
    let (prompt, source) = project.adjudication_prompt(named, &loaded.rubric, &judged)?;
    let inquiry = Adjudicating::new(&cases, &loaded.rubric, &prompt, panel);
    let fingerprint = inquiry.fingerprint(&loaded.id, args.seed);
    let mut replies = Replies::new(cases.len());
    let round = Second {
        kind: ADJUDICATION,
        of: Some(&loaded.id),
        project,
        ask: &args.ask,
        keys,
        fingerprint: &fingerprint,
        prompt: PromptLine::of(prompt.frame(), &source),
        about: ("contested tasks", cases.len()),
        more: More::new(loaded, panel, &cases, args.seed)?,
    };
    let Some(round) = round.ask(&inquiry, &mut replies)? else {
        return Ok(Ended::default());
    };
    Done {
        args,
        loaded,
        cases: &cases,
        reconciled: &reconciled,
        replies: &replies,
    }
    .finish(round, panel, prints)
}

/// The raters of the run, as far as their reasons go.
fn speakers(loaded: &LoadedRun) -> Vec<Speaker<'_>> {
    let lines = loaded.raters.iter();
    lines
        .map(|line| Speaker {
            id: &line.id,
            source: &line.source,
            gives_reasons: line.kind != RaterKind::Surrogate,
        })
        .collect()
}

/// A run whose disputed tasks have been judged, as far as they were.
struct Done<'a> {
    args: &'a AdjudicateArgs,
    loaded: &'a LoadedRun,
    cases: &'a [Case<'a>],
    reconciled: &'a Reconciled,
    replies: &'a Replies,
}

impl Done<'_> {
    /// Writes the files and says what there is.
    fn finish(&self, mut round: Round<More>, panel: &Panel, prints: bool) -> Result<Ended> {
        let occupations = self.loaded.occupations();
        let report = self.loaded.report(&occupations, self.reconciled);
        let ids = report.ids();
        let sheet = (&self.loaded.sheet, &*ids);
        let said = self.replies.all();
        let found = Adjudicated::of(self.cases, said, &occupations, sheet, self.reconciled)?;
        let adjudicator = adjudicator(panel)?;
        let this = Adjudication {
            of: &self.loaded.id,
            adjudicator: &adjudicator,
            seed: self.args.seed,
            report: &report,
            cases: self.cases,
            found: &found,
        };
        let written = write_files(&round.folder, &this);
        let dimensions = self.reconciled.dimensions.iter().zip(&found.tallies);
        let counts =
            dimensions.map(|(one, tally)| (one.dimension.id.clone(), TallyLine::from(*tally)));
        round.manifest.more.verdicts = counts.collect();
        // What was spent is accounted for, also where the files cannot be written.
        round.finish(self.replies.outcomes())?;
        round.manifest.more.files = written?;
        round.folder.write_json(MANIFEST, &round.manifest)?;
        show::print(self.args, &this, &round.folder, prints)?;
        let mut lines = round.manifest.account.summary(&round.asked, "answers");
        lines.extend(round.manifest.account.next_step(&round.asked));
        for line in lines {
            say!("{}", clean(&line));
        }
        let missing = found.tallies.iter().any(|tally| tally.not_judged > 0);
        let otherwise = if missing { EXIT_INCOMPLETE } else { 0 };
        Ok(Ended {
            code: asking::exit_code(&round.asked).unwrap_or(otherwise),
            used: round.asked.used,
        })
    }
}

/// The adjudicator as reports describe it.
fn adjudicator(panel: &Panel) -> Result<RaterLine> {
    let rater = panel.raters().first();
    let of = rater.and_then(|rater| Some((rater, rater.llm()?)));
    let (rater, llm) = of.ok_or_else(|| {
        Error::new(
            crate::error::Kind::Internal,
            "an adjudication without an adjudicator",
        )
    })?;
    Ok(RaterLine {
        id: rater.id.clone(),
        kind: RaterKind::Llm,
        source: llm.model.clone(),
        description: format!("{} wire, {}", llm.wire.name(), llm.base_url),
        gold: None,
        drawn: None,
    })
}

/// Writes the results; what comes back are the hashes of those files that an audit reads.
fn write_files(
    folder: &RunFolder,
    this: &Adjudication<'_>,
) -> Result<BTreeMap<&'static str, String>> {
    write_whole(&folder.file(ADJUDICATED), |out| {
        write_adjudicated_csv(this, out)
    })?;
    write_whole(&folder.file("occupations.csv"), |out| {
        write_final_scores_csv(this, out)
    })?;
    write_whole(&folder.file("report.md"), |out| {
        write_adjudication_md(this, out)
    })?;
    Ok(BTreeMap::from([(
        ADJUDICATED,
        digest(&folder.file(ADJUDICATED))?,
    )]))
}

/// What the manifest of an adjudication says beside its account.
#[derive(Serialize)]
struct More {
    adjudicator: String,
    seed: u64,
    /// The raters whose answers were shown, gold and silent ones included: the panel of the run.
    panel: Vec<String>,
    /// BLAKE3 of the ratings that were shown.
    ratings_blake3: String,
    occupations: usize,
    /// Contested in one dimension at least.
    tasks: usize,
    /// By dimension.
    verdicts: BTreeMap<String, TallyLine>,
    files: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
struct TallyLine {
    contested: usize,
    resolved: usize,
    unresolved: usize,
    not_judged: usize,
}

impl From<Tally> for TallyLine {
    fn from(tally: Tally) -> Self {
        Self {
            contested: tally.contested,
            resolved: tally.resolved,
            unresolved: tally.unresolved,
            not_judged: tally.not_judged,
        }
    }
}

impl More {
    /// What is known before anything is asked.
    fn new(loaded: &LoadedRun, panel: &Panel, cases: &[Case<'_>], seed: u64) -> Result<Self> {
        let mut occupations: Vec<&str> =
            cases.iter().map(|case| &*case.item.occupation.id).collect();
        occupations.dedup();
        Ok(Self {
            adjudicator: adjudicator(panel)?.id,
            seed,
            panel: loaded.raters.iter().map(|rater| rater.id.clone()).collect(),
            ratings_blake3: digest(&loaded.folder.join(RATINGS))?,
            occupations: occupations.len(),
            tasks: cases.len(),
            verdicts: BTreeMap::new(),
            files: BTreeMap::new(),
        })
    }
}
