//! Multinomial logistic regression with soft targets, by Newton's method.
//!
//! Label 0 is the reference with logit 0. Targets are probabilities, so a score between two
//! anchors is a target shared by both. (Böhning 1992 for the Hessian; penalised as ridge.)

use crate::stats::linalg::solve;

/// Penalty on slopes of standardised inputs.
const PENALTY: f64 = 1.0;

/// Penalty on intercepts: just enough to keep the logit of an anchor nobody used finite.
const INTERCEPT_PENALTY: f64 = 1e-3;

/// Newton steps at most; six to ten are usual.
const MOST_STEPS: usize = 50;

/// Probabilities from the logits of labels 1.. (label 0 has logit 0).
pub(crate) fn softmax(logits: &[f64]) -> Vec<f64> {
    let top = logits.iter().fold(0.0, |top: f64, l| top.max(*l));
    let mut p: Vec<f64> = std::iter::once(&0.0)
        .chain(logits)
        .map(|l| (l - top).exp())
        .collect();
    let sum: f64 = p.iter().sum();
    p.iter_mut().for_each(|p| *p /= sum);
    p
}

/// A fitted head: logits of labels 1.. as linear functions of the inputs.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    /// One a label from 1 on: intercept, then a slope for each raw input.
    pub(crate) coefficients: Vec<Vec<f64>>,
}

impl Head {
    /// Logits of labels 1.. at `inputs`.
    pub(crate) fn logits(&self, inputs: &[f32]) -> Vec<f64> {
        let dot = |c: &Vec<f64>| {
            c[0] + c[1..]
                .iter()
                .zip(inputs)
                .map(|(w, x)| w * f64::from(*x))
                .sum::<f64>()
        };
        self.coefficients.iter().map(dot).collect()
    }
}

/// Fit on rows of (inputs, target probabilities of all labels).
pub(crate) fn fit(rows: &[(&[f32], &[f32])]) -> Head {
    let Some((first, target)) = rows.first() else {
        return Head {
            coefficients: Vec::new(),
        };
    };
    let scaling = Scaling::of(rows, first.len());
    let inputs: Vec<Vec<f64>> = rows.iter().map(|(x, _)| scaling.apply(x)).collect();
    let mut problem = Problem {
        inputs,
        rows,
        labels: target.len() - 1,
        width: first.len() + 1,
    };
    let solution = problem.minimise();
    let coefficients = solution
        .chunks(problem.width)
        .map(|c| scaling.undo(c))
        .collect();
    problem.inputs.clear();
    Head { coefficients }
}

/// Mean and standard deviation of each input.
struct Scaling(Vec<(f64, f64)>);

impl Scaling {
    fn of(rows: &[(&[f32], &[f32])], width: usize) -> Self {
        let n = rows.len() as f64;
        let one = |j: usize| {
            let mean = rows.iter().map(|(x, _)| f64::from(x[j])).sum::<f64>() / n;
            let square = rows
                .iter()
                .map(|(x, _)| (f64::from(x[j]) - mean).powi(2))
                .sum::<f64>();
            let sd = (square / n).sqrt();
            (mean, if sd > 1e-9 { sd } else { 1.0 })
        };
        Self((0..width).map(one).collect())
    }

    /// 1, then the standardised inputs.
    fn apply(&self, x: &[f32]) -> Vec<f64> {
        let standard = self
            .0
            .iter()
            .zip(x)
            .map(|((mean, sd), x)| (f64::from(*x) - mean) / sd);
        std::iter::once(1.0).chain(standard).collect()
    }

    /// Coefficients for raw inputs from those for standardised ones.
    fn undo(&self, c: &[f64]) -> Vec<f64> {
        let slopes: Vec<f64> = self
            .0
            .iter()
            .zip(&c[1..])
            .map(|((_, sd), c)| c / sd)
            .collect();
        let shift: f64 = self
            .0
            .iter()
            .zip(&slopes)
            .map(|((mean, _), s)| mean * s)
            .sum();
        std::iter::once(c[0] - shift).chain(slopes).collect()
    }
}

struct Problem<'a> {
    inputs: Vec<Vec<f64>>,
    rows: &'a [(&'a [f32], &'a [f32])],
    /// Labels other than the reference.
    labels: usize,
    width: usize,
}

impl Problem<'_> {
    fn minimise(&self) -> Vec<f64> {
        let mut at = vec![0.0; self.labels * self.width];
        let mut loss = self.loss(&at);
        for _ in 0..MOST_STEPS {
            let (gradient, hessian) = self.derivatives(&at);
            let Some(step) = solve(hessian, gradient.clone()) else {
                break;
            };
            let decrease: f64 = step.iter().zip(&gradient).map(|(s, g)| s * g).sum();
            if decrease < 1e-9 {
                break;
            }
            let Some((next, lower)) = self.descend(&at, &step, loss) else {
                break;
            };
            (at, loss) = (next, lower);
        }
        at
    }

    /// Halve the step until the loss falls; the problem is convex, so it does.
    fn descend(&self, at: &[f64], step: &[f64], loss: f64) -> Option<(Vec<f64>, f64)> {
        let mut pace = 1.0;
        for _ in 0..30 {
            let next: Vec<f64> = at.iter().zip(step).map(|(a, s)| a - pace * s).collect();
            let lower = self.loss(&next);
            if lower < loss {
                return Some((next, lower));
            }
            pace /= 2.0;
        }
        None
    }

    fn penalty(&self, parameter: usize) -> f64 {
        if parameter.is_multiple_of(self.width) {
            INTERCEPT_PENALTY
        } else {
            PENALTY
        }
    }

    fn probabilities(&self, at: &[f64], row: usize) -> Vec<f64> {
        let dot = |c: &[f64]| c.iter().zip(&self.inputs[row]).map(|(c, x)| c * x).sum();
        softmax(&at.chunks(self.width).map(dot).collect::<Vec<f64>>())
    }

    fn loss(&self, at: &[f64]) -> f64 {
        let mut loss = 0.0;
        for (i, (_, target)) in self.rows.iter().enumerate() {
            for (p, t) in self.probabilities(at, i).iter().zip(*target) {
                loss -= f64::from(*t) * p.max(1e-300).ln();
            }
        }
        loss + at
            .iter()
            .enumerate()
            .map(|(i, a)| 0.5 * self.penalty(i) * a * a)
            .sum::<f64>()
    }

    fn derivatives(&self, at: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let (n, width) = (at.len(), self.width);
        let mut gradient: Vec<f64> = at
            .iter()
            .enumerate()
            .map(|(i, a)| self.penalty(i) * a)
            .collect();
        let mut hessian = vec![0.0; n * n];
        for i in 0..n {
            hessian[i * n + i] = self.penalty(i);
        }
        for (i, (_, target)) in self.rows.iter().enumerate() {
            let (p, x) = (self.probabilities(at, i), &self.inputs[i]);
            for a in 0..self.labels {
                let slope = p[a + 1] - f64::from(target[a + 1]);
                for (g, x) in gradient[a * width..].iter_mut().zip(x) {
                    *g += slope * x;
                }
                for b in 0..=a {
                    let bend = p[a + 1] * (f64::from(u8::from(a == b)) - p[b + 1]);
                    for (j, xj) in x.iter().enumerate() {
                        let line = (a * width + j) * n + b * width;
                        for (h, xk) in hessian[line..line + width].iter_mut().zip(x) {
                            *h += bend * xj * xk;
                        }
                    }
                }
            }
        }
        // `solve` reads the lower triangle only, which the loops above fill.
        (gradient, hessian)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_sum_to_one_and_survive_large_logits() {
        let p = softmax(&[800.0, -800.0]);
        assert!((p.iter().sum::<f64>() - 1.0).abs() < 1e-12 && p[1] > 0.999);
    }

    #[test]
    fn intercepts_reproduce_the_shares() {
        // A constant input: the fitted probabilities are the mean targets, 1/4, 1/2, 1/4.
        let targets = [
            [1.0, 0.0, 0.0],
            [0.0, 1.0, 0.0],
            [0.0, 1.0, 0.0],
            [0.0, 0.0, 1.0f32],
        ];
        let input = [0.0f32];
        let rows: Vec<(&[f32], &[f32])> = (0..400)
            .map(|i| (&input[..], &targets[i % 4][..]))
            .collect();
        let p = softmax(&fit(&rows).logits(&input));
        assert!(
            (p[0] - 0.25).abs() < 1e-4 && (p[1] - 0.5).abs() < 1e-4,
            "{p:?}"
        );
    }
}
