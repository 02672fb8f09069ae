//! The arguments of `review`.

use clap::Args;
use std::path::PathBuf;

/// Heading of what is said once, when tasks are drawn.
const DRAWING: &str = "Drawing (once, for a new review)";
/// Heading of labels in a spreadsheet.
const SHEET: &str = "Labels in a spreadsheet";
/// Heading of the page.
const PAGE: &str = "The page";
/// Heading of the plan.
const PLAN: &str = "How many labels";

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater review runs/today
  taskrater review runs/today --tasks 200 --contested 0.3 --double 0.25
  taskrater review runs/today --reviewer Ana --port 8080
  taskrater review runs/today --to-csv ana.csv --reviewer ana
  taskrater review runs/today --to-csv ben.csv --reviewer ben --part 2/2
  taskrater review runs/today --from-csv ana.csv --reviewer ana
  taskrater review runs/today --status --json > status.json
  taskrater review runs/today --plan --want 3

What was drawn, every label and gold.csv lie in reviews/<id of the run>: labels are yours, keep that folder under version control.
docs/review.md says how tasks are drawn, how labels become gold, and by which formulae.")]
pub(in crate::shell) struct ReviewArgs {
    /// Folder of a run, or its id below runs/
    pub run: String,
    /// Folder of the review [default: reviews/<id of the run> beside taskrater.toml]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Who labels: the name that stands beside each label
    #[arg(long, value_name = "NAME", conflicts_with_all = ["status", "plan", "no_page"])]
    pub reviewer: Option<String>,
    /// Say how far the review is and how far people agree, write gold.csv, and ask nobody
    #[arg(long)]
    pub status: bool,
    /// Print JSON instead of a table; not while a page is served
    #[arg(long, conflicts_with = "to_csv")]
    pub json: bool,

    /// Port of the page that people label on, on this machine alone [default: any that is free]
    #[arg(long, default_value_t = 0, value_name = "PORT", hide_default_value = true,
        conflicts_with_all = ["status", "plan", "to_csv", "from_csv"], help_heading = PAGE)]
    pub port: u16,
    /// Draw, say what was drawn, and serve no page
    #[arg(long, conflicts_with_all = ["port", "status", "plan", "to_csv", "from_csv"], help_heading = PAGE)]
    pub no_page: bool,

    /// Tasks to draw [default: 100]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), help_heading = DRAWING)]
    pub tasks: Option<u32>,
    /// Share of them that is drawn from contested tasks: 0 draws from all alike, 1 from contested tasks alone [default: 0.3]
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = DRAWING)]
    pub contested: Option<f64>,
    /// Share of them that two people are to label [default: 0.5]
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = DRAWING)]
    pub double: Option<f64>,
    /// A dimension that people are asked for; repeat it for several [default: all that the run rated]
    #[arg(long, value_name = "DIMENSION", help_heading = DRAWING)]
    pub dimension: Vec<String>,
    /// Whose labels these will be: human (people asked to label), expert (people who know the occupation), editorial
    /// [default: human]
    #[arg(long, value_name = "KIND", value_parser = ["human", "expert", "editorial"], help_heading = DRAWING)]
    pub kind: Option<String>,
    /// Seed of the draw: the same seed draws the same tasks [default: 1]
    #[arg(long, value_name = "N", help_heading = DRAWING)]
    pub seed: Option<u64>,

    /// Write the tasks that the reviewer is still asked about, with empty cells, and the rubric beside it; - is stdout
    #[arg(long, value_name = "FILE", requires = "reviewer", conflicts_with_all = ["from_csv", "status", "plan"], help_heading = SHEET)]
    pub to_csv: Option<PathBuf>,
    /// With --to-csv: the reviewer is the Kth of N people who label at the same time, and gets a share of the tasks
    #[arg(long, value_name = "K/N", value_parser = part, requires = "to_csv", help_heading = SHEET)]
    pub part: Option<(usize, usize)>,
    /// Take the reviewer's labels in from such a sheet; - is stdin
    #[arg(long, value_name = "FILE", requires = "reviewer", conflicts_with_all = ["status", "plan"], help_heading = SHEET)]
    pub from_csv: Option<PathBuf>,
    /// With --from-csv: take nothing in where a row cannot be used
    #[arg(long, requires = "from_csv", help_heading = SHEET)]
    pub strict: bool,

    /// Say how many labels buy which precision, and ask nobody
    #[arg(long, conflicts_with = "status", help_heading = PLAN)]
    pub plan: bool,
    /// With --plan: how many labels it takes for ± so many points of the mean of all tasks
    #[arg(long, value_name = "POINTS", value_parser = points, requires = "plan", help_heading = PLAN)]
    pub want: Option<f64>,
    /// Chance with which an interval holds, with --plan and of agreement
    #[arg(long, default_value_t = 0.9, value_name = "SHARE", value_parser = level, help_heading = PLAN)]
    pub level: f64,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    match (0.0..=1.0).contains(&share) {
        true => Ok(share),
        false => Err("it is a share from 0 to 1, such as 0.3".to_owned()),
    }
}

fn level(text: &str) -> Result<f64, String> {
    let level: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    match (0.5..1.0).contains(&level) {
        true => Ok(level),
        false => Err("it is a share from 0.5 to below 1, such as 0.9".to_owned()),
    }
}

fn points(text: &str) -> Result<f64, String> {
    let points: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    match points > 0.0 && points <= 100.0 {
        true => Ok(points),
        false => Err("it is a number of points above 0, such as 3".to_owned()),
    }
}

fn part(text: &str) -> Result<(usize, usize), String> {
    let both = text.split_once('/');
    let both = both.and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    both.filter(|&(k, n): &(usize, usize)| (1..=n).contains(&k) && n <= 1000)
        .ok_or_else(|| "it is a person out of several, such as 1/2".to_owned())
}
