//! Values, labels and intervals by a model of gold.
//!
//! A gold task is judged by the model fitted without it: its consensus says what the panel would have been taken to mean had
//! nobody known its label, and claims no less error than that of another task.

use super::consensus::{Interval, Made, Trust};
use super::method::{Calibrator, FULL_FROM};
use super::view::View;
use crate::rubric::Dimension;
use crate::stats::inference::{
    Cells, ConformalRule, DesignWeights, Fit, Linear, Shape, Weights, Working,
};
use crate::stats::{Clusters, Interval as Ends};

/// Method name: see [`calibrate_mean`](crate::stats::inference::calibrate_mean).
pub const CALIBRATED_MEAN: &str = "calibrated mean";
/// Method name: see [`stack_ridge`](crate::stats::inference::stack_ridge).
pub const RIDGE_STACK: &str = "ridge stack";
/// Method name: see [`pattern_table`](crate::stats::inference::pattern_table).
pub const PATTERN_TABLE: &str = "pattern table";

/// Most groups that gold occupations are left out in.
pub(super) const FOLDS: usize = 20;

/// A panel calibrated on gold in one dimension.
#[derive(Debug, Clone)]
pub struct Calibrated {
    /// The model of the values.
    pub fit: Fit,
    /// The pattern table of labels and shares: for labels, from 30 gold tasks on.
    pub labels: Option<Fit>,
    /// The tasks with gold that the panel rated, ascending: the order of the residuals.
    pub tasks: Vec<usize>,
    /// What intervals rest on.
    pub trust: Trust,
    /// How many tasks the gold tasks stand for, Σ 1/π; `None` where it is not said how they were drawn.
    pub stands_for: Option<f64>,
    /// Half the width of a task's interval, before it is cut to the scale.
    pub half: f64,
    /// How it was made.
    pub rule: ConformalRule,
    gold: Vec<f64>,
}

/// How often intervals cover gold labels of occupations that the model never saw.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeldOut {
    /// Gold tasks whose label lay within the interval.
    pub covered: usize,
    /// The share of these, each task by its design weight.
    pub share: f64,
    /// Gold tasks.
    pub n: usize,
    /// Gold occupations, each left out once.
    pub occupations: usize,
    /// In how many groups.
    pub folds: usize,
}

impl Calibrated {
    /// Fits on these tasks of a view, which all have gold and a rating. `None` where the model cannot be fitted.
    pub(super) fn of(
        view: &View<'_>,
        calibrator: Calibrator,
        tasks: Vec<usize>,
        level: f64,
    ) -> Option<Self> {
        let cells: Vec<Cells> = tasks.iter().map(|&task| view.cells(task)).collect();
        let gold: Vec<f64> = tasks
            .iter()
            .map(|&task| view.gold_value(task))
            .collect::<Option<_>>()?;
        let counts = view.counts(&tasks)?;
        let values = || -> Vec<Vec<Option<f64>>> {
            cells.iter().map(|cells| cells.values.clone()).collect()
        };
        let wants_labels = !view.dimension.labels().is_empty()
            && (calibrator == Calibrator::Table || tasks.len() >= FULL_FROM);
        let labels = match wants_labels {
            true => Some(table(view, &cells, &tasks, &counts)?),
            false => None,
        };
        let fit = match calibrator {
            Calibrator::Mean => Fit::linear(Linear::calibrated(&values(), &gold, &counts)?)?,
            Calibrator::Stack => Fit::linear(Linear::stacked(&values(), &gold, &counts)?)?,
            Calibrator::Table => labels.clone()?,
            Calibrator::Best => {
                let stack = Fit::linear(Linear::stacked(&values(), &gold, &counts)?)?;
                match &labels {
                    Some(table) if table.residual_sd <= stack.residual_sd => table.clone(),
                    _ => stack,
                }
            }
        };
        let (half, rule) = fit.half(level)?;
        let trust = Trust {
            level,
            n: tasks.len(),
            effective: (!counts.are_equal()).then(|| counts.effective(tasks.len())),
            kind: view.gold.kind,
        };
        let probabilities = view.drawn.and_then(|drawn| drawn.of(&tasks));
        let stands_for = probabilities.map(|all| all.iter().map(|p| 1.0 / p).sum());
        Some(Self {
            fit,
            labels,
            tasks,
            trust,
            stands_for,
            half,
            rule,
            gold,
        })
    }

    /// The name of the method, as files name it: what was fitted, which may be simpler than what was asked for.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match &self.fit.model {
            Working::Pattern(_) => PATTERN_TABLE,
            Working::Linear(linear) => match linear.shape {
                Shape::Stack(_) => RIDGE_STACK,
                Shape::Shift | Shape::Slope(_) => CALIBRATED_MEAN,
            },
        }
    }

    /// Place of a task among the gold tasks.
    pub(super) fn place(&self, task: usize) -> Option<usize> {
        self.tasks.binary_search(&task).ok()
    }

    /// The value of a task, not cut to the scale.
    pub(super) fn value(&self, view: &View<'_>, task: usize) -> Option<f64> {
        match self.place(task) {
            Some(place) => Some(self.gold.get(place)? - self.fit.residuals.get(place)?),
            None => self.fit.predict(&view.cells(task)),
        }
    }

    /// What the model makes of a task.
    pub(super) fn made(&self, view: &View<'_>, task: usize) -> Made {
        let value = self.value(view, task);
        let (low, high) = view.dimension.bounds();
        let wide = self.has_width(view.dimension);
        let ends = value
            .filter(|_| wide)
            .map(|value| self.ends(view.dimension, value));
        let interval = match self.rule {
            _ if !wide => Interval::EqualResiduals,
            ConformalRule::Jackknife => Interval::Conformal(self.trust),
            ConformalRule::TPredictive => Interval::TPredictive(self.trust),
        };
        Made {
            value: value.map(|value| value.clamp(low, high)),
            range: ends.map(|ends| (ends.low, ends.high)),
            interval,
            chances: self.chances(view, task, self.place(task).is_some()),
        }
    }

    /// The interval of a value that is not cut yet, cut to the scale: no label lies outside.
    pub(super) fn ends(&self, dimension: &Dimension, value: f64) -> Ends {
        let (low, high) = dimension.bounds();
        Ends {
            low: (value - self.half).clamp(low, high),
            high: (value + self.half).clamp(low, high),
        }
    }

    /// The probability of each label of a task, for labels from 30 gold tasks on; `without` its own gold where it has some.
    /// Where the value is not the table's, they are tilted to it ([`tilted`]), so that label, shares and value say the same.
    pub(super) fn chances(&self, view: &View<'_>, task: usize, without: bool) -> Option<Vec<f64>> {
        let Working::Pattern(score) = &self.labels.as_ref()?.model else {
            return None;
        };
        let row = view.labels(task);
        row.iter().flatten().next()?;
        let chances = match without {
            true => {
                let counts = self.fit.counts.at(self.place(task)?);
                score.table.left_out(&row, view.gold_label(task)?, counts)
            }
            false => score.table.predict(&row),
        }?;
        if matches!(self.fit.model, Working::Pattern(_)) {
            return Some(chances);
        }
        let value = match without {
            true => self.value(view, task),
            false => self.fit.predict(&view.cells(task)),
        }?;
        let labels = view.dimension.labels().iter();
        let values: Vec<f64> = labels.map(|label| label.value).collect();
        Some(tilted(&chances, &values, value))
    }

    /// The value of a task as a sum over the panel's own values, by the model that judged it; `None` for a pattern table.
    pub(super) fn weights(&self, view: &View<'_>, task: usize) -> Option<Weights> {
        let mut weights = self.fit.weights(&view.cells(task), self.place(task))?;
        let raters = view.raters.iter().zip(&weights.raters);
        let taken_off: f64 = raters
            .filter_map(|(&rater, weight)| Some(weight.as_ref()? * view.shift(rater)))
            .sum();
        weights.intercept -= taken_off;
        Some(weights)
    }

    /// How many gold tasks have the pattern of a task, its own not counted; `None` where no pattern table was made.
    pub(super) fn seen(&self, view: &View<'_>, task: usize) -> Option<usize> {
        let Working::Pattern(score) = &self.labels.as_ref()?.model else {
            return None;
        };
        let own = usize::from(self.place(task).is_some());
        Some(score.table.seen(&view.labels(task)).saturating_sub(own))
    }

    /// Leaves gold occupations out, each once, and fits without them: is their gold within its interval? `occupations` are
    /// those of all tasks. More than [`FOLDS`] of them are left out in so many groups. `None` with gold in one occupation, or
    /// too little of it without a group.
    pub(super) fn held_out(
        &self,
        view: &View<'_>,
        calibrator: Calibrator,
        occupations: &Clusters,
    ) -> Option<HeldOut> {
        let gold = self.clusters(occupations);
        let folds = gold.count().min(FOLDS);
        let of_place = gold.of_units().iter().map(|occupation| occupation % folds);
        let hits = self.hits(view, calibrator, &of_place.collect::<Vec<_>>())?;
        let places = hits.iter().enumerate().filter(|(_, hit)| **hit);
        let counted: f64 = places.map(|(place, _)| self.fit.counts.at(place)).sum();
        let covered = hits.iter().filter(|hit| **hit).count();
        Some(HeldOut {
            covered,
            share: counted / self.tasks.len() as f64,
            n: self.tasks.len(),
            occupations: gold.count(),
            folds,
        })
    }

    /// Whether each gold task is within its interval by the model that saw no task of its fold; `None` with one fold, or too
    /// little gold without one.
    pub(super) fn hits(
        &self,
        view: &View<'_>,
        calibrator: Calibrator,
        folds: &[usize],
    ) -> Option<Vec<bool>> {
        let last = folds.iter().max().copied().filter(|&last| last > 0)?;
        let mut hits = vec![false; self.tasks.len()];
        for fold in 0..=last {
            let members = self.tasks.iter().zip(folds).enumerate();
            let (out, rest): (Vec<_>, Vec<_>) = members.partition(|(_, (_, own))| **own == fold);
            let rest: Vec<usize> = rest.into_iter().map(|(_, (&task, _))| task).collect();
            let fitted = Self::of(view, calibrator, rest, self.trust.level)?;
            for (place, (&task, _)) in out {
                let ends = fitted.ends(view.dimension, fitted.value(view, task)?);
                hits[place] = within(view.gold_value(task)?, (ends.low, ends.high));
            }
        }
        Some(hits)
    }

    /// Whether a task's interval has a width; without one none is given.
    #[must_use]
    pub fn has_width(&self, dimension: &Dimension) -> bool {
        has_width(dimension, self.half)
    }

    /// The occupations of the gold tasks.
    pub(super) fn clusters(&self, occupations: &Clusters) -> Clusters {
        occupations.only(|task| self.place(task).is_some())
    }
}

/// The probabilities nearest to these, by relative entropy, whose expected value is `wanted`: p_k exp(t v_k), normalised
/// (Csiszár 1975). Beyond the values of the labels all of it is on the last label.
fn tilted(chances: &[f64], values: &[f64], wanted: f64) -> Vec<f64> {
    const STEEPEST: f64 = 200.0;
    let at = |t: f64| -> Vec<f64> {
        let terms = || chances.iter().zip(values);
        let most = terms().fold(f64::NEG_INFINITY, |most, (_, v)| most.max(t * v));
        let raw: Vec<f64> = terms().map(|(p, v)| p * (t * v - most).exp()).collect();
        let all: f64 = raw.iter().sum();
        raw.iter().map(|p| p / all).collect()
    };
    let expected = |chances: &[f64]| -> f64 {
        let terms = chances.iter().zip(values);
        terms.map(|(p, value)| p * value).sum()
    };
    let (mut low, mut high) = (-STEEPEST, STEEPEST);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        match expected(&at(middle)) < wanted {
            true => low = middle,
            false => high = middle,
        }
    }
    at(f64::midpoint(low, high))
}

/// Whether half a width is more than rounding: gold that happens to agree does not make anything certain.
pub(super) fn has_width(dimension: &Dimension, half: f64) -> bool {
    let (low, high) = dimension.bounds();
    half > 1e-9 * (high - low)
}

/// Whether a label lies within an interval; an end that is the label but for rounding holds it.
pub(super) fn within(label: f64, (low, high): (f64, f64)) -> bool {
    (low - 1e-9..=high + 1e-9).contains(&label)
}

fn table(view: &View<'_>, cells: &[Cells], tasks: &[usize], counts: &DesignWeights) -> Option<Fit> {
    let rows: Vec<Vec<Option<usize>>> = cells.iter().map(|cells| cells.labels.clone()).collect();
    let gold: Vec<usize> = tasks
        .iter()
        .map(|&task| view.gold_label(task))
        .collect::<Option<_>>()?;
    let labels = view.dimension.labels().iter();
    Fit::pattern(
        &rows,
        &gold,
        &labels.map(|label| label.value).collect::<Vec<f64>>(),
        counts,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_tilted_to_a_value() {
        // 1/4, 1/2, 1/4 on 0, ½, 1 with odds e^t: r = e^{t/2} gives (1 + r)² parts 1, 2r, r², mean r/(1 + r) = .75 for r = 3:
        // 1/16, 6/16, 9/16.
        let found = tilted(&[0.25, 0.5, 0.25], &[0.0, 0.5, 1.0], 0.75);
        for (found, expected) in found.iter().zip([1.0 / 16.0, 6.0 / 16.0, 9.0 / 16.0]) {
            assert!((found - expected).abs() < 1e-12, "{found}");
        }
        // A value beyond the labels is all on the last one.
        let found = tilted(&[0.2, 0.3, 0.5], &[0.0, 0.5, 1.0], -0.1);
        assert!(found[0] > 1.0 - 1e-12 && found.iter().all(|p| p.is_finite()));
    }
}
