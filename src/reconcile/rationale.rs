//! The raters' reasons merged into one text, without asking a model to do it: agreement first, then every
//! dissenter by name, then who is missing.
//!
//! At most three sentences of ours hold the quoted reasons together. A quote is somebody's own words, shortened;
//! it is data and never interpreted here.

use super::quote::shorten;
use crate::rating::Outcome;
use crate::rubric::{Dimension, Scale};
use std::cmp::Ordering;

/// Share of the range within which a score agrees with the consensus.
const NEAR: f64 = 0.25;
/// More agreeing raters than this are counted, not named: those who differ are named, always.
const NAMED: usize = 4;

/// What one rater says about a task in one dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Voice<'a> {
    /// Id of the rater.
    pub(super) rater: &'a str,
    /// Its value in the dimension's unit.
    pub(super) value: f64,
    /// Position of its label, for labels.
    pub(super) label: Option<usize>,
    /// Its reason, of which a quote is made ([`shorten`]); empty when it gave none.
    pub(super) words: &'a str,
}

/// Merges the reasons of a task in one dimension. `value` and `label` are those of the consensus; `missing` names
/// raters that should have rated it and how their question ended.
///
/// Labels agree when they are the consensus label. Scores agree when they lie within a quarter of the range of the
/// consensus, and are "higher" or "lower" otherwise. A group is quoted with the words of its rater nearest to the
/// consensus that gave any; the earlier in the panel on a tie.
pub(super) fn merge(
    dimension: &Dimension,
    value: Option<f64>,
    label: Option<usize>,
    voices: &[Voice<'_>],
    missing: &[(&str, Outcome)],
) -> String {
    let Some(value) = value.filter(|_| !voices.is_empty()) else {
        return nobody(missing);
    };
    let mut sentences = match &dimension.scale {
        Scale::Labels(_) => labels(dimension, value, label, voices),
        Scale::Score(_) => scores(dimension, value, voices),
    };
    sentences.extend(absent(missing));
    sentences.join(" ")
}

/// The raters that differ from the consensus: those whom [`merge`] names as higher, lower or of another label.
pub(super) fn dissenters<'a>(
    dimension: &Dimension,
    value: Option<f64>,
    label: Option<usize>,
    voices: &[Voice<'a>],
) -> Vec<&'a str> {
    let Some(value) = value else {
        return Vec::new();
    };
    let differs = |voice: &&Voice<'a>| match &dimension.scale {
        Scale::Labels(_) => voice.label != label,
        Scale::Score(_) => side(dimension, voice, value) != Ordering::Equal,
    };
    let voices = voices.iter().filter(differs);
    voices.map(|voice| voice.rater).collect()
}

/// Whether a score is near the consensus, above or below.
fn side(dimension: &Dimension, voice: &Voice<'_>, value: f64) -> Ordering {
    let (low, high) = dimension.bounds();
    let off = voice.value - value;
    if off.abs() <= NEAR * (high - low) + 1e-9 {
        Ordering::Equal
    } else {
        off.total_cmp(&0.0)
    }
}

fn labels(
    dimension: &Dimension,
    value: f64,
    label: Option<usize>,
    voices: &[Voice<'_>],
) -> Vec<String> {
    let name = |position: usize| {
        dimension
            .labels()
            .get(position)
            .map_or_else(|| "?".to_owned(), |label| label.id.clone())
    };
    let group = |position: usize| -> Vec<Voice<'_>> {
        voices
            .iter()
            .filter(|voice| voice.label == Some(position))
            .copied()
            .collect()
    };
    let mut sentences = Vec::new();
    if let Some(position) = label {
        let agreeing = group(position);
        let names: Vec<&str> = agreeing.iter().map(|voice| voice.rater).collect();
        let what = format!("{} {}", verb(agreeing.len(), "says", "say"), name(position));
        sentences.push(if agreeing.is_empty() {
            format!(
                "No rater says {0}, the most probable label of all together.",
                name(position)
            )
        } else {
            close(&format!(
                "{}{}",
                who(&names, voices.len(), &what),
                reason(&agreeing, value)
            ))
        });
    }
    let dissent: Vec<String> = (0..dimension.labels().len())
        .filter(|&position| Some(position) != label)
        .map(|position| (position, group(position)))
        .filter(|(_, group)| !group.is_empty())
        .map(|(position, group)| {
            let names: Vec<String> = group.iter().map(|voice| voice.rater.to_owned()).collect();
            let says = verb(group.len(), "says", "say");
            format!(
                "{} {says} {}{}",
                list(&names),
                name(position),
                reason(&group, value)
            )
        })
        .collect();
    if !dissent.is_empty() {
        sentences.push(close(&dissent.join("; ")));
    }
    sentences
}

fn scores(dimension: &Dimension, value: f64, voices: &[Voice<'_>]) -> Vec<String> {
    let group = |wanted: Ordering| -> Vec<Voice<'_>> {
        voices
            .iter()
            .filter(|voice| side(dimension, voice, value) == wanted)
            .copied()
            .collect()
    };
    let mut sentences = vec![near(value, &group(Ordering::Equal), voices)];
    let dissent: Vec<String> = [(Ordering::Greater, "higher"), (Ordering::Less, "lower")]
        .into_iter()
        .map(|(wanted, word)| (word, group(wanted)))
        .filter(|(_, group)| !group.is_empty())
        .map(|(word, group)| {
            let head = match group.as_slice() {
                [one] => format!("{} is {word} with {}", one.rater, number(one.value)),
                many => format!(
                    "{} are {word}",
                    list(&many.iter().map(valued).collect::<Vec<_>>())
                ),
            };
            format!("{head}{}", reason(&group, value))
        })
        .collect();
    if !dissent.is_empty() {
        sentences.push(close(&dissent.join("; ")));
    }
    sentences
}

/// The sentence about the raters whose score is near the consensus.
fn near(value: f64, agreeing: &[Voice<'_>], voices: &[Voice<'_>]) -> String {
    let head = match (agreeing, voices) {
        ([], _) => return format!("No rater is near the consensus of {}.", number(value)),
        ([one], [_]) => format!("{} gives {}", one.rater, number(one.value)),
        (near, all) if near.len() == all.len() => {
            let own: Vec<String> = near.iter().map(|voice| number(voice.value)).collect();
            let low = near
                .iter()
                .map(|voice| voice.value)
                .fold(f64::INFINITY, f64::min);
            let high = near
                .iter()
                .map(|voice| voice.value)
                .fold(f64::NEG_INFINITY, f64::max);
            if own.windows(2).all(|pair| pair[0] == pair[1]) {
                format!("{} give {}", everyone(all.len()), number(low))
            } else {
                let range = format!("{} to {}", number(low), number(high));
                format!(
                    "{} are near {} ({range})",
                    everyone(all.len()),
                    number(value)
                )
            }
        }
        (near, all) => {
            let names: Vec<String> = near.iter().map(valued).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let what = format!("{} near {}", verb(near.len(), "is", "are"), number(value));
            who(&names, all.len(), &what)
        }
    };
    close(&format!("{head}{}", reason(agreeing, value)))
}

/// "All 3 raters say E2", "2 of 3 raters say E2 (a, b)" or "a says E2".
fn who(names: &[&str], of: usize, what: &str) -> String {
    match names {
        [one] if of == 1 => format!("{one} {what}"),
        all if all.len() == of => format!("{} {what}", everyone(of)),
        some if some.len() <= NAMED => {
            format!("{} of {of} raters {what} ({})", some.len(), some.join(", "))
        }
        some => format!("{} of {of} raters {what}", some.len()),
    }
}

fn everyone(number: usize) -> String {
    if number == 2 {
        "Both raters".to_owned()
    } else {
        format!("All {number} raters")
    }
}

/// The quoted reason of a group: of its rater nearest to `value` that gave one.
fn reason(group: &[Voice<'_>], value: f64) -> String {
    let quoted = group
        .iter()
        .map(|voice| (voice, (voice.value - value).abs()))
        .filter(|(voice, _)| {
            voice
                .words
                .chars()
                .any(|c| !c.is_whitespace() && !c.is_control())
        })
        .min_by(|(_, a), (_, b)| a.total_cmp(b));
    match (quoted, group.len()) {
        (None, _) => ", without a reason".to_owned(),
        (Some((voice, _)), 1) => format!(": “{}”", shorten(voice.words)),
        (Some((voice, _)), _) => {
            let quote = shorten(voice.words);
            format!(", in the words of {}: “{quote}”", voice.rater)
        }
    }
}

/// Who is missing: "o3 gave no rating (refused)."
fn absent(missing: &[(&str, Outcome)]) -> Option<String> {
    match missing {
        [] => None,
        [(rater, outcome)] => Some(format!("{rater} gave no rating ({}).", plain(*outcome))),
        many => Some(format!("{} gave no rating.", list(&ended(many)))),
    }
}

fn nobody(missing: &[(&str, Outcome)]) -> String {
    if missing.is_empty() {
        "No rater rated this task.".to_owned()
    } else {
        format!("No rater rated this task: {}.", list(&ended(missing)))
    }
}

fn ended(missing: &[(&str, Outcome)]) -> Vec<String> {
    missing
        .iter()
        .map(|(rater, outcome)| format!("{rater} ({})", plain(*outcome)))
        .collect()
}

fn plain(outcome: Outcome) -> String {
    outcome.name().replace('_', " ")
}

fn valued(voice: &Voice<'_>) -> String {
    format!("{} {}", voice.rater, number(voice.value))
}

/// A score with at most one decimal, rounded as the tables round it.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

fn verb(number: usize, one: &'static str, many: &'static str) -> &'static str {
    if number == 1 { one } else { many }
}

/// "a", "a and b", "a, b and c".
fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Ends a sentence, unless the quote it ends with does so already.
fn close(sentence: &str) -> String {
    if [".”", "!”", "?”", "…”"]
        .iter()
        .any(|end| sentence.ends_with(end))
    {
        sentence.to_owned()
    } else {
        format!("{sentence}.")
    }
}

#[cfg(test)]
mod tests;
