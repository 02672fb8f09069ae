//! `audit`: how far the raters of a run agree, who is lenient, on what kind of work, and which tasks are contested.

mod adjudicated;
mod dimension;
mod page;
mod subject;
mod text;

pub(super) use text::figure;

use crate::audit::{Options, audit};
use crate::error::Result;
use crate::shell::asked;
use crate::shell::cli::AuditArgs;
use crate::shell::gold_file::NamedFile;
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::table;
use crate::shell::terminal::{clean, say};
use subject::Subject;

/// Runs the command.
pub(in crate::shell) fn run(args: &AuditArgs) -> Result<u8> {
    let project = Project::find()?;
    let file = NamedFile::of(args.gold.as_deref(), args.inventory.strict)?;
    let run = LoadedRun::read_with(&project, &args.run, file.as_ref())?;
    let options = options(args, &run);
    let gold = subject::gold(&run, args)?;
    let subject = Subject::of(run, gold)?.with_activities(&project, args)?;
    let read = |name: &String| Subject::of(LoadedRun::read(&project, name)?, None);
    let earlier = args.earlier.iter().map(read).collect::<Result<Vec<_>>>()?;
    let occupations = subject.occupations();
    let lists: Vec<_> = earlier.iter().map(Subject::occupations).collect();
    let before = earlier.iter().zip(&lists);
    let before: Vec<_> = before.map(|(one, list)| one.run(list)).collect();
    let mut found = audit(&subject.run(&occupations), &before, &options)?;
    let order = earlier.iter();
    let order = order.filter_map(|one| asked::order(&one.loaded, &subject.loaded));
    found.notes.extend(order);
    found.adjudication = adjudicated::check(&project, args, &subject)?;
    let page = page::write(args, (&subject, gold), &occupations, &found)?;
    let written = page.map(|path| format!("Written to {}", path.display()));
    table::print(&match args.json {
        true => subject::json(&found)?,
        false => format!(
            "{}\n{}\n",
            text::text(&found),
            written.as_deref().unwrap_or_default()
        ),
    })?;
    if let (true, Some(written)) = (args.json, &written) {
        say!("{}", clean(written));
    }
    Ok(0)
}

fn options(args: &AuditArgs, run: &LoadedRun) -> Options {
    Options {
        level: args.level,
        seed: args.seed,
        draws: args.draws as usize,
        contested_share: run.options.contested_share,
        limit: args.limit,
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
    }
}
