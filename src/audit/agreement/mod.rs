//! How far the panel agrees. It says that raters are consistent, never that they are right.

mod chance;
mod intraclass;

use super::data::Data;
use super::figure::Figure;
use super::units::Units;
use crate::stats::Table;
use crate::stats::agreement::{Counts, Metric, Weights, bootstrap_alpha};
use chance::gwet;
use intraclass::intraclass;
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
