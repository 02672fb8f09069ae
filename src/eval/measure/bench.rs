//! The judges of one dimension side by side.

use super::answers::Laid;
use super::field::{Field, Judged};
use super::figures::Figures;
use super::judges::{Judge, Voice};
use super::{beaten, repeat, shape};
use crate::eval::calibration::{Chances, Claim, enter_reliability, of_chances};
use crate::eval::card::{DimensionScores, JudgeScores, Number};
use crate::eval::coverage::Inside;
use crate::eval::metric::{Metric, Primary, Scored, Sums};
use crate::stats::inference::{ClusterSums, DesignWeights};
use std::collections::BTreeMap;

/// One dimension, and what each judge said in it.
pub(super) struct Bench<'a> {
    position: usize,
    field: Field<'a>,
    laid: &'a Laid<'a>,
    /// One a judge.
    judged: Vec<Judged>,
    inside: &'a Inside,
}

impl<'a> Bench<'a> {
    pub fn new(position: usize, field: Field<'a>, laid: &'a Laid<'a>, inside: &'a Inside) -> Self {
        let judges = laid.judges.iter();
        Self {
            judged: judges.map(|judge| field.judged(&judge.line.id)).collect(),
            position,
            field,
            laid,
            inside,
        }
    }

    /// What came of all judges; `primary` are the figures that the set declared.
    pub fn scores(&self, primary: &[Primary]) -> DimensionScores {
        let id = &self.field.dimension.id;
        let own = primary.iter().filter(|one| one.dimension == *id);
        let mut metrics: Vec<Metric> = own.map(|one| one.metric).collect();
        if metrics.is_empty() {
            let of_scores = self.field.dimension.labels().is_empty();
            metrics.push(if of_scores {
                Metric::Mae
            } else {
                Metric::Kappa
            });
        }
        let all = 0..self.laid.judges.len();
        DimensionScores {
            dimension: id.clone(),
            gold: self.field.tasks.len(),
            occupations: self.field.clusters.count(),
            judges: all.filter_map(|at| self.judge(at, &metrics)).collect(),
        }
    }

    /// `None` of a judge that has nothing to do with the dimension.
    fn judge(&self, at: usize, metrics: &[Metric]) -> Option<JudgeScores> {
        let (judge, judged) = (&self.laid.judges[at], &self.judged[at]);
        let n = judged.scored.len();
        (n > 0 || self.laid.was_asked(self.position, judge)).then_some(())?;
        let mut figures = Figures::of(judged);
        let mut flags = Vec::new();
        let mut more = BTreeMap::new();
        match judge.voice {
            // It says the same of nearly all tasks: how that goes with gold is an artefact of who is left out.
            Voice::Majority => {
                let means = |metric: &Metric| {
                    !matches!(metric, Metric::Pearson | Metric::Spread | Metric::Slope)
                };
                figures.by_metric.retain(|metric, _| means(metric));
            }
            _ => more = self.more(at, &figures),
        }
        if !matches!(judge.voice, Voice::Majority | Voice::Baseline(_)) {
            flags.extend(shape::compressed(&figures, more.get("spread_to_panel")));
        }
        if !judge.free {
            flags.extend(self.beaten(at, metrics));
        }
        Some(JudgeScores {
            judge: judge.line.id.clone(),
            n,
            coverage: self.field.coverage(judged)?,
            figures: figures.by_metric,
            interval_coverage: self.covered(judge),
            more,
            flags,
        })
    }

    /// What is known beside the figures.
    fn more(&self, at: usize, figures: &Figures) -> BTreeMap<String, Number> {
        let (judge, judged) = (&self.laid.judges[at], &self.judged[at]);
        let mut more = repeat::repeat(&self.field, judged, &judge.line.id);
        more.extend(self.probabilities(at));
        more.extend(self.confidence(at));
        let intercept = figures.intercept.clone();
        more.extend(intercept.map(|intercept| ("intercept".to_owned(), intercept)));
        if self.field.dimension.labels().is_empty() && !judged.scored.is_empty() {
            more.extend(shape::lumps(judged));
        }
        if matches!(judge.voice, Voice::Rater(_)) {
            let others = self.laid.judges.iter().zip(&self.judged).enumerate();
            let others = others.filter(|(other, (judge, _))| {
                *other != at && matches!(judge.voice, Voice::Rater(_))
            });
            let others: Vec<&Judged> = others.map(|(_, (_, judged))| judged).collect();
            let ratio = shape::beside_panel(judged, &others);
            more.extend(ratio.map(|ratio| ("spread_to_panel".to_owned(), ratio)));
        }
        more
    }

    /// Against the best of what is free, by each of these metrics.
    fn beaten(&self, at: usize, metrics: &[Metric]) -> Vec<String> {
        let judges = self.laid.judges.iter().zip(&self.judged);
        let free = judges.filter(|(judge, _)| judge.free);
        let free: Vec<(&str, &Judged)> = free
            .map(|(judge, judged)| (&*judge.line.id, judged))
            .collect();
        let metrics = metrics.iter();
        let found = metrics.filter_map(|metric| beaten::against(*metric, &self.judged[at], &free));
        found.collect()
    }

    /// How good the probabilities of a judge are, where it gives any.
    fn probabilities(&self, at: usize) -> BTreeMap<String, Number> {
        let places = self.judged[at].places.iter();
        let graded = places
            .clone()
            .any(|&place| self.laid.known[self.field.tasks[place]][at].graded);
        let chances = places.map(|&place| {
            let known = &self.laid.known[self.field.tasks[place]][at];
            Some(Chances {
                gold: self.field.gold_label(place)?,
                chances: known.chances.get(self.position)?.clone()?,
            })
        });
        match chances.collect::<Option<Vec<Chances>>>() {
            Some(all) if graded && !all.is_empty() => {
                let judged = &self.judged[at];
                of_chances(&all, &judged.weights(), &judged.clusters)
            }
            _ => BTreeMap::new(),
        }
    }

    /// Whether a rater is surer where it is right: `confidence_r`, the correlation of its confidence with being right (of a score:
    /// with being near), and of labels whether its confidence is its chance to be right. A surrogate's is no such chance.
    fn confidence(&self, at: usize) -> BTreeMap<String, Number> {
        let (judge, judged) = (&self.laid.judges[at], &self.judged[at]);
        let mut found = BTreeMap::new();
        if judge.free || !matches!(judge.voice, Voice::Rater(_)) {
            return found;
        }
        let confidence = |place: usize| self.laid.known[self.field.tasks[place]][at].confidence;
        let sure = judged.only(|place| confidence(place).is_some());
        let both = sure.places.iter().zip(&sure.scored);
        let both: Vec<Scored> = both
            .filter_map(|(&place, one)| {
                let right = one.gold_label.zip(one.label);
                let right = right.map(|(gold, label)| 100.0 * f64::from(u8::from(gold == label)));
                Some(Scored {
                    gold: right.unwrap_or(100.0 - (one.value - one.gold).abs()),
                    value: confidence(place)?,
                    ..*one
                })
            })
            .collect();
        let which = Sums::of_labels(0);
        let sums = ClusterSums::new(&sure.clusters, which.width(), |unit, part| {
            which.add(&both[unit], part);
        });
        let r = |sums: &[f64]| Metric::Pearson.of(which, sums);
        let number = Number::of_sums(&sums, r, both.len(), Metric::Pearson.bounds());
        found.extend(number.map(|number| ("confidence_r".to_owned(), number)));
        if !self.field.dimension.labels().is_empty() {
            let claims = both.iter().map(|one| Claim {
                chance: (one.value / 100.0).clamp(0.0, 1.0),
                right: one.gold > 50.0,
                weight: one.weight,
            });
            enter_reliability("confidence_ece", &claims.collect::<Vec<_>>(), &mut found);
        }
        found
    }

    /// The share of gold inside the intervals of the consensus.
    fn covered(&self, judge: &Judge<'_>) -> BTreeMap<String, Number> {
        if !matches!(judge.voice, Voice::Consensus) {
            return BTreeMap::new();
        }
        let shares = self.inside.iter().filter_map(|(name, inside)| {
            let at = |place: usize| {
                let answer = *self.field.tasks.get(place)?;
                inside.get(self.laid.places.get(answer)?).copied()
            };
            let there = (0..self.field.tasks.len()).filter(|&place| at(place).is_some());
            let places: Vec<usize> = there.collect();
            let holds: Vec<bool> = places.iter().filter_map(|&place| at(place)).collect();
            let weights = places.iter().map(|&place| 1.0 / self.field.weights[place]);
            let weights = DesignWeights::of(weights).unwrap_or_default();
            let clusters = self.field.clusters.only(|place| at(place).is_some());
            Some((name.clone(), Number::share(&holds, &weights, &clusters)?))
        });
        shares.collect()
    }
}
