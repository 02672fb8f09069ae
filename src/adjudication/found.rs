//! What came of an adjudication: each disputed task's first-round value, verdict and final value, and the occupation scores
//! before and after.

use super::{Case, Status, Verdict};
use crate::error::Result;
use crate::inventory::Occupation;
use crate::rating::{Outcome, Rating, Value};
use crate::ratings::round12;
use crate::ratings::{Sheet, Sum};
use crate::reconcile::{Consensus, OccupationScore, Reconciled, Reconciliation};
use crate::rubric::Band;

/// What stands for the interval of a final score: what an adjudicator says has not been held against gold.
pub const NO_GOLD_CHECK: &str = "none: adjudicated values have no gold check";

/// A disputed task in one dimension.
#[derive(Debug, Clone)]
pub struct Verdicts {
    /// Which case.
    pub case: usize,
    /// Place of the dimension in [`Reconciled::dimensions`].
    pub place: usize,
    /// The first round.
    pub first: Consensus,
    /// The value of the first round before gold calibrated it, in the dimension's unit; the same where none did. A verdict has
    /// seen no gold either: it moves this one.
    pub uncalibrated: Option<f64>,
    /// The answers in the two orders, in the dimension's unit.
    pub answers: [Option<Value>; 2],
    /// How the two questions ended.
    pub outcomes: [Outcome; 2],
    /// What they come to.
    pub verdict: Verdict,
    /// The adjudicator's reason in the first order; empty where there is none. What a refusal says is no reason.
    pub rationale: String,
    /// Ids of the raters that differ from the final value, or from that of the first round where there is no final one.
    pub dissent: Vec<String>,
}

/// How many tasks ended how in one dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Disputed.
    pub contested: usize,
    /// Of these, with a verdict.
    pub resolved: usize,
    /// Whose verdict followed the order.
    pub unresolved: usize,
    /// Without both answers.
    pub not_judged: usize,
}

impl Tally {
    /// Counts one more.
    pub fn count(&mut self, status: Status) {
        self.contested += 1;
        *match status {
            Status::Resolved => &mut self.resolved,
            Status::Unresolved => &mut self.unresolved,
            Status::NotJudged => &mut self.not_judged,
        } += 1;
    }
}

/// The score of an occupation in one dimension, before and after.
#[derive(Debug, Clone)]
pub struct FinalScore {
    /// Number of the occupation in the run.
    pub occupation: usize,
    /// Place of the dimension in [`Reconciled::dimensions`].
    pub place: usize,
    /// After the adjudication, 0–100: the first-round score, moved by what its resolved tasks moved by: their verdicts less what
    /// the raters said before gold calibrated them, so that no calibration passes for a verdict. Tasks without a verdict count
    /// with their first-round values. `None` where the first round has no score.
    pub score: Option<f64>,
    /// Band of that.
    pub band: Option<Band>,
    /// Its disputed tasks.
    pub tally: Tally,
}

/// All that came of it.
#[derive(Debug, Clone)]
pub struct Adjudicated {
    /// A row a disputed task and dimension, in the order of the cases.
    pub rows: Vec<Verdicts>,
    /// One a dimension of [`Reconciled::dimensions`].
    pub tallies: Vec<Tally>,
    /// One an occupation and dimension, occupations first.
    pub scores: Vec<FinalScore>,
}

impl Adjudicated {
    /// From what the adjudicator said: two ratings a case (first order, second order), each with how its question ended.
    ///
    /// # Errors
    /// The ratings of the run cannot be read.
    pub fn of(
        cases: &[Case<'_>],
        said: &[(Outcome, Option<Rating>)],
        occupations: &[&Occupation],
        (sheet, ids): (&Sheet, &[&str]),
        reconciled: &Reconciled,
    ) -> Result<Self> {
        let mut rows = Vec::new();
        let mut tallies = vec![Tally::default(); reconciled.dimensions.len()];
        for (number, case) in cases.iter().enumerate() {
            let row = sheet.row(case.task)?;
            let sides = [said.get(2 * number), said.get(2 * number + 1)];
            for disputed in &case.disputed {
                let one = &reconciled.dimensions[disputed.place];
                let mut found = verdicts(number, disputed.place, case.task, one, sides);
                let decided = Consensus {
                    value: found.verdict.value.or(found.first.value),
                    label: match found.verdict.status {
                        Status::Resolved => found.verdict.label,
                        Status::Unresolved | Status::NotJudged => found.first.label,
                    },
                    ..found.first
                };
                let dissent = one.dissent(&decided, ids, &row).into_iter();
                found.dissent = dissent.map(str::to_owned).collect();
                tallies[disputed.place].count(found.verdict.status);
                rows.push(found);
            }
        }
        let scores = scores(cases, &rows, occupations, reconciled);
        Ok(Self {
            rows,
            tallies,
            scores,
        })
    }
}

fn verdicts(
    case: usize,
    place: usize,
    task: usize,
    one: &Reconciliation,
    sides: [Option<&(Outcome, Option<Rating>)>; 2],
) -> Verdicts {
    let rated = |side: Option<&(Outcome, Option<Rating>)>| {
        let (outcome, rating) = side?;
        let rating = rating.as_ref().filter(|_| *outcome == Outcome::Rated)?;
        rating.values.get(one.position)?.clone()
    };
    let answers = sides.map(rated);
    let [first, second] = &answers;
    Verdicts {
        case,
        place,
        first: one.task(task),
        uncalibrated: one.uncalibrated(task),
        verdict: Verdict::of(&one.dimension, [first.as_ref(), second.as_ref()]),
        outcomes: sides.map(|side| side.map_or(Outcome::NotRun, |(outcome, _)| *outcome)),
        rationale: sides[0]
            .filter(|(outcome, _)| *outcome == Outcome::Rated)
            .and_then(|(_, rating)| rating.as_ref())
            .map_or_else(String::new, |rating| rating.rationale.clone()),
        answers,
        dissent: Vec::new(),
    }
}

fn scores(
    cases: &[Case<'_>],
    rows: &[Verdicts],
    occupations: &[&Occupation],
    reconciled: &Reconciled,
) -> Vec<FinalScore> {
    let mut scores = Vec::new();
    let mut first = 0;
    for (number, occupation) in occupations.iter().enumerate() {
        let weights = reconciled.options.weighting.weights(&occupation.tasks);
        let inside = first..first + weights.len();
        let begin = rows.partition_point(|row| cases[row.case].task < inside.start);
        let end = rows.partition_point(|row| cases[row.case].task < inside.end);
        for (place, one) in reconciled.dimensions.iter().enumerate() {
            let mut tally = Tally::default();
            let mut moved = Vec::new();
            for row in rows[begin..end].iter().filter(|row| row.place == place) {
                tally.count(row.verdict.status);
                let by = row.verdict.value.zip(row.uncalibrated);
                moved.extend(
                    by.map(|(last, was)| (weights[cases[row.case].task - first], last - was)),
                );
            }
            let rated = inside.clone().zip(&weights);
            let rated = rated.filter(|(task, _)| one.task(*task).value.is_some());
            let total: f64 = rated.map(|(_, weight)| weight).sum();
            let was = one.occupations.get(number);
            let score = was.and_then(|was: &OccupationScore| {
                score_after(was.score?, &moved, total, |by| one.dimension.to_score(by))
            });
            scores.push(FinalScore {
                occupation: number,
                place,
                score,
                band: score.map(|score| Band::of(round12(score))),
                tally,
            });
        }
        first = inside.end;
    }
    scores
}

/// A score of the first round, moved by Σ w (final − uncalibrated) / Σ w over the rated tasks, whose weights sum to `total`: of a
/// weighted mean of tasks that is the mean with the final values in it, and a calibrated score keeps its calibration. Within
/// 0–100. `None` where no task was rated.
#[must_use]
pub fn score_after(
    first: f64,
    moved: &[(f64, f64)],
    total: f64,
    to_score: impl Fn(f64) -> f64,
) -> Option<f64> {
    if moved.is_empty() {
        return Some(first);
    }
    let mut sum = Sum::default();
    moved.iter().for_each(|(weight, by)| sum.add(weight * by));
    (total > 0.0).then(|| (first + to_score(sum.value() / total)).clamp(0.0, 100.0))
}
