//! The command line: the one file that names clap.

use super::commands;
use crate::error::{EXIT_CODES, Error};
use crate::rater::{Nanodollars, WEIGHTINGS};
use crate::shell::schedule::Caps;
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
    Rate(Box<RateArgs>),
    /// Find occupations by code, title or alternate title; say what an inventory holds
    Occupations(OccupationsArgs),
    /// Train a surrogate from a file of labels, or from the ratings of a run
    Train(Box<TrainArgs>),
    /// Show everything behind one number: consensus, ratings, terms of surrogates, attempts with their raw replies
    Explain(ExplainArgs),
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

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater rate \"Machine Learning Engineers\"
  taskrater rate Cooks Lawyers --panel frontier
  taskrater rate --all --inventory db_30_2_text --rubric exposure
  taskrater rate Electricians --rater gpt-4o --rater surrogate-human --offline
  taskrater rate \"My job\" --inventory my-folder --json
  taskrater rate --all --panel frontier --dry-run

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
    /// Answers of each hosted rater to each question, 1 to 100; how far they lie apart is shown beside how far raters
    /// do [default: 1]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub samples: Option<u32>,
    /// How tasks weigh in an occupation's score: core (Core 2, others 1), importance or equal [default: core]
    #[arg(long, value_name = "RULE", value_parser = WEIGHTINGS)]
    pub weighting: Option<String>,
    /// Folder of the reply cache [default: cache/ of the project]
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache: Option<PathBuf>,
    /// Neither read nor write the reply cache; every question is asked and paid for
    #[arg(long, conflicts_with = "offline")]
    pub no_cache: bool,
    /// Read the reply cache and write nothing to it
    #[arg(long, conflicts_with_all = ["no_cache", "refresh"])]
    pub cache_read_only: bool,
    /// Ask again what was cached longer ago than this, such as 12h or 30d, and cache the new replies
    #[arg(long, value_name = "AGE", value_parser = age, conflicts_with_all = ["no_cache", "refresh"])]
    pub max_age: Option<String>,
    /// Ask again what is cached, and cache the new replies
    #[arg(long, conflicts_with_all = ["offline", "no_cache"])]
    pub refresh: bool,
    /// Ask again where a model refused
    #[arg(long)]
    pub retry_refused: bool,
    /// Open no socket: rate from the cache and the embedded raters, and list what is missing
    #[arg(long)]
    pub offline: bool,
    /// Say what the run would take (calls, tokens, cost, time) and stop: no socket, no key, nothing written
    #[arg(long, conflicts_with = "offline")]
    pub dry_run: bool,
    /// Begin without asking, whatever the run may cost
    #[arg(long)]
    pub yes: bool,
    /// Go on without raters whose key is missing
    #[arg(long)]
    pub allow_missing: bool,
    /// Spend at most so many dollars: the most a call can cost is set aside before it goes out
    #[arg(long, value_name = "DOLLARS", value_parser = dollars)]
    pub max_usd: Option<Nanodollars>,
    /// Make at most so many calls, retries included
    #[arg(long, value_name = "N")]
    pub max_calls: Option<u64>,
    /// With --max-usd: ask raters of unknown price too; their cost is not in the budget
    #[arg(long, requires = "max_usd")]
    pub allow_unknown_price: bool,
    /// Stop a rater when more than this share of its questions (0 to 1) ends without a rating
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub max_error_rate: Option<f64>,
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

impl RateArgs {
    /// What the run may spend.
    pub fn caps(&self) -> Caps {
        Caps {
            money: self.max_usd,
            calls: self.max_calls,
        }
    }
}

/// Dollars as people write them: `5`, `0.25`, `$1.50`.
fn dollars(text: &str) -> Result<Nanodollars, String> {
    Nanodollars::parse(text.trim().trim_start_matches('$'))
        .ok_or_else(|| "not an amount of dollars such as 5 or 0.25".to_owned())
}

/// An age such as 12h: it is counted back from the moment of the look.
fn age(text: &str) -> Result<String, String> {
    let fine = super::time::age("--max-age", text).is_ok();
    let fine = fine.then(|| text.to_owned());
    fine.ok_or_else(|| "not an age such as 90m, 12h, 30d or 4w".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err("not between 0 and 1".to_owned())
    }
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
  taskrater train labels.csv --source \"our analysts, 2026\" --out surrogates/analysts.bin
  taskrater train scores.jsonl --rubric impact --dimension automation --score points --report
  taskrater train labels.csv --inventory db_30_2_text --label verdict --gold expert
  taskrater train --from-run 20261120T101500Z-1a2b3c4d --rater gpt-4o --out surrogates/gpt-4o.bin

LABELS is CSV or TSV with a header, or JSONL. Columns are found by usual names (task_id, task, title, occupation_id,
label, score, gold) and reported; the flags name others. Rows without a label are left out and counted.
The published label set of Eloundou et al. (Science 2024), full_labelset.tsv, is known: it trains the four surrogates
that come with taskrater.
Agreement is measured on whole occupations held out, by six-digit SOC code where the codes are such. A surrogate is a
small linear model, not an LLM. To use one, name its file in taskrater.toml:
  [[raters]]
  id = \"surrogate-analysts\"
  surrogate = \"surrogates/analysts.bin\"")]
pub(super) struct TrainArgs {
    /// Label file: CSV, TSV or JSONL. With --from-run: gold labels to measure with
    #[arg(required_unless_present = "from_run")]
    pub labels: Option<PathBuf>,
    /// Read LABELS as this published set, and train the surrogates that come with taskrater
    #[arg(long, value_name = "NAME", value_parser = ["eloundou2024"],
        conflicts_with_all = ["label", "score", "gold", "id", "text", "title", "group", "inventory", "rubric",
            "dimension", "name", "source", "from_run"])]
    pub preset: Option<String>,
    /// Learn the ratings of a run: its folder, or its id below runs/
    #[arg(long, value_name = "RUN", requires = "rater",
        conflicts_with_all = ["label", "score", "text", "title", "group", "inventory"])]
    pub from_run: Option<String>,
    /// The rater of that run to learn from
    #[arg(long, value_name = "ID", requires = "from_run")]
    pub rater: Option<String>,
    /// Column of the task id
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// Column of the task statement
    #[arg(long, value_name = "COLUMN", conflicts_with = "inventory")]
    pub text: Option<String>,
    /// Column of the occupation title
    #[arg(long, value_name = "COLUMN")]
    pub title: Option<String>,
    /// Column of what is held out together, such as an occupation code
    #[arg(long, value_name = "COLUMN")]
    pub group: Option<String>,
    /// Column of the label
    #[arg(long, value_name = "COLUMN", conflicts_with = "score")]
    pub label: Option<String>,
    /// Column of the score, 0 to 100
    #[arg(long, value_name = "COLUMN")]
    pub score: Option<String>,
    /// Column of trusted labels on the same scale, to measure with: they are not learned
    #[arg(long, value_name = "COLUMN")]
    pub gold: Option<String>,
    /// Take statements and occupations from this inventory, by task id
    #[arg(long, value_name = "PATH")]
    pub inventory: Option<PathBuf>,
    /// Rubric of the dimension [default: exposure; with --from-run: that of the run]
    #[arg(long, value_name = "ID")]
    pub rubric: Option<String>,
    /// The dimension that is labelled [default: exposure, or the only one of the rubric]
    #[arg(long, value_name = "ID")]
    pub dimension: Option<String>,
    /// Id of the surrogate [default: surrogate-<file> or surrogate-<rater>]
    #[arg(long, value_name = "ID")]
    pub name: Option<String>,
    /// Whose labels these are; shown wherever the surrogate answers, so --out needs it
    #[arg(long, value_name = "TEXT")]
    pub source: Option<String>,
    /// Write the weights here; the training manifest goes beside them as .json
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print all held-out figures, mean and range over the assignments of seeds 1, 2 and 3
    #[arg(long)]
    pub report: bool,
    /// Assignment of occupations to folds for the weights, and for the figures without --report
    #[arg(long, value_name = "SEED", default_value = "1")]
    pub seed: String,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
    /// No progress on stderr
    #[arg(long, short)]
    pub quiet: bool,
}

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater explain 20261120T090000Z-1a2b3c4d mle-01
  taskrater explain runs/20261120T090000Z-1a2b3c4d 8823 --json")]
pub(super) struct ExplainArgs {
    /// Folder of a run, or its id below runs/
    pub run: String,
    /// Task id, as in consensus.csv
    pub task: String,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub(super) struct RunsArgs {
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub(super) struct CacheArgs {
    #[command(subcommand)]
    pub command: CacheCommand,
}

#[derive(Subcommand)]
pub(super) enum CacheCommand {
    /// Entries, bytes, what they cost; by rater, model and outcome
    Stats(CacheStatsArgs),
    /// A line an entry, in the order of tasks
    Ls(CacheLsArgs),
    /// Say whether a question is in the cache, and if not, what differs from the nearest entry
    Explain(CacheExplainArgs),
    /// Take entries out, after saying how many and what they cost
    Rm(CacheRmArgs),
    /// Write every entry as a line of JSON
    Export(CacheExportArgs),
    /// Merge exported entries; what is there already stays
    Import(CacheImportArgs),
    /// Read and check every entry
    Verify(CacheVerifyArgs),
    /// Make the cache again from the ledgers of runs, without a call
    Rebuild(CacheRebuildArgs),
}

/// Which cache, and how to answer.
#[derive(Args)]
pub(super) struct CacheWhere {
    /// Folder of the reply cache [default: cache/ of the project]
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
}

/// Which entries are meant.
#[derive(Args)]
pub(super) struct CacheFilter {
    /// Entries of this rater
    #[arg(long, value_name = "ID")]
    pub rater: Option<String>,
    /// Entries of this model
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// Entries of this occupation, by its code
    #[arg(long, value_name = "CODE")]
    pub occupation: Option<String>,
    /// Entries of this task, by its id
    #[arg(long, value_name = "ID")]
    pub task: Option<String>,
    /// rated or refused
    #[arg(long, value_name = "OUTCOME")]
    pub outcome: Option<String>,
    /// Entries older than this: 2026-01-31, 2026-01-31T12:00:00Z, or an age such as 30d
    #[arg(long, value_name = "TIME")]
    pub before: Option<String>,
    /// Entries of this time or younger
    #[arg(long, value_name = "TIME")]
    pub after: Option<String>,
}

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater cache stats
  taskrater cache stats --cache /mnt/shared/cache --json")]
pub(super) struct CacheStatsArgs {
    #[command(flatten)]
    pub at: CacheWhere,
}

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater cache ls --limit 20
  taskrater cache ls --rater gpt-4o --outcome refused
  taskrater cache ls --occupation 15-2051.00 --after 7d --json

With --json each line is an object.")]
pub(super) struct CacheLsArgs {
    #[command(flatten)]
    pub filter: CacheFilter,
    /// Most entries to list [default: all]
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    #[command(flatten)]
    pub at: CacheWhere,
}

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater cache explain mle-01 --rater gpt-4o
  taskrater cache explain 8823 --rater gpt-4o --inventory db_30_2_text --rubric exposure
  taskrater cache explain mle-01 --rater gpt-4o --prompt my-prompt.md --sample 2

The question is the one that `rate` would ask with the same flags. Both values of every field that differs are named;
long texts stand by their fingerprints.")]
pub(super) struct CacheExplainArgs {
    /// Task id
    pub task: String,
    /// A hosted rater, by id
    #[arg(long, value_name = "ID")]
    pub rater: String,
    /// Code or title of its occupation, where several have a task of this id
    #[arg(long, value_name = "CODE")]
    pub occupation: Option<String>,
    /// Folder or zip of an O*NET text release, folder of .toml files, or a .toml file [default: as for rate]
    #[arg(long, value_name = "PATH")]
    pub inventory: Option<PathBuf>,
    /// What is judged [default: as for rate]
    #[arg(long, value_name = "ID", conflicts_with = "prompt")]
    pub rubric: Option<String>,
    /// An edited copy of a prompt file
    #[arg(long, value_name = "FILE")]
    pub prompt: Option<PathBuf>,
    /// Sample number, from 0
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub sample: u32,
    #[command(flatten)]
    pub at: CacheWhere,
}

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater cache rm --outcome refused --dry-run
  taskrater cache rm --rater gpt-4o --before 90d
  taskrater cache rm --all --yes

Says how many entries are meant and what they cost, and asks; where nobody can be asked it needs --yes.")]
pub(super) struct CacheRmArgs {
    #[command(flatten)]
    pub filter: CacheFilter,
    /// Every entry
    #[arg(long)]
    pub all: bool,
    /// Only say what would be removed
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    pub yes: bool,
    #[command(flatten)]
    pub at: CacheWhere,
}

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater cache export replies.jsonl
  taskrater cache export | zstd > replies.jsonl.zst

One entry a line, with its key, the raw reply, what it cost and a checksum; cache/README.md lists the fields.")]
pub(super) struct CacheExportArgs {
    /// File to write; - is stdout [default: -]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub at: CacheWhere,
}

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater cache import replies.jsonl
  zstdcat replies.jsonl.zst | taskrater cache import -
  taskrater cache import theirs.jsonl ours.jsonl --replace

Every line is checked. Bad ones are named with file and line, the rest is taken, and the exit code is 3.")]
pub(super) struct CacheImportArgs {
    /// Exported files; - is stdin
    #[arg(required = true)]
    pub file: Vec<PathBuf>,
    /// Overwrite entries that are there already
    #[arg(long)]
    pub replace: bool,
    #[command(flatten)]
    pub at: CacheWhere,
}

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater cache verify
  taskrater cache verify --remove

Reads every entry and checks it against its checksum; with damaged entries the exit code is 3. Ways from keys to
entries are mended.")]
pub(super) struct CacheVerifyArgs {
    /// Take damaged entries out
    #[arg(long)]
    pub remove: bool,
    #[command(flatten)]
    pub at: CacheWhere,
}

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater cache rebuild
  taskrater cache rebuild runs/20261120T090000Z-1a2b3c4d elsewhere/my-run

Reads the ledgers of all runs below runs/, or of those that are named; a run that went elsewhere with --out has to be
named. Replies that were rated or refused become entries, each with what led to it. An entry that is there stays, unless
the ledger holds a later reply to the same question. A store that is damaged is put aside, and what can be read of it
is kept.")]
pub(super) struct CacheRebuildArgs {
    /// Folders of runs, or their ids below runs/ [default: all below runs/]
    pub run: Vec<String>,
    #[command(flatten)]
    pub at: CacheWhere,
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
        Command::Train(args) => commands::train::run(args),
        Command::Explain(args) => commands::explain::run(args),
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
