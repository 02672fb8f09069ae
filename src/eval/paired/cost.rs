//! What the new measurement took beside the old one.

use super::contest::Contest;
use crate::eval::card::{Card, Cost};
use serde::Serialize;
use std::collections::BTreeSet;

/// What the replies of a rater took in both.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CostChange {
    /// The rater on the new card.
    pub new_rater: String,
    /// The rater on the old card.
    pub old_rater: String,
    /// Of the new card.
    pub new: Option<Cost>,
    /// Of the old card.
    pub old: Option<Cost>,
    /// Dollars a task of the new card.
    pub new_dollars_a_task: Option<f64>,
    /// Dollars a task of the old card.
    pub old_dollars_a_task: Option<f64>,
    /// How many times the dollars a task of the old card.
    pub times: Option<f64>,
}

/// By rater that was asked for one of the cards; for judges of one card, by contest of two that were asked.
pub(super) fn changes(new: &Card, old: &Card, contests: &[Contest]) -> Vec<CostChange> {
    let pairs: Vec<(&str, &str)> = match contests.iter().any(|one| one.within) {
        true => {
            let asked =
                |one: &&Contest| new.cost.contains_key(&one.new) || old.cost.contains_key(&one.old);
            let asked = contests.iter().filter(asked);
            asked
                .map(|one| (one.new.as_str(), one.old.as_str()))
                .collect()
        }
        false => {
            let ids: BTreeSet<&str> = new
                .cost
                .keys()
                .chain(old.cost.keys())
                .map(String::as_str)
                .collect();
            ids.into_iter().map(|id| (id, id)).collect()
        }
    };
    pairs
        .into_iter()
        .map(|(is, was)| change(new, old, is, was))
        .collect()
}

fn change(new: &Card, old: &Card, is: &str, was: &str) -> CostChange {
    let a_task = |card: &Card, id: &str| {
        let dollars = card.cost.get(id)?.dollars?;
        (!card.answers.is_empty()).then(|| dollars / card.answers.len() as f64)
    };
    let (now, before) = (a_task(new, is), a_task(old, was));
    CostChange {
        new_rater: is.to_owned(),
        old_rater: was.to_owned(),
        new: new.cost.get(is).copied(),
        old: old.cost.get(was).copied(),
        new_dollars_a_task: now,
        old_dollars_a_task: before,
        times: now
            .zip(before.filter(|was| *was > 0.0))
            .map(|(is, was)| is / was),
    }
}
