//! How far a review is, on stdout.

use super::{begin, command, gold, typed};
use crate::audit::{Figure, Options};
use crate::error::Result;
use crate::review::{Agreement, Desk, Measure, Reviewer, Status};
use crate::shell::cli::ReviewArgs;
use crate::shell::commands::audit::figure;
use crate::shell::project::Project;
use crate::shell::review_folder::ReviewFolder;
use crate::shell::table::{plain, print};
use crate::shell::terminal::{bold, clean, faint, say};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// `--status`: looks without asking anybody, and changes no label; a page may be open on the review.
pub(super) fn look(project: &Project, args: &ReviewArgs, path: &Path) -> Result<()> {
    begin::there(args, path)?;
    tell_of(
        project,
        args,
        (path, &ReviewFolder::look(path)?),
        false,
        None,
    )
}

/// Writes the gold of an open review and says how far it is.
pub(super) fn tell(
    project: &Project,
    args: &ReviewArgs,
    folder: &ReviewFolder,
    new: bool,
) -> Result<()> {
    tell_with(project, args, folder, new, None)
}

/// The same with what was just done; `imported` is its JSON.
pub(super) fn tell_with(
    project: &Project,
    args: &ReviewArgs,
    folder: &ReviewFolder,
    new: bool,
    imported: Option<Value>,
) -> Result<()> {
    tell_of(project, args, (folder.path(), folder.desk()), new, imported)
}

/// Where gold cannot be written, stderr says so behind what is known.
fn tell_of(
    project: &Project,
    args: &ReviewArgs,
    (path, desk): (&Path, &Desk),
    new: bool,
    imported: Option<Value>,
) -> Result<()> {
    let (written, failed) = match gold::write(path, desk) {
        Ok(written) => (written, None),
        Err(error) => (None, Some(error)),
    };
    show(project, args, desk, (path, written), new, imported)?;
    if let Some(error) = failed {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        let why = cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
        say!(
            "{}; the labels are as they were, and gold is not written",
            clean(&why)
        );
    }
    Ok(())
}

fn show(
    project: &Project,
    args: &ReviewArgs,
    desk: &Desk,
    (path, written): (&Path, Option<PathBuf>),
    new: bool,
    imported: Option<Value>,
) -> Result<()> {
    let options = Options {
        level: args.level,
        ..Options::default()
    };
    let status = Status::of(desk, &options);
    if args.json {
        let mut value = json!({ "review": path, "gold": written });
        if let (Some(all), Ok(Value::Object(own))) =
            (value.as_object_mut(), serde_json::to_value(&status))
        {
            all.extend(own);
            all.extend(imported.map(|imported| ("imported".to_owned(), imported)));
        }
        return print(&format!("{value:#}\n"));
    }
    let mut out = head(&status, path);
    if !status.reviewers.is_empty() {
        out.push_str(&people(&status.reviewers));
        for one in &status.agreement {
            out.push_str(&agreement(one, args.level));
        }
    }
    if let Some(written) = written {
        out.push_str(&gold::text(project, desk, &written, &args.run));
    }
    if new || status.reviewers.is_empty() {
        out.push_str(&next(args));
    }
    print(&out)
}

/// What was drawn from what, and how far that is.
fn head(status: &Status, path: &Path) -> String {
    let mut out = format!(
        "{} · draw {} of run {}, seed {} · {} labels of {}\n",
        bold(&clean(&typed(path))),
        status.draw,
        clean(&status.run),
        status.seed,
        status.kind,
        clean(&status.dimensions.join(", "))
    );
    let rows = status.strata.iter().map(|one| {
        let probability = one.probability.map(|share| format!("{share:.3}"));
        vec![
            one.stratum.clone(),
            one.tasks.to_string(),
            one.drawn.to_string(),
            probability.unwrap_or_else(|| "–".to_owned()),
            one.labelled.to_string(),
        ]
    });
    let header = [
        "tasks of the run",
        "all",
        "drawn",
        "probability",
        "labelled",
    ];
    out.push_str(&plain(&header, rows.collect()));
    let tasks = &status.tasks;
    let _ = writeln!(
        out,
        "{} tasks drawn, {} of them for two people: {} have all their labels, {} a label, {} labels of two people or more",
        tasks.drawn, tasks.double, tasks.complete, tasks.labelled, tasks.double_labelled
    );
    if tasks.skipped > 0 {
        let _ = writeln!(out, "{} have no label and were skipped", tasks.skipped);
    }
    out
}

fn people(reviewers: &[Reviewer]) -> String {
    let rows = reviewers.iter().map(|one| {
        let reasons = one.reasons.iter();
        let reasons: Vec<String> = reasons.map(|(why, n)| format!("{why} ({n})")).collect();
        let progress = &one.progress;
        let counts = [progress.labelled, progress.skipped, progress.open];
        let mut row = vec![one.reviewer.clone()];
        row.extend(counts.map(|n| n.to_string()));
        row.push(reasons.join("; "));
        row
    });
    let header = ["reviewer", "labelled", "skipped", "open", "why skipped"];
    let mut out = format!("\n{}", plain(&header, rows.collect()));
    for one in reviewers.iter().filter(|one| one.passed_over > 0) {
        let _ = writeln!(
            out,
            "{} passed over {} tasks without a reason that nobody labelled; more than two, and one in twenty, make gold a choice",
            clean(&one.reviewer),
            one.passed_over
        );
    }
    out
}

/// How far people agree in a dimension.
fn agreement(one: &Agreement, level: f64) -> String {
    let title = format!("Agreement of people: {}", one.dimension);
    if one.tasks == 0 {
        return format!(
            "\n{}\nno task has the labels of two people yet\n",
            bold(&title)
        );
    }
    let rows = one.measures.iter().map(|measure| {
        let shown = match &measure.estimate {
            Some(found) => shown(measure, found),
            None => format!("–: {}", measure.why_none.unwrap_or_default()),
        };
        vec![words(measure.name).to_owned(), shown]
    });
    let level = (level * 1000.0).round() / 10.0;
    let about = format!(
        "{} tasks, {} pairs of labels of {}; in brackets {level} % intervals, {}",
        one.tasks,
        one.pairs,
        one.people.join(", "),
        one.method
    );
    format!(
        "\n{}\n{}{}\n",
        bold(&clean(&title)),
        plain(&["measure", "estimate"], rows.collect()),
        faint(&clean(&about))
    )
}

fn shown(measure: &Measure, found: &Figure) -> String {
    let text = match measure.name {
        "exact_agreement" => format!("{} %", figure(Some(&found.map(|share| 100.0 * share)), 1)),
        "noise_sd" | "mean_absolute_difference" => format!("{} points", figure(Some(found), 1)),
        _ => figure(Some(found), 2),
    };
    match found.no_interval {
        Some(why) => format!("{text}, no interval: {why}"),
        None => text,
    }
}

fn words(name: &str) -> &str {
    match name {
        "exact_agreement" => "pairs that say the same",
        "mean_absolute_difference" => "mean distance of two people",
        "krippendorff_alpha" => "Krippendorff's alpha",
        "weighted_kappa" => "Cohen's kappa, quadratic",
        "concordance" => "Lin's concordance",
        "noise_sd" => "noise of one label (SD)",
        other => other,
    }
}

/// What can be done with a new review.
fn next(args: &ReviewArgs) -> String {
    let command = command(args);
    let steps = [
        (
            "--to-csv ana.csv --reviewer ana",
            "a sheet for ana to fill in",
        ),
        ("--from-csv ana.csv --reviewer ana", "takes it back"),
        ("--status", "how far people are and agree, and gold.csv"),
        ("--plan", "how many labels buy which precision"),
    ];
    let mut out = format!("\n{}\n", bold("Next"));
    for (flags, what) in steps {
        let line = format!("  {command} {flags}");
        let _ = writeln!(out, "{}  {}", clean(&line), faint(what));
    }
    out
}
