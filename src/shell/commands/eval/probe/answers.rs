//! What the runs of a probe came to: the answers of each arm, and when they were given.

use super::{Arm, Finding, Prober, Variant};
use crate::error::Result;
use crate::eval::probe::{
    Kind, Titles, Worded, anchor, repeat, title, tolerance, verbosity, words,
};
use crate::shell::cli::AskArgs;
use crate::shell::loaded_run::LoadedRun;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A first answer that is older than all later ones by this, in seconds, is no part of the same asking.
const EARLIER: i64 = 3600;

/// One value a task, in points.
type Column = Vec<Option<f64>>;

/// What was answered.
pub(super) struct Collected {
    /// By arm, position of the rater and of the dimension.
    columns: BTreeMap<(Arm, usize, usize), Column>,
    /// When, by arm and rater, one a task.
    times: BTreeMap<(Arm, usize), Vec<Option<Timestamp>>>,
    /// The run of each turn, in the order of the schedule.
    pub folders: Vec<PathBuf>,
    tasks: usize,
    none: Column,
}

impl Collected {
    pub fn new(prober: &Prober<'_>) -> Self {
        let tasks = prober.design.tasks();
        Self {
            columns: BTreeMap::new(),
            times: BTreeMap::new(),
            folders: Vec::new(),
            none: vec![None; tasks],
            tasks,
        }
    }

    /// Takes in the answers of a run.
    pub fn read(&mut self, prober: &Prober<'_>, variant: &Variant, folder: &Path) -> Result<()> {
        let run = LoadedRun::read(prober.of.project, &folder.display().to_string())?;
        let first = first_task(prober, variant);
        let raters = prober.panel.raters().iter();
        let places: Vec<Option<usize>> = raters
            .map(|rater| run.raters.iter().position(|line| line.id == rater.id))
            .collect();
        for task in 0..run.sheet.tasks() {
            let row = run.sheet.row(task)?;
            for (rater, place) in places.iter().enumerate() {
                let samples = place.map_or(&[][..], |place| row.samples(place));
                let Some(rating) = samples.get(variant.sample as usize) else {
                    continue;
                };
                for (at, dimension) in run.rubric.dimensions().iter().enumerate() {
                    let value = rating.values.get(at).and_then(Option::as_ref);
                    let column = self.columns.entry((variant.turn.arm, rater, at));
                    let column = column.or_insert_with(|| vec![None; self.tasks]);
                    if let Some(cell) = column.get_mut(first + task) {
                        *cell = value.map(|value| dimension.to_score(value.value));
                    }
                }
            }
        }
        self.folders.push(folder.to_owned());
        Ok(())
    }

    /// Takes in when each answer was given; nothing where there is no cache to say so.
    pub fn read_times(&mut self, prober: &Prober<'_>) -> Result<()> {
        if prober.of.ask.no_cache {
            return Ok(());
        }
        let ask = AskArgs {
            refresh: false,
            max_age: None,
            dry_run: true,
            ..prober.of.ask.clone()
        };
        let surveys = prober.surveys(&ask)?;
        for (variant, survey) in prober.variants.iter().zip(surveys) {
            let first = first_task(prober, variant);
            for ((task, rater, sample), time) in survey.times {
                if sample != variant.sample {
                    continue;
                }
                let times = self.times.entry((variant.turn.arm, rater));
                let times = times.or_insert_with(|| vec![None; self.tasks]);
                if let Some(cell) = times.get_mut(first + task) {
                    *cell = Some(time);
                }
            }
        }
        Ok(())
    }

    /// When the first and the last answer of a rater were given in each arm, by its name.
    pub fn ages(&self, rater: usize) -> BTreeMap<String, (Timestamp, Timestamp)> {
        let own = self.times.iter().filter(|((_, of), _)| *of == rater);
        own.filter_map(|((arm, _), times)| {
            let there = || times.iter().flatten().copied();
            Some((arm.name(), (there().min()?, there().max()?)))
        })
        .collect()
    }

    /// How many answers an arm has of a rater, in any dimension.
    pub fn answered(&self, arm: Arm, rater: usize) -> usize {
        let own = |at: &usize| {
            let mut columns = self.columns.iter();
            columns.any(|((of, by, _), column)| (*of, *by) == (arm, rater) && column[*at].is_some())
        };
        (0..self.tasks).filter(own).count()
    }

    /// What is found, rater by rater and dimension by dimension.
    pub fn findings(&self, prober: &Prober<'_>) -> Vec<Finding> {
        let occupations = prober.design.of_tasks();
        let lengths = [Arm::Plain, Arm::Padded(2), Arm::Padded(3)].map(|arm| lengths(prober, arm));
        let dimensions = prober.of.prompt.0.rubric().dimensions();
        let tolerances: Vec<f64> = dimensions.iter().map(tolerance).collect();
        let mut all = Vec::new();
        for [(rater, rater_id), (dimension, dimension_id)] in prober.judged() {
            let of = |arm: Arm| -> &Column {
                let found = self.columns.get(&(arm, rater, dimension));
                found.unwrap_or(&self.none)
            };
            for kind in &prober.kinds {
                let findings = match kind {
                    Kind::Title => {
                        let (own, masked) = (of(Arm::Plain), of(Arm::Masked));
                        let borrowed = of(Arm::Borrowed);
                        let arms = Titles {
                            own,
                            masked,
                            borrowed,
                        };
                        title(arms, &occupations, &prober.design.donors)
                    }
                    Kind::Repeat => {
                        let rounds =
                            (1..=prober.rounds).map(|round| of(Arm::Round(round)).as_slice());
                        let rounds: Vec<&[Option<f64>]> = rounds.collect();
                        repeat(
                            &rounds,
                            &self.earlier(rater, prober.rounds),
                            &occupations,
                            tolerances[dimension],
                        )
                    }
                    Kind::Anchor => {
                        anchor(of(Arm::Plain), of(Arm::Low), of(Arm::High), &occupations)
                    }
                    Kind::Verbosity => {
                        let arms = [Arm::Plain, Arm::Padded(2), Arm::Padded(3)];
                        let arms = arms.iter().zip(&lengths);
                        let worded = arms.map(|(arm, words)| Worded {
                            answers: of(*arm),
                            words,
                        });
                        verbosity(&worded.collect::<Vec<_>>(), &occupations)
                    }
                };
                let findings = findings.into_iter();
                all.extend(findings.map(|one| one.of_rater(rater_id, dimension_id)));
            }
        }
        all
    }

    /// Which tasks were answered in the first round long before all others.
    fn earlier(&self, rater: usize, rounds: u32) -> Vec<bool> {
        let time = |round: u32, task: usize| {
            let times = self.times.get(&(Arm::Round(round), rater))?;
            times.get(task).copied().flatten()
        };
        let gap = |task: usize| {
            let last = (2..=rounds).filter_map(|round| time(round, task)).min();
            last.zip(time(1, task))
                .is_some_and(|(last, first)| last.duration_since(first).as_secs() >= EARLIER)
        };
        (0..self.tasks).map(gap).collect()
    }
}

/// The place in the design of a run's first task.
fn first_task(prober: &Prober<'_>, variant: &Variant) -> usize {
    let before = prober.design.occupations.iter().take(variant.turn.of.start);
    before.map(|one| one.tasks.len()).sum()
}

/// Words of the statements of an arm, in the order of the design.
fn lengths(prober: &Prober<'_>, arm: Arm) -> Vec<usize> {
    let own = prober.variants.iter().filter(|one| one.turn.arm == arm);
    let mut own: Vec<&Variant> = own.collect();
    own.sort_by_key(|one| one.turn.of.start);
    let items = own.iter().flat_map(|one| one.inventory.items());
    items.map(|item| words(&item.task.statement)).collect()
}
