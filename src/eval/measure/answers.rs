//! What each judge said of each task, beside its gold.

use super::judges::{Judge, Voice, judges};
use super::{Measured, SetTask};
use crate::error::{Error, Kind, Result};
use crate::eval::card::{Answer, Answered};
use crate::rating::{Outcome, Rating, Value};
use crate::ratings::{Row, round12, sorted_mean};
use crate::reconcile::{Method, Options, Reconciled, reconcile_as_far};
use crate::rubric::{Dimension, Rubric};
use std::collections::{BTreeMap, HashMap};

/// The judges and all that they said.
pub(super) struct Laid<'a> {
    pub judges: Vec<Judge<'a>>,
    pub answers: Vec<Answered>,
    /// Of each of these tasks its number in the run.
    pub places: Vec<usize>,
    /// The consensus, without the gold of the set.
    pub consensus: Reconciled,
    /// How it was made.
    pub method: String,
    /// What the card has no room for: answers × judges.
    pub known: Vec<Vec<Known>>,
    /// Whether each rater of the run covers each dimension: dimensions × raters.
    covers: Vec<Vec<bool>>,
}

/// What else a judge let know of a task.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// Of each dimension the probability of each label; a plain label has all of it.
    pub chances: Vec<Option<Vec<f64>>>,
    /// Whether any of these is more than a plain label.
    pub graded: bool,
    /// How sure it is to be right, 0–100.
    pub confidence: Option<f64>,
}

impl<'a> Laid<'a> {
    pub fn new(of: &Measured<'a>) -> Result<Self> {
        let places = places(of)?;
        let consensus = reconcile_as_far(of.occupations, of.sheet, &without_gold(of))?;
        let mut methods: Vec<&str> = consensus.dimensions.iter().map(|one| one.method).collect();
        methods.dedup();
        let method = methods.join(", ");
        let dimensions = 0..of.sheet.rubric().dimensions().len();
        let covers = dimensions.map(|position| {
            let mut made = consensus.dimensions.iter();
            let made = made.find(|one| one.position == position);
            made.map_or_else(Vec::new, |one| one.covers.clone())
        });
        let covers = covers.collect();
        let mut laid = Self {
            judges: judges(of, &method)?,
            answers: Vec::new(),
            places: Vec::new(),
            consensus,
            method,
            known: Vec::new(),
            covers,
        };
        for (task, place) in places {
            let (answered, known) = laid.task(of, task, place)?;
            laid.answers.push(answered);
            laid.known.push(known);
            laid.places.push(place);
        }
        laid.majority(of.sheet.rubric());
        Ok(laid)
    }

    /// Whether a rater was asked for a dimension, so that an answer that is not there is missing. A rater without any answer
    /// may not cover it; one that was never rated at all was asked.
    pub fn was_asked(&self, dimension: usize, judge: &Judge<'_>) -> bool {
        let Voice::Rater(rater) = judge.voice else {
            return false;
        };
        let covers = |raters: &Vec<bool>| raters.get(rater) == Some(&true);
        self.covers.get(dimension).is_some_and(covers) || !self.covers.iter().any(covers)
    }

    fn task(
        &self,
        of: &Measured<'_>,
        task: &SetTask<'_>,
        place: usize,
    ) -> Result<(Answered, Vec<Known>)> {
        let rubric = of.sheet.rubric();
        let row = of.sheet.row(place)?;
        let drawn = of.sheet.drawn(of.gold.rater);
        let drawn = drawn.filter(|drawn| drawn.part().is_none());
        let mut answered = Answered {
            occupation_id: task.occupation_id.to_owned(),
            task_id: task.task_id.to_owned(),
            text: task.text.to_owned(),
            probability: drawn.and_then(|drawn| drawn.probability(place)),
            gold: said(rubric, row.opinion(of.gold.rater), &[]),
            said: BTreeMap::new(),
            rationale: BTreeMap::new(),
            missing: BTreeMap::new(),
        };
        let mut known = Vec::new();
        for judge in &self.judges {
            let id = &judge.line.id;
            known.push(match judge.voice {
                Voice::Rater(rater) => Known::of(rubric, row.opinion(rater)),
                Voice::Baseline(baseline) => {
                    let rating = baseline.ratings.get(place);
                    rating.map_or_else(Known::default, |rating| Known::of(rubric, rating))
                }
                Voice::Consensus => self.shares(rubric, &row),
                Voice::Majority => Known::default(),
            });
            let said = match judge.voice {
                Voice::Rater(rater) => rated(&mut answered, id, rubric, (&row, rater)),
                Voice::Consensus => self.together(rubric, place),
                Voice::Baseline(baseline) => {
                    let rating = baseline.ratings.get(place);
                    rating.map_or_else(BTreeMap::new, |rating| said(rubric, rating, &[]))
                }
                Voice::Majority => BTreeMap::new(),
            };
            if !said.is_empty() {
                answered.said.insert(id.clone(), said);
            }
        }
        Ok((answered, known))
    }

    /// The shares of the labels in the panel, where its answers are made of them.
    fn shares(&self, rubric: &Rubric, row: &Row) -> Known {
        let mut chances = vec![None; rubric.dimensions().len()];
        let made = self.consensus.dimensions.iter();
        for one in made.filter(|one| one.is_of_raters() && one.panel().len() > 1) {
            let labels = one.dimension.labels().len();
            let all = one.panel().iter().filter_map(|&rater| {
                let value = row.opinion(rater).values.get(one.position)?.as_ref()?;
                of_labels(value, labels)
            });
            let all: Vec<Vec<f64>> = all.collect();
            let mean = |label: usize| {
                sorted_mean(&mut all.iter().map(|one| one[label]).collect::<Vec<_>>())
            };
            let shares: Option<Vec<f64>> = (0..labels).map(mean).collect();
            chances[one.position] = shares.filter(|_| labels > 0);
        }
        Known {
            graded: true,
            chances,
            confidence: None,
        }
    }

    /// What the panel says of a task, in the dimensions that two raters cover.
    fn together(&self, rubric: &Rubric, place: usize) -> BTreeMap<String, Answer> {
        let made = self.consensus.dimensions.iter();
        let made = made.filter(|one| one.panel().len() > 1);
        let answers = made.filter_map(|one| {
            let consensus = one.task(place);
            let dimension = rubric.dimensions().get(one.position)?;
            let answer = answer(dimension, consensus.value?, consensus.label, Vec::new());
            Some((dimension.id.clone(), answer))
        });
        answers.collect()
    }

    /// Enters what the gold of the other occupations makes likely, for each task with gold.
    fn majority(&mut self, rubric: &Rubric) {
        let mut judges = self.judges.iter();
        let Some(judge) = judges.find(|judge| matches!(judge.voice, Voice::Majority)) else {
            return;
        };
        for dimension in rubric.dimensions() {
            let known = super::field::Field::new(dimension, &self.answers);
            let found = known.map_or_else(Vec::new, |field| field.majority());
            for (task, answer) in found {
                let said = self.answers[task].said.entry(judge.line.id.clone());
                said.or_default().insert(dimension.id.clone(), answer);
            }
        }
    }
}

impl Known {
    fn of(rubric: &Rubric, rating: &Rating) -> Self {
        let dimensions = rubric.dimensions().iter().zip(&rating.values);
        let chances = dimensions
            .map(|(dimension, value)| of_labels(value.as_ref()?, dimension.labels().len()));
        let mut values = rating.values.iter().flatten();
        Self {
            chances: chances.collect(),
            graded: values.any(|value| value.probabilities.is_some()),
            confidence: rating.confidence,
        }
    }
}

/// The probability of each label that an answer gives; `None` for a score.
fn of_labels(value: &Value, labels: usize) -> Option<Vec<f64>> {
    (labels > 0).then_some(())?;
    let plain = |label| f64::from(u8::from(value.label == Some(label)));
    let given = value.probabilities.clone();
    Some(given.unwrap_or_else(|| (0..labels).map(plain).collect()))
}

/// The tasks of the half that the run has, with their numbers in it.
fn places<'a>(of: &Measured<'a>) -> Result<Vec<(&'a SetTask<'a>, usize)>> {
    let all = of.occupations.iter().flat_map(|occupation| {
        let tasks = occupation.tasks.iter();
        tasks.map(|task| (occupation.id.as_str(), task.id.as_str()))
    });
    let numbers: HashMap<(&str, &str), usize> = all.zip(0..).collect();
    let place = |task: &'a SetTask<'a>| {
        let place = numbers.get(&(task.occupation_id, task.task_id));
        place.map(|&place| (task, place))
    };
    let found: Vec<_> = of.tasks.iter().filter_map(place).collect();
    match found.len() == of.sheet.tasks() && numbers.len() == found.len() {
        true => Ok(found),
        false => Err(Error::new(
            Kind::Internal,
            format!(
                "a run of {} tasks, of which the half has {}",
                of.sheet.tasks(),
                found.len()
            ),
        )),
    }
}

/// How the consensus is made: gold stands beside the panel and moves nothing.
fn without_gold(of: &Measured<'_>) -> Options {
    let method = match of.options.method {
        method if method.calibrates() => Method::Mean,
        method => method,
    };
    Options {
        method,
        gold: Some(of.gold),
        ..of.options
    }
}

/// What a rater said; notes its reason, or why it said nothing.
fn rated(
    answered: &mut Answered,
    id: &str,
    rubric: &Rubric,
    (row, rater): (&Row, usize),
) -> BTreeMap<String, Answer> {
    let opinion = row.opinion(rater);
    match opinion.outcome {
        Outcome::Rated if !opinion.rationale.is_empty() => {
            let reason = opinion.rationale.clone();
            answered.rationale.insert(id.to_owned(), reason);
        }
        Outcome::Rated => {}
        missing => {
            answered.missing.insert(id.to_owned(), missing);
        }
    }
    said(rubric, opinion, row.samples(rater))
}

/// The answers of an opinion, with those of its samples where there are several.
fn said(rubric: &Rubric, opinion: &Rating, samples: &[Rating]) -> BTreeMap<String, Answer> {
    let dimensions = rubric.dimensions().iter().zip(&opinion.values).enumerate();
    let answers = dimensions.filter_map(|(position, (dimension, value))| {
        let Value { value, label, .. } = value.as_ref()?;
        let sample = |one: &Rating| Some(one.values.get(position)?.as_ref()?.value);
        let several = samples.iter().filter_map(sample);
        let several: Vec<f64> = several.map(|value| points(dimension, value)).collect();
        let several = if samples.len() > 1 {
            several
        } else {
            Vec::new()
        };
        Some((
            dimension.id.clone(),
            answer(dimension, *value, *label, several),
        ))
    });
    answers.collect()
}

fn points(dimension: &Dimension, value: f64) -> f64 {
    round12(dimension.to_score(value)).clamp(0.0, 100.0)
}

pub(super) fn answer(
    dimension: &Dimension,
    value: f64,
    label: Option<usize>,
    samples: Vec<f64>,
) -> Answer {
    let label = label.and_then(|label| dimension.labels().get(label));
    Answer {
        value: points(dimension, value),
        label: label.map(|label| label.id.clone()),
        samples,
    }
}
