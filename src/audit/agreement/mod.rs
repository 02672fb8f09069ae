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

const ONE_VALUE: &str = "fewer than two tasks with two ratings, or only one value given";
const COMPLETE: &str = "fewer than two tasks that all raters rated, or all alike";
const NO_LABELS: &str = "it is for labels: a score has no list of categories to agree on by chance";

/// Statistics of the panel, and of the panel with gold where there is gold.
pub(super) fn agreement(data: &Data<'_>, threads: usize) -> Vec<Agreement> {
    let everyone = data.everyone();
    let mut found = of(data, &data.panel, "panel", threads);
    if data.gold.is_some() {
        found.extend(of(data, &everyone, "panel and gold", threads));
    }
    found
}

fn of(data: &Data<'_>, raters: &[usize], whose: &'static str, threads: usize) -> Vec<Agreement> {
    let (Some(values), Some(answers)) = (
        Data::table(&data.values, raters),
        Data::table(&data.answers, raters),
    ) else {
        return Vec::new();
    };
    let group = Group {
        data,
        values,
        answers,
        whose,
    };
    let mut found = group.alphas(threads);
    found.extend(group.gwets());
    found.extend(group.means());
    found
}

/// Some raters, whose agreement is asked for.
struct Group<'a> {
    data: &'a Data<'a>,
    values: Table,
    answers: Table,
    whose: &'static str,
}

impl Group<'_> {
    fn line(
        &self,
        name: &'static str,
        metric: Option<&'static str>,
        estimate: Option<Figure>,
        why: &'static str,
    ) -> Agreement {
        let raters = self.values.raters();
        Agreement {
            name,
            metric,
            of: self.whose,
            raters,
            method: self.data.units.bootstrap(),
            why_none: estimate.is_none().then_some(match raters {
                0 | 1 => "one rater has nobody to agree with",
                _ => why,
            }),
            estimate,
        }
    }

    /// Krippendorff's alpha: of labels in three metrics, of scores in one.
    fn alphas(&self, threads: usize) -> Vec<Agreement> {
        let all = [
            ("nominal", Metric::Nominal, &self.answers),
            ("ordinal", Metric::Ordinal, &self.answers),
            ("interval", Metric::Interval, &self.values),
        ];
        let first = if self.data.is_score() { 2 } else { 0 };
        let one = |&(name, metric, table): &(&'static str, Metric, &Table)| {
            let estimate = alpha(table, metric, self.data.units, threads);
            self.line("krippendorff_alpha", Some(name), estimate, ONE_VALUE)
        };
        all.iter().skip(first).map(one).collect()
    }

    /// Gwet's AC1 and AC2.
    fn gwets(&self) -> [Agreement; 2] {
        let categories = self.data.categories();
        let why = if self.data.is_score() {
            NO_LABELS
        } else {
            ONE_VALUE
        };
        let one = |name, metric, weights| {
            let estimate = gwet(&self.answers, &categories, weights, self.data.units);
            self.line(name, Some(metric), estimate, why)
        };
        [
            one("gwet_ac1", "nominal", Weights::Identity),
            one("gwet_ac2", "quadratic", Weights::Quadratic),
        ]
    }

    /// Intraclass correlations, and how often all say the same.
    fn means(&self) -> [Agreement; 3] {
        let units = self.data.units;
        let [single, mean] = intraclass(&self.values, self.data.middle(), units);
        let equal = units.mean(&all_equal(&self.answers));
        let equal = equal.map(|mean| mean.figure.within(0.0, 1.0));
        [
            self.line("icc_a1", None, single, COMPLETE),
            self.line("icc_ak", None, mean, COMPLETE),
            Agreement {
                method: format!("mean with t, errors clustered {}", units.by()),
                ..self.line("all_equal", None, equal, "no task has two ratings")
            },
        ]
    }
}

/// Krippendorff's alpha of a table with the units of its rows; `None` with fewer than two of them that have two ratings.
pub(crate) fn alpha(
    table: &Table,
    metric: Metric,
    units: &Units,
    threads: usize,
) -> Option<Figure> {
    let counts = Counts::of_values(table);
    let found = bootstrap_alpha(&counts, metric, &units.clusters, units.seeded(), threads)?;
    let interval = found.percentile(units.level).filter(|_| found.clusters > 1);
    // Of one task all disagreement is that which is expected: 0 whatever was said.
    (found.whole.units > 1).then_some(())?;
    let figure = Figure::new(found.whole.alpha?, interval, found.whole.units)?;
    Some(figure.or_since(units.single(found.clusters)))
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
