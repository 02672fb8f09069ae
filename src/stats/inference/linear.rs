//! A calibrated score as a linear function of the ratings, with everything that leaving gold out needs.

use super::calibrate::slope_weight;
use super::design_weights::DesignWeights;
use super::ridge::{Normal, Ridge, dot, weighed};
use super::stack::stack;
use super::working::members;
use crate::stats::Clusters;
use crate::stats::linalg::solve_factored;
use crate::stats::moments::mean;

/// Scores whose squares about their mean are no larger share of its square are equal.
const EQUAL: f64 = 1e-12;

/// What is left free of c + β₀ + β₁(c − m) + Σ γ_j (y_j − c), with c the mean over a task's raters and m that over gold.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// β₀ alone.
    Shift,
    /// β₀ and β₁, the slope pulled toward 1 to this share of its way (1: free).
    Slope(f64),
    /// All, with the penalty λ on the γ_j.
    Stack(f64),
}

/// The linear model behind [`calibrate_mean`](super::calibrate_mean) and [`stack_ridge`](super::stack_ridge), kept so that it can be asked what
/// it would be without a gold task or without a gold occupation.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// What was left free.
    pub shape: Shape,
    /// Gold minus score of each gold task, fitted without that task.
    pub residuals: Vec<f64>,
    raters: usize,
    centre: f64,
    rows: Vec<Vec<f64>>,
    targets: Vec<f64>,
    counts: DesignWeights,
    lower: Vec<f64>,
    coefficients: Vec<f64>,
}

/// A score as a sum over the raters that rated the task.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// What is added.
    pub intercept: f64,
    /// The factor of each rater's value; `None` where it gave none.
    pub raters: Vec<Option<f64>>,
}

impl Weights {
    /// intercept + Σ weight · value.
    pub fn apply(&self, row: &[Option<f64>]) -> f64 {
        let terms = self.raters.iter().zip(row);
        let terms = terms.filter_map(|(weight, value)| Some((*weight)? * (*value)?));
        self.intercept + terms.sum::<f64>()
    }
}

impl Linear {
    /// The calibrated mean: see [`calibrate_mean`](super::calibrate_mean). Every row has a rating at least, and counts by its
    /// design weight: weighted least squares. `None` for fewer than two rows, or rows of different lengths.
    pub fn calibrated(
        rows: &[Vec<Option<f64>>],
        gold: &[f64],
        counts: &DesignWeights,
    ) -> Option<Self> {
        let weight = slope_weight(rows.len());
        let shape = if weight > 0.0 {
            Shape::Slope(weight)
        } else {
            Shape::Shift
        };
        Self::of(shape, rows, gold, counts)
    }

    /// The ridge stack, λ by leave-one-out; the calibrated mean where that is as good: see
    /// [`stack_ridge`](super::stack_ridge).
    pub fn stacked(
        rows: &[Vec<Option<f64>>],
        gold: &[f64],
        counts: &DesignWeights,
    ) -> Option<Self> {
        let raters = rows.first()?.len();
        if rows.len() != gold.len() || rows.iter().any(|row| row.len() != raters) {
            return None;
        }
        let slices: Vec<&[Option<f64>]> = rows.iter().map(Vec::as_slice).collect();
        match stack(&slices, gold, raters, counts)?.lambda {
            Some(lambda) => Self::of(Shape::Stack(lambda), rows, gold, counts),
            None => Self::calibrated(rows, gold, counts),
        }
    }

    fn of(
        shape: Shape,
        rows: &[Vec<Option<f64>>],
        gold: &[f64],
        counts: &DesignWeights,
    ) -> Option<Self> {
        let raters = rows.first()?.len();
        let whole = rows.len() == gold.len() && counts.fit(rows.len());
        if rows.len() < 2 || !whole || rows.iter().any(|row| row.len() != raters) {
            return None;
        }
        let means: Vec<f64> = rows
            .iter()
            .map(|row| row_mean(row))
            .collect::<Option<_>>()?;
        let centre = counts.mean(&means)?;
        let squares = means.iter().enumerate();
        let squares: f64 = squares
            .map(|(n, c)| counts.at(n) * (c - centre).powi(2))
            .sum();
        // Equal scores have no slope.
        let shape = match squares > EQUAL * centre * centre {
            true => shape,
            false => Shape::Shift,
        };
        let mut model = Self {
            shape,
            residuals: Vec::new(),
            raters,
            centre,
            rows: Vec::new(),
            targets: gold.iter().zip(&means).map(|(g, c)| g - c).collect(),
            counts: counts.clone(),
            lower: Vec::new(),
            coefficients: Vec::new(),
        };
        model.rows = rows
            .iter()
            .map(|row| model.features(row).map(|(_, features)| features))
            .collect::<Option<_>>()?;
        let normal = model.normal();
        let penalty = model.penalty(&normal);
        let Ridge {
            coefficients,
            left_out,
            lower,
        } = normal.fit(&model.rows, &model.targets, &penalty, counts)?;
        model.coefficients = coefficients;
        model.residuals = left_out;
        model.lower = lower;
        Some(model)
    }

    /// What each gold task counts.
    pub(super) fn counts(&self) -> &DesignWeights {
        &self.counts
    }

    fn columns(&self) -> usize {
        match self.shape {
            Shape::Shift => 1,
            Shape::Slope(_) => 2,
            Shape::Stack(_) => 2 + self.raters,
        }
    }

    /// c, and what the coefficients are of. `None` where nobody rated.
    fn features(&self, row: &[Option<f64>]) -> Option<(f64, Vec<f64>)> {
        let c = row_mean(row)?;
        let mut features = vec![1.0, c - self.centre];
        features.extend(row.iter().map(|cell| cell.map_or(0.0, |value| value - c)));
        features.truncate(self.columns());
        (row.len() == self.raters).then_some((c, features))
    }

    fn normal(&self) -> Normal {
        let rows = weighed(&self.rows, &self.targets, &self.counts);
        Normal::of(self.columns(), rows)
    }

    fn penalty(&self, normal: &Normal) -> Vec<f64> {
        match self.shape {
            Shape::Shift => vec![0.0],
            // Squares/(squares + penalty) is the weight.
            Shape::Slope(weight) => vec![0.0, normal.squares() * (1.0 / weight - 1.0)],
            Shape::Stack(lambda) => {
                let mut penalty = vec![lambda; self.columns()];
                penalty[..2].fill(0.0);
                penalty
            }
        }
    }

    /// The score of a task, not cut to the scale; `None` where nobody rated it.
    pub fn predict(&self, row: &[Option<f64>]) -> Option<f64> {
        let (c, features) = self.features(row)?;
        Some(c + dot(&features, &self.coefficients))
    }

    /// The score as a sum over raters; by the model fitted without a gold task where one is `left_out`, by its place among
    /// the gold tasks.
    pub fn weights(&self, row: &[Option<f64>], left_out: Option<usize>) -> Option<Weights> {
        let mut coefficients = self.coefficients.clone();
        if let Some(out) = left_out {
            // β without the row is β − (X'WX + Λ)⁻¹ x · w r/(1 − h).
            let change = solve_factored(&self.lower, self.rows.get(out)?.clone());
            let residual = self.counts.at(out) * self.residuals.get(out)?;
            for (coefficient, change) in coefficients.iter_mut().zip(change) {
                *coefficient -= change * residual;
            }
        }
        let at = |n: usize| coefficients.get(n).copied().unwrap_or(0.0);
        let present = || (0..row.len()).filter(|&n| row.get(n).copied().flatten().is_some());
        let count = present().count() as f64;
        let leaning: f64 = present().map(|n| at(2 + n)).sum();
        let each = (1.0 + at(1) - leaning) / count;
        (count > 0.0 && row.len() == self.raters).then(|| Weights {
            intercept: at(0) - at(1) * self.centre,
            raters: (0..row.len())
                .map(|n| row[n].map(|_| each + at(2 + n)))
                .collect(),
        })
    }

    /// Means over tasks of what the score is made of: c first, then the features. With weights that sum to 1 the score of
    /// these is the weighted mean of the scores.
    pub(super) fn point(&self, row: &[Option<f64>]) -> Option<Vec<f64>> {
        let (c, features) = self.features(row)?;
        Some(std::iter::once(c).chain(features).collect())
    }

    /// The coefficients fitted without each of these lists of gold tasks.
    fn without_each(&self, lists: &[Vec<usize>]) -> Vec<Option<Vec<f64>>> {
        let all = self.normal();
        let without = |tasks: &Vec<usize>| {
            let rows = tasks.iter().filter_map(|&n| {
                let row = self.rows.get(n)?.as_slice();
                Some((row, *self.targets.get(n)?, self.counts.at(n)))
            });
            let rest = all.without(&Normal::of(self.columns(), rows));
            // As in a fit of its own, equal scores have no slope; what is left of squares that were taken off is rounding.
            let least = EQUAL * all.squares().max(self.centre * self.centre);
            if self.columns() > 1 && rest.squares() <= least {
                let mut shift = vec![0.0; self.columns()];
                *shift.first_mut()? = rest.mean()?;
                return Some(shift);
            }
            let found = rest.solve(&self.penalty(&rest));
            found.map(|(_, coefficients)| coefficients)
        };
        lists.iter().map(without).collect()
    }

    /// The score at each point: by all gold, then without each cluster of gold tasks. `None` where one of these fits fails.
    pub(super) fn at(&self, points: &[Vec<f64>], gold: &Clusters) -> Option<Vec<Vec<f64>>> {
        let without = self.without_each(&members(gold));
        let fits = std::iter::once(Some(self.coefficients.clone())).chain(without);
        let score = |point: &Vec<f64>, fit: &[f64]| match point.split_first() {
            Some((c, features)) => c + dot(features, fit),
            None => f64::NAN,
        };
        fits.map(|fit| {
            let fit = fit?;
            Some(points.iter().map(|point| score(point, &fit)).collect())
        })
        .collect()
    }
}

fn row_mean(row: &[Option<f64>]) -> Option<f64> {
    mean(&row.iter().flatten().copied().collect::<Vec<f64>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::inference::{calibrate_mean, stack_ridge};
    use crate::stats::rng::Rng;
    use crate::stats::simulate;

    fn panel(tasks: usize) -> (Vec<Vec<Option<f64>>>, Vec<f64>) {
        let mut rng = Rng::new(3);
        let mut noise = |sd: f64| simulate::noise(&mut rng, sd);
        let mut of_task = |n: usize| {
            let truth = 50.0 + noise(20.0);
            let missing = n % 7 == 3;
            let row = vec![
                Some(truth + noise(3.0)),
                (!missing).then(|| truth + noise(15.0)),
                Some(40.0 + noise(9.0)),
            ];
            (row, truth + noise(4.0))
        };
        (0..tasks).map(&mut of_task).unzip()
    }

    #[test]
    fn it_is_the_same_model_as_those_that_are_held_to_reference_values() {
        for tasks in [9, 20, 29, 60] {
            let (rows, gold) = panel(tasks);
            let some: Vec<Option<f64>> = gold.iter().copied().map(Some).collect();
            let means: Vec<Option<f64>> = rows.iter().map(|row| row_mean(row)).collect();
            let plain = calibrate_mean(&means, &some).unwrap();
            let stack = stack_ridge(&rows, &some).unwrap();
            let (one, other) = (
                Linear::calibrated(&rows, &gold, &DesignWeights::equal()).unwrap(),
                Linear::stacked(&rows, &gold, &DesignWeights::equal()).unwrap(),
            );
            for (n, row) in rows.iter().enumerate() {
                let expected = plain.predict(means[n].unwrap());
                assert!((one.predict(row).unwrap() - expected).abs() < 1e-9);
                assert!((one.residuals[n] - plain.residuals[n]).abs() < 1e-9);
                let expected = stack.predict(row).unwrap();
                assert!((other.predict(row).unwrap() - expected).abs() < 1e-9);
                assert!((other.residuals[n] - stack.residuals[n]).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn weights_add_up_to_the_score_with_and_without_a_gold_task() {
        let (rows, gold) = panel(60);
        for model in [
            Linear::calibrated(&rows, &gold, &DesignWeights::equal()).unwrap(),
            Linear::stacked(&rows, &gold, &DesignWeights::equal()).unwrap(),
        ] {
            for (n, row) in rows.iter().enumerate() {
                let all = model.weights(row, None).unwrap();
                assert!((all.apply(row) - model.predict(row).unwrap()).abs() < 1e-9);
                let without = model.weights(row, Some(n)).unwrap();
                assert!((without.apply(row) - (gold[n] - model.residuals[n])).abs() < 1e-9);
            }
        }
        assert_eq!(
            Linear::stacked(&rows, &gold, &DesignWeights::equal())
                .unwrap()
                .weights(&[None; 3], None),
            None
        );
    }

    #[test]
    fn without_the_one_occupation_whose_scores_vary_there_is_no_slope() {
        // Sixteen scores of 50.1 in four occupations, and four others in a fifth: the rest of that is a shift.
        let score = |n: u32| if n < 16 { 50.1 } else { f64::from(n) };
        let rows: Vec<_> = (0..20).map(|n| vec![Some(score(n))]).collect();
        let gold: Vec<f64> = (0..20).map(|n| score(n) + f64::from(n % 3)).collect();
        let clusters = Clusters::of((0..20).map(|n| n / 4));
        let model = Linear::calibrated(&rows, &gold, &DesignWeights::equal()).unwrap();
        assert!(matches!(model.shape, Shape::Slope(_)));
        let found = model
            .at(&[model.point(&[Some(30.0)]).unwrap()], &clusters)
            .unwrap();
        let second = Linear::calibrated(&rows[..16], &gold[..16], &DesignWeights::equal()).unwrap();
        assert_eq!(second.shape, Shape::Shift);
        let expected = second.predict(&[Some(30.0)]).unwrap();
        assert!(
            (found[5][0] - expected).abs() < 1e-9,
            "{found:?} {expected}"
        );
    }

    #[test]
    fn leaving_an_occupation_out_is_a_second_fit() {
        let (rows, gold) = panel(60);
        let clusters = Clusters::of((0..60).map(|n| n / 6));
        let model = Linear::calibrated(&rows, &gold, &DesignWeights::equal()).unwrap();
        let point = model.point(&rows[5]).unwrap();
        let found = model.at(&[point], &clusters).unwrap();
        assert_eq!(found.len(), 11);
        let second = Linear::calibrated(&rows[6..], &gold[6..], &DesignWeights::equal()).unwrap();
        assert!((found[1][0] - second.predict(&rows[5]).unwrap()).abs() < 1e-9);
        assert!((found[0][0] - model.predict(&rows[5]).unwrap()).abs() < 1e-9);
    }
}
