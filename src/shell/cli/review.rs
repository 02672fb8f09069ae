//! The arguments of `review`.

use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
#[command(after_help = "Examples:
  taskrater review runs/today
  taskrater review runs/today --tasks 200 --contested 0.3 --double 0.25
  taskrater review runs/today --reviewer Ana --port 8080
  taskrater review runs/today --status")]
pub(in crate::shell) struct ReviewArgs {
    /// Folder of a run, or its id below runs/
    pub run: String,
    /// Folder of the review [default: reviews/<id of the run> beside taskrater.toml]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Tasks to draw
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000), help_heading = "Drawing (once, for a new review)")]
    pub tasks: u32,
    /// Share of them that is drawn from contested tasks: 0 draws from all alike, 1 from contested tasks alone
    #[arg(long, default_value_t = 0.3, value_name = "SHARE", value_parser = share, help_heading = "Drawing (once, for a new review)")]
    pub contested: f64,
    /// Share of them that two people are to label
    #[arg(long, default_value_t = 0.5, value_name = "SHARE", value_parser = share, help_heading = "Drawing (once, for a new review)")]
    pub double: f64,
    /// A dimension that people are asked for; repeat it for several [default: all that the run rated]
    #[arg(
        long,
        value_name = "DIMENSION",
        help_heading = "Drawing (once, for a new review)"
    )]
    pub dimension: Vec<String>,
    /// Whose labels these will be: human (people asked to label), expert (people who know the occupation), editorial
    #[arg(long, default_value = "human", value_name = "KIND", value_parser = ["human", "expert", "editorial"], help_heading = "Drawing (once, for a new review)")]
    pub kind: String,
    /// Seed of the draw: the same seed draws the same tasks
    #[arg(
        long,
        default_value_t = 1,
        value_name = "N",
        help_heading = "Drawing (once, for a new review)"
    )]
    pub seed: u64,
    /// Port of the page that people label on, on this machine alone [default: any that is free]
    #[arg(
        long,
        default_value_t = 0,
        value_name = "PORT",
        hide_default_value = true,
        help_heading = "The page"
    )]
    pub port: u16,
    /// Who labels; without it the page asks
    #[arg(long, value_name = "NAME", help_heading = "The page")]
    pub reviewer: Option<String>,
    /// Say how far the review is, and ask nobody
    #[arg(long)]
    pub status: bool,
}

fn share(text: &str) -> Result<f64, String> {
    let share: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    match (0.0..=1.0).contains(&share) {
        true => Ok(share),
        false => Err("it is a share from 0 to 1, such as 0.3".to_owned()),
    }
}
