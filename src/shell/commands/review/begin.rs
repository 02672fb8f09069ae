//! A new review: its folder, and the tasks that are drawn from the run.

use crate::error::{Error, Kind, Result};
use crate::reconcile::reconcile_as_far;
use crate::review::{Design, Draw, Frame};
use crate::shell::choices;
use crate::shell::cli::ReviewArgs;
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::review_folder::ReviewFolder;
use crate::shell::run_folder::find_run;
use std::path::{Path, PathBuf};

/// Where the review of a run is, or will be.
pub(super) fn folder(project: &Project, args: &ReviewArgs) -> Result<PathBuf> {
    if let Some(path) = &args.out {
        return Ok(path.clone());
    }
    let (_, manifest) = find_run(project.folder(), &args.run)?;
    match manifest["run"].as_str() {
        Some(id) => Ok(project.folder().join("reviews").join(id)),
        None => Err(Error::new(
            Kind::Input,
            format!("the manifest of run '{}' has no id", args.run),
        )),
    }
}

/// Draws from a run, and makes the folder.
pub(super) fn draw(project: &Project, args: &ReviewArgs, path: &Path) -> Result<ReviewFolder> {
    let run = LoadedRun::read(project, &args.run)?;
    let occupations = run.occupations();
    let reconciled = reconcile_as_far(&occupations, &run.sheet, &run.options)?;
    let rated: Vec<String> = reconciled
        .dimensions
        .iter()
        .map(|one| one.dimension.id.clone())
        .collect();
    let dimensions = match args.dimension.is_empty() {
        true => rated,
        false => args.dimension.clone(),
    };
    let mut contested = vec![false; run.sheet.tasks()];
    let asked = reconciled
        .dimensions
        .iter()
        .filter(|one| dimensions.contains(&one.dimension.id));
    for one in asked {
        for (task, contested) in contested.iter_mut().enumerate() {
            *contested |= one.task(task).contested == Some(true);
        }
    }
    let frame = Frame {
        run: &run.id,
        prompt: &run.prompt,
        rubric: &run.rubric,
        dimensions: &dimensions,
        kind: choices::gold_kind(&args.kind)?,
        occupations: &occupations,
        contested: &contested,
    };
    let design = Design {
        tasks: args.tasks as usize,
        contested: args.contested,
        double: args.double,
        seed: args.seed,
    };
    let draw = Draw::new(&frame, design, jiff::Timestamp::now().to_string())?;
    ReviewFolder::make(path, &draw)
}
