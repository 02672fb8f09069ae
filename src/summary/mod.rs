//! The reasons of raters merged by a language model: from their words alone, checked to hold no sentence too many, no name and
//! no number that is not there. What fails is kept as rejected, and the rationale that is merged without a call stands.
//!
//! ```text
//! Item (a task with what its raters say) ─▶ Summarising ─▶ (asked like ratings) ─▶ Written ─▶ Item::judge ─▶ Verdict
//! ```

mod check;
mod fold;
mod item;
mod name;
mod number;
mod reply;

pub use check::{Fault, MOST_CHARACTERS, MOST_SENTENCES};
pub use item::{Item, Speaker};
pub use reply::Written;

use crate::asking::{Asking, Inquiry, Subject};
use crate::error::Result;
use crate::prompt::{Reasoned, SummaryPrompt};
use crate::rater::Panel;
use crate::reply::Verdict;
use crate::wire::Answer;

/// What is asked for summaries: one question a task, over all dimensions, for its raters give one reason.
#[derive(Debug, Clone)]
pub struct Summarising<'a> {
    /// The tasks that are asked about.
    pub items: &'a [Item],
    /// How the model is asked.
    pub prompt: &'a SummaryPrompt,
    asking: Asking<'a>,
}

/// The task that a question is about.
#[derive(Debug, Clone, Copy)]
pub struct Of<'a>(&'a Item);

impl Subject for Of<'_> {
    fn occupation_id(&self) -> &str {
        &self.0.occupation_id
    }

    fn task_id(&self) -> &str {
        &self.0.task_id
    }

    fn kind(&self) -> Option<&str> {
        Some(SummaryPrompt::ID)
    }
}

impl<'a> Summarising<'a> {
    /// Summaries of these tasks by the one model of a panel.
    #[must_use]
    pub fn new(items: &'a [Item], prompt: &'a SummaryPrompt, panel: &'a Panel) -> Self {
        Self {
            items,
            prompt,
            asking: Asking::new(panel, prompt.frame().system(), prompt.frame().schema()),
        }
    }

    /// A short hash of what is asked of whom about which run (8 hex digits).
    #[must_use]
    pub fn fingerprint(&self, run: &str) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut field = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        field(run.as_bytes());
        field(self.prompt.frame().fingerprint().as_bytes());
        for llm in self
            .asking
            .panel
            .raters()
            .iter()
            .filter_map(|rater| rater.llm())
        {
            field(&self.asking.identity(llm));
        }
        for item in self.items {
            field(item.task_id.as_bytes());
        }
        hasher.finalize().to_hex()[..8].to_owned()
    }
}

impl<'a> Inquiry for Summarising<'a> {
    type Subject = Of<'a>;
    type Reading = Written;

    fn asking(&self) -> &Asking<'_> {
        &self.asking
    }

    fn subjects(&self) -> impl Iterator<Item = Of<'a>> {
        self.items.iter().map(Of)
    }

    fn text(&self, Of(item): Of<'a>) -> Result<String> {
        let raters: Vec<Reasoned<'_>> = item.speakers.iter().map(Speaker::shown).collect();
        self.prompt.question(&item.statement, &raters)
    }

    fn read(&self, answer: &Answer) -> Verdict<Written> {
        reply::read(answer)
    }
}
