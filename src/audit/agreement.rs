//! How far the panel agrees. It says that raters are consistent, never that they are right.

use super::data::Data;
use super::figure::Figure;
use super::units::Units;
use crate::stats::Table;
use crate::stats::agreement::{ChanceCorrected, Counts, Metric, Weights, bootstrap_alpha, icc};
use crate::stats::inference::ClusterSums;
use serde::Serialize;

/// One statistic of agreement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// `krippendorff_alpha`, `gwet_ac1`, `gwet_ac2`, `icc_a1`, `icc_ak` or `all_equal` (share of tasks with at least two
    /// ratings on which all are the same).
    pub name: &'static str,
    /// The distances it measures by, where there is a choice.
    pub metric: Option<&'static str>,
    /// Whose agreement: `panel`, or `panel and gold`.
    pub of: &'static str,
    /// Number of raters.
    pub raters: usize,
    /// The statistic.
    pub estimate: Option<Figure>,
    /// How its interval is made.
    pub method: String,
    /// Why there is none.
    pub why_none: Option<&'static str>,
}

/// Statistics of the panel, and of the panel with gold where there is gold.
pub(super) fn agreement(data: &Data<'_>, threads: usize) -> Vec<Agreement> {
    let mut found = of(data, &data.panel, "panel", threads);
    if data.gold.is_some() {
        found.extend(of(data, &data.everyone(), "panel and gold", threads));
    }
    found
}

fn of(data: &Data<'_>, raters: &[usize], whose: &'static str, threads: usize) -> Vec<Agreement> {
    let line =
        |name, metric, estimate: Option<Figure>, method: String, why: &'static str| Agreement {
            name,
            metric,
            of: whose,
            raters: raters.len(),
            why_none: estimate.is_none().then_some(match raters {
                [] | [_] => "one rater has nobody to agree with",
                _ => why,
            }),
            estimate,
            method,
        };
    let units = data.units;
    let (Some(values), Some(answers)) = (
        Data::table(&data.values, raters),
        Data::table(&data.answers, raters),
    ) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let metrics: &[(&'static str, Metric, &Table)] = match data.is_score() {
        true => &[("interval", Metric::Interval, &values)],
        false => &[
            ("nominal", Metric::Nominal, &answers),
            ("ordinal", Metric::Ordinal, &answers),
            ("interval", Metric::Interval, &values),
        ],
    };
    const ONE_VALUE: &str = "fewer than two ratings of a task, or only one value given";
    for (name, metric, table) in metrics {
        let estimate = alpha(table, *metric, units, threads);
        let method = units.bootstrap();
        found.push(line(
            "krippendorff_alpha",
            Some(*name),
            estimate,
            method,
            ONE_VALUE,
        ));
    }
    let categories = data.categories();
    for (name, metric, weights) in [
        ("gwet_ac1", "nominal", Weights::Identity),
        ("gwet_ac2", "quadratic", Weights::Quadratic),
    ] {
        let estimate = gwet(&answers, &categories, weights, units);
        let why = match data.is_score() {
            true => "it is for labels: a score has no list of categories to agree on by chance",
            false => ONE_VALUE,
        };
        found.push(line(name, Some(metric), estimate, units.bootstrap(), why));
    }
    let [single, mean] = intraclass(&values, data.middle(), units);
    const COMPLETE: &str = "fewer than two tasks that all raters rated, or all alike";
    found.push(line("icc_a1", None, single, units.bootstrap(), COMPLETE));
    found.push(line("icc_ak", None, mean, units.bootstrap(), COMPLETE));
    let equal = units
        .mean(&all_equal(&answers))
        .map(|mean| mean.figure.within(0.0, 1.0));
    let method = format!("mean with t, errors clustered {}", units.by());
    found.push(line(
        "all_equal",
        None,
        equal,
        method,
        "no task has two ratings",
    ));
    found
}

fn alpha(table: &Table, metric: Metric, units: &Units, threads: usize) -> Option<Figure> {
    let counts = Counts::of_values(table);
    let found = bootstrap_alpha(&counts, metric, &units.clusters, units.seeded(), threads)?;
    let interval = found.percentile(units.level).filter(|_| found.clusters > 1);
    Figure::new(found.whole.alpha?, interval, found.whole.units)
}

/// Gwet's coefficient; its sums are tasks with a rating, tasks with two, the agreement of those, the shares of labels.
fn gwet(table: &Table, categories: &[f64], weights: Weights, units: &Units) -> Option<Figure> {
    let found = ChanceCorrected::of_table(table, categories, weights, units.level)?;
    let (point, w, q) = (found.gwet?, &found.weights, categories.len());
    let rows: Vec<&[Option<f64>]> = table.units().collect();
    let sums = ClusterSums::new(&units.clusters, 3 + q, |unit, part| {
        let given = rows[unit].iter().flatten();
        let place = |value: &f64| categories.iter().position(|category| category == value);
        let given: Vec<usize> = given.filter_map(place).collect();
        let r = given.len() as f64;
        part[0] += f64::from(u8::from(!given.is_empty()));
        given.iter().for_each(|&label| part[3 + label] += 1.0 / r);
        if given.len() > 1 {
            let pairs: f64 = given
                .iter()
                .map(|&c| given.iter().map(|&k| w[c][k]).sum::<f64>())
                .sum();
            part[1] += 1.0;
            part[2] += (pairs - r) / (r * (r - 1.0));
        }
    });
    let scale = w.iter().flatten().sum::<f64>() / (q * (q - 1)) as f64;
    let replicates = units.resample(&sums, |sums| {
        let share = |&sum: &f64| sum / sums[0] * (1.0 - sum / sums[0]);
        let chance = scale * sums[3..].iter().map(share).sum::<f64>();
        [(sums[1] > 0.0 && chance < 1.0).then(|| (sums[2] / sums[1] - chance) / (1.0 - chance))]
    });
    let [replicates] = replicates.map_or([None], |[one]| [Some(one)]);
    units.figure(Some(point.coefficient), replicates.as_ref(), point.n)
}

/// ICC(A,1) and ICC(A,k) over the tasks that all rated; the sums are those of the analysis of variance.
fn intraclass(table: &Table, middle: f64, units: &Units) -> [Option<Figure>; 2] {
    let Some(found) = icc(table, units.level) else {
        return [None, None];
    };
    let (rows, k) = (table.units().collect::<Vec<_>>(), table.raters());
    let whole = |unit: usize| rows[unit].iter().all(Option::is_some);
    let complete: Vec<&[Option<f64>]> = (0..rows.len())
        .filter(|&unit| whole(unit))
        .map(|unit| rows[unit])
        .collect();
    let sums = ClusterSums::new(&units.clusters.only(whole), 3 + k, |unit, part| {
        let mut total = 0.0;
        for (rater, value) in complete[unit].iter().enumerate() {
            let value = value.map_or(0.0, |value| value - middle);
            (total, part[2]) = (total + value, part[2] + value * value);
            part[3 + rater] += value;
        }
        part[0] += 1.0;
        part[1] += total * total;
    });
    let replicates = units.resample(&sums, |sums| absolute(sums, k as f64));
    let [one, all] = replicates.map_or([None, None], |both| both.map(Some));
    let point = |form: Option<crate::stats::agreement::IccForm>| form.map(|form| form.icc);
    [
        units.figure(point(found.agreement), one.as_ref(), found.units),
        units.figure(point(found.agreement_mean), all.as_ref(), found.units),
    ]
}

/// ICC(A,1) and ICC(A,k) (McGraw & Wong 1996) of the sums n, Σ(total of a task)², Σy², and the total of each rater.
fn absolute(sums: &[f64], k: f64) -> [Option<f64>; 2] {
    let (n, raters) = (sums[0], &sums[3..]);
    if n < 2.0 {
        return [None, None];
    }
    let all: f64 = raters.iter().sum();
    let centre = all * all / (n * k);
    let (units, whole) = (sums[1] / k - centre, sums[2] - centre);
    let between = raters.iter().map(|sum| sum * sum).sum::<f64>() / n - centre;
    let residual = (whole - units - between) / ((n - 1.0) * (k - 1.0));
    let (units, between) = (units / (n - 1.0), between / (k - 1.0));
    let shift = (between - residual) / n;
    let ratio = |below: f64| Some((units - residual) / below).filter(|icc| icc.is_finite());
    [
        ratio(units + (k - 1.0) * residual + k * shift),
        ratio(units + shift),
    ]
}

/// 1 for each task on which all ratings are the same, 0 where they differ; `None` with fewer than two.
fn all_equal(table: &Table) -> Vec<Option<f64>> {
    let one = |row: &[Option<f64>]| {
        let mut given = row.iter().flatten();
        let (first, second) = (given.next()?, given.next()?);
        let same = first == second && given.all(|value| value == first);
        Some(f64::from(u8::from(same)))
    };
    table.units().map(one).collect()
}
