//! The audit of a run: how far its raters agree, where each differs from the others, on what kind of work, and on which
//! tasks.
//!
//! A sheet of ratings goes in, one [`Audit`] comes out: the same for the same ratings, options and number of draws,
//! whatever the number of threads. Occupations are resampled whole, as their tasks are no independent ones. A rater that
//! is gold is no part of the panel: the panel is measured against it. Agreement is consistency, never validity.

mod agreement;
mod contested;
mod data;
mod dimension;
mod drift;
mod errors;
mod figure;
mod findings;
mod groups;
mod kinds;
mod multiple;
mod pairs;
mod raters;
mod reading;
mod retest;
mod shape;
mod units;
mod words;

pub use agreement::Agreement;
pub(crate) use agreement::alpha;
pub use contested::{Dispute, Voice};
pub use dimension::{DimensionAudit, RaterInDimension};
pub use drift::Drift;
pub use errors::{Errors, VsGold};
pub use figure::Figure;
pub use findings::Finding;
pub use groups::Group;
pub use pairs::Pair;
pub(crate) use pairs::{concordance, kappa};
pub use raters::RaterAudit;
pub use retest::Retest;
pub use shape::{Bar, Used};

use crate::adjudication::Checked;
use crate::compare::Source;
use crate::error::{Error, Kind, Result};
use crate::inventory::{Occupation, Task};
use crate::ratings::{Carried, Sheet};
use data::Data;
use dimension::Shared;
use drift::Earlier;
use reading::Reading;
use serde::Serialize;
use std::collections::BTreeMap;
pub(crate) use units::Units;

/// A rater of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rater {
    /// Its id.
    pub id: String,
    /// `llm`, `surrogate` or `recording`.
    pub kind: String,
    /// Where its ratings come from.
    pub source: String,
    /// The kind of gold that it is marked as.
    pub gold: Option<String>,
    /// What answers, as far as two runs can differ in it; `None` where it is not known.
    pub asked: Option<Source>,
}

/// What is audited, or what it is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// Its id.
    pub id: &'a str,
    /// Fingerprint of its prompt.
    pub prompt: &'a str,
    /// What people call its inventory.
    pub inventory: &'a str,
    /// Its raters, in the order of the sheet.
    pub raters: &'a [Rater],
    /// Which of them is trusted, and so no part of the panel.
    pub gold: Option<usize>,
    /// The occupations that were rated; tasks are counted through them.
    pub occupations: &'a [&'a Occupation],
    /// Titles of the detailed work activities of their tasks, by id.
    pub activities: &'a BTreeMap<String, String>,
    /// The ratings.
    pub sheet: &'a Sheet,
    /// Which of them were taken over from earlier runs.
    pub carried: Option<&'a Carried>,
}

impl<'a> Run<'a> {
    fn ids(&self) -> Vec<&'a str> {
        self.raters.iter().map(|rater| &*rater.id).collect()
    }

    /// A task by its number, with its occupation.
    fn task(&self, number: usize) -> Option<(&'a Occupation, &'a Task)> {
        let mut tasks = self.occupations.iter().flat_map(|occupation| {
            let tasks = occupation.tasks.iter();
            tasks.map(move |task| (*occupation, task))
        });
        tasks.nth(number)
    }

    fn check(&self) -> Result<()> {
        let tasks: usize = self.occupations.iter().map(|one| one.tasks.len()).sum();
        let raters = self.sheet.slots().raters();
        if tasks == self.sheet.tasks() && raters == self.raters.len() {
            return Ok(());
        }
        let message = format!(
            "a sheet of {} tasks and {raters} raters for {tasks} tasks and {} raters",
            self.sheet.tasks(),
            self.raters.len()
        );
        Err(Error::new(Kind::Internal, message))
    }
}

/// Choices of an audit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Coverage of intervals, 0–1; findings hold an error of 1 − level.
    pub level: f64,
    /// Seed of all resamples.
    pub seed: u64,
    /// Number of resamples; 1,000 or more for a report.
    pub draws: usize,
    /// Share of a dimension's range that makes a spread contested, 0–1.
    pub contested_share: f64,
    /// Tasks of a dimension that are given with all rationales.
    pub limit: usize,
    /// Threads to work on: they change the time, and no number.
    pub threads: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            level: 0.9,
            seed: 1,
            draws: 1000,
            contested_share: 0.5,
            limit: 10,
            threads: 1,
        }
    }
}

/// A run that went into the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunLine {
    /// Its id.
    pub run: String,
    /// Fingerprint of its prompt.
    pub prompt: String,
    /// Its inventory.
    pub inventory: String,
    /// Number of tasks.
    pub tasks: usize,
    /// Number of occupations with tasks.
    pub occupations: usize,
}

/// The audit of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// The audited run, then the earlier ones.
    pub runs: Vec<RunLine>,
    /// Coverage of the intervals.
    pub level: f64,
    /// Seed of the resamples.
    pub seed: u64,
    /// Number of the resamples.
    pub draws: usize,
    /// What became of the questions to each rater.
    pub raters: Vec<RaterAudit>,
    /// The dimensions that have ratings.
    pub dimensions: Vec<DimensionAudit>,
    /// What stands after correction for the number of tests, the largest first.
    pub findings: Vec<Finding>,
    /// Where nothing was found: the smallest difference that would have been.
    pub nothing_found: Option<String>,
    /// What a reader should know, and what could not be computed and why.
    pub notes: Vec<String>,
    /// What came of the adjudication of the audited run, where there is one; [`audit`] knows of none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjudication: Option<Checked>,
}

/// Audits a run; `earlier` are runs of the same raters to compare with.
///
/// # Errors
/// [`Kind::Internal`] when the counts do not fit, [`Kind::Io`] when a sheet cannot be read.
pub fn audit(run: &Run<'_>, earlier: &[Run<'_>], options: &Options) -> Result<Audit> {
    run.check()?;
    earlier.iter().try_for_each(Run::check)?;
    let units = Units::new(run.occupations, options);
    let reading = Reading::of(run.sheet, run.gold)?;
    let before = earlier.iter().map(|one| Earlier::new(one, run));
    let before = before.collect::<Result<Vec<_>>>()?;
    let (kinds, missing) = kinds::kinds(run);
    let shared = Shared {
        run,
        options,
        reading: &reading,
        earlier: &before,
        kinds: &kinds,
    };
    let raters = raters::raters(run, &reading, &units);
    let (mut dimensions, mut kept) = (Vec::new(), Vec::new());
    let mut notes = words::notes(run, &units, &before, (&reading, missing));
    let rubric = run.sheet.rubric().dimensions().iter();
    for (position, (dimension, table)) in rubric.zip(run.sheet.tables()?).enumerate() {
        let drawn = run.gold.and_then(|gold| run.sheet.drawn(gold));
        let data =
            Data::new(dimension, &table, run.gold, &units).drawn(drawn.map(|drawn| &**drawn));
        match data.panel.is_empty() {
            true => notes.push(format!("{}: no rater of the panel rated it", dimension.id)),
            false => {
                dimensions.push(shared.dimension(&data, position)?);
                kept.push((data, position));
            }
        }
    }
    multiple::adjust_groups(&mut dimensions);
    let again = |place: usize, rater: &RaterInDimension, out: &[String]| {
        let (data, position) = kept.get(place)?;
        shared.without((data, *position), rater, out)
    };
    let (findings, nothing_found) = findings::findings(&raters, &dimensions, &units, run, &again);
    if findings.iter().any(|one| one.kind == "group") {
        notes.push(format!(
            "findings of kinds of work are chosen for being large: fewer than {} % of their intervals hold",
            (options.level * 1000.0).round() / 10.0
        ));
    }
    multiple::keep_first(&mut dimensions);
    Ok(Audit {
        runs: std::iter::once(run).chain(earlier).map(line).collect(),
        level: options.level,
        seed: options.seed,
        draws: options.draws,
        raters,
        dimensions,
        findings,
        nothing_found,
        notes,
        adjudication: None,
    })
}

fn line(run: &Run<'_>) -> RunLine {
    let rated = run.occupations.iter().filter(|one| !one.tasks.is_empty());
    RunLine {
        run: run.id.to_owned(),
        prompt: run.prompt.to_owned(),
        inventory: run.inventory.to_owned(),
        tasks: run.sheet.tasks(),
        occupations: rated.count(),
    }
}

#[cfg(test)]
mod tests;
