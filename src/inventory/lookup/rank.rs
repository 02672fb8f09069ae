//! Ranking of titles by how near they come to a query.

use super::super::text::normalise;
use super::words::is_typo;
use super::{Entry, How, Kind, Lookup, Match};
use std::collections::{BTreeMap, HashSet};

/// Suggestions after a query that found nothing.
const NEAREST: usize = 8;
/// A suggestion has at least this score: less than half of the words in common is no help.
const NEAR: f64 = 0.4;
/// Typos are looked at when fewer occupations than this match without.
const FEW: usize = 3;
/// An alternate title counts this much of a title.
const ALTERNATE: f64 = 0.95;
/// Likeness of titles written as one word from which on they are taken for near.
const ONE_WORD: f64 = 0.85;
/// Characters of a mistyped code that its neighbours share at least: `15-2` is a group of related occupations.
const CODE_GROUP: usize = 4;
/// What of a query counts: no title is longer, and time stays bounded.
const LONGEST: usize = 200;

/// How near a title comes.
struct Near<'a, 'b> {
    entry: &'b Entry<'a>,
    score: f64,
    /// Every word of the query is met.
    whole: bool,
    typo: bool,
}

impl<'a> Lookup<'a> {
    /// Occupations for a query, best first and at most `limit`: codes that begin with it; then titles and alternate
    /// titles in which every word of the query begins a word, by the share of words in common; then, where those are
    /// few, titles that a typo or two may have missed. Each occupation once, equals by code.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Vec<Match> {
        let query = query.trim();
        let normal = clip(query);
        let mut found = self.by_code_prefix(query);
        let mut near = self.near(&normal, 1);
        near.retain(|near| near.whole);
        self.sort(&mut near);
        let (typos, clean): (Vec<_>, Vec<_>) = near.into_iter().partition(|near| near.typo);
        found.extend(
            clean
                .iter()
                .filter_map(|near| self.matched(near.entry.occupation, near.entry.how())),
        );
        first_of_each(&mut found);
        if found.len() < FEW {
            found.extend(typos.iter().filter_map(|near| self.fuzzy(near, &normal)));
            first_of_each(&mut found);
        }
        if found.is_empty() {
            found = self.as_one_word(&normal);
        }
        found.truncate(limit);
        found
    }

    /// Suggestions for a query that named nothing.
    pub(super) fn nearest(&self, query: &str) -> Vec<Match> {
        let normal = clip(query);
        let mut near = self.near(&normal, 3);
        near.retain(|near| near.score >= NEAR);
        self.sort(&mut near);
        let mut seen = HashSet::new();
        near.retain(|near| seen.insert(near.entry.occupation));
        near.truncate(NEAREST);
        let mut found: Vec<Match> = near
            .iter()
            .filter_map(|near| self.fuzzy(near, &normal))
            .collect();
        if found.is_empty() {
            found = self.as_one_word(&normal);
        }
        if found.is_empty() {
            found = self.nearest_codes(query);
        }
        found.truncate(NEAREST);
        found
    }

    /// The codes that share most of their beginning with a query that looks like a code; a short one, such as the group `251`
    /// of ISCO-08, is their beginning itself.
    fn nearest_codes(&self, query: &str) -> Vec<Match> {
        let shortest = CODE_GROUP.min(query.len()).max(1);
        let lengths = (shortest..=query.len().min(LONGEST)).rev();
        let beginnings = lengths.filter_map(|length| query.get(..length));
        beginnings
            .map(|part| self.by_code_prefix(part))
            .find(|found| !found.is_empty())
            .unwrap_or_default()
    }

    /// Codes that are the query or begin with it. Without a digit it is more likely a word than a code.
    fn by_code_prefix(&self, query: &str) -> Vec<Match> {
        let digit = query.contains(|c: char| c.is_ascii_digit());
        self.all(
            |job| job.id == query || (digit && job.id.starts_with(query)),
            &How::Code,
        )
    }

    /// Every title that shares a word with the query, or a beginning of at least `shortest` letters, or nearly.
    fn near(&self, normal: &str, shortest: usize) -> Vec<Near<'a, '_>> {
        let tables: Vec<Vec<f64>> = normal
            .split_whitespace()
            .map(|word| self.vocabulary.likeness(word, shortest))
            .collect();
        let entries = self.entries.iter().map(|entry| self.score(entry, &tables));
        entries.filter(|near| near.score > 0.0).collect()
    }

    /// Scores a title: twice the likeness of the words in common over the number of words of both (Dice).
    fn score<'b>(&'b self, entry: &'b Entry<'a>, tables: &[Vec<f64>]) -> Near<'a, 'b> {
        let words = self.words_of(entry);
        let (mut common, mut whole, mut typo) = (0.0, !tables.is_empty(), false);
        for table in tables {
            let likeness = |id: &u32| table.get(*id as usize).copied().unwrap_or(0.0);
            let best = words.iter().map(likeness).fold(0.0, f64::max);
            common += best;
            whole &= best > 0.0;
            typo |= is_typo(best);
        }
        let weight = if entry.kind == Kind::Title {
            1.0
        } else {
            ALTERNATE
        };
        let count = u32::try_from(words.len() + tables.len())
            .unwrap_or(u32::MAX)
            .max(1);
        let score = (2.0 * common / f64::from(count)).min(1.0) * weight;
        Near {
            entry,
            score,
            whole,
            typo,
        }
    }

    /// Best first; of equals titles before alternate titles, then by code, then in the order of the source.
    fn sort(&self, near: &mut [Near<'a, '_>]) {
        let code = |near: &Near<'_, '_>| {
            self.occupations
                .get(near.entry.occupation)
                .map(|job| &job.id)
        };
        near.sort_by(|a, b| {
            let score = b.score.total_cmp(&a.score);
            score
                .then(a.entry.kind.cmp(&b.entry.kind))
                .then_with(|| code(a).cmp(&code(b)))
                .then(a.entry.words.start.cmp(&b.entry.words.start))
        });
    }

    fn fuzzy(&self, near: &Near<'_, '_>, normal: &str) -> Option<Match> {
        let title = near.entry.text.to_owned();
        let distance = strsim::osa_distance(normal, &normalise(&title));
        self.matched(near.entry.occupation, How::Fuzzy { title, distance })
    }

    /// The last resort: titles that are nearly the query when spaces do not count (`softwaredevelopers`).
    fn as_one_word(&self, normal: &str) -> Vec<Match> {
        let query = normal.replace(' ', "");
        let mut best: BTreeMap<&str, (f64, Near<'a, '_>)> = BTreeMap::new();
        if query.is_empty() {
            return Vec::new();
        }
        for entry in self.entries.iter().filter(|entry| entry.kind != Kind::Part) {
            let Some(job) = self.occupations.get(entry.occupation) else {
                continue;
            };
            let title = normalise(entry.text).replace(' ', "");
            // One letter in six is more than the likeness allows.
            if 6 * query.len().abs_diff(title.len()) > query.len().max(title.len()) {
                continue;
            }
            let score = strsim::normalized_levenshtein(&query, &title);
            let better = best
                .get(job.id.as_str())
                .is_none_or(|(old, _)| score > *old);
            if score >= ONE_WORD && better {
                best.insert(
                    &job.id,
                    (
                        score,
                        Near {
                            entry,
                            score,
                            whole: false,
                            typo: true,
                        },
                    ),
                );
            }
        }
        let mut near: Vec<Near<'a, '_>> = best.into_values().map(|(_, near)| near).collect();
        // The map was in the order of codes and the sort is stable.
        near.sort_by(|a, b| b.score.total_cmp(&a.score));
        near.iter()
            .filter_map(|near| self.fuzzy(near, normal))
            .collect()
    }
}

/// The part of a query that counts, normalised.
fn clip(query: &str) -> String {
    normalise(&query.chars().take(LONGEST).collect::<String>())
}

/// Keeps the first match of each occupation.
fn first_of_each(found: &mut Vec<Match>) {
    let mut seen = HashSet::new();
    found.retain(|one| seen.insert(one.index));
}
