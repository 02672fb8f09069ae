//! The arguments of the commands that look at what there is.

use super::InventoryArgs;
use clap::Args;

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater occupations
  taskrater occupations nurse --inventory db_30_2_text
  taskrater occupations 15-2051 --inventory db_30_2_text.zip
  taskrater occupations \"data scientists\" --show --inventory db_30_2_text
  taskrater occupations --check --inventory my-folder
  taskrater occupations --against db_29_3_text --inventory db_30_2_text
  taskrater occupations --against 20261120T090000Z-1a2b3c4d --inventory db_30_2_text --csv > changes.csv")]
pub(in crate::shell) struct OccupationsArgs {
    /// A code, a title, or words of one; typing mistakes are forgiven
    pub query: Option<String>,
    #[command(flatten)]
    pub inventory: InventoryArgs,
    /// Say what the inventory holds, which tables are missing and what they would give, and list every row that cannot be
    /// used (the exit code is 3 where there is one)
    #[arg(long, conflicts_with = "query")]
    pub check: bool,
    /// Say what changed since an earlier release, or since a run (its folder, or its id below runs/): tasks are joined by id
    #[arg(long, value_name = "OLD", conflicts_with_all = ["query", "check"])]
    pub against: Option<String>,
    /// With --against: print every change as CSV
    #[arg(long, requires = "against", conflicts_with = "json")]
    pub csv: bool,
    /// Show one occupation with all that is known of it: tasks, job zone, related occupations, skills, technology
    #[arg(long, requires = "query", conflicts_with_all = ["check", "against"])]
    pub show: bool,
    /// Most occupations or changes to list
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub limit: usize,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
#[command(
    after_help = "The prompt as it was sent, every raw reply and how it was read, each rating with what it rests on, the consensus.
Replies that no ledger of the run holds are looked up in the project's cache.

Examples:
  taskrater explain 20261120T090000Z-1a2b3c4d mle-01
  taskrater explain runs/20261120T090000Z-1a2b3c4d 8823 --json"
)]
pub(in crate::shell) struct ExplainArgs {
    /// Folder of a run, or its id below runs/
    pub run: String,
    /// Task id, as in consensus.csv
    pub task: String,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
}

#[derive(Args)]
pub(in crate::shell) struct RunsArgs {
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}
