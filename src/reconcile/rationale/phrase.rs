//! The phrases that a merged rationale is put together from.

use super::Voice;
use crate::rating::Outcome;

/// More agreeing raters than this are counted, not named: those who differ are named, always.
const NAMED: usize = 4;

/// "All 3 raters say E2", "2 of 3 raters say E2 (a, b)" or "a says E2".
pub(super) fn who(names: &[&str], of: usize, what: &str) -> String {
    match names {
        [one] if of == 1 => format!("{one} {what}"),
        all if all.len() == of => format!("{} {what}", everyone(of)),
        some if some.len() <= NAMED => {
            format!("{} of {of} raters {what} ({})", some.len(), some.join(", "))
        }
        some => format!("{} of {of} raters {what}", some.len()),
    }
}

pub(super) fn everyone(number: usize) -> String {
    if number == 2 {
        "Both raters".to_owned()
    } else {
        format!("All {number} raters")
    }
}

/// Who is missing: "o3 gave no rating (refused)."
pub(super) fn absent(missing: &[(&str, Outcome)]) -> Option<String> {
    match missing {
        [] => None,
        [(rater, outcome)] => Some(format!("{rater} gave no rating ({}).", plain(*outcome))),
        many => Some(format!("{} gave no rating.", list(&ended(many)))),
    }
}

pub(super) fn nobody(missing: &[(&str, Outcome)]) -> String {
    if missing.is_empty() {
        "No rater rated this task.".to_owned()
    } else {
        format!("No rater rated this task: {}.", list(&ended(missing)))
    }
}

pub(super) fn ended(missing: &[(&str, Outcome)]) -> Vec<String> {
    missing
        .iter()
        .map(|(rater, outcome)| format!("{rater} ({})", plain(*outcome)))
        .collect()
}

pub(super) fn plain(outcome: Outcome) -> String {
    outcome.name().replace('_', " ")
}

pub(super) fn valued(voice: &Voice<'_>) -> String {
    format!("{} {}", voice.rater, number(voice.value))
}

/// A score with at most one decimal, rounded as the tables round it.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

pub(super) fn verb(number: usize, one: &'static str, many: &'static str) -> &'static str {
    if number == 1 { one } else { many }
}

/// "a", "a and b", "a, b and c".
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Ends a sentence, unless the quote it ends with does so already.
pub(super) fn close(sentence: &str) -> String {
    if [".”", "!”", "?”", "…”"]
        .iter()
        .any(|end| sentence.ends_with(end))
    {
        sentence.to_owned()
    } else {
        format!("{sentence}.")
    }
}
