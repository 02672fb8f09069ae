//! Which entries are meant.

use crate::error::{Error, Kind, Result};
use crate::rating::Outcome;
use crate::shell::cache::{Entry, Place};
use crate::shell::cli::CacheFilter;
use crate::shell::time::moment;
use jiff::Timestamp;

/// A checked filter: what is not named does not matter.
pub(super) struct Filter<'a> {
    args: &'a CacheFilter,
    outcome: Option<Outcome>,
    before: Option<Timestamp>,
    after: Option<Timestamp>,
}

impl<'a> Filter<'a> {
    pub fn new(args: &'a CacheFilter) -> Result<Self> {
        let outcome = args.outcome.as_deref().map(outcome).transpose()?;
        let time = |flag: &str, text: &Option<String>| {
            let text = text.as_deref();
            text.map(|text| moment(flag, text)).transpose()
        };
        Ok(Self {
            outcome,
            before: time("--before", &args.before)?,
            after: time("--after", &args.after)?,
            args,
        })
    }

    /// Whether every entry passes.
    pub fn is_open(&self) -> bool {
        let CacheFilter {
            rater,
            model,
            occupation,
            task,
            outcome,
            before,
            after,
        } = self.args;
        [rater, model, occupation, task, outcome, before, after]
            .iter()
            .all(|part| part.is_none())
    }

    /// Where entries that pass lie: nowhere else has to be looked.
    pub fn start(&self) -> Place {
        match (&self.args.occupation, &self.args.task) {
            (Some(occupation), Some(task)) => Place::before_task(occupation, task),
            (Some(occupation), None) => Place::before_occupation(occupation),
            (None, _) => Place::default(),
        }
    }

    pub fn passes(&self, entry: &Entry) -> bool {
        let same = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|w| w == is);
        let model = entry.request.0.get("model").map_or("", String::as_str);
        same(&self.args.rater, &entry.rater)
            && same(&self.args.model, model)
            && same(&self.args.occupation, &entry.occupation_id)
            && same(&self.args.task, &entry.task_id)
            && self.outcome.is_none_or(|outcome| outcome == entry.outcome)
            && self.in_time(entry)
    }

    /// An entry without a time that can be read passes no limit.
    fn in_time(&self, entry: &Entry) -> bool {
        if self.before.is_none() && self.after.is_none() {
            return true;
        }
        let Ok(time) = entry.time.parse::<Timestamp>() else {
            return false;
        };
        self.before.is_none_or(|before| time < before)
            && self.after.is_none_or(|after| time >= after)
    }
}

fn outcome(name: &str) -> Result<Outcome> {
    let known = Outcome::ALL
        .into_iter()
        .find(|outcome| outcome.name() == name);
    known.filter(|outcome| outcome.is_final()).ok_or_else(|| {
        Error::new(Kind::Usage, format!("the cache holds no outcome '{name}'"))
            .hint("only replies that ended rated or refused are kept")
    })
}
