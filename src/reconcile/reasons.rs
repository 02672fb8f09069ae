//! What the raters of a task say, sentence by sentence, and which sentence stands for a group of them.
//!
//! A sentence is scored by its words that say something ([`terms`]); those of the task's own statement are in every reason
//! and count for nothing. Nothing is asked of a model, and nothing depends on the order of the panel but ties.

use super::rationale::Voice;
use crate::prose::{sentences, terms};
use crate::ratings::Row;
use std::cmp::Ordering;
use std::ops::Range;

/// Added to the number of words that a score is divided by, about as many as a sentence has: so one of two words is not
/// central because both are common, nor one of fifty because a few of them are.
const BREADTH: f64 = 8.0;
/// Words that say something in the reasons of a usual panel: room for them is made at once.
const USUAL: usize = 128;
/// Words that are told as shared, at most.
const SHARED: usize = 3;
/// Shorter words prove nothing shared, longer ones are no words.
const LENGTHS: Range<usize> = 4..31;

/// The ratings of a task with what their reasons say, read once for all dimensions.
#[derive(Debug, Clone)]
pub struct Reasons<'a> {
    pub(super) row: &'a Row,
    pub(super) words: Words<'a>,
}

impl<'a> Reasons<'a> {
    /// Reads the reasons of a task with this statement.
    #[must_use]
    pub fn of(statement: &str, row: &'a Row) -> Self {
        // What surrogates say are lists of features: no sentence of theirs says why.
        let texts = row.opinions().map(|rating| match rating.basis {
            Some(_) => "",
            None => rating.rationale.as_str(),
        });
        Self {
            row,
            words: Words::of(statement, texts),
        }
    }
}

/// Sentences and words of the reasons of a task, by the position of their rater.
#[derive(Debug, Clone, Default)]
pub(super) struct Words<'a> {
    sentences: Vec<Sentence<'a>>,
    /// The distinct words of each sentence, one sentence after the other.
    terms: Vec<Said<'a>>,
    /// Each pair of a word, by its number, and a rater that says it; sorted.
    pairs: Vec<(u32, u32)>,
    /// Number of distinct words.
    count: usize,
}

#[derive(Debug, Clone)]
struct Sentence<'a> {
    rater: usize,
    text: &'a str,
    terms: Range<usize>,
}

#[derive(Debug, Clone, Copy)]
struct Said<'a> {
    /// Number of the word among those of the task.
    number: usize,
    word: &'a str,
    /// Whether the same rater says it in another sentence, too.
    again: bool,
}

impl<'a> Words<'a> {
    /// From one text a rater; without sentences where it is empty.
    pub(super) fn of(statement: &str, texts: impl Iterator<Item = &'a str>) -> Self {
        let mut all = Self {
            terms: Vec::with_capacity(USUAL),
            ..Self::default()
        };
        // Stem, rater, position of the term.
        let mut keys: Vec<(u64, u32, u32)> = Vec::with_capacity(USUAL);
        for (rater, text) in texts.enumerate() {
            for text in sentences(text) {
                let begin = all.terms.len();
                let first = keys.len();
                for term in terms(text) {
                    if keys[first..].iter().all(|(stem, ..)| *stem != term.stem) {
                        keys.push((term.stem, rater as u32, all.terms.len() as u32));
                        all.terms.push(Said {
                            number: 0,
                            word: term.word,
                            again: false,
                        });
                    }
                }
                all.sentences.push(Sentence {
                    rater,
                    text,
                    terms: begin..all.terms.len(),
                });
            }
        }
        all.number(keys, statement);
        all
    }

    /// Gives words with the same stem the same number, and those of the statement none.
    fn number(&mut self, mut keys: Vec<(u64, u32, u32)>, statement: &str) {
        let known: Vec<u64> = terms(statement).map(|term| term.stem).collect();
        keys.sort_unstable();
        let mut before: Option<(u64, u32, usize)> = None;
        self.pairs.reserve(keys.len());
        for &(stem, rater, at) in &keys {
            let at = at as usize;
            if known.contains(&stem) {
                self.terms[at].number = usize::MAX;
                continue;
            }
            let same = before.filter(|(last, ..)| *last == stem);
            self.count += usize::from(same.is_none());
            self.terms[at].number = self.count - 1;
            match same.filter(|(_, last, _)| *last == rater) {
                Some((.., last)) => {
                    self.terms[at].again = true;
                    self.terms[last].again = true;
                }
                None => self.pairs.push((self.count as u32 - 1, rater)),
            }
            before = Some((stem, rater, at));
        }
    }

    /// How many of some raters say each word.
    fn holders(&self, voices: &[Voice<'_>]) -> Vec<u32> {
        let mut counts = vec![0; self.count];
        let seats = voices.iter().map(|voice| voice.seat as u32);
        // The first raters, nearly always all, as bits.
        let bits = seats.fold(0_u128, |bits, seat| {
            bits | 1_u128.checked_shl(seat).unwrap_or(0)
        });
        for &(number, rater) in &self.pairs {
            let is_in = match rater < u128::BITS {
                true => (bits >> rater) & 1 == 1,
                false => is_of(voices, rater as usize),
            };
            counts[number as usize] += u32::from(is_in);
        }
        counts
    }

    /// The sentence of a group that is most central to what the group, then all raters say. On a tie that of the rater
    /// nearest to `value`, then of the earlier rater, then the earlier sentence. `None` where nobody of it says anything.
    pub(super) fn central<'v>(
        &self,
        group: &'v [Voice<'v>],
        all: &[Voice<'_>],
        value: f64,
    ) -> Option<(&'v Voice<'v>, &'a str)> {
        if let Some(only) = self.only(group) {
            return Some(only);
        }
        let (own, every) = (self.holders(group), self.holders(all));
        // Each other rater of the group that says the word counts twice, each outside it once; said again, or at all, a little.
        self.best(group, value, |said| {
            let others = f64::from(own[said.number] + every[said.number]) - 2.0;
            others + if said.again { 0.5 } else { 0.25 }
        })
    }

    /// The sentence of a group that differs most from what the raters say that it parts from: the one with most words that
    /// none of them has. Ties as in [`Self::central`].
    pub(super) fn parting<'v>(
        &self,
        group: &'v [Voice<'v>],
        from: &[Voice<'_>],
        value: f64,
    ) -> Option<(&'v Voice<'v>, &'a str)> {
        if let Some(only) = self.only(group) {
            return Some(only);
        }
        let (own, theirs) = (self.holders(group), self.holders(from));
        self.best(group, value, |said| match theirs[said.number] {
            0 => 0.5 + 0.5 * f64::from(own[said.number]),
            _ => 0.0,
        })
    }

    /// The only sentence of a group, which needs no choice.
    fn only<'v>(&self, group: &'v [Voice<'v>]) -> Option<(&'v Voice<'v>, &'a str)> {
        let mut of_group = self.sentences.iter().filter_map(|sentence| {
            let voice = group.iter().find(|voice| voice.seat == sentence.rater)?;
            Some((voice, sentence.text))
        });
        of_group.next().filter(|_| of_group.next().is_none())
    }

    fn best<'v>(
        &self,
        group: &'v [Voice<'v>],
        value: f64,
        weight: impl Fn(&Said<'_>) -> f64,
    ) -> Option<(&'v Voice<'v>, &'a str)> {
        let mut best: Option<(f64, f64, &Voice<'v>, &'a str)> = None;
        for sentence in &self.sentences {
            let Some(voice) = group.iter().find(|voice| voice.seat == sentence.rater) else {
                continue;
            };
            let said = self.terms[sentence.terms.clone()].iter();
            let said = said.filter(|said| said.number != usize::MAX);
            let (sum, n) = said.fold((0.0, 0.0), |(sum, n), said| (sum + weight(said), n + 1.0));
            let (score, off) = (sum / (n + BREADTH), (voice.value - value).abs());
            let better = best
                .is_none_or(|(best, nearest, ..)| score > best || (score >= best && off < nearest));
            if better {
                best = Some((score, off, voice, sentence.text));
            }
        }
        best.map(|(.., voice, text)| (voice, text))
    }

    /// Words that raters of both groups have, in the same form: those of most raters first, then in the order of the alphabet.
    pub(super) fn shared(&self, here: &[Voice<'_>], there: &[Voice<'_>]) -> Vec<&'a str> {
        if here.is_empty() || there.is_empty() {
            return Vec::new();
        }
        let (ours, theirs) = (self.holders(here), self.holders(there));
        let mut best: Vec<(u32, &'a str)> = Vec::with_capacity(SHARED + 1);
        for sentence in self.sentences.iter().filter(|one| is_of(here, one.rater)) {
            for said in &self.terms[sentence.terms.clone()] {
                let others = theirs.get(said.number).copied().unwrap_or(0);
                if others == 0 || !LENGTHS.contains(&said.word.len()) {
                    continue;
                }
                let count = ours[said.number] + others;
                let place = best.partition_point(|&(n, word)| {
                    n > count || (n == count && before(word, said.word).is_lt())
                });
                let is_known = best
                    .get(place)
                    .is_some_and(|(_, word)| before(word, said.word).is_eq());
                if place < SHARED && !is_known && self.says(there, said) {
                    best.insert(place, (count, said.word));
                    best.truncate(SHARED);
                }
            }
        }
        best.into_iter().map(|(_, word)| word).collect()
    }

    /// Whether a rater of a group says a word in this very form.
    fn says(&self, group: &[Voice<'_>], wanted: &Said<'_>) -> bool {
        let mut of_group = self.sentences.iter().filter(|one| is_of(group, one.rater));
        of_group.any(|sentence| {
            let mut said = self.terms[sentence.terms.clone()].iter();
            said.any(|said| {
                said.number == wanted.number && said.word.eq_ignore_ascii_case(wanted.word)
            })
        })
    }
}

/// The order of the alphabet, whatever the case of its letters.
fn before(one: &str, other: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    one.bytes().map(lower).cmp(other.bytes().map(lower))
}

fn is_of(group: &[Voice<'_>], rater: usize) -> bool {
    group.iter().any(|voice| voice.seat == rater)
}
