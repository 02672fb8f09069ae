//! The versioned text that asks for a rubric: front matter, template and reply schema in one file.
//!
//! A prompt file has three parts between lines that hold `+++` alone: TOML front matter (the rubric and the fields of
//! the reply), the system template (which sees the rubric only, so it is the same bytes for every task) and the task
//! template (which sees the occupation and the task). Its fingerprint is a hash of the file's bytes.

mod adjudicate;
mod draft;
mod frame;
mod front_matter;
pub mod schema;
pub mod strict;
mod summary;
mod template;

pub use adjudicate::AdjudicationPrompt;
pub use draft::DraftPrompt;
pub use frame::Frame;
pub use schema::ReplySchema;
pub use summary::{Reasoned, SummaryPrompt};

use crate::error::{Error, Result};
use crate::inventory::{self, Occupation, Task};
use crate::rubric::Rubric;
use template::QuestionTemplate;
pub use template::Shown;

/// Prompts that come with the program, by id: file name and text.
pub const BUILT_IN: &[(&str, &str)] = &[
    ("impact", include_str!("../../prompts/impact.md")),
    ("exposure", include_str!("../../prompts/exposure.md")),
];

/// Ids of prompts that ask for something else than ratings: they are no rubrics.
pub const NO_RUBRICS: &[&str] = &[DraftPrompt::ID, AdjudicationPrompt::ID, SummaryPrompt::ID];

/// A field of the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// Why, in one to three sentences. Every prompt asks for it, before any dimension.
    Rationale,
    /// AI tools that drive the rating.
    Tools,
    /// The rater's confidence, 0–100.
    Confidence,
    /// The answer on a dimension: its position in the rubric.
    Dimension(usize),
}

/// A checked prompt, ready to ask with.
#[derive(Debug, Clone)]
pub struct Prompt {
    text: String,
    version: String,
    fingerprint: String,
    rubric: Rubric,
    schema: ReplySchema,
    system: String,
    task: QuestionTemplate,
}

impl Prompt {
    /// Reads a prompt file; `name` is how errors call it.
    ///
    /// # Errors
    /// [`crate::error::Kind::Input`] with file and line: parts missing, unknown keys, a rubric or field list that
    /// does not hold together, a template that does not compile or uses a variable that does not exist.
    pub fn parse(name: &str, text: &str) -> Result<Self> {
        let parts = front_matter::split(name, text)?;
        let front = front_matter::parse(name, &parts)?;
        let system = template::render_system(name, &parts.system, &front)?;
        let task = QuestionTemplate::of_task(name, &parts.task)?;
        let schema = ReplySchema::new(&front.rubric, front.fields);
        strict::check_all(schema.json()).map_err(|violation| {
            Error::input(format!(
                "{name}: the reply schema is not one that providers accept: {violation}"
            ))
        })?;
        Ok(Self {
            text: text.to_owned(),
            version: front.version,
            fingerprint: fingerprint(text.as_bytes()),
            rubric: front.rubric,
            schema,
            system,
            task,
        })
    }

    /// A built-in prompt by id.
    ///
    /// # Errors
    /// None of that id; the message lists those there are.
    pub fn built_in(id: &str) -> Result<Self> {
        let text = BUILT_IN
            .iter()
            .find(|(name, _)| *name == id)
            .map(|(_, text)| *text);
        let text = text.ok_or_else(|| unknown(id, BUILT_IN.iter().map(|(name, _)| *name)))?;
        Self::parse(&format!("prompts/{id}.md"), text)
    }

    /// The file's text, of which the fingerprint is made.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Id of the rubric it asks for.
    #[must_use]
    pub fn id(&self) -> &str {
        self.rubric.id()
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

    /// What it asks for.
    #[must_use]
    pub fn rubric(&self) -> &Rubric {
        &self.rubric
    }

    /// The shape of the reply.
    #[must_use]
    pub fn schema(&self) -> &ReplySchema {
        &self.schema
    }

    /// The system text: the same bytes for every task.
    #[must_use]
    pub fn system(&self) -> &str {
        &self.system
    }

    /// Whether raters are told this of a task or its occupation: a variable of the task template, such as `task.type`.
    #[must_use]
    pub fn tells(&self, variable: &str) -> bool {
        self.task.uses(variable)
    }

    /// Whether a task is another one to judge where this differs: statement and title always, type, code and importance where
    /// they are told. The description is background to the one task that is judged.
    #[must_use]
    pub fn counts(&self, field: inventory::Field) -> bool {
        let told = || self.tells(field.variable());
        field.always_counts() || (field != inventory::Field::Description && told())
    }

    /// The message that asks about one task. Text from the inventory cannot close the tags it stands in.
    ///
    /// # Errors
    /// The template fails on this task, such as by arithmetic on a text.
    pub fn question(&self, occupation: &Occupation, task: &Task) -> Result<String> {
        self.task.ask(occupation, task)
    }
}

/// The error for an unknown prompt.
pub(crate) fn unknown<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let known: Vec<&str> = known.collect();
    Error::input(format!("there is no rubric '{id}'")).hint(format!(
        "known rubrics: {}; a file of your own goes with --prompt",
        known.join(", ")
    ))
}

/// The first 16 hex digits of a BLAKE3 hash: enough to tell versions apart, short enough to read.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests;
