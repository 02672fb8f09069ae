//! How often gold lies inside the intervals of the consensus.

use super::measure::Measured;
use crate::error::{Kind, Result};
use crate::reconcile::{Interval, Method, Options, OutOfFold, Reconciled, out_of_fold};
use std::collections::BTreeMap;

/// Name of the range of the panel's values, which claims nothing of gold.
pub const MODEL_RANGE: &str = "model range, which claims no level";

/// Of each gold task, by its number in the run, whether gold lies inside; by what the intervals are.
pub(super) type Inside = BTreeMap<String, BTreeMap<usize, bool>>;

/// The intervals of the consensus by dimension: the range of the panel, and the interval that the gold of other occupations gives.
pub(super) fn inside(of: &Measured<'_>, consensus: &Reconciled) -> Result<Vec<Inside>> {
    let mut found = vec![Inside::new(); of.sheet.rubric().dimensions().len()];
    for one in &consensus.dimensions {
        let mut inside = BTreeMap::new();
        for task in 0..of.sheet.tasks() {
            let Some(gold) = one.gold_value(task) else {
                continue;
            };
            let made = one.task(task);
            if let (Some((low, high)), Interval::ModelRange) = (made.range, made.interval) {
                inside.insert(task, (low - 1e-9..=high + 1e-9).contains(&gold));
            }
        }
        if !inside.is_empty() {
            found[one.position].insert(MODEL_RANGE.to_owned(), inside);
        }
    }
    for one in calibrated(of)? {
        let percent = (one.level * 1e6).round() / 1e4;
        let name = format!(
            "{percent} % interval by gold of other occupations ({})",
            one.method
        );
        found[one.position].insert(name, one.tasks.into_iter().collect());
    }
    Ok(found)
}

/// Gold whose draw is not known calibrates nothing, which is no error here.
fn calibrated(of: &Measured<'_>) -> Result<Vec<OutOfFold>> {
    let options = Options {
        method: Method::Auto,
        gold: Some(of.gold),
        ..of.options
    };
    match out_of_fold(of.occupations, of.sheet, &options) {
        Err(error) if error.kind() == Kind::Input => Ok(Vec::new()),
        found => found,
    }
}
