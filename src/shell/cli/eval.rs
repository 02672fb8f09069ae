//! The arguments of `eval`.

use super::{AskArgs, EvalNewArgs, InventoryArgs};
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Examples:
  taskrater eval starter
  taskrater eval starter --panel frontier --card eval/cards/impact.json
  taskrater eval starter --prompt mine.md --against impact --panel frontier --max-usd 2
  taskrater eval starter --prompt mine.md --against eval/cards/impact.json --max-drop kappa=0.02 --junit gate.xml
  taskrater eval eloundou-300 --inventory db_30_2_text --rubric exposure --half test
  taskrater eval eloundou-300 --inventory db_30_2_text --rater gpt-4o --probe title --probe anchor
  taskrater eval list
  taskrater eval new ours --inventory jobs.csv --tasks 200

The ratings are an ordinary run in runs/, cache first: the same command again asks only what is missing. docs/score-card.md says
what each figure is, docs/eval.md how prompts are compared and what the gate does."
)]
pub(in crate::shell) struct EvalArgs {
    #[command(subcommand)]
    pub command: Option<EvalCommand>,
    /// An eval set: starter, eloundou-300, eloundou-full, one of the project's eval/, or a folder
    #[arg(required = true)]
    pub set: Option<String>,
    #[command(flatten)]
    pub inventory: InventoryArgs,
    /// What is judged: impact or exposure, or a prompt of this project [default: the rubric of the set]
    #[arg(long, value_name = "ID", conflicts_with = "prompt")]
    pub rubric: Option<String>,
    /// The prompt that is measured, in a file
    #[arg(long, value_name = "FILE")]
    pub prompt: Option<PathBuf>,
    /// The half that is measured on: dev, or test, which is locked so that a prompt chosen on dev can be measured on tasks that
    /// had no part in the choice
    #[arg(long, value_enum, default_value_t = HalfArg::Dev)]
    pub half: HalfArg,
    #[command(flatten)]
    pub ask: AskArgs,
    /// Answers of each hosted rater to each question, 1 to 100: repeats give the noise floor [default: 1]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(1..=100), help_heading = "Raters")]
    pub samples: Option<u32>,
    /// Compare with this: a score card (.json), or a prompt (a file, or the id of one), which is then measured with the same panel
    #[arg(long, value_name = "CARD|PROMPT", help_heading = "Comparison")]
    pub against: Option<String>,
    /// Compare two judges of this measurement, A with B: raters, baselines or `consensus`; repeat for more
    #[arg(long, value_name = "A,B", help_heading = "Comparison")]
    pub between: Vec<String>,
    /// With --against: fail (exit code 10) where this figure drops by more than X, such as kappa=0.02 or exposure.mae=1; repeat
    /// for more
    #[arg(
        long,
        value_name = "METRIC=X",
        requires = "against",
        help_heading = "Gate"
    )]
    pub max_drop: Vec<String>,
    /// Who has to show what: detected fails where a drop of more than X is seen and is no chance; shown fails unless it is shown
    /// that there is none of more than X
    #[arg(long, value_enum, default_value_t = GateArg::Detected, requires = "max_drop", help_heading = "Gate")]
    pub gate: GateArg,
    /// Look for a bias with a small designed run, in place of the measurement; repeat for more
    #[arg(long, value_enum, value_name = "KIND", conflicts_with_all = ["against", "between", "max_drop", "gate", "card", "junit", "markdown"], help_heading = "Probes")]
    pub probe: Vec<ProbeArg>,
    /// Tasks of a probe
    #[arg(
        long,
        value_name = "N",
        default_value_t = 60,
        requires = "probe",
        help_heading = "Probes"
    )]
    pub probe_tasks: usize,
    /// Write the score card here, too
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub card: Option<PathBuf>,
    /// With --against: write the gate and the comparison as JUnit XML
    #[arg(
        long,
        value_name = "FILE",
        requires = "against",
        help_heading = "Output"
    )]
    pub junit: Option<PathBuf>,
    /// Write the measurement, and the comparison, as Markdown
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub markdown: Option<PathBuf>,
}

/// What is done with sets.
#[derive(Subcommand)]
pub(in crate::shell) enum EvalCommand {
    /// List the eval sets: those that come with the program and those of this project
    List(EvalListArgs),
    /// Make an eval set: draw its tasks, with or without labels, into eval/NAME
    New(Box<EvalNewArgs>),
}

/// The arguments of `eval list`.
#[derive(Args)]
pub(in crate::shell) struct EvalListArgs {
    /// Print JSON instead of a table
    #[arg(long)]
    pub json: bool,
}

/// A half of a set.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::shell) enum HalfArg {
    /// For trying prompts
    Dev,
    /// Locked: for the one that was chosen
    Test,
}

/// What a gate asks for.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::shell) enum GateArg {
    /// Fails on a drop that is seen
    Detected,
    /// Fails unless it is shown that there is none
    Shown,
}

/// A bias that is looked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(in crate::shell) enum ProbeArg {
    /// Whether the title of the occupation moves the rating of the same task
    Title,
    /// Whether the same question gets the same answer, and whether answers drift
    Repeat,
    /// Whether an example score moves the rating
    Anchor,
    /// Whether more words for the same task move the rating
    Verbosity,
}

/// Whether `taskrater eval NAME` is a command of its own, so that no set can be called so.
pub(in crate::shell) fn is_eval_command(name: &str) -> bool {
    name == "help" || EvalCommand::has_subcommand(name)
}
