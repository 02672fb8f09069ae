//! Finding occupations by code, title or alternate title.
//!
//! [`Lookup::find`] answers what the user means or says that it cannot tell; a guess is only ever a suggestion.
//! [`Lookup::search`] lists what comes near, best first.

mod rank;
mod words;

use super::text::normalise;
use super::{Inventory, Occupation};
use std::ops::Range;
use words::Vocabulary;

/// An occupation that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// Index in [`Inventory::occupations`].
    pub index: usize,
    /// Id of the occupation.
    pub code: String,
    /// Title of the occupation.
    pub title: String,
    /// What the query met.
    pub how: How,
}

/// What a query met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// The code, whole or its beginning.
    Code,
    /// The title.
    Title,
    /// This alternate title.
    AlternateTitle(String),
    /// Nothing exactly: this title or alternate title comes near.
    Fuzzy {
        /// The title or alternate title.
        title: String,
        /// Edits (a letter more, less or other, or two swapped) between the query and that title, both
        /// [normalised](normalise).
        distance: usize,
    },
}

/// The answer to a query that should name one occupation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The occupation.
    One(Match),
    /// Several that the query names equally well, by code.
    Many(Vec<Match>),
    /// None.
    None {
        /// At most eight occupations whose titles, or else codes, come near, nearest first.
        nearest: Vec<Match>,
    },
}

/// An index of the codes and titles of an inventory.
pub struct Lookup<'a> {
    occupations: &'a [Occupation],
    vocabulary: Vocabulary,
    /// The words of all entries, one entry after the other, as ids of the vocabulary.
    words: Vec<u32>,
    entries: Vec<Entry<'a>>,
}

/// A title or alternate title.
struct Entry<'a> {
    occupation: usize,
    text: &'a str,
    kind: Kind,
    words: Range<usize>,
}

/// What kind of title an entry is; of entries that come equally near, the first kind is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Title,
    Alternate,
    /// A part of an alternate title, before a parenthesis or in it.
    Part,
}

impl<'a> Lookup<'a> {
    /// Indexes an inventory. Alternate titles are found only if it was read with them.
    #[must_use]
    pub fn new(inventory: &'a Inventory) -> Self {
        let mut lookup = Self {
            occupations: inventory.occupations(),
            vocabulary: Vocabulary::default(),
            words: Vec::new(),
            entries: Vec::new(),
        };
        for (index, occupation) in inventory.occupations().iter().enumerate() {
            lookup.add(index, &occupation.title, &occupation.title, Kind::Title);
            for title in &occupation.alternate_titles {
                lookup.add(index, title, title, Kind::Alternate);
                for part in parts(title).into_iter().flatten() {
                    lookup.add(index, title, part, Kind::Part);
                }
            }
        }
        lookup
    }

    /// The occupation that a query names. The first of these rules that finds anything decides; what it finds more
    /// than once is [`Found::Many`]:
    ///
    /// 1. the code, or the six digits of a SOC code (`15-2051`) for the O*NET codes under it;
    /// 2. the title as it is written;
    /// 3. the title but for case, punctuation and spacing;
    /// 4. the title but for singular and plural too;
    /// 5. an alternate title, in the same tolerant way; of `Chief Financial Officer (CFO)` also the part before the
    ///    parenthesis and the part in it.
    ///
    /// A near miss is never taken: it is a suggestion in [`Found::None`].
    #[must_use]
    pub fn find(&self, query: &str) -> Found {
        let query = query.trim();
        let normal = normalise(query);
        let rules: [&dyn Fn() -> Vec<Match>; 5] = [
            &|| self.by_code(query),
            &|| self.by_title(|title| title.trim() == query),
            &|| self.by_title(|title| !normal.is_empty() && normalise(title) == normal),
            &|| self.by_words(&normal, false),
            &|| self.by_words(&normal, true),
        ];
        for rule in rules {
            let mut found = rule();
            if found.len() > 1 {
                return Found::Many(found);
            }
            if let Some(only) = found.pop() {
                return Found::One(only);
            }
        }
        Found::None {
            nearest: self.nearest(query),
        }
    }

    fn by_code(&self, query: &str) -> Vec<Match> {
        let exact = self.all(|job| job.id == query, &How::Code);
        if !exact.is_empty() || !is_soc(query) {
            return exact;
        }
        let under = |id: &str| {
            id.strip_prefix(query)
                .is_some_and(|rest| rest.starts_with('.'))
        };
        self.all(|job| under(&job.id), &How::Code)
    }

    fn by_title(&self, same: impl Fn(&str) -> bool) -> Vec<Match> {
        self.all(|job| same(&job.title), &How::Title)
    }

    /// Occupations with a title or alternate title of exactly these words, singular or plural.
    fn by_words(&self, normal: &str, alternate: bool) -> Vec<Match> {
        let Some(query) = self.vocabulary.known(normal) else {
            return Vec::new();
        };
        let mut found: Vec<Match> = Vec::new();
        let entries = self
            .entries
            .iter()
            .filter(|entry| (entry.kind != Kind::Title) == alternate);
        for entry in entries.filter(|entry| self.words_of(entry) == query) {
            if found
                .last()
                .is_some_and(|last| last.index == entry.occupation)
            {
                continue;
            }
            found.extend(self.matched(entry.occupation, entry.how()));
        }
        found.sort_by(|a, b| a.code.cmp(&b.code));
        found
    }

    /// Every occupation for which `wanted` holds, by code.
    fn all(&self, wanted: impl Fn(&Occupation) -> bool, how: &How) -> Vec<Match> {
        let jobs = self
            .occupations
            .iter()
            .enumerate()
            .filter(|(_, job)| wanted(job));
        let mut found: Vec<Match> = jobs
            .filter_map(|(index, _)| self.matched(index, how.clone()))
            .collect();
        found.sort_by(|a, b| a.code.cmp(&b.code));
        found
    }

    fn matched(&self, index: usize, how: How) -> Option<Match> {
        let job = self.occupations.get(index)?;
        Some(Match {
            index,
            code: job.id.clone(),
            title: job.title.clone(),
            how,
        })
    }

    fn words_of(&self, entry: &Entry<'_>) -> &[u32] {
        self.words.get(entry.words.clone()).unwrap_or_default()
    }

    /// Adds a title, to be found by the words of `part`.
    fn add(&mut self, occupation: usize, text: &'a str, part: &str, kind: Kind) {
        let start = self.words.len();
        let normal = normalise(part);
        self.words.extend(
            normal
                .split_whitespace()
                .map(|word| self.vocabulary.learn(word)),
        );
        let words = start..self.words.len();
        if !words.is_empty() {
            self.entries.push(Entry {
                occupation,
                text,
                kind,
                words,
            });
        }
    }
}

impl Entry<'_> {
    fn how(&self) -> How {
        match self.kind {
            Kind::Title => How::Title,
            Kind::Alternate | Kind::Part => How::AlternateTitle(self.text.to_owned()),
        }
    }
}

/// The parts of `Chief Financial Officer (CFO)` or `LPT (Licensed Psychiatric Technician)`. A parenthesis of one
/// word that is no abbreviation, as in `Accountant (Tax)`, is no title.
fn parts(title: &str) -> Option<[&str; 2]> {
    let (before, inside) = title.trim_end().strip_suffix(')')?.split_once('(')?;
    let abbreviation = !inside.chars().any(char::is_lowercase);
    let is_title = abbreviation || inside.trim().contains(' ');
    Some([before, if is_title { inside } else { "" }])
}

/// Whether a query has the form of a SOC code: `15-2051`.
fn is_soc(query: &str) -> bool {
    query.len() == 7
        && query.char_indices().all(|(at, c)| {
            if at == 2 {
                c == '-'
            } else {
                c.is_ascii_digit()
            }
        })
}

#[cfg(test)]
mod tests;
