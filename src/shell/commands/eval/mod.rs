//! `eval`: a prompt and a panel measured on tasks with gold, compared with another, and guarded by a gate.

use crate::error::{Error, Kind, Result};
use crate::shell::cli::{EvalArgs, EvalCommand};

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &EvalArgs) -> Result<u8> {
    match &args.command {
        Some(EvalCommand::List(_)) | None => Err(Error::new(Kind::Usage, "not there yet")),
    }
}
