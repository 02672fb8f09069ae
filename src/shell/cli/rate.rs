//! The arguments of `rate`.

use super::InventoryArgs;
use crate::rater::{Nanodollars, WEIGHTINGS};
use crate::shell::schedule::Caps;
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
    /// A panel by name [default: free]
    #[arg(long, value_name = "NAME", help_heading = "Raters")]
    pub panel: Option<String>,
    /// A rater by id; repeat for more. With --panel they join it
    #[arg(long, value_name = "ID", help_heading = "Raters")]
    pub rater: Vec<String>,
    /// Answers of each hosted rater to each question, 1 to 100; how far they lie apart is shown beside how far raters
    /// do [default: 1]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=100), help_heading = "Raters")]
    pub samples: Option<u32>,
    /// How tasks weigh in an occupation's score: core (Core 2, others 1), importance or equal [default: core]
    #[arg(long, value_name = "RULE", value_parser = WEIGHTINGS)]
    pub weighting: Option<String>,
    /// Folder of the reply cache [default: cache/ of the project]
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with = "no_cache",
        help_heading = "Reply cache"
    )]
    pub cache: Option<PathBuf>,
    /// Neither read nor write the reply cache; every question is asked and paid for
    #[arg(long, conflicts_with = "offline", help_heading = "Reply cache")]
    pub no_cache: bool,
    /// Read the reply cache and write nothing to it
    #[arg(long, conflicts_with_all = ["no_cache", "refresh"], help_heading = "Reply cache")]
    pub cache_read_only: bool,
    /// Ask again what was cached longer ago than this, such as 12h or 30d, or before this moment, and cache the new replies
    #[arg(long, value_name = "AGE", value_parser = age, conflicts_with_all = ["no_cache", "refresh"], help_heading = "Reply cache")]
    pub max_age: Option<String>,
    /// Ask again what is cached, and cache the new replies
    #[arg(long, conflicts_with_all = ["offline", "no_cache"], help_heading = "Reply cache")]
    pub refresh: bool,
    /// Ask again where a model refused
    #[arg(long, help_heading = "Reply cache")]
    pub retry_refused: bool,
    /// Open no socket: rate from the cache and the embedded raters, and list what is missing
    #[arg(long, help_heading = "Reply cache")]
    pub offline: bool,
    /// Say what the run would take (calls, tokens, cost, time) and stop: no socket, no key, no run written
    #[arg(long, conflicts_with = "offline", help_heading = "Cost")]
    pub dry_run: bool,
    /// Begin without asking, whatever the run may cost
    #[arg(long, help_heading = "Cost")]
    pub yes: bool,
    /// Go on without raters whose key is missing
    #[arg(long, help_heading = "Raters")]
    pub allow_missing: bool,
    /// Spend at most so many dollars: the most a call can cost is set aside before it goes out
    #[arg(long, value_name = "DOLLARS", value_parser = dollars, help_heading = "Cost")]
    pub max_usd: Option<Nanodollars>,
    /// Make at most so many calls, retries included
    #[arg(long, value_name = "N", help_heading = "Cost")]
    pub max_calls: Option<u64>,
    /// With --max-usd: ask raters of unknown price too; their cost is not in the budget
    #[arg(long, requires = "max_usd", help_heading = "Cost")]
    pub allow_unknown_price: bool,
    /// Stop a rater when more than this share of its questions (0 to 1) ends without a rating
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = "Raters")]
    pub max_error_rate: Option<f64>,
    /// Folder of this run: a new one, an empty one, or that of an earlier run [default: runs/<id>]
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// No progress on stderr
    #[arg(long, short, help_heading = "Output")]
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

/// An age such as 12h, counted back from the moment of the look; or a moment.
fn age(text: &str) -> Result<String, String> {
    let fine = crate::shell::time::moment("--max-age", text).is_ok();
    let fine = fine.then(|| text.to_owned());
    fine.ok_or_else(|| {
        "not an age such as 90m, 12h, 30d or 4w, nor a moment such as 2026-01-31T12:00:00Z"
            .to_owned()
    })
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1.0).contains(&share) {
        Ok(share)
    } else {
        Err("not between 0 and 1".to_owned())
    }
}
