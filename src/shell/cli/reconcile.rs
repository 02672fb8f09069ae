//! The arguments of `reconcile`.

use super::InventoryArgs;
use crate::rater::{RECONCILIATIONS, WEIGHTINGS};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater reconcile 20261120T090000Z-1a2b3c4d
  taskrater reconcile runs/today --method median
  taskrater reconcile runs/today --gold human --level 0.95
  taskrater reconcile runs/today --gold survey=expert --json > reconciled.json
  taskrater reconcile runs/today --gold reviews/today/gold.csv
  taskrater reconcile runs/today --gold contested.csv --method mean
  taskrater reconcile runs/today --no-gold --weighting equal --out plain
  taskrater reconcile runs/today --coverage --draws 100 --gold-tasks 300

It asks no model anything and leaves the files of the run as they are. Without gold the default is the rater-centred mean with a
model range; with gold the calibrated mean, from 30 gold tasks on the ridge stack for scores and the pattern table for labels, with
intervals. dawid-skene, one-coin and em are diagnostics. docs/reconcile.md says what each method does and what it assumes.")]
pub(in crate::shell) struct ReconcileArgs {
    /// Folder of a run, or its id below runs/
    pub run: String,
    /// auto, mean, median, calibrated-mean, ridge-stack, pattern-table, or a diagnostic: dawid-skene, one-coin, em
    #[arg(long, value_name = "METHOD", default_value = "auto", value_parser = RECONCILIATIONS)]
    pub method: String,
    /// The recorded rater that is trusted; =human, =expert or =editorial says whose labels they are where the run did not mark
    /// them. Or a gold file, which joins the run with the weights of its draw [default: the one that the run marked]
    #[arg(long, value_name = "RATER|FILE")]
    pub gold: Option<String>,
    /// Take a rater that the run marked as gold for one of the panel
    #[arg(long, conflicts_with = "gold")]
    pub no_gold: bool,
    /// Chance with which an interval from gold covers the next gold label
    #[arg(long, default_value_t = 0.9, value_name = "SHARE", value_parser = level)]
    pub level: f64,
    /// How tasks weigh in an occupation's score: core, importance or equal [default: that of the run]
    #[arg(long, value_name = "RULE", value_parser = WEIGHTINGS)]
    pub weighting: Option<String>,
    /// Check the intervals instead: calibrate random panels on gold of half of the occupations, count gold of the other half
    #[arg(long, conflicts_with = "out")]
    pub coverage: bool,
    /// With --coverage: random draws for each size of panel
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), help_heading = "Coverage")]
    pub draws: u32,
    /// With --coverage: gold tasks of a draw
    #[arg(long, default_value_t = 300, value_name = "N", value_parser = clap::value_parser!(u32).range(2..), help_heading = "Coverage")]
    pub gold_tasks: u32,
    /// With --coverage: seed of the draws; the same seed gives the same numbers
    #[arg(long, default_value_t = 1, value_name = "N", help_heading = "Coverage")]
    pub seed: u64,
    #[command(flatten)]
    pub inventory: InventoryArgs,
    /// Folder for the files [default: reconcile-<method> in that of the run]
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Print JSON instead of a table
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

fn level(text: &str) -> Result<f64, String> {
    let level: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    match (0.5..1.0).contains(&level) {
        true => Ok(level),
        false => Err("it is a share from 0.5 to below 1, such as 0.9".to_owned()),
    }
}
