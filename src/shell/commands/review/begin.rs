//! Where a review lies; a new one, drawn from the run, or one to go on with.

use crate::error::{Error, Kind, Result};
use crate::reconcile::{Reconciled, reconcile_as_far};
use crate::review::{Design, Draw, Frame, judged};
use crate::rubric::Rubric;
use crate::shell::choices;
use crate::shell::cli::ReviewArgs;
use crate::shell::files::base_name;
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::review_folder::ReviewFolder;
use crate::shell::run_folder::find_run;
use crate::shell::run_tasks::RunTasks;
use crate::shell::terminal::{clean, say};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What is drawn where nothing is said.
const TASKS: u32 = 100;
const CONTESTED: f64 = 0.3;
const DOUBLE: f64 = 0.5;
const SEED: u64 = 1;
const KIND: &str = "human";

/// Where the review of a run is, or will be. A review stays usable where its run is gone.
///
/// Runs can share a name, in other folders or one after the other: what a run judged tells them apart, and without `--out` each
/// has its own folder.
///
/// # Errors
/// There is neither such a run nor a review of it; the folder named holds the review of another run.
pub(super) fn folder(project: &Project, args: &ReviewArgs) -> Result<PathBuf> {
    let run = match find_run(project.folder(), &args.run) {
        Ok((folder, manifest)) => Some(Known::of(&folder, &manifest, &args.run)?),
        Err(error) => match &args.out {
            Some(path) if ReviewFolder::is_in(path) => None,
            None if ReviewFolder::is_in(&of_project(project, &named(args))) => None,
            _ => return Err(error),
        },
    };
    let Some(out) = &args.out else {
        return match run {
            Some(run) => run.folder(project),
            None => Ok(of_project(project, &named(args))),
        };
    };
    if !ReviewFolder::is_in(out) {
        return Ok(out.clone());
    }
    let draw = ReviewFolder::draw(out)?;
    let message = match run {
        Some(run) if run.is_of(&draw) => return Ok(out.clone()),
        None if named(args) == draw.run => return Ok(out.clone()),
        Some(run) if run.id == draw.run => format!(
            "{} is a review of another run called {}: its tasks, rubric or prompt are not those of this one",
            out.display(),
            draw.run
        ),
        _ => format!(
            "{} is a review of run {}, not of {}",
            out.display(),
            draw.run,
            named(args)
        ),
    };
    Err(Error::new(Kind::Usage, message).hint("name another folder with --out"))
}

/// The name of the run as it was typed, without its folders.
fn named(args: &ReviewArgs) -> String {
    base_name(Path::new(&args.run))
}

/// Where reviews lie.
fn of_project(project: &Project, name: &str) -> PathBuf {
    project.folder().join("reviews").join(name)
}

/// A run that is there.
struct Known {
    id: String,
    /// What it judged; `None` where it has no results yet.
    judged: Option<String>,
}

impl Known {
    fn of(folder: &Path, manifest: &Value, name: &str) -> Result<Self> {
        let id = manifest["run"]
            .as_str()
            .ok_or_else(|| Error::input(format!("the manifest of run '{name}' has no id")))?;
        let rubric: Option<Rubric> = serde_json::from_value(manifest["rubric"].clone()).ok();
        let prompt = manifest["prompt"]["fingerprint"].as_str();
        let tasks = RunTasks::read(folder).ok();
        let all = rubric.zip(prompt).zip(tasks);
        Ok(Self {
            id: id.to_owned(),
            judged: all.map(|((rubric, prompt), tasks)| {
                judged(prompt, &rubric, tasks.inventory.occupations().iter())
            }),
        })
    }

    fn is_of(&self, draw: &Draw) -> bool {
        let same = self.judged.as_ref().is_none_or(|own| *own == draw.judged);
        self.id == draw.run && same
    }

    /// Its folder in the project: that of its name, unless another run of the name has that.
    fn folder(&self, project: &Project) -> Result<PathBuf> {
        let plain = of_project(project, &self.id);
        let Some(judged) = &self.judged else {
            return Ok(plain);
        };
        let own = of_project(project, &format!("{}-{}", self.id, &judged[..8]));
        if ReviewFolder::is_in(&own) {
            return Ok(own);
        }
        if !ReviewFolder::is_in(&plain) || self.is_of(&ReviewFolder::draw(&plain)?) {
            return Ok(plain);
        }
        let line = format!(
            "{} is a review of another run called {}, with other tasks, rubric or prompt: that of this one is {}",
            plain.display(),
            self.id,
            own.display()
        );
        say!("{}", clean(&line));
        Ok(own)
    }
}

/// The review at a path to go on with.
///
/// # Errors
/// There is none; another process has it open.
pub(super) fn existing(args: &ReviewArgs, path: &Path) -> Result<ReviewFolder> {
    there(args, path)?;
    ReviewFolder::open(path)
}

/// That there is a review at a path, and no option of drawing that says otherwise.
///
/// # Errors
/// There is none, or it was drawn otherwise.
pub(super) fn there(args: &ReviewArgs, path: &Path) -> Result<()> {
    if ReviewFolder::is_in(path) {
        return as_drawn(args, &ReviewFolder::draw(path)?, path);
    }
    let message = format!("there is no review of run '{}' yet", args.run);
    Err(Error::new(Kind::Usage, message)
        .hint(format!("`taskrater review {}` draws its tasks", args.run)))
}

/// The review at a path, drawn now where there is none, and whether it was.
pub(super) fn open(
    project: &Project,
    args: &ReviewArgs,
    path: &Path,
) -> Result<(ReviewFolder, bool)> {
    match ReviewFolder::is_in(path) {
        true => Ok((existing(args, path)?, false)),
        false => Ok((draw(project, args, path)?, true)),
    }
}

/// Refuses options of drawing that a review was not drawn with: its draw stays as it is.
fn as_drawn(args: &ReviewArgs, draw: &Draw, path: &Path) -> Result<()> {
    let design = &draw.design;
    let mut other = Vec::new();
    let mut check = |flag: &str, same: bool, is: String| {
        if !same {
            other.push(format!("{flag} is {is}"));
        }
    };
    let near = |asked: Option<f64>, is: f64| asked.is_none_or(|asked| (asked - is).abs() < 1e-9);
    let tasks = args
        .tasks
        .is_none_or(|asked| asked as usize == design.tasks);
    check("--tasks", tasks, design.tasks.to_string());
    let contested = design.contested;
    check(
        "--contested",
        near(args.contested, contested),
        contested.to_string(),
    );
    check(
        "--double",
        near(args.double, design.double),
        design.double.to_string(),
    );
    let seed = args.seed.is_none_or(|asked| asked == design.seed);
    check("--seed", seed, design.seed.to_string());
    let kind = args
        .kind
        .as_deref()
        .is_none_or(|asked| asked == draw.kind.name());
    check("--kind", kind, draw.kind.name().to_owned());
    let (mut asked, mut is) = (args.dimension.clone(), draw.dimensions.clone());
    asked.sort();
    asked.dedup();
    is.sort();
    let dimensions = asked.is_empty() || asked == is;
    check("--dimension", dimensions, draw.dimensions.join(", "));
    if other.is_empty() {
        return Ok(());
    }
    let message = format!(
        "the review {} was drawn otherwise: {}",
        path.display(),
        other.join("; ")
    );
    Err(Error::new(Kind::Usage, message).hint(
        "leave these options out to go on with it, or draw anew into another folder with --out",
    ))
}

/// How tasks are drawn, by what was said, or else as `draw` was.
pub(super) fn design(args: &ReviewArgs, draw: Option<&Draw>) -> Design {
    let was = draw.map(|draw| draw.design);
    let known = |asked: Option<f64>, was: Option<f64>, default| asked.or(was).unwrap_or(default);
    Design {
        tasks: match (args.tasks, was) {
            (Some(asked), _) => asked as usize,
            (None, Some(was)) => was.tasks,
            (None, None) => TASKS as usize,
        },
        contested: known(args.contested, was.map(|was| was.contested), CONTESTED),
        double: known(args.double, was.map(|was| was.double), DOUBLE),
        seed: args.seed.or(was.map(|was| was.seed)).unwrap_or(SEED),
    }
}

/// The dimensions of a run that people are asked for.
pub(super) fn dimensions(args: &ReviewArgs, reconciled: &Reconciled) -> Vec<String> {
    let rated = reconciled.dimensions.iter();
    match args.dimension.is_empty() {
        true => rated.map(|one| one.dimension.id.clone()).collect(),
        false => args.dimension.clone(),
    }
}

/// Whether the raters contest each of so many tasks, in any of these dimensions.
pub(super) fn contested(reconciled: &Reconciled, dimensions: &[String], tasks: usize) -> Vec<bool> {
    let asked = reconciled.dimensions.iter();
    let asked: Vec<_> = asked
        .filter(|one| dimensions.contains(&one.dimension.id))
        .collect();
    let is = |task| {
        asked
            .iter()
            .any(|one| one.task(task).contested == Some(true))
    };
    (0..tasks).map(is).collect()
}

/// Draws from a run, and makes the folder.
fn draw(project: &Project, args: &ReviewArgs, path: &Path) -> Result<ReviewFolder> {
    let run = LoadedRun::read(project, &args.run)?;
    let occupations = run.occupations();
    let reconciled = reconcile_as_far(&occupations, &run.sheet, &run.options)?;
    let dimensions = dimensions(args, &reconciled);
    let frame = Frame {
        run: &run.id,
        prompt: &run.prompt,
        rubric: &run.rubric,
        dimensions: &dimensions,
        kind: choices::gold_kind(args.kind.as_deref().unwrap_or(KIND))?,
        occupations: &occupations,
        contested: &contested(&reconciled, &dimensions, run.sheet.tasks()),
    };
    let now = jiff::Timestamp::now().to_string();
    let draw = Draw::new(&frame, design(args, None), now)?;
    ReviewFolder::make(path, &draw)
}
