//! What prompts have in common that ask for something else than ratings: drafts, verdicts, summaries. What they ask for is
//! fixed, so their front matter holds no rubric.

use super::front_matter::{Parts, read, split};
use super::schema::ReplySchema;
use super::template::QuestionTemplate;
use super::{fingerprint, strict};
use crate::error::{Error, Result};
use serde::Deserialize;

/// One of these prompts, as its files and errors call it.
pub(super) struct Kind {
    /// Its id, which is no rubric's: the name of its file in `prompts/`.
    pub id: &'static str,
    /// What it asks for: "drafts".
    pub asks_for: &'static str,
    /// Whether its front matter says how many tokens a reply may need.
    pub sized: bool,
}

/// What a file comes to, by the kind of its prompt: the shape of the reply, the system text, the template of the question.
pub(super) type Made = (ReplySchema, String, QuestionTemplate);

/// The checked parts of such a prompt, ready to ask with.
#[derive(Debug, Clone)]
pub struct Frame {
    id: &'static str,
    version: String,
    fingerprint: String,
    max_tokens: u32,
    schema: ReplySchema,
    system: String,
    question: QuestionTemplate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Plain {
    id: String,
    version: String,
    #[serde(default, rename = "title")]
    _title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithTokens {
    id: String,
    version: String,
    #[serde(default, rename = "title")]
    _title: String,
    max_tokens: u32,
}

impl Kind {
    /// Id, version and tokens, as the front matter says them.
    fn front(&self, name: &str, front: &str) -> Result<(String, String, u32)> {
        match self.sized {
            true => read(name, front).map(|it: WithTokens| (it.id, it.version, it.max_tokens)),
            false => read(name, front).map(|it: Plain| (it.id, it.version, 0)),
        }
    }

    /// What front matter of this kind has.
    fn hint(&self) -> String {
        let (id, asks_for) = (self.id, self.asks_for);
        let has = match self.sized {
            true => ", version and max_tokens, and no rubric",
            false => " and version, and no rubric",
        };
        format!("a prompt for {asks_for} has id = \"{id}\"{has}")
    }
}

impl Frame {
    /// Reads a prompt file of a kind; `name` is how errors call it, and `make` compiles its parts.
    ///
    /// # Errors
    /// [`crate::error::Kind::Input`] with file and line: parts missing, unknown keys, another id, and what `make` finds.
    pub(super) fn parse(
        kind: &Kind,
        (name, text): (&str, &str),
        make: impl FnOnce(&Parts) -> Result<Made>,
    ) -> Result<Self> {
        let parts = split(name, text)?;
        let front = kind.front(name, &parts.front);
        let (id, version, max_tokens) = front.map_err(|error| error.hint(kind.hint()))?;
        if id != kind.id {
            let (asks_for, own) = (kind.asks_for, kind.id);
            let message = format!("{name}: '{id}' is not the id of the prompt for {asks_for}");
            return Err(
                Error::input(message).hint(format!("copy prompts/{own}.md and edit its texts"))
            );
        }
        let (schema, system, question) = make(&parts)?;
        strict::check_all(schema.json()).map_err(Error::input)?;
        Ok(Self {
            id: kind.id,
            version,
            fingerprint: fingerprint(text.as_bytes()),
            max_tokens,
            schema,
            system,
            question,
        })
    }

    /// Its id: the name of its file in `prompts/`.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// Version as its author wrote it.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Hash of the file's bytes: 16 hex digits.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Tokens that a reply may need: a rater whose own limit is lower is asked with this one. 0 where what raters have is
    /// enough.
    #[must_use]
    pub fn max_tokens(&self) -> u32 {
        self.max_tokens
    }

    /// The shape of the reply.
    #[must_use]
    pub fn schema(&self) -> &ReplySchema {
        &self.schema
    }

    /// The system text: the same bytes for every question.
    #[must_use]
    pub fn system(&self) -> &str {
        &self.system
    }

    pub(super) fn template(&self) -> &QuestionTemplate {
        &self.question
    }
}
