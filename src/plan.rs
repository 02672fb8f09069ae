//! Exactly what a run asks: which raters, about which tasks, under which keys.

use crate::asking::{Asking, Inquiry, Question, Subject};
use crate::error::Result;
pub use crate::inventory::Item;
use crate::inventory::{Inventory, Occupation};
use crate::prompt::Prompt;
use crate::rater::{Llm, Panel, Rater, Recordings, Source, Weights};
use crate::rating::Rating;
use crate::ratings::Slots;
use crate::reply::{self, Verdict};
use crate::wire::Answer;

impl Subject for Item<'_> {
    fn occupation_id(&self) -> &str {
        &self.occupation.id
    }

    fn task_id(&self) -> &str {
        &self.task.id
    }
}

/// What a run asks. The same plan over the same cache gives the same results, byte by byte.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    /// Where the tasks come from.
    pub inventory: &'a Inventory,
    /// How the raters are asked.
    pub prompt: &'a Prompt,
    /// Who is asked.
    pub panel: &'a Panel,
    /// What the surrogates among them answer from.
    pub weights: &'a Weights,
    /// What the recorded raters among them are read from.
    recordings: Option<&'a Recordings>,
    occupations: Vec<&'a Occupation>,
    asking: Asking<'a>,
}

impl<'a> Plan<'a> {
    /// A plan over these occupations, with one answer of each rater to each question.
    #[must_use]
    pub fn new(
        inventory: &'a Inventory,
        prompt: &'a Prompt,
        panel: &'a Panel,
        weights: &'a Weights,
        occupations: Vec<&'a Occupation>,
    ) -> Self {
        Self {
            inventory,
            prompt,
            panel,
            weights,
            recordings: None,
            occupations,
            asking: Asking::new(panel, prompt.system(), prompt.schema()),
        }
    }

    /// The same with the files of recorded raters.
    #[must_use]
    pub fn with_recordings(mut self, recordings: &'a Recordings) -> Self {
        self.recordings = Some(recordings);
        self
    }

    /// The same with so many answers of each hosted rater to each question. A surrogate or a recording says the same
    /// every time: it has one.
    #[must_use]
    pub fn with_samples(mut self, samples: u32) -> Self {
        self.asking.samples = samples.max(1);
        self
    }

    /// Number of answers of each hosted rater to each question.
    #[must_use]
    pub fn samples(&self) -> u32 {
        self.asking.samples
    }

    /// The slots of each task on the sheet of its ratings.
    #[must_use]
    pub fn slots(&self) -> Slots {
        let raters = self.panel.raters().iter();
        Slots::new(raters.map(|rater| rater.llm().map_or(1, |_| self.samples())))
    }

    /// Number of tasks.
    #[must_use]
    pub fn tasks(&self) -> usize {
        self.occupations.iter().map(|one| one.tasks.len()).sum()
    }

    /// The occupations in their order.
    #[must_use]
    pub fn occupations(&self) -> &[&'a Occupation] {
        &self.occupations
    }

    /// The tasks in the order of their occupations.
    pub fn items(&self) -> impl Iterator<Item = Item<'a>> {
        self.occupations.iter().flat_map(|&occupation| {
            let tasks = occupation.tasks.iter();
            tasks.map(move |task| Item { occupation, task })
        })
    }

    /// The question to a hosted rater about one task, for one of several samples of its answer (from 0).
    ///
    /// # Errors
    /// The prompt's template fails on this task.
    pub fn question(&self, llm: &Llm, item: Item<'_>, sample: u32) -> Result<Question> {
        Ok(self.asking.question(llm, self.text(item)?, sample))
    }

    /// BLAKE3 of the file that a rater answers from: weights, or recorded ratings; `None` for one that is asked.
    #[must_use]
    pub fn digest(&self, rater: &Rater) -> Option<&'a str> {
        let recorded = || self.recordings.and_then(|files| files.digest(rater));
        self.weights.digest(rater).or_else(recorded)
    }

    /// A short hash of what the run is about: inventory, occupations, prompt, raters, and the `settings` of what is
    /// made of their answers (8 hex digits).
    #[must_use]
    pub fn fingerprint(&self, settings: &str) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut field = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        field(self.inventory.digest().as_bytes());
        field(self.prompt.fingerprint().as_bytes());
        field(settings.as_bytes());
        for rater in self.panel.raters() {
            field(rater.id.as_bytes());
            match &rater.source {
                Source::Llm(llm) => field(&self.asking.identity(llm)),
                // The bytes, not the name: another training of the same file answers otherwise.
                Source::Surrogate { .. } => {
                    field(self.digest(rater).unwrap_or_default().as_bytes());
                }
                Source::Recording(recording) => {
                    field(self.digest(rater).unwrap_or_default().as_bytes());
                    field(recording.mapping().as_bytes());
                }
            }
        }
        for occupation in &self.occupations {
            field(occupation.id.as_bytes());
        }
        if self.samples() > 1 {
            field(b"samples");
            field(&self.samples().to_le_bytes());
        }
        hasher.finalize().to_hex()[..8].to_owned()
    }
}

impl<'a> Inquiry for Plan<'a> {
    type Subject = Item<'a>;
    type Reading = Rating;

    fn asking(&self) -> &Asking<'_> {
        &self.asking
    }

    fn subjects(&self) -> impl Iterator<Item = Item<'a>> {
        self.items()
    }

    fn text(&self, item: Item<'a>) -> Result<String> {
        self.prompt.question(item.occupation, item.task)
    }

    fn read(&self, answer: &Answer) -> Verdict<Rating> {
        reply::read(self.prompt, answer)
    }
}
