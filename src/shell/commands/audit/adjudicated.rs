//! The adjudication of an audited run, where there is one.

use super::subject::Subject;
use crate::adjudication::{Checked, Judged};
use crate::error::{Error, Kind, Result};
use crate::report::read_adjudicated_csv;
use crate::shell::cli::AuditArgs;
use crate::shell::commands::adjudicate::ADJUDICATED;
use crate::shell::commands::asking::worth;
use crate::shell::files::{digest, read_text};
use crate::shell::loaded_run::LoadedRun;
use crate::shell::project::Project;
use crate::shell::run_folder::{ADJUDICATION, find_any_run, manifest_in, runs_in};
use crate::shell::run_ratings::RATINGS;
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Reads the adjudication that is named, or the best in `runs/` that is of this run and ended ([`worth`]), and holds it against
/// gold. How many others there are, and that the one read is not complete, stands in what comes back.
///
/// # Errors
/// The one that is named is none, or of another run or of other ratings; its files cannot be read.
pub(super) fn check(
    project: &Project,
    args: &AuditArgs,
    subject: &Subject,
) -> Result<Option<Checked>> {
    let run = &subject.loaded;
    let ratings = digest(&run.folder.join(RATINGS))?;
    let found = match &args.adjudication {
        Some(name) => Some((named(project, name, run, &ratings)?, 0)),
        None => best(project, run, &ratings)?,
    };
    let Some(((folder, manifest), others)) = found else {
        return Ok(None);
    };
    let path = folder.join(ADJUDICATED);
    let place = path.display().to_string();
    if manifest["files"][ADJUDICATED].as_str() != Some(&digest(&path)?) {
        let message = format!("{place} is not as the adjudication wrote it");
        return Err(Error::input(message).hint(
            "the same `adjudicate` command again writes it anew; what was paid for is cached",
        ));
    }
    let rows = read_adjudicated_csv(&place, &read_text(&path)?)?;
    let gold = gold(subject, &rows)?;
    let text = |key: &str| manifest[key].as_str().unwrap_or_default().to_owned();
    let named = [text("run"), text("adjudicator")];
    let of = |row: &Judged| {
        gold.get(&(&*row.occupation, &*row.task, &*row.dimension))
            .copied()
    };
    let drawn = subject.gold().and_then(|rater| run.sheet.drawn(rater));
    let drawn = drawn.map(|drawn| &**drawn);
    let mut checked = Checked::of(named, &rows, &run.rubric, of, drawn);
    checked.status = text("status");
    checked.others = others;
    Ok(Some(checked))
}

fn named(
    project: &Project,
    name: &str,
    run: &LoadedRun,
    ratings: &str,
) -> Result<(PathBuf, Value)> {
    let (folder, manifest) = find_any_run(project.folder(), name)?;
    let wrong = |message: String| {
        Err(Error::new(Kind::Usage, message)
            .hint("`taskrater runs` lists adjudications with the run that they are of"))
    };
    if manifest["kind"] != ADJUDICATION {
        return wrong(format!("'{name}' is no adjudication"));
    }
    if !is_of(&manifest, run, ratings) {
        return wrong(format!(
            "'{name}' is an adjudication of other ratings than those of run {}",
            run.id
        ));
    }
    if !ended(&folder, &manifest) {
        return wrong(format!("the adjudication '{name}' did not end"));
    }
    Ok((folder, manifest))
}

/// The best one and the number of the others.
fn best(
    project: &Project,
    run: &LoadedRun,
    ratings: &str,
) -> Result<Option<((PathBuf, Value), usize)>> {
    let folders = runs_in(&project.folder().join("runs"))?.into_iter();
    let found = folders.filter_map(|folder| {
        let manifest: Value = manifest_in(&folder)?;
        let fits = manifest["kind"] == ADJUDICATION && is_of(&manifest, run, ratings);
        (fits && ended(&folder, &manifest)).then_some((folder, manifest))
    });
    let found: Vec<(PathBuf, Value)> = found.collect();
    let others = found.len().saturating_sub(1);
    let best = found
        .into_iter()
        .max_by_key(|(_, manifest)| worth(manifest, judged(manifest)));
    Ok(best.map(|best| (best, others)))
}

/// How many tasks have both answers, over the dimensions.
fn judged(manifest: &Value) -> u64 {
    let dimensions = manifest["verdicts"].as_object().into_iter();
    let both = |tally: &Value| {
        let count = |key: &str| tally[key].as_u64().unwrap_or(0);
        count("resolved") + count("unresolved")
    };
    dimensions.flat_map(|all| all.values()).map(both).sum()
}

/// Whether the ratings that were shown are those of this run: a folder that was used again holds others.
fn is_of(manifest: &Value, run: &LoadedRun, ratings: &str) -> bool {
    manifest["of"] == *run.id && manifest["ratings_blake3"] == *ratings
}

fn ended(folder: &Path, manifest: &Value) -> bool {
    let status = manifest["status"].as_str();
    let status = matches!(status, Some("complete" | "incomplete" | "interrupted"));
    status && folder.join(ADJUDICATED).is_file()
}

/// (occupation, task, dimension), the number of the task and the value.
type Trusted<'a> = HashMap<(&'a str, &'a str, &'a str), (usize, f64)>;

/// What gold says of the disputed tasks.
fn gold<'a>(subject: &'a Subject, rows: &[Judged]) -> Result<Trusted<'a>> {
    let mut known = HashMap::new();
    let Some(rater) = subject.gold() else {
        return Ok(known);
    };
    let run = &subject.loaded;
    let disputed: std::collections::HashSet<(&str, &str)> = rows
        .iter()
        .map(|row| (&*row.occupation, &*row.task))
        .collect();
    for (number, item) in run.inventory.items().enumerate() {
        let (occupation, task) = (&*item.occupation.id, &*item.task.id);
        if !disputed.contains(&(occupation, task)) {
            continue;
        }
        let row = run.sheet.row(number)?;
        let values = &row.opinion(rater).values;
        for (dimension, value) in run.rubric.dimensions().iter().zip(values) {
            if let Some(value) = value {
                known.insert((occupation, task, &*dimension.id), (number, value.value));
            }
        }
    }
    Ok(known)
}
