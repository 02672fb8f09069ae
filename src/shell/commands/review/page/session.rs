//! The review while its page is open: one writer at a time, whoever asks.

use crate::error::{Error, Kind, Result};
use crate::review::page::{AtHand, Overview, Shown};
use crate::review::{Entry, Said, check_name};
use crate::shell::review_folder::ReviewFolder;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// What all requests share.
pub(super) struct Session(Mutex<Reviewing>);

/// The folder and what the page has shown.
pub(super) struct Reviewing {
    folder: ReviewFolder,
    at_hand: AtHand,
    /// Who labels, where the command line says so.
    reviewer: Option<String>,
}

/// A person asks for a task: that at a place, or the next.
#[derive(Deserialize)]
pub(super) struct Ask {
    reviewer: String,
    place: Option<usize>,
}

/// A person says something of a task.
#[derive(Deserialize)]
pub(super) struct Say {
    /// The draw that the page shows: an old page says nothing of a new draw.
    draw: String,
    reviewer: String,
    place: usize,
    #[serde(flatten)]
    said: Said,
}

impl Session {
    pub fn new(folder: ReviewFolder, reviewer: Option<String>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Reviewing {
            folder,
            at_hand: AtHand::default(),
            reviewer,
        })))
    }

    /// Does something with it, while nobody else does. It may wait for the disk.
    ///
    /// # Errors
    /// An earlier request panicked: what it left undone is not known.
    pub fn look<T>(&self, act: impl FnOnce(&mut Reviewing) -> T) -> Result<T> {
        let mut reviewing = self
            .0
            .lock()
            .map_err(|_| Error::new(Kind::Internal, "an earlier request failed midway"))?;
        Ok(act(&mut reviewing))
    }
}

impl Reviewing {
    /// What is asked of whom.
    pub fn overview(&self) -> Result<Value> {
        json_of(&Overview::new(self.folder.desk(), self.reviewer.as_deref()))
    }

    /// The task that a person asks for.
    pub fn task(&mut self, ask: &Ask) -> Result<Value> {
        check_name(&ask.reviewer)?;
        let desk = self.folder.desk();
        desk.check_known(&ask.reviewer)?;
        let place = ask.place.or_else(|| self.at_hand.next(desk, &ask.reviewer));
        let shown = json_of(&Shown::new(desk, &ask.reviewer, place)?)?;
        match place {
            Some(place) if desk.said(&ask.reviewer, place).is_none() => {
                self.at_hand.take(&ask.reviewer, place);
            }
            _ => self.at_hand.leave(&ask.reviewer),
        }
        Ok(shown)
    }

    /// Keeps what a person says: it is on disk when this returns. What they have said already, word by word, is not written
    /// again, so that a page that heard no answer can ask again.
    pub fn put(&mut self, say: Say) -> Result<Value> {
        let task = self.folder.desk().draw().tasks.get(say.place);
        let task =
            task.ok_or_else(|| Error::input(format!("the draw has no task {}", say.place)))?;
        let entry = Entry {
            time: jiff::Timestamp::now().to_string(),
            draw: say.draw,
            reviewer: say.reviewer,
            occupation_id: task.occupation_id.clone(),
            task_id: task.task_id.clone(),
            said: say.said,
        };
        if entry.said == Said::Pass {
            return Err(Error::input(
                "a task is labelled or skipped with a reason here",
            ));
        }
        let desk = self.folder.desk();
        let place = desk.check(&entry)?;
        let earlier = desk.said(&entry.reviewer, place).map(|one| &one.said);
        if earlier.unwrap_or(&Said::Withdraw) != &entry.said {
            let reviewer = entry.reviewer.clone();
            self.folder.put(entry)?;
            self.at_hand.leave(&reviewer);
        }
        Ok(json!({ "saved": true }))
    }

    /// How far everyone is, a line each.
    pub fn summary(&self) -> Vec<String> {
        let (desk, path) = (self.folder.desk(), self.folder.path().display());
        let mut lines = vec![format!(
            "{path}: {} tasks to label",
            desk.draw().tasks.len()
        )];
        lines.extend(desk.reviewers().map(|name| {
            let far = desk.progress(name);
            format!(
                "  {name}: {} labelled, {} skipped, {} open",
                far.labelled, far.skipped, far.open
            )
        }));
        lines
    }
}

fn json_of(value: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(value)
        .map_err(|error| Error::new(Kind::Internal, "the answer is no JSON").because(error))
}
