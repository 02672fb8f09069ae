//! The command line: the one file that names clap.

use super::commands;
use crate::error::{EXIT_CODES, Error};
use crate::shell::terminal::{bold, clean_lines, red, say};
use clap::{Args, CommandFactory as _, Parser, Subcommand};
use std::path::PathBuf;
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
    Rate(RateArgs),
    /// Find occupations by code, title or alternate title; say what an inventory holds
    Occupations(OccupationsArgs),
    /// Train an embedded rater from a file of labels
    Train(TrainArgs),
    /// List raters and panels, and which of them can be used now
    Raters,
    /// List the runs of this project
    Runs(RunsArgs),
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

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater rate \"Machine Learning Engineers\"
  taskrater rate Cooks Lawyers --panel frontier
  taskrater rate --all --inventory db_30_2_text --rubric exposure
  taskrater rate Electricians --rater gpt-4o --rater surrogate-human --offline
  taskrater rate \"My job\" --inventory my-folder --json

Without keys the free panel of embedded raters is used. Replies of hosted raters are cached: the same command again
asks only what is missing, and `--offline` opens no socket.")]
pub(super) struct RateArgs {
    /// Codes, titles or alternate titles
    #[arg(conflicts_with = "all")]
    pub occupation: Vec<String>,
    /// Every occupation of the inventory
    #[arg(long)]
    pub all: bool,
    /// Folder or zip of an O*NET text release, folder of .toml files, or a .toml file [default: the starter inventory]
    #[arg(long, value_name = "PATH")]
    pub inventory: Option<PathBuf>,
    /// What is judged: impact or exposure, or a prompt of this project [default: impact]
    #[arg(long, value_name = "ID", conflicts_with = "prompt")]
    pub rubric: Option<String>,
    /// An edited copy of a prompt file
    #[arg(long, value_name = "FILE")]
    pub prompt: Option<PathBuf>,
    /// A panel by name [default: free]
    #[arg(long, value_name = "NAME")]
    pub panel: Option<String>,
    /// A rater by id; repeat for more. With --panel they join it
    #[arg(long, value_name = "ID")]
    pub rater: Vec<String>,
    /// How tasks weigh in an occupation's score: core (Core 2, others 1), importance or equal [default: core]
    #[arg(long, value_name = "RULE")]
    pub weighting: Option<String>,
    /// Folder of the reply cache [default: cache/ of the project]
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache: Option<PathBuf>,
    /// Neither read nor write the reply cache; every question is asked and paid for
    #[arg(long, conflicts_with = "offline")]
    pub no_cache: bool,
    /// Ask again what is cached, and cache the new replies
    #[arg(long, conflicts_with_all = ["offline", "no_cache"])]
    pub refresh: bool,
    /// Ask again where a model refused
    #[arg(long)]
    pub retry_refused: bool,
    /// Open no socket: rate from the cache and the embedded raters, and list what is missing
    #[arg(long)]
    pub offline: bool,
    /// Go on without raters whose key is missing
    #[arg(long)]
    pub allow_missing: bool,
    /// Folder of this run: a new one, an empty one, or that of an earlier run [default: runs/<id>]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
    /// No progress on stderr
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater occupations
  taskrater occupations nurse --inventory db_30_2_text
  taskrater occupations 15-2051 --inventory db_30_2_text.zip
  taskrater occupations --check --inventory my-folder")]
pub(super) struct OccupationsArgs {
    /// A code, a title, or words of one; typing mistakes are forgiven
    pub query: Option<String>,
    /// Folder or zip of an O*NET text release, folder of .toml files, or a .toml file [default: the starter inventory]
    #[arg(long, value_name = "PATH")]
    pub inventory: Option<PathBuf>,
    /// Say what the inventory holds and what is missing in it
    #[arg(long, conflicts_with = "query")]
    pub check: bool,
    /// Most occupations to list
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater train full_labelset.tsv --report
  taskrater train full_labelset.tsv --out surrogates/eloundou2024.bin

The file is the published label set of Eloundou et al. (Science 2024): tab-separated, with the columns Task ID, Task,
Title, O*NET-SOC Code, human_exposure_agg, gpt4_exposure, gpt4_exposure_alt_rubric and gpt4_automation.
Agreement is measured on occupations held out by six-digit SOC code.")]
pub(super) struct TrainArgs {
    /// The label file
    pub labels: PathBuf,
    /// Write the weights here; the training manifest goes beside them as .json
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print agreement and calibration on held-out occupations
    #[arg(long)]
    pub report: bool,
    /// Train with this assignment of occupations to folds (its seed)
    #[arg(long, value_name = "SEED")]
    pub seed: Option<String>,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub(super) struct RunsArgs {
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

fn after_help() -> String {
    let codes: Vec<String> = EXIT_CODES
        .iter()
        .map(|(code, meaning)| format!("  {code:>3}  {meaning}"))
        .collect();
    format!(
        "Examples:\n  taskrater rate \"Machine Learning Engineers\"\n  taskrater rate --all --inventory db_30_2_text \
         --rubric exposure\n  taskrater occupations nurse\n  taskrater raters\n\nExit codes:\n{}",
        codes.join("\n")
    )
}

/// Parses the command line, runs the command and says what went wrong.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
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
        Command::Train(args) => commands::train::run(args),
        Command::Raters => commands::raters::run(),
        Command::Runs(args) => commands::runs::run(args),
        Command::Init => commands::init::run(),
        Command::Completions { shell } => {
            let mut out = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "taskrater", &mut out);
            super::table::print(&String::from_utf8_lossy(&out)).map(|()| 0)
        }
        Command::Man => {
            let mut out = Vec::new();
            clap_mangen::Man::new(Cli::command())
                .render(&mut out)
                .map_err(|error| Error::io("the manual cannot be made", error))?;
            super::table::print(&String::from_utf8_lossy(&out)).map(|()| 0)
        }
    }
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
