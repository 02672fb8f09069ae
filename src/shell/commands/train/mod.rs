//! `train`: a surrogate from labels, with its agreement on occupations it has not seen.

mod columns;
mod eloundou;
mod from_run;
mod labels;
mod lesson;
mod out;
mod report;
mod steps;

use crate::error::{Error, Kind, Result};
use crate::rater::surrogate::TrainError;
use crate::rater::surrogate::train::{
    Gold, Spec, Target, TrainingReport, against_gold, train_watched,
};
use crate::rater::{Bundle, is_rater_id, scale_of};
use crate::rubric::{Dimension, Rubric};
use crate::shell::cli::TrainArgs;
use crate::shell::project::Project;
use from_run::Run;
use lesson::Lesson;
use out::Out;
use std::path::Path;
use steps::Steps;

/// The assignments of occupations to folds that `--report` measures.
const ASSIGNMENTS: [&str; 3] = ["1", "2", "3"];

/// Runs the command.
pub(in crate::shell) fn run(args: &TrainArgs) -> Result<u8> {
    let project = Project::find()?;
    let lesson = lesson(&project, args)?;
    let out = match &args.out {
        Some(path) => Some(Out::check(path)?),
        None => None,
    };
    for note in &lesson.notes {
        anstream::eprintln!("{note}");
    }
    let (mut assignments, mut skipped) = (Vec::new(), Vec::new());
    let seeds = seeds(args);
    for (n, seed) in seeds.iter().enumerate() {
        let steps = Steps::start(seed, n, seeds.len(), args.quiet);
        let trained = train_watched(&lesson.rows, &spec(&lesson, seed), &|done, all| {
            steps.at(done, all);
        });
        steps.finish();
        let (bundle, report) = match trained {
            Ok(trained) => trained,
            // Three assignments of few occupations: one of them may not fill every fold.
            Err(TrainError::EmptyFold { .. }) if seeds.len() > 1 && *seed != args.seed => {
                skipped.push((*seed).to_owned());
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        if let (Some(out), true) = (&out, *seed == args.seed) {
            let bytes = out.write(&bundle, &report)?;
            anstream::eprintln!("wrote {} ({bytes} bytes)", out.weights.display());
            anstream::eprintln!("wrote {}", out.manifest.display());
        }
        if !args.report || ASSIGNMENTS.contains(seed) {
            assignments.push(Assignment::of(&lesson, seed, &bundle, report));
        }
    }
    report::show(args, &lesson, &assignments, &skipped, out.as_ref())?;
    Ok(0)
}

/// What one assignment of occupations to folds came to.
struct Assignment {
    seed: String,
    report: TrainingReport,
    /// By surrogate.
    gold: Vec<Option<Gold>>,
}

impl Assignment {
    fn of(lesson: &Lesson, seed: &str, bundle: &Bundle, report: TrainingReport) -> Self {
        let measure = |(which, gold): (usize, &Option<lesson::GoldColumn>)| {
            against_gold(bundle, which, &lesson.rows, &gold.as_ref()?.answers)
        };
        Self {
            seed: seed.to_owned(),
            gold: lesson.gold.iter().enumerate().map(measure).collect(),
            report,
        }
    }
}

/// The assignments to train: that of the weights first, so that they are on disk early.
fn seeds(args: &TrainArgs) -> Vec<&str> {
    let own = args.seed.as_str();
    if !args.report {
        return vec![own];
    }
    let others = ASSIGNMENTS.into_iter().filter(|seed| *seed != own);
    let first = args.out.is_some() || ASSIGNMENTS.contains(&own);
    first.then_some(own).into_iter().chain(others).collect()
}

fn spec(lesson: &Lesson, seed: &str) -> Spec {
    Spec {
        name: lesson.name.clone(),
        attribution: lesson.attribution.clone(),
        seed: seed.to_owned(),
        targets: lesson.targets.clone(),
        threads: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
    }
}

/// What to learn from: a published set, the ratings of a run, or a label file.
fn lesson(project: &Project, args: &TrainArgs) -> Result<Lesson> {
    if let (Some(run), Some(rater)) = (&args.from_run, &args.rater) {
        let run = Run::find(project, run, rater)?;
        let (prompt, _) = project.prompt(args.rubric.as_deref().unwrap_or(&run.rubric))?;
        if prompt.fingerprint() != run.prompt {
            anstream::eprintln!(
                "the prompt of run {} is not today's '{}': its ratings are read on today's scale",
                run.id,
                prompt.id()
            );
        }
        let source = args.source.clone().unwrap_or_else(|| run.source());
        let (target, _) = target(args, prompt.rubric(), rater, source)?;
        return run.lesson(args, target);
    }
    let path = args.labels.as_deref().unwrap_or(Path::new(""));
    let table = lesson::labels(path)?;
    if args.preset.is_some() || (!describes(args) && eloundou::is_published(&table)) {
        return eloundou::lesson(&table);
    }
    let (prompt, _) = project.prompt(args.rubric.as_deref().unwrap_or("exposure"))?;
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let (target, dimension) = target(args, prompt.rubric(), &stem, source(args)?)?;
    labels::lesson(project, args, &table, target, dimension)
}

/// Whether the command line says anything about the label file; then it is no preset, and no flag goes unheard.
fn describes(args: &TrainArgs) -> bool {
    let said = [
        &args.label,
        &args.score,
        &args.gold,
        &args.id,
        &args.text,
        &args.title,
        &args.group,
        &args.rubric,
        &args.dimension,
        &args.name,
        &args.source,
    ];
    args.inventory.is_some() || said.iter().any(|flag| flag.is_some())
}

/// Whose labels these are. Weights without it could not say whose opinion they repeat.
fn source(args: &TrainArgs) -> Result<String> {
    match &args.source {
        Some(source) => Ok(source.clone()),
        None if args.out.is_none() => Ok("labels without a source".to_owned()),
        None => Err(Error::new(
            Kind::Usage,
            "whose labels these are is not said, and the weights would not say it either",
        )
        .hint("add --source, such as --source \"our analysts, 2026\"")),
    }
}

/// The surrogate to train, and the dimension it is to answer.
fn target<'a>(
    args: &TrainArgs,
    rubric: &'a Rubric,
    teacher: &str,
    source: String,
) -> Result<(Target, &'a Dimension)> {
    let dimension = dimension(rubric, args.dimension.as_deref())?;
    let id = match &args.name {
        Some(id) => id.clone(),
        None => format!("surrogate-{}", as_id(teacher)),
    };
    if !is_rater_id(&id) {
        return Err(Error::new(Kind::Usage, format!("'{id}' is no rater id"))
            .hint("use letters, digits and . _ : -"));
    }
    if source.trim().is_empty() || source.contains(char::is_control) {
        return Err(Error::new(
            Kind::Usage,
            "--source is empty or holds control characters",
        ));
    }
    let target = Target {
        id,
        dimension: dimension.id.clone(),
        scale: scale_of(dimension),
        source,
    };
    Ok((target, dimension))
}

/// A file name with nothing in it that an id cannot hold.
fn as_id(name: &str) -> String {
    let fine = |c: char| c.is_ascii_alphanumeric() || "._:-".contains(c);
    name.chars()
        .map(|c| if fine(c) { c } else { '-' })
        .collect()
}

/// The dimension that was named, or `exposure`, or the only one there is.
fn dimension<'a>(rubric: &'a Rubric, named: Option<&str>) -> Result<&'a Dimension> {
    let dimensions = rubric.dimensions();
    let found = match (named, dimensions) {
        (None, [only]) => Some(only),
        (named, all) => {
            let wanted = named.unwrap_or("exposure");
            all.iter().find(|dimension| dimension.id == wanted)
        }
    };
    found.ok_or_else(|| {
        let known: Vec<&str> = dimensions.iter().map(|d| d.id.as_str()).collect();
        let said = named.map_or_else(String::new, |name| format!(" '{name}'"));
        Error::new(
            Kind::Usage,
            format!("which dimension? rubric '{}' has no{said}", rubric.id()),
        )
        .hint(format!(
            "name one with --dimension: {}; another rubric with --rubric",
            known.join(", ")
        ))
    })
}
