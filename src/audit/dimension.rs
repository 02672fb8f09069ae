//! One dimension of the audit.

use super::agreement::{Agreement, agreement};
use super::contested::{Dispute, Ranking};
use super::data::{Column, Data};
use super::drift::{Drift, Earlier};
use super::errors::{Errors, VsGold, errors, vs_gold};
use super::figure::Figure;
use super::groups::{Group, groups};
use super::kinds::Kind;
use super::pairs::{Pair, pair, pairs};
use super::reading::{Answer, Reading};
use super::retest::{Retest, retest};
use super::shape::{Bar, Spread, Used, histogram, round, rounder, spread, used};
use super::units::Mean;
use super::{Options, Rater, Run};
use crate::error::Result;
use crate::parallel::parallel;
use serde::Serialize;

/// What is found of one dimension. Values (`mean`, `used`, `histogram`, `spread`) are in its own unit (label values 0–1,
/// scores 0–100); differences are in points, hundredths of the scale.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DimensionAudit {
    /// Its id.
    pub id: String,
    /// Its labels in the order of their values; `None` for a score.
    pub labels: Option<Vec<String>>,
    /// Smallest and largest value.
    pub bounds: [f64; 2],
    /// How many points a step of 1 in its unit is: 100 for labels, 1 for scores.
    pub points: f64,
    /// Tasks that a rater of the panel rated.
    pub n_tasks: usize,
    /// How far the panel agrees.
    pub agreement: Vec<Agreement>,
    /// Each rater that rated anything, gold last.
    pub raters: Vec<RaterInDimension>,
    /// Each two of them.
    pub pairs: Vec<Pair>,
    /// Raters by kind of work.
    pub groups: Vec<Group>,
    /// Kinds of work that are left out here, those with the largest p.
    pub groups_left_out: usize,
    /// What errors have in common, where there is gold.
    pub errors: Option<Errors>,
    /// Why there is nothing of errors.
    pub errors_why_none: Option<&'static str>,
    /// Numbers of the contested tasks, the widest spread first, 500 at most.
    pub contested: Vec<usize>,
    /// How many there are.
    pub contested_total: usize,
    /// The tasks with the widest spread, contested or not, with every rater's words.
    pub widest: Vec<Dispute>,
}

/// A rater in one dimension.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RaterInDimension {
    /// Its id.
    pub id: String,
    /// Whether it is gold and no part of the panel.
    pub gold: bool,
    /// Tasks that it rated.
    pub n: usize,
    /// Mean of its values, in the dimension's unit.
    pub mean: Option<Figure>,
    /// Mean of its value minus the mean of the other raters on the same tasks, in points: above 0 where it gives more.
    pub leniency: Option<Figure>,
    /// p that this is 0.
    pub leniency_p: Option<f64>,
    /// Its standard deviation over that of the others, of single answers: below 1 where it is compressed. `None` for a
    /// statistical model, which gives expectations.
    pub sd_ratio: Option<Figure>,
    /// p that this is 1.
    pub sd_ratio_p: Option<f64>,
    /// Mean of Lin's C_b with each other rater.
    pub c_b: Option<Figure>,
    /// Share of scores that are multiples of 10.
    pub round_share: Option<Figure>,
    /// Share of scores that are multiples of 5.
    pub round_share_5: Option<Figure>,
    /// Share of multiples of 10 beyond the mean share of the other raters that are no statistical models.
    pub round_beyond: Option<Figure>,
    /// p that this is 0.
    pub round_p: Option<f64>,
    /// The values it used.
    pub used: Option<Used>,
    /// How often.
    pub histogram: Vec<Bar>,
    /// How far it repeats itself; `None` with one sample.
    pub test_retest: Option<Retest>,
    /// Against each earlier run; `None` where none has it.
    pub drift: Option<Vec<Drift>>,
    /// Against gold; `None` without.
    pub vs_gold: Option<VsGold>,
    /// What findings are made of.
    #[serde(skip)]
    pub(super) tests: Tests,
}

/// The means behind a rater's tests.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Tests {
    pub leniency: Option<Mean>,
    pub round: Option<Mean>,
    pub bias: Option<Mean>,
    pub drift: Vec<(Drift, Mean)>,
}

/// What the audit of all dimensions shares.
pub(super) struct Shared<'a> {
    pub run: &'a Run<'a>,
    pub options: &'a Options,
    pub reading: &'a Reading,
    pub earlier: &'a [Earlier<'a>],
    pub kinds: &'a [Kind],
}

impl<'a> Shared<'a> {
    fn asked(&self, position: usize) -> Asked<'a> {
        let samples = self.reading.samples.get(position);
        Asked {
            raters: self.run.raters,
            samples: samples.map_or(&[], Vec::as_slice),
        }
    }

    /// A rater beside the panel without some others: what tests of it are made of.
    pub fn without(
        &self,
        (data, position): (&Data<'_>, usize),
        rater: &RaterInDimension,
        out: &[String],
    ) -> Option<RaterInDimension> {
        let ids = self.run.ids();
        let rest = data.without(|one| out.iter().any(|id| id == ids[one]));
        let place = ids.iter().position(|id| *id == rater.id)?;
        let asked = self.asked(position);
        let spread = asked.spread(&rest, place);
        Some(RaterInDimension {
            sd_ratio: spread.as_ref().and_then(|spread| spread.ratio),
            sd_ratio_p: spread.as_ref().and_then(|spread| spread.p),
            tests: Tests {
                leniency: rest.units.mean(&rest.beyond_others(place)),
                round: asked.rounder(&rest, place),
                ..rater.tests.clone()
            },
            ..rater.clone()
        })
    }

    /// The audit of one dimension.
    pub fn dimension(&self, data: &Data<'_>, position: usize) -> Result<DimensionAudit> {
        let (ids, threads) = (self.run.ids(), self.options.threads);
        let drift = |rater: usize| -> Vec<(Drift, Option<Mean>)> {
            let each = self.earlier.iter();
            each.filter_map(|earlier| earlier.drift(data, rater, self.run))
                .collect()
        };
        let drifts: Vec<_> = data
            .everyone()
            .into_iter()
            .map(|rater| (rater, drift(rater)))
            .collect();
        let asked = self.asked(position);
        let ranking = Ranking::of(data, self.options.contested_share);
        let errors = errors(data);
        let (low, high) = data.dimension.bounds();
        let labels = data.dimension.labels().iter().map(|label| label.id.clone());
        let rated = |task: &usize| {
            data.panel
                .iter()
                .any(|&rater| data.values[rater][*task].is_some())
        };
        let groups = parallel(&data.panel, threads, |&rater| {
            groups(data, rater, ids[rater], self.kinds)
        });
        Ok(DimensionAudit {
            id: data.dimension.id.clone(),
            labels: (!data.is_score()).then(|| labels.collect()),
            bounds: [low, high],
            points: data.points(),
            n_tasks: (0..data.tasks()).filter(rated).count(),
            agreement: agreement(data, threads),
            raters: parallel(&drifts, threads, |(rater, drift)| {
                asked.rater(data, *rater, drift)
            }),
            pairs: parallel(&pairs(data), threads, |&(a, b)| pair(data, a, b, &ids)),
            groups: groups.into_iter().flatten().collect(),
            groups_left_out: 0,
            errors_why_none: errors.is_none().then_some(match data.gold {
                None => "no gold: what raters share cannot be told from what is true",
                Some(_) => "fewer than two raters beside gold",
            }),
            errors,
            contested: ranking.listed(),
            contested_total: ranking.contested,
            widest: ranking.widest(self.run, position, self.options.limit)?,
        })
    }
}

/// What is known of the raters, for any thread to read.
struct Asked<'a> {
    raters: &'a [Rater],
    /// Of each rater, its samples of each task.
    samples: &'a [Vec<Vec<Answer>>],
}

impl Asked<'_> {
    fn rater(
        &self,
        data: &Data<'_>,
        rater: usize,
        drift: &[(Drift, Option<Mean>)],
    ) -> RaterInDimension {
        let (units, values) = (data.units, &data.values[rater]);
        let of_panel = data.gold != Some(rater);
        let leniency = of_panel
            .then(|| units.mean(&data.beyond_others(rater)))
            .flatten();
        let spread = self.spread(data, rater);
        let (low, high) = data.dimension.bounds();
        let share = |step: f64| {
            let round = data.is_score().then(|| units.mean(&round(values, step)))?;
            round.map(|mean| mean.figure.within(0.0, 1.0))
        };
        let round = self.rounder(data, rater);
        let against = of_panel.then(|| vs_gold(data, rater)).flatten();
        let mean = |mean: Option<Mean>| mean.map(|mean| mean.figure);
        RaterInDimension {
            id: self.raters[rater].id.clone(),
            gold: !of_panel,
            n: values.iter().flatten().count(),
            mean: mean(units.mean(values)).map(|mean| mean.within(low, high)),
            leniency: mean(leniency),
            leniency_p: leniency.and_then(|mean| mean.p),
            sd_ratio: spread.as_ref().and_then(|spread| spread.ratio),
            sd_ratio_p: spread.as_ref().and_then(|spread| spread.p),
            c_b: spread.and_then(|spread| spread.c_b),
            round_share: share(10.0),
            round_share_5: share(5.0),
            round_beyond: mean(round),
            round_p: round.and_then(|mean| mean.p),
            used: used(&data.answers[rater]),
            histogram: histogram(data, rater),
            test_retest: self
                .samples
                .get(rater)
                .and_then(|samples| retest(data, samples)),
            tests: Tests {
                leniency,
                round,
                bias: against.as_ref().and_then(|(_, mean)| *mean),
                drift: drift
                    .iter()
                    .filter_map(|(one, mean)| Some((one.clone(), (*mean)?)))
                    .collect(),
            },
            drift: (!drift.is_empty()).then(|| drift.iter().map(|(one, _)| one.clone()).collect()),
            vs_gold: against.map(|(one, _)| one),
        }
    }

    /// The raters of the panel that choose an answer, which statistical models do not: they give expectations.
    fn choosing(&self, data: &Data<'_>) -> Vec<usize> {
        let chooses = |rater: &usize| self.raters[*rater].kind != "surrogate";
        data.panel.iter().copied().filter(chooses).collect()
    }

    /// How wide a rater spreads its answers beside the others. Expectations, and means of samples, lie closer together than
    /// single answers whatever scale a rater uses: so labels count as they were given, of scores the first sample, and
    /// statistical models are left out.
    fn spread(&self, data: &Data<'_>, rater: usize) -> Option<Spread> {
        let choosing = self.choosing(data);
        let given = |rater: usize| -> Column {
            match self.samples.get(rater) {
                Some(samples) if data.is_score() && !samples.is_empty() => {
                    let first = samples.iter().map(|answers| answers.first());
                    first.map(|answer| Some(answer?.0)).collect()
                }
                _ => data.answers[rater].clone(),
            }
        };
        let others = choosing.iter().filter(|&&other| other != rater);
        let others: Vec<Column> = others.map(|&other| given(other)).collect();
        choosing
            .contains(&rater)
            .then(|| spread(data, &given(rater), &others))
    }

    /// Round scores beyond the others': of those that can choose.
    fn rounder(&self, data: &Data<'_>, rater: usize) -> Option<Mean> {
        let choosing = self.choosing(data);
        (data.is_score() && choosing.contains(&rater)).then(|| rounder(data, rater, &choosing))?
    }
}
