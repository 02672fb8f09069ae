//! An inventory for an occupation that nobody has listed: language models propose tasks from a text about it, each with the
//! passage it rests on; what the text does not hold is dropped, near-duplicates are folded, a person edits the rest.
//!
//! ```text
//! Source ─┐
//! prompt ─┼─▶ Drafting ─▶ (asked like ratings) ─▶ Reply ─▶ Draft::of ─▶ to_toml
//! panel  ─┘
//! ```

mod check;
mod merge;
mod reply;
mod source;
mod text;
mod file;

pub use check::Fault;
pub use file::{Made, to_toml};
pub use merge::{Draft, Fate, Row, Task, Voice};
pub use reply::{Proposal, Reply};
pub use source::Source;

use crate::asking::{Asking, Inquiry, Subject};
use crate::error::{Error, Result};
use crate::inventory::normalise;
use crate::prompt::DraftPrompt;
use crate::rater::Panel;
use crate::reply::Verdict;
use crate::wire::Answer;

/// Fewer tasks than this are worth a word: an occupation mostly has more.
pub const FEW: usize = 10;
/// Tasks that are taken into the inventory at most; the rest is left to the person.
pub const MOST: usize = 20;
/// Longest title of an occupation, in characters.
const TITLE: usize = 150;
/// Longest id that is made from a title.
const ID: usize = 60;

/// The occupation that is to be drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Title, on one line.
    pub title: String,
    /// Id, also the name of its file: letters, digits, dots, dashes, underscores.
    pub id: String,
}

impl Named {
    /// Checks a title, and an id where one is given; else it is made from the title.
    ///
    /// # Errors
    /// No letter in the title, or too many; an id that could be no file name.
    pub fn new(title: &str, id: Option<&str>) -> Result<Self> {
        let title = text::tidy(title);
        let words = normalise(&title);
        if words.is_empty() || title.chars().count() > TITLE {
            return Err(Error::input(format!(
                "'{title}' is no title: it has no letter, or more than {TITLE} characters"
            )));
        }
        let made = || words.replace(' ', "-").chars().take(ID).collect::<String>();
        let id = id.map_or_else(made, str::to_owned);
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        if !id.starts_with(char::is_alphanumeric) || !id.chars().all(plain) {
            return Err(
                Error::input(format!("'{id}' cannot be the id of an occupation")).hint(
                    "use letters, digits, '-', '_' and '.', beginning with a letter or digit",
                ),
            );
        }
        let id = id.trim_end_matches(['-', '.']).to_owned();
        Ok(Self { title, id })
    }
}

/// What is asked for a draft: one question to each rater.
#[derive(Debug, Clone)]
pub struct Drafting<'a> {
    /// What is drafted.
    pub named: &'a Named,
    /// From what.
    pub source: &'a Source,
    /// How the raters are asked.
    pub prompt: &'a DraftPrompt,
    asking: Asking<'a>,
}

/// What the one question of a draft is about: the occupation as a whole.
#[derive(Debug, Clone, Copy)]
pub struct Whole<'a>(&'a str);

impl Subject for Whole<'_> {
    fn occupation_id(&self) -> &str {
        self.0
    }

    fn task_id(&self) -> &str {
        DraftPrompt::ID
    }
}

impl<'a> Drafting<'a> {
    /// A draft from a source, by this panel.
    #[must_use]
    pub fn new(
        named: &'a Named,
        source: &'a Source,
        prompt: &'a DraftPrompt,
        panel: &'a Panel,
    ) -> Self {
        Self {
            named,
            source,
            prompt,
            asking: Asking::new(panel, prompt.frame().system(), prompt.frame().schema()),
        }
    }

    /// A short hash of what is asked of whom (8 hex digits).
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        let mut field = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        let Named { title, id } = self.named;
        let texts = [
            title,
            id,
            self.source.digest(),
            self.prompt.frame().fingerprint(),
        ];
        texts.iter().for_each(|text| field(text.as_bytes()));
        let raters = self.asking.panel.raters().iter();
        for (rater, llm) in raters.filter_map(|rater| Some((rater, rater.llm()?))) {
            field(rater.id.as_bytes());
            field(&self.asking.identity(llm));
        }
        hasher.finalize().to_hex()[..8].to_owned()
    }
}

impl<'a> Inquiry for Drafting<'a> {
    type Subject = Whole<'a>;
    type Reading = Reply;

    fn asking(&self) -> &Asking<'_> {
        &self.asking
    }

    fn subjects(&self) -> impl Iterator<Item = Whole<'a>> {
        std::iter::once(Whole(&self.named.id))
    }

    fn text(&self, _: Whole<'a>) -> Result<String> {
        self.prompt.question(&self.named.title, self.source.text())
    }

    fn read(&self, answer: &Answer) -> Verdict<Reply> {
        reply::read(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_from_the_title_and_is_never_a_path() {
        let id = |title: &str| Named::new(title, None).map(|named| named.id);
        assert_eq!(id(" Night\nBaker (m/f) ").unwrap(), "night-baker-m-f");
        assert_eq!(id("../../etc/passwd").unwrap(), "etc-passwd");
        assert_eq!(id("Bäckerin").unwrap(), "bäckerin");
        assert!(id("—").is_err() && id(&"long ".repeat(40)).is_err());
        for wrong in ["", "../x", ".x", "a/b", "a b", "a\n"] {
            assert!(Named::new("Baker", Some(wrong)).is_err(), "{wrong:?}");
        }
        let named = Named::new("Baker", Some("51-3011.00")).unwrap();
        assert_eq!(
            (named.title.as_str(), named.id.as_str()),
            ("Baker", "51-3011.00")
        );
    }
}
