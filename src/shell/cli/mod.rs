//! The command line: this folder alone names clap.

mod adjudicate;
mod ask;
mod audit;
mod cache;
mod compare;
mod draft;
mod eval;
mod eval_new;
mod inventory;
mod look;
mod rate;
mod reconcile;
mod review;
mod summarise;
mod train;

pub(super) use adjudicate::AdjudicateArgs;
pub(super) use ask::AskArgs;
pub(super) use audit::AuditArgs;
pub(super) use cache::*;
pub(super) use compare::CompareArgs;
pub(super) use draft::DraftArgs;
pub(super) use eval::*;
pub(super) use eval_new::EvalNewArgs;
pub(super) use inventory::InventoryArgs;
pub(super) use look::*;
pub(super) use rate::RateArgs;
pub(super) use reconcile::ReconcileArgs;
pub(super) use review::ReviewArgs;
pub(super) use summarise::SummariseArgs;
pub(super) use train::TrainArgs;

use super::commands;
use crate::error::{EXIT_CODES, Error};
use crate::shell::terminal::{bold, clean_lines, red, say};
use clap::{CommandFactory as _, Parser, Subcommand};
use std::process::ExitCode;

/// Rates the tasks of occupations for what AI can do with them, with a panel of raters whose disagreement is measured
/// and shown.
#[derive(Parser)]
#[command(name = "taskrater", version, about, arg_required_else_help = true, after_help = after_help())]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Rate occupations: plan, ask or read the cache, reconcile, write a run, print a table
    Rate(Box<RateArgs>),
    /// Find occupations by code, title or alternate title; say what an inventory holds, or what changed in it
    Occupations(OccupationsArgs),
    /// Draft the task inventory of an occupation that nobody has listed, from a text about it
    Draft(Box<DraftArgs>),
    /// Train a surrogate from a file of labels, or from the ratings of a run
    Train(Box<TrainArgs>),
    /// Audit a run: agreement of its raters, leniency, scale use, drift, kinds of work, contested tasks
    Audit(Box<AuditArgs>),
    /// Show everything behind one number: consensus, ratings, terms of surrogates, attempts with their raw replies
    Explain(ExplainArgs),
    /// Reconcile the ratings of a run again: another method, other gold, the coverage of intervals; asks nobody
    Reconcile(Box<ReconcileArgs>),
    /// Hand tasks of a run to people, who label them blind to the raters; their labels become gold
    Review(Box<ReviewArgs>),
    /// Let a language model merge what the raters of a run say of each task, from their reasons alone; checked
    Summarise(Box<SummariseArgs>),
    /// Have contested tasks of a run judged by a model outside its panel, which sees the raters' reasons without their names
    Adjudicate(Box<AdjudicateArgs>),
    /// Measure a prompt and a panel on an eval set, compare it with another, guard it by a gate, probe it for biases
    Eval(Box<EvalArgs>),
    /// Compare two runs: what moved, by how much, how sure that is, and why
    Compare(CompareArgs),
    /// List raters and panels, and which of them can be used now
    Raters,
    /// List the runs of this project
    Runs(RunsArgs),
    /// The reply cache: what is in it, why a question is not, export, import, repair
    Cache(CacheArgs),
    /// Write a commented taskrater.toml into the working folder
    Init,
    /// Print completions for a shell
    Completions {
        /// bash, elvish, fish, powershell or zsh
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

fn after_help() -> String {
    let codes: Vec<String> = EXIT_CODES
        .iter()
        .map(|(code, meaning)| format!("  {code:>3}  {meaning}"))
        .collect();
    format!(
        "Examples:\n  taskrater rate \"Machine Learning Engineers\"\n  taskrater rate --all --inventory db_30_2_text \
         --rubric exposure\n  taskrater occupations nurse\n  taskrater draft \"Night Baker\" --from posting.txt --panel frontier\n  taskrater audit runs/20261120T090000Z-1a2b3c4d\n  taskrater eval starter\n  taskrater compare runs/before runs/after\n  taskrater raters\n\nExit codes:\n{}",
        codes.join("\n")
    )
}

/// Parses the command line, runs the command and says what went wrong.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    super::log::start();
    match dispatch(&cli.command) {
        Ok(code) => ExitCode::from(code),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            explain(&error);
            ExitCode::from(error.kind().exit_code())
        }
    }
}

fn dispatch(command: &Command) -> Result<u8, Error> {
    match command {
        Command::Rate(args) => commands::rate::run(args),
        Command::Occupations(args) => commands::occupations::run(args),
        Command::Draft(args) => commands::draft::run(args),
        Command::Train(args) => commands::train::run(args),
        Command::Audit(args) => commands::audit::run(args),
        Command::Explain(args) => commands::explain::run(args),
        Command::Reconcile(args) => commands::reconcile::run(args),
        Command::Review(args) => commands::review::run(args),
        Command::Summarise(args) => commands::summarise::run(args),
        Command::Adjudicate(args) => commands::adjudicate::run(args),
        Command::Eval(args) => commands::eval::run(args),
        Command::Compare(args) => commands::compare::run(args),
        Command::Raters => commands::raters::run(),
        Command::Runs(args) => commands::runs::run(args),
        Command::Cache(args) => commands::cache::run(args),
        Command::Init => commands::init::run(),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "taskrater", &mut out);
            super::table::print(&String::from_utf8_lossy(&out)).map(|()| 0)
        }
        Command::Man => {
            let mut out = Vec::new();
            let command = Cli::command();
            // One page with every command, so that one file documents all options.
            for page in pages("taskrater", command) {
                clap_mangen::Man::new(page)
                    .render(&mut out)
                    .map_err(|error| Error::io("the manual cannot be made", error))?;
            }
            super::table::print(&String::from_utf8_lossy(&out)).map(|()| 0)
        }
    }
}

/// A command and all below it, each under its whole name.
fn pages(name: &str, command: clap::Command) -> Vec<clap::Command> {
    let below: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    let mut all = vec![
        command
            .display_name(name.to_owned())
            .bin_name(name.to_owned()),
    ];
    for sub in below {
        let name = format!("{name} {}", sub.get_name());
        all.extend(pages(&name, sub));
    }
    all
}

/// The reader of a pipe went away: that is its right.
pub(super) fn is_broken_pipe(error: &Error) -> bool {
    std::error::Error::source(error)
        .and_then(|source| source.downcast_ref::<std::io::Error>())
        .is_some_and(|source| source.kind() == std::io::ErrorKind::BrokenPipe)
}

/// The error, its chain of causes and the next step, on stderr.
fn explain(error: &Error) {
    say!("{}: {}", red("error"), clean_lines(&error.to_string()));
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        say!("  because: {}", clean_lines(&cause.to_string()));
        source = cause.source();
    }
    if let Some(hint) = error.next_step() {
        say!("{}: {}", bold("hint"), clean_lines(hint));
    }
}
