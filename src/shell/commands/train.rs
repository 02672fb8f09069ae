//! `train`
use crate::error::{Error, Kind, Result};
use crate::shell::cli::TrainArgs;
pub(in crate::shell) fn run(_args: &TrainArgs) -> Result<u8> {
    Err(Error::new(Kind::Usage, "soon"))
}
