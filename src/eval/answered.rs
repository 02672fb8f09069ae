//! The part of a gate that looks for answers: figures of the tasks that both cards answered say nothing of those that one lacks.

use super::gate::{Check, MaxDrop};
use super::paired::{Comparison, Difference, words};

/// Whether all that the old card answered is answered in the new one, in each dimension that a limit is about: of the deciding judge,
/// and where that is not so, of each rater of both.
pub(super) fn checks(comparison: &Comparison, allowed: &[MaxDrop]) -> Vec<Check> {
    let all = comparison.differences.iter();
    let guarded = |one: &Difference| {
        let own = all.clone().filter(|other| other.leading);
        own.filter(|other| other.dimension == one.dimension)
            .any(|other| allowed.iter().any(|most| most.is_of(other)))
    };
    let mut seen: Vec<(&str, &str, &str)> = Vec::new();
    let mut checks = Vec::new();
    for one in all.clone().filter(|one| one.gold > 0 && guarded(one)) {
        let key = (&*one.dimension, &*one.new_judge, &*one.old_judge);
        if (one.leading || one.lost > 0) && !seen.contains(&key) {
            seen.push(key);
            checks.push(check(one));
        }
    }
    checks
}

fn check(one: &Difference) -> Check {
    let answered = |missing: usize| one.gold.saturating_sub(missing);
    let (new, old) = (answered(one.missing_new), answered(one.missing_old));
    let passed = one.lost == 0;
    let lost = match passed {
        true => "none that was there is missing".to_owned(),
        false => format!("{} that were there are missing", one.lost),
    };
    Check {
        figure: format!("{}.answered", one.dimension),
        judge: words::judges(one),
        most: None,
        drop: None,
        low: None,
        high: None,
        n: new,
        passed,
        why: format!("answered: {new} of {}, before {old}: {lost}", one.gold),
    }
}
