//! The whole comparison: by value, and by what must not change it.

use super::*;
use crate::error::Kind;
use crate::inventory::{Occupation, Task, TaskType};
use crate::rating::{Outcome, Rating};
use crate::ratings::Slots;
use crate::ratings::fixtures::{occupation, rated, rubric, score, task};
use crate::reconcile::{Options, reconcile};
use crate::rubric::{Label, Scale};

mod order;
mod otherwise;

/// A run that lives as long as its comparison.
struct Run {
    id: &'static str,
    inventory: Inventory,
    raters: Vec<Rater>,
    sheet: Sheet,
    carried: Carried,
    reconciled: Reconciled,
}

/// What a rater, by its place, says of a task in points of the second dimension.
type Says<'a> = &'a dyn Fn(&str, usize) -> Option<f64>;

impl Run {
    fn of(id: &'static str, jobs: Vec<Occupation>, raters: &[&str], says: Says<'_>) -> Self {
        Self::judging(&rubric(), id, jobs, raters, says)
    }

    fn judging(
        rubric: &Rubric,
        id: &'static str,
        jobs: Vec<Occupation>,
        raters: &[&str],
        says: Says<'_>,
    ) -> Self {
        let inventory = Inventory::new(id.into(), String::new(), Vec::new(), jobs).unwrap();
        let rating = |(id, rater): (&str, usize)| match says(id, rater) {
            Some(value) => rated(None, Some(score(value)), "Because."),
            None => Rating::missing(Outcome::Refused, 3),
        };
        let ids = inventory.items().map(|item| &*item.task.id);
        let cells = ids.flat_map(|id| (0..raters.len()).map(move |rater| (id, rater)));
        let ratings: Vec<Rating> = cells.map(rating).collect();
        let sheet = Sheet::of(rubric, raters.len(), &ratings).unwrap();
        let occupations: Vec<&Occupation> = inventory.occupations().iter().collect();
        let reconciled = reconcile(&occupations, &sheet, &Options::default()).unwrap();
        let rater = |id: &&str| Rater {
            id: (*id).to_owned(),
            source: Source::Surrogate(format!("weights of {id}")),
            gold: false,
        };
        Self {
            raters: raters.iter().map(rater).collect(),
            carried: Carried::default(),
            id,
            inventory,
            sheet,
            reconciled,
        }
    }

    fn side(&self) -> Side<'_> {
        Side {
            run: self.id,
            prompt: "prompt",
            rubric: self.sheet.rubric(),
            inventory: &self.inventory,
            raters: &self.raters,
            told: &[Field::Text, Field::Wording, Field::Title],
            sheet: &self.sheet,
            carried: &self.carried,
            reconciled: &self.reconciled,
        }
    }
}

fn core(id: &str) -> Task {
    task(id, TaskType::Core, None)
}

fn other(id: &str) -> Task {
    task(id, TaskType::Supplemental, None)
}

fn reworded(mut task: Task) -> Task {
    task.statement += " And more.";
    task
}

fn near(a: Option<f64>, b: f64) {
    assert!(a.is_some_and(|a| (a - b).abs() < 1e-9), "{a:?} {b}");
}

/// Before: 1 is 20 and 40, 2 is 50 and 70. After: 1 is 30 and 40, 2 reads otherwise and is 70 and 90, 3 is new with 80 and
/// 100; the second rater was asked with other weights.
fn small() -> (Run, Run) {
    let before = Run::of(
        "v1",
        vec![occupation("o", "Bakers", vec![core("1"), other("2")])],
        &["a", "b"],
        &|id, rater| Some([[20.0, 40.0], [50.0, 70.0]][usize::from(id == "2")][rater]),
    );
    let jobs = vec![core("1"), reworded(other("2")), core("3")];
    let mut after = Run::of(
        "v2",
        vec![occupation("o", "Bakers", jobs)],
        &["a", "b"],
        &|id, rater| {
            let row = match id {
                "1" => [30.0, 40.0],
                "2" => [70.0, 90.0],
                _ => [80.0, 100.0],
            };
            Some(row[rater])
        },
    );
    after.raters[1].source = Source::Surrogate("others".into());
    (before, after)
}

#[test]
fn a_small_pair_by_hand() {
    let (before, after) = small();
    let found = compare(&before.side(), &after.side()).unwrap();
    let [automation] = found.dimensions.as_slice() else {
        panic!("{found:?}")
    };
    let [bakers] = automation.occupations.as_slice() else {
        panic!("{automation:?}")
    };
    // Consensus before 30 and 60: (2·30 + 60) / 3 = 40. After 35, 80 and 90: (2·35 + 80 + 2·90) / 5 = 66.
    near(bakers.before, 40.0);
    near(bakers.after, 66.0);
    // The shares of 1 and 2 among themselves are 2/3 and 1/3 in both: 2/3 · 5 and 1/3 · 20. They come to 50, and task 3 has
    // two fifths of all weight: 2/5 · (90 − 50).
    let points = |cause| Some(bakers.parts.as_ref().unwrap()[&cause].points);
    near(points(Cause::Raters), 10.0 / 3.0);
    near(points(Cause::Text), 20.0 / 3.0);
    near(points(Cause::New), 16.0);
    near(points(Cause::Same), 0.0);
    near(points(Cause::Weights), 0.0);
    // a: (2·20 + 50) / 3 = 30 to (2·30 + 70 + 2·80) / 5 = 58; b: 50 to (2·40 + 90 + 2·100) / 5 = 74.
    assert_eq!(
        bakers.range.map(|range| range.map(f64::round)),
        Some([24.0, 28.0])
    );
    // One task reads the same: 30 to 35.
    assert_eq!(
        (bakers.same_text.n, bakers.same_text.interval),
        (1, "none: one task")
    );
    near(bakers.same_text.mean, 5.0);
    let scores = automation.scores.as_ref().unwrap();
    assert_eq!((scores.occupations, scores.change.round()), (1, 26.0));
    let rows: Vec<_> = automation
        .tasks
        .iter()
        .map(|task| (task.task_id, task.change.map(f64::round), task.cause))
        .collect();
    let expected = [
        ("2", Some(20.0), Cause::Text),
        ("1", Some(5.0), Cause::Raters),
        ("3", None, Cause::New),
    ];
    assert_eq!(rows, expected);
    assert_eq!(automation.tasks[0].fields, ["text"]);
    assert_eq!(automation.tasks[0].raters["b"], [Some(70.0), Some(90.0)]);
    // The rater's own values: of a the one task that reads the same, 20 to 30.
    near(automation.raters[0].difference.mean, 10.0);
    let status: Vec<_> = found.raters.iter().map(|rater| rater.status).collect();
    assert_eq!(status, ["same", "otherwise"]);
    assert_eq!(found.raters[1].otherwise, [Otherwise::Weights]);
    let left_out: Vec<_> = found.not_compared.iter().map(|one| one.dimension).collect();
    assert_eq!(left_out, ["exposure", "augmentation"]);
    assert_eq!(
        found.not_compared[0].reason,
        "run v1: no rater of the panel covers it"
    );
}

#[test]
fn a_run_against_itself_changes_nothing() {
    let (run, _) = small();
    let found = compare(&run.side(), &run.side()).unwrap();
    let automation = &found.dimensions[0];
    let bakers = &automation.occupations[0];
    assert_eq!(bakers.change, Some(0.0));
    let parts = bakers.parts.as_ref().unwrap();
    assert!(parts.values().all(|part| part.points == 0.0));
    assert_eq!(
        (automation.whole.mean, automation.whole.verdict),
        (Some(0.0), Verdict::Unchanged)
    );
    // Two tasks are too few for a test.
    assert_eq!((automation.looked_at, automation.moved), (0, 0));
    assert!(automation.tasks.iter().all(|task| task.change == Some(0.0)));
}

#[test]
fn raters_of_one_run_alone_are_named() {
    let (before, _) = small();
    let jobs = before.inventory.occupations().to_vec();
    let after = Run::of("v2", jobs, &["b", "c"], &|_, _| Some(50.0));
    let found = compare(&before.side(), &after.side()).unwrap();
    let status: Vec<_> = found
        .raters
        .iter()
        .map(|one| (one.rater, one.status))
        .collect();
    assert_eq!(status, [("b", "same"), ("c", "new"), ("a", "gone")]);
    assert_eq!(found.raters[2].samples, [Some(1), None]);
    let tasks = &found.dimensions[0].tasks;
    assert!(tasks.iter().all(|task| task.cause == Cause::Raters));
    // Only b has a change of its own, and one is no range.
    let bakers = &found.dimensions[0].occupations[0];
    assert_eq!((bakers.range, bakers.n_raters), (None, 1));
}

#[test]
fn carried_ratings_are_counted_by_the_run_they_come_from() {
    let (before, mut after) = small();
    after.carried.mark(0, "v1");
    after.carried.mark(2, "v0");
    after.carried.mark(3, "v1");
    let found = compare(&before.side(), &after.side()).unwrap();
    let carried: Vec<_> = found.raters.iter().map(|one| one.carried).collect();
    assert_eq!(carried, [[2, 1], [1, 1]]);
}

#[test]
fn an_occupation_keeps_its_past_under_another_id_and_tasks_move() {
    let before = Run::of(
        "v1",
        vec![
            occupation("smiths", "Smiths", vec![core("1"), core("2"), core("3")]),
            occupation("cooks", "Cooks", vec![core("4")]),
        ],
        &["a"],
        &|id, _| Some(if id == "3" { 90.0 } else { 30.0 }),
    );
    let after = Run::of(
        "v2",
        vec![
            occupation("cooks", "Cooks", vec![core("4"), core("3")]),
            occupation("metal", "Smiths", vec![core("1"), core("2")]),
        ],
        &["a"],
        &|id, _| Some(if id == "3" { 90.0 } else { 30.0 }),
    );
    let found = compare(&before.side(), &after.side()).unwrap();
    assert_eq!(found.occupations_under_another_id, [["smiths", "metal"]]);
    assert!(found.occupations_new.is_empty() && found.occupations_gone.is_empty());
    let [cooks, smiths] = found.dimensions[0].occupations.as_slice() else {
        panic!("{found:?}")
    };
    // 30 to (30 + 90) / 2, all of it from the task that came; the smiths fall from 50 to 30 by the same task.
    near(cooks.change, 30.0);
    near(
        cooks
            .parts
            .as_ref()
            .map(|parts| parts[&Cause::Moved].points),
        30.0,
    );
    assert_eq!(
        (smiths.occupation_id, smiths.id_before),
        ("metal", Some("smiths"))
    );
    near(
        smiths
            .parts
            .as_ref()
            .map(|parts| parts[&Cause::Moved].points),
        -20.0,
    );
    assert_eq!(found.tasks.changed_in[Field::Code.name()], 3);
}

#[test]
fn what_has_nothing_in_common_is_refused_with_the_reason() {
    let run = |rubric: &Rubric, task: &str| {
        let jobs = vec![occupation("o", "O", vec![core(task)])];
        Run::judging(rubric, "v", jobs, &["a"], &|_, _| Some(10.0))
    };
    let plain = run(&rubric(), "1");
    let error = compare(&plain.side(), &run(&rubric(), "2").side()).unwrap_err();
    assert_eq!(error.kind(), Kind::Input);
    assert!(
        error.to_string().contains("no task id is in both"),
        "{error}"
    );
    // A score and labels under one id are not the same dimension.
    let label = |id: &str, value| Label {
        id: id.into(),
        value,
        meaning: String::new(),
    };
    let mut dimensions = rubric().dimensions().to_vec();
    dimensions[1].scale = Scale::Labels(vec![label("no", 0.0), label("yes", 1.0)]);
    let labelled = Rubric::new("r".into(), dimensions).unwrap();
    let mut sheet = Sheet::new(&labelled, 1, Slots::single(1));
    let yes = crate::rating::Value {
        value: 1.0,
        label: Some(1),
        probabilities: None,
    };
    sheet.set(0, &rated(None, Some(yes), "")).unwrap();
    let mut other = run(&rubric(), "1");
    let occupations: Vec<&Occupation> = other.inventory.occupations().iter().collect();
    other.reconciled = reconcile(&occupations, &sheet, &Options::default()).unwrap();
    other.sheet = sheet;
    let error = compare(&plain.side(), &other.side()).unwrap_err();
    let hint = error.next_step().unwrap_or_default();
    assert!(
        hint.contains("automation: its scale was 0 to 100 and is no = 0, yes = 1"),
        "{hint}"
    );
}
