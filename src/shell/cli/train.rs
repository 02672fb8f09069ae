//! The arguments of `train`.

use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater train full_labelset.tsv --report
  taskrater train labels.csv --source \"our analysts, 2026\" --out surrogates/analysts.bin
  taskrater train scores.jsonl --rubric impact --dimension automation --score points --report
  taskrater train labels.csv --inventory db_30_2_text --label verdict --gold expert
  taskrater train --from-run 20261120T101500Z-1a2b3c4d --rater gpt-4o --out surrogates/gpt-4o.bin

LABELS is CSV or TSV with a header, or JSONL. Columns are found by usual names (task_id, task, title, occupation_id,
label, score, gold) and reported; the flags name others. Rows without a label are left out and counted.
The published label set of Eloundou et al. (Science 2024), full_labelset.tsv, is known: it trains the four surrogates
that come with taskrater.
Agreement is measured on whole occupations held out, by six-digit SOC code where the codes are such. A surrogate is a
small linear model, not an LLM. To use one, name its file in taskrater.toml:
  [[raters]]
  id = \"surrogate-analysts\"
  surrogate = \"surrogates/analysts.bin\"")]
pub(in crate::shell) struct TrainArgs {
    /// Label file: CSV, TSV or JSONL. With --from-run: gold labels to measure with
    #[arg(required_unless_present = "from_run")]
    pub labels: Option<PathBuf>,
    /// Read LABELS as this published set, and train the surrogates that come with taskrater
    #[arg(long, value_name = "NAME", value_parser = ["eloundou2024"],
        conflicts_with_all = ["label", "score", "gold", "id", "text", "title", "group", "inventory", "rubric",
            "dimension", "name", "source", "from_run"])]
    pub preset: Option<String>,
    /// Learn the ratings of a run: its folder, or its id below runs/
    #[arg(long, value_name = "RUN", requires = "rater",
        conflicts_with_all = ["label", "score", "text", "title", "group", "inventory"])]
    pub from_run: Option<String>,
    /// The rater of that run to learn from
    #[arg(long, value_name = "ID", requires = "from_run")]
    pub rater: Option<String>,
    /// Column of the task id
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// Column of the task statement
    #[arg(long, value_name = "COLUMN", conflicts_with = "inventory")]
    pub text: Option<String>,
    /// Column of the occupation title
    #[arg(long, value_name = "COLUMN")]
    pub title: Option<String>,
    /// Column of what is held out together, such as an occupation code
    #[arg(long, value_name = "COLUMN")]
    pub group: Option<String>,
    /// Column of the label
    #[arg(long, value_name = "COLUMN", conflicts_with = "score")]
    pub label: Option<String>,
    /// Column of the score, 0 to 100
    #[arg(long, value_name = "COLUMN")]
    pub score: Option<String>,
    /// Column of trusted labels on the same scale, to measure with: they are not learned
    #[arg(long, value_name = "COLUMN")]
    pub gold: Option<String>,
    /// Take statements and occupations from this inventory, by task id
    #[arg(long, value_name = "PATH")]
    pub inventory: Option<PathBuf>,
    /// Rubric of the dimension [default: exposure; with --from-run: that of the run]
    #[arg(long, value_name = "ID")]
    pub rubric: Option<String>,
    /// The dimension that is labelled [default: exposure, or the only one of the rubric]
    #[arg(long, value_name = "ID")]
    pub dimension: Option<String>,
    /// Id of the surrogate [default: surrogate-<file> or surrogate-<rater>]
    #[arg(long, value_name = "ID")]
    pub name: Option<String>,
    /// Whose labels these are; shown wherever the surrogate answers, so --out needs it
    #[arg(long, value_name = "TEXT")]
    pub source: Option<String>,
    /// Write the weights here; the training manifest goes beside them as .json
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Print all held-out figures, mean and range over the assignments of seeds 1, 2 and 3
    #[arg(long)]
    pub report: bool,
    /// Assignment of occupations to folds for the weights, and for the figures without --report
    #[arg(long, value_name = "SEED", default_value = "1")]
    pub seed: String,
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
    /// No progress on stderr
    #[arg(long, short)]
    pub quiet: bool,
}
