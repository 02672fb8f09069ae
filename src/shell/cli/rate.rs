//! The arguments of `rate`.

use super::{AskArgs, InventoryArgs};
use crate::rater::{RECONCILIATIONS, WEIGHTINGS};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater rate \"Machine Learning Engineers\"
  taskrater rate Cooks Lawyers --panel frontier
  taskrater rate --all --inventory db_30_2_text --rubric exposure
  taskrater rate Electricians --rater gpt-4o --rater surrogate-human --offline
  taskrater rate \"My job\" --inventory my-folder --json
  taskrater rate --all --inventory jobs.csv
  taskrater rate --occupations titles.txt --inventory db_30_2_text --panel frontier
  taskrater rate --all --panel frontier --dry-run
  taskrater rate --all --panel frontier --max-usd 20 --yes
  taskrater rate --all --panel frontier --inventory db_30_2_text --carry-over 20261120T090000Z-1a2b3c4d

Without keys the free panel of embedded raters is used. Replies of hosted raters are cached: the same command again asks only what is missing.")]
pub(in crate::shell) struct RateArgs {
    /// Codes, titles or alternate titles
    #[arg(conflicts_with = "all")]
    pub occupation: Vec<String>,
    /// Every occupation of the inventory
    #[arg(long)]
    pub all: bool,
    /// The occupations that a file names: a title or code a line, or a table (.csv, .tsv, .jsonl, .xlsx) with a column of
    /// them; - is standard input. All are looked up before anything is asked
    #[arg(long, value_name = "FILE", conflicts_with = "all")]
    pub occupations: Option<PathBuf>,
    /// With --occupations: go on without those that stand for none, for several, or have no tasks
    #[arg(long, requires = "occupations")]
    pub skip_unresolved: bool,
    #[command(flatten)]
    pub inventory: InventoryArgs,
    /// What is judged: impact or exposure, or a prompt of this project [default: impact]
    #[arg(long, value_name = "ID", conflicts_with = "prompt")]
    pub rubric: Option<String>,
    /// An edited copy of a prompt file
    #[arg(long, value_name = "FILE")]
    pub prompt: Option<PathBuf>,
    #[command(flatten)]
    pub ask: AskArgs,
    /// Answers of each hosted rater to each question, 1 to 100; how far they lie apart is shown beside how far raters
    /// do [default: 1]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=100), help_heading = "Raters")]
    pub samples: Option<u32>,
    /// How tasks weigh in an occupation's score: core (Core 2, others 1), importance or equal [default: core]
    #[arg(long, value_name = "RULE", value_parser = WEIGHTINGS)]
    pub weighting: Option<String>,
    /// How the raters' values become one: auto, mean, median, calibrated-mean, ridge-stack, pattern-table, or a diagnostic
    /// (dawid-skene, one-coin, em); docs/reconcile.md. `reconcile RUN --method` does it again without asking [default: auto]
    #[arg(long, value_name = "METHOD", value_parser = RECONCILIATIONS)]
    pub reconcile: Option<String>,
    /// Take the ratings of an earlier run (its folder, or its id below runs/) over for tasks that read the same, and ask only
    /// the new and the changed ones: a new release of an inventory
    #[arg(long, value_name = "RUN", conflicts_with_all = ["refresh", "max_age"], help_heading = "Between releases")]
    pub carry_over: Option<String>,
    /// With --carry-over: ask again, too, where this changed: type, code, description, importance (with commas between)
    #[arg(long, value_name = "FIELD", value_delimiter = ',', requires = "carry_over",
        value_parser = ["type", "code", "description", "importance"], help_heading = "Between releases")]
    pub ask_changed: Vec<String>,
    /// Then let this language model merge the reasons of each task, with what is left of the budget: `taskrater summarise`
    /// over the run; the merged rationale that is made without a call stays beside it
    #[arg(long, value_name = "RATER", help_heading = "Output")]
    pub summarise: Option<String>,
    /// Once the run is written, have its contested tasks judged by this language model, which is none of its raters, with what is
    /// left of the budget; as `adjudicate` does with seed 1
    #[arg(long, value_name = "RATER", help_heading = "Raters")]
    pub adjudicate: Option<String>,
    /// Folder of this run: a new one, an empty one, or that of an earlier run [default: runs/<id>]
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub out: Option<PathBuf>,
}
