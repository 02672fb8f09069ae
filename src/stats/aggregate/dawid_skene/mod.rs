//! Confusion of raters and the label behind their labels, by EM (Dawid & Skene 1979).

mod model;
mod responses;
#[cfg(test)]
mod tests;

use model::Model;
pub use responses::{Response, Responses};

/// Counts added to each cell of a rater's confusion: a Dirichlet prior with its mode at them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothing {
    /// Where observed and true label are the same.
    pub same: f64,
    /// Elsewhere.
    pub other: f64,
}

/// How EM runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DawidSkeneOptions {
    /// `None` is the mode of crowd-kit: counts under 1e-10 are lifted to it, a label that a rater never used has probability
    /// 0, and the objective is crowd-kit's bound, which adds the prior once a response.
    pub smoothing: Option<Smoothing>,
    /// It stops where the objective a response rises by less than this; never for a negative one.
    pub tolerance: f64,
    /// Iterations at most.
    pub iterations: usize,
}

impl DawidSkeneOptions {
    /// The mode for use: smoothing 1 on the diagonal and .1 off it.
    pub const SMOOTHED: Self = Self {
        smoothing: Some(Smoothing {
            same: 1.0,
            other: 0.1,
        }),
        tolerance: 1e-7,
        iterations: 500,
    };
    /// The mode of crowd-kit 1.4 with its defaults.
    pub const CROWD_KIT: Self = Self {
        smoothing: None,
        tolerance: 1e-5,
        iterations: 100,
    };
}

/// What EM found. It believes that raters err independently; where they do not, its probabilities are far too sure of
/// themselves (methods: claimed .88, right .67), so they are a diagnostic and not to be shown as probabilities.
#[derive(Debug, Clone, PartialEq)]
pub struct DawidSkene {
    /// Probability of each label, task by task; those of gold tasks are 0 and 1. Without smoothing none is below 1e-10.
    pub posterior: Vec<Vec<f64>>,
    /// The most probable label of each task, the first of equals.
    pub map: Vec<usize>,
    /// Share of each label.
    pub prior: Vec<f64>,
    /// P(observed | true) of each rater: `[rater][true][observed]`.
    pub confusion: Vec<Vec<Vec<f64>>>,
    /// Probability of each rater to be right, where that is the model. `None` for a rater without responses.
    pub skill: Option<Vec<Option<f64>>>,
    /// Iterations run.
    pub iterations: usize,
    /// Whether the objective stopped rising before the limit.
    pub converged: bool,
    /// The objective a response: with smoothing the log-likelihood and log-prior, without the bound of crowd-kit.
    pub objective: f64,
    /// Number of responses.
    pub n: usize,
}

/// How a rater errs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Workers {
    /// A confusion matrix each (Dawid & Skene 1979).
    Confusion,
    /// One probability of being right; wrong labels are equally likely ("one coin"). For few data.
    OneCoin,
}

const EPSILON: f64 = 1e-10;

/// EM from the labels' shares on each task. Gold tasks keep their label throughout. Needs three raters to mean anything.
/// `None` without responses.
pub fn dawid_skene(of: &Responses, options: DawidSkeneOptions) -> Option<DawidSkene> {
    run(of, Workers::Confusion, options)
}

/// The same with one skill a rater; smoothing adds `same` right and `other`·(K − 1) wrong answers.
pub fn one_coin(of: &Responses, options: DawidSkeneOptions) -> Option<DawidSkene> {
    run(of, Workers::OneCoin, options)
}

fn run(of: &Responses, workers: Workers, options: DawidSkeneOptions) -> Option<DawidSkene> {
    let n = of.responses.len();
    if n == 0 {
        return None;
    }
    let mut posterior = shares(of);
    hold_to_gold(of, &mut posterior);
    let mut prior = column_means(&posterior);
    let mut model = Model::fit(of, workers, options.smoothing, &posterior);
    let (mut objective, mut iterations, mut converged) = (f64::NEG_INFINITY, 0, false);
    while iterations < options.iterations {
        let (expected, likelihood) = e_step(of, &prior, &model);
        posterior = expected;
        prior = column_means(&posterior);
        model = Model::fit(of, workers, options.smoothing, &posterior);
        iterations += 1;
        let new = match options.smoothing {
            Some(_) => likelihood / n as f64,
            None => bound(of, &mut posterior, &prior, &model) / n as f64,
        };
        converged = new - objective < options.tolerance;
        objective = new;
        if converged {
            break;
        }
    }
    Some(DawidSkene {
        map: posterior.iter().map(|row| first_of_largest(row)).collect(),
        posterior,
        prior,
        confusion: model.confusion(of.labels),
        skill: (workers == Workers::OneCoin).then(|| model.skills()),
        iterations,
        converged,
        objective,
        n,
    })
}

/// Soft majority vote: the share of each label among a task's responses.
fn shares(of: &Responses) -> Vec<Vec<f64>> {
    let mut votes = vec![vec![0.0; of.labels]; of.tasks];
    for response in &of.responses {
        votes[response.task][response.label] += 1.0;
    }
    for row in &mut votes {
        let total: f64 = row.iter().sum();
        row.iter_mut().for_each(|votes| *votes /= total);
    }
    votes
}

fn hold_to_gold(of: &Responses, posterior: &mut [Vec<f64>]) {
    for (row, gold) in posterior.iter_mut().zip(&of.gold) {
        if let Some(gold) = *gold {
            row.fill(0.0);
            row[gold] = 1.0;
        }
    }
}

fn column_means(rows: &[Vec<f64>]) -> Vec<f64> {
    let mut sums = vec![0.0; rows.first().map_or(0, Vec::len)];
    for row in rows {
        for (sum, value) in sums.iter_mut().zip(row) {
            *sum += value;
        }
    }
    sums.iter().map(|sum| sum / rows.len() as f64).collect()
}

fn first_of_largest(row: &[f64]) -> usize {
    let best = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    row.iter().position(|&value| value == best).unwrap_or(0)
}

/// P(true | responses) of each task, and the log-likelihood with the prior of the model that made them.
fn e_step(of: &Responses, prior: &[f64], model: &Model) -> (Vec<Vec<f64>>, f64) {
    let start: Vec<f64> = prior.iter().map(|p| p.max(EPSILON).ln()).collect();
    let mut logs = vec![start; of.tasks];
    for response in &of.responses {
        if let Some(row) = model.logs(response) {
            for (sum, log) in logs[response.task].iter_mut().zip(row) {
                *sum += log;
            }
        }
    }
    let mut likelihood = model.log_prior();
    for (row, gold) in logs.iter_mut().zip(&of.gold) {
        let most = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let known = gold.map(|gold| row[gold]);
        row.iter_mut().for_each(|log| *log = (*log - most).exp());
        let total: f64 = row.iter().sum();
        likelihood += known.unwrap_or(most + total.ln());
        row.iter_mut().for_each(|chance| *chance /= total);
    }
    hold_to_gold(of, &mut logs);
    (logs, likelihood)
}

/// crowd-kit's bound: the expectation takes the prior once a response, and the entropy the posterior lifted to 1e-10, which
/// stays lifted.
fn bound(of: &Responses, posterior: &mut [Vec<f64>], prior: &[f64], model: &Model) -> f64 {
    let prior: Vec<f64> = prior.iter().map(|p| p.max(EPSILON).ln()).collect();
    let mut sum = 0.0;
    for response in &of.responses {
        if let Some(row) = model.logs(response) {
            let chances = posterior[response.task].iter();
            let logs = row.iter().zip(&prior);
            sum += chances
                .zip(logs)
                .map(|(chance, (a, b))| chance * (a + b))
                .sum::<f64>();
        }
    }
    for chance in posterior.iter_mut().flatten() {
        *chance = chance.max(EPSILON);
        sum -= *chance * chance.ln();
    }
    sum
}
