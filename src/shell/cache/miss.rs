//! Why a question was not answered by the cache.

use super::Kept;
use crate::wire::RequestRecord;
use std::collections::{BTreeMap, BTreeSet};

/// Why a question has to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Nothing like it was asked before.
    New,
    /// The same rater or model was asked about this task, with these fields another way.
    Differs(Vec<Difference>),
    /// Its entry is damaged.
    Damaged,
    /// Its entry is older than `--max-age` allows.
    TooOld,
    /// It was refused, and `--retry-refused` asks again.
    Refused,
    /// Today's parser does not accept the cached reply.
    Unreadable,
    /// `--refresh` asks everything again.
    Refresh,
}

/// A field that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// Its name in the record; a single parameter by its own name.
    pub field: String,
    /// What it was in the entry; `None` where it was not there.
    pub before: Option<String>,
    /// What it is in the question.
    pub now: Option<String>,
}

/// Fields that are kept as fingerprints, and what they are.
const TEXTS: &[(&str, &str)] = &[
    ("system", "another system text (prompt)"),
    ("schema", "another reply schema (prompt)"),
    (
        "question",
        "another question text (prompt, title or statement)",
    ),
];

impl Difference {
    /// What changed, in a few words: both values, or what the text is that stands behind two fingerprints.
    pub fn describe(&self) -> String {
        if let Some((_, words)) = TEXTS.iter().find(|(field, _)| *field == self.field) {
            return (*words).to_owned();
        }
        let show = |value: &Option<String>| value.clone().unwrap_or_else(|| "not set".to_owned());
        format!(
            "{} {} → {}",
            self.field,
            show(&self.before),
            show(&self.now)
        )
    }
}

/// The fields in which two questions differ; parameters one by one.
fn differences(before: &RequestRecord, now: &RequestRecord) -> Vec<Difference> {
    let (before, now) = (flat(before), flat(now));
    let names: BTreeSet<&String> = before.keys().chain(now.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != now.get(*name))
        .map(|name| Difference {
            field: name.clone(),
            before: before.get(name).cloned(),
            now: now.get(name).cloned(),
        })
        .collect()
}

fn flat(record: &RequestRecord) -> BTreeMap<String, String> {
    let mut flat = record.0.clone();
    let parameters = flat.remove("parameters").unwrap_or_default();
    for line in parameters.lines() {
        let (name, value) = line.split_once('=').unwrap_or((line, ""));
        flat.insert(name.to_owned(), value.to_owned());
    }
    flat
}

/// The entry of its kind and part that is nearest to a question, and how it differs: fewest fields first, then the same rater, then the latest.
pub(crate) fn nearest<'a>(
    record: &RequestRecord,
    rater: &str,
    entries: impl IntoIterator<Item = &'a Kept>,
) -> Option<(&'a Kept, Vec<Difference>)> {
    let alike = |kept: &&Kept| kept.entry.request.is_alike(record);
    let apart = entries.into_iter().filter(alike).map(|kept| {
        let apart = differences(&kept.entry.request, record);
        (kept, apart)
    });
    apart.min_by(|(a, apart_a), (b, apart_b)| {
        let stranger = |kept: &Kept| kept.entry.rater != rater;
        (apart_a.len(), stranger(a))
            .cmp(&(apart_b.len(), stranger(b)))
            .then_with(|| b.entry.time.cmp(&a.entry.time))
    })
}

/// Why there is nothing under the key of a question, given all entries of its task. Those of other raters and models are
/// no sign of anything: a rater that joins the panel is new.
pub(crate) fn why_missing(record: &RequestRecord, rater: &str, known: &[Kept]) -> Reason {
    let model = record.0.get("model");
    let own = known
        .iter()
        .filter(|kept| kept.entry.rater == rater || kept.entry.request.0.get("model") == model);
    match nearest(record, rater, own) {
        Some((_, apart)) if !apart.is_empty() => Reason::Differs(apart),
        _ => Reason::New,
    }
}

/// How many questions were missing, by reason.
#[derive(Debug, Clone, Default)]
pub(crate) struct Misses(BTreeMap<String, u64>);

impl Misses {
    /// Counts one.
    pub fn add(&mut self, reason: &Reason) {
        *self.0.entry(reason.label()).or_default() += 1;
    }

    /// Counts by reason, as the manifest has them.
    pub fn counts(&self) -> &BTreeMap<String, u64> {
        &self.0
    }

    /// How many are missing because they cannot be read.
    pub fn damaged(&self) -> u64 {
        self.0.get(&Reason::Damaged.label()).copied().unwrap_or(0)
    }

    /// A line for people; `None` where all are new, which needs no explanation.
    pub fn line(&self) -> Option<String> {
        let new = Reason::New.label();
        if self.0.keys().all(|label| *label == new) {
            return None;
        }
        let mut others: Vec<_> = self.0.iter().filter(|(label, _)| **label != new).collect();
        others.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let new = self
            .0
            .get(&new)
            .map(|count| format!("{count} questions are new"));
        let others = others
            .into_iter()
            .map(|(label, count)| format!("{count} {label}"));
        Some(new.into_iter().chain(others).collect::<Vec<_>>().join("; "))
    }
}

impl Reason {
    /// What it is, to stand behind a count of questions.
    pub fn label(&self) -> String {
        match self {
            Self::New => "new".to_owned(),
            Self::Damaged => "were cached, but the entry is damaged".to_owned(),
            Self::TooOld => "were cached longer ago than --max-age".to_owned(),
            Self::Refused => "were refused, and are asked again (--retry-refused)".to_owned(),
            Self::Unreadable => "were cached, but the reply is not accepted any more".to_owned(),
            Self::Refresh => "are asked again (--refresh)".to_owned(),
            Self::Differs(apart) => {
                // Every question of a run may have its own text or sample number: one line for all of them.
                let words = apart
                    .iter()
                    .map(|difference| match difference.field.as_str() {
                        "sample" => "another sample number".to_owned(),
                        _ => difference.describe(),
                    });
                let words: Vec<String> = words.collect();
                format!("were asked before with {}", words.join(", "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::entry;
    use super::*;

    fn record(fields: &[(&str, &str)]) -> RequestRecord {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        RequestRecord(fields.iter().map(owned).collect())
    }

    fn kept(rater: &str, time: &str, request: RequestRecord) -> Kept {
        let mut entry = entry("t");
        (entry.rater, entry.time, entry.request) = (rater.into(), time.into(), request);
        Kept {
            key: [0; 32],
            entry,
        }
    }

    #[test]
    fn the_nearest_entry_differs_least_and_both_values_are_named() {
        let now = record(&[
            ("model", "m"),
            ("system", "aa"),
            ("parameters", "seed=1\ntemperature=0.7"),
        ]);
        let warm = record(&[
            ("model", "m"),
            ("system", "aa"),
            ("parameters", "seed=1\ntemperature=0"),
        ]);
        let far = record(&[("model", "n"), ("system", "bb"), ("parameters", "")]);
        let entries = vec![
            kept("r", "2026-01-03T00:00:00Z", far),
            kept("r", "2026-01-01T00:00:00Z", warm.clone()),
            kept("r", "2026-01-02T00:00:00Z", warm),
        ];
        let (found, apart) = nearest(&now, "r", &entries).unwrap();
        assert_eq!(found.entry.time, "2026-01-02T00:00:00Z");
        let words: Vec<String> = apart.iter().map(Difference::describe).collect();
        assert_eq!(words, ["temperature 0 → 0.7"]);
    }

    #[test]
    fn misses_are_told_only_where_something_was_there_before() {
        let mut misses = Misses::default();
        misses.add(&Reason::New);
        assert_eq!(misses.line(), None);
        let before = record(&[("system", "aa"), ("parameters", "temperature=0")]);
        let now = record(&[("system", "bb"), ("parameters", "temperature=0.7")]);
        misses.add(&Reason::Differs(differences(&before, &now)));
        assert_eq!(
            misses.line().unwrap(),
            "1 questions are new; 1 were asked before with another system text (prompt), temperature 0 → 0.7"
        );
    }

    #[test]
    fn another_kind_of_question_or_another_part_is_no_earlier_version() {
        let plain = || record(&[("model", "m"), ("question", "a")]);
        let now = |part| record(&[("model", "m"), ("question", "b")]).of(Some("adjudicate"), part);
        let of = |entry: RequestRecord, now: &RequestRecord| {
            why_missing(now, "r", &[kept("r", "2026-01-01T00:00:00Z", entry)]).label()
        };
        let first = now(Some("order 1"));
        assert_eq!(of(plain(), &first), "new");
        assert_eq!(of(now(Some("order 2")), &first), "new");
        assert_eq!(of(plain().of(Some("summarise"), None), &plain()), "new");
        let earlier = plain().of(Some("adjudicate"), Some("order 1"));
        assert_ne!(of(earlier, &first), "new");
    }
}
