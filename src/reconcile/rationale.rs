//! The raters' reasons merged into one text, without asking a model to do it: agreement first, then every
//! dissenter by name, then who is missing.
//!
//! Three sentences at most, with all that is quoted: a quote is one sentence of somebody's own words, shortened, and ends
//! none of ours. It is data and never interpreted here.

mod phrase;

use super::quote::quote;
use super::reasons::Words;
use crate::rating::Outcome;
use crate::rubric::{Dimension, Scale};
use phrase::{absent, close, everyone, list, nobody, number, valued, verb, who};
use std::cmp::Ordering;

/// Share of the range within which a score agrees with the consensus.
const NEAR: f64 = 0.25;

/// What one rater says about a task in one dimension.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Voice<'a> {
    /// Id of the rater.
    pub(super) rater: &'a str,
    /// Its value in the dimension's unit.
    pub(super) value: f64,
    /// Position of its label, for labels.
    pub(super) label: Option<usize>,
    /// Its position among the raters, by which [`Words`] know it.
    pub(super) seat: usize,
    /// What a surrogate says that moved it, which is no reason of its own; `None` for everybody else.
    pub(super) features: Option<&'a str>,
}

/// Merges the reasons of a task in one dimension. `value` and `label` are those of the consensus; `missing` names
/// raters that should have rated it and how their question ended.
///
/// Labels agree when they are the consensus label. Scores agree when they lie within a quarter of the range of the
/// consensus, and are "higher" or "lower" otherwise. Those who agree are quoted with the sentence that is most central to
/// what all say ([`Words::central`]), each group of dissenters with the one that differs most from it
/// ([`Words::parting`]); a surrogate only where nobody else of its group gives a reason, and then as what it is. Words that
/// both sides have are told as words: two raters may mean different things by one.
pub(super) fn merge(
    dimension: &Dimension,
    (value, label): (Option<f64>, Option<usize>),
    voices: &[Voice<'_>],
    missing: &[(&str, Outcome)],
    words: &Words<'_>,
) -> String {
    let Some(value) = value.filter(|_| !voices.is_empty()) else {
        return nobody(missing);
    };
    let merge = Merge {
        dimension,
        value,
        voices,
        words,
    };
    let mut sentences = match &dimension.scale {
        Scale::Labels(_) => merge.labels(label),
        Scale::Score(_) => merge.scores(),
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

/// What is merged for a task in one dimension.
struct Merge<'a> {
    dimension: &'a Dimension,
    value: f64,
    voices: &'a [Voice<'a>],
    words: &'a Words<'a>,
}

impl<'a> Merge<'a> {
    fn group(&self, is_in: impl Fn(&Voice<'_>) -> bool) -> Vec<Voice<'a>> {
        let voices = self.voices.iter();
        voices.filter(|voice| is_in(voice)).copied().collect()
    }

    fn labels(&self, label: Option<usize>) -> Vec<String> {
        let labels = self.dimension.labels();
        let name = |position: usize| labels.get(position).map_or("?", |label| &label.id);
        let group = |position: usize| self.group(|voice| voice.label == Some(position));
        let agreeing = label.map(group).unwrap_or_default();
        let mut sentences = Vec::new();
        if let Some(name) = label.map(name) {
            let names: Vec<&str> = agreeing.iter().map(|voice| voice.rater).collect();
            let what = format!("{} {name}", verb(agreeing.len(), "says", "say"));
            sentences.push(match agreeing.is_empty() {
                true => format!("No rater says {name}, the most probable label of all together."),
                false => {
                    let who = who(&names, self.voices.len(), &what);
                    close(&format!("{who}{}", self.agreed(&agreeing)))
                }
            });
        }
        let others = (0..labels.len()).filter(|&position| Some(position) != label);
        let groups = others.map(|position| (position, group(position)));
        let dissent = groups.filter(|(_, group)| !group.is_empty());
        let dissent = dissent.map(|(position, group)| {
            let names: Vec<String> = group.iter().map(|voice| voice.rater.to_owned()).collect();
            let says = verb(group.len(), "says", "say");
            (format!("{} {says} {}", list(&names), name(position)), group)
        });
        sentences.extend(self.parted(&agreeing, dissent.collect()));
        sentences
    }

    fn scores(&self) -> Vec<String> {
        let group = |wanted| self.group(|voice| side(self.dimension, voice, self.value) == wanted);
        let agreeing = group(Ordering::Equal);
        let groups = [(Ordering::Greater, "higher"), (Ordering::Less, "lower")];
        let groups = groups.map(|(wanted, word)| (word, group(wanted)));
        let dissent = groups.into_iter().filter(|(_, group)| !group.is_empty());
        let dissent = dissent.map(|(word, group)| {
            let head = match group.as_slice() {
                [one] => format!("{} is {word} with {}", one.rater, number(one.value)),
                many => {
                    let names: Vec<String> = many.iter().map(valued).collect();
                    format!("{} are {word}", list(&names))
                }
            };
            (head, group)
        });
        let first = near(self.value, &agreeing, self.voices);
        let first = match agreeing.is_empty() {
            true => first,
            false => format!("{first}{}", self.agreed(&agreeing)),
        };
        let mut sentences = vec![close(&first)];
        sentences.extend(self.parted(&agreeing, dissent.collect()));
        sentences
    }

    /// The reason of those who agree.
    fn agreed(&self, group: &[Voice<'a>]) -> String {
        let quoted = self.words.central(group, self.voices, self.value);
        told(group, quoted, self.value)
    }

    /// The sentence about those who differ, each group with the reason why; `None` where there are none.
    fn parted(
        &self,
        agreeing: &[Voice<'a>],
        groups: Vec<(String, Vec<Voice<'a>>)>,
    ) -> Option<String> {
        let differ: Vec<Voice<'a>> = groups
            .iter()
            .flat_map(|(_, group)| group)
            .copied()
            .collect();
        let own = groups.iter().map(|(head, group)| {
            // Where nobody agrees with the consensus, a group differs from all others.
            let rest = || self.group(|voice| group.iter().all(|own| own.seat != voice.seat));
            let quoted = match agreeing.is_empty() {
                true => self.words.parting(group, &rest(), self.value),
                false => self.words.parting(group, agreeing, self.value),
            };
            format!("{head}{}", told(group, quoted, self.value))
        });
        let mut clauses: Vec<String> = own.collect();
        let shared = self.words.shared(agreeing, &differ);
        if !clauses.is_empty() && !shared.is_empty() {
            let shared: Vec<String> = shared.iter().map(|word| format!("“{word}”")).collect();
            clauses.push(format!("both sides name {}", list(&shared)));
        }
        (!clauses.is_empty()).then(|| close(&clauses.join("; ")))
    }
}

/// Who is near the consensus.
fn near(value: f64, agreeing: &[Voice<'_>], voices: &[Voice<'_>]) -> String {
    match (agreeing, voices) {
        ([], _) => format!("No rater is near the consensus of {}", number(value)),
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
    }
}

/// The reason of a group: the sentence that stands for it, or what moved its surrogate nearest to `value`, or that there is none.
fn told(group: &[Voice<'_>], quoted: Option<(&Voice<'_>, &str)>, value: f64) -> String {
    if let Some((voice, sentence)) = quoted {
        let quote = quote(sentence);
        return match group {
            [_] => format!(": “{quote}”"),
            _ => format!(", in the words of {}: “{quote}”", voice.rater),
        };
    }
    let moved = group
        .iter()
        .filter_map(|voice| Some((voice, voice.features?)));
    let off = |voice: &Voice<'_>| (voice.value - value).abs();
    let nearest = moved.min_by(|(a, _), (b, _)| off(a).total_cmp(&off(b)));
    match (nearest, group) {
        (None, _) => ", without a reason".to_owned(),
        (Some((_, features)), [_]) => format!(", moved by features ({})", quote(features)),
        (Some((voice, features)), _) => {
            format!(", {} moved by features ({})", voice.rater, quote(features))
        }
    }
}

#[cfg(test)]
mod tests;
