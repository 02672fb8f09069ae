//! The arguments of `compare`.

use clap::Args;

#[derive(Args)]
#[command(
    after_help = "Tasks are joined by id. Whatever differs between the runs is compared too: prompt, models, settings, list of tasks. A change
is called one only where it can be told from chance over the tasks that read the same; the rest says how small a change
could have been seen (MDE). All values are points of the 0–100 score; docs/compare.md has the formulas.

Examples:
  taskrater compare 20261113T090000Z-1a2b3c4d 20261120T090000Z-1a2b3c4d
  taskrater compare runs/old-prompt runs/new-prompt --limit 30
  taskrater compare runs/v1 runs/v2 --csv > changes-of-scores.csv
  taskrater compare runs/v1 runs/v2 --json > comparison.json"
)]
pub(in crate::shell) struct CompareArgs {
    /// The earlier run: its folder, or its id below runs/
    pub before: String,
    /// The later run
    pub after: String,
    /// Most occupations and tasks to list, and tasks whose reasons --json holds
    #[arg(long, default_value_t = 10, value_name = "N")]
    pub limit: usize,
    /// Print everything as JSON
    #[arg(long)]
    pub json: bool,
    /// Print a row an occupation and dimension as CSV
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}
