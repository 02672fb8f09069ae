//! The tasks of a run as the page holds them: columns, not rows, so that thousands stay small.
//!
//! Values, spreads and consensus are rounded to four decimals. What takes one of a few values is one letter a task: `a` for
//! the first label or outcome, `b` for the second, `-` for none.

use super::super::{RaterKind, Report};
use super::AuditPage;
use super::choose::by_dispute;
use crate::error::Result;
use crate::rater::GoldKind;
use crate::rating::Outcome;
use crate::reconcile::Reconciliation;
use crate::rubric::Label;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Everything the page knows of the tasks.
#[derive(Serialize)]
pub(super) struct Payload<'a> {
    inventory: &'a str,
    notes: &'a [String],
    rubric: &'a str,
    prompt: &'a str,
    raters: Vec<RaterPart<'a>>,
    occupations: Vec<Named<'a>>,
    tasks: TaskColumns<'a>,
    dimensions: Vec<DimensionColumns<'a>>,
    outcome_names: Vec<&'static str>,
    /// One text a rater, one letter a task.
    outcomes: Vec<String>,
    /// One list a rater, 0–100 a task.
    confidence: Vec<Vec<Option<Short>>>,
    rationales: Rationales,
}

#[derive(Serialize)]
struct RaterPart<'a> {
    id: &'a str,
    kind: RaterKind,
    source: &'a str,
    description: &'a str,
    gold: Option<GoldKind>,
    samples: usize,
}

#[derive(Serialize)]
struct Named<'a> {
    id: &'a str,
    title: &'a str,
}

#[derive(Serialize)]
struct TaskColumns<'a> {
    id: Vec<&'a str>,
    /// Positions of the occupations.
    occupation: Vec<usize>,
    statement: Vec<&'a str>,
    activity_ids: Vec<&'a str>,
    /// Their titles; empty where none is known.
    activity_titles: Vec<&'a str>,
    /// Positions of their activities; no lists at all where the run knows none.
    activities: Vec<Vec<usize>>,
}

/// The numbers of a dimension.
#[derive(Serialize)]
struct DimensionColumns<'a> {
    id: &'a str,
    question: &'a str,
    labels: Option<&'a [Label]>,
    bounds: (f64, f64),
    /// Of every rater a value a task, in the dimension's unit.
    values: Vec<Vec<Option<Short>>>,
    /// Of every rater the letter of its (most likely) label a task; `None` for scores.
    label_codes: Option<Vec<String>>,
    /// How the consensus was made.
    method: &'static str,
    consensus: Vec<Option<Short>>,
    consensus_labels: Option<String>,
    spread: Vec<Option<Short>>,
    /// `1`, `0`, or `-` with fewer than two raters.
    contested: String,
    #[serde(skip)]
    position: usize,
}

#[derive(Serialize)]
struct Rationales {
    /// Number of tasks that have theirs here.
    held: usize,
    /// Of every task one text a rater, or `None` where they are left out.
    texts: Vec<Option<Vec<String>>>,
}

/// A number with four decimals at most.
#[derive(Clone, Copy)]
struct Short(f64);

impl Serialize for Short {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let number = (self.0 * 1e4).round() / 1e4 + 0.0;
        if number.fract() == 0.0 && number.abs() < 1e9 {
            #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^31")]
            return serializer.serialize_i32(number as i32);
        }
        serializer.serialize_f64(number)
    }
}

impl<'a> Payload<'a> {
    /// The payload of a run; `budget` is the number of bytes of rationales of tasks that are not contested.
    ///
    /// # Errors
    /// The ratings cannot be read.
    pub(super) fn new(page: &AuditPage<'a>) -> Result<Self> {
        let report = page.report;
        let raters = report.raters.len();
        let reconciled = report.reconciled.dimensions.iter();
        let mut payload = Self {
            inventory: report.inventory,
            notes: report.notes,
            rubric: report.rubric.id(),
            prompt: report.prompt,
            raters: rater_parts(report),
            occupations: named(report),
            tasks: TaskColumns::new(report, page.activities),
            dimensions: reconciled
                .filter_map(|one| DimensionColumns::new(report, one))
                .collect(),
            outcome_names: Outcome::ALL.iter().map(|outcome| outcome.name()).collect(),
            outcomes: vec![String::new(); raters],
            confidence: vec![Vec::new(); raters],
            rationales: rationales(report, page.rationale_bytes)?,
        };
        for (_, _, row) in report.rows() {
            for (rater, rating) in row?.opinions().enumerate() {
                let outcome = Outcome::ALL.iter().position(|one| *one == rating.outcome);
                payload.outcomes[rater].push(letter(outcome));
                payload.confidence[rater].push(rating.confidence.map(Short));
                for one in &mut payload.dimensions {
                    let value = rating.values.get(one.position).and_then(Option::as_ref);
                    one.values[rater].push(value.map(|value| Short(value.value)));
                    if let Some(codes) = &mut one.label_codes {
                        codes[rater].push(letter(value.and_then(|value| value.label)));
                    }
                }
            }
        }
        Ok(payload)
    }
}

impl<'a> DimensionColumns<'a> {
    fn new(report: &Report<'a>, one: &Reconciliation) -> Option<Self> {
        let dimension = report.dimension(one.position)?;
        let (raters, labels) = (report.raters.len(), dimension.labels());
        let mut columns = Self {
            id: &dimension.id,
            question: &dimension.question,
            labels: (!labels.is_empty()).then_some(labels),
            bounds: dimension.bounds(),
            values: vec![Vec::new(); raters],
            label_codes: (!labels.is_empty()).then(|| vec![String::new(); raters]),
            method: one.method,
            consensus: Vec::new(),
            consensus_labels: (!labels.is_empty()).then(String::new),
            spread: Vec::new(),
            contested: String::new(),
            position: one.position,
        };
        for task in 0..report.ratings.tasks() {
            let consensus = one.task(task);
            columns.consensus.push(consensus.value.map(Short));
            if let Some(codes) = &mut columns.consensus_labels {
                codes.push(letter(consensus.label));
            }
            columns.spread.push(consensus.spread.map(Short));
            columns.contested.push(match consensus.contested {
                Some(true) => '1',
                Some(false) => '0',
                None => '-',
            });
        }
        Some(columns)
    }
}

impl<'a> TaskColumns<'a> {
    fn new(report: &Report<'a>, activities: &'a BTreeMap<String, String>) -> Self {
        let mut columns = Self {
            id: Vec::new(),
            occupation: Vec::new(),
            statement: Vec::new(),
            activity_ids: Vec::new(),
            activity_titles: Vec::new(),
            activities: Vec::new(),
        };
        let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
        for (position, occupation) in report.occupations.iter().enumerate() {
            for task in &occupation.tasks {
                columns.id.push(&task.id);
                columns.occupation.push(position);
                columns.statement.push(&task.statement);
                let mut own = Vec::new();
                for activity in &task.activities {
                    let next = positions.len();
                    let place = *positions.entry(activity).or_insert(next);
                    if place == next {
                        columns.activity_ids.push(activity);
                        let title = activities.get(activity);
                        columns
                            .activity_titles
                            .push(title.map_or("", |title| title));
                    }
                    own.push(place);
                }
                columns.activities.push(own);
            }
        }
        if columns.activity_ids.is_empty() {
            columns.activities.clear();
        }
        columns
    }
}

/// The letter of a position; positions beyond the alphabet have none.
fn letter(position: Option<usize>) -> char {
    position
        .and_then(|position| ('a'..='z').nth(position))
        .unwrap_or('-')
}

fn rater_parts<'a>(report: &Report<'a>) -> Vec<RaterPart<'a>> {
    let raters = report.raters.iter().enumerate();
    raters
        .map(|(position, rater)| RaterPart {
            id: &rater.id,
            kind: rater.kind,
            source: &rater.source,
            description: &rater.description,
            gold: rater.gold,
            samples: report.ratings.slots().of(position).len(),
        })
        .collect()
}

fn named<'a>(report: &Report<'a>) -> Vec<Named<'a>> {
    let occupations = report.occupations.iter();
    occupations
        .map(|occupation| Named {
            id: &occupation.id,
            title: &occupation.title,
        })
        .collect()
}

/// The rationales of the tasks that have room, the most disputed first.
fn rationales(report: &Report<'_>, budget: usize) -> Result<Rationales> {
    let tasks = report.ratings.tasks();
    let (order, must) = by_dispute(report.reconciled, tasks);
    let mut texts = vec![None; tasks];
    let (mut held, mut bytes) = (0, 0);
    for (place, task) in order.into_iter().enumerate() {
        let row = report.ratings.row(task)?;
        let own: Vec<String> = row
            .opinions()
            .map(|rating| rating.rationale.clone())
            .collect();
        bytes += own.iter().map(String::len).sum::<usize>();
        if place >= must && bytes > budget {
            break;
        }
        texts[task] = Some(own);
        held += 1;
    }
    Ok(Rationales { held, texts })
}
