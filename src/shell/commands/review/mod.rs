//! `review`: tasks of a run for people to label, blind to what the raters said.

mod begin;
mod gold;
mod page;
mod plan;
mod sheet;
mod status;

use crate::error::{Error, Kind, Result};
use crate::review::check_name;
use crate::shell::cli::ReviewArgs;
use crate::shell::project::Project;
use crate::shell::review_folder::ReviewFolder;
use std::path::{Path, PathBuf};

/// Runs the command; the number is the exit code.
pub(in crate::shell) fn run(args: &ReviewArgs) -> Result<u8> {
    let project = Project::find()?;
    if let Some(name) = &args.reviewer {
        check_name(name).map_err(|error| Error::new(Kind::Usage, error.to_string()))?;
    }
    let path = begin::folder(&project, args)?;
    if args.plan {
        plan::run(&project, args, &path)?;
    } else if args.status {
        status::look(&project, args, &path)?;
    } else if let Some(file) = &args.from_csv {
        sheet::take(&project, args, &path, file)?;
    } else {
        // What cannot be done draws nothing.
        if args.json && !args.no_page && args.to_csv.is_none() {
            let message =
                "--json is of --status, --plan, --from-csv or --no-page: the page is for people";
            return Err(Error::new(Kind::Usage, message));
        }
        if let Some(file) = args.to_csv.as_ref().filter(|_| !ReviewFolder::is_in(&path)) {
            sheet::is_free(file)?;
        }
        let (folder, new) = begin::open(&project, args, &path)?;
        if let Some(name) = &args.reviewer {
            let known = folder.desk().check_known(name);
            known.map_err(|error| Error::new(Kind::Usage, error.to_string()))?;
        }
        match &args.to_csv {
            Some(file) => sheet::give(args, &folder, file, new)?,
            None if args.no_page => status::tell(&project, args, &folder, new)?,
            None => {
                let options = page::Options {
                    port: args.port,
                    reviewer: args.reviewer.clone(),
                };
                page::serve(folder, &options)?;
                status::look(&project, args, &path)?;
            }
        }
    }
    Ok(0)
}

/// A path as a person would type it: from the working folder, where it lies below.
fn typed(path: &Path) -> String {
    let below = std::env::current_dir().ok();
    let below = below.and_then(|folder| path.strip_prefix(folder).ok().map(PathBuf::from));
    let text = below.as_deref().unwrap_or(path).display().to_string();
    match text.contains(char::is_whitespace) {
        true => format!("\"{text}\""),
        false => text,
    }
}

/// The command that goes on with this review.
fn command(args: &ReviewArgs) -> String {
    let run = typed(Path::new(&args.run));
    match &args.out {
        Some(out) => format!("taskrater review {run} --out {}", typed(out)),
        None => format!("taskrater review {run}"),
    }
}
