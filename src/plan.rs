//! Exactly what a run asks: which raters, about which tasks, under which keys.

use crate::error::Result;
use crate::inventory::{Inventory, Occupation, Task};
use crate::prompt::Prompt;
use crate::rater::{Llm, Panel, Source, Weights};
use crate::wire::{Key, KeyFields, RequestRecord};

/// One task with its occupation.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a> {
    /// The occupation.
    pub occupation: &'a Occupation,
    /// The task.
    pub task: &'a Task,
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
    occupations: Vec<&'a Occupation>,
}

/// A question to a hosted rater.
#[derive(Debug, Clone)]
pub struct Question {
    /// The text as sent.
    pub text: String,
    /// Its key in the reply cache.
    pub key: Key,
}

impl<'a> Plan<'a> {
    /// A plan over these occupations.
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
        }
    }

    /// The occupations in their order.
    #[must_use]
    pub fn occupations(&self) -> &[&'a Occupation] {
        &self.occupations
    }

    /// The tasks in the order of their occupations.
    #[must_use]
    pub fn items(&self) -> Vec<Item<'a>> {
        self.occupations
            .iter()
            .flat_map(|&occupation| {
                occupation
                    .tasks
                    .iter()
                    .map(move |task| Item { occupation, task })
            })
            .collect()
    }

    /// The question to a hosted rater about one task.
    ///
    /// # Errors
    /// The prompt's template fails on this task.
    pub fn question(&self, llm: &Llm, item: Item<'_>) -> Result<Question> {
        let text = self.prompt.question(item.occupation, item.task)?;
        let key = self.fields(llm, &text).key();
        Ok(Question { text, key })
    }

    /// The fields of a question's key, to keep beside its reply.
    #[must_use]
    pub fn record(&self, llm: &Llm, question: &Question) -> RequestRecord {
        self.fields(llm, &question.text).record()
    }

    fn fields<'b>(&'b self, llm: &'b Llm, question: &'b str) -> KeyFields<'b> {
        KeyFields {
            llm,
            system: self.prompt.system(),
            question,
            schema: self.prompt.schema().text(),
            sample: 0,
        }
    }

    /// A short hash of what the run is about: inventory, occupations, prompt and raters (8 hex digits).
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut field = |text: &str| {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        field(self.inventory.digest());
        field(self.prompt.fingerprint());
        for rater in self.panel.raters() {
            field(&rater.id);
            match &rater.source {
                Source::Llm(llm) => {
                    field(llm.wire.name());
                    field(&llm.base_url);
                    field(&llm.model);
                }
                // The bytes, not the name: another training of the same file answers otherwise.
                Source::Surrogate { .. } => field(self.weights.digest(rater).unwrap_or_default()),
            }
        }
        for occupation in &self.occupations {
            field(&occupation.id);
        }
        hasher.finalize().to_hex()[..8].to_owned()
    }
}
