//! A measurement as a whole.

use super::*;
use crate::eval::fixtures::World;
use crate::eval::{JudgeScores, Metric};
use crate::rating::{Outcome, Rating};
use crate::ratings::fixtures::{label, rated};
use crate::stats::rng::Rng;

/// Ratings of labels, task by task; `None` is a refusal. Gold is the last of each row.
fn ratings(rows: &[&[Option<usize>]]) -> Vec<Rating> {
    let one = |given: &Option<usize>| match given {
        Some(position) => rated(Some(label(*position)), None, "Because."),
        None => Rating::missing(Outcome::Refused, 3),
    };
    rows.iter().flat_map(|row| row.iter().map(one)).collect()
}

fn card(world: &World) -> Card {
    let (occupations, tasks) = (world.occupations(), world.tasks());
    measure(&world.measured(&occupations, &tasks)).unwrap()
}

fn scores<'a>(card: &'a Card, judge: &str) -> &'a JudgeScores {
    let judges = &card.dimensions[0].judges;
    judges.iter().find(|one| one.judge == judge).unwrap()
}

fn point(card: &Card, judge: &str, metric: Metric) -> Option<f64> {
    let figures = &scores(card, judge).figures;
    figures.get(&metric).map(|number| number.point)
}

/// Two raters and gold, three occupations of two tasks; `b` refuses the last task.
fn small() -> World {
    let (no, half, yes) = (Some(0), Some(1), Some(2));
    let rows: [&[Option<usize>]; 6] = [
        &[no, no, no],
        &[half, no, no],
        &[half, half, half],
        &[yes, half, yes],
        &[yes, yes, yes],
        &[no, None, yes],
    ];
    World::new(&[2, 2, 2], &["a", "b"], &ratings(&rows))
}

#[test]
fn a_small_run_by_hand() {
    let card = card(&small());
    // a: 0 50 50 100 100 0 against 0 0 50 100 100 100: 4 of 6; |error| 0 50 0 0 0 100; bias (50 − 100) / 6.
    assert_eq!(point(&card, "a", Metric::Accuracy), Some(0.666666666667));
    assert_eq!(point(&card, "a", Metric::Mae), Some(25.0));
    assert_eq!(point(&card, "a", Metric::Bias), Some(-8.333333333333));
    // b: 4 of the 5 that it answered; one is half a scale too low.
    assert_eq!(point(&card, "b", Metric::Accuracy), Some(0.8));
    assert_eq!(point(&card, "b", Metric::Mae), Some(10.0));
    let b = scores(&card, "b");
    assert_eq!(
        (b.n, b.coverage.point, b.coverage.n),
        (5, 0.833333333333, 6)
    );
    assert_eq!(card.answers[5].missing["b"], Outcome::Refused);
    assert!(!card.answers[5].said.contains_key("b"));
    // Three occupations are too few for an interval of anything.
    let all = card.dimensions[0]
        .judges
        .iter()
        .flat_map(|one| one.figures.values());
    assert!(all.clone().count() > 10);
    for number in all {
        assert!(number.low.is_none() && number.no_interval.is_some());
    }
    // What the others' gold says most: of o0 {½, 1, 1, 1} 1, of o1 {0, 0, 1, 1} the lower of a tie, of o2 {0, 0, ½, 1} 0.
    let majority = |task: usize| card.answers[task].said["majority"]["exposure"].value;
    assert_eq!([0, 2, 4].map(majority), [100.0, 0.0, 0.0]);
    let roles: Vec<&str> = card.judges.iter().map(|judge| &*judge.id).collect();
    assert_eq!(roles, ["a", "b", "consensus", "majority"]);
    assert_eq!(card.method, "rater-centred mean");
}

#[test]
fn consensus_is_that_of_the_panel_without_gold() {
    let card = card(&small());
    let value = |task: usize, judge: &str| card.answers[task].said[judge]["exposure"].value;
    for task in 0..5 {
        let mean = f64::midpoint(value(task, "a"), value(task, "b"));
        assert_eq!(value(task, "consensus"), mean);
    }
}

/// Raters that see gold through noise.
pub(super) fn noisy(occupations: &[usize], raters: &[&str], seed: u64) -> World {
    let mut rng = Rng::new(seed);
    let mut ratings = Vec::new();
    for _ in 0..occupations.iter().sum() {
        let gold = rng.below(3);
        for _ in raters {
            ratings.push(match rng.below(10) {
                0 => Rating::missing(Outcome::Invalid, 3),
                1..4 => rated(Some(label(rng.below(3))), None, "A guess."),
                _ => rated(Some(label(gold)), None, "Known."),
            });
        }
        ratings.push(rated(Some(label(gold)), None, ""));
    }
    World::new(occupations, raters, &ratings)
}

#[test]
fn the_order_of_the_set_moves_no_figure() {
    let world = noisy(&[3, 5, 2, 4, 6, 3, 2, 4], &["a", "b", "c"], 7);
    let (occupations, tasks) = (world.occupations(), world.tasks());
    let of = world.measured(&occupations, &tasks);
    let card = measure(&of).unwrap();
    let mut turned = tasks.clone();
    turned.reverse();
    let other = measure(&Measured {
        tasks: &turned,
        ..of.clone()
    })
    .unwrap();
    assert_eq!(other.dimensions, card.dimensions);
    assert_eq!(other.answers.first(), card.answers.last());
    // A task that the set does not have is no task of the run.
    let fewer = &tasks[1..];
    assert!(measure(&Measured { tasks: fewer, ..of }).is_err());
}
