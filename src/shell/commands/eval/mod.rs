//! `eval`: a prompt and a panel measured on tasks with gold, compared with another, and guarded by a gate.

mod list;
mod log;
mod new;
mod sets;

use crate::error::{Error, Kind, Result};
use crate::shell::cli::{EvalArgs, EvalCommand};

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &EvalArgs) -> Result<u8> {
    match &args.command {
        Some(EvalCommand::List(args)) => list::run(args),
        Some(EvalCommand::New(args)) => new::run(args),
        None => Err(Error::new(Kind::Usage, "not there yet")),
    }
}
