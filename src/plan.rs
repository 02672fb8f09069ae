//! Exactly what a run asks: which raters, about which tasks, under which keys.

use crate::error::{Error, Kind, Result};
pub use crate::inventory::Item;
use crate::inventory::{Inventory, Occupation};
use crate::prompt::Prompt;
use crate::rater::{Llm, Panel, Source, Weights};
use crate::ratings::Slots;
use crate::wire::{Key, KeyBase, KeyFields, RequestRecord, system_text};
use std::borrow::Cow;
use std::ptr;

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
    occupations: Vec<&'a Occupation>,
    samples: u32,
    /// One a rater of the panel: what the keys of its questions share.
    bases: Vec<Option<KeyBase>>,
}

/// A question to a hosted rater.
#[derive(Debug, Clone)]
pub struct Question {
    /// The text as sent.
    pub text: String,
    /// Which of several answers to the same question is asked for, from 0.
    pub sample: u32,
    /// Its key in the reply cache.
    pub key: Key,
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
            occupations,
            samples: 1,
            bases: panel
                .raters()
                .iter()
                .map(|rater| Some(base(prompt, rater.llm()?)))
                .collect(),
        }
    }

    /// The same with so many answers of each hosted rater to each question. A surrogate says the same every time: it
    /// has one.
    #[must_use]
    pub fn with_samples(self, samples: u32) -> Self {
        Self {
            samples: samples.max(1),
            ..self
        }
    }

    /// Number of answers of each hosted rater to each question.
    #[must_use]
    pub fn samples(&self) -> u32 {
        self.samples
    }

    /// The slots of each task on the sheet of its ratings.
    #[must_use]
    pub fn slots(&self) -> Slots {
        let raters = self.panel.raters().iter();
        Slots::new(raters.map(|rater| rater.llm().map_or(1, |_| self.samples)))
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
        Ok(self.asked(llm, self.text(item)?, sample))
    }

    /// The text that asks about one task: the same for every rater, so that it need be made once only.
    ///
    /// # Errors
    /// The prompt's template fails on this task.
    pub fn text(&self, item: Item<'_>) -> Result<String> {
        self.prompt.question(item.occupation, item.task)
    }

    /// The question to a hosted rater that has this [`Plan::text`].
    #[must_use]
    pub fn asked(&self, llm: &Llm, text: String, sample: u32) -> Question {
        let key = self.base(llm).key(&text, sample);
        Question { text, sample, key }
    }

    /// The fields of a question's key, to keep beside its reply.
    #[must_use]
    pub fn record(&self, llm: &Llm, question: &Question) -> RequestRecord {
        self.base(llm).record(&question.text, question.sample)
    }

    /// The fields of the keys of all questions to a rater, but for the question ([`RequestRecord::about`]).
    #[must_use]
    pub fn record_of(&self, llm: &Llm) -> RequestRecord {
        self.base(llm).record("", 0)
    }

    /// What identifies a hosted rater as it is asked: a hash of everything that its requests share, model, address,
    /// parameters, system text and schema among it.
    #[must_use]
    pub fn asked_as(&self, llm: &Llm) -> Key {
        self.base(llm).key("", 0)
    }

    /// Checks that no two hosted raters would ask the very same thing: one reply would count as two opinions.
    ///
    /// # Errors
    /// [`Kind::Setup`], with both named.
    pub fn check_raters(&self) -> Result<()> {
        let mut seen: Vec<(Key, &str)> = Vec::new();
        for (rater, llm) in self
            .panel
            .raters()
            .iter()
            .filter_map(|r| Some((r, r.llm()?)))
        {
            let key = self.asked_as(llm);
            if let Some((_, twin)) = seen.iter().find(|(known, _)| *known == key) {
                let message = format!(
                    "'{twin}' and '{}' ask the same model the same thing",
                    rater.id
                );
                return Err(Error::new(Kind::Setup, message)
                    .hint("leave one out: one reply must not count as two opinions"));
            }
            seen.push((key, &rater.id));
        }
        Ok(())
    }

    /// What the keys of a rater's questions share: ready for those of the panel, made for any other.
    fn base(&self, llm: &Llm) -> Cow<'_, KeyBase> {
        let raters = self.panel.raters().iter().zip(&self.bases);
        let mut own = raters.filter(|(rater, _)| rater.llm().is_some_and(|own| ptr::eq(own, llm)));
        match own.next() {
            Some((_, Some(base))) => Cow::Borrowed(base),
            _ => Cow::Owned(base(self.prompt, llm)),
        }
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
                Source::Llm(llm) => field(&self.asked_as(llm)),
                // The bytes, not the name: another training of the same file answers otherwise.
                Source::Surrogate { .. } => {
                    field(self.weights.digest(rater).unwrap_or_default().as_bytes());
                }
            }
        }
        for occupation in &self.occupations {
            field(occupation.id.as_bytes());
        }
        if self.samples > 1 {
            field(b"samples");
            field(&self.samples.to_le_bytes());
        }
        hasher.finalize().to_hex()[..8].to_owned()
    }
}

fn base(prompt: &Prompt, llm: &Llm) -> KeyBase {
    let schema = prompt.schema();
    KeyBase::new(&KeyFields {
        llm,
        system: &system_text(llm, prompt.system(), schema),
        question: "",
        schema: schema.text(),
        sample: 0,
    })
}
