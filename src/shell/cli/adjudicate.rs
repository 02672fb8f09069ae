//! The arguments of `adjudicate`.

use super::AskArgs;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater adjudicate runs/today --rater claude-sonnet-4-6
  taskrater adjudicate runs/today --rater claude-sonnet-4-6 --dry-run
  taskrater adjudicate 20261120T090000Z-1a2b3c4d --rater my-model --max-usd 2 --yes
  taskrater rate --all --panel frontier --adjudicate my-model --max-usd 20
  taskrater audit runs/today

The adjudicator must be a language model that is not among the raters of the run. It is asked twice about each contested task, \
with the raters unnamed and in two orders; what follows the order stays unresolved. The files of the run are not touched: the \
verdicts are in a folder of their own in runs/. Replies are cached: the same command again asks only what is missing.")]
pub(in crate::shell) struct AdjudicateArgs {
    /// Folder of a run, or its id below runs/
    pub run: String,
    #[command(flatten)]
    pub ask: AskArgs,
    /// An edited copy of prompts/adjudicate.md
    #[arg(long, value_name = "FILE")]
    pub prompt: Option<PathBuf>,
    /// Seed of the orders in which the raters are shown
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
}
