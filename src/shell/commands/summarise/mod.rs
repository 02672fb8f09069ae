//! `summarise`: a language model merges what the raters of a run say of each task, from their reasons alone.

mod show;

use super::asking::{
    self, Account, Asked, Ended, PromptLine, Round, Second, Sink, one_model, the_same_later,
    with_what_is_left,
};
use super::draft::panel::with_room;
use crate::asking::Inquiry as _;
use crate::error::{EXIT_INCOMPLETE, Error, Kind, Result};
use crate::prompt::SummaryPrompt;
use crate::rater::Panel;
use crate::rating::{Outcome, Repair};
use crate::reconcile::reconcile_as_far;
use crate::report::{SummaryRow, write_summaries_csv};
use crate::shell::cli::{AskArgs, SummariseArgs};
use crate::shell::files::{digest, write_whole};
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::run_folder::SUMMARY;
use crate::shell::run_ratings::RATINGS;
use crate::shell::terminal::{clean, say};
use crate::summary::{Item, Summarising, Written};
use serde::Serialize;
use std::path::Path;

/// The file of the summaries, in the folder of the round.
pub(in crate::shell::commands) const SUMMARIES: &str = "summaries.csv";

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &SummariseArgs) -> Result<u8> {
    let project = Project::find()?;
    let ready = Ready::new(&project, &args.ask, args.prompt.as_deref())?;
    let run = LoadedRun::read(&project, &args.run)?;
    ready.summarise(&run, args.contested, Shown::All)
}

/// The same over a run that has just been written and ended so, with what is left of its budget; the exit code of both.
/// The table or JSON of the run is on stdout already, so this round says on stderr alone what it did. A run that was cut short is
/// not summarised.
pub(super) fn after(
    project: &Project,
    folder: &Path,
    (ask, run): (&AskArgs, Ended),
    rater: &str,
) -> Result<u8> {
    let name = folder.display().to_string();
    let later = the_same_later("summarise", folder, rater);
    if run.cut_short() {
        let later = format!("`{later}` does it later");
        say!(
            "nothing is summarised, for the run was cut short or what came after it: {}",
            clean(&later)
        );
        return Ok(run.code);
    }
    let ask = with_what_is_left(ask, run.used, rater, later);
    let ready = Ready::new(project, &ask, None)?;
    let loaded = LoadedRun::read(project, &name)?;
    let code = ready.summarise(&loaded, false, Shown::Remarks)?;
    let own = Ended {
        code,
        ..Ended::default()
    };
    Ok(run.then(own).code)
}

/// Finds out before anything else is asked whether a rater can summarise: what it is, its key, its prompt, and its price under a
/// limit in dollars.
pub(super) fn check(project: &Project, ask: &AskArgs, rater: &str) -> Result<()> {
    let alone = AskArgs {
        panel: None,
        rater: vec![rater.to_owned()],
        allow_missing: false,
        ..ask.clone()
    };
    if ask.dry_run {
        say!(
            "without the summaries: what they take is known once it is rated (`summarise RUN --dry-run`)"
        );
    }
    let ready = Ready::new(project, &alone, None)?;
    asking::check_ready(&ready.panel, &ready.keys, &alone)
}

/// What of a round is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// The summaries on stdout, what there is to say on stderr.
    All,
    /// The latter alone.
    Remarks,
}

/// Who is asked, and how.
struct Ready<'a> {
    project: &'a Project,
    ask: &'a AskArgs,
    panel: Panel,
    keys: asking::Keys,
    prompt: SummaryPrompt,
    source: String,
}

impl<'a> Ready<'a> {
    fn new(project: &'a Project, ask: &'a AskArgs, prompt: Option<&Path>) -> Result<Self> {
        let panel = one_model(project, ask, "a summariser")?;
        let (panel, keys) = asking::keys(panel, ask, "name another rater with --rater")?;
        let (prompt, source) = project.summary_prompt(prompt)?;
        let panel = with_room(&panel, prompt.frame().max_tokens())?;
        Ok(Self {
            project,
            ask,
            panel,
            keys,
            prompt,
            source,
        })
    }

    fn summarise(&self, run: &LoadedRun, contested: bool, shown: Shown) -> Result<u8> {
        let mut items = items(run)?;
        items.retain(|item| item.contested || !contested);
        let (asked, left): (Vec<Item>, Vec<Item>) = items
            .into_iter()
            .partition(|item| item.nothing_to_merge().is_none());
        if asked.is_empty() && shown == Shown::Remarks {
            say!("nothing is summarised: no task has two raters that gave a reason");
            return Ok(0);
        }
        if asked.is_empty() {
            let message = format!(
                "run {} has no task to summarise: of none of {} have two raters given a reason",
                run.id,
                left.len()
            );
            return Err(Error::new(Kind::Input, message)
                .hint("surrogates give lists of features and no reasons; the merged rationale stands in consensus.csv"));
        }
        let plan = Summarising::new(&asked, &self.prompt, &self.panel);
        let mut replies = Replies(vec![(Outcome::NotRun, None); asked.len()]);
        let occupations: std::collections::BTreeSet<&str> =
            asked.iter().map(|item| &*item.occupation_id).collect();
        let round = Second {
            kind: SUMMARY,
            of: Some(&run.id),
            project: self.project,
            ask: self.ask,
            keys: &self.keys,
            fingerprint: &plan.fingerprint(&run.id),
            prompt: PromptLine::of(self.prompt.frame(), &self.source),
            about: ("tasks", asked.len()),
            more: More {
                occupations: occupations.len(),
                tasks: asked.len(),
                ratings_blake3: digest(&run.folder.join(RATINGS))?,
                ..More::default()
            },
        };
        let Some(round) = round.ask(&plan, &mut replies)? else {
            return Ok(0);
        };
        let rater = &plan.asking().panel.raters()[0].id;
        let rows = rows(&asked, &left, &replies, &self.outside(run));
        finish(round, (rater, &rows), &replies, (self.ask, shown))
    }

    /// Names of raters that a summary may not hold unless its reasons do: all that this project knows, with their models.
    fn outside(&self, run: &LoadedRun) -> Vec<&'a str> {
        let raters = self.project.config.raters().iter();
        let own = |id: &str| run.raters.iter().any(|rater| rater.id == id);
        let outside = raters.filter(|rater| !own(&rater.id));
        outside
            .flat_map(|rater| [Some(&*rater.id), rater.llm().map(|llm| &*llm.model)])
            .flatten()
            .collect()
    }
}

/// The tasks of a run with what its raters say.
fn items(run: &LoadedRun) -> Result<Vec<Item>> {
    let occupations = run.occupations();
    let reconciled = reconcile_as_far(&occupations, &run.sheet, &run.options)?;
    let ids: Vec<&str> = run.raters.iter().map(|rater| &*rater.id).collect();
    let gold = run.options.gold.map(|gold| gold.rater);
    let tasks = run.inventory.items().enumerate();
    let item = |(number, item): (usize, crate::inventory::Item<'_>)| {
        let row = run.sheet.row(number)?;
        let task = (item.occupation, item.task, number);
        Ok(Item::of(
            task,
            &row,
            (&run.rubric, &reconciled),
            (&ids, gold),
        ))
    };
    tasks.map(item).collect()
}

/// What became of each task: those that were asked about first.
fn rows<'a>(
    asked: &'a [Item],
    left: &'a [Item],
    replies: &'a Replies,
    outside: &[&str],
) -> Vec<SummaryRow<'a>> {
    let answered = asked
        .iter()
        .zip(&replies.0)
        .map(|(item, (outcome, written))| {
            let summary = written.as_ref().map_or("", |written| &written.text);
            let (status, reason, summary) = match outcome {
                Outcome::Rated => {
                    match written.as_ref().map(|written| item.judge(written, outside)) {
                        Some(Err(fault)) => ("rejected", fault.to_string(), summary),
                        _ => ("accepted", String::new(), summary),
                    }
                }
                other => (other.name(), summary.to_owned(), ""),
            };
            SummaryRow {
                item,
                status,
                reason,
                summary,
            }
        });
    let untold = left.iter().map(|item| SummaryRow {
        item,
        status: "not asked",
        reason: item.nothing_to_merge().unwrap_or_default().to_owned(),
        summary: "",
    });
    answered.chain(untold).collect()
}

/// Writes what there is and says what came of it.
fn finish(
    mut round: Round<More>,
    (rater, rows): (&str, &[SummaryRow<'_>]),
    replies: &Replies,
    (ask, shown): (&AskArgs, Shown),
) -> Result<u8> {
    let path = round.folder.file(SUMMARIES);
    let written = write_whole(&path, |out| write_summaries_csv(rater, rows, out));
    let of = |status: &str| rows.iter().filter(|row| row.status == status).count();
    let more = &mut round.manifest.more;
    (more.accepted, more.rejected) = (of("accepted"), of("rejected"));
    more.summariser = rater.to_owned();
    round.finish(replies.0.iter().map(|(outcome, _)| (0, *outcome)))?;
    // What was spent is accounted for, also where the file cannot be written.
    written?;
    if shown == Shown::All {
        show::print(&round.folder, rater, &round.manifest.of, rows, ask.json)?;
    }
    let (asked, account): (&Asked, &Account) = (&round.asked, &round.manifest.account);
    let mut lines = account.summary(asked, "summaries");
    lines.extend(show::remarks(rows, &path));
    lines.extend(account.next_step(asked));
    for line in lines {
        say!("{}", clean(&line));
    }
    let incomplete = replies.0.iter().any(|(outcome, _)| outcome.is_missing());
    let otherwise = if incomplete { EXIT_INCOMPLETE } else { 0 };
    Ok(asking::exit_code(asked).unwrap_or(otherwise))
}

/// What the manifest of a round of summaries says beside its account.
#[derive(Serialize, Default)]
struct More {
    /// Who wrote them.
    summariser: String,
    /// BLAKE3 of the ratings whose reasons were merged.
    ratings_blake3: String,
    occupations: usize,
    tasks: usize,
    accepted: usize,
    rejected: usize,
}

/// How each question ended, by task.
struct Replies(Vec<(Outcome, Option<Written>)>);

impl Sink<Written> for Replies {
    fn cell(&self, task: usize, _: usize, _: u32) -> usize {
        task
    }

    fn rater(&self, _: usize) -> usize {
        0
    }

    fn put(
        &mut self,
        cell: usize,
        outcome: Outcome,
        written: Option<&Written>,
        _: Option<Repair>,
    ) -> Result<()> {
        if let Some(place) = self.0.get_mut(cell) {
            *place = (outcome, written.cloned());
        }
        Ok(())
    }
}
