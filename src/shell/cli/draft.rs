//! The arguments of `draft`.

use super::AskArgs;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater draft \"Night Baker\" --from posting.txt --panel frontier
  pdftotext handbook.pdf - | taskrater draft \"Night Baker\" --from - --rater gpt-4o --yes
  taskrater draft \"Night Baker\" --from posting.txt --panel frontier --dry-run
  taskrater draft \"Night Baker\" --from posting.txt --panel frontier --out occupations/night-baker.toml --max-usd 1
  taskrater rate \"Night Baker\" --inventory night-baker.toml

Language models propose tasks, each with the passage of the source that it rests on. What the source does not hold is dropped, near-duplicates are folded, and the file is for you to edit. Surrogates cannot write: they are left out. Replies are cached: the same command again asks only what is missing.")]
pub(in crate::shell) struct DraftArgs {
    /// Title of the occupation
    pub title: String,
    /// A job posting, a page of a handbook or other plain text about the occupation (UTF-8); - reads standard input
    #[arg(long, value_name = "FILE|-")]
    pub from: PathBuf,
    /// Id of the occupation [default: made from the title]
    #[arg(long, value_name = "ID")]
    pub id: Option<String>,
    /// An edited copy of prompts/draft.md
    #[arg(long, value_name = "FILE")]
    pub prompt: Option<PathBuf>,
    /// Longest source, in characters
    #[arg(long, value_name = "N", default_value_t = 60_000)]
    pub max_chars: usize,
    #[command(flatten)]
    pub ask: AskArgs,
    /// File of the inventory [default: <id>.toml]
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long, help_heading = "Output")]
    pub force: bool,
}
