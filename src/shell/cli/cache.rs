//! The arguments of `cache` and its commands.

use super::InventoryArgs;
use clap::{Args, Subcommand};
use std::path::PathBuf;

#[derive(Args)]
pub(in crate::shell) struct CacheArgs {
    #[command(subcommand)]
    pub command: CacheCommand,
}

#[derive(Subcommand)]
pub(in crate::shell) enum CacheCommand {
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
pub(in crate::shell) struct CacheWhere {
    /// Folder of the reply cache [default: cache/ of the project]
    #[arg(long, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
}

/// Which entries are meant.
#[derive(Args)]
pub(in crate::shell) struct CacheFilter {
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
pub(in crate::shell) struct CacheStatsArgs {
    #[command(flatten)]
    pub at: CacheWhere,
}

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater cache ls --limit 20
  taskrater cache ls --rater gpt-4o --outcome refused
  taskrater cache ls --occupation 15-2051.00 --after 7d --json

With --json each line is an object.")]
pub(in crate::shell) struct CacheLsArgs {
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
pub(in crate::shell) struct CacheExplainArgs {
    /// Task id
    pub task: String,
    /// A hosted rater, by id
    #[arg(long, value_name = "ID")]
    pub rater: String,
    /// Code or title of its occupation, where several have a task of this id
    #[arg(long, value_name = "CODE")]
    pub occupation: Option<String>,
    #[command(flatten)]
    pub inventory: InventoryArgs,
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
pub(in crate::shell) struct CacheRmArgs {
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
pub(in crate::shell) struct CacheExportArgs {
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
pub(in crate::shell) struct CacheImportArgs {
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

Reads every entry and checks it against its checksum; with damaged entries, or lost ones, the exit code
is 3. Ways from keys to
entries are mended.")]
pub(in crate::shell) struct CacheVerifyArgs {
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
named, and so has one with --no-cache or --cache-read-only. Replies that were rated or refused become entries, each with
what led to it; of several to one question the latest. An entry that is there stays. A store that is damaged is put
aside, and what can be read of it is kept. Where replies that were lost are in none of the ledgers the exit code is 3,
and `rate` goes on refusing to pay for them again until --accept-loss.")]
pub(in crate::shell) struct CacheRebuildArgs {
    /// Folders of runs, or their ids below runs/ [default: all below runs/]
    pub run: Vec<String>,
    /// Replace entries that are there by later replies of the ledgers
    #[arg(long)]
    pub replace: bool,
    /// Take replies that are in no ledger as lost: the next run pays for them again
    #[arg(long)]
    pub accept_loss: bool,
    #[command(flatten)]
    pub at: CacheWhere,
}
