//! Whether an adjudication helped: its final values and those of the first round, held against gold.

use super::{Status, Tally};
use crate::compare::{Difference, LEVEL, Verdict};
use crate::ratings::{Drawn, round12};
use crate::rubric::{Dimension, Rubric};
use crate::stats::Clusters;
use crate::stats::inference::DesignWeights;
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
    /// The same before gold calibrated it.
    pub uncalibrated: Option<f64>,
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
    /// How it ended: complete, incomplete, interrupted.
    pub status: String,
    /// How many other adjudications of the same ratings there are that were not read; 0 where it was named.
    pub others: usize,
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
    /// Resolved tasks that have gold.
    pub with_gold: usize,
    /// How many tasks that count the same these are worth, where they were not drawn alike: (Σw)²/Σw² (Kish). Then all means,
    /// errors and tests count each by 1/probability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effective_n: Option<f64>,
    /// Whether gold calibrated the first round. It has seen the gold then, and the verdicts have not: what is compared with them
    /// is what the raters said before the calibration.
    pub calibrated: bool,
    /// How far the uncalibrated values of the first round (`before`) and the final ones (`after`) lie from gold, over the resolved
    /// tasks that have gold, in points of 0–100: a mean below 0 is closer. `None` where no resolved task has gold, and where it is
    /// not known for which tasks those with gold stand.
    pub errors: Option<Difference>,
    /// Why there is no comparison, where gold is there and there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld: Option<&'static str>,
    /// What follows: closer, further, no detectable difference, no difference, too few to tell, withheld, no gold.
    pub verdict: &'static str,
}

/// The tasks of a dimension that can be compared: distances from gold before and after, in points, with the number of the task
/// in the run and the occupation.
#[derive(Default)]
struct Compared<'a> {
    pairs: Vec<(f64, f64)>,
    tasks: Vec<usize>,
    occupations: Vec<&'a str>,
}

impl<'a> Compared<'a> {
    fn of(
        dimension: &Dimension,
        rows: &[&'a Judged],
        gold: impl Fn(&Judged) -> Option<(usize, f64)>,
    ) -> Self {
        let mut found = Self::default();
        for row in rows {
            let values = row.uncalibrated.zip(row.last).zip(gold(row));
            let Some(((first, last), (task, gold))) = values else {
                continue;
            };
            let off = |value: f64| (dimension.to_score(value) - dimension.to_score(gold)).abs();
            found.pairs.push((off(first), off(last)));
            found.tasks.push(task);
            found.occupations.push(&row.occupation);
        }
        found
    }

    /// What each task counts for; an error where nothing says.
    fn weights(&self, drawn: Option<&Drawn>) -> Result<DesignWeights, &'static str> {
        let Some(drawn) = drawn else {
            return Ok(DesignWeights::equal());
        };
        if drawn.part().is_some() {
            return Err(
                "gold was drawn from a part of the tasks, and nothing stands for the others",
            );
        }
        let weights = drawn.of(&self.tasks).and_then(DesignWeights::of);
        weights.ok_or("with which probability some of them were drawn is not known")
    }
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
    /// Holds the rows of an adjudication against `gold`, which gives the number of a row's task in the run and its gold value in
    /// the dimension's unit; `drawn` is how the tasks of gold were drawn, where that is known.
    #[must_use]
    pub fn of(
        [adjudication, adjudicator]: [String; 2],
        rows: &[Judged],
        rubric: &Rubric,
        gold: impl Fn(&Judged) -> Option<(usize, f64)>,
        drawn: Option<&Drawn>,
    ) -> Self {
        let mut dimensions = Vec::new();
        for dimension in rubric.dimensions() {
            let own = rows.iter().filter(|row| row.dimension == dimension.id);
            let own: Vec<&Judged> = own.collect();
            if !own.is_empty() {
                dimensions.push(CheckedDimension::of(dimension, &own, &gold, drawn));
            }
        }
        Difference::adjust(dimensions.iter_mut().filter_map(|one| one.errors.as_mut()));
        for one in &mut dimensions {
            one.verdict = match one.withheld {
                Some(_) => "withheld",
                None => verdict(one.errors.as_ref()),
            };
        }
        Self {
            adjudication,
            adjudicator,
            status: String::new(),
            others: 0,
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
    fn of(
        dimension: &Dimension,
        rows: &[&Judged],
        gold: impl Fn(&Judged) -> Option<(usize, f64)>,
        drawn: Option<&Drawn>,
    ) -> Self {
        let mut tally = Tally::default();
        rows.iter().for_each(|row| tally.count(row.status));
        let compared = Compared::of(dimension, rows, gold);
        let n = compared.pairs.len();
        let weights = compared.weights(drawn);
        let clusters = Clusters::of(compared.occupations.iter().copied());
        let over = |weights| Difference::over_drawn(&compared.pairs, weights, &clusters);
        let unequal = weights.as_ref().ok().filter(|known| !known.are_equal());
        Self {
            dimension: dimension.id.clone(),
            contested: tally.contested,
            resolved: tally.resolved,
            unresolved: tally.unresolved,
            not_judged: tally.not_judged,
            order_dependence: order_dependence(&tally),
            with_gold: n,
            effective_n: unequal.map(|weights| round12(weights.effective(n))),
            calibrated: rows.iter().any(|row| row.first != row.uncalibrated),
            errors: weights.as_ref().ok().filter(|_| n > 0).map(over),
            withheld: weights.as_ref().err().copied().filter(|_| n > 0),
            verdict: "",
        }
    }

    /// The result in a sentence, with its numbers.
    #[must_use]
    pub fn text(&self) -> String {
        if let Some(why) = self.withheld {
            let (n, noun) = (self.with_gold, tasks(self.with_gold));
            return format!(
                "{}: withheld: {n} resolved {noun} with gold, but {why}",
                self.dimension
            );
        }
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
        let before = match self.calibrated {
            true => "before (uncalibrated)",
            false => "before",
        };
        let worth = self.effective_n.map_or_else(String::new, |n| {
            format!(" worth {n:.1} that count the same")
        });
        format!(
            "{}: {}{could}: {} points from gold {before}, {} after, difference {} {ends}{test}, {} {}{worth} of {} {}",
            self.dimension,
            self.verdict,
            number(errors.before),
            number(errors.after),
            number(errors.mean),
            errors.n,
            tasks(errors.n),
            errors.occupations,
            if errors.occupations == 1 {
                "occupation"
            } else {
                "occupations"
            },
        )
    }
}

fn tasks(n: usize) -> &'static str {
    if n == 1 { "task" } else { "tasks" }
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
            uncalibrated: Some(50.0 + first),
            last: Some(50.0 - last(n)),
            status: Status::Resolved,
        };
        (0..16).map(row).collect()
    }

    fn checked(rows: &[Judged], gold: Option<f64>) -> CheckedDimension {
        drawn(rows, gold, None)
    }

    fn drawn(rows: &[Judged], gold: Option<f64>, drawn: Option<&Drawn>) -> CheckedDimension {
        let named = ["a".into(), "b".into()];
        let gold = |row: &Judged| Some((row.task.parse().ok()?, gold?));
        let found = Checked::of(named, rows, &rubric(), gold, drawn);
        found.dimensions.into_iter().next().unwrap()
    }

    /// Of each occupation one task that was surely drawn and comes 10 closer, and one that stands for ten and goes 5 further.
    fn stratified() -> (Vec<Judged>, Drawn) {
        let mut known = Drawn::new(16, None);
        (0..16).for_each(|n| known.set(n, Some(if n % 2 == 0 { 1.0 } else { 0.1 })));
        (rows(20.0, |n| if n % 2 == 0 { 10.0 } else { 25.0 }), known)
    }

    #[test]
    fn a_stratified_draw_counts_by_what_each_task_stands_for() {
        // Alike: (−10 + 5)/2 = −2.5. By 1/p: (1 · −10 + 10 · 5)/11 = 40/11. All sums alike: p 2/2^8. Kish: (8 · 11)²/(8 · 101).
        let (rows, known) = stratified();
        let alike = checked(&rows, Some(50.0));
        assert_eq!((alike.verdict, alike.effective_n), ("closer", None));
        let found = drawn(&rows, Some(50.0), Some(&known));
        assert_eq!(found.verdict, "further");
        let errors = found.errors.clone().unwrap();
        assert!((errors.mean.unwrap() - 40.0 / 11.0).abs() < 1e-9);
        assert_eq!(errors.p, Some(2.0 / 256.0));
        assert!((found.effective_n.unwrap() - 7_744.0 / 808.0).abs() < 1e-9);
        assert!(found.text().contains("worth 9.6"), "{}", found.text());
    }

    #[test]
    fn what_no_probability_is_known_of_gets_no_verdict() {
        let (rows, mut known) = stratified();
        known.set(3, None);
        let part = Drawn::new(16, Some(crate::ratings::Part::Contested));
        for (how, why) in [(&known, "probability"), (&part, "a part of the tasks")] {
            let found = drawn(&rows, Some(50.0), Some(how));
            assert_eq!((found.verdict, &found.errors), ("withheld", &None));
            assert_eq!(found.with_gold, 16);
            let text = found.text();
            assert!(text.contains("16 resolved tasks with gold, but"), "{text}");
            assert!(text.contains(why), "{text}");
        }
        // Without gold there is nothing to withhold.
        assert_eq!(drawn(&rows, None, Some(&part)).verdict, "no gold");
    }

    #[test]
    fn a_calibrated_first_round_is_compared_as_its_raters_had_it() {
        // Gold moved the first values onto itself; the raters were 30 off and the verdicts 5.
        let mut rows = rows(30.0, |_| 5.0);
        rows.iter_mut().for_each(|row| row.first = Some(50.0));
        let found = checked(&rows, Some(50.0));
        assert_eq!((found.verdict, found.calibrated), ("closer", true));
        assert!(
            found
                .text()
                .contains("30.0 points from gold before (uncalibrated), 5.0 after"),
            "{}",
            found.text()
        );
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
