//! Means of many tasks: of each occupation, and of the run.

use super::calibrated::{Calibrated, has_width};
use super::consensus::{Consensus, Interval, shares};
use super::view::View;
use super::{OccupationScore, Reconciliation};
use crate::inventory::Occupation;
use crate::stats::Clusters;
use crate::stats::inference::{Cells, Greg, GregMean};

impl Reconciliation {
    /// Scores the occupations, and the run as a whole.
    pub(super) fn roll_up(&mut self, occupations: &[&Occupation]) {
        let of_task = occupations
            .iter()
            .enumerate()
            .flat_map(|(n, occupation)| occupation.tasks.iter().map(move |_| n));
        let clusters = Clusters::of(of_task);
        let mut scores = Vec::with_capacity(occupations.len());
        let (mut every, mut all) = (Vec::new(), Vec::new());
        for occupation in occupations {
            let weights = self.options.weighting.weights(&occupation.tasks);
            let first = all.len();
            let tasks = first..first + occupation.tasks.len();
            let tasks: Vec<Consensus> = tasks.map(|task| self.summed(task)).collect();
            scores.push(self.score(&weights, &tasks, first));
            every.extend(weights);
            all.extend(tasks);
        }
        let mut overall = self.score(&every, &all, 0);
        drop(all);
        let calibrated = self.model().map(|(model, view)| {
            let means = means(model, &view, occupations, &clusters, &every);
            // Without a width there is nothing to lie in.
            let wide = model.has_width(&self.dimension);
            let held_out = || model.held_out(&view, self.calibrator, &clusters);
            let held_out = wide.then(held_out).flatten();
            let none = match model.clusters(&clusters).count() {
                0 | 1 => Interval::OneGoldOccupation,
                _ => Interval::CarriedByOneOccupation,
            };
            (means, held_out, (Interval::Greg(model.trust), none))
        });
        if let Some((means, held_out, intervals)) = calibrated {
            self.held_out = held_out;
            let mut means = means.unwrap_or_default();
            self.greg = means.pop().flatten();
            for (n, score) in scores.iter_mut().enumerate() {
                let mean = means.get(n).copied().flatten();
                self.put(score, mean, intervals);
            }
            self.put(&mut overall, self.greg, intervals);
        } else if !self.is_of_raters() {
            for score in scores.iter_mut().chain([&mut overall]) {
                if score.score.is_some() {
                    score.set(score.score, None, Interval::Independent);
                }
            }
        }
        self.occupations = scores;
        self.overall = overall;
    }

    fn score(&self, weights: &[f64], tasks: &[Consensus], first: usize) -> OccupationScore {
        let table = (&self.table, first);
        OccupationScore::of(&self.dimension, weights, tasks, table, &self.panel)
    }

    /// The consensus of a task as sums of tasks take it: with the shares of the model of all gold, of which the mean of
    /// the set is made, too.
    fn summed(&self, task: usize) -> Consensus {
        let mut consensus = self.task(task);
        if let Some((model, view)) = self.model()
            && consensus.shares.is_some()
            && let Some(chances) = model.chances(&view, task, false)
        {
            consensus.shares = shares(&chances).or(consensus.shares);
        }
        consensus
    }

    /// Enters the calibrated mean of a set, cut to the scale: what its interval is, and why there is none where there is no mean.
    fn put(
        &self,
        score: &mut OccupationScore,
        mean: Option<GregMean>,
        (interval, none): (Interval, Interval),
    ) {
        if score.score.is_none() {
            return;
        }
        let Some(GregMean { estimate, se, .. }) = mean else {
            score.set(score.score, None, none);
            return;
        };
        let (low, high) = self.dimension.bounds();
        let on_scale = |value: f64| self.dimension.to_score(value.clamp(low, high));
        let ends = (on_scale(estimate.low), on_scale(estimate.high));
        let (ends, interval) = match has_width(&self.dimension, se) {
            true => (Some(ends), interval),
            false => (None, Interval::EqualResiduals),
        };
        score.set(Some(on_scale(estimate.point)), ends, interval);
    }
}

/// The calibrated mean of each occupation and, last, of all tasks. Tasks that nobody rated do not count.
fn means(
    model: &Calibrated,
    view: &View<'_>,
    occupations: &[&Occupation],
    clusters: &Clusters,
    weights: &[f64],
) -> Option<Vec<Option<GregMean>>> {
    let mut greg = Greg::new(&model.fit, model.clusters(clusters))?;
    let rated = |task: usize| view.rated(task);
    let cells: Vec<Cells> = (0..weights.len()).map(|task| view.cells(task)).collect();
    let set = |tasks: std::ops::Range<usize>| -> Vec<(&Cells, f64)> {
        let rated = tasks.filter(|&task| rated(task));
        rated.map(|task| (&cells[task], weights[task])).collect()
    };
    let mut first = 0;
    for occupation in occupations {
        let tasks = first..first + occupation.tasks.len();
        first = tasks.end;
        let set = set(tasks);
        greg.push(&set, &Clusters::of(set.iter().map(|_| 0)));
    }
    greg.push(&set(0..weights.len()), &clusters.only(rated));
    greg.means(model.trust.level)
}
