//! The arguments of `summarise`.

use super::AskArgs;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater summarise 20261120T090000Z-1a2b3c4d --rater claude-sonnet
  taskrater summarise runs/20261120T090000Z-1a2b3c4d --rater gpt-4o --contested --dry-run
  taskrater summarise runs/20261120T090000Z-1a2b3c4d --rater gpt-4o --max-usd 1 --yes --json
  taskrater rate Cooks --panel frontier --summarise gpt-4o

One question a task that two raters gave a reason for. The model sees the task, the ids, answers and reasons of its raters, and nothing else. A summary of more than three sentences, or with a rater or a number that is not there, is kept as rejected. The files of the run stay as they are, its merged rationale, too; `taskrater explain RUN TASK` shows both (docs/rationale.md).")]
pub(in crate::shell) struct SummariseArgs {
    /// A run: its folder, or its id below runs/
    pub run: String,
    /// Only tasks that are contested in a dimension
    #[arg(long)]
    pub contested: bool,
    /// An edited copy of prompts/summarise.md
    #[arg(long, value_name = "FILE")]
    pub prompt: Option<PathBuf>,
    #[command(flatten)]
    pub ask: AskArgs,
}
