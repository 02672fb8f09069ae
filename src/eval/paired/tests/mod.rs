//! Known answers, invariances, and whether the promises hold over many simulated comparisons.

mod invariants;
mod known;
mod outputs;
mod simulated;

use super::*;
use crate::eval::card::{Answer, Answered, JudgeLine, Role};
use crate::eval::fixtures;
use crate::eval::metric::{Metric, Primary};
use crate::stats::rng::Rng;
use std::collections::BTreeMap;

/// Labels of the rubric in the order of their values.
const LABELS: [&str; 3] = ["E0", "E2", "E1"];

/// A task: occupation, position of the gold label, positions of what the raters say.
type Task = (usize, usize, Vec<usize>);

fn answer(label: usize) -> Answer {
    fixtures::answer(50.0 * label as f64, LABELS[label])
}

fn in_exposure(answer: Answer) -> BTreeMap<String, Answer> {
    BTreeMap::from([("exposure".to_owned(), answer)])
}

/// A card on which these raters label these tasks; κ and MAE of exposure are declared.
fn card(raters: &[&str], tasks: &[Task]) -> Card {
    let task = |(n, (occupation, gold, said)): (usize, &Task)| Answered {
        occupation_id: format!("o{occupation:03}"),
        task_id: format!("t{n:04}"),
        text: format!("{n:04x}"),
        probability: None,
        gold: in_exposure(answer(*gold)),
        said: raters
            .iter()
            .zip(said)
            .map(|(id, label)| ((*id).to_owned(), in_exposure(answer(*label))))
            .collect(),
        rationale: raters
            .iter()
            .zip(said)
            .map(|(id, label)| ((*id).to_owned(), format!("{id} says {}", LABELS[*label])))
            .collect(),
        missing: BTreeMap::new(),
    };
    let judge = |id: &&str| JudgeLine {
        id: (*id).to_owned(),
        role: Role::Rater,
        about: String::new(),
    };
    let mut card = fixtures::card();
    card.set.primary = ["exposure.kappa", "exposure.mae"]
        .map(|name| Primary::parse(name).unwrap())
        .to_vec();
    card.samples = 1;
    card.judges = raters.iter().map(judge).collect();
    card.answers = tasks.iter().enumerate().map(task).collect();
    card
}

/// Two cards of one rater whose answers are those of the tasks' first and second.
fn cards(tasks: &[Task]) -> (Card, Card) {
    let only = |which: usize| -> Vec<Task> {
        let tasks = tasks.iter();
        tasks
            .map(|(o, gold, said)| (*o, *gold, vec![said[which]]))
            .collect()
    };
    let (new, mut old) = (card(&["rater"], &only(0)), card(&["rater"], &only(1)));
    old.prompt.fingerprint = "0000000000000000".into();
    (new, old)
}

/// The difference of a metric of the leading contest.
fn of(found: &Comparison, metric: Metric) -> &Difference {
    let mut own = found.differences.iter().filter(|one| one.leading);
    own.find(|one| one.metric == metric).expect("the metric")
}

/// Eight occupations of five tasks, made by a rule that a script can follow.
fn forty() -> Vec<Task> {
    let tasks = (0..8_usize).flat_map(|g| (0..5_usize).map(move |t| (g, t)));
    tasks
        .map(|(g, t)| {
            let gold = (3 * g + 2 * t + g * t) % 3;
            let new = if (5 * g + 7 * t) % 4 != 0 {
                gold
            } else {
                (gold + 1) % 3
            };
            let old = if (3 * g + 11 * t + g * g) % 5 > 1 {
                gold
            } else {
                (gold + 2) % 3
            };
            (g, gold, vec![new, old])
        })
        .collect()
}

/// Two raters of equal quality up to `better`: each label is wrong with a chance of its occupation, which is the same for both,
/// less `better` for the first.
fn drawn(rng: &mut Rng, occupations: usize, tasks: usize, better: f64) -> Vec<Task> {
    let chance = |rng: &mut Rng| rng.below(1_000_000) as f64 / 1e6;
    let mut all = Vec::new();
    for occupation in 0..occupations {
        let wrong = 0.2 + 0.4 * chance(rng);
        for _ in 0..tasks {
            let gold = rng.below(3);
            let mut say = |by: f64| match chance(rng) < (wrong - by).max(0.0) {
                true => (gold + 1 + rng.below(2)) % 3,
                false => gold,
            };
            all.push((occupation, gold, vec![say(better), say(0.0)]));
        }
    }
    all
}
