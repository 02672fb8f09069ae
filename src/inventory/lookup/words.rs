//! The words that titles are made of, with singular and plural as one.

use std::borrow::Cow;
use std::collections::HashMap;

/// Likeness of equal words.
const EQUAL: f64 = 1.0;
/// Likeness of a word and a single letter it begins with; the more of the word there is, the nearer to [`EQUAL`].
const PREFIX: f64 = 0.8;
/// Likeness of words that differ by a typo is below this.
const TYPO: f64 = 0.75;

/// Whether a likeness is that of a typo rather than of a word or its beginning.
pub(super) fn is_typo(likeness: f64) -> bool {
    likeness > 0.0 && likeness < PREFIX
}

/// All words of all titles, each in the singular and once.
#[derive(Default)]
pub(super) struct Vocabulary {
    words: Vec<String>,
    ids: HashMap<String, u32>,
}

impl Vocabulary {
    /// The id of a word, which becomes known.
    pub(super) fn learn(&mut self, word: &str) -> u32 {
        let word = singular(word);
        if let Some(id) = self.ids.get(word.as_ref()) {
            return *id;
        }
        // Titles of more than four billion different words do not fit into memory.
        let id = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
        self.words.push(word.clone().into_owned());
        self.ids.insert(word.into_owned(), id);
        id
    }

    /// The ids of the words of a normalised text, if it has any and all are known.
    pub(super) fn known(&self, normal: &str) -> Option<Vec<u32>> {
        let ids: Option<Vec<u32>> = normal
            .split_whitespace()
            .map(|word| self.ids.get(singular(word).as_ref()).copied())
            .collect();
        ids.filter(|ids| !ids.is_empty())
    }

    /// How alike a word is to each word of the vocabulary, by id: 1 equal, from 0.8 its beginning, less a typo, 0
    /// unlike. Beginnings shorter than `shortest` do not count.
    pub(super) fn likeness(&self, word: &str, shortest: usize) -> Vec<f64> {
        let query = Query::new(word, shortest);
        self.words.iter().map(|word| query.likeness(word)).collect()
    }
}

/// A word of a query.
struct Query<'a> {
    written: &'a str,
    singular: Cow<'a, str>,
    length: usize,
    /// Edits that are taken for a typo.
    typos: usize,
    shortest: usize,
}

impl<'a> Query<'a> {
    fn new(written: &'a str, shortest: usize) -> Self {
        let singular = singular(written);
        let length = singular.chars().count();
        let typos = match length {
            0..=3 => 0,
            4..=5 => 1,
            6..=8 => 2,
            _ => 3,
        };
        Self {
            written,
            singular,
            length,
            typos,
            shortest,
        }
    }

    fn likeness(&self, word: &str) -> f64 {
        if word == self.singular {
            return EQUAL;
        }
        let other = if word.is_ascii() {
            word.len()
        } else {
            word.chars().count()
        };
        if self.length >= self.shortest
            && (word.starts_with(self.written) || word.starts_with(self.singular.as_ref()))
        {
            return PREFIX + (EQUAL - PREFIX) * share(self.length, other) * 0.9;
        }
        if self.typos == 0 || self.length.abs_diff(other) > self.typos {
            return 0.0;
        }
        let edits = strsim::osa_distance(&self.singular, word);
        if edits > self.typos {
            0.0
        } else {
            TYPO * (1.0 - share(edits, self.length.max(other)))
        }
    }
}

/// `part / whole` of two small numbers.
#[expect(
    clippy::cast_precision_loss,
    reason = "lengths of words, far below 2^52"
)]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// The singular of a lower-case word by the plain rules of English. What the rules get wrong they get wrong in title
/// and query alike.
fn singular(word: &str) -> Cow<'_, str> {
    if word.len() <= 3 {
        return Cow::Borrowed(word);
    }
    for (plural, single) in [("people", "person"), ("men", "man"), ("ies", "y")] {
        if let Some(stem) = word.strip_suffix(plural)
            && (plural != "ies" || stem.len() > 1)
        {
            return Cow::Owned(format!("{stem}{single}"));
        }
    }
    let sibilant = ["sses", "xes", "zes", "ches", "shes"];
    let ending = if sibilant.iter().any(|ending| word.ends_with(ending)) {
        "es"
    } else if ["ss", "us", "is"]
        .iter()
        .any(|ending| word.ends_with(ending))
    {
        ""
    } else {
        "s"
    };
    Cow::Borrowed(word.strip_suffix(ending).unwrap_or(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_become_singular() {
        let cases = [
            ("engineers", "engineer"),
            ("nurses", "nurse"),
            ("secretaries", "secretary"),
            ("ties", "tie"),
            ("coaches", "coach"),
            ("actresses", "actress"),
            ("boss", "boss"),
            ("bus", "bus"),
            ("analysis", "analysis"),
            ("salesmen", "salesman"),
            ("salespeople", "salesperson"),
            ("gas", "gas"),
            ("é", "é"),
        ];
        for (plural, single) in cases {
            assert_eq!(singular(plural), single);
        }
    }

    #[test]
    fn likeness_ranks_equal_before_beginning_before_typo() {
        let mut vocabulary = Vocabulary::default();
        for word in ["nurses", "nursery", "purse", "carpenter"] {
            vocabulary.learn(word);
        }
        let [equal, beginning, typo, unlike] = vocabulary.likeness("nurse", 1)[..] else {
            panic!("four words")
        };
        assert!(equal > beginning && beginning > typo && typo > unlike);
        assert!(is_typo(typo) && !is_typo(beginning) && !is_typo(unlike));
        assert_eq!((equal, unlike), (1.0, 0.0));
        // One edit in five letters: 0.75 * (1 - 1/5).
        assert!((typo - 0.6).abs() < 1e-12);
        assert_eq!(vocabulary.likeness("nu", 3), [0.0; 4]);
        assert_eq!(vocabulary.learn("nurse"), 0);
        assert_eq!(vocabulary.known("purses nurse"), Some(vec![2, 0]));
        assert_eq!(vocabulary.known("nurse of"), None);
        assert_eq!(vocabulary.known(""), None);
    }
}
