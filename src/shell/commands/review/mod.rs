//! `review`: tasks of a run for people to label, blind to what the raters said.

mod begin;
mod page;

use crate::error::Result;
use crate::shell::cli::ReviewArgs;
use crate::shell::project::Project;
use crate::shell::review_folder::ReviewFolder;
use crate::shell::table;

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &ReviewArgs) -> Result<u8> {
    let project = Project::find()?;
    let path = begin::folder(&project, args)?;
    if args.status && ReviewFolder::is_in(&path) {
        let drawn = ReviewFolder::look(&path)?.draw().tasks.len();
        table::print(&format!("{}: {drawn} tasks drawn\n", path.display()))?;
        return Ok(0);
    }
    let folder = match ReviewFolder::is_in(&path) {
        true => ReviewFolder::open(&path)?,
        false => begin::draw(&project, args, &path)?,
    };
    let options = page::Options {
        port: args.port,
        reviewer: args.reviewer.clone(),
    };
    page::serve(folder, &options)?;
    Ok(0)
}
