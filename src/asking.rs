//! What the questions of a run have in common, whatever they are about: who is asked, the text and the shape of reply that
//! all share, their keys. The engine, the ledger and the cache see no more of a plan than this.

use crate::error::{Error, Kind, Result};
use crate::prompt::ReplySchema;
use crate::rater::{Llm, Panel};
use crate::reply::Verdict;
use crate::wire::{Answer, Key, KeyBase, KeyFields, RequestRecord, system_text};
use std::borrow::Cow;
use std::ptr;

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

/// What one question is about, by the ids under which ledger and cache keep its replies.
pub trait Subject: Copy {
    /// Id of the occupation.
    fn occupation_id(&self) -> &str;
    /// Id of the task, or the name of what is asked about the occupation as a whole.
    fn task_id(&self) -> &str;
    /// Which of several questions about the same task it is, by a name that the ledger shows; `None` where there is one.
    fn part(&self) -> Option<&str> {
        None
    }
    /// What kind of question it is, where it is none that asks for a rating.
    fn kind(&self) -> Option<&str> {
        None
    }
}

/// Something that raters are asked: a plan of ratings, or of a draft.
pub trait Inquiry {
    /// What one question is about.
    type Subject: Subject;
    /// What an answer holds once it is read.
    type Reading;

    /// Who is asked, and what all questions share.
    fn asking(&self) -> &Asking<'_>;
    /// What the questions are about, in the order of the run. Each goes to every hosted rater, for every sample.
    fn subjects(&self) -> impl Iterator<Item = Self::Subject>;
    /// The text that asks about one of them: the same for every rater, so that it need be made once only.
    ///
    /// # Errors
    /// The prompt's template fails on it.
    fn text(&self, subject: Self::Subject) -> Result<String>;
    /// What an answer comes to.
    fn read(&self, answer: &Answer) -> Verdict<Self::Reading>;
}

/// Who is asked, and what all questions of a run share.
#[derive(Debug, Clone)]
pub struct Asking<'a> {
    /// Who is asked.
    pub panel: &'a Panel,
    /// The system text: the same bytes for every question.
    pub system: &'a str,
    /// The shape of the replies.
    pub schema: &'a ReplySchema,
    /// Number of answers of each hosted rater to each question.
    pub samples: u32,
    /// One a rater of the panel: what the keys of its questions share.
    bases: Vec<Option<KeyBase>>,
}

impl<'a> Asking<'a> {
    /// One answer of each rater of a panel to each question under this system text.
    #[must_use]
    pub fn new(panel: &'a Panel, system: &'a str, schema: &'a ReplySchema) -> Self {
        let raters = panel.raters().iter();
        Self {
            panel,
            system,
            schema,
            samples: 1,
            bases: raters
                .map(|rater| Some(base(rater.llm()?, system, schema)))
                .collect(),
        }
    }

    /// The question to a hosted rater that has this text.
    #[must_use]
    pub fn question(&self, llm: &Llm, text: String, sample: u32) -> Question {
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

    /// What tells one hosted rater from others that are asked the same: the key of an empty question.
    #[must_use]
    pub fn identity(&self, llm: &Llm) -> Key {
        self.base(llm).key("", 0)
    }

    /// Checks that no two hosted raters would ask the very same thing: one reply would count as two opinions.
    ///
    /// # Errors
    /// [`Kind::Setup`], with both named.
    pub fn check_raters(&self) -> Result<()> {
        let mut seen: Vec<(Key, &str)> = Vec::new();
        let raters = self.panel.raters().iter();
        for (rater, llm) in raters.filter_map(|rater| Some((rater, rater.llm()?))) {
            let key = self.identity(llm);
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
            _ => Cow::Owned(base(llm, self.system, self.schema)),
        }
    }
}

fn base(llm: &Llm, system: &str, schema: &ReplySchema) -> KeyBase {
    KeyBase::new(&KeyFields {
        llm,
        system: &system_text(llm.structured, system, schema),
        question: "",
        schema: schema.text(),
        sample: 0,
    })
}
