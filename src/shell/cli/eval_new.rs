//! The arguments of `eval new`.

use super::InventoryArgs;
use clap::Args;
use std::path::PathBuf;

const LABELS: &str = "Tasks and labels";
const DRAWING: &str = "Drawing";
const ABOUT: &str = "What set.toml says";

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater eval new ours --inventory jobs.csv --tasks 200
  taskrater eval new ours --gold reviews/today/gold.csv --run today
  taskrater eval new panel --run today --gold-rater people --occupations 40
  taskrater eval new exposure-300 --inventory db_30_2_text --rubric exposure --gold-rater human --text-column Task --tasks 300

The set is a folder eval/NAME with set.toml and gold.csv: texts to read, edit and keep under version control. Without labels its
columns are empty, to be filled in. The same sources and seed give the same bytes. docs/eval-sets.md says how tasks are drawn and
where the precision comes from.")]
pub(in crate::shell) struct EvalNewArgs {
    /// Its id, and the name of its folder: lower-case letters, digits, '-' and '_'
    pub name: String,
    #[command(flatten)]
    pub inventory: InventoryArgs,
    /// Draw from the tasks of a run (its folder, or its id below runs/), and take their texts from it
    #[arg(long, value_name = "RUN", conflicts_with = "inventory", help_heading = LABELS)]
    pub run: Option<String>,
    /// A gold file, as `review` writes it; repeat it for several. Its probabilities are multiplied by those of this draw
    #[arg(long, value_name = "FILE", conflicts_with = "gold_rater", help_heading = LABELS)]
    pub gold: Vec<PathBuf>,
    /// A recorded rater, of taskrater.toml or of the run, whose ratings are the gold: tasks that it rates can be drawn
    #[arg(long, value_name = "ID", help_heading = LABELS)]
    pub gold_rater: Option<String>,
    /// The column of the rater's file with the text that was labelled: tasks whose text is another one now are left out
    #[arg(long, value_name = "COLUMN", requires = "gold_rater", conflicts_with = "run", help_heading = LABELS)]
    pub text_column: Option<String>,
    /// Whose labels they are: human, expert, editorial [default: as the rater is marked, or human]
    #[arg(long, value_name = "KIND", value_parser = ["human", "expert", "editorial"], conflicts_with = "gold", help_heading = LABELS)]
    pub kind: Option<String>,

    /// Draw so many tasks, spread along the occupations [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "occupations", help_heading = DRAWING)]
    pub tasks: Option<u32>,
    /// Draw so many occupations, each with all its tasks
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = DRAWING)]
    pub occupations: Option<u32>,
    /// Seed of the draw and of the halves: the same seed draws the same
    #[arg(long, value_name = "N", default_value_t = 1, help_heading = DRAWING)]
    pub seed: u64,
    /// Share of the occupations that is locked in the test half
    #[arg(long, value_name = "SHARE", default_value_t = 0.5, value_parser = share, help_heading = DRAWING)]
    pub test_share: f64,

    /// The rubric that the gold is in: impact, exposure, or one of this project [default: that of the run, or of taskrater.toml]
    #[arg(long, value_name = "ID", conflicts_with = "run", help_heading = ABOUT)]
    pub rubric: Option<String>,
    /// Title [default: what was drawn]
    #[arg(long, value_name = "TEXT", help_heading = ABOUT)]
    pub title: Option<String>,
    /// Where tasks and labels come from, with attribution [default: what their files say]
    #[arg(long, value_name = "TEXT", help_heading = ABOUT)]
    pub source: Option<String>,
    /// A figure that decides, such as exposure.kappa; repeat it, three at most [default: kappa of the first dimension with labels,
    /// MAE of the others]
    #[arg(long, value_name = "DIMENSION.METRIC", help_heading = ABOUT)]
    pub primary: Vec<String>,
    /// A difference below which nothing is called better or worse, such as exposure.mae=1; repeat it for several
    #[arg(long, value_name = "DIMENSION.METRIC=X", help_heading = ABOUT)]
    pub margin: Vec<String>,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    match (0.0..1.0).contains(&share) {
        true => Ok(share),
        false => Err("it is a share from 0 to below 1, such as 0.5".to_owned()),
    }
}
