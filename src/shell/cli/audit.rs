//! The arguments of `audit`.

use super::InventoryArgs;
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater audit 20261120T090000Z-1a2b3c4d
  taskrater audit runs/today runs/last-month
  taskrater audit runs/today --inventory db_30_2_text --limit 20
  taskrater audit runs/today --gold human --json > audit.json
  taskrater audit runs/today --gold reviews/today/gold.csv
  taskrater audit runs/today --html ~/audit.html

It asks nobody anything. Positive leniency is a rater that gives more than the others; differences are in points, hundredths of
the scale. Every finding names its test and what was done about the number of tests; docs/audit.md explains every number.")]
pub(in crate::shell) struct AuditArgs {
    /// Folder of a run, or its id below runs/
    pub run: String,
    /// Earlier runs to compare its raters with: what drifted on tasks of the same id and text
    pub earlier: Vec<String>,
    /// The recorded rater that is trusted: the panel is measured against it, and it is no part of the panel; =human, =expert or
    /// =editorial says whose labels they are where the run did not mark them. Or a gold file, which is weighted by its draw
    /// [default: the one that the run marked]
    #[arg(long, value_name = "RATER|FILE")]
    pub gold: Option<String>,
    /// Take a rater that the run marked as gold for one of the panel
    #[arg(long, conflicts_with = "gold")]
    pub no_gold: bool,
    /// The adjudication to hold against gold: its folder, or its id below runs/ [default: the newest of this run]
    #[arg(long, value_name = "FOLDER")]
    pub adjudication: Option<String>,
    /// Tasks of each dimension to show with what every rater says
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub limit: usize,
    /// Coverage of intervals; findings hold an error of 1 − level
    #[arg(long, default_value_t = 0.9, value_name = "SHARE", value_parser = level)]
    pub level: f64,
    /// Resamples of the bootstrap
    #[arg(long, default_value_t = 1000, value_name = "N", value_parser = clap::value_parser!(u32).range(100..=100_000))]
    pub draws: u32,
    /// Seed of the resamples: the same seed gives the same numbers
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// Write the page of the audit to this file: one that opens from disk and needs no network [default: report.html in the
    /// run's folder, none with --json]
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
    /// Print JSON instead of text
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub inventory: InventoryArgs,
}

fn level(text: &str) -> Result<f64, String> {
    let level: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    match (0.5..1.0).contains(&level) {
        true => Ok(level),
        false => Err("it is a share from 0.5 to below 1, such as 0.9".to_owned()),
    }
}
