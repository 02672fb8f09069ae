//! What the raters make of a true label.

use super::{EPSILON, Response, Responses, Smoothing, Workers};

/// The raters.
pub(super) struct Model {
    raters: Vec<Rater>,
    workers: Workers,
    smoothing: Option<Smoothing>,
}

struct Rater {
    /// ln P(observed | true), `[observed][true]`, so that a response reads one row. An unused label has none.
    logs: Vec<Option<Vec<f64>>>,
    skill: Option<f64>,
}

impl Model {
    /// The M-step: raters as the expected true labels show them.
    pub(super) fn fit(
        of: &Responses,
        workers: Workers,
        smoothing: Option<Smoothing>,
        posterior: &[Vec<f64>],
    ) -> Self {
        let mut counts = vec![vec![vec![0.0; of.labels]; of.labels]; of.raters];
        let mut used = vec![vec![smoothing.is_some(); of.labels]; of.raters];
        for response in &of.responses {
            used[response.rater][response.label] = true;
            let row = &mut counts[response.rater][response.label];
            for (count, chance) in row.iter_mut().zip(&posterior[response.task]) {
                *count += chance;
            }
        }
        let raters = counts.into_iter().zip(&used).map(|(mut cells, used)| {
            let skill = match workers {
                Workers::Confusion => normalise(&mut cells, used, smoothing),
                Workers::OneCoin => one_skill(&mut cells, smoothing),
            };
            let rows = cells.into_iter().zip(used);
            let log = |row: Vec<f64>| row.into_iter().map(f64::ln).collect();
            Rater {
                logs: rows.map(|(row, &used)| used.then(|| log(row))).collect(),
                skill,
            }
        });
        Self {
            raters: raters.collect(),
            workers,
            smoothing,
        }
    }

    /// ln P of a response under each true label.
    pub(super) fn logs(&self, response: &Response) -> Option<&Vec<f64>> {
        self.raters
            .get(response.rater)?
            .logs
            .get(response.label)?
            .as_ref()
    }

    /// ln of the Dirichlet prior, up to a constant; 0 without smoothing.
    pub(super) fn log_prior(&self) -> f64 {
        let Some(smoothing) = self.smoothing else {
            return 0.0;
        };
        let of = |rater: &Rater| -> f64 {
            let rows = rater.logs.iter().enumerate();
            let cells = rows.flat_map(|(observed, row)| {
                let cells = row.iter().flatten().enumerate();
                cells.map(move |(truth, log)| smoothing.of(observed == truth) * log)
            });
            let sum: f64 = cells.sum();
            // One coin has one prior, which the column of each true label repeats.
            match self.workers {
                Workers::Confusion => sum,
                Workers::OneCoin => sum / rater.logs.len() as f64,
            }
        };
        self.raters.iter().map(of).sum()
    }

    /// P(observed | true), `[rater][true][observed]`.
    pub(super) fn confusion(&self, labels: usize) -> Vec<Vec<Vec<f64>>> {
        let cell = |row: &Option<Vec<f64>>, truth: usize| {
            let log = row.as_ref().and_then(|logs| logs.get(truth));
            log.map_or(0.0, |log| log.exp())
        };
        let of = |rater: &Rater| {
            (0..labels)
                .map(|truth| rater.logs.iter().map(|row| cell(row, truth)).collect())
                .collect()
        };
        self.raters.iter().map(of).collect()
    }

    /// Probability of each rater to be right, by one coin.
    pub(super) fn skills(&self) -> Vec<Option<f64>> {
        self.raters.iter().map(|rater| rater.skill).collect()
    }
}

impl Smoothing {
    fn of(self, same: bool) -> f64 {
        if same { self.same } else { self.other }
    }
}

/// Counts to P(observed | true): the column of each true label over the labels used. There is no one skill.
fn normalise(counts: &mut [Vec<f64>], used: &[bool], smoothing: Option<Smoothing>) -> Option<f64> {
    let mut totals = vec![0.0; counts.len()];
    for (observed, row) in counts.iter_mut().enumerate() {
        for (truth, count) in row.iter_mut().enumerate() {
            *count += smoothing.map_or(0.0, |smoothing| smoothing.of(observed == truth));
            *count = count.max(EPSILON);
            totals[truth] += if used[observed] { *count } else { 0.0 };
        }
    }
    for row in counts {
        for (count, total) in row.iter_mut().zip(&totals) {
            *count /= total;
        }
    }
    None
}

/// The share of right answers, and the matrix that it makes. `None` for a rater without responses.
fn one_skill(counts: &mut [Vec<f64>], smoothing: Option<Smoothing>) -> Option<f64> {
    let wrong = (counts.len() - 1) as f64;
    let all: f64 = counts.iter().flatten().sum();
    let labels = counts.iter().enumerate();
    let right: f64 = labels.map(|(label, row)| row[label]).sum();
    let (same, other) = smoothing.map_or((0.0, 0.0), |s| (s.same, s.other * wrong));
    let total = all + same + other;
    let skill = if total > 0.0 {
        (right + same) / total
    } else {
        1.0 / (wrong + 1.0)
    };
    for (observed, row) in counts.iter_mut().enumerate() {
        for (truth, cell) in row.iter_mut().enumerate() {
            let chance = if observed == truth {
                skill
            } else {
                (1.0 - skill) / wrong
            };
            *cell = chance.clamp(EPSILON, 1.0 - EPSILON);
        }
    }
    (all > 0.0).then_some(skill)
}
