//! The arguments of every command that asks raters.

use crate::rater::Nanodollars;
use crate::shell::schedule::Caps;
use clap::Args;
use std::path::PathBuf;

#[derive(Args, Clone)]
pub(in crate::shell) struct AskArgs {
    /// A panel by name [default: free]
    #[arg(long, value_name = "NAME", help_heading = "Raters")]
    pub panel: Option<String>,
    /// A rater by id; repeat for more. With --panel they join it
    #[arg(long, value_name = "ID", help_heading = "Raters")]
    pub rater: Vec<String>,
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
    /// Open no socket: take what the cache and the embedded raters give, and list what is missing
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
    /// Stop a rater when more than this share of its questions (0 to 1) ends without an answer that can be used
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = "Raters")]
    pub max_error_rate: Option<f64>,
    /// Print JSON instead of a table
    #[arg(long, help_heading = "Output")]
    pub json: bool,
    /// No progress on stderr
    #[arg(long, short, help_heading = "Output")]
    pub quiet: bool,
    /// Of a round that follows a run within one command: the command that would do the same later
    #[arg(skip)]
    pub later: Option<String>,
}

impl AskArgs {
    /// What the run may spend.
    pub fn caps(&self) -> Caps {
        Caps {
            money: self.max_usd,
            calls: self.max_calls,
            left: self.later.is_some(),
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
