//! Whether an adjudication helped: its final values and those of the first round, held against gold.

use super::{Status, Tally};
use crate::compare::{Difference, LEVEL, Verdict};
use crate::ratings::round12;
use crate::rubric::Rubric;
use crate::stats::Clusters;
use crate::stats::inference::proportion::wilson;
use serde::Serialize;

/// A disputed task in one dimension, as the file of an adjudication has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// Id of the occupation.
    pub occupation: String,
    /// Id of the task.
    pub task: String,
    /// Id of the dimension.
    pub dimension: String,
    /// Value of the first round, in the dimension's unit.
    pub first: Option<f64>,
    /// Final value.
    pub last: Option<f64>,
    /// How it ended.
    pub status: Status,
}

/// A share of tasks with the interval of Wilson.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// 0–1.
    pub point: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Number of tasks.
    pub n: usize,
}

/// What can be said of an adjudication.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Checked {
    /// Its id.
    pub adjudication: String,
    /// Who judged.
    pub adjudicator: String,
    /// Coverage of all intervals.
    pub level: f64,
    /// One a dimension with disputed tasks.
    pub dimensions: Vec<CheckedDimension>,
}

/// The same in one dimension.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CheckedDimension {
    /// Its id.
    pub dimension: String,
    /// Disputed tasks.
    pub contested: usize,
    /// With a verdict.
    pub resolved: usize,
    /// Whose verdict followed the order.
    pub unresolved: usize,
    /// Without both answers.
    pub not_judged: usize,
    /// Of the tasks with both answers, those whose verdict followed the order; `None` where there is none.
    pub order_dependence: Option<Share>,
    /// How far the values of the first round (`before`) and the final ones (`after`) lie from gold, over the resolved tasks that
    /// have gold, in points of 0–100: a mean below 0 is closer. `None` where no resolved task has gold.
    pub errors: Option<Difference>,
    /// What follows: closer, further, no detectable difference, no difference, too few to tell, no gold.
    pub verdict: &'static str,
}

/// The order dependence of a tally.
#[must_use]
pub fn order_dependence(tally: &Tally) -> Option<Share> {
    let n = tally.resolved + tally.unresolved;
    let ends = wilson(tally.unresolved as u64, n as u64, LEVEL)?;
    Some(Share {
        point: round12(tally.unresolved as f64 / n as f64),
        low: round12(ends.low),
        high: round12(ends.high),
        n,
    })
}

impl Checked {
    /// Holds the rows of an adjudication against `gold`, which gives the gold value of a row in its dimension's unit.
    #[must_use]
    pub fn of(
        [adjudication, adjudicator]: [String; 2],
        rows: &[Judged],
        rubric: &Rubric,
        gold: impl Fn(&Judged) -> Option<f64>,
    ) -> Self {
        let mut dimensions = Vec::new();
        for dimension in rubric.dimensions() {
            let own: Vec<&Judged> = rows
                .iter()
                .filter(|row| row.dimension == dimension.id)
                .collect();
            if own.is_empty() {
                continue;
            }
            let mut tally = Tally::default();
            own.iter().for_each(|row| tally.count(row.status));
            let mut occupations: Vec<&str> = Vec::new();
            let (mut pairs, mut clusters) = (Vec::new(), Vec::new());
            for row in &own {
                let (Some(first), Some(last), Some(gold)) = (row.first, row.last, gold(row)) else {
                    continue;
                };
                let known = occupations.iter().position(|id| *id == row.occupation);
                clusters.push(known.unwrap_or_else(|| {
                    occupations.push(&row.occupation);
                    occupations.len() - 1
                }));
                let off = |value: f64| (dimension.to_score(value) - dimension.to_score(gold)).abs();
                pairs.push((off(first), off(last)));
            }
            let clusters = Clusters::of(clusters);
            let errors =
                (!pairs.is_empty()).then(|| Difference::over_occupations(&pairs, &clusters));
            dimensions.push(CheckedDimension {
                dimension: dimension.id.clone(),
                contested: tally.contested,
                resolved: tally.resolved,
                unresolved: tally.unresolved,
                not_judged: tally.not_judged,
                order_dependence: order_dependence(&tally),
                errors,
                verdict: "",
            });
        }
        Difference::adjust(dimensions.iter_mut().filter_map(|one| one.errors.as_mut()));
        for one in &mut dimensions {
            one.verdict = verdict(one.errors.as_ref());
        }
        Self {
            adjudication,
            adjudicator,
            level: LEVEL,
            dimensions,
        }
    }
}

fn verdict(errors: Option<&Difference>) -> &'static str {
    let Some(errors) = errors else {
        return "no gold";
    };
    match errors.verdict {
        Verdict::Moved if errors.mean.is_some_and(|mean| mean < 0.0) => "closer",
        Verdict::Moved => "further",
        Verdict::Unchanged => "no difference",
        Verdict::TooFew => "too few to tell",
        Verdict::NotDetectable | Verdict::ReconciledOtherwise => "no detectable difference",
    }
}

impl CheckedDimension {
    /// The result in a sentence, with its numbers.
    #[must_use]
    pub fn text(&self) -> String {
        let Some(errors) = &self.errors else {
            return format!("{}: no resolved task has gold", self.dimension);
        };
        let number = |value: Option<f64>| {
            value.map_or_else(|| "–".to_owned(), |value| format!("{value:.1}"))
        };
        let ends = match errors.low.zip(errors.high) {
            Some((low, high)) => format!("[{low:.1}, {high:.1}]"),
            None => format!("({})", errors.interval),
        };
        let test = match errors.adjusted_p.or(errors.p) {
            Some(p) if p < 0.001 => ", p < 0.001".to_owned(),
            Some(p) => format!(", p {p:.3}"),
            None => String::new(),
        };
        let could = match (self.verdict, errors.mde) {
            ("no detectable difference", Some(mde)) => format!(" (MDE {mde:.1})"),
            _ => String::new(),
        };
        format!(
            "{}: {}{could}: {} points from gold before, {} after, difference {} {ends}{test}, {} {} of {} {}",
            self.dimension,
            self.verdict,
            number(errors.before),
            number(errors.after),
            number(errors.mean),
            errors.n,
            if errors.n == 1 { "task" } else { "tasks" },
            errors.occupations,
            if errors.occupations == 1 {
                "occupation"
            } else {
                "occupations"
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ratings::fixtures::rubric;

    /// Eight occupations of two tasks each; gold is 50, the first round is `first` off and the final value `last` off.
    fn rows(first: f64, last: impl Fn(usize) -> f64) -> Vec<Judged> {
        let row = |n: usize| Judged {
            occupation: format!("{}", n / 2),
            task: format!("{n}"),
            dimension: "automation".into(),
            first: Some(50.0 + first),
            last: Some(50.0 - last(n)),
            status: Status::Resolved,
        };
        (0..16).map(row).collect()
    }

    fn checked(rows: &[Judged], gold: Option<f64>) -> CheckedDimension {
        let found = Checked::of(["a".into(), "b".into()], rows, &rubric(), |_| gold);
        found.dimensions.into_iter().next().unwrap()
    }

    #[test]
    fn planted_help_and_harm_are_found() {
        // 30 off before; after 4 or 6 off: differences −26 and −24, mean −25. Of 2^8 signs only two are as far: p 1/128.
        let found = checked(
            &rows(30.0, |n| if n % 4 < 2 { 4.0 } else { 6.0 }),
            Some(50.0),
        );
        let errors = found.errors.clone().unwrap();
        assert_eq!(found.verdict, "closer");
        assert!(
            (errors.mean.unwrap() + 25.0).abs() < 1e-9
                && (errors.p.unwrap() - 1.0 / 128.0).abs() < 1e-12
        );
        assert!(
            found
                .text()
                .starts_with("automation: closer: 30.0 points from gold before, 5.0 after"),
            "{}",
            found.text()
        );
        let found = checked(&rows(5.0, |n| 30.0 + n as f64), Some(50.0));
        assert_eq!(found.verdict, "further");
        // As often better as worse.
        let found = checked(
            &rows(20.0, |n| if n / 2 % 2 == 0 { 5.0 } else { 35.0 }),
            Some(50.0),
        );
        assert_eq!(found.verdict, "no detectable difference");
        assert!(found.text().contains("(MDE "), "{}", found.text());
    }

    #[test]
    fn few_occupations_or_no_gold_decide_nothing() {
        let found = checked(&rows(30.0, |_| 5.0)[..6], Some(50.0));
        assert_eq!(
            (found.verdict, found.errors.unwrap().p),
            ("too few to tell", None)
        );
        let found = checked(&rows(30.0, |_| 5.0), None);
        assert_eq!((found.verdict, found.errors.is_none()), ("no gold", true));
    }

    #[test]
    fn order_dependence_is_of_tasks_with_both_answers() {
        let tally = Tally {
            contested: 10,
            resolved: 6,
            unresolved: 2,
            not_judged: 2,
        };
        let share = order_dependence(&tally).unwrap();
        // Wilson for 2 of 8 at 95 %: .0715 to .5907.
        assert_eq!((share.point, share.n), (0.25, 8));
        assert!(
            (share.low - 0.071_5).abs() < 5e-4 && (share.high - 0.590_7).abs() < 5e-4,
            "{share:?}"
        );
        assert_eq!(
            order_dependence(&Tally {
                not_judged: 3,
                contested: 3,
                ..Tally::default()
            }),
            None
        );
    }
}
