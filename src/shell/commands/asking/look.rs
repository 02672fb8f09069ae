//! Looking a question up in the cache, under the rules of the command line.

use crate::asking::{Question, Subject};
use crate::error::Result;
use crate::rating::Outcome;
use crate::shell::cache::{Cache, Entry, Found, Kept, Reason, why_missing};
use crate::shell::cli::AskArgs;
use crate::shell::time::moment;
use crate::wire::RequestRecord;
use jiff::Timestamp;
use std::cell::RefCell;

/// What the cache may answer.
pub(in crate::shell::commands) struct Look<'a> {
    cache: Option<&'a Cache>,
    refresh: bool,
    retry_refused: bool,
    /// Entries from before this moment are too old.
    oldest: Option<Timestamp>,
    /// Entries of the task at hand: a plan goes task by task, and each of its questions may want to know them.
    known: RefCell<Option<Known>>,
}

/// All entries of a task; `None` where they cannot be read.
struct Known {
    occupation: String,
    task: String,
    entries: Option<Vec<Kept>>,
}

/// What was found.
pub(in crate::shell::commands) enum Looked {
    /// An entry that may answer.
    Hit(Box<Entry>),
    /// None, and why, as far as one look tells.
    Miss(Option<Reason>),
}

impl<'a> Look<'a> {
    pub fn new(cache: Option<&'a Cache>, args: &AskArgs) -> Result<Self> {
        let age = |text: &String| moment("--max-age", text);
        Ok(Self {
            cache,
            refresh: args.refresh,
            retry_refused: args.retry_refused,
            oldest: args.max_age.as_ref().map(age).transpose()?,
            known: RefCell::new(None),
        })
    }

    /// Looks a question up.
    pub fn up(&self, question: &Question, subject: impl Subject) -> Result<Looked> {
        let Some(cache) = self.cache else {
            return Ok(Looked::Miss(None));
        };
        let (occupation, task) = (subject.occupation_id(), subject.task_id());
        if self.refresh {
            cache.touch(&question.key, occupation, task);
            return Ok(Looked::Miss(Some(Reason::Refresh)));
        }
        let found = cache.get(&question.key, occupation, task)?;
        let looked = match found {
            Found::Nothing => Looked::Miss(None),
            Found::Damaged => Looked::Miss(Some(Reason::Damaged)),
            Found::Whole(entry) if entry.outcome == Outcome::Refused && self.retry_refused => {
                Looked::Miss(Some(Reason::Refused))
            }
            Found::Whole(entry) if self.is_too_old(&entry) => Looked::Miss(Some(Reason::TooOld)),
            Found::Whole(entry) => Looked::Hit(entry),
        };
        if matches!(looked, Looked::Miss(Some(_))) {
            cache.touch(&question.key, occupation, task);
        }
        Ok(looked)
    }

    /// An entry whose time cannot be read has no age.
    fn is_too_old(&self, entry: &Entry) -> bool {
        self.oldest.is_some_and(|oldest| {
            let time = entry.time.parse::<Timestamp>();
            time.is_ok_and(|time| time < oldest)
        })
    }

    /// Why there was nothing; `None` without a cache, where there never is.
    pub fn why(
        &self,
        reason: Option<Reason>,
        record: impl FnOnce() -> RequestRecord,
        rater: &str,
        subject: impl Subject,
    ) -> Result<Option<Reason>> {
        match (reason, self.cache) {
            (Some(reason), _) => Ok(Some(reason)),
            (None, None) => Ok(None),
            (None, Some(cache)) => {
                let record = record().of(subject.kind(), subject.part());
                self.nearest(cache, &record, rater, subject).map(Some)
            }
        }
    }

    fn nearest(
        &self,
        cache: &Cache,
        record: &RequestRecord,
        rater: &str,
        subject: impl Subject,
    ) -> Result<Reason> {
        let (occupation, task) = (subject.occupation_id(), subject.task_id());
        let mut known = self.known.borrow_mut();
        let here = |known: &Known| known.occupation == *occupation && known.task == *task;
        let known = match known.take().filter(here) {
            Some(same) => known.insert(same),
            None => known.insert(Known {
                entries: cache.of_task(occupation, task)?,
                occupation: occupation.to_owned(),
                task: task.to_owned(),
            }),
        };
        let entries = known.entries.as_deref();
        Ok(entries.map_or(Reason::Damaged, |entries| {
            why_missing(record, rater, entries)
        }))
    }
}
