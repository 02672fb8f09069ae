//! Who disagrees with whom on what kind of work.

use super::data::{Column, Data};
use super::figure::Figure;
use super::kinds::{Kind, LEAST_OCCUPATIONS, LEAST_TASKS};
use crate::stats::Interval;
use crate::stats::inference::{t_critical_value, t_test};
use serde::Serialize;

/// A rater on one kind of work.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Group {
    /// `major_group` (of the SOC) or `activity` (O*NET's detailed work activities).
    pub by: &'static str,
    /// `43-0000`, or the id of the activity.
    pub key: String,
    /// Its title.
    pub title: String,
    /// The rater.
    pub rater: String,
    /// Tasks of this kind that it and another rated.
    pub n: usize,
    /// Occupations they are of.
    pub occupations: usize,
    /// Its mean beyond the other raters on this kind of work, in points.
    pub leniency: Option<Figure>,
    /// p that it is 0.
    pub p: Option<f64>,
    /// The same by Holm's step-down over all kinds, raters and dimensions.
    pub p_adjusted: Option<f64>,
    /// The same by Benjamini and Hochberg: the false discovery rate.
    pub q: Option<f64>,
    /// Its leniency here minus its leniency on all other work, in points: what is particular to this kind.
    pub beyond: Option<Figure>,
    /// p that this is 0.
    pub beyond_p: Option<f64>,
    /// By Benjamini and Hochberg over all kinds, raters and dimensions.
    pub beyond_q: Option<f64>,
    /// Occupations of the side of that difference that has fewer: what its test rests on.
    #[serde(skip)]
    pub(super) fewer: usize,
}

/// The mean of a rater here minus that elsewhere.
struct Beyond {
    figure: Option<Figure>,
    p: Option<f64>,
    fewer: usize,
}

/// A rater on every kind of work; nothing where there are not enough tasks that it and another rated.
pub(super) fn groups(data: &Data<'_>, rater: usize, id: &str, kinds: &[Kind]) -> Vec<Group> {
    let differences = data.beyond_others(rater);
    let elsewhere = Elsewhere::new(data, &differences);
    kinds
        .iter()
        .filter_map(|kind| elsewhere.group(kind, id))
        .collect()
}

/// The differences of a rater, and their sums by occupation.
struct Elsewhere<'a> {
    data: &'a Data<'a>,
    differences: &'a Column,
    sums: Vec<f64>,
    counts: Vec<f64>,
}

impl<'a> Elsewhere<'a> {
    fn new(data: &'a Data<'a>, differences: &'a Column) -> Self {
        let clusters = &data.units.clusters;
        let plain: Vec<f64> = differences.iter().map(|d| d.unwrap_or(0.0)).collect();
        let there: Vec<f64> = differences
            .iter()
            .map(|d| f64::from(u8::from(d.is_some())))
            .collect();
        Self {
            data,
            differences,
            sums: clusters.sums(&plain),
            counts: clusters.sums(&there),
        }
    }

    fn group(&self, kind: &Kind, rater: &str) -> Option<Group> {
        let rated = kind
            .tasks
            .iter()
            .filter_map(|&task| Some((task, self.differences[task]?)));
        let (tasks, values): (Vec<usize>, Vec<f64>) = rated.unzip();
        (tasks.len() >= LEAST_TASKS).then_some(())?;
        let mean = self.data.units.mean_of(&tasks, &values)?;
        (mean.clusters >= LEAST_OCCUPATIONS).then_some(())?;
        let beyond = self.beyond(&tasks, &values, mean.figure.point, mean.clusters);
        Some(Group {
            by: kind.by,
            key: kind.key.clone(),
            title: kind.title.clone(),
            rater: rater.to_owned(),
            n: tasks.len(),
            occupations: mean.clusters,
            leniency: Some(mean.figure),
            p: mean.p,
            p_adjusted: None,
            q: None,
            fewer: beyond.as_ref().map_or(0, |one| one.fewer),
            beyond_p: beyond.as_ref().and_then(|one| one.p),
            beyond: beyond.and_then(|one| one.figure),
            beyond_q: None,
        })
    }

    /// The mean here minus the mean elsewhere. With a_c = Σ e/n of occupation c here, b_c the same elsewhere and G the
    /// occupations of each side, its variance is Σ (√(G_a/(G_a − 1)) a_c − √(G_b/(G_b − 1)) b_c)²: the sum of the variances
    /// (CR1) of two means where no occupation has tasks on both sides, that of a paired difference where all have. One
    /// factor of all occupations would leave the error of a kind of two of them √2 too small. t has as many degrees of
    /// freedom as the side with fewer occupations has, less one.
    fn beyond(&self, tasks: &[usize], values: &[f64], here: f64, inside: usize) -> Option<Beyond> {
        let clusters = &self.data.units.clusters;
        let (mut own, mut own_counts) = (vec![0.0; clusters.count()], vec![0.0; clusters.count()]);
        for (&task, value) in tasks.iter().zip(values) {
            let cluster = *clusters.of_units().get(task)?;
            own[cluster] += value;
            own_counts[cluster] += 1.0;
        }
        let n = tasks.len() as f64;
        let rest: Vec<(f64, f64)> = (0..clusters.count())
            .map(|c| (self.sums[c] - own[c], self.counts[c] - own_counts[c]))
            .collect();
        let (sum, m) = rest
            .iter()
            .fold((0.0, 0.0), |(s, m), part| (s + part.0, m + part.1));
        let outside = rest.iter().filter(|part| part.1 > 0.0).count();
        (m > 0.0).then_some(())?;
        let there = sum / m;
        let factor = |groups: usize| (groups as f64 / (groups as f64 - 1.0)).sqrt();
        let fewer = inside.min(outside);
        let (f, g) = (factor(inside), factor(outside));
        let influence = own
            .iter()
            .zip(&own_counts)
            .zip(&rest)
            .map(|((own, count), rest)| {
                (f * (own - count * here) / n - g * (rest.0 - rest.1 * there) / m).powi(2)
            });
        let se = influence.sum::<f64>().sqrt();
        let df = fewer.saturating_sub(1);
        // What rounding leaves of values that are all alike is no error, and one occupation has none.
        let known = fewer > 1 && se > 1e-9;
        let half = t_critical_value(self.data.units.level, df as f64).filter(|_| known);
        let point = here - there;
        let interval = half.map(|t| Interval {
            low: point - t * se,
            high: point + t * se,
        });
        Some(Beyond {
            figure: Figure::new(point, interval, tasks.len())
                .map(|figure| figure.or_since(self.data.units.single(fewer))),
            p: known.then(|| t_test(point, se, df)).flatten(),
            fewer,
        })
    }
}
