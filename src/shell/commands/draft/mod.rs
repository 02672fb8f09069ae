//! `draft`: the inventory of an occupation that nobody has listed, proposed by language models from a text, for a person to
//! edit.

mod out;
pub(super) mod panel;
mod show;

use super::asking::{self, PromptLine, Round, Second, Sink};
use crate::asking::Inquiry as _;
use crate::draft::{Draft, Drafting, Made, Named, Reply, Source, to_toml};
use crate::error::{EXIT_INCOMPLETE, Error, Result};
use crate::rating::{Outcome, Repair};
use crate::shell::cli::DraftArgs;
use crate::shell::files::base_name;
use crate::shell::project::Project;
use crate::shell::run_folder::DRAFT;
use crate::shell::terminal::{clean, say};
use out::{Out, Results};
use serde::Serialize;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &DraftArgs) -> Result<u8> {
    let project = Project::find()?;
    let named = Named::new(&args.title, args.id.as_deref())?;
    // Before anything is read or sent: who is to write it, and where.
    let panel = panel::hosted(&project, args)?;
    let (panel, keys) = asking::keys(panel, &args.ask, "name another rater with --rater")?;
    let out = Out::new(args, &named)?;
    let (prompt, prompt_source) = project.draft_prompt(args.prompt.as_deref())?;
    let panel = panel::with_room(&panel, prompt.frame().max_tokens())?;
    let source = source(&args.from, args.max_chars)?;
    let plan = Drafting::new(&named, &source, &prompt, &panel);
    let mut replies = Replies::new(panel.raters().len());
    let fingerprint = plan.fingerprint();
    let round = Second {
        kind: DRAFT,
        of: None,
        project: &project,
        ask: &args.ask,
        keys: &keys,
        fingerprint: &fingerprint,
        prompt: PromptLine::of(prompt.frame(), &prompt_source),
        about: ("source", 1),
        more: More::new(&plan),
    };
    match round.ask(&plan, &mut replies)? {
        Some(round) => finish(&plan, args, &out, &replies, round),
        None => Ok(0),
    }
}

/// Merges what came, writes it and says what there is.
fn finish(
    plan: &Drafting<'_>,
    args: &DraftArgs,
    out: &Out,
    replies: &Replies,
    mut round: Round<More>,
) -> Result<u8> {
    let raters = plan.asking().panel.raters();
    let draft = Draft::of(plan.named, plan.source, &replies.by(raters));
    let models = |rater: &str| {
        let tally = round.asked.raters.get(rater);
        tally.map_or_else(Vec::new, |tally| tally.models.iter().cloned().collect())
    };
    let by = draft.raters.iter();
    let models: Vec<(&str, Vec<String>)> =
        by.map(|rater| (rater.as_str(), models(rater))).collect();
    let prompt = plan.prompt;
    let made = Made {
        named: plan.named,
        source: plan.source,
        prompt: [prompt.frame().version(), prompt.frame().fingerprint()],
        raters: &models,
    };
    let results = Results {
        draft: &draft,
        text: &to_toml(&draft, &made),
        complete: replies.outcomes().all(|(_, outcome)| outcome.is_final()),
    };
    let written = out.write(&results, &round.folder, args.force);
    let more = &mut round.manifest.more;
    more.tasks = draft.tasks.len();
    more.proposals = draft.rows.len();
    more.dropped = draft.dropped().count();
    round.finish(replies.outcomes())?;
    // What was spent is accounted for, also where the file cannot be written.
    let written = written?;
    let (asked, account) = (&round.asked, &round.manifest.account);
    show::print(args, plan, &draft, &written, &round.folder)?;
    let mut lines = account.summary(asked, "answers");
    lines.extend(replies.refusals(raters));
    lines.extend(show::remarks(&draft, plan, &written));
    lines.extend(account.next_step(asked));
    for line in lines {
        say!("{}", clean(&line));
    }
    let incomplete =
        draft.tasks.is_empty() || replies.outcomes().any(|(_, outcome)| outcome.is_missing());
    let otherwise = if incomplete { EXIT_INCOMPLETE } else { 0 };
    Ok(asking::exit_code(asked).unwrap_or(otherwise))
}

/// What the manifest of a draft says beside its account.
#[derive(Serialize)]
struct More {
    id: String,
    title: String,
    source: SourceLine,
    occupations: usize,
    tasks: usize,
    proposals: usize,
    dropped: usize,
}

#[derive(Serialize)]
struct SourceLine {
    name: String,
    characters: usize,
    blake3: String,
}

impl More {
    /// What is known before anything is asked.
    fn new(plan: &Drafting<'_>) -> Self {
        Self {
            id: plan.named.id.clone(),
            title: plan.named.title.clone(),
            source: SourceLine {
                name: plan.source.name().to_owned(),
                characters: plan.source.text().chars().count(),
                blake3: plan.source.digest().to_owned(),
            },
            occupations: 1,
            tasks: 0,
            proposals: 0,
            dropped: 0,
        }
    }
}

/// Reads the source, no further than it may be long.
fn source(from: &Path, most: usize) -> Result<Source> {
    let (name, reader): (String, Box<dyn Read>) = match from.as_os_str() == "-" {
        true => ("standard input".to_owned(), Box::new(std::io::stdin())),
        false => {
            let file = File::open(from);
            let file = file.map_err(|error| unreadable(from, error))?;
            (base_name(from), Box::new(file))
        }
    };
    let mut bytes = Vec::new();
    let limit = Source::bytes(most).saturating_add(1) as u64;
    let read = reader.take(limit).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(from, error))?;
    let source = Source::read(&name, &bytes, most)?;
    if source.is_html() {
        say!(
            "{}: this looks like HTML; its tags are sent, and paid for, as they are",
            clean(&name)
        );
    }
    Ok(source)
}

fn unreadable(from: &Path, error: std::io::Error) -> Error {
    Error::io(format!("cannot read {}", from.display()), error)
        .hint("--from names the text that the tasks are drafted from, - is standard input")
}

/// What each rater of the panel came to.
struct Replies(Vec<(Outcome, Option<Reply>)>);

impl Replies {
    fn new(raters: usize) -> Self {
        Self(vec![(Outcome::NotRun, None); raters])
    }

    /// Those that hold proposals, by the id of their rater.
    fn by<'a>(&'a self, raters: &'a [crate::rater::Rater]) -> Vec<(&'a str, &'a Reply)> {
        let ended = raters.iter().zip(&self.0);
        ended
            .filter(|(_, (outcome, _))| *outcome == Outcome::Rated)
            .filter_map(|(rater, (_, reply))| Some((rater.id.as_str(), reply.as_ref()?)))
            .collect()
    }

    fn outcomes(&self) -> impl Iterator<Item = (usize, Outcome)> {
        self.0.iter().map(|(outcome, _)| *outcome).enumerate()
    }

    /// What models say that refused.
    fn refusals(&self, raters: &[crate::rater::Rater]) -> Vec<String> {
        let ended = raters.iter().zip(&self.0);
        let refused = ended.filter_map(|(rater, (outcome, reply))| {
            let reply = reply.as_ref().filter(|_| *outcome == Outcome::Refused)?;
            Some(format!("{} refused: {}", rater.id, reply.refusal))
        });
        refused.collect()
    }
}

impl Sink<Reply> for Replies {
    fn cell(&self, _: usize, rater: usize, _: u32) -> usize {
        rater
    }

    fn rater(&self, cell: usize) -> usize {
        cell
    }

    fn put(
        &mut self,
        cell: usize,
        outcome: Outcome,
        reply: Option<&Reply>,
        _: Option<Repair>,
    ) -> Result<()> {
        if let Some(place) = self.0.get_mut(cell) {
            *place = (outcome, reply.cloned());
        }
        Ok(())
    }
}
